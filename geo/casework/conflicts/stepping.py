"""A step of a conflict within a transaction that does more than the step."""

from __future__ import annotations

from geo.casework.examining import examine
from geo.casework.machines.conflict import CONFLICT
from geo.casework.office import Office, legal_day
from geo.casework.reading import document_kinds, file_of, last_version
from geo.casework.refusals import refused_by_name
from geo.casework.work import StepOrder, Work
from geo.casework.writing import insert_step
from geo.errors import NotPermitted, StepRefused
from geo.register.connection import UnitOfWork
from geo.register.people import Actor


def step_within(
    office: Office, actor: Actor, unit: UnitOfWork, file_id: int, action: str, reason: str = ""
) -> None:
    """Take a step of a conflict under the actor's role; the register's lock is held already.

    Raises
    ------
    NotPermitted : the step is none of the role. StepRefused : it is none of the state, or the
        record does not allow it. SecondPersonNeeded : another person must take it.
    """
    file = file_of(unit, file_id)
    transition = CONFLICT.step(action, file.state)
    if transition is None:
        raise StepRefused(f"“{action}” is no step of a case that is {file.state}.")
    if actor.role not in transition.roles:
        raise NotPermitted(f"“{action}” is no step of {actor.role.value}")
    at = max(office.clock(), file.since)
    work = Work(
        unit=unit,
        office=office,
        actor=actor,
        machine=CONFLICT,
        transition=transition,
        file=file,
        version=last_version(unit, file_id),
        order=StepOrder(reason=reason),
        at=at,
        day=legal_day(at),
        documents=document_kinds(unit, file_id),
    )
    examine(work)
    with refused_by_name():
        insert_step(work)
