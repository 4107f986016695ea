"""Candidates pass the check of a filing unchanged: real drafts are opened on them and filed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from casework_artisanal import Case, route_a, route_b
from casework_town import COL, HOLDER, ROW, Town, rectangle
from pyproj import Geod
from sqlalchemy import text

from geo.casework.files import Draft
from geo.casework.judging import judge_as_next
from geo.casework.reading import file_of, last_version
from geo.errors import InputError, LawForbids
from geo.law.outcomes import Outcome
from geo.law.values import Moment, Verdict
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, PUBLIC, UnitOfWork
from geo.siting.asked import widened
from geo.siting.check import Check, Way
from geo.siting.ground import GroundRead
from geo.siting.published import KIND_OF_CLASS
from geo.siting.reading import read_ground
from geo.siting.site import Answer, Candidate, Wanted, site
from geo.siting.states import StateCode

DAY = date(2025, 3, 3)
GROUND = rectangle(COL - 6, ROW - 4, 22, 18)
"""Around PE 525, ten by ten carrés of it free on every side."""
COBALT = frozenset({"Co", "Cu"})


def read(
    town: Town, ground: Perimeter = GROUND, *, public: bool = False, **more: object
) -> GroundRead:
    law = town.office.law
    with UnitOfWork(town.engine, PUBLIC if public else CADASTRE, "test") as unit:
        day = more.pop("on", DAY)
        return read_ground(unit, ground, day, law, public=public, **more)  # type: ignore[arg-type]


def answer(town: Town, ground: Perimeter = GROUND, **wanted: object) -> Answer:
    given = {"substances": COBALT, **wanted}
    return site(read(town, ground), town.office.law, Wanted(**given))  # type: ignore[arg-type]


def file_on(town: Town, candidate: Candidate, check: Check) -> Case:
    """Open the file that the candidate says, on its very carrés, with the papers of its route."""
    ground = candidate.ground
    if check.way is Way.ZONE:
        draft = Draft("zone", "art_109", route_a(ground.count), ground, province="Lualaba")
        return Case(town, "minister", draft)
    make = route_a if check.way is Way.ROUTE_A else route_b
    assert check.host is not None
    draft = Draft(
        "allocation",
        check.way.value,
        make(ground.count),
        ground,
        town.parties[HOLDER],
        host_title_id=check.host.title_id,
        province="Lualaba",
    )
    case = Case(town, "company", draft)
    case.papers("company", "consent", "egc_agreement", "renunciation")
    return case


def outcomes(findings: Sequence[object]) -> dict[tuple[str, str], str]:
    return {(f.code, f.subject): f.outcome.value for f in findings}  # type: ignore[attr-defined]


def about_ground(found: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """What is asked of the ground; not of the fee, lessees and mortgagees of a host, or papers."""
    not_ground = {"host_fee_paid", "third_parties", "host_holder_known", "clocks"}
    return {key: value for key, value in found.items() if key[0] not in not_ground}


def test_every_candidate_passes_the_filing_check_of_a_real_file(town: Town) -> None:
    ways = set()
    for candidate in answer(town).candidates:
        for check in candidate.checks:
            case = file_on(town, candidate, check)
            login = "minister" if check.way is Way.ZONE else "company"
            with town.office.at_work(town[login], "test") as unit:
                file = file_of(unit, case.id)
                version = last_version(unit, case.id)
                judged = judge_as_next(town.office, unit, file, version, Moment.FILING, DAY)
            assert not judged.blocking
            real = outcomes(judged.settled.judgement.findings)
            assert about_ground(real) == about_ground(outcomes(check.judgement.findings))
            ways.add(check.way)
    assert ways == set(Way)


@pytest.mark.parametrize("way", list(Way))
def test_a_candidate_is_filed_by_the_step_of_its_machine(town: Town, way: Way) -> None:
    found = answer(town)
    candidate, check = next(
        (one, check) for one in found.candidates for check in one.checks if check.way is way
    )
    case = file_on(town, candidate, check)
    if way is Way.ZONE:
        case.step("minister", "propose")
        assert case.file.state == "proposed"
    else:
        case.step("company", "file")
        assert case.file.state == "filed"


def test_ground_that_is_no_candidate_is_refused_by_the_same_check(town: Town) -> None:
    """Half in the permit, half out: neither a zone's ground nor the holder's to give."""
    torn = rectangle(COL - 2, ROW, 4, 1)
    draft = Draft(
        "allocation", "route_a", route_a(4), torn, town.parties[HOLDER],
        host_title_id=town.titles["PE 525"], province="Lualaba",
    )  # fmt: skip
    case = Case(town, "company", draft)
    case.papers("company", "consent", "renunciation")
    with pytest.raises(LawForbids):
        case.step("company", "file")
    for candidate in answer(town).candidates:
        inside = candidate.ground & rectangle(COL, ROW, 10, 10)
        assert inside in (Perimeter.empty(), candidate.ground)


def test_states_around_a_permit(town: Town) -> None:
    found = answer(town)
    assert found.cells_by_state == {StateCode.FREE: 22 * 18 - 100, StateCode.ROUTE_A: 100}
    part = next(one for one in found.parts if one.state.code is StateCode.ROUTE_A)
    assert part.ground == rectangle(COL, ROW, 10, 10)
    assert [host.name for host in part.state.hosts] == ["PE 525"]


def test_candidates_are_of_two_carres_or_more_contiguous_and_bounded(town: Town) -> None:
    for most in (2, 5):
        for one in answer(town, max_cells=most).candidates:
            assert 2 <= one.ground.count <= most
            assert one.ground.is_contiguous
            assert not one.ground.holes()
    lonely = rectangle(COL + 30, ROW, 1, 1)
    assert not answer(town, lonely).candidates
    assert answer(town, lonely).cells_by_state == {StateCode.FREE: 1}
    assert not answer(town, Perimeter.empty()).parts


def test_each_shows_the_rule_that_would_kill_it_and_its_reasons_in_order(town: Town) -> None:
    for candidate in answer(town).candidates:
        first = candidate.checks[0].killers[0]
        assert first.article
        assert first.why.fr
        assert first.why.en
        assert [one.criterion.key for one in candidate.standings][:2] == ["legal", "border"]
    places = [[s.place for s in one.standings] for one in answer(town).candidates]
    assert places == sorted(places)
    zones = [one for one in answer(town).candidates if one.checks[0].way is Way.ZONE]
    absent = {k.finding.facts.get("class") for k in zones[0].checks[0].killers if k.finding}
    assert {"zrg", "national_park"} <= absent


def test_papers_are_what_the_route_asks_for(town: Town) -> None:
    for candidate in answer(town).candidates:
        for check in candidate.checks:
            codes = {one.code for one in check.papers}
            expected = {
                Way.ZONE: set(),
                Way.ROUTE_A: {"host_overlap", "holder_consent", "renunciation"},
                Way.ROUTE_B: {"host_overlap", "holder_consent", "egc_agreement"},
            }
            assert codes == expected[check.way]


def test_a_proposal_under_way_reserves_its_ground(town: Town) -> None:
    taken = rectangle(COL - 5, ROW, 3, 2)
    town.clock.go_to(date(2025, 3, 1))
    case = Case(town, "minister", Draft("zone", "art_109", route_a(6), taken, province="Lualaba"))
    drafted = answer(town)
    assert StateCode.RESERVED not in drafted.cells_by_state  # a draft is its proposer's alone
    case.step("minister", "propose")
    found = answer(town)
    assert found.cells_by_state[StateCode.RESERVED] == 6
    part = next(one for one in found.parts if one.state.code is StateCode.RESERVED)
    assert part.ground == taken
    assert part.state.because[0].finding.article


def test_the_public_is_told_that_published_ground_alone_was_read(town: Town) -> None:
    today = date(2026, 11, 23)
    known = read(town, on=today)
    shown = read(town, public=True, on=today, today=today)
    assert (known.public, shown.public) == (False, True)
    law = town.office.law
    both = [site(one, law, Wanted(candidates=0)).cells_by_state for one in (known, shown)]
    assert both[0] == both[1]
    for wrong in ({"on": DAY}, {"on": today, "as_known_on": 1}):
        with pytest.raises(InputError, match="published ground"):
            read(town, public=True, today=today, **wrong)


def test_ground_as_it_was_known_before_a_right_was_recorded(town: Town) -> None:
    before = site(read(town, as_known_on=0), town.office.law, Wanted(candidates=0))
    assert before.cells_by_state == {StateCode.FREE: GROUND.count}


def test_open_questions_are_not_passed(town: Town) -> None:
    found = answer(town)
    assert "defence" in found.unanswered
    open_ = [f for f in found.candidates[0].checks[0].open if f.code == "restricted_block"]
    assert open_
    assert all(f.outcome is Outcome.UNDETERMINED for f in open_)
    assert all(f.verdict is Verdict.NEEDS_LEGAL_REVIEW for f in open_)


def test_widened_ground_reaches_as_far_on_every_side() -> None:
    assert widened(rectangle(5, 5, 1, 1), 2) == rectangle(3, 3, 5, 5)


def test_rights_beside_the_ground_are_neighbours_in_the_sheet(town: Town) -> None:
    """PE 525 begins one carré (912 m by geodesic) east of the ground asked about."""
    found = answer(town, rectangle(COL - 4, ROW, 3, 3))
    assert found.cells_by_state == {StateCode.FREE: 9}
    line = next(one for one in found.candidates[0].sheet if one.key == "neighbours")
    assert line.name == "PE 525"
    east, south = (COL - 1) / 120, ROW / 120 + 1 / 40
    metres = Geod(ellps="WGS84").inv(east, south, COL / 120, south)[2]
    assert line.value == pytest.approx(metres, abs=1)
    alone = answer(town, rectangle(COL - 40, ROW, 3, 3)).candidates[0].sheet
    assert "no right nearby within" in next(o for o in alone if o.key == "neighbours").text.en


def test_ground_of_registers_counts_as_the_class_that_the_register_says(town: Town) -> None:
    with town.official() as unit:
        rows = unit.connection.execute(
            text("select class, register_kind from register.area_class where register_kind <> ''")
        )
        assert {row[0]: row[1] for row in rows} == dict(KIND_OF_CLASS)
