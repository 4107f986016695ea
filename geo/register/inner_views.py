"""What the reader returns of ground in ground, and of all ground that meets a perimeter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from geo.perimeter import Perimeter
from geo.register.views import GroundView


@dataclass(frozen=True, slots=True)
class PartyView:
    """A party by its number and name, with its share where one is stated."""

    id: int
    name: str
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class InnerView:
    """A title that lies in another, as it stood on a day; ``act`` is the act's reference.

    ``ends_on`` is the nominal end; the ground ends by a recorded act only (``ground.held_to``).
    """

    title_id: int
    host_title_id: int
    code: str | None
    kind: str
    state: str
    minerals: tuple[str, ...]
    parties: tuple[PartyView, ...]
    ends_on: date | None
    act: str | None
    ground: GroundView


@dataclass(frozen=True, slots=True)
class AllocationView(InnerView):
    """An allocation by agreement with EGC."""

    agreement_reference: str
    agreement_on: date
    starts_on: date


@dataclass(frozen=True, slots=True)
class AttributionView(InnerView):
    """A portion or a work area; its one party is the cooperative."""

    approval_reference: str
    approval_on: date | None


@dataclass(frozen=True, slots=True)
class LeaseView(InnerView):
    """A lease (amodiation); its party is the lessee."""


@dataclass(frozen=True, slots=True)
class GroundMet:
    """Ground that shares carrés with a perimeter, and the title that it is of.

    ``shared`` is exact where the ground lies on the lattice; else it counts every carré that the
    polygon meets (``ground.on_lattice``, ``ground.geometry``). ``host_title_id`` is the title in
    which it lies, if any. ``opened_revision`` tells which of two titles filed on one day was
    recorded first. ``class_`` and ``effect`` are those of the kind.
    """

    ground: GroundView
    shared: Perimeter
    title_id: int
    code: str | None
    part: str | None
    kind: str | None
    class_: str
    effect: str | None
    state: str
    procedure: str
    minerals: tuple[str, ...]
    holders: tuple[PartyView, ...]
    filed_on: date | None
    granted_on: date | None
    expires_on: date | None
    flags: tuple[str, ...]
    opened_revision: int
    host_title_id: int | None
