"""Proposals of zones and allocations that are under way: they claim no ground in the register.

A proposal on the same carrés that was filed earlier goes first (Code minier art. 33 and 34).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import text

from geo.casework.office import legal_day
from geo.casework.work import CaseFile
from geo.grid import DRC
from geo.law.case import Neighbour
from geo.law.facts import RightFacts
from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork

PROPOSING = frozenset({"zone", "allocation"})

_UNDER_WAY = text(
    "select f.number, f.filed_at, f.party_id, v.runs, v.content ->> 'kind' as kind "
    "from casework.case_file f join casework.machine_state s "
    "on s.machine = f.machine and s.state = f.state "
    "join lateral (select runs, content from casework.case_version where file_id = f.id "
    "order by number desc limit 1) v on true "
    "where f.machine in ('zone', 'allocation') and f.id <> :file and f.filed_at is not null "
    "and f.title_id is null and not s.final and v.runs is not null "
    "and (f.filed_at at time zone 'Africa/Kinshasa')::date <= :day order by f.filed_at"
)


def pending_proposals(
    unit: UnitOfWork, file: CaseFile, perimeter: Perimeter, day: date
) -> Iterable[Neighbour]:
    """Return the other proposals under way that share a carré with a zone or allocation."""
    if file.machine not in PROPOSING:
        return
    rows = unit.connection.execute(_UNDER_WAY, {"file": file.id, "day": day})
    for row in rows:
        shared = Perimeter.from_runs(row.runs, DRC) & perimeter
        if shared:
            right = RightFacts(
                kind=row.kind,
                state="application",
                filed_on=legal_day(row.filed_at),
                filed_order=int(row.filed_at.timestamp() * 1_000_000),
                holders=frozenset()
                if row.party_id is None
                else frozenset({f"party {row.party_id}"}),
                code=row.number,
            )
            yield Neighbour(f"{row.kind} {row.number}", right, shared)
