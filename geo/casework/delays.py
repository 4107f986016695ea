"""Clocks of all files: who holds each open one and until when; for everybody, statistics alone.

Days are calendar days in Africa/Kinshasa. A file stays in a state from the step into it to the step
out of it; the deadline is the one that the law gave on the day the stay began (``due_on`` of the
step), so a later change of the law moves no old deadline.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from geo.register.connection import UnitOfWork
from geo.register.people import ROLE_OF, Role

FEWEST = 3
"""No group of fewer files is told of: a single file could be known by it."""

_OPEN = text(
    """
    select f.id, f.number, f.machine, f.state, m.with_role, s.due_on,
      (coalesce(s.at, f.since) at time zone 'Africa/Kinshasa')::date as since
    from casework.case_file f
    join casework.machine_state m on m.machine = f.machine and m.state = f.state
    left join lateral (
      select s.at, s.due_on from casework.case_step s
      where s.file_id = f.id and s.from_state <> s.to_state order by s.seq desc limit 1
    ) s on true
    where not m.final and f.filed_at is not null
    order by s.due_on nulls last, f.id
    limit :limit
    """
)
_DELAYS = text("select * from published.delays(:day)")
_WAITING = text("select * from published.waiting(:day)")


@dataclass(frozen=True, slots=True)
class OpenFile:
    """An open file: the role that holds it, since when, and the days that the law leaves.

    ``with_role`` None: it waits for nobody in particular. ``due_on`` None: the law gives no length,
    or none was found. ``days_left`` counts calendar days, negative once the deadline has passed.
    """

    file_id: int
    number: str | None
    machine: str
    state: str
    with_role: Role | None
    since: date
    due_on: date | None
    days_left: int | None


@dataclass(frozen=True, slots=True)
class Delay:
    """How long files stayed in a state. ``state`` None: states of few stays, merged; ``machine``
    None: machines of few stays, merged.

    ``over_share`` is of the ``with_deadline`` stays: how many lasted longer than the law allows;
    None where fewer than three had a deadline.
    """

    machine: str | None
    state: str | None
    with_role: Role | None
    stays: int
    median_days: float
    ninth_decile_days: float
    with_deadline: int
    over_share: float | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many files are in a state now, and the share of them whose deadline has passed."""

    machine: str
    state: str
    with_role: Role | None
    files: int
    over_share: float | None


def open_files(unit: UnitOfWork, day: date, limit: int = 1000) -> list[OpenFile]:
    """Return the open files that the reader's role may see, the nearest deadline first."""
    return [_open_file(row, day) for row in unit.connection.execute(_OPEN, {"limit": limit})]


def delays(connection: Connection, day: date) -> list[Delay]:
    """Return how long files stayed in each state, by stays that have ended by a day."""
    return [Delay(**_with_role(row)) for row in connection.execute(_DELAYS, {"day": day})]


def waiting(connection: Connection, day: date) -> list[Waiting]:
    """Return how many files are in each state on a day, where three or more are."""
    return [Waiting(**_with_role(row)) for row in connection.execute(_WAITING, {"day": day})]


def _open_file(row: Row[Any], day: date) -> OpenFile:
    values = _with_role(row)
    left = None if row.due_on is None else (row.due_on - day).days
    return OpenFile(file_id=values.pop("id"), days_left=left, **values)


def _with_role(row: Row[Any]) -> dict[str, Any]:
    holder = row.with_role
    return {**row._mapping, "with_role": None if holder is None else ROLE_OF[holder]}
