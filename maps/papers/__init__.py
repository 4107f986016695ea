"""Printed papers (PDF, in French): receipt, cadastral opinion, extract of the survey map.

Each function draws given rows: it asks no database and no clock, and the same row gives the same
bytes. The rows are in :mod:`maps.papers.rows`; ``docs/papers.md`` says what each paper shows.
"""

from __future__ import annotations

from maps.papers.rows import (
    ExtractPaper,
    Limit,
    Neighbour,
    OpinionPaper,
    PaperDocument,
    PaperFiling,
    PaperFinding,
    PaperRuling,
    ReceiptPaper,
)

__all__ = [
    "ExtractPaper",
    "Limit",
    "Neighbour",
    "OpinionPaper",
    "PaperDocument",
    "PaperFiling",
    "PaperFinding",
    "PaperRuling",
    "ReceiptPaper",
    "cadastral_opinion",
    "receipt",
    "survey_extract",
]


def receipt(paper: ReceiptPaper) -> bytes:
    """Return the filing receipt (récépissé de dépôt) as PDF."""
    from maps.papers.receipt_sheet import draw

    return draw(paper)


def cadastral_opinion(paper: OpinionPaper) -> bytes:
    """Return the cadastral opinion (avis cadastral) as PDF; a draft while it is not confirmed."""
    from maps.papers.opinion_sheet import draw

    return draw(paper)


def survey_extract(paper: ExtractPaper) -> bytes:
    """Return the extract of the survey map (carte de retombes minières) as PDF.

    Raises
    ------
    GridError : the perimeter is empty, or its grid is not in degrees.
    """
    from maps.papers.extract_sheet import draw

    return draw(paper)
