"""Which places lie near a perimeter, and where layers say something: read from the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, text

Window = tuple[float, float, float, float]

# What lies beyond the window is cut off: it is further away than anybody asks. Offset 0: first by
# layer and place, through their index, however little the planner knows of a layer just filled.
_NEAR = text(
    """
    with asked as (
      select w.class, st_makeenvelope(west, south, east, north, 4326) as box
      from unnest(cast(:classes as text[]), cast(:wests as float8[]), cast(:souths as float8[]),
        cast(:easts as float8[]), cast(:norths as float8[]))
        as w (class, west, south, east, north)
    ), found as (
      select q.class, a.area_id as id, a.name, l.public, a.marked, a.geom, q.box
      from asked q
      join register.area_layer_version l on l.class = q.class and l.valid @> cast(:on as date)
        and l.known @> cast(:known as bigint)
      cross join lateral (select * from register.area_version a
        where a.layer_id = l.layer_id and a.geom && q.box offset 0) a
      where a.valid @> cast(:on as date) and a.known @> cast(:known as bigint)
      union all
      select q.class, g.id, v.code, true, null, g.geom, q.box
      from asked q
      join register.area_class c on c.class = q.class
      join register.restricted_area g on g.kind = c.register_kind and g.geom && q.box
        and g.held @> cast(:on as date) and g.known @> cast(:known as bigint)
      left join register.title_version v on v.title_id = g.title_id
        and v.valid @> cast(:on as date) and v.known @> cast(:known as bigint)
    )
    select class, id, name, public, marked, st_area(geom) as area_deg2, st_asbinary(
      case when st_npoints(geom) <= 32 then geom
      else st_collectionextract(st_intersection(geom, box), st_dimension(geom) + 1) end) as geom
    from found order by class, id
    """
)

_COVERED = text(
    """
    select w.class, st_asbinary(st_union(st_intersection(
      l.coverage, st_makeenvelope(west, south, east, north, 4326)))) as geom
    from unnest(cast(:classes as text[]), cast(:wests as float8[]), cast(:souths as float8[]),
      cast(:easts as float8[]), cast(:norths as float8[]))
      as w (class, west, south, east, north)
    join register.area_layer_version l on l.class = w.class and l.valid @> cast(:on as date)
      and l.known @> cast(:known as bigint)
      and l.coverage && st_makeenvelope(west, south, east, north, 4326)
    group by w.class
    """
)


@dataclass(frozen=True, slots=True)
class NearPlace:
    """A place, or the part of it within the window; ``area_deg2`` is that of the whole.

    ``name`` is None where it has none. ``public`` is False where its layer is not public.
    ``marked``: fenced or signposted, None where nobody knows.
    """

    id: int
    name: str | None
    public: bool
    marked: bool | None
    area_deg2: float
    geometry: BaseGeometry


def places_near(
    connection: Connection, windows: Mapping[str, Window], on: date, known: int
) -> Mapping[str, Sequence[NearPlace]]:
    """Return the places of each class that meet its window, on a day as known in a revision.

    Besides the areas of layers, ground of imported registers counts as its class (ZRG, ZI, ZP,
    parks).
    """
    found: dict[str, list[NearPlace]] = {name: [] for name in windows}
    for row in connection.execute(_NEAR, _asked(windows, on, known)):
        geometry = shapely.from_wkb(bytes(row.geom))
        if not geometry.is_empty:
            found[row[0]].append(
                NearPlace(row.id, row.name, row.public, row.marked, row.area_deg2, geometry)
            )
    return found


def ground_covered(
    connection: Connection, windows: Mapping[str, Window], on: date, known: int
) -> Mapping[str, BaseGeometry]:
    """Return what the layers of each class cover within its window; a class without is absent."""
    rows = connection.execute(_COVERED, _asked(windows, on, known))
    return {row[0]: shapely.from_wkb(bytes(row.geom)) for row in rows}


def _asked(windows: Mapping[str, Window], on: date, known: int) -> dict[str, object]:
    sides = list(zip(*windows.values(), strict=True)) or [()] * 4
    names = ("wests", "souths", "easts", "norths")
    return {
        "classes": list(windows),
        **{name: list(side) for name, side in zip(names, sides, strict=True)},
        "on": on,
        "known": known,
    }
