"""The overlaps of the latest audit, a page at a time; import issues for the cadastre."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from api.access import STORABLE, AtDesk, Cadastre, Placed
from api.routes.names import right_name
from api.wire import ImportIssue, IssuePage, OverlapPage, OverlapPair
from geo.register.lists import issue_page, overlap_page
from geo.register.views import OverlapFacts, OverlapPairView

router = APIRouter(tags=["register"], dependencies=[Placed])

Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]
M2_PER_HA = 10_000


@router.get("/overlaps", response_model=OverlapPage)
def overlaps(
    desk: AtDesk,
    verdict: Annotated[str | None, Query(max_length=40, pattern=STORABLE)] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> Response:
    """Return the overlaps of the register, all or those of one verdict, largest first."""

    def build() -> OverlapPage:
        total, page = overlap_page(desk.connection, verdict, limit, offset)
        return OverlapPage(total=total, items=[_pair(overlap) for overlap in page])

    return desk.answer(build)


@router.get("/issues", response_model=IssuePage)
def issues(desk: AtDesk, _: Cadastre, limit: Limit = 50, offset: Offset = 0) -> Response:
    """Return what was odd in the files received (for the cadastre alone)."""

    def build() -> IssuePage:
        total, page = issue_page(desk.connection, limit, offset)
        return IssuePage(
            total=total, items=[ImportIssue.of(issue, refused=issue.refused) for issue in page]
        )

    return desk.answer(build)


def overlap_fields(overlap: OverlapFacts) -> dict[str, Any]:
    """Return what an overlap says whichever side it is seen from."""
    return {
        "id": overlap.id,
        "exact": overlap.exact,
        "cells": overlap.cells,
        "area_cells": overlap.area_cells,
        "legal_area_ha": overlap.legal_area_ha,
        "geodesic_area_ha": overlap.geodesic_area_m2 / M2_PER_HA,
        "verdict": overlap.verdict,
        "reason": overlap.reason,
        "article": overlap.article,
        "source": overlap.source,
        "confidence": overlap.confidence,
        "message": overlap.message,
        "on": overlap.on,
    }


def _pair(overlap: OverlapPairView) -> OverlapPair:
    return OverlapPair(**overlap_fields(overlap), a=right_name(overlap.a), b=right_name(overlap.b))
