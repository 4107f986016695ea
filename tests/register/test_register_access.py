"""Roles: nobody reads or writes more than the role that the unit of work took."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sample_register import act, facts, granted, official, square
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from geo.errors import NotFound, NotPermitted, RegisterBusy
from geo.register.connection import (
    ADMIN,
    CADASTRE,
    PUBLIC,
    REGISTER,
    SIGN_IN,
    UnitOfWork,
    engine_for,
)
from geo.register.reader import PublicReader, Reader
from geo.register.schema import migrate
from geo.register.writer import (
    create_account,
    grant,
    institute_zone,
    set_password,
)
from geo.sources.rows import Holder

HASH = "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"


def _names(engine: Engine, query: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_the_login_reads_nothing_without_a_role(engine: Engine) -> None:
    granted(engine, "1", square(3000, -1280))
    for relation in ("register.title", "published.title", "published.revision"):
        with engine.connect() as connection, pytest.raises(ProgrammingError, match="permission"):
            connection.execute(text(f"select * from {relation}"))


def test_the_tiles_login_reads_the_public_views_and_nothing_else(
    engine: Engine, tiles_engine: Engine, owner_engine: Engine
) -> None:
    granted(engine, "1", square(3000, -1280))
    with owner_engine.connect() as connection:
        relations = list(
            connection.execute(
                text(
                    "select n.nspname, c.relname from pg_class c "
                    "join pg_namespace n on n.oid = c.relnamespace "
                    "where n.nspname in ('register', 'published') and c.relkind in ('r', 'v')"
                )
            )
        )
    assert {schema for schema, _ in relations} == {"register", "published"}
    for schema, name in relations:
        with tiles_engine.connect() as connection:
            asked = text(f"select count(*) from {schema}.{name}")
            if schema == "published":
                assert connection.scalar(asked) is not None
            else:
                with pytest.raises(ProgrammingError, match="permission"):
                    connection.execute(asked)


@pytest.mark.parametrize("role", [CADASTRE, ADMIN, REGISTER, SIGN_IN, "mabele_owner"])
def test_the_tiles_login_cannot_take_another_role(tiles_engine: Engine, role: str) -> None:
    with pytest.raises(NotPermitted), UnitOfWork(tiles_engine, role) as unit:
        unit.connection.execute(text("select 1"))


def test_the_login_cannot_become_the_owner_or_a_superuser(engine: Engine) -> None:
    for role in ("mabele_owner", "postgres"):
        with pytest.raises(NotPermitted), UnitOfWork(engine, role) as unit:
            unit.connection.execute(text("select 1"))


@pytest.mark.parametrize(
    ("role", "statement", "allowed"),
    [
        (PUBLIC, "select * from published.title", True),
        (PUBLIC, "select * from register.title", False),
        (PUBLIC, "select register.open_revision()", False),
        (PUBLIC, "select * from register.account", False),
        (CADASTRE, "select * from register.party", True),
        (CADASTRE, "select * from register.audit_row", False),
        (CADASTRE, "select * from register.account", False),
        (ADMIN, "select * from register.audit_row", True),
        (ADMIN, "select login from register.account", True),
        (ADMIN, "delete from register.audit_row", False),
        (SIGN_IN, "select * from register.account", True),
        (SIGN_IN, "select * from published.title", False),
        (SIGN_IN, "select * from register.title", False),
        (SIGN_IN, "update register.account set active = false", False),
    ],
)
def test_each_role_may_do_its_own_things_only(
    engine: Engine, role: str, statement: str, allowed: bool
) -> None:
    def ask() -> None:
        with UnitOfWork(engine, role, actor="somebody") as unit:
            unit.connection.execute(text(statement))

    if allowed:
        ask()
    else:
        with pytest.raises(NotPermitted):
            ask()


def test_the_role_ends_with_the_transaction(engine: Engine) -> None:
    with official(engine) as unit:
        assert unit.connection.scalar(text("select current_user")) == REGISTER
        unit.commit()
        assert unit.connection.scalar(text("select current_user")) == REGISTER
    with engine.connect() as connection:
        assert connection.scalar(text("select current_user")) == "mabele_login"


def test_without_commit_nothing_happened(engine: Engine) -> None:
    with UnitOfWork(engine, REGISTER, actor="a", reason="r") as unit:
        grant(unit, facts("1"), square(3000, -1280), act())
    with official(engine) as unit:
        assert Reader(unit.connection).revision() == 0


def _public(engine: Engine) -> Callable[[int], list[str | None]]:
    def names_of(title: int) -> list[str | None]:
        with engine.connect() as connection:
            return [holder.name for holder in PublicReader(connection).title(title).holders]

    return names_of


def test_only_names_of_legal_persons_are_public(engine: Engine, tiles_engine: Engine) -> None:
    holders = (
        Holder("Kalonda Mining SARL", Decimal(60)),
        Holder("Mme Kalonda Ngoy", Decimal(30)),
        Holder("Kalonda Ngoy", Decimal(10)),
    )
    with official(engine) as unit:
        secret = {"holders": holders, "holders_raw": "Mme Kalonda Ngoy (30%)"}
        title = grant(unit, facts("1", **secret), square(3000, -1280), act())
    assert _public(tiles_engine)(title) == ["Kalonda Mining SARL", None, None]
    with tiles_engine.connect() as connection:
        reader = PublicReader(connection)
        assert [t.id for t in reader.search("kalonda mining")] == [title]
        assert reader.search("ngoy") == []
        assert reader.search("mme") == []
        relations = connection.scalars(
            text(
                "select relname from pg_class where relnamespace = 'published'::regnamespace "
                "and relkind = 'v'"
            )
        )
        for relation in list(relations):
            shown = connection.execute(text(f"select t::text from published.{relation} t"))
            assert all("Ngoy" not in row[0] for row in shown), relation
    with official(engine) as unit:
        official_view = Reader(unit.connection).title(title, date(2020, 1, 1))
    assert [h.name for h in official_view.holders] == [h.name for h in holders]


def test_an_official_may_say_what_kind_of_person_a_party_is(
    engine: Engine, tiles_engine: Engine
) -> None:
    with official(engine) as unit:
        title = grant(unit, facts("1", holder="KALONDA NGOY"), square(3000, -1280), act())
    assert _public(tiles_engine)(title) == [None]
    with official(engine) as unit:
        unit.connection.execute(text("update register.party set kind = 'legal'"))
    assert _public(tiles_engine)(title) == ["KALONDA NGOY"]


def test_search_finds_codes_and_names_whatever_accents_and_case(
    engine: Engine, tiles_engine: Engine
) -> None:
    with official(engine) as unit:
        first = grant(
            unit, facts("4960", "PE", "Société Minière du Lualaba"), square(3000, -1280), act()
        )
        other = grant(unit, facts("496", "PR", "100% Cobalt_ SARL"), square(3010, -1280), act())
    with tiles_engine.connect() as connection:
        reader = PublicReader(connection)
        found = {
            query: [title.id for title in reader.search(query)]
            for query in (
                "4960",
                "PE 4960",
                "pe4960",
                "PE-4960",
                "496",
                "PR 4960",
                "PE",
                "pr",
                "PER",
                "societe miniere",
                "LUALABA",
                "societte miniere",
                "100%",
                "%",
                "cobalt_",
                "_",
                "'; drop",
                "  ",
                "zzz",
                "\x00",
            )
        }
    assert found["4960"] == found["PE 4960"] == found["pe4960"] == found["PE-4960"] == [first]
    assert found["496"] == [other, first]
    assert (found["PE"], found["pr"], found["PER"]) == ([first], [other], [])
    assert (
        found["PR 4960"] == found["'; drop"] == found["  "] == found["zzz"] == found["\x00"] == []
    )
    assert found["societe miniere"] == found["LUALABA"] == found["societte miniere"] == [first]
    assert found["100%"] == found["%"] == found["cobalt_"] == found["_"] == [other]


def test_accounts_are_written_by_administrators_and_read_by_the_sign_in(engine: Engine) -> None:
    with UnitOfWork(engine, ADMIN, actor="admin") as unit:
        create_account(unit, "o.kasongo", "Odile Kasongo", CADASTRE, HASH)
        set_password(unit, "o.kasongo", HASH + "x")
        unit.commit()
    with UnitOfWork(engine, SIGN_IN) as unit:
        found = unit.connection.execute(text("select login, password_hash from register.account"))
        assert [tuple(row) for row in found] == [("o.kasongo", HASH + "x")]
    with pytest.raises(NotFound), UnitOfWork(engine, ADMIN, actor="admin") as unit:
        set_password(unit, "nobody", HASH)
    with UnitOfWork(engine, ADMIN, actor="auditor") as unit:
        audited = unit.connection.scalars(
            text("select audit_row::text from register.audit_row where table_name = 'account'")
        )
        assert all("argon2" not in row for row in audited)


def test_what_everybody_sees_is_todays_ground_and_its_sums(
    engine: Engine, tiles_engine: Engine
) -> None:
    host = granted(engine, "1", square(3000, -1280, 4, 1), kind="PE")
    with official(engine) as unit:
        zone = institute_zone(
            unit, facts("Z", "ZEA"), square(3000, -1280, 1, 1), act("institution"), host=host
        )
    with tiles_engine.connect() as connection:
        reader = PublicReader(connection)
        assert [(s.kind, s.class_, s.titles, s.cells) for s in reader.summary()] == [
            ("PE", "right", 1, 3),
            ("ZEA", "zone", 1, 1),
        ]
        assert reader.title(zone).grounds[0].cells == 1
        assert reader.title(zone).class_ == "zone"
        assert reader.latest_audit() is None
        assert reader.overlaps_of(zone) == []
        assert not reader.is_demonstration()
        with pytest.raises(NotFound):
            reader.title(10_000)


def _withheld_and_shown(engine: Engine) -> None:
    with official(engine) as unit:
        grant(unit, facts("1", holder="Kalonda Ngoy"), square(3000, -1280), act())
        grant(unit, facts("2", holder="Kalonda SARL"), square(3010, -1280), act())


@pytest.mark.parametrize("view", ["holder_name", "holder"])
def test_no_condition_reaches_behind_a_filter_to_a_withheld_name(
    engine: Engine, tiles_engine: Engine, owner_engine: Engine, view: str
) -> None:
    _withheld_and_shown(engine)
    seen: list[str] = []
    with owner_engine.begin() as connection:  # the cheapest function there could be
        connection.execute(
            text(
                "create function published.look(value text) returns boolean language plpgsql "
                "cost 0.0000001 as $$ begin raise notice '%', value; return true; end $$"
            )
        )
    with tiles_engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.add_notice_handler(lambda notice: seen.append(notice.message_primary))
        connection.execute(text(f"select * from published.{view} where published.look(name)"))
    assert set(seen) - {"<NULL>"} == {"Kalonda SARL"}


def test_the_search_of_names_goes_by_an_index(engine: Engine, owner_engine: Engine) -> None:
    _withheld_and_shown(engine)
    with owner_engine.connect() as connection:
        for plain in ("seqscan", "indexscan", "nestloop"):
            connection.execute(text(f"set enable_{plain} = off"))
        plan = connection.scalars(
            text(
                "explain select title_id from published.holder_name "
                "where published.fold(name) like '%kalonda%'"
            )
        )
        assert "party_by_public_name" in "\n".join(plan)


def test_no_login_makes_temporary_functions_of_its_own(bare_database: Any) -> None:
    migrate(bare_database.owner)
    for url in (bare_database.public, bare_database.app):
        own = engine_for(url)
        with pytest.raises(ProgrammingError, match="permission"), own.begin() as connection:
            connection.execute(text("create temporary table own (i int)"))
        own.dispose()


def test_the_tiles_login_is_given_little_time(tiles_engine: Engine) -> None:
    with tiles_engine.connect() as connection:
        assert connection.scalar(text("show statement_timeout")) == "15s"
        assert connection.scalar(text("show idle_in_transaction_session_timeout")) == "30s"


def test_a_unit_of_work_gives_up_what_takes_too_long(engine: Engine) -> None:
    with (
        pytest.raises(RegisterBusy, match="too long"),
        official(engine, statement_timeout_s=0.1) as unit,
    ):
        unit.connection.execute(text("select pg_sleep(5)"))
    with official(engine, statement_timeout_s=1800) as unit:
        assert unit.connection.scalar(text("show statement_timeout")) == "30min"
    with official(engine) as unit:
        assert unit.connection.scalar(text("show statement_timeout")) == "2min"
        assert unit.connection.scalar(text("show idle_in_transaction_session_timeout")) == "10min"


def test_a_transaction_that_does_nothing_frees_the_register(engine: Engine) -> None:
    def dawdle(unit: UnitOfWork) -> None:
        unit.open_revision()
        time.sleep(0.5)
        unit.connection.execute(text("select 1"))

    with pytest.raises(RegisterBusy), official(engine, idle_timeout_s=0.1) as unit:
        dawdle(unit)
    granted(engine, "1", square(3000, -1280))


def test_errors_do_not_show_the_values_of_a_statement(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as caught, official(engine) as unit:
        unit.connection.execute(text("select cast(:name as int)"), {"name": "Kalonda Ngoy"})
    assert "hidden" in str(caught.value)
