"""Ground for cooperatives: portions of a zone, and work areas under EGC's contract."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

import pytest
from casework_artisanal import DECIDED, Case, act, party_of, registered, registered_b
from casework_town import COL, ROW, rectangle
from sqlalchemy import text

from geo.casework.content import Content
from geo.casework.files import Draft
from geo.errors import (
    CaseError,
    LawForbids,
    NeedsRuling,
    RegisterError,
    SecondPersonNeeded,
    StepRefused,
)
from geo.register.orders import ActOrder, TitleFacts
from geo.register.reader import Reader
from geo.register.writer import institute_zone, set_state
from geo.sources.rows import State

ZONE = rectangle(COL + 40, ROW, 4, 2)
TWO = rectangle(COL + 40, ROW, 2, 1)
TODAY = date(2025, 3, 3)
COOP, OTHER_COOP = "COOPERATIVE MINIERE ESSAI", "COOPERATIVE MINIERE AUTRE"
OPEN = ("cooperative_approved", "member_cards", "conduct_code")
AGREED = {"approval_reference": "Agrément 4/2024"}


@pytest.fixture
def zone(town) -> int:
    """A zone of eight carrés in the register."""
    with town.official() as unit:
        facts = TitleFacts(code="ZEA 81", kind="ZEA", state=State.GRANTED, granted_on=TODAY)
        title = institute_zone(unit, facts, ZONE, ActOrder("institution", "Arrêté 3", TODAY))
        unit.commit()
    return title


def attribution(town, area, ground=TWO, party=COOP, subject="portion", login="agent") -> Case:
    """A draft of an attribution, with the cooperative's approval."""
    kind = {"portion": "PORTION", "work_area": "WORK_AREA"}[subject]
    draft = Draft(
        "attribution", subject, Content(kind=kind, substances=("Cu",)), ground,
        party_of(town, party), host_title_id=area, province="Lualaba",
    )  # fmt: skip
    case = Case(town, login, draft)
    case.papers(login, "approval")
    return case


def decided(town, area, **more) -> Case:
    """A portion that the Minister attributed."""
    case = attribution(town, area, **more)
    case.step("agent", "file")
    case.rule(*OPEN)
    case.step("minister", "decide", act=act("attribution", TODAY))
    return case


def in_register(town, area, **more) -> Case:
    """A portion in the register."""
    case = decided(town, area, **more)
    case.step("agent2", "register", act=act("attribution", TODAY), payload=AGREED)
    return case


# Portions (RM 2018 art. 222 bis: two carrés, one for each cooperative)


def test_a_portion_of_two_carres_is_attributed_and_registered(town, zone) -> None:
    case = in_register(town, zone)
    with town.official() as unit:
        one = Reader(unit.connection).attributions_in(zone, TODAY)[0]
    assert (one.title_id, one.kind, one.ground.cells, one.approval_reference) == (
        case.file.title_id,
        "PORTION",
        2,
        "Agrément 4/2024",
    )
    assert [p.name for p in one.parties] == [COOP]


@pytest.mark.parametrize(
    ("ground", "code"),
    [
        (rectangle(COL + 40, ROW, 1, 1), "portion_cells"),
        (rectangle(COL + 40, ROW, 3, 1), "portion_cells"),
        (rectangle(COL + 43, ROW, 2, 1), "portion_inside_zone"),
    ],
)
def test_a_portion_has_two_carres_inside_the_zone(town, zone, ground, code) -> None:
    with pytest.raises(LawForbids) as refused:
        attribution(town, zone, ground).step("agent", "file")
    assert code in {f.code for f in refused.value.findings}


def test_a_cooperative_has_one_portion_and_a_carre_one_cooperative(town, zone) -> None:
    in_register(town, zone)
    with pytest.raises(LawForbids) as second:
        attribution(town, zone, rectangle(COL + 42, ROW, 2, 1)).step("agent", "file")
    assert {f.code for f in second.value.findings} == {"one_portion"}
    overlapping = attribution(town, zone, rectangle(COL + 41, ROW, 2, 1), OTHER_COOP)
    with pytest.raises(LawForbids) as double:
        overlapping.step("agent", "file")
    assert {f.code for f in double.value.findings} == {"portion_free"}
    free = rectangle(COL + 42, ROW, 2, 1)
    assert in_register(town, zone, ground=free, party=OTHER_COOP).file.state == "registered"


def test_what_is_not_known_of_a_cooperative_waits_for_a_ruling(town, zone) -> None:
    case = attribution(town, zone)
    case.step("agent", "file")
    with pytest.raises(NeedsRuling) as needs:
        case.step("minister", "decide", act=act("attribution", TODAY))
    assert {f.code for f in needs.value.findings} == set(OPEN)


def test_a_portion_is_not_given_by_contract(town, zone) -> None:
    case = attribution(town, zone, login="egc")
    case.step("egc", "file")
    with pytest.raises(StepRefused, match="not by contract") as refused:
        case.step("egc2", "sign_contract", act=act("attribution", TODAY))
    assert "contrat" in (refused.value.fr or "")
    with pytest.raises(StepRefused, match="is for minister"):
        case.step("egc", "refuse", reason="x")
    with pytest.raises(StepRefused, match="only who filed"):
        case.step("agent", "withdraw", reason="x")


def test_registering_takes_another_person_the_same_act_and_the_approval(town, zone) -> None:
    case = decided(town, zone)
    order = {"act": act("attribution", TODAY)}
    with pytest.raises(SecondPersonNeeded):
        case.step("agent", "register", payload=AGREED, **order)
    with pytest.raises(StepRefused, match="approval_reference"):
        case.step("agent2", "register", **order)
    with pytest.raises(StepRefused, match="Register that act"):
        case.step("agent2", "register", payload=AGREED, act=act("attribution", TODAY, "Autre"))


@pytest.mark.parametrize("state", [State.SUSPENDED])
def test_nothing_is_attributed_in_a_zone_that_is_not_in_force(town, zone, state) -> None:
    with town.official() as unit:
        set_state(unit, zone, state, ActOrder("suspension", "Arrêté 5", TODAY))
        unit.commit()
    with pytest.raises(StepRefused, match="not in force") as refused:
        attribution(town, zone).step("agent", "file")
    assert "en vigueur" in (refused.value.fr or "")


def test_an_attribution_names_its_area_its_ground_and_its_cooperative(town, zone) -> None:
    coop, content = party_of(town, COOP), Content(kind="PORTION")
    for ground, party, area in ((None, coop, zone), (TWO, None, zone), (TWO, coop, None)):
        draft = Draft("attribution", "portion", content, ground, party, host_title_id=area)
        case = Case(town, "agent", draft)
        case.papers("agent", "approval")
        with pytest.raises(StepRefused, match="name the area"):
            case.step("agent", "file")


def test_a_portion_ends_by_two_people_and_its_carres_are_free_again(town, zone) -> None:
    case = in_register(town, zone)
    town.clock.go_to(date(2025, 6, 2))
    case.step("agent", "ask_end", reason="sans activité")
    with pytest.raises(SecondPersonNeeded):
        case.step("agent", "end", act=act("withdrawal", date(2025, 6, 2)))
    case.step("agent2", "end", act=act("withdrawal", date(2025, 6, 2)))
    with town.official() as unit:
        reader = Reader(unit.connection)
        assert reader.attributions_in(zone, date(2025, 6, 2)) == []
        assert len(reader.attributions_in(zone, date(2025, 6, 1))) == 1


def test_of_two_registrations_of_one_carre_one_passes(town, zone) -> None:
    cases = [decided(town, zone), decided(town, zone, party=OTHER_COOP)]
    gate, said = Barrier(2), []

    def register(case: Case) -> None:
        gate.wait()
        try:
            case.step("agent2", "register", act=act("attribution", TODAY), payload=AGREED)
            said.append("registered")
        except (CaseError, RegisterError) as error:
            said.append(type(error).__name__)

    threads = [Thread(target=register, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 2
    assert said.count("registered") == 1
    with town.official() as unit:
        assert len(Reader(unit.connection).attributions_in(zone, TODAY)) == 1


# Work areas (EGC's contract; no text found on their size)


def test_a_work_area_rests_on_egcs_contract_and_its_size_on_a_ruling(town) -> None:
    area = registered_b(town).file.title_id
    three = rectangle(COL, ROW, 3, 1)
    case = attribution(town, area, three, subject="work_area", login="egc")
    case.step("egc", "file")
    contract = {"act": act("attribution", DECIDED, "Contrat EGC 2")}
    with pytest.raises(SecondPersonNeeded):
        case.step("egc", "sign_contract", **contract)
    with pytest.raises(StepRefused, match="not on a decision"):
        case.step("minister", "decide", **contract)
    with pytest.raises(NeedsRuling) as needs:
        case.step("egc2", "sign_contract", **contract)
    open_questions = {f.code for f in needs.value.findings}
    assert "work_area_cells" in open_questions
    assert "portion_cells" not in open_questions
    case.rule(*sorted(open_questions))
    case.step("egc2", "sign_contract", **contract)
    case.step("agent", "register", payload=AGREED, **contract)
    assert registered(town, case.file.title_id, DECIDED).kind == "WORK_AREA"


def test_a_work_area_lies_where_egc_acts_and_a_portion_in_a_zone(town, zone) -> None:
    with pytest.raises(StepRefused, match="a portion lies in a zone"):
        attribution(town, zone, subject="work_area", login="egc").step("egc", "file")
    permit = town.titles["PE 525"]
    ground = rectangle(COL, ROW, 2, 1)
    with pytest.raises(StepRefused, match="where EGC acts"):
        attribution(town, permit, ground, subject="work_area", login="egc").step("egc", "file")
    with pytest.raises(StepRefused, match="a portion lies in a zone"):
        attribution(town, permit, ground).step("agent", "file")
    counted = text("select count(*) from casework.case_file where filed_at is not null")
    with town.official() as unit:
        assert unit.connection.scalar(counted) == 0
