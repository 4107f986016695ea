"""What the steps of a dealing with a title do: relinquishment, transfer, lease, force majeure."""

from __future__ import annotations

from datetime import date

from geo.casework.clocks import deadline_of
from geo.casework.effects.inner import fates_in, suspend_inner, together
from geo.casework.effects.titles import holders_of, link_title
from geo.casework.facts import held_perimeter
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.law.host_events import HostEvent
from geo.register.connection import CADASTRE
from geo.register.orders import ActOrder
from geo.register.writer import end_lease, lease, release, set_state, shrink, transfer
from geo.sources.rows import State

_EVENTS = {
    "partial_relinquishment": HostEvent.PARTIAL_RELINQUISHMENT,
    "relinquishment": HostEvent.RELINQUISHMENT,
    "transfer": HostEvent.TRANSFER,
    "lease": HostEvent.LEASE,
}
_NEEDS_DEED = frozenset({"transfer", "lease"})
_SILENT = frozenset({"relinquishment", "partial_relinquishment"})


def title_of(work: Work) -> int:
    """Return the title that the dealing is about.

    Raises
    ------
    StepRefused : the file names none.
    """
    if work.file.title_id is None:
        raise StepRefused("name the title that it is about.", "nommez le titre concerné.")
    return work.file.title_id


def require_dealing(work: Work) -> None:
    """Refuse to file what lacks the title, the ground, the other party or the deed."""
    title, subject = title_of(work), work.file.subject
    if subject == "partial_relinquishment":
        with work.unit.acting_as(CADASTRE):
            held = held_perimeter(work.unit, title, work.day)
        outside = work.ground - held
        if outside or work.ground == held:
            raise StepRefused(
                f"{outside.count} carré(s) are not the title's."
                if outside
                else "the title would keep no carré: relinquish it whole.",
                f"{outside.count} carré(s) n’appartiennent pas au titre."
                if outside
                else "le titre ne garderait aucun carré : renoncez au tout.",
            )
    if subject in _NEEDS_DEED:
        if not work.content.holders:
            raise StepRefused("name who receives it: holders.", "nommez le bénéficiaire : holders.")
        if "deed" not in work.documents:
            raise StepRefused("the file lacks the deed.", "l’acte (deed) manque au dossier.")


def require_silence(work: Work) -> None:
    """Refuse effect by silence before the clock has run (Code minier arts 60 and 79: 3 months)."""
    if work.file.subject not in _SILENT:
        raise StepRefused(
            "only a relinquishment takes effect by silence.",
            "seule une renonciation prend effet par silence.",
        )
    filed = work.file.since
    state = work.machine.by_state["with_minister"]
    deadline = deadline_of(state, filed.date(), work.office.law)
    if deadline is None or work.day <= deadline.latest:
        until = None if deadline is None else deadline.latest
        raise StepRefused(f"the Minister may still answer, until {until}.", None)


def register_dealing(work: Work) -> None:
    """Enter the dealing in the register from the day of its act, with what lies in the title."""
    subject, title = work.file.subject, title_of(work)
    event = _EVENTS.get(subject)
    fates = fates_in(work, title, event) if event else ()
    if subject == "partial_relinquishment":
        left = held_perimeter(work.unit, title, work.day) - work.ground
        act = _as(work, "relinquishment")
        shrink(work.unit, title, work.ground, act, together=together(fates, left))
    elif subject == "relinquishment":
        release(work.unit, title, _as(work, "relinquishment"), together=together(fates))
    elif subject == "transfer":
        transfer(work.unit, title, holders_of(work), _as(work, "transfer"))
    elif subject == "lease":
        _lease(work, title)
    elif subject == "end_of_lease":
        end_lease(work.unit, title, _as(work, "end_of_lease"))
    elif subject == "force_majeure":
        set_state(work.unit, title, State.FORCE_MAJEURE, _as(work, "force_majeure"))
    else:
        set_state(work.unit, title, State.GRANTED, _as(work, "end_of_force_majeure"))
    suspend_inner(work, fates)


def _as(work: Work, kind: str) -> ActOrder:
    return ActOrder(kind, work.act.reference, work.act.on_day, work.act.note)  # type: ignore[arg-type]


def _lease(work: Work, title: int) -> None:
    ends_on: date | None = work.content.ends_on
    lessee = holders_of(work)[0].name
    ground = work.version.perimeter
    link_title(
        work,
        lease(work.unit, title, lessee, ground, ends_on, _as(work, "lease"), code=work.file.number),
    )
