"""A company reads the dues and the payments of its own titles, and of no other."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from money_register import entered, granted, invented, paid, unit_of
from sqlalchemy import Engine, text

from geo.casework.money.dues import FEE
from geo.casework.money.holders import dues_for_holder, payments_for_holder
from geo.casework.money.payments import cancel_payment
from geo.casework.money.standing import Standing
from geo.errors import NotFound, NotPermitted
from geo.law import Law
from geo.register.accounts import Mandate, create_account
from geo.register.connection import ADMIN, UnitOfWork

COMPANY = "mabele_company"
ON = date(2021, 12, 31)
PAID_ON = date(2021, 3, 30)
HELD = {"mine.one": "Kalonda Mining SARL", "mine.two": "Autre Mine SARL"}


@pytest.fixture
def titles(engine: Engine) -> dict[str, int]:
    """A title for each of two companies, with an account that acts for each."""
    found = {
        login: granted(engine, number, 12, date(2019, 7, 1), holder=name)
        for number, (login, name) in enumerate(HELD.items(), 1)
    }
    with UnitOfWork(engine, ADMIN, "setup", "setup") as unit:
        rows = unit.connection.execute(text("select name, id from register.party"))
        parties = {row.name: row.id for row in rows}
        for login, name in HELD.items():
            mandate = Mandate(parties[name], False)
            create_account(unit, login, login, COMPANY, "$argon2id$none", mandates=[mandate])
        unit.commit()
    return found


def test_a_holder_reads_what_its_title_owes_and_what_was_paid(
    engine: Engine, titles: dict[str, int], law: Law
) -> None:
    """12 × 500.01 = 6 000.12; a cancelled payment stays visible and counts for nothing."""
    own = titles["mine.one"]
    entered(engine, invented("500.01"), law)
    paid(engine, own, 2021, "6000.00", PAID_ON)
    wrong = paid(engine, own, 2021, "0.12", PAID_ON)
    with unit_of(engine, "second") as unit:
        cancel_payment(unit, wrong.receipt, "of another title")
    with unit_of(engine, "mine.one", COMPANY) as unit:
        told = dues_for_holder(unit, own, 2021, ON, law)
        all_years = payments_for_holder(unit, own)
    fee = next(account for account in told.accounts if account.due.due == FEE)
    assert (fee.due.amount, fee.balance) == (Decimal("6000.12"), Decimal("0.12"))
    assert fee.standing is Standing.PARTLY_PAID
    assert [(p.amount, p.counts) for p in told.payments] == [
        (Decimal("6000.00"), True),
        (Decimal("0.12"), False),
    ]
    assert told.payments[0].received_at <= datetime.now(UTC)
    assert list(all_years) == list(told.payments)


def test_nobody_reads_those_of_another(engine: Engine, titles: dict[str, int], law: Law) -> None:
    paid(engine, titles["mine.one"], 2021, "1.00", PAID_ON)
    for title in (titles["mine.one"], 999):
        with pytest.raises(NotFound), unit_of(engine, "mine.two", COMPANY) as unit:
            dues_for_holder(unit, title, 2021, ON, law)
    with unit_of(engine, "mine.two", COMPANY) as unit:
        seen = unit.connection.execute(text("select * from casework.holder_payment")).all()
    assert seen == []
    with unit_of(engine, "mine.one", COMPANY) as unit:
        seen = unit.connection.execute(text("select title_id from casework.holder_payment")).all()
    assert [row.title_id for row in seen] == [titles["mine.one"]]


@pytest.mark.parametrize("table", ["register.payment", "casework.payment_proof"])
def test_a_company_reads_no_table_of_payments(
    table: str, engine: Engine, titles: dict[str, int]
) -> None:
    with pytest.raises(NotPermitted), unit_of(engine, "mine.one", COMPANY) as unit:
        unit.connection.execute(text(f"select * from {table}"))


@pytest.mark.parametrize("role", ["mabele_public", "mabele_egc", "mabele_legal"])
def test_no_other_role_asks_as_a_holder(
    role: str, engine: Engine, titles: dict[str, int], law: Law
) -> None:
    with pytest.raises(NotPermitted), unit_of(engine, "mine.one", role) as unit:
        dues_for_holder(unit, titles["mine.one"], 2021, ON, law)
