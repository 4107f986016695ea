"""The operation of an area over HTTP: every route with nobody, wrong roles and right ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
from drawn_register import settings_for
from operation_ground import box, geojson, pit
from operation_people import PAPER_SHA256, PASSWORD, PEOPLE, House
from served import served

from api.app import create_app
from api.routes.operation import router

DAY = "2025-09-01"
EVERYBODY = set(PEOPLE)
KEEPERS = {"egc.one", "egc.two", "inspector.one", "inspector.two"}
OFFICIALS = KEEPERS | {"officer", "supervisor", "legal", "minister"}
READERS = OFFICIALS | {"company"}

ASSESS = {
    "on_day": DAY,
    "document_sha256": PAPER_SHA256,
    "organisation": "EGC",
    "vintage": 2025,
    "resources": "inferred",
}
DECIDE = {"on_day": DAY, "accepted": True, "reason": "reviewed"}
DECLARE = {
    "on_day": DAY,
    "month": "2025-08-01",
    "substance": "Co",
    "tonnes": "10.5",
    "declared_by": "egc",
    "grade_percent": "4",
}


@pytest.fixture(scope="module")
def address(house: House, database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = settings_for(database, tmp_path_factory.mktemp("data"))
    app = create_app(settings, lambda: datetime(2025, 9, 2, 9, tzinfo=UTC))
    with served(app) as address:
        yield address


Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def ask(address: str) -> Iterator[Ask]:
    """Ask as one of the people, or as nobody."""
    clients: dict[str | None, httpx.Client] = {}

    def client(login: str | None) -> httpx.Client:
        if login not in clients:
            made = clients[login] = httpx.Client(base_url=address, headers={"Origin": address})
            if login is not None:
                credentials = {"name": login, "password": PASSWORD}
                assert made.post("/api/v1/session", json=credentials).status_code == 200
        return clients[login]

    def send(login: str | None, method: str, path: str, **more: Any) -> httpx.Response:
        return client(login).request(method, f"/api/v1/operation/{path}", **more)

    yield send
    for made in clients.values():
        made.close()


# Route, body, who may; the area is the allocation of the house.
GUARDED: list[tuple[str, str, Any, set[str]]] = [
    ("GET", "", None, READERS),
    ("GET", "/production/2025", None, READERS),
    ("GET", "/incidents", None, OFFICIALS),
    ("GET", "/layouts/999", None, READERS),
    (
        "POST",
        "",
        {"on_day": DAY, "basis": "zone", "egc_acts": False, "reference": "x"},
        {"officer", "supervisor"},
    ),
    ("POST", "/assessments", ASSESS, KEEPERS),
    ("POST", "/assessments/999/decision", DECIDE, KEEPERS),
    ("POST", "/layouts", "file", KEEPERS),
    ("POST", "/layouts/999/decision", DECIDE, KEEPERS),
    ("POST", "/conditions", {"on_day": DAY, "condition": "ppe", "outcome": "not_checked"}, KEEPERS),
    ("POST", "/cooperatives", {"on_day": DAY, "party_id": 1}, KEEPERS),
    ("POST", "/cards", {"on_day": DAY, "party_id": 1, "year": 2025, "cards": 3}, KEEPERS),
    (
        "POST",
        "/standards",
        {"on_day": DAY, "standard": "EGC", "level": 3, "assessor": "x"},
        KEEPERS,
    ),
    (
        "POST",
        "/inspections",
        {"on_day": DAY, "authority": "SAEMAPE", "summary": "visit"},
        {"inspector.one", "inspector.two"},
    ),
    (
        "POST",
        "/findings",
        {"on_day": DAY, "severity": "high", "text": "x", "inspection_id": 999},
        KEEPERS,
    ),
    ("POST", "/closures", {"on_day": DAY, "finding_id": 999, "remediation": "x"}, KEEPERS),
    ("POST", "/declarations", DECLARE, KEEPERS),
    ("POST", "/incidents", {"on_day": DAY, "category": "fall", "text": "x"}, KEEPERS),
    (
        "POST",
        "/steps",
        {"action": "open", "expected_steps": 0},
        KEEPERS | {"officer", "supervisor"},
    ),
]


def sent(ask: Ask, login: str | None, method: str, path: str, body: Any) -> httpx.Response:
    if body == "file":
        files = {"layout": ("layout.geojson", geojson(pit("P1", box(100, 100))))}
        return ask(login, method, path, files=files, data={"on_day": DAY})
    return ask(login, method, path, json=body) if body else ask(login, method, path)


@pytest.mark.parametrize(("method", "path", "body", "may"), GUARDED)
def test_who_may_use_a_route(
    ask: Ask, house: House, method: str, path: str, body: Any, may: set[str]
) -> None:
    answers = {
        login: sent(ask, login, method, f"{house.allocation}{path}", body).status_code
        for login in (None, *sorted(EVERYBODY))
    }
    assert answers.pop(None) == 401
    assert {login for login, status in answers.items() if status == 403} == EVERYBODY - may - (
        {"stranger"} if "company" in may else set()
    )
    assert all(answers[login] not in (401, 403, 500) for login in may)
    assert answers["stranger"] == (404 if "company" in may else 403)


def test_every_route_has_its_guard_here_or_is_public() -> None:
    known = {(method, path.replace("999", "{id}")) for method, path, *_ in GUARDED}
    for route in router.routes:
        path = route.path.removeprefix("/operation/{area}")  # type: ignore[attr-defined]
        for name in ("{assessment}", "{layout}"):
            path = path.replace(name, "{id}")
        path = path.replace("{year}", "2025")
        (method,) = route.methods  # type: ignore[attr-defined]
        assert path == "/public" or (method, path) in known


def test_egc_keeps_no_zone_where_it_does_not_act(ask: Ask, house: House) -> None:
    assert ask("egc.one", "POST", f"{house.zone}/assessments", json=ASSESS).status_code == 403
    assert ask("inspector.one", "POST", f"{house.zone}/assessments", json=ASSESS).status_code == 201
    assert ask("egc.one", "GET", f"{house.zone}").status_code == 404


def test_a_layout_over_http(ask: Ask, house: House) -> None:
    def send(content: bytes) -> httpx.Response:
        files = {"layout": ("layout.geojson", content)}
        path = f"{house.allocation}/layouts"
        return ask("egc.one", "POST", path, files=files, data={"on_day": DAY})

    bad = send(geojson(pit("P1", box(-25, 100), "10.01")))
    assert bad.status_code == 201
    kept = bad.json()
    codes = [issue["code"] for issue in kept["issues"]]
    assert codes == ["outside_area", "pit_outside_portion", "pit_too_deep", "pit_depth_open"]
    assert kept["tolerance_deg"] == "1E-7"
    decision = f"{house.allocation}/layouts/{kept['id']}/decision"
    refused = ask("egc.two", "POST", decision, json=DECIDE, headers={"Accept-Language": "en"})
    assert (refused.status_code, refused.json()["code"]) == (422, "law_forbids")
    assert refused.json()["findings"][2]["article"]
    assert "10.01 m" in refused.json()["detail"]
    shown = ask("company", "GET", f"{house.allocation}/layouts/{kept['id']}").json()
    assert shown["features"][0]["properties"]["depth_m"] == "10.01"
    assert [issue["code"] for issue in shown["issues"]] == codes
    for content in (b"{}", b"NaN", geojson(pit("P", box(0, 0)), crs={"type": "name"})):
        answer = send(content)
        assert (answer.status_code, answer.json()["code"]) == (422, "file_refused")


def test_a_layout_that_is_too_large_is_refused(ask: Ask, house: House, monkeypatch) -> None:
    monkeypatch.setattr("api.routes.operation.MAX_BYTES", 99)
    monkeypatch.setattr("geo.casework.operation.geojson.MAX_BYTES", 99)
    files = {"layout": ("layout.geojson", geojson(pit("P1", box(100, 100))))}
    path = f"{house.allocation}/layouts"
    answer = ask("egc.one", "POST", path, files=files, data={"on_day": DAY})
    assert (answer.status_code, answer.json()["code"]) == (422, "file_refused")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("assessments", {**ASSESS, "document_sha256": "xyz"}),
        ("assessments", {**ASSESS, "account_id": 1}),
        ("declarations", {**DECLARE, "tonnes": "-1"}),
        ("declarations", {**DECLARE, "tonnes": "NaN"}),
        ("declarations", {**DECLARE, "month": "2025-08-15"}),
        ("declarations", {**DECLARE, "price": "4"}),
        ("declarations", {**DECLARE, "declared_by": "cooperative"}),
        ("conditions", {"on_day": DAY, "condition": "ppe", "outcome": "met"}),
        ("incidents", {"on_day": DAY, "category": "fall", "text": "a\x00b"}),
    ],
)
def test_what_makes_no_sense_is_a_bad_request(ask: Ask, house: House, path: str, body: Any) -> None:
    answer = ask("egc.one", "POST", f"{house.allocation}/{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_a_second_person_and_a_conflict_over_http(ask: Ask, house: House) -> None:
    number = ask("egc.one", "POST", f"{house.allocation}/assessments", json=ASSESS).json()["id"]
    path = f"{house.allocation}/assessments/{number}/decision"
    alone = ask("egc.one", "POST", path, json=DECIDE)
    assert alone.json()["code"] == "second_person"
    assert "autre personne" in alone.json()["detail"]
    assert ask("egc.two", "POST", path, json=DECIDE).status_code == 201
    again = ask("inspector.one", "POST", path, json=DECIDE)
    assert (again.status_code, again.json()["code"]) == (409, "file_changed")


def test_the_record_says_state_levels_and_obstacles(ask: Ask, house: House) -> None:
    shown = ask("company", "GET", f"{house.egc_ground}", params={"on": DAY})
    assert shown.status_code == 404  # not its title
    shown = ask("legal", "GET", f"{house.egc_ground}", params={"on": DAY}).json()
    assert (shown["state"], shown["area"]["basis"]) == ("not_assessed", "egc_ground")
    codes = {each["code"] for each in shown["obstacles"]}
    assert codes >= {"not_open", "no_accepted_assessment", "no_accepted_layout"}
    early = ask("legal", "GET", f"{house.egc_ground}", params={"as_known_on": 1})
    assert early.status_code == 404


def test_production_of_a_year(ask: Ask, house: House) -> None:
    for _ in range(2):
        answer = ask("egc.one", "POST", f"{house.egc_ground}/declarations", json=DECLARE)
        assert answer.status_code == 201
    shown = ask("minister", "GET", f"{house.egc_ground}/production/2025").json()
    (month,) = shown["months"]
    assert (month["tonnes"], month["declarations"]) == ("21.0000", 2)
    assert shown["share"]["percent"] is None
    assert "chiffre national" in shown["share"]["reason"]["fr"]
    october = date(2025, 10, 1).isoformat()
    assert {q["month"]: q["quantity_t"] for q in shown["quotas"]}[october] == "3625"
    assert shown["exports_suspended"]["2025-03-01"] is True
    assert shown["exports_suspended"]["2025-08-01"] is None


def test_the_public_reads_totals_and_nothing_else(ask: Ask, house: House) -> None:
    ask("inspector.one", "POST", f"{house.zone}/declarations", json=DECLARE)
    shown = ask(None, "GET", f"{house.zone}/public").json()
    assert shown.keys() == {"title_id", "basis", "state", "cooperatives", "standards", "months"}
    assert shown["months"][0]["tonnes"] == "10.5000"
    assert ask(None, "GET", f"{house.other_title}/public").status_code == 404
    assert ask(None, "GET", f"{house.zone}").status_code == 401


def test_another_site_cannot_write(ask: Ask, house: House) -> None:
    elsewhere = {"Origin": "http://elsewhere.test"}
    answer = ask(
        "egc.one", "POST", f"{house.allocation}/assessments", json=ASSESS, headers=elsewhere
    )
    assert answer.json()["code"] == "origin_refused"


def test_opening_and_steps_over_http(ask: Ask, house: House, address: str) -> None:
    files = f"{address}/api/v1/files"
    with httpx.Client(headers={"Origin": address}) as client:
        client.post(
            f"{address}/api/v1/session", json={"name": "egc.one", "password": PASSWORD}
        ).raise_for_status()
        draft = {
            "machine": "operation",
            "subject": "allocation",
            "content": {"kind": "EGC"},
            "title_id": house.allocation,
        }
        opened = client.post(files, json=draft)
        assert opened.status_code == 201, opened.text
        number = opened.json()["id"]
        filed = client.post(f"{files}/{number}/steps", json={"action": "file", "expected_steps": 0})
        assert filed.status_code == 201, filed.text
    assessed = ask("egc.one", "POST", f"{house.allocation}/assessments", json=ASSESS).json()["id"]
    decision = f"{house.allocation}/assessments/{assessed}/decision"
    assert ask("egc.two", "POST", decision, json=DECIDE).status_code == 201
    record = ask("egc.two", "GET", f"{house.allocation}").json()
    assert record["file"]["number"].startswith("OP")
    path = f"{house.allocation}/steps"
    step = {"action": "confirm_assessment", "expected_steps": record["file"]["steps"]}
    taken = ask("egc.two", "POST", path, json=step)
    assert (taken.status_code, taken.json()["state"]) == (201, "assessed"), taken.text
    assert ask("egc.two", "POST", path, json=step).json()["code"] == "file_changed"
    later = {"action": "open", "expected_steps": taken.json()["seq"]}
    assert ask("inspector.one", "POST", path, json=later).json()["code"] == "step_refused"


def test_the_law_s_word_is_given_with_the_record(ask: Ask, house: House) -> None:
    sold = {**DECLARE, "buyer": "Négoce X", "buyer_kind": "other"}
    for extra in ({}, {"terms_shared": True}):
        answer = ask("egc.one", "POST", f"{house.allocation}/declarations", json={**sold, **extra})
        assert answer.status_code == 201
    hidden, shared = str(answer.json()["id"] - 1), str(answer.json()["id"])
    shown = ask("egc.two", "GET", f"{house.allocation}", params={"on": DAY}).json()
    asked = {one["code"]: one for one in shown["findings_of_the_law"]}
    assert asked["prohibited_practices"]["settled"] == "needs_legal_review"  # nobody looked
    by_declaration = shown["declarations_and_the_law"]
    sole = [one for one in by_declaration[hidden] if one["code"] == "sole_buyer"]
    assert [(one["verdict"], bool(one["article"])) for one in sole] == [("block", True)]
    for_company = ask("company", "GET", f"{house.allocation}", params={"on": DAY}).json()
    told = {str(one["id"]): one["buyer"] for one in for_company["declarations"]}
    assert (told[hidden], told[shared]) == (None, "Négoce X")
    assert hidden not in for_company["declarations_and_the_law"]
    assert shared in for_company["declarations_and_the_law"]


def test_a_digest_of_nothing_is_refused_in_words(ask: Ask, house: House) -> None:
    body = {**ASSESS, "document_sha256": "ab" * 32}
    answer = ask("egc.one", "POST", f"{house.allocation}/assessments", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "step_refused")
    assert "empreinte" in answer.json()["detail"]
