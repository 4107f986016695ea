"""Perimeters on both clocks, occupancy under its exclusion constraint, claims, restricted areas.

``perimeter_version`` is the only truth about a perimeter. ``occupancy`` follows from it and from
the inherited conflicts, holds current belief only, and is written by triggers alone.
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GROUPS = """
create table register.ground_group (
  id int primary key,
  name text not null unique
);
insert into register.ground_group (id, name) values
  (1, 'mining'), (2, 'quarry'), (3, 'tailings'), (4, 'allocation'), (5, 'work_area');

create table register.ground_group_kind (
  grp int not null references register.ground_group,
  kind text not null references register.right_kind,
  primary key (grp, kind)
);
insert into register.ground_group_kind (grp, kind) values
  (1, 'PR'), (1, 'PE'), (1, 'PEPM'), (1, 'ZEA'), (1, 'CUP'), (1, 'UNKNOWN'),
  (2, 'ARPC'), (2, 'AECP'), (2, 'AECT'), (2, 'ZEA'), (2, 'CUP'), (2, 'UNKNOWN'),
  (3, 'PER'), (3, 'ZEA'), (3, 'CUP'), (3, 'UNKNOWN');
comment on table register.ground_group_kind is
  'Kinds that always exclude each other share a group; all other pairs are judged by the law. A '
  'kind that is not understood (UNKNOWN, CUP) holds in every group, so that nobody is granted its '
  'ground unseen; a lease (ATE, APE) lies on its own title and is in none.';
"""

SHAPES = """
create function register.cells_of(runs int[]) returns int
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select coalesce(sum(runs[i][3] - runs[i][2]), 0)::int
  from generate_series(1, array_length(runs, 1)) as i
$$;
comment on function register.cells_of(int[]) is
  'Carrés in runs (row, col_from, col_to exclusive).';

create function register.runs_are_sound(runs int[]) returns boolean
language sql immutable parallel safe
set search_path = pg_catalog, pg_temp
as $$
  select array_ndims(runs) = 2 and array_length(runs, 2) = 3 and array_lower(runs, 1) = 1
    and not exists (select from unnest(runs) as v where v is null) and (
    select bool_and(runs[i][2] < runs[i][3] and (i = 1 or runs[i - 1][1] < runs[i][1]
      or (runs[i - 1][1] = runs[i][1] and runs[i - 1][3] < runs[i][2])))
    from generate_series(1, array_length(runs, 1)) as i)
$$;
comment on function register.runs_are_sound(int[]) is
  'Sorted by row and column, not empty, disjoint, never adjacent.';

create function register.rows_of(runs int[]) returns table ("row" int, cols int4range)
language sql immutable parallel safe
as $$
  select runs[i][1], int4range(runs[i][2], runs[i][3])
  from generate_series(1, array_length(runs, 1)) as i
$$;

create function register.web_mercator(geom public.geometry) returns public.geometry
language sql immutable parallel safe
set search_path = public, pg_catalog, pg_temp
as $$
  select case when st_ymax(geom) <= 85.05 and st_ymin(geom) >= -85.05
    then st_transform(geom, 3857) end
$$;
comment on function register.web_mercator(public.geometry) is
  'The same geometry in EPSG:3857; null beyond the latitudes that the projection can draw.';

create sequence register.ground_id;
comment on sequence register.ground_id is
  'One series for perimeters, claims and restricted areas, so that a finding can name any ground.';
"""

GROUND_COLUMNS = """
  id bigint primary key default nextval('register.ground_id'),
  title_id bigint not null references register.title,
  kind text not null references register.right_kind,
  held daterange not null check (not isempty(held) and not lower_inf(held)),
  known int8range not null check (not isempty(known) and not lower_inf(known)),
  runs int[] not null,
  cells int not null generated always as (register.cells_of(runs)) stored,
  on_lattice boolean not null,
  flags text[] not null,
  geom geometry(MultiPolygon, 4326) not null,
  geom_3857 geometry(MultiPolygon, 3857)
    generated always as (register.web_mercator(geom)) stored,
  import_row_id bigint references register.import_row,
  opened_by bigint references register.act,
  closed_by bigint references register.act,
  check (upper_inf(held) or closed_by is not null)
"""

GROUND = f"""
create table register.perimeter_version (
{GROUND_COLUMNS},
  clip_line geometry(MultiLineString, 4326),
  check (register.runs_are_sound(runs)),
  constraint perimeter_version_once
    exclude using gist (title_id with =, kind with =, held with &&, known with &&)
);
comment on table register.perimeter_version is
  'Ground held by a right or a zone. Held opens at the grant and closes by a recorded act only.';
comment on column register.perimeter_version.clip_line is
  'Where a border or a park cuts carrés; they are held and counted whole.';

create table register.claim (
{GROUND_COLUMNS},
  check (register.runs_are_sound(runs))
);
comment on table register.claim is
  'Ground asked for by a pending application. Claims may overlap; a grant checks earlier ones.';

create table register.restricted_area (
{GROUND_COLUMNS},
  check (register.runs_are_sound(runs))
);
comment on table register.restricted_area is
  'Ground under a restriction (ZRG, ZI, ZP, park): never in occupancy, judged by the law.';
"""

INDEXES = "\n".join(
    f"""
create index {table}_by_title on register.{table} (title_id, kind);
create index {table}_geom on register.{table} using gist (geom) where upper_inf(known);
create index {table}_geom_3857 on register.{table} using gist (geom_3857) where upper_inf(known);
create index {table}_by_import_row on register.{table} (import_row_id);
create trigger b_guard_version before insert or update on register.{table}
  for each row execute function register.guard_version();
"""
    for table in ("perimeter_version", "claim", "restricted_area")
)

CONFLICTS = """
create table register.inherited_conflict (
  id bigint generated by default as identity primary key check (id > 0),
  grp int not null references register.ground_group,
  import_id bigint not null references register.import_run,
  reason text not null check (reason in ('overlap', 'shared_carre', 'succession'))
);
comment on table register.inherited_conflict is
  'Ground on which a register that was taken over holds several rights of one group at once. Its '
  'parties tolerate each other there, and nobody else. shared_carre: their outlines do not '
  'overlap, they only meet in a carré because one lies off the lattice. succession: one followed '
  'the other on a day that two extracts leave open.';

create table register.inherited_conflict_party (
  conflict_id bigint not null references register.inherited_conflict,
  title_id bigint not null references register.title,
  primary key (title_id, conflict_id)
);
create index inherited_conflict_party_by_conflict
  on register.inherited_conflict_party (conflict_id);

create table register.inherited_conflict_run (
  id bigint generated by default as identity primary key,
  conflict_id bigint not null references register.inherited_conflict,
  grp int not null,
  "row" int not null,
  cols int4range not null check (not isempty(cols) and not lower_inf(cols) and not upper_inf(cols)),
  constraint inherited_conflict_run_once
    exclude using gist (grp with =, "row" with =, cols with &&)
);
comment on table register.inherited_conflict_run is
  'Each carré of a group belongs to one inherited conflict at most: that of all its parties.';
create index inherited_conflict_run_by_conflict
  on register.inherited_conflict_run (conflict_id, "row");

-- Conflicts, their parties and their ground come with an import, and never change afterwards: first
-- the conflict, then who is a party, then the ground, once. At the end of the transaction every
-- party must hold all that ground: by what was known before, or by a row of that very import.
create function register.decided_now(imports bigint[]) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, register, pg_temp
as $$
declare
  own bigint := open_revision();
begin
  if exists (
    select from import_run where id = any (imports)
      and (state <> 'applied' or decided_revision is distinct from own)
  ) then
    raise exception 'a conflict is inherited only while the import that brings it is applied'
      using errcode = 'check_violation';
  end if;
end $$;
revoke execute on function register.decided_now(bigint[]) from public;

create function register.conflict_comes_with_its_import() returns trigger
language plpgsql security definer
set search_path = pg_catalog, register, pg_temp
as $$
begin
  perform decided_now((select array_agg(distinct import_id) from new_rows));
  return null;
end $$;
create trigger d_with_its_import after insert on register.inherited_conflict
  referencing new table as new_rows
  for each statement execute function register.conflict_comes_with_its_import();

create function register.party_comes_with_its_conflict() returns trigger
language plpgsql security definer
set search_path = pg_catalog, register, pg_temp
as $$
begin
  perform decided_now((
    select array_agg(distinct c.import_id)
    from new_rows n join inherited_conflict c on c.id = n.conflict_id));
  if exists (select from new_rows n join inherited_conflict_run r using (conflict_id)) then
    raise exception 'nobody joins a conflict that has its ground'
      using errcode = 'check_violation';
  end if;
  return null;
end $$;
create trigger d_with_its_import after insert on register.inherited_conflict_party
  referencing new table as new_rows
  for each statement execute function register.party_comes_with_its_conflict();

create function register.parties_hold_the_conflict() returns trigger
language plpgsql security definer
set search_path = pg_catalog, register, pg_temp
as $$
declare
  own bigint := (select decided_revision from import_run where id = new.import_id);
begin
  if not exists (select from inherited_conflict_run where conflict_id = new.id) or exists (
    with held as materialized (
      select v.title_id, s."row", s.cols
      from inherited_conflict_party p
      join perimeter_version v on v.title_id = p.title_id
      join ground_group_kind g on g.kind = v.kind and g.grp = new.grp
      left join import_row i on i.id = v.import_row_id and i.import_id = new.import_id
      cross join lateral rows_of(v.runs) s
      where p.conflict_id = new.id and (v.known @> own - 1
        or (lower(v.known) = own and i.id is not null and (i.runs = v.runs or not i.on_lattice)))
    )
    select
    from inherited_conflict_party p
    join inherited_conflict_run r on r.conflict_id = p.conflict_id
    left join held h on h.title_id = p.title_id and h."row" = r."row" and h.cols && r.cols
    where p.conflict_id = new.id
    group by p.title_id, r.id
    having not int4multirange(r.cols) <@ coalesce(range_agg(h.cols), '{}'::int4multirange)
  ) then
    raise exception 'a party of conflict % does not hold its ground, neither before nor by a row '
      'of the import', new.id using errcode = 'check_violation';
  end if;
  return null;
end $$;
create constraint trigger parties_hold_the_conflict after insert on register.inherited_conflict
  deferrable initially deferred
  for each row execute function register.parties_hold_the_conflict();

-- Puts ground under conflicts, taking it from the conflicts that held it: whoever was a party there
-- must be a party here. One insert, so that occupancy is rewritten once, when all is in place.
create function register.inherit_ground(conflicts bigint[], "rows" int[], starts int[], ends int[])
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, register, pg_temp
as $$
declare
  own bigint := open_revision();
  rest_conflicts bigint[];
  rest_groups int[];
  rest_rows int[];
  rest_cols int4range[];
begin
  perform decided_now((
    select array_agg(distinct import_id) from inherited_conflict where id = any (conflicts)));
  if exists (select from inherited_conflict_run where conflict_id = any (conflicts)) or exists (
    select
    from unnest(conflicts, "rows", starts, ends) as n (conflict_id, "row", col_from, col_to)
    join inherited_conflict c on c.id = n.conflict_id
    join inherited_conflict_run r on r.grp = c.grp and r."row" = n."row"
      and r.cols && int4range(n.col_from, n.col_to)
    join inherited_conflict earlier on earlier.id = r.conflict_id
    join import_run i on i.id = earlier.import_id
    where i.decided_revision = own
  ) then
    raise exception 'a conflict is given its ground once, with its import'
      using errcode = 'check_violation';
  end if;
  select array_agg(conflict_id), array_agg(grp), array_agg("row"), array_agg(cols)
  into rest_conflicts, rest_groups, rest_rows, rest_cols
  from (
    select r.conflict_id, r.grp, r."row",
      unnest(int4multirange(r.cols) - range_agg(int4range(n.col_from, n.col_to))) as cols
    from unnest(conflicts, "rows", starts, ends) as n (conflict_id, "row", col_from, col_to)
    join inherited_conflict c on c.id = n.conflict_id
    join inherited_conflict_run r on r.grp = c.grp and r."row" = n."row"
      and r.cols && int4range(n.col_from, n.col_to)
    group by r.id
  ) rest;
  delete from inherited_conflict_run r
  using unnest(conflicts, "rows", starts, ends) as n (conflict_id, "row", col_from, col_to)
  join inherited_conflict c on c.id = n.conflict_id
  where r.grp = c.grp and r."row" = n."row" and r.cols && int4range(n.col_from, n.col_to);
  insert into inherited_conflict_run (conflict_id, grp, "row", cols)
  select * from unnest(rest_conflicts, rest_groups, rest_rows, rest_cols)
  union all
  select c.id, c.grp, n."row", int4range(n.col_from, n.col_to)
  from unnest(conflicts, "rows", starts, ends) as n (conflict_id, "row", col_from, col_to)
  join inherited_conflict c on c.id = n.conflict_id;
end $$;
revoke execute on function register.inherit_ground(bigint[], int[], int[], int[]) from public;
"""

OCCUPANCY = """
create table register.occupancy (
  version_id bigint not null,
  title_id bigint not null,
  grp int not null,
  "row" int not null,
  cols int4range not null check (not isempty(cols) and not lower_inf(cols) and not upper_inf(cols)),
  held daterange not null check (not isempty(held) and not lower_inf(held)),
  excl bigint not null,
  constraint occupancy_excludes
    exclude using gist (grp with =, "row" with =, cols with &&, held with &&, excl with <>)
);
create index occupancy_by_version on register.occupancy (version_id);
comment on table register.occupancy is
  'Current belief: who holds which carrés. Written by triggers from perimeter_version only.';
comment on column register.occupancy.excl is
  'The title; on inherited conflict ground minus the conflict, so that its parties meet there.';

-- Rewrites what the given versions occupy: nothing where they are no longer believed.
create function register.occupy(versions bigint[]) returns void
language sql volatile security definer
set search_path = pg_catalog, register, pg_temp
as $$
  delete from occupancy where version_id = any (versions);

  with ground as (
    select v.id, v.title_id, g.grp, r."row", r.cols, v.held
    from perimeter_version v
    join ground_group_kind g on g.kind = v.kind
    cross join lateral rows_of(v.runs) r
    where v.id = any (versions) and upper_inf(v.known)
  ), contested as (
    select o.id, o.grp, o."row", o.cols, c.conflict_id, o.cols * c.cols as shared
    from ground o
    join inherited_conflict_party p on p.title_id = o.title_id
    join inherited_conflict_run c on c.conflict_id = p.conflict_id
      and c.grp = o.grp and c."row" = o."row" and c.cols && o.cols
  ), undisputed as (
    select o.id, o.title_id, o.grp, o."row", o.held, unnest(
      int4multirange(o.cols) - coalesce(range_agg(c.shared), '{}'::int4multirange)) as cols
    from ground o
    left join contested c using (id, grp, "row", cols)
    group by o.id, o.title_id, o.grp, o."row", o.cols, o.held
  )
  insert into occupancy (version_id, title_id, grp, "row", cols, held, excl)
  select id, title_id, grp, "row", cols, held, title_id from undisputed
  union all
  select o.id, o.title_id, o.grp, o."row", c.shared, o.held, -c.conflict_id
  from ground o join contested c using (id, grp, "row", cols)
$$;
revoke execute on function register.occupy(bigint[]) from public;

create function register.occupancy_follows_versions() returns trigger
language plpgsql security definer
set search_path = pg_catalog, register, pg_temp
as $$
begin
  perform register.occupy((select array_agg(id) from new_rows));
  return null;
end $$;
create trigger c_occupy_insert after insert on register.perimeter_version
  referencing new table as new_rows
  for each statement execute function register.occupancy_follows_versions();
create trigger c_occupy_update after update on register.perimeter_version
  referencing new table as new_rows
  for each statement execute function register.occupancy_follows_versions();

create function register.occupancy_follows_conflicts() returns trigger
language plpgsql security definer
set search_path = pg_catalog, register, pg_temp
as $$
begin
  perform register.occupy((
    select array_agg(distinct o.version_id)
    from new_rows c
    join register.inherited_conflict_party p on p.conflict_id = c.conflict_id
    join register.occupancy o on o.title_id = p.title_id
      and o.grp = c.grp and o."row" = c."row" and o.cols && c.cols
  ));
  return null;
end $$;
create trigger c_occupy_insert after insert on register.inherited_conflict_run
  referencing new table as new_rows
  for each statement execute function register.occupancy_follows_conflicts();
"""

CLOSING = """
-- Ground that is closed goes on unchanged under other rows of its title; or with other carrés, and
-- an act is recorded in the same revision; or such an act stands on a new row of that title.
create function register.closing_is_explained() returns trigger
language plpgsql security definer
set search_path = pg_catalog, register, pg_temp
as $$
declare
  own bigint := upper(new.known);
  unchanged boolean;
  redrawn boolean;
begin
  execute format(
    'select coalesce(range_agg(held) filter (where kind = $1.kind and runs = $1.runs) @> $1.held, '
    'false), count(*) > 0 from register.%I where title_id = $1.title_id and lower(known) = $2',
    tg_table_name) into unchanged, redrawn using new, own;
  if unchanged or exists (
    select from act a where a.opened_revision = own and (redrawn
      or a.id in (select unnest(array[v.opened_by, v.closed_by]) from perimeter_version v
        where v.title_id = new.title_id and lower(v.known) = own)
      or a.id in (select v.act_id from title_version v
        where v.title_id = new.title_id and lower(v.known) = own))
  ) then
    return null;
  end if;
  raise exception '% % was closed with nothing in its place and no act that says why',
    tg_table_name, new.id using errcode = 'check_violation';
end $$;
create constraint trigger closing_is_explained after update on register.perimeter_version
  deferrable initially deferred for each row execute function register.closing_is_explained();
create constraint trigger closing_is_explained after update on register.claim
  deferrable initially deferred for each row execute function register.closing_is_explained();
create constraint trigger closing_is_explained after update on register.restricted_area
  deferrable initially deferred for each row execute function register.closing_is_explained();
"""

STATISTICS = """
-- After many rows at once: plans must not wait for the next autovacuum.
create function register.refresh_statistics() returns void
language plpgsql security definer
set search_path = pg_catalog, register, pg_temp
as $$
begin
  analyze register.title, register.title_version, register.holding, register.party,
    register.perimeter_version, register.claim, register.restricted_area, register.occupancy,
    register.import_row, register.import_issue;
end $$;
revoke execute on function register.refresh_statistics() from public;
grant execute on function register.refresh_statistics() to mabele_cadastre;
"""

AUDITED = """
call register.keep_audit('register.perimeter_version', 'id');
call register.keep_audit('register.claim', 'id');
call register.keep_audit('register.restricted_area', 'id');
call register.keep_audit('register.inherited_conflict', 'id');
call register.keep_audit('register.inherited_conflict_party', 'conflict_id');
call register.keep_audit('register.inherited_conflict_run', 'id');

create view register.ground as
  select id, title_id, 'held' as standing, kind, held, known, runs, cells, on_lattice, flags, geom,
    geom_3857 from register.perimeter_version
  union all
  select id, title_id, 'claimed', kind, held, known, runs, cells, on_lattice, flags, geom,
    geom_3857 from register.claim
  union all
  select id, title_id, 'restricted', kind, held, known, runs, cells, on_lattice, flags, geom,
    geom_3857 from register.restricted_area;
comment on view register.ground is 'All ground, whatever its standing, on both clocks.';

grant select on register.ground_group, register.ground_group_kind, register.perimeter_version,
  register.claim, register.restricted_area, register.inherited_conflict,
  register.inherited_conflict_party, register.inherited_conflict_run, register.occupancy,
  register.ground to mabele_cadastre;
grant insert on register.perimeter_version, register.claim, register.restricted_area,
  register.inherited_conflict, register.inherited_conflict_party to mabele_cadastre;
grant execute on function register.inherit_ground(bigint[], int[], int[], int[]) to mabele_cadastre;
grant update (known) on register.perimeter_version, register.claim, register.restricted_area
  to mabele_cadastre;
grant usage on all sequences in schema register to mabele_cadastre;
"""

DOWN = """
drop view register.ground;
drop table register.occupancy;
drop table register.inherited_conflict_run;
drop table register.inherited_conflict_party;
drop table register.inherited_conflict;
drop table register.restricted_area;
drop table register.claim;
drop table register.perimeter_version;
drop sequence register.ground_id;
drop table register.ground_group_kind;
drop table register.ground_group;
drop function register.closing_is_explained();
drop function register.refresh_statistics();
drop function register.parties_hold_the_conflict();
drop function register.party_comes_with_its_conflict();
drop function register.conflict_comes_with_its_import();
drop function register.decided_now(bigint[]);
drop function register.inherit_ground(bigint[], int[], int[], int[]);
drop function register.occupancy_follows_conflicts();
drop function register.occupancy_follows_versions();
drop function register.occupy(bigint[]);
drop function register.web_mercator(geometry);
drop function register.rows_of(int[]);
drop function register.runs_are_sound(int[]);
drop function register.cells_of(int[]);
"""


def upgrade() -> None:
    parts = (GROUPS, SHAPES, GROUND, INDEXES, CONFLICTS, OCCUPANCY, CLOSING, STATISTICS, AUDITED)
    for statements in parts:
        op.execute(statements)


def downgrade() -> None:
    op.execute(DOWN)
