"""Accounts of the people who sign in, written under the administrator's role."""

from __future__ import annotations

from sqlalchemy import TextClause, text

from geo.errors import NotFound
from geo.register.connection import UnitOfWork

_NEW_PASSWORD = text("update register.account set password_hash = :hash where login = :login")
_CLOSED = text("update register.account set active = false where login = :login")


def create_account(
    unit: UnitOfWork, login: str, display_name: str, role: str, password_hash: str
) -> int:
    """Create an account and return its number.

    Parameters
    ----------
    role : the application role that the person acts under.
    password_hash : made by argon2; the password itself never comes here.
    """
    unit.open_revision()
    created = text(
        "insert into register.account (login, display_name, role, password_hash) "
        "values (:login, :name, :role, :hash) returning id"
    )
    values = {"login": login, "name": display_name, "role": role, "hash": password_hash}
    return int(unit.connection.scalar(created, values))


def set_password(unit: UnitOfWork, login: str, password_hash: str) -> None:
    """Replace the hash of an account's password.

    Raises
    ------
    NotFound : there is no such account.
    """
    _change(unit, _NEW_PASSWORD, {"login": login, "hash": password_hash})


def close_account(unit: UnitOfWork, login: str) -> None:
    """Let nobody sign in to an account any more; it stays, so that what it did keeps its name.

    Raises
    ------
    NotFound : there is no such account.
    """
    _change(unit, _CLOSED, {"login": login})


def _change(unit: UnitOfWork, statement: TextClause, values: dict[str, str]) -> None:
    unit.open_revision()
    if not unit.connection.execute(statement, values).rowcount:
        raise NotFound(f"there is no account “{values['login']}”. Add it first.")
