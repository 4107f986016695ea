"""Artisanal areas on a page: the list, the words of a layout, its check while drawing, who works
where, and the chart of what was declared. The record itself is in ``operation``.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Path, Response, UploadFile

from api.access import Placed, SameOrigin, Shared, of_role
from api.asm_areas_wire import (
    AreaLineOut,
    AttributionOut,
    LayoutChecked,
    OperationWords,
    words_said,
)
from api.auth import Viewer
from geo.casework.operation.attributions import attributed_in
from geo.casework.operation.geojson import MAX_BYTES, MAX_FEATURES
from geo.casework.operation.listing import areas_seen
from geo.casework.operation.production import totals_by_month
from geo.casework.operation.reading import read_record
from geo.casework.operation.writing import check_content
from geo.register.connection import CADASTRE
from geo.register.names import name_of
from geo.register.people import OF_THE_CADASTRE, Role
from maps.charts.production import production_chart

router = APIRouter(prefix="/operation", tags=["operation"], dependencies=[Placed])

_KEEPERS = (Role.EGC, Role.INSPECTOR)
_OFFICIALS = (*_KEEPERS, *sorted(OF_THE_CADASTRE), Role.LEGAL, Role.MINISTER)
Keeper = Annotated[Viewer, Depends(of_role(*_KEEPERS))]
Reader = Annotated[Viewer, Depends(of_role(*_OFFICIALS, Role.COMPANY))]
Id = Annotated[int, Path(ge=1, lt=1 << 63)]
Year = Annotated[int, Path(ge=2000, le=2200)]

_PRIVATE = {"Cache-Control": "private, no-store"}


def _official(viewer: Viewer) -> bool:
    return viewer.role in _OFFICIALS


@router.get("")
def areas(viewer: Reader, services: Shared, response: Response) -> list[AreaLineOut]:
    """Return the artisanal areas that the asker may see, by code, as they stand today."""
    response.headers.update(_PRIVATE)
    with services.office.at_work(viewer.actor, "") as unit:
        lines = areas_seen(unit, services.office.today, official=_official(viewer))
    return [AreaLineOut.of(line) for line in lines]


@router.get("/words")
def words(_: Reader, services: Shared) -> OperationWords:
    """Return the kinds of features of a layout, and the levels of the standard."""
    return words_said(services.office.law, services.office.today, MAX_FEATURES)


@router.post("/{area}/layouts/check", dependencies=[SameOrigin])
def check(
    viewer: Keeper,
    services: Shared,
    area: Id,
    layout: UploadFile,
    on_day: Annotated[date, Form()],
) -> LayoutChecked:
    """Say what stands against a layout, of which nothing is kept (GeoJSON, EPSG:4326)."""
    content = layout.file.read(MAX_BYTES + 1)
    with services.office.at_work(viewer.actor, "") as unit:
        found = check_content(unit, area, content, on_day, services.office.law)
    return LayoutChecked.of(found)


@router.get("/{area}/attributions")
def attributions(
    viewer: Reader, services: Shared, area: Id, response: Response
) -> list[AttributionOut]:
    """Return the portions or work areas of cooperatives in an area, as they stand today."""
    response.headers.update(_PRIVATE)
    official = _official(viewer)
    with services.office.at_work(viewer.actor, "") as unit:
        inside = attributed_in(unit, area, services.office.today, official=official)
    return [AttributionOut.of(one.view, one.name, one.file, official) for one in inside]


@router.get("/{area}/production/{year}/chart.svg", response_class=Response)
def chart(
    viewer: Reader, services: Shared, area: Id, year: Year, lang: Literal["fr", "en"] = "fr"
) -> Response:
    """Return a chart of what was declared by month and mineral, told in its description."""
    office = services.office
    with office.at_work(viewer.actor, "") as unit:
        declared = read_record(unit, area).declarations
        with unit.acting_as(CADASTRE):
            name = name_of(unit, area)
    totals = totals_by_month(one for one in declared if one.month.year == year)
    drawn = production_chart(totals, year, office.today, name, lang)
    return Response(drawn.content, media_type="image/svg+xml", headers=_PRIVATE)
