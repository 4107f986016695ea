"""The accounts of a register, kept by its administrator."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from api.auth import NOBODY, change_password, end_sessions, hashed
from geo.boundaries import provinces
from geo.errors import InputError, NotFound, RegisterError
from geo.register import accounts as register
from geo.register.accounts import AccountRow, Mandate, NamedMandate
from geo.register.connection import ADMIN, UnitOfWork
from geo.register.people import DATABASE_ROLE, ROLE_OF, Authority, Role

__all__ = [
    "Account",
    "Profile",
    "Wish",
    "account",
    "accounts",
    "add_account",
    "change_account",
    "change_password",
    "close_account",
    "link_identity",
]

LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{1,99}")


@dataclass(frozen=True, slots=True)
class Wish:
    """A mandate as it is asked for: the holder by its name in the register.

    ``new`` makes the holder where the register knows none of that name.
    """

    party: str
    may_sign: bool = False
    new: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """What an account may do, as it is asked for."""

    role: Role
    mandates: tuple[Wish, ...] = ()
    authority: str | None = None
    province: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """One account as it is listed."""

    login: str
    name: str
    role: Role
    active: bool
    mandates: tuple[NamedMandate, ...] = ()
    authority: str | None = None
    province: str | None = None
    oidc_subject: str | None = None

    @classmethod
    def of(cls, row: AccountRow) -> Account:
        """Return an account from the register's row."""
        return cls(
            login=row.login,
            name=row.display_name,
            role=ROLE_OF[row.role],
            active=row.active,
            mandates=row.mandates,
            authority=row.authority,
            province=row.province,
            oidc_subject=row.oidc_subject,
        )

    @property
    def profile(self) -> Profile:
        """What it may do, so that a part of it can be changed."""
        wishes = tuple(Wish(mandate.party, mandate.may_sign) for mandate in self.mandates)
        return Profile(self.role, wishes, self.authority, self.province)


def accounts(engine: Engine, *, actor: str) -> list[Account]:
    """Return all accounts, closed ones too, by login."""
    with UnitOfWork(engine, ADMIN, actor=actor) as unit:
        return [Account.of(row) for row in register.accounts_in(unit.connection)]


def account(engine: Engine, login: str, *, actor: str) -> Account:
    """Return one account.

    Raises
    ------
    NotFound : there is no such account.
    """
    with UnitOfWork(engine, ADMIN, actor=actor) as unit:
        rows = register.accounts_in(unit.connection, login)
    if not rows:
        raise NotFound(f"there is no account “{login}”. Add it first.")
    return Account.of(rows[0])


def add_account(
    engine: Engine,
    login: str,
    name: str,
    profile: Profile,
    password: str | None,
    *,
    actor: str,
) -> None:
    """Add an account.

    Parameters
    ----------
    password : none for an account that signs in through the identity provider alone.

    Raises
    ------
    InputError : the login or the name cannot be one, or the profile makes no sense.
    NotFound : a mandate names a holder that the register does not know.
    RegisterError : the login is taken.
    """
    _check_login(login)
    _check_profile(login, profile)
    named = _checked_name(login, name)
    if any(known.login == login for known in accounts(engine, actor=actor)):
        raise RegisterError(f"there is an account “{login}” already. Choose another login.")
    opened_by = hashed(password or secrets.token_urlsafe(32))
    with UnitOfWork(engine, ADMIN, actor=actor, reason=f"account {login}") as unit:
        register.create_account(
            unit,
            login,
            named,
            DATABASE_ROLE[profile.role],
            opened_by,
            mandates=_mandates(unit, profile.mandates),
            authority=profile.authority,
            province=profile.province,
        )
        unit.commit()


def change_account(engine: Engine, login: str, name: str, profile: Profile, *, actor: str) -> None:
    """Give an account another name, role, mandates or authority.

    Another role ends its sessions and tokens; the rest holds from the next request on.

    Raises
    ------
    InputError : the name cannot be one, or the profile makes no sense.
    NotFound : there is no such account, or no such holder.
    """
    _check_profile(login, profile)
    named = _checked_name(login, name)
    before = account(engine, login, actor=actor)
    with UnitOfWork(engine, ADMIN, actor=actor, reason=f"account {login} changed") as unit:
        register.change_account(
            unit,
            login,
            named,
            DATABASE_ROLE[profile.role],
            mandates=_mandates(unit, profile.mandates),
            authority=profile.authority,
            province=profile.province,
        )
        unit.commit()
    if before.role is not profile.role:
        end_sessions(engine, login, actor=actor)


def close_account(engine: Engine, login: str, *, actor: str) -> None:
    """Close an account, end its sessions and revoke its tokens.

    Raises
    ------
    NotFound : there is no such account.
    """
    with UnitOfWork(engine, ADMIN, actor=actor, reason=f"account {login} closed") as unit:
        register.close_account(unit, login)
        unit.commit()
    end_sessions(engine, login, actor=actor)


def link_identity(
    engine: Engine, login: str, issuer: str | None, subject: str | None, *, actor: str
) -> None:
    """Say who an account is to the identity provider, or end that link with ``None``.

    Raises
    ------
    InputError : no identity provider is set.
    NotFound, RegisterError : no such account; the subject is another account's.
    """
    if subject is not None and issuer is None:
        raise InputError("no identity provider is set. Set MABELE_OIDC_ISSUER first.")
    with UnitOfWork(engine, ADMIN, actor=actor, reason=f"identity of {login}") as unit:
        register.link_identity(unit, login, issuer if subject else None, subject)
        unit.commit()


def _mandates(unit: UnitOfWork, wishes: Sequence[Wish]) -> list[Mandate]:
    asked = {
        register.party_named(unit, wish.party, create=wish.new): wish.may_sign for wish in wishes
    }
    return [Mandate(party, may_sign) for party, may_sign in asked.items()]


def _check_login(login: str) -> None:
    if not LOGIN.fullmatch(login):
        raise InputError(
            f"“{login}” cannot be a login. Use 2 to 100 small letters, digits and . _ @ - "
            "and begin with a letter or a digit."
        )
    if login == NOBODY:
        raise InputError(f"“{login}” stands for whoever did not sign in. Choose another login.")


def _checked_name(login: str, name: str) -> str:
    if not name.strip():
        raise InputError(f"account {login} needs the name of a person")
    return name.strip()


def _check_profile(login: str, profile: Profile) -> None:
    if profile.role is Role.OPINION:
        _check_authority(login, profile)
    elif profile.authority or profile.province:
        raise InputError(
            f"account {login} is {profile.role}: only an opinion giver has an authority and a "
            "province. Leave them out, or give it the role opinion."
        )
    if profile.role is Role.COMPANY and not profile.mandates:
        raise InputError(f"account {login} is a company's: name the holder that it acts for.")
    if profile.role is not Role.COMPANY and profile.mandates:
        raise InputError(
            f"account {login} is {profile.role}: only a company's account acts for a holder. "
            f"Leave out {profile.mandates[0].party}, or give it the role company."
        )


def _check_authority(login: str, profile: Profile) -> None:
    if profile.authority not in set(Authority):
        raise InputError(
            f"account {login}: “{profile.authority or ''}” is no authority that gives opinions. "
            f"Choose one: {', '.join(Authority)}."
        )
    known = [place.name for place in provinces()]
    if profile.province is not None and profile.province not in known:
        raise InputError(
            f"account {login}: “{profile.province}” is no province. Choose one: {', '.join(known)}."
        )
