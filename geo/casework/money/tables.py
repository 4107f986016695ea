"""The tables of fees and payments as SQLAlchemy models. Migration 0014 makes them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Computed, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from geo.register.tables import Held, Id, Known, Table


def _to(column: str) -> Any:
    return mapped_column(BigInteger, ForeignKey(f"register.{column}"))


class FeeProposal(Table):
    """A rate of the surface fee as one person proposes it."""

    __tablename__ = "fee_proposal"
    id: Mapped[Id]
    rule: Mapped[str]
    valid: Mapped[Held]
    usd_per_carre: Mapped[Decimal | None]
    legal_text: Mapped[str]
    article: Mapped[str]
    source: Mapped[str]
    confidence: Mapped[str]
    note: Mapped[str | None]
    replaces: Mapped[int | None] = _to("fee_proposal.id")
    proposed_by: Mapped[int] = _to("account.id")
    opened_revision: Mapped[int] = _to("revision.id")


class FeeRate(Table):
    """A rate of the surface fee that another person confirmed, on both clocks."""

    __tablename__ = "fee_rate"
    id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("register.fee_proposal.id"),
        primary_key=True,
        autoincrement=False,
    )
    rule: Mapped[str]
    valid: Mapped[Held]
    usd_per_carre: Mapped[Decimal | None]
    legal_text: Mapped[str]
    article: Mapped[str]
    source: Mapped[str]
    confidence: Mapped[str]
    note: Mapped[str | None]
    proposed_by: Mapped[int] = _to("account.id")
    confirmed_by: Mapped[int] = _to("account.id")
    known: Mapped[Known]


class FeeDecision(Table):
    """What a second person answered to a proposed rate."""

    __tablename__ = "fee_decision"
    proposal_id: Mapped[int] = mapped_column(
        BigInteger,
        ForeignKey("register.fee_proposal.id"),
        primary_key=True,
        autoincrement=False,
    )
    accepted: Mapped[bool]
    reason: Mapped[str]
    decided_by: Mapped[int] = _to("account.id")
    opened_revision: Mapped[int] = _to("revision.id")


class Payment(Table):
    """A payment received, with its receipt (quittance)."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("receipt_year", "receipt_number"),
        Index("payment_by_title", "title_id", "year"),
    )
    id: Mapped[Id]
    title_id: Mapped[int] = _to("title.id")
    year: Mapped[int]
    rule: Mapped[str]
    amount: Mapped[Decimal]
    currency: Mapped[str]
    paid_on: Mapped[date]
    payer: Mapped[str | None]
    bank_reference: Mapped[str | None]
    received_by: Mapped[str]
    received_at: Mapped[datetime]
    receipt_year: Mapped[int]
    receipt_number: Mapped[int]
    receipt: Mapped[str] = mapped_column(
        Computed("receipt_year::text || '-' || lpad(receipt_number::text, 6, '0')", persisted=True),
        unique=True,
    )
    opened_revision: Mapped[int] = _to("revision.id")


class PaymentCancellation(Table):
    """A payment that was wrong, as a second person found."""

    __tablename__ = "payment_cancellation"
    payment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("register.payment.id"), primary_key=True, autoincrement=False
    )
    reason: Mapped[str]
    cancelled_by: Mapped[str]
    opened_revision: Mapped[int] = _to("revision.id")


class WorksReport(Table):
    """Whether works had begun on a title on a day observed."""

    __tablename__ = "works_report"
    __table_args__ = (Index("works_report_by_title", "title_id"),)
    id: Mapped[Id]
    title_id: Mapped[int] = _to("title.id")
    observed_on: Mapped[date]
    started_on: Mapped[date | None]
    source: Mapped[str]
    reported_by: Mapped[str]
    opened_revision: Mapped[int] = _to("revision.id")
