"""The town of the casework and the law's oracle, for tests of siting."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from casework_town import Town, settle_town

from geo.register.connection import engine_for

for folder in ("law", "cli", "story", "activity"):
    sys.path.append(str(Path(__file__).resolve().parents[1] / folder))


@pytest.fixture
def town(fresh_database) -> Iterator[Town]:
    """A town of its own for one test, on 3 March 2025."""
    engine = engine_for(fresh_database.app, pool_size=6)
    yield settle_town(engine, date(2025, 3, 3), fresh_database.owner)
    engine.dispose()
