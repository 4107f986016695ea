"""Titles and zones of a part of the country, as everybody may see them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, text

_IN_BOX = text(
    """
    select g.title_id, t.code, t.part, t.kind, t.state, t.holders, sum(g.cells)::int as cells,
      st_asbinary(st_pointonsurface(st_union(g.geom))) as inside
    from published.ground g join published.title t on t.id = g.title_id
    where g.geom && st_makeenvelope(:west, :south, :east, :north, 4326)
    group by g.title_id, t.code, t.part, t.kind, t.state, t.holders
    order by t.kind, length(t.code), t.code, g.title_id
    """
)


@dataclass(frozen=True, slots=True)
class TitleListed:
    """A title or zone in a list; ``holders`` are the names that are public, None for none."""

    title_id: int
    code: str | None
    part: str | None
    kind: str
    state: str
    holders: str | None
    cells: int


def titles_within(connection: Connection, outline: BaseGeometry) -> list[TitleListed]:
    """Return the titles and zones of which a point within their ground lies in an outline.

    A title across the edge of two outlines is thus listed in one of them.

    Parameters
    ----------
    outline : (Multi)Polygon in longitude and latitude (EPSG:4326).
    """
    west, south, east, north = outline.bounds
    box = {"west": west, "south": south, "east": east, "north": north}
    rows = connection.execute(_IN_BOX, box).all()
    points = shapely.from_wkb([bytes(row.inside) for row in rows])
    shapely.prepare(outline)
    return [
        TitleListed(row.title_id, row.code, row.part, row.kind, row.state, row.holders, row.cells)
        for row, inside in zip(rows, np.atleast_1d(shapely.contains(outline, points)), strict=True)
        if inside
    ]
