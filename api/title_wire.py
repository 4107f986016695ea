"""The parts of a title's card that are asked for when they are opened, and lists of titles."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel

from api.wire import Bounds, OverlapWith, RightName, Sentence


class OverlapsOfTitle(BaseModel):
    """A page of a title's overlaps, the largest first."""

    total: int
    items: list[OverlapWith]


class VertexOut(BaseModel):
    """A vertex: degrees (EPSG:4326), and as words with degrees, minutes and seconds."""

    lon: float
    lat: float
    lon_dms: str
    lat_dms: str


class RingOut(BaseModel):
    """A ring, not closed; ``part`` counts contiguous parts from 1; a ``hole`` is an enclave."""

    part: int
    hole: bool
    on_lattice: bool
    vertices: list[VertexOut]


class Vertices(BaseModel):
    """The vertices of a perimeter, up to a limit; ``total`` counts them all."""

    code: str | None
    on_lattice: bool
    total: int
    rings: list[RingOut]


class ActOut(BaseModel):
    """An act; ``kind`` is null where only its reference is public."""

    kind: str | None
    reference: str
    on_day: date | None


class SourceOut(BaseModel):
    """The row of a file as received."""

    file: str
    row: int


class SideOut(BaseModel):
    """What a title was: ``holders`` has null for a name that is withheld from the asker."""

    kind: str
    state: str
    holders: list[str | None]
    expires_on: date | None
    cells: int | None


class EventOut(BaseModel):
    """What one revision says of a title from a day of the law on, until another or open."""

    since: date
    until: date | None
    revision: int
    recorded_at: datetime
    what: list[str]
    words: list[Sentence]
    before: SideOut | None
    after: SideOut | None
    cells_gained: int
    cells_lost: int
    acts: list[ActOut]
    source: SourceOut | None


class History(BaseModel):
    """A title's history on both clocks. ``acts_shown``: the asker may read the acts."""

    acts_shown: bool
    events: list[EventOut]


class NoticeOnTitle(BaseModel):
    """A public notice of which ``shared_cells`` carrés are the title's."""

    id: int
    subject: str
    kind: str
    status: Literal["open", "closed", "replaced", "withdrawn"]
    published_on: date
    closes_on: date
    cells: int
    shared_cells: int
    answers: int


class PublicDocuments(BaseModel):
    """What of the papers behind a title the asker may read.

    ``survey_extract`` is the address of the extract of the survey map, null for who did not sign
    in.
    """

    acts: list[ActOut]
    notices: list[NoticeOnTitle]
    survey_extract: str | None


class TitleListed(RightName):
    """A title in a list: ``cells`` and the legal area are null off the lattice."""

    cells: int | None
    area_cells: float
    legal_area_ha: Decimal | None
    true_area_ha: float


class TitlesInView(BaseModel):
    """A page of the titles with ground in a box, by code."""

    total: int
    items: list[TitleListed]


class TitleOnCarre(RightName):
    """A title with ground on a carré; ``share`` is of the carré, 1 for the whole."""

    share: float


class Carre(BaseModel):
    """A carré, where it lies, and which titles have ground on it."""

    col: int
    row: int
    bounds: Bounds
    inside: bool
    province: str | None
    titles: list[TitleOnCarre]
