"""What stayed, came and went between two dates; against geopandas, by hand and by properties."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from geo.activity.change import Fate, change_between, hectares, united

CELL = 1 / 120


def cells(col: float, row: float, width: float = 1, height: float = 1) -> Polygon:
    """A rectangle of carrés, at the equator and Greenwich."""
    return box(col * CELL, row * CELL, (col + width) * CELL, (row + height) * CELL)


def fates(change) -> dict[Fate, int]:
    counted: dict[Fate, int] = {}
    for piece in change.pieces:
        counted[piece.fate] = counted.get(piece.fate, 0) + 1
    return counted


def peer(earlier, later) -> tuple[float, float, float]:
    """Persistence, gain, loss in hectares by geopandas' overlay, measured by its projection."""
    a = gpd.GeoDataFrame(geometry=list(earlier), crs=4326).dissolve()
    b = gpd.GeoDataFrame(geometry=list(later), crs=4326).dissolve()
    parts = (
        gpd.overlay(a, b, how="intersection"),
        gpd.overlay(b, a, how="difference"),
        gpd.overlay(a, b, how="difference"),
    )
    return tuple(float(part.to_crs("EPSG:6933").area.sum()) / 1e4 for part in parts)  # type: ignore[return-value]


def assert_balanced(change) -> None:
    assert change.imbalance <= 1e-6
    before = change.persistence_ha + change.loss_ha + change.earlier_not_compared_ha
    after = change.persistence_ha + change.gain_ha + change.later_not_compared_ha
    assert before == pytest.approx(change.earlier_ha, rel=1e-6)
    assert after == pytest.approx(change.later_ha, rel=1e-6)


def test_touching_and_overlapping_polygons_of_one_date_count_once():
    # Three carrés: two touch, one lies over half of each. By hand: 2 × 85.480 ha (domain.md 1).
    change = change_between({1: cells(0, 0), 2: cells(1, 0), 3: cells(0.5, 0)}, {})
    assert change.earlier_ha == pytest.approx(2 * 85.480, rel=1e-4)
    assert [piece.earlier[0].ids for piece in change.pieces] == [(1, 2, 3)]
    assert change.loss_ha == pytest.approx(change.earlier_ha)


def test_pieces_meeting_at_a_corner_stay_two():
    change = change_between({1: cells(0, 0), 2: cells(1, 1)}, {})
    assert len(change.pieces) == 2
    assert fates(change) == {Fate.VANISHED: 2}


def test_neighbours_of_two_dates_share_nothing():
    change = change_between({1: cells(0, 0)}, {2: cells(1, 0)})
    assert change.persistence_ha == 0
    assert fates(change) == {Fate.VANISHED: 1, Fate.APPEARED: 1}
    assert_balanced(change)


@pytest.mark.parametrize(
    ("earlier", "later", "fate"),
    [
        ([cells(0, 0)], [cells(0, 0)], Fate.UNCHANGED),
        ([cells(0, 0)], [cells(0, 0, 2)], Fate.GREW),
        ([cells(0, 0, 2)], [cells(0, 0)], Fate.SHRANK),
        ([cells(0, 0, 3)], [cells(0, 0), cells(2, 0)], Fate.SPLIT),
        ([cells(0, 0), cells(2, 0)], [cells(0, 0, 3)], Fate.MERGED),
        ([cells(0, 0, 2), cells(3, 0)], [cells(0, 0), cells(1.5, 0, 2)], Fate.REARRANGED),
    ],
)
def test_what_became_of_a_piece(earlier, later, fate):
    change = change_between(dict(enumerate(earlier)), dict(enumerate(later, 10)))
    assert fates(change) == {fate: 1}
    assert {i for p in change.pieces[0].earlier for i in p.ids} == set(range(len(earlier)))
    assert {i for p in change.pieces[0].later for i in p.ids} == {10 + i for i in range(len(later))}


def test_ground_that_the_later_date_did_not_look_at_is_no_loss():
    change = change_between({1: cells(0, 0, 2)}, {}, later_looked=cells(0, 0))
    assert change.loss_ha == pytest.approx(85.480, rel=1e-4)
    assert change.earlier_not_compared_ha == pytest.approx(85.480, rel=1e-4)
    assert fates(change) == {Fate.NOT_COMPARED: 1}
    assert_balanced(change)


def test_ground_that_the_earlier_date_did_not_look_at_is_no_gain():
    change = change_between({}, {1: cells(5, 5)}, earlier_looked=cells(0, 0))
    assert change.gain_ha == 0
    assert change.later_not_compared_ha == pytest.approx(change.later_ha)
    assert fates(change) == {Fate.NOT_COMPARED: 1}


def test_points_are_places_without_hectares():
    change = change_between({1: Point(0, 0), 2: cells(0, 0)}, {3: Point(1, 1)})
    assert (change.earlier_places, change.later_places) == (1, 1)
    assert change.later_ha == 0


def test_nothing_on_both_dates_is_balanced():
    change = change_between({}, {})
    assert change.imbalance == 0
    assert change.pieces == ()


def test_an_invalid_polygon_is_repaired_for_the_comparison():
    bow = Polygon([(0, 0), (CELL, CELL), (CELL, 0), (0, CELL)])
    assert hectares(united([bow])) == pytest.approx(85.480 / 2, rel=1e-4)


def patches(seed: int, count: int, shift: float) -> list[Polygon]:
    """Blobs as detections are: many-cornered, some overlapping, near Obuasi."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(7).uniform([-1.9, 5.9], [-1.6, 6.2], (count, 2))
    blobs = []
    for x, y in centres + random.normal(0, shift, (count, 2)):
        angles = np.sort(random.uniform(0, 2 * np.pi, 18))
        radii = random.uniform(0.002, 0.008, 18)
        corners = np.column_stack([x + radii * np.cos(angles), y + radii * np.sin(angles)])
        blobs.append(shapely.make_valid(Polygon(corners)))
    return blobs


def test_as_geopandas_has_it_on_made_up_patches():
    earlier, later = patches(1, 120, 0.001), patches(2, 150, 0.004)
    change = change_between(dict(enumerate(earlier)), dict(enumerate(later)))
    expected = peer(earlier, later)
    assert (change.persistence_ha, change.gain_ha, change.loss_ha) == pytest.approx(
        expected, rel=1e-6
    )
    assert_balanced(change)


@pytest.mark.real_data
def test_ashanti_of_2017_and_2020(real_data):
    file = real_data / "asm_polygons_ghana" / "ghana_ashanti_2017_2020.parquet"
    given = gpd.read_parquet(file)
    earlier, later = (given[given.year.dt.year == year].geometry for year in (2017, 2020))
    assert (len(earlier), len(later)) == (171, 236)  # counted in the file
    change = change_between(dict(earlier.items()), dict(later.items()))
    found = (change.persistence_ha, change.gain_ha, change.loss_ha)
    assert found == pytest.approx(peer(earlier, later), rel=1e-6)
    assert_balanced(change)
    ids = [i for one in change.pieces for piece in one.earlier for i in piece.ids]
    assert set(ids) == set(earlier.index)


@given(
    st.lists(st.tuples(*[st.integers(0, 8)] * 2, *[st.integers(1, 4)] * 2), max_size=8),
    st.lists(st.tuples(*[st.integers(0, 8)] * 2, *[st.integers(1, 4)] * 2), max_size=8),
)
def test_the_sums_are_those_of_sets_of_cells(earlier, later):
    """On whole carrés the areas are counts: by sets, which know nothing of geometry."""

    def ground(rectangles):
        return {
            (c, r)
            for col, row, width, height in rectangles
            for c in range(col, col + width)
            for r in range(row, row + height)
        }

    change = change_between(
        {i: cells(*one) for i, one in enumerate(earlier)},
        {i: cells(*one) for i, one in enumerate(later)},
    )
    before, after = ground(earlier), ground(later)
    # Within nine rows of the equator a carré is 85.480 ha to 1e-6.
    for ha, counted in (
        (change.persistence_ha, before & after),
        (change.gain_ha, after - before),
        (change.loss_ha, before - after),
    ):
        assert ha / 85.4803 == pytest.approx(len(counted), abs=0.02)
    assert_balanced(change)
    pieces = [piece for one in change.pieces for piece in (*one.earlier, *one.later)]
    assert sum(p.area_ha for p in pieces) == pytest.approx(change.earlier_ha + change.later_ha)
