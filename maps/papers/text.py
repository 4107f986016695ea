"""Received text on paper: only what the fonts can draw, in the order it is read.

A holder may be called anything: controls, emoji, right-to-left names, a thousand letters without a
space. What no font of ours has is shown as a box, never left out; only signs that are invisible
by nature (bidirectional marks, joiners) are dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Set

BOX = "□"
_SPACES = frozenset("\t\n\r\v\f\u0085\u2028\u2029")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def printable(text: str, covered: Set[int]) -> str:
    """Return text of which every character has a glyph.

    Parameters
    ----------
    text : anything.
    covered : code points that all our fonts have.

    >>> printable("Société\\n<b>\\x00\\u202e\\U000F0000", {ord(c) for c in "Société <b>□"})
    'Société <b>□□'
    """
    composed = unicodedata.normalize("NFC", text)
    return "".join(_drawn(character, covered) for character in composed)


def _drawn(character: str, covered: Set[int]) -> str:
    if character in _SPACES:
        return " "
    category = unicodedata.category(character)
    if category == "Cf":
        return ""
    if category in {"Cc", "Cs", "Co", "Cn"} or ord(character) not in covered:
        return BOX
    return character


def visual_order(line: str) -> str:
    """Return one line in the order in which its letters stand on paper, left to right.

    The Unicode bidirectional algorithm is applied where the line has a right-to-left letter;
    every other line is returned as it is. Letters keep their isolated form.
    """
    if not any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in line):
        return line
    from fpdf.bidi import BidiParagraph

    placed = BidiParagraph(text=line).get_reordered_string()
    return str(placed)
