"""Rows for the papers: hand-made, around Kolwezi, and a text that means harm."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pypdf

from geo.law.outcomes import Outcome
from geo.perimeter import Perimeter
from maps.papers import (
    ExtractPaper,
    Neighbour,
    OpinionPaper,
    PaperDocument,
    PaperFinding,
    ReceiptPaper,
)

FILED = datetime(2025, 3, 3, 8, 5, 7, tzinfo=UTC)  # 09:05:07 in Kinshasa (UTC+1 all year)
PRINTED = datetime(2025, 3, 3, 15, 0, 0, tzinfo=UTC)
COLUMN, ROW = 3056, -1286  # 25°28′00″ E, 10°43′00″ S: 3056 / 120 and -1286 / 120
HOSTILE = (
    "<script>alert(1)</script> {nb} \ue000 "
    + "x" * 200
    + " שלום עולם مرحبا 123 e\u0301\u0302\u0303 😀👩🏽‍🚀 \x00\n\u202e\ud800 \u00ad**gras** "
    + "mot " * 60
)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def square(column: int, row: int, width: int, height: int) -> Perimeter:
    return Perimeter.from_runs([(row + i, column, column + width) for i in range(height)])


def a_receipt(**changes: Any) -> ReceiptPaper:
    documents = tuple(
        PaperDocument(f"Pièce {n}", f"piece_{n}.pdf", sha(str(n)), 1234 * n) for n in (1, 2, 3)
    )
    row: dict[str, Any] = {
        "number": "DEP-2025-000123",
        "kind": "PE",
        "subject": "Allocation à l’exploitation artisanale",
        "applicant": "Minière de démonstration SA",
        "perimeter": square(COLUMN, ROW, 4, 3),
        "filed_at": FILED,
        "documents": documents,
        "digest": sha("dépôt"),
        "place": "Guichet de Kolwezi",
        "printed_at": PRINTED,
    }
    return ReceiptPaper(**{**row, **changes})


def a_finding(outcome: Outcome, verdict: str, **changes: Any) -> PaperFinding:
    row: dict[str, Any] = {
        "code": "ground_free",
        "outcome": outcome,
        "verdict": verdict,
        "article": "Code minier, art. 30(e)",
        "source": "Loi 18/001",
        "confidence": "S",
        "message_fr": "Le terrain touche un droit en vigueur.",
        "rules_on": date(2025, 2, 21),
    }
    return PaperFinding(**{**row, **changes})


def an_opinion(**changes: Any) -> OpinionPaper:
    row: dict[str, Any] = {
        "number": "AC-2025-0042",
        "kind": "PR",
        "subject": "Demande de permis de recherches",
        "applicant": "Société de démonstration SARL",
        "perimeter": square(COLUMN, ROW, 4, 3),
        "conclusion": "favourable",
        "reasons": "Le terrain est libre.",
        "findings": (a_finding(Outcome.PASS, "allow"),),
        "facts_on": date(2025, 3, 10),
        "rules_on": date(2025, 3, 3),
        "law_version": "3f5a9c01",
        "digest": sha("avis"),
        "reviewer": "A. Mbuyi",
        "supervisor": "B. Kasongo",
        "place": "Kinshasa",
        "printed_at": PRINTED,
        "confirmed_at": PRINTED,
    }
    return OpinionPaper(**{**row, **changes})


def around(code: str, kind: str, state: str, ground: Perimeter, **changes: Any) -> Neighbour:
    return Neighbour(code, kind, state, ground.outline(), **changes)


def an_extract(**changes: Any) -> ExtractPaper:
    row: dict[str, Any] = {
        "reference": "EXT-2025-0007",
        "code": "PE 4711",
        "kind": "PE",
        "state": "granted",
        "holder": "Minière de démonstration SA",
        "perimeter": square(COLUMN, ROW, 4, 3),
        "province": "Lualaba",
        "locality": "Kolwezi",
        "neighbours": (
            around("ZEA 081", "ZEA", "granted", square(COLUMN + 1, ROW + 3, 3, 1)),
            around("PE 9999", "PE", "granted", square(COLUMN + 200, ROW, 2, 2)),
        ),
        "day": date(2025, 3, 3),
        "revision": 1234,
        "known_at": PRINTED,
        "printed_at": PRINTED,
    }
    return ExtractPaper(**{**row, **changes})


def pages_of(document: bytes) -> list[str]:
    """Return the text of each page, no-break spaces and line ends read as plain spaces."""
    reader = pypdf.PdfReader(io.BytesIO(document), strict=True)
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


def text_of(document: bytes) -> str:
    return " ".join(pages_of(document))


def drawn_on(document: bytes, page: int = 0) -> str:
    """Return the drawing commands of a page."""
    content = pypdf.PdfReader(io.BytesIO(document)).pages[page].get_contents()
    assert content is not None
    return content.get_data().decode("latin-1")
