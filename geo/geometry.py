"""The only door for coordinate reference systems, axis order, validity and measured areas.

Inside Mabele a geometry is in longitude and latitude (EPSG:4326), longitude first, two-dimensional.
Comparisons happen there; measures are taken afterwards, on the ellipsoid.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.exceptions import CRSError as ProjError
from shapely.geometry.base import BaseGeometry

from geo.errors import CRSError
from geo.grid import Floats

LONLAT = "EPSG:4326"
EQUAL_AREA = "EPSG:6933"
"""Equal-area cylindrical on the WGS 84 ellipsoid: meridians and parallels stay straight."""

Geometries = npt.NDArray[np.object_]


def crs_of(text: Any) -> pyproj.CRS:
    """Return the coordinate reference system that ``text`` (EPSG code, WKT, PROJ) names.

    Raises
    ------
    CRSError : it names none.
    """
    try:
        return pyproj.CRS.from_user_input(text)
    except ProjError as error:
        raise CRSError(
            f"“{str(text)[:80]}” names no coordinate reference system. "
            "Give an EPSG code such as EPSG:4326."
        ) from error


def is_lonlat(crs: pyproj.CRS) -> bool:
    """Whether coordinates in ``crs`` are degrees of WGS 84, whatever the order of its axes."""
    known = crs_of(LONLAT)
    return crs.equals(known, ignore_axis_order=True) or crs.to_epsg(min_confidence=70) == 4326


def to_lonlat(geometries: Sequence[BaseGeometry | None] | Geometries, crs: Any) -> Geometries:
    """Return geometries, given as x, y in ``crs``, in longitude and latitude, two-dimensional.

    Where ``crs`` is WGS 84 in degrees already, no coordinate is touched. Vertices are moved one by
    one: an edge that is straight in ``crs`` is taken to be straight in longitude and latitude.

    Raises
    ------
    CRSError : ``crs`` names no coordinate reference system.
    """
    flat = shapely.force_2d(np.asarray(geometries, dtype=object))
    source = crs_of(crs)
    if is_lonlat(source):
        return np.asarray(flat)
    transformer = pyproj.Transformer.from_crs(source, LONLAT, always_xy=True)
    return np.asarray(shapely.transform(flat, transformer.transform, interleaved=False))


def polygons_area_m2(geometries: npt.ArrayLike) -> Floats:
    """Return the area of each lon/lat polygon in m² on the WGS 84 ellipsoid, as (n,) float64.

    Edges count as straight in longitude and latitude, as the edges of rights are. Through the
    equal-area cylindrical projection: exact for edges along meridians and parallels.
    """
    moved = shapely.transform(
        np.asarray(geometries, dtype=object), _to_equal_area().transform, interleaved=False
    )
    return np.atleast_1d(shapely.area(moved))


def strips_area_m2(width_deg: float, latitudes: npt.ArrayLike) -> Floats:
    """Return the m² between each of (n,) latitudes and the next, ``width_deg`` wide, as (n-1,).

    Through the same projection, in which these strips are rectangles.
    """
    degrees = np.asarray(latitudes, dtype=np.float64)
    x, y = _to_equal_area().transform(np.full_like(degrees, width_deg), degrees)
    return np.asarray(np.abs(np.diff(y)) * x[:-1])


def polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """Return the polygons of a geometry as one MultiPolygon; lines and points are left out."""
    parts = shapely.get_parts(geometry)
    flat = [piece for part in parts for piece in shapely.get_parts(part)]
    return shapely.MultiPolygon([p for p in flat if isinstance(p, shapely.Polygon) and p.area > 0])


def comparable(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry that set operations accept: itself if valid, else a repaired copy.

    The repair is for comparison only (even-odd, as GEOS's ``make_valid`` reads rings); what was
    received is kept and its invalidity reported.
    """
    return geometry if geometry.is_valid else polygonal(shapely.make_valid(geometry))


@lru_cache
def _to_equal_area() -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(LONLAT, EQUAL_AREA, always_xy=True)
