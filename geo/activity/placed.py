"""What is said of the legal place of an activity (:mod:`geo.activity.place` finds it)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from geo.activity.ground import GroundRole
from geo.activity.records import Observation
from geo.periods import Period


class PlaceCode(StrEnum):
    """What kind of legal place it is; the value is its name on the wire.

    Where several hold at one position, the first of this order is the place's code and the others
    stand in :attr:`Side.also`: a zone or an allocation stands by its act until another act ends it.
    ``near_edge``: it reaches over a boundary, every side is named. ``not_surveyed`` is said of
    ground and months that nobody looked at (:mod:`geo.activity.months`), never of what was seen.
    """

    INSIDE_ZONE = "inside_zone"
    INSIDE_ALLOCATION = "inside_allocation"
    INSIDE_PROTECTED = "inside_protected"
    INSIDE_PERMIT_NO_ALLOCATION = "inside_permit_no_allocation"
    ON_FREE_GROUND = "on_free_ground"
    NEAR_EDGE = "near_edge"
    NOT_SURVEYED = "not_surveyed"


class OnDay(StrEnum):
    """What is known of the activity itself on the day asked (its place in law is known anyway)."""

    SEEN = "seen"
    """The day lies within those on which it was seen."""
    LOOKED = "looked"
    """Its source looked at the place on that day, and does not report this activity for it."""
    NOT_SURVEYED = "not_surveyed"
    """Its source did not look at the place on that day."""
    NOT_STATED = "not_stated"
    """Neither the days on which it was seen nor those of the survey are stated."""


@dataclass(frozen=True, slots=True)
class RightMet:
    """A right, zone, allocation, protected area or claim that an activity meets, or lies near.

    Parameters
    ----------
    role : what the ground means for the place (zone, permit, claim …).
    title_id : None for an area of a restricted layer, and where a file has no register behind it.
    ref : identity that is never None: what tells two rights of one code apart.
    kind : PR, PE, ZEA …, or the class of a restricted layer.
    holder : as the asker may see it; None where it is withheld or not stated.
    area_ha : legal area (count of carrés); None off the lattice and for restricted areas.
    share_inside : part of the disc or of the outline that lies in it, 0 to 1; None for one nearby.
    distance_m : metres to it on the ellipsoid, 0 inside.
    edge_m : metres from a point to its boundary, from inside or outside; None for outlines.
    since, until : days on which it is this ground, half-open; None: not stated, or still.
    notes : keys of :mod:`geo.activity.words` (suspended, expiry day passed, lies in …).
    """

    role: GroundRole
    title_id: int | None
    ref: str
    code: str
    kind: str
    holder: str | None
    area_ha: Decimal | None
    share_inside: float | None
    distance_m: float
    edge_m: float | None = None
    state: str | None = None
    since: date | None = None
    until: date | None = None
    granted_on: date | None = None
    expires_on: date | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One legal place that the disc or outline reaches; probability is its share, 0 to 1.

    ``rights`` decide the code. ``also`` are further codes that hold on the same ground.
    """

    code: PlaceCode
    probability: float
    rights: tuple[RightMet, ...]
    also: tuple[PlaceCode, ...] = ()


@dataclass(frozen=True, slots=True)
class Stood:
    """The legal place over some of the days on which an activity was seen.

    Parameters
    ----------
    begun_unknown : rights on this ground of which nobody states since when; they may have stood.
    complete : whether the register tells of these days; what had ended before it began is not in
        it, and the public views hold nothing that has ended.
    """

    during: Period
    code: PlaceCode
    sides: tuple[Side, ...]
    begun_unknown: tuple[RightMet, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What is different on the day asked from when it was last seen.

    ``key`` : ``begun`` or ``ended``; ``day`` is the first day on which it is so.
    """

    key: str
    day: date | None
    right: RightMet


@dataclass(frozen=True, slots=True)
class Placed:
    """An observation with its legal place on a day, and on the days when it was seen.

    Parameters
    ----------
    on : the day asked.
    code : the place; NEAR_EDGE where ``sides`` are several.
    sides : the most probable first; their probabilities sum to 1 within the tolerance of slivers.
    rights : all that it meets on the day asked, with claims and further facts.
    nearest : the nearest zone or allocation, and the nearest permit, within 10 km.
    boundary_m : metres to the nearest boundary of a right, zone, allocation or protected area,
        where one lies within 10 km (0 where an outline crosses it); else None.
    uncertainty_stated : False where the source gives no radius: the place is that of the point.
    visit_age_days : days since it was last seen, on the day asked; None: not stated, or later.
    then : its place on the days when it was seen, a new item where the law of the ground changed;
        empty where the source states no day.
    changes : what began or ended on its ground between the last day it was seen and ``on``.
    protection_unknown : classes of protected ground of which no layer speaks here on that day.
    on_day : what is known of the activity itself on the day asked.
    """

    observation: Observation
    on: date
    code: PlaceCode
    sides: tuple[Side, ...]
    rights: tuple[RightMet, ...]
    nearest: tuple[RightMet, ...]
    boundary_m: float | None
    uncertainty_stated: bool
    visit_age_days: int | None
    province: str | None
    then: tuple[Stood, ...]
    changes: tuple[Change, ...]
    protection_unknown: tuple[str, ...]
    on_day: OnDay
