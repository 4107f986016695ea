"""Every piece of received text passes here before it enters a page, a spreadsheet or a terminal.

Codes, names and statuses of a register are untrusted: a holder may be called
``</script><script>alert(1)</script>`` or ``=HYPERLINK("…")``. One function for each place where
text can be mistaken for something else.
"""

from __future__ import annotations

import html
import json
import unicodedata

_FORMULA_STARTS = frozenset("=+-@\t\r\n|%＝＋－＠")
_SCRIPT_ESCAPES = {
    ord("<"): "\\u003c",
    ord(">"): "\\u003e",
    ord("&"): "\\u0026",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def html_text(text: str) -> str:
    """Return text that shows as itself inside an element or a quoted attribute.

    >>> html_text('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return html.escape(text, quote=True)


def script_json(value: object) -> str:
    r"""Return JSON that can stand inside a ``<script>`` element without ending it.

    NaN and infinities are refused: a browser could not read them.

    >>> script_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate(_SCRIPT_ESCAPES)


def csv_text(text: str) -> str:
    r"""Return text that a spreadsheet opens as text, never as a formula.

    A cell whose first visible character could start a formula gets an apostrophe in front, the
    sign by which spreadsheets mark text. Numbers are not text: write them as numbers.

    >>> csv_text("=1+1"), csv_text("  @SUM(A1)"), csv_text("KATANGA & Cie")
    ("'=1+1", "'  @SUM(A1)", 'KATANGA & Cie')
    """
    clean = text.replace("\x00", "")
    first = clean.lstrip(" \u00a0\ufeff\u200b")[:1]
    return f"'{clean}" if first in _FORMULA_STARTS and first else clean


def terminal_text(text: str) -> str:
    r"""Return one line without characters that move a cursor, change a colour or hide.

    >>> terminal_text("red \x1b[31m\nname")
    'red  [31m name'
    """
    return "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in text)
