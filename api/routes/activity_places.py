"""Where activity stands in law: the ranked list, one observation, one title."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from api.access import STORABLE, Asking, Costly, Placed, Shared
from api.activity_places_wire import (
    PlaceOut,
    PlacePage,
    TitleActivity,
    page_said,
    place_said,
    places_csv,
    title_said,
)
from api.auth import Viewer
from api.services import Services
from geo.activity.asking import Asked, Desk
from geo.activity.inspection import Wanted, ranked
from geo.activity.months import activity_by_month
from geo.activity.placed import PlaceCode
from geo.boundaries import Place
from geo.errors import InputError
from geo.periods import Period
from geo.register.ground_history import Window
from geo.sources.provinces import province_named

router = APIRouter(tags=["activity"], dependencies=[Placed])

Number = Annotated[int, Path(ge=1, lt=1 << 63)]
Day = Annotated[date | None, Query(ge=date(1900, 1, 1), le=date(2999, 12, 31))]
Known = Annotated[int | None, Query(ge=0, lt=1 << 62)]
Text = Annotated[str | None, Query(max_length=200, pattern=STORABLE)]
MONTHS_BACK = 12


@router.get("/activity/places", response_model=PlacePage, dependencies=[Costly])
def places(
    viewer: Asking,
    services: Shared,
    on: Day = None,
    as_known_on: Known = None,
    bbox: Text = None,
    province: Text = None,
    place: PlaceCode | None = None,
    kind: Text = None,
    code: Text = None,
    title_id: Annotated[int | None, Query(ge=1, lt=1 << 63)] = None,
    source: Text = None,
    min_patch_ha: Annotated[float | None, Query(ge=0)] = None,
    max_age_days: Annotated[int | None, Query(ge=0)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    form: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
    lang: Literal["fr", "en"] = "fr",
) -> Response:
    """Return the places of activity, those with the gravest reason for a look first.

    ``bbox`` is west,south,east,north in degrees. Another day than today, and ``as_known_on`` (a
    revision), are the cadastre's. A company's list keeps to its own titles.
    """
    within = None if province is None else province_named(province)
    name = None if within is None else within.name
    wanted = Wanted(name, place, kind, code, title_id, min_patch_ha, max_age_days)
    window = _window(bbox) if bbox else None if within is None else _bounds(within)
    with _desk(services, viewer) as desk:
        day = on or desk.today
        found = ranked(desk.places(Asked(day, as_known_on, window, source)), wanted)
        if form == "csv":
            text = places_csv(found.items, desk.law, lang)
            return _answer(text, "text/csv; charset=utf-8", "places.csv")
        page = page_said(found, desk.law, day, offset, limit)
    return _answer(page.model_dump_json(), "application/json")


@router.get("/activity/observations/{number}/place", response_model=PlaceOut, dependencies=[Costly])
def place_of(
    viewer: Asking, services: Shared, number: Number, on: Day = None, as_known_on: Known = None
) -> Response:
    """Return where one observation stands in law, today and when it was seen."""
    with _desk(services, viewer) as desk:
        placed = desk.place_of(number, Asked(on or desk.today, as_known_on))
        said = place_said(placed, desk.law)
    return _answer(said.model_dump_json(), "application/json")


@router.get("/titles/{title_id}/activity", response_model=TitleActivity, dependencies=[Costly])
def on_title(
    viewer: Asking,
    services: Shared,
    title_id: Number,
    on: Day = None,
    as_known_on: Known = None,
    since: Day = None,
    until: Day = None,
) -> Response:
    """Return the activity on a title, and which of its months were surveyed (the last twelve)."""
    with _desk(services, viewer) as desk:
        day = on or desk.today
        asked = Asked(day, as_known_on)
        ground, found = desk.on_title(title_id, asked)
        during = _months(since, until, day)
        surveys = desk.reader.surveys(known=as_known_on)
        known = None if ground is None else activity_by_month(ground, during, found, surveys)
        said = title_said(title_id, day, known, found, desk.law)
    return _answer(said.model_dump_json(), "application/json")


@contextmanager
def _desk(services: Services, viewer: Viewer) -> Iterator[Desk]:
    office = services.office
    with office.at_work(viewer.actor, "") as unit:
        yield Desk(unit, viewer.actor, office.law, office.today)


def _answer(body: str, media_type: str, file: str | None = None) -> Response:
    headers = {"Cache-Control": "no-store", "Vary": "Cookie, Authorization"}
    if file is not None:
        headers["Content-Disposition"] = f'attachment; filename="{file}"'
    return Response(body, media_type=media_type, headers=headers)


def _window(bbox: str) -> Window:
    """Return a box from its text.

    Raises
    ------
    InputError : it is no box of longitudes and latitudes.
    """
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError as error:
        raise InputError(f"bbox “{bbox}” is not west,south,east,north in degrees.") from error
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InputError(f"bbox “{bbox}” holds no ground. Give west,south,east,north in degrees.")
    return west, south, east, north


def _bounds(place: Place) -> Window:
    west, south, east, north = place.geometry.bounds
    return west, south, east, north


def _months(since: date | None, until: date | None, day: date) -> Period:
    end = until or day.replace(day=1)
    number = end.year * 12 + end.month - 1 - MONTHS_BACK
    start = since or date(number // 12, number % 12 + 1, 1)
    if start >= end:
        raise InputError(f"from {start} to {end} there is no day. Give since before until.")
    return Period(start, end)
