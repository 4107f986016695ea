"""What the catalogue of the migrated database itself says, whatever table comes next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from api.cluster import libpq_address

OPEN_TO_ALL = {"machine", "machine_opener", "machine_state", "transition", "conflict_carrier"}
"""What the machines are and by which of them settlements are carried out: no file is in there."""
BY_COLUMNS_AND_FUNCTIONS = {
    *("notice", "notice_party", "objection", "objection_file", "objection_move"),
    *("objection_step", "objector", "contact_opening", "document_brought", "numbering"),
    "payment_proof",
}
"""No policy: only officials read them, by column, and only functions write what the public says."""
PEOPLE = ("company", "egc", "opinion", "inspector", "public", "auth")

Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def ask(database) -> Ask:
    """Ask the catalogue."""

    def answer(statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(libpq_address(database.owner)) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    return answer


def test_every_table_of_the_casework_has_policies_or_is_named_here(ask: Ask) -> None:
    bare = ask(
        "select relname from pg_class where relnamespace = 'casework'::regnamespace "
        "and relkind in ('r', 'p') and not relrowsecurity"
    )
    assert {name for (name,) in bare} == OPEN_TO_ALL | BY_COLUMNS_AND_FUNCTIONS


@pytest.mark.parametrize("role", PEOPLE)
def test_tables_without_policies_are_for_officials_alone(ask: Ask, role: str) -> None:
    for table in BY_COLUMNS_AND_FUNCTIONS:
        readable = ask(
            "select has_any_column_privilege(%s, %s, 'select, insert, update')",
            f"mabele_{role}",
            f"casework.{table}",
        )
        assert readable == [(False,)], table


def test_every_function_with_its_owners_rights_pins_where_it_looks(ask: Ask) -> None:
    unpinned = ask(
        "select proname from pg_proc where prosecdef and pronamespace::regnamespace::text "
        "in ('casework', 'register', 'published', 'activity', 'watching') "
        "and not exists (select from unnest(proconfig) c "
        "where c ~ '^search_path=pg_catalog,.*pg_temp$')"
    )
    assert unpinned == []


def test_nobody_calls_a_function_with_its_owners_rights_unasked(ask: Ask) -> None:
    """Functions of triggers cannot be called; all others are granted by name."""
    for_all = ask(
        "select proname from pg_proc where prosecdef and prorettype <> 'trigger'::regtype "
        "and pronamespace::regnamespace::text in ('casework', 'register', 'published', 'activity', "
        "'watching') "
        "and has_function_privilege('public', oid, 'execute')"
    )
    assert for_all == []


def test_every_table_of_the_watches_that_people_reach_has_policies(ask: Ask) -> None:
    bare = ask(
        "select relname from pg_class where relnamespace = 'watching'::regnamespace "
        "and relkind in ('r', 'p') and not relrowsecurity"
    )
    assert bare == [("cursor",)]
    for role in PEOPLE:
        for table in ("cursor", "event", "item", "mail_asked"):
            asked = (f"mabele_{role}", f"watching.{table}")
            reached = "select has_any_column_privilege(%s, %s, 'select, insert, update')"
            assert ask(reached, *asked) == [(False,)], (role, table)


@pytest.mark.parametrize("role", [role for role in PEOPLE if role not in ("egc", "inspector")])
def test_activity_is_read_by_officials_and_alerts_by_their_companies(ask: Ask, role: str) -> None:
    readable = ask(
        "select c.relname, c.relrowsecurity from pg_class c where c.relkind in ('r', 'p') "
        "and c.relnamespace = 'activity'::regnamespace "
        "and has_any_column_privilege(%s, c.oid, 'select, insert, update') order by 1",
        f"mabele_{role}",
    )
    of_alerts = [("alert", True), ("alert_evidence", True), ("alert_note", True)]
    assert readable == (of_alerts if role == "company" else [])


@pytest.mark.parametrize("table", ["observation_sensitive", "sealed_content"])
def test_facts_that_may_harm_people_are_read_by_administrators_alone(ask: Ask, table: str) -> None:
    readers = ask(
        "select rolname from pg_roles where rolname like 'mabele\\_%%' and not rolsuper "
        "and rolname <> 'mabele_owner' and has_any_column_privilege(rolname, %s, 'select') "
        "order by 1",
        f"activity.{table}",
    )
    assert {name for (name,) in readers} <= {"mabele_admin", "mabele_login"}


def test_steps_and_what_the_law_said_are_never_changed(ask: Ask) -> None:
    for table in ("case_step", "case_version", "judgement", "finding", "objection_step"):
        changed = ask(
            "select rolname from pg_roles where rolname like 'mabele\\_%%' "
            "and rolname not in ('mabele_owner') and not rolsuper "
            "and (has_any_column_privilege(rolname, %s, 'update') "
            "or has_table_privilege(rolname, %s, 'delete, truncate'))",
            *[f"casework.{table}"] * 2,
        )
        assert changed == [], table


def test_the_public_and_its_tiles_read_published_views_alone(ask: Ask) -> None:
    for login in ("mabele_public", "mabele_tiles"):
        seen = ask(
            "select distinct c.relnamespace::regnamespace::text from pg_class c "
            "where c.relkind in ('r', 'v', 'm') and c.relnamespace::regnamespace::text in "
            "('register', 'casework', 'published', 'activity') "
            "and has_schema_privilege(%s, c.relnamespace, 'usage') "
            "and has_any_column_privilege(%s, c.oid, 'select')",
            login,
            login,
        )
        assert seen == [("published",)]


def test_an_objection_is_never_dated_back(database) -> None:
    """Late or in time goes by the instant: raw SQL gives none but the present one."""
    told = (
        "create or replace function casework.instants_are_told() returns boolean "
        "language sql stable set search_path = pg_catalog, pg_temp as 'select false'"
    )
    with psycopg.connect(libpq_address(database.owner)) as connection:
        connection.execute(told.encode())
        for at in ("2025-03-03", "2125-03-03"):
            with pytest.raises(psycopg.errors.CheckViolation), connection.transaction():
                connection.execute("select casework.require_now(%s)", [at])
        connection.execute("select casework.require_now(clock_timestamp())")
        guarded = connection.execute(
            "select count(*) from pg_proc where prosrc like '%require_now(%' and proname in "
            "('receive_objection', 'move_objection', 'open_objector') "
            "and pronamespace::regnamespace::text in ('casework', 'published')"
        ).fetchone()
        connection.rollback()
    assert guarded == (3,)


def test_no_role_makes_a_function_or_a_table_of_its_own(ask: Ask) -> None:
    """One of its own could look at rows that a view filters out."""
    makes = ask(
        "select r.rolname, n.nspname from pg_roles r cross join pg_namespace n "
        "where r.rolname like 'mabele\\_%%' and r.rolname <> 'mabele_owner' "
        "and n.nspname in ('public', 'register', 'casework', 'published', 'activity', 'watching') "
        "and has_schema_privilege(r.rolname, n.oid, 'create')"
    )
    temporary = ask(
        "select rolname from pg_roles where rolname like 'mabele\\_%%' and rolname <> "
        "'mabele_owner' and has_database_privilege(rolname, current_database(), 'temporary')"
    )
    assert (makes, temporary) == ([], [])
