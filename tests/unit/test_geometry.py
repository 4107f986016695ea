"""The door for coordinate systems, axis order and measured areas."""

import numpy as np
import pytest
import shapely
from pyproj import Geod
from shapely import Polygon, box

from geo.errors import CRSError
from geo.geometry import (
    comparable,
    crs_of,
    is_lonlat,
    polygonal,
    polygons_area_m2,
    to_lonlat,
)

ESRI_WGS84 = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
)


@pytest.mark.parametrize("crs", ["EPSG:4326", "OGC:CRS84", 4326, ESRI_WGS84])
def test_degrees_of_wgs84_are_not_touched(crs):
    assert is_lonlat(crs_of(crs))
    given = np.array([Polygon([(14.1, -5.2), (14.3, -5.2), (14.3, -5.123456789012345)])])
    assert to_lonlat(given, crs)[0].equals_exact(given[0], 0)


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:4210", "EPSG:32735"])
def test_other_systems_are_not_taken_for_degrees_of_wgs84(crs):
    assert not is_lonlat(crs_of(crs))


def test_web_mercator_comes_back_longitude_first():
    """Kolwezi in Web Mercator: x = λ·R, y = R·asinh(tan φ), by hand."""
    radius = 6378137.0
    x = np.radians(25.4667) * radius
    y = radius * np.arcsinh(np.tan(np.radians(-10.7167)))
    (point,) = to_lonlat([shapely.Point(x, y, 7.0)], "EPSG:3857")
    assert shapely.get_coordinates(point)[0] == pytest.approx([25.4667, -10.7167], abs=1e-9)
    assert not point.has_z


@pytest.mark.parametrize("crs", ["EPSG:999999", "nonsense", ""])
def test_an_unknown_system_is_an_error_with_a_remedy(crs):
    with pytest.raises(CRSError, match="EPSG"):
        to_lonlat([shapely.Point(0, 0)], crs)


@pytest.mark.parametrize("south", [0.0, -5.0, -13.4])
def test_area_follows_parallels(south):
    """Against geodesic areas of the same box with its parallels cut into 20,000 edges."""
    degree = box(25, south, 26, south + 1)
    lon = np.linspace(25, 26, 20_000)
    expected, _ = Geod(ellps="WGS84").polygon_area_perimeter(
        np.concatenate([lon, lon[::-1]]),
        np.concatenate([np.full(20_000, south), np.full(20_000, south + 1)]),
    )
    assert polygons_area_m2([degree])[0] == pytest.approx(expected, rel=1e-8)


def test_polygonal_keeps_polygons_only():
    mixed = shapely.GeometryCollection(
        [shapely.Point(0, 0), shapely.LineString([(0, 0), (1, 1)]), box(0, 0, 1, 1)]
    )
    assert polygonal(mixed).area == 1
    assert polygonal(shapely.Point(0, 0)).is_empty
    nested = shapely.GeometryCollection([shapely.MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)])])
    assert len(polygonal(nested).geoms) == 2


def test_an_invalid_polygon_is_compared_by_a_repaired_copy():
    bowtie = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    assert comparable(bowtie).is_valid
    assert comparable(bowtie).area == 2
    valid = box(0, 0, 1, 1)
    assert comparable(valid) is valid
