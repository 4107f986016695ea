"""A drawn shape as whole carrés, and what it says of the difference."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from geo.errors import GridError
from geo.perimeter import Perimeter
from geo.snapping import snap

COL, ROW = 3054, -1286
SECOND = 1 / 3600


def square(west: float, south: float, east: float, north: float) -> Polygon:
    """A box in carrés from a corner near Kolwezi, in degrees."""
    return box((COL + west) / 120, (ROW + south) / 120, (COL + east) / 120, (ROW + north) / 120)


def test_whole_carres_stay_what_they_are() -> None:
    snapped = snap(square(0, 0, 3, 2))
    assert snapped.exact
    assert snapped.moved == ()
    assert snapped.perimeter.to_lists() == [[ROW, COL, COL + 3], [ROW + 1, COL, COL + 3]]


def test_a_corner_off_by_four_seconds_moves_by_123_metres() -> None:
    # 4″ of latitude at 10.7° S are 4 × 30.72 m = 122.9 m (pyproj.Geod on the meridian).
    west, south, east, north = square(0, 0, 2, 2).bounds
    snapped = snap(
        Polygon([(west, south), (east, south), (east, north), (west, north - 4 * SECOND)])
    )
    assert snapped.perimeter.count == 4
    (moved,) = snapped.moved
    assert (moved.ring, moved.number) == (1, 4)
    assert moved.moved_m == pytest.approx(122.9, abs=0.1)
    assert moved.to == (COL, ROW + 2)


def test_a_vertex_in_the_middle_of_a_straight_edge_is_no_corner() -> None:
    west, south, east, north = square(0, 0, 2, 2).bounds
    middle = (west + 17 * SECOND, south)
    assert snap(Polygon([(west, south), middle, (east, south), (east, north), (west, north)])).exact


def test_it_names_what_is_gained_and_what_is_lost() -> None:
    snapped = snap(square(0, 0, 2.6, 1.25))
    assert snapped.perimeter.to_lists() == [[ROW, COL, COL + 3]]
    assert snapped.gained.to_lists() == [[ROW, COL + 2, COL + 3]]
    assert snapped.lost.to_lists() == [[ROW + 1, COL, COL + 3]]
    assert snapped.gained_cells == pytest.approx(0.4)
    assert snapped.lost_cells == pytest.approx(0.25 * 2.6)


def test_half_a_carre_is_enough() -> None:
    assert snap(square(0, 0, 1.5, 1)).perimeter.count == 2
    assert snap(square(0, 0, 1.49, 1)).perimeter.count == 1


def test_a_shape_smaller_than_half_a_carre_is_refused_by_name() -> None:
    with pytest.raises(GridError, match="smaller than the ground of one carré"):
        snap(square(0.4, 0.4, 0.6, 0.6))


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=3, max_size=9, unique=True
    )
)
def test_every_carre_is_decided_by_its_share(corners: list[tuple[int, int]]) -> None:
    """The share of each carré is measured here by shapely alone, carré by carré."""
    ring = Polygon([((COL + x / 40) / 120, (ROW + y / 40) / 120) for x, y in corners])
    shape = ring if ring.is_valid else shapely.make_valid(ring)
    wanted = []
    for column in range(11):
        for row in range(11):
            cell = square(column, row, column + 1, row + 1)
            share = shape.intersection(cell).area * 120 * 120
            if abs(share - 0.5) < 1e-9:
                return  # a tie to the last bit: either is right
            if share > 0.5:
                wanted.append((COL + column, ROW + row))
    if not wanted:
        return
    assert snap(ring).perimeter == Perimeter.from_cells(wanted)
