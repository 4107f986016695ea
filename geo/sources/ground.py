"""The ground of one or several rows, compared: exactly in carrés, else as polygons in lon/lat."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.geometry import comparable
from geo.grid import DRC
from geo.perimeter import Perimeter
from geo.sources.rows import RightRow

TOLERANCE_CELLS = 1e-4
"""Polygons that differ by less than this part of a carré are the same."""

_DECIMALS = 7
_TRIED = 16
"""With how many polygons of the same bounds one is compared: more are made to waste time."""


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


def ground_keys(rows: Iterable[RightRow]) -> Callable[[RightRow], Hashable]:
    """Return what gives for each of the rows a key that rows of the same ground share.

    On the lattice that is the same carrés. Off it, formats and projections leave their traces: a
    polygon is the same as the only part of a MultiPolygon, and as one whose coordinates agree to
    1e-7°, or that differs from it by less than :data:`TOLERANCE_CELLS`.
    """
    rows = list(rows)
    exact = {id(row): _exact_key(row) for row in rows}
    first: dict[Hashable, Hashable] = {}
    near: dict[Hashable, list[RightRow]] = defaultdict(list)
    for row in rows:
        key = exact[id(row)]
        if key in first or _perimeter([row]) is not None or row.geometry is None:
            continue
        others = near[_near_key(row.geometry)]
        same = next((other for other in others[:_TRIED] if _is_same(other, row)), None)
        first[key] = key if same is None else exact[id(same)]
        if same is None:
            others.append(row)
    return lambda row: first.get(exact[id(row)], exact[id(row)])


def _exact_key(row: RightRow) -> Hashable:
    perimeter = _perimeter([row])
    if perimeter is not None or row.geometry is None:
        return perimeter.digest if perimeter is not None else None
    parts = shapely.get_parts(row.geometry)
    polygon = parts[0] if len(parts) == 1 else row.geometry
    rounded = shapely.transform(polygon, lambda xy: np.round(xy, _DECIMALS) + 0.0)
    return bytes(shapely.to_wkb(shapely.normalize(rounded)))


def _near_key(geometry: BaseGeometry) -> Hashable:
    """Return the cell of a coarse net in which the bounds lie; its lines avoid round numbers."""
    return tuple(np.floor(np.asarray(geometry.bounds) * 1e5 + 0.37215).tolist())


def _is_same(one: RightRow, other: RightRow) -> bool:
    ground = difference([one], [other])
    return not ground.lost_cells and not ground.gained_cells


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
