"""Keeping records of a conflict, under the role of whoever acts; the database refuses the rest."""

from __future__ import annotations

from datetime import date
from typing import Any

import shapely
from psycopg import errors as pg
from sqlalchemy import column, insert, table, text
from sqlalchemy import exc as sa

from geo.casework.conflicts.orders import AddEvidence, Order, place_of
from geo.casework.conflicts.places import SamePlace
from geo.casework.reading import file_of
from geo.casework.refusals import refused_by_name
from geo.errors import NotFound
from geo.register.connection import UnitOfWork

_EVIDENCE = text(
    "insert into casework.conflict_evidence (file_id, on_day, kind, finding_id, observation_id, "
    "alert_id, document_sha256, text, geom, belongs, distance_m) values (:file, :on, :kind, "
    ":finding, :observation, :alert, :document, :text, st_geomfromwkb(:geom, 4326), :belongs, "
    ":distance) on conflict on constraint conflict_evidence_once do nothing returning id"
)


def keep(unit: UnitOfWork, file_id: int, order: Order) -> int:
    """Keep a record of a case; return its number. Commit it yourself.

    Raises
    ------
    NotFound : there is no such case for these eyes, or what the record names is not there.
    StepRefused : it does not fit the case, or is not theirs to state; the message says why.
    """
    file_of(unit, file_id)
    stated = order.model_dump(exclude_none=True)
    values = {name: list(v) if isinstance(v, tuple) else v for name, v in stated.items()}
    names = ("id", "file_id", *values)
    rows = table(order.table, *(column(name) for name in names), schema="casework")
    statement = insert(rows).values(file_id=file_id, **values).returning(rows.c.id)
    return int(_number(unit, statement, {}) or 0)


def add_evidence(
    unit: UnitOfWork,
    file_id: int,
    evidence: AddEvidence,
    today: date,
    same: SamePlace | None = None,
) -> int | None:
    """Add evidence to a case; return its number, None where the case has the same fact already.

    Parameters
    ----------
    same : why it was added to this case and not opened as another.

    Raises
    ------
    NotFound : no such case, overlap, observation or alert for these eyes.
    StepRefused : the case takes no more, or the fact is none of it.
    """
    file_of(unit, file_id)
    place = None if evidence.place is None else place_of(evidence.place)
    values = {
        "file": file_id,
        "on": evidence.on_day or (today if evidence.kind == "statement" else None),
        "kind": evidence.kind,
        "finding": evidence.finding_id,
        "observation": evidence.observation_id,
        "alert": evidence.alert_id,
        "document": evidence.document_sha256,
        "text": evidence.text,
        "geom": None if place is None else shapely.to_wkb(place, include_srid=False),
        "belongs": None if same is None else same.because.value,
        "distance": None if same is None else same.distance_m,
    }
    return _number(unit, _EVIDENCE, values)


def _number(unit: UnitOfWork, statement: Any, values: dict[str, Any]) -> int | None:
    """Run an insert and return the number that it gives."""
    unit.open_revision()
    try:
        with refused_by_name():
            number: int | None = unit.connection.scalar(statement, values)
    except sa.IntegrityError as error:
        if isinstance(error.orig, pg.ForeignKeyViolation):
            raise NotFound("what the record names is not there. Check its number.") from error
        raise
    return number
