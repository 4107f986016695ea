"""Every artisanal area that a person may see, each in a line: state, ground, cooperatives, faults.

Which areas those are is the database's word (migration 0012): EGC those where it acts, a company
those in its titles, officials all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text

from geo.casework.office import legal_day
from geo.casework.operation.record import AreaState, Basis
from geo.register.connection import CADASTRE, UnitOfWork

_AREAS = text(
    """
    select a.area_title_id, a.basis, a.egc_acts, a.on_day, a.reference, life.to_state, life.at,
      (select count(*) from casework.operation_finding f where f.area_title_id = a.area_title_id
        and not exists (select from casework.operation_finding n where n.corrects = f.id)
        and not exists (select from casework.finding_closure c where c.finding_id = f.id))
        as findings
    from casework.asm_area a
    left join lateral (
      select l.to_state, l.at from casework.operation_life(a.area_title_id) l
      where l.to_state <> 'draft' order by l.revision desc limit 1) life on true
    where not exists (select from casework.asm_area n where n.corrects = a.id)
    """
)
_INCIDENTS = text(
    "select area_title_id, count(*) as incidents from casework.incident i "
    "where not exists (select from casework.incident n where n.corrects = i.id) "
    "group by area_title_id"
)
_TITLES = text(
    """
    select v.title_id, v.code, v.kind, v.expires_on, g.held_from,
      coalesce(g.cells, 0)::int as cells
    from register.title_version v
    left join lateral (
      select sum(p.cells) as cells, min(lower(p.held)) as held_from
      from register.perimeter_version p
      where p.title_id = v.title_id and upper_inf(p.known) and p.held @> cast(:on as date)) g
      on true
    where v.title_id = any(:titles) and upper_inf(v.known) and v.valid @> cast(:on as date)
    """
)
_COOPERATIVES = text(
    """
    select b.area_title_id, coalesce(p.public_name, case when :named then p.name end) as name
    from register.attribution b
    join register.title_version v on v.title_id = b.title_id and upper_inf(v.known)
      and v.valid @> cast(:on as date)
    join register.holding h on h.title_version_id = v.id
    join register.party p on p.id = h.party_id
    where b.area_title_id = any(:titles) and upper_inf(b.known)
      and b.valid @> cast(:on as date)
    order by b.area_title_id, name
    """
)


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An artisanal area in a list.

    Parameters
    ----------
    kept_on : the day from which it is kept as an artisanal area; ``reference`` says by what.
    state_since : the day of the last step of its operation; None before the first.
    held_from, ends_on : since when its title holds ground, and its nominal end, where stated.
    cells : carrés held on the day; 0 where it holds none.
    cooperatives : to whom ground in it is attributed; a name that is not public is left out for
        companies, and told as None.
    findings : how many stand. incidents : how many are recorded; None: not for this reader.
    """

    title_id: int
    code: str | None
    kind: str | None
    basis: Basis
    egc_acts: bool
    kept_on: date
    reference: str
    state: AreaState
    state_since: date | None
    cells: int
    held_from: date | None
    ends_on: date | None
    cooperatives: tuple[str | None, ...]
    findings: int
    incidents: int | None


def areas_seen(unit: UnitOfWork, on: date, *, official: bool) -> list[AreaLine]:
    """Return the areas that the reader may see, by code, as they stand on a day.

    Parameters
    ----------
    official : incidents and names that are not public are for officials and EGC, not companies.
    """
    rows = unit.connection.execute(_AREAS).all()
    incidents: Mapping[int, int] = {}
    if official:
        incidents = {r.area_title_id: r.incidents for r in unit.connection.execute(_INCIDENTS)}
    asked = {"titles": [row.area_title_id for row in rows], "on": on}
    with unit.acting_as(CADASTRE):
        titles = {row.title_id: row for row in unit.connection.execute(_TITLES, asked)}
        named = unit.connection.execute(_COOPERATIVES, {**asked, "named": official})
        inside = _by_area((row.area_title_id, row.name) for row in named)
    lines = []
    for row in rows:
        area, title = row.area_title_id, titles.get(row.area_title_id)
        lines.append(
            AreaLine(
                title_id=area,
                code=title.code if title else None,
                kind=title.kind if title else None,
                basis=Basis(row.basis),
                egc_acts=row.egc_acts,
                kept_on=row.on_day,
                reference=row.reference,
                state=AreaState(row.to_state) if row.to_state else AreaState.NOT_ASSESSED,
                state_since=_day(row.at),
                cells=title.cells if title else 0,
                held_from=title.held_from if title else None,
                ends_on=title.expires_on if title else None,
                cooperatives=tuple(inside.get(area, ())),
                findings=row.findings,
                incidents=incidents.get(area, 0) if official else None,
            )
        )
    return sorted(lines, key=lambda line: (line.code or "", line.title_id))


def _by_area(pairs: Iterable[tuple[int, str | None]]) -> dict[int, list[str | None]]:
    found: dict[int, list[str | None]] = {}
    for area, name in pairs:
        found.setdefault(area, []).append(name)
    return found


def _day(instant: datetime | None) -> date | None:
    return None if instant is None else legal_day(instant)
