"""Legal rulings, proposed by one and put in force by another; opinions of authorities."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Path, Response, UploadFile
from pydantic import BaseModel

from api.access import LegalDesk, OpinionDesk, Placed, SameOrigin, Shared, of_role
from api.auth import Viewer
from api.casework_wire import Short, Storable
from geo.casework.documents import MOST_BYTES
from geo.casework.opinions import asked_of, give_opinion
from geo.casework.rulings import (
    RulingOrder,
    decide_ruling,
    propose_ruling,
    ruling_as_law_data,
    rulings_seen,
)
from geo.register.people import Role

router = APIRouter(tags=["rulings"], dependencies=[Placed])
Id = Annotated[int, Path(ge=1, lt=1 << 63)]
Reading = Annotated[Viewer, Depends(of_role(*sorted(set(Role) - {Role.PUBLIC, Role.INSPECTOR})))]
"""Who reads rulings; companies and authorities those in force that concern them."""
Deciding = Annotated[Viewer, Depends(of_role(Role.LEGAL, Role.SUPERVISOR))]


class RulingOut(BaseModel):
    """A ruling. ``file_id`` null: for all files from ``from_day`` on."""

    id: int
    scope: str
    file_id: int | None
    code: str
    rule: str | None
    subject: str | None
    answer: str
    text: str
    reference: str
    signatory: str
    signed_on: date
    sha256: str | None
    from_day: date
    to_day: date | None
    state: str
    proposed_by: str | None
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class Proposed(BaseModel):
    """The number of a ruling that was proposed."""

    id: int


class Decision(BaseModel):
    """What another person decides on a ruling."""

    state: Literal["in_force", "rejected", "ended"]


class OpinionAsked(BaseModel):
    """An opinion that the asker's authority was asked for."""

    id: int
    file_id: int
    number: str | None
    authority: str
    province: str | None
    asked_at: datetime
    due_on: date | None
    answer: str | None


class OpinionIn(BaseModel):
    """An opinion; one that is not favourable states its reasons."""

    answer: Literal["favourable", "unfavourable", "reserved"]
    text: Storable = ""
    document_id: int | None = None


@router.get("/rulings")
def rulings(viewer: Reading, services: Shared, file_id: int | None = None) -> list[RulingOut]:
    """Return the rulings that the asker may see, newest first, or those of one file."""
    seen = rulings_seen(services.office, viewer.actor, file_id)
    return [RulingOut(**dict(row._mapping)) for row in seen]


@router.post("/rulings", status_code=201, dependencies=[SameOrigin])
def propose(
    viewer: LegalDesk,
    services: Shared,
    code: Annotated[Short, Form()],
    answer: Annotated[Literal["permitted", "refused"], Form()],
    text: Annotated[Storable, Form()],
    reference: Annotated[Short, Form()],
    signatory: Annotated[Short, Form()],
    signed_on: Annotated[date, Form()],
    from_day: Annotated[date, Form()],
    to_day: Annotated[date | None, Form()] = None,
    rule: Annotated[Short | None, Form()] = None,
    subject: Annotated[Short | None, Form()] = None,
    file_id: Annotated[int | None, Form()] = None,
    document: UploadFile | None = None,
) -> Proposed:
    """Propose a ruling; it settles nothing before another person puts it in force."""
    content = None if document is None else document.file.read(MOST_BYTES + 1)
    order = RulingOrder(
        code=code,
        rule=rule,
        answer=answer,
        text=text,
        reference=reference,
        signatory=signatory,
        signed_on=signed_on,
        from_day=from_day,
        to_day=to_day,
        subject=subject,
        file_id=file_id,
        content=content,
    )
    return Proposed(id=propose_ruling(services.office, viewer.actor, order))


@router.post("/rulings/{ruling_id}/decision", status_code=204, dependencies=[SameOrigin])
def decide(viewer: Deciding, services: Shared, ruling_id: Id, asked: Decision) -> Response:
    """Put a ruling in force, reject it or end it; never by who proposed it."""
    decide_ruling(services.office, viewer.actor, ruling_id, asked.state)
    return Response(status_code=204)


@router.get("/rulings/{ruling_id}/law-data")
def law_data(viewer: LegalDesk, services: Shared, ruling_id: Id) -> Response:
    """Return a ruling of all files as an entry of the law data (YAML), for a maintainer."""
    entry = ruling_as_law_data(services.office, viewer.actor, ruling_id)
    return Response(entry, media_type="application/yaml")


@router.get("/opinions")
def opinions(viewer: OpinionDesk, services: Shared) -> list[OpinionAsked]:
    """Return the opinions that one's authority was asked for, those without an answer first."""
    asked = asked_of(services.office, viewer.actor)
    return [OpinionAsked(**dict(row._mapping)) for row in asked]


@router.post("/opinions/{request_id}", status_code=204, dependencies=[SameOrigin])
def answer_opinion(
    viewer: OpinionDesk, services: Shared, request_id: Id, asked: OpinionIn
) -> Response:
    """Give the opinion that one's authority was asked for; once."""
    give_opinion(
        services.office, viewer.actor, request_id, asked.answer, asked.text, asked.document_id
    )
    return Response(status_code=204)
