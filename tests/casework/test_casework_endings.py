"""The end of a title: expiry confirmed, forfeiture; the suspension that leaves it standing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from casework_steps import (
    HOLDER,
    Decimal,
    act,
    add,
    draft,
    rectangle,
    refuse_neighbours,
    rule,
    settled,
    step,
    title_on,
)
from casework_town import COL, ROW

from geo.errors import NeedsRuling, SecondPersonNeeded, StepRefused
from geo.register.connection import REGISTER, UnitOfWork
from geo.register.orders import ActOrder, TitleFacts
from geo.register.writer import grant
from geo.sources.rows import Holder, State

DAY = date(2025, 3, 3)
BOTH = {"agent", "chief"}
GROUND = rectangle(COL + 40, ROW, 4, 2)


def permit(town, expires_on: date = date(2025, 3, 1)) -> int:
    """PR 700, of a holder whose account is "company"."""
    with UnitOfWork(town.engine, REGISTER, "agent", "test") as unit:
        facts = TitleFacts(
            code="PR 700",
            kind="PR",
            state=State.GRANTED,
            holders=(Holder(HOLDER, None),),
            granted_on=date(2020, 3, 1),
            expires_on=expires_on,
        )
        title = grant(unit, facts, GROUND, ActOrder("grant", "Arrêté 700", date(2020, 3, 1)))
        unit.commit()
    return title


def ending(town, subject: str, title: int, kind: str = "PR") -> int:
    """The draft of an ending."""
    return draft(town, "ending", subject, None, "agent", kind=kind, title_id=title, party_id=None)


def decided(town, file_id: int, decision) -> None:
    """Bring a notified ending to the Minister's decision."""
    step(town, "agent", file_id, "propose", reason="essai")
    step(town, "agent2", file_id, "confirm")
    step(town, "minister", file_id, "decide", reason="essai", act=decision)


def test_ground_is_freed_by_the_registration_and_not_by_a_date(town) -> None:
    """Code minier art. 290: on the day of registration. 30 days after 3 March: until 2 April."""
    title, decision = permit(town), act("expiry_confirmed", DAY)
    file_id = ending(town, "expiry", title)
    refuse_neighbours(town, file_id, {"notify": BOTH, "drop": BOTH})
    step(town, "agent", file_id, "notify", reason="terme échu")
    beside = {"propose": BOTH, "abandon": {*BOTH, "minister"}, "defend": {"company"}}
    refuse_neighbours(town, file_id, beside)
    step(town, "agent", file_id, "propose", reason="terme échu")
    refuse_neighbours(town, file_id, {"confirm": {"chief"}, "abandon": {*BOTH, "minister"}})
    with pytest.raises(SecondPersonNeeded):
        step(town, "agent", file_id, "confirm")
    step(town, "agent2", file_id, "confirm")
    refuse_neighbours(town, file_id, {"decide": {"minister"}, "abandon": {*BOTH, "minister"}})
    step(town, "minister", file_id, "decide", reason="terme échu", act=decision)
    assert title_on(town, title, DAY).state == "being_struck_off"
    refuse_neighbours(town, file_id, {"appeal": {"company"}, "prepare_registration": BOTH})
    town.clock.go_to(date(2025, 4, 2))
    with pytest.raises(StepRefused, match="may appeal until 2025-04-02"):
        step(town, "agent", file_id, "prepare_registration")
    town.clock.go_to(date(2025, 4, 3))
    add(town, "company", file_id, "appeal")
    with pytest.raises(StepRefused, match="ended on 2025-04-02") as late:
        step(town, "company", file_id, "appeal")
    assert "délai de recours" in late.value.fr
    step(town, "agent", file_id, "prepare_registration")
    refuse_neighbours(town, file_id, {"register": {"chief"}})
    with pytest.raises(StepRefused, match="rests on"):
        step(town, "agent2", file_id, "register", act=act("forfeiture", DAY, "Autre"))
    step(town, "agent2", file_id, "register", act=decision)
    cells = [
        sum(ground.cells for ground in title_on(town, title, day).grounds)
        for day in (date(2025, 4, 2), date(2025, 4, 3))
    ]
    assert cells == [8, 0]


def test_a_title_does_not_expire_before_its_day(town) -> None:
    file_id = ending(town, "expiry", permit(town, date(2025, 3, 4)))
    with pytest.raises(StepRefused, match="2025-03-04"):
        step(town, "agent", file_id, "notify", reason="essai")


def renewal(town, title: int, login: str = "company", **more) -> int:
    """A renewal of PR 700 asked for by its holder."""
    more = {"term_years": Decimal(5), "renewals": 1, **more}
    return draft(
        town,
        "title",
        "renewal",
        GROUND,
        login,
        title_id=title,
        party_id=town.parties[HOLDER],
        substances=("Cu",),
        **more,
    )


def test_a_timely_renewal_prolongs_the_title_until_it_is_decided(town) -> None:
    """Code minier art. 49; a paper received before the expiry counts from its receipt."""
    title = permit(town)
    file_id = ending(town, "expiry", title)
    late = renewal(town, title)
    with pytest.raises(StepRefused, match=r"art\. 49") as refused:
        step(town, "company", late, "file")
    assert refused.value.fr
    step(town, "agent", file_id, "notify", reason="terme échu")
    step(town, "agent", file_id, "propose", reason="terme échu")
    step(town, "agent2", file_id, "confirm")
    paper = renewal(
        town,
        title,
        "agent",
        paper_received_at=datetime(2025, 2, 27, 9, tzinfo=UTC),
        paper_reason="panne",
    )
    add(town, "agent", paper, "scan")
    step(town, "agent", paper, "enter_paper", reason="panne")
    step(town, "agent2", paper, "confirm_paper")
    with pytest.raises(StepRefused, match="D-2025-00001 is pending"):
        step(town, "minister", file_id, "decide", reason="x", act=act("expiry_confirmed", DAY))
    step(town, "agent", paper, "propose_unfavourable", reason="trop tard")
    step(town, "agent2", paper, "confirm_unfavourable")
    step(town, "minister", paper, "refuse", reason="x", act=act("rejection", DAY, "Décision 2"))
    with pytest.raises(StepRefused, match="D-2025-00001 is pending"):
        step(town, "minister", file_id, "decide", reason="x", act=act("expiry_confirmed", DAY))
    town.clock.go_to(date(2025, 4, 3))
    step(town, "agent", paper, "close_refused")
    decision = act("expiry_confirmed", date(2025, 4, 3))
    assert step(town, "minister", file_id, "decide", reason="x", act=decision).state == "decided"


def test_a_renewal_follows_the_former_term_and_gives_up_what_it_leaves(town) -> None:
    """5 years after 1 March 2027; of 8 carrés 4 are kept."""
    title = permit(town, date(2027, 3, 1))
    file_id = draft(
        town,
        "title",
        "renewal",
        rectangle(COL + 40, ROW, 2, 2),
        title_id=title,
        term_years=Decimal(5),
        renewals=1,
        substances=("Cu",),
        declared_cells=4,
    )
    settled(town, "company", file_id, "file")
    settled(town, "agent", file_id, "propose_favourable")
    settled(town, "agent2", file_id, "confirm_favourable")
    step(town, "agent", file_id, "forward")
    decision = act("renewal", DAY)
    settled(town, "minister", file_id, "grant", act=decision)
    step(town, "agent", file_id, "prepare_registration")
    settled(town, "agent2", file_id, "register", act=decision)
    after = title_on(town, title, DAY)
    assert (after.expires_on, after.grounds[0].cells) == (date(2032, 3, 1), 4)
    assert title_on(town, title, date(2025, 3, 2)).grounds[0].cells == 8
    town.clock.go_to(date(2025, 3, 5))
    again = renewal(town, title)
    with pytest.raises(StepRefused, match="number 2 at least"):
        step(town, "company", again, "file")


@pytest.mark.parametrize(
    ("more", "said"),
    [({"renewals": 0}, "number 1"), ({"term_years": None}, "term"), ({"kind": "PE"}, "kind PR")],
    ids=["not counted", "no term", "another kind"],
)
def test_a_renewal_states_its_number_its_term_and_the_kind(town, more, said) -> None:
    file_id = renewal(town, permit(town, date(2027, 3, 1)), **more)
    with pytest.raises(StepRefused, match=said):
        step(town, "company", file_id, "file")


def test_a_forfeiture_hears_the_holder_and_has_a_cause(town) -> None:
    """45 days from 3 March 2025: until 17 April. No rate is known after 2018: a ruling."""
    title = town.titles["PE 525"]
    file_id = ending(town, "forfeiture_fee", title, "PE")
    step(town, "agent", file_id, "notify", reason="droit impayé")
    town.clock.go_to(date(2025, 4, 17))
    with pytest.raises(StepRefused, match="until 2025-04-17"):
        step(town, "agent", file_id, "propose", reason="essai")
    with pytest.raises(StepRefused, match="defence"):
        step(town, "company", file_id, "defend")
    add(town, "company", file_id, "defence")
    with pytest.raises(StepRefused, match="sign"):
        step(town, "clerk", file_id, "defend")
    step(town, "company", file_id, "defend")
    step(town, "agent", file_id, "propose", reason="essai")
    step(town, "agent2", file_id, "confirm")
    decision = act("forfeiture", date(2025, 4, 17))
    with pytest.raises(NeedsRuling, match="forfeiture_fee") as open_still:
        step(town, "minister", file_id, "decide", reason="x", act=decision)
    assert open_still.value.fr
    rule(town, file_id, "ending", rule="forfeiture_fee")
    step(town, "minister", file_id, "decide", reason="x", act=decision)
    add(town, "company", file_id, "appeal")
    step(town, "company", file_id, "appeal")
    refuse_neighbours(
        town, file_id, {"uphold_appeal": {"minister"}, "dismiss_appeal": {"minister"}}
    )
    upheld = act("appeal_upheld", date(2025, 4, 17), "Arrêté 9")
    town.clock.go_to(date(2025, 4, 18))
    step(town, "minister", file_id, "uphold_appeal", reason="payé", act=upheld)
    assert title_on(town, title, date(2025, 4, 18)).state == "granted"


def test_the_other_company_is_no_party_of_the_forfeiture(town) -> None:
    file_id = ending(town, "forfeiture_fee", town.titles["PE 525"], "PE")
    step(town, "agent", file_id, "notify", reason="droit impayé")
    from geo.errors import NotFound

    with pytest.raises(NotFound):
        step(town, "rival", file_id, "defend")


def test_works_that_began_are_no_cause(town) -> None:
    from geo.casework.money.works import WorksReport, report_works

    title = town.titles["PE 525"]
    with town.official() as unit:
        seen = WorksReport(title, date(2025, 1, 7), date(2011, 1, 3), "PV 4")
        report_works(unit, seen)
        unit.commit()
    file_id = ending(town, "forfeiture_works", title, "PE")
    with pytest.raises(StepRefused, match="cause is not given"):
        step(town, "agent", file_id, "notify", reason="essai")


def test_the_steps_of_a_suspension_and_those_beside(town) -> None:
    title, decision = town.titles["PE 525"], act("suspension", DAY)
    file_id = draft(
        town, "suspension", "suspension", None, "agent", kind="PE", title_id=title, party_id=None
    )
    with pytest.raises(StepRefused, match="evidence"):
        step(town, "agent", file_id, "propose", reason="essai")
    add(town, "agent", file_id, "evidence")
    refuse_neighbours(town, file_id, {"propose": BOTH, "drop": BOTH})
    step(town, "agent", file_id, "propose", reason="essai")
    refuse_neighbours(town, file_id, {"confirm": {"chief"}, "abandon": {*BOTH, "minister"}})
    step(town, "agent2", file_id, "confirm")
    step(town, "minister", file_id, "decide", reason="essai", act=decision)
    refuse_neighbours(town, file_id, {"register": {"chief"}})
    with pytest.raises(SecondPersonNeeded):
        step(town, "agent", file_id, "register", act=decision)
    step(town, "agent2", file_id, "register", act=decision)
    assert title_on(town, title, DAY).state == "suspended"
    again = draft(
        town, "suspension", "suspension", None, "agent", kind="PE", title_id=title, party_id=None
    )
    add(town, "agent", again, "evidence")
    with pytest.raises(StepRefused, match="already"):
        step(town, "agent", again, "propose", reason="essai")
