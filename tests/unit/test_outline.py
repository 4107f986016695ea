"""Outlines against another library's union, on random masks of every density."""

import numpy as np
import pytest
import shapely

from geo.grid import COLOMBIA, DRC
from geo.outline import rings_of
from geo.perimeter import Perimeter

MASKS = 1_200


def union_of_squares(cells):
    columns, rows = cells.T
    return shapely.union_all(shapely.box(columns, rows, columns + 1, rows + 1))


def in_nodes(outline, grid):
    scale = grid.cell.denominator / grid.cell.numerator
    return shapely.transform(outline, lambda xy: np.rint(xy * scale))


def holes_in(geometry):
    return int(shapely.get_num_interior_rings(shapely.get_parts(geometry)).sum())


@pytest.mark.parametrize("grid", [DRC, COLOMBIA], ids=["DRC", "Colombia"])
def test_outline_equals_the_union_of_the_squares(grid):
    random = np.random.default_rng(20260215)
    pinched = 0
    for number in range(MASKS):
        height, width = random.integers(1, 14, 2)
        mask = random.random((height, width)) < (number % 20 + 1) / 20
        cells = np.argwhere(mask)[:, ::-1] + random.integers(-9, 9, 2)
        if not len(cells):
            continue
        outline = Perimeter.from_cells(cells, grid).outline()
        mine, theirs = in_nodes(outline, grid), union_of_squares(cells)
        assert outline.is_valid, shapely.is_valid_reason(outline)
        assert mine.equals(theirs)
        assert mine.area == len(cells)
        assert len(mine.geoms) == len(shapely.get_parts(theirs))
        assert holes_in(mine) == holes_in(theirs)
        pinched += len(shapely.get_coordinates(mine)) > len(
            np.unique(shapely.get_coordinates(mine), axis=0)
        ) + len(mine.geoms) + holes_in(mine)
    assert pinched > MASKS / 4, "too few masks have carrés that touch by a corner"


def test_a_ring_that_comes_back_to_a_corner_is_split_into_shell_and_hole():
    ring = {(c, r) for c in range(3) for r in range(3)} - {(1, 1), (0, 0)}
    rings = rings_of(Perimeter.from_cells(sorted(ring)))
    assert sorted(len(nodes) for nodes in rings) == [4, 6]


def test_shells_run_counter_clockwise_and_holes_clockwise():
    frame = {(c, r) for c in range(3) for r in range(3)} - {(1, 1)}
    (polygon,) = Perimeter.from_cells(sorted(frame)).outline().geoms
    assert polygon.exterior.is_ccw
    assert not polygon.interiors[0].is_ccw


def test_vertices_stand_at_corners_only():
    (polygon,) = Perimeter.from_runs([(0, 0, 50), (1, 0, 50)]).outline().geoms
    assert len(polygon.exterior.coords) == 5
