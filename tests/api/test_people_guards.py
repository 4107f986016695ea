"""One guard per permission: nobody, the wrong role and the right role at each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from drawn_register import COMPANY, settings_for
from fastapi import FastAPI
from served import served
from sqlalchemy import text

from api import access
from api.app import create_app
from api.auth import Viewer, keep_account, open_session, viewer_of
from geo.register.accounts import Mandate
from geo.register.connection import ADMIN, UnitOfWork, engine_for
from geo.register.people import DATABASE_ROLE, Actor, Role

GUARDS: dict[str, set[Role]] = {
    "SignedIn": set(Role),
    "AtABrowser": set(Role),
    "Cadastre": {Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR},
    "Officer": {Role.OFFICER, Role.SUPERVISOR},
    "Supervisor": {Role.SUPERVISOR},
    "CompanyDesk": {Role.COMPANY},
    "EgcDesk": {Role.EGC},
    "OpinionDesk": {Role.OPINION},
    "MinisterDesk": {Role.MINISTER},
    "InspectorDesk": {Role.INSPECTOR},
    "LegalDesk": {Role.LEGAL},
    "Administrator": {Role.ADMINISTRATOR},
}


def _add_route(app: FastAPI, name: str) -> None:
    def answer(viewer: Viewer, desk: access.AtDesk) -> dict[str, str]:
        now = desk.connection.execute(
            text("select current_user, current_setting('app.actor')")
        ).one()
        return {"role": viewer.role, "under": now[0], "actor": now[1]}

    answer.__annotations__["viewer"] = getattr(access, name)
    app.add_api_route(f"/guarded/{name}", answer, methods=["GET"])


@pytest.fixture(scope="module")
def sessions(app: FastAPI, database: Any) -> Iterator[dict[Role, str]]:
    """A session of an account of each role."""
    engine = engine_for(database.app, pool_size=1)
    opened = {}
    with UnitOfWork(engine, ADMIN, actor="test") as unit:
        party = unit.connection.scalar(
            text("select id from register.party where name = :name"), {"name": COMPANY}
        )
    for role in Role:
        keep_account(
            engine,
            f"role.{role}",
            role.value,
            role,
            "a password for tests",
            mandates=[Mandate(party, may_sign=True)] if role is Role.COMPANY else (),
            authority="sgnc" if role is Role.OPINION else None,
            province="Lualaba" if role is Role.OPINION else None,
        )
    with UnitOfWork(engine, ADMIN, actor="test") as unit:
        rows = unit.connection.execute(
            text("select role, id from register.account where login like 'role.%'")
        )
        numbers = {row.role: row.id for row in rows}
    for role in Role:
        opened[role] = open_session(engine, numbers[DATABASE_ROLE[role]])
    yield opened
    engine.dispose()


@pytest.fixture(scope="module")
def guarded(database: Any, sessions: Any, tmp_path_factory: Any) -> Iterator[httpx.Client]:
    """The application with one route behind each guard."""
    app = create_app(settings_for(database, tmp_path_factory.mktemp("guards")))
    for name in GUARDS:
        _add_route(app, name)
    with served(app) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.mark.parametrize("name", GUARDS)
def test_nobody_is_asked_to_sign_in(guarded: httpx.Client, name: str) -> None:
    guarded.cookies.clear()
    answer = guarded.get(f"/guarded/{name}")
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required")


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", GUARDS)
def test_the_right_role_passes_and_any_other_does_not(
    guarded: httpx.Client, sessions: dict[Role, str], name: str, role: Role
) -> None:
    guarded.cookies.clear()
    guarded.cookies.set(access.COOKIE, sessions[role])
    answer = guarded.get(f"/guarded/{name}")
    if role in GUARDS[name]:
        assert answer.json() == {
            "role": role.value,
            "under": DATABASE_ROLE[role],
            "actor": f"role.{role}",
        }
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_every_guard_of_the_module_is_in_the_table() -> None:
    known = {
        name
        for name, value in vars(access).items()
        if getattr(value, "__origin__", None) is Viewer and name != "Asking"
    }
    assert known == set(GUARDS)


def test_the_viewer_says_for_whom_it_acts(database: Any, sessions: dict[Role, str]) -> None:
    engine = engine_for(database.app, pool_size=1)
    company = viewer_of(engine, sessions[Role.COMPANY])
    authority = viewer_of(engine, sessions[Role.OPINION])
    engine.dispose()
    assert company.parties == company.signs_for
    assert len(company.parties) == 1
    assert company.actor == Actor(
        "role.company",
        Role.COMPANY,
        company.account_id,
        company.parties,
        signs_for=company.signs_for,
    )
    assert (authority.actor.authority, authority.actor.province) == ("sgnc", "Lualaba")
    assert authority.parties == frozenset()


def test_nobody_acts_as_the_public() -> None:
    assert Viewer(Role.PUBLIC).actor == Actor("public", Role.PUBLIC)
