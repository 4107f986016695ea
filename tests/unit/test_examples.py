"""What the docstrings show is what the functions answer."""

from __future__ import annotations

import doctest
import importlib

import pytest
from test_imports import PROJECT, module_of

WITH_EXAMPLES = [
    module_of(file)
    for room in ("geo", "api", "maps")
    for file in sorted((PROJECT / room).rglob("*.py"))
    if ">>> " in file.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_are_true(name: str) -> None:
    tried = doctest.testmod(importlib.import_module(name))
    assert tried.attempted > 0
    assert tried.failed == 0
