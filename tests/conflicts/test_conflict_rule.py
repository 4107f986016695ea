"""When facts are of one place: the pure rule, the settings, the rule under the lock."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from casework_town import COL, ROW, Town, rectangle, settle_town
from conflict_town import seen_at
from pyproj import Geod
from shapely import Point, box
from sqlalchemy import text

from geo.casework.conflicts.facts import facts_of
from geo.casework.conflicts.measure import measured_by
from geo.casework.conflicts.opening import report_conflict
from geo.casework.conflicts.orders import OpenConflict, SetTerm
from geo.casework.conflicts.places import Because, MergeRule, Place, same_place
from geo.casework.conflicts.settings import load_rule
from geo.casework.conflicts.writing import keep
from geo.casework.operation.distances import distance_m
from geo.casework.operation.orders import KeepArea
from geo.casework.operation.record import Basis
from geo.casework.operation.writing import keep as keep_area
from geo.errors import LawDataInvalid, StepRefused
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, UnitOfWork, engine_for
from geo.register.schema import current, downgrade, migrate

RULE = MergeRule(Decimal(500))
A, AB = frozenset({1}), frozenset({1, 2})
LON, LAT = (COL + 2.5) / 120, (ROW + 2.5) / 120


def point(north_deg: float, titles: frozenset[int] = A, *sites: tuple[str, str]) -> Place:
    """A place north of 10.7° S, 25.5° E."""
    return Place(titles, Point(25.5, -10.7 + north_deg), None, frozenset(sites))


@pytest.mark.parametrize(
    ("north_deg", "near"),
    [(0.0, True), (0.0045, True), (0.0046, False), (0.1, False)],
    ids=["there", "498 m", "509 m", "11 km"],
)
def test_near_is_a_distance_on_the_ellipsoid(north_deg: float, near: bool) -> None:
    """One degree of latitude at 10.7° S is 110.61 km (meridian arc of WGS 84)."""
    found = same_place([point(0)], point(north_deg), RULE)
    assert (found is not None) == near
    if found:
        assert abs(float(found.distance_m) - north_deg * 110_613) < 1


def test_a_site_is_the_same_place_at_any_distance_and_in_no_other_permit() -> None:
    known = point(0, A, ("ipis", "K7"))
    found = same_place([known], point(0.1, A, ("ipis", "K7")), RULE)
    assert found is not None
    assert found.because is Because.SAME_SITE
    assert same_place([known], point(0.1, A, ("essai", "K7")), RULE) is None
    assert same_place([known], point(0, AB, ("ipis", "K7")), RULE) is None
    assert same_place([], known, RULE) is None


def carres(*cells: tuple[int, int]) -> Place:
    """An exact overlap of carrés."""
    ground = Perimeter.from_cells(cells)
    return Place(AB, ground.outline(), ground)


@pytest.mark.parametrize(
    ("new", "same"),
    [
        (carres((COL, ROW)), True),
        (carres((COL + 1, ROW)), True),
        (carres((COL, ROW + 1)), True),
        (carres((COL + 1, ROW + 1)), False),
        (carres((COL + 2, ROW)), False),
    ],
    ids=["shared", "edge east", "edge north", "corner", "apart"],
)
def test_exact_overlaps_are_compared_by_carres(new: Place, same: bool) -> None:
    found = same_place([carres((COL, ROW))], new, RULE)
    assert (found is not None) == same
    if found:
        assert found.because is Because.SAME_CARRES


@pytest.mark.parametrize("value", ["0", "-1", "10001", "near"])
def test_a_distance_that_is_none_is_refused(tmp_path: Any, value: str) -> None:
    file = tmp_path / "conflicts.yaml"
    file.write_text(f"near_m:\n  value: {value}\n  unit: m\n  description: essai\n")
    with pytest.raises(LawDataInvalid, match=r"conflicts\.yaml:2"):
        load_rule(file)
    assert load_rule().near_m == 500


@pytest.fixture
def town(fresh_database: Any) -> Iterator[Town]:
    engine = engine_for(fresh_database.app, pool_size=6)
    yield settle_town(engine, date(2025, 3, 3), fresh_database.owner)
    engine.dispose()


def test_two_people_at_once_open_one_case(town: Town) -> None:
    seen = [seen_at(town.owner, LON, LAT + i * 0.001) for i in range(4)]
    logins = ["agent", "agent2", "inspector", "egc"]

    def report(login: str, observation: int) -> Any:
        order = OpenConflict(subject="activity", summary="vue", observation_ids=(observation,))
        return report_conflict(town.office, town[login], order, load_rule())

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(report, logins, seen))
    assert len({one.file_id for one in told}) == 1
    assert sorted(one.same is None for one in told) == [False, False, False, True]
    with town.official() as unit:
        counted = text("select count(*) from casework.conflict_evidence")
        assert unit.connection.scalar(counted) == 4


_RUN = text(
    "insert into register.overlap_run (opened_revision, on_day, as_known_revision, law_version, "
    "grounds, pairs, cells, polygon_pairs) values (:r, '2025-03-03', :r, 'essai', 2, 1, 1, 0) "
    "returning id"
)
_FINDING = text(
    "insert into register.overlap_finding (run_id, a_title_id, b_title_id, a_ground_id, "
    "b_ground_id, exact, cells, area_cells, legal_area_ha, geodesic_area_m2, share_a, share_b, "
    "tolerance_cells, verdict, reason, article, source, confidence, rule_version, message, "
    "conditions, runs, geom) values (:run, :a, :b, 1, 2, true, :cells, :cells, 84.955, 849550, "
    "0.01, 0.01, 0, :verdict, 'essai', 'art. 30', 'essai', 'C', '1', '{}', '{}', "
    "cast(:runs as int[]), st_geomfromwkb(:geom, 4326)) returning id"
)


def audited(town: Town, ground: Perimeter, verdict: str = "forbidden") -> int:
    """Store an audit with one exact overlap of both permits; return its finding."""
    with town.official() as unit:
        run = unit.connection.scalar(_RUN, {"r": unit.open_revision()})
        values = {
            "run": run,
            "a": town.titles["PE 525"],
            "b": town.titles["PE 526"],
            "cells": ground.count,
            "verdict": verdict,
            "runs": ground.to_lists(),
            "geom": ground.outline().wkb,
        }
        finding = int(unit.connection.scalar(_FINDING, values))
        unit.commit()
    return finding


def test_an_overlap_that_is_audited_again_is_the_same_fact(town: Town) -> None:
    def report(ground: Perimeter, verdict: str = "forbidden") -> Any:
        finding = audited(town, ground, verdict)
        order = OpenConflict(subject="overlap", summary="audit", finding_id=finding)
        return report_conflict(town.office, town["agent"], order, load_rule())

    first = report(rectangle(COL, ROW, 2, 1))
    assert (first.same, first.state) == (None, "open")
    again = report(rectangle(COL, ROW, 2, 1))
    assert (again.file_id, again.added) == (first.file_id, 0)
    wider = report(rectangle(COL, ROW, 2, 2))
    assert (wider.file_id, wider.added) == (first.file_id, 1)
    judged = report(rectangle(COL, ROW, 2, 1), "needs_legal_review")
    assert (judged.file_id, judged.added) == (first.file_id, 1)
    corner = report(rectangle(COL + 2, ROW + 2, 1, 1))
    assert corner.file_id != first.file_id


@pytest.mark.parametrize("metres", [499.99, 500.0, 500.004, 500.02])
@pytest.mark.parametrize("bearing", [0, 63, 90])
def test_a_fact_at_the_limit_is_joined_or_opens_and_is_never_refused(
    town: Town, metres: float, bearing: float
) -> None:
    """The search for a case and the lock of the database measure alike: positions at 500 m by
    geographiclib (pyproj), to the centimetre."""
    lon, lat, _ = Geod(ellps="WGS84").fwd(LON, LAT, bearing, metres)
    first, second = seen_at(town.owner, LON, LAT), seen_at(town.owner, lon, lat)
    told = []
    for seen in (first, second):
        order = OpenConflict(subject="activity", summary="vue", observation_ids=(seen,))
        told.append(report_conflict(town.office, town["agent"], order, load_rule()))
    assert (told[1].file_id == told[0].file_id) == (metres < 500.01)


def test_the_wider_distance_counts_where_the_setting_changed(town: Town) -> None:
    def report(north_deg: float, near_m: int) -> Any:
        seen = seen_at(town.owner, LON, LAT + north_deg)
        order = OpenConflict(subject="activity", summary="vue", observation_ids=(seen,))
        return report_conflict(town.office, town["agent"], order, MergeRule(Decimal(near_m)))

    first = report(0, 1000)
    assert report(0.007, 500).file_id == first.file_id  # 774 m


def test_distances_of_ground_are_those_of_straight_edges(town: Town) -> None:
    """Edges of half a degree: the great circle between their ends lies 11 m from the parallel."""
    edge, place = box(25.0, -10.8, 25.5, -10.7), Point(25.25, -10.6955)
    with town.official() as unit:
        by_database = measured_by(unit.connection)(edge, place)
    assert abs(by_database - distance_m(edge, place)) <= Decimal("0.02")
    assert abs(float(by_database) - 0.0045 * 110_613) < 0.5


def test_the_schema_goes_down_with_a_case_in_it_and_up_again(
    town: Town, fresh_database: Any
) -> None:
    seen = seen_at(town.owner, LON, LAT, site="K7")
    order = OpenConflict(subject="activity", summary="vue", observation_ids=(seen,))
    case = report_conflict(town.office, town["agent"], order, load_rule()).file_id
    with town.office.at_work(town["agent"], "essai") as unit:
        unit.open_revision()
        term = SetTerm(on_day=date(2025, 3, 3), due_on=date(2025, 3, 20), text="Réponse")
        keep(unit, case, term)
        unit.commit()
    town.engine.dispose()
    downgrade(fresh_database.owner, "0018")
    assert current(fresh_database.owner) == "0018"
    migrate(fresh_database.owner)
    again = report_conflict(town.office, town["agent"], order, load_rule())
    assert (again.same, again.number) == (None, "CF-2025-00001")


def test_titles_of_an_activity_are_those_of_its_place(town: Town) -> None:
    """Ground that its holder gave over to EGC is an allocation, as the list of places says
    (geo.activity.place): activity there is in no permit without allocation."""
    seen = seen_at(town.owner, LON, LAT)
    asked = OpenConflict(subject="activity", summary="vue", observation_ids=(seen,))
    with town.official() as unit:
        before = facts_of(town.office, unit, town["agent"], asked, load_rule())
    assert before[0].place.titles == {town.titles["PE 525"]}
    with UnitOfWork(town.engine, CADASTRE, "agent", "essai") as unit:
        holder = unit.connection.scalar(
            text("select party_id from register.holding h join register.title_version v "
                 "on v.id = h.title_version_id where v.title_id = :id"),
            {"id": town.titles["PE 525"]},
        )  # fmt: skip
        area = KeepArea(
            on_day=date(2025, 3, 3), basis=Basis.EGC_GROUND, egc_acts=True, reference="Acte 7",
            egc_party_id=holder,
        )  # fmt: skip
        keep_area(unit, town.titles["PE 525"], area)
        unit.commit()
    with pytest.raises(StepRefused, match="artisanal work"):
        report_conflict(town.office, town["agent"], asked, load_rule())
