"""The API on the drawn register, asked as the public, as an officer, as an administrator."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from drawn_register import fill, settings_for
from fastapi import FastAPI
from served import served

from api.app import create_app
from api.auth import Role, keep_account
from geo.register.connection import engine_for

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def app(database, tmp_path_factory) -> FastAPI:
    """The application on the drawn register, with an account of each role."""
    fill(database)
    engine = engine_for(database.app, pool_size=1)
    keep_account(engine, "reader", "Lecteur", Role.PUBLIC, PASSWORD)
    keep_account(engine, "agent", "Agent", Role.OFFICER, PASSWORD)
    keep_account(engine, "admin", "Admin", Role.ADMINISTRATOR, PASSWORD)
    engine.dispose()
    return create_app(settings_for(database, tmp_path_factory.mktemp("data")))


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    """The address of the application, running."""
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    """One client for the module."""
    with httpx.Client(base_url=address, headers={"Accept-Encoding": "identity"}) as client:
        yield client


@pytest.fixture
def public(client: httpx.Client) -> httpx.Client:
    """Somebody who did not sign in."""
    client.cookies.clear()
    return client


@pytest.fixture
def home(address: str) -> dict[str, str]:
    """What a browser says of a request from a page of this server."""
    return {"Origin": address}


@pytest.fixture
def signed_in(public: httpx.Client, home: dict[str, str]) -> Callable[[str], httpx.Client]:
    """Sign in as ``reader``, ``agent`` or ``admin``."""

    def sign_in(login: str) -> httpx.Client:
        answer = public.post(
            "/api/v1/session",
            json={"name": login, "password": PASSWORD},
            headers=home,
        )
        assert answer.status_code == 200
        return public

    return sign_in
