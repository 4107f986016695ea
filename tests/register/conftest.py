"""Engines on the databases of the register's tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine

from geo.register.connection import engine_for


@pytest.fixture
def engine(fresh_database: Any) -> Iterator[Engine]:
    """An empty register of its own, under the login of web and command line."""
    made = engine_for(fresh_database.app, pool_size=8, pool_timeout_s=60)
    yield made
    made.dispose()


@pytest.fixture
def tiles_engine(fresh_database: Any) -> Iterator[Engine]:
    """The same register under the login that is fixed to the public role."""
    made = engine_for(fresh_database.public)
    yield made
    made.dispose()


@pytest.fixture
def owner_engine(fresh_database: Any) -> Iterator[Engine]:
    """The same register as its owner, to look behind the roles."""
    made = engine_for(fresh_database.owner)
    yield made
    made.dispose()
