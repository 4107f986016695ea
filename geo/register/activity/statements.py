"""The statements by which activity is read: for officials on both clocks, for the public now."""

from __future__ import annotations

OFFICIAL = """
  select o.id, s.code as source, o.seen, t.code as site, o.name, o.during, o.uncertainty_m,
    o.patch_ha, o.confidence, o.minerals, o.workers, o.attributes, o.delivery_id, o.geom,
    v.during as delivered_during, d.file_name as file, o."row"
  from activity.observation o
  join activity.source s on s.id = o.source_id
  join activity.survey v on v.delivery_id = o.delivery_id
  join activity.delivery d on d.id = o.delivery_id
  left join activity.site t on t.id = o.site_id
"""
PUBLIC = """
  select o.id, o.source, o.seen, o.site, o.name, o.during, o.uncertainty_m, o.patch_ha,
    o.confidence, o.minerals, o.workers, o.attributes, o.delivery_id, o.geom,
    v.during as delivered_during, cast(null as text) as file, cast(null as int) as "row"
  from {seen} o
  join published.activity_survey v on v.delivery_id = o.delivery_id
"""
BOX = "st_makeenvelope(:west, :south, :east, :north, 4326)"
SEEN = "published.activity"
SEEN_IN_A_BOX = f"published.activity_in({BOX})"
"""Asking the view by a box would lose its index: see migration 0017."""

COLUMNS = """
  o.id, o.source, o.seen, o.site, o.name, o.uncertainty_m, o.patch_ha, o.confidence, o.minerals,
  o.workers, o.attributes, o.delivery_id, o.file, o."row", st_asbinary(o.geom) as geom,
  lower(o.during) as since, upper(o.during) as until, o.during is not null as dated,
  lower(o.delivered_during) as delivered_since, upper(o.delivered_during) as delivered_until,
  o.delivered_during is not null as delivery_dated
"""

SOURCES = """
  select s.id, s.code, s.name, s.kind, s.publisher, s.licence, s.citation, s.method,
    {public} as public, coalesce(n.observations, 0) as observations,
    coalesce(n.undated, 0) as undated, n.since, n.until
  from {sources} s
  left join (
    select o.{key}, count(*) as observations,
      count(*) filter (where o.during is null) as undated, min(lower(o.during)) as since,
      max(upper(o.during)) as until
    from {seen} o {believed} group by o.{key}) n on n.{key} = s.{own}
  order by s.code
"""
SURVEYS = """
  select v.id, {code} as source, v.delivery_id as delivery, v.basis,
    lower(v.during) as since, upper(v.during) as until, v.during is not null as dated,
    st_asbinary(v.extent) as extent
  from {surveys} v
"""
