"""Periods of days against sets of days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from geo.periods import Period, joined

FIRST = date(2020, 1, 1)
DAYS = [FIRST + timedelta(days=n) for n in range(-3, 14)]
"""Days looked at, further out on both sides than any edge."""


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(st.none() | st.integers(0, 8))
    least = 1 if start is None else start + 1
    end = draw(st.none() | st.integers(least, 10))
    return Period(*(None if n is None else FIRST + timedelta(days=n) for n in (start, end)))


def days(*found: Period | None) -> set[date]:
    return {day for day in DAYS for one in found if one is not None and day in one}


@given(periods(), periods())
def test_the_common_days_are_those_in_both(one: Period, other: Period) -> None:
    assert days(one.common(other)) == days(one) & days(other)
    assert one.common(other) == other.common(one)


@given(st.lists(periods(), max_size=6))
def test_joined_periods_hold_the_same_days_and_never_touch(some: list[Period]) -> None:
    found = joined(some)
    assert days(*found) == days(*some)
    for one, after in pairwise(found):
        assert one.end is not None
        assert after.start is not None
        assert one.end < after.start
