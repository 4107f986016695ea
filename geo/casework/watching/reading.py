"""What happened, as it may be read: of a watch, of a private feed, of an area for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import shapely
from sqlalchemy import Connection, Row, text

from geo.casework.watching.areas import WatchedArea
from geo.casework.watching.events import NOT_FOR_ALL, EventKind
from geo.errors import NotFound
from geo.law.values import Language

_OF_WATCH = text("select * from watching.items_for(:watch, :before, :most)")
_OF_FEED = text("select * from published.items_of_feed(:secret, :before, :most)")
_OF_AREA = text(
    "select * from published.events_in(st_geomfromwkb(cast(:area as bytea), 4326), "
    "cast(:title as bigint), cast(:kinds as text[]), cast(:before as bigint), :most)"
)
_STATE = text("select * from published.feed_state()")
_FEED = text("select * from published.watch_of_feed(:secret)")


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it is read. ``names`` has None for a party whose name is withheld.

    ``meets`` says why a watch has it: ``title``, ``inside`` or ``near``. ``box`` is west, south,
    east, north.
    """

    id: int
    revision: int
    at: datetime
    kind: EventKind
    subject: str
    title_id: int | None
    host_title_id: int | None
    names: tuple[str | None, ...]
    facts: Mapping[str, Any]
    box: tuple[float, float, float, float] | None
    meets: str


@dataclass(frozen=True, slots=True)
class FeedState:
    """Up to which revision events are made, since when, and in which namespace ids are made."""

    revision: int
    at: datetime
    since: datetime
    namespace: UUID


@dataclass(frozen=True, slots=True)
class PrivateFeed:
    """The watch behind a secret address."""

    watch_id: int
    name: str
    language: Language
    active: bool
    created_at: datetime
    changed_at: datetime


def items_of_watch(
    connection: Connection, watch_id: int, before: int | None, most: int
) -> list[Told]:
    """Return items of a watch of the account that acts, the newest first.

    Parameters
    ----------
    before : only those before this event's number; None: from the newest on.
    """
    asked = {"watch": watch_id, "before": before, "most": most}
    return _told(connection.execute(_OF_WATCH, asked))


def private_feed(connection: Connection, secret: bytes) -> PrivateFeed:
    """Return the watch that a secret opens.

    Raises
    ------
    NotFound : it opens none, or none any more.
    """
    row = connection.execute(_FEED, {"secret": secret}).one_or_none()
    if row is None:
        raise NotFound("this address opens no feed, or none any more.")
    return PrivateFeed(*row)


def items_of_feed(
    connection: Connection, secret: bytes, before: int | None, most: int
) -> list[Told]:
    """Return the items behind a secret, the newest first."""
    asked = {"secret": secret, "before": before, "most": most}
    return _told(connection.execute(_OF_FEED, asked))


def public_events(
    connection: Connection,
    area: WatchedArea | None,
    kinds: Sequence[EventKind],
    before: int | None,
    most: int,
) -> list[Told]:
    """Return what everybody may read of an area, or of the whole country; the newest first.

    Parameters
    ----------
    kinds : empty: all that a public feed tells of.
    """
    wanted = [kind.value for kind in (kinds or EventKind) if kind not in NOT_FOR_ALL]
    outline = area.geometry if area else None
    asked = {
        "area": None if outline is None else shapely.to_wkb(outline),
        "title": area.title_id if area else None,
        "kinds": wanted,
        "before": before,
        "most": most,
    }
    return _told(connection.execute(_OF_AREA, asked))


def feed_state(connection: Connection) -> FeedState:
    """Return up to where events are made."""
    return FeedState(*connection.execute(_STATE).one())


def _told(rows: Iterable[Row[Any]]) -> list[Told]:
    return [
        Told(
            id=row.id,
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
        for row in rows
    ]
