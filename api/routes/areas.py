"""Restricted layers: what is public for everybody; changes by four eyes for the cadastre."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.access import AtDesk, Cadastre, Officer, Placed, SameOrigin, Shared
from api.areas_wire import (
    AreaChangeDetail,
    AreaChangeDone,
    AreaChangeSummary,
    AreaDecision,
    AreaLayers,
    AreaProposal,
    PlacePage,
    change_said,
    detail_said,
    layer_said,
    place_said,
)
from api.auth import Viewer
from api.services import Services
from geo.law import load_law
from geo.register.areas.orders import items_from
from geo.register.areas.reader import (
    area_change,
    area_changes,
    change_issues,
    difference_of,
    public_areas,
    public_layers,
)
from geo.register.areas.writer import AreaChange, confirm_areas, propose_areas, reject_areas
from geo.register.connection import UnitOfWork, in_one_transaction

router = APIRouter(prefix="/areas", tags=["restricted areas"], dependencies=[Placed])

Number = Annotated[int, Path(ge=1, le=2**62)]
State = Annotated[str | None, Query(pattern="^(proposed|confirmed|rejected)$")]


@router.get("/layers", response_model=AreaLayers)
def layers(desk: AtDesk) -> Response:
    """Return the public layers in force today, with source, vintage and class."""

    def build() -> AreaLayers:
        law = load_law()
        found = [layer_said(layer, law) for layer in public_layers(desk.connection)]
        return AreaLayers(on=desk.on, layers=found)

    return desk.answer(build)


@router.get("/layers/{layer}/places", response_model=PlacePage)
def places(
    desk: AtDesk,
    layer: Number,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> Response:
    """Return the areas of a public layer, a page at a time."""

    def build() -> PlacePage:
        total, found = public_areas(desk.connection, layer, limit, offset)
        return PlacePage(total=total, items=[place_said(area) for area in found])

    return desk.answer(build)


@router.get("/changes")
def changes(desk: AtDesk, _: Cadastre, state: State = None) -> list[AreaChangeSummary]:
    """Return the changes of restricted layers, all or those of one state (cadastre)."""
    return [change_said(change) for change in area_changes(desk.connection, state=state)]


@router.get("/changes/{change}")
def change(desk: AtDesk, _: Cadastre, change: Number) -> AreaChangeDetail:
    """Return a change with what it makes different, and what was odd in its file (cadastre)."""
    found = area_change(desk.connection, change)
    return detail_said(
        found, difference_of(desk.connection, change), change_issues(desk.connection, change)
    )


@router.post("/changes", status_code=201, dependencies=[SameOrigin])
def propose(services: Shared, viewer: Officer, proposal: AreaProposal) -> AreaChangeDone:
    """Propose a change; another person confirms or rejects it (officer, supervisor)."""
    order = AreaChange(proposal.reason, items_from(proposal.items))
    return _done(services, viewer, proposal.reason, lambda unit: propose_areas(unit, order))


@router.post("/changes/{change}/confirmation", dependencies=[SameOrigin])
def confirm(
    services: Shared, viewer: Officer, change: Number, decision: AreaDecision
) -> AreaChangeDone:
    """Put a change in force, as another person than its proposer (officer, supervisor)."""

    def work(unit: UnitOfWork) -> int:
        confirm_areas(unit, change, decision.reason)
        return change

    return _done(services, viewer, decision.reason, work)


@router.post("/changes/{change}/rejection", dependencies=[SameOrigin])
def reject(
    services: Shared, viewer: Officer, change: Number, decision: AreaDecision
) -> AreaChangeDone:
    """Reject a change with a reason, as another person than its proposer (officer, supervisor)."""

    def work(unit: UnitOfWork) -> int:
        reject_areas(unit, change, decision.reason)
        return change

    return _done(services, viewer, decision.reason, work)


def _done(
    services: Services, viewer: Viewer, reason: str, work: Callable[[UnitOfWork], int]
) -> AreaChangeDone:
    def whole(unit: UnitOfWork) -> AreaChangeDone:
        number = work(unit)
        state = area_change(unit.connection, number).state
        return AreaChangeDone(id=number, state=state, revision=unit.open_revision())

    return in_one_transaction(
        services.engine,
        whole,
        role=viewer.database_role,
        actor=viewer.actor.login,
        reason=reason,
    )
