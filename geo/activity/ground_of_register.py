"""Ground as the register tells it: over time to the cadastre, of today to everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from geo.activity.ground import Coverage, Ground, GroundRole, Plot
from geo.activity.ground_of_file import on_nodes, protected_classes, role_of
from geo.geometry import comparable
from geo.grid import DRC
from geo.law import Law
from geo.periods import Period
from geo.register.ground_history import (
    AreaThen,
    GroundHistory,
    GroundThen,
    Window,
    ground_history,
    published_ground,
)

_CLAIMED = "claimed"


def ground_of_register(
    connection: Connection, law: Law, revision: int, window: Window | None = None
) -> Ground:
    """Return all ground over time as known in a revision; needs the role of the cadastre."""
    found = ground_history(connection, revision, window)
    ground = _ground(found, law)
    return replace(ground, complete_from=found.begun, revision=revision)


def ground_published(
    connection: Connection, law: Law, today: date, window: Window | None = None
) -> Ground:
    """Return the ground that everybody may see: that of today, with public names alone."""
    return replace(_ground(published_ground(connection, window), law), only_on=today)


def _ground(found: GroundHistory, law: Law) -> Ground:
    plots = [plot for ground in found.grounds for plot in _plots(ground, law)]
    return Ground(
        plots=[*plots, *(_area(area) for area in found.areas)],
        coverage=[
            Coverage(one.class_, comparable(one.geometry), Period(one.since, one.until))
            for one in found.coverage
        ],
        protected_classes=protected_classes(law),
    )


def _plots(ground: GroundThen, law: Law) -> Iterator[Plot]:
    """Return the plot of a ground; of an agreement one before, one in and one after its days.

    Outside its days an agreement is a further fact: the permit in which it lies decides.
    """
    plot = _plot(ground, law)
    if ground.starts_on is None or plot.role is not GroundRole.ALLOCATION:
        yield from _given_to_egc(plot, ground)
        return
    inside = plot.during.common(Period(ground.starts_on, ground.ends_on))
    if inside is not None:
        yield replace(plot, during=inside)
    after = plot.during.common(Period(ground.ends_on, None)) if ground.ends_on else None
    if after is not None:
        yield replace(plot, during=after, role=GroundRole.PORTION, notes=("agreement_over",))


def _given_to_egc(plot: Plot, ground: GroundThen) -> Iterator[Plot]:
    """Return the plot, as an allocation while its title is kept as ground where EGC acts."""
    if not ground.egc or plot.role is not GroundRole.PERMIT:
        yield plot
        return
    if ground.egc_since is not None:
        before = plot.during.common(Period(None, ground.egc_since))
        if before is not None:
            yield replace(plot, during=before)
    since = plot.during.common(Period(ground.egc_since, None))
    if since is not None:
        yield replace(plot, during=since, role=GroundRole.ALLOCATION, notes=("egc_ground",))


def _plot(ground: GroundThen, law: Law) -> Plot:
    geometry = on_nodes(ground.geometry) if ground.on_lattice else comparable(ground.geometry)
    return Plot(
        role=role_of(ground.kind, ground.standing == _CLAIMED, law),
        ref=f"title {ground.title_id}",
        title_id=ground.title_id,
        code=ground.code or "",
        kind=ground.kind,
        geometry=geometry,
        during=Period(ground.since, ground.until),
        holder=ground.holders,
        area_ha=DRC.legal_area_ha(ground.cells) if ground.on_lattice else None,
        state=ground.state,
        granted_on=ground.granted_on,
        expires_on=ground.expires_on,
        since_stated=ground.since_stated,
        host_title_id=ground.host_title_id,
    )


def _area(area: AreaThen) -> Plot:
    return Plot(
        role=GroundRole.PROTECTED if area.effect == "block" else GroundRole.HOLD,
        ref=f"area {area.id}",
        title_id=None,
        code=area.name or "",
        kind=area.class_,
        geometry=comparable(area.geometry),
        during=Period(area.since, area.until),
    )
