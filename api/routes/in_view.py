"""What the map shows, as lists: the titles in a box, and those on a carré."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from shapely.geometry import box as box_around

from api.access import AtDesk, Desk, Placed
from api.routes.titles import Asked
from api.then import Then
from api.title_wire import Carre, TitleListed, TitleOnCarre, TitlesInView
from geo.boundaries import province_of
from geo.errors import InputError
from geo.grid import DRC
from geo.register.in_view import (
    Box,
    Moment,
    TitleInView,
    titles_in_view,
    titles_on_cell,
)
from geo.register.over_time import revision_known
from geo.sources.sought import lies_inside

router = APIRouter(tags=["register"], dependencies=[Placed])

Codes = Annotated[str, Query(max_length=600, pattern=r"^[A-Za-z_]*(,[A-Za-z_]+)*$")]


@router.get("/titles", response_model=TitlesInView)
def titles(
    desk: AtDesk,
    asked: Asked,
    bbox: Annotated[str, Query(max_length=200)],
    kinds_off: Codes = "",
    states_off: Codes = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Return the titles and areas with ground in a box, by code.

    ``bbox`` is west,south,east,north in degrees (EPSG:4326); ``kinds_off`` and ``states_off`` are
    left out, as layers that are switched off.
    """
    box = box_of(bbox)

    def build() -> TitlesInView:
        total, found = titles_in_view(
            desk.connection,
            box,
            kinds_off=[code for code in kinds_off.split(",") if code],
            states_off=[code for code in states_off.split(",") if code],
            moment=_moment(desk, asked),
            limit=limit,
            offset=offset,
        )
        return TitlesInView(total=total, items=[_listed(one) for one in found])

    return desk.answer(build, asked.on, asked.as_known_on)


@router.get("/carres/{col}/{row}", response_model=Carre)
def carre(
    desk: AtDesk,
    col: Annotated[int, Path(ge=-21_600, lt=21_600)],
    row: Annotated[int, Path(ge=-10_800, lt=10_800)],
    asked: Asked,
) -> Response:
    """Return a carré and the titles with ground on it, today or on another day."""

    def build() -> Carre:
        (west, south), (east, north) = DRC.coordinates_of([[col, row], [col + 1, row + 1]]).tolist()
        found = titles_on_cell(desk.connection, (col, row), _moment(desk, asked))
        return Carre(
            col=col,
            row=row,
            bounds=(west, south, east, north),
            inside=lies_inside((west + east) / 2, (south + north) / 2),
            province=province_of(box_around(west, south, east, north)),
            titles=[
                TitleOnCarre(
                    id=one.title_id,
                    code=one.code,
                    part=one.part,
                    kind=one.kind,
                    state=one.state,
                    share=one.share,
                )
                for one in found
            ],
        )

    return desk.answer(build, asked.on, asked.as_known_on)


def box_of(bbox: str) -> Box:
    """Return west, south, east, north of a text.

    Raises
    ------
    InputError : it is no box in degrees.
    """
    try:
        west, south, east, north = (float(number) for number in bbox.split(","))
    except ValueError as error:
        raise InputError("bbox is west,south,east,north: four numbers in degrees.") from error
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InputError("bbox is west,south,east,north in degrees, the smaller numbers first.")
    return west, south, east, north


def _moment(desk: Desk, asked: Then) -> Moment | None:
    if not asked.elsewhen:
        return None
    return Moment(asked.on or desk.on, revision_known(desk.connection, asked.until))


def _listed(one: TitleInView) -> TitleListed:
    return TitleListed(
        id=one.title_id,
        code=one.code,
        part=one.part,
        kind=one.kind,
        state=one.state,
        cells=one.cells,
        area_cells=one.area_cells,
        legal_area_ha=None if one.cells is None else DRC.legal_area_ha(one.cells),
        true_area_ha=one.true_area_ha,
    )
