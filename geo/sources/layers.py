"""A layer as received: columns and geometries, before anything is read into them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import numpy as np
import shapely

from geo.geometry import Geometries
from geo.sources.issue_kinds import IssueKind, Refusal

MAX_FEATURES = 1_000_000
"""How many features one file may hold."""

MAX_BYTES = 1 << 30
"""How large a file, or what comes out of an archive, may be."""

NOTHING_TOLD: Mapping[str, str] = MappingProxyType({})
"""Where no mapping file names the columns that shape a table as text."""

_WKB_FIRST_RING = 13
"""Where the numbers of a polygon's first ring begin: after byte order, type and two counts."""


@dataclass(frozen=True, slots=True)
class Source:
    """One data file, staged in a private folder under a harmless name.

    ``name`` is what the sender calls it, ``stem`` that name without folder and ending.
    """

    path: Path
    format: str
    name: str
    stem: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something odd seen while reading feature ``index`` of a layer."""

    index: int
    kind: IssueKind
    message: str
    value: str


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a geometry, or a whole line, could not be read; ``value`` is what was received."""

    kind: Refusal
    reason: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """Features of one layer, in the order of the file.

    ``geometries`` is (n,) of shapely geometries or None, with Z as received; ``broken`` gives by
    index what could not be read.
    ``crs`` is None where none is stated; ``crs_assumed`` says that longitude and latitude are named
    but not their datum.
    """

    name: str
    columns: Mapping[str, Sequence[object]]
    geometries: Geometries
    crs: str | None
    crs_assumed: bool = False
    broken: Mapping[int, Broken] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def decode_wkb(values: Sequence[bytes | None]) -> tuple[Geometries, dict[int, Broken]]:
    """Return geometries of WKB, and by index what is wrong with those that cannot be built."""
    array = np.array([None if v is None else bytes(v) for v in values], dtype=object)
    with np.errstate(invalid="ignore"):
        geometries = np.asarray(shapely.from_wkb(array, on_invalid="ignore"), dtype=object)
    lost = [i for i in np.flatnonzero(shapely.is_missing(geometries)) if array[i] is not None]
    return geometries, {int(i): _why_lost(array[i]) for i in lost}


def _why_lost(wkb: bytes) -> Broken:
    """Return why shapely builds nothing of the WKB of a polygon, from the numbers of its rings."""
    rings = wkb[_WKB_FIRST_RING:]
    numbers = np.frombuffer(rings[: len(rings) // 8 * 8], dtype="<f8")
    if not np.isfinite(numbers).all():
        return Broken("bad_coordinates", "a coordinate is not a finite number")
    return Broken("geometry_broken", "a ring is not closed or has fewer than four vertices")


def plain_value(value: object) -> object:
    """Return a value as plain JSON: None for NaN, ISO text for dates, text for the rest."""
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
