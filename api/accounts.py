"""The accounts of a register, kept by its administrator."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import Engine, text

from api.auth import DATABASE_ROLE, ROLE_OF, Role, change_password, end_sessions, hashed
from geo.errors import InputError, RegisterError
from geo.register import accounts as register
from geo.register.connection import ADMIN, UnitOfWork

__all__ = ["Account", "accounts", "add_account", "change_password", "close_account"]

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,99}")


@dataclass(frozen=True, slots=True)
class Account:
    """One account as it is listed."""

    login: str
    name: str
    role: Role
    active: bool


def accounts(engine: Engine, *, actor: str) -> list[Account]:
    """Return all accounts, closed ones too, by login."""
    listed = text("select login, display_name, role, active from register.account order by login")
    with UnitOfWork(engine, ADMIN, actor=actor) as unit:
        rows = unit.connection.execute(listed).all()
    return [Account(row.login, row.display_name, ROLE_OF[row.role], row.active) for row in rows]


def add_account(
    engine: Engine, login: str, name: str, role: Role, password: str, *, actor: str
) -> None:
    """Add an account.

    Raises
    ------
    InputError : the login or the name cannot be one.
    RegisterError : the login is taken.
    """
    if not LOGIN.fullmatch(login):
        raise InputError(
            f"“{login}” cannot be a login. Use 2 to 100 small letters, digits and . _ @ - "
            "and begin with a letter or a digit."
        )
    if not name.strip():
        raise InputError(f"account {login} needs the name of a person")
    if any(account.login == login for account in accounts(engine, actor=actor)):
        raise RegisterError(f"there is an account “{login}” already. Choose another login.")
    with UnitOfWork(engine, ADMIN, actor=actor, reason=f"account {login}") as unit:
        register.create_account(unit, login, name.strip(), DATABASE_ROLE[role], hashed(password))
        unit.commit()


def close_account(engine: Engine, login: str, *, actor: str) -> None:
    """Close an account and end its sessions.

    Raises
    ------
    NotFound : there is no such account.
    """
    with UnitOfWork(engine, ADMIN, actor=actor, reason=f"account {login} closed") as unit:
        register.close_account(unit, login)
        unit.commit()
    end_sessions(engine, login, actor=actor)
