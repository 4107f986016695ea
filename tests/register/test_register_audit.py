"""Audit rows: every write leaves one, whoever writes, and their hashes hold what they say."""

from __future__ import annotations

import hashlib
import json

import pytest
from sample_register import act, granted, official, reading, row, square
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from test_register_intake import AS_OF

from geo.errors import NotPermitted
from geo.register.connection import ADMIN, UnitOfWork
from geo.register.writer import record_reading, release

UNAUDITED = {
    "area_class",
    "audit_row",  # itself
    "revision",  # each audit row names its own
    "revision_lock",  # a row to be locked, never written
    "received_content",  # its checksum is in received_file
    "right_kind",  # written by migrations alone
    "ground_group",
    "ground_group_kind",
    "host_kind",
    "occupancy",  # follows from perimeter_version
    "session",  # no part of the register
    "token",  # nor is a program's way in
}


def _audit(engine: Engine, where: str = "true") -> list[dict[str, object]]:
    with UnitOfWork(engine, ADMIN, actor="auditor") as unit:
        rows = unit.connection.execute(
            text(
                "select a.*, r.actor, r.reason, r.role, r.at from register.audit_row a "
                f"join register.revision r on r.id = a.revision where {where} order by a.id"
            )
        )
        return [dict(one._mapping) for one in rows]


def test_every_table_of_the_register_is_audited(owner_engine: Engine) -> None:
    with owner_engine.connect() as connection:
        tables = connection.execute(
            text(
                "select c.relname, count(t.oid) filter (where t.tgname like 'z_audit%') as audits, "
                "count(t.oid) filter (where t.tgname = 'a_begin_writing') as begins "
                "from pg_class c left join pg_trigger t on t.tgrelid = c.oid "
                "where c.relnamespace = 'register'::regnamespace and c.relkind = 'r' "
                "group by c.relname"
            )
        )
        counts = {table.relname: (table.audits, table.begins) for table in tables}
    assert {name for name, found in counts.items() if found != (3, 1)} == UNAUDITED


def test_a_grant_leaves_a_row_for_each_row_written(engine: Engine) -> None:
    granted(engine, "1", square(3000, -1280))
    written = {(r["table_name"], r["operation"]) for r in _audit(engine)}
    assert written == {
        (table, "INSERT")
        for table in ("act", "title", "perimeter_version", "title_version", "party", "holding")
    }
    assert {(r["actor"], r["reason"], r["role"]) for r in _audit(engine)} == {
        ("official", "test", "mabele_register")
    }


def test_raw_sql_of_an_official_is_audited_too(engine: Engine) -> None:
    granted(engine, "1", square(3000, -1280))
    with official(engine, actor="raw") as unit:
        unit.connection.execute(text("update register.party set kind = 'unknown'"))
    (found,) = _audit(engine, "actor = 'raw'")
    assert (found["table_name"], found["operation"]) == ("party", "UPDATE")
    assert (found["old"]["kind"], found["new"]["kind"]) == ("legal", "unknown")  # type: ignore[index]


@pytest.mark.parametrize(
    "statement",
    [
        "delete from register.audit_row",
        "update register.audit_row set new = null",
        "insert into register.revision values (99, now(), 'x', 'x', 'x', 1)",
        "update register.revision set actor = 'x'",
        "insert into register.occupancy select * from register.occupancy",
        "delete from register.occupancy",
        "update register.perimeter_version set runs = '{{1,2,3}}'",
        "delete from register.perimeter_version",
        "truncate register.title_version",
        "select register.occupy(array[1])",
        "alter table register.perimeter_version disable trigger all",
        "insert into register.account (login, display_name, role, password_hash) "
        "values ('eve', 'Eve', 'mabele_admin', '$argon2id$')",
        "select password_hash from register.account",
        "select token_hash from register.session",
        "update register.right_kind set class = 'right'",
    ],
)
def test_an_official_cannot_go_round_the_rules(engine: Engine, statement: str) -> None:
    granted(engine, "1", square(3000, -1280))
    with pytest.raises(NotPermitted), official(engine) as unit:
        unit.connection.execute(text(statement))


def test_a_version_is_closed_once_and_opened_now(engine: Engine) -> None:
    granted(engine, "1", square(3000, -1280))
    for statement in (
        "update register.perimeter_version set known = int8range(1, 99)",
        "update register.perimeter_version set known = int8range(0, null)",
        "insert into register.title_version (title_id, kind, state, procedure, minerals, "
        "stated_on, flags, valid, known) select title_id, kind, state, procedure, minerals, "
        "stated_on, flags, "
        "daterange('1990-01-01', '1991-01-01'), int8range(1, null) from register.title_version",
    ):
        with pytest.raises(DBAPIError), official(engine) as unit:
            unit.connection.execute(text(statement))


def test_a_leaf_is_the_hash_of_what_stands_beside_it(engine: Engine) -> None:
    granted(engine, "1", square(3000, -1280))
    for found in _audit(engine, "table_name = 'party'"):
        with UnitOfWork(engine, ADMIN, actor="auditor") as unit:
            content = unit.connection.scalar(
                text(
                    "select jsonb_build_array(a.revision, r.actor, r.role, r.reason, r.at, "
                    "a.table_name, a.operation, a.row_key, a.old, a.new)::text "
                    "from register.audit_row a join register.revision r on r.id = a.revision "
                    "where a.id = :id"
                ),
                {"id": found["id"]},
            )
        assert hashlib.sha256(content.encode()).digest() == bytes(found["leaf"])  # type: ignore[call-overload]
        stored = json.loads(content)[9]
        personal = found["personal"]["new"]["name"]  # type: ignore[index]
        assert personal["value"] == "Kalonda Mining SARL"
        salted = bytes.fromhex(personal["salt"]) + personal["value"].encode()
        assert stored["name"] == hashlib.sha256(salted).hexdigest()
        assert "Kalonda" not in content


def test_personal_fields_may_be_erased_without_breaking_a_leaf(
    engine: Engine, owner_engine: Engine
) -> None:
    granted(engine, "1", square(3000, -1280))
    before = [bytes(r["leaf"]) for r in _audit(engine)]  # type: ignore[call-overload]
    with owner_engine.begin() as connection:
        connection.execute(text("update register.audit_row set personal = null"))
    assert [bytes(r["leaf"]) for r in _audit(engine)] == before  # type: ignore[call-overload]


def test_secrets_and_raw_rows_are_in_the_audit_by_commitment_only(engine: Engine) -> None:
    made, content = reading([row(1, square(3000, -1280), raw={"Parties": "Kalonda Secret"})])
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="CAMI", as_of=AS_OF)
    (found,) = _audit(engine, "table_name = 'import_row'")
    assert found["personal"] is None
    assert "Kalonda" not in json.dumps(found["new"])


def test_geometry_is_audited_as_ewkb_and_old_rows_are_kept(engine: Engine) -> None:
    title = granted(engine, "1", square(3000, -1280))
    with official(engine) as unit:
        release(unit, title, act("forfeiture"))
        ewkb = unit.connection.scalar(
            text("select encode(st_asewkb(geom), 'hex') from register.perimeter_version limit 1")
        )
    closed = _audit(engine, "table_name = 'perimeter_version' and operation = 'UPDATE'")
    assert [(r["old"]["known"], r["new"]["known"]) for r in closed] == [("[1,)", "[1,2)")]  # type: ignore[index]
    assert closed[0]["new"]["geom"] == ewkb  # type: ignore[index]


def test_each_row_has_a_salt_of_its_own(engine: Engine) -> None:
    made, content = reading([row(i, square(3000 + 3 * i, -1280)) for i in range(20)])
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="CAMI", as_of=AS_OF)
    rows = _audit(engine, "table_name = 'title_version'")
    assert len({r["personal"]["new"]["holders_raw"]["salt"] for r in rows}) == 20  # type: ignore[index]


def test_replaying_the_audit_gives_the_live_rows(engine: Engine) -> None:
    first = granted(engine, "1", square(3000, -1280, 3, 2))
    with official(engine) as unit:
        release(unit, first, act("forfeiture"))
    replayed: dict[str, object] = {}
    for found in _audit(engine, "table_name = 'perimeter_version'"):
        replayed[str(found["row_key"])] = found["new"]
    with official(engine) as unit:
        live = unit.connection.execute(
            text(
                "select id::text, jsonb_build_object('title_id', title_id, 'held', held, 'known', "
                "known, 'runs', runs) as content from register.perimeter_version"
            )
        )
        for one in live:
            kept = replayed.pop(one.id)
            assert {name: kept[name] for name in one.content} == one.content  # type: ignore[index]
    assert not replayed
