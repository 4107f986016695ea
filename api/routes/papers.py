"""Printed papers as PDF, in French: receipt, cadastral opinion, extract of the survey map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path, Response

from api.access import Placed, Shared, SignedIn
from api.auth import Viewer
from api.paper_rows import file_extract, opinion_row, receipt_row, title_extract
from api.routes.files import Worker
from api.services import Services
from geo.casework.dossier import Dossier, dossier
from geo.register.connection import UnitOfWork
from maps.papers import cadastral_opinion, receipt, survey_extract

router = APIRouter(tags=["papers"], dependencies=[Placed])
Row = TypeVar("Row")
Id = Annotated[int, Path(ge=1, lt=1 << 63)]


def _pdf(content: bytes, name: str) -> Response:
    headers = {
        "Content-Disposition": f'inline; filename="{name}.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type="application/pdf", headers=headers)


def _of_file(
    services: Services, viewer: Viewer, file_id: int, fill: Callable[[UnitOfWork, Dossier], Row]
) -> Row:
    """Return the row of a paper of a file that the viewer sees."""
    with services.office.at_work(viewer.actor, "") as unit:
        return fill(unit, dossier(services.office, unit, file_id))


@router.get("/files/{file_id}/receipt.pdf", response_class=Response)
def receipt_pdf(viewer: Worker, services: Shared, file_id: Id) -> Response:
    """Return the filing receipt (récépissé) of a file."""
    now = services.clock()
    row = _of_file(services, viewer, file_id, lambda unit, one: receipt_row(unit, one, now))
    return _pdf(receipt(row), f"recepisse-{file_id}")


@router.get("/files/{file_id}/opinion.pdf", response_class=Response)
def opinion_pdf(viewer: Worker, services: Shared, file_id: Id) -> Response:
    """Return the cadastral opinion of a file; marked PROJET until two people signed it."""
    now, actor = services.clock(), viewer.actor
    row = _of_file(services, viewer, file_id, lambda unit, one: opinion_row(unit, one, actor, now))
    return _pdf(cadastral_opinion(row), f"avis-{file_id}")


@router.get("/files/{file_id}/survey-extract.pdf", response_class=Response)
def file_extract_pdf(viewer: Worker, services: Shared, file_id: Id) -> Response:
    """Return the extract of the survey map for the ground that a file asks for."""
    now, actor = services.clock(), viewer.actor
    row = _of_file(services, viewer, file_id, lambda unit, one: file_extract(unit, one, actor, now))
    return _pdf(survey_extract(row), f"extrait-dossier-{file_id}")


@router.get("/titles/{title_id}/survey-extract.pdf", response_class=Response)
def title_extract_pdf(viewer: SignedIn, services: Shared, title_id: Id) -> Response:
    """Return the extract of the survey map for a title."""
    with services.office.at_work(viewer.actor, "") as unit:
        row = title_extract(unit, viewer.actor, title_id, services.clock())
    return _pdf(survey_extract(row), f"extrait-titre-{title_id}")
