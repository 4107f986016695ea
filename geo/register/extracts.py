"""Readings of a register: the first is applied, any later one is reported and waits for approval.

Nothing of a later extract is believed before its report is approved; then it is one revision. What
the extract no longer holds stays held and is flagged: only a recorded release frees ground.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import shapely
from sqlalchemy import Row, text

from geo.errors import FileRefused, NotFound, RegisterBusy, RegisterError
from geo.grid import DRC, Grid
from geo.perimeter import Perimeter
from geo.register.approval import Approval, carry_out_approval, plan_approval
from geo.register.baseline import baseline_of, placement_of
from geo.register.connection import UnitOfWork
from geo.register.extract_changes import (
    changes_of,
    counts_of_changes,
    digests,
    fields_changed,
    reported,
    write_changes,
)
from geo.register.intake import ImportReport, apply_first, import_report
from geo.register.received import Prepared, last_revision, make_ready, read_row, write_reading
from geo.register.rowfacts import clean_text, row_of_facts
from geo.register.two_people import require_account, require_second_person
from geo.sources.compare import compare_readings
from geo.sources.rows import Reading, RightRow

ALIKE = 0.5
"""A file of a new source is refused when more than this part of it is in the register already."""

_SAME_FILE = text(
    """
    select i.id, s.name as source, f.name as file, f.sha256, i.as_of, i.state, i.features, i.kept,
      i.refused, i.opened_revision, i.summary,
      (select json_object_agg(kind, n) from (select kind, count(*) as n from register.import_issue
       where import_id = i.id group by kind order by kind) c) as issues
    from register.import_run i
    join register.source s on s.id = i.source_id
    join register.received_file f on f.id = i.file_id
    where f.sha256 = :sha256 and i.state <> 'rejected'
    """
)

_SOURCE = text(
    """
    select s.id, max(i.as_of) filter (where i.state = 'applied') as as_of,
      bool_or(i.state = 'pending') as pending
    from register.source s left join register.import_run i on i.source_id = s.id
    where s.name = :name group by s.id
    """
)

_KNOWN_CODES = text(
    """
    select s.name, count(*) as alike
    from unnest(cast(:codes as text[]), cast(:kinds as text[])) n (code, kind)
    join register.title_version v on v.code = n.code and v.kind = n.kind and upper_inf(v.known)
    join register.import_row r on r.id = v.import_row_id
    join register.import_run i on i.id = r.import_id join register.source s on s.id = i.source_id
    group by s.name order by alike desc limit 1
    """
)


def record_reading(
    unit: UnitOfWork,
    reading: Reading,
    *,
    content: bytes,
    source: str,
    as_of: date,
    demonstration: bool = False,
    grid: Grid = DRC,
) -> ImportReport:
    """Record a register file as read; commit the unit of work to make it true.

    The first reading into an empty register is applied, and so is the demonstration. Any other one
    becomes a report that waits for :func:`approve_report` by another person: a later extract, and
    the first of a further source too. The same file again changes nothing and says so
    (``unchanged``).

    Parameters
    ----------
    content : the bytes of the file as received, those that the reading's checksum is of.
    source : which register it is, by a name that stays the same from extract to extract.
    as_of : the day that the file speaks of.
    demonstration : everything in it is invented.

    Raises
    ------
    FileRefused : the content is not what was read; the extract is older than what is applied, or
        of a day to come; it is an extract of a register that was imported under another name; or a
        demonstration and a real register would be mixed.
    RegisterBusy : the register changed while the file was made ready.
    NotPermitted : the reading would wait for approval, and nobody signed in.
    """
    same = unit.connection.execute(_SAME_FILE, {"sha256": reading.sha256}).first()
    if same is not None:
        return _unchanged(unit, same)
    _refuse_mixture(unit, reading, demonstration)
    _refuse_days_to_come(unit, reading, as_of)
    prepared = make_ready(Prepared(reading, content, source, demonstration, as_of), grid)
    known = unit.connection.execute(_SOURCE, {"name": source}).first()
    if known is None or known.as_of is None:
        _refuse_doubles(unit, prepared)
        if demonstration or _is_empty(unit):
            return apply_first(unit, prepared)
    require_account(unit)
    if known is not None:
        _refuse_out_of_turn(prepared, known)
    return _propose(unit, prepared, None if known is None else known.id)


def approve_report(unit: UnitOfWork, import_id: int, grid: Grid = DRC) -> ImportReport:
    """Apply a later extract as reported: one revision, from the extract's day on.

    Raises
    ------
    NotFound : no report of that number waits.
    NotPermitted : nobody signed in. SecondPersonNeeded : the actor proposed it.
    RegisterError : the register changed since the report was made: reject it and import again.
    RegisterBusy : the register changed just now.
    """
    run = _pending(unit, import_id)
    require_second_person(unit, run.opened_revision)
    prepared, row_ids = _stored(unit, run, grid)
    baseline = baseline_of(unit, run.source_id, grid)
    matches = compare_readings(baseline.reading, prepared.reading).matches
    if digests(changes_of(matches, baseline)) != digests(reported(unit, import_id)):
        raise RegisterError(
            f"the register changed since report {import_id} was made. Reject it, then import the "
            "file again for a new report."
        )
    approval = plan_approval(unit, prepared, row_ids, baseline, matches, run.source)
    revision = carry_out_approval(unit, approval, import_id)
    return import_report(import_id, prepared, "applied", revision, _counts_of(approval))


def reject_report(unit: UnitOfWork, import_id: int) -> int:
    """Put a report aside: nothing of it is believed. Return the revision.

    Raises
    ------
    NotFound : no report of that number waits.
    """
    _pending(unit, import_id)
    revision = unit.open_revision()
    unit.connection.execute(
        text(
            "update register.import_run set state = 'rejected', decided_revision = :revision "
            "where id = :id and state = 'pending'"
        ),
        {"id": import_id, "revision": revision},
    )
    return revision


def _unchanged(unit: UnitOfWork, same: Row[Any]) -> ImportReport:
    changes = unit.connection.execute(
        text(
            "select change, count(*) from register.import_change where import_id = :id "
            "group by change order by change"
        ),
        {"id": same.id},
    )
    return ImportReport(
        import_id=same.id,
        source=same.source,
        file=same.file,
        sha256=same.sha256,
        as_of=same.as_of,
        state=same.state,
        unchanged=True,
        features=same.features,
        kept=same.kept,
        refused=same.refused,
        revision=same.opened_revision,
        counts=dict(same.summary),
        issues=dict(same.issues or {}),
        changes={change: number for change, number in changes},  # noqa: C416 - rows, not pairs
    )


def _is_empty(unit: UnitOfWork) -> bool:
    return not unit.connection.scalar(text("select exists (select from register.title)"))


def _refuse_mixture(unit: UnitOfWork, reading: Reading, demonstration: bool) -> None:
    held = unit.connection.scalar(text("select bool_or(demonstration) from register.source"))
    if held is not None and held != demonstration:
        what = "an invented demonstration" if held else "a real register"
        raise FileRefused(
            reading.file,
            f"the database holds {what}, and the two must not be mixed",
            "Empty it first: mabele db clear.",
        )


def _refuse_days_to_come(unit: UnitOfWork, reading: Reading, as_of: date) -> None:
    """Refuse an extract of a day after today in Kinshasa: it would bar all those before it."""
    today = unit.connection.scalar(text("select published.today()"))
    if as_of > today:
        raise FileRefused(
            reading.file,
            f"it is said to speak of {as_of.isoformat()}, and today is {today.isoformat()}",
            "State the day on which the register stood so.",
        )


def _refuse_doubles(unit: UnitOfWork, prepared: Prepared) -> None:
    coded = [read.row for read in prepared.rows if read.row.code and read.row.kind]
    values = {
        "codes": [clean_text(row.code) for row in coded if row.code],
        "kinds": [row.kind for row in coded],
    }
    other = unit.connection.execute(_KNOWN_CODES, values).first()
    if other is not None and other.alike > ALIKE * len(coded):
        raise FileRefused(
            prepared.reading.file,
            f"{other.alike} of its {len(coded)} rights are in the register already, from source "
            f"“{other.name}”",
            f"If it is a later extract of that register, import it with that source: {other.name}.",
        )


def _refuse_out_of_turn(prepared: Prepared, known: Row[Any]) -> None:
    if known.pending:
        raise FileRefused(
            prepared.reading.file,
            f"a report on an extract of “{prepared.source}” waits for approval",
            "Approve or reject that one first.",
        )
    if known.as_of is not None and prepared.as_of <= known.as_of:
        raise FileRefused(
            prepared.reading.file,
            f"it speaks of {prepared.as_of.isoformat()}, and the register holds "
            f"“{prepared.source}” as of {known.as_of.isoformat()}",
            "Import extracts in the order of their days.",
        )


def _propose(unit: UnitOfWork, prepared: Prepared, source_id: int | None) -> ImportReport:
    seen = last_revision(unit)
    baseline = baseline_of(unit, source_id)
    comparison = compare_readings(baseline.reading, prepared.reading)
    changes = changes_of(comparison.matches, baseline)
    counts = {
        **counts_of_changes(comparison.matches, baseline),
        **fields_changed(comparison.changed()),
    }
    revision = unit.open_revision()
    if revision != seen + 1:
        raise RegisterBusy("the register changed during the comparison. Try again")
    import_id, row_ids = write_reading(unit, prepared, "pending", counts, revision)
    write_changes(unit, import_id, changes, prepared, row_ids)
    return import_report(import_id, prepared, "pending", revision, counts, counts)


def _pending(unit: UnitOfWork, import_id: int) -> Row[Any]:
    run = unit.connection.execute(
        text(
            "select i.*, s.name as source, s.demonstration, f.name as file, f.sha256, c.content "
            "from register.import_run i join register.source s on s.id = i.source_id "
            "join register.received_file f on f.id = i.file_id "
            "join register.received_content c on c.file_id = f.id "
            "where i.id = :id and i.state = 'pending'"
        ),
        {"id": import_id},
    ).first()
    if run is None:
        raise NotFound(f"no report {import_id} waits for approval. List the imports.")
    return run


def _stored(unit: UnitOfWork, run: Row[Any], grid: Grid) -> tuple[Prepared, list[int]]:
    """Return the reading of a report from its stored rows, and the numbers of those."""
    rows = list(
        unit.connection.execute(
            text(
                'select id, "row", facts, raw, runs, on_lattice, valid, st_asbinary(geom) as geom '
                'from register.import_row where import_id = :id order by "row"'
            ),
            {"id": run.id},
        )
    )
    read = [read_row(row, run.as_of, grid, []) for row in _right_rows(rows, run, grid)]
    reading = Reading(
        file=run.file,
        sha256=run.sha256,
        schema=run.schema_name,
        crs=grid.crs,
        features=run.features,
        rows=tuple(one.row for one in read),
        refused=(),
        issues=(),
    )
    prepared = Prepared(
        reading, bytes(run.content), run.source, run.demonstration, run.as_of, read, []
    )
    return prepared, [row.id for row in rows]


def _right_rows(rows: Iterable[Row[Any]], run: Row[Any], grid: Grid) -> Iterable[RightRow]:
    for row in rows:
        perimeter = Perimeter.from_runs(row.runs, grid) if row.runs else None
        yield row_of_facts(
            row.facts,
            file=run.file,
            row=row.row,
            raw=row.raw,
            geometry=None if row.geom is None else shapely.from_wkb(bytes(row.geom)),
            placement=None if row.on_lattice is None else placement_of(perimeter),
            valid=row.valid,
        )


def _counts_of(approval: Approval) -> dict[str, int]:
    return {
        "changed_titles": len(approval.versions) - len(approval.opened),
        "new_titles": len(approval.opened),
        "flagged_as_gone": approval.gone,
        "inherited_conflicts": len(approval.conflicts),
    }
