"""Polygons on the lattice, covered by carrés, clipped at a border."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from geo.cover import clip, cover
from geo.errors import CoordinateError, GridError
from geo.grid import COLOMBIA, DRC
from geo.lattice import place
from geo.perimeter import Perimeter


def square(column, row, width=1, height=1, step=1 / 120):
    return box(column * step, row * step, (column + width) * step, (row + height) * step)


def carrés(perimeter):
    return {tuple(cell) for cell in perimeter.cells().tolist()}


def ring(*nodes):
    return Polygon([(column / 120, row / 120) for column, row in nodes])


@settings(max_examples=60)
@given(st.sets(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=1, max_size=50))
def test_outline_is_placed_back_on_its_carrés(cells):
    """The union is another library's; rounding to 7 decimals is what registers do."""
    union = shapely.union_all([square(c + 3000, r - 1200) for c, r in cells])
    rounded = shapely.transform(union, lambda xy: xy.round(7))
    (placement,) = place([rounded])
    assert carrés(placement.perimeter) == {(c + 3000, r - 1200) for c, r in cells}
    assert placement.twice_enclosed == 0


def test_many_geometries_keep_their_own_carrés():
    shapes = [square(0, 0, 3, 2), MultiPolygon([square(9, 9), square(0, 0)]), square(-2, -5, 2, 1)]
    counts = [placement.perimeter.count for placement in place(shapes)]
    assert counts == [6, 2, 2]


def test_a_hole_is_left_out():
    holed = square(0, 0, 3, 3).difference(square(1, 1))
    assert carrés(place([holed])[0].perimeter) == {
        (c, r) for c in range(3) for r in range(3) if (c, r) != (1, 1)
    }


def test_two_blocks_that_meet_at_a_corner_in_one_ring_are_both_kept():
    """The invalid ring of the 2015 register (PR 3536): even-odd filling reads it right."""
    eight = ring((0, 0), (1, 0), (1, 1), (2, 1), (2, 2), (1, 2), (1, 1), (0, 1))
    assert not eight.is_valid
    assert carrés(place([eight])[0].perimeter) == {(0, 0), (1, 1)}


def test_parts_of_one_geometry_are_united_not_cancelled():
    twice = MultiPolygon([square(0, 0, 2, 1), square(1, 0, 2, 1)])
    assert carrés(place([twice])[0].perimeter) == {(0, 0), (1, 0), (2, 0)}


def test_a_ring_that_goes_round_twice_is_reported():
    corners = [(0, 0), (2, 0), (2, 1), (0, 1)]
    (placement,) = place([ring(*corners, *corners)])
    assert placement.perimeter.count == 0
    assert placement.twice_enclosed == 2


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.099])
def test_vertices_within_a_tenth_of_a_second_lie_on_the_lattice(seconds):
    moved = shapely.transform(square(3000, -1200, 2, 2), lambda xy: xy + seconds / 3600)
    assert place([moved])[0].perimeter.count == 4


@pytest.mark.parametrize("seconds", [0.101, 0.5, 3, 14.9])
def test_a_vertex_farther_away_is_never_snapped(seconds):
    nodes = [(3000, -1200), (3002, -1200), (3002, -1198), (3000, -1198)]
    corners = [(c / 120, r / 120) for c, r in nodes]
    corners[2] = (corners[2][0] + seconds / 3600, corners[2][1])
    (placement,) = place([Polygon(corners)])
    assert not placement.on_lattice
    assert (placement.off_vertices, placement.oblique_edges) == (1, 0)
    assert placement.max_shift_deg == pytest.approx(seconds / 3600)


def test_an_oblique_edge_between_nodes_is_off_the_lattice():
    """Half a carré: every vertex on a node, and still no set of carrés."""
    (placement,) = place([ring((0, 0), (1, 0), (0, 1))])
    assert not placement.on_lattice
    assert (placement.off_vertices, placement.oblique_edges) == (0, 1)


def test_a_zigzag_cannot_ask_for_unbounded_memory():
    step = np.arange(400)
    zigzag = np.column_stack([step // 2, (step + 1) // 2 % 2 * 10_700]) / 120
    small, large = place([square(0, 0), Polygon(zigzag)])
    assert small.on_lattice
    assert large.too_large
    assert not large.on_lattice


def test_many_large_geometries_cannot_ask_for_unbounded_memory():
    with pytest.raises(GridError, match="split the file"):
        place([square(0, -10_000, 1, 20_000)] * 1_300)


def test_batches_give_the_same_perimeters():
    shapes = [square(n, -10_000, 1, 20_000) for n in range(150)]
    assert [p.perimeter.bounds[0] for p in place(shapes)] == list(range(150))


def test_coordinates_must_be_finite():
    with np.errstate(invalid="ignore"):
        broken = Polygon([(0, 0), (1, np.nan), (1, 1)])
    with pytest.raises(CoordinateError):
        place([broken])


def test_the_foreign_grid_has_its_own_carrés():
    celdas = square(-74_000, 4_000, 5, 2, step=1 / 1000)
    assert place([celdas], COLOMBIA)[0].perimeter.count == 10
    assert not place([celdas], DRC)[0].on_lattice


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.floats(25.0, 25.1), st.floats(-10.1, -10.0)),
        min_size=3,
        max_size=9,
        unique=True,
    )
)
def test_cover_balances_the_area_of_the_polygon(points):
    hull = shapely.convex_hull(shapely.MultiPoint(points))
    if hull.geom_type != "Polygon":
        return
    found = cover(hull)
    assert found.fractions.sum() + found.residual_cells == pytest.approx(
        hull.area * 120**2, abs=1e-9
    )
    assert found.whole | found.partial == found.perimeter
    assert not found.whole & found.partial
    assert (found.fractions > 1e-4).all()


def test_cover_of_carrés_is_those_carrés():
    found = cover(square(3000, -1200, 7, 5))
    assert found.whole == found.perimeter
    assert found.perimeter.count == 35
    assert found.residual_cells < 1e-9


def test_cover_of_a_triangle_by_hand():
    """A right triangle over 2 × 2 carrés holds one whole and two halves."""
    found = cover(ring((0, 0), (2, 0), (0, 2)))
    assert dict(
        zip(map(tuple, found.perimeter.cells().tolist()), found.fractions, strict=True)
    ) == {
        (0, 0): 1.0,
        (1, 0): pytest.approx(0.5),
        (0, 1): pytest.approx(0.5),
    }


def test_cover_leaves_slivers_to_the_residual():
    sliver = box(0, 0, 1 / 120, 1.00005 / 120)
    found = cover(sliver)
    assert carrés(found.perimeter) == {(0, 0)}
    assert found.residual_cells == pytest.approx(0.00005)


def test_clip_keeps_cut_carrés_whole_and_drops_those_outside():
    asked = Perimeter.from_runs([(0, 0, 4)])
    border = clip(asked, box(-1, -1, 1.5 / 120, 1))
    assert carrés(border.perimeter) == {(0, 0), (1, 0)}
    assert carrés(border.cut) == {(1, 0)}
    assert border.line.length == pytest.approx(1 / 120)


def test_clip_inside_the_border_changes_nothing():
    asked = Perimeter.from_runs([(0, 0, 4)])
    border = clip(asked, box(-1, -1, 1, 1))
    assert border.perimeter == asked
    assert not border.cut
    assert border.line.is_empty


def test_clip_at_a_lattice_line_cuts_nothing():
    border = clip(Perimeter.from_runs([(0, 0, 4)]), box(-1, -1, 2 / 120, 1))
    assert carrés(border.perimeter) == {(0, 0), (1, 0)}
    assert not border.cut
