"""Conflicts over ground: reporting, reading, and the records of a case.

Steps (hear, mediate, settle, reopen, join) and documents are those of any file: ``/files/{id}``.
Which cases a person sees is the database's word: a company those of its titles.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from api.access import STORABLE, AtDesk, Placed, SameOrigin, Shared, of_role
from api.auth import Viewer
from api.conflict_wire import ConflictCount, ConflictOut, Kept, ListedConflict, ReportedOut
from api.services import Services
from geo.casework.conflicts.opening import report_conflict
from geo.casework.conflicts.orders import (
    AddEvidence,
    HoldMeeting,
    NameParty,
    OpenConflict,
    Order,
    RecordSettlement,
    SetTerm,
    StatePosition,
)
from geo.casework.conflicts.places import MergeRule
from geo.casework.conflicts.reading import conflicts, counts, read_conflict
from geo.casework.conflicts.settings import load_rule
from geo.casework.conflicts.writing import add_evidence, keep
from geo.register.people import OF_THE_CADASTRE, Role

router = APIRouter(prefix="/conflicts", tags=["conflicts"], dependencies=[Placed])

_MEDIATORS = (Role.OFFICER, Role.SUPERVISOR, Role.EGC)
_OPENERS = (*_MEDIATORS, Role.INSPECTOR, Role.COMPANY)
_READERS = (*sorted(OF_THE_CADASTRE), *_OPENERS, Role.LEGAL, Role.MINISTER)
Mediator = Annotated[Viewer, Depends(of_role(*_MEDIATORS))]
Opener = Annotated[Viewer, Depends(of_role(*_OPENERS))]
Reader = Annotated[Viewer, Depends(of_role(*dict.fromkeys(_READERS)))]
Id = Annotated[int, Path(ge=1, lt=1 << 63)]


@cache
def _rule() -> MergeRule:
    return load_rule()


def _kept(services: Services, viewer: Viewer, case: int, order: Order) -> Kept:
    with services.office.at_work(viewer.actor, f"{order.table} of case {case}") as unit:
        number = keep(unit, case, order)
        unit.commit()
    return Kept(id=number)


@router.post("", status_code=201, dependencies=[SameOrigin])
def report(
    viewer: Opener, services: Shared, response: Response, order: OpenConflict
) -> ReportedOut:
    """Open a conflict; where one of the same place is there, add to it and say which (200)."""
    told = report_conflict(services.office, viewer.actor, order, _rule())
    if told.same is not None:
        response.status_code = 200
    return ReportedOut.of(told)


@router.get("")
def listed(
    viewer: Reader,
    services: Shared,
    province: Annotated[str | None, Query(max_length=80, pattern=STORABLE)] = None,
    title_id: Annotated[int | None, Query(ge=1, lt=1 << 63)] = None,
    ended: bool = False,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> list[ListedConflict]:
    """Return the cases that the asker may see, the nearest term first."""
    with services.office.at_work(viewer.actor, "") as unit:
        rows = conflicts(
            unit,
            province=province,
            title_id=title_id,
            ended=ended,
            limit=limit,
            offset=offset,
        )
        return [ListedConflict.model_validate(row) for row in rows]


@router.get("/public")
def public(desk: AtDesk) -> list[ConflictCount]:
    """Return how many cases there are, by province, subject and state; never whose."""
    return [ConflictCount.model_validate(row) for row in counts(desk.connection)]


@router.get("/{case}")
def read(viewer: Reader, services: Shared, response: Response, case: Id) -> ConflictOut:
    """Return a case with its evidence, parties, positions, meetings and settlements."""
    response.headers["Cache-Control"] = "no-store"
    with services.office.at_work(viewer.actor, "") as unit:
        return ConflictOut.of(read_conflict(unit, case))


@router.post("/{case}/evidence", status_code=201, dependencies=[SameOrigin])
def evidence(viewer: Opener, services: Shared, case: Id, order: AddEvidence) -> Kept:
    """Add evidence to a case."""
    office = services.office
    with office.at_work(viewer.actor, f"evidence of case {case}") as unit:
        number = add_evidence(unit, case, order, office.today)
        unit.commit()
    return Kept(id=number)


@router.post("/{case}/parties", status_code=201, dependencies=[SameOrigin])
def party(viewer: Opener, services: Shared, case: Id, order: NameParty) -> Kept:
    """Name a party of a case."""
    return _kept(services, viewer, case, order)


@router.post("/{case}/positions", status_code=201, dependencies=[SameOrigin])
def position(viewer: Opener, services: Shared, case: Id, order: StatePosition) -> Kept:
    """Enter the position of a party; a company enters its own alone."""
    return _kept(services, viewer, case, order)


@router.post("/{case}/meetings", status_code=201, dependencies=[SameOrigin])
def meeting(viewer: Mediator, services: Shared, case: Id, order: HoldMeeting) -> Kept:
    """Keep a meeting of the mediation."""
    return _kept(services, viewer, case, order)


@router.post("/{case}/settlements", status_code=201, dependencies=[SameOrigin])
def settlement(viewer: Mediator, services: Shared, case: Id, order: RecordSettlement) -> Kept:
    """Record a settlement, which is then proposed, and confirmed by another person."""
    return _kept(services, viewer, case, order)


@router.post("/{case}/terms", status_code=201, dependencies=[SameOrigin])
def term(viewer: Mediator, services: Shared, case: Id, order: SetTerm) -> Kept:
    """Set the day by which something is awaited."""
    return _kept(services, viewer, case, order)
