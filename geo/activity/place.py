"""Where a site or a detection stands in law on a day, and on the days on which it was seen.

A place says on which legal ground an activity lies; it never judges the activity, and accuses
nobody (docs/decisions/0029). A point is a disc of its uncertainty, in which every position is as
likely as any other; a detection with an outline is that outline. The disc or the outline is cut by
the boundaries of the ground, in longitude and latitude: each side is a legal place, with its share.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import shapely

from geo.activity.distances import distances_of
from geo.activity.ground import Ground
from geo.activity.placed import Change, OnDay, PlaceCode, Placed, RightMet, Side, Stood
from geo.activity.records import Observation, Survey
from geo.activity.shares import faces_of
from geo.activity.standing import Standing, code_of
from geo.boundaries import provinces_of

__all__ = ["Change", "OnDay", "PlaceCode", "Placed", "RightMet", "Side", "Stood", "place"]


def place(
    observations: Sequence[Observation],
    ground: Ground,
    on: date,
    surveys: Sequence[Survey] = (),
) -> list[Placed]:
    """Return the legal place of each observation on a day, in the order given.

    Parameters
    ----------
    observations : points or polygons in longitude and latitude, valid.
    ground : all ground over time that the asker may see (:mod:`geo.activity.ground`).
    surveys : what the sources looked at: says whether the activity was looked for on ``on``.

    Raises
    ------
    InputError : the ground speaks of another day alone.
    """
    ground.require_day(on)
    if not observations:
        return []
    geometries = np.array([seen.geometry for seen in observations], dtype=object)
    shapely.prepare(ground.shapes)
    radii = np.array([seen.uncertainty_m or 0.0 for seen in observations])
    faces = faces_of(geometries, radii, ground.shapes, ground.cutting)
    distances = distances_of(geometries, faces, ground, on)
    provinces = provinces_of(list(geometries))
    doubts = ground.protection_unknown(geometries, on)
    standings = [Standing(ground, found, i, distances) for i, found in enumerate(faces)]
    return [
        _placed(*one, on, surveys)
        for one in zip(observations, standings, provinces, doubts, strict=True)
    ]


def _placed(
    seen: Observation,
    standing: Standing,
    province: str | None,
    doubts: tuple[str, ...],
    on: date,
    surveys: Sequence[Survey],
) -> Placed:
    sides = standing.sides(on)
    point = shapely.get_dimensions(seen.geometry) == 0
    return Placed(
        observation=seen,
        on=on,
        code=code_of(sides),
        sides=sides,
        rights=standing.rights(on),
        nearest=standing.nearest(on),
        boundary_m=standing.boundary_m(),
        uncertainty_stated=not point or seen.uncertainty_m is not None,
        visit_age_days=age_days(seen, on),
        province=province,
        then=standing.over(seen.during) if seen.during else (),
        changes=standing.changes(seen.during, on) if seen.during else (),
        protection_unknown=doubts,
        on_day=on_day(seen, on, surveys),
    )


def age_days(seen: Observation, on: date) -> int | None:
    """Return days since an activity was last seen; None where it is not stated, or seen later.

    Seen over several days, the last of them counts; seen until an unstated day, ``on`` does.
    """
    if seen.during is None or (seen.during.start is not None and seen.during.start > on):
        return None
    return 0 if seen.during.end is None else max(0, (on - seen.during.end).days + 1)


def on_day(seen: Observation, on: date, surveys: Sequence[Survey]) -> OnDay:
    """Return what is known of an activity itself on a day.

    A survey without days counts for no day: somebody looked, nobody says when.
    """
    if seen.during is not None and on in seen.during:
        return OnDay.SEEN
    mine = [survey for survey in surveys if survey.source == seen.source]
    dated = [survey for survey in mine if survey.during is not None and on in survey.during]
    if any(shapely.covers(survey.extent, seen.geometry) for survey in dated):
        return OnDay.LOOKED
    undated = seen.during is None and all(survey.during is None for survey in mine)
    return OnDay.NOT_STATED if undated else OnDay.NOT_SURVEYED
