"""Places of activity on drawn ground. Expected values are counted by hand or by plain pyproj."""

from __future__ import annotations

import math
from datetime import date
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.activity.ground import Coverage, Ground, GroundRole, Plot
from geo.activity.place import OnDay, PlaceCode, place
from geo.activity.placed import Placed
from geo.activity.records import Observation, Seen, Survey
from geo.errors import InputError
from geo.periods import Period

ON = date(2025, 6, 1)
GEOD = pyproj.Geod(ellps="WGS84")
CARRE = 1 / 120
WEST, SOUTH = 3060 / 120, -1290 / 120
"""South-west node (25.5° E, 10.75° S) of a first square of carrés."""


def box(col: int, row: int, width: int = 2, height: int = 2) -> shapely.Polygon:
    def at(n: int) -> float:
        return float(Fraction(n, 120))

    return shapely.box(
        at(3060 + col), at(-1290 + row), at(3060 + col + width), at(-1290 + row + height)
    )


def plot(
    role: GroundRole,
    code: str,
    shape: shapely.Polygon,
    start: date | None = date(2020, 1, 1),
    end: date | None = None,
    **more: object,
) -> Plot:
    kind = {
        "zone": "ZEA",
        "allocation": "EGC",
        "permit": "PE",
        "claim": "PR",
        "hold": "ZRG",
        "protected": "national_park",
        "portion": "PORTION",
    }[role.value]
    return Plot(role, code, None, code, kind, shape, Period(start, end), **more)  # type: ignore[arg-type]


def seen(
    x: float, y: float, metres: float | None = None, during: Period | None = None, **more: object
) -> Observation:
    return Observation(
        None, "ipis", Seen.VISIT, shapely.Point(x, y), during, uncertainty_m=metres, **more
    )  # type: ignore[arg-type]


def one(observation: Observation, *plots: Plot, on: date = ON, **more: object) -> Placed:
    return place([observation], Ground(list(plots), **more), on)[0]  # type: ignore[arg-type]


ZONE = plot(GroundRole.ZONE, "Z1", box(0, 0))
PERMIT = plot(GroundRole.PERMIT, "P1", box(2, 0))
MIDDLE = (WEST + CARRE, SOUTH + CARRE)


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (GroundRole.ZONE, PlaceCode.INSIDE_ZONE),
        (GroundRole.ALLOCATION, PlaceCode.INSIDE_ALLOCATION),
        (GroundRole.PERMIT, PlaceCode.INSIDE_PERMIT_NO_ALLOCATION),
        (GroundRole.PROTECTED, PlaceCode.INSIDE_PROTECTED),
        (GroundRole.CLAIM, PlaceCode.ON_FREE_GROUND),
        (GroundRole.HOLD, PlaceCode.ON_FREE_GROUND),
        (GroundRole.PORTION, PlaceCode.ON_FREE_GROUND),
    ],
)
def test_the_role_of_the_ground_gives_the_place(role: GroundRole, code: PlaceCode) -> None:
    placed = one(seen(*MIDDLE, 20), plot(role, "X", box(0, 0)))
    assert placed.code is code
    assert [right.code for right in placed.rights] == ["X"], "further facts are named too"
    assert placed.rights[0].share_inside == 1.0
    assert placed.rights[0].distance_m == 0


def test_nothing_there_is_free_ground_with_the_doubt_about_protection() -> None:
    classes = ("national_park", "reserve_zone")
    covered = Coverage("national_park", box(-5, -5, 20, 20), Period(date(2010, 1, 1), None))
    placed = one(seen(*MIDDLE, 5), coverage=[covered], protected_classes=classes)
    assert placed.code is PlaceCode.ON_FREE_GROUND
    assert placed.protection_unknown == ("reserve_zone",)
    without = one(seen(*MIDDLE, 5), protected_classes=classes)
    assert without.protection_unknown == classes
    later = Coverage("national_park", box(-5, -5, 20, 20), Period(date(2026, 1, 1), None))
    assert one(seen(*MIDDLE), coverage=[later], protected_classes=classes[:1]).protection_unknown


def test_an_allocation_goes_before_the_permit_in_which_it_lies() -> None:
    placed = one(
        seen(*MIDDLE, 5),
        plot(GroundRole.PERMIT, "P", box(0, 0, 9, 9)),
        plot(GroundRole.ALLOCATION, "A", box(0, 0)),
    )
    assert placed.code is PlaceCode.INSIDE_ALLOCATION
    assert placed.sides[0].also == ()
    assert [right.code for right in placed.sides[0].rights] == ["A", "P"]


def test_a_permit_in_a_park_is_protected_and_the_permit_is_named() -> None:
    placed = one(
        seen(*MIDDLE, 5),
        PERMIT,
        plot(GroundRole.PERMIT, "P", box(0, 0)),
        plot(GroundRole.PROTECTED, "Park", box(0, 0)),
    )
    assert placed.code is PlaceCode.INSIDE_PROTECTED
    assert placed.sides[0].also == (PlaceCode.INSIDE_PERMIT_NO_ALLOCATION,)


def test_a_zone_in_a_park_stays_a_zone_and_says_so() -> None:
    placed = one(seen(*MIDDLE, 5), ZONE, plot(GroundRole.PROTECTED, "Park", box(0, 0)))
    assert placed.code is PlaceCode.INSIDE_ZONE
    assert placed.sides[0].also == (PlaceCode.INSIDE_PROTECTED,)


def cap_share(distance_m: float, radius_m: float) -> float:
    """Share of a plane disc beyond a line at a distance from its middle."""
    d, r = distance_m, radius_m
    return (r * r * math.acos(d / r) - d * math.sqrt(r * r - d * d)) / (math.pi * r * r)


@pytest.mark.parametrize("metres", [0.0, 10.0, 50.0, 95.0, 99.9])
def test_a_disc_over_a_boundary_names_both_sides_with_the_share_of_its_cap(metres: float) -> None:
    edge = float(Fraction(3062, 120))
    x, y, _ = GEOD.fwd(edge, MIDDLE[1], 270, metres)
    placed = one(seen(x, y, 100), ZONE, PERMIT)
    assert placed.code is PlaceCode.NEAR_EDGE
    shares = {side.code: side.probability for side in placed.sides}
    assert shares[PlaceCode.INSIDE_PERMIT_NO_ALLOCATION] == pytest.approx(
        cap_share(metres, 100), abs=3e-5
    )
    assert sum(shares.values()) == pytest.approx(1, abs=1e-6)
    assert placed.boundary_m == pytest.approx(metres, abs=0.001)


def test_a_disc_that_ends_before_the_boundary_has_one_side() -> None:
    x, y, _ = GEOD.fwd(float(Fraction(3062, 120)), MIDDLE[1], 270, 100.1)
    placed = one(seen(x, y, 100), ZONE, PERMIT)
    assert placed.code is PlaceCode.INSIDE_ZONE
    assert placed.boundary_m == pytest.approx(100.1, abs=0.001)


def test_between_two_permits_both_are_named_though_the_code_is_one() -> None:
    other = plot(GroundRole.PERMIT, "P2", box(4, 0))
    placed = one(seen(float(Fraction(3064, 120)), MIDDLE[1], 30), PERMIT, other)
    assert placed.code is PlaceCode.NEAR_EDGE
    assert {right.code for side in placed.sides for right in side.rights} == {"P1", "P2"}


def test_the_edge_of_a_claim_or_of_a_research_zone_is_no_boundary() -> None:
    claim, hold = (plot(role, "C", box(2, 0)) for role in (GroundRole.CLAIM, GroundRole.HOLD))
    placed = one(
        seen(float(Fraction(3062, 120)), MIDDLE[1], 30),
        claim,
        hold,
        plot(GroundRole.PERMIT, "P", box(0, 0, 9, 9)),
    )
    assert placed.code is PlaceCode.INSIDE_PERMIT_NO_ALLOCATION
    assert placed.rights[-1].share_inside == pytest.approx(0.5, abs=1e-4)


@pytest.mark.parametrize("metres", [None, 0.0])
def test_a_point_on_a_common_edge_belongs_to_both_sides_alike(metres: float | None) -> None:
    placed = one(seen(float(Fraction(3062, 120)), MIDDLE[1], metres), ZONE, PERMIT)
    assert placed.code is PlaceCode.NEAR_EDGE
    assert [side.probability for side in placed.sides] == pytest.approx([0.5, 0.5], abs=1e-3)
    assert placed.boundary_m == pytest.approx(0, abs=1e-6)


def test_a_point_on_a_corner_has_a_quarter_of_each_side() -> None:
    squares = [
        plot(GroundRole.PERMIT, f"P{i}{j}", box(2 * i, 2 * j)) for i in (0, 1) for j in (0, 1)
    ]
    placed = one(seen(float(Fraction(3062, 120)), float(Fraction(-1288, 120))), *squares)
    assert len(placed.sides) == 4
    assert [s.probability for s in placed.sides] == pytest.approx([0.25] * 4, abs=2e-3)


@given(col=st.floats(-1, 5), row=st.floats(-1, 3))
def test_away_from_edges_polygons_and_carres_agree(col: float, row: float) -> None:
    if min(abs(value - round(value)) for value in (col, row)) < 1e-5:
        return
    placed = one(seen(WEST + col * CARRE, SOUTH + row * CARRE), ZONE, PERMIT)
    c, r = math.floor(col), math.floor(row)
    expected = PlaceCode.ON_FREE_GROUND
    if 0 <= r < 2 and 0 <= c < 2:
        expected = PlaceCode.INSIDE_ZONE
    if 0 <= r < 2 and 2 <= c < 4:
        expected = PlaceCode.INSIDE_PERMIT_NO_ALLOCATION
    assert placed.code is expected


def test_uncertainty_not_stated_is_not_zero_and_not_an_edge() -> None:
    x, y, _ = GEOD.fwd(float(Fraction(3062, 120)), MIDDLE[1], 270, 4)
    placed = one(seen(x, y), ZONE, PERMIT)
    assert placed.code is PlaceCode.INSIDE_ZONE
    assert not placed.uncertainty_stated
    assert placed.boundary_m == pytest.approx(4, abs=0.001)
    assert one(seen(x, y, 3.0), ZONE).uncertainty_stated


def brute_m(point: tuple[float, float], shape: shapely.Polygon) -> float:
    """Least geodesic distance to an outline, by golden section along each edge (pyproj alone)."""
    ratio = (math.sqrt(5) - 1) / 2

    def metres(a: tuple[float, float], b: tuple[float, float], t: float) -> float:
        at = a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])
        return float(GEOD.inv(*point, *at)[2])

    def along(a: tuple[float, float], b: tuple[float, float]) -> float:
        low, high = 0.0, 1.0
        for _ in range(60):
            one_, two = high - ratio * (high - low), low + ratio * (high - low)
            if metres(a, b, one_) < metres(a, b, two):
                high = two
            else:
                low = one_
        return metres(a, b, (low + high) / 2)

    ring = list(shape.exterior.coords)
    return min(along(a, b) for a, b in pairwise(ring))


@pytest.mark.parametrize("way", [(90, 2500.0), (45, 900.0), (200, 4000.0), (300, 9000.0)])
def test_distances_are_those_of_geodesics_to_the_millimetre(way: tuple[float, float]) -> None:
    bearing, metres = way
    oblique = shapely.Polygon([(25.5, -10.7), (25.62, -10.66), (25.58, -10.59), (25.49, -10.6)])
    x, y, _ = GEOD.fwd(25.55, -10.65, bearing, metres + 6000)
    placed = one(seen(x, y, 1), plot(GroundRole.ZONE, "Z", oblique))
    expected = brute_m((x, y), oblique)
    assert placed.boundary_m == pytest.approx(expected, abs=0.001)
    assert placed.nearest[0].code == "Z"
    assert placed.nearest[0].distance_m == pytest.approx(expected, abs=0.001)


def test_what_lies_beyond_ten_kilometres_is_not_named() -> None:
    x, y, _ = GEOD.fwd(WEST, SOUTH, 225, 10_050)
    placed = one(seen(x, y, 1), ZONE)
    assert (placed.nearest, placed.boundary_m) == ((), None)


def test_an_outline_across_a_boundary_names_both_sides_by_their_areas() -> None:
    shape = shapely.MultiPolygon([box(1, 0, 4, 1)])
    found = Observation(None, "egis", Seen.DETECTION, shape)
    placed = one(found, ZONE, PERMIT)
    assert placed.code is PlaceCode.NEAR_EDGE
    shares = {side.code: side.probability for side in placed.sides}
    assert shares == pytest.approx(
        {
            PlaceCode.INSIDE_PERMIT_NO_ALLOCATION: 0.5,
            PlaceCode.INSIDE_ZONE: 0.25,
            PlaceCode.ON_FREE_GROUND: 0.25,
        },
        abs=1e-9,
    )
    assert placed.boundary_m == 0
    assert placed.uncertainty_stated


def test_an_outline_that_touches_shares_nothing_and_a_sliver_of_rounding_does_not_count() -> None:
    touching = Observation(None, "egis", Seen.DETECTION, shapely.MultiPolygon([box(-2, 0)]))
    assert one(touching, ZONE).code is PlaceCode.ON_FREE_GROUND
    moved = shapely.transform(box(-2, 0), lambda xy: xy + np.array([4e-8, 0]))
    sliver = Observation(None, "egis", Seen.DETECTION, shapely.MultiPolygon([moved]))
    assert one(sliver, ZONE).code is PlaceCode.ON_FREE_GROUND


VISIT = Period(date(2018, 3, 4), date(2018, 3, 5))


def test_a_zone_begun_after_the_visit_says_so() -> None:
    placed = one(seen(*MIDDLE, 5, VISIT), ZONE, complete_from=date(2015, 1, 1))
    assert placed.code is PlaceCode.INSIDE_ZONE
    assert [stood.code for stood in placed.then] == [PlaceCode.ON_FREE_GROUND]
    assert placed.then[0].complete
    assert [(c.key, c.day, c.right.code) for c in placed.changes] == [
        ("begun", date(2020, 1, 1), "Z1")
    ]


def test_a_permit_ended_since_the_visit_says_so() -> None:
    gone = plot(GroundRole.PERMIT, "P", box(0, 0), date(2010, 1, 1), date(2021, 5, 6))
    placed = one(seen(*MIDDLE, 5, VISIT), gone)
    assert placed.code is PlaceCode.ON_FREE_GROUND
    assert placed.then[0].code is PlaceCode.INSIDE_PERMIT_NO_ALLOCATION
    assert [(c.key, c.day) for c in placed.changes] == [("ended", date(2021, 5, 6))]


def test_days_seen_are_parted_where_the_law_of_the_ground_changed() -> None:
    over = Period(date(2019, 12, 30), date(2020, 1, 3))
    placed = one(seen(*MIDDLE, 5, over), ZONE)
    assert [(s.code, s.during) for s in placed.then] == [
        (PlaceCode.ON_FREE_GROUND, Period(date(2019, 12, 30), date(2020, 1, 1))),
        (PlaceCode.INSIDE_ZONE, Period(date(2020, 1, 1), date(2020, 1, 3))),
    ]
    assert placed.changes == ()


def test_a_right_whose_first_day_nobody_states_may_have_stood() -> None:
    assumed = plot(GroundRole.PERMIT, "P", box(0, 0), date(2019, 1, 1), since_stated=False)
    placed = one(seen(*MIDDLE, 5, VISIT), assumed, complete_from=date(2019, 1, 1))
    assert placed.then[0].code is PlaceCode.ON_FREE_GROUND
    assert [right.code for right in placed.then[0].begun_unknown] == ["P"]
    assert not placed.then[0].complete
    assert placed.changes == (), "nobody knows that it began after the visit"


def test_a_day_not_stated_has_no_state_then_and_no_age() -> None:
    placed = one(seen(*MIDDLE, 5), ZONE)
    assert (placed.then, placed.visit_age_days, placed.on_day) == ((), None, OnDay.NOT_STATED)


@pytest.mark.parametrize(
    ("on", "age"),
    [
        (date(2018, 3, 4), 0),
        (date(2018, 3, 5), 1),
        (date(2019, 3, 4), 365),
        (date(2018, 3, 3), None),
    ],
)
def test_the_age_of_a_visit_is_counted_from_its_last_day(on: date, age: int | None) -> None:
    assert one(seen(*MIDDLE, 5, VISIT), on=on).visit_age_days == age


def test_activity_is_not_surveyed_on_days_on_which_its_source_did_not_look() -> None:
    extent = box(-5, -5, 20, 20)
    survey = Survey("ipis", extent, Period(date(2018, 1, 1), date(2019, 1, 1)))
    elsewhere = Survey("ipis", box(50, 50), Period(date(2025, 1, 1), date(2026, 1, 1)))
    ground = Ground([ZONE])
    visit = seen(*MIDDLE, 5, VISIT)

    def known(on: date, *surveys: Survey) -> OnDay:
        return place([visit], ground, on, surveys)[0].on_day

    assert known(date(2018, 3, 4)) is OnDay.SEEN
    assert known(date(2018, 6, 1), survey) is OnDay.LOOKED
    assert known(date(2019, 1, 1), survey) is OnDay.NOT_SURVEYED
    assert known(ON, survey, elsewhere) is OnDay.NOT_SURVEYED
    assert known(ON, Survey("other", extent, Period(ON, None))) is OnDay.NOT_SURVEYED
    assert known(ON, Survey("ipis", extent, None)) is OnDay.NOT_SURVEYED


def test_ground_of_the_public_views_answers_for_its_day_alone() -> None:
    ground = Ground([ZONE], only_on=ON)
    assert place([seen(*MIDDLE)], ground, ON)[0].code is PlaceCode.INSIDE_ZONE
    with pytest.raises(InputError, match="2025-06-01"):
        place([seen(*MIDDLE)], ground, date(2024, 1, 1))


def test_no_observation_and_no_ground_are_answered() -> None:
    assert place([], Ground([]), ON) == []
    assert one(seen(*MIDDLE, 5)).code is PlaceCode.ON_FREE_GROUND
