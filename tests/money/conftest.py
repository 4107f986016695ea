"""A register of its own for each test of fees, and the law as shipped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from money_register import signatories
from sqlalchemy import Engine

from geo.law import Law, load_law
from geo.register.connection import engine_for


@pytest.fixture
def engine(fresh_database: Any) -> Iterator[Engine]:
    """An empty register under the login of web and command line."""
    made = engine_for(fresh_database.app, pool_size=12, pool_timeout_s=60)
    signatories(made)
    yield made
    made.dispose()


@pytest.fixture(scope="session")
def law() -> Law:
    """The law data as shipped: no rate of the surface fee from 2018 on."""
    return load_law()
