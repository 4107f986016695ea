"""Known activity on and around ground, and what was looked at, as far as the asker may see it."""

from __future__ import annotations

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from geo.activity.records import Observation, Survey
from geo.errors import NotFound
from geo.perimeter import Perimeter
from geo.register.activity.reader import ActivityReader
from geo.register.areas.measure import reach_deg
from geo.register.connection import UnitOfWork
from geo.siting.facts import KNOWN_WITHIN_M


def activity_around(
    unit: UnitOfWork, ground: Perimeter, *, public: bool, as_known_on: int | None = None
) -> tuple[list[Observation], list[Survey]]:
    """Return what was seen on ground and within 20 km of its bounds, and every survey.

    Parameters
    ----------
    public : published sources alone, as known now.
    as_known_on : revision as of which; None: as known now.
    """
    if not ground:
        return [], []
    reader = ActivityReader(unit.connection, public=public)
    west, south, east, north = ground.outline().bounds
    across, upright = reach_deg(max(abs(south), abs(north)), KNOWN_WITHIN_M)
    window = shapely.box(west - across, south - upright, east + across, north + upright)
    return (
        reader.observations(inside=window, known=as_known_on),
        reader.surveys(known=as_known_on),
    )


def places_of_sites(unit: UnitOfWork, codes: Sequence[str], *, public: bool) -> list[BaseGeometry]:
    """Return every known position of sites, by their codes as the sources write them.

    Raises
    ------
    NotFound : no source that the asker may see has a site of that code.
    """
    reader = ActivityReader(unit.connection, public=public)
    found: list[BaseGeometry] = []
    for code in codes:
        seen = reader.observations(site=code)
        if not seen:
            raise NotFound(
                f"no source of activity has a site {code!r}. Ask around a point instead."
            )
        found.extend({shapely.to_wkb(one.geometry): one.geometry for one in seen}.values())
    return found
