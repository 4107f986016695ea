"""Activity step by step, each compared with the last look at the same ground by the same source.

The last look may be months ago, and another for each place: months and ground that nobody looked at
change nothing of what is known. Activity is *new* where its source had looked before and nobody had
seen any; where its source looks for the first time it is *first seen*, and nobody can say since
when. It is *gone* only where a source that had seen it looked again and nobody sees it any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geo.activity.looks import ground_looked_at
from geo.activity.records import Observation, Survey
from geo.geometry import comparable, polygonal
from geo.grid import Floats, Integers
from geo.periods import Period
from geo.register.areas.measure import reach_deg

SAME_PLACE_M = 100.0
"""Points of two looks nearer than this are one place, where their sources state no wider error."""
_NONE = shapely.MultiPolygon()


@dataclass(frozen=True, slots=True)
class Ground:
    """Part of what a step says: polygons, and points, which have no extent of their own.

    ``shape`` is a MultiPolygon in longitude and latitude; ``points`` are visits or detections.
    """

    shape: BaseGeometry = _NONE
    points: tuple[Observation, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """One step: what was seen in it, and how that differs from the looks before.

    ``looked`` is the ground looked at in the step by any source; ``again`` the part of it that the
    same source had looked at before, the only ground where new and gone can be told.
    """

    step: Period
    looked: BaseGeometry
    again: BaseGeometry
    seen: Ground
    new: Ground
    first: Ground
    stayed: Ground
    gone: Ground
    observations: tuple[Observation, ...]


@dataclass(slots=True)
class _Known:
    """What one source has looked at so far, and the activity of its last look at each place."""

    looked: BaseGeometry = _NONE
    shape: BaseGeometry = _NONE
    points: list[Observation] = field(default_factory=list)


def compared_steps(
    by_step: Sequence[Sequence[Observation]], surveys: Sequence[Survey], steps: Sequence[Period]
) -> Iterator[Compared]:
    """Yield each step compared with the looks before it, the first one with none.

    Parameters
    ----------
    by_step : the observations of each step, as :func:`geo.activity.looks.dated_within` gives them.
    """
    known: dict[str, _Known] = {}
    for step, observations in zip(steps, by_step, strict=True):
        extents = ground_looked_at(surveys, step)
        yield _compared(step, observations, extents, known)
        _remember(observations, extents, known)


def _compared(
    step: Period,
    observations: Sequence[Observation],
    extents: Mapping[str, BaseGeometry],
    known: Mapping[str, _Known],
) -> Compared:
    sources = sorted({one.source for one in observations} | set(extents))
    seen = {source: _shape_of(observations, source) for source in sources}
    past = {source: known.get(source, _Known()) for source in sources}
    active, before = _union(seen.values()), _union(one.shape for one in known.values())
    again = {
        s: polygonal(shapely.intersection(extents.get(s, _NONE), past[s].looked)) for s in sources
    }
    fresh = polygonal(shapely.difference(active, before))
    new = polygonal(
        shapely.intersection(
            fresh, _union(shapely.intersection(seen[s], past[s].looked) for s in sources)
        )
    )
    left = _union(shapely.intersection(past[s].shape, extents.get(s, _NONE)) for s in sources)
    points = _compared_points(observations, extents, known, before)
    return Compared(
        step=step,
        looked=_union(extents.values()),
        again=_union(again.values()),
        seen=Ground(active, points["seen"]),
        new=Ground(new, points["new"]),
        first=Ground(polygonal(shapely.difference(fresh, new)), points["first"]),
        stayed=Ground(polygonal(shapely.intersection(active, before)), points["stayed"]),
        gone=Ground(polygonal(shapely.difference(left, active)), points["gone"]),
        observations=tuple(observations),
    )


def _compared_points(
    observations: Sequence[Observation],
    extents: Mapping[str, BaseGeometry],
    known: Mapping[str, _Known],
    before: BaseGeometry,
) -> dict[str, tuple[Observation, ...]]:
    points = [one for one in observations if is_point(one)]
    past = [one for each in known.values() for one in each.points]
    shapely.prepare(before)
    stayed = [
        met or bool(shapely.intersects(before, one.geometry))
        for one, met in zip(points, same_places(points, past), strict=True)
    ]
    still = same_places(past, points)
    looked = [_covers(known.get(one.source, _Known()).looked, one) for one in points]
    return {
        "seen": tuple(points),
        "stayed": _where(points, stayed),
        "new": _where(points, [b and not a for a, b in zip(stayed, looked, strict=True)]),
        "first": _where(points, [not (a or b) for a, b in zip(stayed, looked, strict=True)]),
        "gone": tuple(
            one
            for one, met in zip(past, still, strict=True)
            if not met and _covers(extents.get(one.source, _NONE), one)
        ),
    }


def _remember(
    observations: Sequence[Observation],
    extents: Mapping[str, BaseGeometry],
    known: dict[str, _Known],
) -> None:
    """Replace what each source knew of the ground that it looked at now."""
    for source in {one.source for one in observations} | set(extents):
        extent, one = extents.get(source, _NONE), known.setdefault(source, _Known())
        shape = _shape_of(observations, source)
        current = [o for o in observations if o.source == source and is_point(o)]
        met = same_places(one.points, current)
        kept = [
            old
            for old, again in zip(one.points, met, strict=True)
            if not again and not _covers(extent, old)
        ]
        one.points = [*kept, *current]
        one.shape = _union([shapely.difference(one.shape, extent), shape])
        one.looked = _union([one.looked, extent, shape])


def same_places(points: Sequence[Observation], others: Sequence[Observation]) -> tuple[bool, ...]:
    """Return for each point whether one of the others is the same place.

    The same site of the same source, or nearer than the larger stated error of the two, at least
    :data:`SAME_PLACE_M`.
    """
    if not points or not others:
        return (False,) * len(points)
    sites = {(one.source, one.site) for one in others if one.site is not None}
    near = {
        int(one)
        for one, other, metres in zip(*_pairs_near(points, others), strict=True)
        if metres <= max(_reach_m(points[one]), _reach_m(others[other]))
    }
    return tuple(
        number in near or (one.site is not None and (one.source, one.site) in sites)
        for number, one in enumerate(points)
    )


def is_point(one: Observation) -> bool:
    """Whether an observation has a position and no extent."""
    return int(shapely.get_dimensions(one.geometry)) < 2


def _reach_m(one: Observation) -> float:
    return max(one.uncertainty_m or 0.0, SAME_PLACE_M)


def _pairs_near(
    points: Sequence[Observation], others: Sequence[Observation]
) -> tuple[Integers, Integers, Floats]:
    """Return indices of points and others that may be one place, and metres on the ellipsoid."""
    here, there = (_positions(some) for some in (points, others))
    reach = max(_reach_m(one) for one in (*points, *others))
    furthest = float(np.abs(np.concatenate([here, there])[:, 1]).max())
    one, other = shapely.STRtree(shapely.points(there)).query(
        shapely.points(here), predicate="dwithin", distance=max(reach_deg(furthest, reach))
    )
    metres = _ellipsoid().inv(*here[one].T, *there[other].T)[2]
    return one, other, np.asarray(metres)


def _positions(some: Sequence[Observation]) -> Floats:
    return np.array([shapely.get_coordinates(shapely.centroid(one.geometry))[0] for one in some])


@lru_cache
def _ellipsoid() -> pyproj.Geod:
    return pyproj.Geod(ellps="WGS84")


def _shape_of(observations: Sequence[Observation], source: str) -> BaseGeometry:
    return _union(
        comparable(one.geometry)
        for one in observations
        if one.source == source and not is_point(one)
    )


def _union(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    return polygonal(shapely.union_all([polygonal(comparable(shape)) for shape in shapes]))


def _covers(ground: BaseGeometry, one: Observation) -> bool:
    return bool(shapely.intersects(ground, one.geometry))


def _where(points: Sequence[Observation], chosen: Sequence[bool]) -> tuple[Observation, ...]:
    return tuple(one for one, yes in zip(points, chosen, strict=True) if yes)
