"""Rewriting the belief about a period: old versions are closed, what they leave over goes on.

Everything is read and worked out first. Under the register lock every old version is closed, of all
titles concerned, before the first new one is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import shapely
from shapely import MultiLineString
from sqlalchemy import Row, text

from geo.errors import RegisterBusy
from geo.grid import DRC, Grid
from geo.perimeter import Perimeter
from geo.register.bonds import CLOSE_BONDS, write_bond_copies
from geo.register.connection import UnitOfWork
from geo.register.ground_rows import TABLE_OF, NewGround, write_grounds
from geo.register.grounds import Standing
from geo.register.rewriting import Rewriting, Span, left_over
from geo.register.versions import write_copies

_CURRENT = {
    standing: text(
        f"select id, kind, lower(held) as held_from, upper(held) as held_to, runs, on_lattice, "  # noqa: S608 - literal table names
        f"flags, st_asbinary(geom) as geom, import_row_id, opened_by, closed_by, "
        f"{'st_asbinary(clip_line)' if standing == 'held' else 'null'} as clip_line "
        f"from register.{table} where title_id = :title and upper_inf(known) "
        "and held && daterange(cast(:from as date), cast(:to as date)) order by lower(held)"
    )
    for standing, table in TABLE_OF.items()
}

_CLOSE = {
    standing: text(
        f"update register.{table} set known = int8range(lower(known), :revision) "  # noqa: S608 - literal table names
        "where id = any(:ids) and upper_inf(known)"
    )
    for standing, table in TABLE_OF.items()
}

_CLOSE_ATTRIBUTES = text(
    "update register.title_version set known = int8range(lower(known), :revision) "
    "where id = any(:ids) and upper_inf(known)"
)


@dataclass(frozen=True, slots=True)
class Current:
    """Ground currently believed in, and the number it has."""

    id: int
    ground: NewGround


def current_ground(
    unit: UnitOfWork, standing: Standing, title_id: int, period: Span, grid: Grid = DRC
) -> list[Current]:
    """Return the ground of a title over a period, as now believed."""
    asked = {"title": title_id, "from": period[0], "to": period[1]}
    rows = unit.connection.execute(_CURRENT[standing], asked)
    return [Current(row.id, _new_ground(row, title_id, grid)) for row in rows]


def replace_ground(
    plan: Rewriting, standing: Standing, current: Sequence[Current], period: Span
) -> None:
    """Plan to close ground over a period and to keep what lies before and after it.

    What comes before keeps no end of its own: the act of the order ends it.
    """
    for one in current:
        plan.close.setdefault(standing, []).append(one.id)
        plan.redrawn.add(one.ground.title_id)
        kept = plan.write.setdefault(standing, [])
        start, end = one.ground.held_from, one.ground.held_to
        for span in left_over((start, end), period):
            kept.append(over(one.ground, span))


def over(ground: NewGround, span: Span) -> NewGround:
    """Return the ground over another span; the order's act will end it where it did not end yet."""
    closed_by = ground.closed_by if span[1] == ground.held_to else None
    return replace(ground, held_from=span[0], held_to=span[1], closed_by=closed_by)


def carry_out(unit: UnitOfWork, plan: Rewriting, revision: int, act_id: int) -> None:
    """Close everything, then write everything.

    Raises
    ------
    RegisterBusy : something to close was closed by somebody else in the meantime.
    GroundTaken : (as the unit of work closes) ground is held by another title of the same group.
    """
    for standing, ids in plan.close.items():
        _closed(unit, _CLOSE[standing], ids, revision)
    _closed(unit, _CLOSE_ATTRIBUTES, plan.close_attributes, revision)
    for table, bonds in plan.close_bonds.items():
        _closed(unit, CLOSE_BONDS[table], bonds, revision)
    write_copies(unit, plan.copies, revision, act_id)
    write_bond_copies(unit, plan.bond_copies, revision, act_id)
    for standing, grounds in plan.write.items():
        write_grounds(unit, standing, [_attributed(g, act_id) for g in grounds], revision)


def _closed(unit: UnitOfWork, statement: Any, ids: Sequence[int], revision: int) -> None:
    if not ids:
        return
    done = unit.connection.execute(statement, {"ids": list(ids), "revision": revision})
    if done.rowcount != len(ids):
        raise RegisterBusy("the title was changed by somebody else just now. Read it again.")


def _attributed(ground: NewGround, act_id: int) -> NewGround:
    """Return the ground with the order's act where it begins, or ends, by this order."""
    begun = ground.begun_here or (ground.opened_by is None and ground.import_row_id is None)
    ended = ground.closed_by is None and ground.held_to is not None
    return replace(
        ground,
        opened_by=act_id if begun else ground.opened_by,
        closed_by=act_id if ended else ground.closed_by,
    )


def _new_ground(row: Row[Any], title_id: int, grid: Grid) -> NewGround:
    line = None if row.clip_line is None else shapely.from_wkb(bytes(row.clip_line))
    return NewGround(
        title_id=title_id,
        kind=row.kind,
        held_from=row.held_from,
        held_to=row.held_to,
        perimeter=Perimeter.from_runs(row.runs, grid),
        geometry=shapely.from_wkb(bytes(row.geom)),
        on_lattice=row.on_lattice,
        flags=tuple(row.flags),
        import_row_id=row.import_row_id,
        opened_by=row.opened_by,
        closed_by=row.closed_by,
        clip_line=line if isinstance(line, MultiLineString) else None,
    )
