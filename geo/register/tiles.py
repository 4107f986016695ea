"""Vector tiles: one statement per layer, on the public views, generalised below zoom 8.

Parameters ``%(z)s``, ``%(x)s``, ``%(y)s``: the statements run as they are on psycopg (also async)
and through ``Connection.exec_driver_sql``. Each returns one row with the tile's bytes.

Below zoom 8 ground whose envelope is under 25 square pixels is drawn by it, all other ground
simplified by one pixel. What is smaller than one pixel is gathered by kind and state (an overlap by
verdict) in squares of 8 pixels: such a feature has no ``id`` and says in ``n`` how many stand for
it. Each is counted in the one tile that holds its centre, so that nothing is lost and nothing
counted twice.

Layer ``zones`` is the ground of artisanal work: zones, allocations by agreement with EGC, and the
portions and work areas in them. Layers ``activity`` and ``activity_survey`` are what public sources
saw, and the ground that they looked at.
A pixel is 1/512 of a tile.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_WORLD_M = 40075016.6855784

_TILE = f"""
with tile as (
  select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
    {_WORLD_M}::float8 / (1 << %(z)s::int) / 512 as px,
    case when %(z)s::int < 8 then 1024 else 4096 end as extent
), seen as (
  select {{attributes}}, g.geom_3857 as geom, st_area(g.geom_3857) / (t.px * t.px) as size,
    st_centroid(g.geom_3857) as centre, t.*
  from {{view}} g, tile t
  where g.geom_3857 && st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int){{filter}}
), drawn as (
  select {{names}}, null::bigint as n, coalesce(
    st_asmvtgeom(case
      when %(z)s::int >= 8 then geom
      when st_area(st_envelope(geom)) < 25 * px * px then st_envelope(geom)
      else st_simplifypreservetopology(geom, px) end, box, extent, extent / 64, true),
    st_asmvtgeom(st_expand(centre, px), box, extent, extent / 64, true)) as geom
  from seen
  where %(z)s::int >= 8 or size >= 1
), gathered as (
  select {{nulls}}, count(*) as n,
    st_asmvtgeom(st_expand(st_centroid(st_collect(centre)), px), box, extent, extent / 64, true)
      as geom
  from seen
  where %(z)s::int < 8 and size < 1
    and st_x(centre) >= st_xmin(box) and st_x(centre) < st_xmax(box)
    and st_y(centre) >= st_ymin(box) and st_y(centre) < st_ymax(box)
  group by {{shared}}, floor(st_x(centre) / (8 * px)), floor(st_y(centre) / (8 * px)), px, box,
    extent
), features as materialized (
  select * from drawn union all select * from gathered
)
select coalesce(st_asmvt(features, '{{layer}}', case when %(z)s::int < 8 then 1024 else 4096 end,
  'geom'), ''::bytea) as tile
from features where geom is not null
"""  # noqa: S608 - a constant, filled with the constants below


def _statement(layer: str, view: str, filter_: str, own: Mapping[str, str], shared: str) -> str:
    """Return the statement of a layer.

    ``own`` maps attributes that aggregated features lack to their expressions; ``shared`` lists
    those by which small features are gathered.
    """
    common = [name.strip() for name in shared.split(",")]
    return _TILE.format(
        layer=layer,
        view=view,
        filter=filter_,
        attributes=", ".join(
            [*(f"{value} as {name}" for name, value in own.items()), *(f"g.{n}" for n in common)]
        ),
        names=", ".join([*own, *common]),
        nulls=", ".join([*(f"min(null::{_type(name)}) as {name}" for name in own), *common]),
        shared=shared,
    )


def _type(name: str) -> str:
    return "text" if name == "code" else "bigint"


_TITLE = {"id": "g.title_id", "code": "g.code"}
_RIGHTS = " and g.class = 'right'"
_ZONES = " and g.class in ('zone', 'allocation', 'attribution')"
_THEN = (
    " and g.held @> %(on)s::date and g.valid @> %(on)s::date "
    "and g.ground_known @> %(known)s::bigint and g.title_known @> %(known)s::bigint"
)


def _then(layer: str, filter_: str) -> str:
    return _statement(layer, "published.ground_ever", filter_ + _THEN, _TITLE, "kind, state")


# Below zoom 8 what was seen within 8 pixels, by one source in one manner, is one point that says in
# ``n`` how many; each is counted in the one tile that holds its centre. Hectares, days and
# confidence are drawn for single observations only, and absent where the source states none.
_SEEN = f"""
with tile as (
  select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
    {_WORLD_M}::float8 / (1 << %(z)s::int) / 512 as px
), found as (
  select g.*, st_centroid(g.geom_3857) as centre, t.*
  from tile t, published.activity_in(t.box) g
), drawn as (
  select id, source, seen, "from"::text as "from", "to"::text as "to", patch_ha, confidence,
    null::bigint as n, st_asmvtgeom(geom_3857, box, 4096, 64, true) as geom
  from found where %(z)s::int >= 8
), gathered as (
  select case when count(*) = 1 then min(id) end as id, source, seen,
    case when count(*) = 1 then min("from")::text end as "from",
    case when count(*) = 1 then min("to")::text end as "to",
    case when count(*) = 1 then min(patch_ha) end as patch_ha,
    case when count(*) = 1 then min(confidence) end as confidence,
    nullif(count(*), 1) as n,
    st_asmvtgeom(st_centroid(st_collect(centre)), box, 1024, 16, true) as geom
  from found
  where %(z)s::int < 8
    and st_x(centre) >= st_xmin(box) and st_x(centre) < st_xmax(box)
    and st_y(centre) >= st_ymin(box) and st_y(centre) < st_ymax(box)
  group by source, seen, floor(st_x(centre) / (8 * px)), floor(st_y(centre) / (8 * px)), box
), features as materialized (
  select * from drawn union all select * from gathered
)
select coalesce(st_asmvt(features, 'activity', case when %(z)s::int < 8 then 1024 else 4096 end,
  'geom'), ''::bytea) as tile
from features where geom is not null
"""  # noqa: S608 - a constant, filled with the constant above

_SURVEYED = f"""
with tile as (
  select st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int) as box,
    {_WORLD_M}::float8 / (1 << %(z)s::int) / 512 as px,
    case when %(z)s::int < 8 then 1024 else 4096 end as extent
), features as materialized (
  select v.id, v.source, v.basis, v."from"::text as "from", v."to"::text as "to",
    st_asmvtgeom(case when %(z)s::int < 8
      then st_simplifypreservetopology(v.extent_3857, t.px) else v.extent_3857 end,
      t.box, t.extent, t.extent / 64, true) as geom
  from tile t, published.activity_survey v where v.extent_3857 && t.box
)
select coalesce(st_asmvt(features, 'activity_survey', case when %(z)s::int < 8 then 1024
  else 4096 end, 'geom'), ''::bytea) as tile
from features where geom is not null
"""  # noqa: S608 - a constant, filled with the constant above

TILE_SQL: Mapping[str, str] = MappingProxyType(
    {
        "titles": _statement("titles", "published.ground", _RIGHTS, _TITLE, "kind, state"),
        "zones": _statement(
            "zones",
            "published.ground",
            _ZONES,
            _TITLE,
            "kind, state",
        ),
        "restricted": _statement(
            "restricted", "published.restricted_area", "", _TITLE, "kind, state"
        ),
        "overlaps": _statement(
            "overlaps",
            "published.overlap",
            "",
            {"id": "g.id", "a": "g.a_title_id", "b": "g.b_title_id", "cells": "g.cells::bigint"},
            "verdict",
        ),
        "activity": _SEEN,
        "activity_survey": _SURVEYED,
    }
)
"""Statement of each layer, by the layer's name."""

TILE_THEN_SQL: Mapping[str, str] = MappingProxyType(
    {
        "titles": _then("titles", _RIGHTS + " and g.standing <> 'restricted'"),
        "zones": _then("zones", _ZONES + " and g.standing <> 'restricted'"),
        "restricted": _then("restricted", " and g.standing = 'restricted'"),
    }
)
"""Statement of each layer that can be asked of another day (``%(on)s``), as known at a revision
(``%(known)s``). The overlaps are those of the latest audit, which has a day of its own."""

KNOWN_SQL = (
    "select (select max(id) from published.revisions where %(until)s::timestamptz is null "
    "or at < %(until)s::timestamptz), published.today()"
)
"""The last revision before an instant (the newest for null), and today."""

REVISION_SQL = "select id, extract(epoch from at), published.today() from published.revision"
"""Revision of the register, its instant (seconds) and the legal day: what an ETag goes by.

The instant tells two registers apart that have come to the same number (after a restore, say)."""
