"""What is to be sent now, and what became of it: claimed, delivered, tried again, given up.

A delivery is claimed by moving its next attempt away, committed before anything is sent: of two
couriers one has it, and one that dies leaves it to the next attempt. So a message may come twice,
under the same id, and is never lost before it is given up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from geo.casework.watching.events import EventKind
from geo.casework.watching.reading import Told
from geo.law.values import Language

COURIER = "mabele_courier"
"""The database role of whoever makes events and sends: it reads what it tells of, no more."""

CLAIM = timedelta(minutes=5)
"""How long a claimed delivery is left alone; longer than any attempt may take."""
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=24)
FACTOR = 4
JITTER = 0.2
"""Share of a delay by which it is drawn out at random, so that many do not come at once."""
GIVEN_UP_AFTER = timedelta(days=3)
LONGEST_ERROR = 300

_TOLD = (
    "(t.told).id as event_id, (t.told).revision, (t.told).at, (t.told).kind, (t.told).subject, "
    "(t.told).title_id, (t.told).host_title_id, (t.told).names, (t.told).facts, (t.told).box, "
    "(t.told).meets"
)
_HOOKS = text(
    "with due as (select d.id from watching.delivery d where d.state = 'waiting' "  # noqa: S608
    "and d.channel = 'webhook' and d.next_at <= :at and exists (select from watching.webhook h "
    "where h.watch_id = d.watch_id and h.state = 'active') and d.id = (select min(e.id) "
    "from watching.delivery e where e.watch_id = d.watch_id and e.channel = 'webhook' "
    "and e.state = 'waiting' and e.next_at <= :at) order by d.next_at limit :most "
    "for update skip locked), "
    "claimed as (update watching.delivery d set next_at = :until, attempts = attempts + 1 "
    "from due where d.id = due.id returning d.*) "
    "select c.id as delivery_id, c.watch_id, c.message_id, c.attempts, c.made_at, w.name, "
    f"w.language, h.url, h.salt, {_TOLD} "
    "from claimed c join watching.watch w on w.id = c.watch_id "
    "join watching.webhook h on h.watch_id = c.watch_id left join lateral (select "
    "watching.tell(e, i.meets) as told from watching.item i join watching.event e "
    "on e.id = i.event_id where i.id = c.item_id) t on true order by c.id"
)
_LETTERS = text(
    "with due as (select d.id from watching.delivery d where d.state = 'waiting' "  # noqa: S608
    "and d.channel = 'mail' and d.next_at <= :at and d.watch_id = (select e.watch_id "
    "from watching.delivery e where e.state = 'waiting' and e.channel = 'mail' "
    "and e.next_at <= :at order by e.next_at, e.id limit 1) order by d.id limit :most "
    "for update skip locked), "
    "claimed as (update watching.delivery d set next_at = :until, attempts = attempts + 1 "
    "from due where d.id = due.id returning d.*) "
    "select c.id as delivery_id, c.watch_id, c.message_id, c.attempts, c.made_at, w.name, "
    f"w.language, m.address, m.salt, {_TOLD} "
    "from claimed c join watching.watch w on w.id = c.watch_id "
    "join watching.mail m on m.watch_id = c.watch_id and m.confirmed_at is not null "
    "join lateral (select watching.tell(e, i.meets) as told from watching.item i "
    "join watching.event e on e.id = i.event_id where i.id = c.item_id) t on true order by c.id"
)
_QUESTIONS = text(
    "with due as (select watch_id from watching.mail where sent_at is null limit :most "
    "for update skip locked) update watching.mail m set sent_at = :at from due, watching.watch w "
    "where m.watch_id = due.watch_id and w.id = m.watch_id "
    "returning m.watch_id, w.name, w.language, m.address, m.salt"
)
_ASK_AGAIN = text("update watching.mail set sent_at = null where watch_id = :watch")
_ENDED = text(
    "update watching.delivery set state = :state, ended_at = :at, last_status = :status, "
    "last_error = :error where id = any(:ids) and state = 'waiting'"
)
_AGAIN = text(
    "update watching.delivery set next_at = :next_at, last_status = :status, last_error = :error "
    "where id = any(:ids) and state = 'waiting'"
)
_STOP = text(
    "update watching.webhook set state = :state, reason = :reason "
    "where watch_id = :watch and state = 'active'"
)
_DROP_WAITING = text(
    "update watching.delivery set state = 'dropped', ended_at = :at, last_error = :reason "
    "where watch_id = :watch and channel = 'webhook' and state = 'waiting'"
)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message on its way to a program. ``told`` None: a test that somebody asked for."""

    delivery_id: int
    watch_id: int
    watch_name: str
    language: Language
    message_id: UUID
    attempts: int
    made_at: datetime
    url: str
    salt: UUID
    told: Told | None


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter with all that waits for a watch."""

    delivery_ids: tuple[int, ...]
    watch_id: int
    watch_name: str
    language: Language
    message_id: UUID
    attempts: int
    made_at: datetime
    address: str
    salt: UUID
    items: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A letter that asks whether somebody wants letters."""

    watch_id: int
    watch_name: str
    language: Language
    address: str
    salt: UUID


def delay_before(attempt: int, chance: float) -> timedelta:
    """Return how long to wait after the attempt of this number (1, 2 …) failed.

    Parameters
    ----------
    chance : drawn from [0, 1); it draws the delay out by up to a fifth.

    Examples
    --------
    >>> [delay_before(attempt, 0).total_seconds() / 60 for attempt in range(1, 8)]
    [1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 1440.0]
    """
    steps = min(attempt - 1, 10)
    factor: int = FACTOR**steps
    return min(FIRST_DELAY * factor, LONGEST_DELAY) * (1 + JITTER * chance)


def claim_parcels(connection: Connection, at: datetime, most: int) -> list[Parcel]:
    """Claim messages that are due, one of each watch, the oldest first; the caller commits."""
    asked = {"at": at, "until": at + CLAIM, "most": most}
    return [
        Parcel(
            delivery_id=row.delivery_id,
            watch_id=row.watch_id,
            watch_name=row.name,
            language=row.language,
            message_id=row.message_id,
            attempts=row.attempts,
            made_at=row.made_at,
            url=row.url,
            salt=row.salt,
            told=None if row.event_id is None else _told(row),
        )
        for row in connection.execute(_HOOKS, asked)
    ]


def claim_letter(connection: Connection, at: datetime, most: int) -> Letter | None:
    """Claim what waits for one watch's letters, None where nothing does; the caller commits."""
    rows = connection.execute(_LETTERS, {"at": at, "until": at + CLAIM, "most": most}).all()
    if not rows:
        return None
    first = rows[0]
    return Letter(
        delivery_ids=tuple(row.delivery_id for row in rows),
        watch_id=first.watch_id,
        watch_name=first.name,
        language=first.language,
        message_id=first.message_id,
        attempts=first.attempts,
        made_at=first.made_at,
        address=first.address,
        salt=first.salt,
        items=tuple(_told(row) for row in rows),
    )


def claim_questions(connection: Connection, at: datetime, most: int) -> list[Question]:
    """Claim letters of confirmation that were asked for; the caller commits."""
    rows = connection.execute(_QUESTIONS, {"at": at, "most": most})
    return [Question(row.watch_id, row.name, row.language, row.address, row.salt) for row in rows]


def ask_again(connection: Connection, watch_id: int) -> None:
    """Have a letter of confirmation sent another time: the last one did not leave."""
    connection.execute(_ASK_AGAIN, {"watch": watch_id})


def delivered(connection: Connection, ids: Sequence[int], at: datetime, status: int | None) -> None:
    """Record that a message arrived."""
    _end(connection, ids, at, "delivered", status, None)


def failed(
    connection: Connection,
    parcel: Parcel | Letter,
    ids: Sequence[int],
    at: datetime,
    status: int | None,
    error: str,
    chance: float,
) -> bool:
    """Record that a message did not arrive; return whether it is given up now.

    It is tried again later and later until three days have passed since it was made.
    """
    said = error[:LONGEST_ERROR]
    if at - parcel.made_at >= GIVEN_UP_AFTER:
        _end(connection, ids, at, "failed", status, said)
        return True
    next_at = at + delay_before(parcel.attempts, chance)
    values = {"ids": list(ids), "next_at": next_at, "status": status, "error": said}
    connection.execute(_AGAIN, values)
    return False


def pause_webhook(connection: Connection, watch_id: int, reason: str) -> None:
    """Send no more to a webhook until its owner takes it up again; what waits goes on waiting."""
    connection.execute(_STOP, {"watch": watch_id, "state": "paused", "reason": reason})


def gone_webhook(connection: Connection, watch_id: int, at: datetime, reason: str) -> None:
    """End a webhook whose other side said that it is gone; what waits is dropped."""
    connection.execute(_STOP, {"watch": watch_id, "state": "ended", "reason": reason})
    connection.execute(_DROP_WAITING, {"watch": watch_id, "at": at, "reason": reason})


def _end(
    connection: Connection,
    ids: Sequence[int],
    at: datetime,
    state: str,
    status: int | None,
    error: str | None,
) -> None:
    values = {"ids": list(ids), "at": at, "state": state, "status": status, "error": error}
    connection.execute(_ENDED, values)


def _told(row: Row[Any]) -> Told:
    return Told(
        id=row.event_id,
        revision=row.revision,
        at=row.at,
        kind=EventKind(row.kind),
        subject=row.subject,
        title_id=row.title_id,
        host_title_id=row.host_title_id,
        names=tuple(row.names),
        facts=row.facts,
        box=tuple(row.box) if row.box else None,
        meets=row.meets,
    )
