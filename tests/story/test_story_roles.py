"""Who may use each route: every route of the application, asked by nobody and by every role.

A route without an entry in ``ROUTES`` fails the test, as does an entry without a route.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from story_house import PEOPLE, House, open_house

from api.app import create_app
from api.settings import Settings
from geo.register.people import Role

ANYBODY = "anybody"
"""No account is needed; what is shown is public, or opened by a secret of its own."""
ALL = frozenset(Role)
WORKING = ALL - {Role.PUBLIC}
CADASTRE = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR})
OFFICERS = frozenset({Role.OFFICER, Role.SUPERVISOR})
KEEPERS = frozenset({Role.EGC, Role.INSPECTOR})
OFFICIALS = CADASTRE | KEEPERS | {Role.LEGAL, Role.MINISTER}
AREA_READERS = OFFICIALS | {Role.COMPANY}
CONFLICT_OPENERS = OFFICERS | KEEPERS | {Role.COMPANY}
CONFLICT_READERS = CONFLICT_OPENERS | CADASTRE | {Role.LEGAL, Role.MINISTER}
OBJECTION_READERS = CADASTRE | {Role.LEGAL, Role.MINISTER}
ADMIN, COMPANY, LEGAL = (
    frozenset({role}) for role in (Role.ADMINISTRATOR, Role.COMPANY, Role.LEGAL)
)

ROUTES: dict[str, Any] = {
    "GET /": ANYBODY,
    "GET /healthz": ANYBODY,
    "GET /summary": ANYBODY,
    "GET /style": ANYBODY,
    "GET /search": ANYBODY,
    "GET /overlaps": ANYBODY,
    "GET /issues": CADASTRE,
    "GET /tiles/{layer}/{z}/{x}/{y}.mvt": ANYBODY,
    "GET /titles/{title_id}": ANYBODY,
    "GET /titles/{title_id}/geometry": ANYBODY,
    "GET /titles": ANYBODY,
    "GET /titles/{title_id}/overlaps": ANYBODY,
    "GET /titles/{title_id}/vertices": ANYBODY,
    "GET /titles/{title_id}/vertices.csv": ANYBODY,
    "GET /titles/{title_id}/history": ANYBODY,
    "GET /titles/{title_id}/documents": ANYBODY,
    "GET /carres/{col}/{row}": ANYBODY,
    "GET /titles/{title_id}/survey-extract.pdf": ALL,
    "GET /titles/{title_id}/dues": CADASTRE,
    "GET /titles/{title_id}/fee-effect": CADASTRE,
    "GET /titles/{title_id}/payments": CADASTRE,
    "POST /titles/{title_id}/payments": OFFICERS,
    "POST /titles/{title_id}/works": OFFICERS,
    "GET /activity/expansion": ANYBODY,
    "GET /activity/expansion/chart.svg": ANYBODY,
    "GET /activity/expansion/figures.csv": ANYBODY,
    "GET /activity/alerts": AREA_READERS,
    "GET /activity/alerts/settings": AREA_READERS,
    "PUT /activity/alerts/settings": ADMIN,
    "POST /activity/alerts/runs": OFFICERS,
    "POST /activity/alerts/{code}/note": OFFICERS,
    "GET /activity/places": ANYBODY,
    "GET /activity/observations/{number}/place": ANYBODY,
    "GET /titles/{title_id}/activity": ANYBODY,
    "GET /own-titles": COMPANY,
    "GET /private-layers": COMPANY,
    "POST /private-layers": COMPANY,
    "GET /private-layers/{layer}": COMPANY,
    "PUT /private-layers/{layer}": COMPANY,
    "DELETE /private-layers/{layer}": COMPANY,
    "GET /own-titles/{title_id}/dues": COMPANY,
    "GET /activity/sources": ANYBODY,
    "GET /activity/surveys": ANYBODY,
    "GET /activity/surveyed": ANYBODY,
    "GET /activity/observations": ANYBODY,
    "GET /activity/observations/{number}": ANYBODY,
    "GET /activity/deliveries": CADASTRE,
    "GET /activity/deliveries/{delivery}/issues": CADASTRE,
    "POST /activity/deliveries": OFFICERS,
    "GET /activity/named-places": ANYBODY,
    "GET /activity/named-places/proposals": CADASTRE,
    "POST /activity/named-places/{code}/positions": OFFICERS,
    "POST /activity/named-places/proposals/{proposal}/decision": OFFICERS,
    "GET /simple": ANYBODY,
    "GET /simple/province/{name}": ANYBODY,
    "GET /simple/notice/{notice_id}": ANYBODY,
    "POST /simple/notice/{notice_id}": ANYBODY,
    "GET /time": ANYBODY,
    "GET /changes": ANYBODY,
    "POST /drawing/text": ALL,
    "POST /drawing/lines": ALL,
    "POST /drawing/file": ALL,
    "POST /drawing/check": ALL,
    "GET /session": ANYBODY,
    "POST /session": ANYBODY,
    "DELETE /session": ANYBODY,
    "GET /session/oidc": ANYBODY,
    "GET /session/oidc/callback": ANYBODY,
    "GET /tokens": ALL,
    "POST /tokens": ALL,
    "DELETE /tokens/{token_id}": ALL,
    "GET /accounts": ADMIN,
    "POST /accounts": ADMIN,
    "PUT /accounts/{login}": ADMIN,
    "PUT /accounts/{login}/password": ADMIN,
    "PUT /accounts/{login}/identity": ADMIN,
    "DELETE /accounts/{login}": ADMIN,
    "GET /parties": CADASTRE,
    "POST /parties": OFFICERS,
    "GET /parties/search": WORKING - {Role.OPINION},
    "PUT /parties/{party_id}/kind": CADASTRE,
    "GET /machines": ALL,
    "GET /files": WORKING,
    "POST /files": WORKING,
    "GET /files/{file_id}": WORKING,
    "PUT /files/{file_id}/version": WORKING,
    "POST /files/{file_id}/steps": WORKING,
    "GET /files/{file_id}/then": WORKING - COMPANY,
    "GET /files/{file_id}/versions/{older}..{newer}": WORKING,
    "GET /files/{file_id}/routes": WORKING,
    "GET /files/{file_id}/check": WORKING,
    "GET /files/{file_id}/judgements/{judgement_id}": WORKING,
    "GET /files/{file_id}/displaced": WORKING,
    "POST /files/{file_id}/documents": WORKING,
    "GET /files/{file_id}/documents/{document_id}": WORKING,
    "POST /files/{file_id}/documents/{document_id}/acceptance": OFFICERS,
    "DELETE /files/{file_id}/documents/{document_id}": WORKING,
    "POST /files/{file_id}/consents": WORKING,
    "DELETE /files/{file_id}/consents/{party_id}": WORKING,
    "GET /files/{file_id}/receipt.pdf": WORKING,
    "GET /files/{file_id}/opinion.pdf": WORKING,
    "GET /files/{file_id}/survey-extract.pdf": WORKING,
    "GET /files/{file_id}/objections": OBJECTION_READERS,
    "POST /files/{file_id}/objections/{reference}/steps": OFFICERS,
    "GET /files/{file_id}/objections/{reference}/documents/{sha256}": OBJECTION_READERS,
    "POST /files/{file_id}/objections/{reference}/contact": frozenset(
        {Role.LEGAL, Role.SUPERVISOR}
    ),
    "GET /files/{file_id}/objections/{reference}/openings": frozenset(
        {Role.LEGAL, Role.SUPERVISOR, Role.ADMINISTRATOR}
    ),
    "GET /rulings": WORKING - {Role.INSPECTOR},
    "POST /rulings": LEGAL,
    "POST /rulings/{ruling_id}/decision": frozenset({Role.LEGAL, Role.SUPERVISOR}),
    "GET /rulings/{ruling_id}/law-data": LEGAL,
    "GET /opinions": frozenset({Role.OPINION}),
    "POST /opinions/{request_id}": frozenset({Role.OPINION}),
    "GET /operation": AREA_READERS,
    "GET /operation/words": AREA_READERS,
    "POST /operation/{area}/layouts/check": KEEPERS,
    "GET /operation/{area}/attributions": AREA_READERS,
    "GET /operation/{area}/production/{year}/chart.svg": AREA_READERS,
    "GET /operation/{area}/public": ANYBODY,
    "GET /operation/{area}": AREA_READERS,
    "GET /operation/{area}/production/{year}": AREA_READERS,
    "GET /operation/{area}/layouts/{layout}": AREA_READERS,
    "GET /operation/{area}/incidents": OFFICIALS,
    "POST /operation/{area}": OFFICERS,
    "POST /operation/{area}/inspections": frozenset({Role.INSPECTOR}),
    "POST /operation/{area}/steps": KEEPERS | OFFICERS,
    **{
        f"POST /operation/{{area}}/{what}": KEEPERS
        for what in (
            *("assessments", "assessments/{assessment}/decision", "layouts"),
            *("layouts/{layout}/decision", "conditions", "cooperatives", "cards", "standards"),
            *("findings", "closures", "declarations", "incidents"),
        )
    },
    "GET /fees/rates": ANYBODY,
    "GET /fees/proposals": CADASTRE,
    "POST /fees/proposals": ADMIN,
    "POST /fees/removals": ADMIN,
    "POST /fees/proposals/{proposal_id}/decision": frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR}),
    "GET /fees/lists/{kind}": CADASTRE,
    "GET /fees/lists/{kind}/csv": CADASTRE,
    "POST /payments/proofs": OFFICERS,
    "GET /payments/{receipt}/proof": CADASTRE,
    "POST /payments/{receipt}/cancellation": OFFICERS,
    "POST /siting": ANYBODY,
    "GET /areas/layers": ANYBODY,
    "GET /areas/layers/{layer}/places": ANYBODY,
    "GET /areas/changes": CADASTRE,
    "GET /areas/changes/{change}": CADASTRE,
    "POST /areas/changes": OFFICERS,
    "POST /areas/changes/{change}/confirmation": OFFICERS,
    "POST /areas/changes/{change}/rejection": OFFICERS,
    "GET /conflicts": CONFLICT_READERS,
    "GET /conflicts/public": ANYBODY,
    "GET /conflicts/{case}": CONFLICT_READERS,
    "POST /conflicts": CONFLICT_OPENERS,
    **{f"POST /conflicts/{{case}}/{what}": CONFLICT_OPENERS for what in ("evidence", "parties")},
    "POST /conflicts/{case}/positions": CONFLICT_OPENERS,
    **{
        f"POST /conflicts/{{case}}/{what}": OFFICERS | {Role.EGC}
        for what in ("meetings", "settlements", "terms")
    },
    "GET /notices": ANYBODY,
    "GET /notices/{notice_id}": ANYBODY,
    "GET /notices/{notice_id}/geometry": ANYBODY,
    "POST /notices/{notice_id}/objections": ANYBODY,
    "GET /objections/{reference}": ANYBODY,
    "POST /objections/{reference}/additions": ANYBODY,
    "POST /objections/{reference}/withdrawal": ANYBODY,
    "DELETE /objections/{reference}/contact": ANYBODY,
    "POST /objections/{reference}/files": ANYBODY,
    **dict.fromkeys(
        (
            *("GET /watches", "POST /watches", "GET /watches/{watch_id}"),
            *("PATCH /watches/{watch_id}", "DELETE /watches/{watch_id}"),
            *("GET /watches/{watch_id}/items", "GET /watches/{watch_id}/deliveries"),
            *("POST /watches/{watch_id}/feed", "DELETE /watches/{watch_id}/feed"),
            *("PUT /watches/{watch_id}/webhook", "DELETE /watches/{watch_id}/webhook"),
            "POST /watches/{watch_id}/webhook/secret",
            "POST /watches/{watch_id}/webhook/test",
            "POST /watches/{watch_id}/webhook/resumption",
            *("PUT /watches/{watch_id}/mail", "DELETE /watches/{watch_id}/mail"),
        ),
        ALL,
    ),
    "GET /feeds/public.atom": ANYBODY,
    "GET /feeds/watch.atom": ANYBODY,
    "GET /feeds/certificate.pem": ANYBODY,
    "GET /feeds/mail": ANYBODY,
    "POST /feeds/mail": ANYBODY,
    "POST /feeds/mail/confirmation": ANYBODY,
    "GET /delays": ANYBODY,
    "GET /downloads": ANYBODY,
    "GET /downloads/{edition}/{name}": ANYBODY,
    "GET /delays/files": WORKING,
}

_PARTS = {"kind": "caducity", "year": "2025", "sha256": "ab" * 32, "receipt": "2025-000001"}


def _routes_of(routes: Any) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from _routes_of(route.original_router.routes)


def _named(route: APIRoute) -> Iterator[str]:
    for method in route.methods - {"HEAD"}:
        yield f"{method} {route.path}"


@pytest.fixture(scope="module")
def house(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(database, tmp_path_factory.mktemp("data"), date(2025, 3, 3)) as house:
        yield house


def test_every_route_has_an_entry(tmp_path: Path) -> None:
    app = create_app(Settings.load({"MABELE_DATA_DIR": str(tmp_path)}))
    assert {name for route in _routes_of(app.routes) for name in _named(route)} == set(ROUTES)


def _path(template: str) -> str:
    """Return the path with parts that name nothing in the register."""
    named = re.sub(r"\{(\w+)\}", lambda part: _PARTS.get(part[1], "999999"), template)
    page = named in ("/", "/healthz") or named.startswith("/simple")
    return named if page else f"/api/v1{named}"


def _asked(client: httpx.Client, name: str, **more: Any) -> httpx.Response:
    method, template = name.split(" ")
    if method in ("POST", "PUT", "PATCH"):
        more["json"] = {}
    return client.request(method, _path(template), **more)


GUARDED = sorted(name for name, roles in ROUTES.items() if roles != ANYBODY)


@pytest.mark.parametrize("name", GUARDED)
def test_who_may_use_a_route(house: House, name: str) -> None:
    refused, let_in = set(), set()
    for login, role in PEOPLE.items():
        person = house.people[login]
        answer = _asked(person.client, name, headers=person.home)
        assert answer.status_code < 500, (login, answer.text)
        if answer.status_code == 403:
            assert answer.json()["code"] == "not_permitted"
        assert answer.status_code != 401, login
        (refused if answer.status_code == 403 else let_in).add(role)
    assert (let_in, refused) == (ROUTES[name], ALL - ROUTES[name])
    nobody = house.people["public"]
    assert _asked(nobody.client, name, headers=nobody.home).status_code == 401


@pytest.mark.parametrize("name", sorted(set(ROUTES) - set(GUARDED)))
def test_what_anybody_may_use(house: House, name: str) -> None:
    person = house.people["public"]
    answer = _asked(person.client, name, headers=person.home)
    expected = {200, 204, 302, 307, 400, 404, 422}
    assert answer.status_code in expected, answer.text


BY_ITS_KEY_ALONE = {"POST /feeds/mail"}
"""Mail programs ask without a page (RFC 8058); no session opens it, its key does."""
CHANGING = sorted(
    name for name in ROUTES if not name.startswith("GET") and name not in BY_ITS_KEY_ALONE
)


@pytest.mark.parametrize("name", CHANGING)
def test_a_change_comes_from_a_page_of_this_server(house: House, name: str) -> None:
    """A cookie alone changes nothing: another site could ride on it."""
    login = _somebody(name)
    for headers in ({}, {"Origin": "https://elsewhere.example"}):
        answer = _asked(house.people[login].client, name, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")


def _somebody(name: str) -> str:
    if ROUTES[name] == ANYBODY:
        return "public"
    return next(login for login, role in PEOPLE.items() if role in ROUTES[name])


@contextmanager
def _program(house: House, login: str) -> Iterator[httpx.Client]:
    person = house.people[login]
    made = person.send("/tokens", json={"name": "essai", "days": 7})
    headers = {"Authorization": f"Bearer {made['token']}"}
    with httpx.Client(base_url=person.client.base_url, headers=headers, timeout=60) as client:
        yield client


@pytest.mark.parametrize("login", ["company", "officer", "egc", "legal", "reader"])
def test_a_program_has_the_rights_of_its_account(house: House, login: str) -> None:
    role = PEOPLE[login]
    with _program(house, login) as client:
        for name in GUARDED:
            status = _asked(client, name).status_code
            may = role in ROUTES[name] and "/tokens" not in name
            assert (status == 403) != may, name
