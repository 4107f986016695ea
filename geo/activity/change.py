"""Activity on two dates: what stayed, what came and what went, in hectares on the ellipsoid.

Polygons are compared in longitude and latitude and measured afterwards (convention 7). Those of one
date that touch or overlap are united first: ground counts once. Ground that the other date did not
look at is neither gain nor loss: it is kept apart as not compared.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.geometry import comparable, polygonal, polygons_area_m2

M2_PER_HA = 10_000.0
SAME_SHARE = 0.01
"""Two pieces are one at two dates where they share at least this part of the smaller one; less is
a border drawn anew."""
UNCHANGED_SHARE = 1e-6
"""A piece whose gain and loss are both below this part of it did not change."""

Shapes = Mapping[Hashable, BaseGeometry]


class Fate(StrEnum):
    """What became of a piece between two dates; the value is its name on the wire."""

    UNCHANGED = "unchanged"
    GREW = "grew"
    SHRANK = "shrank"
    SPLIT = "split"
    MERGED = "merged"
    REARRANGED = "rearranged"
    APPEARED = "appeared"
    VANISHED = "vanished"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True)
class Piece:
    """One patch of connected ground at one date, and the detections that it is made of."""

    ids: tuple[Hashable, ...]
    geometry: BaseGeometry
    area_ha: float


@dataclass(frozen=True, slots=True)
class PieceChange:
    """Pieces that are one place at two dates, and what became of it."""

    fate: Fate
    earlier: tuple[Piece, ...]
    later: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Ground of two dates: MultiPolygons in longitude and latitude, and their hectares.

    ``persistence_ha + loss_ha + earlier_not_compared_ha == earlier_ha`` and
    ``persistence_ha + gain_ha + later_not_compared_ha == later_ha``; :attr:`imbalance` is how far
    off, as a part of the larger union. Points have no hectares: they are counted as places.
    """

    persistence: BaseGeometry
    gain: BaseGeometry
    loss: BaseGeometry
    earlier_not_compared: BaseGeometry
    later_not_compared: BaseGeometry
    persistence_ha: float
    gain_ha: float
    loss_ha: float
    earlier_not_compared_ha: float
    later_not_compared_ha: float
    earlier_ha: float
    later_ha: float
    pieces: tuple[PieceChange, ...]
    earlier_places: int
    later_places: int

    @property
    def imbalance(self) -> float:
        """The larger error of the two sums, as a part of the larger union; 0 without any ground."""
        before = self.persistence_ha + self.loss_ha + self.earlier_not_compared_ha
        after = self.persistence_ha + self.gain_ha + self.later_not_compared_ha
        error = max(abs(before - self.earlier_ha), abs(after - self.later_ha))
        whole = max(self.earlier_ha, self.later_ha)
        return error / whole if whole else 0.0


def change_between(
    earlier: Shapes,
    later: Shapes,
    *,
    earlier_looked: BaseGeometry | None = None,
    later_looked: BaseGeometry | None = None,
) -> Change:
    """Return what changed between two dates.

    Parameters
    ----------
    earlier, later : polygons by id, in longitude and latitude; points are counted as places.
    earlier_looked, later_looked : the ground that each date looked at. None: the caller knows that
        it looked at all that is compared here.

    Examples
    --------
    Two carrés by one, moved by one carré: one stays, one came, one went.

    >>> from shapely import box
    >>> c = 1 / 120
    >>> change = change_between({1: box(0, 0, 2 * c, c)}, {7: box(c, 0, 3 * c, c)})
    >>> [round(ha, 2) for ha in (change.persistence_ha, change.gain_ha, change.loss_ha)]
    [85.48, 85.48, 85.48]
    """
    before, after = united(earlier.values()), united(later.values())
    loss, later_missed = _split(shapely.difference(before, after), later_looked)
    gain, earlier_missed = _split(shapely.difference(after, before), earlier_looked)
    persistence = polygonal(shapely.intersection(before, after))
    grounds = (persistence, gain, loss, later_missed, earlier_missed, before, after)
    ha = [float(area) / M2_PER_HA for area in polygons_area_m2(grounds)]
    return Change(
        persistence=persistence,
        gain=gain,
        loss=loss,
        earlier_not_compared=later_missed,
        later_not_compared=earlier_missed,
        persistence_ha=ha[0],
        gain_ha=ha[1],
        loss_ha=ha[2],
        earlier_not_compared_ha=ha[3],
        later_not_compared_ha=ha[4],
        earlier_ha=ha[5],
        later_ha=ha[6],
        pieces=_fates(_pieces(earlier, before), _pieces(later, after), loss, gain),
        earlier_places=_places(earlier),
        later_places=_places(later),
    )


def united(shapes: Iterable[BaseGeometry]) -> BaseGeometry:
    """Return the ground of polygons as one MultiPolygon: where two touch or overlap, once."""
    polygons = [polygonal(comparable(shape)) for shape in shapes]
    return polygonal(shapely.union_all(polygons))


def hectares(geometry: BaseGeometry) -> float:
    """Return the hectares of polygons in longitude and latitude, on the ellipsoid."""
    return float(polygons_area_m2([geometry])[0]) / M2_PER_HA


def _split(ground: BaseGeometry, looked: BaseGeometry | None) -> tuple[BaseGeometry, BaseGeometry]:
    """Return the part of ground that the other date looked at, and the part that it did not."""
    if looked is None:
        return polygonal(ground), shapely.MultiPolygon()
    seen = comparable(looked)
    inside, outside = shapely.intersection(ground, seen), shapely.difference(ground, seen)
    return polygonal(inside), polygonal(outside)


def _places(shapes: Shapes) -> int:
    return sum(shapely.get_dimensions(shape) == 0 for shape in shapes.values())


def _pieces(shapes: Shapes, ground: BaseGeometry) -> list[Piece]:
    """Return the connected pieces of one date's ground, each with the ids that it is made of."""
    parts = shapely.get_parts(ground)
    areas = polygons_area_m2(parts) / M2_PER_HA if len(parts) else np.empty(0)
    keys = [key for key, shape in shapes.items() if shapely.get_dimensions(shape) == 2]
    given = np.array([polygonal(comparable(shapes[key])) for key in keys], dtype=object)
    ids: list[list[Hashable]] = [[] for _ in parts]
    if len(parts) and len(given):
        for shape, part in shapely.STRtree(parts).query(given, predicate="intersects").T.tolist():
            if shapely.intersection(given[shape], parts[part]).area > 0:
                ids[part].append(keys[shape])
    return [
        Piece(tuple(own), part, float(area))
        for own, part, area in zip(ids, parts, areas, strict=True)
    ]


def _fates(
    earlier: list[Piece], later: list[Piece], loss: BaseGeometry, gain: BaseGeometry
) -> tuple[PieceChange, ...]:
    """Return every piece of both dates in exactly one change, in the order of the pieces."""
    groups = _linked(earlier, later)
    return tuple(
        PieceChange(
            _fate([earlier[i] for i in before], [later[i] for i in after], loss, gain),
            tuple(earlier[i] for i in before),
            tuple(later[i] for i in after),
        )
        for before, after in groups
    )


def _linked(earlier: list[Piece], later: list[Piece]) -> list[tuple[list[int], list[int]]]:
    """Return indices of earlier and later pieces that are one place, directly or by others."""
    root = list(range(len(earlier) + len(later)))

    def top(node: int) -> int:
        while root[node] != node:
            node = root[node]
        return node

    for one, other in _shared(earlier, later):
        low, high = sorted((top(one), top(len(earlier) + other)))
        root[high] = low
    groups: dict[int, tuple[list[int], list[int]]] = {}
    for node in range(len(root)):
        before, after = groups.setdefault(top(node), ([], []))
        (before if node < len(earlier) else after).append(
            node if node < len(earlier) else node - len(earlier)
        )
    return list(groups.values())


def _shared(earlier: list[Piece], later: list[Piece]) -> list[tuple[int, int]]:
    """Return pairs of pieces that share more than :data:`SAME_SHARE` of the smaller one."""
    if not earlier or not later:
        return []
    old, new = ([piece.geometry for piece in pieces] for pieces in (earlier, later))
    pairs = shapely.STRtree(old).query(new, predicate="intersects").T
    return [
        (int(one), int(other))
        for other, one in pairs
        if shapely.intersection(old[one], new[other]).area
        >= SAME_SHARE * min(old[one].area, new[other].area)
    ]


def _fate(before: list[Piece], after: list[Piece], loss: BaseGeometry, gain: BaseGeometry) -> Fate:
    if not before or not after:
        piece, met, fate = (
            (before[0], loss, Fate.VANISHED) if before else (after[0], gain, Fate.APPEARED)
        )
        compared = shapely.intersection(piece.geometry, met).area
        return fate if compared >= (1 - SAME_SHARE) * piece.geometry.area else Fate.NOT_COMPARED
    if len(before) > 1 or len(after) > 1:
        return _counted(len(before), len(after))
    one, other = before[0], after[0]
    moved = shapely.symmetric_difference(one.geometry, other.geometry).area
    if moved <= UNCHANGED_SHARE * one.geometry.area:
        return Fate.UNCHANGED
    return Fate.GREW if other.area_ha >= one.area_ha else Fate.SHRANK


def _counted(before: int, after: int) -> Fate:
    if before == 1:
        return Fate.SPLIT
    return Fate.MERGED if after == 1 else Fate.REARRANGED
