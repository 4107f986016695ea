"""What befalls a title, and what becomes of the allocation, lease and work area in it.

The law leaves every effect on an agreement by route B open (data/law/cd/host_events.yaml): a legal
ruling permits one, the step names it, and the register does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from casework_steps import (
    HOLDER,
    OTHER,
    Decimal,
    Share,
    act,
    add,
    answer_opinions,
    draft,
    party_is,
    rule,
    settled,
    step,
    title_on,
)
from casework_town import COL, ROW, rectangle

from geo.casework.effects.inner import POSSIBLE
from geo.errors import InputError, NeedsRuling, RegisterError, StepRefused
from geo.law.host_events import EventEffect, HostEvent, effect_of
from geo.register.connection import REGISTER, UnitOfWork
from geo.register.orders import ActOrder, AllocationOrder, AttributionOrder, TitleFacts
from geo.register.writer import attribute_ground, encumber, grant
from geo.sources.rows import Holder, State

DAY = date(2025, 3, 3)
NEXT = date(2025, 3, 4)
EVENTS = ("transfer", "lease", "split", "transformation", "partial_relinquishment")
EVENTS += ("relinquishment", "suspension", "expiry", "forfeiture")

# By hand, from domain.md 2.2 and 4.1: nothing stays in ground that the title loses; what a lease, a
# transfer or a suspension does not touch may stay as it is; what is split off may take it along.
POSSIBLE_BY_HAND = {
    "transfer": {"unaffected", "follows_title", "ends", "suspended"},
    "lease": {"unaffected", "ends", "suspended"},
    "split": {"stays_with_rest", "follows_title", "ends"},
    "transformation": {"follows_title", "ends"},
    "partial_relinquishment": {"stays_with_rest", "ends"},
    "relinquishment": {"ends"},
    "suspension": {"unaffected", "ends", "suspended"},
    "expiry": {"ends"},
    "forfeiture": {"ends"},
}
CASES = [
    (event, effect) for event, effects in POSSIBLE_BY_HAND.items() for effect in sorted(effects)
]
WORDS = {effect.value for effect in EventEffect} - {"needs_legal_review"}


@dataclass
class Host:
    """A title with an allocation in it, in which a cooperative has a work area."""

    title: int
    kind: str
    allocation: int
    work_area: int


def host_for(town, event: str, effect: str) -> Host:
    """PR 700 for what a research permit alone can become, else PE 525.

    The allocation lies in columns 4 to 7; the ground given up or split off is columns 0 to 4 (it
    loses column 4), or 4 to 9 where the allocation follows.
    """
    if event in ("split", "transformation"):
        title = _granted(town, "PR", date(2023, 1, 2), date(2028, 1, 2))
        return _encumbered(town, title, "PR", rectangle(COL + 44, ROW, 3, 1))
    if event == "expiry":
        title = _granted(town, "PE", date(1995, 2, 28), date(2025, 2, 28))
        return _encumbered(town, title, "PE", rectangle(COL + 44, ROW, 3, 1))
    return _encumbered(town, town.titles["PE 525"], "PE", rectangle(COL + 4, ROW, 3, 1))


def _granted(town, kind: str, granted_on: date, expires_on: date) -> int:
    with UnitOfWork(town.engine, REGISTER, "agent", "test") as unit:
        facts = TitleFacts(
            code="700",
            kind=kind,
            state=State.GRANTED,
            holders=(Holder(HOLDER, Decimal(100)),),
            granted_on=granted_on,
            expires_on=expires_on,
        )
        order = ActOrder("grant", "Arrêté 700", granted_on)
        title = grant(unit, facts, rectangle(COL + 40, ROW, 10, 2), order)
        unit.commit()
    return title


def _encumbered(town, title: int, kind: str, ground) -> Host:
    since = date(2025, 2, 24)
    order = AllocationOrder(
        code="EGC 1",
        host_title_id=title,
        holders=(Holder("ENTREPRISE GÉNÉRALE DU COBALT", None), Holder(HOLDER, None)),
        minerals=("Co",),
        agreement_reference="Accord 1",
        agreement_on=since,
        starts_on=since,
        ends_on=date(2030, 1, 1),
    )
    with UnitOfWork(town.engine, REGISTER, "agent", "test") as unit:
        allocation = encumber(unit, order, ground, ActOrder("agreement", "Accord 1", since))
        unit.commit()
    area = AttributionOrder("T 1", allocation, "COOP DE KOLWEZI", "Agrément 3")
    with UnitOfWork(town.engine, REGISTER, "agent", "test") as unit:
        attribution = ActOrder("attribution", "Contrat 1", since)
        work_area = attribute_ground(unit, area, _first_cells(ground), attribution)
        unit.commit()
    return Host(title, kind, allocation, work_area)


def _first_cells(ground):
    row, start, _ = ground.to_lists()[0]
    return rectangle(start, row, 2, 1)


def brought(town, host: Host, event: str, effect: str = "") -> tuple[int, dict]:
    """Bring the event to its registration; return the file and the order of that step."""
    if event in ("split", "transformation"):
        return _transformed(town, host, event, effect)
    if event == "suspension":
        return _suspended(town, host)
    if event in ("expiry", "forfeiture"):
        return _ending(town, host, event)
    return _dealt_with(town, host, event)


def decided(town, login, file_id: int, action: str, rule_code: str, **order) -> None:
    """Decide: refused without a ruling, or by one on another event; then with one."""
    rule(town, file_id, "host_event", rule="host_event/b/consent_withdrawn")
    with pytest.raises(NeedsRuling, match=rule_code) as open_still:
        settled(town, login, file_id, action, **order)
    assert open_still.value.fr
    rule(town, file_id, "host_event", rule=rule_code)
    settled(town, login, file_id, action, **order)


def _dealt_with(town, host: Host, event: str) -> tuple[int, dict]:
    file_id, decision = _reviewed(town, host, event), act("transfer", DAY)
    if event == "lease":
        decided(town, "agent2", file_id, "accept", "host_event/b/lease")
    else:
        step(town, "agent2", file_id, "confirm_favourable")
        decided(town, "minister", file_id, "approve", f"host_event/b/{event}", act=decision)
    step(town, "agent", file_id, "prepare_registration")
    return file_id, {"act": decision}


def _reviewed(town, host: Host, event: str) -> int:
    party_is(town, OTHER, "legal")
    receiving = {"holders": (Share(party_id=town.parties[OTHER]),)}
    more = receiving if event in ("transfer", "lease") else {}
    ground = rectangle(COL, ROW, 5, 10) if event == "partial_relinquishment" else None
    file_id = draft(town, "dealing", event, ground, kind="PE", title_id=host.title, **more)
    for kind in ("request", "deed"):
        add(town, "company", file_id, kind)
    step(town, "company", file_id, "file")
    settled(town, "agent", file_id, "propose_favourable")
    return file_id


def _suspended(town, host: Host) -> tuple[int, dict]:
    file_id = draft(
        town,
        "suspension",
        "suspension",
        None,
        "agent",
        kind="PE",
        title_id=host.title,
        party_id=None,
    )
    add(town, "agent", file_id, "evidence")
    step(town, "agent", file_id, "propose", reason="essai")
    step(town, "agent2", file_id, "confirm")
    decision = act("suspension", DAY)
    reason = {"reason": "essai", "act": decision}
    decided(town, "minister", file_id, "decide", "host_event/b/suspension", **reason)
    return file_id, {"act": decision}


def _ending(town, host: Host, event: str) -> tuple[int, dict]:
    expiry = event == "expiry"
    subject = "expiry" if expiry else "forfeiture_works"
    file_id = draft(
        town, "ending", subject, None, "agent", kind="PE", title_id=host.title, party_id=None
    )
    step(town, "agent", file_id, "notify", reason="essai")
    if not expiry:
        add(town, "company", file_id, "defence")
        step(town, "company", file_id, "defend")
    step(town, "agent", file_id, "propose", reason="essai")
    step(town, "agent2", file_id, "confirm")
    if not expiry:
        rule(town, file_id, "ending", rule=subject)
    decision = act("forfeiture", DAY)
    reason = {"reason": "essai", "act": decision}
    decided(town, "minister", file_id, "decide", f"host_event/b/{event}", **reason)
    town.clock.go_to(date(2025, 6, 2))
    step(town, "agent", file_id, "prepare_registration")
    return file_id, {"act": decision}


def _transformed(town, host: Host, event: str, effect: str) -> tuple[int, dict]:
    columns = (44, 6) if effect == "follows_title" else (40, 5)
    whole = event == "transformation"
    ground = (
        rectangle(COL + 40, ROW, 10, 2)
        if whole
        else rectangle(COL + columns[0], ROW, columns[1], 2)
    )
    file_id = draft(
        town,
        "title",
        event,
        ground,
        kind="PE" if whole else "PR",
        title_id=host.title,
        term_years=Decimal(3),
        substances=("Cu",),
        declared_cells=ground.count,
    )
    party_is(town, HOLDER, "legal")
    settled(town, "company", file_id, "file")
    settled(town, "agent", file_id, "propose_favourable")
    settled(town, "agent2", file_id, "confirm_favourable")
    answer_opinions(town, file_id)
    step(town, "agent", file_id, "forward")
    decision = act("transformation", DAY)
    decided(town, "minister", file_id, "grant", f"host_event/b/{event}", act=decision)
    step(town, "agent", file_id, "prepare_registration")
    return file_id, {"act": decision, "payload": {"code": "PE 701"}}


def register(town, file_id: int, order: dict, **payload):
    """Register the event with what the payload chooses."""
    said = {**order.get("payload", {}), **payload}
    return settled(town, "agent2", file_id, "register", act=order["act"], payload=said)


def chosen(host: Host, effect: str) -> dict:
    return {"allocations": {str(host.allocation): effect}}


def test_the_events_are_those_of_the_law_and_all_need_a_ruling(town) -> None:
    of_the_title = set(HostEvent) - {"consent_withdrawn"}
    assert {event.value for event in of_the_title} == set(EVENTS) == set(POSSIBLE_BY_HAND)
    for event in EVENTS:
        said = effect_of(event, "b", DAY, town.office.law)
        assert said.effect is EventEffect.NEEDS_LEGAL_REVIEW
        assert effect_of(event, "a", DAY, town.office.law).effect is EventEffect.UNAFFECTED


def test_what_can_become_of_an_allocation_is_what_the_law_of_grounds_allows() -> None:
    said = {event.value: {one.value for one in effects} for event, effects in POSSIBLE.items()}
    assert said == POSSIBLE_BY_HAND


@pytest.mark.parametrize(("event", "effect"), CASES, ids=["-".join(case) for case in CASES])
def test_a_ruling_permits_the_effect_and_the_register_does_it(town, event, effect) -> None:
    host = host_for(town, event, effect)
    file_id, order = brought(town, host, event, effect)
    rule(town, file_id, "host_event", rule=f"host_event/b/{event}", subject=effect)
    other = sorted(WORDS - POSSIBLE_BY_HAND[event])
    if other:
        with pytest.raises(StepRefused, match="say what becomes"):
            register(town, file_id, order, **chosen(host, other[0]))
    register(town, file_id, order, **chosen(host, effect))
    day = town.office.today
    _require_done(town, host, event, effect, day)


def _require_done(town, host: Host, event: str, effect: str, day: date) -> None:
    """By hand: columns 4 to 6 of row 0; column 4 is lost where part of the host is."""
    allocation, work_area = (title_on(town, one, day) for one in (host.allocation, host.work_area))
    losing = event in ("split", "partial_relinquishment")
    expected = {
        "ends": ("expired", 0, 0),
        "suspended": ("suspended", 3, 2),
        "unaffected": ("granted", 3, 2),
        "follows_title": ("granted", 3, 2),
        "stays_with_rest": ("granted", 2, 1) if losing else ("granted", 3, 2),
    }[effect]
    cells = [sum(g.cells for g in one.grounds) for one in (allocation, work_area)]
    assert (allocation.state, *cells) == expected
    if effect == "suspended":
        assert work_area.state == "suspended"


@pytest.mark.parametrize("event", EVENTS)
def test_without_a_ruling_or_against_one_nothing_happens(town, event) -> None:
    effect = sorted(POSSIBLE_BY_HAND[event])[0]
    host = host_for(town, event, effect)
    file_id, order = brought(town, host, event, effect)
    with pytest.raises(StepRefused, match="say what becomes"):
        register(town, file_id, order)
    rule(
        town, file_id, "host_event", rule=f"host_event/b/{event}", subject=effect, answer="refused"
    )
    with pytest.raises(StepRefused, match="refuses"):
        register(town, file_id, order, **chosen(host, effect))
    title = title_on(town, host.allocation, town.office.today)
    assert (title.state, title.grounds[0].cells) == ("granted", 3)


def test_a_ruling_for_all_files_reaches_those_of_its_days(town) -> None:
    host, decision = host_for(town, "transfer", "unaffected"), act("transfer", DAY)
    file_id = _reviewed(town, host, "transfer")
    step(town, "agent2", file_id, "confirm_favourable")
    rule(town, None, "host_event", rule="host_event/b/transfer", from_day=NEXT)
    with pytest.raises(NeedsRuling, match="host_event/b/transfer"):
        settled(town, "minister", file_id, "approve", act=decision)
    rule(town, None, "host_event", rule="host_event/b/transfer", from_day=DAY)
    settled(town, "minister", file_id, "approve", act=decision)
    step(town, "agent", file_id, "prepare_registration")
    order = {"act": decision}
    assert register(town, file_id, order, **chosen(host, "unaffected")).state == "registered"


def test_nobody_decides_what_every_ruling_refuses(town) -> None:
    host, decision = host_for(town, "relinquishment", "ends"), act("relinquishment", DAY)
    file_id = _reviewed(town, host, "relinquishment")
    step(town, "agent2", file_id, "confirm_favourable")
    rule(town, file_id, "host_event", rule="host_event/b/relinquishment", answer="refused")
    with pytest.raises(StepRefused, match="no ruling permits") as refused:
        settled(town, "minister", file_id, "approve", act=decision)
    assert refused.value.fr


def test_a_ruling_names_a_provision_or_a_known_question(town) -> None:
    with pytest.raises(InputError, match="hot_event"):
        rule(town, None, "hot_event")


def test_ground_given_up_elsewhere_leaves_the_allocation_as_it_is(town) -> None:
    host = host_for(town, "partial_relinquishment", "ends")
    ground = rectangle(COL, ROW + 5, 10, 5)
    file_id = draft(
        town, "dealing", "partial_relinquishment", ground, kind="PE", title_id=host.title
    )
    add(town, "company", file_id, "request")
    step(town, "company", file_id, "file")
    settled(town, "agent", file_id, "propose_favourable")
    step(town, "agent2", file_id, "confirm_favourable")
    decision = act("relinquishment", DAY)
    settled(town, "minister", file_id, "approve", act=decision)
    step(town, "agent", file_id, "prepare_registration")
    assert step(town, "agent2", file_id, "register", act=decision).state == "registered"


def test_a_lifted_suspension_lifts_what_it_suspended(town) -> None:
    host = host_for(town, "suspension", "suspended")
    file_id, order = brought(town, host, "suspension")
    rule(town, file_id, "host_event", rule="host_event/b/suspension")
    register(town, file_id, order, **chosen(host, "suspended"))
    town.clock.go_to(date(2025, 4, 7))
    step(town, "agent", file_id, "propose_lifting", reason="remédié")
    step(town, "minister", file_id, "lift", act=act("lifting", date(2025, 4, 7), "Arrêté 9"))
    for title in (host.title, host.allocation, host.work_area):
        on = [title_on(town, title, day).state for day in (date(2025, 4, 6), date(2025, 4, 7))]
        assert on == ["suspended", "granted"]


def leased_part(town, title: int) -> int:
    """Columns 0 and 1 of PE 525 leased to the other company."""
    from geo.register.writer import lease

    with UnitOfWork(town.engine, REGISTER, "agent", "test") as unit:
        order = ActOrder("lease", "Contrat 2", date(2024, 1, 8))
        made = lease(unit, title, OTHER, rectangle(COL, ROW, 2, 10), None, order, code="APE 1")
        unit.commit()
    return made


@pytest.mark.parametrize("effect", ["ends", "stays_with_rest"])
def test_a_lease_in_ground_given_up_needs_a_ruling_too(town, effect) -> None:
    title = town.titles["PE 525"]
    lease = leased_part(town, title)
    file_id, order = _dealt_part(town, title, rectangle(COL, ROW, 1, 10))
    register(town, file_id, order, leases={str(lease): effect})
    cells = sum(ground.cells for ground in title_on(town, lease, DAY).grounds)
    assert cells == {"ends": 0, "stays_with_rest": 10}[effect]


def test_a_lease_wholly_given_up_stays_nowhere(town) -> None:
    title = town.titles["PE 525"]
    lease = leased_part(town, title)
    file_id, order = _dealt_part(town, title, rectangle(COL, ROW, 2, 10))
    with pytest.raises(StepRefused, match="one of ends"):
        register(town, file_id, order, leases={str(lease): "stays_with_rest"})
    register(town, file_id, order, leases={str(lease): "ends"})


def _dealt_part(town, title: int, ground) -> tuple[int, dict]:
    file_id = draft(town, "dealing", "partial_relinquishment", ground, kind="PE", title_id=title)
    add(town, "company", file_id, "request")
    step(town, "company", file_id, "file")
    settled(town, "agent", file_id, "propose_favourable")
    step(town, "agent2", file_id, "confirm_favourable")
    decision = act("relinquishment", DAY)
    lease_rule = "host_event/leases/partial_relinquishment"
    decided(town, "minister", file_id, "approve", lease_rule, act=decision)
    step(town, "agent", file_id, "prepare_registration")
    return file_id, {"act": decision}


def test_an_allocation_across_the_cut_does_not_follow_the_part(town) -> None:
    """Columns 40 to 44 leave, the allocation lies in 44 to 46: it cannot move along whole."""
    host = host_for(town, "split", "ends")
    file_id, order = brought(town, host, "split", "ends")
    rule(town, file_id, "host_event", rule="host_event/b/split")
    with pytest.raises(RegisterError, match="cannot lose this ground"):
        register(town, file_id, order, **chosen(host, "follows_title"))
