"""What a company may know of its own titles: what they owe, what was paid, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import text

from geo.casework.money.dues import DueKind, TitleDues, dues_of
from geo.casework.money.standing import Account, account_of
from geo.errors import NotFound
from geo.law.values import Law
from geo.register.connection import CADASTRE, UnitOfWork

_HOLDS = text("select casework.holds_title(:title)")
_PAYMENTS = text(
    "select id, receipt, title_id, year, rule, amount, currency, paid_on, received_at, cancelled, "
    "cancelled_because from casework.holder_payment where title_id = :title "
    "and (cast(:year as int) is null or year = :year) order by paid_on, id"
)


@dataclass(frozen=True, slots=True)
class HolderPayment:
    """A payment as the holder reads it: without who received it, nor the payer's references."""

    id: int
    receipt: str
    title_id: int
    year: int
    rule: DueKind
    amount: Decimal
    currency: str
    paid_on: date
    received_at: datetime
    cancelled: bool
    cancelled_because: str | None

    @property
    def counts(self) -> bool:
        """Does it count: was it not cancelled?"""
        return not self.cancelled


@dataclass(frozen=True, slots=True)
class HolderDues:
    """What a title owes for a year, how each due stands, and the payments of the year."""

    dues: TitleDues
    accounts: tuple[Account, ...]
    payments: tuple[HolderPayment, ...]


def dues_for_holder(unit: UnitOfWork, title_id: int, year: int, on: date, law: Law) -> HolderDues:
    """Return what a title of the company that asks owes for a civil year, and what was paid.

    Needs the role of a company. The database says whose title it is, and gives its payments alone.

    Raises
    ------
    NotFound : the company does not hold the title today, or there is none.
    """
    payments = payments_for_holder(unit, title_id, year)
    with unit.acting_as(CADASTRE):
        dues = dues_of(unit, title_id, year, on, law)
    accounts = tuple(account_of(due, payments, year, on) for due in dues.dues)
    return HolderDues(dues, accounts, tuple(payments))


def payments_for_holder(
    unit: UnitOfWork, title_id: int, year: int | None = None
) -> Sequence[HolderPayment]:
    """Return the payments for a title of the company that asks, of one civil year or of all.

    Raises
    ------
    NotFound : the company does not hold the title today, or there is none.
    """
    if not unit.connection.scalar(_HOLDS, {"title": title_id}):
        raise NotFound(f"you hold no title {title_id}.")
    rows = unit.connection.execute(_PAYMENTS, {"title": title_id, "year": year})
    return [HolderPayment(**row._mapping) for row in rows]
