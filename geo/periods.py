"""Periods of legal time: half-open, [from, to), by calendar day."""

from __future__ import annotations

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


def _before(start: date | None, end: date | None) -> bool:
    return start is None or end is None or start < end
