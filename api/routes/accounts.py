"""Accounts, kept by the administrator."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, Field

from api.access import STORABLE, Administrator, Placed, SameOrigin, Shared
from api.accounts import (
    Account,
    Profile,
    Wish,
    account,
    accounts,
    add_account,
    change_account,
    change_password,
    close_account,
    link_identity,
)
from api.passwords import checked_password
from geo.register.people import Role

router = APIRouter(prefix="/accounts", tags=["accounts"], dependencies=[Placed])

Login = Annotated[str, Path(min_length=2, max_length=100, pattern=STORABLE)]
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=STORABLE)]


class Mandate(BaseModel):
    """A holder that a company's account acts for, by its name in the register."""

    party: Line
    may_sign: bool = False
    new: bool = False
    """Make the holder where the register knows none of that name."""


class ProfileOrder(BaseModel):
    """What an account may do: mandates for a company, an authority for an opinion giver."""

    name: Line
    role: Role
    mandates: list[Mandate] = Field(default=[], max_length=100)
    authority: Line | None = None
    province: Line | None = None

    @property
    def profile(self) -> Profile:
        """The order without the name."""
        wishes = tuple(Wish(m.party, m.may_sign, m.new) for m in self.mandates)
        return Profile(self.role, wishes, self.authority, self.province)


class NewAccount(ProfileOrder):
    """An account to be made; without a password only the identity provider opens it."""

    login: Line
    password: Line | None = None


class NewPassword(BaseModel):
    """A password that replaces another."""

    password: Line


class Identity(BaseModel):
    """Who an account is to the identity provider; null ends the link."""

    subject: Line | None


class Holder(BaseModel):
    """A mandate as it is listed."""

    party_id: int
    party: str
    may_sign: bool


class ListedAccount(BaseModel):
    """An account, without anything that opens it."""

    login: str
    name: str
    role: Role
    active: bool
    mandates: list[Holder]
    authority: str | None
    province: str | None
    linked: bool
    """Whether the identity provider opens it."""

    @classmethod
    def of(cls, account: Account) -> ListedAccount:
        """Return the account as an administrator sees it."""
        return cls(
            login=account.login,
            name=account.name,
            role=account.role,
            active=account.active,
            mandates=[
                Holder(party_id=m.party_id, party=m.party, may_sign=m.may_sign)
                for m in account.mandates
            ],
            authority=account.authority,
            province=account.province,
            linked=account.oidc_subject is not None,
        )


@router.get("")
def list_accounts(viewer: Administrator, services: Shared, answer: Response) -> list[ListedAccount]:
    """Return all accounts by login, closed ones too."""
    answer.headers["Cache-Control"] = "no-store"
    known = accounts(services.engine, actor=viewer.actor.login)
    return [ListedAccount.of(account) for account in known]


@router.post("", status_code=201, dependencies=[SameOrigin])
def create(viewer: Administrator, services: Shared, order: NewAccount) -> ListedAccount:
    """Make an account."""
    actor = viewer.actor.login
    secret = None if order.password is None else checked_password(order.password)
    with services.sign_ins.taken():
        add_account(services.engine, order.login, order.name, order.profile, secret, actor=actor)
    return ListedAccount.of(account(services.engine, order.login, actor=actor))


@router.put("/{login}", dependencies=[SameOrigin])
def change(
    viewer: Administrator, services: Shared, login: Login, order: ProfileOrder
) -> ListedAccount:
    """Give an account another name, role, mandates or authority; what is left out ends."""
    actor = viewer.actor.login
    change_account(services.engine, login, order.name, order.profile, actor=actor)
    return ListedAccount.of(account(services.engine, login, actor=actor))


@router.put("/{login}/password", status_code=204, dependencies=[SameOrigin])
def new_password(
    viewer: Administrator, services: Shared, login: Login, order: NewPassword
) -> Response:
    """Give an account a new password; its sessions end and its tokens are revoked."""
    secret = checked_password(order.password)
    with services.sign_ins.taken():
        change_password(services.engine, login, secret, actor=viewer.actor.login)
    return Response(status_code=204)


@router.put("/{login}/identity", status_code=204, dependencies=[SameOrigin])
def link(viewer: Administrator, services: Shared, login: Login, identity: Identity) -> Response:
    """Say who an account is to the identity provider."""
    issuer = services.settings.oidc.issuer if services.settings.oidc else None
    link_identity(services.engine, login, issuer, identity.subject, actor=viewer.actor.login)
    return Response(status_code=204)


@router.delete("/{login}", status_code=204, dependencies=[SameOrigin])
def close(viewer: Administrator, services: Shared, login: Login) -> Response:
    """Close an account: it stays, so that what it did keeps its name."""
    close_account(services.engine, login, actor=viewer.actor.login)
    return Response(status_code=204)
