"""Distances on the ellipsoid against geodesics of pyproj on densified edges."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from area_register import GEOD, GROUND, from_side, geodesic_to_ring, geodesic_to_segment
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from geo.errors import GridMismatch
from geo.grid import PERU_18_SOUTH
from geo.perimeter import Perimeter
from geo.register.areas.measure import (
    cell_boxes,
    cells_sharing,
    distances,
    enlarged,
    moved_m,
    window_of,
)

WIDE = Perimeter.from_runs([(-1286, 3000, 3400)])
"""400 carrés along one parallel: 365 km; the geodesic between its ends bulges 493 m."""


def test_a_parallel_is_no_geodesic():
    """What the module's docstring says of edges at 10° S."""
    for cells, bulge_m in ((1, 0.0029), (10, 0.288)):
        lon, lat = GEOD.npts(25, -10, 25 + cells / 120, -10, 1)[0]
        assert GEOD.inv(lon, lat, lon, -10)[2] == pytest.approx(bulge_m, rel=0.01)


@pytest.mark.parametrize("metres", [1, 5, 20, 45, 50, 89.99, 90, 180, 999.99, 1000])
@pytest.mark.parametrize("side", ["north", "east", "south", "west"])
@pytest.mark.parametrize("ground", [GROUND, WIDE], ids=["small", "wide"])
def test_straight_out_of_a_side(ground, side, metres):
    """`Geod.fwd` from the middle of a side; the foot may lie elsewhere, where pyproj finds it."""
    point = from_side(ground, side, metres)
    measured = distances(ground, [Point(point)], metres + 10).metres.min()
    assert measured == pytest.approx(geodesic_to_ring(point, ground), abs=5e-4)


@settings(max_examples=150)
@given(
    lon=st.floats(25.44, 25.53),
    lat=st.floats(-10.74, -10.67),
    lon2=st.floats(-0.01, 0.01),
    lat2=st.floats(-0.01, 0.01),
)
def test_brute_force_finds_the_same(lon, lat, lon2, lat2):
    """A point, and a line from it: every corner against every edge, by geodesics."""
    point, end = (lon, lat), (lon + lon2, lat + lat2)
    corner_pairs = distances(GROUND, [Point(point)], 6000)
    if not GROUND.outline().intersects(Point(point)):
        expected = geodesic_to_ring(point, GROUND)
        assert corner_pairs.metres.min() == pytest.approx(expected, abs=2e-3)
    line = LineString([point, end])
    if line.length and not GROUND.outline().intersects(line):
        corners = list(shapely.get_coordinates(GROUND.outline()))
        expected = min(
            *(geodesic_to_ring(one, GROUND) for one in (point, end)),
            *(geodesic_to_segment(tuple(one), point, end) for one in corners),
        )
        measured = distances(GROUND, [line], 6000).metres.min()
        assert measured == pytest.approx(expected, abs=2e-3)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.floats(25.46, 25.51), st.floats(-10.73, -10.68)), max_size=8))
def test_each_carre_is_measured_by_itself(points):
    """The least distance of each carré equals that of a perimeter of it alone; none is left out."""
    limit = 300.0
    pairs = distances(GROUND, [Point(p) for p in points], limit)
    found = {
        (int(p), int(c)): m
        for p, c, m in zip(pairs.place, pairs.cell, pairs.metres, strict=True)
        if m < limit
    }
    for p, point in enumerate(points):
        for c, cell in enumerate(GROUND):
            alone = Perimeter.from_cells([cell])
            inside = alone.outline().intersects(Point(point))
            expected = 0.0 if inside else geodesic_to_ring(point, alone)
            if expected < limit - 0.01:
                assert found[p, c] == pytest.approx(expected, abs=1e-3)
            elif expected > limit + 0.01:
                assert (p, c) not in found


def test_no_place_and_no_carre_give_no_pair():
    assert len(distances(GROUND, [], 100).metres) == 0
    assert len(cells_sharing(GROUND, box(0, 0, 1, 1), 1.0)) == 0


def test_enlarged_holds_every_position_at_the_distance():
    """500 geodesics of the distance, outwards in all directions from the whole outline."""
    rng = np.random.default_rng(7)
    ring = GROUND.outline().boundary
    for metres in (5, 90, 1000):
        area = enlarged(GROUND, metres)
        shapely.prepare(area)
        for share, azimuth in zip(rng.random(500), rng.uniform(0, 360, 500), strict=True):
            start = ring.interpolate(share, normalized=True)
            lon, lat, _ = GEOD.fwd(start.x, start.y, azimuth, metres)
            assert area.covers(Point(lon, lat))
            assert box(*window_of(GROUND, metres)).covers(Point(lon, lat))
        excess = enlarged(GROUND, metres).area - GROUND.outline().area
        assert excess > 0
    assert enlarged(GROUND, 0).equals(GROUND.outline())


def test_a_move_is_measured():
    far = from_side(GROUND, "north", 250)
    near = from_side(GROUND, "north", 50)
    assert moved_m(Point(near), Point(far)) == pytest.approx(200, abs=0.01)


def test_a_grid_in_metres_is_refused():
    with pytest.raises(GridMismatch, match="EPSG:4326"):
        cell_boxes(Perimeter.from_cells([(1, 1)], PERU_18_SOUTH))
