"""What two versions of a title say when they are compared: granted, changed, passed on, released.

Pure: no database. ``Ground`` is what a title holds, asks for or restricts from some revision on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.casework.watching.events import EventKind, NewEvent
from geo.perimeter import Perimeter

OPENED = {
    "right": EventKind.GRANT,
    "zone": EventKind.ZONE,
    "allocation": EventKind.ALLOCATION,
    "attribution": EventKind.ATTRIBUTION,
    "restricted": EventKind.RESTRICTED_AREA,
}
"""Class of ground → the kind of event that its beginning is."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Ground of a title as believed from one revision on; geometry in EPSG:4326."""

    kind: str
    klass: str
    perimeter: Perimeter
    on_lattice: bool
    geometry: BaseGeometry

    def same_as(self, other: Ground) -> bool:
        """Whether the ground itself is the same; its kind may differ."""
        if self.on_lattice and other.on_lattice:
            return self.perimeter == other.perimeter
        return bool(shapely.equals(self.geometry, other.geometry))


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a version of a title says besides its ground."""

    code: str | None
    kind: str
    state: str
    minerals: tuple[str, ...]
    holders: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A title before and after one revision; None: it had no such ground or version.

    ``held`` and ``claimed`` are pairs (before, after); ``host`` is the title in whose ground it
    lies.
    """

    revision: int
    title_id: int
    held: tuple[Ground | None, Ground | None]
    claimed: tuple[Ground | None, Ground | None]
    restricted: tuple[Ground | None, Ground | None]
    attributes: tuple[Attributes | None, Attributes | None]
    host: int | None = None


def events_of(change: Change) -> list[NewEvent]:
    """Return what happened to a title in one revision, each thing once.

    A state that follows from the ground (an application granted, a title released) is told with
    it and makes no event of its own.
    """
    found = [*_of_ground(change, change.held), *_of_ground(change, change.restricted)]
    if not found:
        found += _of_claim(change)
    return [*found, *_of_attributes(change, {event.kind for event in found})]


def _of_ground(change: Change, pair: tuple[Ground | None, Ground | None]) -> Iterator[NewEvent]:
    before, after = pair
    if before is None and after is not None:
        yield _event(change, OPENED[after.klass], after, change="opened")
    elif after is None and before is not None:
        kind = OPENED[before.klass]
        ended = EventKind.RELEASE if kind is EventKind.GRANT else kind
        yield _event(change, ended, before, change="closed")
    elif before is not None and after is not None:
        if not before.same_as(after):
            yield _moved(change, before, after)
        elif before.kind != after.kind:
            yield _event(change, OPENED[after.klass], after, change="transformed", was=before.kind)


def _of_claim(change: Change) -> Iterator[NewEvent]:
    before, after = change.claimed
    if after is not None and (before is None or not before.same_as(after)):
        word = "opened" if before is None else "changed"
        yield _event(change, EventKind.APPLICATION, after, change=word)
    elif before is not None and after is None:
        yield _event(change, EventKind.APPLICATION, before, change="closed")


def _of_attributes(change: Change, told: set[EventKind]) -> Iterator[NewEvent]:
    before, after = change.attributes
    ground = change.held[1] or change.held[0] or change.claimed[1] or change.restricted[1]
    if before is None or after is None or ground is None:
        return
    if before.holders != after.holders:
        parties = (*after.holders, *(one for one in before.holders if one not in after.holders))
        yield _event(
            change, EventKind.TRANSFER, ground, parties, now=len(after.holders), change="changed"
        )
    if before.state != after.state and not told - {EventKind.BOUNDARY}:
        yield _event(change, EventKind.STATE, ground, change="changed", was=before.state)


def _moved(change: Change, before: Ground, after: Ground) -> NewEvent:
    """Return the change of a boundary; its ground is what was gained and what was lost."""
    facts: dict[str, Any] = {"change": "changed", "cells_before": before.perimeter.count}
    if before.on_lattice and after.on_lattice:
        gained, lost = after.perimeter - before.perimeter, before.perimeter - after.perimeter
        facts |= {"cells_gained": gained.count, "cells_lost": lost.count}
        moved = Ground(after.kind, after.klass, gained | lost, True, (gained | lost).outline())
    else:
        parts = shapely.symmetric_difference(before.geometry, after.geometry)
        moved = Ground(after.kind, after.klass, Perimeter.empty(), False, parts)
    whole = after.perimeter.count
    return _event(change, EventKind.BOUNDARY, moved, **facts, cells_after=whole)


def _event(
    change: Change,
    kind: EventKind,
    ground: Ground,
    parties: Sequence[int] | None = None,
    /,
    **facts: Any,
) -> NewEvent:
    said = change.attributes[1] or change.attributes[0]
    if said is not None:
        facts |= {"code": said.code, "state": said.state, "minerals": list(said.minerals)}
    facts["right"] = ground.kind
    if ground.perimeter and kind is not EventKind.BOUNDARY:
        facts["cells"] = ground.perimeter.count
        facts["legal_area_ha"] = str(ground.perimeter.legal_area_ha)
    return NewEvent(
        revision=change.revision,
        kind=kind,
        subject=f"title:{change.title_id}",
        title_id=change.title_id,
        host_title_id=change.host,
        party_ids=(said.holders if said else ()) if parties is None else parties,
        facts=facts,
        cells=ground.perimeter if ground.on_lattice else None,
        geometry=ground.geometry,
    )
