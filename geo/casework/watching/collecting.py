"""Events after the cursor, each made once, and an item for every watch that one meets.

One transaction locks the cursor, reads what was recorded since, and moves it. Revisions follow the
order of commits (the register's lock), so that nothing can be committed later under a number that
the cursor has passed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import shapely
from sqlalchemy import Connection, text

from geo.casework.watching.activity_events import activity_events, alert_events
from geo.casework.watching.casework_events import casework_events
from geo.casework.watching.events import NewEvent
from geo.casework.watching.matching import match_watches
from geo.casework.watching.register_events import register_events
from geo.register.connection import UnitOfWork

SOURCES: tuple[Callable[[Connection, int, int], list[NewEvent]], ...] = (
    register_events,
    casework_events,
    activity_events,
    alert_events,
)
MOST_REVISIONS = 200
"""Of one transaction; more follow in the next one."""

_CURSOR = text("select revision from watching.cursor for update")
_LAST = text("select max(id) from register.revision where id > :after and id <= :after + :most")
_MOVE = text(
    "update watching.cursor set revision = :upto, "
    "at = (select r.at from register.revision r where r.id = :upto)"
)
_RECORD = text(
    "insert into watching.event (revision, at, kind, subject, title_id, host_title_id, party_ids, "
    "facts, runs, geom, reach_m, roles, parties) "
    "select :revision, r.at, :kind, :subject, :title_id, :host_title_id, "
    "cast(:party_ids as bigint[]), cast(:facts as jsonb), cast(:runs as int[]), "
    "st_geomfromwkb(:geom, 4326), :reach_m, cast(:roles as text[]), cast(:parties as bigint[]) "
    "from register.revision r where r.id = :revision "
    "on conflict (revision, kind, subject) do nothing returning id"
)


@dataclass(frozen=True, slots=True)
class Collected:
    """What one call did. ``more``: there are further revisions to read."""

    events: int
    items: int
    more: bool


def collect(unit: UnitOfWork, at: datetime) -> Collected:
    """Make events and items from what was recorded since the last call; the caller commits.

    Parameters
    ----------
    at : the instant, from which deliveries are due.
    """
    connection = unit.connection
    after = int(connection.scalar(_CURSOR))
    upto = connection.scalar(_LAST, {"after": after, "most": MOST_REVISIONS})
    if upto is None:
        return Collected(0, 0, more=False)
    found = [event for source in SOURCES for event in source(connection, after, upto)]
    found.sort(key=lambda event: event.revision)
    made = [_record(connection, event) for event in found]
    items = match_watches(connection, [one for one in made if one is not None], at)
    connection.execute(_MOVE, {"upto": upto})
    return Collected(len(made), items, more=upto == after + MOST_REVISIONS)


def _record(connection: Connection, event: NewEvent) -> int | None:
    ground = event.ground
    values = {
        "revision": event.revision,
        "kind": event.kind.value,
        "subject": event.subject,
        "title_id": event.title_id,
        "host_title_id": event.host_title_id,
        "party_ids": list(event.party_ids),
        "facts": json.dumps(dict(event.facts), ensure_ascii=False),
        "runs": event.cells.to_lists() if event.cells else None,
        "geom": None if ground is None else shapely.to_wkb(ground),
        "reach_m": event.reach_m,
        "roles": None if event.roles is None else list(event.roles),
        "parties": None if event.parties is None else list(event.parties),
    }
    made: int | None = connection.scalar(_RECORD, values)
    return made
