"""What people state of a conflict: one value for each kind of record, as it is received and kept.

The names of the fields are those of the table that keeps it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

import shapely
from pydantic import BaseModel, ConfigDict, Field, model_validator
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.casework.operation.orders import Digest, Id, Line, Words
from geo.errors import InputError

GEOMETRIES = ("Point", "Polygon", "MultiPolygon")
Subject = Literal["overlap", "activity", "boundary"]
Settlement = Literal[
    "allocation_route_a",
    "allocation_route_b",
    "relinquishment",
    "perimeter_correction",
    "agreement_without_change",
    "withdrawal",
    "referred_to_court",
]


def place_of(stated: dict[str, Any]) -> BaseGeometry:
    """Return a GeoJSON geometry (EPSG:4326) as stated.

    Raises
    ------
    InputError : it is none, of another type, empty, invalid, or outside the world.
    """
    try:
        place = shapely.force_2d(shape(stated))
    except (AttributeError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as error:
        raise InputError("the place is no GeoJSON geometry. Send type and coordinates.") from error
    if place.geom_type not in GEOMETRIES:
        raise InputError(f"a place is one of {', '.join(GEOMETRIES)}, not {place.geom_type}.")
    west, south, east, north = place.bounds or (999.0,) * 4
    if place.is_empty or not place.is_valid:
        raise InputError("the place is empty, or its outline crosses itself. Draw it again.")
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InputError("the place is given in degrees: longitude first, then latitude.")
    return place


class Stated(BaseModel):
    """Anything that is stated; unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class OpenConflict(Stated):
    """A conflict to open, or a new fact that may belong to one.

    Parameters
    ----------
    finding_id : an overlap of the latest published audit. observation_ids : what was seen.
    title_ids : the titles concerned; an activity's are read from the ground where none is named.
    place : where it is (GeoJSON), for what nobody observed. draft : keep it as a draft.
    """

    subject: Subject
    summary: Words
    finding_id: Id | None = None
    observation_ids: Annotated[tuple[Id, ...], Field(max_length=500)] = ()
    title_ids: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    place: dict[str, Any] | None = None
    draft: bool = False

    @model_validator(mode="after")
    def _of_its_subject(self) -> OpenConflict:
        if (self.subject == "overlap") != (self.finding_id is not None):
            raise ValueError("an overlap, and nothing else, names the finding of the audit")
        if self.subject == "overlap" and (self.title_ids or self.place or self.observation_ids):
            raise ValueError("the finding says titles and ground of an overlap")
        if self.subject == "activity" and bool(self.observation_ids) == bool(self.place):
            raise ValueError("an activity was observed, or its place is stated: one of both")
        if self.subject == "boundary" and not (self.title_ids and self.place):
            raise ValueError("a disputed boundary names its titles and its place")
        if self.subject == "boundary" and self.observation_ids:
            raise ValueError("observations are of an activity")
        return self


class Order(Stated):
    """A record of a case; ``on_day`` is the day on which it happened or was stated."""

    table: ClassVar[str]
    on_day: date


class AddEvidence(Stated):
    """Evidence for a case: one fact, or words with a place where they have one."""

    finding_id: Id | None = None
    observation_id: Id | None = None
    alert_id: Id | None = None
    document_sha256: Digest | None = None
    text: Words | None = None
    place: dict[str, Any] | None = None
    on_day: date | None = None

    @model_validator(mode="after")
    def _one_fact(self) -> AddEvidence:
        facts = (self.finding_id, self.observation_id, self.alert_id, self.document_sha256)
        named = sum(fact is not None for fact in facts)
        if named > 1 or (named == 0 and self.text is None):
            raise ValueError("evidence is one overlap, observation, alert, document or statement")
        if self.place is not None and named:
            raise ValueError("a place is stated with words; a fact has its own")
        return self

    @property
    def kind(self) -> str:
        """What kind of evidence it is."""
        named = {
            "overlap": self.finding_id,
            "observation": self.observation_id,
            "alert": self.alert_id,
            "document": self.document_sha256,
        }
        return next((kind for kind, fact in named.items() if fact is not None), "statement")


class NameParty(Order):
    """A party: by its number in the register, or a group by its name; never a natural person."""

    table = "conflict_party"
    part: Literal["holder", "cooperative", "egc", "community", "authority", "other"]
    party_id: Id | None = None
    named: Line | None = None

    @model_validator(mode="after")
    def _one_name(self) -> NameParty:
        if (self.party_id is None) == (self.named is None):
            raise ValueError("a party has a number in the register, or the name of a group")
        if self.part in ("holder", "cooperative") and self.party_id is None:
            raise ValueError(f"a {self.part} is a party of the register")
        if self.part == "community" and self.named is None:
            raise ValueError("a community is a group with a name, never a person")
        return self


class StatePosition(Order):
    """A party's position; ``answered`` false: it was asked and gave none, as the text says."""

    table = "conflict_position"
    conflict_party_id: Id
    text: Words
    answered: bool = True
    confidential: bool = False


class HoldMeeting(Order):
    """A meeting of the mediation: who was there, by party, and what came of it."""

    table = "conflict_meeting"
    place: Line
    attended: Annotated[tuple[Id, ...], Field(max_length=100)]
    outcome: Literal["agreement", "progress", "adjourned", "no_agreement"]
    text: Words
    minutes_sha256: Digest | None = None


class RecordSettlement(Order):
    """How the conflict is settled; ``carried_by``: the file that carries it out."""

    table = "conflict_settlement"
    kind: Settlement
    text: Words
    carried_by: Id | None = None


class SetTerm(Order):
    """The day by which something is awaited, as the office sets it."""

    table = "conflict_term"
    due_on: date
    text: Words

    @model_validator(mode="after")
    def _to_come(self) -> SetTerm:
        if self.due_on < self.on_day:
            raise ValueError("a term ends on its day or later")
        return self
