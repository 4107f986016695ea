"""Under each database role, with no route between: which rows of a case one sees, and what one may.

A route that forgot its guard could show and change no more than this.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy.exc
import story_route_b as b
from sqlalchemy import text
from story_house import PEOPLE, House, open_house

from geo.errors import MabeleError
from geo.register.connection import UnitOfWork
from geo.register.people import DATABASE_ROLE, OF_THE_CADASTRE, Role

TABLES = (
    *("case_file", "case_party", "case_version", "case_step", "case_document"),
    *("document_content", "judgement", "finding", "case_consent", "opinion_request"),
    *("legal_ruling", "notice", "objection", "objector", "contact_opening"),
)
SEEING = frozenset(
    {"company", "officer", "officer2", "supervisor", "admin", "egc", "egc2"}
    | {"minister", "minister2", "legal", "legal2"}
)
"""Who sees a filed file by route B; not the company next door, authorities, inspectors, readers."""


@pytest.fixture(scope="module")
def told(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, int]]:
    """A house with one filed and objected file, and one draft."""
    with open_house(database, tmp_path_factory.mktemp("data"), date(2025, 3, 3)) as house:
        file = b.company_proposes(house)
        b.egc_coordinates(house, file)
        b.public_objects(house, file)
        b.draft_of_route_b(house)
        yield house, file


def _seen(house: House, login: str, table: str) -> int | None:
    """How many rows of a table somebody sees; None where the role may not even ask."""
    counted = text(f"select count(*) from casework.{table}")
    try:
        with UnitOfWork(house.engine, DATABASE_ROLE[PEOPLE[login]], login, "") as unit:
            return int(unit.connection.scalar(counted) or 0)
    except (MabeleError, sqlalchemy.exc.ProgrammingError):
        return None


@pytest.mark.parametrize("login", sorted(PEOPLE))
def test_rows_of_a_file_are_for_those_who_have_to_do_with_it(
    told: tuple[House, int], login: str
) -> None:
    house, _ = told
    seen = {table: _seen(house, login, table) for table in TABLES}
    files = {"company": 2}.get(login, 1)  # the draft is its proposer's alone
    if login in SEEING:
        assert seen["case_file"] == files
        assert seen["case_step"] == 4
    else:
        of_files = {name: count for name, count in seen.items() if not name.startswith("obj")}
        assert not any(of_files[name] for name in TABLES[:10]), of_files
    assert not seen["objector"]  # sealed contacts are read by a function that records who did
    if login in ("company", "neighbour", "egc", "inspector", "reader"):
        assert not seen["objection"]


@pytest.mark.parametrize("role", sorted(set(Role) - OF_THE_CADASTRE))
def test_only_the_cadastre_writes_the_register(told: tuple[House, int], role: Role) -> None:
    assert not _may_write(told[0], role, "register", ("INSERT", "UPDATE", "DELETE", "TRUNCATE"))


@pytest.mark.parametrize("role", sorted(Role))
@pytest.mark.parametrize("schema", ["casework", "activity"])
def test_nobody_deletes_anything_of_a_case_or_of_activity(
    told: tuple[House, int], schema: str, role: Role
) -> None:
    assert not _may_write(told[0], role, schema, ("DELETE", "TRUNCATE"))


@pytest.mark.parametrize("role", sorted(Role))
@pytest.mark.parametrize(
    "table", ["case_step", "case_version", "judgement", "finding", "document_content", "case_party"]
)
def test_nobody_changes_what_was_done(told: tuple[House, int], role: Role, table: str) -> None:
    asked = text(
        "select has_any_column_privilege(cast(:role as name), c.oid, 'UPDATE') from pg_class c "
        "join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = 'casework' and c.relname = :table"
    )
    with told[0].engine.connect() as connection:
        values = {"role": DATABASE_ROLE[role], "table": table}
        assert connection.scalar(asked, values) is False


def _may_write(house: House, role: Role, schema: str, verbs: tuple[str, ...]) -> list[str]:
    """The tables of a schema on which a role has one of the verbs."""
    asked = text(
        "select c.relname || ' ' || v.verb from pg_class c join pg_namespace n "
        "on n.oid = c.relnamespace cross join unnest(cast(:verbs as text[])) v (verb) "
        "where n.nspname = :schema and c.relkind in ('r', 'v', 'p') "
        "and has_table_privilege(cast(:role as name), c.oid, v.verb) order by 1"
    )
    values = {"schema": schema, "role": DATABASE_ROLE[role], "verbs": list(verbs)}
    with house.engine.connect() as connection:
        return list(connection.scalars(asked, values))


ALERT_TABLES = ("alert", "alert_evidence", "alert_note", "alert_run", "alert_setting")


@pytest.mark.parametrize("role", sorted(Role))
def test_alerts_are_read_by_officials_and_holders_and_written_by_the_engine(
    told: tuple[House, int], role: Role
) -> None:
    written = [
        found
        for found in _may_write(told[0], role, "activity", ("INSERT", "UPDATE", "DELETE"))
        if found.split()[0] in ALERT_TABLES
    ]
    assert written == (["alert_setting INSERT"] if role is Role.ADMINISTRATOR else [])
    asked = text("select has_table_privilege(cast(:role as name), c.oid, 'SELECT') from pg_class c "
                 "join pg_namespace n on n.oid = c.relnamespace "
                 "where n.nspname = 'activity' and c.relname = 'alert'")  # fmt: skip
    with told[0].engine.connect() as connection:
        may_read = connection.scalar(asked, {"role": DATABASE_ROLE[role]})
    assert may_read is (role not in (Role.PUBLIC, Role.OPINION))
