"""What the columns of an activity file mean: a known layout, or polygons with their days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import shapely

from geo.activity.records import Seen
from geo.sources.activity.sensitive import DBF_NAME_LENGTH, safe_key, sensitive_list
from geo.sources.areas import Unit
from geo.sources.dates import Order
from geo.sources.layers import Layer
from geo.sources.schemas import squeezed

FIELDS = (
    *("site", "name", "date", "from", "to", "confidence", "patch"),
    *("uncertainty", "origin", "minerals", "workers", "lon", "lat"),
)
"""What a column can mean; ``lon`` and ``lat`` only repeat the geometry, and are held against it."""

NO_ORIGINS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SeenColumns:
    """Which columns hold which field, and how their values read.

    Parameters
    ----------
    scale : the numbers that stand for no and for full confidence; None: 0 and 1.
    attributes : columns that a mapping file names as fit to be shown.
    origins : metres by origin, compared as keys, as a mapping file states them.
    guessed : fields that were found by the names of columns alone.
    """

    schema: str
    seen: Seen
    fields: Mapping[str, tuple[str, ...]]
    patch_unit: Unit | None = None
    scale: tuple[float, float] | None = None
    date_order: Order | None = None
    attributes: tuple[str, ...] = ()
    origins: Mapping[str, float] = field(default_factory=lambda: NO_ORIGINS)
    guessed: tuple[str, ...] = ()

    def used(self) -> set[str]:
        """Return the columns that hold a field."""
        return {name for names in self.fields.values() for name in names}


@dataclass(frozen=True, slots=True)
class _Known:
    """A layout known by its columns: all of ``marks`` are there, as squeezed names."""

    name: str
    seen: Seen
    marks: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    patch_unit: Unit | None = None


_KNOWN = (
    _Known(
        name="ipis",
        seen=Seen.VISIT,
        marks=("pcode", "visitdate"),
        fields={
            "site": ("pcode",),
            "name": ("name",),
            "date": ("visitdate",),
            "minerals": ("mineral1", "mineral2", "mineral3"),
            "workers": ("workersnumb",),
            "origin": ("locationorigin",),
            "lon": ("longitude",),
            "lat": ("latitude",),
        },
    ),
    _Known(
        name="africa_mining_watch",
        seen=Seen.DETECTION,
        marks=("detid", "areaha"),
        fields={"patch": ("areaha",), "lon": ("lon",), "lat": ("lat",)},
        patch_unit="ha",
    ),
)

_POLYGON_WORDS: Mapping[str, tuple[str, ...]] = {
    "date": (
        *("date", "year", "annee", "an", "datetime", "datedetection", "detectiondate"),
        *("dateimage", "imagedate", "acquisitiondate", "dateacquisition", "observedon"),
        *("mois", "month"),
    ),
    "from": ("from", "datefrom", "startdate", "datestart", "datedebut", "debut", "start"),
    "to": ("to", "dateto", "enddate", "dateend", "datefin", "fin", "end"),
    "confidence": ("confidence", "confiance", "probability", "probabilite", "score"),
    "patch": ("areaha", "superficieha", "surfaceha", "hectares", "areakm2", "aream2"),
}
_PATCH_UNITS: Mapping[str, Unit] = {"areakm2": "km2", "aream2": "m2"}
_TECHNICAL = frozenset({"id", "fid", "objectid", "gid", "ogcfid", "uuid", "index", "indexlevel0"})
"""Numbers that programs give to rows: they say nothing."""

_YEARS = frozenset({"year", "annee", "an"})


def holds_years(column: str) -> bool:
    """Whether a column is one of years."""
    return squeezed(column) in _YEARS


def is_technical(column: str) -> bool:
    """Whether a column only numbers rows."""
    return squeezed(column) in _TECHNICAL


def recognise_seen(layer: Layer) -> SeenColumns | None:
    """Return what the columns of a layer mean, None where nothing says that it is activity.

    Polygons are taken for detections where a column names their days, or where no column speaks
    of anything else. Points are taken for sites or detections only in a layout that is known.
    """
    columns = [name for name in layer.columns if not sensitive_list().holds(name)]
    keys = {squeezed(name): name for name in reversed(columns)}
    for known in _KNOWN:
        if all(_column(mark, keys) for mark in known.marks):
            return _of_known(known, keys)
    return _polygons(layer, columns, keys)


def _of_known(known: _Known, keys: Mapping[str, str]) -> SeenColumns:
    found = {
        f: tuple(filter(None, (_column(k, keys) for k in ks))) for f, ks in known.fields.items()
    }
    fields = {name: columns for name, columns in found.items() if columns}
    return SeenColumns(known.name, known.seen, fields, known.patch_unit)


def _column(key: str, keys: Mapping[str, str]) -> str | None:
    """Return the column of a name, also where a Shapefile has cut it."""
    if key in keys:
        return keys[key]
    cut = (n for k, n in keys.items() if len(n) == DBF_NAME_LENGTH and key.startswith(k) and k)
    return next(cut, None)


def _polygons(layer: Layer, columns: Sequence[str], keys: Mapping[str, str]) -> SeenColumns | None:
    types = shapely.get_type_id(layer.geometries)
    if not len(types) or not np.isin(types, (-1, 3, 6, 7)).all() or (types < 0).all():
        return None
    fields = {
        name: (keys[word],)
        for name, words in _POLYGON_WORDS.items()
        if (word := next((w for w in words if w in keys), None))
    }
    if "date" in fields:
        fields = {name: named for name, named in fields.items() if name not in ("from", "to")}
    used = {name for named in fields.values() for name in named}
    silent = all(c in used or is_technical(c) or safe_key(c, "") for c in columns)
    if not silent and not {"date", "from"} & set(fields):
        return None
    unit = _PATCH_UNITS.get(squeezed(fields["patch"][0]), "ha") if "patch" in fields else None
    guessed = tuple(fields)
    return SeenColumns("polygons", Seen.DETECTION, fields, unit, guessed=guessed)


def held_back(columns: Iterable[str]) -> list[str]:
    """Return the columns that stay at the door, in their order."""
    return [name for name in columns if sensitive_list().holds(name)]
