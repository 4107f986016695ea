"""What the API says, field by field: the wire form of the register's answers.

Dates are calendar days (ISO 8601). Legal areas are decimal strings: they are exact. Bounds are
west, south, east, north in degrees (EPSG:4326).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from geo.register.views import FileIssueView
from geo.sources.rows import Issue
from maps.issue_words import corrector_label, field_label, issue_label
from maps.style import Label

Bounds = tuple[float, float, float, float]


class RightCount(BaseModel):
    """How many rights of one kind are in one state."""

    kind: str
    state: str
    count: int


class VerdictCount(BaseModel):
    """How many overlaps have one verdict."""

    verdict: str
    count: int


class Summary(BaseModel):
    """The register at a glance. ``on`` is the day of the law, in Africa/Kinshasa."""

    revision: int
    on: date
    demonstration: bool
    rights: list[RightCount]
    overlaps: list[VerdictCount]


class RightName(BaseModel):
    """Enough to name a right and to draw its badge."""

    id: int
    code: str | None
    part: str | None
    kind: str
    state: str


class Found(RightName):
    """A right that a search found, with the names of holders that the asker may see."""

    holders: str | None


class FoundPlace(BaseModel):
    """A place of the base map: ``town``, ``province`` or ``old_province`` (before 2015)."""

    kind: str
    name: str
    bounds: Bounds


class FoundPoint(BaseModel):
    """A position that the words may mean, and its carré.

    ``order`` says how they were read: ``letters`` (of the compass), ``utm``, or, where nothing
    tells, ``lat_lon`` and ``lon_lat``. ``inside``: within the outline of the country (1:10m).
    """

    lon: float
    lat: float
    order: str
    col: int
    row: int
    inside: bool


class FoundCarre(BaseModel):
    """A carré that the words name; ``inside``: its middle lies within the country."""

    col: int
    row: int
    inside: bool


class SearchAnswer(BaseModel):
    """What a search found, each group best first."""

    results: list[Found]
    places: list[FoundPlace]
    points: list[FoundPoint]
    carre: FoundCarre | None


class HolderShare(BaseModel):
    """A holder; ``name`` is null where it is withheld from the asker, ``share`` is in percent."""

    name: str | None
    share: Decimal | None


class SourceRow(BaseModel):
    """Where the register has a title from: a row of a file as received, and as of which day."""

    file: str
    row: int
    as_of: date


class Sentence(BaseModel):
    """One sentence in French and in English."""

    fr: str
    en: str

    @classmethod
    def of(cls, label: Label) -> Sentence:
        """Return a label of ours."""
        return cls(fr=label.fr, en=label.en)


class Overlap(BaseModel):
    """What two rights share, and the law's word on it.

    ``cells`` and ``legal_area_ha`` are null where a side lies off the lattice; ``area_cells`` is
    then the measured area in carrés. Where no audit judged the pair, ``verdict`` is ``unknown``.
    """

    id: int
    exact: bool
    cells: int | None
    area_cells: float
    legal_area_ha: Decimal | None
    geodesic_area_ha: float
    verdict: str
    reason: str
    article: str
    source: str
    confidence: str
    message: Sentence
    on: date


class OverlapWith(Overlap):
    """An overlap seen from one of its two rights; ``share`` is of that right's ground."""

    other: RightName
    share: float


class OverlapPair(Overlap):
    """An overlap with both its rights."""

    a: RightName
    b: RightName


class Title(RightName):
    """A title's card. What describes its ground is null where it has none in the register.

    ``overlaps`` holds the largest of the ``overlaps_total`` that the latest audit found.
    """

    kind_raw: str | None
    procedure: str
    status_raw: str | None
    filed_on: date | None
    granted_on: date | None
    expires_on: date | None
    holders: list[HolderShare]
    minerals: list[str]
    declared_cells: int | None
    on_lattice: bool | None
    cells: int | None
    area_cells: float | None
    legal_area_ha: Decimal | None
    geodesic_area_ha: float | None
    bounds: Bounds | None
    source: SourceRow | None
    overlaps: list[OverlapWith]
    overlaps_total: int


class Shape(BaseModel):
    """A GeoJSON feature (RFC 7946); ``geometry`` is null where the title has no ground."""

    type: str = "Feature"
    id: int
    properties: dict[str, Any] = {}
    geometry: dict[str, Any] | None


class OverlapPage(BaseModel):
    """A page of overlaps, the gravest verdict first."""

    total: int
    items: list[OverlapPair]


class ImportIssue(BaseModel):
    """Something odd in a file as received, and who must correct it.

    ``meaning`` says what the kind is and what to do; ``message`` is what the reader of the file
    noted, in English.
    """

    file: str
    row: int | None
    field: str | None
    field_label: Sentence | None
    value: str | None
    kind: str
    meaning: Sentence
    message: str
    corrected_by: str
    corrector: Sentence
    refused: bool

    @classmethod
    def of(cls, issue: Issue | FileIssueView, *, refused: bool) -> ImportIssue:
        """Return an issue with what it means, in both languages."""
        field = field_label(issue.field)
        return cls(
            file=issue.file,
            row=issue.row,
            field=issue.field,
            field_label=Sentence.of(field) if field else None,
            value=issue.value,
            kind=issue.kind,
            meaning=Sentence.of(issue_label(issue.kind)),
            message=issue.message,
            corrected_by=issue.corrected_by,
            corrector=Sentence.of(corrector_label(issue.corrected_by)),
            refused=refused,
        )


class IssuePage(BaseModel):
    """A page of import issues."""

    total: int
    items: list[ImportIssue]
