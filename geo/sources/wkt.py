"""A table whose geometry is in a column of well-known text (WKT), with or without its SRID."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from geo.errors import FileRefused
from geo.geometry import LONLAT
from geo.sources.axes import index_of
from geo.sources.delimited import Delimited
from geo.sources.layers import Broken, Layer, Note, Source
from geo.sources.text import key_of

_WKT_COLUMNS = frozenset(
    {"wkt", "geometry", "geom", "the geom", "geometrie", "wkt geom", "wkt geometry", "geom wkt"}
    | {"geometry wkt", "polygon", "polygone", "perimetre", "perimeter", "shape"}
)
_TYPES = "(?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION|LINEARRING"
_DECIMAL_COMMA = re.compile(r"\(\s*[-+]?\d+,\d+\s+[-+]?\d+,\d")
_WKT = re.compile(
    rf"\s*(?:SRID\s*=\s*(\d{{1,6}})\s*;)?\s*((?:{_TYPES})\s*(?:Z|M|ZM)?\s*(?:\(|EMPTY).*)",
    re.DOTALL | re.IGNORECASE,
)


def wkt_layer(
    table: Delimited, source: Source, crs: str | None, told: Mapping[str, str]
) -> Layer | None:
    """Return the layer of a table with a column of WKT, None where no column holds any.

    Parameters
    ----------
    crs : what the importer says of all rows, whether they state an SRID or not.
    told : columns by field, as a mapping file names them.

    Raises
    ------
    FileRefused : its rows state several CRS.
    SchemaUnknown : the column that is told is not there.
    """
    if "wkt" in told:
        return _layer_of(table, index_of(table.header, told["wkt"], source.name), source, crs)
    if "x" in told:
        return None
    column = _wkt_column(table)
    return None if column is None else _layer_of(table, column, source, crs)


def _wkt_column(table: Delimited) -> int | None:
    """Return the column that is named like WKT and holds some, else one that mostly holds it."""
    shares = [_share_of_wkt(table.lines, i) for i in range(len(table.header))]
    named = [i for i, name in enumerate(table.header) if key_of(name) in _WKT_COLUMNS]
    best = max(named, key=lambda i: shares[i], default=None)
    if best is not None and shares[best] > 0:
        return best
    return next((i for i, share in enumerate(shares) if share > 0.5), None)


def _share_of_wkt(lines: Sequence[Sequence[str]], column: int) -> float:
    seen = [line[column] for line in lines[:200] if len(line) > column and line[column].strip()]
    return sum(_WKT.match(value[:200]) is not None for value in seen) / len(seen) if seen else 0.0


def _layer_of(table: Delimited, column: int, source: Source, crs: str | None) -> Layer:
    width = len(table.header)
    broken: dict[int, Broken] = {}
    for i, line in enumerate(table.lines):
        if len(line) != width:
            reason = f"line {table.numbers[i]} has {len(line)} fields where the header has {width}"
            broken[i] = Broken("line_broken", reason, table.separator.join(line))
    even = [line if len(line) == width else (line + [""] * width)[:width] for line in table.lines]
    texts, srids = _wkt_parts([line[column] for line in even])
    with np.errstate(invalid="ignore", over="ignore"):
        geometries = np.asarray(shapely.from_wkt(texts, on_invalid="ignore"), dtype=object)
    for i in np.flatnonzero(shapely.is_missing(geometries)).tolist():
        if text := even[i][column].strip():
            broken.setdefault(i, Broken("geometry_broken", _why(text, table.numbers[i]), text))
    stated = None if crs else _crs_of(srids, source)
    unsaid = [i for i, srid in enumerate(srids) if stated and not srid and texts[i]]
    notes = []
    for i in unsaid:
        message = f"line {table.numbers[i]} states no SRID where others state {stated}"
        if stated == LONLAT:
            notes.append(Note(i, "crs_assumed", f"{message}: taken to be {LONLAT} too", LONLAT))
        else:
            reason = f"{message}, so nobody can say where it lies. Say --crs for all rows"
            broken.setdefault(i, Broken("bad_coordinates", reason, texts[i]))
    columns = table.columns(even, {column})
    return Layer(source.stem, columns, geometries, stated, broken=broken, notes=tuple(notes))


def _why(text: str, number: int) -> str:
    """Return why WKT cannot be read, for a message."""
    if _DECIMAL_COMMA.search(text):
        return (
            f"line {number}: its WKT has decimal commas (25,5), which part vertices; it takes "
            "points (25.5)"
        )
    return f"line {number}: its WKT cannot be read"


def _wkt_parts(values: Sequence[str]) -> tuple[list[str | None], list[str | None]]:
    """Return the WKT of each value without its SRID, and that SRID."""
    matches = [_WKT.fullmatch(value) for value in values]
    return [m[2] if m else None for m in matches], [m[1] if m else None for m in matches]


def _crs_of(srids: Sequence[str | None], source: Source) -> str | None:
    """Return the CRS that the rows which state one agree on."""
    stated = set(srids) - {None}
    if len(stated) > 1:
        listed = ", ".join(sorted(str(srid) for srid in stated))
        raise FileRefused(source.name, f"its rows state several CRS ({listed})", "Split the file.")
    return f"EPSG:{stated.pop()}" if stated else None
