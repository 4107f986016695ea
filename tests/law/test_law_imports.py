"""The law is pure: no clock, no environment, no database, no drawing."""

from __future__ import annotations

import ast
from pathlib import Path

import geo.law

ALLOWED = {
    *("geo.errors", "geo.grid", "geo.perimeter", "geo.periods", "geo.law", "yaml", "holidays"),
    *("calendar", "functools", "numpy"),
    *("__future__", "collections", "collections.abc", "dataclasses", "datetime", "decimal"),
    *("enum", "hashlib", "pathlib", "re", "string", "types", "typing"),
}
CLOCKS = {"today", "now", "utcnow", "fromtimestamp"}


def test_the_law_imports_nothing_but_values() -> None:
    for file in Path(geo.law.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            outside = [name for name in names if not name.startswith("geo.law")]
            assert set(outside) <= ALLOWED, (file.name, outside)
            assert not (isinstance(node, ast.Attribute) and node.attr in CLOCKS), file.name
