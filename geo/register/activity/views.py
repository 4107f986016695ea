"""What is read of activity besides observations and surveys themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from shapely.geometry.base import BaseGeometry

from geo.activity.records import Observation
from geo.periods import Period


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source, and what is known of it now.

    ``observations`` counts those believed now, ``undated`` those of them that state no day.
    ``since`` and ``until`` bound the days stated (half-open); None where none is stated.
    """

    id: int
    code: str
    name: str
    kind: str
    publisher: str | None
    licence: str | None
    citation: str | None
    method: str | None
    public: bool
    observations: int
    undated: int
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class SurveyView:
    """Ground that a delivery says was looked at; ``basis``: how the extent was stated."""

    id: int
    source: str
    delivery: int
    basis: str
    extent: BaseGeometry
    during: Period | None


@dataclass(frozen=True, slots=True)
class ObservationView:
    """An observation with where it comes from.

    ``delivered_during`` is the period that its delivery states for the survey. ``file`` and ``row``
    are None for the public.
    """

    observation: Observation
    delivery: int
    delivered_during: Period | None
    file: str | None
    row: int | None


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery as it was stored. ``replaced_by``: the delivery that took its place, or None.

    ``file_kept``: ``open`` with the files of the register, ``sealed`` for administrators, or
    ``described`` by name, size and checksum alone.
    """

    id: int
    source: str
    file: str
    sha256: str
    schema: str
    features: int
    kept: int
    refused: int
    dropped: tuple[str, ...]
    file_kept: str
    replaces: int | None
    replaced_by: int | None
    delivered_by: str
    delivered_at: datetime
    revision: int


@dataclass(frozen=True, slots=True)
class DeliveryIssue:
    """Something odd in a delivered file, and who corrects it."""

    row: int | None
    field: str | None
    value: str | None
    kind: str
    message: str
    corrected_by: str
    refused: bool
