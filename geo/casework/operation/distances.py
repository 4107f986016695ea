"""Distances between drawn things, in metres on the WGS 84 ellipsoid."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

CENTIMETRE = Decimal("0.01")
_STEP_DEG = 0.0005  # 55 m: the arc of a parallel leaves its chord by 0.01 mm there
_LEAST_M_PER_DEGREE = 110_000.0


@lru_cache
def _ellipsoid() -> pyproj.Geod:
    return pyproj.Geod(ellps="WGS84")


def distance_m(one: BaseGeometry, other: BaseGeometry) -> Decimal:
    """Return how far two lon/lat geometries are apart, to the centimetre; 0 where they meet.

    Edges are straight in longitude and latitude. The nearest pair of points is found in an
    equidistant projection around it and measured on the ellipsoid.

    Examples
    --------
    One second of latitude at Kolwezi is 30.72 m (111 km for a degree, 110.6 km there):

    >>> from shapely import Point
    >>> distance_m(Point(25.5, -10.7), Point(25.5, -10.7 + 1 / 3600))
    Decimal('30.73')
    """
    if one.intersects(other):
        return Decimal("0.00")
    near, far = nearest_points(one, other)
    local = pyproj.Proj(proj="aeqd", lon_0=(near.x + far.x) / 2, lat_0=(near.y + far.y) / 2)
    pair = nearest_points(*(_flattened(each, local) for each in (one, other)))
    ends = np.array([local(point.x, point.y, inverse=True) for point in pair])
    metres = _ellipsoid().inv(*ends[0], *ends[1])[2]
    return Decimal(repr(metres)).quantize(CENTIMETRE)


def surely_beyond(one: BaseGeometry, other: BaseGeometry, limit_m: Decimal) -> bool:
    """Whether two geometries are so far apart that no exact measure is needed."""
    south_north = [abs(value) for each in (one, other) for value in each.bounds[1::2]]
    scale = _LEAST_M_PER_DEGREE * math.cos(math.radians(min(max(south_north), 89.9)))
    return float(one.distance(other)) * scale > float(limit_m) + 1


def _flattened(geometry: BaseGeometry, local: pyproj.Proj) -> BaseGeometry:
    dense = shapely.segmentize(geometry, _STEP_DEG)
    return shapely.transform(dense, lambda xy: np.column_stack(local(xy[:, 0], xy[:, 1])))
