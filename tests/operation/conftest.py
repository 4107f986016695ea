"""A register with an allocation, a zone and ground of EGC, and people of every role."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from operation_people import House
from sqlalchemy import Engine

from geo.register.connection import engine_for


@pytest.fixture(scope="module")
def operation_engine(database: Any) -> Iterator[Engine]:
    """The module's register under the login of web and command line."""
    made = engine_for(database.app, pool_size=4, pool_timeout_s=60)
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def house(operation_engine: Engine, database: Any) -> Iterator[House]:
    """The register of this module's tests; records of one test stay for the next."""
    owner = engine_for(database.owner)
    yield House.built(operation_engine, owner)
    owner.dispose()
