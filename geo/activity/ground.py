"""The ground that activity lies on: rights, zones, allocations, protected areas, over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from geo.periods import Period


class GroundRole(StrEnum):
    """What a piece of ground means for the legal place of an activity."""

    ZONE = "zone"
    """Zone d'exploitation artisanale (ZEA)."""
    ALLOCATION = "allocation"
    """Allocation by agreement with EGC (route B), or ground leased or transferred to EGC."""
    PROTECTED = "protected"
    """Restricted ground of effect block: park, protected area, forbidden or reserve zone."""
    PERMIT = "permit"
    """A mining or quarry right, lease included."""
    PORTION = "portion"
    """Portion or work area of a cooperative: a further fact."""
    HOLD = "hold"
    """Ground kept for research (ZRG) or banned around works: a further fact, not protected."""
    CLAIM = "claim"
    """Asked for by an application: a further fact."""


DECIDING = (GroundRole.ZONE, GroundRole.ALLOCATION, GroundRole.PROTECTED, GroundRole.PERMIT)
"""The roles that make a legal place, in the order in which they name it."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A piece of ground as one right, zone or area has it over some days.

    Parameters
    ----------
    during : days on which it is so (held and in force), as known.
    geometry : (Multi)Polygon in longitude and latitude; the exact outline of the carrés where it
        lies on the lattice.
    holder : as the asker may see it.
    area_ha : legal area; None off the lattice and for restricted areas.
    """

    role: GroundRole
    ref: str
    title_id: int | None
    code: str
    kind: str
    geometry: BaseGeometry
    during: Period
    holder: str | None = None
    area_ha: Decimal | None = None
    state: str | None = None
    granted_on: date | None = None
    expires_on: date | None = None
    since_stated: bool = True
    host_title_id: int | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """Ground of which a layer of protected areas speaks, over some days."""

    class_: str
    geometry: BaseGeometry
    during: Period


@dataclass(frozen=True, slots=True)
class Ground:
    """All ground that the asker may see, over time as known in one revision.

    Parameters
    ----------
    coverage : what the layers of protected classes cover; a class that covers nothing is unknown
        there, never free.
    protected_classes : classes of effect block in force.
    only_on : the one day of which it speaks (public views); None: every day.
    revision : as known in it; None for ground read from a file.
    """

    plots: Sequence[Plot]
    coverage: Sequence[Coverage] = ()
    protected_classes: tuple[str, ...] = ()
    only_on: date | None = None
    revision: int | None = None
    notes: tuple[str, ...] = field(default=())
