"""What the API and the commands say of restricted layers, field by field.

Geometries are GeoJSON in longitude and latitude (EPSG:4326). A change says who proposed and who
decided it by login: only the cadastre reads changes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import shapely
from pydantic import BaseModel, ConfigDict, Field
from shapely.geometry.base import BaseGeometry

from api.wire import Sentence
from geo.law import Law
from geo.register.areas.reader import AreaView, ChangeView, Difference, IssueView, LayerView


class AreaLayer(BaseModel):
    """A restricted layer; ``covers`` says whether it names the ground that it speaks of."""

    model_config = ConfigDict(serialize_by_alias=True)

    id: int
    class_: str = Field(serialization_alias="class")
    class_name: Sentence
    effect: str
    name: str
    source: str
    citation: str | None
    licence: str | None
    vintage: date
    public: bool
    valid_from: date
    covers: bool
    areas: int


class AreaLayers(BaseModel):
    """Layers in force on a day."""

    on: date
    layers: list[AreaLayer]


class RestrictedPlace(BaseModel):
    """An area or a place of a public layer, in force today."""

    id: int
    name: str | None
    act_reference: str | None
    act_on: date | None
    consent_of: str | None
    marked: bool | None
    valid_from: date
    geometry: dict[str, Any]


class PlacePage(BaseModel):
    """Areas of one layer, a page at a time."""

    total: int
    items: list[RestrictedPlace]


class AreaChangeSummary(BaseModel):
    """A change of restricted layers and where it stands."""

    id: int
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    file: str | None
    sha256: str | None
    features: int | None
    kept: int | None
    refused: int | None
    items: dict[str, int]
    issues: dict[str, int]


class FactChange(BaseModel):
    """A fact before and after."""

    before: Any
    after: Any


class AreaDifference(BaseModel):
    """What one item of a change makes different; ``moved_m`` at its furthest."""

    model_config = ConfigDict(serialize_by_alias=True)

    action: str
    class_: str = Field(serialization_alias="class")
    layer: int
    area: int | None
    name: str | None
    valid_from: date
    row: int | None
    moved_m: float | None
    changed: dict[str, FactChange]
    geometry: dict[str, Any] | None


class AreaFileIssue(BaseModel):
    """Something odd in the file of a change, and who corrects it."""

    row: int | None
    field: str | None
    value: str | None
    kind: str
    message: Sentence
    corrected_by: str
    refused: bool


class AreaChangeDetail(AreaChangeSummary):
    """A change with what it makes different, and what was odd in its file (first thousand each)."""

    differences: list[AreaDifference]
    file_issues: list[AreaFileIssue]


class AreaProposal(BaseModel):
    """A change to propose; the items are those of docs/restricted-areas.md."""

    reason: str = Field(max_length=2000)
    items: list[dict[str, Any]] = Field(max_length=5000)


class AreaDecision(BaseModel):
    """Why a change is confirmed or rejected; a refusal needs it."""

    reason: str = Field(default="", max_length=2000)


class AreaChangeDone(BaseModel):
    """A change after a step, and the revision that recorded it."""

    id: int
    state: str
    revision: int


def layer_said(layer: LayerView, law: Law) -> AreaLayer:
    """Return a layer with the name of its class."""
    name = law.restricted[layer.class_].name
    return AreaLayer(class_name=Sentence(fr=name.fr, en=name.en), **asdict(layer))


def place_said(area: AreaView) -> RestrictedPlace:
    """Return an area with its geometry."""
    named = {name: getattr(area, name) for name in RestrictedPlace.model_fields}
    return RestrictedPlace(**{**named, "geometry": _geojson(area.geometry)})


def change_said(change: ChangeView) -> AreaChangeSummary:
    """Return a change."""
    return AreaChangeSummary(**asdict(change))


def detail_said(
    change: ChangeView, differences: Sequence[Difference], issues: Sequence[IssueView]
) -> AreaChangeDetail:
    """Return a change with its differences and issues."""
    return AreaChangeDetail(
        **asdict(change),
        differences=[_difference(one) for one in differences],
        file_issues=[_issue(one) for one in issues],
    )


def _difference(one: Difference) -> AreaDifference:
    named = {name: getattr(one, name) for name in AreaDifference.model_fields}
    changed = {k: FactChange(before=old, after=new) for k, (old, new) in one.changed.items()}
    shape = None if one.geometry is None else _geojson(one.geometry)
    return AreaDifference(**{**named, "changed": changed, "geometry": shape})


def _issue(one: IssueView) -> AreaFileIssue:
    named = {name: getattr(one, name) for name in AreaFileIssue.model_fields if name != "message"}
    return AreaFileIssue(message=Sentence(fr=one.message_fr, en=one.message_en), **named)


def _geojson(geometry: BaseGeometry) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(shapely.to_geojson(geometry))
    return said
