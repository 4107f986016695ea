"""The lists of 31 March, of the 30 days and of forfeiture candidates, on both clocks."""

from __future__ import annotations

import ast
import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from money_register import entered, granted, invented, paid, unit_of
from sqlalchemy import Engine, text

from geo.casework.money import dues
from geo.casework.money.lists import (
    Candidate,
    Cause,
    ListKind,
    caducity_candidates,
    forfeiture_candidates,
    unpaid_fees,
)
from geo.casework.money.payments import cancel_payment
from geo.casework.money.standing import Standing, fee_paid
from geo.casework.money.works import WorksReport, report_works
from geo.errors import NotFound, RegisterError
from geo.law import Law
from geo.law.values import Unsettled
from maps.fee_words import REASONS, amount_text, candidates_csv

GRANT = date(2019, 5, 6)
DAY = date(2026, 4, 10)


def rows(found: list[Candidate]) -> dict[int, Candidate]:
    return {one.title_id: one for one in found}


def test_unpaid_and_partly_paid_after_31_march(engine: Engine, law: Law) -> None:
    entered(engine, invented("100.00"), law)
    unpaid, partly, full, late, over = (granted(engine, n, 10, GRANT) for n in range(1, 6))
    paid(engine, partly, 2026, "999.99", date(2026, 3, 1))
    paid(engine, full, 2026, "1000.00", date(2026, 3, 31))
    paid(engine, late, 2026, "1000.00", date(2026, 4, 2))
    paid(engine, over, 2026, "1000.01", date(2026, 3, 31))
    with unit_of(engine) as unit:
        found = rows(unpaid_fees(unit, DAY, law))
        on_the_day = unpaid_fees(unit, date(2026, 3, 31), law, year=2026)
        the_day_after = rows(unpaid_fees(unit, date(2026, 4, 1), law))
    assert found.keys() == {unpaid, partly}
    assert [found[n].standing for n in (unpaid, partly)] == [Standing.UNPAID, Standing.PARTLY_PAID]
    assert (found[unpaid].balance, found[partly].balance) == (Decimal(1000), Decimal("0.01"))
    # 31 March to 10 April: 10 days.
    assert found[unpaid].days_late == 10
    assert (found[unpaid].holders, found[unpaid].due_on) == (
        "Kalonda Mining SARL",
        date(2026, 3, 31),
    )
    assert "art. 394" in found[unpaid].article
    assert on_the_day == []
    assert the_day_after.keys() == {unpaid, partly, late}


def test_without_a_rate_a_title_is_listed_as_undetermined(engine: Engine, law: Law) -> None:
    title = granted(engine, 1, 10, GRANT)
    exempt = granted(engine, 2, 1, date(2025, 9, 1), "AECT")
    with unit_of(engine) as unit:
        found = rows(unpaid_fees(unit, DAY, law))
    assert exempt not in found
    assert found[title].amount_due is None
    assert amount_text(found[title], "fr") == "indéterminé : taux ou délai non trouvé"
    assert amount_text(found[title], "en") == "undetermined: rate or term not found"
    assert found[title].days_late == 10


def test_a_missing_fact_is_listed_with_its_day(engine: Engine, law: Law) -> None:
    entered(engine, invented("100.00"), law)
    title = granted(engine, 1, 10, GRANT, expires_on=date(2024, 5, 5))
    with unit_of(engine) as unit:
        one = rows(unpaid_fees(unit, DAY, law))[title]
    assert (one.standing, one.reason, one.days_late) == (
        Standing.UNDETERMINED,
        "after_expiry",
        10,
    )


def test_the_list_as_known_before_a_payment_was_cancelled(engine: Engine, law: Law) -> None:
    entered(engine, invented("100.00"), law)
    title = granted(engine, 1, 10, GRANT)
    payment = paid(engine, title, 2026, "1000.00", date(2026, 3, 1))
    with unit_of(engine) as unit:
        known = unit.connection.scalar(text("select max(id) from register.revision"))
    with unit_of(engine, "second") as unit:
        cancel_payment(unit, payment.receipt, "returned by the bank")
    with unit_of(engine) as unit:
        assert unpaid_fees(unit, DAY, law, as_known_on=known) == []
        assert rows(unpaid_fees(unit, DAY, law)).keys() == {title}
        assert fee_paid(unit, title, DAY, law, known) is True
        assert fee_paid(unit, title, DAY, law) is False


def test_thirty_days_from_the_decision(engine: Engine, law: Law) -> None:
    entered(engine, invented("100.00"), law)
    day = date(2026, 3, 2)  # the 30th day after is 1 April
    unpaid, late, in_time = (granted(engine, n, 10, day) for n in range(1, 4))
    old = granted(engine, 4, 10, date(2024, 12, 31))
    # 2 March to 31 December 2026: 305 of 365 days. 1 000 × 305/365 = 835.616… → 835.62.
    paid(engine, late, 2026, "835.62", date(2026, 4, 2))
    paid(engine, in_time, 2026, "835.62", date(2026, 4, 1))
    with unit_of(engine) as unit:
        found = rows(caducity_candidates(unit, DAY, law))
        running = caducity_candidates(unit, date(2026, 4, 1), law)
        longer = rows(caducity_candidates(unit, DAY, law, granted_from=date(2024, 1, 1)))
    assert running == []
    assert found.keys() == {unpaid, late}
    assert longer.keys() == {unpaid, late, old}
    assert (found[unpaid].amount_due, found[unpaid].days_late) == (Decimal("835.62"), 9)
    assert (found[late].standing, found[late].days_late) == (Standing.PAID, 1)
    assert found[unpaid].cause is Cause.FIRST_FEE_UNPAID
    assert unpaid not in rows_of_march(engine, law)


def rows_of_march(engine: Engine, law: Law) -> dict[int, Candidate]:
    with unit_of(engine) as unit:
        return rows(unpaid_fees(unit, DAY, law, year=2026))


def test_forfeiture_has_its_clocks_and_names_candidates_only(engine: Engine, law: Law) -> None:
    entered(engine, invented("100.00"), law)
    title = granted(engine, 1, 10, GRANT)
    with unit_of(engine) as unit:
        one = rows(forfeiture_candidates(unit, DAY, law))[title]
        state = unit.connection.scalar(
            text(
                "select state from register.title_version where title_id = :id and upper_inf(known)"
            ),
            {"id": title},
        )
    # 10 April + 30 days = 10 May; + 45 days = 25 May 2026.
    assert (one.notice_until, one.defence_until) == (date(2026, 5, 10), date(2026, 5, 25))
    assert (one.list, one.cause) == (ListKind.FORFEITURE, Cause.FEE_UNPAID)
    assert state == "granted"


def test_works_count_where_somebody_saw(engine: Engine, law: Law) -> None:
    # Research permit of 6 May 2019: works within 12 months, by 6 May 2020.
    idle, late, in_time, unseen, early = (granted(engine, n, 1, GRANT, "PR") for n in range(1, 6))
    exploited = granted(engine, 6, 1, GRANT, "PE")
    seen = date(2026, 4, 1)
    reports = [
        WorksReport(idle, seen, None, "visit"),
        WorksReport(late, seen, date(2020, 5, 9), "visit"),
        WorksReport(in_time, seen, date(2020, 5, 6), "visit"),
        WorksReport(early, date(2020, 5, 6), None, "visit on the last day"),
        WorksReport(exploited, seen, None, "visit"),
    ]
    with unit_of(engine) as unit:
        before = unit.connection.scalar(text("select max(id) from register.revision"))
        for report in reports:
            report_works(unit, report)
    with unit_of(engine) as unit:
        found = [
            one for one in forfeiture_candidates(unit, DAY, law) if one.cause != Cause.FEE_UNPAID
        ]
        known_before = forfeiture_candidates(unit, DAY, law, as_known_on=before)
    told = {one.title_id: (one.cause, one.due_on, one.days_late) for one in found}
    # 6 May 2020 to 10 April 2026: 5 years (1 826 days) to 6 May 2025, and 339 to 10 April 2026.
    assert told == {
        idle: (Cause.WORKS_NOT_STARTED, date(2020, 5, 6), 2165),
        late: (Cause.WORKS_STARTED_LATE, date(2020, 5, 6), 3),
        # The term of an exploitation permit was not found for 2018 and later.
        exploited: (Cause.WORKS_NOT_STARTED, None, None),
    }
    assert rows(found)[exploited].reason == "not_found"
    assert all(one.cause is Cause.FEE_UNPAID for one in known_before)
    assert unseen not in told


def test_a_report_that_cannot_be_is_refused(engine: Engine) -> None:
    title = granted(engine, 1, 1, GRANT, "PR")
    later = WorksReport(title, date(2020, 1, 1), date(2020, 1, 2), "visit")
    with pytest.raises(RegisterError, match="were not seen"), unit_of(engine) as unit:
        report_works(unit, later)
    with pytest.raises(NotFound), unit_of(engine) as unit:
        report_works(unit, replace(later, title_id=99, started_on=None))


def test_whether_the_last_fee_is_paid(engine: Engine, law: Law) -> None:
    title = granted(engine, 1, 10, GRANT)
    fresh = granted(engine, 2, 10, date(2026, 4, 1))
    exempt = granted(engine, 3, 1, date(2025, 9, 1), "AECT")
    with unit_of(engine) as unit:
        assert fee_paid(unit, title, DAY, law) is None
        assert fee_paid(unit, exempt, DAY, law) is True
    entered(engine, invented("100.00"), law)
    paid(engine, title, 2025, "1000.00", date(2025, 3, 1))
    with unit_of(engine) as unit:
        asked = {day: fee_paid(unit, title, day, law) for day in (date(2026, 3, 31), DAY)}
        first = {day: fee_paid(unit, fresh, day, law) for day in (DAY, date(2026, 5, 2))}
        with pytest.raises(NotFound):
            fee_paid(unit, 999, DAY, law)
    assert asked == {date(2026, 3, 31): True, DAY: False}
    assert first == {DAY: None, date(2026, 5, 2): False}


def test_a_csv_holds_no_formula_and_the_names_asked_for(engine: Engine, law: Law) -> None:
    formula = granted(engine, 1, 10, GRANT, holder="=HYPERLINK(1) SARL")
    granted(engine, 2, 10, GRANT, holder="Mme Nadine Ilunga")
    with unit_of(engine) as unit:
        public = unpaid_fees(unit, DAY, law)
        every = unpaid_fees(unit, DAY, law, withheld_names=True)
    lines = list(csv.DictReader(io.StringIO(candidates_csv(public))))
    assert [line["holders"] for line in lines] == ["'=HYPERLINK(1) SARL", ""]
    assert rows(every).keys() == rows(public).keys()
    assert [one.holders for one in every] == ["=HYPERLINK(1) SARL", "Mme Nadine Ilunga"]
    assert lines[0]["title_id"] == str(formula)
    assert lines[0]["amount_due_usd"] == "indéterminé : taux ou délai non trouvé"


def test_every_reason_has_words() -> None:
    """The codes that the reckoning writes, read from its source, and those of the law data."""
    tree = ast.parse(Path(dues.__file__).read_bytes())
    written = {
        node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.keyword | ast.Return) and isinstance(node.value, ast.Constant)
    }
    codes = {code for code in written if isinstance(code, str) and "_" in code}
    assert codes
    assert codes | set(Unsettled) | {"no_legal_basis", "repealed", "exempt"} <= set(REASONS)
