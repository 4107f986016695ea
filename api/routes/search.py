"""Search by code or holder."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from api.access import AtDesk, Placed
from api.routes.names import right_name
from api.wire import Found, SearchAnswer
from geo.register.public_reader import MAX_QUERY
from geo.register.views import TitleSummary

router = APIRouter(tags=["register"], dependencies=[Placed])


@router.get("/search", response_model=SearchAnswer)
def search(
    desk: AtDesk,
    q: Annotated[str, Query(min_length=1, max_length=MAX_QUERY)],
    limit: Annotated[int, Query(ge=1, le=50)] = 12,
) -> Response:
    """Return the titles whose code or holder matches; only names that the asker may see count."""
    return desk.answer(
        lambda: SearchAnswer(results=[_found(title) for title in desk.search(q, limit)])
    )


def _found(title: TitleSummary) -> Found:
    return Found(**right_name(title).model_dump(), holders=title.holders)
