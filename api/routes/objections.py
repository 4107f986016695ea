"""Objecting without an account, and following the objection with its secret.

The secret travels in a header and never in an address: addresses are kept by browsers, proxies and
logs. An unknown reference and a wrong secret get the same answer after the same work.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Path, Request
from pydantic import UUID4, BaseModel, ConfigDict, Field, StringConstraints

from api.access import STORABLE, Placed, SameOrigin, Shared
from api.consulting import (
    Bounded,
    Consulting,
    Unstored,
    admit,
    as_public,
    body_of,
)
from api.routes.notices import NoticeId
from geo.casework.consultation import objecting
from geo.casework.consultation.identity import Claim
from geo.casework.consultation.media import MOST_BYTES, media_type_of_objection
from geo.casework.consultation.notice_reading import standing_notice
from geo.casework.consultation.objecting import Followed, NewObjection, Receipt
from geo.casework.consultation.places import MAX_CELLS, ObjectionPlace, place_of
from geo.casework.consultation.sealing import Contact

router = APIRouter(tags=["consultation"], dependencies=[Placed, Unstored], route_class=Bounded)

Language = Literal["fr", "en", "sw", "ln", "kg", "lua", "lub", "other"]


def _words(most: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=most, pattern=STORABLE, strip_whitespace=True)


Words = _words(10_000)
"""A text of up to 10,000 letters."""
Coordinate = Annotated[float, Field(allow_inf_nan=False)]
CellNumber = Annotated[int, Field(ge=-100_000, le=100_000)]


class Place(BaseModel):
    """Where: carrés as [column, row], or a point as [lon, lat] in degrees, or words; not two."""

    model_config = ConfigDict(extra="forbid")
    cells: Annotated[list[tuple[CellNumber, CellNumber]], Field(max_length=MAX_CELLS)] | None = None
    point: tuple[Coordinate, Coordinate] | None = None
    words: Annotated[str, _words(1000)] | None = None


class ObjectionSent(BaseModel):
    """An objection. ``client_key`` is drawn by the page once and sent again with the objection.

    Name and contact may be left out; they are kept sealed, apart from the objection.
    """

    model_config = ConfigDict(extra="forbid")
    client_key: UUID4
    reason: Annotated[str, Words]
    place: Place | None = None
    language: Language = "fr"
    name: Annotated[str, _words(200)] | None = None
    contact: Annotated[str, _words(500)] | None = None


class AdditionSent(BaseModel):
    """Words to add, under a number that the page draws once for them."""

    model_config = ConfigDict(extra="forbid")
    client_key: UUID4
    text: Annotated[str, Words]


class ReceiptGiven(BaseModel):
    """What to keep. Whoever has the secret can follow the objection; nobody can give it again.

    ``digest`` is the SHA-256 of the objection as first received, without name and contact.
    """

    reference: str
    secret: str
    notice_id: int
    received_at: datetime
    late: bool
    closes_on: date
    digest: str


class PlaceKept(BaseModel):
    """Where, as it was kept: runs are row, first column, column after the last."""

    runs: list[list[int]] | None
    point: tuple[float, float] | None
    words: str | None


class StepShown(BaseModel):
    """What happened; ``public_text`` is for everybody, ``private_text`` for the objector."""

    seq: int
    action: str
    state: str
    at: datetime
    reason: str | None
    public_text: str | None
    private_text: str | None


class ObjectionShown(BaseModel):
    """An objection as its objector sees it."""

    reference: str
    notice_id: int
    state: str
    received_at: datetime
    late: bool
    digest: str
    language: str
    reason: str
    place: PlaceKept
    has_contact: bool
    files: int
    steps: list[StepShown]


class FileKept(BaseModel):
    """A file that was added."""

    sha256: str


def claim(
    reference: Annotated[str, Path(max_length=40, pattern=STORABLE)],
    x_objection_secret: Annotated[str, Header(max_length=100)] = "",
) -> Claim:
    """Return reference and secret as they were given."""
    return Claim(reference, x_objection_secret)


Claimed = Annotated[Claim, Depends(claim)]
FileSent = Annotated[bytes, Depends(body_of(MOST_BYTES))]


@router.post("/notices/{notice_id}/objections", status_code=201, dependencies=[SameOrigin])
def objection(
    request: Request,
    services: Shared,
    consultation: Consulting,
    notice_id: NoticeId,
    sent: ObjectionSent,
) -> ReceiptGiven:
    """Object. Sent again under the same number, it is the same objection, with the same receipt."""
    admit(consultation, request, "object", notice_id)
    keys, new = consultation.keys, _new(sent)
    with as_public(services, "objection") as unit:
        receipt = objecting.receive(
            unit, notice_id, new, consultation.clock(), keys.server_key, keys.public_key
        )
        standing = standing_notice(unit.connection, notice_id, consultation.today)
        unit.commit()
    return _receipt(receipt, standing.closes_on)


@router.get("/objections/{reference}")
def follow(
    request: Request, services: Shared, consultation: Consulting, claim: Claimed
) -> ObjectionShown:
    """Return an objection with all that happened to it."""
    admit(consultation, request, "follow")
    with as_public(services) as unit:
        return _shown(objecting.follow(unit, claim))


@router.post("/objections/{reference}/additions", status_code=201, dependencies=[SameOrigin])
def add(
    request: Request,
    services: Shared,
    consultation: Consulting,
    claim: Claimed,
    sent: AdditionSent,
) -> ObjectionShown:
    """Add words; sent again under the same number, they are added once."""
    admit(consultation, request, "object")
    with as_public(services, "addition to an objection") as unit:
        objecting.add(unit, claim, sent.client_key, sent.text, consultation.clock())
        unit.commit()
        return _shown(objecting.follow(unit, claim))


@router.post("/objections/{reference}/withdrawal", dependencies=[SameOrigin])
def withdraw(
    request: Request, services: Shared, consultation: Consulting, claim: Claimed
) -> ObjectionShown:
    """Withdraw an objection; what was said stays in the file."""
    admit(consultation, request, "follow")
    with as_public(services, "withdrawal of an objection") as unit:
        objecting.withdraw(unit, claim, consultation.clock())
        unit.commit()
        return _shown(objecting.follow(unit, claim))


@router.delete("/objections/{reference}/contact", dependencies=[SameOrigin])
def erase_contact(
    request: Request, services: Shared, consultation: Consulting, claim: Claimed
) -> ObjectionShown:
    """Erase name and contact for good; the objection stays."""
    admit(consultation, request, "follow")
    with as_public(services, "contact erased by its objector") as unit:
        objecting.erase_contact(unit, claim, consultation.clock())
        unit.commit()
        return _shown(objecting.follow(unit, claim))


@router.post(
    "/objections/{reference}/files",
    status_code=201,
    dependencies=[SameOrigin],
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                name: {"schema": {"type": "string", "format": "binary"}}
                for name in ("image/jpeg", "image/png", "application/pdf")
            },
        }
    },
)
def attach(
    request: Request,
    services: Shared,
    consultation: Consulting,
    claim: Claimed,
    content: FileSent,
) -> FileKept:
    """Add a photograph or a PDF (up to 5 MiB, five in all); the same file again is the same one."""
    admit(consultation, request, "attach")
    media_type = media_type_of_objection(content)
    with as_public(services, "file of an objection") as unit:
        sha256 = objecting.attach(unit, claim, media_type, content, consultation.clock())
        unit.commit()
    return FileKept(sha256=sha256)


def _new(sent: ObjectionSent) -> NewObjection:
    given = sent.place or Place()
    return NewObjection(
        client_key=sent.client_key,
        reason=sent.reason,
        language=sent.language,
        place=place_of(given.cells, given.point, given.words),
        contact=Contact(sent.name, sent.contact),
    )


def _receipt(receipt: Receipt, closes_on: date) -> ReceiptGiven:
    return ReceiptGiven(
        reference=receipt.claim.reference,
        secret=receipt.claim.secret,
        notice_id=receipt.notice_id,
        received_at=receipt.received_at,
        late=receipt.late,
        closes_on=closes_on,
        digest=receipt.digest,
    )


def place_kept(place: ObjectionPlace) -> PlaceKept:
    """Return a place in its wire form."""
    return PlaceKept(runs=place.runs, point=place.point, words=place.words)


def _shown(followed: Followed) -> ObjectionShown:
    return ObjectionShown(
        reference=followed.reference,
        notice_id=followed.notice_id,
        state=followed.state,
        received_at=followed.received_at,
        late=followed.late,
        digest=followed.digest,
        language=followed.language,
        reason=followed.reason,
        place=place_kept(followed.place),
        has_contact=followed.has_contact,
        files=followed.files,
        steps=[
            StepShown(
                seq=step.seq,
                action=step.action,
                state=step.state,
                at=step.at,
                reason=step.reason,
                public_text=step.public_text,
                private_text=step.private_text,
            )
            for step in followed.steps
        ],
    )
