"""Half-open periods of legal time."""

from datetime import date

import pytest

from geo.periods import Period

MARCH, MAY = date(2018, 3, 9), date(2018, 5, 3)


def test_the_first_day_is_in_and_the_last_is_out():
    period = Period(MARCH, MAY)
    assert MARCH in period
    assert date(2018, 5, 2) in period
    assert MAY not in period
    assert date(2018, 3, 8) not in period


def test_open_ends():
    assert date(1, 1, 1) in Period(None, MAY)
    assert date(9999, 12, 31) in Period(MARCH, None)


@pytest.mark.parametrize(
    ("other", "common"),
    [
        (Period(None, MARCH), False),
        (Period(None, date(2018, 3, 10)), True),
        (Period(MAY, None), False),
        (Period(None, None), True),
    ],
)
def test_neighbours_have_no_day_in_common(other, common):
    assert Period(MARCH, MAY).overlaps(other) is common
    assert other.overlaps(Period(MARCH, MAY)) is common


@pytest.mark.parametrize("end", [MARCH, date(2018, 3, 8)])
def test_a_period_holds_a_day(end):
    with pytest.raises(ValueError, match="no day"):
        Period(MARCH, end)
