"""Figures of expansion: rings, rates, directions, and what was not surveyed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pyproj
import pytest
import shapely
from shapely import Point, box

from geo.activity.bearings import direction_of, mean_bearing
from geo.activity.expansion import (
    Amount,
    Looked,
    Subject,
    SubjectKind,
    ZoneCode,
    expansion_of,
    zones_of,
)
from geo.activity.looks import month_of, steps_between
from geo.activity.records import Observation, Seen, Survey
from geo.activity.rings import reaching, ring_between
from geo.activity.series import same_places
from geo.periods import Period

CELL = 1 / 120
LON, LAT = 25.5, -10.75
GEOD = pyproj.Geod(ellps="WGS84")
ZONE = box(LON, LAT, LON + 2 * CELL, LAT + 2 * CELL)
EVERYWHERE = shapely.MultiPolygon([box(LON - 1, LAT - 1, LON + 1, LAT + 1)])
MONTHS = steps_between(date(2024, 1, 1), date(2024, 6, 30))
JANUARY, FEBRUARY, MARCH, *_ = MONTHS


def at(east_m: float, north_m: float) -> tuple[float, float]:
    """A position so far from the south-west corner of the zone, by geodesics."""
    lon, lat, _ = GEOD.fwd(LON, LAT, 90, east_m)
    lon, lat, _ = GEOD.fwd(lon, lat, 0, north_m)
    return lon, lat


def square(east_m: float, north_m: float, side_m: float = 100) -> shapely.MultiPolygon:
    """A square of so many metres, 1 ha where nothing is said."""
    west, south = at(east_m, north_m)
    east, north = at(east_m + side_m, north_m + side_m)
    return shapely.MultiPolygon([box(west, south, east, north)])


def seen(month: Period, geometry, source: str = "s", **more) -> Observation:
    return Observation(None, source, Seen.DETECTION, geometry, month, **more)


def looks(*months: Period, source: str = "s", extent=EVERYWHERE) -> list[Survey]:
    return [Survey(source, extent, month) for month in months]


AREA = Subject(SubjectKind.ASM_AREA, "ZEA 1", ZONE, 1, "ZEA 1")


def figures(observations, surveys, zone=ZoneCode.INSIDE, subject=AREA):
    return [one.zones[zone] for one in expansion_of(subject, observations, surveys, MONTHS).steps]


# Rings


@pytest.mark.parametrize("metres", [1_000, 5_000, 10_000])
def test_a_ring_ends_so_many_metres_away_on_the_ellipsoid(metres):
    ring = reaching(ZONE, metres)
    # Geodesics from the corners and from the middle of the north side, by pyproj.
    for (lon, lat), bearing in (
        ((LON, LAT), 225),
        ((LON + 2 * CELL, LAT), 135),
        ((LON + CELL, LAT + 2 * CELL), 0),
    ):
        for off, expected in ((-1.5, True), (1.5, False)):
            there = GEOD.fwd(lon, lat, bearing, metres + off)[:2]
            assert ring.contains(Point(there)) is expected, (bearing, off)


def test_rings_leave_out_what_they_surround_and_lose_nothing():
    zones = zones_of(AREA)
    assert list(zones) == list(ZoneCode)
    parts = list(zones.values())
    for i, one in enumerate(parts):
        for other in parts[i + 1 :]:
            assert one.intersection(other).area < 1e-12
    whole = shapely.union_all(parts)
    assert sum(part.area for part in parts) == pytest.approx(whole.area, rel=1e-9)
    assert ring_between(ZONE, 0, 1000).area == pytest.approx(parts[1].area, rel=1e-9)


def test_ground_away_from_the_edge():
    inner = reaching(ZONE, -100)
    assert not inner.contains(Point(at(99, 500)))
    assert inner.contains(Point(at(101, 500)))
    assert reaching(ZONE, -2_000).is_empty


def test_a_province_has_no_rings():
    assert list(zones_of(replace(AREA, kind=SubjectKind.PROVINCE))) == [ZoneCode.INSIDE]


# Months


def test_months_follow_each_other_over_the_year():
    months = steps_between(date(2023, 11, 15), date(2024, 2, 1))
    assert [m.start.isoformat()[:7] for m in months] == ["2023-11", "2023-12", "2024-01", "2024-02"]
    years = steps_between(date(2017, 5, 1), date(2020, 1, 1), by_year=True)
    assert [y.start.year for y in years] == [2017, 2018, 2019, 2020]


# Figures


def test_what_is_new_what_stays_and_what_went_in_hectares():
    one, two = square(100, 100), square(600, 600)
    found = figures(
        [seen(JANUARY, one), seen(FEBRUARY, one), seen(FEBRUARY, two), seen(MARCH, two)],
        looks(*MONTHS),
    )
    assert [round(f.seen.ha, 2) for f in found[:4]] == [1, 2, 1, 0]
    assert found[0].new is None  # nobody had looked before
    assert found[0].first.ha == pytest.approx(1, rel=1e-3)
    assert [round(f.new.ha, 2) for f in found[1:4]] == [1, 0, 0]
    assert [round(f.gone.ha, 2) for f in found[1:4]] == [0, 1, 1]
    assert [round(f.stayed.ha, 2) for f in found[1:4]] == [1, 1, 0]


def test_each_ring_tells_its_own():
    side = 2 * GEOD.line_length([LON, LON + CELL], [LAT, LAT])
    observations = [
        seen(FEBRUARY, square(side / 2, 500)),
        seen(FEBRUARY, square(side + 500, 500)),
        seen(FEBRUARY, square(side + 3_000, 500)),
        seen(FEBRUARY, square(side + 7_000, 500)),
        seen(FEBRUARY, square(side + 11_000, 500)),  # further than anybody asks
    ]
    for zone in ZoneCode:
        (_, february, *_) = figures(observations, looks(*MONTHS), zone)
        assert february.seen.ha == pytest.approx(1, rel=1e-3), zone


def test_points_count_as_places_unless_their_source_states_a_size():
    found = figures(
        [
            seen(FEBRUARY, Point(at(100, 100))),
            seen(FEBRUARY, Point(at(900, 900)), patch_ha=2.5),
        ],
        looks(*MONTHS),
    )
    assert found[1].seen == Amount(0, 2.5, 1)
    assert found[1].new == Amount(0, 2.5, 1)
    assert found[2].gone == Amount(0, 2.5, 1)


def test_a_point_on_the_edge_of_a_zone_counts_once():
    edge = seen(FEBRUARY, Point(LON, LAT + CELL))
    steps = expansion_of(AREA, [edge], looks(*MONTHS), MONTHS).steps
    assert sum(zone.seen.places for zone in steps[1].zones.values()) == 1
    assert steps[1].zones[ZoneCode.INSIDE].seen.places == 1


def test_a_place_found_again_is_not_new():
    sites = [
        seen(JANUARY, Point(at(100, 100)), site="a"),
        seen(FEBRUARY, Point(at(900, 100)), site="a"),  # the same code, however far
        seen(JANUARY, Point(at(1200, 1200))),
        seen(FEBRUARY, Point(at(1290, 1200))),  # 90 m away
        seen(FEBRUARY, Point(at(100, 1500))),
    ]
    february = figures(sites, looks(*MONTHS))[1]
    assert (february.stayed.places, february.new.places, february.gone.places) == (2, 1, 0)


@pytest.mark.parametrize(("apart_m", "same"), [(99, True), (101, False)])
def test_two_points_are_one_place_within_100_m(apart_m, same):
    one, other = seen(JANUARY, Point(at(0, 0))), seen(FEBRUARY, Point(at(apart_m, 0)))
    assert same_places([one], [other]) == (same,)


def test_a_wider_stated_error_reaches_further():
    one = seen(JANUARY, Point(at(0, 0)), uncertainty_m=500.0)
    assert same_places([one], [seen(FEBRUARY, Point(at(450, 0)))]) == (True,)
    assert same_places([one], [seen(FEBRUARY, Point(at(550, 0)))]) == (False,)


# Not surveyed


def test_months_that_nobody_surveyed_have_no_figure():
    patch = square(100, 100)
    found = figures([seen(JANUARY, patch), seen(MONTHS[4], patch)], looks(JANUARY, MONTHS[4]))
    for silent in found[1:4]:
        assert silent.looked is Looked.NOT_SURVEYED
        assert (silent.seen, silent.new, silent.gone, silent.first) == (None,) * 4
    assert found[4].stayed.ha == pytest.approx(1, rel=1e-3)
    assert found[4].gone.none


def test_activity_is_gone_only_where_somebody_looked_again():
    patch = square(100, 100)
    half = box(LON, LAT, at(150, 0)[0], LAT + 2 * CELL)  # the western half of the patch
    found = figures(
        [seen(JANUARY, patch)],
        [*looks(JANUARY), *looks(FEBRUARY, extent=shapely.MultiPolygon([half]))],
    )
    assert found[1].looked is Looked.PARTLY_SURVEYED
    assert 0 < found[1].share < 1
    assert found[1].gone.ha == pytest.approx(0.5, rel=1e-2)
    assert found[2].gone is None


def test_another_source_that_looks_elsewhere_proves_nothing_gone():
    """A visit in February sees one place; it did not look for what a satellite saw in January."""
    found = figures(
        [seen(JANUARY, square(100, 100)), seen(FEBRUARY, Point(at(900, 900)), source="visits")],
        [*looks(JANUARY), *looks(JANUARY, FEBRUARY, source="visits")],
    )
    assert found[1].gone.none
    assert found[1].new.places == 1


def test_the_first_look_of_a_source_tells_nothing_new():
    found = figures(
        [seen(FEBRUARY, square(100, 100), source="later")],
        [*looks(JANUARY, FEBRUARY), *looks(FEBRUARY, source="later")],
    )
    assert found[1].new.none
    assert found[1].first.ha == pytest.approx(1, rel=1e-3)


def test_what_is_seen_without_a_stated_survey_is_told_beside_not_surveyed():
    found = figures([seen(FEBRUARY, square(100, 100))], [Survey("s", EVERYWHERE, None)])
    assert found[1].looked is Looked.NOT_SURVEYED
    assert found[1].seen.ha == pytest.approx(1, rel=1e-3)
    assert found[1].new is None
    assert found[2].seen is None


def test_dates_that_are_not_stated_or_too_wide_are_counted_apart():
    observations = [
        seen(None, square(100, 100)),
        seen(Period(date(2024, 1, 15), date(2024, 3, 15)), square(100, 100)),
        seen(Period(date(2019, 1, 1), date(2019, 2, 1)), square(100, 100)),
    ]
    found = expansion_of(AREA, observations, [Survey("s", EVERYWHERE, None)], MONTHS)
    assert (found.undated, found.wider) == (1, 1)
    assert found.undated_surveys == ("s",)
    assert found.never_surveyed


def test_no_source_at_all():
    found = expansion_of(AREA, [], [], MONTHS)
    assert found.never_surveyed
    assert found.sources == ()


# Rate and direction


def test_the_rate_is_for_each_month_since_the_last_look():
    observations = [seen(MONTHS[4], square(100, 100, 200))]  # 4 ha, four months after January
    steps = expansion_of(AREA, observations, looks(JANUARY, MONTHS[4]), MONTHS).steps
    assert steps[4].months == 4
    assert steps[4].rate(ZoneCode.INSIDE).ha == pytest.approx(1, rel=1e-3)
    assert steps[1].rate(ZoneCode.INSIDE) is None


@pytest.mark.parametrize(
    ("east_m", "north_m", "towards"),
    [(0, 900, "N"), (900, 0, "E"), (0, -900, "S"), (-900, 0, "W"), (900, 900, "NE")],
)
def test_the_direction_is_that_of_what_is_new(east_m, north_m, towards):
    old = square(900, 900)
    observations = [
        seen(JANUARY, old),
        seen(FEBRUARY, old),
        seen(FEBRUARY, square(900 + east_m, 900 + north_m)),
    ]
    direction = expansion_of(AREA, observations, looks(*MONTHS), MONTHS).steps[1].direction
    assert direction.towards == towards
    assert direction.resultant > 0.99
    # Half of the activity is the old, half the new: the centre moves half the way.
    assert direction.moved_m == pytest.approx(np.hypot(east_m, north_m) / 2, rel=1e-3)


def test_growth_on_all_sides_has_no_direction():
    bearings = np.array([0.0, 90.0, 180.0, 270.0])
    mean, resultant = mean_bearing(bearings, np.ones(4))
    assert mean is None
    assert resultant == pytest.approx(0, abs=1e-12)


def test_without_earlier_activity_there_is_no_direction():
    assert direction_of([], [(LON, LAT, 1.0)], [(LON, LAT, 1.0)]) is None


def test_the_month_of_a_day_is_half_open():
    assert month_of(date(2024, 2, 29)) == Period(date(2024, 2, 1), date(2024, 3, 1))
