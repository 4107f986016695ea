"""Search by code, holder, place, coordinates in any notation, or carré."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.access import AtDesk, Placed
from api.routes.names import right_name
from api.wire import Found, FoundCarre, FoundPlace, FoundPoint, SearchAnswer
from geo.grid import DRC
from geo.register.public_reader import MAX_QUERY
from geo.register.views import TitleSummary
from geo.sources.gazetteer import NamedPlace, places_named
from geo.sources.sought import SoughtPoint, lies_inside, read_cell, read_points

router = APIRouter(tags=["register"], dependencies=[Placed])


@router.get("/search", response_model=SearchAnswer)
def search(
    desk: AtDesk,
    q: Annotated[str, Query(min_length=1, max_length=MAX_QUERY)],
    limit: Annotated[int, Query(ge=1, le=50)] = 12,
) -> Response:
    """Return what a line may mean: titles, places, positions, a carré.

    Titles are found by code or holder; only names that the asker may see count. A pair of angles
    without letters of the compass is answered in both orders, those within the country first.
    """
    return desk.answer(
        lambda: SearchAnswer(
            results=[_found(title) for title in desk.search(q, limit)],
            places=[_place(place) for place in places_named(q)],
            points=[_point(point) for point in read_points(q)],
            carre=_carre(read_cell(q)),
        )
    )


def _found(title: TitleSummary) -> Found:
    return Found(**right_name(title).model_dump(), holders=title.holders)


def _place(place: NamedPlace) -> FoundPlace:
    return FoundPlace(kind=place.kind, name=place.name, bounds=place.bounds)


def _point(point: SoughtPoint) -> FoundPoint:
    col, row = point.cell
    return FoundPoint(
        lon=point.lon, lat=point.lat, order=point.order, col=col, row=row, inside=point.inside
    )


def _carre(cell: tuple[int, int] | None) -> FoundCarre | None:
    if cell is None:
        return None
    col, row = cell
    ((lon, lat), (east, north)) = DRC.coordinates_of([[col, row], [col + 1, row + 1]]).tolist()
    inside = lies_inside((lon + east) / 2, (lat + north) / 2)
    return FoundCarre(col=col, row=row, inside=inside)
