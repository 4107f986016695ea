"""Where an artisanal area could lawfully be: asked by anybody, of what the asker may see."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from shapely import Point
from shapely.geometry.base import BaseGeometry

from api.access import Asking, Costly, Placed, SameOrigin, Shared
from api.clock import legal_today
from api.problems import language_of
from api.siting_wire import SitingAnswer, answer_said
from geo.errors import InputError
from geo.law import load_law
from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork
from geo.siting.activity import activity_around, places_of_sites
from geo.siting.asked import (
    carres_around,
    carres_of_box,
    carres_of_province,
    refuse_too_many,
)
from geo.siting.reading import read_ground
from geo.siting.site import Wanted, site

router = APIRouter(tags=["siting"], dependencies=[Placed])

MAX_CELLS_OF_ANYBODY = 20_000
MAX_CELLS_OF_CADASTRE = 260_000
"""Carrés of one question: a province for the cadastre, a sixth of one for everybody else."""
STATEMENT_TIMEOUT_S = 120

Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Code = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
Place = Annotated[int, Field(ge=-(2**20), le=2**20)]
Run = Annotated[list[Place], Field(min_length=3, max_length=3)]


class SitingQuestion(BaseModel):
    """One of province, box (west, south, east, north), points, sites or runs; and what is wanted.

    ``on`` and ``as_known_on`` are for the cadastre: published ground is that of today.
    """

    model_config = ConfigDict(extra="forbid")

    province: Code | None = None
    bbox: tuple[Longitude, Latitude, Longitude, Latitude] | None = None
    around: Annotated[list[tuple[Longitude, Latitude]], Field(max_length=100)] = []
    sites: Annotated[list[Code], Field(max_length=100)] = []
    runs: Annotated[list[Run], Field(max_length=50_000)] = []
    radius_m: Annotated[float, Field(gt=0, le=50_000)] = 5000.0
    on: date | None = None
    as_known_on: Annotated[int | None, Field(ge=0, le=2**62)] = None
    substances: Annotated[list[Code] | None, Field(max_length=50)] = None
    candidates: Annotated[int, Field(ge=0, le=50)] = 10
    max_carres: Annotated[int | None, Field(ge=2, le=471)] = None
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 200


@router.post("/siting", dependencies=[SameOrigin, Costly])
def where(
    request: Request, services: Shared, viewer: Asking, question: SitingQuestion
) -> SitingAnswer:
    """Return the legal state of ground for artisanal work, and candidates with their reasons.

    The cadastre is answered of the register, everybody else of what is published, and told so.
    Nothing is filed and nothing is stored; ``offset`` and ``limit`` page the parts of the ground.
    """
    public, today = not viewer.of_the_cadastre, legal_today()
    wanted = Wanted(
        substances=None if question.substances is None else frozenset(question.substances),
        candidates=question.candidates,
        max_cells=question.max_carres,
    )
    with UnitOfWork(
        services.engine,
        viewer.database_role,
        actor=viewer.actor.login,
        statement_timeout_s=STATEMENT_TIMEOUT_S,
    ) as unit:
        asked = _asked(unit, question, public)
        law = load_law()
        read = read_ground(
            unit,
            asked,
            question.on or today,
            law,
            public=public,
            as_known_on=question.as_known_on,
            today=today,
        )
        seen, surveys = activity_around(
            unit, asked, public=public, as_known_on=question.as_known_on
        )
        answer = site(read, law, wanted, seen, surveys)
    return answer_said(answer, language_of(request), question.offset, question.limit)


def _asked(unit: UnitOfWork, question: SitingQuestion, public: bool) -> Perimeter:
    """Return the carrés asked about, within what one question may cost.

    Raises
    ------
    InputError : not exactly one way of asking was used, or there are too many carrés.
    """
    ways = (question.province, question.bbox, question.around, question.sites, question.runs)
    if sum(map(bool, ways)) != 1:
        raise InputError("give one of province, bbox, around, sites and runs.")
    most = MAX_CELLS_OF_ANYBODY if public else MAX_CELLS_OF_CADASTRE
    ground = _ground(unit, question, public, most)
    refuse_too_many(ground.count, most)
    return ground


def _ground(unit: UnitOfWork, question: SitingQuestion, public: bool, most: int) -> Perimeter:
    if question.province:
        return carres_of_province(question.province)
    if question.bbox:
        return carres_of_box(*question.bbox)
    if question.runs:
        return Perimeter.from_runs(question.runs)
    points: list[BaseGeometry] = [Point(lon, lat) for lon, lat in question.around]
    return carres_around(
        [*points, *places_of_sites(unit, question.sites, public=public)],
        question.radius_m,
        at_most=most,
    )
