"""CSV with a column of WKT: the separator is found out, never assumed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from geo.errors import FileRefused
from geo.sources.encoding import codec_of, encoding_of
from geo.sources.issues import IssueLog
from geo.sources.layers import MAX_BYTES, MAX_FEATURES, Layer, Source
from geo.sources.text import key_of, shown

SEPARATORS = {";": "a semicolon", ",": "a comma", "\t": "a tab", "|": "a bar"}
_WKT_COLUMNS = frozenset(
    {"wkt", "geometry", "geom", "the geom", "geometrie", "wkt geom", "wkt geometry", "geom wkt"}
    | {"geometry wkt", "polygon", "polygone", "perimetre", "perimeter", "shape"}
)
_WKT = re.compile(
    r"\s*(?:SRID\s*=\s*(\d{1,6})\s*;)?\s*((?:MULTI)?[A-Z]+\s*(?:Z|M|ZM)?\s*[(E].*)",
    re.DOTALL | re.IGNORECASE,
)
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class Delimited:
    """A table as text: its separator, its header and its lines of as many fields."""

    separator: str
    header: list[str]
    lines: list[list[str]]


def read_csv(source: Source, log: IssueLog, encoding: str | None = None) -> list[Layer]:
    """Return the one layer of a CSV file whose geometry is in a column of WKT.

    Raises
    ------
    FileRefused : no separator makes sense of it, or no column holds WKT.
    """
    table = read_delimited(text_of(source, log, encoding), source.name)
    column = _wkt_column(table)
    if column is None:
        held = ", ".join(f"“{shown(name)}”" for name in table.header[:8])
        reason = f"no column holds WKT (with {SEPARATORS[table.separator]} the columns are {held})"
        remedy = "Give the geometry as WKT in a column named “wkt”, in quotes if commas separate."
        raise FileRefused(source.name, reason, remedy)
    return [_layer_of(table, column, source)]


def text_of(source: Source, log: IssueLog, encoding: str | None = None) -> str:
    """Return the text of a file, its encoding found out as :mod:`geo.sources.encoding` says."""
    data = source.path.read_bytes()
    for mark, codec in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark) and encoding is None:
            return data.decode(codec, "replace")
    codec = encoding_of([] if data.isascii() else [data], None, encoding, log)
    return data.decode(codec_of(codec) or codec, "replace")


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


def _wkt_column(table: Delimited) -> int | None:
    named = [i for i, name in enumerate(table.header) if key_of(name) in _WKT_COLUMNS]
    others = [i for i in range(len(table.header)) if i not in named]
    return next((i for i in named + others if _looks_like_wkt(table.lines, i)), None)


def _looks_like_wkt(lines: Sequence[Sequence[str]], column: int) -> bool:
    seen = [line[column] for line in lines[:200] if len(line) > column and line[column].strip()]
    return bool(seen) and sum(_WKT.match(value[:200]) is not None for value in seen) > len(seen) / 2


def _layer_of(table: Delimited, column: int, source: Source) -> Layer:
    width = len(table.header)
    names = _unique([name or f"column {i + 1}" for i, name in enumerate(table.header)])
    broken = {
        i: ("line_broken", f"it has {len(line)} fields where the header has {width}")
        for i, line in enumerate(table.lines)
        if len(line) != width
    }
    even = [line if len(line) == width else (line + [""] * width)[:width] for line in table.lines]
    texts, srids = _wkt_parts([line[column] for line in even])
    geometries = np.asarray(shapely.from_wkt(texts, on_invalid="ignore"), dtype=object).reshape(-1)
    for i in np.flatnonzero(shapely.is_missing(geometries)):
        if even[i][column].strip():
            broken.setdefault(int(i), ("geometry_broken", "its WKT cannot be read"))
    columns = {n: [line[i] or None for line in even] for i, n in enumerate(names) if i != column}
    return Layer(source.stem, columns, geometries, _crs_of(srids, source), broken=broken)


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


def _wkt_parts(values: Sequence[str]) -> tuple[list[str | None], set[str | None]]:
    """Return the WKT of each value without its SRID, and the SRIDs that occur."""
    matches = [_WKT.fullmatch(value) for value in values]
    srids = {match[1] for match in matches if match}
    return [match[2] if match else None for match in matches], srids


def _crs_of(srids: set[str | None], source: Source) -> str | None:
    stated = srids - {None}
    if len(stated) > 1 or (stated and None in srids):
        listed = ", ".join(sorted(str(srid) for srid in srids))
        raise FileRefused(source.name, f"its rows state several CRS ({listed})", "Split the file.")
    return f"EPSG:{stated.pop()}" if stated else None
