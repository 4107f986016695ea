"""Places known by name alone, and positions that documents give them, by two accounts.

A place is never matched by name to a site of any source: only a documented position places it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import errors as pg
from sqlalchemy import Connection, Row, text
from sqlalchemy import exc as sa

from geo.errors import InputError, NotFound, NotPermitted, RegisterError, SecondPersonNeeded
from geo.law.values import Bilingual
from geo.register.connection import UnitOfWork, driver_error
from geo.register.rowfacts import clean_text

_PUBLIC_PLACES = text(
    "select *, st_x(geom) as lon, st_y(geom) as lat from published.activity_place order by name"
)
_PLACES = text(
    """
    select n.*, st_x(p.geom) as lon, st_y(p.geom) as lat, p.uncertainty_m, p.document,
      p.document_on, lower(p.valid) as valid_from
    from activity.named_place n
    left join activity.place_position p on p.place_id = n.id
      and p.valid @> cast(:on as date) and p.known @> cast(:known as bigint)
    order by n.name
    """
)
_PLACE = text("select id from activity.named_place where code = :code")
_PROPOSED = text(
    "insert into activity.position_proposal (place_id, geom, uncertainty_m, document, document_on, "
    "valid_from) values (:place, st_setsrid(st_makepoint(:lon, :lat), 4326), :uncertainty, "
    ":document, :document_on, :valid_from) returning id"
)
_PROPOSALS = text(
    """
    select p.id, n.code as place, st_x(p.geom) as lon, st_y(p.geom) as lat, p.uncertainty_m,
      p.document, p.document_on, p.valid_from, p.state, o.actor as proposed_by,
      d.actor as decided_by, p.decision_reason
    from activity.position_proposal p
    join activity.named_place n on n.id = p.place_id
    join register.revision o on o.id = p.opened_revision
    left join register.revision d on d.id = p.decided_revision
    where (cast(:id as bigint) is null or p.id = :id)
      and (cast(:state as text) is null or p.state = :state)
    order by p.id
    """
)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a document says that a place lies, from a day on; degrees and metres."""

    lon: float
    lat: float
    uncertainty_m: float | None
    document: str
    document_on: date
    valid_from: date


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place; ``position`` is None, and ``whereabouts`` all that is known, until one is given."""

    code: str
    name: str
    whereabouts: Bilingual
    source: Bilingual
    position: Position | None


@dataclass(frozen=True, slots=True)
class PositionProposal:
    """A position that waits for another person, or was decided."""

    id: int
    place: str
    position: Position
    state: str
    proposed_by: str
    decided_by: str | None
    decision_reason: str | None


def public_places(connection: Connection) -> list[NamedPlace]:
    """Return the places with their positions as known now, today; under every role."""
    return [_place(row) for row in connection.execute(_PUBLIC_PLACES)]


def places_on(connection: Connection, on: date, known: int) -> list[NamedPlace]:
    """Return the places with their positions on a day, as known in a revision (officials)."""
    return [_place(row) for row in connection.execute(_PLACES, {"on": on, "known": known})]


def propose_position(unit: UnitOfWork, code: str, position: Position) -> int:
    """Propose where a place lies, by the account that acts; return the proposal's number.

    Raises
    ------
    NotFound : there is no such place.
    InputError : the document is not named, or the position is none.
    NotPermitted : no officer or supervisor acts.
    """
    if not position.document.strip():
        raise InputError("a position needs its document: give its reference.")
    if not (-180 <= position.lon <= 180 and -90 <= position.lat <= 90):
        raise InputError(f"{position.lon}, {position.lat} is no longitude and latitude in degrees.")
    if position.uncertainty_m is not None and not position.uncertainty_m >= 0:
        raise InputError("the uncertainty of a position is in metres, 0 or more.")
    place = unit.connection.scalar(_PLACE, {"code": code})
    if place is None:
        raise NotFound(f"there is no place “{code}”.")
    given = {
        "place": place,
        "lon": position.lon,
        "lat": position.lat,
        "uncertainty": position.uncertainty_m,
        "document": clean_text(position.document.strip()),
        "document_on": position.document_on,
        "valid_from": position.valid_from,
    }
    with _asking("this position"):
        unit.open_revision()
        return int(unit.connection.scalar(_PROPOSED, given))


def decide_position(unit: UnitOfWork, number: int, reason: str, *, confirm: bool) -> int:
    """Confirm or reject a proposed position, as another account; return the revision.

    Raises
    ------
    NotFound : there is no such proposal.
    SecondPersonNeeded : the same account proposed it.
    RegisterError : it is decided already, or the position has changed since.
    InputError : it is rejected without a reason.
    """
    if not confirm and not reason.strip():
        raise InputError("a refusal needs its reason.")
    state = "confirmed" if confirm else "rejected"
    decided = text(
        "update activity.position_proposal set state = :state, decision_reason = :reason "
        "where id = :id"
    )
    with _asking(f"proposal {number}"):
        revision = unit.open_revision()
        found = position_proposals(unit.connection, number)
        if not found:
            raise NotFound(f"there is no proposal {number} of a position.")
        if found[0].state != "proposed":
            raise RegisterError(f"proposal {number} is {found[0].state} already.")
        given = {"id": number, "state": state, "reason": clean_text(reason.strip()) or None}
        unit.connection.execute(decided, given)
    return revision


def position_proposals(
    connection: Connection, number: int | None = None, state: str | None = None
) -> list[PositionProposal]:
    """Return the proposals (one, or those of one state), in order (cadastre)."""
    rows = connection.execute(_PROPOSALS, {"id": number, "state": state})
    return [
        PositionProposal(
            row.id,
            row.place,
            _position(row),
            row.state,
            row.proposed_by,
            row.decided_by,
            row.decision_reason,
        )
        for row in rows
    ]


def _place(row: Row[Any]) -> NamedPlace:
    return NamedPlace(
        row.code,
        row.name,
        Bilingual(row.whereabouts_fr, row.whereabouts_en),
        Bilingual(row.source_fr, row.source_en),
        None if row.lon is None else _position(row),
    )


def _position(row: Row[Any]) -> Position:
    return Position(
        row.lon, row.lat, row.uncertainty_m, row.document, row.document_on, row.valid_from
    )


@contextmanager
def _asking(what: str) -> Iterator[None]:
    """Say what the database refuses in the words of the register."""
    try:
        yield
    except sa.DBAPIError as error:
        cause = driver_error(error)
        if isinstance(cause, pg.CheckViolation) and (
            cause.diag.constraint_name == "position_four_eyes"
        ):
            raise SecondPersonNeeded(
                f"{what} was made by this account. Another person decides it."
            ) from error
        if isinstance(cause, pg.ObjectNotInPrerequisiteState):
            raise RegisterError(
                f"the position has changed since {what}. Reject it and propose anew."
            ) from error
        if isinstance(cause, pg.InsufficientPrivilege):
            raise NotPermitted(
                "a position is given by an officer or a supervisor of the cadastre who acts."
            ) from error
        raise
