"""The register over time: from when to when it can be asked, and what changed between two days."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.access import AtDesk, Placed
from api.casework_wire import Ground
from api.then import Then
from api.wire import Sentence
from geo.errors import InputError
from geo.register.over_time import (
    Change,
    changes_between,
    first_day,
    recorded_between,
    revision_known,
)
from maps.style import CHANGES, UNKNOWN_KIND

router = APIRouter(tags=["register"], dependencies=[Placed])

Day = Annotated[date, Query(ge=date(1900, 1, 1), le=date(2999, 12, 31))]


class Span(BaseModel):
    """Which days can be asked about: of the law, and of what was recorded."""

    first_day: date | None
    today: date
    first_recorded: datetime | None
    last_recorded: datetime | None


class TitleChange(BaseModel):
    """What changed of a title; ``cells_gained`` and ``cells_lost`` are counts."""

    title_id: int
    code: str | None
    part: str | None
    kind: str
    kind_before: str | None
    state_before: str | None
    state_after: str | None
    what: list[str]
    words: list[Sentence]
    gained: Ground
    lost: Ground

    @classmethod
    def of(cls, change: Change) -> TitleChange:
        """Return a change with its words."""
        return cls(
            title_id=change.title_id,
            code=change.code,
            part=change.part,
            kind=change.kind or UNKNOWN_KIND.code,
            kind_before=change.kind_before,
            state_before=change.state_before,
            state_after=change.state_after,
            what=list(change.what),
            words=[Sentence.of(CHANGES[one]) for one in change.what],
            gained=Ground.of(change.gained),
            lost=Ground.of(change.lost),
        )


class ChangePage(BaseModel):
    """A page of what changed between two days, as known at one revision."""

    first: date
    second: date
    revision: int
    total: int
    items: list[TitleChange]


@router.get("/time", response_model=Span)
def span(desk: AtDesk) -> Response:
    """Return from when to when the register can be asked."""

    def build() -> Span:
        known = revision_known(desk.connection, None)
        first, last = recorded_between(desk.connection)
        return Span(
            first_day=first_day(desk.connection, known),
            today=desk.on,
            first_recorded=first,
            last_recorded=last,
        )

    return desk.answer(build)


@router.get("/changes", response_model=ChangePage)
def changes(
    desk: AtDesk,
    first: Day,
    second: Day,
    as_known_on: Annotated[date | None, Query(le=date(2999, 12, 31))] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Return what changed of titles and zones between two days; restricted areas are left out."""
    if second <= first:
        raise InputError(f"the second day ({second}) comes after the first ({first}).")

    def build() -> ChangePage:
        known = revision_known(desk.connection, Then(None, as_known_on).until)
        total, found = changes_between(desk.connection, first, second, known, limit, offset)
        items = [TitleChange.of(one) for one in found]
        return ChangePage(first=first, second=second, revision=known, total=total, items=items)

    return desk.answer(build)
