"""Holders whose names are withheld from the public, until an officer marks them legal persons."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field

from api.access import STORABLE, Cadastre, Placed, SameOrigin, Shared
from geo.register.connection import UnitOfWork
from geo.register.party_kinds import PartyRow, mark_party, parties_found

router = APIRouter(prefix="/parties", tags=["accounts"], dependencies=[Placed])


class Party(BaseModel):
    """A holder; its name is public where the kind is ``legal``."""

    id: int
    name: str
    kind: Literal["legal", "natural", "unknown"]
    titles: int

    @classmethod
    def of(cls, row: PartyRow) -> Party:
        """Return a party as the cadastre sees it."""
        return cls(id=row.id, name=row.name, kind=row.kind, titles=row.titles)


class Mark(BaseModel):
    """What kind of person a holder is, and how that is known."""

    kind: Literal["legal", "natural"]
    reason: str = Field(min_length=3, max_length=500, pattern=STORABLE)


@router.get("")
def list_parties(
    viewer: Cadastre,
    services: Shared,
    response: Response,
    q: Annotated[str, Query(max_length=100, pattern=STORABLE)] = "",
    withheld: bool = True,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> list[Party]:
    """Return holders by a part of their name; by default those whose name is withheld."""
    response.headers["Cache-Control"] = "no-store"
    with UnitOfWork(services.engine, viewer.database_role, actor=viewer.actor.login) as unit:
        found = parties_found(unit.connection, q, withheld=withheld, limit=limit)
    return [Party.of(row) for row in found]


@router.put("/{party_id}/kind", status_code=204, dependencies=[SameOrigin])
def mark(viewer: Cadastre, services: Shared, party_id: int, order: Mark) -> Response:
    """Say what kind of person a holder is. A legal person's name is public from now on."""
    with UnitOfWork(
        services.engine, viewer.database_role, actor=viewer.actor.login, reason=order.reason
    ) as unit:
        mark_party(unit, party_id, order.kind)
        unit.commit()
    return Response(status_code=204)
