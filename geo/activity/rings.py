"""Ground within so many metres of other ground, on the WGS 84 ellipsoid.

A ring is drawn on a transverse Mercator through the middle of the ground, its edges cut at 5″ so
that a parallel stays one. Ground up to 1° wide is off by less than 5e-5 of the ring's width (0.5 m
in 10 km), ground 3° wide by 3.5e-4; arcs are drawn by 256 chords to the circle, 0.8 m in 10 km at
most. What is nearer than that to the edge of a ring may fall on either side.
"""

from __future__ import annotations

from functools import lru_cache

import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geo.geometry import LONLAT, comparable, polygonal
from geo.register.areas.measure import CUT_DEG

_CHORDS_PER_QUARTER = 64


def reaching(ground: BaseGeometry, metres: float) -> BaseGeometry:
    """Return ground with ``metres`` around it; with less than 0, ground that far from its edge.

    Parameters
    ----------
    ground : in longitude and latitude (EPSG:4326).

    Returns
    -------
    MultiPolygon in longitude and latitude; empty where nothing is left.
    """
    if ground.is_empty or metres == 0:
        return polygonal(comparable(ground))
    there, back = _plane(round(ground.centroid.x, 1))
    cut = shapely.segmentize(comparable(ground), CUT_DEG)
    laid = shapely.transform(cut, there.transform, interleaved=False)
    round_ = shapely.buffer(laid, metres, quad_segs=_CHORDS_PER_QUARTER)
    return polygonal(comparable(shapely.transform(round_, back.transform, interleaved=False)))


def ring_between(ground: BaseGeometry, from_m: float, to_m: float) -> BaseGeometry:
    """Return what lies further than ``from_m`` outside the ground and not further than ``to_m``."""
    return polygonal(shapely.difference(reaching(ground, to_m), reaching(ground, from_m)))


@lru_cache(maxsize=256)
def _plane(longitude_deg: float) -> tuple[pyproj.Transformer, pyproj.Transformer]:
    """Return to and from metres, true to scale along a meridian."""
    plane = f"+proj=tmerc +lat_0=0 +lon_0={longitude_deg} +k=1 +datum=WGS84 +units=m +type=crs"
    return (
        pyproj.Transformer.from_crs(LONLAT, plane, always_xy=True),
        pyproj.Transformer.from_crs(plane, LONLAT, always_xy=True),
    )
