"""Writing rows of a file, under the role of whoever acts; the database refuses the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import text

from geo.casework.clocks import due_day
from geo.casework.work import Version, Work
from geo.register.connection import UnitOfWork

_VERSION = text(
    "insert into casework.case_version (file_id, number, runs, content, at) values "
    "(:file, :number, cast(:runs as int[]), cast(:content as jsonb), :at)"
)
_STEP = text(
    "insert into casework.case_step (file_id, seq, action, from_state, to_state, at, reason, "
    "payload, version_number, due_on) values (:file, :seq, :action, :from, :to, :at, :reason, "
    "cast(:payload as jsonb), :version, :due)"
)
_PARTY = text(
    "insert into casework.case_party (file_id, party_id, part) values (:file, :party, :part) "
    "on conflict do nothing"
)


def insert_version(unit: UnitOfWork, file_id: int, version: Version, at: datetime) -> None:
    """Write a version of what a file asks for."""
    unit.open_revision()
    values = {
        "file": file_id,
        "number": version.number,
        "runs": version.perimeter.to_lists() if version.perimeter else None,
        "content": version.content.model_dump_json(exclude_defaults=True),
        "at": at,
    }
    unit.connection.execute(_VERSION, values)


def insert_step(work: Work) -> int:
    """Record the step that moves the file; return its number in the file."""
    work.unit.open_revision()
    values = {
        "file": work.file.id,
        "seq": work.file.steps + 1,
        "action": work.transition.action,
        "from": work.file.state,
        "to": work.transition.target,
        "at": work.at,
        "reason": work.order.reason,
        "payload": json.dumps(_payload(work), default=str),
        "version": work.version.number,
        "due": due_day(work),
    }
    work.unit.connection.execute(_STEP, values)
    return work.file.steps + 1


def _payload(work: Work) -> dict[str, Any]:
    """Return what was said with the step, with the act that it rests on under ``act``."""
    said: dict[str, Any] = dict(work.order.payload)
    act = work.order.act
    if act is not None:
        said["act"] = {"kind": act.kind, "reference": act.reference, "on_day": act.on_day}
    return said


def add_parties(unit: UnitOfWork, file_id: int, parties: Iterable[tuple[int, str]]) -> None:
    """Name the parties of a file, each with the part that it has in it."""
    for party_id, part in parties:
        values = {"file": file_id, "party": party_id, "part": part}
        unit.connection.execute(_PARTY, values)
