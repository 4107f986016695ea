"""Lists of titles for the cadastre, as of a day and as known on a revision.

A list names candidates: whether a title lapses or is forfeited is decided by an act, after notice
and defence (Code art. 286 to 289), never here. A rate that was not found leaves a title on the
list, its amount undetermined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from geo.casework.money.dues import FEE, FIRST_FEE_CLOCK, dues_in
from geo.casework.money.held import ENDED, HeldTitle, held_titles
from geo.casework.money.payments import payments_by_title
from geo.casework.money.rates import current_law
from geo.casework.money.standing import Account, Standing, account_of
from geo.casework.money.works import WorksReport, latest_reports
from geo.errors import NoLegalBasis
from geo.law.calendar import Deadline, deadline_after
from geo.law.fees import due_day
from geo.law.values import Law
from geo.register.connection import UnitOfWork

_NOTICE, _DEFENCE = "forfeiture_notice", "forfeiture_defence"
_WORKS_CLOCK = {"PR": "works_start_pr", "PE": "works_start_pe"}


class ListKind(StrEnum):
    """Which list."""

    UNPAID = "unpaid"
    CADUCITY = "caducity"
    FORFEITURE = "forfeiture"


class Cause(StrEnum):
    """Why a title is on a list."""

    FEE_UNPAID = "fee_unpaid"
    FIRST_FEE_UNPAID = "first_fee_unpaid"
    WORKS_NOT_STARTED = "works_not_started"
    WORKS_STARTED_LATE = "works_started_late"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A title on a list. Amounts in US$; ``amount_due`` None: undetermined, ``reason`` says why.

    ``holders`` are public names, or all where the list was asked so. ``notice_until`` and
    ``defence_until`` are the last days of the clocks if the notice were served on the day asked.
    """

    list: ListKind
    cause: Cause
    title_id: int
    code: str | None
    part: str | None
    kind: str
    state: str
    holders: str
    year: int
    standing: Standing | None
    amount_due: Decimal | None
    paid: Decimal
    balance: Decimal | None
    reason: str
    due_on: date | None
    days_late: int | None
    article: str
    notice_until: date | None = None
    defence_until: date | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a list is asked for: the register under the law of its rates, on a day."""

    unit: UnitOfWork
    on: date
    law: Law
    as_known_on: date | int | None
    withheld: bool

    def accounts(self, year: int) -> Iterator[tuple[HeldTitle, Account]]:
        """Yield each title that owes a surface fee for a year, with what was paid for it."""
        payments = payments_by_title(self.unit, year, self.as_known_on)
        for title in held_titles(self.unit, year, self.on, self.as_known_on):
            due = dues_in(title, year, self.on, self.law).of(FEE)
            if due is not None:
                paid = payments.get(title.title_id, ())
                yield title, account_of(due, paid, year, self.on)


def unpaid_fees(
    unit: UnitOfWork,
    on: date,
    law: Law,
    *,
    year: int | None = None,
    as_known_on: date | int | None = None,
    withheld_names: bool = False,
) -> list[Candidate]:
    """Return the titles whose fee of a year is unpaid or partly paid after 31 March.

    Titles in the year of their grant are on the list of caducity. ``year`` is by default the last
    one whose due day is over. A fee that was paid late is paid.
    """
    asked = _Asked(unit, on, current_law(unit, law, as_known_on), as_known_on, withheld_names)
    return list(_unpaid(asked, year or _last_due_year(on, asked.law), ListKind.UNPAID))


def _last_due_year(on: date, law: Law) -> int:
    due_on = due_day(on.year, date(on.year, 1, 1), law)
    return on.year if due_on is not None and on > due_on else max(1, on.year - 1)


def _unpaid(asked: _Asked, year: int, kind: ListKind) -> Iterator[Candidate]:
    due_on = due_day(year, date(year, 1, 1), asked.law)
    if due_on is None or asked.on <= due_on:
        return
    for title, account in asked.accounts(year):
        first = title.granted_on is not None and title.granted_on.year == year
        if not first and not account.standing.is_met:
            account = _with_due_day(account, due_on, asked.on)
            yield _candidate(asked, kind, Cause.FEE_UNPAID, title, year, account)


def _with_due_day(account: Account, due_on: date, on: date) -> Account:
    """Return an account with the due day of the year where a missing fact left it without one."""
    if account.due.due_on is not None:
        return account
    due = replace(account.due, due_on=due_on)
    return replace(account, due=due, days_late=(on - due_on).days)


def caducity_candidates(
    unit: UnitOfWork,
    on: date,
    law: Law,
    *,
    granted_from: date | None = None,
    as_known_on: date | int | None = None,
    withheld_names: bool = False,
) -> list[Candidate]:
    """Return the titles whose first fee was not paid within 30 days of the decision (RM art. 394).

    A first fee paid later is named too, with the days by which it was late. ``granted_from`` is by
    default 1 January of the year before: the register holds no payments from before it was kept.
    """
    asked = _Asked(unit, on, current_law(unit, law, as_known_on), as_known_on, withheld_names)
    first_day = granted_from or date(max(1, on.year - 1), 1, 1)
    found: list[Candidate] = []
    for year in range(first_day.year, on.year + 1):
        for title, account in asked.accounts(year):
            granted = title.granted_on
            if granted is None or granted.year != year or granted < first_day:
                continue
            if _missed_first_day(account, on):
                cause = Cause.FIRST_FEE_UNPAID
                found.append(_candidate(asked, ListKind.CADUCITY, cause, title, year, account))
    return found


def _missed_first_day(account: Account, on: date) -> bool:
    due_on = account.due.due_on
    if due_on is None or on <= due_on or account.standing is Standing.EXEMPT:
        return False
    return not account.standing.is_met or account.is_late


def forfeiture_candidates(
    unit: UnitOfWork,
    on: date,
    law: Law,
    *,
    year: int | None = None,
    as_known_on: date | int | None = None,
    withheld_names: bool = False,
) -> list[Candidate]:
    """Return the titles that an act might forfeit: fee unpaid after its day, or works not begun.

    Works count only where an official reported them. Each candidate has the last days of notice
    and defence, if the notice were served on the day asked.
    """
    asked = _Asked(unit, on, current_law(unit, law, as_known_on), as_known_on, withheld_names)
    found = [
        *_unpaid(asked, year or _last_due_year(on, asked.law), ListKind.FORFEITURE),
        *_idle(asked),
    ]
    notice, defence = (_last_day(clock, on, asked.law) for clock in (_NOTICE, _DEFENCE))
    return [replace(one, notice_until=notice, defence_until=defence) for one in found]


def _last_day(clock: str, start: date, law: Law) -> date | None:
    deadline = _deadline(clock, start, law)
    return None if deadline is None else deadline.latest


def _deadline(clock: str, start: date, law: Law) -> Deadline | None:
    try:
        return deadline_after(clock, start, law)
    except NoLegalBasis:
        return None


def _idle(asked: _Asked) -> Iterator[Candidate]:
    """Yield the titles whose works were reported as not begun by the deadline, or as late."""
    reports = latest_reports(asked.unit, asked.on, asked.as_known_on)
    for title in held_titles(asked.unit, asked.on.year, asked.on, asked.as_known_on):
        report, clock = reports.get(title.title_id), _WORKS_CLOCK.get(title.kind)
        if report is None or clock is None or title.granted_on is None or title.state in ENDED:
            continue
        late = _late_works(report, clock, title.granted_on, asked)
        if late is not None:
            yield _works_candidate(asked, title, clock, *late)


def _late_works(
    report: WorksReport, clock: str, granted_on: date, asked: _Asked
) -> tuple[Cause, date | None, int | None, str] | None:
    """Return cause, deadline, days late and reason; None where the works are in time or unknown."""
    started = report.started_on
    cause = Cause.WORKS_NOT_STARTED if started is None else Cause.WORKS_STARTED_LATE
    timeline = asked.law.parameters[f"clock.{clock}"].timeline
    dated = timeline.on(granted_on)
    if dated is None or dated.value is None:
        return None
    deadline = _last_day(clock, granted_on, asked.law)
    if deadline is None:
        return (cause, None, None, str(dated.value)) if started is None else None
    seen = report.observed_on if started is None else started
    if seen <= deadline:
        return None
    return cause, deadline, ((started or asked.on) - deadline).days, ""


def _works_candidate(
    asked: _Asked,
    title: HeldTitle,
    clock: str,
    cause: Cause,
    deadline: date | None,
    days_late: int | None,
    reason: str,
) -> Candidate:
    timeline = asked.law.parameters[f"clock.{clock}"].timeline
    dated = timeline.on(title.granted_on or asked.on) or timeline.values[0]
    return Candidate(
        list=ListKind.FORFEITURE,
        cause=cause,
        title_id=title.title_id,
        code=title.code,
        part=title.part,
        kind=title.kind,
        state=title.state,
        holders=title.names(withheld=asked.withheld),
        year=asked.on.year,
        standing=None,
        amount_due=None,
        paid=Decimal(0),
        balance=None,
        reason=reason,
        due_on=deadline,
        days_late=days_late,
        article=dated.reference.article,
    )


def _candidate(
    asked: _Asked, kind: ListKind, cause: Cause, title: HeldTitle, year: int, account: Account
) -> Candidate:
    return Candidate(
        list=kind,
        cause=cause,
        title_id=title.title_id,
        code=title.code,
        part=title.part,
        kind=title.kind,
        state=title.state,
        holders=title.names(withheld=asked.withheld),
        year=year,
        standing=account.standing,
        amount_due=account.due.amount,
        paid=account.paid,
        balance=account.balance,
        reason=account.due.reason,
        due_on=account.due.due_on,
        days_late=account.days_late,
        article=_article_of_the_day(cause, asked),
    )


def _article_of_the_day(cause: Cause, asked: _Asked) -> str:
    """Return the article that sets the day to pay."""
    rule = f"clock.{FIRST_FEE_CLOCK}" if cause is Cause.FIRST_FEE_UNPAID else "fee.due_day"
    timeline = asked.law.parameters[rule].timeline
    return (timeline.on(asked.on) or timeline.values[0]).reference.article


Lister = Callable[..., list[Candidate]]
LISTERS: dict[ListKind, Lister] = {
    ListKind.UNPAID: unpaid_fees,
    ListKind.CADUCITY: caducity_candidates,
    ListKind.FORFEITURE: forfeiture_candidates,
}
"""The function behind each list."""
