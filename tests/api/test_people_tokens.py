"""Tokens of programs: made once, shown once, worth what their account is worth."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from fastapi import FastAPI

from api.accounts import change_password, close_account
from api.attempts import Attempts
from api.auth import Role, keep_account
from api.cluster import libpq_address
from api.tokens import MOST_TOKENS
from geo.register.connection import engine_for

PASSWORD = "correct horse battery"
TOKENS = "/api/v1/tokens"


@pytest.fixture(autouse=True)
def _no_attempts_yet(app: FastAPI) -> None:
    app.state.services.attempts = Attempts()


@pytest.fixture(autouse=True)
def _no_tokens_yet(app: FastAPI, database: Any) -> None:
    with psycopg.connect(libpq_address(database.owner)) as connection:
        connection.execute("delete from register.token")


@pytest.fixture
def program(address: str) -> Iterator[httpx.Client]:
    """A program: no cookie, no origin."""
    with httpx.Client(base_url=address) as client:
        yield client


def make(signed_in: Any, login: str, home: dict[str, str], **order: Any) -> httpx.Response:
    body = {"name": "nightly extract", "days": 30, **order}
    return signed_in(login).post(TOKENS, json=body, headers=home)


def bearer(answer: httpx.Response | str) -> dict[str, str]:
    token = answer if isinstance(answer, str) else answer.json()["token"]
    return {"Authorization": f"Bearer {token}"}


def role_of(program: httpx.Client, token: httpx.Response | str) -> str:
    return program.get("/api/v1/session", headers=bearer(token)).json()["role"]


def owner(database: Any, statement: str) -> list[Any]:
    with psycopg.connect(libpq_address(database.owner)) as connection:
        done = connection.execute(statement)
        return done.fetchall() if done.description else []


def test_a_token_is_shown_once_and_kept_as_its_hash(
    signed_in: Any, home: dict[str, str], program: httpx.Client, database: Any
) -> None:
    answer = make(signed_in, "agent", home)
    assert answer.status_code == 201
    token = answer.json()["token"]
    assert token.startswith("mbl_")
    assert len(token) >= 40
    assert answer.headers["cache-control"] == "no-store"
    kept = owner(database, "select token_hash, token::text from register.token")
    assert [bytes(row[0]) for row in kept] == [hashlib.sha256(token.encode()).digest()]
    assert token not in kept[0][1]
    listed = signed_in("agent").get(TOKENS).json()
    assert [(row["name"], row["scope"]) for row in listed] == [("nightly extract", None)]
    assert all(token not in str(row) for row in listed)
    assert role_of(program, token) == "officer"


def test_a_program_needs_no_origin_and_a_browser_does(
    signed_in: Any, home: dict[str, str], program: httpx.Client
) -> None:
    headers = bearer(make(signed_in, "agent", home))
    body = {"kind": "legal", "reason": "a test"}
    assert program.put("/api/v1/parties/0/kind", json=body, headers=headers).status_code == 404
    agent = signed_in("agent")
    assert agent.put("/api/v1/parties/0/kind", json=body).json()["code"] == "origin_refused"


def test_a_token_and_a_session_at_once_are_refused(signed_in: Any, home: dict[str, str]) -> None:
    headers = bearer(make(signed_in, "agent", home))
    both = signed_in("agent")
    for answer in (
        both.get("/api/v1/session", headers=headers),
        both.get("/api/v1/issues", headers=headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "two_credentials")
    mixed = both.put("/api/v1/parties/0/kind", json={}, headers=headers)
    assert mixed.status_code in {400, 403}


def test_a_program_of_an_administrator_is_an_officers_unless_asked(
    signed_in: Any, home: dict[str, str], program: httpx.Client
) -> None:
    plain, whole = (
        make(signed_in, "admin", home),
        make(signed_in, "admin", home, scope="administer"),
    )
    assert (role_of(program, plain), role_of(program, whole)) == ("officer", "administrator")
    assert program.get("/api/v1/accounts", headers=bearer(plain)).status_code == 403
    assert program.get("/api/v1/accounts", headers=bearer(whole)).status_code == 200


def test_only_an_administrator_asks_for_the_whole(signed_in: Any, home: dict[str, str]) -> None:
    answer = make(signed_in, "agent", home, scope="administer")
    assert (answer.status_code, answer.json()["code"]) == (422, "input")


@pytest.mark.parametrize("order", [{"days": 91}, {"days": 0}, {"name": ""}, {"scope": "all"}])
def test_orders_that_no_token_can_have(
    signed_in: Any, home: dict[str, str], order: dict[str, Any]
) -> None:
    assert make(signed_in, "agent", home, **order).status_code == 400


def test_nobody_and_no_program_make_tokens(
    signed_in: Any, home: dict[str, str], program: httpx.Client, public: httpx.Client
) -> None:
    headers = bearer(make(signed_in, "agent", home))
    order = {"name": "another", "days": 1}
    public.cookies.clear()
    assert public.post(TOKENS, json=order, headers=home).json()["code"] == "sign_in_required"
    assert program.post(TOKENS, json=order, headers=headers).json()["code"] == "not_permitted"
    assert program.get(TOKENS, headers=headers).json()["code"] == "not_permitted"
    assert program.delete(f"{TOKENS}/1", headers=headers).json()["code"] == "not_permitted"


def test_a_revoked_token_opens_nothing(
    signed_in: Any, home: dict[str, str], program: httpx.Client
) -> None:
    made = make(signed_in, "agent", home)
    gone = signed_in("agent").delete(f"{TOKENS}/{made.json()['id']}", headers=home)
    assert gone.status_code == 204
    answer = program.get("/api/v1/session", headers=bearer(made))
    assert (answer.status_code, answer.json()["code"]) == (401, "token_refused")
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert signed_in("agent").get(TOKENS).json()[0]["revoked_at"] is not None


def test_nobody_revokes_the_token_of_another(
    signed_in: Any, home: dict[str, str], program: httpx.Client
) -> None:
    made = make(signed_in, "agent", home)
    answer = signed_in("admin").delete(f"{TOKENS}/{made.json()['id']}", headers=home)
    assert answer.status_code == 404
    assert signed_in("admin").get(TOKENS).json() == []
    assert role_of(program, made) == "officer"


def test_an_expired_token_opens_nothing(
    signed_in: Any, home: dict[str, str], program: httpx.Client, database: Any
) -> None:
    made = make(signed_in, "agent", home)
    owner(
        database,
        "update register.token set made_at = now() - interval '2 days', "
        "expires_at = now() - interval '1 second'",
    )
    assert program.get("/api/v1/summary", headers=bearer(made)).status_code == 401


@pytest.mark.parametrize("end", [close_account, change_password])
def test_a_closed_account_and_a_new_password_end_its_tokens(
    signed_in: Any, home: dict[str, str], program: httpx.Client, database: Any, end: Any
) -> None:
    engine = engine_for(database.app, pool_size=1)
    login = f"ends.{end.__name__}"
    keep_account(engine, login, "Somebody", Role.OFFICER, PASSWORD)
    made = make(signed_in, login, home)
    assert role_of(program, made) == "officer"
    more = ("another long one",) if end is change_password else ()
    end(engine, login, *more, actor="test")
    engine.dispose()
    assert program.get("/api/v1/session", headers=bearer(made)).status_code == 401


def test_the_day_of_the_last_use_is_kept_and_no_instant(
    signed_in: Any, home: dict[str, str], program: httpx.Client, database: Any
) -> None:
    made = make(signed_in, "agent", home)
    assert signed_in("agent").get(TOKENS).json()[0]["last_used_on"] is None
    role_of(program, made)
    kept = owner(
        database,
        "select last_used_on = (now() at time zone 'Africa/Kinshasa')::date, "
        "pg_typeof(last_used_on)::text from register.token",
    )
    assert kept == [(True, "date")]


def test_guessing_tokens_is_slowed_down_and_leaves_good_ones_alone(
    signed_in: Any, home: dict[str, str], program: httpx.Client
) -> None:
    made = make(signed_in, "agent", home)
    told = [
        program.get("/api/v1/session", headers=bearer(f"mbl_{number}")).status_code
        for number in range(7)
    ]
    assert told == [401] * 5 + [429] * 2
    assert role_of(program, made) == "officer"


def test_an_account_has_so_many_tokens_and_no_more(signed_in: Any, home: dict[str, str]) -> None:
    agent = signed_in("agent")
    order = {"name": "one of many", "days": 1}
    told = [
        agent.post(TOKENS, json=order, headers=home).status_code for _ in range(MOST_TOKENS + 1)
    ]
    assert told == [201] * MOST_TOKENS + [409]


def test_other_schemes_of_authorization_are_none_of_ours(program: httpx.Client) -> None:
    answer = program.get("/api/v1/session", auth=("proxy", "password"))
    assert answer.json()["role"] == "public"


def test_answers_for_programs_are_not_kept_for_others(
    signed_in: Any, home: dict[str, str], program: httpx.Client
) -> None:
    answer = program.get("/api/v1/titles/1", headers=bearer(make(signed_in, "agent", home)))
    assert "Authorization" in answer.headers["vary"]
    assert answer.headers["cache-control"].startswith("private")
