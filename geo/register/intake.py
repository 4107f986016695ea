"""Taking a register over: the first reading of a source becomes titles, ground and conflicts.

The first reading into an empty register is applied at once. Any later one is compared with the
register and waits for approval (:mod:`geo.register.extracts`). The same file again changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from geo.errors import RegisterBusy
from geo.register.attributes import NewVersion, open_titles, write_versions
from geo.register.bulk import new_ids
from geo.register.connection import UnitOfWork
from geo.register.ground_rows import NewGround, write_grounds
from geo.register.grounds import RowGround, Standing, kind_in_register
from geo.register.inheritance import Heir, inherited, write_conflicts
from geo.register.orders import facts_from_row
from geo.register.received import ImportState, Prepared, ReadRow, last_revision, write_reading


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
