"""The parts of a title's card that are asked for when they are opened."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.access import AtDesk, Placed
from api.consulting import Consulting
from api.routes.names import right_name
from api.routes.overlaps import overlap_fields
from api.routes.titles import Asked, TitleId, title_then_or_now
from api.title_wire import (
    ActOut,
    EventOut,
    History,
    NoticeOnTitle,
    OverlapsOfTitle,
    PublicDocuments,
    RingOut,
    SideOut,
    SourceOut,
    VertexOut,
    Vertices,
)
from api.wire import OverlapWith, Sentence
from geo.register.public_papers import NoticeOnGround, notices_on_ground, public_acts
from geo.register.title_history import Standing, TitleEvent, title_history
from geo.register.vertices import VertexRing, vertex_rings
from maps.escape import csv_text
from maps.papers.words import dms
from maps.style import CHANGES

router = APIRouter(prefix="/titles", tags=["register"], dependencies=[Placed])

MOST_VERTICES = 100_000
"""Vertices of one answer; the largest park of the country's layers has some thousands."""
COLUMNS = (
    *("part", "ring", "vertex", "latitude_dms", "longitude_dms", "latitude", "longitude"),
    "on_lattice",
)


@router.get("/{title_id}/overlaps", response_model=OverlapsOfTitle)
def overlaps(
    desk: AtDesk,
    title_id: TitleId,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Return a page of a title's overlaps in the latest audit, the largest first."""

    def build() -> OverlapsOfTitle:
        desk.title(title_id)
        found = desk.reader.overlaps_of(title_id, limit, offset)
        return OverlapsOfTitle(
            total=desk.reader.overlap_count(title_id),
            items=[
                OverlapWith(**overlap_fields(o), other=right_name(o.other), share=o.share_this)
                for o in found
            ],
        )

    return desk.answer(build)


@router.get("/{title_id}/vertices", response_model=Vertices)
def vertices(
    desk: AtDesk,
    title_id: TitleId,
    asked: Asked,
    limit: Annotated[int, Query(ge=1, le=MOST_VERTICES)] = 400,
) -> Response:
    """Return the vertices of a title's perimeter, today or on another day; whole rings first."""

    def build() -> Vertices:
        shown = title_then_or_now(desk, title_id, asked)
        rings = vertex_rings(shown.grounds)
        return Vertices(
            code=shown.code,
            on_lattice=all(ring.on_lattice for ring in rings),
            total=sum(len(ring.points) for ring in rings),
            rings=_first(rings, limit),
        )

    return desk.answer(build, asked.on, asked.as_known_on)


@router.get("/{title_id}/vertices.csv", response_class=Response)
def vertices_csv(desk: AtDesk, title_id: TitleId, asked: Asked) -> Response:
    """Return all vertices as CSV (UTF-8, comma): text that looks like a formula stays text."""
    shown = title_then_or_now(desk, title_id, asked)
    name = "".join(char if char.isascii() and char.isalnum() else "-" for char in shown.code or "")
    headers = {
        "Content-Disposition": f'attachment; filename="vertices-{name.strip("-") or title_id}.csv"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    body = _csv(vertex_rings(shown.grounds))
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/{title_id}/history", response_model=History)
def history(desk: AtDesk, title_id: TitleId) -> Response:
    """Return what each revision changed of a title; acts and withheld names for the cadastre."""

    def build() -> History:
        every = desk.viewer.of_the_cadastre
        events = title_history(desk.connection, title_id, every_name=every)
        return History(acts_shown=every, events=[_event(event) for event in events])

    return desk.answer(build)


@router.get("/{title_id}/documents", response_model=PublicDocuments)
def documents(desk: AtDesk, consultation: Consulting, title_id: TitleId) -> Response:
    """Return what of the papers behind a title the asker may read, today."""
    today, signed_in = consultation.today, desk.viewer.login is not None

    def build() -> PublicDocuments:
        desk.title(title_id)
        extract = f"/api/v1/titles/{title_id}/survey-extract.pdf" if signed_in else None
        return PublicDocuments(
            acts=[
                ActOut(kind=None, reference=act.reference, on_day=act.on_day)
                for act in public_acts(desk.connection, title_id)
            ],
            notices=[_notice(one, today) for one in notices_on_ground(desk.connection, title_id)],
            survey_extract=extract,
        )

    return desk.answer(build, today, signed_in)


def _first(rings: Iterable[VertexRing], limit: int) -> list[RingOut]:
    """Return rings until the limit of vertices; the last of them may be cut."""
    found: list[RingOut] = []
    for ring in rings:
        points = ring.points[: max(0, limit)]
        if not points:
            break
        limit -= len(points)
        found.append(
            RingOut(
                part=ring.part,
                hole=ring.hole,
                on_lattice=ring.on_lattice,
                vertices=[
                    VertexOut(lon=lon, lat=lat, lon_dms=dms(lon, "lon"), lat_dms=dms(lat, "lat"))
                    for lon, lat in points
                ],
            )
        )
    return found


def _csv(rings: Iterable[VertexRing]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, ring in enumerate(rings, start=1):
        for vertex, (lon, lat) in enumerate(ring.points, start=1):
            words = csv_text(dms(lat, "lat")), csv_text(dms(lon, "lon"))
            kind = "enclave" if ring.hole else "outline"
            numbers = f"{lat:.9f}", f"{lon:.9f}", int(ring.on_lattice)
            writer.writerow([ring.part, f"{number} {kind}", vertex, *words, *numbers])
    return out.getvalue()


def _event(event: TitleEvent) -> EventOut:
    return EventOut(
        since=event.since,
        until=event.until,
        revision=event.revision,
        recorded_at=event.recorded_at,
        what=list(event.what),
        words=[Sentence.of(CHANGES[one]) for one in event.what],
        before=_side(event.before),
        after=_side(event.after),
        cells_gained=event.gained.count,
        cells_lost=event.lost.count,
        acts=[
            ActOut(kind=act.kind, reference=act.reference, on_day=act.on_day) for act in event.acts
        ],
        source=SourceOut(file=event.source.file, row=event.source.row) if event.source else None,
    )


def _side(side: Standing | None) -> SideOut | None:
    if side is None:
        return None
    return SideOut(
        kind=side.kind or "UNKNOWN",
        state=side.state or "unknown",
        holders=list(side.holders),
        expires_on=side.expires_on,
        cells=side.ground.count if side.exact else None,
    )


def _notice(one: NoticeOnGround, today: date) -> NoticeOnTitle:
    if one.withdrawn_on is not None:
        status = "withdrawn"
    elif one.replaced:
        status = "replaced"
    else:
        status = "open" if one.closes_on >= today else "closed"
    return NoticeOnTitle.model_validate(
        {
            "id": one.id,
            "subject": one.subject,
            "kind": one.kind,
            "status": status,
            "published_on": one.published_on,
            "closes_on": one.closes_on,
            "cells": one.cells,
            "shared_cells": one.shared_cells,
            "answers": one.answers,
        }
    )
