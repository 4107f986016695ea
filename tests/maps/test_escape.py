"""Text that attacks a page, a spreadsheet or a terminal must arrive as text."""

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.escape import csv_text, html_text, script_json, terminal_text

ATTACKS = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "\u2028alert(1)\u2029",
]


@pytest.mark.parametrize("text", ATTACKS)
def test_json_cannot_end_its_script_element(text):
    escaped = script_json({"name": text, text: [1]})
    assert not set("<>&\u2028\u2029") & set(escaped)
    assert json.loads(escaped) == {"name": text, text: [1]}


@given(st.text())
def test_json_reads_back_as_it_was(text):
    assert json.loads(script_json(text)) == text


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_numbers_that_no_browser_reads_are_refused(value):
    with pytest.raises(ValueError, match="JSON"):
        script_json([value])


@given(st.text())
def test_html_reads_back_as_it_was(text):
    escaped = html_text(text)
    assert not set("<>\"'") & set(escaped)
    assert html.unescape(escaped) == text or "&" in text


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", " =", "\ufeff+", "%0"]
)
def test_text_that_starts_a_formula_is_defused(start):
    assert csv_text(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["", "GÉCAMINES", "PE 4960", "1-2", "a=b", "'=1"])
def test_other_text_stays_as_it_is(text):
    assert csv_text(text) == text


def test_a_null_character_does_not_hide_a_formula():
    assert csv_text("\x00=1+1") == "'=1+1"


@given(st.text())
def test_terminal_text_is_one_printable_line(text):
    shown = terminal_text(text)
    assert len(shown) == len(text)
    assert all(
        character.isprintable() or character == " " or ord(character) > 127 for character in shown
    )
    assert not set(shown) & {"\x1b", "\n", "\r", "\x07", "\x9b", "\u202e", "\u2066"}
