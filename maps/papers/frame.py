"""Where a place on earth falls on the sheet: projection, true scale, steps of the graticule.

The projection is equirectangular on the WGS 84 ellipsoid: meridians and parallels are straight, so
carrés are rectangles, and the scale is true along both axes at the centre of the frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from math import ceil, cos, floor, radians, sin, sqrt

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.grid import Floats

Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

_AXIS_M = 6_378_137.0
_FLATTENING = 1 / 298.257223563
_ECCENTRICITY_2 = _FLATTENING * (2 - _FLATTENING)
_STEPS_ARCSECONDS = (30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18_000, 36_000, 72_000)


def metres_per_degree(latitude: float) -> tuple[float, float]:
    """Return the length of a degree of longitude and of latitude on WGS 84, in metres.

    >>> [round(m) for m in metres_per_degree(0)]
    [111319, 110574]
    """
    root = sqrt(1 - _ECCENTRICITY_2 * sin(radians(latitude)) ** 2)
    across = _AXIS_M / root * cos(radians(latitude))
    along = _AXIS_M * (1 - _ECCENTRICITY_2) / root**3
    return radians(1) * across, radians(1) * along


def scales() -> Iterator[int]:
    """Yield the scales' denominators, largest scale first: 25 000, then 50, 100, 200 thousand …

    >>> from itertools import islice
    >>> list(islice(scales(), 6))
    [25000, 50000, 100000, 200000, 500000, 1000000]
    """
    yield 25_000
    yield 50_000
    for power in count(5):
        yield from (factor * 10**power for factor in (1, 2, 5))


def best_scale(bounds: Bounds, width_mm: float, height_mm: float, margin_mm: float) -> int:
    """Return the denominator of the largest scale at which ``bounds`` fits with its margin."""
    west, south, east, north = bounds
    across, along = metres_per_degree((south + north) / 2)
    width_m, height_m = (east - west) * across, (north - south) * along
    room_w, room_h = (width_mm - 2 * margin_mm) / 1000, (height_mm - 2 * margin_mm) / 1000
    return next(s for s in scales() if width_m <= room_w * s and height_m <= room_h * s)


@dataclass(frozen=True)
class MapFrame:
    """The frame on the sheet (millimetres from the top left) and the ground it shows."""

    left: float
    top: float
    width: float
    height: float
    lon: float
    lat: float
    denominator: int

    @cached_property
    def _mm_per_degree(self) -> tuple[float, float]:
        across, along = metres_per_degree(self.lat)
        return across * 1000 / self.denominator, along * 1000 / self.denominator

    @property
    def right(self) -> float:
        """Right side on the sheet."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Lower side on the sheet."""
        return self.top + self.height

    @cached_property
    def box(self) -> BaseGeometry:
        """The frame as a rectangle on the sheet."""
        return shapely.box(self.left, self.top, self.right, self.bottom)

    @property
    def bounds(self) -> Bounds:
        """The ground that the frame shows, in degrees."""
        across, along = self._mm_per_degree
        wide, high = self.width / 2 / across, self.height / 2 / along
        return self.lon - wide, self.lat - high, self.lon + wide, self.lat + high

    def x(self, lon: float) -> float:
        """Return the place of a meridian on the sheet."""
        return self.left + self.width / 2 + (lon - self.lon) * self._mm_per_degree[0]

    def y(self, lat: float) -> float:
        """Return the place of a parallel on the sheet, downwards."""
        return self.top + self.height / 2 - (lat - self.lat) * self._mm_per_degree[1]

    def project(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return a geometry in longitude and latitude as valid millimetres on the sheet."""
        return shapely.make_valid(shapely.transform(shapely.force_2d(geometry), self._placed))

    def clip(self, geometry: BaseGeometry) -> BaseGeometry:
        """Return the part, in millimetres, of a projected geometry that the frame shows."""
        return shapely.intersection(geometry, self.box)

    def step_arcseconds(self, at_least_mm: float) -> int:
        """Return the smallest step of the graticule that leaves ``at_least_mm`` between lines."""
        smallest = min(self._mm_per_degree) / 3600
        wide = (step for step in _STEPS_ARCSECONDS if step * smallest >= at_least_mm)
        return next(wide, _STEPS_ARCSECONDS[-1])

    def meridians(self, step: int) -> list[float]:
        """Return the longitudes within the frame at multiples of ``step`` arc-seconds."""
        west, _, east, _ = self.bounds
        return _multiples(west, east, step)

    def parallels(self, step: int) -> list[float]:
        """Return the latitudes within the frame at multiples of ``step`` arc-seconds."""
        _, south, _, north = self.bounds
        return _multiples(south, north, step)

    def _placed(self, positions: Floats) -> Floats:
        across, along = self._mm_per_degree
        x = self.left + self.width / 2 + (positions[:, 0] - self.lon) * across
        y = self.top + self.height / 2 - (positions[:, 1] - self.lat) * along
        return np.column_stack([x, y])


def _multiples(start: float, end: float, step: int) -> list[float]:
    first, last = ceil(start * 3600 / step), floor(end * 3600 / step)
    return [number * step / 3600 for number in range(first, last + 1)]
