"""What was produced: totals by month, ASM's share of national output, the quota of a month."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from geo.casework.operation.record import Declaration
from geo.casework.operation.words import SHARE_WORDS
from geo.law.values import Bilingual, Confidence, Dated, Law, Unsettled, Value

PERCENT_STEP = Decimal("0.01")

_NATIONAL_RULE = {"Co": "output.cobalt_national_year_t"}
"""The datum of national output by substance, in tonnes of metal a calendar year."""


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """Declared tonnes of a substance in a month."""

    month: date
    substance: str
    tonnes: Decimal
    declarations: int


@dataclass(frozen=True, slots=True)
class Share:
    """ASM's share of national output in percent; None: undetermined, and ``reason`` says why."""

    percent: Decimal | None
    declared_t: Decimal
    national_t: Decimal | None
    reason: Bilingual | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """What the law data says of exports in a month: a quantity, a suspension, or neither.

    ``quantity_t`` None with ``reason`` ``no_rule`` (none on that day) or ``not_found``.
    """

    rule: str
    quantity_t: Decimal | None
    first_day: date | None
    last_day_exclusive: date | None
    unit: str
    article: str
    reason: str = ""


def totals_by_month(declarations: Iterable[Declaration]) -> tuple[MonthTotal, ...]:
    """Return declared tonnes by month and substance, oldest first.

    Parameters
    ----------
    declarations : in their last form: a corrected one is not among them.
    """
    sums: dict[tuple[date, str], tuple[Decimal, int]] = {}
    for declared in declarations:
        key = declared.month, declared.substance
        tonnes, count = sums.get(key, (Decimal(0), 0))
        sums[key] = tonnes + declared.tonnes, count + 1
    return tuple(
        MonthTotal(month, substance, *sums[month, substance]) for month, substance in sorted(sums)
    )


def metal_t(declared: Declaration) -> Decimal | None:
    """Return the tonnes of metal of a declaration, None where its grade is not stated.

    >>> d = Declaration(1, date(2025, 9, 1), date(2025, 8, 1), "Co", Decimal(200), "egc",
    ...                 grade_percent=Decimal("2.5"))
    >>> metal_t(d)
    Decimal('5.0')
    """
    if declared.grade_percent is None:
        return None
    return declared.tonnes * declared.grade_percent / 100


def share_of_output(
    declarations: Iterable[Declaration], substance: str, year: int, law: Law
) -> Share:
    """Return the share of declared artisanal metal in the national output of a calendar year.

    Undetermined without a dated, sourced figure of the law data, or while the grade of a
    declaration is not stated: ore is not compared with metal.
    """
    of_year = [d for d in declarations if d.substance == substance and d.month.year == year]
    metal = [metal_t(declared) for declared in of_year]
    declared_t = sum((tonnes for tonnes in metal if tonnes is not None), Decimal(0))
    found = _national(law, substance, year)
    if not of_year:
        return Share(None, declared_t, None, SHARE_WORDS["no_declaration"])
    if None in metal:
        return Share(None, declared_t, None, SHARE_WORDS["grade_unknown"])
    if found is None:
        return Share(None, declared_t, None, SHARE_WORDS["no_figure"])
    national, dated = found
    if national == 0:
        return Share(None, declared_t, national, SHARE_WORDS["figure_is_nil"])
    percent = (100 * declared_t / national).quantize(PERCENT_STEP, ROUND_HALF_UP)
    return Share(percent, declared_t, national, source=dated.reference.article)


def _national(law: Law, substance: str, year: int) -> tuple[Decimal, Dated[Value]] | None:
    """Return the figure of the whole year: one that changes within it is no figure of the year."""
    rule = _NATIONAL_RULE.get(substance)
    if rule is None or rule not in law.parameters:
        return None
    timeline = law.parameters[rule].timeline
    dated = timeline.on(date(year, 1, 1))
    if dated is None or dated != timeline.on(date(year, 12, 31)):
        return None
    if isinstance(dated.value, bool) or not isinstance(dated.value, (int, Decimal)):
        return None
    return Decimal(dated.value), dated


def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def quota_of(month: date, rule: str, law: Law) -> Quota:
    """Return which quota a rule of the law data sets for a month, by its first day.

    A quota that begins within the month is that month's: the one of October 2025 began on the 15th.

    Parameters
    ----------
    rule : name of a parameter in tonnes; its unit says whether a month or a year.
    """
    if rule not in law.parameters:
        return Quota(rule, None, None, None, "", "", "no_rule")
    parameter = law.parameters[rule]
    timeline = parameter.timeline
    dated = timeline.on(month) or timeline.on(_last_day(month))
    if dated is None or dated.value is None:
        return Quota(rule, None, None, None, parameter.unit, "", "no_rule")
    unsettled = isinstance(dated.value, (Unsettled, str, frozenset, bool))
    return Quota(
        rule,
        None if unsettled else Decimal(dated.value),  # type: ignore[arg-type]
        dated.period.start,
        dated.period.end,
        parameter.unit,
        dated.reference.article,
        str(dated.value) if unsettled else "",
    )


def exports_suspended(month: date, rule: str, law: Law) -> bool | None:
    """Return whether exports are suspended in a month, all of it or none; None: undetermined.

    Undetermined where the law data has no such rule, is not settled, is uncertain (U), or changes
    within the month.
    """
    if rule not in law.parameters:
        return None
    timeline = law.parameters[rule].timeline
    first, last = timeline.on(month), timeline.on(_last_day(month))
    if first is None and last is None:
        return False  # before its first day nothing was suspended
    answers = {_settled_flag(dated) for dated in (first, last)}
    return answers.pop() if len(answers) == 1 else None


def _settled_flag(dated: Dated[Value] | None) -> bool | None:
    if dated is None or dated.reference.confidence is Confidence.U:
        return None
    return dated.value if isinstance(dated.value, bool) else None
