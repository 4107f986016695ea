"""The ground that activity lies on: rights, zones, allocations, protected areas, over time.

Each piece of ground is a :class:`Plot`, over the days on which it is so. What a plot means for the
legal place of an activity is its role. Ground read from a register or from a file: see
:mod:`geo.activity.ground_of_register` and :mod:`geo.activity.ground_of_file`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import InputError
from geo.geometry import Geometries
from geo.periods import Period


class GroundRole(StrEnum):
    """What a piece of ground means for the legal place of an activity."""

    ZONE = "zone"
    """Zone d'exploitation artisanale (ZEA)."""
    ALLOCATION = "allocation"
    """Allocation by agreement with EGC (route B), or ground that its holder gave over to EGC."""
    PROTECTED = "protected"
    """Restricted ground of effect block: park, protected area, forbidden or reserve zone."""
    PERMIT = "permit"
    """A mining or quarry right, leases included."""
    PORTION = "portion"
    """Portion or work area of a cooperative: a further fact."""
    HOLD = "hold"
    """Ground kept for research (ZRG) or banned around works: a further fact, not protected."""
    CLAIM = "claim"
    """Asked for by an application: a further fact."""


DECIDING = (GroundRole.ZONE, GroundRole.ALLOCATION, GroundRole.PROTECTED, GroundRole.PERMIT)
"""The roles that make a legal place, in the order in which they name it (docs/decisions/0029)."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A piece of ground as one right, zone or area has it over some days.

    Parameters
    ----------
    ref : identity over all its versions: ``title 12``, ``area 7``, ``row 31`` of a file.
    during : days on which it is so (held and in force), as known.
    geometry : valid (Multi)Polygon in longitude and latitude; the exact outline of the carrés where
        it lies on the lattice.
    holder : as the asker may see it.
    area_ha : legal area; None off the lattice and for restricted areas.
    since_stated : False where nobody states since when: ``during`` then begins with what is known.
    notes : keys of :mod:`geo.activity.words`.
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


@dataclass(frozen=True)
class Ground:
    """All ground that the asker may see, over time as known in one revision.

    Parameters
    ----------
    coverage : what the layers of protected classes cover; where a class covers nothing it is
        unknown, never free.
    protected_classes : classes of effect block, by their names in the law data.
    only_on : the one day of which it speaks (public views); None: every day.
    complete_from : first day of which it tells everything; None: no day but ``only_on``.
    revision : as known in it; None for ground read from a file.
    """

    plots: Sequence[Plot]
    coverage: Sequence[Coverage] = ()
    protected_classes: tuple[str, ...] = ()
    only_on: date | None = None
    complete_from: date | None = None
    revision: int | None = None

    def require_day(self, on: date) -> None:
        """Refuse a day of which this ground does not speak.

        Raises
        ------
        InputError : it is another day than the one of the public views.
        """
        if self.only_on is not None and on != self.only_on:
            raise InputError(
                f"the public register speaks of {self.only_on.isoformat()} alone, not of "
                f"{on.isoformat()}. Ask the cadastre for another day."
            )

    def tells_of(self, day: date) -> bool:
        """Whether everything that stood on a day is known."""
        if day == self.only_on:
            return True
        return self.complete_from is not None and day >= self.complete_from

    @cached_property
    def _shapes(self) -> tuple[Geometries, list[list[int]]]:
        """Return each different geometry once, and the plots that have it."""
        numbers: dict[tuple[bool, bytes], int] = {}
        geometries: list[BaseGeometry] = []
        plots: list[list[int]] = []
        outlines = np.array([plot.geometry for plot in self.plots], dtype=object)
        for index, wkb in enumerate(np.atleast_1d(shapely.to_wkb(outlines)).tolist()):
            key = (self.plots[index].role in DECIDING, wkb)
            if key not in numbers:
                numbers[key] = len(geometries)
                geometries.append(outlines[index])
                plots.append([])
            plots[numbers[key]].append(index)
        found = np.empty(len(geometries), dtype=object)
        found[:] = geometries
        return found, plots

    @property
    def shapes(self) -> Geometries:
        """The different geometries of the plots, (m,) in longitude and latitude."""
        return self._shapes[0]

    @property
    def plots_of_shape(self) -> list[list[int]]:
        """For each shape the indices of its plots."""
        return self._shapes[1]

    @cached_property
    def cutting(self) -> npt.NDArray[np.bool_]:
        """For each shape whether its boundary parts legal places, (m,)."""
        firsts = [plots[0] for plots in self.plots_of_shape]
        return np.array([self.plots[first].role in DECIDING for first in firsts], dtype=bool)

    def shapes_on(self, day: date, roles: Sequence[GroundRole]) -> dict[int, int]:
        """Return for each shape that has such a plot on a day that plot, the first of them."""
        found: dict[int, int] = {}
        for shape, plots in enumerate(self.plots_of_shape):
            for index in plots:
                plot = self.plots[index]
                if plot.role in roles and day in plot.during:
                    found[shape] = index
                    break
        return found

    def protection_unknown(self, geometries: Geometries, day: date) -> list[tuple[str, ...]]:
        """Return for each geometry the protected classes of which no layer speaks there."""
        unknown: list[list[str]] = [[] for _ in geometries]
        for name in self.protected_classes:
            covers = [c.geometry for c in self.coverage if c.class_ == name and day in c.during]
            whole = shapely.union_all(covers) if covers else shapely.MultiPolygon()
            shapely.prepare(whole)
            for index in np.flatnonzero(~shapely.covers(whole, geometries)).tolist():
                unknown[index].append(name)
        return [tuple(names) for names in unknown]
