"""Accounts and withheld names over HTTP: what an administrator and an officer keep."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from drawn_register import COMPANY, WITHHELD_HOLDER
from fastapi import FastAPI

from api.attempts import Attempts
from api.cluster import libpq_address

ACCOUNTS, PARTIES = "/api/v1/accounts", "/api/v1/parties"
SECRET = "a password for tests"


@pytest.fixture(autouse=True)
def _no_attempts_yet(app: FastAPI) -> None:
    app.state.services.attempts = Attempts()


@pytest.fixture
def admin(signed_in: Any) -> Any:
    """An administrator at a browser."""
    return signed_in("admin")


@pytest.fixture
def owner(database: Any) -> Iterator[psycopg.Connection[Any]]:
    """The database as its owner, to look behind the roles."""
    with psycopg.connect(libpq_address(database.owner)) as connection:
        yield connection


def order(login: str, role: str, **more: Any) -> dict[str, Any]:
    return {"login": login, "name": "Odette Kasongo", "role": role, "password": SECRET, **more}


def listed(admin: Any, login: str) -> dict[str, Any]:
    return next(row for row in admin.get(ACCOUNTS).json() if row["login"] == login)


def open_with(client: Any, home: dict[str, str], login: str, password: str = SECRET) -> Any:
    body = {"name": login, "password": password}
    return client.post("/api/v1/session", json=body, headers=home)


MANDATE = [{"party": COMPANY.upper(), "may_sign": True}]
GOOD = {
    "officer": {},
    "supervisor": {},
    "egc": {},
    "minister": {},
    "inspector": {},
    "legal": {},
    "administrator": {},
    "public": {},
    "company": {"mandates": MANDATE},
    "opinion": {"authority": "governor", "province": "Haut-Katanga"},
}


@pytest.mark.parametrize("role", GOOD)
def test_an_account_of_each_role(admin: Any, home: dict[str, str], role: str) -> None:
    made = admin.post(ACCOUNTS, json=order(f"new.{role}", role, **GOOD[role]), headers=home)
    assert made.status_code == 201
    assert made.json() == listed(admin, f"new.{role}")
    assert SECRET not in made.text
    assert "argon2" not in admin.get(ACCOUNTS).text
    assert open_with(admin, home, f"new.{role}").json()["role"] == role


NONSENSE = [
    ("company", {}, "name the holder"),
    ("officer", {"mandates": MANDATE}, "only a company's account acts for a holder"),
    ("opinion", {}, "no authority that gives opinions"),
    ("opinion", {"authority": "customs"}, "no authority that gives opinions"),
    ("opinion", {"authority": "sgnc", "province": "Katanga"}, "“Katanga” is no province"),
    ("egc", {"authority": "sgnc"}, "only an opinion giver has an authority"),
    ("legal", {"province": "Lualaba"}, "only an opinion giver has an authority"),
]


@pytest.mark.parametrize(("role", "more", "said"), NONSENSE)
def test_combinations_that_make_no_sense_are_refused_by_name(
    admin: Any, home: dict[str, str], role: str, more: dict[str, Any], said: str
) -> None:
    answer = admin.post(ACCOUNTS, json=order("nonsense", role, **more), headers=home)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]
    assert "nonsense" in answer.json()["detail"]
    assert all(row["login"] != "nonsense" for row in admin.get(ACCOUNTS).json())


def test_a_login_once_and_never_the_publics(admin: Any, home: dict[str, str]) -> None:
    assert admin.post(ACCOUNTS, json=order("agent", "legal"), headers=home).status_code == 409
    refused = admin.post(ACCOUNTS, json=order("public", "legal"), headers=home)
    assert (refused.status_code, refused.json()["code"]) == (422, "input")
    short = admin.post(ACCOUNTS, json=order("short", "legal", password="short"), headers=home)
    assert "Use 12 or more" in short.json()["detail"]


def test_a_holder_that_is_new_is_made_only_when_asked(admin: Any, home: dict[str, str]) -> None:
    mandate = {"party": "Lukuni Cobalt SARL"}
    body = order("applicant", "company", mandates=[mandate])
    assert admin.post(ACCOUNTS, json=body, headers=home).status_code == 404
    body["mandates"] = [{**mandate, "new": True}]
    made = admin.post(ACCOUNTS, json=body, headers=home).json()
    assert [(m["party"], m["may_sign"]) for m in made["mandates"]] == [
        ("Lukuni Cobalt SARL", False)
    ]


def test_another_role_ends_what_belonged_to_the_old_one(admin: Any, home: dict[str, str]) -> None:
    body = order("moves", "company", mandates=MANDATE)
    assert admin.post(ACCOUNTS, json=body, headers=home).status_code == 201
    assert open_with(admin, home, "moves").status_code == 200
    held = admin.cookies["mabele_session"]
    assert open_with(admin, home, "admin", "correct horse battery").status_code == 200
    changed = admin.put(
        f"{ACCOUNTS}/moves", json={"name": "Odette K.", "role": "inspector"}, headers=home
    )
    assert changed.json()["mandates"] == []
    assert (changed.json()["role"], changed.json()["name"]) == ("inspector", "Odette K.")
    admin.cookies.set("mabele_session", held)
    assert admin.get("/api/v1/session").json()["role"] == "public"


def test_a_closed_account_and_a_new_password(admin: Any, home: dict[str, str]) -> None:
    assert admin.post(ACCOUNTS, json=order("leaves", "egc"), headers=home).status_code == 201
    new = {"password": "another long one"}
    assert admin.put(f"{ACCOUNTS}/leaves/password", json=new, headers=home).status_code == 204
    assert admin.delete(f"{ACCOUNTS}/leaves", headers=home).status_code == 204
    assert listed(admin, "leaves")["active"] is False
    for nobody in ("password", "identity"):
        body = new if nobody == "password" else {"subject": None}
        answer = admin.put(f"{ACCOUNTS}/nobody.here/{nobody}", json=body, headers=home)
        assert answer.status_code == 404
    assert open_with(admin, home, "leaves", "another long one").status_code == 401


def test_without_a_password_and_a_provider_nothing_opens_it(
    admin: Any, home: dict[str, str]
) -> None:
    body = order("by.provider", "legal", password=None)
    assert admin.post(ACCOUNTS, json=body, headers=home).status_code == 201
    link = admin.put(f"{ACCOUNTS}/by.provider/identity", json={"subject": "x"}, headers=home)
    assert (link.status_code, link.json()["code"]) == (422, "input")
    assert open_with(admin, home, "by.provider", "x" * 12).status_code == 401


CHANGES = [
    ("get", ACCOUNTS, None),
    ("post", ACCOUNTS, order("x.y", "egc")),
    ("put", f"{ACCOUNTS}/agent", {"name": "A", "role": "administrator"}),
    ("put", f"{ACCOUNTS}/agent/password", {"password": SECRET}),
    ("put", f"{ACCOUNTS}/agent/identity", {"subject": "x"}),
    ("delete", f"{ACCOUNTS}/agent", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_accounts_are_the_administrators_alone(
    signed_in: Any, public: Any, home: dict[str, str], method: str, path: str, body: Any
) -> None:
    given = {"headers": home} | ({} if body is None else {"json": body})
    assert public.request(method, path, **given).json()["code"] == "sign_in_required"
    for wrong in ("reader", "agent"):
        answer = signed_in(wrong).request(method, path, **given)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    if method != "get":
        admin = signed_in("admin")
        del given["headers"]
        assert admin.request(method, path, **given).json()["code"] == "origin_refused"


def _withheld(client: Any) -> dict[str, Any]:
    return next(p for p in client.get(PARTIES).json() if p["name"] == WITHHELD_HOLDER)


def test_an_officer_publishes_a_name_and_takes_it_back(
    signed_in: Any, home: dict[str, str], owner: psycopg.Connection[Any]
) -> None:
    agent = signed_in("agent")
    party = _withheld(agent)
    assert party["kind"] == "natural"
    assert party["titles"] >= 1
    assert COMPANY not in {p["name"] for p in agent.get(PARTIES).json()}
    everybody = agent.get(PARTIES, params={"withheld": False, "q": "kalonda"}).json()
    assert COMPANY in {p["name"] for p in everybody}
    address = f"{PARTIES}/{party['id']}/kind"
    shown = owner.execute("select count(*) from published.holder where name = %s", [party["name"]])
    assert shown.fetchone() == (0,)
    owner.commit()
    for kind, times in (("legal", party["titles"]), ("natural", 0)):
        order = {"kind": kind, "reason": f"RCCM, said {kind}"}
        assert agent.put(address, json=order, headers=home).status_code == 204
        shown = owner.execute(
            "select count(*) from published.holder where name = %s", [party["name"]]
        )
        assert shown.fetchone() == (times,)
        owner.commit()
        again = agent.put(address, json=order, headers=home)
        assert (again.status_code, again.json()["code"]) == (409, "register")
    audited = owner.execute(
        "select v.actor, v.reason from register.audit_row a "
        "join register.revision v on v.id = a.revision "
        "where a.table_name = 'party' and a.operation = 'UPDATE' order by a.id"
    )
    assert audited.fetchall() == [("agent", "RCCM, said legal"), ("agent", "RCCM, said natural")]


def test_a_name_is_not_published_without_a_reason_or_by_the_wrong_person(
    signed_in: Any, public: Any, home: dict[str, str]
) -> None:
    mark = {"kind": "legal", "reason": "RCCM"}
    address = f"{PARTIES}/{_withheld(signed_in('agent'))['id']}/kind"
    public.cookies.clear()
    assert public.put(address, json=mark, headers=home).json()["code"] == "sign_in_required"
    assert public.get(PARTIES).json()["code"] == "sign_in_required"
    reader = signed_in("reader")
    assert reader.put(address, json=mark, headers=home).json()["code"] == "not_permitted"
    assert reader.get(PARTIES).json()["code"] == "not_permitted"
    agent = signed_in("agent")
    assert agent.put(address, json={"kind": "legal"}, headers=home).status_code == 400
    assert agent.put(f"{PARTIES}/999999/kind", json=mark, headers=home).status_code == 404
