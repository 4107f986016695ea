"""What the steps of a zone (ZEA) do: opinions asked, the zone instituted, suspended, closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import text

from geo.casework.clocks import deadline_of
from geo.casework.effects.areas import keep_area
from geo.casework.effects.standing import require_act_of, require_act_since_filing
from geo.casework.effects.titles import link_title
from geo.casework.office import legal_day
from geo.casework.opinions import ask_opinions, require_opinions
from geo.casework.work import Work
from geo.errors import NoLegalBasis, StepRefused
from geo.law.calendar import deadline_after
from geo.law.values import Law
from geo.register.orders import ActOrder, Ends, TitleFacts
from geo.register.people import Authority
from geo.register.reader import Reader
from geo.register.writer import institute_zone, release, set_state
from geo.sources.rows import State

_FORMER_STEP = text(
    "select payload ->> 'vacate_by' from casework.case_step where file_id = :file "
    "and action = 'notify_closure' order by seq desc limit 1"
)


_ASKED = text("select authority from casework.opinion_request where file_id = :file")
_PROPOSED_BY = text(
    "select role from casework.case_step where file_id = :file and action = 'propose' "
    "order by seq limit 1"
)


def require_proposal(work: Work) -> None:
    """Refuse a proposal without ground, or without the province whose authorities are asked."""
    if work.file.subject != "art_109":
        raise StepRefused(
            "this file takes up a zone of the register: take_up.",
            "ce dossier reprend une zone du registre : take_up.",
        )
    if not work.version.perimeter or not work.file.province:
        raise StepRefused(
            "draw the zone and name its province.", "dessinez la zone et nommez sa province."
        )
    if work.content.kind != "ZEA":
        raise StepRefused("a zone is of kind ZEA.", "une zone est de type ZEA.")


def require_proposer(work: Work) -> None:
    """Refuse that another authority takes back a proposal than the one that made it."""
    asked = {"file": work.file.id}
    if work.unit.connection.scalar(_PROPOSED_BY, asked) != work.actor.database_role:
        raise StepRefused(
            "only the authority that proposed the zone takes the proposal back.",
            "seule l’autorité qui a proposé la zone retire la proposition.",
        )


def ask_for_opinions(work: Work) -> None:
    """Ask for the opinions that the law of the filing names, and those that practice adds then.

    An authority that was asked already is not asked again.
    """
    done = set(work.unit.connection.scalars(_ASKED, {"file": work.file.id}))
    filed_on = legal_day(work.file.filed_at or work.at)
    ask_opinions(work, sorted(authorities_asked(work.office.law, filed_on) - done))


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


def require_arrete(work: Work) -> None:
    """Refuse to institute by an act older than the proposal that it decides on."""
    require_act_since_filing(work)


def require_instituting_act(work: Work) -> None:
    """Refuse to register by another act than the arrêté that instituted the zone."""
    require_act_of(work, "institute")


def register_zone(work: Work) -> None:
    """Enter the zone in the register from the day of its arrêté (Code minier art. 109)."""
    facts = TitleFacts(
        code=code_asked(work),
        kind="ZEA",
        state=State.GRANTED,
        minerals=work.content.substances or (),
        granted_on=work.act.on_day,
    )
    zone = institute_zone(work.unit, facts, work.ground, work.act, name=work.content.name)
    link_title(work, zone)
    keep_area(work, zone)


def code_asked(work: Work) -> str:
    """Return the code under which ground is registered: the payload's, else the file's number."""
    code = work.order.payload.get("code") or work.file.number
    if not isinstance(code, str) or not code.strip() or len(code) > 40:
        raise StepRefused(
            "give a code of at most 40 characters: {“code”: …}.",
            "donnez un code de 40 caractères au plus : {« code » : …}.",
        )
    return code.strip()


def zone_of(work: Work) -> int:
    """Return the zone that the file made.

    Raises
    ------
    StepRefused : it made none yet.
    """
    if work.file.title_id is None:
        raise StepRefused(
            "the zone is not in the register yet.", "la zone n’est pas encore inscrite."
        )
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
    The step keeps besides until when the diggers' group may ask for a small-mine permit first.
    """
    stated = work.order.payload.get("vacate_by")
    if not isinstance(stated, str):
        raise StepRefused(
            "say by when the zone is to be left: {“vacate_by”: “2026-01-31”}.",
            "dites quand la zone doit être quittée : {« vacate_by » : « 2026-01-31 »}.",
        )
    day, shortest = _day(stated), _shortest(work)
    if day <= work.day or (shortest is not None and day < shortest):
        raise StepRefused(
            f"the zone is to be left on {day}: earlier than {shortest or work.day}.",
            f"la zone devrait être quittée le {day} : plus tôt que le {shortest or work.day}.",
        )
    told = {**work.order.payload, "small_mine_priority": small_mine_priority(work)}
    work.order = replace(work.order, payload=told)


def small_mine_priority(work: Work) -> dict[str, str | None]:
    """Return until when the diggers' group may first ask for a small-mine permit (PEPM).

    Code minier art. 110: 30 days by the 2002 text; the wording from 2018 was not found. ``until``
    None: undetermined, and ``article`` says where to look.
    """
    law = work.office.law
    dated = law.parameters["clock.small_mine_priority"].timeline.on(work.day)
    try:
        deadline = deadline_after("small_mine_priority", work.day, law)
    except NoLegalBasis:
        deadline = None
    return {
        "until": None if deadline is None else deadline.latest.isoformat(),
        "article": dated.reference.article if dated else None,
        "confidence": dated.reference.confidence.value if dated else None,
    }


def _shortest(work: Work) -> date | None:
    deadline = deadline_of(work.machine.by_state["closure_notified"], work.day, work.office.law)
    return None if deadline is None else deadline.latest


def _day(stated: str) -> date:
    try:
        return date.fromisoformat(stated)
    except ValueError as error:
        raise StepRefused(
            f"“{stated}” is no day. Write it as 2026-01-31.",
            f"« {stated} » n’est pas une date. Écrivez 2026-01-31.",
        ) from error


def require_left(work: Work) -> None:
    """Refuse to close a zone before the day by which it is to be left, or by another act."""
    require_act_of(work, "notify_closure")
    stated = work.unit.connection.scalar(_FORMER_STEP, {"file": work.file.id})
    if stated is not None and work.day <= _day(stated):
        raise StepRefused(
            f"the zone may be left until {stated}.", f"la zone peut être quittée jusqu’au {stated}."
        )


def close_zone(work: Work) -> None:
    """Close the zone and free its ground, from today: it was to be left by then.

    Its portions end with it, by the same act.
    """
    zone = zone_of(work)
    act = ActOrder("closure", work.act.reference, work.day, work.act.note)
    inside = Reader(work.unit.connection).attributions_in(zone, work.day)
    release(work.unit, zone, act, together=tuple(Ends(one.title_id) for one in inside))
