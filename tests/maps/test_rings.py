"""Integer rings decode to the polygons they came from; expected areas are counted by hand."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPolygon, Polygon, box

from maps.rings import steps_of


def decoded(rings, scale):
    """Return the rings of one geometry as polygons, by summing the steps."""
    points = [np.cumsum(np.reshape(ring, (-1, 2)), axis=0) / scale for ring in rings]
    return [Polygon(ring) for ring in points]


def test_a_square_is_four_corners():
    square = Polygon([(30, -10), (30.05, -10), (30.1, -10), (30.1, -9.9), (30, -9.9)])
    ((ring,),) = steps_of([square], 120)
    assert ring == [3600, -1200, 12, 0, 0, 12, -12, 0]


def test_a_hole_is_a_ring_of_its_own():
    with_hole = box(0, 0, 1, 1).difference(box(0.25, 0.25, 0.5, 0.5))
    (rings,) = steps_of([with_hole], 120)
    outer, hole = sorted((p.area for p in decoded(rings, 120)), reverse=True)
    assert (outer, hole) == pytest.approx((1, 0.0625))


def test_parts_and_missing_geometries_keep_their_place():
    two = MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)])
    encoded = steps_of([None, two, Polygon(), box(5, 5, 6, 6)], 120)
    assert [len(rings) for rings in encoded] == [0, 2, 0, 1]


def test_a_line_keeps_its_ends():
    ((line,),) = steps_of([LineString([(0, 0), (0.5, 0.5), (1, 0)])], 2)
    assert line == [0, 0, 1, 1, 1, -1]


def test_a_ring_that_rounds_to_nothing_is_left_out():
    assert steps_of([box(0, 0, 1e-6, 1e-6)], 120) == [[]]


def test_nothing_gives_nothing():
    assert steps_of([], 120) == []


masks = st.sets(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=1, max_size=40)


@given(masks)
def test_union_of_carres_comes_back_exactly(cells):
    unit = 1 / 120
    squares = [box(c * unit, r * unit, (c + 1) * unit, (r + 1) * unit) for c, r in cells]
    union = shapely.union_all(squares)
    (rings,) = steps_of([union], 120)
    corners = {tuple(p) for ring in rings for p in np.cumsum(np.reshape(ring, (-1, 2)), axis=0)}
    assert corners <= {(c + i, r + j) for c, r in cells for i in (0, 1) for j in (0, 1)}
    signed = sum(shapely.area(p) * (1 if outer else -1) for p, outer in _nested(rings))
    assert signed * 120 * 120 == pytest.approx(len(cells))


def _nested(rings):
    """Return each ring with whether an even number of the other rings holds it."""
    polygons = decoded(rings, 120)
    for one in polygons:
        inside = one.representative_point()
        holders = sum(other is not one and other.contains(inside) for other in polygons)
        yield one, holders % 2 == 0
