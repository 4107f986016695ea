"""How long files take: statistics for everybody, open files for those who may see them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from api.access import AtDesk, Placed, Shared, SignedIn
from api.auth import Role
from api.casework_wire import Words
from api.consulting import Consulting, Unstored, as_viewer
from geo.casework.delays import FEWEST, delays, open_files, waiting
from geo.casework.machines import MACHINES

router = APIRouter(prefix="/delays", tags=["delays"], dependencies=[Placed])


class DelayShown(BaseModel):
    """How long files stayed in a state; null machine or state: those of few stays, merged."""

    procedure: str | None
    procedure_label: Words | None
    state: str | None
    state_label: Words | None
    with_role: Role | None
    stays: int
    median_days: float
    ninth_decile_days: float
    with_deadline: int
    over_share: float | None


class WaitingShown(BaseModel):
    """How many files are in a state now."""

    procedure: str
    procedure_label: Words | None
    state: str
    state_label: Words | None
    with_role: Role | None
    files: int
    over_share: float | None


class Delays(BaseModel):
    """Statistics on a day. No group has fewer than ``fewest`` files."""

    on: date
    fewest: int
    ended: list[DelayShown]
    waiting: list[WaitingShown]


class OpenFileShown(BaseModel):
    """An open file: the role that holds it, since when, the last day, the days left."""

    file_id: int
    number: str | None
    procedure: str
    state: str
    with_role: Role | None
    since: date
    due_on: date | None
    days_left: int | None


def _machine_label(machine: str | None) -> Words | None:
    found = MACHINES.get(machine or "")
    return Words.of(found.label) if found else None


def _state_label(machine: str | None, state: str | None) -> Words | None:
    found = MACHINES.get(machine or "")
    known = found.by_state.get(state or "") if found else None
    return Words.of(known.label) if known else None


@router.get("", response_model=Delays)
def delay_statistics(desk: AtDesk, consultation: Consulting) -> Response:
    """Return how long files stay in each state, without names and without numbers of files."""

    def build() -> Delays:
        day = consultation.today
        ended = [
            DelayShown(
                procedure=one.machine,
                procedure_label=_machine_label(one.machine),
                state=one.state,
                state_label=_state_label(one.machine, one.state),
                with_role=one.with_role,
                stays=one.stays,
                median_days=one.median_days,
                ninth_decile_days=one.ninth_decile_days,
                with_deadline=one.with_deadline,
                over_share=one.over_share,
            )
            for one in delays(desk.connection, day)
        ]
        now = [
            WaitingShown(
                procedure=one.machine,
                procedure_label=_machine_label(one.machine),
                state=one.state,
                state_label=_state_label(one.machine, one.state),
                with_role=one.with_role,
                files=one.files,
                over_share=one.over_share,
            )
            for one in waiting(desk.connection, day)
        ]
        return Delays(on=day, fewest=FEWEST, ended=ended, waiting=now)

    return desk.answer(build)


@router.get("/files", dependencies=[Unstored])
def files(
    services: Shared,
    consultation: Consulting,
    viewer: SignedIn,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> list[OpenFileShown]:
    """Return the open files that the asker may see, the nearest deadline first."""
    with as_viewer(services, viewer) as unit:
        found = open_files(unit, consultation.today, limit)
    return [
        OpenFileShown(
            file_id=one.file_id,
            number=one.number,
            procedure=one.machine,
            state=one.state,
            with_role=one.with_role,
            since=one.since,
            due_on=one.due_on,
            days_left=one.days_left,
        )
        for one in found
    ]
