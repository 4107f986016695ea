"""Tables as text (CSV and the like): the separator is found out, never assumed."""

from __future__ import annotations

import _csv
import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from geo.errors import FileRefused
from geo.sources.encoding import encoding_of
from geo.sources.issues import IssueLog
from geo.sources.layers import MAX_FEATURES, Source
from geo.sources.text import shown

SEPARATORS = {";": "a semicolon", ",": "a comma", "\t": "a tab", "|": "a bar"}
MAX_TEXT_BYTES = 256 << 20
"""How large a text may be: it is held in memory whole."""

_SAMPLE = 1000
"""How many lines decide which separator a table has."""

_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class Delimited:
    """A table as text: its separator, its header and its lines, of as many fields if whole.

    ``numbers`` are those of the lines in the file, blank ones counted.
    """

    separator: str
    header: list[str]
    lines: list[list[str]]
    numbers: list[int]

    def columns(
        self, lines: Sequence[Sequence[str]], without: Collection[int]
    ) -> dict[str, list[str | None]]:
        """Return lines of full width by column, an empty field as None.

        Columns keep their names, told apart by number where two are called the same.
        """
        names = _unique([name or f"column {i + 1}" for i, name in enumerate(self.header)])
        named = ((i, name) for i, name in enumerate(names) if i not in without)
        return {name: [line[i] or None for line in lines] for i, name in named}


def text_of(source: Source, log: IssueLog, encoding: str | None = None) -> str:
    """Return the text of a file, its encoding found out as :mod:`geo.sources.encoding` says.

    Raises
    ------
    FileRefused : it is too large, or not in the encoding that the importer says.
    """
    if source.path.stat().st_size > MAX_TEXT_BYTES:
        reason = f"it is a text of more than {MAX_TEXT_BYTES >> 20} MiB"
        raise FileRefused(source.name, reason, "Send it as GeoPackage, or split it.")
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
    samples = [sample for s in SEPARATORS if (sample := _split(text, s, name, _SAMPLE))]
    if not samples:
        raise FileRefused(name, "it holds no lines", "Send the file again.")
    best = max(samples, key=lambda sample: (_evenness(sample), len(sample.header)))
    table = _split(text, best.separator, name, MAX_FEATURES + 2)
    if table is None or _evenness(best) < 0.5:
        reason = f"no separator fits header and lines alike (it begins “{shown(text[:80])}”)"
        remedy = "Separate columns by comma, semicolon, tab or bar, and put WKT in quotes."
        raise FileRefused(name, reason, remedy)
    if len(table.lines) > MAX_FEATURES:
        raise FileRefused(name, f"it holds more than {MAX_FEATURES:,} lines", "Split it.")
    return table


def _split(text: str, separator: str, name: str, limit: int) -> Delimited | None:
    """Return the first ``limit`` lines that say anything, split; None where there is none."""
    csv.field_size_limit(MAX_TEXT_BYTES)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        numbered = ((n, ln) for n, ln in _numbered(lines) if any(f.strip() for f in ln))
        filled = list(islice(numbered, limit))
    except csv.Error as error:
        raise FileRefused(name, f"it is no CSV ({shown(error)})", "Check its quotes.") from error
    if not filled:
        return None
    numbers, rows = [n for n, _ in filled[1:]], [line for _, line in filled[1:]]
    return Delimited(separator, [field.strip() for field in filled[0][1]], rows, numbers)


def _numbered(lines: _csv.Reader) -> Iterator[tuple[int, list[str]]]:
    """Yield lines with the number at which each begins: in quotes one may go on over several."""
    begins = 1
    for line in lines:
        yield begins, line
        begins = lines.line_num + 1


def _evenness(table: Delimited) -> float:
    """Return the share of lines with as many fields as the header; 0 where nothing is split."""
    if len(table.header) < 2:
        return 0.0
    if not table.lines:
        return 1.0
    return sum(len(line) == len(table.header) for line in table.lines) / len(table.lines)


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
    counted: dict[str, int] = {}
    unique = []
    for name in names:
        counted[name] = counted.get(name, 0) + 1
        unique.append(name if counted[name] == 1 else f"{name} ({counted[name]})")
    return unique
