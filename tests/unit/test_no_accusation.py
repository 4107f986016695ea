"""The product accuses nobody: what is dug outside a zone is told by where it lies, never judged."""

from __future__ import annotations

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ACCUSING = re.compile(
    r"\b(ill[ée]gal|illicit|clandestin|criminal|criminel|orpailleurs? sauvage)", re.I
)
TEXTS = sorted(
    path
    for folder, kinds in (
        ("geo", {".py"}), ("api", {".py"}), ("maps", {".py", ".js", ".html", ".css", ".j2"}),
        ("data", {".yaml", ".json", ".csv"}),
    )
    for path in (PROJECT / folder).rglob("*")
    if path.suffix in kinds and "vendor" not in path.parts
)  # fmt: skip


def test_no_text_of_the_product_accuses() -> None:
    assert {path.suffix for path in TEXTS} >= {".py", ".js", ".html", ".yaml"}
    found = {path: ACCUSING.search(path.read_text(encoding="utf-8")) for path in TEXTS}
    assert [(path, word) for path, word in found.items() if word] == []
