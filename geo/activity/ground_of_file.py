"""Ground as a register file tells it, without any database: rows as they come, never merged.

A file has no layers of protected areas, no allocations and no recorded releases. A right stands
from its day of grant on (always, where none is stated); what expired by its date still holds its
ground, for only a recorded release frees it (Code minier art 290), and is marked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.activity.ground import Ground, GroundRole, Plot
from geo.geometry import comparable, polygonal
from geo.grid import DRC
from geo.law import Law
from geo.periods import Period
from geo.register.grounds import ALLOCATION_KINDS, ATTRIBUTION_KINDS, RESTRICTED_KINDS, ZONE_KINDS
from geo.sources.rows import Holder, RightRow, State

BLOCK = "block"
_CLAIMS = (State.APPLICATION, State.REJECTED)


def ground_of_rows(rows: Sequence[RightRow], law: Law, complete_from: date | None = None) -> Ground:
    """Return the ground of a register file.

    Parameters
    ----------
    rows : of one or of several files; those without geometry are left out.
    law : says which classes of restricted ground are protected.
    complete_from : the day as of which the file was made; what had ended before is not in it.
    """
    kept = [row for row in rows if row.geometry is not None and not row.geometry.is_empty]
    shapes = exact_outlines(kept)
    plots = [_plot(row, shape, law) for row, shape in zip(kept, shapes, strict=True)]
    return Ground(
        plots=plots,
        protected_classes=protected_classes(law),
        complete_from=complete_from,
    )


def protected_classes(law: Law) -> tuple[str, ...]:
    """Return the classes of restricted ground whose effect is to block, in the law's order."""
    return tuple(code for code, found in law.restricted.items() if found.effect == BLOCK)


def exact_outlines(rows: Iterable[RightRow]) -> list[BaseGeometry]:
    """Return the outline of each row: of its carrés where it lies on the lattice.

    Rights that share an edge of carrés so share it exactly, however their files round it.
    """
    return [_outline(row) for row in rows]


def _outline(row: RightRow) -> BaseGeometry:
    if row.placement is None or row.placement.perimeter is None:
        return comparable(row.geometry)
    if not row.valid or row.geometry is None:
        return row.placement.perimeter.outline()
    return on_nodes(row.geometry)


def on_nodes(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry on the lattice with each vertex exactly at its node, as polygons."""

    def moved(coordinates: np.ndarray) -> np.ndarray:
        return DRC.coordinates_of(DRC.nodes_of(coordinates)[0])

    return polygonal(shapely.transform(geometry, moved))


def _plot(row: RightRow, shape: BaseGeometry, law: Law) -> Plot:
    on_lattice = row.placement is not None and row.placement.perimeter is not None
    role = role_of(row.kind, row.state in _CLAIMS, law)
    return Plot(
        role=role,
        ref=f"{row.file} {row.row}",
        title_id=None,
        code=row.code or "",
        kind=row.kind or "",
        geometry=shape,
        during=Period(row.filed_on if role is GroundRole.CLAIM else row.granted_on, None),
        holder=holders_in_words(row.holders),
        area_ha=row.placement.perimeter.legal_area_ha
        if on_lattice and row.placement is not None and row.placement.perimeter is not None
        else None,
        state=row.state.value,
        granted_on=row.granted_on,
        expires_on=row.expires_on,
        since_stated=row.granted_on is not None,
    )


def role_of(kind: str | None, claimed: bool, law: Law) -> GroundRole:
    """Return what ground of a kind means for the place of an activity.

    Restricted kinds go by the effect of the class that they count as; what an application asks for
    is a claim, whatever its kind.
    """
    if kind in RESTRICTED_KINDS:
        return GroundRole.HOLD if kind == "ZRG" else GroundRole.PROTECTED
    if claimed:
        return GroundRole.CLAIM
    if kind in ZONE_KINDS:
        return GroundRole.ZONE
    if kind in ALLOCATION_KINDS:
        return GroundRole.ALLOCATION
    return GroundRole.PORTION if kind in ATTRIBUTION_KINDS else GroundRole.PERMIT


def holders_in_words(holders: Sequence[Holder]) -> str | None:
    """Return the names of holders in one line; None where none is stated."""
    return ", ".join(holder.name for holder in holders) or None
