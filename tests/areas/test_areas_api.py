"""Restricted layers over HTTP: public reading, and changes with nobody, wrong and right roles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from drawn_register import settings_for
from served import served

from api.app import create_app
from api.auth import Role, keep_account
from geo.register.connection import engine_for

PASSWORD = "correct horse battery"
ROLES = {"agent": Role.OFFICER, "chief": Role.SUPERVISOR, "admin": Role.ADMINISTRATOR}
SQUARE = "POLYGON((25 -11, 26 -11, 26 -10, 25 -10, 25 -11))"
BASE = "/api/v1/areas"


def change(class_: str, public: bool) -> dict[str, Any]:
    layer = {"action": "add_layer", "layer": "a", "from": "2019-01-01", "class": class_}
    facts = {"name": "Couche fictive", "source": "essai", "vintage": "2018-01-01"}
    place = {"action": "add", "layer": "a", "from": "2019-01-01", "geometry": "POINT(25.5 -10.5)"}
    return {
        "reason": "essai",
        "items": [
            {**layer, **facts, "public": public, "coverage": SQUARE},
            {**place, "name": f"lieu {class_}"},
        ],
    }


@pytest.fixture(scope="module")
def address(database: Any, tmp_path_factory: Any) -> Iterator[str]:
    engine = engine_for(database.app, pool_size=1)
    for login, role in ROLES.items():
        keep_account(engine, login, login.title(), role, PASSWORD)
    engine.dispose()
    with served(create_app(settings_for(database, tmp_path_factory.mktemp("data")))) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[Callable[[str | None], httpx.Client]]:
    opened: list[httpx.Client] = []

    def client_of(login: str | None) -> httpx.Client:
        made = httpx.Client(base_url=address, headers={"Origin": address})
        opened.append(made)
        if login is not None:
            answer = made.post("/api/v1/session", json={"name": login, "password": PASSWORD})
            assert answer.status_code == 200
        return made

    yield client_of
    for made in opened:
        made.close()


@pytest.mark.parametrize(
    ("login", "proposing", "reading"), [(None, 401, 401), ("admin", 403, 200), ("agent", 201, 200)]
)
def test_who_may_propose_and_read_changes(client, login, proposing, reading) -> None:
    asking = client(login)
    answer = asking.post(f"{BASE}/changes", json=change("cemetery", True))
    assert answer.status_code == proposing
    assert asking.get(f"{BASE}/changes").status_code == reading
    for step in ("confirmation", "rejection"):
        code = asking.post(f"{BASE}/changes/999999/{step}", json={"reason": "x"}).status_code
        assert code == (404 if proposing == 201 else proposing)
    assert asking.get(f"{BASE}/layers").status_code == 200


def test_four_eyes_and_what_becomes_public(client) -> None:
    agent, chief, nobody = client("agent"), client("chief"), client(None)
    numbers = []
    for class_, public in (("settlement", True), ("defence", False)):
        answer = agent.post(f"{BASE}/changes", json=change(class_, public))
        assert answer.json()["state"] == "proposed"
        numbers.append(answer.json()["id"])
    assert nobody.get(f"{BASE}/layers").json()["layers"] == []
    for number in numbers:
        own = agent.post(f"{BASE}/changes/{number}/confirmation", json={})
        assert own.json()["code"] == "second_person"
        assert 400 <= own.status_code < 500
        other = chief.post(f"{BASE}/changes/{number}/confirmation", json={"reason": "vu"})
        assert other.json()["state"] == "confirmed"
        again = chief.post(f"{BASE}/changes/{number}/confirmation", json={})
        assert again.status_code == 409
    detail = chief.get(f"{BASE}/changes/{numbers[1]}").json()
    assert detail["decided_by"] == "chief"
    assert [one["class"] for one in detail["differences"]] == ["defence", "defence"]

    (layer,) = nobody.get(f"{BASE}/layers").json()["layers"]
    assert (layer["class"], layer["areas"]) == ("settlement", 1)
    assert layer["class_name"]["fr"] == "limite de village, cité, commune ou ville"
    page = nobody.get(f"{BASE}/layers/{layer['id']}/places").json()
    assert page["items"][0]["geometry"] == {"type": "Point", "coordinates": [25.5, -10.5]}
    assert nobody.get(f"{BASE}/layers/{layer['id'] + 2}/places").status_code == 404
    assert "defence" not in nobody.get(f"{BASE}/layers").text


@pytest.mark.parametrize("items", [[], [{"action": "snap"}], [{"action": "add", "layer": 1}]])
def test_what_cannot_be_proposed_says_why(client, items) -> None:
    answer = client("agent").post(f"{BASE}/changes", json={"reason": "x", "items": items})
    assert answer.status_code == 422
    assert answer.json()["code"] == "input"


def test_another_site_changes_nothing(client) -> None:
    answer = client("agent").post(
        f"{BASE}/changes", json=change("cemetery", True), headers={"Origin": "https://example.org"}
    )
    assert answer.json()["code"] == "origin_refused"
