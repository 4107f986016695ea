"""Under each database role, with no route between: nobody sees or changes another's watches."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sample_register import granted, square
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from watch_ground import START, Watchers, settle

from api.cluster import libpq_address
from api.delivery.keys import watch_keys
from api.settings import Settings
from geo.casework.watching.areas import area_of_runs
from geo.casework.watching.channels import ask_by_mail, set_webhook
from geo.errors import MabeleError
from geo.register.connection import UnitOfWork
from geo.register.people import DATABASE_ROLE, Role

AREA = area_of_runs([[-1280, 3000, 3004]])
TABLES = ("watch", "webhook", "mail", "delivery", "item", "event", "mail_asked", "cursor")


@pytest.fixture
def kept(engine: Engine, tmp_path: Any) -> tuple[Watchers, int]:
    """A watch of a company with a webhook, an address, an item and a delivery."""
    people = settle(engine)
    watch = people.watch("company", AREA)
    keys = watch_keys(Settings.load({"MABELE_DATA_DIR": str(tmp_path)}), lambda: START)
    with people.acting("company") as unit:
        set_webhook(unit.connection, watch, "https://hooks.example.org/", uuid4())
        secrets = keys.mail_secrets(uuid4())
        ask_by_mail(unit.connection, watch, "a@example.cd", secrets, START)
    granted(engine, "PR 1", square(3000, -1280))
    people.collect()
    return people, watch


def counted(people: Watchers, login: str, table: str) -> int | None:
    """How many rows somebody sees; None where the role may not even ask."""
    column = "watch_id" if table == "mail" else "*"
    try:
        with UnitOfWork(people.engine, DATABASE_ROLE[people.roles[login]], login, "") as unit:
            asked = text(f"select count({column}) from watching.{table}")
            return int(unit.connection.scalar(asked) or 0)
    except MabeleError:
        return None


def test_rows_of_a_watch_are_its_owners(kept: tuple[Watchers, int]) -> None:
    people, _ = kept
    for login in people.roles:
        own = 1 if login == "company" else 0
        found = {table: counted(people, login, table) for table in TABLES}
        assert found == {
            **dict.fromkeys(("watch", "webhook", "mail", "delivery"), own),
            **dict.fromkeys(("item", "event", "mail_asked", "cursor")),
        }, login


CHANGES = (
    "update watching.watch set name = 'mine' where id = :watch",
    "update watching.watch set feed_hash = sha256('x') where id = :watch",
    "update watching.webhook set url = 'https://evil.example.org/' where watch_id = :watch",
    "delete from watching.webhook where watch_id = :watch",
    "delete from watching.mail where watch_id = :watch",
    "update watching.delivery set state = 'dropped', ended_at = now() where watch_id = :watch",
)


@pytest.mark.parametrize("statement", CHANGES)
def test_nobody_changes_anothers_watch(kept: tuple[Watchers, int], statement: str) -> None:
    people, watch = kept
    for login in sorted(set(people.roles) - {"company"}):
        with people.acting(login) as unit:
            done: Any = unit.connection.execute(text(statement), {"watch": watch})
            assert done.rowcount == 0, login
    with people.acting("company") as unit:
        done = unit.connection.execute(text(statement), {"watch": watch})
        assert done.rowcount == 1


REFUSED = (
    "update watching.watch set account_id = 1",
    "update watching.watch set from_revision = 0",
    "update watching.watch set geom = null",
    "delete from watching.watch",
    "insert into watching.item (watch_id, event_id, meets) values (1, 1, 'inside')",
    "insert into watching.event (revision, at, kind, subject, facts) "
    "values (1, now(), 'grant', 'title:1', '{}')",
    "update watching.mail set confirmed_at = now()",
    "select confirm_hash from watching.mail",
    "update watching.cursor set revision = 0",
    "select watching.may_read(e, 1) from watching.event e",
    "select watching.names_of(array[1])",
)


@pytest.mark.parametrize("login", ["company", "officer", "administrator", "reader"])
def test_what_no_person_does(kept: tuple[Watchers, int], login: str) -> None:
    people, _ = kept
    for statement in REFUSED:
        with pytest.raises(MabeleError), people.acting(login) as unit:
            unit.connection.execute(text(statement))


def test_a_watch_is_of_who_acts_whatever_is_written(kept: tuple[Watchers, int]) -> None:
    people, _ = kept
    made = people.watch("rival", AREA)
    with people.acting("rival") as unit:
        owner = unit.connection.scalar(
            text(
                "select w.account_id = watching.my_account() from watching.watch w where id = :id"
            ),
            {"id": made},
        )
    assert owner is True


def test_the_tiles_act_for_nobody(kept: tuple[Watchers, int], fresh_database: Any) -> None:
    """Their login has the public role; whatever actor it names, it is no account."""
    with psycopg.connect(libpq_address(fresh_database.public)) as connection:
        connection.execute("select set_config('app.actor', 'company', false)")
        assert connection.execute("select watching.my_account()").fetchone() == (None,)
        assert connection.execute("select count(*) from watching.watch").fetchone() == (0,)


def test_secrets_are_not_in_the_database(kept: tuple[Watchers, int], fresh_database: Any) -> None:
    people, _ = kept
    with psycopg.connect(libpq_address(fresh_database.owner)) as connection:
        columns = connection.execute(
            "select table_name || '.' || column_name from information_schema.columns "
            "where table_schema = 'watching' and column_name ~ 'secret|token|password|key'"
        ).fetchall()
        audited = connection.execute(
            "select count(*) from register.audit_row where table_name in ('watch', 'mail')"
        ).fetchone()
    assert columns == []
    assert audited == (0,)
    assert people.roles["company"] is Role.COMPANY


def test_every_function_pins_where_it_looks_and_is_granted_by_name(fresh_database: Any) -> None:
    with psycopg.connect(libpq_address(fresh_database.owner)) as connection:
        unpinned = connection.execute(
            "select proname from pg_proc where pronamespace = 'watching'::regnamespace and not "
            "exists (select from unnest(proconfig) c where c ~ '^search_path=.*pg_temp$')"
        ).fetchall()
        for_all = connection.execute(
            "select proname from pg_proc where prosecdef "
            "and pronamespace = 'watching'::regnamespace and prorettype <> 'trigger'::regtype "
            "and has_function_privilege('public', oid, 'execute')"
        ).fetchall()
        bare = connection.execute(
            "select relname from pg_class where relnamespace = 'watching'::regnamespace "
            "and relkind = 'r' and not relrowsecurity"
        ).fetchall()
    assert (unpinned, for_all, bare) == ([], [], [("cursor",)])


def test_the_command_delivers_once(engine: Engine, fresh_database: Any, tmp_path: Any) -> None:
    people = settle(engine)
    watch = people.watch("company", AREA)
    granted(engine, "PR 1", square(3000, -1280))
    environ = {
        **os.environ,
        "DATABASE_URL": fresh_database.owner,
        "DATABASE_APP_URL": fresh_database.app,
        "DATABASE_PUBLIC_URL": fresh_database.public,
        "MABELE_DATA_DIR": str(tmp_path),
    }
    for expected in ("1 events, 1 items; 0 messages arrived", "0 events, 0 items"):
        done = subprocess.run(
            [sys.executable, "-m", "api.cli", "deliver", "--once"],
            env=environ,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        assert expected in done.stdout
    assert people.told("company", watch) == [("grant", "opened")]


def test_a_letter_is_not_asked_for_in_the_future(kept: tuple[Watchers, int]) -> None:
    """An instant of one's own choice would empty everybody's count of the day."""
    people, watch = kept
    asks = text(
        "insert into watching.mail (watch_id, address, salt, confirm_hash, leave_hash, asked_at) "
        "values (:watch, 'a@example.cd', gen_random_uuid(), sha256('c'), sha256('l'), "
        "now() + cast(:ahead as interval))"
    )
    with people.acting("company") as unit:
        unit.connection.execute(text("delete from watching.mail"))
        unit.commit()
    with pytest.raises(IntegrityError, match="happens now"), people.acting("company") as unit:
        unit.connection.execute(asks, {"watch": watch, "ahead": "10 years"})
    with people.acting("company") as unit:
        unit.connection.execute(asks, {"watch": watch, "ahead": "0 s"})
