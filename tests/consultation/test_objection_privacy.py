"""Who may learn what of an objector: the roles in the routes, and in the database behind them."""

from __future__ import annotations

import json
import os
import shutil
import stat
from dataclasses import replace

import httpx
import psycopg
import pytest
from consultation_case import objection

from api.cluster import libpq_address
from api.objection_limits import HOUR_S, ObjectionLimits, TooManyObjections
from api.secrets_file import consultation_keys
from api.settings import Settings
from geo.casework.consultation.sealing import Contact, key_id, sealed, unsealed
from geo.errors import SetupError
from geo.register.people import Role

NAME, CONTACT = "Mwamba wa Kapata", "mwamba@kapata.test"
WHY = "convocation à l’audience du 4 avril"
READERS = {Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.LEGAL, Role.MINISTER}
DECIDERS = {Role.OFFICER, Role.SUPERVISOR}
OPENERS = {Role.LEGAL, Role.SUPERVISOR}
OVERSEERS = OPENERS | {Role.ADMINISTRATOR}


@pytest.fixture
def receipt(village, case) -> dict[str, str]:
    """An objection with name and contact."""
    sent = objection(name=NAME, contact=CONTACT)
    answer = village.post(f"/notices/{case.notice_id}/objections", json=sent)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def path(case, receipt) -> str:
    """The objection's address in the office."""
    return f"/files/{case.file_id}/objections/{receipt['reference']}"


def everything(database) -> str:
    """Every column of every table and view that is text or can be written as text."""
    with psycopg.connect(libpq_address(database.owner)) as connection:
        names = connection.execute(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables "
            "where table_schema in ('register', 'casework', 'published', 'public')"
        ).fetchall()
        held = []
        for (name,) in names:
            rows = connection.execute(f"select t::text from {name} t".encode()).fetchall()
            held += [row[0] for row in rows]
    return "\n".join(held)


def test_each_role_at_each_route(village, case, path, sessions) -> None:
    decision = {"action": "admit", "expected_steps": 99, "reason": "déposée en bonne forme"}
    routes = [
        ("GET", f"/files/{case.file_id}/objections", None, READERS),
        ("POST", f"{path}/steps", decision, DECIDERS),
        ("GET", f"{path}/documents/{'0' * 64}", None, READERS),
        ("POST", f"{path}/contact", {"reason": "short"}, OPENERS),
        ("GET", f"{path}/openings", None, OVERSEERS),
        ("GET", "/delays/files", None, set(Role) - {Role.PUBLIC}),
        ("GET", "/delays", None, set(Role)),
        ("GET", "/notices", None, set(Role)),
        ("GET", f"/notices/{case.notice_id}", None, set(Role)),
    ]
    for method, address, body, allowed in routes:
        nobody = village.request(method, address, json=body)
        assert nobody.status_code == (200 if len(allowed) == len(Role) else 401), address
        for role in Role:
            answer = sessions(role).request(method, address, json=body)
            if role in allowed:
                assert answer.status_code in {200, 404, 409}, (role, address, answer.text)
            else:
                assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_the_database_gives_no_role_more_than_its_routes(case, receipt, as_role, rows) -> None:
    which = rows("select id from casework.objection where reference = %s", receipt["reference"])[0]
    statements = {
        "select reason from casework.objection": READERS,
        "select public_text from casework.objection_step": READERS,
        "select content from casework.objection_file": READERS,
        "select secret_hash from casework.objection": set(),
        "select client_key_hash from casework.objection": set(),
        "select client_key_hash from casework.objection_step": set(),
        "select sealed from casework.objector": set(),
        "insert into casework.objector values (1, ''::bytea, 'x')": set(),
        "delete from casework.objector": set(),
        "update casework.objection set state = 'withdrawn'": set(),
        "delete from casework.objection": set(),
        "insert into casework.objection_step (objection_id, seq, action, to_state, at) "
        "values (1, 2, 'withdraw', 'withdrawn', now())": set(),
        "update casework.notice set closes_on = '2030-01-01'": set(),
        "update casework.notice set text_fr = 'x'": set(),
        "delete from casework.notice": set(),
        f"select casework.open_objector({which[0]}, 'a reason of letters', now())": OPENERS,
        "select casework.objection_behind('x', sha256('x'))": set(),
        f"select casework.move_objection({which[0]}, 'withdraw', now(), true, null, null, null, "
        "null, null)": set(),
        "select casework.stays(current_date)": set(),
        "select account_id from casework.contact_opening": OVERSEERS,
        "insert into casework.contact_opening (objection_id) values (1)": set(),
        "update casework.contact_opening set reason = 'x'": set(),
    }
    for statement, allowed in statements.items():
        for role in Role:
            with as_role(role) as connection:
                if role in allowed:
                    connection.execute(statement.encode())
                    connection.rollback()
                else:
                    with pytest.raises(psycopg.errors.InsufficientPrivilege):
                        connection.execute(statement.encode())


def test_an_objection_is_looked_for_by_its_secret_alone(database, receipt) -> None:
    """Else the index of references would answer sooner for one that exists."""
    with psycopg.connect(libpq_address(database.owner)) as connection:
        body = connection.execute(
            "select prosrc from pg_proc where oid = 'casework.objection_behind'::regproc"
        ).fetchone()[0]
        asked = body.replace("named", "'OBJ-00000-00000'").replace("= secret", "= sha256('x')")
        connection.execute("set local search_path = casework")
        connection.execute("set local enable_seqscan = off")
        plan = connection.execute(f"explain (costs off) {asked}".encode()).fetchall()
    assert "objection_secret_hash_key" in str(plan)
    assert "objection_reference_key" not in str(plan)


def test_only_an_account_decides(receipt, as_role, rows) -> None:
    which = rows("select id from casework.objection where reference = %s", receipt["reference"])[0]
    asked = "select casework.decide_objection(%s, 'admit', now(), 1, 'why', null, null)"
    with as_role(Role.OFFICER) as connection:
        connection.execute("select set_config('app.actor', 'nobody', true)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(asked, which)
    for role in (Role.PUBLIC, Role.COMPANY, Role.LEGAL, Role.MINISTER):
        with as_role(role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(asked, which)


def test_no_name_contact_secret_or_number_is_anywhere(database, village, case) -> None:
    sent = objection(name=NAME, contact=CONTACT, reason="un motif que l’audit ne répète pas")
    receipt = village.post(f"/notices/{case.notice_id}/objections", json=sent).json()
    held = everything(database)
    for secret in (NAME, CONTACT, receipt["secret"], sent["client_key"]):
        assert str(secret) not in held
        assert str(secret).encode().hex() not in held
    assert held.count(str(sent["reason"])) == 1  # the objection's own row, no audit row


def test_no_network_address_is_anywhere(database, site, case, application) -> None:
    headers = {"Origin": site, "X-Forwarded-For": "203.0.113.77", "Forwarded": "for=203.0.113.77"}
    with httpx.Client(base_url=f"{site}/api/v1", headers=headers) as client:
        answer = client.post(f"/notices/{case.notice_id}/objections", json=objection())
        assert answer.status_code == 201
    held = everything(database)
    assert "203.0.113.77" not in held
    assert "127.0.0.1" not in held
    remembered = repr(vars(application.state.consultation.limits))
    assert "127.0.0.1" not in remembered
    assert "203.0.113.77" not in remembered


def test_the_log_has_neither_address_nor_text(village, case, caplog, receipt) -> None:
    caplog.set_level("DEBUG")
    headers = {"X-Objection-Secret": receipt["secret"]}
    village.get(f"/objections/{receipt['reference']}", headers=headers)
    village.post(f"/notices/{case.notice_id}/objections", json=objection(name=NAME))
    own = [r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore"))]
    told = "\n".join(own)
    for secret in ("127.0.0.1", receipt["secret"], NAME, "Nos champs"):
        assert secret not in told


def test_public_views_hold_no_objector_and_no_file(as_role, receipt, case) -> None:
    with as_role(Role.PUBLIC) as connection:
        told = [
            str(row)
            for view in ("notice", "notice_party", "objection_answer")
            for row in connection.execute(f"select * from published.{view}".encode())
        ]
    for hidden in (receipt["reference"], NAME, "Nos champs", "terms nobody may read", "NTC-"):
        assert hidden not in "\n".join(told)


def test_a_contact_is_opened_with_a_reason_and_recorded(path, sessions) -> None:
    legal = sessions(Role.LEGAL)
    refused = legal.post(f"{path}/contact", json={"reason": "curious"})
    assert (refused.status_code, refused.json()["code"]) == (409, "step_refused")
    assert sessions(Role.SUPERVISOR).get(f"{path}/openings").json() == []
    opened = legal.post(f"{path}/contact", json={"reason": WHY})
    assert opened.json() == {"name": NAME, "contact": CONTACT}
    assert opened.headers["cache-control"] == "no-store"
    known = sessions(Role.SUPERVISOR).get(f"{path}/openings").json()
    assert [(one["role"], one["reason"]) for one in known] == [("mabele_legal", WHY)]
    assert known[0]["at"].startswith("2025-03-10T09:30")


def test_the_opening_is_in_the_audit(path, sessions, rows) -> None:
    sessions(Role.SUPERVISOR).post(f"{path}/contact", json={"reason": WHY})
    found = rows(
        "select r.actor, a.new ->> 'role' from register.audit_row a "
        "join register.revision r on r.id = a.revision where a.table_name = 'contact_opening' "
        "order by a.id desc limit 1"
    )
    assert found == [("chief", "mabele_supervisor")]


def test_without_its_key_a_contact_stays_shut(path, sessions, application, tmp_path) -> None:
    consultation = application.state.consultation
    mine = consultation.keys
    try:
        away = replace(mine, objector_key_file=tmp_path / "away.key")
        consultation.__dict__["keys"] = away
        answer = sessions(Role.LEGAL).post(f"{path}/contact", json={"reason": WHY})
        assert (answer.status_code, answer.json()["code"]) == (503, "setup")
        other = consultation_keys(replace(consultation.settings, data_dir=tmp_path))
        consultation.__dict__["keys"] = other
        answer = sessions(Role.LEGAL).post(f"{path}/contact", json={"reason": WHY})
        assert (answer.status_code, answer.json()["code"]) == (503, "setup")
        assert NAME not in answer.text
    finally:
        consultation.__dict__["keys"] = mine
    assert sessions(Role.LEGAL).get(f"{path}/openings").json() == []


def test_an_objector_is_forgotten_on_asking(village, path, receipt, sessions, database) -> None:
    headers = {"X-Objection-Secret": receipt["secret"]}
    address = f"/objections/{receipt['reference']}/contact"
    for _ in range(2):
        assert village.delete(address, headers=headers).json()["has_contact"] is False
    answer = sessions(Role.LEGAL).post(f"{path}/contact", json={"reason": WHY})
    assert answer.status_code == 404
    with psycopg.connect(libpq_address(database.owner)) as connection:
        left = connection.execute(
            "select count(*) from casework.objector c join casework.objection o "
            "on o.id = c.objection_id where o.reference = %s",
            [receipt["reference"]],
        ).fetchone()
    assert left == (0,)


def test_an_objection_without_contact_keeps_none(village, case, rows) -> None:
    receipt = village.post(f"/notices/{case.notice_id}/objections", json=objection()).json()
    assert rows(
        "select count(*) from casework.objector c join casework.objection o "
        "on o.id = c.objection_id where o.reference = %s",
        receipt["reference"],
    ) == [(0,)]


def test_keys_are_made_once_for_their_owner_alone(application, tmp_path) -> None:
    settings = replace(application.state.consultation.settings, data_dir=tmp_path)
    first, again = consultation_keys(settings), consultation_keys(settings)
    assert first.server_key == again.server_key
    assert key_id(first.public_key) == key_id(again.private_key.public_key())
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    named = replace(settings, objector_key_file=tmp_path / "safe" / "contacts.pem")
    assert key_id(consultation_keys(named).public_key) != key_id(first.public_key)
    assert (tmp_path / "safe" / "contacts.pem.pub").exists()


def test_the_operator_says_where_the_key_lies(tmp_path) -> None:
    given = {"MABELE_OBJECTOR_KEY_FILE": str(tmp_path / "contacts.pem")}
    assert Settings.load(given).objector_key_file == tmp_path / "contacts.pem"
    assert Settings.load({}).objector_key_file is None


def test_a_private_key_that_others_can_read_is_refused(application, tmp_path) -> None:
    settings = replace(application.state.consultation.settings, data_dir=tmp_path)
    keys = consultation_keys(settings)
    os.chmod(tmp_path / "objector.key", 0o644)
    with pytest.raises(SetupError, match="chmod 600"):
        _ = keys.private_key
    os.chmod(tmp_path / "objection_secret.key", 0o640)
    with pytest.raises(SetupError, match="chmod 600"):
        consultation_keys(settings)
    (tmp_path / "objection_secret.key").write_text("no key")
    os.chmod(tmp_path / "objection_secret.key", 0o600)
    with pytest.raises(SetupError, match="hexadecimal"):
        consultation_keys(settings)


def test_sealing_goes_on_where_the_private_key_was_taken_away(application, tmp_path) -> None:
    settings = replace(application.state.consultation.settings, data_dir=tmp_path)
    made = consultation_keys(settings)
    shutil.move(tmp_path / "objector.key", tmp_path / "in_a_safe.key")
    keys = consultation_keys(settings)
    assert key_id(keys.public_key) == key_id(made.public_key)
    assert not (tmp_path / "objector.key").exists()
    with pytest.raises(SetupError, match="cannot be read"):
        _ = keys.private_key


def test_a_seal_is_for_one_objection_and_does_not_tell_lengths(application) -> None:
    keys = application.state.consultation.keys
    short = sealed(Contact("A"), "OBJ-00000-00000", keys.public_key)
    long = sealed(Contact(NAME, CONTACT), "OBJ-00000-00000", keys.public_key)
    assert len(short) == len(long)
    assert short != sealed(Contact("A"), "OBJ-00000-00000", keys.public_key)
    assert unsealed(long, "OBJ-00000-00000", keys.private_key) == Contact(NAME, CONTACT)
    with pytest.raises(SetupError):
        unsealed(long, "OBJ-00000-00001", keys.private_key)
    with pytest.raises(SetupError):
        unsealed(long[:-1] + bytes([long[-1] ^ 1]), "OBJ-00000-00000", keys.private_key)


def test_the_hour_ends_and_with_it_what_was_counted() -> None:
    now = [0.0]
    limits = ObjectionLimits(lambda: now[0])
    for _ in range(60):
        limits.admit("attach", "one")
    with pytest.raises(TooManyObjections) as refused:
        limits.admit("attach", "one")
    assert refused.value.retry_after_s == HOUR_S
    limits.admit("attach", "another")
    salt = limits._salt
    now[0] = HOUR_S
    limits.admit("attach", "one")
    assert limits._salt != salt
    assert json.dumps([str(key) for key in limits._came]).count("one") == 0
