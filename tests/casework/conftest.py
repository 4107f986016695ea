"""A town of its own for each test of the casework."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from casework_town import Town, settle_town

from geo.register.connection import engine_for


@pytest.fixture
def town(fresh_database) -> Iterator[Town]:
    """A town of its own for one test, on 3 March 2025."""
    engine = engine_for(fresh_database.app, pool_size=6)
    yield settle_town(engine, date(2025, 3, 3), fresh_database.owner)
    engine.dispose()
