"""Taking a register over: the first reading of a source becomes titles, ground and conflicts.

A first reading is applied at once. A later extract of the same source is compared with the register
and waits for approval (:mod:`geo.register.extracts`). The same file again changes nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import shapely
from psycopg.types.json import Jsonb
from sqlalchemy import text

from geo.errors import FileRefused, GridError, RegisterBusy
from geo.grid import DRC, Grid
from geo.register.attributes import NewVersion, open_titles, write_versions
from geo.register.bulk import copy_rows, new_ids, runs_text
from geo.register.connection import UnitOfWork
from geo.register.ground_rows import NewGround, write_grounds
from geo.register.grounds import RowGround, Standing, ground_of, kind_in_register
from geo.register.inheritance import Heir, inherited, write_conflicts
from geo.register.orders import facts_from_row
from geo.register.rowfacts import clean_text, facts_of_row, plain_json
from geo.sources.rows import Issue, Reading, RightRow

ImportState = Literal["applied", "pending", "rejected"]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. ``unchanged``: this very file had been imported before.

    ``changes`` counts what a later extract says against the register and is empty for a first
    import; while ``state`` is ``pending`` nothing of it is in the register yet.
    """

    import_id: int
    source: str
    file: str
    sha256: str
    as_of: date
    state: ImportState
    unchanged: bool
    features: int
    kept: int
    refused: int
    revision: int
    counts: Mapping[str, int]
    issues: Mapping[str, int]
    changes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of a reading with its ground as the register will hold it."""

    row: RightRow
    ground: RowGround | None


@dataclass(slots=True)
class Prepared:
    """A reading made ready, so that under the register lock only statements remain."""

    reading: Reading
    content: bytes
    source: str
    demonstration: bool
    as_of: date
    rows: list[ReadRow]
    issues: list[Issue]


def prepare(
    reading: Reading,
    content: bytes,
    source: str,
    as_of: date,
    demonstration: bool = False,
    grid: Grid = DRC,
) -> Prepared:
    """Return the reading with the ground of each row; what has none becomes an issue.

    Raises
    ------
    FileRefused : the bytes given are not those that were read.
    """
    if hashlib.sha256(content).hexdigest() != reading.sha256:
        raise FileRefused(
            reading.file, "its content changed after it was read", "Import it once more."
        )
    prepared = Prepared(reading, content, source, demonstration, as_of, [], list(reading.issues))
    prepared.rows += [read_row(row, as_of, grid, prepared.issues) for row in reading.rows]
    return prepared


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


def apply_first(unit: UnitOfWork, prepared: Prepared) -> ImportReport:
    """Write a first reading: titles, attributes, holders, ground and inherited conflicts.

    Raises
    ------
    RegisterBusy : the register changed while the reading was made ready.
    """
    seen = last_revision(unit)
    title_ids = new_ids(unit, "title_id_seq", len(prepared.rows))
    heirs = [
        Heir(title, read.ground)
        for title, read in zip(title_ids, prepared.rows, strict=True)
        if read.ground is not None and read.ground.standing == "held"
    ]
    conflicts = inherited(unit, heirs)
    revision = unit.open_revision()
    if revision != seen + 1:
        raise RegisterBusy(
            "the register changed during the import. Nothing was imported; try again"
        )
    counts = {**_counts(prepared.rows), "inherited_conflicts": len(conflicts)}
    import_id, row_ids = write_reading(unit, prepared, "applied", counts, revision)
    open_titles(unit, title_ids, revision)
    triples = list(zip(title_ids, prepared.rows, row_ids, strict=True))
    write_versions(unit, [row_version(t, r, i, prepared.as_of) for t, r, i in triples], revision)
    open_zones(unit, [title for title, read, _ in triples if read.row.kind == "ZEA"])
    write_conflicts(unit, import_id, conflicts)
    write_row_grounds(unit, triples, revision)
    unit.connection.execute(text("select register.refresh_statistics()"))
    return import_report(import_id, prepared, "applied", revision, counts)


def import_report(
    import_id: int,
    prepared: Prepared,
    state: ImportState,
    revision: int,
    counts: Mapping[str, int],
    changes: Mapping[str, int] | None = None,
) -> ImportReport:
    """Return what was done with a reading."""
    return ImportReport(
        import_id=import_id,
        source=prepared.source,
        file=prepared.reading.file,
        sha256=prepared.reading.sha256,
        as_of=prepared.as_of,
        state=state,
        unchanged=False,
        features=prepared.reading.features,
        kept=len(prepared.rows),
        refused=prepared.reading.features - len(prepared.rows),
        revision=revision,
        counts=counts,
        issues=dict(sorted(Counter(issue.kind for issue in prepared.issues).items())),
        changes=changes or {},
    )


def row_version(title_id: int, read: ReadRow, row_id: int, as_of: date) -> NewVersion:
    """Return the attributes of a row, valid since its ground is held (or since ``as_of``)."""
    flags = () if read.ground is None else read.ground.flags
    return NewVersion(
        title_id=title_id,
        facts=facts_from_row(read.row, kind_in_register(read.row.kind), flags),
        valid_from=as_of if read.ground is None else read.ground.held_from,
        stated_on=as_of,
        import_row_id=row_id,
    )


def _counts(rows: Sequence[ReadRow]) -> dict[str, int]:
    """Return how many rows stand how on their ground, and how many lie off the lattice."""
    grounds = [read.ground for read in rows if read.ground is not None]
    standings = Counter(ground.standing for ground in grounds)
    return {
        "titles": len(rows),
        "held": standings["held"],
        "claimed": standings["claimed"],
        "restricted": standings["restricted"],
        "without_ground": len(rows) - len(grounds),
        "off_lattice": sum(not ground.on_lattice for ground in grounds),
        "held_from_assumed": sum("held_from_assumed" in ground.flags for ground in grounds),
    }


def open_zones(unit: UnitOfWork, title_ids: Sequence[int]) -> None:
    """Record that titles are artisanal zones; those that are already stay as they are."""
    if title_ids:
        opened = text(
            "insert into register.zone (title_id) select unnest(cast(:ids as bigint[])) "
            "on conflict (title_id) do nothing"
        )
        unit.connection.execute(opened, {"ids": list(title_ids)})


def write_row_grounds(
    unit: UnitOfWork, triples: Sequence[tuple[int, ReadRow, int]], revision: int
) -> None:
    """Write the ground of (title, row, number of the import row), one statement per standing."""
    standings: tuple[Standing, ...] = ("held", "claimed", "restricted")
    for standing in standings:
        grounds = [
            new_ground(title, read.ground, row_id)
            for title, read, row_id in triples
            if read.ground is not None and read.ground.standing == standing
        ]
        write_grounds(unit, standing, grounds, revision)


def new_ground(title_id: int, ground: RowGround, row_id: int, act: int | None = None) -> NewGround:
    """Return the ground of a row as it is written for a title."""
    return NewGround(
        title_id=title_id,
        kind=ground.kind,
        held_from=ground.held_from,
        perimeter=ground.perimeter,
        geometry=ground.geometry,
        on_lattice=ground.on_lattice,
        flags=ground.flags,
        import_row_id=row_id,
        opened_by=act,
    )


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
        "file": _file_id(unit, prepared),
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


def _file_id(unit: UnitOfWork, prepared: Prepared) -> int:
    known = text("select id from register.received_file where sha256 = :sha256")
    found = unit.connection.scalar(known, {"sha256": prepared.reading.sha256})
    if found is not None:
        return int(found)
    file = text(
        "insert into register.received_file (sha256, name, bytes) "
        "values (:sha256, :name, :bytes) returning id"
    )
    values = {
        "sha256": prepared.reading.sha256,
        "name": clean_text(prepared.reading.file),
        "bytes": len(prepared.content),
    }
    file_id = int(unit.connection.scalar(file, values))
    content = text(
        "insert into register.received_content (file_id, content) values (:id, :content)"
    )
    unit.connection.execute(content, {"id": file_id, "content": prepared.content})
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
