"""Which places an inspector looks at first, and why: a list ranked by reasons, never by a score.

The order is that of :class:`Reason`; within a reason the most probable come first, then the largest
patches, then the latest seen. What is not stated comes last, and is never taken as nought.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from geo.activity.placed import PlaceCode, Placed, RightMet
from geo.errors import InputError


class Reason(StrEnum):
    """Why a place is on the list, the first to look at first; the value is its name on the wire."""

    PROTECTED = "protected"
    """It lies, or may lie, in a protected or closed area."""
    SUSPENDED_AREA = "suspended_area"
    """It lies in an artisanal area that is suspended."""
    PERMIT_NO_ALLOCATION = "permit_no_allocation"
    """It lies, or may lie, in a title without artisanal allocation."""
    NEAR_EDGE = "near_edge"
    """It reaches over a boundary: which side it is on is to be seen on the ground."""
    PROTECTION_UNKNOWN = "protection_unknown"
    """It lies outside titles and zones, and nobody knows whether the ground is protected."""


_ORDER = list(Reason)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to list; None leaves out nothing.

    ``kind`` and ``code`` are those of a right met. Where a source states no patch or no day, the
    place is left out by ``min_patch_ha`` or ``max_age_days``, and counted.
    """

    province: str | None = None
    place: PlaceCode | None = None
    kind: str | None = None
    code: str | None = None
    title_id: int | None = None
    min_patch_ha: float | None = None
    max_age_days: int | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A place on the list, and why; ``reasons`` is empty where none is known."""

    placed: Placed
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The places that fit, ranked; and how many could not be asked for want of a fact."""

    items: tuple[Listed, ...]
    patch_not_stated: int
    day_not_stated: int


def ranked(places: Iterable[Placed], wanted: Wanted) -> Ranking:
    """Return the places that fit, those with the gravest reason first.

    Raises
    ------
    InputError : a limit is below nought.
    """
    for limit in (wanted.min_patch_ha, wanted.max_age_days):
        if limit is not None and limit < 0:
            raise InputError(f"{limit} is below 0. Give hectares or days from 0 on.")
    fit = [one for one in places if _fits(one, wanted)]
    patch, day = wanted.min_patch_ha is not None, wanted.max_age_days is not None
    kept = [one for one in fit if _is_large(one, wanted) and _is_late(one, wanted)]
    items = sorted((Listed(one, reasons_of(one)) for one in kept), key=_rank)
    return Ranking(
        items=tuple(items),
        patch_not_stated=sum(patch and one.observation.patch_ha is None for one in fit),
        day_not_stated=sum(day and one.visit_age_days is None for one in fit),
    )


def reasons_of(placed: Placed) -> tuple[Reason, ...]:
    """Return why a place is worth a look, the gravest first."""
    codes = {code for side in placed.sides for code in (side.code, *side.also)}
    asm = (PlaceCode.INSIDE_ZONE, PlaceCode.INSIDE_ALLOCATION)
    suspended = any(
        right.state == "suspended"
        for side in placed.sides
        if side.code in asm
        for right in side.rights[:1]
    )
    holds = {
        Reason.PROTECTED: PlaceCode.INSIDE_PROTECTED in codes,
        Reason.SUSPENDED_AREA: suspended,
        Reason.PERMIT_NO_ALLOCATION: PlaceCode.INSIDE_PERMIT_NO_ALLOCATION in codes,
        Reason.NEAR_EDGE: placed.code is PlaceCode.NEAR_EDGE,
        Reason.PROTECTION_UNKNOWN: PlaceCode.ON_FREE_GROUND in codes
        and bool(placed.protection_unknown),
    }
    return tuple(reason for reason in Reason if holds[reason])


def _fits(placed: Placed, wanted: Wanted) -> bool:
    rights: Sequence[RightMet] = placed.rights
    if wanted.province is not None and placed.province != wanted.province:
        return False
    if wanted.place is not None and wanted.place not in (
        placed.code,
        *(code for side in placed.sides for code in (side.code, *side.also)),
    ):
        return False
    if wanted.title_id is not None:
        rights = [right for right in rights if right.title_id == wanted.title_id]
    if wanted.kind is not None:
        rights = [right for right in rights if right.kind.upper() == wanted.kind.upper()]
    if wanted.code is not None:
        rights = [right for right in rights if right.code == wanted.code]
    asked = (wanted.title_id, wanted.kind, wanted.code)
    return bool(rights) or all(value is None for value in asked)


def _is_large(placed: Placed, wanted: Wanted) -> bool:
    patch = placed.observation.patch_ha
    return wanted.min_patch_ha is None or (patch is not None and patch >= wanted.min_patch_ha)


def _is_late(placed: Placed, wanted: Wanted) -> bool:
    age = placed.visit_age_days
    return wanted.max_age_days is None or (age is not None and age <= wanted.max_age_days)


def _rank(listed: Listed) -> tuple[float, ...]:
    placed = listed.placed
    first = _ORDER.index(listed.reasons[0]) if listed.reasons else len(_ORDER)
    patch, age = placed.observation.patch_ha, placed.visit_age_days
    return (
        first,
        -_probability(listed),
        -patch if patch is not None else 1.0,
        age if age is not None else float("inf"),
        placed.observation.id or 0,
    )


def _probability(listed: Listed) -> float:
    """Return the share of the sides of which the first reason is true."""
    if not listed.reasons:
        return 0.0
    code = {
        Reason.PROTECTED: PlaceCode.INSIDE_PROTECTED,
        Reason.PERMIT_NO_ALLOCATION: PlaceCode.INSIDE_PERMIT_NO_ALLOCATION,
        Reason.PROTECTION_UNKNOWN: PlaceCode.ON_FREE_GROUND,
    }.get(listed.reasons[0])
    sides = listed.placed.sides
    return sum(s.probability for s in sides if code is None or code in (s.code, *s.also))
