"""What the writer is asked to do: facts about a title, and the act that a change rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

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
