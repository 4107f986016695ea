"""The office where files are worked on: its register, its law and its clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from geo.law.values import Law
from geo.register.connection import UnitOfWork
from geo.register.people import DATABASE_ROLE, Actor

KINSHASA = ZoneInfo("Africa/Kinshasa")


@dataclass(frozen=True, slots=True)
class Office:
    """Where files are worked on. ``clock`` gives the instant of the server, with its zone."""

    engine: Engine
    law: Law
    clock: Callable[[], datetime]

    def at_work(self, actor: Actor, reason: str) -> UnitOfWork:
        """Return a unit of work under the actor's own role."""
        return UnitOfWork(self.engine, DATABASE_ROLE[actor.role], actor.login, reason)

    @property
    def today(self) -> date:
        """The calendar day in Kinshasa, by the office's clock."""
        return legal_day(self.clock())


def legal_day(instant: datetime) -> date:
    """Return the calendar day in Kinshasa of an instant."""
    return instant.astimezone(KINSHASA).date()
