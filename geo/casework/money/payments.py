"""Payments received and their receipts (quittances): numbered by the register, never changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from psycopg import errors as pg
from sqlalchemy import Row, exc, text

from geo.casework.documents import keep_content, media_type_of
from geo.casework.money.dues import FEE, TAX, DueKind
from geo.errors import NotFound, RegisterError
from geo.law.fees import cents
from geo.register.connection import UnitOfWork, driver_error
from geo.register.reader import Reader

_RECEIVE = text(
    """
    insert into register.payment (title_id, year, rule, amount, paid_on, payer, bank_reference,
      received_at)
    values (:title_id, :year, :rule, :amount, :paid_on, :payer, :bank_reference, :at)
    returning id
    """
)
_PROVE = text("insert into casework.payment_proof (payment_id, sha256) values (:payment, :sha256)")
_PROOF = text(
    "select d.content from register.payment p join casework.payment_proof f on f.payment_id = p.id "
    "join casework.document_content d using (sha256) where p.receipt = :receipt"
)
_CANCEL = text(
    "insert into register.payment_cancellation (payment_id, reason) values (:id, :reason)"
)
_PAYMENTS = text(
    """
    select p.id, p.receipt, p.title_id, p.year, p.rule, p.amount, p.currency, p.paid_on, p.payer,
      p.bank_reference, f.sha256 as document_sha256, p.received_by, p.received_at, c.cancelled_by,
      c.reason as cancelled_because, k.at as cancelled_at
    from register.payment p
    left join casework.payment_proof f on f.payment_id = p.id
    left join register.payment_cancellation c
      on c.payment_id = p.id and c.opened_revision <= cast(:known as bigint)
    left join register.revision k on k.id = c.opened_revision
    where p.opened_revision <= cast(:known as bigint)
      and (cast(:title as bigint) is null or p.title_id = :title)
      and (cast(:year as int) is null or p.year = :year)
      and (cast(:receipt as text) is null or p.receipt = :receipt)
    order by p.paid_on, p.id
    """
)
_EXISTS = text("select exists (select from register.title where id = :id)")


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """A payment as an officer receives it, in US$.

    ``bank_reference`` is the payer's own; ``document_sha256`` is that of the proof, where there is
    one: of a document that was uploaded (:func:`keep_proof`).
    """

    title_id: int
    year: int
    rule: DueKind
    amount: Decimal
    paid_on: date
    payer: str | None = None
    bank_reference: str | None = None
    document_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment with its receipt; one that was cancelled stays, and counts for nothing."""

    id: int
    receipt: str
    title_id: int
    year: int
    rule: DueKind
    amount: Decimal
    currency: str
    paid_on: date
    payer: str | None
    bank_reference: str | None
    document_sha256: str | None
    received_by: str
    received_at: datetime
    cancelled_by: str | None = None
    cancelled_because: str | None = None
    cancelled_at: datetime | None = None

    @property
    def counts(self) -> bool:
        """Does it count: was it not cancelled?"""
        return self.cancelled_by is None


def receive_payment(unit: UnitOfWork, order: PaymentOrder, at: datetime) -> Payment:
    """Record a payment and return it with the receipt number that the register gave it.

    The number is the next of the civil year in which it is received, without gap: it is given
    under the register lock, and no payment is ever taken out.

    Parameters
    ----------
    at : the instant of the office; its day in Kinshasa is that of the receipt.

    Raises
    ------
    NotFound : the register holds no such title.
    RegisterError : the amount is no positive one in cents; it was paid after that day, or that day
        has not come; or the proof was not uploaded.
    """
    if order.rule not in (FEE, TAX):
        raise RegisterError(f"“{order.rule}” is no due. Choose {FEE} or {TAX}.")
    if order.amount <= 0 or order.amount != cents(order.amount):
        raise RegisterError(f"{order.amount} US$ is no positive amount in cents.")
    if not unit.connection.scalar(_EXISTS, {"id": order.title_id}):
        raise NotFound(f"the register holds no title {order.title_id}. Search by code or holder.")
    unit.open_revision()
    values = {name: getattr(order, name) for name in PaymentOrder.__dataclass_fields__}
    payment_id = _write(unit, _RECEIVE, {**values, "at": at})
    if order.document_sha256 is not None:
        _write(unit, _PROVE, {"payment": payment_id, "sha256": order.document_sha256})
    return next(p for p in payments_of(unit, order.title_id, order.year) if p.id == payment_id)


def keep_proof(unit: UnitOfWork, content: bytes) -> str:
    """Keep the document that shows a payment; return its SHA-256, which the payment names.

    Raises
    ------
    InputError : it is no PDF, JPEG, PNG or TIFF, is empty, or is too large.
    """
    media_type_of(content)
    unit.open_revision()
    return keep_content(unit, content)


def proof_of(unit: UnitOfWork, receipt: str) -> tuple[str, bytes]:
    """Return media type and bytes of the document that shows a payment.

    Raises
    ------
    NotFound : no payment has that receipt, or it came without a document.
    """
    content = unit.connection.scalar(_PROOF, {"receipt": receipt})
    if content is None:
        raise NotFound(f"no document was uploaded for receipt {receipt}.")
    return media_type_of(bytes(content)), bytes(content)


def cancel_payment(unit: UnitOfWork, receipt: str, reason: str) -> Payment:
    """Cancel a wrong payment, as another person than the one who received it; return it.

    Raises
    ------
    NotFound : no payment has that receipt.
    RegisterError : it is cancelled already, or the same person received it; or no reason is given.
    """
    if not reason.strip():
        raise RegisterError("a payment is cancelled with a reason. Say what was wrong with it.")
    payment = payment_by_receipt(unit, receipt)
    if not payment.counts:
        raise RegisterError(f"receipt {receipt} was cancelled by {payment.cancelled_by} already.")
    unit.open_revision()
    _write(unit, _CANCEL, {"id": payment.id, "reason": reason})
    return payment_by_receipt(unit, receipt)


def _write(unit: UnitOfWork, statement: Any, values: dict[str, Any]) -> int | None:
    try:
        result = unit.connection.execute(statement, values)
    except exc.DBAPIError as error:
        cause = driver_error(error)
        if isinstance(cause, pg.CheckViolation | pg.UniqueViolation | pg.ForeignKeyViolation):
            raise RegisterError(_refusal(cause)) from error
        raise
    return int(result.scalar_one()) if result.returns_rows else None


def _refusal(cause: pg.IntegrityError) -> str:
    if cause.diag.constraint_name == "payment_proof_kept":
        return "no document of that digest was uploaded as a proof. Upload it first."
    if cause.diag.constraint_name == "payment_cancellation_four_eyes":
        return "a payment is cancelled by another person than the one who received it."
    if isinstance(cause, pg.UniqueViolation):
        return "the payment was cancelled a moment ago."
    return f"the payment is refused: {cause.diag.message_primary}."


def payment_by_receipt(unit: UnitOfWork, receipt: str) -> Payment:
    """Return the payment that has a receipt number.

    Raises
    ------
    NotFound : no payment has it.
    """
    found = _payments(unit, None, receipt=receipt)
    if not found:
        raise NotFound(f"no payment has the receipt {receipt}. List those of the title.")
    return found[0]


def payments_of(
    unit: UnitOfWork,
    title_id: int,
    year: int | None = None,
    as_known_on: date | int | None = None,
) -> list[Payment]:
    """Return the payments for a title, of one civil year or of all, cancelled ones too."""
    return _payments(unit, as_known_on, title=title_id, year=year)


def payments_by_title(
    unit: UnitOfWork, year: int | None, as_known_on: date | int | None = None
) -> dict[int, list[Payment]]:
    """Return the payments of a civil year (None: of all years), by title."""
    found: dict[int, list[Payment]] = defaultdict(list)
    for payment in _payments(unit, as_known_on, year=year):
        found[payment.title_id].append(payment)
    return dict(found)


def _payments(
    unit: UnitOfWork,
    as_known_on: date | int | None,
    *,
    title: int | None = None,
    year: int | None = None,
    receipt: str | None = None,
) -> list[Payment]:
    known = Reader(unit.connection).revision_as_known(as_known_on)
    asked = {"known": known, "title": title, "year": year, "receipt": receipt}
    rows: Sequence[Row[Any]] = unit.connection.execute(_PAYMENTS, asked).all()
    return [Payment(**row._mapping) for row in rows]
