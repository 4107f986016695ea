"""The office's side of objections: the list of a file, decisions, answers, contacts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import STORABLE, Officer, Placed, SameOrigin, Shared, of_role
from api.auth import Role, Viewer
from api.consulting import Consulting, Unstored, as_viewer
from api.routes.objections import PlaceKept, Words, place_kept
from geo.casework.consultation.identity import reference_as_kept
from geo.casework.consultation.objections import (
    Decision,
    Objection,
    Verdict,
    decide,
    file_content,
    files_of,
    objection_called,
    objections_of,
    open_contact,
    openings_of,
    steps_of,
)
from geo.errors import NotFound
from geo.register.connection import UnitOfWork

router = APIRouter(
    prefix="/files/{file_id}/objections",
    tags=["consultation"],
    dependencies=[Placed, Unstored],
)

Reading = Annotated[
    Viewer,
    Depends(of_role(Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.LEGAL, Role.MINISTER)),
]
"""Who reads objections: the cadastre, the legal adviser, the Minister's office that decides."""
Opening = Annotated[Viewer, Depends(of_role(Role.LEGAL, Role.SUPERVISOR))]
"""Who may learn the name and contact behind an objection."""
Overseeing = Annotated[Viewer, Depends(of_role(Role.LEGAL, Role.SUPERVISOR, Role.ADMINISTRATOR))]
"""Who may learn that somebody opened a contact."""

FileId = Annotated[int, Path(ge=1, lt=1 << 63)]
Reference = Annotated[str, Path(max_length=40, pattern=STORABLE)]
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


class OfficeStep(BaseModel):
    """One step; ``account_id`` is null where the objector took it."""

    seq: int
    action: str
    state: str
    at: datetime
    account_id: int | None
    role: str
    reason: str | None
    public_text: str | None
    private_text: str | None


class FileListed(BaseModel):
    """A file that the objector added."""

    sha256: str
    media_type: str
    bytes: int
    at: datetime


class ObjectionListed(BaseModel):
    """An objection as the office sees it. Who made it is not here."""

    reference: str
    notice_id: int
    state: str
    steps_taken: int
    received_at: datetime
    late: bool
    language: str
    reason: str
    place: PlaceKept
    digest: str
    steps: list[OfficeStep]
    files: list[FileListed]


class DecisionSent(BaseModel):
    """The office's next step. ``expected_steps``: how many there were when the officer decided.

    ``admit`` and ``refuse`` need a reason, which the objector reads. ``answer`` needs a public
    text, which everybody reads, and may have a private one for the objector alone.
    """

    model_config = ConfigDict(extra="forbid")
    action: Decision
    expected_steps: Annotated[int, Field(ge=1)]
    reason: Annotated[str, Words] | None = None
    public_text: Annotated[str, Words] | None = None
    private_text: Annotated[str, Words] | None = None


class ContactAsked(BaseModel):
    """Why the contact is needed; it is recorded with who asked."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Words]


class ContactOpened(BaseModel):
    """Who objected, as far as they said it."""

    name: str | None
    contact: str | None


class ContactOpening(BaseModel):
    """That somebody read the contact."""

    account_id: int
    role: str
    at: datetime
    reason: str


@router.get("")
def objections(services: Shared, viewer: Reading, file_id: FileId) -> list[ObjectionListed]:
    """Return the objections to all notices of a file, in the order of their receipt."""
    with as_viewer(services, viewer) as unit:
        return [_listed(unit, one) for one in objections_of(unit, file_id)]


@router.post("/{reference}/steps", dependencies=[SameOrigin])
def take_step(
    services: Shared,
    consultation: Consulting,
    viewer: Officer,
    file_id: FileId,
    reference: Reference,
    sent: DecisionSent,
) -> ObjectionListed:
    """Decide whether an objection is admissible, examine it, answer it."""
    verdict = Verdict(sent.action, sent.reason, sent.public_text, sent.private_text)
    with as_viewer(services, viewer, f"{sent.action} of an objection") as unit:
        called = _called(unit, file_id, reference)
        decide(unit, called, verdict, sent.expected_steps, consultation.clock())
        unit.commit()
        return _listed(unit, _called(unit, file_id, reference))


@router.get("/{reference}/documents/{sha256}")
def document(
    services: Shared, viewer: Reading, file_id: FileId, reference: Reference, sha256: Sha256
) -> Response:
    """Return a file that the objector added, to be saved and not to be shown in the page."""
    with as_viewer(services, viewer) as unit:
        called = _called(unit, file_id, reference)
        media_type, content = file_content(unit, called, sha256)
    headers = {"Content-Disposition": "attachment", "Cache-Control": "no-store"}
    return Response(content, media_type=media_type, headers=headers)


@router.post("/{reference}/contact", dependencies=[SameOrigin])
def contact(
    services: Shared,
    consultation: Consulting,
    viewer: Opening,
    file_id: FileId,
    reference: Reference,
    asked: ContactAsked,
) -> ContactOpened:
    """Open the name and contact behind an objection; who did and why is recorded first."""
    key = consultation.keys.private_key
    with as_viewer(services, viewer, "contact of an objector opened") as unit:
        called = _called(unit, file_id, reference)
        opened = open_contact(unit, called, asked.reason, consultation.clock(), key)
        unit.commit()
    return ContactOpened(name=opened.name, contact=opened.contact)


@router.get("/{reference}/openings")
def openings(
    services: Shared, viewer: Overseeing, file_id: FileId, reference: Reference
) -> list[ContactOpening]:
    """Return who read the contact behind an objection, when and why."""
    with as_viewer(services, viewer) as unit:
        called = _called(unit, file_id, reference)
        return [
            ContactOpening(account_id=one.account_id, role=one.role, at=one.at, reason=one.reason)
            for one in openings_of(unit, called)
        ]


def _called(unit: UnitOfWork, file_id: int, reference: str) -> Objection:
    found = objection_called(unit, reference_as_kept(reference))
    if found.file_id != file_id:
        raise NotFound(f"file {file_id} has no objection {found.reference}.")
    return found


def _listed(unit: UnitOfWork, one: Objection) -> ObjectionListed:
    return ObjectionListed(
        reference=one.reference,
        notice_id=one.notice_id,
        state=one.state,
        steps_taken=one.steps,
        received_at=one.received_at,
        late=one.late,
        language=one.language,
        reason=one.reason,
        place=place_kept(one.place),
        digest=one.digest,
        steps=[
            OfficeStep(
                seq=step.seq,
                action=step.action,
                state=step.state,
                at=step.at,
                account_id=step.account_id,
                role=step.role,
                reason=step.reason,
                public_text=step.public_text,
                private_text=step.private_text,
            )
            for step in steps_of(unit, one)
        ],
        files=[
            FileListed(sha256=kept.sha256, media_type=kept.media_type, bytes=kept.bytes, at=kept.at)
            for kept in files_of(unit, one)
        ],
    )
