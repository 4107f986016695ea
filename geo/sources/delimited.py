"""Tables as text (CSV and the like): the separator is found out, never assumed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from geo.errors import FileRefused
from geo.sources.encoding import encoding_of
from geo.sources.issues import IssueLog
from geo.sources.layers import MAX_BYTES, MAX_FEATURES, Source
from geo.sources.text import shown

SEPARATORS = {";": "a semicolon", ",": "a comma", "\t": "a tab", "|": "a bar"}
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class Delimited:
    """A table as text: its separator, its header and its lines of as many fields."""

    separator: str
    header: list[str]
    lines: list[list[str]]


def text_of(source: Source, log: IssueLog, encoding: str | None = None) -> str:
    """Return the text of a file, its encoding found out as :mod:`geo.sources.encoding` says."""
    data = source.path.read_bytes()
    for mark, codec in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark) and encoding is None:
            return data.decode(codec, "replace")
    codec = encoding_of([] if data.isascii() else [data], None, encoding, log)
    return data.decode(codec, "replace")


def read_delimited(text: str, name: str) -> Delimited:
    """Return a table, with the separator that splits header and lines alike.

    Raises
    ------
    FileRefused : none does.
    """
    tables = [table for s in SEPARATORS if (table := _split(text, s, name))]
    if not tables:
        raise FileRefused(name, "it holds no lines", "Send the file again.")
    table = max(tables, key=lambda t: (_evenness(t), len(t.header)))
    if len(table.header) < 2 or _evenness(table) < 0.5:
        shown_header = shown(text.splitlines()[0])
        reason = f"no separator fits header and lines alike (the header is “{shown_header}”)"
        remedy = "Separate columns by comma, semicolon, tab or bar, and put WKT in quotes."
        raise FileRefused(name, reason, remedy)
    return table


def _split(text: str, separator: str, name: str) -> Delimited | None:
    csv.field_size_limit(MAX_BYTES)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        filled = [line for line in _bounded(lines, name) if any(field.strip() for field in line)]
    except csv.Error as error:
        raise FileRefused(name, f"it is no CSV ({shown(error)})", "Check its quotes.") from error
    if not filled:
        return None
    return Delimited(separator, [field.strip() for field in filled[0]], filled[1:])


def _bounded(lines: Iterator[list[str]], name: str) -> Iterator[list[str]]:
    for number, line in enumerate(lines):
        if number > MAX_FEATURES:
            raise FileRefused(name, f"it holds more than {MAX_FEATURES:,} lines", "Split it.")
        yield line


def _evenness(table: Delimited) -> float:
    """Return the share of lines with as many fields as the header; 0 where nothing is split."""
    if len(table.header) < 2:
        return 0.0
    if not table.lines:
        return 1.0
    return sum(len(line) == len(table.header) for line in table.lines) / len(table.lines)
