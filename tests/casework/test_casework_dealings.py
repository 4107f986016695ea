"""Dealings with a title, each from its draft to the register, and what is refused beside it."""

from __future__ import annotations

from datetime import date

import pytest
from casework_steps import (
    HOLDER,
    OTHER,
    Share,
    act,
    add,
    draft,
    file,
    refuse_neighbours,
    settled,
    step,
    title_on,
)
from casework_town import COL, ROW, rectangle
from sqlalchemy import text

from geo.errors import LawForbids, NotPermitted, SecondPersonNeeded, StepRefused
from geo.register.connection import REGISTER, UnitOfWork
from geo.register.orders import ActOrder
from geo.register.reader import Reader
from geo.register.writer import transfer
from geo.sources.rows import Holder

CADASTRE_ALL = {"agent", "chief"}
DAY = date(2025, 3, 3)


def dealing(town, subject, ground=None, **more) -> int:
    """A dealing with PE 525, with the documents that any needs."""
    more.setdefault("title_id", town.titles["PE 525"])
    file_id = draft(town, "dealing", subject, ground, kind="PE", **more)
    add(town, more.get("login", "company"), file_id, "request")
    return file_id


def to_minister(town, file_id) -> None:
    """Bring a filed dealing to the Minister's decision."""
    settled(town, "agent", file_id, "propose_favourable")
    step(town, "agent2", file_id, "confirm_favourable")


def registered(town, file_id, decision, **order):
    """Approve a dealing that was filed, and register it."""
    to_minister(town, file_id)
    settled(town, "minister", file_id, "approve", act=decision)
    step(town, "agent", file_id, "prepare_registration")
    return settled(town, "agent2", file_id, "register", act=decision, **order)


def test_the_way_of_a_relinquishment_and_every_step_beside_it(town) -> None:
    """Code minier art. 60 and 79, by hand: who may do what while a relinquishment goes its way."""
    company, minister = {"company"}, {"minister"}
    part = rectangle(COL, ROW, 2, 10)
    file_id = dealing(town, "partial_relinquishment", part)
    own = {"file": company, "ask_consents": company, "drop": company}
    refuse_neighbours(town, file_id, own)
    step(town, "company", file_id, "ask_consents")
    refuse_neighbours(town, file_id, {"file": company, "reopen": company, "drop": company})
    step(town, "company", file_id, "reopen")
    settled(town, "company", file_id, "file")
    review = {"propose_favourable": CADASTRE_ALL, "propose_unfavourable": CADASTRE_ALL}
    refuse_neighbours(town, file_id, {**review, "withdraw": company})
    step(town, "agent", file_id, "propose_favourable")
    confirming = {"confirm_favourable": {"chief"}, "return_review": CADASTRE_ALL}
    refuse_neighbours(town, file_id, {**confirming, "withdraw": company})
    with pytest.raises(SecondPersonNeeded):
        step(town, "agent", file_id, "confirm_favourable")
    step(town, "agent2", file_id, "confirm_favourable")
    deciding = {"approve": minister, "refuse": minister, "withdraw": company}
    refuse_neighbours(town, file_id, deciding)
    decision = act("relinquishment", DAY)
    step(town, "minister", file_id, "approve", act=decision)
    refuse_neighbours(town, file_id, {"prepare_registration": CADASTRE_ALL})
    step(town, "agent", file_id, "prepare_registration")
    refuse_neighbours(town, file_id, {"return_registration": CADASTRE_ALL, "register": {"chief"}})
    with pytest.raises(SecondPersonNeeded):
        step(town, "agent", file_id, "register", act=decision)
    with pytest.raises(StepRefused, match="rests on"):
        step(town, "agent2", file_id, "register", act=act("relinquishment", DAY, "Autre 8"))
    known = _revision(town)
    step(town, "agent2", file_id, "register", act=decision)
    refuse_neighbours(town, file_id, {})
    title = town.titles["PE 525"]
    before = title_on(town, title, date(2025, 3, 2))
    after = title_on(town, title, date(2025, 3, 4))
    as_known = title_on(town, title, date(2025, 3, 4), known)
    assert (before.grounds[0].cells, after.grounds[0].cells) == (100, 80)
    assert as_known.grounds[0].cells == 100


def _revision(town) -> int:
    with town.official() as unit:
        return int(unit.connection.scalar(text("select max(id) from register.revision")))


def test_what_is_left_must_hang_together(town) -> None:
    middle = rectangle(COL + 4, ROW, 2, 10)
    file_id = dealing(town, "partial_relinquishment", middle)
    step(town, "company", file_id, "file")
    with pytest.raises(LawForbids) as refused:
        step(town, "agent", file_id, "propose_favourable")
    assert [found.code for found in refused.value.findings] == ["remainder"]
    assert refused.value.fr


@pytest.mark.parametrize(
    ("ground", "said"),
    [
        (rectangle(COL + 9, ROW, 2, 10), "10 carré"),
        (rectangle(COL, ROW, 10, 10), "no carré"),
    ],
    ids=["outside", "all"],
)
def test_only_a_part_of_ones_own_is_given_up_in_part(town, ground, said) -> None:
    file_id = dealing(town, "partial_relinquishment", ground)
    with pytest.raises(StepRefused, match=said) as refused:
        step(town, "company", file_id, "file")
    assert refused.value.fr


def test_nobody_deals_with_the_title_of_another(town) -> None:
    file_id = dealing(town, "relinquishment", title_id=town.titles["PE 526"])
    with pytest.raises(StepRefused, match="not held by the applicant"):
        step(town, "company", file_id, "file")


def test_a_dealing_states_the_kind_of_the_title(town) -> None:
    file_id = draft(town, "dealing", "relinquishment", kind="PR", title_id=town.titles["PE 525"])
    add(town, "company", file_id, "request")
    with pytest.raises(StepRefused, match="kind PE"):
        step(town, "company", file_id, "file")


def test_silence_of_three_months_and_not_a_day_less(town) -> None:
    """3 months from 3 March 2025: until 3 June; the silence is complete on 4 June (art. 60, 79)."""
    file_id = dealing(town, "relinquishment")
    step(town, "company", file_id, "file")
    to_minister(town, file_id)
    town.clock.go_to(date(2025, 6, 3))
    with pytest.raises(StepRefused, match="2025-06-03"):
        step(town, "agent", file_id, "take_effect_by_silence")
    town.clock.go_to(date(2025, 6, 4))
    with pytest.raises(NotPermitted):
        step(town, "company", file_id, "take_effect_by_silence")
    step(town, "agent", file_id, "take_effect_by_silence")
    step(town, "agent", file_id, "prepare_registration")
    early = act("relinquishment", date(2025, 6, 3), "Constat 3")
    with pytest.raises(StepRefused, match="by silence after"):
        step(town, "agent2", file_id, "register", act=early)
    after = act("relinquishment", date(2025, 6, 4), "Constat 3")
    assert step(town, "agent2", file_id, "register", act=after).state == "registered"
    ended = title_on(town, town.titles["PE 525"], date(2025, 6, 4))
    assert (ended.state, list(ended.grounds)) == ("relinquished", [])


def test_only_a_relinquishment_takes_effect_by_silence(town) -> None:
    file_id = dealing(town, "force_majeure")
    step(town, "company", file_id, "file")
    to_minister(town, file_id)
    town.clock.go_to(date(2025, 9, 1))
    with pytest.raises(StepRefused, match="only a relinquishment"):
        step(town, "agent", file_id, "take_effect_by_silence")


def test_a_title_is_transferred_to_an_eligible_company(town) -> None:
    _kind_of_party(town, OTHER, "legal")
    holders = (Share(party_id=town.parties[OTHER], share=100),)
    file_id = dealing(town, "transfer", holders=holders)
    with pytest.raises(StepRefused, match="deed"):
        step(town, "company", file_id, "file")
    add(town, "company", file_id, "deed")
    step(town, "company", file_id, "file")
    decision = act("transfer", DAY)
    assert registered(town, file_id, decision).state == "registered"
    title = town.titles["PE 525"]
    held = [title_on(town, title, day).holders[0].name for day in (date(2025, 3, 2), DAY)]
    assert held == [HOLDER, OTHER]


def test_a_natural_person_receives_no_permit(town) -> None:
    """Code minier art. 23: legal persons."""
    _kind_of_party(town, OTHER, "natural")
    holders = (Share(party_id=town.parties[OTHER], share=100),)
    file_id = dealing(town, "transfer", holders=holders)
    add(town, "company", file_id, "deed")
    settled(town, "company", file_id, "file")
    with pytest.raises(LawForbids) as refused:
        step(town, "agent", file_id, "propose_favourable")
    assert "legal_person" in {found.code for found in refused.value.findings}


def _kind_of_party(town, name, kind) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(town.owner)
    with engine.begin() as connection:
        asked = text("update register.party set kind = :kind where name = :name")
        connection.execute(text("select register.open_revision()"))
        connection.execute(asked, {"kind": kind, "name": name})
    engine.dispose()


def leased(town) -> int:
    """PE 525 leased to the other company; the lease's title."""
    holders = (Share(party_id=town.parties[OTHER]),)
    file_id = dealing(town, "lease", holders=holders, ends_on=date(2030, 1, 1))
    add(town, "company", file_id, "deed")
    step(town, "company", file_id, "file")
    settled(town, "agent", file_id, "propose_favourable")
    with pytest.raises(StepRefused, match="cadastre registers"):
        step(town, "agent2", file_id, "confirm_favourable")
    with pytest.raises(SecondPersonNeeded):
        step(town, "agent", file_id, "accept")
    step(town, "agent2", file_id, "accept")
    step(town, "agent", file_id, "prepare_registration")
    step(town, "agent2", file_id, "register", act=act("lease", DAY, "Contrat 4"))
    made = file(town, file_id)
    assert made.host_title_id == town.titles["PE 525"]
    return made.title_id


def test_a_lease_is_registered_by_the_cadastre_and_changes_no_holder(town) -> None:
    lease = title_on(town, leased(town), DAY)
    host = title_on(town, town.titles["PE 525"], DAY)
    assert (lease.kind, lease.holders[0].name) == ("ATE", OTHER)
    assert host.holders[0].name == HOLDER


def test_a_lease_is_not_leased_again(town) -> None:
    """Code minier art. 177 to 181: without sublet."""
    lease = leased(town)
    holders = (Share(party_id=town.parties[HOLDER]),)
    file_id = draft(
        town, "dealing", "lease", None, "rival", kind="ATE", title_id=lease, holders=holders
    )
    add(town, "rival", file_id, "request")
    add(town, "rival", file_id, "deed")
    with pytest.raises(StepRefused, match="ATE is not a title"):
        step(town, "rival", file_id, "file")


@pytest.mark.parametrize("login", ["company", "rival"])
def test_lessor_and_lessee_end_a_lease(town, login) -> None:
    lease = leased(town)
    file_id = draft(town, "dealing", "end_of_lease", None, login, kind="ATE", title_id=lease)
    add(town, login, file_id, "request")
    step(town, login, file_id, "file")
    step(town, "agent", file_id, "propose_favourable")
    step(town, "agent2", file_id, "accept")
    step(town, "agent", file_id, "prepare_registration")
    step(town, "agent2", file_id, "register", act=act("end_of_lease", DAY, "Accord 5"))
    town.clock.go_to(date(2025, 3, 5))
    with town.official() as unit:
        reader = Reader(unit.connection)
        assert reader.leases_of(town.titles["PE 525"], date(2025, 3, 4)) == []


def test_force_majeure_and_its_end(town) -> None:
    title = town.titles["PE 525"]
    ending = dealing(town, "end_of_force_majeure")
    with pytest.raises(StepRefused, match="nothing to record"):
        step(town, "company", ending, "file")
    file_id = dealing(town, "force_majeure")
    step(town, "company", file_id, "file")
    registered(town, file_id, act("force_majeure", DAY))
    assert title_on(town, title, DAY).state == "force_majeure"
    town.clock.go_to(date(2025, 5, 5))
    step(town, "company", ending, "file")
    registered(town, ending, act("end_of_force_majeure", date(2025, 5, 5), "Arrêté 8"))
    states = [title_on(town, title, day).state for day in (date(2025, 5, 4), date(2025, 5, 5))]
    assert states == ["force_majeure", "granted"]


def test_all_holders_of_a_title_deal_with_it(town) -> None:
    """A co-holder is named in the file, and consents to its version, before it is filed."""
    title = town.titles["PE 525"]
    with UnitOfWork(town.engine, REGISTER, "agent", "test") as unit:
        both = (Holder(HOLDER, 60), Holder(OTHER, 40))
        transfer(unit, title, both, ActOrder("transfer", "Acte 1", date(2020, 1, 1)))
        unit.commit()
    alone = dealing(town, "relinquishment")
    with pytest.raises(StepRefused, match="1 co-holder"):
        step(town, "company", alone, "file")
    other = town.parties[OTHER]
    file_id = dealing(town, "relinquishment", co_parties=((other, "co_holder"),))
    step(town, "company", file_id, "ask_consents")
    with pytest.raises(StepRefused, match="has not consented"):
        step(town, "company", file_id, "file")
    from geo.casework.consents import give_consent

    with pytest.raises(NotPermitted):
        give_consent(town.office, town["company"], file_id, other, 1)
    give_consent(town.office, town["rival"], file_id, other, 1)
    assert step(town, "company", file_id, "file").state == "filed"


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({}, "act"),
        ({"act": act("relinquishment", date(2025, 3, 4))}, "after today"),
        ({"act": act("relinquishment", date(2025, 3, 2))}, "before the filing"),
    ],
    ids=["no act", "of tomorrow", "before the filing"],
)
def test_the_minister_decides_by_an_act_of_the_day(town, order, said) -> None:
    file_id = dealing(town, "relinquishment")
    step(town, "company", file_id, "file")
    to_minister(town, file_id)
    with pytest.raises(StepRefused, match=said) as refused:
        step(town, "minister", file_id, "approve", **order)
    assert refused.value.fr


def test_a_refusal_says_why_and_a_withdrawal_is_signed(town) -> None:
    file_id = dealing(town, "relinquishment")
    step(town, "company", file_id, "file")
    with pytest.raises(StepRefused, match="sign"):
        step(town, "clerk", file_id, "withdraw", reason="essai")
    with pytest.raises(StepRefused, match="reason"):
        step(town, "company", file_id, "withdraw")
    assert step(town, "company", file_id, "withdraw", reason="essai").state == "withdrawn"
