"""What may happen on watched ground, and one event of it as the courier records it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from shapely.geometry.base import BaseGeometry

from geo.perimeter import Perimeter


class EventKind(StrEnum):
    """What happened; the value is its name on the wire and in the database."""

    APPLICATION = "application"
    NOTICE = "notice"
    GRANT = "grant"
    ZONE = "zone"
    ALLOCATION = "allocation"
    ATTRIBUTION = "attribution"
    BOUNDARY = "boundary"
    TRANSFER = "transfer"
    STATE = "state"
    RELEASE = "release"
    RESTRICTED_AREA = "restricted_area"
    ACTIVITY = "activity"
    ALERT = "alert"
    CONFLICT = "conflict"
    OBJECTION = "objection"


NOT_FOR_ALL = frozenset({EventKind.ALERT, EventKind.CONFLICT, EventKind.OBJECTION})
"""Kinds of which a public feed never tells: who may read of them is said by each event."""

READERS_OF_ACTIVITY = (
    *("mabele_cadastre", "mabele_supervisor", "mabele_admin", "mabele_egc"),
    *("mabele_inspector", "mabele_legal", "mabele_minister"),
)
"""Database roles that read what a source saw that is not public, alerts and conflict cases."""
READERS_OF_OBJECTIONS = (
    *("mabele_cadastre", "mabele_supervisor", "mabele_admin", "mabele_legal", "mabele_minister"),
)
"""Database roles that read objections; of their number nobody else learns either."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event before it is recorded.

    Parameters
    ----------
    subject : what it is about, as ``table:number``; with revision and kind it makes it one event.
    party_ids : whose names belong to it; the names are read when it is shown.
    facts : what everybody may read who may read the event.
    cells : carrés concerned; None where the ground lies off the lattice or is no set of carrés.
    geometry : ground concerned, in longitude and latitude (EPSG:4326); None where none is known.
    reach_m : radius in metres within which the true position of a point lies.
    roles : database roles that may read of it; None: everybody.
    parties : whose accounts may read of it besides.
    """

    revision: int
    kind: EventKind
    subject: str
    title_id: int | None = None
    host_title_id: int | None = None
    party_ids: Sequence[int] = ()
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    cells: Perimeter | None = None
    geometry: BaseGeometry | None = None
    reach_m: float | None = None
    roles: Sequence[str] | None = None
    parties: Sequence[int] | None = None

    @property
    def ground(self) -> BaseGeometry | None:
        """The ground concerned as a geometry, whichever way it was given."""
        if self.geometry is not None or not self.cells:
            return self.geometry
        return self.cells.outline()
