"""What everybody may see: owner-rights views that hold the public filter.

Not row-level security: PostGIS and range operators are not leakproof, so policies would lose the
spatial index; nor security barriers, which lose the search index too. So nothing that must stay
secret may depend on a filter here: names come from ``party.public_name`` alone, which is null for
natural and unclear persons. What the filters leave out (older versions, older audits) was public.
"""

from __future__ import annotations

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UP = """
create view published.revision as
  select id, at from register.revision order by id desc limit 1;
comment on view published.revision is 'The last recorded revision: what an ETag goes by.';

create view published.register as
  select coalesce(bool_or(demonstration), false) as demonstration from register.source;
comment on view published.register is 'Whether anything in this register is invented.';

create view published.holder_name as
  select v.title_id, p.public_name as name
  from register.title_version v
  join register.holding h on h.title_version_id = v.id
  join register.party p on p.id = h.party_id and p.public_name is not null
  where upper_inf(v.known) and v.valid @> published.today();
comment on view published.holder_name is 'Names that may be shown, for searching.';

create view published.holder as
  select v.title_id, h.position, p.public_name as name, h.share
  from register.title_version v
  join register.holding h on h.title_version_id = v.id
  join register.party p on p.id = h.party_id
  where upper_inf(v.known) and v.valid @> published.today();
comment on view published.holder is 'Holders of a title; the name is null where it is withheld.';

create view published.title as
  select v.title_id as id, v.code, v.part, v.kind, v.kind_raw, k.class, k.effect, v.state,
    v.procedure, v.status_raw, v.minerals, v.filed_on, v.granted_on, v.expires_on, v.stated_on,
    v.declared_cells, v.declared_area_ha, v.flags,
    (select string_agg(p.public_name, ', ' order by h.position)
     from register.holding h join register.party p on p.id = h.party_id
     where h.title_version_id = v.id) as holders,
    s.name as source, f.name as source_file, r."row" as source_row
  from register.title_version v
  join register.right_kind k on k.kind = v.kind
  left join register.import_row r on r.id = v.import_row_id
  left join register.import_run i on i.id = r.import_id
  left join register.received_file f on f.id = i.file_id
  left join register.source s on s.id = i.source_id
  where upper_inf(v.known) and v.valid @> published.today();

create view published.ground as
  select g.id, g.title_id, 'held' as standing, v.code, g.kind, k.class, v.state, v.procedure,
    lower(g.held) as held_from, g.cells, g.runs, g.on_lattice, g.flags, g.geom, g.geom_3857
  from register.perimeter_version g
  join register.right_kind k on k.kind = g.kind
  join register.title_version v on v.title_id = g.title_id and upper_inf(v.known)
    and v.valid @> published.today()
  where upper_inf(g.known) and g.held @> published.today()
  union all
  select g.id, g.title_id, 'claimed', v.code, g.kind, k.class, v.state, v.procedure,
    lower(g.held), g.cells, g.runs, g.on_lattice, g.flags, g.geom, g.geom_3857
  from register.claim g
  join register.right_kind k on k.kind = g.kind
  join register.title_version v on v.title_id = g.title_id and upper_inf(v.known)
    and v.valid @> published.today()
  where upper_inf(g.known) and g.held @> published.today();
comment on view published.ground is 'Ground of rights and zones, held or asked for, today.';

create view published.restricted_area as
  select g.id, g.title_id, v.code, g.kind, k.effect, v.state, lower(g.held) as held_from, g.cells,
    g.runs, g.on_lattice, g.flags, g.geom, g.geom_3857
  from register.restricted_area g
  join register.right_kind k on k.kind = g.kind
  join register.title_version v on v.title_id = g.title_id and upper_inf(v.known)
    and v.valid @> published.today()
  where upper_inf(g.known) and g.held @> published.today();

create view published.zone as
  select z.title_id, z.name, z.route, z.host_title_id, a.reference as act_reference,
    a.on_day as act_on
  from register.zone z left join register.act a on a.id = z.act_id;

create view published.overlap_run as
  select r.id, r.on_day, r.as_known_revision, r.law_version, r.grounds, r.pairs, r.cells,
    r.polygon_pairs, v.at
  from register.overlap_run r join register.revision v on v.id = r.opened_revision
  order by r.id desc limit 1;

create view published.overlap as
  select f.id, f.run_id, f.a_title_id, f.b_title_id, f.exact, f.cells, f.area_cells,
    f.legal_area_ha, f.geodesic_area_m2, f.share_a, f.share_b, f.tolerance_cells, f.verdict,
    f.reason, f.article, f.source, f.confidence, f.upper, f.rule_version, f.message, f.conditions,
    f.default_verdict, f.first_day, f.runs,
    f.geom, f.geom_3857
  from register.overlap_finding f
  where f.run_id = (select max(id) from register.overlap_run);
comment on view published.overlap is 'Findings of the latest audit of the whole register.';

create view published.place as
  select id, name, position_note, source, geom from register.place;

grant select on all tables in schema published to mabele_public;
grant select on public.alembic_version to mabele_public, mabele_auth;
"""

DOWN = """
revoke select on public.alembic_version from mabele_public, mabele_auth;
drop view published.place;
drop view published.overlap;
drop view published.overlap_run;
drop view published.zone;
drop view published.restricted_area;
drop view published.ground;
drop view published.title;
drop view published.holder;
drop view published.holder_name;
drop view published.register;
drop view published.revision;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
