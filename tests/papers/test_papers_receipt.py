"""The receipt says who filed what and when, to the second, and can be checked without network."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import segno
from paper_rows import (
    FILED,
    HOSTILE,
    a_receipt,
    drawn_on,
    pages_of,
    sha,
    square,
    text_of,
)

from maps.papers import PaperDocument, PaperFiling, receipt
from maps.papers.receipt_sheet import QR_MM, code_text

MM = 72 / 25.4


def test_it_says_number_applicant_instant_area_and_digest() -> None:
    text = text_of(receipt(a_receipt()))
    assert "Dossier n° DEP-2025-000123" in text
    assert "Minière de démonstration SA" in text
    assert "Déposé le 3 mars 2025 à 09 h 05 min 07 s (heure de Kinshasa)" in text
    assert "Nombre de carrés 12" in text
    assert "1 019,460 ha" in text  # 12 × 84.955
    assert sha("dépôt") in text
    assert "Guichet de Kolwezi" in text
    assert "page 1 sur 1" in text


def test_an_instant_after_23_utc_belongs_to_the_next_day_in_kinshasa() -> None:
    late = a_receipt(filed_at=datetime(2025, 12, 31, 23, 30, 0, tzinfo=UTC))
    assert "1er janvier 2026 à 00 h 30 min 00 s" in text_of(receipt(late))


def test_documents_stand_shortened_and_whole() -> None:
    text = text_of(receipt(a_receipt()))
    digest = sha("2")  # d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35
    assert "d473 5e3a 265e … ab35" in text
    assert digest in text
    assert "2,5 ko" in text


def test_a_paper_filing_is_marked_and_shows_both_instants() -> None:
    filing = PaperFiling(datetime(2025, 3, 4, 9, 0, 1, tzinfo=UTC), "coupure de courant")
    text = text_of(receipt(a_receipt(paper=filing)))
    mark = (
        "DÉPÔT SUR PAPIER — saisi le 4 mars 2025 à 10 h 00 min 01 s (heure de Kinshasa), "
        "motif : coupure de courant"
    )
    assert mark in text
    assert "Reçu sur papier le 3 mars 2025 à 09 h 05 min 07 s" in text


def test_every_page_of_a_paper_filing_is_marked() -> None:
    documents = tuple(PaperDocument("Pièce", f"{n}.pdf", sha(str(n)), n) for n in range(600))
    pages = pages_of(receipt(a_receipt(paper=PaperFiling(FILED, "panne"), documents=documents)))
    assert len(pages) > 10  # two digits
    for number, page in enumerate(pages, start=1):
        assert "DÉPÔT SUR PAPIER" in page
        assert f"page {number} sur {len(pages)}" in page


def test_an_ordinary_filing_is_not_marked_and_demonstration_data_is() -> None:
    assert "DÉPÔT SUR PAPIER" not in text_of(receipt(a_receipt()))
    assert "ILLUSTRATIF" not in text_of(receipt(a_receipt()))
    assert "ILLUSTRATIF" in text_of(receipt(a_receipt(illustrative=True)))


def test_a_filing_without_ground_or_documents_has_none() -> None:
    text = text_of(receipt(a_receipt(perimeter=None, documents=())))
    assert "carrés" not in text
    assert "Aucune pièce" in text


def test_the_largest_permit_has_its_legal_area() -> None:
    ground = square(3056, -1286, 21, 22) | square(3077, -1286, 1, 9)
    text = text_of(receipt(a_receipt(perimeter=ground)))
    assert "471" in text
    assert "40 013,805 ha" in text  # domain.md, GRID-9


def test_the_code_holds_reference_and_digest_and_no_address() -> None:
    text = code_text(a_receipt())
    assert "DEP-2025-000123" in text
    assert sha("dépôt") in text
    assert "http" not in text


def test_the_drawn_code_is_that_of_segno() -> None:
    paper = a_receipt()
    rows = [list(row) for row in segno.make_qr(code_text(paper), error="m").matrix_iter(border=4)]
    assert _modules_drawn(drawn_on(receipt(paper)), len(rows)) == [
        [bool(module) for module in row] for row in rows
    ]


def _modules_drawn(content: str, size: int) -> list[list[bool]]:
    """Rebuild the code from the filled rectangles that are one module high."""
    side = QR_MM / size * MM
    found = re.findall(r"([\d.]+) ([\d.]+) ([\d.]+) -([\d.]+) re f", content)
    bars = [tuple(map(float, bar)) for bar in found if abs(float(bar[3]) - side) < 0.02]
    left, top = min(bar[0] for bar in bars) - 4 * side, max(bar[1] for bar in bars) + 4 * side
    modules = [[False] * size for _ in range(size)]
    for x, y, width, _ in bars:
        row, start = round((top - y) / side), round((x - left) / side)
        for column in range(start, start + round(width / side)):
            modules[row][column] = True
    return modules


def test_hostile_text_everywhere_neither_fails_nor_breaks_the_page_numbers() -> None:
    paper = a_receipt(
        number=HOSTILE,
        kind=HOSTILE,
        subject=HOSTILE,
        applicant=HOSTILE,
        place=HOSTILE,
        digest=HOSTILE,
        paper=PaperFiling(FILED, HOSTILE),
        documents=(PaperDocument(HOSTILE, HOSTILE, HOSTILE, 5),),
    )
    pages = pages_of(receipt(paper))
    assert "<script>alert(1)</script> {nb} □" in pages[0]
    assert f"page 1 sur {len(pages)}" in pages[0]


@pytest.mark.parametrize("text", ["", " ", "\n", "\x00", "\ud800", "💩" * 3, "‮", "\u0301" * 300])
def test_no_text_is_too_strange(text: str) -> None:
    assert receipt(a_receipt(number=text, applicant=text, place=text)).startswith(b"%PDF")


def test_an_instant_without_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="no offset"):
        receipt(a_receipt(filed_at=datetime(2025, 3, 3, 8, 0)))
