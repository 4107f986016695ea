"""Where a layout lies: the ground of the area and of what is attributed in it, today."""

from __future__ import annotations

from collections.abc import Iterable

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text

from geo.casework.operation.layout_check import LayoutGround
from geo.errors import NotFound
from geo.geometry import comparable
from geo.register.connection import UnitOfWork

_AREA = text(
    "select st_asbinary(geom) from published.ground where title_id = :area and standing = 'held'"
)
_PORTIONS = text(
    "select coalesce(a.code, a.title_id::text) as code, st_asbinary(g.geom) as geom "
    "from published.attribution a "
    "join published.ground g on g.title_id = a.title_id and g.standing = 'held' "
    "where a.area_title_id = :area order by a.title_id"
)


def layout_ground(unit: UnitOfWork, area_title_id: int, *, egc_standard: bool) -> LayoutGround:
    """Return the ground against which a layout of an area is checked today.

    Raises
    ------
    NotFound : the title holds no ground.
    """
    asked = {"area": area_title_id}
    area = _united(unit.connection.scalars(_AREA, asked))
    if area.is_empty:
        raise NotFound(f"title {area_title_id} holds no ground today. Register its perimeter.")
    portions: dict[str, list[bytes]] = {}
    for row in unit.connection.execute(_PORTIONS, asked):
        portions.setdefault(row.code, []).append(row.geom)
    return LayoutGround(area, {c: _united(g) for c, g in portions.items()}, egc_standard)


def _united(parts: Iterable[bytes]) -> BaseGeometry:
    return shapely.union_all([comparable(shapely.from_wkb(bytes(part))) for part in parts])
