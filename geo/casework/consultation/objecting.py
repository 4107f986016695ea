"""The objector's side: object without an account, follow, add, withdraw, be forgotten.

Everything here works under the public's role, by functions that know an objection by its reference
and the hash of its secret alone. No call takes a network address.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy import Row, text

from geo.casework.consultation.identity import (
    Claim,
    claim_of,
    key_hash,
    reference_as_kept,
    secret_hash,
)
from geo.casework.consultation.places import ObjectionPlace
from geo.casework.consultation.refusals import refused_in_words
from geo.casework.consultation.sealing import Contact, key_id, sealed
from geo.errors import NotFound, StepRefused
from geo.grid import DRC
from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork

_RECEIVE = text(
    "select * from published.receive_objection(:notice, :reference, :key, :secret, :at, :language, "
    ":reason, cast(:runs as int[]), cast(:lon as float8), cast(:lat as float8), :words, :digest, "
    "cast(:contact as bytea), cast(:contact_key as text))"
)
_FOLLOW = text("select * from published.objection_of(:reference, :secret)")
_STEPS = text("select * from published.objection_steps_of(:reference, :secret)")
_MOVE = text(
    "select published.move_objection(:reference, :secret, :action, :at, cast(:words as text), "
    "cast(:key as bytea))"
)
_ATTACH = text("select published.attach_to_objection(:reference, :secret, :type, :content, :at)")


@dataclass(frozen=True, slots=True)
class NewObjection:
    """What a page sends. ``client_key`` is the number it drew; ``language`` of the reason."""

    client_key: UUID
    reason: str
    language: str
    place: ObjectionPlace
    contact: Contact


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the objector keeps. ``digest`` is of the objection as first received."""

    claim: Claim
    notice_id: int
    received_at: datetime
    late: bool
    digest: str


@dataclass(frozen=True, slots=True)
class Followed:
    """An objection as its objector sees it; ``has_contact``: a sealed name or contact is kept."""

    reference: str
    notice_id: int
    state: str
    received_at: datetime
    late: bool
    digest: str
    language: str
    reason: str
    place: ObjectionPlace
    has_contact: bool
    files: int
    steps: tuple[FollowedStep, ...]


@dataclass(frozen=True, slots=True)
class FollowedStep:
    """What happened; who did it is not told. ``reason``: why it is admissible or not."""

    seq: int
    action: str
    state: str
    at: datetime
    reason: str | None
    public_text: str | None
    private_text: str | None


def receive(
    unit: UnitOfWork,
    notice_id: int,
    objection: NewObjection,
    at: datetime,
    server_key: bytes,
    public_key: X25519PublicKey,
) -> Receipt:
    """Receive an objection; received before under the same number, it is the first one that counts.

    Raises
    ------
    NotFound : there is no such notice.
    StepRefused : the notice was withdrawn; or the same number came with another objection before.
    """
    claim = claim_of(server_key, objection.client_key)
    values = {
        "notice": notice_id,
        "reference": claim.reference,
        "key": key_hash(objection.client_key),
        "secret": secret_hash(claim.secret),
        "at": at,
        "language": objection.language,
        "reason": objection.reason,
        "runs": objection.place.runs,
        "lon": objection.place.point[0] if objection.place.point else None,
        "lat": objection.place.point[1] if objection.place.point else None,
        "words": objection.place.words,
        "digest": digest_of(notice_id, objection),
        "contact": sealed(objection.contact, claim.reference, public_key)
        if objection.contact
        else None,
        "contact_key": key_id(public_key) if objection.contact else None,
    }
    with refused_in_words():
        row = unit.connection.execute(_RECEIVE, values).one_or_none()
    if row is None:
        raise NotFound(f"there is no notice {notice_id}.")
    return _receipt(row, claim, notice_id)


def _receipt(row: Row[Any], claim: Claim, notice_id: int) -> Receipt:
    if not row.same_secret or row.notice_id != notice_id:
        raise StepRefused(
            "an objection was received under this number before. Its secret was given then; for "
            "another objection draw another number."
        )
    return Receipt(claim, row.notice_id, row.received_at, row.late, row.digest)


def digest_of(notice_id: int, objection: NewObjection) -> str:
    """Return the SHA-256 of what was received, without name and contact.

    It is over JSON in UTF-8 with sorted keys and no spaces, so that anybody can compute it again.
    """
    content = {
        "notice": notice_id,
        "reason": objection.reason,
        "language": objection.language,
        "runs": objection.place.runs,
        "point": objection.place.point,
        "words": objection.place.words,
    }
    said = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def follow(unit: UnitOfWork, claim: Claim) -> Followed:
    """Return an objection with all that happened to it.

    Raises
    ------
    NotFound : unknown reference or wrong secret; nothing tells which.
    """
    row = unit.connection.execute(_FOLLOW, _known_by(claim)).one_or_none()
    if row is None:
        raise _unknown()
    point = None if row.lon is None else (row.lon, row.lat)
    cells = None if row.runs is None else Perimeter.from_runs(row.runs, DRC)
    steps = unit.connection.execute(_STEPS, _known_by(claim))
    return Followed(
        reference=row.reference,
        notice_id=row.notice_id,
        state=row.state,
        received_at=row.received_at,
        late=row.late,
        digest=row.digest,
        language=row.language,
        reason=row.reason,
        place=ObjectionPlace(cells, point, row.place_words),
        has_contact=row.has_contact,
        files=row.files,
        steps=tuple(FollowedStep(**step._mapping) for step in steps),
    )


def add(unit: UnitOfWork, claim: Claim, client_key: UUID, words: str, at: datetime) -> None:
    """Add words to an objection; sent twice under one number, they are added once.

    Raises
    ------
    NotFound : as :func:`follow`. StepRefused : the objection has been answered or withdrawn.
    """
    _move(unit, claim, "add", at, words, key_hash(client_key))


def withdraw(unit: UnitOfWork, claim: Claim, at: datetime) -> None:
    """Withdraw an objection; what was said stays in the file.

    Raises
    ------
    NotFound : as :func:`follow`. StepRefused : it has been answered, or withdrawn before.
    """
    _move(unit, claim, "withdraw", at)


def erase_contact(unit: UnitOfWork, claim: Claim, at: datetime) -> None:
    """Erase the sealed name and contact; nobody can reach the objector any more but by the page.

    Raises
    ------
    NotFound : as :func:`follow`.
    """
    _move(unit, claim, "erase_contact", at)


def attach(unit: UnitOfWork, claim: Claim, media_type: str, content: bytes, at: datetime) -> str:
    """Add a file to an objection and return its SHA-256; the same file again is the same one.

    Raises
    ------
    NotFound : as :func:`follow`. StepRefused : five files are there, or nothing may be added.
    """
    values = {**_known_by(claim), "type": media_type, "content": content, "at": at}
    with refused_in_words():
        digest = unit.connection.scalar(_ATTACH, values)
    if digest is None:
        raise _unknown()
    return str(digest)


def _move(
    unit: UnitOfWork,
    claim: Claim,
    action: str,
    at: datetime,
    words: str | None = None,
    key: bytes | None = None,
) -> None:
    values = {**_known_by(claim), "action": action, "at": at, "words": words, "key": key}
    with refused_in_words():
        if unit.connection.scalar(_MOVE, values) is None:
            raise _unknown()


def _known_by(claim: Claim) -> dict[str, Any]:
    return {
        "reference": reference_as_kept(claim.reference),
        "secret": secret_hash(claim.secret),
    }


def _unknown() -> NotFound:
    return NotFound("there is no objection with this reference and this secret.")
