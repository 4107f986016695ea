"""Overlaps in which at least one side is off the lattice: polygons, in longitude and latitude.

Nothing is projected before it is compared, and nothing is snapped. Pieces smaller than the
tolerance (in carrés) do not count: borders drawn twice with rounded coordinates leave such slivers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.geometry import Geometries, polygonal
from geo.grid import Grid, Integers

TOLERANCE_CELLS = 1e-4
"""An overlap of polygons counts from this part of a carré on (about 85 m²)."""


@dataclass(frozen=True, slots=True)
class ShapeOverlap:
    """Two indices ``a`` < ``b`` with their common ground, a valid MultiPolygon in lon/lat."""

    a: int
    b: int
    area_cells: float
    piece: BaseGeometry


def shape_overlaps(
    shapes: Sequence[BaseGeometry] | Geometries, off: Sequence[int], grid: Grid
) -> list[ShapeOverlap]:
    """Return the overlaps of the shapes ``off`` with all shapes, sorted by (a, b).

    Parameters
    ----------
    shapes : (n,) valid (Multi)Polygons in degrees of the grid's CRS.
    off : indices of those off the lattice; pairs of two others are not looked at.
    grid : gives the size of a carré.
    """
    geometries = np.asarray(shapes, dtype=object)
    first, second = _candidates(geometries, np.asarray(off, dtype=np.int64))
    pieces = shapely.intersection(geometries[first], geometries[second])
    cells = shapely.area(pieces) / float(grid.cell) ** 2
    return [
        ShapeOverlap(int(first[i]), int(second[i]), float(cells[i]), polygonal(pieces[i]))
        for i in np.flatnonzero(cells > TOLERANCE_CELLS)
    ]


def _candidates(geometries: Geometries, off: Integers) -> tuple[Integers, Integers]:
    """Return index pairs (first < second) whose boxes meet, each once, sorted."""
    tree = shapely.STRtree(geometries)
    asked, found = tree.query(geometries[off])
    pairs = np.column_stack([np.minimum(off[asked], found), np.maximum(off[asked], found)])
    pairs = np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)
    return pairs[:, 0], pairs[:, 1]
