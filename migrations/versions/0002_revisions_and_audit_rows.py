"""Revisions (recorded time) and audit rows written by trigger.

A revision is one writing transaction. It is opened under one register-wide lock, held to the end of
the transaction, so that revisions follow commit order. The lock is a row that no role may lock but
by opening a revision; advisory locks are open to every login.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REVISION = """
create table register.revision (
  id bigint primary key,
  at timestamptz not null unique,
  actor text not null check (actor <> ''),
  role text not null,
  reason text not null,
  xid bigint not null
);
comment on table register.revision is
  'Recorded time: one row per writing transaction, in commit order, instants strictly rising.';
comment on column register.revision.xid is
  'Tells a transaction its own revision, nothing else; numbers start again in a restored cluster.';

create table register.revision_lock (
  only_row boolean primary key default true check (only_row)
);
insert into register.revision_lock default values;
comment on table register.revision_lock is
  'One row, locked by whoever writes, to the end of the transaction.';

-- The transaction's own revision can only be the last one, for it holds the lock. After a restore
-- an old row may carry our xid by chance, but then its instant lies before our transaction began.
create function register.open_revision() returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, register, pg_temp
as $$
declare
  last register.revision;
  opened bigint;
begin
  if pg_current_xact_id_if_assigned() is not null then
    select * into last from revision order by id desc limit 1;
    if last.xid = pg_current_xact_id()::text::bigint and last.at >= now() then
      return last.id;
    end if;
  end if;
  perform from revision_lock for update;
  select * into last from revision order by id desc limit 1;
  insert into revision (id, at, actor, role, reason, xid)
  values (
    coalesce(last.id, 0) + 1,
    greatest(clock_timestamp(), last.at + interval '1 microsecond'),
    coalesce(nullif(current_setting('app.actor', true), ''), session_user),
    case current_setting('role') when 'none' then session_user else current_setting('role') end,
    coalesce(current_setting('app.reason', true), ''),
    pg_current_xact_id()::text::bigint
  )
  returning id into opened;
  return opened;
end $$;
revoke execute on function register.open_revision() from public;
grant execute on function register.open_revision() to mabele_cadastre;
grant select on register.revision to mabele_cadastre;
"""

AUDIT = """
create table register.audit_row (
  id bigint generated always as identity primary key,
  revision bigint not null references register.revision,
  table_name text not null,
  operation text not null check (operation in ('INSERT', 'UPDATE', 'DELETE')),
  row_key text not null,
  old jsonb,
  new jsonb,
  personal jsonb,
  leaf bytea not null check (length(leaf) = 32)
);
create index audit_row_by_row on register.audit_row (table_name, row_key);
create index audit_row_by_revision on register.audit_row (revision);
comment on table register.audit_row is
  'Every write of every table of the register. Written by trigger; no role may change it.';
comment on column register.audit_row.leaf is
  'SHA-256 over revision, actor, instant, table, operation, key, old and new. Personal fields '
  'enter it as salted commitments only, so that they can be erased without breaking it.';
comment on column register.audit_row.personal is
  'Salt and value behind each commitment, by side and field; null once erased.';
grant select on register.audit_row to mabele_admin;

create function register.field_salt(row_salt bytea, field text) returns bytea
language sql immutable parallel safe
as $$ select sha256(row_salt || convert_to(field, 'UTF8')) $$;

create function register.commitment(salt bytea, value text) returns text
language sql immutable parallel safe
as $$ select encode(sha256(salt || convert_to(value, 'UTF8')), 'hex') $$;
comment on function register.commitment(bytea, text) is
  'What stands in a hash for a personal value: SHA-256 of a random salt and the value.';

-- Trigger arguments: the key column, then the personal columns; "!" before one keeps its value out
-- of the audit altogether (secrets).
create function register.audit_columns(side text, relation oid, personal_columns text[])
returns table (content text, personal text)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
  with field as (
    select a.attname as name, a.attnum,
           format('%I.%I', side, a.attname) as value,
           t.typname = 'geometry' as is_geometry,
           a.attname = any (personal_columns) as is_personal,
           '!' || a.attname = any (personal_columns) as is_secret
    from pg_attribute a join pg_type t on t.oid = a.atttypid
    where a.attrelid = relation and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  )
  select
    format('jsonb_build_object(%s)', string_agg(format('%L, %s', name, case
      when is_personal or is_secret then format(
        'register.commitment(register.field_salt(%I_salt, %L), (%s)::text)', side, name, value)
      when is_geometry then format('encode(public.st_asewkb(%s), ''hex'')', value)
      else value end), ', ' order by attnum)),
    case when bool_or(is_personal) then format('jsonb_build_object(%s)', string_agg(format(
      '%L, jsonb_build_object(''salt'', encode(register.field_salt(%I_salt, %L), ''hex''), '
      '''value'', (%s)::text)', name, side, name, value), ', ' order by attnum)
      filter (where is_personal)) else 'null::jsonb' end
  from field
$$;

create function register.write_audit() returns trigger
language plpgsql security definer
set search_path = pg_catalog, register, pg_temp
set timezone = 'UTC' set datestyle = 'ISO, YMD' set intervalstyle = 'iso_8601'
set extra_float_digits = 1 set bytea_output = 'hex'
as $$
declare
  key text := tg_argv[0];
  personal_columns text[] := array(select a from unnest(tg_argv[1:]) as a);
  before record;
  after record;
  pairs text;  -- each written row once, with a salt of its own: hence the lateral that names it
  opened register.revision;
begin
  select * into before from audit_columns('o', tg_relid, personal_columns);
  select * into after from audit_columns('n', tg_relid, personal_columns);
  select * into opened from revision where id = open_revision();
  pairs := case tg_op
    when 'INSERT' then format(
      'select n.%1$I::text as key, null::jsonb as old, %2$s as new, '
      'jsonb_strip_nulls(jsonb_build_object(''new'', %3$s)) as personal from new_rows n, '
      'lateral (select uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) as n_salt '
      'where n.%1$I is not null) s', key, after.content, after.personal)
    when 'DELETE' then format(
      'select o.%1$I::text as key, %2$s as old, null::jsonb as new, '
      'jsonb_strip_nulls(jsonb_build_object(''old'', %3$s)) as personal from old_rows o, '
      'lateral (select uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) as o_salt '
      'where o.%1$I is not null) s', key, before.content, before.personal)
    else format(
      'select coalesce(n.%1$I, o.%1$I)::text as key, '
      'case when o.%1$I is not null then %2$s end as old, '
      'case when n.%1$I is not null then %3$s end as new, '
      'jsonb_strip_nulls(jsonb_build_object(''old'', %4$s, ''new'', %5$s)) as personal '
      'from old_rows o full join new_rows n on n.%1$I = o.%1$I, lateral (select '
      'uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) as o_salt, '
      'uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) as n_salt '
      'where coalesce(n.%1$I, o.%1$I) is not null) s',
      key, before.content, after.content, before.personal, after.personal)
  end;
  execute format(
    'insert into register.audit_row '
    '(revision, table_name, operation, row_key, old, new, personal, leaf) '
    'select $1, $2, $3, key, old, new, nullif(personal, ''{}''), sha256(convert_to('
    'jsonb_build_array($1, $4, $5, $6, $7, $2, $3, key, old, new)::text, ''UTF8'')) '
    'from (%s) written', pairs)
  using opened.id, tg_table_name::text, tg_op, opened.actor, opened.role, opened.reason, opened.at;
  return null;
end $$;

create function register.begin_writing() returns trigger
language plpgsql
as $$
begin
  perform register.open_revision();
  return null;
end $$;
comment on function register.begin_writing() is
  'Takes the register lock before the first row is touched, so that no two writers can deadlock.';

create procedure register.keep_audit(relation regclass, variadic arguments text[])
language plpgsql
as $$
declare
  given text := (select string_agg(quote_literal(a), ', ') from unnest(arguments) a);
begin
  execute format(
    'create trigger a_begin_writing before insert or update or delete on %s '
    'for each statement execute function register.begin_writing()', relation);
  execute format(
    'create trigger z_audit_insert after insert on %s referencing new table as new_rows '
    'for each statement execute function register.write_audit(%s)', relation, given);
  execute format(
    'create trigger z_audit_update after update on %s referencing old table as old_rows '
    'new table as new_rows for each statement execute function register.write_audit(%s)',
    relation, given);
  execute format(
    'create trigger z_audit_delete after delete on %s referencing old table as old_rows '
    'for each statement execute function register.write_audit(%s)', relation, given);
end $$;
revoke execute on procedure register.keep_audit(regclass, text[]) from public;
"""

DOWN = """
drop procedure register.keep_audit(regclass, text[]);
drop function register.begin_writing();
drop function register.write_audit();
drop function register.audit_columns(text, oid, text[]);
drop function register.commitment(bytea, text);
drop function register.field_salt(bytea, text);
drop table register.audit_row;
drop function register.open_revision();
drop table register.revision_lock;
drop table register.revision;
"""


def upgrade() -> None:
    op.execute(REVISION)
    op.execute(AUDIT)


def downgrade() -> None:
    op.execute(DOWN)
