"""How a due stands on a day against the payments for it: paid, partly, too much, late, not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from geo.casework.money.dues import FEE, TitleDue, dues_of
from geo.casework.money.payments import payments_of
from geo.law.catalog import load_law
from geo.law.fees import due_day
from geo.law.values import Law
from geo.register.connection import UnitOfWork

_SETTLED_WITHOUT_DUE = frozenset({"no_due_for_kind", "not_yet_granted"})


class Standing(StrEnum):
    """What the payments of a due amount to."""

    PAID = "paid"
    OVERPAID = "overpaid"
    PARTLY_PAID = "partly_paid"
    UNPAID = "unpaid"
    EXEMPT = "exempt"
    UNDETERMINED = "undetermined"

    @property
    def is_met(self) -> bool:
        """Is nothing left to pay?"""
        return self in (Standing.PAID, Standing.OVERPAID, Standing.EXEMPT)


@dataclass(frozen=True, slots=True)
class Account:
    """A due with what was paid for it by a day, in US$.

    ``balance`` is what is left to pay, negative where too much was paid, None where undetermined.
    ``met_on`` is the day whose payment completed it; ``days_late`` counts from the due day to that
    day, or to the day asked while it is not met; 0 in time, None where no due day is known.
    """

    due: TitleDue
    standing: Standing
    paid: Decimal
    balance: Decimal | None
    met_on: date | None
    days_late: int | None

    @property
    def is_late(self) -> bool:
        """Was it met after its day, or is its day over and it is not known to be met?"""
        return bool(self.days_late)


class Paid(Protocol):
    """What counts of a payment."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def rule(self) -> str:
        """Which due it is for."""

    @property
    def year(self) -> int:
        """For which civil year."""

    @property
    def amount(self) -> Decimal:
        """In US$."""

    @property
    def paid_on(self) -> date:
        """The day of the payment."""

    @property
    def counts(self) -> bool:
        """Was it not cancelled?"""


def account_of(due: TitleDue, payments: Iterable[Paid], year: int, on: date) -> Account:
    """Return how a due of a year stands on a day; payments made after that day do not count."""
    counted = sorted(
        (
            p
            for p in payments
            if p.counts and (p.rule, p.year) == (due.due, year) and p.paid_on <= on
        ),
        key=lambda payment: (payment.paid_on, payment.id),
    )
    paid = sum((payment.amount for payment in counted), Decimal(0))
    standing = _standing(due, paid)
    met_on = _met_on(due, counted) if standing.is_met else None
    balance = None if due.amount is None else due.amount - paid
    return Account(due, standing, paid, balance, met_on, _days_late(due, standing, met_on, on))


def _standing(due: TitleDue, paid: Decimal) -> Standing:
    if due.amount is None:
        return Standing.UNDETERMINED
    if paid > due.amount:
        return Standing.OVERPAID
    if due.reason == "exempt":
        return Standing.EXEMPT
    if paid == due.amount:
        return Standing.PAID
    return Standing.PARTLY_PAID if paid else Standing.UNPAID


def _met_on(due: TitleDue, counted: Iterable[Paid]) -> date | None:
    left = due.amount
    for payment in counted:
        left = None if left is None else left - payment.amount
        if left is not None and left <= 0:
            return payment.paid_on
    return None


def _days_late(due: TitleDue, standing: Standing, met_on: date | None, on: date) -> int | None:
    if due.due_on is None:
        return None
    if standing.is_met and met_on is None:
        return 0
    return max(0, ((met_on or on) - due.due_on).days)


def accounts_of(
    unit: UnitOfWork,
    title_id: int,
    year: int,
    on: date,
    law: Law,
    as_known_on: date | int | None = None,
) -> list[Account]:
    """Return the dues of a title for a year with what was paid for them by a day.

    Raises
    ------
    NotFound : the register knew no such title in that year.
    """
    payments = payments_of(unit, title_id, year, as_known_on)
    dues = dues_of(unit, title_id, year, on, law, as_known_on)
    return [account_of(due, payments, year, on) for due in dues.dues]


def fee_paid(
    unit: UnitOfWork,
    title_id: int,
    on: date,
    law: Law | None = None,
    as_known_on: date | int | None = None,
) -> bool | None:
    """Return whether the surface fee of a title that fell due last is paid; None: undetermined.

    Until 31 March that is the fee of the year before, unless the title is in its first year: None
    while the 30 days of its first fee still run. Years before that one are not asked: the register
    holds no payments from before it was kept.

    Raises
    ------
    NotFound : the register knew no such title in that year.
    """
    law = law or load_law()
    dues = dues_of(unit, title_id, on.year, on, law, as_known_on)
    granted = dues.title.granted_on
    last = due_day(on.year, date(on.year, 1, 1), law)
    year = on.year
    if last is not None and on <= last and granted is not None and granted.year < year:
        year -= 1
        dues = dues_of(unit, title_id, year, on, law, as_known_on)
    fee = dues.of(FEE)
    if fee is None:
        return True if dues.reason in _SETTLED_WITHOUT_DUE else None
    account = account_of(fee, payments_of(unit, title_id, year, as_known_on), year, on)
    if account.standing is Standing.UNDETERMINED:
        return None
    still_runs = fee.due_on is not None and on <= fee.due_on
    return None if still_runs and not account.standing.is_met else account.standing.is_met
