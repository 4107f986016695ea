"""Payments: receipts without gap, never changed, cancelled by a second person."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from money_register import granted, paid, unit_of
from sqlalchemy import Engine, exc, text

from geo.casework.money.dues import FEE, TitleDue
from geo.casework.money.payments import (
    PaymentOrder,
    cancel_payment,
    keep_proof,
    payments_of,
    proof_of,
    receive_payment,
)
from geo.casework.money.standing import Standing, account_of
from geo.errors import InputError, NotFound, NotPermitted, RegisterError
from geo.register.connection import ADMIN, PUBLIC, UnitOfWork

DAY = date(2020, 3, 30)
NOW = datetime(2020, 4, 2, 9, tzinfo=UTC)
PROOF = b"%PDF-1.7 a bank slip"
WRITERS = 10
EACH = 5


@pytest.fixture
def title(engine: Engine) -> int:
    return granted(engine, 1, 12, date(2010, 5, 1))


def test_a_payment_has_a_receipt_and_who_received_it(engine: Engine, title: int) -> None:
    order = PaymentOrder(title, 2020, FEE, Decimal("100.50"), DAY, "Kalonda Mining SARL", "BCDC 77")
    with unit_of(engine, "agent") as unit:
        payment = receive_payment(unit, order, NOW)
    assert (payment.receipt, payment.received_at) == ("2020-000001", NOW)
    assert (payment.received_by, payment.currency, payment.bank_reference) == (
        "agent",
        "USD",
        "BCDC 77",
    )


def test_numbers_have_no_gap_though_many_write_and_some_give_up(engine: Engine, title: int) -> None:
    together = threading.Barrier(WRITERS)

    def writer(number: int) -> list[str]:
        together.wait()
        receipts = []
        for turn in range(EACH):
            order = PaymentOrder(title, 2020, FEE, Decimal(number * EACH + turn + 1), DAY)
            with UnitOfWork(engine, actor=f"agent{number}", reason="x", lock_timeout_s=60) as unit:
                receipt = receive_payment(unit, order, NOW).receipt
                if turn % 2:
                    unit.rollback()
                else:
                    unit.commit()
                    receipts.append(receipt)
        return receipts

    with ThreadPoolExecutor(WRITERS) as pool:
        told = [receipt for made in pool.map(writer, range(WRITERS)) for receipt in made]
    with unit_of(engine) as unit:
        kept = {payment.receipt for payment in payments_of(unit, title)}
        numbers = sorted(int(receipt.split("-")[1]) for receipt in kept)
    assert set(told) == kept
    assert numbers == list(range(1, WRITERS * 3 + 1))


def test_a_number_cannot_be_chosen(engine: Engine, title: int) -> None:
    with pytest.raises(NotPermitted), unit_of(engine, "agent", ADMIN) as unit:
        unit.connection.execute(
            text(
                "insert into register.payment (title_id, year, rule, amount, paid_on, "
                "receipt_year, receipt_number) values (:t, 2020, 'surface_fee', 1, :d, 2020, 7)"
            ),
            {"t": title, "d": DAY},
        )


def test_a_second_person_cancels_and_the_payment_stays(engine: Engine, title: int) -> None:
    wrong = paid(engine, title, 2020, "100.00", DAY)
    with unit_of(engine) as unit:
        known = unit.connection.scalar(text("select max(id) from register.revision"))
    with pytest.raises(RegisterError, match="another person"), unit_of(engine, "agent") as unit:
        cancel_payment(unit, wrong.receipt, "of another title")
    with unit_of(engine, "second") as unit:
        cancelled = cancel_payment(unit, wrong.receipt, "of another title")
    assert (cancelled.counts, cancelled.cancelled_by) == (False, "second")
    with unit_of(engine) as unit:
        assert [p.receipt for p in payments_of(unit, title)] == [wrong.receipt]
        assert payments_of(unit, title, as_known_on=known)[0].counts
    assert paid(engine, title, 2020, "1.00", DAY).receipt.endswith("-000002")


def test_it_is_cancelled_once_and_with_a_reason(engine: Engine, title: int) -> None:
    wrong = paid(engine, title, 2020, "100.00", DAY)
    with pytest.raises(RegisterError, match="with a reason"), unit_of(engine, "second") as unit:
        cancel_payment(unit, wrong.receipt, " ")
    with unit_of(engine, "second") as unit:
        cancel_payment(unit, wrong.receipt, "twice")
    with pytest.raises(RegisterError, match="already"), unit_of(engine, "third") as unit:
        cancel_payment(unit, wrong.receipt, "twice")
    with pytest.raises(NotFound), unit_of(engine, "third") as unit:
        cancel_payment(unit, "2020-999999", "none")


def test_four_eyes_on_a_cancellation_hold_by_raw_sql(engine: Engine, title: int) -> None:
    wrong = paid(engine, title, 2020, "100.00", DAY)
    raw = text("insert into register.payment_cancellation (payment_id, reason) values (:id, 'x')")
    with pytest.raises(exc.IntegrityError, match="another person"), unit_of(engine) as unit:
        unit.connection.execute(raw, {"id": wrong.id})
    with unit_of(engine, "second") as unit:
        unit.connection.execute(raw, {"id": wrong.id})


def test_a_payment_is_never_changed(engine: Engine, title: int) -> None:
    paid(engine, title, 2020, "100.00", DAY)
    for statement in ("update register.payment set amount = 1", "delete from register.payment"):
        with pytest.raises(NotPermitted), unit_of(engine, "admin", ADMIN) as unit:
            unit.connection.execute(text(statement))


@pytest.mark.parametrize("amount", ["0", "-5", "0.001"])
def test_an_amount_is_positive_and_in_cents(amount: str, engine: Engine, title: int) -> None:
    with pytest.raises(RegisterError, match="in cents"):
        paid(engine, title, 2020, amount, DAY)


def test_no_payment_of_tomorrow_nor_of_an_unknown_title(engine: Engine, title: int) -> None:
    with pytest.raises(RegisterError, match="never before"):
        paid(engine, title, 2020, "1.00", date(2990, 1, 1))
    with pytest.raises(NotFound):
        paid(engine, 999, 2020, "1.00", DAY)


@pytest.mark.parametrize(
    ("at", "receipt"),
    [
        (datetime(2020, 12, 31, 22, 59, tzinfo=UTC), "2020-000001"),  # 23:59 in Kinshasa
        (datetime(2020, 12, 31, 23, 0, tzinfo=UTC), "2021-000001"),
    ],
)
def test_the_receipt_is_of_the_year_of_the_office_s_clock(
    at: datetime, receipt: str, engine: Engine, title: int
) -> None:
    """Kinshasa is one hour ahead of UTC all year."""
    order = PaymentOrder(title, 2020, FEE, Decimal(1), DAY)
    with unit_of(engine, "agent") as unit:
        assert receive_payment(unit, order, at).receipt == receipt


def test_the_day_of_payment_is_held_to_the_office_s_clock(engine: Engine, title: int) -> None:
    order = PaymentOrder(title, 2020, FEE, Decimal(1), NOW.date())
    with pytest.raises(RegisterError, match="never before"), unit_of(engine, "agent") as unit:
        receive_payment(unit, order, NOW - timedelta(days=1))
    with pytest.raises(RegisterError, match="received now"), unit_of(engine, "agent") as unit:
        receive_payment(unit, order, datetime.now(UTC) + timedelta(minutes=5))
    with unit_of(engine, "agent") as unit:
        assert receive_payment(unit, order, NOW).paid_on == NOW.date()


def test_a_proof_is_a_document_that_was_uploaded(engine: Engine, title: int) -> None:
    order = PaymentOrder(title, 2020, FEE, Decimal(1), DAY, document_sha256="ab" * 32)
    with pytest.raises(RegisterError, match="Upload it first"), unit_of(engine) as unit:
        receive_payment(unit, order, NOW)
    with pytest.raises(InputError, match="no PDF"), unit_of(engine) as unit:
        keep_proof(unit, b"GIF89a")
    with unit_of(engine) as unit:
        digest = keep_proof(unit, PROOF)
        assert digest == hashlib.sha256(PROOF).hexdigest()
        shown = receive_payment(unit, replace(order, document_sha256=digest), NOW)
        bare = receive_payment(unit, replace(order, document_sha256=None), NOW)
    with unit_of(engine, "second") as unit:
        assert proof_of(unit, shown.receipt) == ("application/pdf", PROOF)
        with pytest.raises(NotFound):
            proof_of(unit, bare.receipt)
    assert (shown.document_sha256, bare.document_sha256) == (digest, None)
    with pytest.raises(NotPermitted), unit_of(engine, "x", "mabele_company") as unit:
        proof_of(unit, shown.receipt)


def test_the_public_reads_and_writes_no_payment(engine: Engine, title: int) -> None:
    with pytest.raises(NotPermitted), unit_of(engine, "x", PUBLIC) as unit:
        unit.connection.execute(text("select * from register.payment"))
    with pytest.raises(NotPermitted), unit_of(engine, "x", PUBLIC) as unit:
        unit.connection.execute(text("insert into register.payment (title_id) values (1)"))


DUE = TitleDue(FEE, "surface_fee.PE", "art. 0", amount=Decimal(100), due_on=date(2020, 3, 31))


@pytest.mark.parametrize(
    ("payments", "on", "standing", "balance", "days_late"),
    [
        ([], date(2020, 3, 31), Standing.UNPAID, "100", 0),
        ([], date(2020, 4, 1), Standing.UNPAID, "100", 1),
        ([("99.99", DAY)], date(2020, 4, 10), Standing.PARTLY_PAID, "0.01", 10),
        ([("60", DAY), ("40", date(2020, 3, 31))], date(2020, 9, 1), Standing.PAID, "0", 0),
        ([("60", DAY), ("40", date(2020, 4, 5))], date(2020, 9, 1), Standing.PAID, "0", 5),
        ([("100.01", DAY)], date(2020, 9, 1), Standing.OVERPAID, "-0.01", 0),
        ([("100", date(2020, 9, 2))], date(2020, 9, 1), Standing.UNPAID, "100", 154),
    ],
)
def test_how_a_due_stands(
    payments: list[tuple[str, date]],
    on: date,
    standing: Standing,
    balance: str,
    days_late: int,
    engine: Engine,
    title: int,
) -> None:
    """1 September is 154 days after 31 March: 30 + 31 + 30 + 31 + 31 + 1."""
    made = [paid(engine, title, 2020, amount, day) for amount, day in payments]
    account = account_of(DUE, made, 2020, on)
    assert account.standing is standing
    assert account.balance == Decimal(balance)
    assert account.days_late == days_late
