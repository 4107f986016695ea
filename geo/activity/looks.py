"""Which ground was looked at, by whom and when: what "no activity" may be said of.

A month counts as surveyed where days of it were: a survey without stated days counts for no month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from geo.activity.records import Observation, Survey
from geo.geometry import comparable, polygonal
from geo.periods import Period


def month_of(day: date) -> Period:
    """Return the month of a day.

    Examples
    --------
    >>> month_of(date(2024, 12, 31))
    Period(start=datetime.date(2024, 12, 1), end=datetime.date(2025, 1, 1))
    """
    year, month = divmod(day.year * 12 + day.month, 12)
    return Period(day.replace(day=1), date(year, month + 1, 1))


def year_of(day: date) -> Period:
    """Return the year of a day."""
    return Period(date(day.year, 1, 1), date(day.year + 1, 1, 1))


def steps_between(start: date, end: date, *, by_year: bool = False) -> tuple[Period, ...]:
    """Return the months (or years) from that of ``start`` until that of ``end``, both included."""
    of_day = year_of if by_year else month_of
    steps = [of_day(start)]
    while (following := steps[-1].end) is not None and following <= end:
        steps.append(of_day(following))
    return tuple(steps)


def falls_within(during: Period, step: Period) -> bool:
    """Whether days that something was seen on lie all in one step."""
    assert step.start is not None and step.end is not None  # noqa: PT018, S101 - steps are bounded
    return (
        during.start is not None
        and during.end is not None
        and step.start <= during.start
        and during.end <= step.end
    )


def ground_looked_at(surveys: Sequence[Survey], step: Period) -> Mapping[str, BaseGeometry]:
    """Return the ground that each source looked at within a step, by its code."""
    extents: dict[str, list[BaseGeometry]] = {}
    for survey in surveys:
        if survey.during is not None and survey.during.overlaps(step):
            extents.setdefault(survey.source, []).append(comparable(survey.extent))
    return {source: polygonal(shapely.union_all(parts)) for source, parts in extents.items()}


def dated_within(
    observations: Sequence[Observation], steps: Sequence[Period]
) -> tuple[tuple[tuple[Observation, ...], ...], int, int]:
    """Return observations by step, how many state no days, and how many days wider than a step.

    Those seen before the first step or after the last are left out and not counted.
    """
    by_step: list[list[Observation]] = [[] for _ in steps]
    undated = wider = 0
    starts = {step.start: number for number, step in enumerate(steps)}
    whole = Period(steps[0].start, steps[-1].end)
    for one in observations:
        if one.during is None or one.during.start is None or one.during.end is None:
            undated += 1
            continue
        number = _step_of(one.during.start, starts, steps)
        if number is not None and falls_within(one.during, steps[number]):
            by_step[number].append(one)
        elif one.during.overlaps(whole):
            wider += 1
    return tuple(map(tuple, by_step)), undated, wider


def _step_of(day: date, starts: Mapping[date | None, int], steps: Sequence[Period]) -> int | None:
    by_year = steps[0] == year_of(steps[0].start) if steps[0].start else False
    return starts.get((year_of if by_year else month_of)(day).start)
