from __future__ import annotations

import pytest

from geo.law import Law, load_law


@pytest.fixture(scope="session")
def law() -> Law:
    return load_law()
