"""Allocations inside a permit, by route A and by route B, on a real register."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from casework_artisanal import (
    DECIDED,
    NOTICE,
    OPEN_B,
    act,
    decided_b,
    party_of,
    proposal,
    registered,
    registered_a,
    registered_b,
    revision,
    route_b,
    until_minister,
)
from casework_town import COL, ROW, rectangle
from sqlalchemy import text

from geo.casework.rulings import decide_ruling
from geo.errors import (
    CaseError,
    LawForbids,
    NeedsRuling,
    NotFound,
    NotPermitted,
    RegisterError,
    SecondPersonNeeded,
    StepRefused,
)
from geo.register.reader import Reader

# Both routes to the end, on both clocks


def test_route_b_leaves_the_title_whole_and_charges_part_of_it(town) -> None:
    before = revision(town)
    case = registered_b(town)
    host = registered(town, town.titles["PE 525"], DECIDED)
    allocation = registered(town, case.file.title_id, DECIDED)
    assert (case.file.state, host.grounds[0].cells, allocation.grounds[0].cells) == (
        "registered",
        100,
        12,
    )
    with town.official() as unit:
        one = Reader(unit.connection).allocations_in(town.titles["PE 525"], DECIDED)[0]
    assert (one.starts_on, one.ends_on, one.minerals) == (
        date(2025, 3, 1),
        date(2030, 6, 1),
        ("Co", "Cu"),
    )
    with pytest.raises(NotFound):
        registered(town, case.file.title_id, DECIDED, known=before)
    with pytest.raises(NotFound):
        registered(town, case.file.title_id, date(2025, 4, 3))


def test_route_a_shrinks_the_title_and_makes_a_zone_in_one_revision(town) -> None:
    case = registered_a(town)
    last = revision(town)
    host = registered(town, town.titles["PE 525"], DECIDED)
    zone = registered(town, case.file.title_id, DECIDED)
    assert (host.grounds[0].cells, zone.kind, zone.grounds[0].cells) == (88, "ZEA", 12)
    day_before = registered(town, town.titles["PE 525"], date(2025, 4, 3))
    assert day_before.grounds[0].cells == 100
    as_known = registered(town, town.titles["PE 525"], DECIDED, known=last - 1)
    assert as_known.grounds[0].cells == 100


@pytest.mark.parametrize(("make", "basis"), [(registered_a, "zone"), (registered_b, "allocation")])
def test_it_is_kept_as_an_artisanal_area_at_once(town, make, basis) -> None:
    title = make(town).file.title_id
    kept = text("select area_title_id, basis, egc_acts from casework.asm_area order by id")
    with town.official() as unit:
        rows = [tuple(row) for row in unit.connection.execute(kept)]
    assert rows == [(title, basis, True)]


def test_a_zone_made_by_route_a_has_a_file_to_be_suspended_in(town) -> None:
    case = registered_a(town)
    asked = text(
        "select id, state, steps from casework.case_file where machine = 'zone' and title_id = :t"
    )
    with town.official() as unit:
        row = unit.connection.execute(asked, {"t": case.file.title_id}).one()
        made_by = unit.connection.scalar(
            text("select payload ->> 'made_by_file' from casework.case_step where file_id = :f"),
            {"f": row.id},
        )
    assert (row.state, row.steps, int(made_by)) == ("registered", 1, case.id)
    case.id, case.steps = row.id, row.steps
    suspension = act("suspension", DECIDED)
    case.step("minister", "suspend", reason="éboulement", act=suspension)
    assert registered(town, case.file.title_id, DECIDED).state == "suspended"


# The same allocation judged in 2017, 2018, 2020 and 2025


def test_route_a_of_2017_is_blocked_by_art_109(town) -> None:
    town.clock.go_to(date(2017, 6, 1))
    with pytest.raises(LawForbids) as refused:
        proposal(town, "route_a").step("company", "file")
    assert [(f.code, f.verdict.value) for f in refused.value.findings] == [
        ("host_overlap", "block")
    ]
    assert refused.value.findings[0].article == "Code minier 2002, art. 109 al. 3"
    assert "109" in (refused.value.fr or "")


@pytest.mark.parametrize("day", [date(2017, 6, 1), date(2020, 6, 1), date(2025, 2, 20)])
def test_route_b_before_its_first_day_has_no_legal_basis(town, day) -> None:
    town.clock.go_to(day)
    with pytest.raises(LawForbids) as refused:
        proposal(town).step("company", "file")
    named = {f.code: f for f in refused.value.findings}["host_overlap"]
    assert (named.verdict.value, named.first_day) == ("no_legal_basis", date(2025, 2, 21))
    assert "25/05" in named.article


def test_route_a_between_march_and_may_2018_is_filed_and_waits_for_a_ruling(town) -> None:
    town.clock.go_to(date(2018, 4, 1))
    case = proposal(town, "route_a", substances=("Cu",))
    taken = case.step("company", "file")
    unsure = {f.code: f for f in taken.judged.unsettled}
    assert unsure["renunciation"].verdict.value == "needs_legal_review"
    assert unsure["renunciation"].reason == "entry_into_force_unsure"
    until_minister(case, date(2018, 5, 2))
    case.papers("minister", "act")
    decision = {"act": act("institution", date(2018, 5, 2))}
    open_questions = _open(case, decision)
    assert {"host_overlap", "renunciation", "holder_consent", "inside_host"} <= open_questions
    proposed = [case.propose(code) for code in sorted(open_questions)]
    with pytest.raises(NeedsRuling):  # proposed by one adviser, not in force yet
        case.step("minister", "institute", **decision)
    with pytest.raises(SecondPersonNeeded):
        decide_ruling(town.office, town["legal"], proposed[0], "in_force")
    for ruling in proposed:
        case.decide(ruling)
    assert case.step("minister", "institute", **decision).state == "decided"


def _open(case, decision) -> set[str]:
    with pytest.raises(NeedsRuling) as needs:
        case.step("minister", "institute", **decision)
    return {finding.code for finding in needs.value.findings}


@pytest.mark.parametrize("route", ["route_a", "route_b"])
def test_in_march_2025_both_routes_are_filed(town, route) -> None:
    assert proposal(town, route).step("company", "file").number == "A-2025-00001"


def test_in_2020_route_a_is_filed_and_egc_coordinates_cobalt_only(town) -> None:
    town.clock.go_to(date(2020, 6, 1))
    cobalt = proposal(town, "route_a")
    cobalt.step("company", "file")
    assert cobalt.file.involves == ("egc",)
    with pytest.raises(StepRefused, match="EGC coordinates"):
        cobalt.step("agent", "go_on_without_egc")
    copper = proposal(town, "route_a", rectangle(COL + 5, ROW, 2, 2), substances=("Cu",))
    copper.step("company", "file")
    assert copper.file.involves == ()
    with pytest.raises(NotFound):
        copper.step("egc", "coordinate", reason="x")
    assert copper.step("agent", "go_on_without_egc").state == "coordinated"


# What a filing lacks


@pytest.mark.parametrize(
    ("route", "papers", "lacking"),
    [
        ("route_a", ("renunciation",), "consent"),
        ("route_a", ("consent",), "renunciation"),
        ("route_b", ("egc_agreement",), "consent"),
    ],
)
def test_consent_and_renunciation_are_filed_together(town, route, papers, lacking) -> None:
    with pytest.raises(StepRefused, match=lacking):
        proposal(town, route, papers=papers).step("company", "file")


@pytest.mark.parametrize("term", ["agreement_reference", "agreement_on", "starts_on", "ends_on"])
def test_an_agreement_states_its_terms(town, term) -> None:
    with pytest.raises(StepRefused, match=term) as refused:
        proposal(town, **{term: None}).step("company", "file")
    assert term in (refused.value.fr or "")


def test_an_agreement_that_transfers_rights_is_forbidden(town) -> None:
    with pytest.raises(LawForbids) as refused:
        proposal(town, transfers_rights=True).step("company", "file")
    assert {f.code for f in refused.value.findings} == {"rights_stay"}


def test_substances_that_are_not_strategic_leave_no_route_b(town) -> None:
    with pytest.raises(LawForbids) as refused:
        proposal(town, substances=("Cu",)).step("company", "file")
    assert {f.code for f in refused.value.findings} == {"strategic_substance"}


@pytest.mark.parametrize("route", ["route_a", "route_b"])
def test_ground_beyond_the_permit_by_one_carre_is_forbidden(town, route) -> None:
    ground = rectangle(COL - 1, ROW, 4, 1)
    with pytest.raises(LawForbids) as refused:
        proposal(town, route, ground).step("company", "file")
    found = {f.code: f for f in refused.value.findings}["inside_host"]
    assert found.cells == rectangle(COL - 1, ROW, 1, 1)


def test_a_clerk_prepares_and_does_not_sign(town) -> None:
    case = proposal(town, login="clerk")
    with pytest.raises(StepRefused, match="mandate") as refused:
        case.step("clerk", "file")
    assert "mandat" in (refused.value.fr or "")
    case.step("company", "file")
    with pytest.raises(StepRefused, match="mandate"):
        case.step("clerk", "withdraw", reason="x")


def test_who_neither_holds_nor_leases_the_permit_proposes_nothing(town) -> None:
    case = proposal(town, login="rival", party="LUALABA CUIVRE SA")
    with pytest.raises(StepRefused, match="only a holder"):
        case.step("rival", "file")


# Two proposals on the same ground


def test_a_later_proposal_on_the_same_carres_waits(town) -> None:
    first = proposal(town)
    first.step("company", "file")
    second = proposal(town, ground=rectangle(COL + 3, ROW, 4, 3))
    with pytest.raises(LawForbids) as refused:
        second.step("company", "file")
    found = next(f for f in refused.value.findings if f.code == "overlap")
    assert found.cells == rectangle(COL + 3, ROW, 1, 3)
    assert "A-2025-00001" in found.subject
    first.step("company", "withdraw", reason="autre projet")
    assert second.step("company", "file").state == "filed"


def test_of_two_registrations_at_once_one_passes(town) -> None:
    case = decided_b(town)
    case.step("egc", "countersign")
    case.step("agent", "prepare_registration")
    gate, said = Barrier(2), []

    def register(login: str) -> None:
        gate.wait()
        try:
            case.step(login, "register_agreement", act=act("agreement", DECIDED))
            said.append("registered")
        except (CaseError, RegisterError) as error:
            said.append(type(error).__name__)

    threads = [Thread(target=register, args=(login,)) for login in ("agent2", "chief")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["FileChanged", "registered"]


# Decision and registration


def test_nothing_is_decided_by_an_act_after_today_or_before_the_filing(town) -> None:
    case = proposal(town)
    case.step("company", "file")
    until_minister(case, DECIDED)
    case.papers("minister", "ministerial_act", "arecoms_approval")
    case.rule(*OPEN_B)
    with pytest.raises(StepRefused, match="after today"):
        case.step("minister", "approve", act=act("agreement", date(2025, 4, 5)))
    with pytest.raises(StepRefused, match="before the filing"):
        case.step("minister", "approve", act=act("agreement", date(2025, 3, 2)))
    case.papers("minister", "act")
    with pytest.raises(StepRefused, match="route_a"):
        case.step("minister", "institute", act=act("institution", DECIDED))


def test_the_act_registered_is_the_act_that_decided(town) -> None:
    case = decided_b(town)
    case.step("egc", "countersign")
    case.step("agent", "prepare_registration")
    other = act("agreement", DECIDED, "Arrêté d’essai 8")
    with pytest.raises(StepRefused, match="rests on Arrêté d’essai 7"):
        case.step("agent2", "register_agreement", act=other)
    with pytest.raises(SecondPersonNeeded):
        case.step("agent", "register_agreement", act=act("agreement", DECIDED))


def test_nothing_is_approved_without_the_paper_of_the_act(town) -> None:
    case = proposal(town)
    case.step("company", "file")
    until_minister(case, DECIDED)
    with pytest.raises(StepRefused, match="ministerial_act"):
        case.step("minister", "approve", act=act("agreement", DECIDED))
    with pytest.raises(NotPermitted):
        case.step("agent", "approve", act=act("agreement", DECIDED))


def test_the_consultation_lasts_to_its_last_day(town) -> None:
    case = proposal(town)
    case.step("company", "file")
    case.step("egc", "coordinate", reason="d’accord")
    case.step("agent", "publish_notice", payload=NOTICE)
    town.clock.go_to(date(2025, 4, 2))
    with pytest.raises(StepRefused, match="2025-04-02"):
        case.step("agent", "close_consultation")
    town.clock.go_to(date(2025, 4, 3))
    assert case.step("agent", "close_consultation").state == "consulted"


def test_route_a_waits_for_the_opinions_of_art_109(town) -> None:
    case = proposal(town, "route_a")
    case.step("company", "file")
    case.step("egc", "coordinate", reason="d’accord")
    case.step("agent", "publish_notice", payload=NOTICE)
    town.clock.go_to(DECIDED)
    case.step("agent", "close_consultation")
    with pytest.raises(StepRefused, match="governor, mines_directorate"):
        case.step("agent", "propose_favourable")
    assert case.opinions() == ["governor", "mines_directorate"]
    assert case.step("agent", "propose_favourable").state == "favourable_proposed"


def test_an_amendment_takes_carres_away_without_another_notice(town) -> None:
    case = proposal(town)
    case.step("company", "file")
    case.step("egc", "coordinate", reason="d’accord")
    case.step("agent", "publish_notice", payload=NOTICE)
    case.step("agent", "ask_amendment", reason="objection sur deux carrés")
    with pytest.raises(NotFound):
        case.revise("rival", route_b(10), rectangle(COL, ROW, 5, 2), 1)
    case.revise("company", route_b(), rectangle(COL, ROW, 5, 2), 1)
    with pytest.raises(StepRefused, match=r"2 carré\(s\) were not"):
        case.step("company", "resubmit_smaller")
    case.revise("company", route_b(ends_on=date(2040, 1, 1)), rectangle(COL, ROW, 4, 2), 2)
    with pytest.raises(StepRefused, match="more than the perimeter"):
        case.step("company", "resubmit_smaller")
    case.revise("company", route_b(8), rectangle(COL, ROW, 4, 2), 3)
    assert case.step("company", "resubmit_smaller").state == "consulted"


@pytest.mark.parametrize("way", ["withdraw", "refuse"])
def test_a_file_that_ends_takes_its_notice_back(town, way) -> None:
    case = proposal(town)
    case.step("company", "file")
    until_minister(case, DECIDED)
    if way == "withdraw":
        case.step("company", "withdraw", reason="autre projet")
    else:
        case.step("minister", "refuse", reason="défavorable", act=act("rejection", DECIDED))
    standing = text("select count(*) from casework.notice where withdrawn_on is null")
    with town.official() as unit:
        assert unit.connection.scalar(standing) == 0


def test_the_agreement_is_with_egc(town) -> None:
    case = registered_b(town)
    with town.official() as unit:
        one = Reader(unit.connection).allocations_in(town.titles["PE 525"], DECIDED)[0]
    assert [p.id for p in one.parties] == [party_of(town, "ENTREPRISE GÉNÉRALE DU COBALT")]
    assert case.file.state == "registered"
