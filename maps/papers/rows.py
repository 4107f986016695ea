"""What the printed papers are drawn from: plain rows, filled by the caller.

Instants carry their offset (they are printed in Kinshasa time), days are calendar days in
Africa/Kinshasa, shapes are in longitude and latitude (EPSG:4326), digests are SHA-256 in lower
case hexadecimal. Every text is untrusted: the drawing makes it printable and wraps it.
``printed_at`` is the instant of issue, the only "now" of a paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from shapely.geometry.base import BaseGeometry

from geo.law.outcomes import Finding, Outcome
from geo.perimeter import Perimeter

Conclusion = Literal["favourable", "unfavourable", "reserved"]
LimitKind = Literal["border", "protected"]


@dataclass(frozen=True, slots=True)
class PaperDocument:
    """A document of a file (pièce): what it is, its file name, its SHA-256, its size in bytes."""

    label: str
    file_name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class PaperFiling:
    """A filing received on paper (dépôt sur papier) and entered afterwards, with the reason."""

    entered_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ReceiptPaper:
    """A filing receipt (récépissé de dépôt).

    ``filed_at`` is the instant that gives priority; for a paper filing it is the hour of the
    receipt on paper, and ``paper.entered_at`` the server's instant of entry. ``perimeter`` is None
    for a filing without ground of its own (a transfer). ``kind`` is a code of ``maps.style``,
    ``subject`` what is asked (« Demande de permis de recherches »), ``digest`` that of the filing.
    """

    number: str
    kind: str
    subject: str
    applicant: str
    perimeter: Perimeter | None
    filed_at: datetime
    documents: tuple[PaperDocument, ...]
    digest: str
    place: str
    printed_at: datetime
    paper: PaperFiling | None = None
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class PaperRuling:
    """A legal ruling (décision juridique) that settles an undetermined finding."""

    reference: str
    text: str
    signatory: str
    ruled_on: date
    document_sha256: str = ""


@dataclass(frozen=True, slots=True)
class PaperFinding:
    """A finding (constat) as printed; ``verdict`` and ``default`` are codes of ``maps.style``.

    ``rules_on`` is the day whose rules were applied, ``default`` what an uncertain text would have
    answered (empty where there is none), ``subject`` the neighbour or place it is about, and
    ``first_day`` the first day of a rule that did not exist yet.
    """

    code: str
    outcome: Outcome
    verdict: str
    article: str
    source: str
    confidence: str
    message_fr: str
    rules_on: date
    cells: Perimeter | None = None
    default: str = ""
    subject: str = ""
    first_day: date | None = None
    ruling: PaperRuling | None = None

    @classmethod
    def of(cls, finding: Finding, ruling: PaperRuling | None = None) -> PaperFinding:
        """Return the printed form of a finding of the law engine."""
        return cls(
            code=finding.code,
            outcome=finding.outcome,
            verdict=finding.verdict.value,
            article=finding.article,
            source=finding.source,
            confidence=str(finding.confidence),
            message_fr=finding.message.fr,
            rules_on=finding.rules_on,
            cells=finding.cells,
            default=finding.default.value if finding.default else "",
            subject=finding.subject,
            first_day=finding.first_day,
            ruling=ruling,
        )


@dataclass(frozen=True, slots=True)
class OpinionPaper:
    """A cadastral opinion (avis cadastral); a draft (projet) while ``confirmed_at`` is None.

    ``facts_on`` is the day of the facts, ``rules_on`` the day whose rules the file follows,
    ``law_version`` the version of the law data, ``digest`` that of the judged content.
    """

    number: str
    kind: str
    subject: str
    applicant: str
    perimeter: Perimeter | None
    conclusion: Conclusion
    reasons: str
    findings: tuple[PaperFinding, ...]
    facts_on: date
    rules_on: date
    law_version: str
    digest: str
    reviewer: str
    supervisor: str
    place: str
    printed_at: datetime
    confirmed_at: datetime | None = None
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What lies around or on the ground: a title, zone, allocation or restricted area.

    ``kind`` and ``state`` are codes of ``maps.style``; ``label`` names a kind that the style does
    not know. ``shape`` may be a polygon, line or point, lon/lat.
    """

    code: str
    kind: str
    state: str
    shape: BaseGeometry
    holder: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A line that clips carrés (GRID-3): the national border or a protected area's limit."""

    kind: LimitKind
    label: str
    shape: BaseGeometry


@dataclass(frozen=True, slots=True)
class ExtractPaper:
    """An extract of the survey map (extrait de la carte de retombes minières).

    ``perimeter`` holds the whole carrés that are counted. ``ground`` is the exact ground, lon/lat,
    where it differs: carrés clipped at a limit (``ground_reason`` says which), or a right whose
    vertices are not on the lattice (``off_lattice``: then the vertices listed are the ground's).
    ``day`` is the legal day shown, ``revision`` and ``known_at`` the recorded time it was read at.
    """

    reference: str
    code: str
    kind: str
    state: str
    holder: str
    perimeter: Perimeter
    province: str
    locality: str
    neighbours: tuple[Neighbour, ...]
    day: date
    revision: int
    known_at: datetime
    printed_at: datetime
    limits: tuple[Limit, ...] = ()
    ground: BaseGeometry | None = None
    ground_reason: str = ""
    off_lattice: bool = False
    illustrative: bool = False
