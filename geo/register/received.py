"""A file as received: its rows with their ground, and writing file, import, rows and issues."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import shapely
from psycopg.types.json import Jsonb
from sqlalchemy import text

from geo.errors import FileRefused, GridError
from geo.grid import DRC, Grid
from geo.register.bulk import copy_rows, new_ids, runs_text
from geo.register.connection import UnitOfWork
from geo.register.grounds import RowGround, ground_of
from geo.register.rowfacts import clean_text, facts_of_row, plain_json
from geo.sources.rows import Issue, Reading, RightRow

ImportState = Literal["applied", "pending", "rejected"]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of a reading with its ground as the register will hold it."""

    row: RightRow
    ground: RowGround | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A reading with its source; made ready, so that under the lock only statements remain."""

    reading: Reading
    content: bytes
    source: str
    demonstration: bool
    as_of: date
    rows: list[ReadRow] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def make_ready(received: Prepared, grid: Grid = DRC) -> Prepared:
    """Return what was received with the ground of each row; what has none becomes an issue.

    Raises
    ------
    FileRefused : the bytes given are not those that were read.
    """
    reading = received.reading
    if hashlib.sha256(received.content).hexdigest() != reading.sha256:
        raise FileRefused(
            reading.file, "its content changed after it was read", "Import it once more."
        )
    issues = list(reading.issues)
    rows = [read_row(row, received.as_of, grid, issues) for row in reading.rows]
    return replace(received, rows=rows, issues=issues)


def read_row(row: RightRow, as_of: date, grid: Grid, issues: list[Issue]) -> ReadRow:
    """Return a row with its ground; add an issue where it has none."""
    return ReadRow(row, _ground(row, as_of, grid, issues))


def _ground(row: RightRow, as_of: date, grid: Grid, issues: list[Issue]) -> RowGround | None:
    try:
        ground = ground_of(row, as_of, grid)
    except GridError as error:
        issues.append(_issue(row, "ground_too_large", str(error)))
        return None
    if ground is None and row.geometry is not None:
        message = "the geometry covers no carré, so that the right holds no ground"
        issues.append(_issue(row, "no_ground", message))
    return ground


def _issue(row: RightRow, kind: str, message: str) -> Issue:
    return Issue(row.file, row.row, "geometry", row.code, kind, message, "cadastre")


def write_reading(
    unit: UnitOfWork,
    prepared: Prepared,
    state: ImportState,
    summary: Mapping[str, int],
    revision: int,
) -> tuple[int, list[int]]:
    """Write file, import, rows and issues; return the import's number and those of its rows."""
    reading = prepared.reading
    inserted = text(
        "insert into register.import_run (file_id, source_id, schema_name, as_of, features, kept, "
        "refused, state, summary, opened_revision, decided_revision) values (:file, :source, "
        ":schema, :as_of, :features, :kept, :refused, :state, cast(:summary as jsonb), :revision, "
        ":decided) returning id"
    )
    values = {
        "file": keep_file(unit, reading.file, reading.sha256, prepared.content),
        "source": _source_id(unit, prepared),
        "schema": reading.schema,
        "as_of": prepared.as_of,
        "features": reading.features,
        "kept": len(reading.rows),
        "refused": len(reading.refused),
        "state": state,
        "summary": Jsonb(dict(summary)),
        "revision": revision,
        "decided": None if state == "pending" else revision,
    }
    import_id = int(unit.connection.scalar(inserted, values))
    row_ids = new_ids(unit, "import_row_id_seq", len(prepared.rows))
    _copy_import_rows(unit, import_id, prepared.rows, row_ids)
    _copy_issues(unit, import_id, prepared)
    return import_id, row_ids


def keep_file(unit: UnitOfWork, name: str, sha256: str, content: bytes) -> int:
    """Keep a file exactly as received, once however often it comes; return its number."""
    known = text("select id from register.received_file where sha256 = :sha256")
    found = unit.connection.scalar(known, {"sha256": sha256})
    if found is not None:
        return int(found)
    file = text(
        "insert into register.received_file (sha256, name, bytes) "
        "values (:sha256, :name, :bytes) returning id"
    )
    values = {"sha256": sha256, "name": clean_text(name), "bytes": len(content)}
    file_id = int(unit.connection.scalar(file, values))
    written = text(
        "insert into register.received_content (file_id, content) values (:id, :content)"
    )
    unit.connection.execute(written, {"id": file_id, "content": content})
    return file_id


def _source_id(unit: UnitOfWork, prepared: Prepared) -> int:
    values = {"name": prepared.source, "demonstration": prepared.demonstration}
    known = text("select id from register.source where name = :name")
    found = unit.connection.scalar(known, values)
    if found is not None:
        return int(found)
    inserted = text(
        "insert into register.source (name, demonstration) values (:name, :demonstration) "
        "returning id"
    )
    return int(unit.connection.scalar(inserted, values))


def _copy_import_rows(
    unit: UnitOfWork, import_id: int, rows: Sequence[ReadRow], row_ids: Sequence[int]
) -> None:
    columns = ("id", "import_id", "row", "facts", "raw", "runs", "on_lattice", "valid", "geom")
    copy_rows(
        unit,
        "import_row",
        columns,
        (_import_row(i, import_id, read.row) for i, read in zip(row_ids, rows, strict=True)),
    )


def _import_row(row_id: int, import_id: int, row: RightRow) -> tuple[object, ...]:
    perimeter = None if row.placement is None else row.placement.perimeter
    shape = None if row.geometry is None else shapely.to_wkb(row.geometry, hex=True)
    return (
        row_id,
        import_id,
        row.row,
        Jsonb(plain_json(facts_of_row(row))),
        Jsonb(plain_json(row.raw)),
        runs_text(perimeter) if perimeter else None,
        None if row.placement is None else row.placement.on_lattice,
        row.valid,
        None if shape is None else f"SRID=4326;{shape}",
    )


def _copy_issues(unit: UnitOfWork, import_id: int, prepared: Prepared) -> None:
    columns = (
        "import_id",
        "row",
        "field",
        "value",
        "kind",
        "message",
        "corrected_by",
        "refused",
    )
    refused = set(prepared.reading.refused)
    rows = (
        (
            import_id,
            issue.row,
            _clean(issue.field),
            _clean(issue.value),
            issue.kind,
            clean_text(issue.message),
            issue.corrected_by,
            issue in refused,
        )
        for issue in prepared.issues
    )
    copy_rows(unit, "import_issue", columns, rows)


def _clean(value: str | None) -> str | None:
    return None if value is None else clean_text(value)


def last_revision(unit: UnitOfWork) -> int:
    """Return the register's last revision, 0 where there is none."""
    return int(unit.connection.scalar(text("select coalesce(max(id), 0) from register.revision")))
