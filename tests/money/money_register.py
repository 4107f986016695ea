"""Small registers for the tests of fees: titles of so many carrés, invented rates, officials."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import Engine

from geo.casework.money.merge import Rate
from geo.casework.money.payments import Payment, PaymentOrder, receive_payment
from geo.casework.money.rates import confirm_rate, propose_rate
from geo.law.values import Confidence, Law
from geo.perimeter import Perimeter
from geo.periods import Period
from geo.register.accounts import create_account
from geo.register.connection import ADMIN, CADASTRE, REGISTER, UnitOfWork
from geo.register.orders import ActOrder, TitleFacts
from geo.register.writer import grant
from geo.sources.rows import Holder, State

COL, ROW = 3060, -1284
NOT_FOUND_SINCE = date(2018, 3, 9)


def strip(number: int, cells: int) -> Perimeter:
    """So many carrés in a row of their own."""
    return Perimeter.from_runs([(ROW + number, COL, COL + cells)])


@contextmanager
def unit_of(engine: Engine, actor: str = "agent", role: str = CADASTRE) -> Iterator[UnitOfWork]:
    """A unit of work of somebody, committed unless it fails."""
    with UnitOfWork(engine, role, actor=actor, reason="test", lock_timeout_s=60) as unit:
        yield unit
        unit.commit()


def granted(
    engine: Engine,
    number: int,
    cells: int,
    day: date,
    kind: str = "PE",
    holder: str = "Kalonda Mining SARL",
    **more: object,
) -> int:
    """Grant a title of so many carrés by an act of a day; return its number."""
    facts = TitleFacts(
        code=f"{kind} {number}",
        kind=kind,
        state=State.GRANTED,
        holders=(Holder(holder, Decimal(100)),),
        **{"granted_on": day, **more},  # type: ignore[arg-type]
    )
    act = ActOrder("grant", f"Arrêté {number:04}", day)
    with unit_of(engine, role=REGISTER) as unit:
        return grant(unit, facts, strip(number, cells), act)


def invented(
    usd: str,
    rule: str = "surface_fee.PE",
    start: date = NOT_FOUND_SINCE,
    end: date | None = None,
    **more: object,
) -> Rate:
    """A rate that no text has: invented for a test."""
    given: dict[str, object] = {
        "legal_text": "Arrêté inventé pour un essai",
        "article": "art. 0",
        "source": "test",
        "confidence": Confidence.S,
        **more,
    }
    return Rate(rule, Period(start, end), Decimal(usd), **given)  # type: ignore[arg-type]


def entered(engine: Engine, rate: Rate, law: Law, replaces: int | None = None) -> int:
    """Have a rate proposed by one administrator and confirmed by another; return the revision."""
    with unit_of(engine, "admin.one", ADMIN) as unit:
        proposal = propose_rate(unit, rate, law, replaces=replaces)
    with unit_of(engine, "admin.two", ADMIN) as unit:
        return confirm_rate(unit, proposal, "checked against the gazette", law)


def paid(
    engine: Engine,
    title_id: int,
    year: int,
    amount: str,
    day: date,
    actor: str = "agent",
    rule: str = "surface_fee",
) -> Payment:
    """Have a payment received."""
    order = PaymentOrder(title_id, year, rule, Decimal(amount), day)  # type: ignore[arg-type]
    with unit_of(engine, actor) as unit:
        return receive_payment(unit, order, datetime.now(UTC))


def signatories(engine: Engine) -> None:
    """Make the accounts of those who propose and confirm rates."""
    people = {"admin.one": ADMIN, "admin.two": ADMIN, "supervisor": "mabele_supervisor"}
    with UnitOfWork(engine, ADMIN, "setup", "setup") as unit:
        for login, role in people.items():
            create_account(unit, login, login.title(), role, "$argon2id$none")
        unit.commit()
