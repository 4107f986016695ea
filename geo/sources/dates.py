"""Dates as registers write them: ISO, French order, epoch milliseconds.

An epoch instant is midnight somewhere: at Kinshasa (UTC+1), at Lubumbashi (UTC+2) or in UTC.
22:00 and 23:00 UTC are therefore midnight of the next day; any other instant falls on its day at
Kinshasa. Zero stands for no date.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal

from geo.sources.text import clean

Order = Literal["dmy", "mdy"]

FIRST_YEAR, LAST_YEAR = 1885, 2150
"""Years outside these are slips of the pen or stand-ins for “none” (0001, 9999)."""

KINSHASA, LUBUMBASHI = timedelta(hours=1), timedelta(hours=2)

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ](.*))?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?:[T ].*)?")
_EPOCH = re.compile(r"-?\d{9,14}(?:\.0*)?")
_SECONDS_OR_MILLISECONDS = (300_000_000, 10_000_000_000)
"""Milliseconds of early 1970, but seconds of 1979 to 2286: nobody can say which."""

_NOTHING = frozenset({"", "-", "--", "n/a", "na", "null", "none", "néant", "0", "nan", "nat"})


@dataclass(frozen=True, slots=True)
class ReadDate:
    """A date as read: ``problem`` is the kind of issue, None where all is well."""

    day: date | None
    problem: Literal["date_unreadable", "date_impossible", "date_ambiguous"] | None = None


NO_DATE = ReadDate(None)


def read_date(value: object, order: Order | None = None) -> ReadDate:
    """Return the calendar day that a value names.

    Parameters
    ----------
    value : text, a number of epoch milliseconds (also negative), a date, or None.
    order : of dd/mm/yyyy; None reads the day first and calls ambiguous what could be otherwise.

    Examples
    --------
    >>> read_date("23/04/2010").day, read_date(1271980800000).day, read_date("03/04/2010").problem
    (datetime.date(2010, 4, 23), datetime.date(2010, 4, 23), 'date_ambiguous')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NO_DATE
    if isinstance(value, datetime):
        return _plausible(value.date())
    if isinstance(value, date):
        return _plausible(value)
    if isinstance(value, bool):
        return ReadDate(None, "date_unreadable")
    if isinstance(value, int | float):
        return _of_number(value)
    return _of_text(str(value), order)


def order_in(values: Iterable[object]) -> Order | None:
    """Return the order of day and month that a column of slashed dates proves, None if neither.

    One value with a first number above 12 proves day first, one with a second number above 12
    month first; where both occur nothing is proved.
    """
    day_first = month_first = False
    for value in values:
        match = _DAY_FIRST.fullmatch(value.strip()) if isinstance(value, str) else None
        if match:
            day_first |= int(match[1]) > 12
            month_first |= int(match[2]) > 12
    if day_first == month_first:
        return None
    return "dmy" if day_first else "mdy"


@lru_cache(maxsize=65536)
def _of_text(text: str, order: Order | None) -> ReadDate:
    text = clean(text) or ""
    if text.casefold() in _NOTHING:
        return NO_DATE
    iso = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if iso:
        return _of_iso(iso)
    slashed = _DAY_FIRST.fullmatch(text)
    if slashed:
        return _of_slashed(int(slashed[1]), int(slashed[2]), int(slashed[3]), order)
    if _EPOCH.fullmatch(text):
        return _of_number(float(text))
    return ReadDate(None, "date_unreadable")


def _of_iso(match: re.Match[str]) -> ReadDate:
    year, month, day = (int(part) for part in match.groups()[:3])
    clock = match.groups()[3] if len(match.groups()) > 3 else None
    if clock and re.search(r"(?:Z|[+-]\d{2}:?\d{2})$", clock):
        try:
            instant = datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T{clock}")
        except ValueError:
            return ReadDate(None, "date_unreadable")
        if instant.utcoffset() == timedelta(0):
            return _plausible(_local_day(instant))
    return _of_parts(year, month, day)


def _of_slashed(first: int, second: int, year: int, order: Order | None) -> ReadDate:
    if order == "mdy":
        return _of_parts(year, first, second)
    read = _of_parts(year, second, first)
    doubtful = order is None and first != second and max(first, second) <= 12
    return ReadDate(read.day, "date_ambiguous") if doubtful and read.day else read


def _of_number(number: float) -> ReadDate:
    if number == 0:
        return NO_DATE
    if _SECONDS_OR_MILLISECONDS[0] <= number < _SECONDS_OR_MILLISECONDS[1]:
        return ReadDate(None, "date_ambiguous")
    compact = _COMPACT.fullmatch(f"{number:.0f}")
    if compact:
        return _of_iso(compact)
    try:
        instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=number)
    except (OverflowError, ValueError):
        return ReadDate(None, "date_impossible")
    return _plausible(_local_day(instant))


def _local_day(instant: datetime) -> date:
    at_lubumbashi = instant.astimezone(UTC) + LUBUMBASHI
    if at_lubumbashi.hour == at_lubumbashi.minute == at_lubumbashi.second == 0:
        return at_lubumbashi.date()
    return (instant.astimezone(UTC) + KINSHASA).date()


def _of_parts(year: int, month: int, day: int) -> ReadDate:
    try:
        return _plausible(date(year, month, day))
    except ValueError:
        return ReadDate(None, "date_impossible")


def _plausible(day: date) -> ReadDate:
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return ReadDate(day)
    return ReadDate(None, "date_impossible")
