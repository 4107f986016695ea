"""All ground of the register at once, over time: what the places of activity are found by.

The cadastre reads both clocks: every ground as known in a revision, cut where the attributes of its
title change. Everybody else reads the published views: today alone, with public names alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, text

Window = tuple[float, float, float, float]

_WITHIN = (
    "(cast(:west as float8) is null "
    "or {geom} && st_makeenvelope(:west, :south, :east, :north, 4326))"
)
_HELD = text(
    f"""
    select g.id, g.title_id, g.standing, g.kind, k.class, k.effect, g.on_lattice, g.cells,
      lower(g.held * v.valid) as since, upper(g.held * v.valid) as until,
      not 'held_from_assumed' = any (g.flags) as since_stated, v.code, v.state, v.granted_on,
      v.expires_on, st_asbinary(g.geom) as geom,
      (select string_agg(p.name, ', ' order by h.position) from register.holding h
       join register.party p on p.id = h.party_id where h.title_version_id = v.id) as holders,
      b.starts_on, b.ends_on, b.host_title_id, e.on_day as egc_since
    from register.ground g
    join register.right_kind k on k.kind = g.kind
    join register.title_version v on v.title_id = g.title_id
      and v.known @> cast(:known as bigint) and v.valid && g.held
    left join register.allocation b on b.title_id = g.title_id
      and b.known @> cast(:known as bigint) and b.valid && (g.held * v.valid)
      and (upper(b.valid) is null or upper(b.valid) >= upper(g.held * v.valid))
    left join casework.asm_area e on e.area_title_id = g.title_id
      and e.basis = 'egc_ground' and e.opened_revision <= cast(:known as bigint)
      and not exists (select from casework.asm_area n where n.corrects = e.id
        and n.opened_revision <= cast(:known as bigint))
    where g.known @> cast(:known as bigint) and {_WITHIN.format(geom="g.geom")}
    order by g.title_id, g.id, v.id
    """  # noqa: S608 - literal names
)

_PUBLISHED = text(
    f"""
    with ground as (
      select id, title_id, standing, kind, class, null::text as effect, held_from, cells,
        on_lattice, flags, geom from published.ground
      union all
      select r.id, r.title_id, 'restricted', r.kind, 'restricted', r.effect, r.held_from, r.cells,
        r.on_lattice, r.flags, r.geom from published.restricted_area r
    )
    select g.id, g.title_id, g.standing, g.kind, g.class, g.effect, g.on_lattice, g.cells,
      g.held_from as since, null::date as until,
      not 'held_from_assumed' = any (g.flags) as since_stated, t.code, t.state, t.granted_on,
      t.expires_on, st_asbinary(g.geom) as geom, t.holders, b.starts_on, b.ends_on,
      b.host_title_id, null::date as egc_since, e.title_id is not null as egc
    from ground g
    join published.title t on t.id = g.title_id
    left join published.allocation b on b.title_id = g.title_id
    left join published.asm_operation e on e.title_id = g.title_id and e.basis = 'egc_ground'
    where {_WITHIN.format(geom="g.geom")}
    order by g.title_id, g.id
    """  # noqa: S608 - literal names
)

_AREAS = text(
    f"""
    select a.area_id as id, l.class, c.effect, a.name, lower(a.valid * l.valid) as since,
      upper(a.valid * l.valid) as until, st_asbinary(a.geom) as geom
    from register.area_version a
    join register.area_layer_version l on l.layer_id = a.layer_id
      and l.known @> cast(:known as bigint) and l.valid && a.valid
    join register.area_class c on c.class = l.class and c.effect in ('block', 'hold', 'ban')
    where a.known @> cast(:known as bigint) and st_dimension(a.geom) = 2
      and {_WITHIN.format(geom="a.geom")}
    order by a.area_id, lower(a.valid), lower(l.valid)
    """  # noqa: S608 - literal names
)

_PUBLISHED_AREAS = text(
    f"""
    select id, class, effect, name, valid_from as since, null::date as until,
      st_asbinary(geom) as geom
    from published.area where effect in ('block', 'hold', 'ban') and st_dimension(geom) = 2
      and {_WITHIN.format(geom="geom")} order by id
    """  # noqa: S608 - literal names
)

_COVERAGE = text(
    f"""
    select l.class, lower(l.valid) as since, upper(l.valid) as until,
      st_asbinary(l.coverage) as geom
    from register.area_layer_version l
    join register.area_class c on c.class = l.class and c.effect = 'block'
    where l.known @> cast(:known as bigint) and l.coverage is not null
      and {_WITHIN.format(geom="l.coverage")} order by l.layer_id
    """  # noqa: S608 - literal names
)

_PUBLISHED_COVERAGE = text(
    f"""
    select class, valid_from as since, null::date as until, st_asbinary(coverage) as geom
    from published.area_layer where effect = 'block' and coverage is not null
      and {_WITHIN.format(geom="coverage")} order by id
    """  # noqa: S608 - literal names
)

_BEGUN = text(
    "select min(as_of) from register.import_run where state = 'applied' "
    "and opened_revision <= cast(:known as bigint)"
)


@dataclass(frozen=True, slots=True)
class GroundThen:
    """Ground of a title over [since, until) with its attributes then.

    ``holders`` are the names that the reader may see, in one line. ``starts_on`` and ``ends_on``
    are those of an agreement with EGC. ``egc``: its holder gave it over to EGC, since ``egc_since``
    where that is known.
    """

    title_id: int
    standing: str
    kind: str
    class_: str
    effect: str | None
    on_lattice: bool
    cells: int
    since: date
    until: date | None
    since_stated: bool
    code: str | None
    state: str
    granted_on: date | None
    expires_on: date | None
    geometry: BaseGeometry
    holders: str | None
    starts_on: date | None
    ends_on: date | None
    host_title_id: int | None
    egc: bool
    egc_since: date | None


@dataclass(frozen=True, slots=True)
class AreaThen:
    """A restricted area of a layer, or what a layer covers, over [since, until)."""

    id: int | None
    class_: str
    effect: str
    name: str | None
    since: date
    until: date | None
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class GroundHistory:
    """What the register tells of ground; ``begun``: the day as of which it was first taken over."""

    grounds: tuple[GroundThen, ...]
    areas: tuple[AreaThen, ...]
    coverage: tuple[AreaThen, ...]
    begun: date | None


def ground_history(
    connection: Connection, known: int, window: Window | None = None
) -> GroundHistory:
    """Return all ground over time as known in a revision; needs the role of the cadastre.

    Parameters
    ----------
    window : west, south, east, north in degrees; None for the whole register.
    """
    asked = {"known": known, **_box(window)}
    return GroundHistory(
        grounds=tuple(_ground(row) for row in connection.execute(_HELD, asked).mappings()),
        areas=tuple(_area(row) for row in connection.execute(_AREAS, asked).mappings()),
        coverage=tuple(_cover(row) for row in connection.execute(_COVERAGE, asked).mappings()),
        begun=connection.scalar(_BEGUN, {"known": known}),
    )


def published_ground(connection: Connection, window: Window | None = None) -> GroundHistory:
    """Return the ground of today that everybody may see; under any role."""
    asked = _box(window)
    covered = connection.execute(_PUBLISHED_COVERAGE, asked).mappings()
    return GroundHistory(
        grounds=tuple(_ground(row) for row in connection.execute(_PUBLISHED, asked).mappings()),
        areas=tuple(_area(row) for row in connection.execute(_PUBLISHED_AREAS, asked).mappings()),
        coverage=tuple(_cover(row) for row in covered),
        begun=None,
    )


def _box(window: Window | None) -> dict[str, float | None]:
    names = ("west", "south", "east", "north")
    return dict(zip(names, window or (None,) * 4, strict=True))


def _ground(row: Any) -> GroundThen:
    facts = dict(row)
    del facts["id"]
    return GroundThen(
        class_=facts.pop("class"),
        geometry=shapely.from_wkb(bytes(facts.pop("geom"))),
        egc=facts.pop("egc", facts["egc_since"] is not None),
        **facts,
    )


def _area(row: Any) -> AreaThen:
    facts = dict(row)
    geometry = shapely.from_wkb(bytes(facts.pop("geom")))
    return AreaThen(class_=facts.pop("class"), geometry=geometry, **facts)


def _cover(row: Any) -> AreaThen:
    return AreaThen(
        id=None,
        class_=row["class"],
        effect="block",
        name=None,
        since=row["since"],
        until=row["until"],
        geometry=shapely.from_wkb(bytes(row["geom"])),
    )
