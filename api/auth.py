"""Accounts and sessions: who is asking, and under which role the database answers.

A session is a random token in a cookie; the database holds its SHA-256 and the day it ends, so
that a stolen table opens nothing and signing out ends it everywhere. Passwords are hashed with
argon2id by ``argon2-cffi`` with its own parameters.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, Engine, text

from api.clock import now
from api.private import write_private
from api.problems import SignInFailed
from api.settings import Settings
from geo.errors import NotFound
from geo.register.accounts import create_account, set_password
from geo.register.connection import ADMIN, CADASTRE, PUBLIC, SIGN_IN, UnitOfWork, engine_for

SESSION_LENGTH = timedelta(hours=12)


class Role(StrEnum):
    """What a person may be in this register."""

    PUBLIC = "public"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


DATABASE_ROLE = {Role.PUBLIC: PUBLIC, Role.OFFICER: CADASTRE, Role.ADMINISTRATOR: ADMIN}
ROLE_OF = {role: name for name, role in DATABASE_ROLE.items()}
CADASTRE_ROLES = frozenset({Role.OFFICER, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking. Somebody who did not sign in is the public."""

    role: Role
    login: str | None = None
    name: str | None = None

    @property
    def database_role(self) -> str:
        """The application role under which the database answers."""
        return DATABASE_ROLE[self.role]

    @property
    def of_the_cadastre(self) -> bool:
        """Whether what is the cadastre's alone may be shown."""
        return self.role in CADASTRE_ROLES


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


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


_ACCOUNT_BY_LOGIN = text(
    "select id, login, display_name, role, password_hash, active from register.account "
    "where login = :login"
)
_ACCOUNT_BY_SESSION = text(
    "select a.login, a.display_name, a.role from register.session s "
    "join register.account a on a.id = s.account_id and a.active "
    "where s.token_hash = :token_hash and s.expires_at > :now"
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
_CLOSE_EXPIRED = text("delete from register.session where expires_at <= :now")


def sign_in(engine: Engine, login: str, password: str) -> tuple[Viewer, str]:
    """Check name and password and open a session; return who it is and the session's token.

    Raises: SignInFailed, the same whether the account is unknown, closed or the password wrong.
    """
    with UnitOfWork(engine, SIGN_IN, actor="sign-in") as unit:
        account = unit.connection.execute(_ACCOUNT_BY_LOGIN, {"login": login}).one_or_none()
    opens = _opens(account.password_hash if account else _unused_hash(), password)
    if account is None or not account.active or not opens:
        raise SignInFailed("Name or password is wrong.")
    token = secrets.token_urlsafe(32)
    with UnitOfWork(engine, SIGN_IN, actor="sign-in") as unit:
        _open_session(unit.connection, account.id, token)
        unit.commit()
    return Viewer(ROLE_OF[account.role], account.login, account.display_name), token


def _open_session(connection: Connection, account_id: int, token: str) -> None:
    connection.execute(_CLOSE_EXPIRED, {"now": now()})
    row = {
        "token_hash": _digest(token),
        "account_id": account_id,
        "expires_at": now() + SESSION_LENGTH,
    }
    connection.execute(_OPEN_SESSION, row)


def viewer_of(engine: Engine, token: str | None) -> Viewer:
    """Return who holds the session; the public for no session, an ended or a closed one."""
    if not token:
        return ANYBODY
    with UnitOfWork(engine, SIGN_IN, actor="session") as unit:
        asked = {"token_hash": _digest(token), "now": now()}
        account = unit.connection.execute(_ACCOUNT_BY_SESSION, asked).one_or_none()
    if account is None:
        return ANYBODY
    return Viewer(ROLE_OF[account.role], account.login, account.display_name)


def sign_out(engine: Engine, token: str) -> None:
    """End the session."""
    with UnitOfWork(engine, SIGN_IN, actor="sign-out") as unit:
        unit.connection.execute(_CLOSE_SESSION, {"token_hash": _digest(token)})
        unit.commit()


def change_password(engine: Engine, login: str, password: str, *, actor: str) -> None:
    """Give an account a new password and end its sessions.

    Raises
    ------
    NotFound : there is no such account.
    """
    with UnitOfWork(engine, ADMIN, actor=actor, reason=f"new password of {login}") as unit:
        set_password(unit, login, hashed(password))
        unit.commit()
    end_sessions(engine, login, actor=actor)


def end_sessions(engine: Engine, login: str, *, actor: str) -> None:
    """End every session of an account, whoever holds its cookie."""
    with UnitOfWork(engine, SIGN_IN, actor=actor) as unit:
        unit.connection.execute(_CLOSE_SESSIONS_OF, {"login": login})
        unit.commit()


def keep_account(engine: Engine, login: str, name: str, role: Role, password: str) -> None:
    """Make an account, or give an existing one this password."""
    try:
        change_password(engine, login, password, actor="mabele")
    except NotFound:
        with UnitOfWork(engine, ADMIN, actor="mabele", reason=f"account {login}") as unit:
            create_account(unit, login, name, DATABASE_ROLE[role], hashed(password))
            unit.commit()


DEMO_ACCOUNTS = (
    ("agent", "Agent du cadastre (démonstration)", Role.OFFICER),
    ("admin", "Administrateur (démonstration)", Role.ADMINISTRATOR),
)
DEMO_FILE = "demo_accounts.json"


def seed_demo_accounts(settings: Settings) -> list[tuple[str, str, str]]:
    """Make the accounts of the demonstration; return name, password and role of each, to print.

    Call it for a demonstration register only. Passwords are drawn at random, once: a file that
    only its owner reads keeps them, so that every start can print them again.
    """
    kept = settings.data_dir / DEMO_FILE
    engine = engine_for(settings.app_url, pool_size=1)
    try:
        accounts = _read_demo_accounts(kept)
        if accounts is None:
            accounts = [
                (login, secrets.token_urlsafe(9), role.value) for login, _, role in DEMO_ACCOUNTS
            ]
            write_private(kept, json.dumps(accounts))
        names = {login: name for login, name, _ in DEMO_ACCOUNTS}
        for login, password, role in accounts:
            if not _account_opens(engine, login, password):
                keep_account(engine, login, names[login], Role(role), password)
    finally:
        engine.dispose()
    return accounts


def _account_opens(engine: Engine, login: str, password: str) -> bool:
    with UnitOfWork(engine, SIGN_IN, actor="mabele") as unit:
        account = unit.connection.execute(_ACCOUNT_BY_LOGIN, {"login": login}).one_or_none()
    return account is not None and account.active and _opens(account.password_hash, password)


def _read_demo_accounts(file: Path) -> list[tuple[str, str, str]] | None:
    if not file.exists():
        return None
    known = {login: str(role) for login, _, role in DEMO_ACCOUNTS}
    rows = [tuple(row) for row in json.loads(file.read_text())]
    return rows if {row[0]: row[2] for row in rows} == known else None
