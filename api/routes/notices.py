"""Public notices: the list, one of them, and its perimeter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import shapely
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from api.access import AtDesk, Placed
from api.consulting import Consulting
from api.wire import Bounds, Sentence, Shape
from geo.casework.consultation.notice_reading import (
    AnswerView,
    Box,
    NoticeView,
    Status,
    answers_to,
    notice,
    notices,
)
from geo.errors import InputError
from geo.perimeter import Perimeter

router = APIRouter(prefix="/notices", tags=["consultation"], dependencies=[Placed])

NoticeId = Annotated[int, Path(ge=1, lt=1 << 63)]


class Party(BaseModel):
    """A party; ``name`` is null where it is withheld."""

    part: str
    name: str | None


class PublicAnswer(BaseModel):
    """What the office answered for everybody to an objection."""

    answered_on: date
    text: str


class Notice(BaseModel):
    """A notice. ``closes_on`` is the last day on which an objection is in time.

    ``length_basis`` names the article where ``length_by_law``, else the officer's reason. ``runs``
    are row, first column, column after the last.
    """

    id: int
    status: Status
    replaces: int | None
    replaced_by: int | None
    procedure: str
    subject: str
    kind: str
    route: str | None
    substances: list[str] | None
    published_on: date
    closes_on: date
    withdrawn_on: date | None
    length_basis: str
    length_by_law: bool
    text: Sentence
    parties: list[Party]
    cells: int
    legal_area_ha: Decimal
    bounds: Bounds
    runs: list[list[int]]


class NoticeCard(Notice):
    """A notice with the public answers to objections."""

    answers: list[PublicAnswer]


class NoticePage(BaseModel):
    """A page of notices, the newest first."""

    total: int
    items: list[Notice]


@router.get("", response_model=NoticePage)
def notice_page(
    desk: AtDesk,
    consultation: Consulting,
    status: Status | None = None,
    bbox: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    offset: Annotated[int, Query(ge=0, lt=1 << 31)] = 0,
) -> Response:
    """Return notices; ``bbox`` is west,south,east,north in degrees (EPSG:4326)."""
    box = _box(bbox)

    def build() -> NoticePage:
        total, found = notices(
            desk.connection,
            consultation.today,
            status=status,
            box=box,
            limit=limit,
            offset=offset,
        )
        return NoticePage(total=total, items=[Notice(**_fields(one)) for one in found])

    return desk.answer(build)


@router.get("/{notice_id}", response_model=NoticeCard)
def one_notice(desk: AtDesk, consultation: Consulting, notice_id: NoticeId) -> Response:
    """Return a notice with the public answers to objections."""

    def build() -> NoticeCard:
        shown = notice(desk.connection, notice_id, consultation.today)
        answers = [_answer(answer) for answer in answers_to(desk.connection, notice_id)]
        return NoticeCard(**_fields(shown), answers=answers)

    return desk.answer(build)


@router.get("/{notice_id}/geometry", response_model=Shape)
def notice_geometry(desk: AtDesk, consultation: Consulting, notice_id: NoticeId) -> Response:
    """Return the perimeter of a notice as GeoJSON."""

    def build() -> Shape:
        shown = notice(desk.connection, notice_id, consultation.today)
        outline = shapely.geometry.mapping(shown.perimeter.outline())
        return Shape(id=shown.id, properties={"kind": shown.kind}, geometry=outline)

    return desk.answer(build)


def _box(bbox: str | None) -> Box | None:
    if bbox is None:
        return None
    try:
        west, south, east, north = (float(number) for number in bbox.split(","))
    except ValueError as error:
        raise InputError("bbox is west,south,east,north: four numbers in degrees.") from error
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise InputError("bbox is west,south,east,north in degrees, the smaller numbers first.")
    return west, south, east, north


def _fields(view: NoticeView) -> dict[str, Any]:
    return {
        "id": view.id,
        "status": view.status,
        "replaces": view.replaces,
        "replaced_by": view.replaced_by,
        "procedure": view.machine,
        "subject": view.subject,
        "kind": view.kind,
        "route": view.route,
        "substances": None if view.substances is None else list(view.substances),
        "published_on": view.published_on,
        "closes_on": view.closes_on,
        "withdrawn_on": view.withdrawn_on,
        "length_basis": view.length_basis,
        "length_by_law": view.length_by_law,
        "text": Sentence(fr=view.text.fr, en=view.text.en),
        "parties": [Party(part=party.part, name=party.name) for party in view.parties],
        "cells": view.perimeter.count,
        "legal_area_ha": view.perimeter.legal_area_ha,
        "bounds": _bounds(view.perimeter),
        "runs": view.perimeter.to_lists(),
    }


def _bounds(perimeter: Perimeter) -> Bounds:
    low_col, low_row, high_col, high_row = perimeter.bounds
    (west, south), (east, north) = perimeter.grid.coordinates_of(
        [[low_col, low_row], [high_col, high_row]]
    ).tolist()
    return west, south, east, north


def _answer(answer: AnswerView) -> PublicAnswer:
    return PublicAnswer(answered_on=answer.answered_on, text=answer.text)
