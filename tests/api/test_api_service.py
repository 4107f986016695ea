"""The service around the register: health, headers, places, languages, the unforeseen."""

from __future__ import annotations

import asyncio
import re
from contextlib import ExitStack
from dataclasses import replace

import httpx
import pytest
from drawn_register import settings_for
from fastapi import Request
from served import served

from api.app import create_app
from api.problems import language_of
from api.services import COSTLY, PLACES
from api.serving import configuration
from api.settings import Settings

PATHS = ["/", "/static/js/main.js", "/boundaries/countries.geojson", "/api/v1/summary", "/nothing"]


def test_healthz_says_database_schema_and_revision(public) -> None:
    answer = public.get("/healthz")
    assert answer.status_code == 200
    health = answer.json()
    assert (health["healthy"], health["database"], health["schema_current"]) == (True, True, True)
    assert health["revision"] >= 1


def test_healthz_and_routes_are_503_without_a_database(database, tmp_path) -> None:
    gone = replace(
        settings_for(database, tmp_path),
        app_url=database.app.replace(database.name, "no_such_database"),
    )
    with served(create_app(gone)) as address:
        answer = httpx.get(f"{address}/healthz")
        assert (answer.status_code, answer.json()["database"]) == (503, False)
        answer = httpx.get(f"{address}/api/v1/summary")
        assert (answer.status_code, answer.json()["code"]) == (503, "database_unreachable")
        assert answer.headers["retry-after"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_security_headers(public, path: str) -> None:
    headers = public.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_a_full_house_is_refused_at_once(app, public) -> None:
    with ExitStack() as everybody:
        for _ in range(PLACES):
            everybody.enter_context(app.state.services.places.taken())
        answer = public.get("/api/v1/summary")
        assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
        assert int(answer.headers["retry-after"]) >= 1
        assert public.get("/healthz").status_code == 200
    assert public.get("/api/v1/summary").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/activity/places",
        "/api/v1/activity/observations/1/place",
        "/api/v1/titles/1/activity",
        "/api/v1/activity/expansion?title=1&from=2025-01-01&to=2025-02-01",
        "/api/v1/activity/expansion/chart.svg?title=1&from=2025-01-01&to=2025-02-01",
        "/api/v1/activity/expansion/figures.csv?title=1&from=2025-01-01&to=2025-02-01",
        "/api/v1/activity/surveyed?title=1",
    ],
)
def test_costly_questions_of_anybody_never_take_all_places(app, public, path: str) -> None:
    with ExitStack() as everybody:
        for _ in range(COSTLY):
            everybody.enter_context(app.state.services.costly.taken())
        answer = public.get(path)
        assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
        assert public.get("/api/v1/summary").status_code == 200
    assert public.get(path).status_code in (200, 404, 422)


def test_siting_is_one_of_the_costly_questions(app, public) -> None:
    origin = {"origin": str(public.base_url).rstrip("/")}
    asked = {"bbox": [25.0, -10.1, 25.1, -10.0]}
    with ExitStack() as everybody:
        for _ in range(COSTLY):
            everybody.enter_context(app.state.services.costly.taken())
        answer = public.post("/api/v1/siting", json=asked, headers=origin)
        assert (answer.status_code, answer.json()["code"]) == (503, "overloaded")
    assert public.post("/api/v1/siting", json=asked, headers=origin).status_code == 200


def test_a_busy_service_is_well(app, public) -> None:
    engine = app.state.services.engine
    with ExitStack() as everybody:
        for _ in range(PLACES):
            everybody.enter_context(engine.connect())
        assert public.get("/healthz").json()["healthy"] is True


def test_places_are_given_back_after_errors(app, public) -> None:
    for _ in range(30):
        assert public.get("/api/v1/titles/999999").status_code == 404
        assert public.get("/api/v1/issues").status_code == 401
    assert public.get("/api/v1/summary").status_code == 200


@pytest.mark.parametrize(
    ("wish", "title"),
    [
        (None, "Introuvable dans le registre."),
        ("en-GB,en;q=0.9,fr;q=0.5", "There is no such thing in the register."),
        ("sw, fr;q=0.8", "Introuvable dans le registre."),
        ("sw", "Introuvable dans le registre."),
    ],
)
def test_problems_speak_the_asked_language(public, wish: str | None, title: str) -> None:
    headers = {"Accept-Language": wish} if wish else {}
    assert public.get("/api/v1/titles/999999", headers=headers).json()["title"] == title


def test_the_unforeseen_gives_a_reference_and_no_detail(app, public, monkeypatch, caplog) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("api.routes.summary._summary", broken)
    answer = public.get("/api/v1/summary")
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert "secret" not in answer.text
    assert answer.json()["reference"] in caplog.text
    assert "secret detail" in caplog.text
    assert "content-security-policy" in answer.headers


def test_openapi_describes_every_route(public) -> None:
    paths = public.get("/api/v1/openapi.json").json()["paths"]
    assert paths.keys() >= {
        "/api/v1/summary",
        "/api/v1/style",
        "/api/v1/search",
        "/api/v1/titles/{title_id}",
        "/api/v1/titles/{title_id}/geometry",
        "/api/v1/overlaps",
        "/api/v1/issues",
        "/api/v1/tiles/{layer}/{z}/{x}/{y}.mvt",
        "/api/v1/session",
        "/api/v1/tokens",
        "/api/v1/accounts",
        "/api/v1/parties",
        "/healthz",
    }
    for path, methods in paths.items():
        for method, operation in methods.items():
            assert operation.get("description"), f"{method} {path} says nothing of itself"


def test_the_page_holds_no_inline_script_or_style(public) -> None:
    page = public.get("/").text
    assert "<style" not in page
    assert " style=" not in page
    assert not re.search(r"<[^>]* on\w+=", page)
    assert re.findall(r"<script\b(?![^>]* src=)", page) == []


OUTSIDE = ["/static/../app.py", "/static/%2e%2e/style.py", "/boundaries/../law"]


@pytest.mark.parametrize("path", OUTSIDE)
def test_files_outside_are_out_of_reach(public, path: str) -> None:
    assert public.get(path).status_code == 404


def test_putting_the_application_together_opens_nothing(tmp_path) -> None:
    nowhere = "postgresql+psycopg://nobody@/nothing?host=/nowhere"
    settings = Settings(nowhere, nowhere, nowhere, True, "127.0.0.1", 0, tmp_path / "data")
    assert create_app(settings).title == "Mabele"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("path", ["/", "/healthz", "/api/v1/summary", "/static/js/main.js"])
def test_the_page_answers_under_its_own_names_only(public, address, path: str) -> None:
    port = address.rpartition(":")[2]
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", "LOCALHOST", "[::1]:80"):
        assert public.get(path, headers={"Host": host}).status_code == 200
    for host in (f"evil.test:{port}", "localhost.evil.test", "evil@localhost", "10.0.0.7", ""):
        answer = public.get(path, headers={"Host": host})
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_host")
        assert answer.headers["content-type"] == "application/problem+json"
        assert "content-security-policy" in answer.headers


def test_a_foreign_name_cannot_sign_in_even_from_its_own_page(public) -> None:
    rebound = {"Host": "evil.test", "Origin": "http://evil.test"}
    body = {"name": "agent", "password": "correct horse battery"}
    assert public.post("/api/v1/session", json=body, headers=rebound).status_code == 400
    own = {"Host": "localhost", "Origin": "http://localhost"}
    assert public.post("/api/v1/session", json=body, headers=own).status_code == 200


def test_a_proxys_name_is_allowed_once_it_is_named(database, tmp_path) -> None:
    there = {"Host": "cadastre.example.cd"}
    settings = settings_for(database, tmp_path)
    for named, status in (((), 400), (("cadastre.example.cd",), 200)):
        with served(create_app(replace(settings, allowed_hosts=named))) as address:
            assert httpx.get(f"{address}/healthz", headers=there).status_code == status


async def who_asks(scope, receive, send) -> None:
    """An application that answers with the address and the scheme that it sees."""
    body = f"{scope['client'][0]} {scope['scheme']}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


@pytest.mark.parametrize(
    ("proxy", "seen"),
    [
        ("", "127.0.0.1 http"),
        ("10.0.0.0/8", "127.0.0.1 http"),
        ("127.0.0.1", "203.0.113.9 https"),
    ],
)
def test_only_a_named_proxy_says_who_asks(proxy: str, seen: str) -> None:
    settings = Settings.load({"DATABASE_URL": "postgresql://o@h/d", "MABELE_PROXY": proxy})
    config = configuration(settings, who_asks)
    config.load()

    async def ask() -> str:
        transport = httpx.ASGITransport(config.loaded_app, client=("127.0.0.1", 5))
        claim = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
        async with httpx.AsyncClient(transport=transport) as client:
            return (await client.get("http://localhost/", headers=claim)).text

    assert asyncio.run(ask()) == seen


def test_french_is_the_default_language() -> None:
    assert language_of(Request({"type": "http", "headers": []})) == "fr"
