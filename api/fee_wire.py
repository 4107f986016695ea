"""What the API and the command line say of rates, dues, payments and lists, field by field.

Amounts are decimal strings in US$; null is undetermined, and ``reason`` says why.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.wire import Sentence
from geo.casework.money.dues import TitleDue, TitleDues
from geo.casework.money.effect import ProposalEffect
from geo.casework.money.lists import Candidate
from geo.casework.money.merge import Rate, superseded_days
from geo.casework.money.payments import Payment, PaymentOrder
from geo.casework.money.rates import Proposal
from geo.casework.money.standing import Account
from geo.errors import InputError
from geo.law.fees import FeeEffect
from geo.law.values import Confidence, Law
from geo.periods import Period
from maps.fee_words import CANDIDATES_ONLY, CAUSES, REASONS, STANDINGS
from maps.style import Label

Words = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
Year = Annotated[int, Field(ge=1900, le=2999)]
Dollars = Annotated[Decimal, Field(gt=0, max_digits=14, decimal_places=2)]


def _said(label: Label | None) -> Sentence | None:
    return None if label is None else Sentence(fr=label.fr, en=label.en)


class RateIn(BaseModel):
    """A rate as an administrator proposes it; ``replaces`` is the rate in whose place it comes."""

    model_config = ConfigDict(extra="forbid")
    rule: Words
    first_day: date
    until: date | None = None
    usd_per_carre: Dollars
    legal_text: Words
    article: Words
    source: Words
    confidence: Literal["S", "S2", "K"]
    note: Words | None = None
    replaces: int | None = Field(default=None, ge=1, lt=1 << 63)

    def rate(self) -> Rate:
        """Return the rate.

        Raises: InputError where its period holds no day.
        """
        try:
            period = Period(self.first_day, self.until)
        except ValueError as error:
            raise InputError(f"{error}. Give a day after the first as the end.") from error
        told = self.model_dump(exclude={"first_day", "until", "confidence", "replaces"})
        return Rate(**told, period=period, confidence=Confidence(self.confidence))


class RateOut(BaseModel):
    """A rate of the register, on days from ``first_day`` until before ``until``.

    ``superseded``: from when until before when the law data states a value by now, which counts.
    """

    id: int | None
    rule: str
    first_day: date | None
    until: date | None
    usd_per_carre: Decimal
    legal_text: str
    article: str
    source: str
    confidence: str
    note: str | None
    superseded: list[tuple[date | None, date | None]]

    @classmethod
    def of(cls, rate: Rate, law: Law | None = None) -> RateOut:
        """Return a rate as it is said, beside the law data."""
        days = superseded_days(rate, law) if law else ()
        return cls(
            id=rate.id,
            rule=rate.rule,
            first_day=rate.period.start,
            until=rate.period.end,
            usd_per_carre=rate.usd_per_carre,
            legal_text=rate.legal_text,
            article=rate.article,
            source=rate.source,
            confidence=rate.confidence,
            note=rate.note,
            superseded=[(period.start, period.end) for period in days],
        )


class RateOnDay(BaseModel):
    """What a carré costs on the day asked; null where no rate is known."""

    rule: str
    usd_per_carre: Decimal | None
    article: str
    reason: Sentence | None
    entered: bool


class RatesOut(BaseModel):
    """The rates of a day, by the law data and the register, and every rate of the register."""

    on: date
    law: str
    on_day: list[RateOnDay]
    rates: list[RateOut]


class ProposalOut(BaseModel):
    """A rate that waits for a second person; ``rate`` null: the one replaced is taken out."""

    id: int
    rule: str
    rate: RateOut | None
    replaces: int | None
    proposed_by: str

    @classmethod
    def of(cls, one: Proposal) -> ProposalOut:
        """Return a proposal as it is said."""
        rate = None if one.rate is None else RateOut.of(one.rate)
        return cls(
            id=one.id,
            rule=one.rule,
            rate=rate,
            replaces=one.replaces,
            proposed_by=one.proposed_by,
        )


class RemovalIn(BaseModel):
    """A rate to take out again."""

    model_config = ConfigDict(extra="forbid")
    rate: int = Field(ge=1, lt=1 << 63)


class DecisionIn(BaseModel):
    """What a second person answers to a proposal."""

    model_config = ConfigDict(extra="forbid")
    accepted: bool
    reason: Words


class PaymentIn(BaseModel):
    """A payment as an officer receives it; ``bank_reference`` is the payer's own."""

    model_config = ConfigDict(extra="forbid")
    year: Year
    rule: Literal["surface_fee", "area_tax"]
    amount: Dollars
    paid_on: date
    payer: Words | None = None
    bank_reference: Words | None = None
    document_sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")

    def order(self, title_id: int) -> PaymentOrder:
        """Return the order for a title."""
        return PaymentOrder(title_id=title_id, **self.model_dump())


class ProofOut(BaseModel):
    """The digest of a document that was uploaded; a payment names it."""

    sha256: str


class CancellationIn(BaseModel):
    """Why a payment is cancelled."""

    model_config = ConfigDict(extra="forbid")
    reason: Words


class WorksIn(BaseModel):
    """What was seen of a title's works; ``started_on`` null: none had begun."""

    model_config = ConfigDict(extra="forbid")
    observed_on: date
    started_on: date | None = None
    source: Words


class PaymentOut(BaseModel):
    """A payment with its receipt; a cancelled one stays, and counts for nothing."""

    receipt: str
    title_id: int
    year: int
    rule: str
    amount: Decimal
    currency: str
    paid_on: date
    payer: str | None
    bank_reference: str | None
    document_sha256: str | None
    received_by: str
    received_at: datetime
    cancelled_by: str | None
    cancelled_because: str | None
    cancelled_at: datetime | None

    @classmethod
    def of(cls, payment: Payment) -> PaymentOut:
        """Return a payment as it is said."""
        return cls(**{name: getattr(payment, name) for name in cls.model_fields})


class DueOut(BaseModel):
    """A due with its sum step by step, and how it stands against the payments."""

    due: str
    rule: str
    article: str
    cells: int | None
    life_year: int | None
    per_cell: Decimal | None
    year_amount: Decimal | None
    days: int | None
    of_days: int | None
    amount: Decimal | None
    reason: Sentence | None
    due_on: date | None
    steps: list[str]
    standing: str
    standing_said: Sentence
    paid: Decimal
    balance: Decimal | None
    met_on: date | None
    late: bool
    days_late: int | None

    @classmethod
    def of(cls, account: Account) -> DueOut:
        """Return an account as it is said."""
        due: TitleDue = account.due
        days, of_days = due.part or (None, None)
        label = STANDINGS[account.standing]
        return cls(
            due=due.due,
            rule=due.rule,
            article=due.article,
            cells=due.cells,
            life_year=due.life_year,
            per_cell=due.per_cell,
            year_amount=due.year_amount,
            days=days,
            of_days=of_days,
            amount=due.amount,
            reason=_said(REASONS.get(due.reason)),
            due_on=due.due_on,
            steps=list(due.steps),
            standing=account.standing,
            standing_said=Sentence(fr=label.fr, en=label.en),
            paid=account.paid,
            balance=account.balance,
            met_on=account.met_on,
            late=account.is_late,
            days_late=account.days_late,
        )


class DuesOut(BaseModel):
    """What a title owes for a civil year. ``reason``: why it owes nothing at all."""

    title_id: int
    code: str | None
    kind: str
    year: int
    on: date
    reason: Sentence | None
    dues: list[DueOut]
    payments: list[PaymentOut]

    @classmethod
    def of(cls, dues: TitleDues, accounts: list[Account], payments: list[Payment]) -> DuesOut:
        """Return the dues of a title as they are said."""
        return cls(
            title_id=dues.title.title_id,
            code=dues.title.code,
            kind=dues.title.kind,
            year=dues.year,
            on=dues.on,
            reason=_said(REASONS.get(dues.reason)),
            dues=[DueOut.of(one) for one in accounts],
            payments=[PaymentOut.of(one) for one in payments],
        )


class ChangeOut(BaseModel):
    """A due of a whole year before and after a proposal."""

    rule: str
    before: Decimal | None
    after: Decimal | None
    change: Decimal | None
    reason: Sentence | None

    @classmethod
    def of(cls, effect: FeeEffect) -> ChangeOut:
        """Return a change as it is said."""
        reason = effect.before.reason or effect.after.reason
        return cls(
            rule=effect.before.rule,
            before=effect.before.amount,
            after=effect.after.amount,
            change=effect.change,
            reason=_said(REASONS.get(reason)),
        )


class EffectOut(BaseModel):
    """What a proposal does to the dues of its host, by route A and by route B."""

    title_id: int
    route: Literal["a", "b"]
    life_year: int
    cells_before: int
    cells_given_up: int
    route_a: list[ChangeOut]
    route_b: list[ChangeOut]

    @classmethod
    def of(cls, effect: ProposalEffect) -> EffectOut:
        """Return an effect as it is said."""
        return cls(
            title_id=effect.host_title_id,
            route=effect.route,
            life_year=effect.life_year,
            cells_before=effect.cells_before,
            cells_given_up=effect.cells_given_up,
            route_a=[ChangeOut.of(one) for one in effect.route_a],
            route_b=[ChangeOut.of(one) for one in effect.route_b],
        )


class CandidateOut(BaseModel):
    """A title on a list, to be examined; the list decides nothing."""

    cause: str
    cause_said: Sentence
    title_id: int
    code: str | None
    part: str | None
    kind: str
    state: str
    holders: str
    year: int
    standing: str | None
    amount_due: Decimal | None
    paid: Decimal
    balance: Decimal | None
    reason: Sentence | None
    due_on: date | None
    days_late: int | None
    article: str
    notice_until: date | None
    defence_until: date | None

    @classmethod
    def of(cls, one: Candidate) -> CandidateOut:
        """Return a candidate as it is said."""
        cause = CAUSES[one.cause]
        said = {"cause_said", "reason"}
        return cls(
            **{name: getattr(one, name) for name in cls.model_fields.keys() - said},
            cause_said=Sentence(fr=cause.fr, en=cause.en),
            reason=_said(REASONS.get(one.reason)),
        )


class ListOut(BaseModel):
    """A list, as of a day and as known on a revision."""

    which: str
    on: date
    as_known_revision: int
    notice: Sentence = Sentence(fr=CANDIDATES_ONLY.fr, en=CANDIDATES_ONLY.en)
    total: int
    candidates: list[CandidateOut]
