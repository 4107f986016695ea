"""docs/casework.md holds the machines as they are."""

from __future__ import annotations

import runpy
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "machines_doc.py"


def test_the_document_holds_the_machines() -> None:
    script = runpy.run_path(str(SCRIPT))
    text = script["DOCUMENT"].read_text(encoding="utf-8")
    assert text == script["document_with"](text), "run scripts/machines_doc.py --write"
