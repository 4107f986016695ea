"""Tokens of programs: shown once, kept as a SHA-256, good for at most 90 days.

A program has the role of the account that made its token. An administrator's program has an
officer's, unless the administrator asked for the whole.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine, text

from api.auth import ACCOUNT_COLUMNS, Viewer, digest, viewer_from
from api.clock import legal_day, now
from geo.errors import InputError, NotFound, RegisterError
from geo.register.connection import SIGN_IN, UnitOfWork
from geo.register.people import Role

PREFIX = "mbl_"
"""By which a program that searches for leaked secrets knows one of ours."""
LONGEST_DAYS = 90
MOST_TOKENS = 20
"""Of one account, at one time."""


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as it is listed; the token itself is not kept."""

    id: int
    name: str
    administers: bool
    made_at: datetime
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None


_LISTED = "id, name, administers, made_at, expires_at, last_used_on, revoked_at"
_BY_TOKEN = text(
    f"select {ACCOUNT_COLUMNS}, t.id as token_id, t.administers, t.last_used_on "  # noqa: S608 - columns
    "from register.token t join register.account a on a.id = t.account_id and a.active "
    "where t.token_hash = :token_hash and t.expires_at > :now and t.revoked_at is null"
)
_USED = text(
    "update register.token set last_used_on = :day "
    "where id = :id and (last_used_on is null or last_used_on < :day)"
)
_OF_ACCOUNT = text(
    f"select {_LISTED} from register.token "  # noqa: S608 - columns
    "where account_id = :account order by id desc"
)
_GOOD = text(
    "select count(*) from register.token "
    "where account_id = :account and expires_at > :now and revoked_at is null"
)
_MADE = text(
    "insert into register.token (account_id, name, token_hash, administers, made_at, expires_at) "  # noqa: S608 - columns
    "values (:account, :name, :token_hash, :administers, :made_at, :expires_at) "
    f"returning {_LISTED}"
)
_REVOKED = text(
    "update register.token set revoked_at = coalesce(revoked_at, :now) "
    "where id = :id and account_id = :account"
)


def make_token(
    engine: Engine, viewer: Viewer, name: str, days: int, *, administers: bool = False
) -> tuple[TokenRow, str]:
    """Make a token of the viewer's account; return its row and the token, which nobody keeps.

    Parameters
    ----------
    days : how long it is good, 1 to 90.
    administers : give the program an administrator's rights too.

    Raises
    ------
    InputError : too many days, or rights that the account does not have.
    RegisterError : the account has too many tokens already.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(f"a token is good for 1 to {LONGEST_DAYS} days, not {days}")
    if administers and viewer.role is not Role.ADMINISTRATOR:
        raise InputError("only an administrator's token may administer. Leave the scope out.")
    token = PREFIX + secrets.token_urlsafe(32)
    made_at = now()
    values = {
        "account": viewer.account_id,
        "name": name,
        "token_hash": digest(token),
        "administers": administers,
        "made_at": made_at,
        "expires_at": made_at + timedelta(days=days),
    }
    with UnitOfWork(engine, SIGN_IN, actor=viewer.actor.login) as unit:
        _refuse_too_many(unit.connection, viewer)
        row = unit.connection.execute(_MADE, values).one()
        unit.commit()
    return TokenRow(*row), token


def _refuse_too_many(connection: Connection, viewer: Viewer) -> None:
    asked = {"account": viewer.account_id, "now": now()}
    if connection.execute(_GOOD, asked).scalar_one() >= MOST_TOKENS:
        raise RegisterError(f"this account has {MOST_TOKENS} tokens. Revoke one first.")


def viewer_of_token(engine: Engine, token: str) -> Viewer | None:
    """Return whose program asks; None for a token that is unknown, expired, revoked or closed."""
    today = legal_day(now())
    with UnitOfWork(engine, SIGN_IN, actor="token") as unit:
        asked = {"token_hash": digest(token), "now": now()}
        row = unit.connection.execute(_BY_TOKEN, asked).one_or_none()
        if row is None:
            return None
        if row.last_used_on != today:
            unit.connection.execute(_USED, {"id": row.token_id, "day": today})
            unit.commit()
    viewer = replace(viewer_from(row), by_token=True)
    if viewer.role is Role.ADMINISTRATOR and not row.administers:
        return replace(viewer, role=Role.OFFICER)
    return viewer


def tokens_of(engine: Engine, viewer: Viewer) -> list[TokenRow]:
    """Return all tokens of the viewer's account, the newest first, ended ones too."""
    with UnitOfWork(engine, SIGN_IN, actor=viewer.actor.login) as unit:
        rows = unit.connection.execute(_OF_ACCOUNT, {"account": viewer.account_id}).all()
    return [TokenRow(*row) for row in rows]


def revoke_token(engine: Engine, viewer: Viewer, token_id: int) -> None:
    """Revoke a token of the viewer's account, at once and for good.

    Raises
    ------
    NotFound : the account has no such token.
    """
    values = {"id": token_id, "account": viewer.account_id, "now": now()}
    with UnitOfWork(engine, SIGN_IN, actor=viewer.actor.login) as unit:
        if not unit.connection.execute(_REVOKED, values).rowcount:
            raise NotFound(f"your account has no token {token_id}")
        unit.commit()
