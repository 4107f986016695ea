"""Watches of an account: made, read, changed, ended and taken up again. Under the owner's role.

Ending a watch keeps it, so that taking it up again undoes it; what happens meanwhile makes no item.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import shapely
from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import IntegrityError

from geo.casework.watching.areas import AreaKind, WatchedArea
from geo.casework.watching.events import EventKind
from geo.errors import NotFound, WatchRefused
from geo.law.values import Language
from geo.perimeter import Perimeter
from geo.register.connection import driver_error

MOST_WATCHES = 50
"""Active ones of one account; the database counts them."""

_COLUMNS = (
    "w.id, w.name, w.area, w.title_id, w.province, w.runs, w.kinds, w.language, w.active, "
    "w.created_at, w.changed_at, w.feed_hash is not null as has_feed, "
    "case when w.geom is not null then array[st_xmin(w.geom), st_ymin(w.geom), st_xmax(w.geom), "
    "st_ymax(w.geom)] end as box, h.url, h.state as webhook_state, h.reason as webhook_reason, "
    "m.address, m.confirmed_at, m.sent_at"
)
_FROM = (
    "from watching.watch w left join watching.webhook h on h.watch_id = w.id "
    "left join watching.mail m on m.watch_id = w.id "
)
_LIST = text(f"select {_COLUMNS} {_FROM} order by w.id desc")
_ONE = text(f"select {_COLUMNS} {_FROM} where w.id = :id")
_KEEP = text(
    "insert into watching.watch (name, title_id, area, province, runs, geom, kinds, language, "
    "created_at, changed_at, feed_hash) values (:name, :title_id, :area, :province, "
    "cast(:runs as int[]), st_geomfromwkb(:geom, 4326), :kinds, :language, :at, :at, :feed_hash) "
    "returning id"
)
_CHANGE = text(
    "update watching.watch set name = coalesce(:name, name), kinds = coalesce(:kinds, kinds), "
    "language = coalesce(:language, language), active = coalesce(:active, active), "
    "changed_at = :at where id = :id"
)
_FEED = text("update watching.watch set feed_hash = :feed_hash, changed_at = :at where id = :id")
_GEOMETRY = text("select st_asbinary(geom) from watching.watch where id = :id")
_TITLE = text("select exists (select from published.title where id = :id)")


@dataclass(frozen=True, slots=True)
class WebhookView:
    """Where a program is told. ``reason`` says why nothing is sent, where nothing is."""

    url: str
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class MailView:
    """Where letters go; nothing but the question is sent before ``confirmed_at``."""

    address: str
    sent_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class WatchView:
    """A watch as its owner reads it. ``box`` is west, south, east, north; None for a title's."""

    id: int
    name: str
    area: AreaKind
    title_id: int | None
    province: str | None
    cells: Perimeter | None
    box: tuple[float, float, float, float] | None
    kinds: tuple[EventKind, ...]
    language: Language
    active: bool
    created_at: datetime
    changed_at: datetime
    has_feed: bool
    webhook: WebhookView | None
    mail: MailView | None


@dataclass(frozen=True, slots=True)
class WatchOrder:
    """What somebody wants to watch. ``kinds`` empty: everything that may happen."""

    name: str
    area: WatchedArea
    kinds: Sequence[EventKind]
    language: Language


def keep_watch(connection: Connection, order: WatchOrder, at: datetime, feed_hash: bytes) -> int:
    """Keep a watch of the account that acts and return its number.

    Parameters
    ----------
    feed_hash : SHA-256 of the secret in the address of its feed.

    Raises
    ------
    NotFound : there is no such title. WatchRefused : the account has too many watches.
    """
    area = order.area
    if area.title_id is not None and not connection.scalar(_TITLE, {"id": area.title_id}):
        raise NotFound(f"there is no title {area.title_id}.")
    values = {
        "name": order.name.strip(),
        "title_id": area.title_id,
        "area": area.kind.value,
        "province": area.province,
        "runs": area.cells.to_lists() if area.cells else None,
        "geom": None if area.geometry is None else shapely.to_wkb(area.geometry),
        "kinds": [kind.value for kind in order.kinds or EventKind],
        "language": order.language,
        "at": at,
        "feed_hash": feed_hash,
    }
    return int(_counted(connection, _KEEP, values).scalar_one())


def watches_of(connection: Connection) -> list[WatchView]:
    """Return all watches of the account that acts, the newest first, ended ones too."""
    return [_view(row) for row in connection.execute(_LIST)]


def watch_of(connection: Connection, watch_id: int) -> WatchView:
    """Return a watch of the account that acts.

    Raises
    ------
    NotFound : the account has none of that number.
    """
    row = connection.execute(_ONE, {"id": watch_id}).one_or_none()
    if row is None:
        raise NotFound(f"your account has no watch {watch_id}.")
    return _view(row)


def change_watch(
    connection: Connection,
    watch_id: int,
    at: datetime,
    *,
    name: str | None = None,
    kinds: Sequence[EventKind] | None = None,
    language: Language | None = None,
    active: bool | None = None,
) -> None:
    """Change what is given; ``active`` False ends the watch, True takes it up again.

    Raises
    ------
    NotFound : the account has none of that number. WatchRefused : it has too many active ones.
    """
    values = {
        "id": watch_id,
        "at": at,
        "name": name.strip() if name else None,
        "kinds": [kind.value for kind in kinds] if kinds else None,
        "language": language,
        "active": active,
    }
    if not _counted(connection, _CHANGE, values).rowcount:
        raise NotFound(f"your account has no watch {watch_id}.")


def set_feed(connection: Connection, watch_id: int, feed_hash: bytes | None, at: datetime) -> None:
    """Let another secret open the feed, or none; the former one opens nothing from now on.

    Raises
    ------
    NotFound : the account has none of that number.
    """
    values = {"id": watch_id, "feed_hash": feed_hash, "at": at}
    if not connection.execute(_FEED, values).rowcount:
        raise NotFound(f"your account has no watch {watch_id}.")


def ground_of_watch(connection: Connection, watch_id: int) -> shapely.MultiPolygon | None:
    """Return the ground that a watch keeps (EPSG:4326), None for a title's."""
    kept = connection.scalar(_GEOMETRY, {"id": watch_id})
    return None if kept is None else shapely.from_wkb(bytes(kept))


def _counted(connection: Connection, statement: Any, values: dict[str, Any]) -> Any:
    try:
        return connection.execute(statement, values)
    except IntegrityError as error:
        cause = driver_error(error)
        if getattr(getattr(cause, "diag", None), "constraint_name", None) != "watch_number":
            raise
        raise WatchRefused(
            f"this account has {MOST_WATCHES} watches. End one first.",
            f"ce compte a déjà {MOST_WATCHES} veilles. Arrêtez-en une d’abord.",
        ) from error


def _view(row: Row[Any]) -> WatchView:
    return WatchView(
        id=row.id,
        name=row.name,
        area=AreaKind(row.area),
        title_id=row.title_id,
        province=row.province,
        cells=Perimeter.from_runs(row.runs) if row.runs else None,
        box=tuple(row.box) if row.box else None,
        kinds=tuple(EventKind(kind) for kind in row.kinds),
        language=row.language,
        active=row.active,
        created_at=row.created_at,
        changed_at=row.changed_at,
        has_feed=row.has_feed,
        webhook=WebhookView(row.url, row.webhook_state, row.webhook_reason) if row.url else None,
        mail=MailView(row.address, row.sent_at, row.confirmed_at) if row.address else None,
    )
