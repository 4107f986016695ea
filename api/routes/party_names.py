"""Parties for people who must name one in a file: found by name, or entered by the cadastre."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from api.access import STORABLE, Officer, Placed, SameOrigin, Shared, of_role
from api.auth import Viewer
from geo.register.accounts import party_named
from geo.register.party_kinds import names_found
from geo.register.people import Role

router = APIRouter(prefix="/parties", tags=["files"], dependencies=[Placed])

Naming = Annotated[Viewer, Depends(of_role(*sorted(set(Role) - {Role.PUBLIC, Role.OPINION})))]
"""Whoever may name a party in a file of theirs."""


class NamedParty(BaseModel):
    """A party by its number and name."""

    id: int
    name: str


class NewParty(BaseModel):
    """A party to enter: an applicant or a cooperative that holds nothing yet."""

    name: str = Field(min_length=2, max_length=300, pattern=STORABLE)


@router.get("/search")
def search(
    viewer: Naming,
    services: Shared,
    response: Response,
    q: Annotated[str, Query(min_length=2, max_length=100, pattern=STORABLE)],
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> list[NamedParty]:
    """Return parties by a part of their name, among those whose names the asker may see."""
    response.headers["Cache-Control"] = "no-store"
    with services.office.at_work(viewer.actor, "") as unit:
        found = names_found(unit.connection, q, limit)
    return [NamedParty(id=number, name=name) for number, name in found]


@router.post("", status_code=201, dependencies=[SameOrigin])
def enter(viewer: Officer, services: Shared, asked: NewParty) -> NamedParty:
    """Enter a party, or return the one of that name, whatever its case and spacing."""
    with services.office.at_work(viewer.actor, "party entered") as unit:
        number = party_named(unit, asked.name, create=True)
        unit.commit()
    return NamedParty(id=number, name=" ".join(asked.name.split()))
