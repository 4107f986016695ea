"""Reading what expansion is asked of: a title or a province, and the activity around it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import shapely
from sqlalchemy import Connection

from geo.activity.expansion import RINGS_M, Expansion, Subject, SubjectKind, expansion_of
from geo.activity.looks import steps_between
from geo.activity.records import Observation, Survey
from geo.errors import InputError, NotFound
from geo.geometry import comparable, polygonal
from geo.periods import Period
from geo.register.activity.reader import ActivityReader
from geo.register.names import kind_and_code
from geo.register.reader import PublicReader
from geo.sources.provinces import province_named

MAX_MONTHS = 360
_KINDS = {
    "zone": SubjectKind.ASM_AREA,
    "allocation": SubjectKind.ASM_AREA,
    "right": SubjectKind.PERMIT,
}


def subject_of_title(connection: Connection, title_id: int) -> Subject:
    """Return a title as it is published today: its ground, its code, never its holder.

    Raises
    ------
    NotFound : there is no such title, or it holds no ground today.
    InputError : it is neither an ASM area nor a permit.
    """
    title = PublicReader(connection).title(title_id)
    kind = _KINDS.get(title.class_)
    if kind is None:
        raise InputError(f"title {title_id} is neither an artisanal area nor a permit.")
    held = [ground.geometry for ground in title.grounds if ground.standing == "held"]
    if not held:
        raise NotFound(f"title {title_id} holds no ground today. Ask for another title.")
    ground = polygonal(shapely.union_all([comparable(one) for one in held]))
    name = kind_and_code(title.kind, title.code) or f"title {title_id}"
    return Subject(kind, name, ground, title_id, title.code)


def subject_of_province(name: str) -> Subject:
    """Return one of the 26 provinces by its name, whatever its accents.

    Raises
    ------
    InputError : no province has that name.
    """
    found = province_named(name)
    return Subject(SubjectKind.PROVINCE, found.name, found.geometry)


def read_expansion(
    connection: Connection,
    subject: Subject,
    start: date,
    end: date,
    *,
    public: bool,
    by_year: bool = False,
    source: str | None = None,
) -> Expansion:
    """Return expansion of a subject from the month (or year) of ``start`` until that of ``end``.

    The looks before ``start`` are taken into account: what was seen then is not new.

    Parameters
    ----------
    public : read public sources alone; else the role of an official is needed.

    Raises
    ------
    InputError : the days are in the wrong order, or more than 30 years.
    """
    asked = checked_steps(start, end, by_year=by_year)
    reader = ActivityReader(connection, public=public)
    reach = 0.0 if subject.kind is SubjectKind.PROVINCE else max(RINGS_M)
    observations = reader.observations(source=source, inside=subject.ground, near_m=reach)
    surveys = reader.surveys(source=source)
    first = first_look(observations, surveys, start)
    steps = steps_between(first, end, by_year=by_year)
    found = expansion_of(subject, observations, surveys, steps)
    return Expansion(
        subject=found.subject,
        steps=found.steps[len(steps) - len(asked) :],
        sources=found.sources,
        undated=found.undated,
        wider=found.wider,
        undated_surveys=found.undated_surveys,
    )


def checked_steps(start: date, end: date, *, by_year: bool = False) -> tuple[Period, ...]:
    """Return the steps asked about.

    Raises
    ------
    InputError : the days are in the wrong order, or more than 30 years.
    """
    if end < start:
        raise InputError(f"from {start.isoformat()} to {end.isoformat()}: give the earlier first.")
    if (end.year - start.year) * 12 + end.month - start.month >= MAX_MONTHS:
        raise InputError(f"at most {MAX_MONTHS} months can be asked about. Ask about fewer.")
    return steps_between(start, end, by_year=by_year)


def first_look(observations: Sequence[Observation], surveys: Sequence[Survey], start: date) -> date:
    """Return the first day looked at on or before ``start``, at most 30 years before it."""
    dated = [one.during for one in observations] + [one.during for one in surveys]
    days = [one.start for one in dated if one is not None and one.start is not None]
    floor = date(max(start.year - MAX_MONTHS // 12, 1), 1, 1)
    return max(floor, min([*days, start]))
