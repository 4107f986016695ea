"""A file at notice on real PostGIS, asked over HTTP by the public and by each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from consultation_case import PASSWORD, Case, at_notice, seed_machine
from drawn_register import settings_for
from fastapi import FastAPI
from served import served
from sqlalchemy import Engine

from api.app import create_app
from api.auth import Role, keep_account
from api.cluster import libpq_address
from api.objection_limits import ObjectionLimits
from geo.register.connection import engine_for
from geo.register.people import DATABASE_ROLE

LOGINS = {
    Role.PUBLIC: "reader",
    Role.COMPANY: "company",
    Role.OFFICER: "agent",
    Role.SUPERVISOR: "chief",
    Role.EGC: "egc",
    Role.OPINION: "sgnc",
    Role.MINISTER: "minister",
    Role.INSPECTOR: "inspector",
    Role.LEGAL: "counsel",
    Role.ADMINISTRATOR: "admin",
}


class Clock:
    """The server's clock, set by hand; it never runs ahead of the real one."""

    def __init__(self) -> None:
        self.instant = datetime(2025, 3, 10, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.instant


@pytest.fixture(scope="module")
def engine(database) -> Iterator[Engine]:
    """The register's engine, with an account of each role and the machine of the tests."""
    engine = engine_for(database.app, pool_size=4)
    for role, login in LOGINS.items():
        authority = "sgnc" if role is Role.OPINION else None
        keep_account(engine, login, login.title(), role, PASSWORD, authority=authority)
    seed_machine(database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The clock of the application."""
    return Clock()


@pytest.fixture(scope="module")
def application(database, engine, clock, tmp_path_factory) -> FastAPI:
    """The application, on a clock of March 2025."""
    return create_app(settings_for(database, tmp_path_factory.mktemp("data")), clock)


@pytest.fixture(scope="module")
def site(application) -> Iterator[str]:
    """The address of the application, running."""
    with served(application) as address:
        yield address


@pytest.fixture(autouse=True)
def _fresh(application, clock) -> None:
    """Each test begins in March 2025 with nothing counted."""
    clock.instant = datetime(2025, 3, 10, 9, 30, tzinfo=UTC)
    application.state.consultation.limits = ObjectionLimits()


@pytest.fixture
def village(site: str) -> Iterator[httpx.Client]:
    """Somebody without an account, on a page of this server."""
    with httpx.Client(base_url=f"{site}/api/v1", headers={"Origin": site}) as client:
        yield client


@pytest.fixture(scope="module")
def sessions(site: str) -> Iterator[Callable[[Role], httpx.Client]]:
    """A client signed in as a role; one per role for the module."""
    clients: dict[Role, httpx.Client] = {}

    def signed_in(role: Role) -> httpx.Client:
        if role not in clients:
            client = httpx.Client(base_url=f"{site}/api/v1", headers={"Origin": site})
            answer = client.post("/session", json={"name": LOGINS[role], "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            clients[role] = client
        return clients[role]

    yield signed_in
    for client in clients.values():
        client.close()


@pytest.fixture
def case(engine, database, clock) -> Case:
    """A file at notice since 3 March 2025, open until 2 April 2025."""
    return at_notice(engine, database, clock() - timedelta(days=7))


@pytest.fixture
def rows(database) -> Callable[..., list[tuple[Any, ...]]]:
    """Ask the database as its owner, whom no policy binds."""

    def ask(statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(libpq_address(database.owner)) as connection:
            return connection.execute(statement.encode(), values).fetchall()

    return ask


@contextmanager
def _as_role(database, role: Role) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(libpq_address(database.app)) as connection:
        connection.execute(
            "select set_config('role', %s, true), set_config('app.actor', %s, true)",
            [DATABASE_ROLE[role], LOGINS[role]],
        )
        yield connection


@pytest.fixture
def as_role(database) -> Callable[[Role], Any]:
    """A connection under the role of a person, as a route that forgot its guard would have it."""
    return lambda role: _as_role(database, role)
