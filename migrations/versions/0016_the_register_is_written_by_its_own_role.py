"""The register is written by a role of its own, which no account has.

Officers and administrators keep reading, and writing what they do under their own role. What the
engine does as the effect of a step, an import or an audit, it does as ``mabele_register``.

Roles belong to the whole cluster: going down gives the privileges back and leaves the role itself.
"""

from __future__ import annotations

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

OFFICE, REGISTER = "mabele_cadastre", "mabele_register"

ROLE = """
do $$
begin
  if not exists (select from pg_roles where rolname = 'mabele_register') then
    begin
      create role mabele_register nologin;
    exception when duplicate_object or unique_violation then
      null;  -- another database of this cluster is being migrated at the same time
    end;
  end if;
end $$
"""

MEMBERS = """
do $$
declare
  receiver text;
  given text;
begin
  for receiver, given in
    select * from (values
      ('mabele_register', 'mabele_cadastre'),
      ('mabele_login', 'mabele_register')
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

WRITTEN = (
    (
        "insert",
        "register.source, register.received_file, register.received_content, register.import_run, "
        "register.import_row, register.import_issue, register.import_change",
    ),
    ("insert", "register.title, register.title_version, register.holding, register.zone"),
    ("insert", "register.perimeter_version, register.claim, register.restricted_area"),
    ("insert", "register.inherited_conflict, register.inherited_conflict_party"),
    ("insert", "register.overlap_run, register.overlap_finding"),
    ("insert", "register.allocation, register.attribution, register.lease"),
    ("insert (kind, reference, on_day, note)", "register.act"),
    ("update (state, decided_revision)", "register.import_run"),
    (
        "update (known)",
        "register.title_version, register.perimeter_version, register.claim, "
        "register.restricted_area, register.allocation, register.attribution, register.lease",
    ),
    ("insert", "casework.judgement, casework.finding, casework.opinion_request"),
    ("update (title_id, host_title_id, involves)", "casework.case_file"),
    (
        "insert (file_id, version_number, step_seq, machine, subject, kind, route, substances, "
        "published_on, closes_on, length_basis, length_by_law, text_fr, text_en, runs, geom)",
        "casework.notice",
    ),
    ("update (withdrawn_on, withdrawn_reason)", "casework.notice"),
    ("insert (notice_id, position, part, party_id)", "casework.notice_party"),
    (
        "execute",
        "function register.inherit_ground(bigint[], int[], int[], int[]), "
        "register.refresh_statistics()",
    ),
)
"""What only the engine writes: privileges, and what they are on."""

OFFICIALS_READ = """
create or replace view casework.party_name as
  select id, case when current_setting('role') in ('mabele_cadastre', 'mabele_supervisor',
      'mabele_admin', 'mabele_legal', 'mabele_minister', 'mabele_egc', 'mabele_inspector'{more})
    or id = any ((select casework.my_parties())::bigint[]) then name else public_name end as name
  from register.party;

create or replace function casework.sees_area(area bigint) returns boolean
language sql stable security definer
set search_path = pg_catalog, casework, pg_temp
as $$
  select case current_setting('role')
    when 'mabele_egc' then egc_acts_in(area)
    when 'mabele_company' then is_on_my_title(area)
    else current_setting('role') in ('mabele_cadastre', 'mabele_supervisor', 'mabele_admin',
      'mabele_legal', 'mabele_minister', 'mabele_inspector'{more}) end
$$;

alter policy of_the_cadastre on casework.case_file
  using (filed_at is not null or owner_role = current_setting('role')
    or (owner_role in ('mabele_cadastre', 'mabele_supervisor')
      and current_setting('role') in ('mabele_cadastre', 'mabele_supervisor'{more}))
    or opened_by = (select casework.my_account()));

alter policy with_its_file on casework.case_document
  using (exists (select from casework.case_file f where f.id = file_id)
    and (not restricted or current_setting('role') in ('mabele_cadastre', 'mabele_supervisor',
        'mabele_admin', 'mabele_egc', 'mabele_legal', 'mabele_minister'{more})
      or exists (select from casework.case_file f where f.id = file_id
        and f.party_id = any ((select casework.my_parties())::bigint[]))));
"""

THE_ENGINE_WRITES = """
alter policy written_with_its_file on casework.case_party
  with check (exists (select from casework.case_file f where f.id = file_id
      and f.state = 'draft' and f.owner_role = current_setting('role'))
    or current_setting('role') = '{writer}');
alter policy written_by_the_register on casework.finding to {writer};
alter policy linked_by_the_cadastre on casework.case_file to {writer};
"""


def _moved(giver: str, receiver: str) -> str:
    """Return what takes the privileges of writing the register from one role to another."""
    return "\n".join(
        f"revoke {privilege} on {objects} from {giver};\n"
        f"grant {privilege} on {objects} to {receiver};"
        for privilege, objects in WRITTEN
    )


def upgrade() -> None:
    op.execute(ROLE)
    op.execute(MEMBERS)
    op.execute(_moved(OFFICE, REGISTER))
    op.execute(OFFICIALS_READ.format(more=", 'mabele_register'"))
    op.execute(THE_ENGINE_WRITES.format(writer=REGISTER))


def downgrade() -> None:
    op.execute(THE_ENGINE_WRITES.format(writer=OFFICE))
    op.execute(OFFICIALS_READ.format(more=""))
    op.execute(_moved(REGISTER, OFFICE))
