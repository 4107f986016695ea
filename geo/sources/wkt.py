"""A table whose geometry is in a column of well-known text (WKT), with or without its SRID."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import shapely

from geo.errors import FileRefused
from geo.sources.delimited import Delimited
from geo.sources.issue_kinds import Refusal
from geo.sources.layers import Layer, Source
from geo.sources.text import key_of

_WKT_COLUMNS = frozenset(
    {"wkt", "geometry", "geom", "the geom", "geometrie", "wkt geom", "wkt geometry", "geom wkt"}
    | {"geometry wkt", "polygon", "polygone", "perimetre", "perimeter", "shape"}
)
_TYPES = "(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION|LINEARRING"
_WKT = re.compile(
    rf"\s*(?:SRID\s*=\s*(\d{{1,6}})\s*;)?\s*((?:{_TYPES})\s*(?:Z|M|ZM)?\s*(?:\(|EMPTY).*)",
    re.DOTALL | re.IGNORECASE,
)


def wkt_layer(table: Delimited, source: Source) -> Layer | None:
    """Return the layer of a table with a column of WKT, None where no column holds any.

    Raises
    ------
    FileRefused : its rows state several CRS.
    """
    column = _wkt_column(table)
    return None if column is None else _layer_of(table, column, source)


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
    broken: dict[int, tuple[Refusal, str]] = {
        i: ("line_broken", f"it has {len(line)} fields where the header has {width}")
        for i, line in enumerate(table.lines)
        if len(line) != width
    }
    even = [line if len(line) == width else (line + [""] * width)[:width] for line in table.lines]
    texts, srids = _wkt_parts([line[column] for line in even])
    with np.errstate(invalid="ignore", over="ignore"):
        geometries = np.asarray(shapely.from_wkt(texts, on_invalid="ignore"), dtype=object)
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
