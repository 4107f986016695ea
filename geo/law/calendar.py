"""Working days and statutory clocks of a jurisdiction.

The public holidays are those of the library ``holidays`` (Ordonnances 79-154, 14/010 and 23-042 for
the DRC). Days of which it is not certain that offices are closed are *doubtful*: those that the law
data lists, weekdays that it lists (Saturdays), and a holiday moved off a Sunday. A deadline is
counted both ways, and given as two days where they differ.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from geo.law.values import Law, Unsettled

_ONE_DAY = timedelta(days=1)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class DayKind(StrEnum):
    """Whether offices work on a day."""

    WORKING = "working"
    CLOSED = "closed"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day in time: ``earliest`` if every doubtful day is worked, ``latest`` if none is."""

    clock: str
    earliest: date
    latest: date
    doubtful: tuple[date, ...] = ()

    @property
    def is_certain(self) -> bool:
        """Whether doubtful days change nothing."""
        return self.earliest == self.latest


def day_kind(day: date, law: Law) -> DayKind:
    """Return whether offices work on a day.

    Examples
    --------
    >>> from geo.law.catalog import load_law
    >>> [day_kind(date(2025, 6, number), load_law()).value for number in (27, 28, 29, 30)]
    ['working', 'doubtful', 'closed', 'closed']
    """
    if _weekday(day) in _words(law, "calendar.weekend", day):
        return DayKind.CLOSED
    moved = _holidays(law.jurisdiction, day.year).get(day)
    if moved is None:
        uncertain = _weekday(day) in _words(law, "calendar.doubtful_weekdays", day)
        return DayKind.DOUBTFUL if uncertain else DayKind.WORKING
    doubtful = f"{day:%m-%d}" in _words(law, "calendar.doubtful_holidays", day)
    return DayKind.DOUBTFUL if moved or doubtful else DayKind.CLOSED


def _weekday(day: date) -> str:
    return _WEEKDAYS[day.weekday()]


def _words(law: Law, rule: str, day: date) -> frozenset[str]:
    """Return a list of the calendar, the first one before its first day: weeks have days."""
    timeline = law.parameters[rule].timeline
    dated = timeline.on(day) or timeline.values[0]
    return dated.value if isinstance(dated.value, frozenset) else frozenset()


@lru_cache(maxsize=256)
def _holidays(jurisdiction: str, year: int) -> dict[date, bool]:
    """Return the public holidays of a year, and whether each was moved off a Sunday."""
    import holidays

    country = jurisdiction.upper()
    observed = holidays.country_holidays(country, years=year)
    fixed = set(holidays.country_holidays(country, years=year, observed=False))
    return {day: day not in fixed for day in observed if day.year == year}


def working_days_after(start: date, count: int, law: Law, *, doubtful_worked: bool) -> date:
    """Return the last of ``count`` working days after a day; the day itself does not count."""
    day, left = start, count
    while left:
        day += _ONE_DAY
        kind = day_kind(day, law)
        left -= kind is DayKind.WORKING or (doubtful_worked and kind is DayKind.DOUBTFUL)
    return day


def months_after(start: date, months: int) -> date:
    """Return the same day of a later month, or the month's last day where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(start.day, last))


def deadline_after(clock: str, start: date, law: Law) -> Deadline | None:
    """Return the last day of a statutory clock that began on a day, by the law of that day.

    Returns
    -------
    None where the law has a clock whose length was not found.

    Raises
    ------
    NoLegalBasis : the law had no such clock on that day.
    """
    parameter = law.parameters[f"clock.{clock}"]
    length = parameter.timeline.value_on(start)
    if isinstance(length, Unsettled) or not isinstance(length, int):
        return None
    if parameter.unit == "months":
        return _certain(clock, months_after(start, length))
    if parameter.unit == "days":
        return _certain(clock, start + length * _ONE_DAY)
    first, last = (
        working_days_after(start, length, law, doubtful_worked=worked) for worked in (True, False)
    )
    return Deadline(clock, first, last, tuple(_doubtful_between(start, last, law)))


def _certain(clock: str, day: date) -> Deadline:
    return Deadline(clock, day, day)


def _doubtful_between(start: date, end: date, law: Law) -> Iterator[date]:
    for number in range(1, (end - start).days + 1):
        day = start + number * _ONE_DAY
        if day_kind(day, law) is DayKind.DOUBTFUL:
            yield day
