"""Which files a filing on paper, entered late, comes before: those open, and those decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from geo.casework.work import CaseFile, Version
from geo.grid import DRC
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, UnitOfWork

_LATER = text(
    "select f.number, f.filed_at, s.final, v.runs from casework.case_file f "
    "join lateral (select runs from casework.case_version v where v.file_id = f.id "
    "order by number desc limit 1) v on v.runs is not null "
    "join casework.machine_state s on s.machine = f.machine and s.state = f.state "
    "where f.filed_at > :received and f.id <> :file "
    "and f.machine in ('title', 'zone', 'allocation') and f.subject <> 'renewal' "
    "and f.state not in ('withdrawn', 'dropped') "
    "and (f.subject <> 'taken_over' or not exists (select from register.title_version t "
    "where t.title_id = f.title_id and upper_inf(t.known) and t.filed_on < "
    "(cast(:received as timestamptz) at time zone 'Africa/Kinshasa')::date)) "
    "order by f.filed_at"
)


@dataclass(frozen=True, slots=True)
class Displaced:
    """A file that would lose its rank on some carrés; ``decided``: it was closed already."""

    number: str
    filed_at: datetime
    shared: Perimeter
    decided: bool


def displaced_by(unit: UnitOfWork, file: CaseFile, version: Version) -> list[Displaced]:
    """Return the files filed after a paper was received that ask for ground of it too.

    Whoever confirms a filing on paper sees them first (Code minier art. 33 and 34: first come,
    first served). Of a file that was decided meanwhile nothing is undone: it is named, because it
    was decided without the earlier one.
    """
    if file.paper_received_at is None or not version.perimeter:
        return []
    with unit.acting_as(CADASTRE):
        asked = {"received": file.paper_received_at, "file": file.id}
        rows = unit.connection.execute(_LATER, asked).all()
    found = []
    for row in rows:
        shared = Perimeter.from_runs(row.runs, DRC) & version.perimeter
        if shared:
            found.append(Displaced(row.number, row.filed_at, shared, row.final))
    return found
