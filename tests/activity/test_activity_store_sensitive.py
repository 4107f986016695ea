"""Facts that may harm people: kept apart; by raw SQL under every role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy.exc
from activity_store_help import seen, store, with_officers
from sqlalchemy import Engine, text

from geo.errors import MabeleError
from geo.register.connection import UnitOfWork
from geo.register.people import DATABASE_ROLE, Role

OFFICIALS = frozenset(
    {Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.EGC, Role.INSPECTOR, Role.LEGAL}
    | {Role.MINISTER}
)
OPEN = (
    *("source", "delivery", "survey", "site", "observation", "issue"),
    *("named_place", "position_proposal", "place_position"),
)
SEALED = ("observation_sensitive", "sealed_content")


@pytest.fixture(scope="module")
def engine(database: Any) -> Iterator[Engine]:
    made = with_officers(database.app)
    held = {1: {"armed_group1": "SECRET-NAME"}}
    store(made, [seen(25.47, -10.7), seen(25.5, -10.7)], sensitive=held, dropped=("armed_group1",))
    yield made
    made.dispose()


def _may_read(engine: Engine, role: str, table: str) -> bool:
    try:
        with UnitOfWork(engine, role, actor="o.kasongo") as unit:
            unit.connection.execute(text(f"select * from activity.{table}")).all()
    except (MabeleError, sqlalchemy.exc.ProgrammingError):
        return False
    return True


@pytest.mark.parametrize("role", sorted(Role))
def test_only_administrators_read_what_may_harm_people(engine: Engine, role: Role) -> None:
    for table in SEALED:
        allowed = _may_read(engine, DATABASE_ROLE[role], table)
        assert allowed == (role is Role.ADMINISTRATOR), table


@pytest.mark.parametrize("role", sorted(Role))
def test_only_officials_read_the_tables_of_activity(engine: Engine, role: Role) -> None:
    for table in OPEN:
        assert _may_read(engine, DATABASE_ROLE[role], table) == (role in OFFICIALS), table


def test_the_engine_writes_sensitive_facts_and_cannot_read_them(engine: Engine) -> None:
    assert not any(_may_read(engine, "mabele_register", table) for table in SEALED)


@pytest.mark.parametrize("role", sorted(Role))
@pytest.mark.parametrize("verb", ["INSERT", "UPDATE", "DELETE", "TRUNCATE"])
def test_nobody_writes_activity_past_the_engine(engine: Engine, role: Role, verb: str) -> None:
    asked = text(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = 'activity' and c.relkind = 'r' and c.relname = any(:tables) "
        "and has_table_privilege(cast(:role as name), c.oid, :verb)"
    )
    values = {"role": DATABASE_ROLE[role], "verb": verb, "tables": [*OPEN, *SEALED]}
    with engine.connect() as connection:
        assert list(connection.scalars(asked, values)) == []


def test_no_view_and_no_audit_row_holds_a_sensitive_fact(engine: Engine) -> None:
    with UnitOfWork(engine, "mabele_admin") as unit:
        views = unit.connection.scalars(
            text("select viewname from pg_views where schemaname = 'published' order by 1")
        ).all()
        for view in views:
            rows = text(f"select count(*) from published.{view} v where v::text like '%SECRET-%'")
            assert unit.connection.scalar(rows) == 0, view
        audited = text("select count(*) from register.audit_row a where a::text like '%SECRET-%'")
        assert unit.connection.scalar(audited) == 0
        kept = unit.connection.scalar(text("select facts from activity.observation_sensitive"))
        assert kept == {"armed_group1": "SECRET-NAME"}


def test_a_file_with_sensitive_facts_lies_with_them_and_not_in_the_register(engine: Engine) -> None:
    with UnitOfWork(engine, "mabele_admin") as unit:
        open_files = unit.connection.scalar(text("select count(*) from register.received_content"))
        sealed = unit.connection.scalar(text("select count(*) from activity.sealed_content"))
        described = unit.connection.scalar(text("select count(*) from register.received_file"))
    assert (open_files, sealed, described) == (0, 1, 1)


def test_a_file_whose_sensitive_columns_were_dropped_is_described_alone(engine: Engine) -> None:
    stored = store(engine, [seen(25.6, -10.7)], facts=None, dropped=("armed_group1",))
    assert stored.file_kept == "described"
    with UnitOfWork(engine, "mabele_admin") as unit:
        kept = text(
            "select (select count(*) from register.received_content), "
            "(select count(*) from activity.sealed_content), f.bytes > 0, length(f.sha256) "
            "from activity.delivery d join register.received_file f on f.id = d.file_id "
            "where d.id = :id"
        )
        assert tuple(unit.connection.execute(kept, {"id": stored.id}).one()) == (0, 1, True, 64)
