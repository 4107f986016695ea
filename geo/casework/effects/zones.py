"""What the steps of a zone (ZEA) do: opinions asked, the zone instituted, suspended, closed."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from geo.casework.clocks import deadline_of
from geo.casework.effects.titles import link_title
from geo.casework.opinions import ask_opinions, require_opinions
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.law.values import Law
from geo.register.orders import ActOrder, TitleFacts
from geo.register.people import Authority
from geo.register.reader import Reader
from geo.register.writer import institute_zone, release, set_state
from geo.sources.rows import State

_FORMER_STEP = text(
    "select payload ->> 'vacate_by' from casework.case_step where file_id = :file "
    "and action = 'notify_closure' order by seq desc limit 1"
)


def require_proposal(work: Work) -> None:
    """Refuse a proposal without ground, or without the province whose authorities are asked."""
    if not work.ground or not work.file.province:
        raise StepRefused("draw the zone and name its province.")


def ask_for_opinions(work: Work) -> None:
    """Ask for the opinions that the law of the day names, and those that practice adds."""
    ask_opinions(work, sorted(authorities_asked(work.office.law, work.day)))


def authorities_asked(law: Law, day: date) -> set[str]:
    """Return whose opinion on a zone is asked on a day.

    Code minier art. 109: the mines directorate and the governor; in practice the geological
    service, the province, the mines division and the local entities before the cadastre.
    """
    asked: set[str] = set()
    for rule in ("zone.opinions_required", "zone.opinions_in_practice"):
        dated = law.parameters[rule].timeline.on(day)
        if dated and isinstance(dated.value, frozenset):
            asked |= dated.value
    return asked & {authority.value for authority in Authority}


def require_all_opinions(work: Work) -> None:
    """Refuse to go on while an opinion is missing."""
    require_opinions(work)


def register_zone(work: Work) -> None:
    """Enter the zone in the register from the day of its arrêté (Code minier art. 109)."""
    facts = TitleFacts(
        code=_code(work),
        kind="ZEA",
        state=State.GRANTED,
        minerals=work.content.substances or (),
        granted_on=work.act.on_day,
    )
    zone = institute_zone(work.unit, facts, work.ground, work.act, name=work.content.name)
    link_title(work, zone)


def _code(work: Work) -> str:
    code = work.order.payload.get("code") or work.file.number
    if not isinstance(code, str) or not code.strip() or len(code) > 40:
        raise StepRefused("give a code of at most 40 characters: {“code”: …}.")
    return code.strip()


def zone_of(work: Work) -> int:
    """Return the zone that the file made.

    Raises
    ------
    StepRefused : it made none yet.
    """
    if work.file.title_id is None:
        raise StepRefused("the zone is not in the register yet.")
    return work.file.title_id


def suspend_zone(work: Work) -> None:
    """Suspend the zone: it keeps its ground."""
    set_state(work.unit, zone_of(work), State.SUSPENDED, work.act)


def lift_suspension(work: Work) -> None:
    """Lift the suspension."""
    set_state(work.unit, zone_of(work), State.GRANTED, work.act)


def require_vacate_by(work: Work) -> None:
    """Refuse a notice of closure without the day by which the zone is to be left.

    The 2002 text gives 60 days (art. 110); the wording from 2018 was not found, so that the day is
    stated by whoever notifies, and a shorter time than the clock's, where it is known, is refused.
    """
    stated = work.order.payload.get("vacate_by")
    if not isinstance(stated, str):
        raise StepRefused("say by when the zone is to be left: {“vacate_by”: “2026-01-31”}.")
    day = _day(stated)
    shortest = _shortest(work)
    if day <= work.day or (shortest is not None and day < shortest):
        raise StepRefused(f"the zone is to be left on {day}: earlier than {shortest or work.day}.")


def _shortest(work: Work) -> date | None:
    deadline = deadline_of(work.machine.by_state["closure_notified"], work.day, work.office.law)
    return None if deadline is None else deadline.latest


def _day(stated: str) -> date:
    try:
        return date.fromisoformat(stated)
    except ValueError as error:
        raise StepRefused(f"“{stated}” is no day. Write it as 2026-01-31.") from error


def require_left(work: Work) -> None:
    """Refuse to close a zone before the day by which it is to be left, or with portions in it."""
    stated = work.unit.connection.scalar(_FORMER_STEP, {"file": work.file.id})
    if stated is not None and work.day < _day(stated):
        raise StepRefused(f"the zone may be left until {stated}.")


def close_zone(work: Work) -> None:
    """Close the zone and free its ground; its portions end with it, by the same act."""
    zone = zone_of(work)
    act = ActOrder("closure", work.act.reference, work.act.on_day, work.act.note)
    for portion in Reader(work.unit.connection).attributions_in(zone, work.act.on_day):
        release(work.unit, portion.title_id, act)
    release(work.unit, zone, act)
