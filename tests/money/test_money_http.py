"""Fees over HTTP: nobody, wrong role and right role for each route, and a year of a title told."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import httpx
import pytest
from drawn_register import settings_for
from money_register import granted
from served import served

from api.app import create_app
from api.auth import keep_account
from geo.register.connection import engine_for
from geo.register.people import Role

PASSWORD = "correct horse battery"
PEOPLE = {
    "reader": Role.PUBLIC,
    "agent": Role.OFFICER,
    "second": Role.OFFICER,
    "chief": Role.SUPERVISOR,
    "admin": Role.ADMINISTRATOR,
    "other.admin": Role.ADMINISTRATOR,
    "company": Role.COMPANY,
    "lawyer": Role.LEGAL,
}
OFFICERS = {"agent", "second", "chief"}
CADASTRE = OFFICERS | {"admin", "other.admin"}
RATE = {
    "rule": "surface_fee.PE",
    "first_day": "2019-01-01",
    "usd_per_carre": "500.01",
    "legal_text": "Arrêté inventé pour un essai",
    "article": "art. 0",
    "source": "test",
    "confidence": "S",
}
PAYMENT = {"year": 2020, "rule": "surface_fee", "amount": "1.00", "paid_on": "2020-03-01"}
API = "/api/v1"


@pytest.fixture(scope="module")
def title(database: Any) -> int:
    engine = engine_for(database.app)
    number = granted(engine, 1, 12, date(2019, 7, 1), holder="=HYPERLINK(1) SARL")
    for login, role in PEOPLE.items():
        keep_account(engine, login, login, role, PASSWORD)
    engine.dispose()
    return number


@pytest.fixture(scope="module")
def address(database: Any, title: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(create_app(settings_for(database, tmp_path_factory.mktemp("data")))) as found:
        yield found


@pytest.fixture(scope="module")
def desks(address: str) -> Iterator[dict[str, httpx.Client]]:
    """A client for each person, and one for nobody."""
    clients = {"": httpx.Client(base_url=address, headers={"Origin": address}, timeout=60)}
    for login in PEOPLE:
        client = httpx.Client(base_url=address, headers={"Origin": address}, timeout=60)
        body = {"name": login, "password": PASSWORD}
        assert client.post(f"{API}/session", json=body).status_code == 200
        clients[login] = client
    yield clients
    for client in clients.values():
        client.close()


# Method, path, body, who passes. A body that cannot be meant is refused after the guard alone.
ROUTES: list[tuple[str, str, Any, set[str]]] = [
    ("GET", "/fees/proposals", None, CADASTRE),
    ("POST", "/fees/proposals", {**RATE, "rule": "surface_fee.NONE"}, {"admin", "other.admin"}),
    ("POST", "/fees/removals", {"rate": 999}, {"admin", "other.admin"}),
    (
        "POST",
        "/fees/proposals/999/decision",
        {"accepted": True, "reason": "x"},
        {"admin", "other.admin", "chief"},
    ),
    ("GET", "/titles/1/dues", None, CADASTRE),
    ("GET", "/titles/1/fee-effect?cells=2", None, CADASTRE),
    ("GET", "/titles/1/payments", None, CADASTRE),
    ("POST", "/titles/999/payments", PAYMENT, OFFICERS),
    ("POST", "/payments/2020-000999/cancellation", {"reason": "x"}, OFFICERS),
    ("GET", "/payments/2020-000999/proof", None, CADASTRE),
    ("POST", "/titles/999/works", {"observed_on": "2020-01-01", "source": "visit"}, OFFICERS),
    ("GET", "/fees/lists/unpaid", None, CADASTRE),
    ("GET", "/fees/lists/forfeiture/csv", None, CADASTRE),
]


@pytest.mark.parametrize(("method", "path", "body", "allowed"), ROUTES)
def test_who_may_ask_what(
    method: str, path: str, body: Any, allowed: set[str], desks: dict[str, httpx.Client]
) -> None:
    refused = {401, 403}
    told = {
        login: client.request(method, API + path, json=body).status_code
        for login, client in desks.items()
    }
    assert told[""] == 401
    assert {login for login, status in told.items() if status not in refused} == allowed
    assert {told[login] for login in allowed} <= {200, 404, 409}


def test_a_proof_is_uploaded_and_read_back(desks: dict[str, httpx.Client], title: int) -> None:
    content = b"%PDF-1.7 a bank slip"
    files = {"proof": ("slip.pdf", content)}
    told = {
        login: client.post(f"{API}/payments/proofs", files=files).status_code
        for login, client in desks.items()
    }
    assert {login for login, status in told.items() if status == 201} == OFFICERS
    assert told[""] == 401
    agent = desks["agent"]
    digest = agent.post(f"{API}/payments/proofs", files=files).json()["sha256"]
    bad = agent.post(f"{API}/payments/proofs", files={"proof": ("x.exe", b"MZ")})
    assert bad.status_code in (400, 422)
    unknown = PAYMENT | {"document_sha256": "ab" * 32, "year": 2022}
    assert agent.post(f"{API}/titles/{title}/payments", json=unknown).status_code == 409
    shown = PAYMENT | {"document_sha256": digest, "year": 2022}
    receipt = agent.post(f"{API}/titles/{title}/payments", json=shown).json()["receipt"]
    answer = desks["admin"].get(f"{API}/payments/{receipt}/proof")
    assert (answer.content, answer.headers["content-type"]) == (content, "application/pdf")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_change_from_another_site_is_refused(desks: dict[str, httpx.Client], title: int) -> None:
    answer = desks["agent"].post(
        f"{API}/titles/{title}/payments", json=PAYMENT, headers={"Origin": "http://evil.example"}
    )
    assert answer.json()["code"] == "origin_refused"


@contextmanager
def _counted(client: httpx.Client, path: str) -> Iterator[None]:
    before = len(client.get(API + path).json())
    yield
    assert len(client.get(API + path).json()) == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "0"},
        {"amount": "1.001"},
        {"year": 20},
        {"rule": "rent"},
        {"document_sha256": "no digest"},
        {"receipt_number": 7},
        {"payer": "a\u0000b"},
    ],
)
def test_a_payment_that_cannot_be_is_refused(
    wrong: dict[str, Any], desks: dict[str, httpx.Client], title: int
) -> None:
    with _counted(desks["agent"], f"/titles/{title}/payments"):
        answer = desks["agent"].post(f"{API}/titles/{title}/payments", json=PAYMENT | wrong)
        assert answer.status_code == 400


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "tomorrow"])
def test_a_day_of_another_age_is_refused(day: str, desks: dict[str, httpx.Client]) -> None:
    for path in ("/fees/lists/caducity", "/titles/1/dues", "/fees/rates"):
        assert desks["agent"].get(f"{API}{path}?on={day}").status_code == 400


def test_a_year_of_a_title(desks: dict[str, httpx.Client], title: int) -> None:
    """No rate, a rate by two persons, a payment in two parts, a cancellation: each is told."""
    agent, admin, chief, public = (desks[name] for name in ("agent", "admin", "chief", ""))
    dues = f"{API}/titles/{title}/dues?year=2020&on=2020-12-31"

    before = agent.get(dues).json()["dues"][0]
    assert (before["amount"], before["standing"]) == (None, "undetermined")
    assert before["reason"]["fr"] == "taux ou délai non trouvé"

    made = admin.post(f"{API}/fees/proposals", json=RATE)
    assert made.status_code == 201
    decision = f"{API}/fees/proposals/{made.json()['id']}/decision"
    yes = {"accepted": True, "reason": "read in the gazette"}
    own = admin.post(decision, json=yes)
    assert (own.status_code, own.json()["code"]) == (409, "register")
    assert public.get(f"{API}/fees/rates").json()["rates"] == []
    assert chief.post(decision, json=yes).status_code == 204

    prices = public.get(f"{API}/fees/rates?on=2020-03-31").json()
    assert [rate["usd_per_carre"] for rate in prices["rates"]] == ["500.01"]
    by_rule = {one["rule"]: one for one in prices["on_day"]}
    assert by_rule["surface_fee.PE"]["usd_per_carre"] == "500.01"
    assert by_rule["surface_fee.PEPM"]["usd_per_carre"] is None

    # 12 × 500.01 = 6 000.12
    first = agent.post(f"{API}/titles/{title}/payments", json=PAYMENT | {"amount": "6000.00"})
    rest = agent.post(
        f"{API}/titles/{title}/payments",
        json=PAYMENT | {"amount": "0.12", "paid_on": "2020-04-02", "bank_reference": "BCDC 7"},
    )
    numbers = [int(p.json()["receipt"][-6:]) for p in (first, rest)]
    assert numbers[1] == numbers[0] + 1  # without gap
    fee = agent.get(dues).json()["dues"][0]
    assert (fee["amount"], fee["paid"], fee["balance"]) == ("6000.12", "6000.12", "0.00")
    assert (fee["standing"], fee["late"], fee["days_late"]) == ("paid", True, 2)
    assert fee["steps"] == ["500.01 US$/carré", "12 × 500.01 = 6000.12"]

    cancellation = f"{API}/payments/{rest.json()['receipt']}/cancellation"
    why = {"reason": "of another title"}
    assert agent.post(cancellation, json=why).status_code == 409
    assert desks["second"].post(cancellation, json=why).status_code == 201
    fee = agent.get(dues).json()
    assert (fee["dues"][0]["standing"], fee["dues"][0]["balance"]) == ("partly_paid", "0.12")
    assert [p["cancelled_by"] for p in fee["payments"]] == [None, "second"]

    effect = agent.get(f"{API}/titles/{title}/fee-effect?cells=2&on=2020-05-01").json()
    assert effect["route_a"][0]["change"] == "-1000.02"
    assert effect["route_b"][0]["change"] == "0.00"
    too_many = agent.get(f"{API}/titles/{title}/fee-effect?cells=13&on=2020-05-01")
    assert too_many.status_code == 409

    listed = agent.get(f"{API}/fees/lists/unpaid?on=2020-12-31").json()
    assert [(one["title_id"], one["balance"]) for one in listed["candidates"]] == [(title, "0.12")]
    assert "décision" in listed["notice"]["fr"]
    sheet = agent.get(f"{API}/fees/lists/unpaid/csv?on=2020-12-31")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert "unpaid_2020-12-31" in sheet.headers["content-disposition"]
    assert [row["holders"] for row in csv.DictReader(io.StringIO(sheet.text))] == [
        "'=HYPERLINK(1) SARL"
    ]
