"""What everybody may see of ground: rights, restricted places and what their layers cover, today.

The public views alone, which hold the public filter; whoever may see more reads the register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Row, text

from geo.law.facts import RightFacts
from geo.perimeter import Perimeter
from geo.register.areas.near import NearPlace, Window
from geo.register.public_reader import known_kind
from geo.siting.ground import INSIDE_OTHERS, Right

_RIGHTS = text(
    """
    select g.title_id, g.runs, t.code, t.kind, t.state, t.minerals, t.filed_on, t.granted_on,
      t.expires_on, t.holders
    from published.ground g join published.title t on t.id = g.title_id
    where g.geom && st_makeenvelope(:west, :south, :east, :north, 4326)
    order by t.filed_on nulls last, g.title_id, g.id
    """
)
_NEAR = text(
    """
    select a.id, a.name, a.marked, st_area(a.geom) as area_deg2, st_asbinary(a.geom) as geom
    from published.area a where a.class = :class
      and a.geom && st_makeenvelope(:west, :south, :east, :north, 4326) order by a.id
    """
)
_AREAS = text(
    """
    select id, code as name, null::boolean as marked, st_area(geom) as area_deg2,
      st_asbinary(geom) as geom
    from published.restricted_area where kind = :kind
      and geom && st_makeenvelope(:west, :south, :east, :north, 4326) order by id
    """
)
_COVERED = text(
    """
    select st_asbinary(st_union(coverage)) from published.area_layer where class = :class
      and coverage && st_makeenvelope(:west, :south, :east, :north, 4326)
    """
)
KIND_OF_CLASS: Mapping[str, str] = {
    "zrg": "ZRG",
    "forbidden_zone": "ZI",
    "protected_area": "ZP",
    "national_park": "PARK",
}
"""Which ground of an imported register is of a class of restricted places, as the register holds
it (``register.area_class``); a test holds both equal."""


def published_rights(connection: Connection, asked: Perimeter) -> list[Right]:
    """Return the published rights, zones and applications that share a carré with a ground."""
    corners = [asked.bounds[:2], asked.bounds[2:]]
    box = asked.grid.coordinates_of(corners).ravel().tolist()
    rows = connection.execute(_RIGHTS, dict(zip(_SIDES, box, strict=True)))
    found = (_right(row, asked) for row in rows if row.kind not in INSIDE_OTHERS)
    return [right for right in found if right.perimeter & asked]


_SIDES = ("west", "south", "east", "north")


def _right(row: Row[Any], asked: Perimeter) -> Right:
    values = row._mapping
    kind = known_kind(values["kind"])
    name = " ".join(part for part in (kind, values["code"]) if part)
    facts = RightFacts(
        kind=kind,
        state=values["state"],
        filed_on=values["filed_on"],
        granted_on=values["granted_on"],
        holders=frozenset({values["holders"]} if values["holders"] else ()),
        code=values["code"],
        expires_on=values["expires_on"],
    )
    ground = Perimeter.from_runs(values["runs"], asked.grid)
    return Right(
        name or f"title {values['title_id']}",
        values["title_id"],
        facts,
        ground,
        values["holders"],
        tuple(values["minerals"]),
    )


def published_near(
    connection: Connection, windows: Mapping[str, Window]
) -> Mapping[str, Sequence[NearPlace]]:
    """Return the places of public layers that meet the window of their class, today."""
    found: dict[str, list[NearPlace]] = {}
    for name, window in windows.items():
        asked = dict(zip(_SIDES, window, strict=True))
        rows = [*connection.execute(_NEAR, {"class": name, **asked})]
        if name in KIND_OF_CLASS:
            rows += connection.execute(_AREAS, {"kind": KIND_OF_CLASS[name], **asked})
        found[name] = [
            NearPlace(
                row.id, row.name, True, row.marked, row.area_deg2, shapely.from_wkb(bytes(row.geom))
            )
            for row in rows
        ]
    return found


def published_covered(
    connection: Connection, windows: Mapping[str, Window]
) -> Mapping[str, BaseGeometry]:
    """Return what the public layers of each class cover around its window; absent: nothing."""
    found = {}
    for name, window in windows.items():
        asked = dict(zip(_SIDES, window, strict=True))
        covered = connection.scalar(_COVERED, {"class": name, **asked})
        if covered is not None:
            found[name] = shapely.from_wkb(bytes(covered))
    return found
