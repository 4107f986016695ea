"""Reading restricted layers, changes proposed to them, and what a change makes different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, Row, text

from geo.errors import NotFound
from geo.register.areas.measure import moved_m
from geo.register.areas.orders import AREA_FACTS, LAYER_FACTS

_LAYERS = text(
    """
    select l.layer_id as id, l.class, c.effect, l.name, l.source, l.citation, l.licence, l.vintage,
      l.public, lower(l.valid) as valid_from, l.coverage is not null as covers,
      (select count(*) from register.area_version a where a.layer_id = l.layer_id
       and a.valid @> cast(:on as date) and a.known @> cast(:known as bigint)) as areas
    from register.area_layer_version l join register.area_class c on c.class = l.class
    where l.valid @> cast(:on as date) and l.known @> cast(:known as bigint)
    order by l.class, l.name, l.layer_id
    """
)
_PUBLIC_LAYERS = text(
    """
    select l.id, l.class, l.effect, l.name, l.source, l.citation, l.licence, l.vintage,
      true as public, l.valid_from, l.coverage is not null as covers,
      (select count(*) from published.area a where a.layer_id = l.id) as areas
    from published.area_layer l order by l.class, l.name, l.id
    """
)
_PUBLIC_AREAS = text(
    """
    select id, name, act_reference, act_on, consent_of, marked, valid_from,
      st_asbinary(geom) as geom, count(*) over () as total
    from published.area where layer_id = :layer order by id limit :limit offset :offset
    """
)
_CHANGES = text(
    """
    select c.id, c.reason, c.state, p.actor as proposed_by, p.at as proposed_at,
      d.actor as decided_by, d.at as decided_at, c.decision_reason, f.name as file, f.sha256,
      c.features, c.kept, c.refused,
      (select json_object_agg(action, n) from (select action, count(*) as n
       from register.area_item where change_id = c.id group by action order by action) i) as items,
      (select json_object_agg(kind, n) from (select kind, count(*) as n
       from register.area_issue where change_id = c.id group by kind order by kind) k) as issues
    from register.area_change c
    join register.revision p on p.id = c.opened_revision
    left join register.revision d on d.id = c.decided_revision
    left join register.received_file f on f.id = c.file_id
    where (cast(:id as bigint) is null or c.id = :id)
      and (cast(:state as text) is null or c.state = :state)
    order by c.id
    """
)
_ISSUES = text(
    'select "row", field, value, kind, message_fr, message_en, corrected_by, refused '
    'from register.area_issue where change_id = :id order by "row" nulls first, id limit :limit'
)

# What was in force just before the change: while it waits, what is in force now.
_DIFFERENCE = text(
    """
    select i.action, i.layer_id, i.area_id, i.valid_from, i.facts, i."row",
      coalesce(l.class, n.facts->>'class') as class,
      case when i.area_id is null then to_jsonb(l) else to_jsonb(a) end as stands,
      st_asbinary(case when i.area_id is null then l.coverage else a.geom end) as old_geom,
      st_asbinary(i.geom) as new_geom
    from register.area_item i
    join register.area_change c on c.id = i.change_id
    cross join lateral (select coalesce(c.decided_revision - 1,
      (select max(id) from register.revision)) as known) k
    left join register.area_layer_version l on l.layer_id = i.layer_id
      and l.known @> k.known and l.valid @> i.valid_from
    left join register.area_version a on a.area_id = i.area_id
      and a.known @> k.known and a.valid @> i.valid_from
    left join register.area_item n on n.change_id = i.change_id and n.layer_id = i.layer_id
      and n.action = 'add_layer'
    where i.change_id = :id
    order by i.area_id is not null, i.id
    limit :limit offset :offset
    """
)


@dataclass(frozen=True, slots=True)
class LayerView:
    """A restricted layer on a day; ``covers``: it says which ground it speaks of."""

    id: int
    class_: str
    effect: str
    name: str
    source: str
    citation: str | None
    licence: str | None
    vintage: date
    public: bool
    valid_from: date
    covers: bool
    areas: int


@dataclass(frozen=True, slots=True)
class AreaView:
    """An area of a public layer, in force today."""

    id: int
    name: str | None
    act_reference: str | None
    act_on: date | None
    consent_of: str | None
    marked: bool | None
    valid_from: date
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change of restricted layers; items and issues are counted by action and by kind."""

    id: int
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    file: str | None
    sha256: str | None
    features: int | None
    kept: int | None
    refused: int | None
    items: Mapping[str, int]
    issues: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class IssueView:
    """Something odd in a file of areas, and who corrects it."""

    row: int | None
    field: str | None
    value: str | None
    kind: str
    message_fr: str
    message_en: str
    corrected_by: str
    refused: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """What one item of a change makes different.

    ``moved_m``: how far the outline moves at its furthest; None where it does not, or there is no
    outline before. ``changed`` holds old and new of each fact that differs.
    """

    action: str
    class_: str
    layer: int
    area: int | None
    name: str | None
    valid_from: date
    row: int | None
    moved_m: float | None
    changed: Mapping[str, tuple[object, object]]
    geometry: BaseGeometry | None


def layers_on(connection: Connection, on: date, known: int) -> list[LayerView]:
    """Return the layers in force on a day, as known in a revision."""
    return [_layer(row) for row in connection.execute(_LAYERS, {"on": on, "known": known})]


def public_layers(connection: Connection) -> list[LayerView]:
    """Return the public layers in force today; under any role."""
    return [_layer(row) for row in connection.execute(_PUBLIC_LAYERS)]


def public_areas(
    connection: Connection, layer: int, limit: int, offset: int
) -> tuple[int, list[AreaView]]:
    """Return how many areas a public layer holds, and a page of them.

    Raises
    ------
    NotFound : there is no such layer, or none that is public.
    """
    if all(known.id != layer for known in public_layers(connection)):
        raise NotFound(f"there is no public layer {layer} of restricted areas.")
    rows = connection.execute(
        _PUBLIC_AREAS, {"layer": layer, "limit": limit, "offset": offset}
    ).all()
    return (rows[0].total if rows else 0), [_area(row) for row in rows]


def area_changes(
    connection: Connection, change_id: int | None = None, state: str | None = None
) -> list[ChangeView]:
    """Return the changes (or one, or those of one state), in order."""
    rows = connection.execute(_CHANGES, {"id": change_id, "state": state}).mappings()
    return [
        ChangeView(**{**row, "items": row["items"] or {}, "issues": row["issues"] or {}})
        for row in rows
    ]


def area_change(connection: Connection, change_id: int) -> ChangeView:
    """Return one change.

    Raises
    ------
    NotFound : there is none of that number.
    """
    found = area_changes(connection, change_id)
    if not found:
        raise NotFound(f"there is no change {change_id} of restricted areas.")
    return found[0]


def change_issues(connection: Connection, change_id: int, limit: int = 1000) -> list[IssueView]:
    """Return what was odd in the file of a change, those of the whole file first."""
    rows = connection.execute(_ISSUES, {"id": change_id, "limit": limit})
    return [IssueView(**row._mapping) for row in rows]


def difference_of(
    connection: Connection, change_id: int, limit: int = 1000, offset: int = 0
) -> Sequence[Difference]:
    """Return what a change makes different from what was in force before it, item by item."""
    asked = {"id": change_id, "limit": limit, "offset": offset}
    return [_difference(row) for row in connection.execute(_DIFFERENCE, asked)]


def _layer(row: Row[Any]) -> LayerView:
    named = dict(row._mapping)
    return LayerView(class_=named.pop("class"), **named)


def _area(row: Row[Any]) -> AreaView:
    named = dict(row._mapping)
    del named["total"]
    return AreaView(geometry=shapely.from_wkb(bytes(named.pop("geom"))), **named)


def _difference(row: Row[Any]) -> Difference:
    named = row._mapping
    old, new = _shape(named["old_geom"]), _shape(named["new_geom"])
    altered = str(named["action"]).startswith("alter")
    stands = named["stands"] or {}
    facts = named["facts"] if not str(named["action"]).startswith("end") else stands
    names = AREA_FACTS if named["area_id"] is not None else LAYER_FACTS
    return Difference(
        action=named["action"],
        class_=named["class"],
        layer=named["layer_id"],
        area=named["area_id"],
        name=facts.get("name"),
        valid_from=named["valid_from"],
        row=named["row"],
        moved_m=moved_m(old, new) if altered and old and new and not old.equals(new) else None,
        changed={
            name: (stands.get(name), facts.get(name))
            for name in names
            if altered and stands.get(name) != facts.get(name)
        },
        geometry=new if new is not None else old,
    )


def _shape(wkb: bytes | None) -> BaseGeometry | None:
    return None if wkb is None else shapely.from_wkb(bytes(wkb))
