"""What the API and the commands say of activity, field by field.

What a source does not state is null. Geometries are GeoJSON in longitude and latitude (EPSG:4326);
days are half-open, from and before to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import shapely
from pydantic import BaseModel, ConfigDict, Field
from shapely.geometry.base import BaseGeometry

from api.wire import Sentence
from geo.activity.coverage import Surveyed
from geo.law.values import Bilingual
from geo.periods import Period
from geo.register.activity.places import NamedPlace, Position, PositionProposal
from geo.register.activity.views import DeliveryView, ObservationView, SourceView, SurveyView
from geo.register.activity.writer import Stored


class Days(BaseModel):
    """Days from one until before another; null: open on that side."""

    model_config = ConfigDict(serialize_by_alias=True)

    start: date | None = Field(serialization_alias="from")
    end: date | None = Field(serialization_alias="to")


class SourceOut(BaseModel):
    """A source of activity and what is known of it now."""

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


class SurveyOut(BaseModel):
    """Ground that was looked at; ``during`` null: the source does not state its days."""

    id: int
    source: str
    delivery: int
    basis: str
    during: Days | None
    extent: dict[str, Any]


class ObservationOut(BaseModel):
    """A visit or a detection; ``delivered_during``: the period that its delivery states."""

    id: int
    source: str
    seen: str
    site: str | None
    name: str | None
    during: Days | None
    delivered_during: Days | None
    uncertainty_m: float | None
    patch_ha: float | None
    confidence: float | None
    minerals: list[str]
    workers: int | None
    attributes: Mapping[str, str]
    delivery: int
    file: str | None
    row: int | None
    geometry: dict[str, Any]


class ObservationPage(BaseModel):
    """Observations by rising number; ``next`` is the ``after`` of the next page, or null."""

    items: list[ObservationOut]
    next: int | None


class SurveyedOut(BaseModel):
    """How far ground was surveyed. ``months`` maps the first day of each month to its share."""

    state: str
    extent_share: float
    months: Mapping[date, float]
    sources: list[str]
    undated: bool
    text: Sentence


class IssueOut(BaseModel):
    """Something odd in a delivered file."""

    row: int | None
    field: str | None
    value: str | None
    kind: str
    message: str
    corrected_by: str
    refused: bool


class IssuePage(BaseModel):
    """Issues of a delivery, a page of them."""

    total: int
    items: list[IssueOut]


class DeliveryOut(BaseModel):
    """A delivery as it was stored."""

    id: int
    source: str
    file: str
    sha256: str
    schema_: str = Field(serialization_alias="schema")
    features: int
    kept: int
    refused: int
    dropped: list[str]
    file_kept: str
    replaces: int | None
    replaced_by: int | None
    delivered_by: str
    delivered_at: datetime
    revision: int

    model_config = ConfigDict(serialize_by_alias=True)


class StoredOut(BaseModel):
    """What became of a delivery; ``unchanged``: this very file was stored before."""

    id: int
    revision: int
    kept: int
    refused: int
    file_kept: str
    unchanged: bool


class PositionOut(BaseModel):
    """Where a document says that a place lies."""

    lon: float
    lat: float
    uncertainty_m: float | None
    document: str
    document_on: date
    valid_from: date


class PlaceNamed(BaseModel):
    """A place known by name; ``position`` null until a document gives one."""

    code: str
    name: str
    whereabouts: Sentence
    source: Sentence
    position: PositionOut | None


class PositionOrder(PositionOut):
    """A position to propose."""

    model_config = ConfigDict(extra="forbid")

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    uncertainty_m: float | None = Field(None, ge=0, le=1_000_000)
    document: str = Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")


class PositionDecision(BaseModel):
    """A decision about a proposed position."""

    model_config = ConfigDict(extra="forbid")

    confirm: bool
    reason: str = Field("", max_length=2000, pattern=r"^[^\x00]*$")


class ProposalOut(BaseModel):
    """A proposed position and what became of it."""

    id: int
    place: str
    position: PositionOut
    state: str
    proposed_by: str
    decided_by: str | None
    decision_reason: str | None


def days_said(during: Period | None) -> Days | None:
    """Return a period for the wire; None stays None: not stated."""
    return None if during is None else Days(start=during.start, end=during.end)


def source_said(source: SourceView) -> SourceOut:
    """Return a source for the wire."""
    return SourceOut(**{name: getattr(source, name) for name in SourceOut.model_fields})


def survey_said(survey: SurveyView) -> SurveyOut:
    """Return surveyed ground for the wire."""
    return SurveyOut(
        id=survey.id,
        source=survey.source,
        delivery=survey.delivery,
        basis=survey.basis,
        during=days_said(survey.during),
        extent=_shape(survey.extent),
    )


def observation_said(view: ObservationView) -> ObservationOut:
    """Return an observation for the wire."""
    seen = view.observation
    return ObservationOut(
        id=seen.id or 0,
        source=seen.source,
        seen=seen.seen.value,
        site=seen.site,
        name=seen.name,
        during=days_said(seen.during),
        delivered_during=days_said(view.delivered_during),
        uncertainty_m=seen.uncertainty_m,
        patch_ha=seen.patch_ha,
        confidence=seen.confidence,
        minerals=list(seen.minerals),
        workers=seen.workers,
        attributes=seen.attributes,
        delivery=view.delivery,
        file=view.file,
        row=view.row,
        geometry=_shape(seen.geometry),
    )


def surveyed_said(found: Surveyed) -> SurveyedOut:
    """Return how far ground was surveyed, in numbers and in words."""
    state = "nowhere" if found.nowhere else "everywhere" if found.everywhere else "in_part"
    said = surveyed_in_words(found)
    return SurveyedOut(
        state=state,
        extent_share=found.extent_share,
        months=found.months,
        sources=list(found.sources),
        undated=found.undated,
        text=Sentence(fr=said.fr, en=said.en),
    )


def surveyed_in_words(found: Surveyed) -> Bilingual:
    """Return what may be said of ground: where nothing was surveyed, nothing is known."""
    if found.nowhere:
        return Bilingual(
            "Non observé : aucune source n’a regardé ce terrain dans cette période. "
            "On ne sait pas s’il y a de l’activité.",
            "Not surveyed: no source looked at this ground in this period. "
            "Whether there is activity is not known.",
        )
    sources = ", ".join(found.sources)
    share = found.extent_share * 100
    if found.everywhere:
        return Bilingual(f"Observé en entier ({sources}).", f"Surveyed as a whole ({sources}).")
    return Bilingual(
        f"Observé en partie : {share:.0f} % du terrain ({sources}). Le reste, et les mois sans "
        "relevé, ne sont pas observés : on ne sait pas s’il y a de l’activité.",
        f"Surveyed in part: {share:.0f} % of the ground ({sources}). The rest, and months without "
        "a survey, are not surveyed: whether there is activity is not known.",
    )


def delivery_said(delivery: DeliveryView) -> DeliveryOut:
    """Return a delivery for the wire."""
    names = [name for name in DeliveryOut.model_fields if name != "schema_"]
    given = {name: getattr(delivery, name) for name in names}
    return DeliveryOut(**given, schema_=delivery.schema)


def stored_said(stored: Stored) -> StoredOut:
    """Return what became of a delivery."""
    return StoredOut(**{name: getattr(stored, name) for name in StoredOut.model_fields})


def place_named(place: NamedPlace) -> PlaceNamed:
    """Return a place known by name."""
    return PlaceNamed(
        code=place.code,
        name=place.name,
        whereabouts=Sentence(fr=place.whereabouts.fr, en=place.whereabouts.en),
        source=Sentence(fr=place.source.fr, en=place.source.en),
        position=None if place.position is None else _position(place.position),
    )


def proposal_said(proposal: PositionProposal) -> ProposalOut:
    """Return a proposed position."""
    return ProposalOut(
        id=proposal.id,
        place=proposal.place,
        position=_position(proposal.position),
        state=proposal.state,
        proposed_by=proposal.proposed_by,
        decided_by=proposal.decided_by,
        decision_reason=proposal.decision_reason,
    )


def _position(position: Position) -> PositionOut:
    return PositionOut(**{name: getattr(position, name) for name in PositionOut.model_fields})


def _shape(geometry: BaseGeometry) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shapely.to_geojson(geometry))
    return found
