"""Surface fees and the tax on area: the vectors of the domain notes, and what was not found."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from geo.law import Law
from geo.law.fees import area_tax, cents, due_day, dues, fee_effect, pro_rata, surface_fee

# Domain notes, section 6: US$ per carré = rate × 84.955 ha, rounded half up.
PER_CARRE = [
    *[("PR", 1, "2.55"), ("PR", 3, "26.34"), ("PR", 6, "43.33"), ("PR", 11, "124.03")],
    *[("PE", 1, "424.78"), ("PER", 1, "679.64"), ("PEPM", 1, "195.40")],
    *[("ARPC", 1, "4.25"), ("AECP", 1, "169.91")],
]


@pytest.mark.parametrize(("kind", "year", "amount"), PER_CARRE)
def test_a_carre_costs_what_the_notes_say(kind: str, year: int, amount: str, law: Law) -> None:
    due = surface_fee(kind, year, 1, date(2010, 3, 31), law)
    assert due.amount == due.per_cell == Decimal(amount)


def test_half_a_cent_is_rounded_up() -> None:
    # 5 × 84.955 = 424.775; binary floating point would give 424.77.
    assert cents(Decimal(5) * Decimal("84.955")) == Decimal("424.78")


@pytest.mark.parametrize(("year", "rate"), [(2, "2.55"), (5, "26.34"), (10, "43.33")])
def test_a_period_of_research_ends_with_its_last_year(year: int, rate: str, law: Law) -> None:
    assert surface_fee("PR", year, 1, date(2010, 3, 31), law).amount == Decimal(rate)


@pytest.mark.parametrize("kind", ["PR", "PE", "PEPM", "PER", "ARPC", "AECP"])
def test_without_a_rate_there_is_no_amount_and_never_zero(kind: str, law: Law) -> None:
    due = surface_fee(kind, 1, 12, date(2026, 3, 31), law)
    assert (due.amount, due.reason) == (None, "not_found")


def test_a_temporary_quarry_is_exempt(law: Law) -> None:
    due = surface_fee("AECT", 1, 3, date(2026, 3, 31), law)
    assert (due.amount, due.reason) == (Decimal(0), "exempt")


def test_the_tax_is_rounded_on_the_whole_area(law: Law) -> None:
    # 0.35 US$/ha × 3 × 84.955 ha = 89.20275; by the carré it would be 3 × 29.73 = 89.19.
    assert area_tax("PR", 3, 3, date(2020, 3, 31), law).amount == Decimal("89.20")


def test_the_tax_and_the_fee_are_two_dues(law: Law) -> None:
    fee, tax = dues("PE", 1, 10, date(2020, 3, 31), law)
    assert fee.rule == "surface_fee.PE"
    assert tax.rule == "area_tax.exploitation.year_1"
    assert (fee.amount, tax.amount) == (None, Decimal("339.82"))


def test_what_a_proposal_changes(law: Law) -> None:
    # Route A takes 12 of 400 carrés from a PE: 12 × 424.78 less, by the rates of 2002.
    fee, tax = fee_effect("PE", 5, 400, 388, date(2010, 3, 31), law)
    assert fee.change == Decimal("-5097.36")
    assert (tax.change, tax.after.reason) == (None, "no_legal_basis")
    later, tax = fee_effect("PE", 5, 400, 388, date(2020, 3, 31), law)
    assert later.change is None
    # 0.8 US$/ha × 84.955 ha × 400 = 27 185.60, × 388 = 26 370.03.
    assert tax.change == Decimal("-815.57")
    assert [effect.change for effect in fee_effect("PE", 5, 400, 400, date(2010, 3, 31), law)] == [
        Decimal(0),
        None,
    ]


def test_part_of_a_year_owes_its_share() -> None:
    # 424.78 × 100 / 365 = 116.378…
    assert pro_rata(Decimal("424.78"), 100, 365) == Decimal("116.38")


def test_later_years_are_due_on_31_march(law: Law) -> None:
    assert due_day(2027, date(2026, 11, 23), law) == date(2027, 3, 31)
    assert due_day(2003, date(2003, 3, 25), law) is None
