"""Activity on some ground month by month: seen, looked for and none seen, or not surveyed.

A month in which nobody looked is ``not_surveyed``: that nothing is reported of it says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shapely.geometry.base import BaseGeometry

from geo.activity.coverage import WHOLE, Surveyed, months_of, surveyed
from geo.activity.placed import PlaceCode, Placed
from geo.activity.records import Survey
from geo.periods import Period


@dataclass(frozen=True, slots=True)
class Month:
    """One month of some ground.

    Parameters
    ----------
    first : its first day.
    share_surveyed : part of the ground that somebody looked at, 0 to 1.
    seen : activities seen on some day of it; those without a stated day are in no month.
    """

    first: date
    share_surveyed: float
    seen: tuple[Placed, ...]

    @property
    def code(self) -> PlaceCode | None:
        """NOT_SURVEYED where nothing was seen and not all the ground was looked at."""
        if self.seen or self.share_surveyed >= WHOLE:
            return None
        return PlaceCode.NOT_SURVEYED


@dataclass(frozen=True, slots=True)
class Activity:
    """Activity on some ground: by month, and what was seen on days that nobody states."""

    surveyed: Surveyed
    months: tuple[Month, ...]
    undated: tuple[Placed, ...]


def activity_by_month(
    ground: BaseGeometry, during: Period, placed: Sequence[Placed], surveys: Sequence[Survey]
) -> Activity:
    """Return the activity on some ground over the months of a bounded period.

    Parameters
    ----------
    ground : in longitude and latitude.
    placed : what was seen on it, whenever.
    surveys : what the sources looked at.

    Raises
    ------
    InputError : the ground is empty, or the period has no bounds or too many months.
    """
    looked = surveyed(ground, during, surveys)
    months = [
        Month(first, looked.months[first], _seen_in(first, placed)) for first in months_of(during)
    ]
    undated = tuple(one for one in placed if one.observation.during is None)
    return Activity(looked, tuple(months), undated)


def _seen_in(first: date, placed: Sequence[Placed]) -> tuple[Placed, ...]:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    month = Period(first, following)
    return tuple(
        one
        for one in placed
        if one.observation.during is not None and one.observation.during.overlaps(month)
    )
