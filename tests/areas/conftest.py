"""An empty register with two officers of the cadastre, under the login of web and command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from area_register import keep_accounts
from sqlalchemy import Engine

from geo.law import Law, load_law
from geo.register.connection import engine_for


@pytest.fixture
def engine(fresh_database: Any) -> Iterator[Engine]:
    made = engine_for(fresh_database.app, pool_size=4)
    keep_accounts(made)
    yield made
    made.dispose()


@pytest.fixture
def owner_engine(fresh_database: Any) -> Iterator[Engine]:
    made = engine_for(fresh_database.owner)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def law() -> Law:
    return load_law()
