"""What lies on the ground asked about: rights, applications, zones and restricted places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from shapely.geometry.base import BaseGeometry

from geo.law.case import Met
from geo.law.facts import RightFacts, Standing, standing_on
from geo.law.values import DistanceRule, Family, Law, RestrictedClass
from geo.perimeter import Perimeter
from geo.register.areas.near import NearPlace

INSIDE_OTHERS = frozenset({"ATE", "APE", "PORTION", "WORK_AREA"})
"""Leases and attributions lie inside a right that is met anyway, and hold nothing against it."""


@dataclass(frozen=True, slots=True)
class Right:
    """A right, application or zone that shares carrés with the ground asked about.

    Parameters
    ----------
    name : kind and code, or the number of the title where it has no code.
    title_id : None for a proposal under way, which is no title yet.
    facts : what the law is told of it.
    perimeter : its whole perimeter, beyond the ground asked about too.
    holder : names that the asker may see, None where there is none.
    minerals : as the register states them.
    """

    name: str
    title_id: int | None
    facts: RightFacts
    perimeter: Perimeter
    holder: str | None = None
    minerals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restriction:
    """A restricted place, and the carrés of the ground that lie on the restricted side of it."""

    restricted: RestrictedClass
    met: Met
    cells: Perimeter

    @property
    def name(self) -> str:
        """Name of the place; of one whose layer is not public, its class."""
        return self.met.name


Item = Right | Restriction


@dataclass(frozen=True, slots=True)
class GroundRead:
    """Everything that the asker may see of the ground on a day.

    Parameters
    ----------
    near : restricted places around the ground, by class; ``covered``: what their layers cover.
    public : whether published ground alone was read: there may be more that is not published.
    revision : of the register when it was read.
    """

    asked: Perimeter
    on: date
    rights: tuple[Right, ...]
    restrictions: tuple[Restriction, ...] = ()
    near: Mapping[str, Sequence[NearPlace]] = field(default_factory=lambda: MappingProxyType({}))
    covered: Mapping[str, BaseGeometry] = field(default_factory=lambda: MappingProxyType({}))
    rules: Mapping[str, DistanceRule] = field(default_factory=lambda: MappingProxyType({}))
    public: bool = False
    revision: int = 0

    @property
    def items(self) -> tuple[Item, ...]:
        """Rights first, then restrictions."""
        return (*self.rights, *self.restrictions)


def ground_of(item: Item) -> Perimeter:
    """Return the carrés of a right, or those that a place restricts."""
    return item.perimeter if isinstance(item, Right) else item.cells


def is_pending(right: Right, on: date, law: Law) -> bool:
    """Whether a right was only applied for on a day."""
    kind = law.kinds.get(str(right.facts.kind))
    is_area = kind is not None and kind.is_area
    waiting = (Standing.PENDING, Standing.FILING_UNKNOWN)
    return standing_on(on, right.facts, is_area=is_area) in waiting


def may_host(right: Right, on: date, law: Law) -> bool:
    """Whether ground could be asked for inside a right: a title or a quarry, not an application."""
    kind = law.kinds.get(str(right.facts.kind))
    return (
        kind is not None
        and kind.family in (Family.TITLE, Family.QUARRY)
        and right.title_id is not None
        and not is_pending(right, on, law)
    )


def boxes_meet(one: Perimeter, other: Perimeter, carres: int = 0) -> bool:
    """Whether the boxes of two perimeters lie within some carrés of each other; neither is empty.

    Cheap, and true wherever the perimeters themselves do.
    """
    west, south, east, north = one.bounds
    left, bottom, right, top = other.bounds
    return (
        west <= right + carres
        and east >= left - carres
        and south <= top + carres
        and north >= bottom - carres
    )
