"""The register at a glance, and how it is drawn."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from api.access import AtDesk, Desk, Placed, holds, tag_headers
from api.wire import RightCount, Summary, VerdictCount
from maps.style import UNKNOWN_KIND, style_digest, to_json

router = APIRouter(tags=["register"])


@router.get("/summary", response_model=Summary, dependencies=[Placed])
def summary(desk: AtDesk) -> Response:
    """Return counts by kind, state and verdict, the revision and the day of the law."""
    return desk.answer(lambda: _summary(desk))


def _summary(desk: Desk) -> Summary:
    reader = desk.reader
    rights: Counter[tuple[str, str]] = Counter()
    for row in reader.summary():
        rights[row.kind or UNKNOWN_KIND.code, row.state] += row.titles
    audit = reader.latest_audit()
    verdicts = audit.by_verdict if audit else {}
    return Summary(
        revision=reader.revision(),
        on=desk.on,
        demonstration=reader.is_demonstration(),
        rights=[RightCount(kind=k, state=s, count=n) for (k, s), n in sorted(rights.items())],
        overlaps=[VerdictCount(verdict=v, count=n) for v, n in sorted(verdicts.items())],
    )


@router.get("/style")
async def style(request: Request) -> Response:
    """Return kinds, states and verdicts with their labels, colours and patterns."""
    headers = tag_headers(False, "style", style_digest())
    if holds(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return JSONResponse(to_json(), headers=headers)
