"""An extract becomes true by two people: one account proposes it, another one approves it.

Who they are is what their revisions say. The register taken over is the exception: the first file
into an empty register, by whoever runs the machine, and the invented demonstration.
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

UP = """
create function register.guard_who_imports() returns trigger
language plpgsql security definer
set search_path = pg_catalog, register, pg_temp
as $$
declare
  opener text := (select actor from revision where id = new.opened_revision);
  decider text := (select actor from revision where id = new.decided_revision);
  missing text := (
    select string_agg(who, ', ') from unnest(array[opener, decider]) who
    where not exists (  -- whoever did not sign in acts as “public”, which is no account
      select from account a where a.login = who and a.active and a.login <> 'public'));
begin
  if new.state = 'rejected' then
    return new;
  end if;
  if tg_op = 'INSERT' and new.state = 'applied' then
    if exists (select from title) and not exists (
      select from source s where s.id = new.source_id and s.demonstration)
    then
      raise exception 'only the first file into an empty register is applied at once'
        using errcode = 'check_violation', constraint = 'import_run_first_alone';
    end if;
    return new;
  end if;
  if missing is not null then
    raise exception 'an extract is proposed and approved by open accounts; no such one is: %',
      missing using errcode = 'check_violation', constraint = 'import_run_accounts';
  end if;
  if decider = opener then
    raise exception 'extract % is approved by another person than who proposed it', new.id
      using errcode = 'check_violation', constraint = 'import_run_second_person';
  end if;
  return new;
end $$;
comment on function register.guard_who_imports() is
  'Four eyes (double contrôle): nobody changes registered perimeters alone by an extract.';
-- After b_guard_import, which holds the revisions to those of the writer.
create trigger c_guard_who_imports before insert or update on register.import_run
  for each row execute function register.guard_who_imports();
"""

DOWN = """
drop trigger c_guard_who_imports on register.import_run;
drop function register.guard_who_imports();
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
