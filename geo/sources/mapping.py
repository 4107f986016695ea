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

from geo.errors import FileRefused
from geo.sources.areas import Unit
from geo.sources.dates import Order
from geo.sources.kinds import KINDS
from geo.sources.mapping_file import MappingFile, listed, require_named
from geo.sources.rows import Procedure, State
from geo.sources.schemas import FIELDS, ColumnData, Columns
from geo.sources.status import Status
from geo.sources.text import shown

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
    file = MappingFile.read(path, _KEYS)
    named = file.columns("fields")
    file.refuse_unless(bool(named), "it maps no fields")
    unknown = set(named) - set(FIELDS) - set(_PLACES)
    file.refuse_unless(not unknown, f"unknown fields {listed(unknown)}")
    file.refuse_unless(("x" in named) == ("y" in named), "x and y go together")
    kinds = {str(k): str(v) for k, v in file.table("kinds").items()}
    kind = file.one_of("kind", KINDS)
    file.refuse_unless(set(kinds.values()) <= KINDS, f"kinds are {', '.join(sorted(KINDS))}")
    columns = Columns(
        schema=f"mapping: {file.text('name') or path.stem}",
        fields={name: names for name, names in named.items() if name in FIELDS},
        area_unit=cast("Unit | None", file.one_of("area_unit", get_args(Unit))),
        kinds=kinds,
        statuses={str(k): _status(path, v) for k, v in file.table("statuses").items()},
        date_order=cast("Order | None", file.one_of("dates", get_args(Order))),
    )
    shaping = {name: named[name][0] for name in (*_PLACES, "code", "part") if name in named}
    return Mapped(columns, shaping, file.text("crs"), file.text("encoding"), kind)


def require_columns(columns: Columns, present: ColumnData, file: str) -> None:
    """Refuse a file that lacks a column which the mapping names.

    Raises
    ------
    SchemaUnknown : so.
    """
    require_named({name for names in columns.fields.values() for name in names}, present, file)


def _status(path: Path, value: Any) -> Status:
    try:
        return State(value["state"]), Procedure(value.get("procedure", "none"))
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        reason = f"“{shown(value)}” is no status (state: {', '.join(State)})"
        raise FileRefused(path.name, reason, "Give state and procedure.") from error
