"""The register as a reading, so that a later extract can be compared with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Row, text

from geo.grid import DRC, Grid
from geo.lattice import Placement
from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork
from geo.register.grounds import Standing
from geo.register.public_reader import known_kind
from geo.register.rowfacts import row_of_facts
from geo.sources.rows import Reading, RightRow

_TITLES = text(
    """
    select t.id, v.code, v.part, v.kind, v.kind_raw, v.state, v.procedure, v.status_raw,
      v.minerals, v.minerals_raw, v.holders_raw, v.flags, v.filed_on::text, v.granted_on::text,
      v.expires_on::text, v.declared_cells, v.declared_area_ha,
      (select json_agg(json_build_array(p.name, h.share::text) order by h.position)
       from register.holding h join register.party p on p.id = h.party_id
       where h.title_version_id = v.id) as holders,
      r.facts ->> 'old_code' as old_code, r.facts ->> 'layer' as layer,
      coalesce(g.on_lattice, r.on_lattice, false) as on_lattice, coalesce(g.runs, r.runs) as runs,
      st_asbinary(coalesce(g.geom, r.geom)) as geom,
      g.standing, coalesce(upper_inf(g.held), false) as has_ground
    from register.title t
    join register.title_version v on v.title_id = t.id and upper_inf(v.known) and upper_inf(v.valid)
    join register.right_kind k on k.kind = v.kind and k.class in ('right', 'zone', 'restricted')
    left join register.import_row r on r.id = v.import_row_id
    left join register.import_run i on i.id = r.import_id
    left join lateral (
      select * from register.ground g where g.title_id = t.id and upper_inf(g.known)
      order by lower(g.held) desc, g.id desc limit 1) g on true
    where (i.source_id = cast(:source as bigint) or i.source_id is null and exists (
        select from register.import_run a
        where a.source_id = cast(:source as bigint) and a.state = 'applied'))
      and not exists (select from register.bond b where b.title_id = t.id)
    order by t.id
    """
)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What the register holds from one source: a row per title; ``row`` is the title's number.

    ``standing`` says how each title stands on its ground; a title that is missing there has been
    released, or never had ground.
    """

    reading: Reading
    standing: dict[int, Standing]
    flags: dict[int, tuple[str, ...]]


def baseline_of(unit: UnitOfWork, source_id: int | None, grid: Grid = DRC) -> Baseline:
    """Return the titles of a source, and those granted here, as they are now believed.

    None of a source that was never applied: what was granted here is not missing from it.

    Without what lies in other ground (allocations, attributions, leases recorded here): extracts
    do not list it.
    """
    rows = list(unit.connection.execute(_TITLES, {"source": source_id}))
    titles = tuple(_row(row, grid) for row in rows if row.geom is not None)
    standing: dict[int, Standing] = {row.id: row.standing for row in rows if row.has_ground}
    reading = Reading(
        file="register",
        sha256="",
        schema="register",
        crs=grid.crs,
        features=len(titles),
        rows=titles,
        refused=(),
        issues=(),
    )
    return Baseline(reading, standing, {row.id: tuple(row.flags) for row in rows})


def _row(row: Row[Any], grid: Grid) -> RightRow:
    exact = row.on_lattice and row.runs is not None
    return row_of_facts(
        {**row._mapping, "kind": known_kind(row.kind), "holders": row.holders or []},
        file="register",
        row=row.id,
        raw={},
        geometry=_as_received(shapely.from_wkb(bytes(row.geom))),
        placement=placement_of(Perimeter.from_runs(row.runs, grid) if exact else None),
        valid=True,
    )


def _as_received(geometry: BaseGeometry) -> BaseGeometry:
    """Return a polygon of one part as a Polygon, the form in which files give it."""
    parts = shapely.get_parts(geometry)
    return parts[0] if len(parts) == 1 else geometry


def placement_of(perimeter: Perimeter | None) -> Placement:
    """Return the placement of ground in the register: vertices were judged when it was read."""
    return Placement(
        perimeter=perimeter,
        off_vertices=0,
        oblique_edges=0,
        max_shift_deg=0.0,
        twice_enclosed=0,
        too_large=False,
    )
