"""Legal rulings (avis juridiques qui tranchent): proposed by one adviser, put in force by another.

A ruling stands beside the findings that it settles and never changes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text

from geo.casework.documents import keep_content, media_type_of
from geo.casework.office import Office
from geo.casework.reading import file_of
from geo.casework.refusals import refused_by_name
from geo.errors import InputError, NotFound
from geo.law.rulings import Ruling, as_law_data
from geo.law.values import Law
from geo.register.connection import CADASTRE, UnitOfWork
from geo.register.people import Actor

HOST_EVENT = "host_event"
"""Code of a ruling on what becomes of what lies in a title when something befalls the title."""

ENDING = "ending"
"""Code of a ruling that the cause for ending a title is given; its rule is the file's subject."""

FURTHER_CODES = frozenset({HOST_EVENT, ENDING, "consent_withdrawn"})
"""What a ruling may settle beside the provisions: questions that a step asks of the law."""

_PROPOSE = text(
    "insert into casework.legal_ruling (scope, file_id, code, rule, subject, answer, text, "
    "reference, signatory, signed_on, sha256, from_day, to_day, proposed_at) values (:scope, "
    ":file, :code, :rule, :subject, :answer, :text, :reference, :signatory, :signed_on, :sha256, "
    ":from_day, :to_day, :at) returning id"
)
_DECIDE = text(
    "update casework.legal_ruling set state = :state, decided_at = :at where id = :ruling"
)
_IN_FORCE = text(
    "select id, scope, code, rule, subject, answer, text, reference, signatory, signed_on, "
    "from_day, to_day, sha256 from casework.legal_ruling where state = 'in_force' "
    "and (scope = 'all' or file_id = :file) order by id"
)


@dataclass(frozen=True, slots=True)
class RulingOrder:
    """A ruling to propose. ``file_id`` None: for all files from ``from_day`` on.

    ``code``, ``rule`` and ``subject`` name the finding that it settles (``subject`` None: whatever
    the neighbour or place); ``content`` is the signed document.
    """

    code: str
    rule: str | None
    answer: str
    text: str
    reference: str
    signatory: str
    signed_on: date
    from_day: date
    to_day: date | None = None
    subject: str | None = None
    file_id: int | None = None
    content: bytes | None = None


def propose_ruling(office: Office, actor: Actor, order: RulingOrder) -> int:
    """Propose a ruling; it settles nothing before another person puts it in force.

    Raises
    ------
    InputError : it names no provision of the law, or is signed after today.
    """
    if order.code not in FURTHER_CODES.union(office.law.provisions):
        raise InputError(f"“{order.code}” is no provision of the law data.")
    if order.answer not in ("permitted", "refused"):
        raise InputError(f"“{order.answer}” settles nothing: permitted or refused.")
    if order.signed_on > office.today:
        raise InputError(f"a ruling signed on {order.signed_on} is not signed yet.")
    with office.at_work(actor, f"ruling on {order.code}") as unit:
        if order.file_id is not None:
            file_of(unit, order.file_id)
        unit.open_revision()
        with refused_by_name():
            ruling = int(unit.connection.scalar(_PROPOSE, _values(unit, office, order)))
        unit.commit()
    return ruling


def _values(unit: UnitOfWork, office: Office, order: RulingOrder) -> dict[str, Any]:
    sha256 = None
    if order.content is not None:
        media_type_of(order.content)
        sha256 = keep_content(unit, order.content)
    return {
        "scope": "all" if order.file_id is None else "file",
        "file": order.file_id,
        "code": order.code,
        "rule": order.rule,
        "subject": order.subject,
        "answer": order.answer,
        "text": order.text,
        "reference": order.reference,
        "signatory": order.signatory,
        "signed_on": order.signed_on,
        "sha256": sha256,
        "from_day": order.from_day,
        "to_day": order.to_day,
        "at": office.clock(),
    }


def decide_ruling(office: Office, actor: Actor, ruling_id: int, state: str) -> None:
    """Put a proposed ruling in force, reject it, or end one that is in force.

    Raises
    ------
    InputError : no such state. NotFound : no such ruling.
    SecondPersonNeeded : the actor proposed it. FileChanged : it was decided already.
    """
    if state not in ("in_force", "rejected", "ended"):
        raise InputError(f"“{state}” is no decision on a ruling: in_force, rejected or ended.")
    with office.at_work(actor, f"ruling {ruling_id} {state}") as unit:
        unit.open_revision()
        values = {"ruling": ruling_id, "state": state, "at": office.clock()}
        with refused_by_name():
            if not unit.connection.execute(_DECIDE, values).rowcount:
                raise NotFound(f"there is no ruling {ruling_id} that you may decide.")
        unit.commit()


def rulings_for(unit: UnitOfWork, file_id: int, law: Law) -> tuple[Ruling, ...]:
    """Return the rulings in force that may settle findings of a file, the law data's first."""
    with unit.acting_as(CADASTRE):
        rows = unit.connection.execute(_IN_FORCE, {"file": file_id}).all()
    return (*law.rulings, *map(_ruling, rows))


def answering(
    rulings: Iterable[Ruling], code: str, rule: str, subject: str | None, on: date, today: date
) -> Ruling | None:
    """Return the weightiest ruling on a question that is asked as of a day, None without one.

    ``subject`` None: whatever it is about. A ruling for all files reaches those of its days.
    """
    named = [
        one
        for one in rulings
        if one.code == code
        and one.rule in (None, rule)
        and (subject is None or one.subject in (None, subject))
        and one.day <= today
        and (one.scope == "file" or one.from_day <= on < (one.to_day or date.max))
    ]
    return max(named, key=lambda one: one.weight, default=None)


def _ruling(row: Row[Any]) -> Ruling:
    return Ruling(
        id=row.id,
        code=row.code,
        rule=row.rule,
        subject=row.subject,
        answer=row.answer,
        scope=row.scope,
        from_day=row.from_day,
        to_day=row.to_day,
        text=row.text,
        signatory=row.signatory,
        document=row.sha256,
        day=row.signed_on,
        reference=row.reference,
    )


_SEEN = text(
    "select r.id, r.scope, r.file_id, r.code, r.rule, r.subject, r.answer, r.text, r.reference, "
    "r.signatory, r.signed_on, r.sha256, r.from_day, r.to_day, r.state, "
    "casework.name_of(r.proposed_by) as proposed_by, r.proposed_at, "
    "casework.name_of(r.decided_by) as decided_by, r.decided_at from casework.legal_ruling r "
    "where (cast(:file as bigint) is null or r.file_id = :file) "
    "and (cast(:ruling as bigint) is null or r.id = :ruling) order by r.id desc"
)


def rulings_seen(office: Office, actor: Actor, file_id: int | None = None) -> Sequence[Row[Any]]:
    """Return the rulings that the actor may see, newest first, or those of one file."""
    with office.at_work(actor, "") as unit:
        return unit.connection.execute(_SEEN, {"file": file_id, "ruling": None}).all()


def ruling_as_law_data(office: Office, actor: Actor, ruling_id: int) -> str:
    """Return a ruling in force for all files as an entry of the law data (YAML).

    Raises
    ------
    NotFound : there is no such ruling. InputError : it is not in force, or for one file only.
    """
    with office.at_work(actor, "") as unit:
        asked = {"file": None, "ruling": ruling_id}
        row = unit.connection.execute(_SEEN, asked).one_or_none()
    if row is None:
        raise NotFound(f"there is no ruling {ruling_id} that you may see.")
    if row.state != "in_force" or row.scope != "all":
        raise InputError("only a ruling in force for all files becomes law data.")
    return as_law_data(_ruling(row))
