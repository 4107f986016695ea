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
from geo.overlap.limits import MAX_PAIRS, refuse_above

TOLERANCE_CELLS = 1e-4
"""An overlap of polygons counts from this part of a carré on (about 85 m²)."""

ASKED_AT_ONCE = 500


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
    pairs = np.empty((0, 2), dtype=np.int64)
    for start in range(0, len(off), ASKED_AT_ONCE):
        some = off[start : start + ASKED_AT_ONCE]
        asked, found = tree.query(geometries[some])
        met = np.column_stack([np.minimum(some[asked], found), np.maximum(some[asked], found)])
        pairs = np.unique(np.vstack([pairs, met[met[:, 0] < met[:, 1]]]), axis=0)
        refuse_above(MAX_PAIRS, len(pairs), "pairs of polygons close to each other")
    return pairs[:, 0], pairs[:, 1]
