"""A register to watch: accounts, watches kept by them, and the courier that collects."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text

from geo.casework.watching.areas import WatchedArea
from geo.casework.watching.collecting import Collected, collect
from geo.casework.watching.deliveries import COURIER
from geo.casework.watching.events import EventKind
from geo.casework.watching.reading import Told, items_of_watch
from geo.casework.watching.watches import WatchOrder, keep_watch
from geo.register.accounts import Mandate, create_account
from geo.register.connection import ADMIN, UnitOfWork
from geo.register.people import DATABASE_ROLE, Role

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def later(self, **more: float) -> datetime:
        """Move on by days, hours, minutes or seconds."""
        self.at += timedelta(**more)
        return self.at


@dataclass
class Watchers:
    """People with accounts on a register, and what they watch."""

    engine: Engine
    roles: dict[str, Role]

    @contextmanager
    def acting(self, login: str) -> Iterator[UnitOfWork]:
        """A unit of work of somebody, committed unless it fails."""
        role = DATABASE_ROLE[self.roles[login]]
        with UnitOfWork(self.engine, role, login, "test") as unit:
            yield unit
            unit.commit()

    def watch(self, login: str, area: WatchedArea, *kinds: EventKind, name: str = "Ma zone") -> int:
        """Keep a watch."""
        with self.acting(login) as unit:
            order = WatchOrder(name, area, kinds, "fr")
            return keep_watch(unit.connection, order, START, bytes(_number(login, name)))

    def items(self, login: str, watch: int, before: int | None = None) -> list[Told]:
        """The items of a watch, the newest first."""
        with self.acting(login) as unit:
            return items_of_watch(unit.connection, watch, before, 500)

    def told(self, login: str, watch: int) -> list[tuple[str, str]]:
        """Kind and what changed of each item, the oldest first."""
        return [(one.kind.value, one.facts["change"]) for one in self.items(login, watch)][::-1]

    def collect(self) -> Collected:
        """Make events and items of all that was recorded."""
        with UnitOfWork(self.engine, COURIER, "courier", "collect") as unit:
            made = collect(unit, START)
            unit.commit()
        return made


def _number(*words: str) -> Sequence[int]:
    return hashlib.sha256("\0".join(words).encode()).digest()


def settle(engine: Engine, mandates: dict[str, str] | None = None) -> Watchers:
    """Open an account for each role; ``mandates`` names the holder for which one acts."""
    roles = {str(role): role for role in Role if role is not Role.PUBLIC}
    roles |= {"rival": Role.COMPANY, "reader": Role.PUBLIC}
    with UnitOfWork(engine, ADMIN, "mabele", "accounts") as unit:
        known: dict[str, Any] = {
            row.name: row.id
            for row in unit.connection.execute(text("select name, id from register.party"))
        }
        for login, role in roles.items():
            party = known.get((mandates or {}).get(login, ""))
            create_account(
                unit,
                login,
                f"M. {login}",
                DATABASE_ROLE[role],
                "$argon2id$none",
                authority="sgnc" if role is Role.OPINION else None,
                mandates=[Mandate(party, True)] if party else [],
            )
        unit.commit()
    return Watchers(engine, roles)
