"""What the writer is asked to do: facts about a title, and the act that a change rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from geo.perimeter import Perimeter
from geo.sources.rows import Holder, Procedure, RightRow, State

ActKind = Literal[
    "grant",
    "institution",
    "expiry_confirmed",
    "relinquishment",
    "forfeiture",
    "closure",
    "transfer",
    "transformation",
    "correction",
    "extract_approved",
    "renewal",
    "withdrawal",
    "rejection",
    "agreement",
    "attribution",
    "end_of_allocation",
    "lease",
    "end_of_lease",
    "suspension",
    "lifting",
    "force_majeure",
    "end_of_force_majeure",
    "consent_withdrawn",
    "breach",
    "appeal_upheld",
]


@dataclass(frozen=True, slots=True)
class ActOrder:
    """An act (arrêté, décision): its kind, its reference as printed on it, and its day."""

    kind: ActKind
    reference: str
    on_day: date
    note: str | None = None


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """Attributes of a title as they stand from a day on."""

    code: str | None
    kind: str
    state: State
    procedure: Procedure = Procedure.NONE
    part: str | None = None
    kind_raw: str | None = None
    status_raw: str | None = None
    holders: tuple[Holder, ...] = ()
    holders_raw: str | None = None
    minerals: tuple[str, ...] = ()
    minerals_raw: str | None = None
    filed_on: date | None = None
    granted_on: date | None = None
    expires_on: date | None = None
    declared_cells: int | None = None
    declared_area_ha: Decimal | None = None
    flags: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class AllocationOrder:
    """An agreement of a holder with EGC on part of its title (route B, Décret 25/05).

    The ground is encumbered from ``starts_on``, or from the day of the act where that is later,
    until an end is recorded: not by itself on ``ends_on``.

    Parameters
    ----------
    holders : parties of the agreement, EGC first.
    minerals : the substances that it is about.
    """

    code: str | None
    host_title_id: int
    holders: tuple[Holder, ...]
    minerals: tuple[str, ...]
    agreement_reference: str
    agreement_on: date
    starts_on: date
    ends_on: date
    transfers_rights: Literal[False] = False


@dataclass(frozen=True, slots=True)
class AttributionOrder:
    """Ground of an artisanal area for one cooperative: a portion of a zone, a work area elsewhere.

    ``approval_reference`` is the cooperative's approval (agrément).
    """

    code: str | None
    area_title_id: int
    cooperative: str
    approval_reference: str
    approval_on: date | None = None
    minerals: tuple[str, ...] = ()
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ends:
    """What lies in a title ends together with an order about that title, on the same day."""

    title_id: int


@dataclass(frozen=True, slots=True)
class Keeps:
    """What lies in a title keeps only these carrés, from the day of an order about that title."""

    title_id: int
    perimeter: Perimeter


@dataclass(frozen=True, slots=True)
class Moves:
    """What lies in a title goes on in the title that an order makes of it (transformation)."""

    title_id: int


Together = Ends | Keeps | Moves
"""What becomes, in the same order, of something that lies in the title that the order is about."""


def facts_from_row(row: RightRow, kind: str, flags: tuple[str, ...]) -> TitleFacts:
    """Return the facts that a row of a register file states."""
    return TitleFacts(
        code=row.code,
        kind=kind,
        state=row.state,
        procedure=row.procedure,
        part=row.part,
        kind_raw=row.kind_raw,
        status_raw=row.status_raw,
        holders=row.holders,
        holders_raw=row.holders_raw,
        minerals=row.minerals,
        minerals_raw=row.minerals_raw,
        filed_on=row.filed_on,
        granted_on=row.granted_on,
        expires_on=row.expires_on,
        declared_cells=row.declared_cells,
        declared_area_ha=row.declared_area_ha,
        flags=flags,
    )
