"""Which columns of a table of vertices hold its coordinates: by their headers, or as told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.errors import SchemaUnknown
from geo.sources.schemas import squeezed
from geo.sources.text import shown

_LON = (
    *("longitude", "lon", "long", "lng", "longitudeest", "londd", "longitudedd", "londms"),
    *("longitudedec", "longitudedecimale", "longitudedecimal", "longdec", "londec", "longitudedms"),
)
_LAT = (
    *("latitude", "lat", "latitudesud", "latdd", "latitudedd", "latdms"),
    *("latitudedec", "latitudedecimale", "latitudedecimal", "latdec", "latitudedms"),
)
_X = (
    *("x", "easting", "est", "abscisse", "xm", "utmx", "coordx"),
    *("pointx", "xutm", "utme", "xcoord", "coordonneex", "e"),
)
_Y = (
    *("y", "northing", "nord", "ordonnee", "ym", "utmy", "coordy"),
    *("pointy", "yutm", "utmn", "ycoord", "coordonneey", "n"),
)
_ORDER = (
    *("ordre", "order", "sommet", "sommets", "vertex", "point", "points", "pt", "borne", "rang"),
    *("numerosommet", "nosommet", "numeropoint", "nopoint", "vertexno", "pointno", "seq"),
)
_IN_BRACKETS = re.compile(r"\s*\(([^()]*)\)\s*$")
_NEGATIVE = re.compile(r"\(\s*[SWO]\s*\)\s*$|(?:^|[\W_])(?:sud|south|ouest|west)\)?\s*$", re.I)


@dataclass(frozen=True, slots=True)
class Axes:
    """Where a table keeps its coordinates; ``degrees`` where the names say longitude, latitude.

    ``x_sign`` and ``y_sign`` are -1 where the header says west or south: « Latitude (S) ».
    """

    x: int
    y: int
    degrees: bool
    order: int | None
    x_sign: int = 1
    y_sign: int = 1


def axes_of(header: Sequence[str], told: Mapping[str, str], file: str) -> Axes | None:
    """Return the columns of coordinates, None where there are none.

    Parameters
    ----------
    told : columns by field (``x``, ``y``, ``vertex``) as a mapping file names them.

    Raises
    ------
    SchemaUnknown : a column that is told is not there.
    """
    keys = [squeezed(_IN_BRACKETS.sub("", name)) for name in header]
    order = next((keys.index(word) for word in _ORDER if word in keys), None)
    if "vertex" in told:
        order = index_of(header, told["vertex"], file)
    if "x" in told and "y" in told:
        x, y = index_of(header, told["x"], file), index_of(header, told["y"], file)
        return _axes(header, x, y, order, degrees=keys[x] in _LON and keys[y] in _LAT)
    for xs, ys, degrees in ((_LON, _LAT, True), (_X, _Y, False)):
        found = [
            next((keys.index(word) for word in words if word in keys), None) for words in (xs, ys)
        ]
        if found[0] is not None and found[1] is not None:
            return _axes(header, found[0], found[1], order, degrees=degrees)
    return None


def index_of(header: Sequence[str], name: str, file: str) -> int:
    """Return which column has a name that a mapping file gives.

    Raises
    ------
    SchemaUnknown : none has.
    """
    if name in header:
        return list(header).index(name)
    held = ", ".join(f"“{shown(column)}”" for column in header[:20])
    raise SchemaUnknown(
        f"{file}: the mapping names a column that is not there (“{shown(name)}”). "
        f"The file has {held}."
    )


def _axes(header: Sequence[str], x: int, y: int, order: int | None, *, degrees: bool) -> Axes:
    """Return axes with the signs that headers of degrees say; metres keep the sign they have."""
    signs = [-1 if degrees and _NEGATIVE.search(header[i]) else 1 for i in (x, y)]
    return Axes(x, y, degrees, order, *signs)
