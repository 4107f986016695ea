"""Application roles and the two schemas: ``register`` (tables) and ``published`` (public views).

Roles belong to the whole cluster, so that another database may hold grants for them: going down
takes every privilege in this database away and leaves the roles themselves.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = """
do $$
declare
  wanted text;
begin
  foreach wanted in array array['mabele_public', 'mabele_cadastre', 'mabele_admin', 'mabele_auth']
  loop
    if not exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin', wanted);
      exception when duplicate_object or unique_violation then
        null;  -- another database of this cluster is being migrated at the same time
      end;
    end if;
  end loop;
end $$
"""

MEMBERS = """
do $$
declare
  receiver text;
  given text;
begin
  -- The login of public tiles takes no role per transaction: it has the public one, and no other.
  if exists (select from pg_roles where rolname = 'mabele_tiles' and not rolinherit) then
    begin
      alter role mabele_tiles inherit;
    exception when others then
      if not exists (select from pg_roles where rolname = 'mabele_tiles' and rolinherit) then
        raise;
      end if;  -- altered in the meantime by the migration of another database
    end;
  end if;
  for receiver, given in
    select * from (values
      ('mabele_cadastre', 'mabele_public'),
      ('mabele_admin', 'mabele_cadastre'),
      ('mabele_login', 'mabele_public'),
      ('mabele_login', 'mabele_cadastre'),
      ('mabele_login', 'mabele_admin'),
      ('mabele_login', 'mabele_auth'),
      ('mabele_tiles', 'mabele_public')
    ) as wanted (member, granted)
    where exists (select from pg_roles where rolname = wanted.member)
  loop
    if not exists (
      select from pg_auth_members m
      join pg_roles holder on holder.oid = m.member
      join pg_roles role on role.oid = m.roleid
      where holder.rolname = receiver and role.rolname = given
    ) then
      begin
        execute format('grant %I to %I', given, receiver);
      exception when unique_violation then
        null;  -- granted in the meantime by the migration of another database
      end;
    end if;
  end loop;
end $$
"""

TIMEOUTS = """
do $$
declare
  wanted text[] := array['statement_timeout=15s', 'idle_in_transaction_session_timeout=30s'];
begin
  if exists (select from pg_roles where rolname = 'mabele_tiles') and not exists (
    select from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
    where r.rolname = 'mabele_tiles' and s.setdatabase = 0 and s.setconfig @> wanted
  ) then
    begin
      alter role mabele_tiles set statement_timeout = '15s';
      alter role mabele_tiles set idle_in_transaction_session_timeout = '30s';
    exception
      when insufficient_privilege then
        raise warning 'have an administrator of the server give mabele_tiles %', wanted;
      when others then
        if sqlstate <> 'XX000' then
          raise;
        end if;  -- altered at the same time by the migration of another database
    end;
  end if;
end $$
"""

TEMPORARY = """
-- A function of one's own in a temporary schema could look at rows that a view filters out.
do $$
begin
  if pg_has_role((select datdba from pg_database where datname = current_database()), 'member') then
    execute format('{} temporary on database %I {} public', current_database());
  end if;
end $$
"""

SCHEMAS = """
create schema register;
create schema published;
comment on schema register is 'The register: truth on both clocks. Read and written by officials.';
comment on schema published is 'What everybody may see: views that hold the public filter.';

grant usage on schema published to mabele_public, mabele_auth;
grant usage on schema register to mabele_cadastre, mabele_auth;

create function published.today() returns date
language sql stable
as $$ select (now() at time zone 'Africa/Kinshasa')::date $$;
comment on function published.today() is 'The calendar day in Kinshasa: legal time goes by it.';

create function published.fold(value text) returns text
language sql immutable strict parallel safe
set search_path = pg_catalog, pg_temp
as $$ select lower(public.unaccent('public.unaccent', value)) $$;
comment on function published.fold(text) is 'Text without accents and case, for searching.';
"""

DOWN = """
drop schema published cascade;
drop schema register cascade;
"""


def upgrade() -> None:
    op.execute(ROLES)
    op.execute(MEMBERS)
    op.execute(TIMEOUTS)
    op.execute(TEMPORARY.format("revoke", "from"))
    op.execute(SCHEMAS)


def downgrade() -> None:
    op.execute(DOWN)
    op.execute(TEMPORARY.format("grant", "to"))
