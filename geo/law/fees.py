"""Surface fees (droits superficiaires) and the tax on the area of concessions (Code art. 238).

Two different dues. Money is ``Decimal``, rounded half up to the cent as in the law's arithmetic:
5 US$/ha on a carré of 84.955 ha is 424.775, hence 424.78. A rate that was not found gives a due
without amount, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from geo.law.checks import no_basis_of
from geo.law.outcomes import Result
from geo.law.values import Dated, Law, Unsettled, Value

_CENT = Decimal("0.01")
_RESEARCH = {"PR", "ARPC"}
Regime = Literal["research", "exploitation"]


@dataclass(frozen=True, slots=True)
class Due:
    """What a title owes: US$ for all its carrés, and for one. ``amount`` None: undetermined.

    ``reason`` says why there is no amount (``not_found``, ``entry_into_force_unsure``,
    ``no_legal_basis``, ``repealed``), or ``exempt`` with an amount of zero.
    """

    rule: str
    cells: int
    per_cell: Decimal | None
    amount: Decimal | None
    article: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FeeEffect:
    """What a change of a title's carrés does to a due; ``change`` None: undetermined."""

    before: Due
    after: Due

    @property
    def change(self) -> Decimal | None:
        """Amount after less amount before, in US$."""
        if self.before.amount is None or self.after.amount is None:
            return None
        return self.after.amount - self.before.amount


def cents(amount: Decimal) -> Decimal:
    """Return an amount rounded half up to the cent.

    >>> cents(Decimal("424.775"))
    Decimal('424.78')
    """
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def surface_fee(kind: str, year: int, cells: int, day: date, law: Law) -> Due:
    """Return the surface fee of a title for a year of its life.

    Parameters
    ----------
    kind : PR, PE, PEPM, PER, ARPC, AECP or AECT (exempt).
    year : 1 for the first year of the title.
    cells : carrés held.
    day : whose rates apply.

    Examples
    --------
    >>> from geo.law.catalog import load_law
    >>> surface_fee("PE", 3, 12, date(2010, 3, 31), load_law()).amount
    Decimal('5097.36')
    """
    exemption = f"surface_fee.{kind}.exempt"
    if exemption in law.parameters:
        return _exempt(exemption, cells, day, law)
    rule = f"surface_fee.{kind}" if kind != "PR" else f"surface_fee.PR.{_period_of(year, day, law)}"
    return _due(rule, cells, day, law, per_cell_rounded=True)


def _exempt(rule: str, cells: int, day: date, law: Law) -> Due:
    """Return that a kind pays nothing, or why that is not certain on the day."""
    timeline = law.parameters[rule].timeline
    dated = timeline.on(day)
    if dated is None or dated.value is None:
        return _without_basis(rule, cells, no_basis_of(timeline, dated))
    article = dated.reference.article
    if dated.value is not True:
        return Due(rule, cells, None, None, article, str(dated.value))
    return Due(rule, cells, Decimal(0), Decimal(0), article, "exempt")


def _period_of(year: int, day: date, law: Law) -> str:
    """Return which rate of a research permit a year has: its first two, then period by period."""
    if year <= 2:
        return "years_1_2"
    first, more = _years("term.PR.years", day, law), _years("term.PR.renewal_years", day, law)
    if year <= first:
        return "first_period"
    return "second_period" if year <= first + more else "third_period"


def _years(rule: str, day: date, law: Law) -> Decimal:
    """Return a term on a day, its last settled value where none was found on that day."""
    known = [v for v in law.parameters[rule].timeline.values if isinstance(v.value, Decimal)]
    on_day = [v for v in known if v.first_day <= day] or known
    value = on_day[-1].value
    return value if isinstance(value, Decimal) else Decimal(0)


def area_tax(kind: str, year: int, cells: int, day: date, law: Law) -> Due:
    """Return the tax on the area of concessions (Loi 18/001, art. 238) for a year of a title.

    Examples
    --------
    >>> from geo.law.catalog import load_law
    >>> area_tax("PR", 1, 10, date(2020, 3, 31), load_law()).amount
    Decimal('169.91')
    """
    regime: Regime = "research" if kind in _RESEARCH else "exploitation"
    rule = f"area_tax.{regime}.year_{min(year, 4)}"
    return _due(rule, cells, day, law, per_cell_rounded=False)


def _due(rule: str, cells: int, day: date, law: Law, *, per_cell_rounded: bool) -> Due:
    """Return a due: a fee is rounded for one carré, a tax on the whole legal area."""
    timeline = law.parameters[rule].timeline
    dated = timeline.on(day)
    nominal = law.nominal_area_ha.on(day)
    if dated is None or dated.value is None:
        return _without_basis(rule, cells, no_basis_of(timeline, dated))
    if nominal is None or nominal.value is None:
        return _without_basis(rule, cells, no_basis_of(law.nominal_area_ha, nominal))
    article = dated.reference.article
    rate = _rate(dated)
    if rate is None:
        return Due(rule, cells, None, None, article, str(dated.value))
    exact = rate * nominal.value
    one = cents(exact)
    amount = one * cells if per_cell_rounded else cents(exact * cells)
    return Due(rule, cells, one, amount, article)


def _without_basis(rule: str, cells: int, absent: Result) -> Due:
    return Due(rule, cells, None, None, absent.reference.article, absent.reason)


def _rate(dated: Dated[Value]) -> Decimal | None:
    return None if isinstance(dated.value, Unsettled) else Decimal(str(dated.value))


def dues(kind: str, year: int, cells: int, day: date, law: Law) -> tuple[Due, ...]:
    """Return everything that a title owes for a year: the surface fee, then the area tax."""
    return surface_fee(kind, year, cells, day, law), area_tax(kind, year, cells, day, law)


def fee_effect(
    kind: str, year: int, cells_before: int, cells_after: int, day: date, law: Law
) -> tuple[FeeEffect, ...]:
    """Return what a proposal does to the dues of a title whose carrés it changes.

    By route A the title gives up the carrés of the zone; by route B it keeps them all.
    """
    before = dues(kind, year, cells_before, day, law)
    after = dues(kind, year, cells_after, day, law)
    return tuple(FeeEffect(old, new) for old, new in zip(before, after, strict=True))


def pro_rata(amount: Decimal, part: int, whole: int) -> Decimal:
    """Return the share of a yearly due for a part of the year: amount × n/N (RM art. 394).

    >>> pro_rata(Decimal("424.78"), 100, 365)
    Decimal('116.38')
    """
    return cents(amount * part / whole)


def due_day(year: int, day: date, law: Law) -> date | None:
    """Return the last day for the surface fee of a later year (31 March), None where not known."""
    dated = law.parameters["fee.due_day"].timeline.on(day)
    if dated is None or not isinstance(dated.value, str):
        return None
    return date.fromisoformat(f"{year}-{dated.value}")
