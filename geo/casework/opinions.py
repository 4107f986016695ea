"""Opinions (avis) that authorities give on a file: asked for by a step, answered once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, text

from geo.casework.office import Office
from geo.casework.refusals import refused_by_name
from geo.casework.work import Work
from geo.errors import InputError, NotFound, StepRefused
from geo.register.connection import UnitOfWork
from geo.register.people import Actor, Authority

ANSWERS = ("favourable", "unfavourable", "reserved")
_ASK = text(
    "insert into casework.opinion_request (file_id, authority, province, asked_at, due_on) "
    "values (:file, :authority, :province, :at, :due)"
)
_OPEN = text(
    "select authority from casework.opinion_request where file_id = :file and answer is null "
    "order by authority"
)
_ANSWER = text(
    "update casework.opinion_request set answer = :answer, text = :text, document_id = :document, "
    "answered_at = :at where id = :request"
)


def ask_opinions(work: Work, authorities: Iterable[str], due: date | None = None) -> None:
    """Ask authorities for their opinion; those of a province are asked in that of the file."""
    for authority in authorities:
        values = {
            "file": work.file.id,
            "authority": Authority(authority).value,
            "province": work.file.province,
            "at": work.at,
            "due": due,
        }
        work.unit.connection.execute(_ASK, values)


def unanswered(unit: UnitOfWork, file_id: int) -> list[str]:
    """Return which authorities were asked and have not answered."""
    return list(unit.connection.scalars(_OPEN, {"file": file_id}))


def require_opinions(work: Work) -> None:
    """Refuse a step while an opinion is missing.

    Raises
    ------
    StepRefused : naming the authorities.
    """
    missing = unanswered(work.unit, work.file.id)
    if missing:
        raise StepRefused(
            f"opinions are missing: {', '.join(missing)}.",
            f"des avis manquent : {', '.join(missing)}.",
        )


def give_opinion(
    office: Office,
    actor: Actor,
    request_id: int,
    answer: str,
    said: str,
    document_id: int | None = None,
) -> None:
    """Give the opinion that one's authority was asked for.

    Raises
    ------
    InputError : no such answer, or a reserved or unfavourable one without its reasons.
    NotFound : one's authority was not asked.
    FileChanged : it was given already.
    """
    if answer not in ANSWERS:
        raise InputError(f"“{answer}” is no opinion: {', '.join(ANSWERS)}.")
    if answer != "favourable" and not said.strip():
        raise InputError("an opinion that is not favourable states its reasons.")
    values = {
        "request": request_id,
        "answer": answer,
        "text": said,
        "document": document_id,
        "at": office.clock(),
    }
    with office.at_work(actor, f"opinion {request_id}") as unit:
        unit.open_revision()
        with refused_by_name():
            if not unit.connection.execute(_ANSWER, values).rowcount:
                raise NotFound(f"your authority was not asked for opinion {request_id}.")
        unit.commit()


_ASKED = text(
    "select o.id, o.file_id, f.number, o.authority, o.province, o.asked_at, o.due_on, o.answer "
    "from casework.opinion_request o join casework.case_file f on f.id = o.file_id "
    "where o.authority = casework.my_authority() order by o.answer is not null, o.due_on, o.id"
)


def asked_of(office: Office, actor: Actor) -> Sequence[Row[Any]]:
    """Return the opinions that the actor's authority was asked for, open ones first."""
    with office.at_work(actor, "") as unit:
        return unit.connection.execute(_ASKED).all()
