"""A town in which somebody has got hold of a database role, and tries what it should not do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest
from casework_town import Town, settle_town

from api.cluster import libpq_address
from geo.register.connection import engine_for
from geo.register.people import DATABASE_ROLE

Attack = Callable[[str], AbstractContextManager[psycopg.Connection[Any]]]


@pytest.fixture
def town(fresh_database) -> Iterator[Town]:
    """A town of its own for one test, on 3 March 2025."""
    engine = engine_for(fresh_database.app, pool_size=6)
    yield settle_town(engine, date(2025, 3, 3))
    engine.dispose()


@pytest.fixture
def as_person(fresh_database, town) -> Attack:
    """A connection with the role and the name of a person, as a forgotten guard would give it."""

    @contextmanager
    def attack(login: str) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(libpq_address(fresh_database.app)) as connection:
            connection.execute(
                "select set_config('role', %s, true), set_config('app.actor', %s, true)",
                [DATABASE_ROLE[town[login].role], login],
            )
            yield connection

    return attack


@pytest.fixture
def as_owner(fresh_database) -> Callable[..., list[tuple[Any, ...]]]:
    """Ask the database as its owner, whom no policy binds."""

    def ask(statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(libpq_address(fresh_database.owner)) as connection:
            cursor = connection.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    return ask
