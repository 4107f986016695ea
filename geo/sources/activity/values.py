"""Values of activity files: days, hectares, shares and counts, read or left, never guessed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from geo.periods import Period
from geo.sources.areas import Unit, read_area
from geo.sources.dates import FIRST_YEAR, LAST_YEAR, Order, read_date
from geo.sources.issue_kinds import RowIssue
from geo.sources.text import as_text

PatchUnit = Literal["ha", "km2", "m2"]

_NOTHING = frozenset(
    {"nan", "nat", "none", "null", "n/a", "#n/a", "-", "--", "néant", "<na>", "non renseigné"}
)
_YEAR = re.compile(r"(\d{4})(?:\.0)?")
_MONTH = re.compile(r"(\d{4})-(\d{1,2})|(\d{1,2})/(\d{4})")
_QUARTER = re.compile(r"(\d{4})[- ]?[QT]([1-4])", re.IGNORECASE)
_INTERVAL = re.compile(r"(\S+)\s*/\s*(\S+)")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d{1,3})?", re.IGNORECASE)
_ISO_LENGTH = 8
_MOST_WORKERS = 1_000_000


@dataclass(frozen=True, slots=True)
class ReadPeriod:
    """The days that a value names; ``problem`` is the kind of issue, None where all is well.

    ``is_day`` says that a calendar day was written, not a month or a year.
    """

    period: Period | None
    problem: RowIssue | None = None
    is_day: bool = False


NO_PERIOD = ReadPeriod(None)


def stated(value: object) -> str | None:
    """Return a value as clean text, None where it stands for nothing (« nan », « n/a », « NA »)."""
    text = as_text(value)
    return None if text is None or text == "NA" or text.casefold() in _NOTHING else text


def is_stated(value: object) -> bool:
    """Whether a value says anything; numbers are asked without writing them out."""
    if isinstance(value, int | float):
        return not math.isnan(value)
    return stated(value) is not None


def read_period(value: object, order: Order | None, *, years: bool = False) -> ReadPeriod:
    """Return the days that a value names: a day, a month, a quarter, a year, or an interval.

    Parameters
    ----------
    years : the column holds years, so that the first of January stands for its whole year.

    Examples
    --------
    >>> read_period("2015", None).period
    Period(start=datetime.date(2015, 1, 1), end=datetime.date(2016, 1, 1))
    >>> read_period("début 2015", None).problem
    'date_unreadable'
    """
    if isinstance(value, bool):
        return ReadPeriod(None, "date_unreadable")
    text = stated(value.isoformat() if isinstance(value, date) else value)
    return NO_PERIOD if text is None else _period_of(text, order, years)


@lru_cache(maxsize=65536)
def _period_of(text: str, order: Order | None, years: bool) -> ReadPeriod:
    if match := _YEAR.fullmatch(text):
        return _whole_year(int(match[1]))
    if match := _MONTH.fullmatch(text):
        return _months(int(match[1] or match[4]), int(match[2] or match[3]), 1)
    if match := _QUARTER.fullmatch(text):
        return _months(int(match[1]), 3 * int(match[2]) - 2, 3)
    if (match := _INTERVAL.fullmatch(text)) and min(map(len, match.groups())) >= _ISO_LENGTH:
        return between(match[1], match[2], order)
    read = read_date(text, order)
    if read.problem is not None and read.day is None:
        impossible = read.problem == "date_impossible"
        return ReadPeriod(None, "day_impossible" if impossible else read.problem)
    if read.day is None:
        return NO_PERIOD
    if years and (read.day.month, read.day.day) == (1, 1):
        return _whole_year(read.day.year)
    if read.problem is not None:  # two days fit, and neither is taken
        return ReadPeriod(None, read.problem)
    return ReadPeriod(Period(read.day, read.day + timedelta(days=1)), is_day=True)


def between(first: object, last: object, order: Order | None) -> ReadPeriod:
    """Return the days from ``first`` to ``last``, both counted; with one alone there is no period.

    Raises nothing: what cannot be read is said by ``problem``.
    """
    start, end = read_period(first, order), read_period(last, order)
    problem = start.problem or end.problem
    if problem is not None:
        return ReadPeriod(None, problem)
    if start.period is None or end.period is None:
        return NO_PERIOD if start.period is end.period else ReadPeriod(None, "date_one_sided")
    try:
        return ReadPeriod(Period(start.period.start, end.period.end))
    except ValueError:
        return ReadPeriod(None, "day_impossible")


def _whole_year(year: int) -> ReadPeriod:
    return _months(year, 1, 12)


def _months(year: int, month: int, count: int) -> ReadPeriod:
    if not FIRST_YEAR <= year <= LAST_YEAR or not 1 <= month <= 12:
        return ReadPeriod(None, "day_impossible")
    after = month - 1 + count
    return ReadPeriod(Period(date(year, month, 1), date(year + after // 12, after % 12 + 1, 1)))


def read_number(value: object) -> float | None:
    """Return a finite number, None where the value is none; decimal commas are read.

    Examples
    --------
    >>> read_number("12,5"), read_number("1e400"), read_number("beaucoup")
    (12.5, None, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        number = float(value) if abs(value) < 1e300 else math.inf
    else:
        text = str(value).replace("\u00a0", " ").strip()
        text = text.replace(",", ".") if text.count(",") == 1 and "." not in text else text
        if not _NUMBER.fullmatch(text):
            return None
        number = float(text)
    return number if math.isfinite(number) else None


def read_patch_ha(value: object, unit: Unit | None) -> tuple[float | None, bool]:
    """Return the hectares of a patch, and whether what is stated can be read.

    Only a positive number is an extent: zero and less are not read, since nothing of no extent is
    seen. A text may carry its own unit (« 3 km2 »).
    """
    if not is_stated(value):
        return None, True
    number = read_number(value)
    if number is not None and unit in _IN_HA:
        hectares = number * _IN_HA[unit]
        return (hectares, True) if hectares > 0 else (None, False)
    area = read_area(str(value), unit)
    if area.problem is None and area.hectares is not None and area.hectares > 0:
        return float(area.hectares), True
    return None, False


_IN_HA: dict[str | None, float] = {"ha": 1.0, "km2": 100.0, "m2": 1e-4}


def read_confidence(value: object, scale: tuple[float, float] | None) -> tuple[float | None, bool]:
    """Return a confidence from 0 to 1, and whether what is stated can be read on its scale.

    A text with a percent sign carries its own scale.
    """
    text = stated(value)
    if text is None:
        return None, True
    percent = text.endswith("%")
    number = read_number(text[:-1] if percent else value)
    low, high = (0.0, 100.0) if percent else scale or (0.0, 1.0)
    if number is None or not low <= number <= high:
        return None, False
    return (number - low) / (high - low), True


def read_count(value: object) -> tuple[int | None, bool]:
    """Return a count of people (0 is a count), and whether what is stated can be read."""
    if not is_stated(value):
        return None, True
    number = read_number(value)
    if number is None or number != int(number) or not 0 <= number <= _MOST_WORKERS:
        return None, False
    return int(number), True


def read_metres(value: object, most: float) -> tuple[float | None, bool]:
    """Return an uncertainty in metres, and whether what is stated can be read."""
    if not is_stated(value):
        return None, True
    number = read_number(value)
    if number is None or not 0 < number <= most:
        return None, False
    return number, True
