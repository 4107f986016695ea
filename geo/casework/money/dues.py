"""What a title owes for a civil year, with each step of the sum, so that a clerk can check it.

The first year of a title is the civil year of its grant, pro rata ``fee × n/N`` and due within 30
days of the decision; the later ones are due by 31 March; the last is pro rata (RM art. 394).
Where facts or texts leave two answers, both are told and no amount is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from geo.casework.money.held import DUTIABLE, ENDED, NOT_GRANTED, HeldTitle, held_title
from geo.casework.money.rates import current_law
from geo.errors import NoLegalBasis
from geo.law.calendar import deadline_after
from geo.law.fees import Due, area_tax, due_day, pro_rata, surface_fee
from geo.law.values import Law
from geo.register.connection import UnitOfWork

FIRST_FEE_CLOCK = "first_surface_fee"
DueKind = Literal["surface_fee", "area_tax"]
FEE: DueKind = "surface_fee"
TAX: DueKind = "area_tax"
_LONGEST_RATE = 6  # digits of a rate per hectare that the law data states itself


@dataclass(frozen=True, slots=True)
class TitleDue:
    """A due of a title for a civil year, in US$.

    ``amount`` None: undetermined, and ``reason`` says why.
    ``life_year`` counts civil years from that of the grant; ``part`` is (n, N) days where the due
    is pro rata, ``year_amount`` the due of the whole year; ``due_on`` None: no day was found.
    """

    due: DueKind
    rule: str
    article: str
    cells: int | None = None
    life_year: int | None = None
    per_cell: Decimal | None = None
    year_amount: Decimal | None = None
    part: tuple[int, int] | None = None
    amount: Decimal | None = None
    reason: str = ""
    due_on: date | None = None
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TitleDues:
    """What a title owes for a year; nothing where ``reason`` says that it owes nothing."""

    title: HeldTitle
    year: int
    on: date
    dues: tuple[TitleDue, ...]
    reason: str = ""

    def of(self, due: DueKind) -> TitleDue | None:
        """Return one of the dues, None where the title owes none."""
        return next((one for one in self.dues if one.due == due), None)


@dataclass(frozen=True, slots=True)
class _Share:
    """The part of a civil year in which a title lives, and where it stands in its life."""

    first_day: date
    last_day: date
    days: int
    of_days: int
    is_first: bool
    numbers: tuple[int, ...]

    @property
    def part(self) -> tuple[int, int] | None:
        return None if self.days == self.of_days else (self.days, self.of_days)


def dues_of(
    unit: UnitOfWork,
    title_id: int,
    year: int,
    on: date,
    law: Law,
    as_known_on: date | int | None = None,
) -> TitleDues:
    """Return what a title owes for a civil year, by the register's facts and rates.

    Parameters
    ----------
    on : the day asked: what the register dates after it does not count.
    law : the law data; the rates of the register complete it.
    as_known_on : a revision, or a day whose last revision counts; now if None.

    Raises
    ------
    NotFound : the register knew no such title in that year.
    """
    title = held_title(unit, title_id, year, on, as_known_on)
    return dues_in(title, year, on, current_law(unit, law, as_known_on))


def dues_in(title: HeldTitle, year: int, on: date, law: Law) -> TitleDues:
    """Return what a title owes for a civil year, the fee first; ``law`` has its rates."""
    nothing = _owes_nothing(title, year)
    if nothing:
        return TitleDues(title, year, on, (), nothing)
    fee, tax = _open_fee(title, law), TitleDue(TAX, "area_tax", _tax_article(law))
    unknown = _unknown(title, year)
    if unknown:
        without = tuple(replace(one, reason=unknown) for one in (fee, tax))
        return TitleDues(title, year, on, without)
    return TitleDues(title, year, on, _reckoned(title, year, on, law, fee, tax))


def _owes_nothing(title: HeldTitle, year: int) -> str:
    if title.kind not in DUTIABLE:
        return "no_due_for_kind"
    if title.state in NOT_GRANTED:
        return "not_granted"
    if title.granted_on is not None and year < title.granted_on.year:
        return "not_yet_granted"
    if title.state in ENDED and not title.spans:
        return "ended"
    ended = title.held_until
    return "ended" if ended is not None and ended.year < year else ""


def _unknown(title: HeldTitle, year: int) -> str:
    """Return which fact is missing, if one is."""
    if title.granted_on is None:
        return "grant_day_unknown"
    if len(title.kinds) > 1:
        return "kind_changed_in_year"
    if title.last_day is not None and title.last_day.year < year:
        return "after_expiry"
    return "" if title.is_exact else "off_lattice"


def _open_fee(title: HeldTitle, law: Law) -> TitleDue:
    name = f"surface_fee.{title.kind}"
    rules = sorted(rule for rule in law.parameters if rule == name or rule.startswith(f"{name}."))
    return TitleDue(FEE, name, law.parameters[rules[0]].timeline.values[0].reference.article)


def _tax_article(law: Law) -> str:
    return law.parameters["area_tax.exploitation.year_1"].timeline.values[0].reference.article


def _reckoned(
    title: HeldTitle, year: int, on: date, law: Law, fee: TitleDue, tax: TitleDue
) -> tuple[TitleDue, ...]:
    share = _share_of(title, year)
    due_on = _due_day(title, year, share, law)
    fee, tax = replace(fee, due_on=due_on, part=share.part), replace(tax, part=share.part)
    counts = title.cells_between(share.first_day, _counted_until(share, due_on, on))
    if 0 in counts:
        return tuple(replace(one, reason="ground_unknown") for one in (fee, tax))
    if len(counts) > 1:
        steps = tuple(f"{count} carrés" for count in counts)
        reason = "ground_changed_before_due_day"
        return tuple(replace(one, reason=reason, steps=steps) for one in (fee, tax))
    rates_on = share.first_day if share.is_first or due_on is None else due_on
    return (
        _fee(title, share, counts[0], rates_on, law, fee),
        _tax(title, share, counts[0], rates_on, law, tax),
    )


def _counted_until(share: _Share, due_on: date | None, on: date) -> date:
    """Return the last day whose carrés count: the fee falls due for those held until then."""
    return max(share.first_day, min(due_on or share.first_day, share.last_day, on))


def _share_of(title: HeldTitle, year: int) -> _Share:
    granted, last = title.granted_on, title.last_day
    assert granted is not None  # noqa: S101 - `_unknown` answered for a title without
    new_year, eve = date(year, 1, 1), date(year, 12, 31)
    first_day = granted if granted.year == year else new_year
    last_day = last if last is not None and last.year == year else eve
    return _Share(
        first_day=first_day,
        last_day=last_day,
        days=max(0, (last_day - first_day).days + 1),
        of_days=(eve - new_year).days + 1,
        is_first=granted.year == year,
        numbers=_years_of_life(title.kind, granted, last, year),
    )


def _years_of_life(kind: str, granted: date, last: date | None, year: int) -> tuple[int, ...]:
    """Return which year of its life a civil year is; two where a period of research ends in it.

    The years are civil years from that of the grant (RM art. 394). In the last one the rate is that
    of the period in which the title ends.
    """
    number = year - granted.year + 1
    if last is not None and last.year == year:
        return (min(number, _anniversaries(granted, last) + 1),)
    if kind != "PR" or number <= 2:
        return (number,)
    by_birthday = max(3, _anniversaries(granted, date(year, 3, 31)) + 1)
    return tuple(dict.fromkeys((by_birthday, number)))


def _anniversaries(granted: date, day: date) -> int:
    """Return how many whole years lie between the grant and a day."""
    return day.year - granted.year - ((day.month, day.day) < (granted.month, granted.day))


def _due_day(title: HeldTitle, year: int, share: _Share, law: Law) -> date | None:
    """Return the last day to pay the surface fee, None where the law has none."""
    if not share.is_first:
        return due_day(year, share.first_day, law)
    try:
        deadline = deadline_after(FIRST_FEE_CLOCK, share.first_day, law)
    except NoLegalBasis:
        return None
    return None if deadline is None else deadline.latest


def _fee(
    title: HeldTitle, share: _Share, cells: int, rates_on: date, law: Law, fee: TitleDue
) -> TitleDue:
    """Return the surface fee; no amount where two periods of a research permit differ."""
    answers = [surface_fee(title.kind, n, cells, rates_on, law) for n in share.numbers]
    due = answers[-1]
    told = replace(_told(fee, due, share.numbers[-1]), part=share.part)
    if len({one.rule for one in answers}) > 1:
        steps = tuple(f"{one.rule}: {one.amount}" for one in answers)
        return replace(told, amount=None, reason="period_changes_in_year", steps=steps)
    if due.amount is None or due.reason == "exempt":
        return replace(told, amount=due.amount)
    amount = due.amount if share.part is None else pro_rata(due.amount, *share.part)
    return replace(told, amount=amount, steps=tuple(_steps(due, amount, share, rates_on, law)))


def _tax(
    title: HeldTitle, share: _Share, cells: int, rates_on: date, law: Law, tax: TitleDue
) -> TitleDue:
    """Return the area tax. Of a part of a year no rule was found, nor of the day it is due."""
    due = area_tax(title.kind, share.numbers[-1], cells, rates_on, law)
    told = _told(tax, due, share.numbers[-1])
    if due.amount is None:
        return told
    steps = tuple(_tax_steps(due, rates_on, law))
    if share.part is not None:
        return replace(told, amount=None, reason="share_of_year_not_found", steps=steps)
    return replace(told, amount=due.amount, steps=steps)


def _told(one: TitleDue, due: Due, number: int) -> TitleDue:
    return replace(
        one,
        rule=due.rule,
        article=due.article,
        cells=due.cells,
        life_year=number,
        per_cell=due.per_cell,
        year_amount=due.amount,
        reason=due.reason,
    )


def _steps(due: Due, amount: Decimal, share: _Share, rates_on: date, law: Law) -> Iterator[str]:
    """Yield the sum as a clerk would write it, in figures alone."""
    rate, area = _rate_and_area(due.rule, rates_on, law)
    if len(rate.as_tuple().digits) <= _LONGEST_RATE:
        yield f"{rate} US$/ha × {area} ha = {rate * area} → {due.per_cell} US$/carré"
    else:
        yield f"{due.per_cell} US$/carré"
    yield f"{due.cells} × {due.per_cell} = {due.amount}"
    if share.part is not None:
        yield f"{due.amount} × {share.days}/{share.of_days} = {amount}"


def _tax_steps(due: Due, rates_on: date, law: Law) -> Iterator[str]:
    rate, area = _rate_and_area(due.rule, rates_on, law)
    yield f"{rate} US$/ha × {area} ha × {due.cells} = {rate * area * due.cells} → {due.amount}"


def _rate_and_area(rule: str, day: date, law: Law) -> tuple[Decimal, Decimal]:
    rate = law.parameters[rule].timeline.value_on(day)
    return Decimal(str(rate)), law.nominal_area_ha.value_on(day)
