"""Overlaps against brute force: Python's sets for carrés, shapely's for polygons."""

from decimal import Decimal
from itertools import combinations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from geo.errors import GridMismatch, InputError
from geo.grid import COLOMBIA
from geo.lattice import place
from geo.overlap.audit import Ground, overlaps
from geo.overlap.cells import pair_counts, shared_runs
from geo.perimeter import Perimeter

cells = st.sets(st.tuples(st.integers(0, 7), st.integers(0, 5)), min_size=1, max_size=25)


def ground(of):
    return Ground(Perimeter.from_cells(sorted(of)))


@given(st.lists(cells, max_size=8))
def test_pairs_and_carrés_are_those_of_sets(rights):
    expected = {(i, j): a & b for (i, a), (j, b) in combinations(enumerate(rights), 2) if a & b}
    found = overlaps([ground(right) for right in rights])
    assert {(o.a, o.b): set(map(tuple, o.piece.cells().tolist())) for o in found} == expected
    assert all(o.exact and o.cells == len(expected[o.a, o.b]) for o in found)


@given(st.lists(cells, max_size=8))
def test_counts_agree_with_pieces(rights):
    grounds = [ground(right) for right in rights]
    runs = np.vstack([np.empty((0, 3)), *[g.perimeter.runs for g in grounds]])
    owner = np.repeat(np.arange(len(grounds)), [len(g.perimeter.runs) for g in grounds])
    counts = pair_counts(shared_runs(runs, owner))
    assert list(zip(counts.a, counts.b, counts.cells, strict=True)) == [
        (o.a, o.b, o.cells) for o in overlaps(grounds)
    ]


def test_nested_runs_are_found_past_a_neighbour():
    """The long run meets the third although the second ends before it (what lag() misses)."""
    long, short, late = [(0, 0, 100)], [(0, 1, 2)], [(0, 50, 60)]
    counts = pair_counts(shared_runs([*long, *short, *late], [0, 1, 2]))
    assert list(zip(counts.a.tolist(), counts.b.tolist(), counts.cells.tolist(), strict=True)) == [
        (0, 1, 1),
        (0, 2, 10),
    ]


def test_touching_is_not_overlapping():
    assert overlaps([ground({(0, 0)}), ground({(1, 0)}), ground({(1, 1)})]) == []


def test_measures_of_an_exact_overlap():
    (found,) = overlaps([ground({(0, 0), (1, 0), (2, 0), (3, 0)}), ground({(3, 0), (4, 0)})])
    assert found.legal_area_ha == Decimal("84.955")
    assert found.geodesic_area_m2 / 1e4 == pytest.approx(85.480, abs=0.001)
    assert (found.share_a, found.share_b) == (0.25, 0.5)
    assert found.tolerance_cells == 0


def square(column, row, width=1.0, height=1.0):
    return box(column / 120, row / 120, (column + width) / 120, (row + height) / 120)


def grounds_of(*shapes):
    return [
        Ground(placement.perimeter, shape)
        for shape, placement in zip(shapes, place(shapes), strict=True)
    ]


def test_a_polygon_off_the_lattice_is_compared_as_it_is():
    shifted = square(0.5, 0, 2, 1)
    found = overlaps(grounds_of(square(0, 0), shifted, square(1, 0), square(9, 9)))
    assert [(o.a, o.b, o.exact, o.cells) for o in found] == [
        (0, 1, False, None),
        (1, 2, False, None),
    ]
    assert [o.area_cells for o in found] == pytest.approx([0.5, 1.0])
    assert (found[0].share_a, found[0].share_b) == pytest.approx((0.5, 0.25))
    assert found[0].legal_area_ha is None
    assert found[0].piece.is_valid


def test_two_polygons_off_the_lattice():
    found = overlaps(grounds_of(square(0.25, 0.25), square(0.75, 0.25)))
    assert [o.area_cells for o in found] == pytest.approx([0.5])


@pytest.mark.parametrize(("share", "counts"), [(0.9e-4, 0), (1.1e-4, 1)])
def test_slivers_up_to_the_tolerance_do_not_count(share, counts):
    sliver = Polygon([(0, 0), (0, 1 / 120), (-1 / 120, 0.5 / 120)])
    reaching = shapely.union(sliver, square(0, 0, share, 1))
    assert len(overlaps(grounds_of(square(0, 0), reaching))) == counts


def test_a_rounded_border_in_common_leaves_no_sliver():
    """A hundred carrés of shared border, rounded to 6 decimals as registers do."""
    west = shapely.transform(square(3000, 0, 1, 100), lambda xy: xy.round(6))
    east = shapely.transform(square(3001, 0, 1.5, 100), lambda xy: xy.round(6))
    grounds = grounds_of(west, east)
    assert [ground.perimeter is not None for ground in grounds] == [True, False]
    assert overlaps(grounds) == []


def test_an_invalid_polygon_is_compared_even_odd():
    bowtie = Polygon([(0, 0), (2 / 120, 1 / 120), (2 / 120, 0), (0, 1 / 120)])
    (found,) = overlaps(grounds_of(square(0, 0), bowtie))
    assert found.area_cells == pytest.approx(0.5)


def test_random_polygons_equal_a_plain_double_loop():
    random = np.random.default_rng(7)
    shapes = []
    for number in range(60):
        x, y = random.integers(0, 12, 2)
        jitter = 0.3 if number % 3 == 0 else 0.0
        shapes.append(square(x + jitter, y, *random.integers(1, 5, 2)))
    expected = {}
    for (i, a), (j, b) in combinations(enumerate(shapes), 2):
        area = a.intersection(b).area * 120**2
        if area > 1e-4:
            expected[i, j] = area
    found = overlaps(grounds_of(*shapes))
    assert {(o.a, o.b): o.area_cells for o in found} == pytest.approx(expected)
    assert [o.exact for o in found] == [o.a % 3 != 0 and o.b % 3 != 0 for o in found]


def test_grounds_of_another_grid_are_refused():
    celda = Ground(Perimeter.from_cells([(0, 0)], COLOMBIA))
    with pytest.raises(GridMismatch):
        overlaps([celda])
    assert overlaps([celda, celda], COLOMBIA)[0].legal_area_ha is None


@pytest.mark.parametrize(
    "same",
    [
        Ground(Perimeter.from_runs([(0, 0, 5)])),
        Ground(Perimeter.from_runs([(row, 0, 5) for row in range(40)])),
        Ground(geometry=square(0.5, 0.5)),
    ],
    ids=["small", "tall", "polygon"],
)
def test_one_perimeter_in_thousands_of_rows_is_refused_not_expanded(same):
    with pytest.raises(InputError, match="is the same register in twice"):
        overlaps([same] * 1_600)


def test_a_ground_without_ground_is_refused():
    with pytest.raises(ValueError, match="at least one carré"):
        Ground(Perimeter.empty())
