"""What people state about an area: one value for each kind of record, as it is received and kept.

The names of the fields are those of the table that keeps it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from geo.casework.operation.record import Basis, Severity

Line = Annotated[
    str,
    StringConstraints(
        min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]*$", strip_whitespace=True
    ),
]
Words = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, pattern=r"^[^\x00]*$", strip_whitespace=True),
]
Code = Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z][a-z0-9_.]*$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Id = Annotated[int, Field(ge=1, lt=1 << 63)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]
Year = Annotated[int, Field(ge=1900, le=2200)]
NationalTonnes = Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=4)]
Tonnes = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=4)]


class Order(BaseModel):
    """Something stated of an area; ``on_day`` is the day on which it happened or was stated."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    table: ClassVar[str]
    on_day: date


class KeepArea(Order):
    """That a title of the register is an artisanal area; EGC's own ground names its party."""

    table = "asm_area"
    basis: Basis
    egc_acts: bool
    reference: Line
    egc_party_id: Id | None = None
    corrects: Id | None = None


class Assess(Order):
    """A geological assessment; another person accepts it.

    ``document_sha256`` is that of a document that was uploaded, as it lies in the operation file.
    """

    table = "geological_assessment"
    document_sha256: Digest
    organisation: Line
    geologist: Line | None = None
    vintage: Year
    resources: Words
    corrects: Id | None = None


class CheckCondition(Order):
    """That a minimum condition was checked, and what shows it."""

    table = "condition_check"
    condition: Code
    outcome: Literal["met", "unmet", "not_checked"]
    evidence: Words | None = None
    corrects: Id | None = None

    @model_validator(mode="after")
    def _shown(self) -> CheckCondition:
        if self.outcome != "not_checked" and not self.evidence:
            raise ValueError("say what shows that the condition is met or unmet")
        return self


class DescribeCooperative(Order):
    """What is known of a cooperative in an area: approval (agrément), members, conduct code.

    ``approval_sha256`` is that of the approval as it was uploaded, where it was.
    """

    table = "cooperative_record"
    party_id: Id
    approval_reference: Line | None = None
    approved_on: date | None = None
    approval_ends_on: date | None = None
    approval_sha256: Digest | None = None
    members: Count | None = None
    conduct_code_signed: bool | None = None
    corrects: Id | None = None

    @model_validator(mode="after")
    def _whole(self) -> DescribeCooperative:
        if (self.approval_reference is None) != (self.approved_on is None):
            raise ValueError("an approval has a reference and a day")
        if self.approval_sha256 and self.approval_reference is None:
            raise ValueError("the document is of an approval: give its reference")
        if self.approval_ends_on and (
            self.approved_on is None or self.approval_ends_on <= self.approved_on
        ):
            raise ValueError("an approval ends after it began")
        return self


class CountCards(Order):
    """How many members of a cooperative have artisanal cards of a year; never who."""

    table = "cooperative_cards"
    party_id: Id
    year: Year
    cards: Count
    corrects: Id | None = None


class AssessStandard(Order):
    """An assessment against a standard: level 0 to 4."""

    table = "standard_assessment"
    standard: Line
    level: Annotated[int, Field(ge=0, le=4)]
    assessor: Line
    summary: Words | None = None
    corrects: Id | None = None


class Inspect(Order):
    """A visit of an inspector."""

    table = "inspection"
    authority: Line
    summary: Words
    corrects: Id | None = None


class Find(Order):
    """A finding of an assessment or of an inspection, with its deadline.

    ``practice`` is a code of the law data (``practice.*``), where it is one of those.
    """

    table = "operation_finding"
    severity: Severity
    text: Words
    practice: Annotated[str, StringConstraints(max_length=60, pattern=r"^[a-z0-9_]+$")] | None = (
        None
    )
    remediation: Words | None = None
    due_on: date | None = None
    assessment_id: Id | None = None
    inspection_id: Id | None = None
    corrects: Id | None = None

    @model_validator(mode="after")
    def _of_one(self) -> Find:
        if (self.assessment_id is None) == (self.inspection_id is None):
            raise ValueError("a finding is of an assessment or of an inspection")
        if self.due_on and self.due_on < self.on_day:
            raise ValueError("the deadline lies before the finding")
        return self


class CloseFinding(Order):
    """That a finding was remedied, and how."""

    table = "finding_closure"
    finding_id: Id
    remediation: Words


class Declare(Order):
    """Production of a month, by its first day: tonnes, lots, price paid, buyer, export, quota.

    ``terms_shared``: price and buyer may be read by the holder of the host title too.
    """

    table = "production_declaration"
    month: date
    substance: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,20}$")]
    tonnes: Tonnes
    declared_by: Literal["cooperative", "egc"]
    party_id: Id | None = None
    grade_percent: Annotated[Decimal, Field(ge=0, le=100, decimal_places=4)] | None = None
    lots: Annotated[tuple[Line, ...], Field(max_length=200)] = ()
    price: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=4)] | None = None
    price_currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    price_unit: Literal["kg", "t"] | None = None
    buyer: Line | None = None
    buyer_kind: Literal["egc", "treatment_entity", "other"] | None = None
    traded_on: date | None = None
    terms_shared: bool = False
    export_flow: Line | None = None
    quota_period: Line | None = None
    national_month_t: NationalTonnes | None = None
    national_year_t: NationalTonnes | None = None
    national_source: Line | None = None
    corrects: Id | None = None

    @model_validator(mode="after")
    def _whole(self) -> Declare:
        if self.month.day != 1 or self.month > self.on_day:
            raise ValueError("a month is given by its first day, and has begun")
        if self.traded_on and not self.month <= self.traded_on <= self.on_day:
            raise ValueError("what is declared was traded in its month or later, not afterwards")
        figures = (self.national_month_t, self.national_year_t)
        if (self.national_source is None) != (figures == (None, None)):
            raise ValueError("a national figure has a source")
        if (self.declared_by == "cooperative") != (self.party_id is not None):
            raise ValueError("a cooperative's declaration names it, EGC's names none")
        if len({self.price is None, self.price_currency is None, self.price_unit is None}) > 1:
            raise ValueError("a price has a currency and a unit")
        return self


class ReportIncident(Order):
    """An incident. Sensitive: nothing of it is ever published."""

    table = "incident"
    category: Code
    text: Words
    dead: Count | None = None
    injured: Count | None = None
    corrects: Id | None = None


class Decide(BaseModel):
    """A second person's word on an assessment or a layout: accepted, or refused with its reason."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    on_day: date
    accepted: bool
    reason: Words
