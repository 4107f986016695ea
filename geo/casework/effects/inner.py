"""What becomes of what lies in a title when something befalls the title.

The law data says it for an allocation by agreement (route B), by event, or leaves it to a legal
ruling: nothing follows by itself where the law does not say it. For leases and for work areas the
law data says nothing, so that a ruling is needed where they lose their ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from geo.casework.rulings import HOST_EVENT, answering, rulings_for
from geo.casework.work import Work
from geo.errors import NeedsRuling, StepRefused
from geo.law.host_events import EventEffect, HostEffect, HostEvent, effect_of
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE
from geo.register.inner_views import InnerView
from geo.register.orders import ActKind, ActOrder, Ends, Keeps, Moves, Together
from geo.register.reader import Reader
from geo.register.writer import release, set_state
from geo.sources.rows import State

_GONE = frozenset({EventEffect.ENDS})
_STAYS = frozenset({EventEffect.UNAFFECTED, EventEffect.FOLLOWS_TITLE, EventEffect.SUSPENDED})
POSSIBLE: Mapping[HostEvent, frozenset[EventEffect]] = MappingProxyType(
    {
        HostEvent.TRANSFER: _GONE | _STAYS,
        HostEvent.LEASE: _GONE | _STAYS - {EventEffect.FOLLOWS_TITLE},
        HostEvent.SUSPENSION: _GONE | _STAYS - {EventEffect.FOLLOWS_TITLE},
        HostEvent.SPLIT: _GONE | {EventEffect.STAYS_WITH_REST, EventEffect.FOLLOWS_TITLE},
        HostEvent.TRANSFORMATION: _GONE | {EventEffect.FOLLOWS_TITLE},
        HostEvent.PARTIAL_RELINQUISHMENT: _GONE | {EventEffect.STAYS_WITH_REST},
        HostEvent.RELINQUISHMENT: _GONE,
        HostEvent.EXPIRY: _GONE,
        HostEvent.FORFEITURE: _GONE,
    }
)
"""Which effects an event can have at all: nothing stays in ground that the title loses."""

_LOSING = frozenset(POSSIBLE) - {HostEvent.TRANSFER, HostEvent.LEASE, HostEvent.SUSPENSION}
_NOUNS = MappingProxyType(
    {
        "allocations": ("allocation", "l’allocation"),
        "leases": ("lease", "l’amodiation"),
        "work_areas": ("work area", "le terrain de travail"),
    }
)
_END_ACT: Mapping[str, ActKind] = MappingProxyType(
    {"allocations": "end_of_allocation", "leases": "end_of_lease", "work_areas": "withdrawal"}
)


@dataclass(frozen=True, slots=True)
class InnerFate:
    """Something that lies in the title, what becomes of it, and what lies in it in its turn.

    ``sort``: allocations, leases or work_areas.
    """

    sort: str
    title_id: int
    perimeter: Perimeter
    effect: EventEffect
    inside: tuple[InnerView, ...] = ()


@dataclass(frozen=True, slots=True)
class Fates:
    """What becomes of all that lies in a title of which ``left`` stays (None: all of it)."""

    fates: tuple[InnerFate, ...]
    left: Perimeter | None
    on: date

    @property
    def together(self) -> tuple[Together, ...]:
        """What an order that takes ground from the title says of what lies in it."""
        return tuple(said for fate in self.fates for said in self._said(fate))

    def _said(self, fate: InnerFate) -> Iterator[Together]:
        if self.left is None:
            return
        if fate.effect is EventEffect.ENDS:
            yield Ends(fate.title_id)
            yield from (Ends(one.title_id) for one in fate.inside)
        elif fate.effect is EventEffect.FOLLOWS_TITLE:
            yield Moves(fate.title_id)
        elif fate.effect is EventEffect.STAYS_WITH_REST and not fate.perimeter <= self.left:
            yield Keeps(fate.title_id, fate.perimeter & self.left)
            yield from _kept(fate.inside, self.left)

    def carry_out(self, work: Work) -> None:
        """Suspend and end what the event suspends or ends, where the title keeps its ground."""
        for fate in self.fates:
            if fate.effect is EventEffect.SUSPENDED:
                self._suspend(work, fate)
            elif fate.effect is EventEffect.ENDS and self.left is None:
                act = ActOrder(_END_ACT[fate.sort], work.act.reference, self.on, work.act.note)
                inside = tuple(Ends(one.title_id) for one in fate.inside)
                release(work.unit, fate.title_id, act, together=inside)

    def _suspend(self, work: Work, fate: InnerFate) -> None:
        act = ActOrder("suspension", work.act.reference, self.on, work.act.note)
        for title_id in (fate.title_id, *(one.title_id for one in fate.inside)):
            set_state(work.unit, title_id, State.SUSPENDED, act)


def _kept(inside: tuple[InnerView, ...], left: Perimeter) -> Iterator[Together]:
    for one in inside:
        kept = one.ground.perimeter & left
        if not kept:
            yield Ends(one.title_id)
        elif kept != one.ground.perimeter:
            yield Keeps(one.title_id, kept)


def fates_in(work: Work, host: int, event: HostEvent, left: Perimeter | None = None) -> Fates:
    """Return what becomes of all that lies in a title, from the day of the step's act.

    Where the law is certain, what it says; else what the step's payload chooses
    (``{"allocations": {"<title id>": "follows_title"}}``; ``leases`` and ``work_areas`` likewise),
    which a legal ruling in force must permit.

    Parameters
    ----------
    left : what the title keeps; None where the event takes no ground from it.

    Raises
    ------
    NeedsRuling : the law leaves it open and no ruling settles it.
    StepRefused : a ruling permits it, and the payload does not choose; or a ruling refuses it.
    """
    on = _day(work)
    lost = _losing_in(work, host, event, left)
    with work.unit.acting_as(CADASTRE):
        reader = Reader(work.unit.connection)
        inside = {one.title_id: tuple(reader.attributions_in(one.title_id, on)) for _, one in lost}
    return Fates(
        tuple(
            InnerFate(
                sort,
                one.title_id,
                one.ground.perimeter,
                _chosen(work, sort, one, event, left),
                inside[one.title_id],
            )
            for sort, one in lost
        ),
        left,
        on,
    )


def require_fates(work: Work, host: int, event: HostEvent, left: Perimeter | None = None) -> None:
    """Refuse to decide on an event that could not be registered then.

    Of each thing that lies in the title the law must say what becomes of it, or a ruling in force
    permit something; which of it, the registration says, if the decision does not.

    Raises
    ------
    NeedsRuling : the law leaves it open and no ruling settles it.
    StepRefused : rulings refuse all that can become of it, or what the payload chooses.
    """
    for sort, one in _losing_in(work, host, event, left):
        rule = _asked_rule(work, sort, one, event)
        if rule is None:
            continue
        if sort in work.order.payload:
            _require_permitted(
                work, rule, _from_payload(work, sort, one, _open_to(one, event, left))
            )
        elif not any(_permitted(work, rule, effect) for effect in _open_to(one, event, left)):
            english, french = _NOUNS[sort]
            raise StepRefused(
                f"no ruling permits anything that can become of {english} "
                f"{one.code or one.title_id}.",
                f"aucun avis ne permet rien de ce que peut devenir {french} "
                f"{one.code or one.title_id}.",
            )


def _day(work: Work) -> date:
    """Return the day of the step's act, or of the step where it rests on none."""
    return work.order.act.on_day if work.order.act else work.day


def _losing_in(
    work: Work, host: int, event: HostEvent, left: Perimeter | None
) -> list[tuple[str, InnerView]]:
    """Return what lies in a title and is touched by what befalls the title, with its sort."""
    on = _day(work)
    with work.unit.acting_as(CADASTRE):
        reader = Reader(work.unit.connection)
        lying: list[tuple[str, InnerView]] = [
            ("allocations", one) for one in reader.allocations_in(host, on)
        ]
        if event in _LOSING:
            lying += [("leases", one) for one in reader.leases_of(host, on)]
            lying += [("work_areas", one) for one in reader.attributions_in(host, on)]
    return [(sort, one) for sort, one in lying if _concerned(event, one, left)]


def _concerned(event: HostEvent, one: InnerView, left: Perimeter | None) -> bool:
    """Whether the event touches it: ground given up that does not meet it leaves it as it is."""
    if event is not HostEvent.PARTIAL_RELINQUISHMENT or left is None:
        return True
    return not one.ground.perimeter <= left


def _chosen(
    work: Work, sort: str, one: InnerView, event: HostEvent, left: Perimeter | None
) -> EventEffect:
    rule = _asked_rule(work, sort, one, event)
    if rule is None:
        return effect_of(event.value, "b", _day(work), work.office.law).effect
    effect = _from_payload(work, sort, one, _open_to(one, event, left))
    _require_permitted(work, rule, effect)
    return effect


def _asked_rule(work: Work, sort: str, one: InnerView, event: HostEvent) -> str | None:
    """Return the rule that a ruling in force settles; None where the law is certain.

    Raises
    ------
    NeedsRuling : none is in force.
    """
    rule, said = f"{HOST_EVENT}/{sort}/{event.value}", None
    if sort == "allocations":
        said = effect_of(event.value, "b", _day(work), work.office.law)
        if said.effect is not EventEffect.NEEDS_LEGAL_REVIEW:
            return None
        rule = said.rule
    _require_ruling(work, sort, one, rule, said)
    return rule


def _open_to(one: InnerView, event: HostEvent, left: Perimeter | None) -> frozenset[EventEffect]:
    """Return what can become of it at all: nothing stays in the rest that does not lie there."""
    lies_there = left is not None and bool(one.ground.perimeter & left)
    return POSSIBLE[event] - (frozenset() if lies_there else {EventEffect.STAYS_WITH_REST})


def _require_ruling(
    work: Work, sort: str, one: InnerView, rule: str, said: HostEffect | None
) -> None:
    rulings = rulings_for(work.unit, work.file.id, work.office.law)
    if answering(rulings, HOST_EVENT, rule, None, _day(work), work.day):
        return
    english, french = _NOUNS[sort]
    default = said.default.value if said and said.default else "none"
    cited = said.article if said else "no text found"
    raise NeedsRuling(
        f"the law does not say what becomes of {english} {one.code or one.title_id} ({cited}; "
        f"default named, not applied: {default}). A legal ruling on “{HOST_EVENT}”, rule "
        f"“{rule}”, settles it.",
        (),
        f"la loi ne dit pas ce que devient {french} {one.code or one.title_id}. Un avis juridique "
        f"sur « {HOST_EVENT} », règle « {rule} », doit le trancher.",
    )


def _require_permitted(work: Work, rule: str, effect: EventEffect) -> None:
    """Refuse an effect that the weightiest ruling on it does not permit.

    A ruling whose subject is an effect is about that one; without a subject it is about any.
    """
    rulings = rulings_for(work.unit, work.file.id, work.office.law)
    named = answering(rulings, HOST_EVENT, rule, effect.value, _day(work), work.day)
    if named is None or named.answer == "refused":
        by = f"ruling {named.reference}" if named else "no ruling"
        raise StepRefused(
            f"{by} {'refuses' if named else 'permits'} “{effect.value}”.",
            f"l’avis {named.reference} refuse « {effect.value} »."
            if named
            else f"aucun avis ne permet « {effect.value} ».",
        )


def _permitted(work: Work, rule: str, effect: EventEffect) -> bool:
    rulings = rulings_for(work.unit, work.file.id, work.office.law)
    named = answering(rulings, HOST_EVENT, rule, effect.value, _day(work), work.day)
    return named is not None and named.answer != "refused"


def _from_payload(
    work: Work, sort: str, one: InnerView, open_to: frozenset[EventEffect]
) -> EventEffect:
    chosen = work.order.payload.get(sort)
    word = chosen.get(str(one.title_id)) if isinstance(chosen, dict) else None
    if word not in {effect.value for effect in open_to}:
        english, french = _NOUNS[sort]
        words = ", ".join(sorted(effect.value for effect in open_to))
        raise StepRefused(
            f"say what becomes of {english} {one.code or one.title_id}, as the ruling has it: "
            f"{{“{sort}”: {{“{one.title_id}”: …}}}}, one of {words}.",
            f"dites ce que devient {french} {one.code or one.title_id}, selon l’avis : "
            f"{{« {sort} » : {{« {one.title_id} » : …}}}}, parmi {words}.",
        )
    return EventEffect(word)
