"""Who may sign in, and what a session is worth."""

from __future__ import annotations

import json
import stat
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import psycopg
import pytest
from drawn_register import COMPANY, settings_for

from api.accounts import change_password
from api.attempts import Attempts
from api.auth import Role, keep_account
from api.cluster import libpq_address
from api.demo_accounts import seed_demo_accounts
from api.private import write_private
from api.services import SIGN_INS
from geo.register.connection import engine_for

PASSWORD = "correct horse battery"


def sign_in(client, name: str = "agent", password: str = PASSWORD, headers=None):
    origin = str(client.base_url).rstrip("/")
    body = {"name": name, "password": password}
    headers = {"Origin": origin} if headers is None else headers
    return client.post("/api/v1/session", json=body, headers=headers)


@pytest.fixture(autouse=True)
def _no_attempts_yet(app) -> None:
    app.state.services.attempts = Attempts()


def test_nobody_is_the_public(public) -> None:
    assert public.get("/api/v1/session").json() == {"role": "public", "login": None, "name": None}


def test_signing_in_and_out(public, home) -> None:
    answer = sign_in(public, "  AGENT ")
    assert answer.json() == {"role": "officer", "login": "agent", "name": "Agent"}
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert public.get("/api/v1/session").json()["role"] == "officer"
    held = public.cookies["mabele_session"]
    assert public.delete("/api/v1/session", headers=home).status_code == 204
    public.cookies.set("mabele_session", held)
    assert public.get("/api/v1/session").json()["role"] == "public"


def test_the_database_holds_no_token(public, database) -> None:
    sign_in(public)
    with psycopg.connect(libpq_address(database.owner)) as connection:
        rows = connection.execute("select token_hash from register.session").fetchall()
    assert rows
    assert all(public.cookies["mabele_session"].encode() not in row[0] for row in rows)


def test_an_ended_session_is_nobody(public, database) -> None:
    sign_in(public)
    with psycopg.connect(libpq_address(database.owner)) as connection:
        connection.execute("update register.session set expires_at = now() - interval '1 s'")
    assert public.get("/api/v1/session").json()["role"] == "public"


@pytest.mark.parametrize("name", ["agent", "nobody", "'; drop table register.account --"])
def test_wrong_name_and_wrong_password_look_the_same(public, name: str) -> None:
    answer = sign_in(public, name, "wrong")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_failed")
    assert answer.json()["title"] == "Nom ou mot de passe incorrect."
    assert "mabele_session" not in public.cookies


def test_an_unknown_name_takes_as_long_as_a_known_one(public) -> None:
    sign_in(public, "nobody", "warm")

    def seconds(name: str) -> float:
        start = time.perf_counter()
        sign_in(public, name, "wrong")
        return time.perf_counter() - start

    known = min(seconds("agent") for _ in range(3))
    unknown = min(seconds("nobody") for _ in range(3))
    assert unknown > known / 3


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "http://elsewhere.test"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1"}],
)
def test_other_sites_cannot_sign_in_or_out(public, headers: dict[str, str]) -> None:
    answer = sign_in(public, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")
    assert public.delete("/api/v1/session", headers=headers).status_code == 403


def test_too_many_attempts_are_refused_for_a_while(public) -> None:
    for _ in range(5):
        assert sign_in(public, "agent", "wrong").status_code == 401
    answer = sign_in(public)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
    assert 0 < int(answer.headers["retry-after"]) <= 300


def test_many_attempts_at_once_are_no_more_than_in_turn(public, monkeypatch) -> None:
    verified = []

    def slow(_hash: str, password: str) -> bool:
        verified.append(password)
        time.sleep(0.05)
        return False

    monkeypatch.setattr("api.auth._opens", slow)
    with ThreadPoolExecutor(20) as people:
        answers = list(people.map(lambda n: sign_in(public, "agent", f"guess {n}"), range(20)))
    assert len(verified) <= 5
    told = Counter(answer.status_code for answer in answers)
    assert set(told) <= {401, 429, 503}
    assert told[401] == len(verified)


def test_sign_ins_leave_places_to_others(app, public) -> None:
    sign_ins = app.state.services.sign_ins
    with ExitStack() as others:
        for _ in range(SIGN_INS):
            others.enter_context(sign_ins.taken())
        assert sign_in(public).json()["code"] == "overloaded"
        assert public.get("/api/v1/summary").status_code == 200
    assert sign_in(public).status_code == 200


@pytest.mark.parametrize("text", ["a\u0000b", "\u0000", "a\ud800b"])
@pytest.mark.parametrize("part", ["name", "password"])
def test_text_that_no_account_can_have_is_refused(public, home, part: str, text: str) -> None:
    body = json.dumps({"name": "agent", "password": PASSWORD} | {part: text})
    answer = public.post("/api/v1/session", content=body, headers=home)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_behind_tls_the_cookie_is_for_tls_alone(public, address) -> None:
    host = address.removeprefix("http://")
    assert "secure" not in sign_in(public).headers["set-cookie"].lower()
    answer = sign_in(public, headers={"Origin": f"https://{host}"})
    assert "; secure" in answer.headers["set-cookie"].lower()


def test_endless_passwords_are_refused_before_they_are_hashed(public) -> None:
    assert sign_in(public, "agent", "x" * 201).status_code == 400


@pytest.mark.parametrize("give", [change_password, keep_account])
def test_a_new_password_ends_every_session(public, database, give) -> None:
    sign_in(public)
    engine = engine_for(database.app, pool_size=1)
    try:
        if give is keep_account:
            keep_account(engine, "agent", "Agent", Role.OFFICER, "another long one")
        else:
            change_password(engine, "agent", "another long one", actor="test")
        assert public.get("/api/v1/session").json()["role"] == "public"
        assert sign_in(public).status_code == 401
        assert sign_in(public, "agent", "another long one").status_code == 200
    finally:
        change_password(engine, "agent", PASSWORD, actor="test")
        engine.dispose()


def test_what_is_private_is_closed_to_others_from_the_beginning(tmp_path) -> None:
    file = tmp_path / "new" / "logins.json"
    file.parent.mkdir()
    (file.parent / "logins.new").touch(mode=0o644)  # what a cut-off start may leave
    for text in ("first", "second"):
        write_private(file, text)
        assert (file.read_text(), stat.S_IMODE(file.stat().st_mode)) == (text, 0o600)
    assert list(file.parent.iterdir()) == [file]


def test_demo_accounts_keep_their_passwords_and_can_sign_in(public, database, tmp_path) -> None:
    settings = settings_for(database, tmp_path)
    accounts = seed_demo_accounts(settings)
    assert [(name, role) for name, _, role in accounts] == [
        ("agent", "officer"),
        ("agent2", "officer"),
        ("superviseur", "supervisor"),
        ("societe", "company"),
        ("egc", "egc"),
        ("sgnc", "opinion"),
        ("ministre", "minister"),
        ("inspecteur", "inspector"),
        ("juriste", "legal"),
        ("admin", "administrator"),
    ]
    assert seed_demo_accounts(settings) == accounts
    kept = tmp_path / "demo_accounts.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    other = seed_demo_accounts(replace(settings, data_dir=tmp_path / "other"))
    assert {password for _, password, _ in other}.isdisjoint(p for _, p, _ in accounts)
    for name, password, role in other:
        assert sign_in(public, name, password).json()["role"] == role
    assert json.loads(kept.read_text())[0][0] == "agent"
    with psycopg.connect(libpq_address(database.owner)) as connection:
        mandates = connection.execute(
            "select a.login, p.name, m.may_sign from register.account_party m "
            "join register.account a on a.id = m.account_id "
            "join register.party p on p.id = m.party_id where a.login = 'societe'"
        ).fetchall()
    assert mandates == [("societe", COMPANY, True)]  # of PE 100, the only PE
