"""What befalls an allocation by agreement after its act, on a real register."""

from __future__ import annotations

from datetime import date

import pytest
from casework_artisanal import DECIDED, NOTICE, Case, act, registered, registered_b, route_b
from casework_town import COL, HOLDER, OTHER, ROW, rectangle

from geo.casework.files import Draft
from geo.errors import LawForbids, NeedsRuling, SecondPersonNeeded, StepRefused
from geo.register.reader import Reader

LATER = date(2025, 6, 2)
END = date(2025, 9, 1)


@pytest.fixture
def allocation(town) -> int:
    """Twelve carrés of PE 525, allocated by agreement."""
    title = registered_b(town).file.title_id
    town.clock.go_to(LATER)
    return title


def life(town, allocation, subject, ground=None, login="company", party=HOLDER, **more) -> Case:
    """A draft about an allocation, with its request."""
    content = route_b(ground.count, **more) if ground else route_b(declared_cells=None, **more)
    party_id = town.parties[party] if party else None
    draft = Draft("allocation_life", subject, content, ground, party_id, title_id=allocation)
    case = Case(town, login, draft)
    case.papers(login, "request", "consent", "egc_agreement", "arecoms_approval")
    return case


def heard(case: Case) -> Case:
    """Filed by the company, answered by EGC."""
    case.step("company", "file", reason="motifs")
    case.step("egc", "answer", reason="d’accord")
    return case


def to_minister(case: Case) -> None:
    """Through the opinion of two officers."""
    case.step("agent", "propose", reason="avis")
    case.step("agent2", "confirm")
    case.papers("minister", "ministerial_act")


def open_questions(case: Case, decision) -> list[str]:
    """What the law leaves open of a change at its decision."""
    with pytest.raises(NeedsRuling) as needs:
        case.step("minister", "decide_change", **decision)
    return sorted({f.code for f in needs.value.findings})


def cells(town, title: int, on: date) -> int:
    """How many carrés a title holds on a day."""
    return sum(ground.cells for ground in registered(town, title, on).grounds)


# Changes


def test_an_extension_is_published_decided_and_registered(town, allocation) -> None:
    case = heard(life(town, allocation, "extension", rectangle(COL, ROW, 4, 4)))
    with pytest.raises(StepRefused, match="published first"):
        case.step("agent", "propose", reason="avis")
    case.step("agent", "publish_notice", payload=NOTICE)
    town.clock.go_to(date(2025, 7, 2))
    with pytest.raises(StepRefused, match="2025-07-02"):
        case.step("agent", "close_consultation")
    town.clock.go_to(END)
    case.step("agent", "close_consultation")
    to_minister(case)
    decision = {"act": act("agreement", END, "Arrêté 12")}
    case.rule(*open_questions(case, decision))
    case.step("minister", "decide_change", **decision)
    with pytest.raises(SecondPersonNeeded):
        case.step("agent", "register", **decision)
    with pytest.raises(StepRefused, match="Register that act"):
        case.step("agent2", "register", act=act("agreement", END, "Autre"))
    case.step("agent2", "register", **decision)
    assert (cells(town, allocation, END), cells(town, allocation, LATER)) == (16, 12)
    assert cells(town, town.titles["PE 525"], END) == 100


def test_an_extension_stays_inside_the_permit(town, allocation) -> None:
    beyond = rectangle(COL - 1, ROW, 5, 3)
    case = heard(life(town, allocation, "extension", beyond))
    with pytest.raises(LawForbids) as refused:
        case.step("agent", "publish_notice", payload=NOTICE)
    assert "inside_host" in {f.code for f in refused.value.findings}


@pytest.mark.parametrize(
    ("subject", "ground"),
    [
        ("extension", rectangle(COL, ROW, 4, 3)),
        ("extension", rectangle(COL + 1, ROW, 4, 4)),
        ("reduction", rectangle(COL, ROW, 4, 3)),
        ("reduction", rectangle(COL, ROW, 5, 2)),
        ("end", rectangle(COL, ROW, 4, 2)),
    ],
)
def test_what_is_no_such_change_is_not_filed(town, allocation, subject, ground) -> None:
    with pytest.raises(StepRefused) as refused:
        life(town, allocation, subject, ground).step("company", "file", reason="motifs")
    assert refused.value.fr


def test_a_reduction_needs_no_notice_and_a_renewal_its_day(town, allocation) -> None:
    case = heard(life(town, allocation, "reduction", rectangle(COL, ROW, 4, 2)))
    with pytest.raises(StepRefused, match="only an extension"):
        case.step("agent", "publish_notice", payload=NOTICE)
    to_minister(case)
    decision = {"act": act("agreement", LATER, "Arrêté 12")}
    case.step("minister", "decide_change", **decision)
    case.step("agent2", "register", **decision)
    assert (cells(town, allocation, LATER), cells(town, allocation, DECIDED)) == (8, 12)
    endless = life(town, allocation, "renewal", ends_on=None)
    with pytest.raises(StepRefused, match="ends_on"):
        endless.step("company", "file", reason="motifs")


def test_a_renewal_lasts_longer(town, allocation) -> None:
    case = heard(life(town, allocation, "renewal", ends_on=date(2035, 6, 1)))
    to_minister(case)
    decision = {"act": act("renewal", LATER, "Arrêté 12")}
    case.rule(*open_questions(case, decision))
    case.step("minister", "decide_change", **decision)
    case.step("agent2", "register", **decision)
    with town.official() as unit:
        one = Reader(unit.connection).allocations_in(town.titles["PE 525"], LATER)[0]
    assert one.ends_on == date(2035, 6, 1)


# Ends


def test_the_other_party_is_heard_or_it_is_said_why_not(town, allocation) -> None:
    case = life(town, allocation, "breach", login="egc", party=None)
    case.step("egc", "file", reason="mélange de minerais")
    with pytest.raises(StepRefused, match="the holder") as refused:
        case.step("agent", "propose", reason="avis")
    assert "le titulaire" in (refused.value.fr or "")
    with pytest.raises(StepRefused, match="proposer of the file"):
        case.step("company", "withdraw", reason="x")
    case.step("company", "answer", reason="contesté")
    assert case.step("agent", "propose", reason="avis").state == "proposed"


def test_an_end_is_followed_by_rehabilitation_and_the_return(town, allocation) -> None:
    case = heard(life(town, allocation, "end"))
    to_minister(case)
    decision = {"reason": "accord", "act": act("end_of_allocation", LATER, "Arrêté 13")}
    with pytest.raises(StepRefused, match="ends an allocation"):
        case.step("minister", "decide_change", **decision)
    case.step("minister", "decide_end", **decision)
    assert registered(town, allocation, LATER).state == "suspended"
    assert cells(town, allocation, LATER) == 12
    with pytest.raises(StepRefused, match="evidence"):
        case.step("inspector", "report_rehabilitation")
    case.papers("inspector", "evidence")
    case.step("inspector", "report_rehabilitation")
    town.clock.go_to(END)
    returning = {"act": act("end_of_allocation", END, "PV de remise")}
    with pytest.raises(SecondPersonNeeded):
        case.step("agent", "return_ground", **returning)
    assert case.step("agent2", "return_ground", **returning).state == "returned"
    with town.official() as unit:
        reader = Reader(unit.connection)
        assert reader.allocations_in(town.titles["PE 525"], END) == []
        assert len(reader.allocations_in(town.titles["PE 525"], LATER)) == 1
    assert cells(town, town.titles["PE 525"], END) == 100


def test_a_consent_taken_back_after_the_act_needs_a_ruling(town, allocation) -> None:
    case = heard(life(town, allocation, "withdrawal_of_consent"))
    to_minister(case)
    decision = {"reason": "retrait", "act": act("consent_withdrawn", LATER, "Arrêté 13")}
    with pytest.raises(NeedsRuling, match="consent_withdrawn") as needs:
        case.step("minister", "decide_end", **decision)
    assert "retiré après l’acte" in (needs.value.fr or "")
    case.rule("host_event", rule="host_event/b/consent_withdrawn")
    assert case.step("minister", "decide_end", **decision).state == "rehabilitation"


def test_a_ruling_may_refuse_that_a_consent_is_taken_back(town, allocation) -> None:
    case = heard(life(town, allocation, "withdrawal_of_consent"))
    to_minister(case)
    case.rule("host_event", rule="host_event/b/consent_withdrawn", answer="refused")
    decision = act("consent_withdrawn", LATER, "Arrêté 13")
    with pytest.raises(StepRefused, match="does not permit"):
        case.step("minister", "decide_end", reason="retrait", act=decision)


def test_only_a_holder_of_the_permit_files_for_a_company(town, allocation) -> None:
    case = life(town, allocation, "end", login="rival", party=OTHER)
    with pytest.raises(StepRefused, match="only a holder"):
        case.step("rival", "file", reason="motifs")
    permit = life(town, town.titles["PE 525"], "end")
    with pytest.raises(StepRefused, match="no allocation in force"):
        permit.step("company", "file", reason="motifs")
