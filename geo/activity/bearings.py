"""Where activity moves to: bearings on the ellipsoid, and whether they agree with each other.

Bearings are circular: of 350° and 10° the mean is 0°. The resultant length says how far they agree:
1 all the same way, 0 none at all. Below :data:`LEAST_RESULTANT` there is no direction to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj

from geo.grid import Floats

LEAST_RESULTANT = 0.3
"""Weighted bearings that agree less have no direction: of two equal parts, more than 145° apart."""

_POINTS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


@dataclass(frozen=True, slots=True)
class Direction:
    """Which way activity went.

    Parameters
    ----------
    bearing_deg : clockwise from north; None where the bearings do not agree.
    resultant : 0 to 1, how far they agree.
    moved_m : how far the centre of activity moved.
    moved_bearing_deg : which way it moved; None where it did not.
    """

    bearing_deg: float | None
    resultant: float
    moved_m: float
    moved_bearing_deg: float | None

    @property
    def towards(self) -> str | None:
        """The point of the compass (N, NE, E …); None where there is no direction."""
        return None if self.bearing_deg is None else compass_point(self.bearing_deg)


def compass_point(bearing_deg: float) -> str:
    """Return the nearest of eight points of the compass.

    >>> compass_point(350), compass_point(23), compass_point(135)
    ('N', 'NE', 'SE')
    """
    return _POINTS[round(bearing_deg / 45) % 8]


def mean_bearing(bearings_deg: Floats, weights: Floats) -> tuple[float | None, float]:
    """Return the weighted circular mean of bearings, None where they do not agree; and how far.

    Examples
    --------
    >>> mean, resultant = mean_bearing(np.array([350.0, 10.0]), np.array([1.0, 1.0]))
    >>> round(mean, 6) % 360, round(resultant, 3)
    (0.0, 0.985)
    >>> mean_bearing(np.array([0.0, 180.0]), np.array([1.0, 1.0]))[0] is None
    True
    """
    whole = float(np.sum(weights))
    if whole <= 0:
        return None, 0.0
    angles = np.radians(bearings_deg)
    east, north = np.sum(weights * np.sin(angles)) / whole, np.sum(weights * np.cos(angles)) / whole
    resultant = float(np.hypot(east, north))
    if resultant < LEAST_RESULTANT:
        return None, resultant
    return float(np.degrees(np.arctan2(east, north)) % 360), resultant


def centre_of(lonlat: Floats, weights: Floats) -> tuple[float, float]:
    """Return the weighted middle of positions as longitude and latitude.

    Through the mean of their directions from the middle of the earth: no meridian is special.
    """
    lon, lat = np.radians(lonlat).T
    xyz = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    x, y, z = (xyz * weights[:, None]).sum(axis=0)
    return float(np.degrees(np.arctan2(y, x))), float(np.degrees(np.arctan2(z, np.hypot(x, y))))


def direction_of(
    before: Sequence[tuple[float, float, float]],
    now: Sequence[tuple[float, float, float]],
    fresh: Sequence[tuple[float, float, float]],
) -> Direction | None:
    """Return which way activity went, None where nothing was there before, or nothing is new.

    Parameters
    ----------
    before, now, fresh : longitude, latitude and weight (hectares or places) of what was seen
        before, what is seen now, and the part of it that is new.
    """
    if not before or not now or not fresh:
        return None
    old, seen, new = (np.array(part, dtype=float) for part in (before, now, fresh))
    start, end = centre_of(old[:, :2], old[:, 2]), centre_of(seen[:, :2], seen[:, 2])
    bearings, _, metres = _ellipsoid().inv(
        np.full(len(new), start[0]), np.full(len(new), start[1]), new[:, 0], new[:, 1]
    )
    mean, resultant = mean_bearing(np.asarray(bearings), new[:, 2] * (np.asarray(metres) > 0))
    bearing, _, moved = _ellipsoid().inv(*start, *end)
    return Direction(mean, resultant, float(moved), float(bearing) % 360 if moved else None)


@lru_cache
def _ellipsoid() -> pyproj.Geod:
    return pyproj.Geod(ellps="WGS84")
