"""Who proposes, who consents, who signs, and who sees what, of an allocation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from casework_artisanal import (
    LAYERS,
    NOTICE,
    act,
    company_of,
    party_of,
    proposal,
    route_b,
    until_minister,
)
from casework_town import COL, HOLDER, OTHER, ROW, rectangle
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geo.casework.consents import give_consent, withdraw_consent
from geo.casework.reading import document_kinds, file_of, last_version
from geo.errors import FileChanged, LawForbids, NeedsRuling, NotFound, NotPermitted, StepRefused
from geo.register.connection import UnitOfWork
from geo.register.orders import ActOrder
from geo.register.people import DATABASE_ROLE, Actor, Role
from geo.register.writer import lease, transfer
from geo.sources.rows import Holder

DECIDED = date(2025, 4, 4)
SHARED = date(2020, 1, 1)


@pytest.fixture
def shared(town):
    """PE 525 is held by two companies since 2020: the rival is a co-holder."""
    with town.official() as unit:
        holders = [Holder(HOLDER, Decimal(60)), Holder(OTHER, Decimal(40))]
        deed = ActOrder("transfer", "Acte d’essai", SHARED)
        transfer(unit, town.titles["PE 525"], holders, deed)
        unit.commit()
    return town


def asked(town):
    """A proposal whose co-holder was asked for its consent."""
    case = proposal(town)
    case.step("company", "ask_consents")
    return case


def consent(town, case, version: int, login: str = "rival") -> int:
    """The co-holder consents to a version."""
    return give_consent(town.office, town[login], case.id, party_of(town, OTHER), version)


# Co-holders


def test_one_of_two_holders_does_not_file_alone(shared) -> None:
    case = proposal(shared)
    with pytest.raises(StepRefused, match=r"1 other holder\(s\)"):
        case.step("company", "file")


def test_a_co_holder_reads_the_draft_once_it_is_asked(shared) -> None:
    case = proposal(shared)
    with shared.office.at_work(shared["rival"], "") as unit, pytest.raises(NotFound):
        file_of(unit, case.id)
    case.step("company", "ask_consents")
    with shared.office.at_work(shared["rival"], "") as unit:
        assert file_of(unit, case.id).state == "consents_asked"


def test_a_co_holder_consents_to_the_newest_version_alone(shared) -> None:
    case = asked(shared)
    with pytest.raises(StepRefused, match="has not consented to version 1"):
        case.step("company", "file")
    consent(shared, case, 1)
    case.step("company", "reopen")
    case.revise("company", route_b(8), rectangle(COL, ROW, 4, 2), 1)
    with pytest.raises(StepRefused, match="has not consented to version 2") as refused:
        case.step("company", "file")
    assert "version 2" in (refused.value.fr or "")
    case.step("company", "ask_consents")
    with pytest.raises(FileChanged):
        consent(shared, case, 1)
    consent(shared, case, 2)
    assert case.step("company", "file").state == "filed"


@pytest.mark.parametrize("action", ["reopen", "drop", "file"])
def test_a_co_holder_takes_no_step_of_the_proposer(shared, action) -> None:
    case = asked(shared)
    consent(shared, case, 1)
    with pytest.raises(StepRefused):
        case.step("rival", action)


def test_a_co_holder_does_not_withdraw_the_proposal_nor_change_it(shared) -> None:
    case = asked(shared)
    consent(shared, case, 1)
    case.step("company", "file")
    with pytest.raises(StepRefused, match="proposer"):
        case.step("rival", "withdraw", reason="x")
    case.step("egc", "ask_amendment", reason="moins de carrés")
    with pytest.raises(StepRefused):
        case.revise("rival", route_b(8), rectangle(COL, ROW, 4, 2), 1)


def test_who_does_not_sign_does_not_consent(shared) -> None:
    case = asked(shared)
    company_of(shared, "assistant", OTHER, signs=False)
    with pytest.raises(NotPermitted):
        consent(shared, case, 1, "assistant")


def test_an_amended_version_needs_another_consent(shared) -> None:
    case = asked(shared)
    consent(shared, case, 1)
    case.step("company", "file")
    case.step("egc", "ask_amendment", reason="moins de carrés")
    case.revise("company", route_b(8), rectangle(COL, ROW, 4, 2), 1)
    with pytest.raises(StepRefused, match="has not consented to version 2"):
        case.step("company", "resubmit")
    consent(shared, case, 2)
    assert case.step("company", "resubmit").state == "filed"


def test_a_consent_taken_back_before_the_act_stops_the_file(shared) -> None:
    case = asked(shared)
    consent(shared, case, 1)
    case.step("company", "file")
    case.step("egc", "coordinate", reason="d’accord")
    case.step("agent", "publish_notice", payload=NOTICE)
    shared.clock.go_to(DECIDED)
    case.step("agent", "close_consultation")
    withdraw_consent(shared.office, shared["rival"], case.id, party_of(shared, OTHER))
    with pytest.raises(LawForbids) as refused:
        case.step("agent", "propose_favourable")
    assert "holder_consent" in {f.code for f in refused.value.findings}


def test_a_consent_is_not_taken_back_in_the_file_after_the_act(shared) -> None:
    case = asked(shared)
    consent(shared, case, 1)
    case.step("company", "file")
    until_minister(case, DECIDED)
    case.papers("minister", "ministerial_act", "arecoms_approval")
    case.rule(*LAYERS, "host_fee_paid", "third_parties")
    case.step("minister", "approve", act=act("agreement", DECIDED))
    with pytest.raises(StepRefused, match="withdrawal_of_consent"):
        withdraw_consent(shared.office, shared["rival"], case.id, party_of(shared, OTHER))


# Lessees


@pytest.fixture
def leased(town):
    """A lessee has all of PE 525 since 2020."""
    company_of(town, "lessee", "AMODIATAIRE SARL")
    with town.official() as unit:
        terms = ActOrder("lease", "Amodiation d’essai", SHARED)
        lease(unit, town.titles["PE 525"], "AMODIATAIRE SARL", None, date(2030, 1, 1), terms)
        unit.commit()
    return town


def test_a_lessee_proposes_with_the_holders_consent_and_waits_for_a_ruling(leased) -> None:
    case = proposal(leased, login="lessee", party="AMODIATAIRE SARL")
    with pytest.raises(StepRefused, match="must consent"):
        case.step("lessee", "file")
    case.step("lessee", "ask_consents")
    give_consent(leased.office, leased["company"], case.id, party_of(leased, HOLDER), 1)
    taken = case.step("lessee", "file")
    found = {f.code: f for f in taken.judged.settled.judgement.findings}["third_parties"]
    assert found.verdict.value == "needs_legal_review"
    until_minister(case, DECIDED)
    case.papers("minister", "ministerial_act", "arecoms_approval")
    case.rule(*LAYERS, "host_fee_paid")
    decision = {"act": act("agreement", DECIDED)}
    with pytest.raises(NeedsRuling, match="third_parties") as refused:
        case.step("minister", "approve", **decision)
    assert "amodiataire" in (refused.value.fr or "")
    case.rule("third_parties")
    assert case.step("minister", "approve", **decision).state == "decided"


# Who sees what


def sees(town, login: str, case) -> set[str]:
    """What an account reads of a file: the file itself, its terms, its papers."""
    with town.office.at_work(town[login], "") as unit:
        try:
            file_of(unit, case.id)
        except NotFound:
            return set()
        seen = {"file"}
        if last_version(unit, case.id).content.agreement_reference:
            seen.add("terms")
        if "egc_agreement" in document_kinds(unit, case.id):
            seen.add("agreement")
        return seen


ALL = {"file", "terms", "agreement"}


def test_a_draft_is_the_proposers_alone(town) -> None:
    case = proposal(town)
    seen = {login: sees(town, login, case) for login in town.actors}
    assert {login for login, what in seen.items() if what} == {"company", "clerk"}


def test_once_filed_officials_see_it_and_a_rival_does_not(town) -> None:
    case = proposal(town)
    case.step("company", "file")
    seen = {login: sees(town, login, case) for login in town.actors if login != "admin"}
    inside = {"company", "clerk", "agent", "agent2", "chief", "egc", "egc2", "minister"}
    inside |= {"minister2", "legal", "legal2"}
    assert {login: what for login, what in seen.items() if what} == dict.fromkeys(inside, ALL)


def test_egc_does_not_see_what_does_not_concern_it(town) -> None:
    town.clock.go_to(date(2020, 6, 1))
    case = proposal(town, "route_a", substances=("Cu",))
    case.step("company", "file")
    assert (sees(town, "egc", case), "file" in sees(town, "agent", case)) == (set(), True)


@pytest.mark.parametrize("table", ["case_file", "case_version", "case_step", "case_document"])
def test_the_public_reads_no_file(town, table) -> None:
    proposal(town).step("company", "file")
    public = UnitOfWork(town.engine, DATABASE_ROLE[Role.PUBLIC], "", "")
    with public as unit, pytest.raises(DBAPIError):
        unit.connection.execute(text(f"select * from casework.{table}"))


def test_a_notice_tells_perimeter_route_substances_and_parties_and_no_more(town) -> None:
    case = proposal(town, note="géologie : secret", name="Accord confidentiel")
    case.step("company", "file")
    public = UnitOfWork(town.engine, DATABASE_ROLE[Role.PUBLIC], "", "")
    with public as unit:
        views = "select * from published.notice"
        assert unit.connection.execute(text(views)).all() == []
    case.step("egc", "coordinate", reason="d’accord")
    case.step("agent", "publish_notice", payload=NOTICE)
    with UnitOfWork(town.engine, DATABASE_ROLE[Role.PUBLIC], "", "") as unit:
        row = unit.connection.execute(text(views)).mappings().one()
    told = str({name: value for name, value in row.items() if name != "geom"})
    assert row["route"] == "B"
    for secret in ("Accord d’essai", "2030", "secret", "confidentiel", "A-2025-00001"):
        assert secret not in told


def test_a_clerk_files_nothing_by_a_raw_statement_either(town) -> None:
    case = proposal(town)
    raw = text(
        "insert into casework.case_step (file_id, seq, action, from_state, to_state, at, "
        "version_number) values (:file, 1, 'file', 'draft', 'filed', :at, 1)"
    )
    values = {"file": case.id, "at": town.clock()}
    clerk = town.office.at_work(town["clerk"], "raw")
    with clerk as unit, pytest.raises(DBAPIError, match="signs for the applicant"):
        unit.connection.execute(raw, values)
    with town.office.at_work(town["company"], "raw") as unit:
        assert unit.connection.execute(raw, values).rowcount == 1


def test_nobody_opens_a_proposal_for_another_company(town) -> None:
    foreign: Actor = town["rival"]
    with pytest.raises(NotPermitted):
        proposal(town, login=foreign.login, party=HOLDER)
