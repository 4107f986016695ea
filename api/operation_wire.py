"""What the API says of an area's operation, field by field. Tonnes are decimal strings."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import shapely
from pydantic import BaseModel, Field, StringConstraints

from api.casework_wire import FindingOut
from api.wire import Sentence
from geo.casework.operation.features import Feature
from geo.casework.operation.judged import AreaLaw
from geo.casework.operation.layout_check import LayoutIssue
from geo.casework.operation.obstacles import Obstacle
from geo.casework.operation.production import MonthTotal, Quota, Share
from geo.casework.operation.record import (
    Area,
    AreaRecord,
    AreaState,
    Cards,
    ConditionCheck,
    CooperativeRecord,
    Declaration,
    FoundFault,
    GeologicalAssessment,
    Inspection,
    Layout,
    LifeStep,
    StandardAssessment,
    level_on,
    state_on,
)
from geo.casework.operation.stepping import AreaFile
from geo.law.values import Bilingual


def sentence(text: Bilingual) -> Sentence:
    """Return a text of ours in both languages."""
    return Sentence(fr=text.fr, en=text.en)


class ObstacleOut(BaseModel):
    """Something that stands against work in the area."""

    code: str
    verdict: str
    message: Sentence
    article: str
    first_day: date | None
    finding_id: int | None

    @classmethod
    def of(cls, one: Obstacle) -> ObstacleOut:
        """Return an obstacle as the page sees it."""
        return cls(
            code=one.code,
            verdict=one.verdict.value,
            message=sentence(one.message),
            article=one.article,
            first_day=one.first_day,
            finding_id=one.finding_id,
        )


class RecordOut(BaseModel):
    """The record of an area on a day, its state, levels by standard, and what stands against it."""

    on: date
    state: AreaState
    levels: dict[str, int]
    obstacles: list[ObstacleOut]
    findings_of_the_law: list[FindingOut]
    declarations_and_the_law: dict[int, list[FindingOut]]
    file: AreaFile | None
    area: Area
    assessments: tuple[GeologicalAssessment, ...]
    layouts: tuple[Layout, ...]
    conditions: tuple[ConditionCheck, ...]
    cooperatives: tuple[CooperativeRecord, ...]
    cards: tuple[Cards, ...]
    standards: tuple[StandardAssessment, ...]
    inspections: tuple[Inspection, ...]
    findings: tuple[FoundFault, ...]
    declarations: tuple[Declaration, ...]
    life: tuple[LifeStep, ...]

    @classmethod
    def of(
        cls,
        record: AreaRecord,
        file: AreaFile | None,
        obstacles: tuple[Obstacle, ...],
        law: AreaLaw,
        on: date,
    ) -> RecordOut:
        """Return a record as it stands on a day."""
        names = sorted({assessed.standard for assessed in record.standards})
        return cls(
            on=on,
            state=state_on(record, on),
            levels={name: level_on(record, name, on) for name in names},
            obstacles=[ObstacleOut.of(each) for each in obstacles],
            findings_of_the_law=[FindingOut.of(each) for each in law.work.findings],
            declarations_and_the_law={
                number: [FindingOut.of(each) for each in settled.findings]
                for number, settled in law.declarations.items()
            },
            file=file,
            area=record.area,
            assessments=record.assessments,
            layouts=record.layouts,
            conditions=record.conditions,
            cooperatives=record.cooperatives,
            cards=record.cards,
            standards=record.standards,
            inspections=record.inspections,
            findings=record.findings,
            declarations=record.declarations,
            life=record.life,
        )


class Kept(BaseModel):
    """The number of a record that was kept."""

    id: int


class IssueOut(BaseModel):
    """Something that stands against a layout; ``place`` is longitude and latitude."""

    code: str
    features: list[str]
    severity: str
    message: Sentence
    place: tuple[float, float] | None
    article: str

    @classmethod
    def of(cls, issue: LayoutIssue) -> IssueOut:
        """Return an issue as the page sees it."""
        return cls(
            code=issue.code,
            features=list(issue.features),
            severity=issue.severity.value,
            message=sentence(issue.message),
            place=issue.place,
            article=issue.article,
        )

    @classmethod
    def stored(cls, issue: dict[str, Any]) -> IssueOut:
        """Return an issue as it was kept."""
        said = Sentence(fr=issue["fr"], en=issue["en"])
        rest = {name: value for name, value in issue.items() if name not in ("fr", "en")}
        return cls(message=said, **rest)


class LayoutKept(BaseModel):
    """A layout that was kept, what its check found, and the tolerance of the check in degrees."""

    id: int
    version: int
    law_version: str
    tolerance_deg: Decimal
    issues: list[IssueOut]


class LayoutOut(BaseModel):
    """A layout as GeoJSON features, with what its check found when it was submitted."""

    type: str = "FeatureCollection"
    features: list[dict[str, Any]]
    issues: list[IssueOut]


def feature_out(feature: Feature) -> dict[str, Any]:
    """Return a feature as GeoJSON (RFC 7946)."""
    properties = {
        "kind": feature.kind.value,
        "name": feature.name,
        "depth_m": feature.depth_m,
        "width_m": feature.width_m,
    }
    return {
        "type": "Feature",
        "id": feature.id,
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(feature.geometry)),
    }


class IncidentOut(BaseModel):
    """An incident (sensitive)."""

    id: int
    on_day: date
    category: str
    text: str
    dead: int | None
    injured: int | None


class StepAsked(BaseModel):
    """A step of the area's operation: what, why, and how many steps its author had seen."""

    action: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")]
    reason: Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=4000)] = ""
    expected_steps: Annotated[int, Field(ge=0, lt=1 << 31)]


class StepMade(BaseModel):
    """A step that was taken, and the state from then on."""

    seq: int
    state: AreaState


class PublicArea(BaseModel):
    """What everybody may know of an area: open or not, cooperatives by their public names."""

    title_id: int
    basis: str
    state: AreaState
    cooperatives: list[str]
    standards: list[PublicLevel]
    months: list[PublicMonth]


class PublicLevel(BaseModel):
    """The level of a standard, 0 to 4, since its last assessment."""

    standard: str
    level: int
    on_day: date


class PublicMonth(BaseModel):
    """Declared tonnes of a substance in a month."""

    month: date
    substance: str
    tonnes: Decimal


class MonthOut(PublicMonth):
    """Declared tonnes of a substance in a month, with how many declarations they are."""

    declarations: int

    @classmethod
    def of(cls, total: MonthTotal) -> MonthOut:
        """Return a total as the page sees it."""
        return cls(
            month=total.month,
            substance=total.substance,
            tonnes=total.tonnes,
            declarations=total.declarations,
        )


class ShareOut(BaseModel):
    """The share of declared artisanal metal in national output; null: undetermined, and why."""

    percent: Decimal | None
    declared_t: Decimal
    national_t: Decimal | None
    reason: Sentence | None
    source: str

    @classmethod
    def of(cls, share: Share) -> ShareOut:
        """Return a share as the page sees it."""
        return cls(
            percent=share.percent,
            declared_t=share.declared_t,
            national_t=share.national_t,
            reason=sentence(share.reason) if share.reason else None,
            source=share.source,
        )


class ProductionOut(BaseModel):
    """Production of a year: totals by month, share of national output, quotas of exports.

    ``exports_suspended`` by month; null: undetermined.
    """

    year: int
    months: list[MonthOut]
    share: ShareOut
    quotas: list[QuotaOut]
    exports_suspended: dict[date, bool | None]


class QuotaOut(BaseModel):
    """Which quota applied in a month."""

    month: date
    rule: str
    quantity_t: Decimal | None
    unit: str
    article: str
    reason: str

    @classmethod
    def of(cls, month: date, quota: Quota) -> QuotaOut:
        """Return a quota as the page sees it."""
        return cls(
            month=month,
            rule=quota.rule,
            quantity_t=quota.quantity_t,
            unit=quota.unit,
            article=quota.article,
            reason=quota.reason,
        )
