"""What becomes of the allocations in a title when something befalls the title.

The law data says it for each event and route, or leaves it to a legal ruling: nothing follows by
itself where the law does not say it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geo.casework.rulings import rulings_for
from geo.casework.work import Work
from geo.errors import NeedsRuling, StepRefused
from geo.law.host_events import EventEffect, HostEffect, HostEvent, effect_of
from geo.law.rulings import Ruling
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE
from geo.register.orders import ActOrder, Ends, Keeps, Moves, Together
from geo.register.reader import Reader
from geo.register.writer import set_state
from geo.sources.rows import State

RULED = "host_event"
"""The provision that a ruling names to say what becomes of an allocation."""


@dataclass(frozen=True, slots=True)
class InnerFate:
    """An allocation in the title, and what becomes of it."""

    title_id: int
    code: str | None
    perimeter: Perimeter
    effect: EventEffect


def fates_in(work: Work, host: int, event: HostEvent) -> tuple[InnerFate, ...]:
    """Return what becomes of each allocation in a title.

    Where the law is certain, what it says; else what the step's payload chooses for it
    (``{"allocations": {"<title id>": "follows_title"}}``), which a legal ruling in force on this
    file must permit.

    Raises
    ------
    NeedsRuling : the law leaves it open and no ruling settles it.
    StepRefused : a ruling permits it, and the payload does not choose; or a ruling refuses it.
    """
    with work.unit.acting_as(CADASTRE):
        inner = Reader(work.unit.connection).allocations_in(host, work.day)
    if not inner:
        return ()
    said = effect_of(event.value, "b", work.day, work.office.law)
    return tuple(
        InnerFate(one.title_id, one.code, one.ground.perimeter, _chosen(work, one.title_id, said))
        for one in inner
    )


def _chosen(work: Work, title_id: int, said: HostEffect) -> EventEffect:
    if said.effect is not EventEffect.NEEDS_LEGAL_REVIEW:
        return said.effect
    ruling = _ruling(work, said)
    if ruling is None:
        default = said.default.value if said.default else "none"
        raise NeedsRuling(
            f"the law does not say what becomes of allocation {title_id} ({said.article}; default "
            f"named, not applied: {default}). A legal ruling on “{RULED}”, rule “{said.rule}”, "
            "settles it.",
            (),
            f"la loi ne dit pas ce que devient l’allocation {title_id} ({said.article}). Un avis "
            f"juridique sur « {RULED} », règle « {said.rule} », doit le trancher.",
        )
    if ruling.answer == "refused":
        raise StepRefused(
            f"ruling {ruling.reference} does not permit it.",
            f"l’avis {ruling.reference} ne le permet pas.",
        )
    return _from_payload(work, title_id)


def _ruling(work: Work, said: HostEffect) -> Ruling | None:
    rulings = rulings_for(work.unit, work.file.id, work.office.law)
    named = [r for r in rulings if r.code == RULED and r.rule in (None, said.rule)]
    return named[-1] if named else None


def _from_payload(work: Work, title_id: int) -> EventEffect:
    chosen = work.order.payload.get("allocations")
    word = chosen.get(str(title_id)) if isinstance(chosen, dict) else None
    open_to = {one.value for one in EventEffect} - {EventEffect.NEEDS_LEGAL_REVIEW.value}
    if word not in open_to:
        raise StepRefused(
            f"say what becomes of allocation {title_id}, as the ruling has it: "
            f"{{“allocations”: {{“{title_id}”: …}}}}, one of {', '.join(sorted(open_to))}.",
            f"dites ce que devient l’allocation {title_id}, selon l’avis : "
            f"{{« allocations » : {{« {title_id} » : …}}}}, parmi {', '.join(sorted(open_to))}.",
        )
    return EventEffect(word)


def together(fates: Iterable[InnerFate], left: Perimeter | None = None) -> tuple[Together, ...]:
    """Return what an order about the host says of what lies in it.

    ``left`` is what the host keeps (None: all of it): an allocation that stays keeps what lies
    there.
    """
    said: list[Together] = []
    for fate in fates:
        if fate.effect is EventEffect.ENDS:
            said.append(Ends(fate.title_id))
        elif fate.effect is EventEffect.STAYS_WITH_REST and left is not None:
            said.append(Keeps(fate.title_id, fate.perimeter & left))
        elif fate.effect is EventEffect.FOLLOWS_TITLE:
            said.append(Moves(fate.title_id))
    return tuple(said)


def suspend_inner(work: Work, fates: Iterable[InnerFate]) -> None:
    """Suspend the allocations that the event suspends, by the same act."""
    for fate in fates:
        if fate.effect is EventEffect.SUSPENDED:
            act = ActOrder("suspension", work.act.reference, work.act.on_day, work.act.note)
            set_state(work.unit, fate.title_id, State.SUSPENDED, act)
