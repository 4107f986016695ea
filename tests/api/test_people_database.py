"""What the database itself gives each role: nothing but what a migration granted it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from geo.errors import NotPermitted
from geo.register.accounts import Mandate, change_account, close_account, create_account
from geo.register.connection import ADMIN, CADASTRE, PUBLIC, SIGN_IN, UnitOfWork, engine_for
from geo.register.people import DATABASE_ROLE, Authority, Role
from geo.register.schema import downgrade, migrate

HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"
CASE_ROLES = sorted(set(DATABASE_ROLE.values()) - {PUBLIC, CADASTRE, "mabele_supervisor", ADMIN})
OF_THE_CADASTRE = [CADASTRE, "mabele_supervisor", ADMIN]
PRIVILEGES = ("select", "insert", "update", "delete")


@pytest.fixture(scope="module")
def engine(database: Any) -> Iterator[Engine]:
    """The register at the newest version, under the login of web and command line."""
    made = engine_for(database.app, pool_size=2)
    yield made
    made.dispose()


@pytest.fixture
def at_0008(bare_database: Any) -> Iterator[Connection]:
    """A database with the roles and before any table of the casework, as its owner."""
    migrate(bare_database.owner, "0008")
    owner = create_engine(bare_database.owner, poolclass=NullPool)
    with owner.connect() as connection:
        yield connection


def _allowed(connection: Connection, role: str, schema: str) -> set[str]:
    """What a role may do in a schema to a table, or to any column of it."""
    asked = text(
        "select p || ' ' || c.relname from pg_class c "
        "join pg_namespace n on n.oid = c.relnamespace, unnest(cast(:privileges as text[])) p "
        "where n.nspname = :schema and c.relkind in ('r', 'v', 'm', 'p') and "
        "case p when 'delete' then has_table_privilege(:role, c.oid, p) "
        "else has_any_column_privilege(:role, c.oid, p) end"
    )
    values = {"role": role, "schema": schema, "privileges": list(PRIVILEGES)}
    return set(connection.scalars(asked, values))


@pytest.mark.parametrize("role", CASE_ROLES)
def test_a_role_of_the_casework_has_no_table_of_the_register(
    at_0008: Connection, role: str
) -> None:
    assert _allowed(at_0008, role, "register") == set()
    assert _allowed(at_0008, role, "casework") == set()
    assert _allowed(at_0008, role, "published") == _allowed(at_0008, PUBLIC, "published") != set()


@pytest.mark.parametrize("role", CASE_ROLES)
def test_of_functions_that_act_as_the_owner_it_has_those_of_this_contract(
    at_0008: Connection, role: str
) -> None:
    may_call = at_0008.scalars(
        text(
            "select n.nspname || '.' || p.proname from pg_proc p "
            "join pg_namespace n on n.oid = p.pronamespace "
            "where n.nspname in ('register', 'casework') and p.prosecdef "
            "and p.prorettype <> 'trigger'::regtype "
            "and has_function_privilege(:role, p.oid, 'execute')"
        ),
        {"role": role},
    )
    assert set(may_call) == {
        "register.open_revision",
        "casework.my_account",
        "casework.my_parties",
        "casework.my_signatures",
        "casework.my_authority",
        "casework.my_province",
    }


def test_a_supervisor_has_what_an_officer_has(at_0008: Connection) -> None:
    for schema in ("register", "published", "casework"):
        officer = _allowed(at_0008, CADASTRE, schema)
        assert _allowed(at_0008, "mabele_supervisor", schema) == officer
    assert "insert title" in _allowed(at_0008, CADASTRE, "register")
    assert "select account" not in _allowed(at_0008, "mabele_supervisor", "register")


def test_only_administrators_write_accounts_and_only_the_sign_in_reads_tokens(
    at_0008: Connection,
) -> None:
    everybody = {*DATABASE_ROLE.values(), SIGN_IN}
    may = {role: _allowed(at_0008, role, "register") for role in everybody}
    for table in ("account", "account_party"):
        for privilege in ("insert", "update"):
            assert {r for r in everybody if f"{privilege} {table}" in may[r]} == {ADMIN}
        assert {r for r in everybody if f"select {table}" in may[r]} == {ADMIN, SIGN_IN}
    for privilege in ("select", "insert", "update"):
        assert {r for r in everybody if f"{privilege} token" in may[r]} == {SIGN_IN}
    assert all("delete token" not in allowed for allowed in may.values())
    assert all("delete account" not in allowed for allowed in may.values())


@pytest.mark.parametrize("table", ["title", "title_version", "holding", "party", "account", "act"])
@pytest.mark.parametrize("role", CASE_ROLES)
def test_no_later_migration_lets_them_write_the_register(
    engine: Engine, database: Any, role: str, table: str
) -> None:
    owner = create_engine(database.owner, poolclass=NullPool)
    with owner.connect() as connection:
        allowed = _allowed(connection, role, "register")
    assert not {f"{privilege} {table}" for privilege in PRIVILEGES[1:]} & allowed


@pytest.mark.parametrize("role", Role)
def test_the_login_takes_every_role_and_every_role_reads_what_is_public(
    engine: Engine, role: Role
) -> None:
    with UnitOfWork(engine, DATABASE_ROLE[role], actor="somebody") as unit:
        assert unit.connection.scalar(text("select current_user")) == DATABASE_ROLE[role]
        assert unit.connection.scalar(text("select count(*) from published.title")) == 0


@pytest.mark.parametrize("role", CASE_ROLES)
def test_a_role_of_the_casework_takes_no_other(engine: Engine, role: str) -> None:
    with pytest.raises(NotPermitted), UnitOfWork(engine, role) as unit:
        unit.connection.execute(text("select * from register.title"))
    with UnitOfWork(engine, role, actor="o.kasongo", reason="draft") as unit:
        assert unit.open_revision() > 0


def test_the_public_opens_no_revision(engine: Engine) -> None:
    with pytest.raises(NotPermitted), UnitOfWork(engine, PUBLIC, actor="public") as unit:
        unit.open_revision()


@pytest.fixture(scope="module")
def people(engine: Engine) -> dict[str, int]:
    """Two parties, a company that prepares for one and signs for the other, an opinion giver."""
    with UnitOfWork(engine, ADMIN, actor="test", reason="people") as unit:
        unit.open_revision()
        parties = [
            unit.connection.execute(
                text("insert into register.party (name, kind) values (:n, 'legal') returning id"),
                {"n": name},
            ).scalar_one()
            for name in ("Kalonda SARL", "Lukuni SARL")
        ]
        mandates = [Mandate(parties[0], may_sign=False), Mandate(parties[1], may_sign=True)]
        company = create_account(
            unit, "company", "Jean Ilunga", "mabele_company", HASH, mandates=mandates
        )
        giver = create_account(
            unit, "giver", "G", "mabele_opinion", HASH, authority="sgnc", province="Lualaba"
        )
        closed = create_account(
            unit, "closed", "C", "mabele_company", HASH, mandates=[Mandate(parties[0], True)]
        )
        close_account(unit, "closed")
        unit.commit()
    return {
        "company": company,
        "giver": giver,
        "closed": closed,
        "first": parties[0],
        "second": parties[1],
    }


_WHO = text(
    "select casework.my_account(), casework.my_parties(), casework.my_signatures(), "
    "casework.my_authority(), casework.my_province()"
)


def _who(engine: Engine, role: str, actor: str) -> tuple[Any, ...]:
    with UnitOfWork(engine, role, actor=actor) as unit:
        return tuple(unit.connection.execute(_WHO).one())


def test_the_database_knows_who_acts(engine: Engine, people: dict[str, int]) -> None:
    first, second = people["first"], people["second"]
    company = (people["company"], [first, second], [second], None, None)
    assert _who(engine, "mabele_company", "company") == company
    assert _who(engine, CADASTRE, "company") == company  # an effect runs under the register's role
    assert _who(engine, "mabele_opinion", "giver") == (people["giver"], [], [], "sgnc", "Lualaba")
    for nobody in ("closed", "unknown", "public", ""):
        assert _who(engine, "mabele_company", nobody) == (None, [], [], None, None)


def test_the_public_cannot_ask_the_database_who_somebody_is(
    engine: Engine, people: dict[str, int]
) -> None:
    with pytest.raises(NotPermitted):
        _who(engine, PUBLIC, "company")


def test_a_mandate_that_ends_ends_at_once_and_is_audited(
    engine: Engine, people: dict[str, int]
) -> None:
    kept = [Mandate(people["second"], may_sign=False)]
    with UnitOfWork(engine, ADMIN, actor="admin", reason="mandate") as unit:
        change_account(unit, "company", "Jean Ilunga", "mabele_company", mandates=kept)
        unit.commit()
    try:
        assert _who(engine, "mabele_company", "company")[1:3] == ([people["second"]], [])
        with UnitOfWork(engine, ADMIN, actor="auditor") as unit:
            written = unit.connection.execute(
                text(
                    "select operation from register.audit_row where table_name = 'account_party' "
                    "and revision = (select max(id) from register.revision) order by operation"
                )
            )
            assert [row[0] for row in written] == ["DELETE", "UPDATE"]
    finally:
        both = [Mandate(people["first"], False), Mandate(people["second"], True)]
        with UnitOfWork(engine, ADMIN, actor="admin", reason="mandate") as unit:
            change_account(unit, "company", "Jean Ilunga", "mabele_company", mandates=both)
            unit.commit()


@pytest.mark.parametrize(
    ("role", "authority", "province"),
    [
        ("mabele_opinion", None, None),
        ("mabele_opinion", "customs", None),
        ("mabele_opinion", "sgnc", ""),
        ("mabele_cadastre", "sgnc", None),
        ("mabele_company", None, "Lualaba"),
        ("mabele_owner", None, None),
    ],
)
def test_the_database_refuses_accounts_that_make_no_sense(
    engine: Engine, role: str, authority: str | None, province: str | None
) -> None:
    with pytest.raises(IntegrityError), UnitOfWork(engine, ADMIN, actor="admin") as unit:
        create_account(unit, "nonsense", "N", role, HASH, authority=authority, province=province)


@pytest.mark.parametrize("authority", Authority)
def test_every_authority_has_a_place(engine: Engine, authority: Authority) -> None:
    with UnitOfWork(engine, ADMIN, actor="admin") as unit:
        assert create_account(unit, "place", "P", "mabele_opinion", HASH, authority=authority)


def test_only_a_company_acts_for_holders(engine: Engine, people: dict[str, int]) -> None:
    mandates = [Mandate(people["first"], may_sign=True)]
    with pytest.raises(IntegrityError), UnitOfWork(engine, ADMIN, actor="admin") as unit:
        create_account(unit, "officer", "O", CADASTRE, HASH, mandates=mandates)
    with pytest.raises(IntegrityError), UnitOfWork(engine, ADMIN, actor="admin") as unit:
        unit.connection.execute(
            text("update register.account set role = 'mabele_egc' where login = 'company'")
        )


def test_no_token_lives_longer_than_ninety_days(engine: Engine, people: dict[str, int]) -> None:
    row = text(
        "insert into register.token "
        "(account_id, name, token_hash, administers, made_at, expires_at) "
        "values (:account, 'n', sha256('x'), false, :at, :ends)"
    )
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for days in (91, 0):
        values = {"account": people["company"], "at": at, "ends": at + timedelta(days=days)}
        with pytest.raises(IntegrityError), UnitOfWork(engine, SIGN_IN) as unit:
            unit.connection.execute(row, values)
    values["ends"] = at + timedelta(days=90)
    with UnitOfWork(engine, SIGN_IN) as unit:
        unit.connection.execute(row, values)


def test_who_somebody_is_elsewhere_enters_the_audit_by_commitment_only(
    engine: Engine, people: dict[str, int]
) -> None:
    with UnitOfWork(engine, ADMIN, actor="admin", reason="link") as unit:
        unit.connection.execute(
            text(
                "update register.account set oidc_issuer = 'https://id.test', "
                "oidc_subject = 'subject-4711' where login = 'giver'"
            )
        )
        rows = unit.connection.execute(
            text(
                "select concat(old, new) from register.audit_row where table_name = 'account' "
                "and revision = (select max(id) from register.revision)"
            )
        )
        assert all("subject-4711" not in row[0] for row in rows.all())


def test_going_down_closes_accounts_that_the_older_schema_does_not_know(
    bare_database: Any,
) -> None:
    migrate(bare_database.owner, "0008")
    engine = engine_for(bare_database.app, pool_size=1)
    with UnitOfWork(engine, ADMIN, actor="test") as unit:
        create_account(unit, "officer", "O", CADASTRE, HASH)
        create_account(unit, "giver", "G", "mabele_opinion", HASH, authority="sgnc")
        unit.commit()
    engine.dispose()
    downgrade(bare_database.owner, "0007")
    owner = create_engine(bare_database.owner, poolclass=NullPool)
    with owner.connect() as connection:
        rows = connection.execute(
            text("select login, role, active from register.account order by login")
        )
        assert rows.all() == [
            ("giver", "mabele_public", False),
            ("officer", "mabele_cadastre", True),
        ]
        for role in CASE_ROLES:
            usage = text("select has_schema_privilege(:role, 'register', 'usage')")
            assert connection.scalar(usage, {"role": role}) is False
            held = "has_function_privilege(:role, 'register.open_revision()', 'execute')"
            assert connection.scalar(text(f"select {held}"), {"role": role}) is False
    assert migrate(bare_database.owner, "0008") == "0008"
