"""Who has got hold of an official's database role writes nothing of the register by raw SQL."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from casework_town import COL, ROW, rectangle
from psycopg import errors as pg

from geo.casework.content import Content
from geo.casework.files import Draft, open_draft, take_step
from geo.casework.work import StepOrder
from geo.errors import NotPermitted
from geo.register.connection import CADASTRE, REGISTER, UnitOfWork
from geo.register.orders import ActOrder
from geo.register.people import DATABASE_ROLE
from geo.register.schema import downgrade, migrate
from geo.register.writer import release

OFFICIALS = ("agent", "chief", "admin")
CORE = (
    *("source", "received_file", "received_content", "import_run", "import_row", "import_issue"),
    *("import_change", "title", "title_version", "holding", "zone", "act", "perimeter_version"),
    *("claim", "restricted_area", "inherited_conflict", "inherited_conflict_party"),
    *("inherited_conflict_run", "occupancy", "overlap_run", "overlap_finding"),
    *("allocation", "attribution", "lease"),
)
OF_THE_ENGINE = ("judgement", "finding", "notice", "notice_party")
_WRITES = """
select verb from unnest(array['INSERT', 'UPDATE']) verb
where has_any_column_privilege(%s::name, %s::regclass, verb)
union all
select verb from unnest(array['DELETE', 'TRUNCATE']) verb
where has_table_privilege(%s::name, %s::regclass, verb)
"""


def _verbs(as_owner: Any, role: str, table: str) -> list[str]:
    return [verb for (verb,) in as_owner(_WRITES, role, table, role, table)]


@pytest.mark.parametrize("role", sorted(set(DATABASE_ROLE.values())))
def test_no_role_of_a_person_writes_the_register(as_owner, role) -> None:
    for table in CORE:
        assert _verbs(as_owner, role, f"register.{table}") == [], table
    for table in OF_THE_ENGINE:
        assert _verbs(as_owner, role, f"casework.{table}") == [], table
    assert "UPDATE" not in _verbs(as_owner, role, "casework.case_file")
    assert "INSERT" not in _verbs(as_owner, role, "casework.opinion_request")


def test_the_register_writes_what_it_keeps_and_deletes_nothing(as_owner) -> None:
    assert _verbs(as_owner, REGISTER, "register.perimeter_version") == ["INSERT", "UPDATE"]
    for table in (*(f"register.{one}" for one in CORE), "casework.judgement", "casework.notice"):
        assert not {"DELETE", "TRUNCATE"} & set(_verbs(as_owner, REGISTER, table)), table


def test_the_register_is_nobodys_account(as_owner) -> None:
    members = as_owner(
        "select m.rolname from pg_auth_members a join pg_roles r on r.oid = a.roleid "
        "join pg_roles m on m.oid = a.member where r.rolname = %s and not a.admin_option "
        "and m.rolname <> current_user",
        REGISTER,
    )
    assert members == [("mabele_login",)]
    with pytest.raises(pg.CheckViolation):
        as_owner(
            "insert into register.account (login, display_name, role, password_hash) "
            "values ('x', 'X', %s, 'x')",
            REGISTER,
        )


@pytest.mark.parametrize("login", OFFICIALS)
@pytest.mark.parametrize(
    "statement",
    [
        "insert into register.perimeter_version (title_id, kind, held, known, runs) "
        "select title_id, kind, held, known, runs from register.perimeter_version limit 1",
        "update register.perimeter_version set known = int8range(lower(known), 2)",
        "update register.title_version set known = int8range(lower(known), 2)",
        "insert into register.title default values",
        "insert into register.act (kind, reference, on_day) values ('grant', 'Arrêté', now())",
        "insert into register.holding (title_version_id, party_id, position) "
        "select title_version_id, party_id, 9 from register.holding limit 1",
        "select register.inherit_ground('{1}', '{1}', '{1}', '{1}')",
        "select register.refresh_statistics()",
        "update casework.case_file set title_id = 1",
        "insert into casework.opinion_request (file_id, authority, asked_at) "
        "values (1, 'sgnc', now())",
    ],
)
def test_an_official_writes_no_ground_by_raw_sql(town, as_person, login, statement) -> None:
    with as_person(login) as sql, pytest.raises(pg.InsufficientPrivilege):
        sql.execute(statement)


@pytest.mark.parametrize("login", OFFICIALS)
def test_an_order_given_under_an_officials_role_is_refused(town, login) -> None:
    act = ActOrder("relinquishment", "Lettre 1", town.clock().date())
    role = DATABASE_ROLE[town[login].role]
    with pytest.raises(NotPermitted), UnitOfWork(town.engine, role, login, "x") as unit:
        release(unit, town.titles["PE 525"], act)
    with UnitOfWork(town.engine, REGISTER, login, "x") as unit:
        release(unit, town.titles["PE 525"], act)


@pytest.mark.parametrize("login", OFFICIALS)
def test_an_official_still_keeps_parties(town, as_person, login) -> None:
    with as_person(login) as sql:
        sql.execute("insert into register.party (name, kind) values ('Kanda SARL', 'legal')")
        sql.execute("update register.party set kind = 'natural' where name = 'Kanda SARL'")


def test_a_filing_claims_ground_by_its_effect(town, as_owner) -> None:
    content = Content(kind="PR", substances=("Cu",), term_years=Decimal(5), declared_cells=4)
    party = next(iter(town["company"].parties))
    ground = rectangle(COL + 40, ROW, 2, 2)
    draft = Draft("title", "new", content, ground, party, province="Lualaba")
    file_id = open_draft(town.office, town["company"], draft)
    assert as_owner("select count(*) from register.claim") == [(0,)]
    take_step(town.office, town["company"], file_id, "file", StepOrder(), expected_steps=0)
    assert as_owner("select cells from register.claim") == [(4,)]
    assert as_owner("select role from casework.case_step where file_id = %s", file_id) == [
        ("mabele_company",)
    ]


_GIVEN = """
select c.oid::regclass::text, null::name, acl.grantee::regrole::text, acl.privilege_type
from pg_class c cross join lateral aclexplode(c.relacl) acl
where c.relnamespace in ('register'::regnamespace, 'casework'::regnamespace)
  and acl.grantee::regrole::text in ('mabele_cadastre', 'mabele_register')
union
select c.oid::regclass::text, a.attname, acl.grantee::regrole::text, acl.privilege_type
from pg_class c join pg_attribute a on a.attrelid = c.oid
cross join lateral aclexplode(a.attacl) acl
where c.relnamespace in ('register'::regnamespace, 'casework'::regnamespace)
  and acl.grantee::regrole::text in ('mabele_cadastre', 'mabele_register')
union
select p.oid::regprocedure::text, null, acl.grantee::regrole::text, acl.privilege_type
from pg_proc p cross join lateral aclexplode(p.proacl) acl
where p.pronamespace = 'register'::regnamespace
  and acl.grantee::regrole::text in ('mabele_cadastre', 'mabele_register')
order by 1, 2, 3, 4
"""
_RULES = """
select tablename || '.' || policyname, roles::text || coalesce(qual, '') || coalesce(with_check, '')
from pg_policies union all select 'casework.party_name', pg_get_viewdef('casework.party_name')
union all select 'sees_area', prosrc from pg_proc where proname = 'sees_area' order by 1
"""


def test_down_gives_everything_back_and_up_takes_it_again(town, fresh_database, as_owner) -> None:
    """What an older schema gives is what it gave before; ground stays as it is."""
    assert town.titles
    grounds = as_owner("select * from register.perimeter_version order by id")
    given, rules = as_owner(_GIVEN), as_owner(_RULES)
    downgrade(fresh_database.owner, "0015")
    older = as_owner(_GIVEN)
    assert {grantee for _, _, grantee, _ in older} == {"mabele_cadastre"}
    assert "mabele_register" not in str(as_owner(_RULES))
    with UnitOfWork(town.engine, CADASTRE, "agent", "x") as unit:
        act = ActOrder("relinquishment", "Lettre 1", town.clock().date())
        release(unit, town.titles["PE 525"], act)
    migrate(fresh_database.owner)
    assert (as_owner(_GIVEN), as_owner(_RULES)) == (given, rules)
    assert as_owner("select * from register.perimeter_version order by id") == grounds
    gone = "register.place"  # 0017 takes the table away, with its sequence
    moved = {row for row in older if row not in given and not row[0].startswith(gone)}
    assert {(on, column, REGISTER, verb) for on, column, _, verb in moved} <= set(given)
