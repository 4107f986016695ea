"""How far activity lies from the boundaries of ground, in metres on the ellipsoid.

Boundaries are searched edge by edge in degrees, with room for the different length of a degree of
longitude; the metres of what is left are those of :func:`geo.register.areas.measure.apart_m`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from geo.geometry import Geometries
from geo.grid import Floats, Integers
from geo.register.areas.measure import apart_m, reach_deg

NEAR_M = 10_000.0
"""What lies further away is not named."""


@dataclass(frozen=True)
class Edges:
    """The boundaries of polygons as single edges, straight in longitude and latitude.

    ``shapes`` : (m,) (Multi)Polygons in longitude and latitude.
    """

    shapes: Geometries

    @cached_property
    def _lines(self) -> tuple[Geometries, Integers]:
        """Return each edge, and the index of the shape of which it is one, grouped by shape."""
        parts, shape = shapely.get_parts(self.shapes, return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        coordinates, ring = shapely.get_coordinates(rings, return_index=True)
        owner = shape[part]
        same = np.flatnonzero((ring[1:] == ring[:-1]) & (np.diff(coordinates, axis=0) != 0).any(1))
        ends = np.stack([coordinates[same], coordinates[same + 1]], axis=1)
        return np.atleast_1d(shapely.linestrings(ends)), owner[ring[same]]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._lines[0])

    def nearest(self, geometries: Geometries) -> tuple[Integers, Floats]:
        """Return the shape whose boundary is nearest to each geometry, and how far that is.

        Parameters
        ----------
        geometries : (n,) points or polygons in longitude and latitude.

        Returns
        -------
        shape : (n,) int64, -1 where no boundary lies within :data:`NEAR_M`.
        metres : (n,) float64, 0 where the boundary is met; infinite where there is none.
        """
        shape = np.full(len(geometries), -1, dtype=np.int64)
        metres = np.full(len(geometries), np.inf)
        if not len(self.shapes) or not len(geometries):
            return shape, metres
        lines, owner = self._lines
        pairs = self._candidates(geometries)
        apart = apart_m(geometries, lines, pairs)
        order = np.lexsort((owner[pairs[:, 1]], apart))[::-1]
        order = order[apart[order] <= NEAR_M]
        metres[pairs[order, 0]] = apart[order]
        shape[pairs[order, 0]] = owner[pairs[order, 1]]
        return shape, metres

    def apart(self, geometries: Geometries, pairs: npt.NDArray[np.integer]) -> Floats:
        """Return how far geometries are from the boundary of given shapes, in metres.

        Parameters
        ----------
        pairs : (n, 2) integers, indices into ``geometries`` and into the shapes.
        """
        if not len(pairs):
            return np.empty(0)
        lines, owner = self._lines
        first = np.searchsorted(owner, pairs[:, 1], side="left")
        count = np.searchsorted(owner, pairs[:, 1], side="right") - first
        row = np.repeat(np.arange(len(pairs)), count)
        edge = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        one = pairs[row, 0]
        degrees = shapely.distance(geometries[one], lines[edge])
        least = np.full(len(pairs), np.inf)
        np.minimum.at(least, row, degrees)
        close = degrees <= least[row] * _stretch(geometries)[one] + 1e-12
        metres = np.full(len(pairs), np.inf)
        found = apart_m(geometries, lines, np.column_stack([one[close], edge[close]]))
        np.minimum.at(metres, row[close], found)
        return metres

    def _candidates(self, geometries: Geometries) -> Integers:
        """Return pairs of geometry and edge among which the nearest edge of each must be."""
        bounds = shapely.total_bounds(geometries)
        furthest = max(reach_deg(max(abs(bounds[1]), abs(bounds[3])), NEAR_M))
        (asked, _), degrees = self._tree.query_nearest(
            geometries, max_distance=furthest, return_distance=True, all_matches=False
        )
        within = degrees * _stretch(geometries)[asked] + 1e-12
        some, edge = self._tree.query(geometries[asked], predicate="dwithin", distance=within)
        return np.column_stack([asked[some], edge]).astype(np.int64)


def _stretch(geometries: Geometries) -> Floats:
    """Return how much longer a degree can be in one direction than in another, near each.

    Degrees of longitude shrink with the cosine of the latitude; 1.02 is for those of latitude,
    which grow by one in a hundred from the equator to the poles, and for the ten kilometres.
    """
    bounds = shapely.bounds(geometries)
    furthest = np.minimum(np.abs(bounds[:, [1, 3]]).max(axis=1) + 0.1, 89.0)
    return np.asarray(1.02 / np.cos(np.radians(furthest)))
