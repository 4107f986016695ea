"""Taking a drawn shape to whole carrés, and saying what that changed.

For whoever draws or proposes a perimeter, and sees the answer before anything is asked for. Nothing
that comes into the register is ever snapped (:mod:`geo.lattice`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

from geo.cover import cover
from geo.errors import GridError
from geo.geometry import comparable
from geo.grid import DRC, Floats, Grid, Integers
from geo.outline import rings_of
from geo.perimeter import Perimeter

HALF = 0.5 - 1e-9
"""A carré belongs to the snapped ground when at least half of it lies in the shape; a billionth is
left to rounding, so that a half counts."""

_GEOD = Geod(ellps="WGS84")


@dataclass(frozen=True, slots=True)
class MovedVertex:
    """A corner of the shape that is no corner of the new outline.

    ``ring`` and ``number`` count from 1 in the order of the shape, ``lon`` and ``lat`` are as
    given, in degrees; ``to`` is the node (column, row) of the nearest new corner, ``moved_m`` how
    far it lies, in metres on the ellipsoid.
    """

    ring: int
    number: int
    lon: float
    lat: float
    to: tuple[int, int]
    moved_m: float


@dataclass(frozen=True, slots=True)
class Snapped:
    """A shape as whole carrés.

    Parameters
    ----------
    perimeter : the carrés of which at least :data:`HALF` lies in the shape.
    gained : those of them that lie only partly in it: the rest of each is ground that was added.
    lost : carrés that the shape meets and that are left out: that ground was taken away.
    gained_cells, lost_cells : the ground added and taken away, in carrés.
    moved : corners of the shape that moved, farthest first.
    """

    perimeter: Perimeter
    gained: Perimeter
    lost: Perimeter
    gained_cells: float
    lost_cells: float
    moved: tuple[MovedVertex, ...]

    @property
    def exact(self) -> bool:
        """Whether the shape was whole carrés already."""
        return not self.gained and not self.lost


def snap(shape: BaseGeometry, grid: Grid = DRC) -> Snapped:
    """Return the carrés nearest to a shape, and what differs.

    Parts of carrés below 1e-4 (about 85 m²) are drawing noise and make no difference.

    Parameters
    ----------
    shape : (Multi)Polygon in degrees of the grid's CRS; an invalid one is read even-odd.

    Raises
    ------
    GridError : no carré lies in it by half, or its edge meets more carrés than can be looked at.
    """
    covered = cover(shape, grid)
    cells, parts = covered.perimeter.cells(), covered.fractions
    kept, partly = parts >= HALF, parts < 1 - 1e-4
    perimeter = Perimeter.from_cells(cells[kept], grid)
    if not perimeter:
        raise GridError(
            "the shape holds no carré by half: it is smaller than the ground of one carré. "
            "Draw it larger, or choose carrés on the map."
        )
    return Snapped(
        perimeter=perimeter,
        gained=Perimeter.from_cells(cells[kept & partly], grid),
        lost=Perimeter.from_cells(cells[~kept], grid),
        gained_cells=float((1 - parts[kept & partly]).sum()),
        lost_cells=float(parts[~kept].sum()),
        moved=_moved(comparable(shape), perimeter, grid),
    )


def _moved(shape: BaseGeometry, perimeter: Perimeter, grid: Grid) -> tuple[MovedVertex, ...]:
    """Return the corners farther from the nearest new corner than the grid's tolerance."""
    xy, ring, number = _corners(shape)
    nodes = np.array([node for new in rings_of(perimeter) for node in new])
    new = grid.coordinates_of(nodes)
    nearest = shapely.STRtree(shapely.points(new)).nearest(shapely.points(xy))
    off = np.abs(xy - new[nearest]).max(axis=1) > float(grid.tolerance)
    metres = _GEOD.inv(*xy.T, *new[nearest].T)[2]
    order = [i for i in np.argsort(-metres, kind="stable") if off[i]]
    return tuple(
        MovedVertex(
            int(ring[i]) + 1,
            int(number[i]),
            float(xy[i, 0]),
            float(xy[i, 1]),
            (int(nodes[nearest[i], 0]), int(nodes[nearest[i], 1])),
            round(float(metres[i]), 2),
        )
        for i in order
    )


def _corners(shape: BaseGeometry) -> tuple[Floats, Integers, Integers]:
    """Return the vertices where a ring turns: position, ring from 0, number in its ring from 1."""
    found: list[tuple[Floats, int, int]] = []
    for ring, line in enumerate(shapely.get_rings(shapely.get_parts(shape))):
        xy = shapely.get_coordinates(line)[:-1]
        before, after = xy - np.roll(xy, 1, axis=0), np.roll(xy, -1, axis=0) - xy
        turn = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
        straight = np.abs(turn) <= 1e-9 * np.hypot(*before.T) * np.hypot(*after.T)
        found += [(xy[i], ring, int(i) + 1) for i in np.flatnonzero(~straight)]
    positions, rings, numbers = zip(*found, strict=True)
    return np.array(positions), np.array(rings), np.array(numbers)
