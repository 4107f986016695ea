"""A company's own titles: which they are, and what they owe."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel

from api.access import CompanyDesk, Placed, Shared
from api.fee_wire import DueOut
from geo.casework.money.holders import HolderPayment, dues_for_holder
from geo.register.own_titles import HeldTitle, titles_held

router = APIRouter(prefix="/own-titles", tags=["company"], dependencies=[Placed])
TitleId = Annotated[int, Path(ge=1, lt=1 << 63)]


class OwnDues(BaseModel):
    """What an own title owes for a civil year, how each due stands, and what was paid."""

    title_id: int
    year: int
    dues: list[DueOut]
    payments: list[HolderPayment]


@router.get("")
def own_titles(viewer: CompanyDesk, services: Shared, response: Response) -> list[HeldTitle]:
    """Return the titles of the holders for whom the asker acts, today."""
    response.headers["Cache-Control"] = "no-store"
    office = services.office
    with office.at_work(viewer.actor, "") as unit:
        return titles_held(unit, viewer.actor.parties, office.today)


@router.get("/{title_id}/dues")
def own_dues(
    viewer: CompanyDesk,
    services: Shared,
    response: Response,
    title_id: TitleId,
    year: Annotated[int | None, Query(ge=1900, le=2999)] = None,
    on: Annotated[date | None, Query(ge=date(1900, 1, 1), le=date(2999, 12, 31))] = None,
) -> OwnDues:
    """Return what a title of one's own owes for a civil year (this one), and what was paid."""
    response.headers["Cache-Control"] = "no-store"
    office = services.office
    day = on or office.today
    asked = year or day.year
    with office.at_work(viewer.actor, "") as unit:
        found = dues_for_holder(unit, title_id, asked, day, office.law)
    return OwnDues(
        title_id=title_id,
        year=asked,
        dues=[DueOut.of(one) for one in found.accounts],
        payments=list(found.payments),
    )
