"""How a watch tells: a webhook, or letters to an address that its reader confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from sqlalchemy.exc import IntegrityError

from geo.errors import NotFound, WatchRefused
from geo.register.connection import driver_error

MOST_LETTERS_A_DAY = 10
"""Letters of confirmation that one account may have sent; the database counts them."""

_WEBHOOK = text(
    "insert into watching.webhook (watch_id, url, salt) values (:watch, :url, :salt) "
    "on conflict (watch_id) do update set url = excluded.url, salt = excluded.salt, "
    "state = 'active', reason = null"
)
_SALT = text("update watching.webhook set salt = :salt where watch_id = :watch")
_RESUME = text(
    "update watching.webhook set state = 'active', reason = null "
    "where watch_id = :watch and state = 'paused'"
)
_DUE_NOW = text(
    "update watching.delivery set next_at = :at "
    "where watch_id = :watch and channel = 'webhook' and state = 'waiting'"
)
_UNHOOK = text("delete from watching.webhook where watch_id = :watch")
_DROP = text(
    "update watching.delivery set state = 'dropped', ended_at = :at, last_error = :why "
    "where watch_id = :watch and channel = :channel and state = 'waiting'"
)
_TEST = text(
    "insert into watching.delivery (watch_id, channel, made_at, next_at) "
    "select h.watch_id, 'webhook', :at, :at from watching.webhook h "
    "where h.watch_id = :watch and h.state = 'active' and not exists ("
    "select from watching.delivery d where d.watch_id = h.watch_id and d.item_id is null "
    "and d.state = 'waiting') returning id"
)
_ADDRESS = text(
    "insert into watching.mail (watch_id, address, salt, confirm_hash, leave_hash, asked_at) "
    "values (:watch, :address, :salt, :confirm_hash, :leave_hash, :at)"
)
_NO_ADDRESS = text("delete from watching.mail where watch_id = :watch")
_DELIVERIES = text(
    "select d.id, d.channel, d.message_id, d.item_id is null as test, d.state, d.attempts, "
    "d.made_at, d.next_at, d.ended_at, d.last_status, d.last_error from watching.delivery d "
    "where d.watch_id = :watch order by d.id desc limit :limit"
)


@dataclass(frozen=True, slots=True)
class MailSecrets:
    """What opens the links in letters: the salt, and the SHA-256 of each secret made from it."""

    salt: UUID
    confirm_hash: bytes
    leave_hash: bytes


def set_webhook(connection: Connection, watch_id: int, url: str, salt: UUID) -> None:
    """Have a program told at ``url``; its signing secret follows from the salt."""
    connection.execute(_WEBHOOK, {"watch": watch_id, "url": url, "salt": salt})


def rotate_webhook(connection: Connection, watch_id: int, salt: UUID) -> None:
    """Sign by another secret from now on.

    Raises
    ------
    NotFound : the watch has no webhook.
    """
    if not connection.execute(_SALT, {"watch": watch_id, "salt": salt}).rowcount:
        raise NotFound(f"watch {watch_id} has no webhook.")


def resume_webhook(connection: Connection, watch_id: int, at: datetime) -> None:
    """Send again what waits since the webhook was paused.

    Raises
    ------
    NotFound : the watch has no webhook that is paused.
    """
    if not connection.execute(_RESUME, {"watch": watch_id}).rowcount:
        raise NotFound(f"watch {watch_id} has no webhook that is paused.")
    connection.execute(_DUE_NOW, {"watch": watch_id, "at": at})


def end_webhook(connection: Connection, watch_id: int, at: datetime) -> None:
    """Tell the program no more; what waits is dropped and stays in the feed."""
    connection.execute(_UNHOOK, {"watch": watch_id})
    _drop(connection, watch_id, "webhook", at, "the webhook was removed")


def ask_test(connection: Connection, watch_id: int, at: datetime) -> int | None:
    """Ask for a message that tests the webhook; None where one is on its way already.

    Raises
    ------
    NotFound : the watch has no active webhook.
    """
    made: int | None = connection.scalar(_TEST, {"watch": watch_id, "at": at})
    if made is None and not connection.scalar(
        text("select state = 'active' from watching.webhook where watch_id = :watch"),
        {"watch": watch_id},
    ):
        raise NotFound(f"watch {watch_id} has no webhook that is active.")
    return made


def ask_by_mail(
    connection: Connection, watch_id: int, address: str, secrets: MailSecrets, at: datetime
) -> None:
    """Have the reader of an address asked whether they want letters; replaces a former address.

    Raises
    ------
    WatchRefused : the account asked too often today.
    """
    end_mail(connection, watch_id, at)
    values = {
        "watch": watch_id,
        "address": address,
        "salt": secrets.salt,
        "confirm_hash": secrets.confirm_hash,
        "leave_hash": secrets.leave_hash,
        "at": at,
    }
    try:
        connection.execute(_ADDRESS, values)
    except IntegrityError as error:
        cause = driver_error(error)
        if getattr(getattr(cause, "diag", None), "constraint_name", None) != "mail_number":
            raise
        raise WatchRefused(
            f"this account asked for {MOST_LETTERS_A_DAY} confirmations today. Try tomorrow.",
            f"ce compte a demandé {MOST_LETTERS_A_DAY} confirmations aujourd’hui. "
            "Réessayez demain.",
        ) from error


def end_mail(connection: Connection, watch_id: int, at: datetime) -> None:
    """Forget the address; nothing more is sent there."""
    connection.execute(_NO_ADDRESS, {"watch": watch_id})
    _drop(connection, watch_id, "mail", at, "the address was removed")


def deliveries_of(connection: Connection, watch_id: int, limit: int) -> list[Row[Any]]:
    """Return the newest deliveries of a watch of the account that acts."""
    asked = {"watch": watch_id, "limit": limit}
    return list(connection.execute(_DELIVERIES, asked))


def _drop(connection: Connection, watch_id: int, channel: str, at: datetime, why: str) -> None:
    connection.execute(_DROP, {"watch": watch_id, "channel": channel, "at": at, "why": why})
