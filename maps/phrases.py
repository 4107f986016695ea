"""How facts of the register are said in one line, the same in tables, files and maps."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from geo.findings import JudgedOverlap
from geo.sources.rows import Holder, RightRow
from maps.style import kind_style, verdict_style

LONGEST_CODE = 40


def code_of(row: RightRow) -> str:
    """Return the code of a right with its part, as ``4960/2``; nothing where it has no code."""
    if not row.code:
        return ""
    return row.code if row.part is None else f"{row.code}/{row.part}"


def name_of(row: RightRow) -> str:
    """Return how a right is called: ``PE 4960``; the place of the row when it has no code.

    A code that already starts with its kind stays as it is; one too long for a name is cut.
    """
    kind = row.kind or "?"
    if not row.code:
        return f"{kind} ({row.file}:{row.row})"
    code = code_of(row)
    code = code if len(code) <= LONGEST_CODE else f"{code[:LONGEST_CODE]}…"
    return code if code.upper().startswith(kind) else f"{kind} {code}"


def holders_text(row: RightRow) -> str:
    """Return the holders with their shares: ``CONGO MINES (60 %), GÉCAMINES (40 %)``."""
    return ", ".join(_holder_text(holder) for holder in row.holders)


def _holder_text(holder: Holder) -> str:
    return holder.name if holder.share is None else f"{holder.name} ({_plain(holder.share)} %)"


def _plain(number: Decimal) -> str:
    """Return a number without exponent or idle zeros."""
    return f"{number.normalize():f}"


def gravest_first(judged: Iterable[JudgedOverlap]) -> list[JudgedOverlap]:
    """Return overlaps by the gravity of their verdict, then titles before areas, then by ground.

    A conflict of two titles is somebody's to settle; one with a research zone seldom is.
    """
    return sorted(judged, key=_gravity)


def _gravity(one: JudgedOverlap) -> tuple[int, bool, float, int, int]:
    severity = verdict_style(one.finding.verdict).severity
    with_area = any(kind_style(row.kind).group == "restricted" for row in (one.a, one.b))
    return severity, with_area, -one.overlap.area_cells, one.overlap.a, one.overlap.b
