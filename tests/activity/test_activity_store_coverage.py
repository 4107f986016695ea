"""Ground and months that nobody looked at are not surveyed, never free of activity."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from shapely import LineString, MultiPolygon, Point, Polygon, box

from api.activity_wire import surveyed_in_words
from geo.activity.coverage import months_of, surveyed
from geo.activity.records import Survey
from geo.errors import InputError
from geo.periods import Period

JUNE = Period(date(2026, 6, 1), date(2026, 7, 1))
KOLWEZI = box(25.4, -10.8, 25.55, -10.65)
NORTH = Survey("detections", MultiPolygon([box(12, -10.26, 31.5, 5.5)]), JUNE)


def test_around_kolwezi_a_survey_that_stops_north_of_it_says_nothing() -> None:
    found = surveyed(KOLWEZI, JUNE, [NORTH])
    assert (found.nowhere, found.everywhere) == (True, False)
    assert (found.extent_share, dict(found.months), found.sources) == (
        0.0,
        {date(2026, 6, 1): 0.0},
        (),
    )
    said = surveyed_in_words(found)
    assert said.en.startswith("Not surveyed")
    assert said.fr.startswith("Non observé")
    for words in (said.en, said.fr):
        assert "no mining" not in words
        assert "illegal" not in words
        assert "illégal" not in words


@pytest.mark.real_data
def test_the_detections_of_june_2026_stop_north_of_kolwezi(real_data: Path) -> None:
    """Their southernmost point: 10.26° S (shared/data/README.md); Kolwezi lies at 10.7° S."""
    import geopandas

    read = geopandas.read_parquet(real_data / "asm_detections_africa" / "detection_points.parquet")
    west, south, east, north = read.total_bounds
    assert south == pytest.approx(-10.26, abs=0.01)
    stated = Survey("detections", MultiPolygon([box(west, south, east, north)]), JUNE)
    assert surveyed(KOLWEZI, JUNE, [stated]).nowhere


def test_ground_half_within_is_half_surveyed() -> None:
    """A box cut by a meridian through its middle: half of its area on the ellipsoid."""
    half = Survey("s", MultiPolygon([box(25.0, -11, 25.5, -10)]), JUNE)
    found = surveyed(box(25.25, -10.5, 25.75, -10.25), JUNE, [half])
    assert found.extent_share == pytest.approx(0.5, abs=1e-9)
    assert found.months == {date(2026, 6, 1): pytest.approx(0.5, abs=1e-9)}
    assert not found.everywhere
    assert not found.nowhere
    assert surveyed_in_words(found).en.startswith("Surveyed in part: 50 %")


def test_surveys_that_overlap_are_not_counted_twice() -> None:
    twice = [Survey(s, MultiPolygon([box(25, -11, 25.5, -10)]), JUNE) for s in "ba"]
    found = surveyed(box(25.0, -10.5, 26.0, -10.25), JUNE, twice)
    assert found.extent_share == pytest.approx(0.5, abs=1e-9)
    assert found.sources == ("a", "b")


def test_a_survey_without_days_counts_for_its_ground_and_for_no_month() -> None:
    undated = Survey("visits", MultiPolygon([box(25, -11, 26, -10)]), None)
    found = surveyed(KOLWEZI, JUNE, [undated])
    assert (found.extent_share, found.months[date(2026, 6, 1)], found.undated) == (1.0, 0.0, True)
    assert found.nowhere
    assert not found.everywhere
    assert surveyed(KOLWEZI, None, [undated]).everywhere


def test_months_that_nobody_looked_at_are_said_month_by_month() -> None:
    whole = Survey("s", MultiPolygon([box(25, -11, 26, -10)]), JUNE)
    found = surveyed(KOLWEZI, Period(date(2026, 5, 15), date(2026, 7, 2)), [whole])
    assert dict(found.months) == {
        date(2026, 5, 1): 0.0,
        date(2026, 6, 1): 1.0,
        date(2026, 7, 1): 0.0,
    }
    assert not found.everywhere
    assert not found.nowhere


@pytest.mark.parametrize(
    ("ground", "share"),
    [
        (Point(25.2, -10.5), 1.0),
        (Point(25.8, -10.5), 0.0),
        (LineString([(25.25, -10.5), (25.75, -10.5)]), 0.5),
    ],
    ids=["point inside", "point outside", "line half inside"],
)
def test_points_and_lines_have_a_share_too(ground: Point | LineString, share: float) -> None:
    west = Survey("s", MultiPolygon([box(25, -11, 25.5, -10)]), JUNE)
    assert surveyed(ground, None, [west]).extent_share == pytest.approx(share)


def test_without_surveys_nothing_is_surveyed() -> None:
    assert surveyed(KOLWEZI, None, []).nowhere


def test_ground_that_is_empty_and_a_period_without_bounds_are_refused() -> None:
    with pytest.raises(InputError, match="no ground"):
        surveyed(Polygon(), None, [])
    with pytest.raises(InputError, match="first and a last day"):
        surveyed(KOLWEZI, Period(date(2026, 1, 1), None), [])
    with pytest.raises(InputError, match="more than 1200 months"):
        months_of(Period(date(1800, 1, 1), date(2026, 1, 1)))


def test_a_period_that_ends_on_the_first_does_not_hold_that_month() -> None:
    assert months_of(JUNE) == [date(2026, 6, 1)]
    assert months_of(Period(date(2025, 12, 31), date(2026, 1, 2)))[-1] == date(2026, 1, 1)
