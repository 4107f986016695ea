"""GeoPackages looked through before GDAL opens them: plain tables only."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from geo.errors import FileRefused
from geo.sources.layers import Source
from geo.sources.text import shown

_VIRTUAL = re.compile(r"create\s+virtual\s+table\b.*?\busing\s+[\"'`\[]?(\w+)", re.I | re.S)
_HARMLESS = frozenset({"rtree", "fts3", "fts4", "fts5"})
_LAYERS = "SELECT table_name FROM gpkg_contents WHERE data_type = 'features'"


def require_plain(source: Source) -> None:
    """Refuse a database whose layers are views or virtual tables, which can run code of their own.

    Raises
    ------
    FileRefused : so, or the database is damaged or no GeoPackage.
    """
    try:
        with closing(sqlite3.connect(f"file:{source.path}?mode=ro&immutable=1", uri=True)) as base:
            layers = {str(row[0]).lower() for row in base.execute(_LAYERS)}
            schema = base.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    except (sqlite3.Error, UnicodeDecodeError) as error:
        reason = f"it is no whole GeoPackage ({shown(error)})"
        raise FileRefused(source.name, reason, "Export it again.") from error
    for type_, name, sql in schema:
        if type_ == "view" and str(name).lower() in layers:
            _refuse(source, f"its layer “{shown(name)}” is a view")
        module = _VIRTUAL.match(str(sql or "").lstrip())
        if module and module[1].lower() not in _HARMLESS:
            _refuse(source, f"it holds a virtual table “{shown(name)}” ({module[1]})")


def _refuse(source: Source, reason: str) -> None:
    raise FileRefused(source.name, reason, "Export its layers as plain tables.")
