"""One title: its card, and its outline unclipped (a tile holds clipped pieces)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

import shapely
from fastapi import APIRouter, Depends, Path, Response

from api.access import AtDesk, Desk, Placed
from api.routes.names import right_name
from api.routes.overlaps import overlap_fields
from api.then import Then, then
from api.wire import Bounds, HolderShare, OverlapWith, Shape, SourceRow, Title
from geo.geometry import polygons_area_m2
from geo.grid import DRC
from geo.register.over_time import revision_known, title_then
from geo.register.views import GroundView, OverlapView, TitleView
from maps.style import UNKNOWN_KIND

router = APIRouter(prefix="/titles", tags=["register"], dependencies=[Placed])

TitleId = Annotated[int, Path(ge=1, lt=1 << 63)]
Asked = Annotated[Then, Depends(then)]
M2_PER_HA = 10_000
FIRST_OVERLAPS = 8
"""Overlaps in a card's first answer, so that it stays under 20 KB; the others come in pages."""


@router.get("/{title_id}", response_model=Title)
def title(desk: AtDesk, title_id: TitleId, asked: Asked) -> Response:
    """Return a title's card with its overlaps, as the asker may see them.

    Of another day, or as it was known on one, the card has no overlaps: the audit is of its day.
    """

    def build() -> Title:
        if asked.elsewhen:
            return _card(_title_then(desk, title_id, asked), [], 0)
        shown = desk.title(title_id)
        overlaps = desk.reader.overlaps_of(title_id, FIRST_OVERLAPS)
        return _card(shown, overlaps, desk.reader.overlap_count(title_id))

    return desk.answer(build, asked.on, asked.as_known_on)


@router.get("/{title_id}/geometry", response_model=Shape)
def geometry(desk: AtDesk, title_id: TitleId, asked: Asked) -> Response:
    """Return a title's outline as GeoJSON, today or as it was on another day."""

    def build() -> Shape:
        return _shape(title_then_or_now(desk, title_id, asked))

    return desk.answer(build, asked.on, asked.as_known_on)


def title_then_or_now(desk: Desk, title_id: int, asked: Then) -> TitleView:
    """Return a title as the asker may see it, today or as the request's two clocks say.

    Raises
    ------
    NotFound : there is none.
    """
    return _title_then(desk, title_id, asked) if asked.elsewhen else desk.title(title_id)


def _title_then(desk: Desk, title_id: int, asked: Then) -> TitleView:
    known = revision_known(desk.connection, asked.until)
    return title_then(desk.connection, title_id, asked.on or desk.on, known)


def _card(title: TitleView, overlaps: Sequence[OverlapView], overlaps_total: int) -> Title:
    return Title(
        id=title.id,
        code=title.code,
        part=title.part,
        kind=title.kind or UNKNOWN_KIND.code,
        kind_raw=title.kind_raw,
        state=title.state,
        procedure=title.procedure,
        status_raw=title.status_raw,
        filed_on=title.filed_on,
        granted_on=title.granted_on,
        expires_on=title.expires_on,
        holders=[HolderShare(name=holder.name, share=holder.share) for holder in title.holders],
        minerals=list(title.minerals),
        declared_cells=title.declared_cells,
        **_ground_fields(title.grounds),
        source=_source(title),
        overlaps=[_overlap(overlap) for overlap in overlaps],
        overlaps_total=overlaps_total,
    )


def _source(title: TitleView) -> SourceRow | None:
    if title.source_file is None or title.source_row is None:
        return None
    return SourceRow(file=title.source_file, row=title.source_row, as_of=title.stated_on)


def _ground_fields(grounds: Sequence[GroundView]) -> dict[str, Any]:
    """Return what describes the ground; all null where the title has none."""
    if not grounds:
        names = ("on_lattice", "cells", "area_cells", "legal_area_ha", "geodesic_area_ha", "bounds")
        return dict.fromkeys(names)
    on_lattice = all(ground.on_lattice for ground in grounds)
    legal = sum((ground.perimeter.legal_area_ha for ground in grounds), Decimal(0))
    return {
        "on_lattice": on_lattice,
        "cells": sum(ground.cells for ground in grounds) if on_lattice else None,
        "area_cells": sum(_area_in_cells(ground) for ground in grounds),
        "legal_area_ha": legal if on_lattice else None,
        "geodesic_area_ha": sum(_true_area_m2(ground) for ground in grounds) / M2_PER_HA,
        "bounds": _bounds(grounds),
    }


def _area_in_cells(ground: GroundView) -> float:
    if ground.on_lattice:
        return float(ground.cells)
    return float(ground.geometry.area) / float(DRC.cell) ** 2


def _true_area_m2(ground: GroundView) -> float:
    if ground.on_lattice:
        return ground.perimeter.geodesic_area_m2
    return float(polygons_area_m2([ground.geometry])[0])


def _bounds(grounds: Sequence[GroundView]) -> Bounds:
    west, south, east, north = shapely.total_bounds([ground.geometry for ground in grounds])
    return float(west), float(south), float(east), float(north)


def _overlap(overlap: OverlapView) -> OverlapWith:
    return OverlapWith(
        **overlap_fields(overlap), other=right_name(overlap.other), share=overlap.share_this
    )


def _shape(title: TitleView) -> Shape:
    if not title.grounds:
        return Shape(id=title.id, geometry=None)
    properties = {"runs": _runs(title.grounds)}
    whole = shapely.union_all([ground.geometry for ground in title.grounds])
    outline = json.loads(shapely.to_geojson(whole))
    return Shape(id=title.id, properties=properties, geometry=outline)


def _runs(grounds: Sequence[GroundView]) -> list[list[int]] | None:
    """Return the carrés as runs: row, first column, column after the last; None off the lattice."""
    if not all(ground.on_lattice for ground in grounds):
        return None
    return [run for ground in grounds for run in ground.perimeter.to_lists()]
