"""The office's side: which objections a file has, what is decided of them, and who was asked.

Reading and deciding go by the grants of the reader's own role; the contact behind an objection is
opened by a legal adviser or a supervisor alone, and that it was opened is recorded before it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Row, text

from geo.casework.consultation.places import ObjectionPlace, ground_of
from geo.casework.consultation.refusals import refused_in_words
from geo.casework.consultation.sealing import Contact, key_id, unsealed
from geo.errors import NotFound, SetupError
from geo.grid import DRC
from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork

Decision = Literal["admit", "refuse", "examine", "answer"]

_COLUMNS = (
    "o.id, o.reference, o.notice_id, n.file_id, o.state, o.steps, o.received_at, o.late, "
    "o.language, o.reason, o.runs, st_x(o.point) as lon, st_y(o.point) as lat, o.place_words, "
    "o.digest"
)
_FROM = "from casework.objection o join casework.notice n on n.id = o.notice_id"
# Only the constants above are put together; what is asked for is bound.
_OF_FILE = text(f"select {_COLUMNS} {_FROM} where n.file_id = :file order by o.id")
_BY_REFERENCE = text(f"select {_COLUMNS} {_FROM} where o.reference = :reference")
_STEPS = text(
    "select s.seq, s.action, s.to_state as state, s.at, s.account_id, s.role, s.reason, "
    "s.public_text, s.private_text from casework.objection_step s where s.objection_id = :id "
    "order by s.seq"
)
_FILES = text(
    "select sha256, media_type, length(content) as bytes, at from casework.objection_file "
    "where objection_id = :id order by id"
)
_CONTENT = text(
    "select media_type, content from casework.objection_file "
    "where objection_id = :id and sha256 = :sha256"
)
_DECIDE = text(
    "select casework.decide_objection(:id, :action, :at, :steps, cast(:reason as text), "
    "cast(:public as text), cast(:private as text))"
)
_OPEN = text("select casework.open_objections(:file)")
_CONTACT = text("select * from casework.open_objector(:id, :why, :at)")
_OPENINGS = text(
    "select account_id, role, at, reason from casework.contact_opening "
    "where objection_id = :id order by id"
)


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection as the office sees it. ``steps`` counts what happened to it."""

    id: int
    reference: str
    notice_id: int
    file_id: int
    state: str
    steps: int
    received_at: datetime
    late: bool
    language: str
    reason: str
    place: ObjectionPlace
    digest: str


@dataclass(frozen=True, slots=True)
class ObjectionStep:
    """One step; ``account_id`` is None where the objector took it."""

    seq: int
    action: str
    state: str
    at: datetime
    account_id: int | None
    role: str
    reason: str | None
    public_text: str | None
    private_text: str | None


@dataclass(frozen=True, slots=True)
class ObjectionFile:
    """A file that an objector added."""

    sha256: str
    media_type: str
    bytes: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the office decides. Admissible or not: with a ``reason``, which the objector reads.

    An answer has ``public_text``, which everybody reads, and may have ``private_text`` for the
    objector alone.
    """

    action: Decision
    reason: str | None = None
    public_text: str | None = None
    private_text: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """That somebody read the contact behind an objection."""

    account_id: int
    role: str
    at: datetime
    reason: str


def open_objections(unit: UnitOfWork, file_id: int) -> int:
    """Return how many objections to a file are without an answer: with one, nothing is decided.

    Those received, admissible or under examination; not the withdrawn and the inadmissible ones.
    """
    return int(unit.connection.scalar(_OPEN, {"file": file_id}) or 0)


def objections_of(unit: UnitOfWork, file_id: int) -> list[Objection]:
    """Return the objections to all notices of a file, in the order of their receipt."""
    return [_objection(row) for row in unit.connection.execute(_OF_FILE, {"file": file_id})]


def objected_cells(unit: UnitOfWork, file_id: int) -> Mapping[str, Perimeter]:
    """Return the carrés that each objection is about, by reference.

    A point stands for its carré. Objections that were withdrawn, are not admissible, or name their
    place in words only are left out.
    """
    grounds = {
        one.reference: ground_of(one.place)
        for one in objections_of(unit, file_id)
        if one.state not in {"withdrawn", "not_admissible"}
    }
    return {reference: ground for reference, ground in grounds.items() if ground}


def objection_called(unit: UnitOfWork, reference: str) -> Objection:
    """Return an objection by its reference.

    Raises
    ------
    NotFound : there is none, or none that the reader's role may see.
    """
    row = unit.connection.execute(_BY_REFERENCE, {"reference": reference}).one_or_none()
    if row is None:
        raise NotFound(f"there is no objection {reference}.")
    return _objection(row)


def steps_of(unit: UnitOfWork, objection: Objection) -> list[ObjectionStep]:
    """Return what happened to an objection, in order."""
    rows = unit.connection.execute(_STEPS, {"id": objection.id})
    return [ObjectionStep(**row._mapping) for row in rows]


def files_of(unit: UnitOfWork, objection: Objection) -> list[ObjectionFile]:
    """Return the files that the objector added."""
    rows = unit.connection.execute(_FILES, {"id": objection.id})
    return [ObjectionFile(**row._mapping) for row in rows]


def file_content(unit: UnitOfWork, objection: Objection, sha256: str) -> tuple[str, bytes]:
    """Return media type and content of a file.

    Raises
    ------
    NotFound : the objection has none of that checksum.
    """
    asked = {"id": objection.id, "sha256": sha256}
    row = unit.connection.execute(_CONTENT, asked).one_or_none()
    if row is None:
        raise NotFound(f"objection {objection.reference} has no such file.")
    return row.media_type, bytes(row.content)


def decide(
    unit: UnitOfWork, objection: Objection, verdict: Verdict, expected_steps: int, at: datetime
) -> None:
    """Take the office's next step with an objection.

    Parameters
    ----------
    expected_steps : how many steps the objection had when the officer decided.

    Raises
    ------
    FileChanged : something happened to it in the meantime.
    StepRefused : it is not so far, or has an answer; or no reason is given.
    NotPermitted : the role decides nothing of objections.
    """
    values = {
        "id": objection.id,
        "action": verdict.action,
        "at": at,
        "steps": expected_steps,
        "reason": verdict.reason,
        "public": verdict.public_text,
        "private": verdict.private_text,
    }
    with refused_in_words():
        unit.connection.execute(_DECIDE, values)


def open_contact(
    unit: UnitOfWork, objection: Objection, why: str, at: datetime, private_key: X25519PrivateKey
) -> Contact:
    """Return who objected, and record that it was read; commit, or nothing was read lawfully.

    Raises
    ------
    NotFound : the objector left no contact, or had it erased.
    NotPermitted : the role is neither a legal adviser's nor a supervisor's.
    StepRefused : no reason is given.
    SetupError : the key at hand is another than the one that sealed it.
    """
    with refused_in_words():
        asked = {"id": objection.id, "why": why, "at": at}
        row = unit.connection.execute(_CONTACT, asked).one_or_none()
    if row is None:
        raise NotFound(f"objection {objection.reference} has no contact.")
    if row.key_id != key_id(private_key.public_key()):
        raise SetupError(
            f"the contact of {objection.reference} was sealed with key {row.key_id}. Put that key "
            "file back (MABELE_OBJECTOR_KEY_FILE)."
        )
    return unsealed(bytes(row.sealed), row.reference, private_key)


def openings_of(unit: UnitOfWork, objection: Objection) -> list[Opening]:
    """Return who read the contact behind an objection, when and why."""
    rows = unit.connection.execute(_OPENINGS, {"id": objection.id})
    return [Opening(**row._mapping) for row in rows]


def _objection(row: Row[Any]) -> Objection:
    values = dict(row._mapping)
    lon, lat, runs = values.pop("lon"), values.pop("lat"), values.pop("runs")
    place = ObjectionPlace(
        None if runs is None else Perimeter.from_runs(runs, DRC),
        None if lon is None else (lon, lat),
        values.pop("place_words"),
    )
    return Objection(**values, place=place)
