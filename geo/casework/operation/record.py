"""The record of an artisanal area: what was submitted, decided, assessed, found and declared.

Plain values, as the reader gives them of one revision: a fact that was corrected is there in its
last form only. ``on_day`` is the calendar day on which something happened or was stated.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Basis(StrEnum):
    """Why artisanal work is lawful on a ground."""

    ZONE = "zone"
    ALLOCATION = "allocation"
    EGC_GROUND = "egc_ground"


class AreaState(StrEnum):
    """Where the operation of an area stands."""

    NOT_ASSESSED = "not_assessed"
    ASSESSED = "assessed"
    LAID_OUT = "laid_out"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    REHABILITATED = "rehabilitated"


class Severity(StrEnum):
    """How grave a finding of an inspection or assessment is."""

    CRITICAL = "critical"
    HIGH = "high"
    MINOR = "minor"


LEVEL_OF = {Severity.CRITICAL: 1, Severity.HIGH: 2}
"""To which level a finding brings a standard down (0 not assessed … 4 conforming)."""


@dataclass(frozen=True, slots=True)
class Area:
    """An artisanal area (zone, allocation, ground of EGC), by its title in the register."""

    title_id: int
    basis: Basis
    egc_acts: bool
    on_day: date
    reference: str
    egc_party_id: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """A second person's word on what another submitted."""

    accepted: bool
    on_day: date
    reason: str
    account_id: int


@dataclass(frozen=True, slots=True)
class GeologicalAssessment:
    """An assessment of the ground (évaluation géologique), by the digest of its document."""

    id: int
    on_day: date
    document_sha256: str
    organisation: str
    geologist: str | None
    vintage: int
    resources: str
    account_id: int
    decision: Decision | None = None
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """A version of the mine layout; ``blocking`` counts the issues with which it cannot stand."""

    id: int
    on_day: date
    version: int
    file_sha256: str
    law_version: str
    features: int
    blocking: int
    account_id: int
    decision: Decision | None = None
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class ConditionCheck:
    """That a minimum condition was looked at: ``met`` None where it could not be checked."""

    id: int
    condition: str
    on_day: date
    met: bool | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class CooperativeRecord:
    """What is known of a cooperative in an area. ``approval_ends_on``: first day without it."""

    id: int
    party_id: int
    on_day: date
    approval_reference: str | None
    approved_on: date | None
    approval_ends_on: date | None
    members: int | None
    conduct_code_signed: bool | None
    approval_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Cards:
    """Artisanal cards of a cooperative's members, by count, valid in one calendar year."""

    id: int
    party_id: int
    on_day: date
    year: int
    cards: int


@dataclass(frozen=True, slots=True)
class StandardAssessment:
    """An assessment against a standard: level 0 not assessed, 1 critical … 4 conforming."""

    id: int
    standard: str
    on_day: date
    level: int
    assessor: str
    summary: str | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """A visit of an inspector."""

    id: int
    on_day: date
    authority: str
    summary: str


@dataclass(frozen=True, slots=True)
class FoundFault:
    """A finding of an assessment or inspection; ``closed_on`` None while it stands."""

    id: int
    on_day: date
    severity: Severity
    text: str
    practice: str | None = None
    due_on: date | None = None
    remediation: str | None = None
    assessment_id: int | None = None
    inspection_id: int | None = None
    corrects: int | None = None
    closed_on: date | None = None
    closed_by: int | None = None

    def stands_on(self, day: date) -> bool:
        """Whether it was made by a day and not closed by it."""
        return self.on_day <= day and (self.closed_on is None or day < self.closed_on)


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a cooperative or EGC declares to have produced in a month, by its first day.

    ``buyer_kind``: egc, treatment_entity (one that treats or trades artisanal copper and cobalt) or
    other. ``traded_on``: the day of the sale or export. ``national_month_t`` and
    ``national_year_t``: cobalt that the country exported in the month and in the year until then,
    this lot included, by ``national_source``. ``terms_withheld``: price and buyer are not told to
    whoever reads.
    """

    id: int
    on_day: date
    month: date
    substance: str
    tonnes: Decimal
    declared_by: str
    party_id: int | None = None
    grade_percent: Decimal | None = None
    lots: tuple[str, ...] = ()
    price: Decimal | None = None
    price_currency: str | None = None
    price_unit: str | None = None
    buyer: str | None = None
    buyer_kind: str | None = None
    traded_on: date | None = None
    terms_shared: bool = False
    terms_withheld: bool = False
    export_flow: str | None = None
    quota_period: str | None = None
    national_month_t: Decimal | None = None
    national_year_t: Decimal | None = None
    national_source: str | None = None
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class LifeStep:
    """A step of the area's operation: what was done, and the state from then on."""

    action: str
    to_state: str
    on_day: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """Everything kept of an area, but incidents, which fewer may read."""

    area: Area
    assessments: tuple[GeologicalAssessment, ...] = ()
    layouts: tuple[Layout, ...] = ()
    conditions: tuple[ConditionCheck, ...] = ()
    cooperatives: tuple[CooperativeRecord, ...] = ()
    cards: tuple[Cards, ...] = ()
    standards: tuple[StandardAssessment, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    findings: tuple[FoundFault, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    life: tuple[LifeStep, ...] = ()


def accepted_layout(record: AreaRecord, day: date) -> Layout | None:
    """Return the layout by which an area works on a day: the last one accepted until then."""
    accepted = [
        (layout.decision.on_day, layout.version, layout)
        for layout in record.layouts
        if layout.decision and layout.decision.accepted and layout.decision.on_day <= day
    ]
    return max(accepted, key=lambda one: one[:2])[2] if accepted else None


def last_check(record: AreaRecord, condition: str, day: date) -> ConditionCheck | None:
    """Return the newest check of a condition by a day, None where there is none."""
    checks = [c for c in record.conditions if c.condition == condition and c.on_day <= day]
    return max(checks, key=lambda c: (c.on_day, c.id), default=None)


def state_on(record: AreaRecord, day: date) -> AreaState:
    """Return where the operation stood on a day, by the steps taken until then.

    An area whose file was not opened, or that nobody assessed yet, is not assessed.
    """
    taken = [
        step.to_state for step in record.life if step.on_day <= day and step.to_state != "draft"
    ]
    return AreaState(taken[-1]) if taken else AreaState.NOT_ASSESSED


def level_on(record: AreaRecord, standard: str, day: date) -> int:
    """Return the level of a standard on a day, 0 where it was never assessed.

    The last assessment gives it. A critical or high finding made on its day or later brings it down
    to 1 or 2, and closing the finding does not raise it: only the next assessment does.
    """
    assessed = last_assessment(record, standard, day)
    if assessed is None:
        return 0
    later = (
        LEVEL_OF[finding.severity]
        for finding in record.findings
        if assessed.on_day <= finding.on_day <= day and finding.severity in LEVEL_OF
    )
    return min((assessed.level, *later)) if assessed.level else 0


def last_assessment(record: AreaRecord, standard: str, day: date) -> StandardAssessment | None:
    """Return the newest assessment against a standard by a day, None where there is none."""
    made = [a for a in record.standards if a.standard == standard and a.on_day <= day]
    return max(made, key=lambda a: (a.on_day, a.id), default=None)
