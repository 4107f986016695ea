"""The table of rates: proposed by one person, confirmed by another, on both clocks.

The database writes a rate itself when a second person accepts the proposal (trigger of migration
0014): no role may insert one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from psycopg import errors as pg
from sqlalchemy import Row, exc, text

from geo.casework.money.merge import Rate, law_with_rates, require_fillable
from geo.errors import NotFound, RegisterError
from geo.law.values import Confidence, Law
from geo.periods import Period
from geo.register.connection import UnitOfWork, driver_error
from geo.register.reader import Reader

_RATES = text(
    """
    select id, rule, lower(valid) as first_day, upper(valid) as until, usd_per_carre, legal_text,
      article, source, confidence, note
    from register.fee_rate where known @> cast(:known as bigint) order by rule, lower(valid)
    """
)
_PUBLISHED = text("select * from published.fee_rate order by rule, first_day")
_PROPOSALS = text(
    """
    select p.id, p.rule, lower(p.valid) as first_day, upper(p.valid) as until, p.usd_per_carre,
      p.legal_text, p.article, p.source, p.confidence, p.note, p.replaces,
      casework.name_of(p.proposed_by) as proposed_by
    from register.fee_proposal p
    where (cast(:id as bigint) is null or p.id = :id)
      and not exists (select from register.fee_decision d where d.proposal_id = p.id)
    order by p.id
    """
)
_PROPOSE = text(
    """
    insert into register.fee_proposal (rule, valid, usd_per_carre, legal_text, article, source,
      confidence, note, replaces)
    values (:rule, daterange(:first_day, :until), :usd, :legal_text, :article, :source,
      :confidence, :note, :replaces)
    returning id
    """
)
_DECIDE = text(
    "insert into register.fee_decision (proposal_id, accepted, reason) "
    "values (:id, :accepted, :reason)"
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rate that waits for a second person. ``rate`` None: the one replaced is taken out.

    ``proposed_by`` is a name; the four eyes are held to accounts.
    """

    id: int
    rule: str
    period: Period
    rate: Rate | None
    replaces: int | None
    proposed_by: str


def rates_known(unit: UnitOfWork, as_known_on: date | int | None = None) -> list[Rate]:
    """Return the rates of the register as known on a revision or a day, by rule and first day."""
    known = Reader(unit.connection).revision_as_known(as_known_on)
    return [_rate(row) for row in unit.connection.execute(_RATES, {"known": known})]


def published_rates(unit: UnitOfWork) -> list[Rate]:
    """Return the rates as everybody may see them."""
    return [_rate(row) for row in unit.connection.execute(_PUBLISHED)]


def current_law(unit: UnitOfWork, law: Law, as_known_on: date | int | None = None) -> Law:
    """Return the law with the rates of the register, as known on a revision or a day."""
    return law_with_rates(law, rates_known(unit, as_known_on))


def open_proposals(unit: UnitOfWork) -> list[Proposal]:
    """Return the proposals that nobody has decided, oldest first."""
    return [_proposal(row) for row in unit.connection.execute(_PROPOSALS, {"id": None})]


def propose_rate(unit: UnitOfWork, rate: Rate, law: Law, *, replaces: int | None = None) -> int:
    """Propose a rate, or another in the place of one; return the number of the proposal.

    Needs the role of an administrator. Nothing changes before another person confirms it.

    Raises
    ------
    RegisterError : the law data does not ask for it, or it overlaps a rate of the register.
    NotFound : the rate to replace is not in the register.
    """
    require_fillable(rate, law)
    _require_free(unit, rate, law, replaces)
    return _propose(unit, rate, rate.usd_per_carre, replaces)


def propose_removal(unit: UnitOfWork, rate_id: int) -> int:
    """Propose to take a rate out of the register again; return the number of the proposal.

    Raises
    ------
    NotFound : there is no such rate.
    """
    return _propose(unit, _standing_rate(unit, rate_id), None, rate_id)


def _propose(unit: UnitOfWork, rate: Rate, usd: Decimal | None, replaces: int | None) -> int:
    unit.open_revision()
    values = {
        "rule": rate.rule,
        "first_day": rate.period.start,
        "until": rate.period.end,
        "usd": usd,
        "legal_text": rate.legal_text,
        "article": rate.article,
        "source": rate.source,
        "confidence": rate.confidence.value,
        "note": rate.note,
        "replaces": replaces,
    }
    return int(_written(unit, _PROPOSE, values).scalar_one())


def _written(unit: UnitOfWork, statement: Any, values: dict[str, Any]) -> Any:
    """Execute a statement; what the database refuses is a RegisterError, in words."""
    try:
        return unit.connection.execute(statement, values)
    except exc.DBAPIError as error:
        cause = driver_error(error)
        if isinstance(cause, pg.IntegrityError):
            raise RegisterError(_refusal(cause)) from error
        raise


def _standing_rate(unit: UnitOfWork, rate_id: int) -> Rate:
    found = next((rate for rate in rates_known(unit) if rate.id == rate_id), None)
    if found is None:
        raise NotFound(f"the register has no rate {rate_id}. List them: mabele fees rates.")
    return found


def _require_free(unit: UnitOfWork, rate: Rate, law: Law, replaces: int | None) -> None:
    """Refuse a rate whose days another rate has, besides the one that it replaces."""
    if replaces is not None and _standing_rate(unit, replaces).rule != rate.rule:
        raise RegisterError(f"rate {replaces} is no {rate.rule}. Replace a rate by one of its own.")
    others = [one for one in rates_known(unit) if one.id != replaces]
    law_with_rates(law, [*others, rate])


def confirm_rate(unit: UnitOfWork, proposal_id: int, reason: str, law: Law) -> int:
    """Confirm a proposal as a second person; return the revision that knows the rate.

    Raises
    ------
    NotFound : there is no open proposal of that number.
    RegisterError : the same person proposed it; or the law data or another rate forbids it by now.
    """
    proposal = _open_proposal(unit, proposal_id)
    rate = proposal.rate
    if proposal.replaces is not None:
        _standing_rate(unit, proposal.replaces)
    if rate is not None:
        require_fillable(rate, law)
        _require_free(unit, rate, law, proposal.replaces)
    return _decide(unit, proposal_id, reason, accepted=True)


def reject_rate(unit: UnitOfWork, proposal_id: int, reason: str) -> int:
    """Reject a proposal, also one's own; return the revision.

    Raises
    ------
    NotFound : there is no open proposal of that number.
    """
    _open_proposal(unit, proposal_id)
    return _decide(unit, proposal_id, reason, accepted=False)


def _open_proposal(unit: UnitOfWork, proposal_id: int) -> Proposal:
    row = unit.connection.execute(_PROPOSALS, {"id": proposal_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no open proposal {proposal_id}. List them: mabele fees rates.")
    return _proposal(row)


def _decide(unit: UnitOfWork, proposal_id: int, reason: str, *, accepted: bool) -> int:
    revision = unit.open_revision()
    values = {"id": proposal_id, "accepted": accepted, "reason": reason}
    _written(unit, _DECIDE, values)
    return revision


def _refusal(cause: pg.IntegrityError) -> str:
    if isinstance(cause, pg.NotNullViolation):
        return "who signs a rate has an account of the register. Sign in first."
    if cause.diag.constraint_name == "fee_rate_four_eyes":
        return "a rate is confirmed by another person than the one who proposed it."
    return "the proposal was decided, or its rate replaced, a moment ago. List the rates again."


def _rate(row: Row[Any]) -> Rate:
    return Rate(
        rule=row.rule,
        period=Period(row.first_day, row.until),
        usd_per_carre=row.usd_per_carre,
        legal_text=row.legal_text,
        article=row.article,
        source=row.source,
        confidence=Confidence(row.confidence),
        note=row.note,
        id=row.id,
    )


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        id=row.id,
        rule=row.rule,
        period=Period(row.first_day, row.until),
        rate=None if row.usd_per_carre is None else replace(_rate(row), id=None),
        replaces=row.replaces,
        proposed_by=row.proposed_by,
    )
