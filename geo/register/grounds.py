"""From a row of a register file to ground: its standing, its carrés, since when it is held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.cover import cover
from geo.grid import DRC, Grid
from geo.perimeter import Perimeter
from geo.sources.rows import RightRow, State

Standing = Literal["held", "claimed", "restricted"]

UNKNOWN_KIND = "UNKNOWN"
RESTRICTED_KINDS = frozenset({"ZRG", "ZI", "ZP", "PARK"})
RIGHT_KINDS = frozenset({"PR", "PE", "PEPM", "PER", "ARPC", "AECP", "AECT", "CUP", "ATE", "APE"})
ZONE_KINDS = frozenset({"ZEA"})
RENUNCIATION_HOSTS = frozenset({"PR", "PE", "PEPM", "PER", "ARPC", "AECP", "AECT"})
"""Rights out of which a zone may take ground by their holder's renunciation (art 30(e))."""
RENUNCIATION_SINCE = date(2018, 5, 3)
"""First day on which that is the law beyond doubt (Loi n° 18/001); a test holds it to data/law."""
LEASE_KINDS = frozenset({"ATE", "APE"})
"""Amodiation of all or of part of a right: a right of its own, in the ground of another."""
ALLOCATION_KINDS = frozenset({"EGC"})
ATTRIBUTION_KINDS = frozenset({"PORTION", "WORK_AREA"})
INNER_KINDS = ALLOCATION_KINDS | ATTRIBUTION_KINDS
"""Kinds that lie in other ground always; leases of a register taken over do not say in which."""
KNOWN_KINDS = RESTRICTED_KINDS | RIGHT_KINDS | ZONE_KINDS | INNER_KINDS

_QUARRIES = frozenset({"AECP", "AECT"})
_HOSTS = RENUNCIATION_HOSTS
HOST_KINDS: Mapping[str, frozenset[str]] = {
    "EGC": _HOSTS,
    "PORTION": ZONE_KINDS,
    "WORK_AREA": ALLOCATION_KINDS | LEASE_KINDS | {"PE", "PEPM", "PER"} | _QUARRIES,
    "ATE": _HOSTS,
    "APE": _HOSTS,
}
"""In what each kind of inner ground may lie; the database holds the same (a test compares)."""


@dataclass(frozen=True, slots=True)
class RowGround:
    """The ground of one row: ``perimeter`` is its cover where it lies off the lattice.

    ``geometry`` is the polygon as received, or the outline of the carrés where that is not valid.
    ``held_from`` is the first day; ``flags`` say what was assumed or is odd.
    """

    standing: Standing
    kind: str
    held_from: date
    perimeter: Perimeter
    on_lattice: bool
    geometry: MultiPolygon
    flags: tuple[str, ...]


def kind_in_register(kind: str | None) -> str:
    """Return the kind as the register knows it: what it does not know is ``UNKNOWN``."""
    return kind if kind in KNOWN_KINDS else UNKNOWN_KIND


def standing_of(row: RightRow) -> Standing:
    """Return how a row stands on its ground.

    Restricted areas restrict. Applications claim, refused ones too (an appeal may keep their rank).
    All else holds, also what has expired or was forfeited by its status, for only a recorded
    release frees ground (Code minier art 290).
    """
    if row.kind in RESTRICTED_KINDS:
        return "restricted"
    return "claimed" if row.state in (State.APPLICATION, State.REJECTED) else "held"


def ground_of(row: RightRow, as_of: date, grid: Grid = DRC) -> RowGround | None:
    """Return the ground of a row as stated on the day ``as_of``; None where it has none.

    Raises
    ------
    GridError : the polygon is too large to be covered by carrés.
    """
    if row.geometry is None or row.placement is None:
        return None
    on_lattice = row.placement.perimeter is not None
    perimeter = row.placement.perimeter or cover(row.geometry, grid).perimeter
    if not perimeter:
        return None
    standing = standing_of(row)
    held_from, assumed = _held_from(row, standing, as_of)
    as_received = row.valid or not on_lattice
    geometry = multipolygon_of(row.geometry) if as_received else perimeter.outline()
    if geometry.is_empty:
        return None
    return RowGround(
        standing=standing,
        kind=kind_in_register(row.kind),
        held_from=held_from,
        perimeter=perimeter,
        on_lattice=on_lattice,
        geometry=geometry,
        flags=(*assumed, *_flags(row, standing)),
    )


def multipolygon_of(geometry: BaseGeometry) -> MultiPolygon:
    """Return the polygons of a geometry as one MultiPolygon; lines and points have none."""
    polygons: Sequence[BaseGeometry] = shapely.get_parts(geometry).tolist()
    inner = [part for one in polygons for part in getattr(one, "geoms", [one])]
    return MultiPolygon([part for part in inner if isinstance(part, Polygon)])


def _held_from(row: RightRow, standing: Standing, as_of: date) -> tuple[date, tuple[str, ...]]:
    stated = row.filed_on if standing == "claimed" else row.granted_on
    if stated is not None and stated <= as_of:
        return stated, ()
    return as_of, ("held_from_assumed",)


def _flags(row: RightRow, standing: Standing) -> tuple[str, ...]:
    odd = {
        "kind_unknown": kind_in_register(row.kind) == UNKNOWN_KIND,
        "state_unknown": row.state is State.UNKNOWN,
        "state_not_stated": row.state.value == "not_stated" and row.granted_on is None,
        "application_refused": row.state is State.REJECTED,
        "invalid_as_received": not row.valid,
        "no_recorded_release": standing == "held" and row.state in (State.FORFEITED, State.EXPIRED),
    }
    return tuple(flag for flag, holds in odd.items() if holds)
