"""Spill-over alerts: new activity beside an ASM area, or inside a permit, a park or a strip.

An alert says where somebody should go and look. It rests on two looks at the same ground by the
same source: what a source sees where it looks for the first time raises none. Ground that became
active little by little is added up until it reaches the threshold; what is active no more is taken
off again, and what is narrower than positions are certain is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from hashlib import sha256

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.activity.alert_settings import AlertSettings
from geo.activity.change import hectares
from geo.activity.records import Observation
from geo.activity.rings import reaching, ring_between
from geo.activity.series import Compared, same_places
from geo.geometry import comparable, polygonal
from geo.grid import DRC
from geo.periods import Period
from geo.register.areas.measure import apart_m, reach_deg

BLOCK_CELLS = 4
"""The place cell of an alert is a block of so many carrés by as many (about 3.7 km)."""
_NONE = shapely.MultiPolygon()


class AlertDirection(StrEnum):
    """What activity did; the value is its name on the wire."""

    LEAVES_AREA = "leaves_area"
    ENTERS_PERMIT = "enters_permit"
    ENTERS_PROTECTED = "enters_protected"
    ENTERS_STRIP = "enters_strip"


@dataclass(frozen=True, slots=True)
class Watched:
    """Ground that alerts are asked of, over the days on which it is so.

    Parameters
    ----------
    ref : identity over all its versions, as ``title 12`` or ``area 7``.
    title_id : the title that it is, or that it lies in (a strip); None for a protected area.
    ground : polygons in longitude and latitude; of a strip with its width around it.
    """

    direction: AlertDirection
    ref: str
    title_id: int | None
    name: str
    ground: BaseGeometry
    during: Period


@dataclass(frozen=True, slots=True)
class Evidence:
    """An observation that an alert rests on.

    ``distance_m``: outside an area, from its boundary; inside other ground, 0. ``after`` is what
    was seen in the month of the alert, else before it.
    """

    observation: Observation
    after: bool
    distance_m: float


@dataclass(frozen=True, slots=True)
class Alert:
    """Activity that came over a boundary, and what shows it.

    Parameters
    ----------
    month : its first day; the month of the look that made it reach the threshold.
    since : first day of the step of the look before, None where the months between are not known.
    cell : the place: column and row of a block of :data:`BLOCK_CELLS` carrés.
    shape : the ground that became active, MultiPolygon in longitude and latitude; may be empty.
    distance_m : of a spill out of an area, from its boundary to the nearest of it; else 0.
    before_ha, before_places : seen in the same ground by the look before.
    """

    watched: Watched
    month: date
    since: date | None
    cell: tuple[int, int]
    shape: BaseGeometry
    middle: tuple[float, float]
    new_ha: float
    stated_ha: float
    places: int
    before_ha: float
    before_places: int
    distance_m: float
    evidence: tuple[Evidence, ...]

    @property
    def key(self) -> str:
        """What makes it the same alert in another run: subject, direction, month, place."""
        where = f"{self.cell[0]},{self.cell[1]}"
        return f"{self.watched.direction}|{self.watched.ref}|{self.month:%Y-%m}|{where}"

    @property
    def code(self) -> str:
        """A short name for people, made of the key.

        It says the month and eight digits of the key's digest.
        """
        return f"ALR-{self.month:%Y%m}-{sha256(self.key.encode()).hexdigest()[:8].upper()}"


@dataclass(slots=True)
class _Pending:
    """What became active in some ground since the last alert of it."""

    shape: BaseGeometry = _NONE
    points: list[Observation] = field(default_factory=list)


def alerts_of(
    compared: Iterable[Compared], watched: Sequence[Watched], settings: AlertSettings
) -> Iterator[Alert]:
    """Yield the alerts of a series of months, in order.

    Parameters
    ----------
    compared : months in order, each compared with the looks before it.
    watched : ground of every kind; ASM areas among them are taken out of permits.
    """
    areas = [one for one in watched if one.direction is AlertDirection.LEAVES_AREA]
    grounds = [_Target(one, areas, settings) for one in watched]
    bounds = shapely.box(*np.array([one.bounds for one in grounds]).reshape(-1, 4).T)
    tree = shapely.STRtree(bounds)
    before: Compared | None = None
    since: date | None = None
    for one in compared:
        for target in _met(tree, grounds, one):
            yield from target.step(one, before, since)
        if not one.looked.is_empty:
            before, since = one, one.step.start


def _met(tree: shapely.STRtree, grounds: Sequence[_Target], one: Compared) -> Iterator[_Target]:
    """Yield the grounds where anything was seen or went in a month, in their order."""
    parts = [one.seen, one.gone]
    shapes = [piece for part in parts for piece in shapely.get_parts(part.shape)]
    shapes += [point.geometry for part in parts for point in part.points]
    if shapes:
        for index in np.unique(tree.query(np.array(shapes, dtype=object))[1]):
            yield grounds[index]


class _Target:
    """One watched ground through the months."""

    def __init__(
        self, watched: Watched, others: Sequence[Watched], settings: AlertSettings
    ) -> None:
        self.watched = watched
        self.settings = settings
        self.pending = _Pending()
        self.worked = False
        self._others = others
        self._areas: list[Watched] | None = None
        self._grounds: dict[tuple[int, ...], BaseGeometry] = {}

    @property
    def bounds(self) -> tuple[float, ...]:
        """West, south, east, north of all ground that can matter."""
        west, south, east, north = self.watched.ground.bounds
        reach = self.settings.reach_m if self._leaves else 0.0
        across, upright = reach_deg(max(abs(south), abs(north)), reach + 20)
        return west - across, south - upright, east + across, north + upright

    def step(self, one: Compared, before: Compared | None, since: date | None) -> list[Alert]:
        """Take a month in; return the alerts that it raises."""
        if not self.watched.during.overlaps(one.step):
            return []
        ground = self._ground(one.step)
        if self._leaves and not self._is_worked(one):
            return []
        self._take_in(one, ground)
        alerts = [
            self._alert(one, before, since, block, cluster, ground)
            for block, cluster in self._over_threshold(ground)
        ]
        if alerts:
            told = reaching(shapely.union_all([alert.shape for alert in alerts]), self._beside_m)
            self.pending.shape = polygonal(shapely.difference(self.pending.shape, told))
            known = {id(e.observation) for alert in alerts for e in alert.evidence}
            self.pending.points = [p for p in self.pending.points if id(p) not in known]
        return alerts

    @property
    def _leaves(self) -> bool:
        return self.watched.direction is AlertDirection.LEAVES_AREA

    @property
    def _beside_m(self) -> float:
        """How far beside the ground activity is looked at, to tell how wide it is.

        A strip may be narrower than what is left out as narrow: there the whole activity that lies
        across it must be wide, not its part in the strip.
        """
        across = self.watched.direction is AlertDirection.ENTERS_STRIP
        return 2 * self.settings.narrow_m if across else 0.0

    def _is_worked(self, one: Compared) -> bool:
        """Whether activity was seen inside the area by now: else nothing leaves it."""
        inside = self.watched.ground
        self.worked = (
            self.worked
            or bool(shapely.intersection(one.seen.shape, inside).area > 0)
            or any(shapely.intersects(inside, p.geometry) for p in one.seen.points)
        )
        return self.worked

    def _ground(self, step: Period) -> BaseGeometry:
        """Return the ground that activity comes into, without the ASM areas of the month."""
        if self._areas is None:
            self._areas = [other for other in self._others if self._gives_way_to(other)]
        areas = [other.during.overlaps(step) for other in self._areas]
        key = tuple(np.flatnonzero(areas).tolist())
        if key not in self._grounds:
            whole = shapely.union_all([comparable(self._areas[n].ground) for n in key])
            self._grounds[key] = polygonal(shapely.difference(self._reached(), whole))
        return self._grounds[key]

    def _gives_way_to(self, other: Watched) -> bool:
        if other is self.watched:
            return False
        if self.watched.direction in (AlertDirection.ENTERS_STRIP, AlertDirection.ENTERS_PROTECTED):
            return False
        return bool(shapely.intersects(shapely.box(*self.bounds), other.ground))

    def _reached(self) -> BaseGeometry:
        settings, ground = self.settings, self.watched.ground
        if self._leaves:
            return ring_between(ground, settings.edge_m, settings.reach_m)
        if self.watched.direction is AlertDirection.ENTERS_STRIP:
            return polygonal(comparable(ground))
        return reaching(ground, -settings.edge_m)

    def _take_in(self, one: Compared, ground: BaseGeometry) -> None:
        """Add what is new in the ground, take off what is gone."""
        pending = self.pending
        left = shapely.difference(pending.shape, one.gone.shape)
        around = reaching(ground, self._beside_m) if self._beside_m else ground
        came = shapely.intersection(one.new.shape, around)
        pending.shape = polygonal(shapely.union_all([polygonal(left), polygonal(came)]))
        points = [p for p in one.new.points if shapely.intersects(ground, p.geometry)]
        sure = [p for p, far in zip(points, _depths(points, ground), strict=True) if far]
        gone = same_places(pending.points, one.gone.points)
        pending.points = [p for p, g in zip(pending.points, gone, strict=True) if not g] + sure

    def _over_threshold(self, ground: BaseGeometry) -> list[tuple[tuple[int, int], _Cluster]]:
        found: dict[tuple[int, int], list[_Cluster]] = {}
        for cluster in _clusters(self.pending, ground, self.settings):
            if (
                cluster.ha + cluster.stated_ha >= self.settings.least_ha
                or cluster.places >= self.settings.least_places
            ):
                found.setdefault(_block_of(cluster.middle), []).append(cluster)
        return [(block, _joined(clusters)) for block, clusters in sorted(found.items())]

    def _alert(
        self,
        one: Compared,
        before: Compared | None,
        since: date | None,
        block: tuple[int, int],
        cluster: _Cluster,
        ground: BaseGeometry,
    ) -> Alert:
        assert one.step.start is not None  # noqa: S101 - a month
        evidence = self._evidence(one, before, cluster, ground)
        return Alert(
            watched=self.watched,
            month=one.step.start,
            since=since,
            cell=block,
            shape=cluster.shape,
            middle=cluster.middle,
            new_ha=cluster.ha,
            stated_ha=cluster.stated_ha,
            places=cluster.places,
            before_ha=_hectares_in(before, ground),
            before_places=_places_in(before, ground),
            distance_m=min((e.distance_m for e in evidence if e.after), default=0.0),
            evidence=evidence,
        )

    def _evidence(
        self, one: Compared, before: Compared | None, cluster: _Cluster, ground: BaseGeometry
    ) -> tuple[Evidence, ...]:
        """Return what was seen of the new ground now, and what was seen beside it before."""
        after = [o for o in one.observations if _makes_up(o, cluster)]
        within = self.watched.ground if self._leaves else ground
        past = [] if before is None else before.observations
        earlier = [o for o in past if shapely.intersects(within, o.geometry)]
        late = [p for p in cluster.points if all(p is not o for o in after)]
        told = [*after, *late, *earlier]
        metres = self._distances(told)
        return tuple(
            Evidence(o, number < len(after) + len(late), float(m))
            for number, (o, m) in enumerate(zip(told, metres, strict=True))
        )

    def _distances(self, observations: Sequence[Observation]) -> Sequence[float]:
        if not self._leaves or not observations:
            return [0.0] * len(observations)
        ones = np.array([o.geometry for o in observations], dtype=object)
        pairs = np.array([(number, 0) for number in range(len(ones))])
        ground = np.array([comparable(self.watched.ground)], dtype=object)
        return [float(metres) for metres in apart_m(ones, ground, pairs)]


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Newly active ground and places near each other."""

    shape: BaseGeometry
    points: tuple[Observation, ...]
    ha: float
    middle: tuple[float, float]

    @property
    def stated_ha(self) -> float:
        return float(sum(p.patch_ha or 0.0 for p in self.points))

    @property
    def places(self) -> int:
        return sum(p.patch_ha is None for p in self.points)


def _clusters(pending: _Pending, ground: BaseGeometry, settings: AlertSettings) -> list[_Cluster]:
    """Return what is pending in the ground, without what is too narrow, by what is near."""
    half = settings.narrow_m / 2
    wide = reaching(reaching(pending.shape, -half), 2 * half)  # with its corners
    kept = polygonal(shapely.intersection(wide, pending.shape))
    parts = list(shapely.get_parts(polygonal(shapely.intersection(kept, ground))))
    members: list[BaseGeometry] = [*parts, *(p.geometry for p in pending.points)]
    found: dict[int, list[int]] = {}
    for number, group in enumerate(_groups(members, settings.join_m)):
        found.setdefault(group, []).append(number)
    return [
        _cluster(
            [parts[n] for n in numbers if n < len(parts)],
            [pending.points[n - len(parts)] for n in numbers if n >= len(parts)],
        )
        for numbers in found.values()
    ]


def _cluster(parts: Sequence[BaseGeometry], points: Sequence[Observation]) -> _Cluster:
    shape = polygonal(shapely.union_all(list(parts)))
    largest = max(parts, key=lambda part: part.area) if parts else points[0].geometry
    middle = largest.representative_point()
    return _Cluster(shape, tuple(points), hectares(shape) if parts else 0.0, (middle.x, middle.y))


def _joined(clusters: Sequence[_Cluster]) -> _Cluster:
    """Return the clusters of one block as one: an alert is one for each place."""
    largest = max(clusters, key=lambda one: (one.ha, one.middle))
    return _Cluster(
        polygonal(shapely.union_all([one.shape for one in clusters])),
        tuple(point for one in clusters for point in one.points),
        sum(one.ha for one in clusters),
        largest.middle,
    )


def _groups(members: Sequence[BaseGeometry], metres: float) -> list[int]:
    """Return for each geometry the number of its group: those near each other share one."""
    root = list(range(len(members)))

    def top(node: int) -> int:
        while root[node] != node:
            node = root[node]
        return node

    if members:
        given = np.array(members, dtype=object)
        degrees = max(reach_deg(float(np.abs(shapely.total_bounds(given)[1::2]).max()), metres))
        pairs = shapely.STRtree(given).query(given, predicate="dwithin", distance=degrees).T
        pairs = pairs[pairs[:, 0] < pairs[:, 1]]
        near = apart_m(given, given, pairs) <= metres
        for one, other in pairs[near].tolist():
            low, high = sorted((top(one), top(other)))
            root[high] = low
    return [top(number) for number in range(len(members))]


def _depths(points: Sequence[Observation], ground: BaseGeometry) -> list[bool]:
    """Return for each point whether its stated error leaves it inside the ground."""
    if not points:
        return []
    ones = np.array([p.geometry for p in points], dtype=object)
    edge = np.array([ground.boundary], dtype=object)
    metres = apart_m(ones, edge, np.array([(number, 0) for number in range(len(ones))]))
    return [m >= (p.uncertainty_m or 0.0) for m, p in zip(metres, points, strict=True)]


def _makes_up(one: Observation, cluster: _Cluster) -> bool:
    if any(one is point for point in cluster.points):
        return True
    return bool(shapely.intersection(one.geometry, cluster.shape).area > 0)


def _hectares_in(one: Compared | None, ground: BaseGeometry) -> float:
    if one is None:
        return 0.0
    return hectares(polygonal(shapely.intersection(one.seen.shape, ground)))


def _places_in(one: Compared | None, ground: BaseGeometry) -> int:
    if one is None:
        return 0
    return sum(bool(shapely.intersects(ground, point.geometry)) for point in one.seen.points)


def _block_of(position: tuple[float, float]) -> tuple[int, int]:
    """Return column and row of the block of carrés that a position lies in."""
    cells = np.floor(np.array(position) / float(DRC.cell)).astype(int)
    column, row = (cells // BLOCK_CELLS).tolist()
    return column, row
