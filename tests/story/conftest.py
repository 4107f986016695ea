"""A house of its own for each story."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import pytest

pytest.register_assert_rewrite("story_reading", "story_route_a")

sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("register", "watching")]

from story_house import House, open_house  # noqa: E402 - beside the path that it needs


@pytest.fixture
def house_on(fresh_database: Any, tmp_path: Path) -> Iterator[Callable[[date], House]]:
    """Open the house on a day."""
    with ExitStack() as stack:
        yield lambda day: stack.enter_context(open_house(fresh_database, tmp_path, day))
