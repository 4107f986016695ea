"""What every answer and every request is held to, whatever the route."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest
from drawn_register import settings_for
from fastapi.routing import APIRoute
from served import served

from api.app import MOST_BODY_BYTES, create_app
from api.auth import Role, keep_account
from geo.register.connection import engine_for

PASSWORD = "correct horse battery"
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
TAGGED = ("/summary", "/delays")
"""What a browser may keep and ask for again by its tag; a browser of somebody signed in alone."""


def _routes(parts) -> Iterator[APIRoute]:
    for part in parts:
        if isinstance(part, APIRoute):
            yield part
        elif hasattr(part, "original_router"):
            yield from _routes(part.original_router.routes)


@pytest.fixture(scope="module")
def application(database, tmp_path_factory):
    engine = engine_for(database.app, pool_size=1)
    keep_account(engine, "agent", "Agent", Role.OFFICER, PASSWORD)
    engine.dispose()
    return create_app(settings_for(database, tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def site(application) -> Iterator[str]:
    with served(application) as address:
        yield address


@pytest.fixture(scope="module")
def agent(site) -> Iterator[httpx.Client]:
    """An officer at a browser."""
    with httpx.Client(base_url=f"{site}/api/v1", headers={"Origin": site}) as client:
        client.post("/session", json={"name": "agent", "password": PASSWORD}).raise_for_status()
        yield client


@pytest.mark.parametrize("path", ["/files", "/machines", "/rulings", "/files/1", "/parties"])
def test_no_answer_about_a_file_is_stored(agent, path) -> None:
    assert "no-store" in agent.get(path).headers["Cache-Control"]


def test_what_is_asked_for_again_by_its_tag_says_so_itself(agent) -> None:
    for path in TAGGED:
        assert agent.get(path).headers["Cache-Control"] == "private, no-cache"


def test_what_is_longer_than_any_document_is_not_received(site) -> None:
    connection = HTTPConnection(urlsplit(site).netloc, timeout=10)
    connection.putrequest("POST", "/api/v1/files/1/documents")
    connection.putheader("Content-Length", str(MOST_BODY_BYTES + 1))
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    assert json.loads(answer.read())["code"] == "too_large"
    connection.close()


def test_what_does_not_say_its_length_is_not_received_without_end(agent) -> None:
    given = 0

    def endless() -> Iterator[bytes]:
        nonlocal given
        yield b'--x\r\nContent-Disposition: form-data; name="document"; filename="a"\r\n\r\n'
        while given < 4 * MOST_BODY_BYTES:
            given += 2**18
            yield b"%" * 2**18

    try:
        answer = agent.post("/files/1/documents", content=endless(), headers=MULTIPART)
    except httpx.TransportError:
        return  # the server hung up while the rest was being sent
    assert answer.status_code in (400, 413)


def test_no_changing_route_takes_a_request_of_another_site(application, agent) -> None:
    asked = 0
    for route in _routes(application.routes):
        for method in sorted(route.methods - {"GET", "HEAD"}):
            path = route.path
            for name in route.param_convertors:
                path = path.replace("{" + name + "}", "1")
            for origin in ("https://elsewhere.example", ""):
                if path.startswith("/simple"):  # a page: tests/web/test_web_plain.py asks it
                    continue
                if (method, path) == ("POST", "/feeds/mail"):
                    continue  # its key alone opens it: mail programs ask without a page (RFC 8058)
                answer = agent.request(method, path, headers={"Origin": origin}, json={})
                assert answer.json()["code"] == "origin_refused", (method, path)
                asked += 1
    assert asked > 60
