"""Files of plain text: a table with WKT, a table of vertices, or lines of angles as pasted."""

from __future__ import annotations

from collections.abc import Mapping

from geo.errors import FileRefused
from geo.sources.delimited import SEPARATORS, Delimited, read_delimited, text_of
from geo.sources.issues import IssueLog
from geo.sources.layers import NOTHING_TOLD, Layer, Source
from geo.sources.tables import pasted_layer, table_layer
from geo.sources.text import shown
from geo.sources.wkt import wkt_layer


def read_plain(
    source: Source,
    log: IssueLog,
    encoding: str | None = None,
    crs: str | None = None,
    told: Mapping[str, str] = NOTHING_TOLD,
) -> list[Layer]:
    """Return the one layer of a text file.

    Parameters
    ----------
    encoding, crs : what the importer says of the file.
    told : columns by field, as a mapping file names them.

    Raises
    ------
    FileRefused : no separator makes sense of it, or it holds neither WKT nor coordinates.
    CRSError : ``crs`` names no coordinate reference system.
    SchemaUnknown : a column that is told is not there.
    """
    return [layer_of_text(text_of(source, log, encoding), source, crs, told)]


def layer_of_text(
    text: str, source: Source, crs: str | None = None, told: Mapping[str, str] = NOTHING_TOLD
) -> Layer:
    """Return the layer that a text holds; see :func:`read_plain`."""
    try:
        table = read_delimited(text, source.name)
    except FileRefused:
        layer = pasted_layer(text, source)
        if layer is None:
            raise
        return layer
    layer = wkt_layer(table, source, crs, told) or table_layer(table, source, crs, told)
    layer = layer or pasted_layer(text, source)
    if layer is None:
        raise without_coordinates(table, source)
    return layer


def without_coordinates(table: Delimited, source: Source) -> FileRefused:
    """Return the refusal of a table that holds no coordinates; the caller raises it."""
    held = ", ".join(f"“{shown(name)}”" for name in table.header[:8])
    separator = SEPARATORS[table.separator]
    reason = f"no column holds WKT or coordinates (with {separator} the columns are {held})"
    remedy = "Name a column “wkt”, in quotes if commas separate, or two “longitude” and “latitude”."
    return FileRefused(source.name, reason, remedy)
