"""Public notice (avis au public) of a case file: perimeter, route, substances, parties; no more.

The law data states no length of consultation that would hold for every kind of file, and none is
invented here: whoever publishes gives the last day, with the article or the reason that sets it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, Self

from sqlalchemy import text

from geo.casework.consultation.notice_words import NoticeFacts, notice_text
from geo.casework.machine import Effect
from geo.casework.reading import file_of, version_of
from geo.casework.work import CaseFile, Version, Work
from geo.errors import InputError, StepRefused
from geo.law.values import Bilingual, Law
from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork

Route = Literal["A", "B"]

MAX_LENGTH_DAYS = 3660

_INSERT = text(
    """
    insert into casework.notice (file_id, version_number, step_seq, machine, subject, kind, route,
      substances, published_on, closes_on, length_basis, length_by_law, text_fr, text_en, runs,
      geom)
    values (:file, :version, :seq, :machine, :subject, :kind, :route, cast(:substances as text[]),
      :published_on, :closes_on, :basis, :by_law, :text_fr, :text_en, cast(:runs as int[]),
      st_multi(st_geomfromwkb(:geom, 4326)))
    returning id
    """
)
_PARTIES = text(
    """
    insert into casework.notice_party (notice_id, position, part, party_id)
    select :notice, row_number() over (order by id), part, party_id from casework.case_party
    where file_id = :file and part in
      ('proposer', 'co_holder', 'lessee', 'egc', 'cooperative', 'transferee')
    """
)
_CURRENT = text(
    "select max(id) from casework.notice where file_id = :file and withdrawn_on is null"
)
_WITHDRAW = text(
    "update casework.notice set withdrawn_on = :day, withdrawn_reason = :reason "
    "where file_id = :file and withdrawn_on is null"
)


@dataclass(frozen=True, slots=True)
class NoticeLength:
    """Until when an objection is in time, and what says so.

    ``closes_on`` is the last day in time, whole, in Africa/Kinshasa. ``basis`` names the article
    where ``by_law``, else the officer's reason.
    """

    closes_on: date
    basis: str
    by_law: bool = False

    @classmethod
    def lasting(cls, day: date, days: int, basis: str, *, by_law: bool = False) -> Self:
        """Return a length of so many days after the day of publication, which does not count.

        Examples
        --------
        >>> NoticeLength.lasting(date(2025, 3, 3), 30, "réunion du village").closes_on
        datetime.date(2025, 4, 2)
        """
        if not 0 < days <= MAX_LENGTH_DAYS:
            raise InputError(f"{days} days are no length of a consultation.")
        return cls(day + timedelta(days=days), basis, by_law)


def length_asked(payload: Mapping[str, Any], day: date) -> NoticeLength:
    """Return the length that an officer sets in a step's payload.

    Parameters
    ----------
    payload : ``closes_on`` (ISO 8601) or ``days``, and ``length_basis``: the reason, in words.

    Raises
    ------
    InputError : one of them is missing, or is no day, number or text.
    """
    basis = payload.get("length_basis")
    if not isinstance(basis, str) or not basis.strip() or "\0" in basis or len(basis) > 1000:
        raise InputError("say in length_basis why the consultation lasts so long (1,000 letters).")
    days, closes_on = payload.get("days"), payload.get("closes_on")
    if isinstance(days, int) and not isinstance(days, bool) and closes_on is None:
        return NoticeLength.lasting(day, days, basis.strip())
    if isinstance(closes_on, str) and days is None:
        try:
            return NoticeLength(date.fromisoformat(closes_on), basis.strip())
        except ValueError as error:
            raise InputError(f"closes_on is {closes_on!r}; write a day as 2025-04-02.") from error
    raise InputError("give the last day of the consultation in closes_on, or its length in days.")


def publish(
    unit: UnitOfWork,
    file_id: int,
    version_number: int,
    day: date,
    length: NoticeLength,
    *,
    law: Law,
    route: Route | None = None,
) -> int:
    """Publish the notice of a version of a file and return its number.

    A notice of the file that still stands is replaced: the new one names it. To be called within
    the step that opens the consultation, under the cadastre's role.

    Raises
    ------
    StepRefused : the file asks for no ground.
    InputError : the last day does not lie after the day of publication.
    """
    file, version = file_of(unit, file_id), version_of(unit, file_id, version_number)
    if not version.perimeter:
        raise StepRefused("the file names no carré. A notice shows a perimeter.")
    if length.closes_on <= day:
        raise InputError(f"the consultation closes on {length.closes_on}, not after {day}.")
    unit.open_revision()
    facts = _facts(version, version.perimeter, day, length, law, route)
    values = {**_row(file, version, facts), "basis": length.basis, "by_law": length.by_law}
    notice_id = int(unit.connection.scalar(_INSERT, values))
    unit.connection.execute(_PARTIES, {"notice": notice_id, "file": file_id})
    return notice_id


def _facts(
    version: Version,
    perimeter: Perimeter,
    day: date,
    length: NoticeLength,
    law: Law,
    route: Route | None,
) -> NoticeFacts:
    code = version.content.kind
    name = law.kinds[code].name if code in law.kinds else Bilingual(code, code)
    substances = version.content.substances or None
    return NoticeFacts(name, route, substances, perimeter, day, length.closes_on)


def _row(file: CaseFile, version: Version, facts: NoticeFacts) -> dict[str, object]:
    said = notice_text(facts)
    return {
        "file": file.id,
        "version": version.number,
        "seq": file.steps,
        "machine": file.machine,
        "subject": file.subject,
        "kind": version.content.kind,
        "route": facts.route,
        "substances": list(facts.substances) if facts.substances else None,
        "published_on": facts.published_on,
        "closes_on": facts.closes_on,
        "text_fr": said.fr,
        "text_en": said.en,
        "runs": facts.perimeter.to_lists(),
        "geom": facts.perimeter.outline().wkb,
    }


def withdraw(unit: UnitOfWork, file_id: int, day: date, reason: str) -> None:
    """Withdraw the notices of a file that stand: nobody can object to them any more.

    Raises
    ------
    StepRefused : the file has none that stands, or no reason is given.
    """
    if not reason.strip():
        raise StepRefused("say why the notice is withdrawn.")
    unit.open_revision()
    asked = {"file": file_id, "day": day, "reason": reason.strip()}
    if not unit.connection.execute(_WITHDRAW, asked).rowcount:
        raise StepRefused(f"file {file_id} has no notice that stands.")


def current_notice(unit: UnitOfWork, file_id: int) -> int | None:
    """Return the number of the notice of a file that stands, None where there is none."""
    found = unit.connection.scalar(_CURRENT, {"file": file_id})
    return None if found is None else int(found)


def publishing(route: Route | None = None) -> Effect:
    """Return the effect of a step that opens a consultation; its payload gives the length."""

    def effect(work: Work) -> None:
        length = length_asked(work.order.payload, work.day)
        number, law = work.version.number, work.office.law
        publish(work.unit, work.file.id, number, work.day, length, law=law, route=route)

    return effect


def withdrawing(work: Work) -> None:
    """Withdraw the file's notice where one stands: an effect of a step that ends the file."""
    if current_notice(work.unit, work.file.id) is not None:
        withdraw(work.unit, work.file.id, work.day, work.order.reason or work.transition.action)


_OPEN_UNTIL = text(
    "select max(closes_on) from casework.notice where file_id = :file and withdrawn_on is null"
)


def open_until(unit: UnitOfWork, file_id: int, day: date) -> date | None:
    """Return the last day on which an objection is still in time, None where none is."""
    closes_on: date | None = unit.connection.scalar(_OPEN_UNTIL, {"file": file_id})
    return closes_on if closes_on is not None and day <= closes_on else None


def withdraw_if_open(work: Work) -> None:
    """Withdraw a notice whose time still runs when its file ends: there is nothing to object to."""
    if open_until(work.unit, work.file.id, work.day) is not None:
        withdraw(work.unit, work.file.id, work.day, work.order.reason or work.transition.action)
