"""Which part of some ground was looked at, in which months: what "no activity" may be said of.

Ground and months that no survey covers are not surveyed, whatever was or was not seen in them. A
survey whose days are not stated says something of its ground, and of no month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import shapely
from shapely.geometry.base import BaseGeometry

from geo.activity.records import Survey
from geo.errors import InputError
from geo.geometry import comparable, polygons_area_m2
from geo.periods import Period

WHOLE = 1 - 1e-9
"""A share from which ground counts as surveyed everywhere: areas are floating point."""

MAX_MONTHS = 1200


@dataclass(frozen=True, slots=True)
class Surveyed:
    """How far ground was surveyed.

    Parameters
    ----------
    extent_share : 0 to 1 of the ground that some survey asked about covers, dated or not; of a
        point or a line, of its own measure.
    months : first day of each month asked about → share of the ground that was surveyed in it;
        empty where no period was asked.
    sources : codes of the sources that looked at some of the ground, in order.
    undated : whether one of them does not state its days, so that it counts for no month.
    """

    extent_share: float
    months: Mapping[date, float]
    sources: tuple[str, ...]
    undated: bool

    @property
    def everywhere(self) -> bool:
        """Whether all the ground was surveyed, in every month asked about."""
        return self.extent_share >= WHOLE and all(s >= WHOLE for s in self.months.values())

    @property
    def nowhere(self) -> bool:
        """Whether nothing of the ground was surveyed, or nothing in any month asked about."""
        return self.extent_share <= 0 or (
            bool(self.months) and all(s <= 0 for s in self.months.values())
        )


def surveyed(ground: BaseGeometry, during: Period | None, surveys: Sequence[Survey]) -> Surveyed:
    """Return how far ground was surveyed.

    Parameters
    ----------
    ground : in longitude and latitude; polygon, line or point.
    during : the days asked about, bounded; None: on whatever day.
    surveys : those believed; a month counts where days of the survey fall into it.

    Raises
    ------
    InputError : the ground is empty, or the period has no bounds or too many months.
    """
    if ground.is_empty:
        raise InputError("there is no ground to ask about: its geometry is empty.")
    months = [] if during is None else months_of(during)
    shown = comparable(ground)
    over = [(survey, _common(shown, survey.extent)) for survey in surveys]
    over = [(survey, part) for survey, part in over if _measure(part) > 0]
    share = _share(shown, [part for _, part in over])
    return Surveyed(
        extent_share=share,
        months=MappingProxyType({month: _in_month(shown, month, over) for month in months}),
        sources=tuple(sorted({survey.source for survey, _ in over})),
        undated=any(survey.during is None for survey, _ in over),
    )


def months_of(during: Period) -> list[date]:
    """Return the first day of each month that has days in a bounded period.

    Raises
    ------
    InputError : it has no bounds, or too many months.

    Examples
    --------
    >>> months_of(Period(date(2025, 12, 31), date(2026, 1, 2)))
    [datetime.date(2025, 12, 1), datetime.date(2026, 1, 1)]
    """
    if during.start is None or during.end is None:
        raise InputError("the period asked about needs a first and a last day.")
    first = during.start.year * 12 + during.start.month - 1
    before = during.end.year * 12 + during.end.month - 1 + (during.end.day > 1)
    if before - first > MAX_MONTHS:
        raise InputError(
            f"the period holds more than {MAX_MONTHS} months. Ask about a shorter one."
        )
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, before)]


def _in_month(
    ground: BaseGeometry, month: date, over: Sequence[tuple[Survey, BaseGeometry]]
) -> float:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    asked = Period(month, following)
    parts = [p for survey, p in over if survey.during is not None and survey.during.overlaps(asked)]
    return _share(ground, parts)


def _common(ground: BaseGeometry, extent: BaseGeometry) -> BaseGeometry:
    return shapely.intersection(ground, comparable(extent))


def _share(ground: BaseGeometry, parts: Sequence[BaseGeometry]) -> float:
    if not parts:
        return 0.0
    return min(1.0, _measure(shapely.union_all(parts), ground) / _measure(ground))


def _measure(geometry: BaseGeometry, like: BaseGeometry | None = None) -> float:
    """Return square metres of polygons, degrees of lines, or how many points."""
    if geometry.is_empty:
        return 0.0
    kind = shapely.get_dimensions(geometry if like is None else like)
    if kind == 2:
        return float(polygons_area_m2(geometry).sum())
    if kind == 1:
        return float(shapely.length(geometry))
    return float(shapely.get_num_geometries(geometry))
