"""Puts the rates that an administrator entered into the law, where its data says ``not_found``.

A rate is published per carré, the law data states it per hectare: the quotient is kept with all
the digits of ``Decimal``, so that the product with the legal area comes out to the published cent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise
from types import MappingProxyType

from geo.errors import RegisterError
from geo.law.fees import cents
from geo.law.values import Confidence, Dated, Law, Parameter, Reference, Timeline, Unsettled, Value
from geo.periods import Period

_PREFIX = "surface_fee."
_PER_HECTARE = "USD/ha"


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of the surface fee (droit superficiaire), in US$ per carré as published.

    ``rule`` is its name in the law data, such as ``surface_fee.PE``; ``id`` its number in the
    register, that of its proposal; None while it is not there.
    """

    rule: str
    period: Period
    usd_per_carre: Decimal
    legal_text: str
    article: str
    source: str
    confidence: Confidence
    note: str | None = None
    id: int | None = None

    @property
    def first_day(self) -> date:
        """First day of the rate."""
        return self.period.start or date.min


def rate_names(law: Law) -> list[str]:
    """Return the names of the rates that the law data knows, in order."""
    return sorted(n for n in law.parameters if n.startswith(_PREFIX) and _is_per_hectare(n, law))


def _is_per_hectare(rule: str, law: Law) -> bool:
    return law.parameters[rule].unit == _PER_HECTARE


def law_with_rates(law: Law, rates: Iterable[Rate]) -> Law:
    """Return the law with the rates entered; its version says that it has them.

    A rate counts on the days for which the law data says ``not_found``; where it states a value by
    now, that value counts, and the rate is superseded (:func:`superseded_days`).

    Raises
    ------
    RegisterError : a rate is no rate of the law data, or overlaps another.

    Examples
    --------
    >>> from geo.law.catalog import load_law
    >>> from geo.law.fees import surface_fee
    >>> invented = Rate("surface_fee.PE", Period(date(2019, 1, 1)), Decimal("500.01"), "example",
    ...     "art. 0", "example", Confidence.S)
    >>> surface_fee("PE", 3, 2, date(2020, 3, 31), law_with_rates(load_law(), [invented])).amount
    Decimal('1000.02')
    """
    ordered = sorted(rates, key=lambda rate: (rate.rule, rate.first_day))
    if not ordered:
        return law
    filled = dict(law.parameters)
    for rule, group in groupby(ordered, key=lambda rate: rate.rule):
        filled[rule] = _completed(rule, tuple(group), law)
    version = f"{law.version}+{_digest(ordered)}"
    return replace(law, version=version, parameters=MappingProxyType(filled))


def _digest(rates: Sequence[Rate]) -> str:
    told = [replace(rate, id=None) for rate in rates]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:8]


def _completed(rule: str, rates: Sequence[Rate], law: Law) -> Parameter:
    for rate in rates:
        _require_sound(rate, law)
        _require_one_area(rate, law)
    for one, next_one in pairwise(rates):
        if one.period.overlaps(next_one.period):
            raise RegisterError(
                f"{rule} has two rates on {next_one.first_day.isoformat()}. End the earlier one "
                "on that day."
            )
    parameter = law.parameters[rule]
    values = [part for dated in parameter.timeline.values for part in _filled(dated, rates, law)]
    return replace(parameter, timeline=Timeline(rule, tuple(values)))


def _filled(dated: Dated[Value], rates: Sequence[Rate], law: Law) -> Iterator[Dated[Value]]:
    """Yield a value of the law data cut by the rates that lie in it."""
    start, end = dated.period.start, dated.period.end
    open_ = dated.value is Unsettled.NOT_FOUND
    for rate in (rate for rate in rates if open_ and rate.period.overlaps(dated.period)):
        covered = _shared(rate.period, dated.period)
        if start is None or (covered.start is not None and start < covered.start):
            yield replace(dated, period=Period(start, covered.start))
        yield Dated(covered, _per_hectare(rate, law), _reference(rate))
        start = covered.end
        if start is None:
            return
    if end is None or start is None or start < end:
        yield replace(dated, period=Period(start, end))


def _shared(one: Period, other: Period) -> Period:
    """Return the days that two overlapping periods share."""
    starts = [start for start in (one.start, other.start) if start is not None]
    ends = [end for end in (one.end, other.end) if end is not None]
    return Period(max(starts, default=None), min(ends, default=None))


def superseded_days(rate: Rate, law: Law) -> tuple[Period, ...]:
    """Return the days of a rate for which the law data states a value by now: that one counts."""
    if rate.rule not in law.parameters:
        return ()
    return tuple(
        _shared(rate.period, dated.period)
        for dated in law.parameters[rate.rule].timeline.values
        if dated.value is not Unsettled.NOT_FOUND and dated.period.overlaps(rate.period)
    )


def _reference(rate: Rate) -> Reference:
    cited = f"{rate.legal_text}, {rate.article}"
    return Reference(cited, rate.source, rate.confidence, rate.note)


def _per_hectare(rate: Rate, law: Law) -> Decimal:
    nominal = law.nominal_area_ha.value_on(rate.first_day)
    per_hectare = rate.usd_per_carre / nominal
    if cents(per_hectare * nominal) != rate.usd_per_carre:
        raise RegisterError(
            f"{rate.usd_per_carre} US$ per carré cannot be kept to the cent. Enter it in cents."
        )
    return per_hectare


@dataclass(frozen=True, slots=True)
class Price:
    """What one carré costs by a rate on a day, in US$; None: ``reason`` says why."""

    rule: str
    usd_per_carre: Decimal | None
    article: str
    reason: str
    entered: bool


def price_on(rule: str, day: date, law: Law, rates: Iterable[Rate] = ()) -> Price:
    """Return what one carré costs by a rate on a day; ``rates`` are those in the law by entry."""
    timeline = law.parameters[rule].timeline
    dated = timeline.on(day)
    nominal = law.nominal_area_ha.on(day)
    cited = dated.reference if dated else None
    entered = any(
        rate.rule == rule and day in rate.period and cited == _reference(rate) for rate in rates
    )
    if dated is None or nominal is None or nominal.value is None:
        article = (dated or timeline.values[0]).reference.article
        return Price(rule, None, article, "no_legal_basis", entered)
    article = dated.reference.article
    if not isinstance(dated.value, Decimal):
        reason = "repealed" if dated.value is None else str(dated.value)
        return Price(rule, None, article, reason, entered)
    return Price(rule, cents(dated.value * nominal.value), article, "", entered)


def require_fillable(rate: Rate, law: Law) -> None:
    """Refuse a rate that the law data does not ask for.

    Raises
    ------
    RegisterError : it names no rate of the law data; its amount is no positive amount in cents; it
        is uncertain; or its period is not wholly one for which the law data says ``not_found``.
    """
    _require_sound(rate, law)
    _require_not_found(rate, law)
    _require_one_area(rate, law)


def _require_sound(rate: Rate, law: Law) -> None:
    if rate.rule not in rate_names(law):
        known = ", ".join(rate_names(law))
        raise RegisterError(f"“{rate.rule}” is no rate of the law data. Rates: {known}.")
    if rate.usd_per_carre <= 0 or rate.usd_per_carre != cents(rate.usd_per_carre):
        raise RegisterError(
            f"{rate.usd_per_carre} US$ per carré is no positive amount in cents. Enter it as "
            "published."
        )
    if rate.confidence is Confidence.U:
        raise RegisterError("an uncertain rate (U) never decides. Enter it once it is confirmed.")


def _require_not_found(rate: Rate, law: Law) -> None:
    timeline = law.parameters[rate.rule].timeline
    if rate.first_day < timeline.first_day:
        raise RegisterError(
            f"the law has no {rate.rule} before {timeline.first_day.isoformat()}. Start the rate "
            "on that day or later."
        )
    for dated in timeline.values:
        if dated.period.overlaps(rate.period) and dated.value is not Unsettled.NOT_FOUND:
            says = "a repeal" if dated.value is None else f"{dated.value} {_PER_HECTARE}"
            raise RegisterError(
                f"the law data states {rate.rule} = {says} {_days(dated.period)} "
                f"({dated.reference.article}), and a rate entered never overrides it. Keep the "
                "period to days for which no rate was found."
            )


def _require_one_area(rate: Rate, law: Law) -> None:
    areas = {d.value for d in law.nominal_area_ha.values if d.period.overlaps(rate.period)}
    covered = law.nominal_area_ha.on(rate.first_day)
    if len(areas) != 1 or None in areas or covered is None:
        raise RegisterError(
            f"the legal area of a carré is not one and the same {_days(rate.period)}. Enter one "
            "rate for each area."
        )


def _days(period: Period) -> str:
    until = "on" if period.end is None else f"until before {period.end.isoformat()}"
    return f"from {period.start.isoformat() if period.start else 'always'} {until}"
