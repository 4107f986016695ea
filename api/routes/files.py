"""Files: opening, changing, documents, consents, steps, and what the law says of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Response, UploadFile
from pydantic import BaseModel

from api.access import Officer, Placed, SameOrigin, Shared, SignedIn, of_role
from api.auth import Viewer
from api.casework_wire import (
    Checked,
    Compared,
    ConsentIn,
    DossierOut,
    DraftIn,
    FileOut,
    FileThenOut,
    FindingOut,
    Short,
    StepIn,
    VersionIn,
    Words,
    perimeter_of,
)
from geo.casework.consents import give_consent, withdraw_consent
from geo.casework.displaced import displaced_by
from geo.casework.documents import MOST_BYTES, Paper, add_document, read_document, withdraw_document
from geo.casework.dossier import dossier, file_then, findings_of, worklist
from geo.casework.files import open_draft, revise, take_step
from geo.casework.given import accept_document
from geo.casework.judging import judge_as_next
from geo.casework.machines import MACHINES
from geo.casework.office import legal_day
from geo.casework.reading import file_of, last_version, version_of
from geo.casework.routes_compared import RoutesCompared, routes_compared
from geo.casework.work import StepOrder
from geo.errors import InputError, NotFound
from geo.law.values import Moment
from geo.register.orders import ActOrder
from geo.register.people import Role

router = APIRouter(tags=["files"], dependencies=[Placed])
FileId = Annotated[int, Path(ge=1, lt=1 << 63)]
VersionNumber = Annotated[int, Path(ge=1, lt=1 << 31)]
Worker = Annotated[Viewer, Depends(of_role(*sorted(set(Role) - {Role.PUBLIC})))]
"""Whoever may have to do with a file; which ones they see is the database's word."""
Official = Annotated[Viewer, Depends(of_role(*sorted(set(Role) - {Role.PUBLIC, Role.COMPANY})))]


class MachineOut(BaseModel):
    """A kind of file that the asker may open, with its subjects."""

    machine: str
    label: Words
    subjects: dict[str, Words]
    may_open: bool


class Opened(BaseModel):
    """A file that was opened."""

    id: int


class VersionMade(BaseModel):
    """The number of the version that was written."""

    version: int


class DocumentAdded(BaseModel):
    """The number of a document that was added."""

    id: int


class StepDone(BaseModel):
    """A step that was taken, and what the law said where it was asked."""

    file_id: int
    seq: int
    state: str
    number: str | None
    verdict: str | None
    findings: list[FindingOut]


class StoredFinding(FindingOut):
    """A finding as it was kept."""


class DisplacedOut(BaseModel):
    """A file that a filing on paper comes before; ``decided``: it was closed already."""

    number: str
    filed_at: str
    cells: int
    decided: bool


@router.get("/machines")
def machines(viewer: SignedIn) -> list[MachineOut]:
    """Return every kind of file, and which of them the asker may open."""
    return [
        MachineOut(
            machine=one.code,
            label=Words.of(one.label),
            subjects={
                code: Words.of(label)
                for code, label in one.subjects.items()
                if viewer.role in one.openers_of(code) or viewer.role not in one.opened_by
            },
            may_open=viewer.role in one.opened_by,
        )
        for one in MACHINES.values()
    ]


@router.get("/files")
def files(
    viewer: Worker,
    services: Shared,
    machine: str | None = None,
    held_by: Role | None = None,
    mine: bool = False,
    closed: bool = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> list[FileOut]:
    """Return the files that the asker may see, nearest deadline first; ``mine``: held by me."""
    listed = worklist(
        services.office,
        viewer.actor,
        machine=machine,
        held_by=viewer.role if mine else held_by,
        open_only=not closed,
        limit=limit,
        offset=offset,
    )
    return [FileOut.of(one) for one in listed]


@router.post("/files", status_code=201, dependencies=[SameOrigin])
def open_file(viewer: Worker, services: Shared, asked: DraftIn) -> Opened:
    """Open a draft; until it is filed its proposer alone sees it."""
    return Opened(id=open_draft(services.office, viewer.actor, asked.draft()))


@router.get("/files/{file_id}")
def file(viewer: Worker, services: Shared, file_id: FileId) -> DossierOut:
    """Return the whole of a file, and what the asker may do with it now."""
    with services.office.at_work(viewer.actor, "") as unit:
        whole = dossier(services.office, unit, file_id)
    return DossierOut.from_dossier(whole, viewer.role)


@router.put("/files/{file_id}/version", dependencies=[SameOrigin])
def write_version(
    viewer: Worker, services: Shared, file_id: FileId, asked: VersionIn
) -> VersionMade:
    """Write another version of what a file asks for; refused if somebody else wrote one first."""
    number = revise(
        services.office,
        viewer.actor,
        file_id,
        asked.content,
        perimeter_of(asked.runs),
        asked.expected_version,
    )
    return VersionMade(version=number)


@router.post("/files/{file_id}/steps", status_code=201, dependencies=[SameOrigin])
def step(viewer: Worker, services: Shared, file_id: FileId, asked: StepIn) -> StepDone:
    """Take the next step of a file."""
    act = asked.act
    order = StepOrder(
        reason=asked.reason,
        act=None if act is None else ActOrder("correction", act.reference, act.on_day, act.note),
        payload=asked.payload,
    )
    taken = take_step(
        services.office,
        viewer.actor,
        file_id,
        asked.action,
        order,
        expected_steps=asked.expected_steps,
        expected_version=asked.expected_version,
    )
    judged = taken.judged
    return StepDone(
        file_id=file_id,
        seq=taken.seq,
        state=taken.state,
        number=taken.number,
        verdict=judged.settled.verdict.value if judged else None,
        findings=[FindingOut.of(one) for one in judged.settled.findings] if judged else [],
    )


@router.get("/files/{file_id}/then")
def then(
    viewer: Official,
    services: Shared,
    response: Response,
    file_id: FileId,
    on: date | None = None,
    as_known_on: Annotated[int | None, Query(ge=1, lt=1 << 63)] = None,
) -> FileThenOut:
    """Return how a file stood at the end of a day, as it was known at a revision."""
    response.headers["Cache-Control"] = "no-store"
    with services.office.at_work(viewer.actor, "") as unit:
        return FileThenOut.of(file_then(unit, file_id, on, as_known_on))


@router.get("/files/{file_id}/versions/{older}..{newer}")
def compare(
    viewer: Worker,
    services: Shared,
    response: Response,
    file_id: FileId,
    older: VersionNumber,
    newer: VersionNumber,
) -> Compared:
    """Return which carrés one version of a file gains and loses against another."""
    response.headers["Cache-Control"] = "no-store"
    with services.office.at_work(viewer.actor, "") as unit:
        file_of(unit, file_id)
        before, after = (version_of(unit, file_id, number) for number in (older, newer))
    return Compared.of(before.perimeter, after.perimeter)


@router.get("/files/{file_id}/routes")
def routes(viewer: Worker, services: Shared, response: Response, file_id: FileId) -> RoutesCompared:
    """Return both routes to the ground that a file asks for, side by side, by the law of a day."""
    response.headers["Cache-Control"] = "no-store"
    with services.office.at_work(viewer.actor, "") as unit:
        return routes_compared(services.office, unit, file_of(unit, file_id))


@router.get("/files/{file_id}/check")
def check(
    viewer: Worker, services: Shared, file_id: FileId, moment: Moment = Moment.FILING
) -> Checked:
    """Say what the law says of a file as its next step of a moment will ask; nothing is kept."""
    office = services.office
    with office.at_work(viewer.actor, "") as unit:
        found, version = file_of(unit, file_id), last_version(unit, file_id)
        judged = judge_as_next(office, unit, found, version, moment, legal_day(office.clock()))
    return Checked.of(judged)


@router.get("/files/{file_id}/judgements/{judgement_id}")
def judgement(
    viewer: Worker, services: Shared, file_id: FileId, judgement_id: FileId
) -> list[StoredFinding]:
    """Return the findings of a judgement as they were kept."""
    with services.office.at_work(viewer.actor, "") as unit:
        file_of(unit, file_id)
        rows = findings_of(unit, file_id, judgement_id)
    if not rows:
        raise NotFound(f"file {file_id} has no judgement {judgement_id}.")
    return [_stored(dict(row._mapping)) for row in rows]


def _stored(row: dict[str, object]) -> StoredFinding:
    runs = row["runs"]
    cells = sum(run[2] - run[1] for run in runs) if isinstance(runs, list) else None
    return StoredFinding.model_validate(
        {
            **row,
            "default": row["default_verdict"],
            "settled": "settled" if row["ruling_id"] else row["verdict"],
            "cells": cells,
        }
    )


@router.get("/files/{file_id}/displaced")
def displaced(viewer: Worker, services: Shared, file_id: FileId) -> list[DisplacedOut]:
    """Return the files that a filing on paper would come before."""
    with services.office.at_work(viewer.actor, "") as unit:
        found = displaced_by(unit, file_of(unit, file_id), last_version(unit, file_id))
    return [
        DisplacedOut(
            number=one.number,
            filed_at=one.filed_at.isoformat(),
            cells=one.shared.count,
            decided=one.decided,
        )
        for one in found
    ]


@router.post("/files/{file_id}/documents", status_code=201, dependencies=[SameOrigin])
def add(
    viewer: Worker,
    services: Shared,
    file_id: FileId,
    document: UploadFile,
    kind: Annotated[Short, Form()],
    reference: Annotated[Short | None, Form()] = None,
    signatory: Annotated[Short | None, Form()] = None,
    signed_on: Annotated[date | None, Form()] = None,
    about: Annotated[Short | None, Form()] = None,
) -> DocumentAdded:
    """Add a document to a file: a PDF or a picture, at most 20 MiB.

    ``about`` names the neighbour or place that a paper is of: ``title:<number>`` or
    ``place:<class>:<name>``.
    """
    content = document.file.read(MOST_BYTES + 1)
    name = (document.filename or "document").replace("\0", "")[-200:]
    paper = Paper(kind, name, content, reference, signatory, signed_on, about)
    return DocumentAdded(id=add_document(services.office, viewer.actor, file_id, paper))


@router.get("/files/{file_id}/documents/{document_id}")
def document(viewer: Worker, services: Shared, file_id: FileId, document_id: FileId) -> Response:
    """Return a document; browsers keep it as a file and run nothing in it."""
    _, media_type, content = read_document(services.office, viewer.actor, document_id)
    extension = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
    name = f"file-{file_id}-document-{document_id}.{extension.get(media_type, 'tiff')}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=media_type, headers=headers)


@router.post(
    "/files/{file_id}/documents/{document_id}/acceptance",
    status_code=204,
    dependencies=[SameOrigin],
)
def accept(viewer: Officer, services: Shared, file_id: FileId, document_id: FileId) -> Response:
    """Accept a paper of a neighbour or a place, brought by another person."""
    accept_document(services.office, viewer.actor, document_id)
    return Response(status_code=204)


@router.delete(
    "/files/{file_id}/documents/{document_id}", status_code=204, dependencies=[SameOrigin]
)
def withdraw(viewer: Worker, services: Shared, file_id: FileId, document_id: FileId) -> Response:
    """Take a document out of a draft."""
    withdraw_document(services.office, viewer.actor, document_id)
    return Response(status_code=204)


@router.post("/files/{file_id}/consents", status_code=201, dependencies=[SameOrigin])
def consent(viewer: Worker, services: Shared, file_id: FileId, asked: ConsentIn) -> DocumentAdded:
    """Consent to the newest version of a file for a party that one signs for."""
    number = give_consent(
        services.office, viewer.actor, file_id, asked.party_id, asked.expected_version
    )
    return DocumentAdded(id=number)


@router.delete("/files/{file_id}/consents/{party_id}", status_code=204, dependencies=[SameOrigin])
def take_consent_back(
    viewer: Worker, services: Shared, file_id: FileId, party_id: FileId
) -> Response:
    """Take a party's consent back."""
    if party_id not in viewer.actor.parties:
        raise InputError("you do not act for that party.")
    withdraw_consent(services.office, viewer.actor, file_id, party_id)
    return Response(status_code=204)
