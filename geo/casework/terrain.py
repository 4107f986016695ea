"""What base maps say of ground: beyond the border, in water. Too coarse to refuse."""

from __future__ import annotations

from functools import lru_cache

import shapely
from pyproj import Geod
from shapely.geometry.base import BaseGeometry
from shapely.ops import nearest_points

from geo.boundaries import country, load_layer
from geo.cover import clip, cover
from geo.law.case import Places
from geo.perimeter import Perimeter

DOUBT_M = 20_000.0
"""How far the border of the base map may lie from the true one: 16.6 km was seen on real rights."""

BANK = "bank"
"""The class of restricted places that says where water lies: rivers and lakes, with their banks."""

_GEOD = Geod(ellps="WGS84")


def outside_border(perimeter: Perimeter) -> Perimeter | None:
    """Return the carrés beyond the border; None where the base map is too coarse to tell.

    Ground within :data:`DOUBT_M` of the line is in doubt.
    """
    if not perimeter:
        return Perimeter.empty(perimeter.grid)
    if _distance_m(perimeter.outline(), country().boundary) < DOUBT_M:
        return None
    return perimeter - clip(perimeter, country()).perimeter


def _distance_m(ground: BaseGeometry, line: BaseGeometry) -> float:
    """Return the distance on the ellipsoid of the points nearest in longitude and latitude.

    At these latitudes they are the nearest within a few per cent, which the doubt allows for.
    """
    here, there = nearest_points(ground, line)
    return float(_GEOD.inv(here.x, here.y, there.x, there.y)[2])


def water_cells(perimeter: Perimeter, banks: Places | None) -> Perimeter | None:
    """Return the carrés in water; None where nothing says that the ground is dry.

    The base map shows the great lakes alone: that it shows no water says nothing of rivers. Ground
    is dry where layers of the class :data:`BANK` cover all of it and none of their places shares
    ground with it.

    Parameters
    ----------
    banks : places of that class that are met, None where no layer of it covers the ground.
    """
    if not perimeter:
        return Perimeter.empty(perimeter.grid)
    met = () if banks is None else tuple(place for place in banks.met if place.distance_m <= 0)
    wet = _in_lakes(perimeter)
    for place in met:
        if place.public and place.cells is not None:
            wet = wet | (place.cells & perimeter)
    named = all(place.public for place in met)
    return wet if wet or (banks is not None and banks.covered and named) else None


def _in_lakes(perimeter: Perimeter) -> Perimeter:
    met = shapely.intersection(_lakes(), perimeter.outline())
    if met.is_empty:
        return Perimeter.empty(perimeter.grid)
    return cover(met, perimeter.grid).perimeter & perimeter


@lru_cache
def _lakes() -> BaseGeometry:
    return shapely.union_all([place.geometry for place in load_layer("lakes")])
