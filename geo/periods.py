"""Periods of legal time: half-open, [from, to), by calendar day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` (None: always was) until before ``end`` (None: still is).

    Raises
    ------
    ValueError : the period holds no day.

    Examples
    --------
    >>> law_2018 = Period(date(2018, 3, 9), None)
    >>> date(2018, 3, 8) in law_2018, date(2018, 3, 9) in law_2018
    (False, True)
    """

    start: date | None = None
    end: date | None = None

    def __post_init__(self) -> None:
        if self.start is not None and self.end is not None and self.start >= self.end:
            raise ValueError(f"period [{self.start}, {self.end}) holds no day")

    def __contains__(self, day: date) -> bool:
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        """Whether the two have a day in common."""
        return _before(self.start, other.end) and _before(other.start, self.end)

    def common(self, other: Period) -> Period | None:
        """Return the days that are in both, None where there is none."""
        if not self.overlaps(other):
            return None
        starts = [day for day in (self.start, other.start) if day is not None]
        ends = [day for day in (self.end, other.end) if day is not None]
        return Period(max(starts, default=None), min(ends, default=None))


def joined(periods: Iterable[Period]) -> list[Period]:
    """Return the same days in as few periods as hold them, the first first."""
    found: list[Period] = []
    for one in sorted(periods, key=lambda one: one.start or date.min):
        last = found[-1] if found else None
        if last is None or (not _before(one.start, last.end) and one.start != last.end):
            found.append(one)
        elif last.end is not None and (one.end is None or one.end > last.end):
            found[-1] = Period(last.start, one.end)
    return found


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start < end
