"""What a title owes for a civil year: vectors of the domain notes, and sums done by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from money_register import COL, ROW, entered, granted, invented, strip, unit_of
from sqlalchemy import Engine, text

from geo.casework.money.dues import FEE, TAX, TitleDue, TitleDues, dues_in, dues_of
from geo.casework.money.effect import fee_effect_of
from geo.casework.money.held import GroundSpan, HeldTitle
from geo.errors import NotFound, RegisterError
from geo.law import Law
from geo.perimeter import Perimeter
from geo.register.connection import REGISTER
from geo.register.orders import ActOrder
from geo.register.writer import release, shrink

LATER = date(2026, 11, 23)


def held(
    kind: str = "PE",
    granted_on: date | None = date(2008, 7, 1),
    cells: int = 12,
    expires_on: date | None = None,
    **more: object,
) -> HeldTitle:
    """A title of so many carrés from the day of its grant on."""
    spans = (GroundSpan(granted_on or date(2000, 1, 1), None, cells, True),)
    given = {"code": None, "part": None, "state": "granted", "kinds": (kind,), "spans": spans}
    return HeldTitle(
        **{**given, "title_id": 1, "kind": kind, "granted_on": granted_on, "expires_on": expires_on}
        | more  # type: ignore[arg-type]
    )


def fee(title: HeldTitle, year: int, law: Law, on: date = LATER) -> TitleDue:
    found = dues_in(title, year, on, law).of(FEE)
    assert found is not None
    return found


# Domain notes, section 6, per carré: a title of one carré, in a whole year of its life.
@pytest.mark.parametrize(
    ("kind", "year", "amount"),
    [
        *[("PR", 2009, "2.55"), ("PR", 2010, "26.34"), ("PR", 2013, "43.33")],
        *[("PE", 2010, "424.78"), ("PER", 2010, "679.64"), ("PEPM", 2010, "195.40")],
        *[("ARPC", 2010, "4.25"), ("AECP", 2010, "169.91")],
    ],
)
def test_a_carre_costs_what_the_notes_say(kind: str, year: int, amount: str, law: Law) -> None:
    title = held(kind, date(2008, 1, 1), 1)
    assert fee(title, year, law).amount == Decimal(amount)


def test_a_whole_year_is_due_by_31_march_with_each_step(law: Law) -> None:
    due = fee(held(), 2010, law)
    # 5 × 84.955 = 424.775 → 424.78; 12 × 424.78 = 5 097.36.
    assert due.amount == due.year_amount == Decimal("5097.36")
    assert (due.part, due.due_on, due.life_year) == (None, date(2010, 3, 31), 3)
    assert due.steps == (
        "5 US$/ha × 84.955 ha = 424.775 → 424.78 US$/carré",
        "12 × 424.78 = 5097.36",
    )


def test_the_first_year_is_pro_rata_within_30_days_in_a_leap_year(law: Law) -> None:
    due = fee(held(granted_on=date(2008, 7, 1)), 2008, law)
    # 1 July to 31 December 2008: 184 of 366 days. 5 097.36 × 184/366 = 2 562.60715… → 2 562.61.
    assert due.part == (184, 366)
    assert due.amount == Decimal("2562.61")
    assert due.due_on == date(2008, 7, 31)
    assert due.steps[-1] == "5097.36 × 184/366 = 2562.61"


def test_the_first_year_of_a_common_year_counts_365(law: Law) -> None:
    due = fee(held(granted_on=date(2009, 9, 23), cells=1), 2009, law)
    # 23 September to 31 December 2009: 8 + 31 + 30 + 31 = 100 of 365. 424.78 × 100/365 = 116.378…
    assert (due.part, due.amount) == ((100, 365), Decimal("116.38"))


def test_a_title_granted_on_new_year_owes_the_whole_year(law: Law) -> None:
    due = fee(held(granted_on=date(2009, 1, 1)), 2009, law)
    assert (due.part, due.amount, due.due_on) == (None, Decimal("5097.36"), date(2009, 1, 31))


def test_the_last_year_is_pro_rata(law: Law) -> None:
    due = fee(held(expires_on=date(2012, 2, 29), cells=1), 2012, law)
    # 1 January to 29 February 2012: 60 of 366. 424.78 × 60/366 = 69.636… → 69.64.
    assert (due.part, due.amount) == ((60, 366), Decimal("69.64"))


def test_after_its_term_a_title_that_still_holds_is_undetermined(law: Law) -> None:
    due = fee(held(expires_on=date(2012, 2, 29)), 2013, law)
    assert (due.amount, due.reason) == (None, "after_expiry")


def test_without_a_rate_there_is_no_amount_and_never_zero(law: Law) -> None:
    due = fee(held(granted_on=date(2019, 7, 1)), 2026, law)
    assert (due.amount, due.reason) == (None, "not_found")
    assert due.due_on == date(2026, 3, 31)


def test_a_temporary_quarry_is_exempt(law: Law) -> None:
    due = fee(held("AECT", date(2026, 2, 1)), 2026, law)
    assert (due.amount, due.reason) == (Decimal(0), "exempt")


def test_a_zone_and_an_application_owe_nothing(law: Law) -> None:
    assert dues_in(held("ZEA"), 2010, LATER, law).reason == "no_due_for_kind"
    assert dues_in(held(state="application"), 2010, LATER, law).reason == "not_granted"
    assert dues_in(held(), 2007, LATER, law).reason == "not_yet_granted"
    assert dues_in(held(state="expired", spans=()), 2010, LATER, law).reason == "ended"
    assert dues_in(held(spans=()), 2010, LATER, law).dues[0].reason == "ground_unknown"


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        (held(granted_on=None), "grant_day_unknown"),
        (held(kinds=("PE", "PR")), "kind_changed_in_year"),
        (held(spans=(GroundSpan(date(2008, 7, 1), None, 3, False),)), "off_lattice"),
        (held(spans=(GroundSpan(date(2015, 6, 30), None, 3, True),)), "ground_unknown"),
    ],
)
def test_a_missing_fact_leaves_the_due_undetermined(
    title: HeldTitle, reason: str, law: Law
) -> None:
    found = dues_in(title, 2010, LATER, law).dues
    assert {(due.amount, due.reason) for due in found} == {(None, reason)}


def test_ground_given_up_after_the_due_day_changes_the_next_year(law: Law) -> None:
    day = date(2010, 4, 1)
    spans = (GroundSpan(date(2008, 7, 1), day, 12, True), GroundSpan(day, None, 10, True))
    title = held(spans=spans)
    assert fee(title, 2010, law).amount == Decimal("5097.36")
    assert fee(title, 2011, law).amount == Decimal("4247.80")


def test_ground_given_up_before_the_due_day_leaves_two_answers(law: Law) -> None:
    day = date(2010, 3, 31)
    spans = (GroundSpan(date(2008, 7, 1), day, 12, True), GroundSpan(day, None, 10, True))
    due = fee(held(spans=spans), 2010, law)
    assert (due.amount, due.reason) == (None, "ground_changed_before_due_day")
    assert due.steps == ("12 carrés", "10 carrés")


def test_a_renewal_of_research_within_a_year_leaves_two_answers(law: Law) -> None:
    # Granted on 1 July 2004 for 5 years: the first period ends on 30 June 2009, after 31 March.
    renewed = held("PR", date(2004, 7, 1), 1, expires_on=date(2014, 6, 30))
    due = fee(renewed, 2009, law)
    assert (due.amount, due.reason) == (None, "period_changes_in_year")
    assert due.steps == (
        "surface_fee.PR.first_period: 26.34",
        "surface_fee.PR.second_period: 43.33",
    )
    assert fee(renewed, 2008, law).amount == Decimal("26.34")
    assert fee(renewed, 2010, law).amount == Decimal("43.33")
    # Not renewed, its last year is of the first period: 26.34 × 181/365 = 13.0617…
    ended = held("PR", date(2004, 7, 1), 1, expires_on=date(2009, 6, 30))
    assert fee(ended, 2009, law).amount == Decimal("13.06")


def test_the_area_tax_beside_the_fee(law: Law) -> None:
    dues = dues_in(held(granted_on=date(2018, 7, 1), cells=10), 2020, LATER, law)
    tax = dues.of(TAX)
    # Year 3 of exploitation: 0.7 US$/ha × 84.955 ha × 10 = 594.685 → 594.69.
    assert tax is not None
    assert (tax.rule, tax.amount) == ("area_tax.exploitation.year_3", Decimal("594.69"))
    assert tax.steps == ("0.7 US$/ha × 84.955 ha × 10 = 594.6850 → 594.69",)
    assert tax.due_on is None


def test_of_a_part_of_a_year_the_area_tax_has_no_rule(law: Law) -> None:
    tax = dues_in(held(granted_on=date(2020, 7, 1), cells=10), 2020, LATER, law).of(TAX)
    assert tax is not None
    # 0.4 × 84.955 × 10 = 339.82 for the whole year.
    assert (tax.amount, tax.year_amount) == (None, Decimal("339.82"))
    assert tax.reason == "share_of_year_not_found"


def _amount(dues: TitleDues) -> Decimal | None:
    due = dues.of(FEE)
    return due.amount if due else None


def test_the_register_answers_on_both_clocks(engine: Engine, law: Law) -> None:
    title = granted(engine, 1, 12, date(2008, 7, 1), expires_on=date(2038, 6, 30))
    with unit_of(engine) as unit:
        known = unit.connection.scalar(text("select max(id) from register.revision"))
    given_up = Perimeter.from_runs([(ROW + 1, COL, COL + 2)])
    with unit_of(engine, role=REGISTER) as unit:
        shrink(unit, title, given_up, ActOrder("relinquishment", "Arrêté 9", date(2010, 6, 1)))
    with unit_of(engine) as unit:
        asked = {
            "before": dues_of(unit, title, 2011, LATER, law, known),
            "after": dues_of(unit, title, 2011, LATER, law),
            "the day before the act": dues_of(unit, title, 2011, date(2010, 5, 31), law),
            "the year of the act": dues_of(unit, title, 2010, LATER, law),
        }
        # 12 × 424.78 = 5 097.36; 10 × 424.78 = 4 247.80.
        assert {name: _amount(dues) for name, dues in asked.items()} == {
            "before": Decimal("5097.36"),
            "after": Decimal("4247.80"),
            "the day before the act": Decimal("5097.36"),
            "the year of the act": Decimal("5097.36"),
        }


def test_a_released_title_owes_a_part_of_its_last_year(engine: Engine, law: Law) -> None:
    title = granted(engine, 1, 1, date(2008, 7, 1))
    with unit_of(engine, role=REGISTER) as unit:
        release(unit, title, ActOrder("relinquishment", "Arrêté 9", date(2012, 3, 1)))
    with unit_of(engine) as unit:
        # Last day 29 February 2012: 60/366, as above.
        assert _amount(dues_of(unit, title, 2012, LATER, law)) == Decimal("69.64")
        assert dues_of(unit, title, 2013, LATER, law).reason == "ended"
        with pytest.raises(NotFound):
            dues_of(unit, 999, 2012, LATER, law)


def test_a_grant_without_its_day_takes_that_of_the_act(engine: Engine, law: Law) -> None:
    title = granted(engine, 1, 12, date(2008, 7, 1), granted_on=None)
    with unit_of(engine) as unit:
        assert _amount(dues_of(unit, title, 2008, LATER, law)) == Decimal("2562.61")


def test_the_rates_entered_give_the_amount(engine: Engine, law: Law) -> None:
    title = granted(engine, 1, 12, date(2019, 7, 1))
    entered(engine, invented("500.01"), law)
    with unit_of(engine) as unit:
        due = dues_of(unit, title, 2026, LATER, law).of(FEE)
    assert due is not None
    assert due.amount == Decimal("6000.12")
    assert due.steps == ("500.01 US$/carré", "12 × 500.01 = 6000.12")
    assert due.article == "Arrêté inventé pour un essai, art. 0"


def test_both_routes_side_by_side(engine: Engine, law: Law) -> None:
    title = granted(engine, 1, 400, date(2015, 7, 1))
    entered(engine, invented("500.00"), law)
    with unit_of(engine) as unit:
        effect = fee_effect_of(unit, title, 12, "b", date(2025, 3, 3), law)
    fee_a, tax_a = effect.route_a
    # 12 × 500 = 6 000 less; the tax of 0.8 US$/ha: 26 370.03 − 27 185.60 (as in the law's tests).
    assert (fee_a.change, tax_a.change) == (Decimal(-6000), Decimal("-815.57"))
    assert [one.change for one in effect.route_b] == [Decimal(0), Decimal(0)]
    assert effect.chosen is effect.route_b
    assert (effect.cells_before, effect.life_year) == (400, 11)


def test_without_a_rate_the_effect_is_undetermined(engine: Engine, law: Law) -> None:
    title = granted(engine, 1, 400, date(2015, 7, 1))
    with unit_of(engine) as unit:
        effect = fee_effect_of(unit, title, 12, "a", date(2025, 3, 3), law)
        assert effect.chosen[0].change is None
        assert effect.chosen[1].change == Decimal("-815.57")
        with pytest.raises(RegisterError, match="holds 400 carrés"):
            fee_effect_of(unit, title, 401, "a", date(2025, 3, 3), law)
        fee_effect_of(unit, title, 400, "a", date(2025, 3, 3), law)


def test_the_strip_is_what_it_says() -> None:
    assert strip(1, 12).count == 12
