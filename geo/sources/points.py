"""Tables of places: each line is a place of its own, a point or, in well-known text, anything."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from geo.errors import CoordinateError
from geo.geometry import LONLAT, Geometries, crs_of
from geo.sources.axes import Axes, axes_of
from geo.sources.delimited import Delimited, read_delimited, text_of
from geo.sources.issues import IssueLog
from geo.sources.layers import NOTHING_TOLD, Broken, Layer, Note, Source
from geo.sources.plaintext import without_coordinates
from geo.sources.tables import angles_of, by_letter, metres
from geo.sources.wkt import wkt_layer

_PLAIN = re.compile(r"\s*[-+]?\d{1,3}(?:\.\d{1,30})?\s*")
_LETTERS = "line {}: the letters say that latitude comes first"


@dataclass(frozen=True, slots=True)
class _Point:
    """A point as a line gives it: ``in_degrees`` where the text itself says that it is angles."""

    x: float
    y: float
    in_degrees: bool = False
    exchanged: bool = False


def read_places(
    source: Source,
    log: IssueLog,
    encoding: str | None = None,
    crs: str | None = None,
    told: Mapping[str, str] = NOTHING_TOLD,
) -> list[Layer]:
    """Return the one layer of a text file whose lines are places.

    Parameters
    ----------
    encoding, crs : what the importer says of the file.
    told : columns by field (``wkt``, or ``x`` and ``y``), as a mapping file names them.

    Raises
    ------
    FileRefused : no separator makes sense of it, or it holds neither WKT nor coordinates.
    CRSError : ``crs`` names no coordinate reference system.
    SchemaUnknown : a column that is told is not there.
    """
    table = read_delimited(text_of(source, log, encoding), source.name)
    layer = wkt_layer(table, source, crs, told) or _points_layer(table, source, crs, told)
    if layer is None:
        raise without_coordinates(table, source)
    return [layer]


def _points_layer(
    table: Delimited, source: Source, crs: str | None, told: Mapping[str, str]
) -> Layer | None:
    """Return a point for each line, None where no columns hold coordinates."""
    axes = axes_of(table.header, told, source.name)
    if axes is None:
        return None
    projected = crs is not None and crs_of(crs).is_projected
    xy = np.full((len(table.lines), 2), np.nan)
    degrees, width = axes.degrees, len(table.header)
    broken: dict[int, Broken] = {}
    notes: list[Note] = []
    for i, (number, line) in enumerate(zip(table.numbers, table.lines, strict=True)):
        if len(line) != width:
            reason = f"line {number} has {len(line)} fields where the header has {width}"
            broken[i] = Broken("line_broken", reason)
            continue
        try:
            point = _point_of(line[axes.x], line[axes.y], axes, projected=projected)
        except CoordinateError as error:
            value = " | ".join((line[axes.x], line[axes.y]))
            broken[i] = Broken("bad_coordinates", f"line {number}: {error}", value)
            continue
        if point is not None:
            xy[i] = point.x, point.y
            degrees |= point.in_degrees
            if point.exchanged:
                notes.append(Note(i, "axes_by_letter", _LETTERS.format(number), ""))
    even = [ln if len(ln) == width else (ln + [""] * width)[:width] for ln in table.lines]
    return Layer(
        name=source.stem,
        columns=table.columns(even, {axes.x, axes.y}),
        geometries=_points(xy),
        crs=LONLAT if degrees else None,
        crs_assumed=degrees,
        broken=broken,
        notes=tuple(notes),
    )


def _point_of(x: str, y: str, axes: Axes, *, projected: bool) -> _Point | None:
    """Return the point that two texts write, None where both are blank.

    Raises
    ------
    CoordinateError : one of them is no coordinate.
    """
    if not x.strip() and not y.strip():
        return None
    if projected:
        return _Point(metres(x), metres(y))
    if _PLAIN.fullmatch(x) and _PLAIN.fullmatch(y):
        return _Point(_signed(float(x), axes.x_sign), _signed(float(y), axes.y_sign))
    lon, lat, exchanged = by_letter(angles_of((x, y), replace(axes, x=0, y=1)))
    in_degrees = any(a.axis is not None or a.seconds is not None for a in (lon, lat))
    return _Point(float(lon.degrees), float(lat.degrees), in_degrees, exchanged)


def _signed(degrees: float, sign: int) -> float:
    """Return degrees in the hemisphere that the header says, unless a sign says its own."""
    return -degrees if sign < 0 and degrees > 0 else degrees


def _points(xy: npt.NDArray[np.float64]) -> Geometries:
    """Return a point for each finite pair of (n, 2), None for the others."""
    points = np.full(len(xy), None, dtype=object)
    there = np.isfinite(xy).all(axis=1)
    points[there] = shapely.points(xy[there])
    return points
