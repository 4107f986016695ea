"""Accounts of the people who sign in, written under the administrator's role."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from geo.errors import NotFound, RegisterError
from geo.register.connection import UnitOfWork
from geo.register.parties import party_kind


@dataclass(frozen=True, slots=True)
class Mandate:
    """Mandat: a holder for which an account prepares files, and whether it also signs them."""

    party_id: int
    may_sign: bool


@dataclass(frozen=True, slots=True)
class NamedMandate:
    """A mandate as it is listed: with the holder's name."""

    party_id: int
    party: str
    may_sign: bool


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as the register holds it, without its password."""

    login: str
    display_name: str
    role: str
    active: bool
    authority: str | None
    province: str | None
    oidc_subject: str | None
    mandates: tuple[NamedMandate, ...]


_ACCOUNTS = text(
    "select id, login, display_name, role, active, authority, province, oidc_subject "
    "from register.account where login = coalesce(cast(:login as text), login) order by login"
)
_MANDATES = text(
    "select m.account_id, m.party_id, p.name as party, m.may_sign "
    "from register.account_party m join register.party p on p.id = m.party_id order by p.name"
)
_CREATED = text(
    "insert into register.account "
    "(login, display_name, role, password_hash, authority, province) "
    "values (:login, :name, :role, :hash, :authority, :province) returning id"
)
_NEW_PASSWORD = text("update register.account set password_hash = :hash where login = :login")
_CLOSED = text("update register.account set active = false where login = :login")
_CHANGED = text(
    "update register.account set display_name = :name, role = :role, authority = :authority, "
    "province = :province where login = :login"
)
_LINKED = text(
    "update register.account set oidc_issuer = :issuer, oidc_subject = :subject "
    "where login = :login"
)
_LINKED_ALREADY = text(
    "select login from register.account "
    "where oidc_issuer = :issuer and oidc_subject = :subject and login <> :login"
)
_ENDED_MANDATES = text(
    "delete from register.account_party "
    "where account_id = :account and party_id <> all(cast(:parties as bigint[]))"
)
_GIVEN_MANDATES = text(
    "insert into register.account_party (account_id, party_id, may_sign) "
    "values (:account, :party, :may_sign) on conflict (account_id, party_id) "
    "do update set may_sign = excluded.may_sign "
    "where account_party.may_sign <> excluded.may_sign"
)
_PARTY_BY_NAME = text(
    "select id from register.party where name_key = register.party_key(cast(:name as text))"
)
_NEW_PARTY = text("insert into register.party (name, kind) values (:name, :kind) returning id")


def accounts_in(connection: Connection, login: str | None = None) -> list[AccountRow]:
    """Return all accounts by login, closed ones too; or the one of a login, if there is one."""
    mandates: dict[int, list[NamedMandate]] = {}
    for row in connection.execute(_MANDATES):
        named = NamedMandate(row.party_id, row.party, row.may_sign)
        mandates.setdefault(row.account_id, []).append(named)
    rows = connection.execute(_ACCOUNTS, {"login": login}).all()
    return [_account(row, tuple(mandates.get(row.id, ()))) for row in rows]


def _account(row: Row[Any], mandates: tuple[NamedMandate, ...]) -> AccountRow:
    return AccountRow(
        login=row.login,
        display_name=row.display_name,
        role=row.role,
        active=row.active,
        authority=row.authority,
        province=row.province,
        oidc_subject=row.oidc_subject,
        mandates=mandates,
    )


def create_account(
    unit: UnitOfWork,
    login: str,
    display_name: str,
    role: str,
    password_hash: str,
    *,
    mandates: Iterable[Mandate] = (),
    authority: str | None = None,
    province: str | None = None,
) -> int:
    """Create an account and return its number.

    Parameters
    ----------
    role : the application role that the person acts under.
    password_hash : made by argon2; the password itself never comes here.
    mandates : the holders that a company account acts for.
    authority, province : of an opinion giver.
    """
    unit.open_revision()
    values = {"login": login, "name": display_name, "role": role, "hash": password_hash}
    speaking = {"authority": authority, "province": province}
    account = int(unit.connection.execute(_CREATED, {**values, **speaking}).scalar_one())
    _give_mandates(unit, account, mandates)
    return account


def change_account(
    unit: UnitOfWork,
    login: str,
    display_name: str,
    role: str,
    *,
    mandates: Iterable[Mandate] = (),
    authority: str | None = None,
    province: str | None = None,
) -> None:
    """Give an account another name, role, mandates or authority: all that is not given ends.

    Raises
    ------
    NotFound : there is no such account.
    """
    unit.open_revision()
    account = _number_of(unit, login)
    kept = list(mandates)
    parties = [mandate.party_id for mandate in kept]
    # Before the role: while it has mandates, an account stays a company's.
    unit.connection.execute(_ENDED_MANDATES, {"account": account, "parties": parties})
    values = {"name": display_name, "role": role, "authority": authority, "province": province}
    _change(unit, _CHANGED, {"login": login, **values})
    _give_mandates(unit, account, kept)


def _give_mandates(unit: UnitOfWork, account: int, mandates: Iterable[Mandate]) -> None:
    for mandate in mandates:
        given = {"party": mandate.party_id, "may_sign": mandate.may_sign}
        unit.connection.execute(_GIVEN_MANDATES, {"account": account, **given})


def _number_of(unit: UnitOfWork, login: str) -> int:
    row = unit.connection.execute(_ACCOUNTS, {"login": login}).one_or_none()
    if row is None:
        raise _nobody(login)
    return int(row.id)


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


def link_identity(unit: UnitOfWork, login: str, issuer: str | None, subject: str | None) -> None:
    """Say who an account is to the identity provider; ``None`` for both ends it.

    Raises
    ------
    NotFound : there is no such account.
    RegisterError : the subject belongs to another account.
    """
    unit.open_revision()
    values = {"login": login, "issuer": issuer, "subject": subject}
    other = unit.connection.scalar(_LINKED_ALREADY, values)
    if other is not None:
        raise RegisterError(f"“{subject}” is account {other} already. End that link first.")
    _change(unit, _LINKED, values)


def party_named(unit: UnitOfWork, name: str, *, create: bool = False) -> int:
    """Return the number of the holder of this name, whatever its case and spacing.

    Parameters
    ----------
    create : make the party where the register has none of this name: a company that holds nothing
        yet and will apply.

    Raises
    ------
    NotFound : there is none, and none was to be made.
    """
    found = unit.connection.scalar(_PARTY_BY_NAME, {"name": name})
    if found is not None:
        return int(found)
    if not create:
        raise NotFound(f"the register knows no holder “{name}”. Write it as the register does.")
    unit.open_revision()
    values = {"name": " ".join(name.split()), "kind": party_kind(name)}
    return int(unit.connection.execute(_NEW_PARTY, values).scalar_one())


def _change(unit: UnitOfWork, statement: TextClause, values: Mapping[str, Any]) -> None:
    unit.open_revision()
    if not unit.connection.execute(statement, dict(values)).rowcount:
        raise _nobody(str(values["login"]))


def _nobody(login: str) -> NotFound:
    return NotFound(f"there is no account “{login}”. Add it first.")
