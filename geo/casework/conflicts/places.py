"""When two facts are of the same place: the rule by which a detection opens no second case.

Pure: values in, an answer out. The database asks the same of cases under the register's lock
(``casework.cases_of_place``, migration 0019); where a case is looked for, distances are the
database's own (:mod:`geo.casework.conflicts.measure`), so that both give one answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from geo.casework.operation.distances import distance_m, surely_beyond
from geo.perimeter import Perimeter

Measure = Callable[[BaseGeometry, BaseGeometry], Decimal]
"""Metres between two geometries in longitude and latitude, to the centimetre; 0 where they meet."""


@dataclass(frozen=True, slots=True)
class MergeRule:
    """``near_m``: metres on the ellipsoid within which ground of the same titles is one place."""

    near_m: Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact lies, and which titles it concerns.

    Parameters
    ----------
    titles : numbers of the titles concerned; none where the ground is nobody's.
    geometry : in longitude and latitude (EPSG:4326), any type.
    carres : the exact common carrés of an overlap; None for everything else.
    sites : (source, code) of the sites seen there.
    """

    titles: frozenset[int]
    geometry: BaseGeometry
    carres: Perimeter | None = None
    sites: frozenset[tuple[str, str]] = frozenset()


class Because(StrEnum):
    """Why two facts are of the same place; the value is its name on the wire."""

    SAME_SITE = "same_site"
    SAME_CARRES = "same_carres"
    NEAR = "near"


@dataclass(frozen=True, slots=True)
class SamePlace:
    """That a fact belongs to a case; ``distance_m`` from its ground, 0 where they meet."""

    because: Because
    distance_m: Decimal


def same_place(
    known: Iterable[Place], new: Place, rule: MergeRule, measure: Measure = distance_m
) -> SamePlace | None:
    """Return why a new fact is of the place of a case, None where it is of another.

    Parameters
    ----------
    known : the grounds of the case, one for each fact in it; all of the same titles.

    Facts that concern other titles, or further ones, are never of the same place: their parties
    are others. A common site comes first, then common or neighbouring carrés of two exact overlaps
    (a common corner is no contact), then the nearest distance. Uncertainty of a position does not
    widen the place.
    """

    def apart(place: Place) -> Decimal:
        return measure(place.geometry, new.geometry)

    own = [place for place in known if place.titles == new.titles]
    if any(place.sites & new.sites for place in own):
        return SamePlace(Because.SAME_SITE, min(apart(place) for place in own))
    if any(_in_contact(place.carres, new.carres) for place in own):
        return SamePlace(Because.SAME_CARRES, min(apart(place) for place in own))
    near = [
        apart(place)
        for place in own
        if (place.carres is None or new.carres is None)
        and not surely_beyond(place.geometry, new.geometry, rule.near_m)
    ]
    nearest = min(near, default=None)
    if nearest is None or nearest > rule.near_m:
        return None
    return SamePlace(Because.NEAR, nearest)


def _in_contact(one: Perimeter | None, other: Perimeter | None) -> bool:
    """Whether two sets of carrés share a carré or an edge."""
    if not one or not other:
        return False
    if one & other:
        return True
    return len((one | other).parts()) < len(one.parts()) + len(other.parts())
