"""What held on another day, and what was believed before, may be read by everybody.

The public views of 0007 show today as it is known today; what they leave out was public on its day.
These show every version with its days and revisions; names come from ``party.public_name`` alone.
"""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = ("perimeter_version", "claim", "restricted_area")

INDEX = "create index {0}_ever_3857 on register.{0} using gist (geom_3857);"

UP = """
create view published.revisions as select id, at from register.revision;
comment on view published.revisions is 'Every revision and its instant, without who made it.';

create view published.title_ever as
  select v.title_id as id, v.id as version_id, v.valid, v.known, v.code, v.part, v.kind,
    v.kind_raw, k.class, k.effect, v.state, v.procedure, v.status_raw, v.minerals, v.filed_on,
    v.granted_on, v.expires_on, v.stated_on, v.declared_cells, v.declared_area_ha, v.flags,
    (select string_agg(p.public_name, ', ' order by h.position)
     from register.holding h join register.party p on p.id = h.party_id
     where h.title_version_id = v.id) as holders,
    s.name as source, f.name as source_file, r."row" as source_row
  from register.title_version v
  join register.right_kind k on k.kind = v.kind
  left join register.import_row r on r.id = v.import_row_id
  left join register.import_run i on i.id = r.import_id
  left join register.received_file f on f.id = i.file_id
  left join register.source s on s.id = i.source_id;
create view published.holder_ever as
  select h.title_version_id as version_id, h.position, p.public_name as name, h.share
  from register.holding h join register.party p on p.id = h.party_id;

create view published.ground_ever as
  select g.id, g.title_id, g.standing, g.held, g.known as ground_known, v.valid,
    v.known as title_known, v.code, g.kind, k.class, k.effect, v.state, v.procedure, g.cells,
    g.runs, g.on_lattice, g.flags, g.geom, g.geom_3857
  from register.ground g
  join register.right_kind k on k.kind = g.kind
  join register.title_version v on v.title_id = g.title_id;
comment on view published.ground_ever is
  'All ground with all attributes, on both clocks: ask for held, valid, ground_known, title_known.';

grant select on published.revisions, published.title_ever, published.holder_ever,
  published.ground_ever to mabele_public;
"""

DOWN = """
drop view published.ground_ever;
drop view published.holder_ever;
drop view published.title_ever;
drop view published.revisions;
"""


def upgrade() -> None:
    for table in TABLES:
        op.execute(INDEX.format(table))
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
    for table in TABLES:
        op.execute(f"drop index register.{table}_ever_3857")
