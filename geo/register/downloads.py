"""What everybody may take away: the ground of every title and zone today, by province."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, text

from geo.boundaries import provinces_of

_GROUND = text(
    """
    select g.title_id, g.standing, g.held_from, g.cells, g.on_lattice,
      st_asbinary(g.geom) as ground,
      t.code, t.part, t.kind, t.state, t.procedure, t.holders, t.minerals, t.filed_on,
      t.granted_on, t.expires_on, t.source, t.source_file, t.source_row
    from published.ground g join published.title t on t.id = g.title_id
    order by t.kind, length(t.code), t.code, t.part, g.title_id, g.standing, g.id
    """
)


@dataclass(frozen=True, slots=True)
class GroundTaken:
    """Ground of a title as it is given away; ``holders`` are the names that are public.

    ``geometry`` is a (Multi)Polygon in longitude and latitude (EPSG:4326), as the register holds
    it; ``cells`` is the count of whole carrés, None off the lattice; ``standing`` is ``held`` or
    ``claimed``.
    """

    title_id: int
    code: str | None
    part: str | None
    kind: str
    state: str
    procedure: str | None
    standing: str
    holders: str | None
    minerals: tuple[str, ...]
    filed_on: date | None
    granted_on: date | None
    expires_on: date | None
    held_from: date | None
    cells: int | None
    on_lattice: bool
    source: str | None
    source_file: str | None
    source_row: int | None
    geometry: BaseGeometry


def ground_by_province(connection: Connection) -> Mapping[str | None, Sequence[GroundTaken]]:
    """Return all ground that is public today, by the province that has the largest share of it.

    Ground outside every province comes under None. Ground across an edge is in one province only,
    so that the parts of a country add up.
    """
    rows = connection.execute(_GROUND).all()
    shapes = shapely.from_wkb([bytes(row.ground) for row in rows])
    found: dict[str | None, list[GroundTaken]] = defaultdict(list)
    for row, shape, province in zip(rows, shapes, provinces_of(list(shapes)), strict=True):
        found[province].append(
            GroundTaken(
                title_id=row.title_id,
                code=row.code,
                part=row.part,
                kind=row.kind,
                state=row.state,
                procedure=row.procedure,
                standing=row.standing,
                holders=row.holders,
                minerals=tuple(row.minerals or ()),
                filed_on=row.filed_on,
                granted_on=row.granted_on,
                expires_on=row.expires_on,
                held_from=row.held_from,
                cells=row.cells if row.on_lattice else None,
                on_lattice=row.on_lattice,
                source=row.source,
                source_file=row.source_file,
                source_row=row.source_row,
                geometry=shape,
            )
        )
    return found
