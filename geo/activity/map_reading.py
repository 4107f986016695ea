"""Reading what a map with a time slider shows: activity by month, ground, and what was surveyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, text

from geo.activity.expansion import RINGS_M
from geo.activity.expansion_reading import checked_steps, subject_of_title
from geo.activity.ground import GroundRole, Plot
from geo.activity.ground_of_register import ground_of_register, ground_published
from geo.activity.looks import dated_within, ground_looked_at
from geo.activity.records import Observation
from geo.activity.rings import reaching
from geo.geometry import polygonal
from geo.law.values import Law
from geo.periods import Period
from geo.register.activity.reader import ActivityReader
from geo.register.reader import Reader

SHOWN = (GroundRole.ZONE, GroundRole.ALLOCATION, GroundRole.PERMIT, GroundRole.PROTECTED)


@dataclass(frozen=True, slots=True)
class MapGiven:
    """What the map shows.

    Parameters
    ----------
    by_step : observations of each month.
    looked : ground looked at in each month, empty where nobody did.
    unplaced : observations that state no day, or days wider than a month: in no month.
    plots : areas, permits and protected ground, as they stood on ``on``.
    """

    on: date
    steps: tuple[Period, ...]
    by_step: tuple[tuple[Observation, ...], ...]
    looked: tuple[BaseGeometry, ...]
    unplaced: tuple[Observation, ...]
    undated: int
    wider: int
    sources: tuple[str, ...]
    plots: tuple[Plot, ...]

    @property
    def seen(self) -> tuple[Observation, ...]:
        """All observations that the map shows."""
        return tuple(one for step in self.by_step for one in step) + self.unplaced


def read_map(
    connection: Connection,
    law: Law,
    start: date,
    end: date,
    *,
    title: int | None = None,
    public: bool,
) -> MapGiven:
    """Return what a map shows: of one title with 10 km around it, or of everywhere.

    To the public: public sources, and the ground of today.

    Raises
    ------
    InputError : the days are in the wrong order, or too many.
    NotFound : there is no such title.
    """
    steps = checked_steps(start, end)
    ground, window = None, None
    if title is not None:
        ground = reaching(subject_of_title(connection, title).ground, max(RINGS_M))
        window = ground.bounds
    reader = ActivityReader(connection, public=public)
    observations = reader.observations(inside=ground)
    surveys = reader.surveys()
    by_step, undated, wider = dated_within(observations, steps)
    placed = {id(one) for step in by_step for one in step}
    whole = Period(steps[0].start, steps[-1].end)
    unplaced = [
        one
        for one in observations
        if id(one) not in placed and (one.during is None or one.during.overlaps(whole))
    ]
    looked = [
        polygonal(shapely.union_all(list(ground_looked_at(surveys, step).values())))
        for step in steps
    ]
    on, plots = _plots(connection, law, end, window, public=public)
    return MapGiven(
        on=on,
        steps=steps,
        by_step=by_step,
        looked=tuple(looked),
        unplaced=tuple(unplaced),
        undated=undated,
        wider=wider,
        sources=tuple(sorted({one.source for one in observations} | {s.source for s in surveys})),
        plots=plots,
    )


def _plots(
    connection: Connection,
    law: Law,
    end: date,
    window: tuple[float, float, float, float] | None,
    *,
    public: bool,
) -> tuple[date, tuple[Plot, ...]]:
    """Return the day of the ground shown, and its plots: for the public today's."""
    if public:
        on = date.fromisoformat(str(connection.scalar(text("select published.today()"))))
        found = ground_published(connection, law, on, window)
    else:
        on = end
        found = ground_of_register(connection, law, Reader(connection).revision(), window)
    kept = [plot for plot in found.plots if plot.role in SHOWN and on in plot.during]
    return on, tuple(kept)
