"""Expansion: activity inside a subject and around it, step by step, on surveyed ground.

A subject is an ASM area (ZEA or route-B allocation), a permit or a province. Every figure stands
beside the share of its ground that was surveyed; where none was, it is ``not_surveyed`` and has no
number, never 0. Hectares are those of polygons, measured on the ellipsoid, beside those that a
source states for a point; points without a size count as places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import shapely
from shapely.geometry.base import BaseGeometry

from geo.activity.bearings import Direction, direction_of
from geo.activity.change import M2_PER_HA, hectares
from geo.activity.looks import dated_within
from geo.activity.records import Observation, Survey
from geo.activity.rings import reaching
from geo.activity.series import Compared, Ground, compared_steps, is_point
from geo.geometry import comparable, polygonal, polygons_area_m2
from geo.periods import Period

RINGS_M = (1_000.0, 5_000.0, 10_000.0)
WHOLLY = 1 - 1e-6
"""From this share on, ground counts as surveyed whole: its edge is drawn to finite precision."""


class SubjectKind(StrEnum):
    """What expansion is asked of; the value is its name on the wire."""

    ASM_AREA = "asm_area"
    PERMIT = "permit"
    PROVINCE = "province"


class ZoneCode(StrEnum):
    """The subject itself, and the rings around it: each starts where the one before ends."""

    INSIDE = "inside"
    WITHIN_1_KM = "within_1_km"
    FROM_1_TO_5_KM = "from_1_to_5_km"
    FROM_5_TO_10_KM = "from_5_to_10_km"


OUTSIDE = (ZoneCode.WITHIN_1_KM, ZoneCode.FROM_1_TO_5_KM, ZoneCode.FROM_5_TO_10_KM)


class Looked(StrEnum):
    """How much of some ground was looked at."""

    SURVEYED = "surveyed"
    PARTLY_SURVEYED = "partly_surveyed"
    NOT_SURVEYED = "not_surveyed"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked about. ``title_id`` and ``code`` where it is a title of the register."""

    kind: SubjectKind
    name: str
    ground: BaseGeometry
    title_id: int | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """How much activity: measured hectares, hectares a source states for points, and places."""

    ha: float = 0.0
    stated_ha: float = 0.0
    places: int = 0

    @property
    def none(self) -> bool:
        """Whether it is nothing at all."""
        return not (self.ha or self.stated_ha or self.places)

    def __add__(self, other: Amount) -> Amount:
        return Amount(
            self.ha + other.ha, self.stated_ha + other.stated_ha, self.places + other.places
        )


@dataclass(frozen=True, slots=True)
class Rate:
    """How much is new for each month since the last look."""

    ha: float
    stated_ha: float
    places: float


@dataclass(frozen=True, slots=True)
class ZoneFigures:
    """One step in one zone.

    Parameters
    ----------
    share : part of the ground (0 to 1) that was surveyed in the step.
    again : part of it that its source had surveyed before, where new and gone can be told.
    seen : None where nothing was surveyed and nothing seen.
    first : seen where nobody had looked before.
    new, stayed, gone : None where nothing was looked at again.
    """

    zone: ZoneCode
    looked: Looked
    share: float
    again: float
    seen: Amount | None
    first: Amount | None
    new: Amount | None
    stayed: Amount | None
    gone: Amount | None


@dataclass(frozen=True, slots=True)
class StepFigures:
    """One month (or year): a figure for each zone, and the way that activity went.

    ``months`` since the last step in which any of this ground was looked at; None at first.
    """

    step: Period
    zones: Mapping[ZoneCode, ZoneFigures]
    months: int | None
    direction: Direction | None

    def rate(self, zone: ZoneCode) -> Rate | None:
        """Return what is new in a zone for each month since the last look."""
        new = self.zones[zone].new
        if new is None or not self.months:
            return None
        return Rate(*(part / self.months for part in (new.ha, new.stated_ha, new.places)))


@dataclass(frozen=True, slots=True)
class Expansion:
    """Expansion of a subject over steps, with what could not be placed in time.

    Parameters
    ----------
    undated : observations here whose source states no days: in no step.
    wider : observations here whose days are wider than a step: in no step.
    undated_surveys : sources that looked here but do not state when.
    """

    subject: Subject
    steps: tuple[StepFigures, ...]
    sources: tuple[str, ...]
    undated: int
    wider: int
    undated_surveys: tuple[str, ...]

    @property
    def never_surveyed(self) -> bool:
        """Whether no step looked at any of the ground."""
        return all(z.share == 0 for one in self.steps for z in one.zones.values())


def expansion_of(
    subject: Subject,
    observations: Sequence[Observation],
    surveys: Sequence[Survey],
    steps: Sequence[Period],
) -> Expansion:
    """Return activity in a subject and in the rings around it, step by step.

    Parameters
    ----------
    observations, surveys : of everywhere or of the ground with 10 km around it; those further away
        are left out. Of a province only what lies inside is asked.
    steps : months or years, in order, without gaps.
    """
    zones = zones_of(subject)
    whole = shapely.union_all(list(zones.values()))
    shapely.prepare(whole)
    near = [one for one in observations if shapely.intersects(whole, one.geometry)]
    looks = [
        Survey(one.source, shapely.intersection(comparable(one.extent), whole), one.during)
        for one in surveys
        if shapely.intersects(whole, one.extent)
    ]
    by_step, undated, wider = dated_within(near, steps)
    return Expansion(
        subject=subject,
        steps=_figures(list(compared_steps(by_step, looks, steps)), zones, whole),
        sources=tuple(sorted({one.source for one in near} | {one.source for one in looks})),
        undated=undated,
        wider=wider,
        undated_surveys=tuple(sorted({one.source for one in looks if one.during is None})),
    )


def zones_of(subject: Subject) -> dict[ZoneCode, BaseGeometry]:
    """Return the ground of each zone, as MultiPolygons in longitude and latitude."""
    inside = polygonal(comparable(subject.ground))
    zones = {ZoneCode.INSIDE: inside}
    if subject.kind is SubjectKind.PROVINCE:
        return zones
    within = inside
    for code, metres in zip(OUTSIDE, RINGS_M, strict=True):
        reached = reaching(inside, metres)
        zones[code] = polygonal(shapely.difference(reached, within))
        within = reached
    return zones


def _figures(
    compared: Sequence[Compared], zones: Mapping[ZoneCode, BaseGeometry], whole: BaseGeometry
) -> tuple[StepFigures, ...]:
    figures: list[StepFigures] = []
    last: int | None = None
    before: list[tuple[float, float, float]] = []
    for number, one in enumerate(compared):
        seen = _weighted(one.seen, whole)
        figures.append(
            StepFigures(
                step=one.step,
                zones=_zones(one, zones),
                months=None if last is None else _months(compared[last].step, one.step),
                direction=direction_of(before, seen, _weighted(one.new, whole)),
            )
        )
        if not one.looked.is_empty:
            last = number
        before = seen or (before if one.looked.is_empty else [])
    return tuple(figures)


def _zones(one: Compared, zones: Mapping[ZoneCode, BaseGeometry]) -> dict[ZoneCode, ZoneFigures]:
    parts = {
        name: _amounts(getattr(one, name), zones)
        for name in ("seen", "first", "new", "stayed", "gone")
    }
    return {
        code: _zone(code, ground, one, {name: part[code] for name, part in parts.items()})
        for code, ground in zones.items()
    }


def _zone(
    code: ZoneCode, ground: BaseGeometry, one: Compared, parts: Mapping[str, Amount]
) -> ZoneFigures:
    share, again = _share(ground, one.looked), _share(ground, one.again)
    unknown = share == 0 and parts["seen"].none
    return ZoneFigures(
        zone=code,
        looked=_looked(share),
        share=share,
        again=again,
        seen=None if unknown else parts["seen"],
        first=None if unknown else parts["first"],
        new=parts["new"] if again else None,
        stayed=parts["stayed"] if again else None,
        gone=parts["gone"] if again else None,
    )


def _share(ground: BaseGeometry, looked: BaseGeometry) -> float:
    """Return the part of ground that was looked at, on the ellipsoid."""
    whole, met = polygons_area_m2([ground, polygonal(shapely.intersection(ground, looked))])
    share = float(met / whole) if whole else 0.0
    return 1.0 if share >= WHOLLY else share


def _looked(share: float) -> Looked:
    if share == 0:
        return Looked.NOT_SURVEYED
    return Looked.SURVEYED if share == 1 else Looked.PARTLY_SURVEYED


def _amounts(part: Ground, zones: Mapping[ZoneCode, BaseGeometry]) -> dict[ZoneCode, Amount]:
    """Return the amount in each zone; a point on the edge of two counts in the inner one."""
    points: dict[ZoneCode, list[Observation]] = {code: [] for code in zones}
    for one in part.points:
        met = (code for code, ground in zones.items() if shapely.intersects(ground, one.geometry))
        if (zone := next(met, None)) is not None:
            points[zone].append(one)
    return {
        code: Amount(
            ha=hectares(polygonal(shapely.intersection(part.shape, ground))),
            stated_ha=float(sum(one.patch_ha or 0 for one in points[code])),
            places=sum(one.patch_ha is None for one in points[code]),
        )
        for code, ground in zones.items()
    }


def _weighted(part: Ground, whole: BaseGeometry) -> list[tuple[float, float, float]]:
    """Return middle and hectares of each patch; where nothing has a size, each place counts one."""
    shape = shapely.get_parts(polygonal(shapely.intersection(part.shape, whole)))
    areas = polygons_area_m2(shape) / M2_PER_HA if len(shape) else ()
    sized = [(p.centroid.x, p.centroid.y, float(a)) for p, a in zip(shape, areas, strict=True)]
    points = [one for one in part.points if is_point(one)]
    stated = [(*_position(one), one.patch_ha) for one in points if one.patch_ha]
    return [*sized, *stated] or [(*_position(one), 1.0) for one in points]


def _position(one: Observation) -> tuple[float, float]:
    middle = one.geometry.centroid
    return middle.x, middle.y


def _months(earlier: Period, later: Period) -> int:
    assert earlier.start is not None and later.start is not None  # noqa: PT018, S101
    years = later.start.year - earlier.start.year
    return years * 12 + later.start.month - earlier.start.month
