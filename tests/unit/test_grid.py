"""The lattice: integers inside, degrees at the door."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.errors import CoordinateError, GridError
from geo.grid import COLOMBIA, DRC, Grid

CENTRED = Grid(
    "centred", "EPSG:4326", Fraction(1, 120), None, DRC.tolerance, (0, Fraction(-1, 240))
)
"""Rows centred on multiples of 30″, as the test vectors of the domain notes are."""

DRC_LINES = range(int(-13.5 * 120), 6 * 120 + 1)


@pytest.mark.parametrize("grid", [DRC, COLOMBIA, CENTRED], ids=lambda grid: grid.name)
@given(column=st.integers(-21_600, 21_600), row=st.integers(-10_800, 10_800))
def test_node_survives_the_way_through_degrees(grid, column, row):
    nodes, shift = grid.nodes_of(grid.coordinates_of([(column, row)]))
    assert nodes.tolist() == [[column, row]]
    assert shift.tolist() == [0.0]


@pytest.mark.parametrize("decimals", [6, 7, 9, 15])
def test_every_line_of_the_country_is_found_again_after_rounding(decimals):
    degrees = [round(float(Fraction(line, 120)), decimals) for line in DRC_LINES]
    positions = np.column_stack([degrees, degrees])
    expected = [[line, line] for line in DRC_LINES]
    assert DRC.cells_at(positions).tolist() == expected
    assert DRC.nodes_of(positions)[0].tolist() == expected


def test_a_plain_floor_would_misplace_lines():
    """The reason for the rule above: 6-decimal degrees fall below their own line."""
    wrong = sum(np.floor(round(line / 120, 6) * 120) != line for line in DRC_LINES)
    assert wrong > 500


def test_a_position_belongs_to_one_carré_beyond_the_tolerance():
    just_west = float(Fraction(3056, 120) - DRC.tolerance * 2)
    assert DRC.cells_at([(just_west, -10.71)]).tolist() == [[3055, -1286]]
    just_on = float(Fraction(3056, 120) - DRC.tolerance / 2)
    assert DRC.cells_at([(just_on, -10.71)]).tolist() == [[3056, -1286]]


def test_shift_is_the_distance_from_the_node():
    _, shift = DRC.nodes_of([(25.0, -10.0), (25.0 + 0.5 / 3600, -10.0 - 1 / 3600)])
    assert shift == pytest.approx([0, 1 / 3600])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_positions_must_be_finite(value):
    with pytest.raises(CoordinateError, match="position 2 of 2"):
        DRC.nodes_of([(25.0, -10.0), (25.0, value)])


def test_legal_area_is_a_count_of_decimals():
    """471 × 84.955 = 40 013.805 ha: the largest research permit in practice."""
    assert DRC.legal_area_ha(471) == Decimal("40013.805")
    assert DRC.legal_area_ha(0) == 0


def test_a_grid_without_nominal_area_has_no_legal_area():
    with pytest.raises(GridError, match="no nominal area"):
        COLOMBIA.legal_area_ha(1)


@pytest.mark.parametrize(
    ("latitude", "hectares"),
    [
        (0, 85.480),
        (2, 85.429),
        (-2, 85.429),
        (4, 85.277),
        (6, 85.024),
        (8, 84.670),
        (-10.7, 84.032),
        (-11.5, 83.808),
        (-13.4, 83.212),
    ],
)
def test_true_area_of_a_carré_centred_on_a_latitude(latitude, hectares):
    """Vectors of the domain notes, computed outside this project on WGS 84."""
    area = CENTRED.cell_area_m2([round(latitude * 120)])[0] / 1e4
    assert area == pytest.approx(hectares, abs=0.0006)


@pytest.mark.parametrize("grid", [DRC, COLOMBIA], ids=["DRC", "Colombia"])
@pytest.mark.parametrize("row", [0, -1, 700, -1286, -1600])
def test_true_area_equals_a_geodesic_polygon_with_many_vertices(grid, row):
    """A geodesic bends away from the parallel: 2,000 short edges follow it (Karney's areas)."""
    ellipsoid = Geod(ellps="GRS80" if grid is COLOMBIA else "WGS84")
    (west, south), (east, north) = grid.coordinates_of([(3000, row), (3001, row + 1)])
    lon = np.linspace(west, east, 2_000)
    ring_lon = np.concatenate([lon, lon[::-1]])
    ring_lat = np.concatenate([np.full(2_000, south), np.full(2_000, north)])
    expected, _ = ellipsoid.polygon_area_perimeter(ring_lon, ring_lat)
    assert grid.cell_area_m2([row])[0] == pytest.approx(abs(expected), rel=1e-7)


def test_colombia_celda_is_about_1_23_ha():
    """Domain notes, section 7: 1.23 ha at 4° N."""
    assert COLOMBIA.cell_area_m2([4000])[0] / 1e4 == pytest.approx(1.23, abs=0.005)


def test_a_tolerance_that_reaches_the_next_node_is_refused():
    with pytest.raises(GridError, match="tolerance"):
        Grid("blind", "EPSG:4326", Fraction(1, 120), None, Fraction(1, 200))
