"""Rates entered per carré become part of the law, to the cent, and only where it found none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from money_register import NOT_FOUND_SINCE, invented

from geo.casework.money.merge import (
    law_with_rates,
    price_on,
    rate_names,
    require_fillable,
    superseded_days,
)
from geo.errors import RegisterError
from geo.law import Law, load_law
from geo.law.fees import surface_fee
from geo.law.values import Confidence, Dated, Reference, Timeline
from geo.periods import Period

LAW = load_law()
DAY = date(2026, 3, 31)


@given(cents=st.integers(min_value=1, max_value=10**9))
def test_a_published_rate_comes_out_to_the_cent(cents: int) -> None:
    usd = Decimal(cents) / 100
    due = surface_fee("PE", 9, 7, DAY, law_with_rates(LAW, [invented(str(usd))]))
    assert due.per_cell == usd
    assert due.amount == usd * 7


def test_the_article_and_the_source_are_those_entered(law: Law) -> None:
    rate = invented("500.00", source="Journal officiel", confidence=Confidence.K)
    due = surface_fee("PE", 9, 1, DAY, law_with_rates(law, [rate]))
    assert due.article == "Arrêté inventé pour un essai, art. 0"


def test_days_without_a_rate_stay_undetermined(law: Law) -> None:
    start, end = date(2019, 1, 1), date(2021, 1, 1)
    merged = law_with_rates(law, [invented("500.00", start=start, end=end)])
    asked = {
        day: surface_fee("PE", 9, 1, day, merged)
        for day in (date(2018, 12, 31), start, date(2020, 12, 31), end)
    }
    assert [due.amount for due in asked.values()] == [None, Decimal(500), Decimal(500), None]
    assert asked[end].reason == "not_found"
    # 5 US$/ha × 84.955 ha of the law of 2002 is untouched.
    assert surface_fee("PE", 9, 1, date(2018, 3, 8), merged).amount == Decimal("424.78")


def test_two_rates_in_a_row(law: Law) -> None:
    change = date(2022, 1, 1)
    rates = [invented("2.00", start=change), invented("1.00", end=change)]
    merged = law_with_rates(law, rates)
    days = (NOT_FOUND_SINCE, date(2021, 12, 31), change)
    amounts = [surface_fee("PE", 9, 1, day, merged).amount for day in days]
    assert amounts == [Decimal(1), Decimal(1), Decimal(2)]


def test_the_version_says_which_rates(law: Law) -> None:
    one, other = (law_with_rates(law, [invented(usd)]) for usd in ("1.00", "2.00"))
    assert law_with_rates(law, []) is law
    assert one.version.startswith(f"{law.version}+")
    assert len({law.version, one.version, other.version}) == 3


def test_a_settled_value_is_never_overridden(law: Law) -> None:
    early = invented("1.00", start=date(2018, 3, 8))
    with pytest.raises(RegisterError, match=r"states surface_fee\.PE = 5 USD/ha from 2002-07-11"):
        require_fillable(early, law)


def _settled_from(law: Law, day: date, usd_per_hectare: str) -> Law:
    """The law data as it would be if the gazette of a day stated the rate of PE."""
    parameter = law.parameters["surface_fee.PE"]
    *before, last = parameter.timeline.values
    stated = Reference("Arrêté trouvé, art. 1", "gazette", Confidence.S, None)
    values = (
        *before,
        replace(last, period=Period(last.period.start, day)),
        Dated(Period(day, None), Decimal(usd_per_hectare), stated),
    )
    settled = replace(parameter, timeline=Timeline("surface_fee.PE", values))
    return replace(law, parameters={**law.parameters, "surface_fee.PE": settled})


def test_a_value_found_later_supersedes_the_rate_and_stops_nothing(law: Law) -> None:
    """10 US$/ha × 84.955 ha = 849.55 US$ a carré."""
    change = date(2021, 1, 1)
    found, rate = _settled_from(law, change, "10"), invented("500.00", start=date(2019, 1, 1))
    merged = law_with_rates(found, [rate])
    days = (date(2018, 12, 31), date(2019, 1, 1), date(2020, 12, 31), change)
    amounts = [surface_fee("PE", 9, 1, day, merged).amount for day in days]
    assert amounts == [None, Decimal(500), Decimal(500), Decimal("849.55")]
    assert superseded_days(rate, found) == (Period(change, None),)
    assert superseded_days(rate, law) == ()
    prices = [price_on("surface_fee.PE", day, merged, [rate]) for day in (days[2], change)]
    assert [(p.entered, p.article) for p in prices] == [
        (True, "Arrêté inventé pour un essai, art. 0"),
        (False, "Arrêté trouvé, art. 1"),
    ]
    with pytest.raises(RegisterError, match="never overrides"):  # no other is entered for it
        require_fillable(rate, found)


def test_nothing_before_the_law(law: Law) -> None:
    with pytest.raises(RegisterError, match=r"no surface_fee\.PE before 2002-07-11"):
        require_fillable(invented("1.00", start=date(2002, 7, 10)), law)


def test_two_rates_of_a_day_are_refused(law: Law) -> None:
    with pytest.raises(RegisterError, match="two rates on 2020-01-01"):
        law_with_rates(law, [invented("1.00"), invented("2.00", start=date(2020, 1, 1))])


@pytest.mark.parametrize("usd", ["0", "-1.00", "1.005"])
def test_an_amount_is_positive_and_in_cents(usd: str, law: Law) -> None:
    with pytest.raises(RegisterError, match="no positive amount in cents"):
        require_fillable(invented(usd), law)


def test_an_uncertain_rate_is_refused(law: Law) -> None:
    with pytest.raises(RegisterError, match="uncertain"):
        require_fillable(invented("1.00", confidence=Confidence.U), law)


@pytest.mark.parametrize("rule", ["surface_fee.XX", "surface_fee.AECT.exempt", "area_tax.research"])
def test_only_rates_of_the_law_data(rule: str, law: Law) -> None:
    with pytest.raises(RegisterError, match="no rate of the law data"):
        require_fillable(invented("1.00", rule=rule), law)


def test_every_rate_of_the_notes_can_be_entered(law: Law) -> None:
    # Domain notes, section 6: nine rates, four of them of the research permit.
    assert rate_names(law) == [
        *("surface_fee.AECP", "surface_fee.ARPC", "surface_fee.PE", "surface_fee.PEPM"),
        *("surface_fee.PER", "surface_fee.PR.first_period", "surface_fee.PR.second_period"),
        *("surface_fee.PR.third_period", "surface_fee.PR.years_1_2"),
    ]
    law_with_rates(law, [invented("1.00", rule=rule) for rule in rate_names(law)])
