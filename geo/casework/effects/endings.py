"""What the steps that end a title do: expiry confirmed, forfeiture for fees or unstarted works."""

from __future__ import annotations

from datetime import date

from sqlalchemy import text

from geo.casework.clocks import deadline_of
from geo.casework.effects.dealings import title_of
from geo.casework.effects.inner import fates_in, together
from geo.casework.facts import right_facts
from geo.casework.office import legal_day
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.law.host_events import HostEvent
from geo.register.connection import CADASTRE
from geo.register.orders import ActOrder
from geo.register.writer import release, set_state
from geo.sources.rows import State

_PENDING = text(
    "select f.number from casework.case_file f "
    "join casework.machine_state s on s.machine = f.machine and s.state = f.state "
    "where f.title_id = :title and f.id <> :file and not s.final and f.filed_at is not null "
    "and ((f.machine = 'title' and f.subject in ('renewal', 'transformation')) "
    "or f.state in ('appealed', 'refused')) order by f.filed_at"
)
_EVENTS = {"expiry": HostEvent.EXPIRY}


def require_ground_to_end(work: Work) -> None:
    """Refuse to open an ending without a title that has what is said of it.

    An expiry lies in the past; a title in whose file a renewal, a transformation or an appeal is
    pending lives on meanwhile (Code minier art. 49).
    """
    title = title_of(work)
    with work.unit.acting_as(CADASTRE):
        right = right_facts(work.unit, title, work.day)
        pending = list(work.unit.connection.scalars(_PENDING, _asked(work, title)))
    if pending:
        raise StepRefused(
            f"{', '.join(pending)} is pending on that title: it lives on until then.",
            f"{', '.join(pending)} est en cours sur ce titre : il reste valide jusque-là.",
        )
    if work.file.subject == "expiry" and (right.expires_on is None or right.expires_on > work.day):
        raise StepRefused(
            f"the title expires on {right.expires_on}, not before today.",
            f"le titre expire le {right.expires_on}, pas avant aujourd’hui.",
        )


def _asked(work: Work, title: int) -> dict[str, int]:
    return {"title": title, "file": work.file.id}


def require_defence_heard(work: Work) -> None:
    """Refuse to go on before the holder's time for a defence is over, or its defence is in."""
    if "defence" in work.documents:
        return
    state = work.machine.by_state["notified"]
    deadline = deadline_of(state, legal_day(work.file.since), work.office.law)
    if deadline is None or work.day <= deadline.latest:
        until = None if deadline is None else deadline.latest
        raise StepRefused(
            f"the holder may defend itself until {until}.",
            f"le titulaire peut présenter sa défense jusqu’au {until}.",
        )


def require_appeal_over(work: Work) -> None:
    """Refuse to free the ground while the holder may still appeal (RM art. 133)."""
    state = work.machine.by_state["decided"]
    deadline = deadline_of(state, _decided_on(work), work.office.law)
    if deadline is None or work.day <= deadline.latest:
        until = None if deadline is None else deadline.latest
        raise StepRefused(
            f"the holder may appeal until {until}.",
            f"le titulaire peut faire recours jusqu’au {until}.",
        )


def _decided_on(work: Work) -> date:
    at = work.unit.connection.scalar(
        text(
            "select at from casework.case_step where file_id = :file and to_state = 'decided' "
            "order by seq desc limit 1"
        ),
        {"file": work.file.id},
    )
    return legal_day(at)


def mark_struck_off(work: Work) -> None:
    """Say in the register that the title is being struck off; it holds its ground meanwhile."""
    kind = "expiry_confirmed" if work.file.subject == "expiry" else "forfeiture"
    act = ActOrder(kind, work.act.reference, work.act.on_day, work.act.note)
    set_state(work.unit, title_of(work), State.BEING_STRUCK_OFF, act)


def restore(work: Work) -> None:
    """Say in the register that the title stands after all: its appeal was upheld."""
    set_state(work.unit, title_of(work), State.GRANTED, work.act)


def free_ground(work: Work) -> None:
    """Free the title's ground from the day of the act (Code minier art. 290)."""
    expiry = work.file.subject == "expiry"
    event = _EVENTS.get(work.file.subject, HostEvent.FORFEITURE)
    fates = fates_in(work, title_of(work), event)
    kind = "expiry_confirmed" if expiry else "forfeiture"
    act = ActOrder(kind, work.act.reference, work.act.on_day, work.act.note)
    release(work.unit, title_of(work), act, together=together(fates))
