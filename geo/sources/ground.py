"""The ground of one or several rows, compared: exactly in carrés, else as polygons in lon/lat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import shapely
from shapely.geometry.base import BaseGeometry

from geo.geometry import comparable
from geo.grid import DRC
from geo.perimeter import Perimeter
from geo.sources.rows import RightRow

TOLERANCE_CELLS = 1e-4
"""Polygons that differ by less than this part of a carré are the same."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of a ground, in carrés; ``exact`` where both sides lie on the lattice."""

    kept_cells: float
    lost_cells: float
    gained_cells: float
    exact: bool


def difference(old: Sequence[RightRow], new: Sequence[RightRow]) -> Difference:
    """Return what the united ground of ``old`` keeps, loses and gains to become that of ``new``."""
    before, after = _perimeter(old), _perimeter(new)
    if before is not None and after is not None:
        kept = (before & after).count
        return Difference(kept, before.count - kept, after.count - kept, exact=True)
    return _of_polygons(_polygon(old, before), _polygon(new, after))


def _perimeter(rows: Sequence[RightRow]) -> Perimeter | None:
    """Return the carrés of all rows together, None where one does not lie on the lattice."""
    perimeters = [row.placement.perimeter if row.placement else None for row in rows]
    known = [perimeter for perimeter in perimeters if perimeter is not None]
    return reduce(or_, known) if len(known) == len(rows) else None


def _polygon(rows: Sequence[RightRow], perimeter: Perimeter | None) -> BaseGeometry:
    if perimeter is not None:
        return perimeter.outline()
    return shapely.union_all([comparable(row.geometry) for row in rows if row.geometry is not None])


def _of_polygons(before: BaseGeometry, after: BaseGeometry) -> Difference:
    cell = float(DRC.cell) ** 2
    kept = before.intersection(after).area / cell
    lost = before.area / cell - kept
    gained = after.area / cell - kept
    return Difference(kept, _tolerated(lost), _tolerated(gained), exact=False)


def _tolerated(cells: float) -> float:
    return cells if cells > TOLERANCE_CELLS else 0.0
