"""Perimeters as sets of carrés: every operation against Python's own sets."""

from decimal import Decimal
from itertools import pairwise

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GridError, GridMismatch
from geo.grid import COLOMBIA, DRC
from geo.perimeter import Perimeter

cells = st.sets(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), max_size=60)


def perimeter(of):
    return Perimeter.from_cells(sorted(of) or [], DRC) if of else Perimeter.empty()


def carrés(of):
    return {tuple(cell) for cell in of.cells().tolist()}


@given(cells)
def test_cells_come_back(wanted):
    assert carrés(perimeter(wanted)) == wanted
    assert perimeter(wanted).count == len(wanted)


@given(cells, cells)
def test_algebra_is_that_of_sets(left, right):
    a, b = perimeter(left), perimeter(right)
    assert carrés(a | b) == left | right
    assert carrés(a & b) == left & right
    assert carrés(a - b) == left - right
    assert carrés(a ^ b) == left ^ right
    assert (a <= b) == (left <= right)
    assert (a == b) == (left == right)
    assert (a.digest == b.digest) == (left == right)


@given(cells)
def test_runs_are_sorted_and_never_touch(wanted):
    runs = perimeter(wanted).to_lists()
    assert runs == sorted(runs)
    for (row, _, end), (next_row, start, _) in pairwise(runs):
        assert row < next_row or end < start


@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-9, 9), st.integers(1, 7))))
def test_overlapping_runs_are_united(given_runs):
    runs = [(row, start, start + length) for row, start, length in given_runs]
    expected = {(column, row) for row, start, end in runs for column in range(start, end)}
    assert carrés(Perimeter.from_runs(runs)) == expected


def neighbours(cell):
    column, row = cell
    return {(column + 1, row), (column - 1, row), (column, row + 1), (column, row - 1)}


def flood(wanted):
    """Contiguous parts by edge, the slow way."""
    left, parts = set(wanted), []
    while left:
        part, front = set(), {min(left)}
        while front:
            part |= front
            front = {n for cell in front for n in neighbours(cell)} & (left - part)
        left -= part
        parts.append(frozenset(part))
    return set(parts)


@given(cells)
def test_parts_hang_together_by_edges(wanted):
    parts = perimeter(wanted).parts()
    assert {frozenset(carrés(part)) for part in parts} == flood(wanted)
    assert perimeter(wanted).is_contiguous == (len(flood(wanted)) == 1)


def test_a_common_corner_is_no_contact():
    assert len(perimeter({(0, 0), (1, 1)}).parts()) == 2
    assert perimeter({(0, 0), (1, 0), (1, 1)}).is_contiguous


@given(cells)
def test_holes_are_ground_that_cannot_reach_the_open(wanted):
    frame = {(c, r) for c in range(-8, 9) for r in range(-8, 9)}
    enclosed = {part for part in flood(frame - wanted) if (-8, -8) not in part}
    assert {frozenset(carrés(hole)) for hole in perimeter(wanted).holes()} == enclosed


def test_an_enclave_that_touches_the_open_by_a_corner_is_a_hole():
    ring = {(c, r) for c in range(3) for r in range(3)} - {(1, 1), (0, 0)}
    assert [carrés(hole) for hole in perimeter(ring).holes()] == [{(1, 1)}]


@pytest.mark.parametrize("at", [(0, 0), (3056, -1286), (-5, 700)])
def test_areas(at):
    column, row = at
    two = perimeter({(column, row), (column, row + 1)})
    assert two.legal_area_ha == Decimal("169.910")
    expected = DRC.cell_area_m2([row, row + 1]).sum()
    assert two.geodesic_area_m2 == pytest.approx(expected)


def test_bounds_are_nodes():
    assert perimeter({(3, 4), (5, 9)}).bounds == (3, 4, 6, 10)
    with pytest.raises(GridError, match="empty"):
        Perimeter.empty().bounds  # noqa: B018


def test_an_empty_perimeter_is_a_perimeter():
    nothing = Perimeter.empty()
    assert not nothing
    assert (nothing.count, nothing.parts(), nothing.holes()) == (0, (), ())
    assert nothing.outline().is_empty
    assert nothing <= perimeter({(0, 0)})


def test_grids_do_not_mix():
    with pytest.raises(GridMismatch, match="Colombia"):
        perimeter({(0, 0)}) & Perimeter.from_cells([(0, 0)], COLOMBIA)


@pytest.mark.parametrize("run", [(0, 5, 5), (0, 5, 4), (0, 0, 1 << 22), (1 << 22, 0, 1)])
def test_impossible_runs_are_refused(run):
    with pytest.raises(GridError):
        Perimeter.from_runs([run])


def test_runs_cannot_be_changed_from_outside():
    with pytest.raises(ValueError, match="read-only"):
        perimeter({(0, 0)}).runs[0, 0] = 7


def test_wire_form_round_trip():
    shape = perimeter({(0, 0), (1, 0), (-3, -2)})
    assert shape.to_lists() == [[-2, -3, -2], [0, 0, 2]]
    assert Perimeter.from_runs(shape.to_lists()) == shape


def test_outline_lies_on_nodes():
    outline = perimeter({(3056, -1286)}).outline()
    assert outline.equals(shapely.box(3056 / 120, -1286 / 120, 3057 / 120, -1285 / 120))
