"""An empty register of its own for each test of the watches."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from geo.register.connection import engine_for

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS / folder) for folder in ("register", "story", "activity")]


@pytest.fixture
def engine(fresh_database: Any) -> Iterator[Engine]:
    """An empty register, under the login of web and command line."""
    made = engine_for(fresh_database.app, pool_size=8, pool_timeout_s=60)
    yield made
    made.dispose()
