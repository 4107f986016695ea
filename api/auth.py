"""Accounts and sessions: who is asking, and under which role the database answers.

A session is a random token in a cookie; the database holds its SHA-256 and the day it ends, so
that a stolen table opens nothing and signing out ends it everywhere. Passwords are hashed with
argon2id by ``argon2-cffi`` with its own parameters.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine, Row, text

from api.clock import now
from api.problems import IdentityRefused, SignInFailed
from geo.errors import NotFound
from geo.register.accounts import Mandate, create_account, set_password
from geo.register.connection import ADMIN, SIGN_IN, UnitOfWork
from geo.register.people import DATABASE_ROLE, OF_THE_CADASTRE, ROLE_OF, Actor, Role

__all__ = [
    "ANYBODY",
    "Role",
    "Viewer",
    "account_opens",
    "change_password",
    "end_sessions",
    "keep_account",
    "open_session",
    "sign_in",
    "sign_in_identified",
    "sign_out",
    "viewer_of",
]

SESSION_LENGTH = timedelta(hours=12)
NOBODY = "public"
"""The actor's name of whoever did not sign in; no account may have it."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking. Somebody who did not sign in is the public.

    ``parties`` are the holders that a company account acts for, ``signs_for`` those that it also
    signs for; ``by_token`` says that a program asks and not a person at a browser.
    """

    role: Role
    login: str | None = None
    name: str | None = None
    account_id: int | None = None
    parties: frozenset[int] = frozenset()
    signs_for: frozenset[int] = frozenset()
    authority: str | None = None
    province: str | None = None
    by_token: bool = False

    @property
    def database_role(self) -> str:
        """The application role under which the database answers."""
        return DATABASE_ROLE[self.role]

    @property
    def of_the_cadastre(self) -> bool:
        """Whether what is the cadastre's alone may be shown."""
        return self.role in OF_THE_CADASTRE

    @property
    def actor(self) -> Actor:
        """The viewer as the casework knows it."""
        return Actor(
            login=self.login or NOBODY,
            role=self.role,
            account_id=self.account_id,
            parties=self.parties,
            authority=self.authority,
            province=self.province,
            signs_for=self.signs_for,
        )


ANYBODY = Viewer(Role.PUBLIC)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _unused_hash() -> str:
    """A hash that no password opens: an unknown account costs the same time as a known one."""
    return _hasher().hash(secrets.token_urlsafe())


def _opens(password_hash: str, password: str) -> bool:
    try:
        return _hasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def hashed(password: str) -> str:
    """Return the argon2id hash of a password."""
    return _hasher().hash(password)


def digest(token: str) -> bytes:
    """Return what the database keeps of a token: its SHA-256."""
    return hashlib.sha256(token.encode()).digest()


ACCOUNT_COLUMNS = """
  a.id, a.login, a.display_name, a.role, a.authority, a.province,
  array(select p.party_id from register.account_party p where p.account_id = a.id) as parties,
  array(select p.party_id from register.account_party p
        where p.account_id = a.id and p.may_sign) as signs_for
"""
"""What is read of the account ``a`` that somebody shows to be theirs."""

_ACCOUNT_BY_LOGIN = text(
    f"select {ACCOUNT_COLUMNS}, a.password_hash, a.active from register.account a "  # noqa: S608 - columns
    "where a.login = :login"
)
_ACCOUNT_BY_SESSION = text(
    f"select {ACCOUNT_COLUMNS} from register.session s "  # noqa: S608 - columns
    "join register.account a on a.id = s.account_id and a.active "
    "where s.token_hash = :token_hash and s.expires_at > :now"
)
# The linked account goes first; an account that is linked to somebody else is never opened by name.
_ACCOUNT_BY_IDENTITY = text(
    f"select {ACCOUNT_COLUMNS} from register.account a "  # noqa: S608 - columns
    "where a.active and ((a.oidc_issuer = :issuer and a.oidc_subject = :subject) "
    "or (a.login = cast(:login as text) and a.oidc_subject is null)) "
    "order by a.oidc_subject is null limit 1"
)
_OPEN_SESSION = text(
    "insert into register.session (token_hash, account_id, expires_at) "
    "values (:token_hash, :account_id, :expires_at)"
)
_CLOSE_SESSION = text("delete from register.session where token_hash = :token_hash")
_CLOSE_SESSIONS_OF = text(
    "delete from register.session using register.account a "
    "where a.id = session.account_id and a.login = :login"
)
_REVOKE_TOKENS_OF = text(
    "update register.token set revoked_at = :now from register.account a "
    "where a.id = token.account_id and a.login = :login and token.revoked_at is null"
)
_CLOSE_EXPIRED = text("delete from register.session where expires_at <= :now")


def viewer_from(row: Row[Any]) -> Viewer:
    """Return the viewer of an account, read by ``ACCOUNT_COLUMNS``."""
    return Viewer(
        role=ROLE_OF[row.role],
        login=row.login,
        name=row.display_name,
        account_id=row.id,
        parties=frozenset(row.parties),
        signs_for=frozenset(row.signs_for),
        authority=row.authority,
        province=row.province,
    )


def sign_in(engine: Engine, login: str, password: str) -> tuple[Viewer, str]:
    """Check name and password and open a session; return who it is and the session's token.

    Raises: SignInFailed, the same whether the account is unknown, closed or the password wrong.
    """
    account = _account(engine, login)
    opens = _opens(account.password_hash if account else _unused_hash(), password)
    if account is None or not account.active or not opens:
        raise SignInFailed("Name or password is wrong.")
    return viewer_from(account), open_session(engine, account.id)


def sign_in_identified(
    engine: Engine, issuer: str, subject: str, login: str | None
) -> tuple[Viewer, str]:
    """Open a session for whom the identity provider named; return who it is and its token.

    Parameters
    ----------
    login : of the account that may be opened though no subject is linked to it; None for none.

    Raises: IdentityRefused where no open account is theirs. None is made.
    """
    asked = {"issuer": issuer, "subject": subject, "login": login}
    with UnitOfWork(engine, SIGN_IN, actor="sign-in") as unit:
        account = unit.connection.execute(_ACCOUNT_BY_IDENTITY, asked).first()
    if account is None:
        raise IdentityRefused("There is no account here for this identity. Ask an administrator.")
    return viewer_from(account), open_session(engine, account.id)


def account_opens(engine: Engine, login: str, password: str) -> bool:
    """Does this password open the account? No session is opened."""
    account = _account(engine, login)
    return account is not None and account.active and _opens(account.password_hash, password)


def _account(engine: Engine, login: str) -> Row[Any] | None:
    with UnitOfWork(engine, SIGN_IN, actor="sign-in") as unit:
        return unit.connection.execute(_ACCOUNT_BY_LOGIN, {"login": login}).one_or_none()


def open_session(engine: Engine, account_id: int) -> str:
    """Open a session of an account whose owner was recognised; return its token."""
    token = secrets.token_urlsafe(32)
    with UnitOfWork(engine, SIGN_IN, actor="sign-in") as unit:
        _record_session(unit.connection, account_id, token)
        unit.commit()
    return token


def _record_session(connection: Connection, account_id: int, token: str) -> None:
    connection.execute(_CLOSE_EXPIRED, {"now": now()})
    row = {
        "token_hash": digest(token),
        "account_id": account_id,
        "expires_at": now() + SESSION_LENGTH,
    }
    connection.execute(_OPEN_SESSION, row)


def viewer_of(engine: Engine, token: str | None) -> Viewer:
    """Return who holds the session; the public for no session, an ended or a closed one."""
    if not token:
        return ANYBODY
    with UnitOfWork(engine, SIGN_IN, actor="session") as unit:
        asked = {"token_hash": digest(token), "now": now()}
        account = unit.connection.execute(_ACCOUNT_BY_SESSION, asked).one_or_none()
    return ANYBODY if account is None else viewer_from(account)


def sign_out(engine: Engine, token: str) -> None:
    """End the session."""
    with UnitOfWork(engine, SIGN_IN, actor="sign-out") as unit:
        unit.connection.execute(_CLOSE_SESSION, {"token_hash": digest(token)})
        unit.commit()


def change_password(engine: Engine, login: str, password: str, *, actor: str) -> None:
    """Give an account a new password; its sessions end and its tokens are revoked.

    Raises
    ------
    NotFound : there is no such account.
    """
    with UnitOfWork(engine, ADMIN, actor=actor, reason=f"new password of {login}") as unit:
        set_password(unit, login, hashed(password))
        unit.commit()
    end_sessions(engine, login, actor=actor)


def end_sessions(engine: Engine, login: str, *, actor: str) -> None:
    """End every session and token of an account, whoever holds them."""
    with UnitOfWork(engine, SIGN_IN, actor=actor) as unit:
        unit.connection.execute(_CLOSE_SESSIONS_OF, {"login": login})
        unit.connection.execute(_REVOKE_TOKENS_OF, {"login": login, "now": now()})
        unit.commit()


def keep_account(
    engine: Engine,
    login: str,
    name: str,
    role: Role,
    password: str,
    *,
    mandates: Iterable[Mandate] = (),
    authority: str | None = None,
    province: str | None = None,
) -> None:
    """Make an account, or give an existing one this password."""
    try:
        change_password(engine, login, password, actor="mabele")
    except NotFound:
        with UnitOfWork(engine, ADMIN, actor="mabele", reason=f"account {login}") as unit:
            create_account(
                unit,
                login,
                name,
                DATABASE_ROLE[role],
                hashed(password),
                mandates=mandates,
                authority=authority,
                province=province,
            )
            unit.commit()
