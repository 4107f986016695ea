"""Which titles have ground in a box or on a carré, as everybody may see them, on either clock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geo.grid import DRC, Grid
from geo.perimeter import Perimeter

Box = tuple[float, float, float, float]
LEAST_PART = 1e-4
"""Part of a carré below which a polygon off the lattice does not count as on it (about 85 m²)."""

_TODAY = (
    "select title_id, code, kind, state, on_lattice, cells, runs, geom from published.ground "
    "union all select title_id, code, kind, state, on_lattice, cells, runs, geom "
    "from published.restricted_area"
)
_THEN = (
    "select title_id, code, kind, state, on_lattice, cells, runs, geom from published.ground_ever "
    "where held @> cast(:on as date) and valid @> cast(:on as date) "
    "and ground_known @> cast(:known as bigint) and title_known @> cast(:known as bigint)"
)
_TITLES_TODAY = "select id, part from published.title"
_TITLES_THEN = (
    "select id, part from published.title_ever "
    "where valid @> cast(:on as date) and known @> cast(:known as bigint)"
)
# A box that merely touches ground does not show it: the ground has to have a share in it.
_IN_BOX = """
    with ground as ({ground}), box as (
      select st_makeenvelope(:west, :south, :east, :north, 4326) as geom
    ), met as (
      select distinct g.title_id, g.code from ground g, box
      where g.geom && box.geom and st_intersects(g.geom, box.geom)
        and not st_touches(g.geom, box.geom)
        and g.kind <> all (cast(:kinds_off as text[]))
        and g.state <> all (cast(:states_off as text[]))
    ), listed as materialized (
      select m.title_id, m.code, count(*) over () as total
      from met m order by length(m.code), m.code, m.title_id limit :limit offset :offset
    )
    select l.title_id, l.code, t.part, l.total, min(g.kind) as kind, min(g.state) as state,
      bool_and(g.on_lattice) as on_lattice, sum(g.cells)::bigint as cells,
      sum(st_area(g.geom)) as degrees2, sum(st_area(g.geom::geography)) / 10000 as true_area_ha
    from listed l join ground g on g.title_id = l.title_id join ({titles}) t on t.id = l.title_id
    group by l.title_id, l.code, t.part, l.total order by length(l.code), l.code, l.title_id
"""
_ON_CELL = """
    with ground as ({ground}), box as (
      select st_makeenvelope(:west, :south, :east, :north, 4326) as geom
    )
    select g.title_id, g.code, t.part, g.kind, g.state, g.on_lattice, g.runs,
      st_area(st_intersection(g.geom, box.geom)) / st_area(box.geom) as share
    from ground g, box, ({titles}) t
    where t.id = g.title_id and g.geom && box.geom and st_intersects(g.geom, box.geom)
    order by g.kind, length(g.code), g.code, g.title_id
"""
_STATEMENTS = {
    (statement, then): text(
        statement.format(
            ground=_THEN if then else _TODAY, titles=_TITLES_THEN if then else _TITLES_TODAY
        )
    )
    for statement in (_IN_BOX, _ON_CELL)
    for then in (False, True)
}


@dataclass(frozen=True, slots=True)
class Moment:
    """Another day, as known at a revision."""

    on: date
    known: int


@dataclass(frozen=True, slots=True)
class TitleInView:
    """A title in a list of what is seen.

    ``cells`` is None off the lattice, where ``area_cells`` is measured; ``true_area_ha`` is of the
    ellipsoid. All are of the whole title, not of what the box cuts out of it.
    """

    title_id: int
    code: str | None
    part: str | None
    kind: str
    state: str
    cells: int | None
    area_cells: float
    true_area_ha: float


@dataclass(frozen=True, slots=True)
class TitleOnCell:
    """A title with ground on a carré: ``share`` of the carré, 1 for the whole."""

    title_id: int
    code: str | None
    part: str | None
    kind: str
    state: str
    share: float


def titles_in_view(
    connection: Connection,
    box: Box,
    *,
    kinds_off: Collection[str] = (),
    states_off: Collection[str] = (),
    moment: Moment | None = None,
    limit: int = 50,
    offset: int = 0,
    grid: Grid = DRC,
) -> tuple[int, list[TitleInView]]:
    """Return how many titles have ground in a box, and a page of them by code.

    Parameters
    ----------
    box : west, south, east, north in degrees (EPSG:4326).
    kinds_off, states_off : kinds and states that are not shown and not counted.
    moment : another day and belief; None for today as known now.
    """
    asked = {
        **_asked(box, moment),
        "kinds_off": list(kinds_off),
        "states_off": list(states_off),
        "limit": limit,
        "offset": offset,
    }
    rows = connection.execute(_STATEMENTS[_IN_BOX, moment is not None], asked).all()
    cell = float(grid.cell) ** 2
    items = [
        TitleInView(
            row.title_id,
            row.code,
            row.part,
            row.kind,
            row.state,
            int(row.cells) if row.on_lattice else None,
            float(row.cells) if row.on_lattice else float(row.degrees2) / cell,
            float(row.true_area_ha),
        )
        for row in rows
    ]
    return (int(rows[0].total) if rows else 0), items


def titles_on_cell(
    connection: Connection, cell: tuple[int, int], moment: Moment | None = None, grid: Grid = DRC
) -> list[TitleOnCell]:
    """Return the titles with ground on a carré: exact on the lattice, measured off it.

    Parameters
    ----------
    cell : column and row.
    """
    col, row = cell
    (west, south), (east, north) = grid.coordinates_of([[col, row], [col + 1, row + 1]]).tolist()
    asked = _asked((west, south, east, north), moment)
    found: dict[int, TitleOnCell] = {}
    for one in connection.execute(_STATEMENTS[_ON_CELL, moment is not None], asked):
        share = _holds(one.runs, cell, grid) if one.on_lattice else float(one.share)
        if share > LEAST_PART:
            before = found[one.title_id].share if one.title_id in found else 0.0
            whole = min(1.0, share + before)
            found[one.title_id] = TitleOnCell(
                one.title_id, one.code, one.part, one.kind, one.state, whole
            )
    return list(found.values())


def _holds(runs: list[list[int]], cell: tuple[int, int], grid: Grid) -> float:
    return 1.0 if Perimeter.from_cells([cell], grid) <= Perimeter.from_runs(runs, grid) else 0.0


def _asked(box: Box, moment: Moment | None) -> dict[str, object]:
    west, south, east, north = box
    clocks = {} if moment is None else {"on": moment.on, "known": moment.known}
    return {"west": west, "south": south, "east": east, "north": north, **clocks}
