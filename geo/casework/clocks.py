"""Statutory clocks of a file: who holds it, since when, until when, by the law of that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from geo.casework.machine import State
from geo.casework.office import legal_day
from geo.casework.work import CaseFile, Work
from geo.errors import NoLegalBasis
from geo.law.calendar import Deadline, deadline_after
from geo.law.values import Law
from geo.register.people import Role


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that runs. ``deadline`` None: the law states no length, or none was found.

    ``days_left`` counts calendar days to the latest deadline, negative once it has passed.
    """

    with_role: Role | None
    since: date
    clock: str | None
    deadline: Deadline | None
    days_left: int | None


def running(file: CaseFile, state: State, today: date, law: Law) -> Running:
    """Return the clock of a file on a day."""
    since = legal_day(file.since)
    deadline = deadline_of(state, since, law, file.kind, file.subject)
    left = None if deadline is None else (deadline.latest - today).days
    clock = state.clock_for(file.kind, file.subject)
    return Running(state.with_role, since, clock, deadline, left)


def deadline_of(
    state: State, since: date, law: Law, kind: str | None = None, subject: str | None = None
) -> Deadline | None:
    """Return the deadline of a state entered on a day by a file of a kind of right and a subject.

    None where no clock runs for it, or the law of that day had none.
    """
    clock = state.clock_for(kind, subject)
    if clock is None:
        return None
    try:
        return deadline_after(clock, since, law)
    except NoLegalBasis:
        return None


def due_day(work: Work) -> date | None:
    """Return the last day of the clock that a step starts."""
    state = work.machine.by_state[work.transition.target]
    subject = work.file.subject
    deadline = deadline_of(state, work.day, work.office.law, work.content.kind, subject)
    return None if deadline is None else deadline.latest
