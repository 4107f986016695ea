"""The restricted places that a perimeter meets, class by class, as facts for the law.

What *inside* means: a class that restricts only the ground within it (limit ``inside``) is met
where perimeter and place share ground; a common edge or corner is none, so that a park beside a
perimeter is not met. A class with a distance is met where a place lies nearer than its limit; what
touches lies at 0 m.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

from geo.errors import InputError
from geo.law import Law
from geo.law.case import Met, Places
from geo.law.values import DistanceRule, Limit, RestrictedClass
from geo.perimeter import Perimeter
from geo.register.areas.measure import (
    cells_sharing,
    distances,
    enlarged,
    millimetres,
    window_of,
)
from geo.register.areas.near import NearPlace, ground_covered, places_near
from geo.register.connection import UnitOfWork
from geo.register.reader import Reader

DEFENCE = "defence"
"""The class whose places count only if they are fenced or signposted (Règlement 2018 art. 2)."""

MAX_CHOSEN_M = Decimal(10_000)

Indices = npt.NDArray[np.intp]
Concerned = tuple[NearPlace, Decimal, Indices]


def places_met(
    unit: UnitOfWork,
    perimeter: Perimeter,
    day: date,
    law: Law,
    *,
    as_known_on: date | int | None = None,
    rules_on: date | None = None,
    chosen_m: Mapping[str, Decimal] = MappingProxyType({}),
) -> Mapping[str, Places | None]:
    """Return the places of each class in force that restrict a perimeter on a day.

    None, where no layer says anything of the ground; ``covered`` False, where only a part of the
    perimeter with the class's distance around it is covered, or where a defence site counts or not
    by a fact that is not known. Distances are measured to the millimetre, and ``cells`` are the
    carrés on the restricted side of the limit.

    Parameters
    ----------
    unit : under a role that may read the register: layers that are not public count too.
    day : of the layers and of their areas.
    rules_on : day of the law, where it is another (the rules of the filing day at a grant).
    chosen_m : distances that whoever asks has set, for classes without one (limit ``chosen``).

    Raises
    ------
    InputError : a chosen distance is negative or above 10 km.
    """
    rules = dict(rules_in_force(law, rules_on or day, chosen_m))
    if not rules or not perimeter:
        return dict.fromkeys(rules)
    windows = {name: window_of(perimeter, float(rule.distance_m)) for name, rule in rules.items()}
    known = Reader(unit.connection).revision_as_known(as_known_on)
    near = places_near(unit.connection, windows, day, known)
    covered = ground_covered(unit.connection, windows, day, known)
    return {
        name: places_of(law.restricted[name], rule, perimeter, near[name], covered.get(name))
        for name, rule in rules.items()
    }


def rules_in_force(
    law: Law, on: date, chosen_m: Mapping[str, Decimal]
) -> Iterator[tuple[str, DistanceRule]]:
    """Yield the classes that restrict ground on a day, each with its rule.

    A distance in ``chosen_m`` becomes the rule's where the law gives none; 0 asks what lies inside.

    Raises
    ------
    InputError : a chosen distance is negative or above 10 km.
    """
    for name, restricted in law.restricted.items():
        dated = restricted.rules.on(on)
        if dated is None or dated.value is None:
            continue
        rule = dated.value
        if rule.limit is Limit.CHOSEN:
            metres = chosen_m.get(name, Decimal(0))
            if not 0 <= metres <= MAX_CHOSEN_M:
                raise InputError(f"{name}: {metres} m is no distance between 0 and {MAX_CHOSEN_M}")
            rule = DistanceRule(metres, Limit.AT_MOST if metres else Limit.INSIDE)
        yield name, rule


def places_of(
    restricted: RestrictedClass,
    rule: DistanceRule,
    perimeter: Perimeter,
    near: Sequence[NearPlace],
    covered: BaseGeometry | None,
) -> Places | None:
    """Return the places of one class that restrict a perimeter; None where no layer says anything.

    Parameters
    ----------
    near : places of the class that may lie within its distance.
    covered : the ground that its layers speak of, in degrees; None where none does.
    """
    counting = [place for place in near if restricted.code != DEFENCE or place.marked is not False]
    met = _met(restricted, rule, perimeter, counting)
    sure = all(restricted.code != DEFENCE or place.marked for place, _ in met)
    whole = covered is not None and covered.covers(enlarged(perimeter, float(rule.distance_m)))
    found = tuple(fact for place, fact in met if restricted.code != DEFENCE or place.marked)
    if covered is None and not met:
        return None
    return Places(found, covered=whole and sure)


def _met(
    restricted: RestrictedClass,
    rule: DistanceRule,
    perimeter: Perimeter,
    places: Sequence[NearPlace],
) -> list[tuple[NearPlace, Met]]:
    concerned = (_nearer if rule.distance_m else _sharing)(rule, perimeter, places)
    grounds = _Grounds(perimeter)
    return [
        (place, _fact(restricted, place, metres, grounds.of(cells)))
        for place, metres, cells in concerned
    ]


def _sharing(
    _rule: DistanceRule, perimeter: Perimeter, places: Sequence[NearPlace]
) -> Iterator[Concerned]:
    """Yield the places that share ground with the perimeter, with the carrés that do."""
    for place in places:
        cells = cells_sharing(perimeter, place.geometry, place.area_deg2)
        if len(cells):
            yield place, millimetres(0), cells


def _nearer(
    rule: DistanceRule, perimeter: Perimeter, places: Sequence[NearPlace]
) -> Iterator[Concerned]:
    """Yield the places on the restricted side of the limit, with the carrés that are.

    At the very limit ``below`` is outside; ``at_most`` and ``unsure`` are reported, and the law
    says what follows.
    """
    limit_mm = int(rule.distance_m * 1000)
    pairs = distances(perimeter, [place.geometry for place in places], float(rule.distance_m) + 1)
    rounded = np.rint(pairs.metres * 1000)
    hit = rounded < limit_mm if rule.limit is Limit.BELOW else rounded <= limit_mm
    place, cell, metres = pairs.place[hit], pairs.cell[hit], pairs.metres[hit]
    order = np.lexsort((cell, place))
    starts = np.flatnonzero(np.diff(place[order], prepend=-1))
    for some in np.split(order, starts[1:]) if len(order) else []:
        yield places[int(place[some[0]])], millimetres(float(metres[some].min())), cell[some]


class _Grounds:
    """Parts of one perimeter by the indices of their carrés; equal parts are made once."""

    def __init__(self, perimeter: Perimeter) -> None:
        self._cells = perimeter.cells()
        self._grid = perimeter.grid
        self._made: dict[bytes, Perimeter] = {}

    def of(self, indices: Indices) -> Perimeter:
        key = indices.tobytes()
        if key not in self._made:
            self._made[key] = Perimeter.from_cells(self._cells[indices], self._grid)
        return self._made[key]


def _fact(restricted: RestrictedClass, place: NearPlace, metres: Decimal, cells: Perimeter) -> Met:
    """Return the fact for the law; of a layer that is not public it names the class only."""
    if not place.public:
        return Met(restricted.name.fr, metres, cells, public=False)
    return Met(place.name or f"{restricted.name.fr} n° {place.id}", metres, cells)
