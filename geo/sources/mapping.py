"""A mapping file: the importer says which column of a register means what.

.. code-block:: yaml

    name: provincial register 2024
    crs: EPSG:4326          # optional; where the file itself does not say
    encoding: cp1252        # optional
    kind: ZEA               # optional; where all rows are of one kind
    dates: dmy              # optional; or mdy
    area_unit: ha           # optional; cells, ha, km2 or m2
    fields:                 # field: column, or columns in order of preference
      code: NUMERO
      kind: [CAT, CATEGORIE]
      status: ETAT
      x: E_COORD            # of a table as text: x and y, and the order of vertices, or wkt
      y: N_COORD
      vertex: BORNE
    kinds: {EXPL: PE}       # optional; words of this register
    statuses:               # optional
      EN VIGUEUR: {state: granted, procedure: none}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast, get_args

import yaml

from geo.errors import FileRefused, SchemaUnknown
from geo.sources.areas import Unit
from geo.sources.dates import Order
from geo.sources.kinds import KINDS
from geo.sources.rows import Procedure, State
from geo.sources.schemas import FIELDS, ColumnData, Columns
from geo.sources.status import Status
from geo.sources.text import shown

MAX_MAPPING_BYTES = 1 << 20

_PLACES = ("x", "y", "vertex", "wkt")
"""Fields that only a table as text has: there a geometry is made of columns."""

_KEYS = ("name", "crs", "encoding", "kind", "dates", "area_unit", "fields", "kinds", "statuses")


@dataclass(frozen=True, slots=True)
class Mapped:
    """A mapping file as read; ``table_columns`` are those that shape a table as text, by field."""

    columns: Columns
    table_columns: Mapping[str, str]
    crs: str | None
    encoding: str | None
    kind: str | None


def read_mapping(path: Path) -> Mapped:
    """Return what a mapping file says.

    Raises
    ------
    FileRefused : it cannot be read, or says something that has no meaning.
    """
    content = _content(path)
    _refuse_unless(
        path, set(content) <= set(_KEYS), f"unknown keys {_listed(set(content) - set(_KEYS))}"
    )
    fields = _table(path, content, "fields")
    _refuse_unless(path, bool(fields), "it maps no fields")
    unknown = set(fields) - set(FIELDS) - set(_PLACES)
    _refuse_unless(path, not unknown, f"unknown fields {_listed(unknown)}")
    _refuse_unless(path, ("x" in fields) == ("y" in fields), "x and y go together")
    named = {name: _names(path, name, value) for name, value in fields.items()}
    kinds = {str(k): str(v) for k, v in _table(path, content, "kinds").items()}
    kind = _one_of(path, content, "kind", KINDS)
    _refuse_unless(path, set(kinds.values()) <= KINDS, f"kinds are {', '.join(sorted(KINDS))}")
    columns = Columns(
        schema=f"mapping: {content.get('name') or path.stem}",
        fields={name: names for name, names in named.items() if name in FIELDS},
        area_unit=cast("Unit | None", _one_of(path, content, "area_unit", get_args(Unit))),
        kinds=kinds,
        statuses={str(k): _status(path, v) for k, v in _table(path, content, "statuses").items()},
        date_order=cast("Order | None", _one_of(path, content, "dates", get_args(Order))),
    )
    shaping = {name: named[name][0] for name in (*_PLACES, "code", "part") if name in named}
    return Mapped(columns, shaping, _text(content, "crs"), _text(content, "encoding"), kind)


def require_columns(columns: Columns, present: ColumnData, file: str) -> None:
    """Refuse a file that lacks a column which the mapping names.

    Raises
    ------
    SchemaUnknown : so.
    """
    named = {name for names in columns.fields.values() for name in names}
    absent = named - set(present)
    if absent:
        raise SchemaUnknown(
            f"{file}: the mapping names columns that are not there ({_listed(absent)}). "
            f"The file has {_listed(present)}."
        )


def _refuse_unless(path: Path, holds: bool, reason: str) -> None:
    """Refuse a mapping file unless a condition holds."""
    if not holds:
        raise FileRefused(path.name, reason, "See the example in the user guide, “mapping file”.")


def _content(path: Path) -> dict[str, Any]:
    try:
        _refuse_unless(path, path.stat().st_size <= MAX_MAPPING_BYTES, "it is too large")
        content = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        reason = f"it cannot be read ({error.strerror})"
        raise FileRefused(path.name, reason, "Check the path.") from error
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        reason = f"it is no YAML ({shown(' '.join(str(error).split()))})"
        raise FileRefused(path.name, reason, "Check it.") from error
    _refuse_unless(path, isinstance(content, dict), "it is no table of keys")
    return cast("dict[str, Any]", content)


def _table(path: Path, content: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = content.get(key) or {}
    _refuse_unless(path, isinstance(value, dict), f"“{key}” is no table")
    return cast("dict[str, Any]", value)


def _names(path: Path, field: str, value: Any) -> tuple[str, ...]:
    names = value if isinstance(value, list) else [value]
    plain = bool(names) and all(isinstance(name, str) for name in names)
    _refuse_unless(path, plain, f"“{field}” names no column")
    return tuple(names)


def _status(path: Path, value: Any) -> Status:
    try:
        return State(value["state"]), Procedure(value.get("procedure", "none"))
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        reason = f"“{shown(value)}” is no status (state: {', '.join(State)})"
        raise FileRefused(path.name, reason, "Give state and procedure.") from error


def _one_of(path: Path, content: Mapping[str, Any], key: str, allowed: Any) -> str | None:
    value = _text(content, key)
    known = value is None or value in allowed
    _refuse_unless(path, known, f"“{key}” is one of {', '.join(sorted(allowed))}")
    return value


def _text(content: Mapping[str, Any], key: str) -> str | None:
    value = content.get(key)
    return None if value is None else str(value)


def _listed(names: Any) -> str:
    return ", ".join(f"“{shown(name)}”" for name in sorted(map(str, names))[:20])
