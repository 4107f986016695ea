"""What the reader returns: titles, ground, overlaps, history, imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from shapely.geometry.base import BaseGeometry

from geo.perimeter import Perimeter
from geo.register.grounds import Standing
from geo.sources.rows import RightRow

Side = Literal["this", "other"]


@dataclass(frozen=True, slots=True)
class HolderView:
    """A holder; the name is None where it is withheld from the asker."""

    name: str | None
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class GroundView:
    """Ground of a title: its carrés (the cover, where it lies off the lattice) and its polygon."""

    id: int
    standing: Standing
    kind: str
    held_from: date
    held_to: date | None
    perimeter: Perimeter
    on_lattice: bool
    flags: tuple[str, ...]
    geometry: BaseGeometry

    @property
    def cells(self) -> int:
        """How many carrés."""
        return self.perimeter.count

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        west, south, east, north = self.geometry.bounds
        return west, south, east, north


@dataclass(frozen=True, slots=True)
class TitleView:
    """A title as it stands on a day. ``kind`` is None where no file says it understandably."""

    id: int
    code: str | None
    part: str | None
    kind: str | None
    kind_raw: str | None
    class_: Literal["right", "zone", "restricted", "allocation", "attribution"]
    state: str
    procedure: str
    status_raw: str | None
    holders: tuple[HolderView, ...]
    minerals: tuple[str, ...]
    filed_on: date | None
    granted_on: date | None
    expires_on: date | None
    stated_on: date
    declared_cells: int | None
    declared_area_ha: Decimal | None
    flags: tuple[str, ...]
    source: str | None
    source_file: str | None
    source_row: int | None
    grounds: tuple[GroundView, ...]


@dataclass(frozen=True, slots=True)
class TitleSummary:
    """A title in a list."""

    id: int
    code: str | None
    part: str | None
    kind: str | None
    state: str
    holders: str | None


@dataclass(frozen=True, slots=True)
class OverlapFacts:
    """What two titles share and the law's word on it, from the latest audit of the register.

    ``on`` is the day judged; ``message`` holds ``key``, ``fr`` and ``en``.
    """

    id: int
    on: date
    exact: bool
    cells: int | None
    area_cells: float
    legal_area_ha: Decimal | None
    geodesic_area_m2: float
    verdict: str
    reason: str
    article: str
    source: str
    confidence: str
    message: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OverlapView(OverlapFacts):
    """An overlap of one title with another.

    ``upper`` says which of the two lies on the other (the later one); ``default_verdict`` is what
    an uncertain cell of the matrix proposes, named but never applied.
    """

    other: TitleSummary
    share_this: float
    share_other: float
    tolerance_cells: float
    upper: Side | None
    rule_version: str
    conditions: tuple[str, ...]
    default_verdict: str | None
    first_day: date | None


@dataclass(frozen=True, slots=True)
class OverlapPairView(OverlapFacts):
    """An overlap with both its titles."""

    a: TitleSummary
    b: TitleSummary


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """How many titles of one kind and state have ground of one standing, and how many carrés."""

    kind: str | None
    class_: str
    state: str
    standing: Standing
    titles: int
    cells: int


@dataclass(frozen=True, slots=True)
class RunView:
    """The latest audit of the whole register."""

    id: int
    at: datetime
    on: date
    as_known_revision: int
    law_version: str
    grounds: int
    pairs: int
    cells: int
    polygon_pairs: int
    by_verdict: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RevisionView:
    """A revision: which, when, by whom and why."""

    id: int
    at: datetime
    actor: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of a title's attributes or ground, on both clocks.

    ``subject`` is ``attributes``, ``held``, ``claimed`` or ``restricted``. Legal time is
    [valid_from, valid_to), recorded time [known_from, known_to) in revisions.
    """

    subject: str
    id: int
    kind: str
    state: str | None
    cells: int | None
    valid_from: date
    valid_to: date | None
    known_from: RevisionView
    known_to: int | None
    act: str | None


@dataclass(frozen=True, slots=True)
class RegisteredRight:
    """A ground of the register with the row that the audit compares."""

    title_id: int
    ground_id: int
    standing: Standing
    row: RightRow


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import: what was read, and whether it is in the register."""

    id: int
    source: str
    file: str
    sha256: str
    schema: str
    as_of: date
    features: int
    kept: int
    refused: int
    state: Literal["applied", "pending", "rejected"]
    counts: Mapping[str, int]
    issues: Mapping[str, int]
    changes: Mapping[str, int]
    opened: RevisionView


@dataclass(frozen=True, slots=True)
class IssueView:
    """An issue of an import."""

    row: int | None
    field: str | None
    value: str | None
    kind: str
    message: str
    corrected_by: str
    refused: bool


@dataclass(frozen=True, slots=True)
class FileIssueView(IssueView):
    """An issue of an import, with the file that it is about."""

    file: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What a later extract says of one title, or of one row that is new."""

    id: int
    change: str
    title_id: int | None
    row: int | None
    detail: Mapping[str, Any]
