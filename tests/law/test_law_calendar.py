"""Working days of the DRC, counted by hand on a calendar, and what is doubtful."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import NoLegalBasis
from geo.law import Law, load_law
from geo.law.calendar import DayKind, day_kind, deadline_after, months_after, working_days_after

LAW = load_law()
DAYS = st.dates(date(2003, 4, 1), date(2030, 12, 31))


def test_a_review_of_20_working_days(law: Law) -> None:
    # From Monday 2 June 2025. Saturdays worked: 3–7, 9–14, 16–21, 23, 24, 25 June. Not worked:
    # 3–6, 9–13, 16–20, 23–27 June (19 days), then 1 July: 30 June is Independence Day.
    deadline = deadline_after("cadastral_review", date(2025, 6, 2), law)
    assert deadline is not None
    assert (deadline.earliest, deadline.latest) == (date(2025, 6, 25), date(2025, 7, 1))
    saturdays = tuple(date(2025, 6, day) for day in (7, 14, 21, 28))
    assert deadline.doubtful == saturdays
    assert not deadline.is_certain


def test_a_clock_in_days_is_certain(law: Law) -> None:
    deadline = deadline_after("first_surface_fee", date(2025, 1, 31), law)
    assert deadline is not None
    assert deadline.latest == date(2025, 3, 2)
    assert deadline.is_certain


def test_a_clock_whose_length_was_not_found_has_no_deadline(law: Law) -> None:
    assert deadline_after("zone_closure", date(2020, 1, 6), law) is None


def test_a_clock_before_its_law_is_refused(law: Law) -> None:
    with pytest.raises(NoLegalBasis):
        deadline_after("first_surface_fee", date(2003, 3, 25), law)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 11, 30), 3, date(2025, 2, 28)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2025, 10, 15), 3, date(2026, 1, 15)),
        (date(2025, 12, 31), 12, date(2026, 12, 31)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(start: date, months: int, end: date) -> None:
    assert months_after(start, months) == end


@given(DAYS, st.integers(1, 60))
def test_doubtful_days_only_lengthen(start: date, count: int) -> None:
    short = working_days_after(start, count, LAW, doubtful_worked=True)
    long = working_days_after(start, count, LAW, doubtful_worked=False)
    assert start < short <= long
    assert day_kind(short, LAW) is not DayKind.CLOSED
    assert day_kind(long, LAW) is DayKind.WORKING


@given(DAYS)
def test_sundays_are_closed_and_saturdays_never_simply_worked(day: date) -> None:
    sunday = day + timedelta(days=6 - day.weekday())
    assert day_kind(sunday, LAW) is DayKind.CLOSED
    assert day_kind(sunday - timedelta(days=1), LAW) is not DayKind.WORKING
