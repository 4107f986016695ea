"""The report on a later extract: what it says of each right against what the register holds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy import text

from geo.register.baseline import Baseline
from geo.register.bulk import copy_rows
from geo.register.connection import UnitOfWork
from geo.register.received import Prepared
from geo.register.rowfacts import plain_json
from geo.sources.compare import Match, Outcome

NOT_HELD_HERE = "not_held_here"
"""A title of the extract whose ground was released here: reported, never given back silently."""


def fields_changed(changed: Mapping[str, int]) -> dict[str, int]:
    """Return how many rights have another value in each field."""
    return {f"{field}_changed": number for field, number in changed.items()}


def _outcome(match: Match, baseline: Baseline) -> str:
    released = match.old and not any(row.row in baseline.standing for row in match.old)
    return NOT_HELD_HERE if released and match.new else match.outcome.value


def counts_of_changes(matches: Iterable[Match], baseline: Baseline) -> dict[str, int]:
    """Return how many rights had each outcome."""
    seen = Counter(_outcome(match, baseline) for match in matches if not _settled(match, baseline))
    names = [*(outcome.value for outcome in Outcome), NOT_HELD_HERE]
    return {name: seen[name] for name in names}


def _settled(match: Match, baseline: Baseline) -> bool:
    """Whether a right that the extract no longer holds was released here before."""
    return not match.new and not any(row.row in baseline.standing for row in match.old)


def changes_of(matches: Iterable[Match], baseline: Baseline) -> list[dict[str, Any]]:
    """Return the report: one entry per right that is not just the same."""
    return [
        _entry(match, baseline)
        for match in matches
        if not _settled(match, baseline) and (match.outcome is not Outcome.SAME or match.changes)
    ]


def _entry(match: Match, baseline: Baseline) -> dict[str, Any]:
    ground = match.difference
    entry: dict[str, Any] = {
        "change": _outcome(match, baseline),
        "code": match.code,
        "kind": next(row.kind for row in (*match.new, *match.old)),
        "titles": [row.row for row in match.old],
        "rows": [row.row for row in match.new],
        "matched_by": match.matched_by,
        "changes": {change.field: [change.old, change.new] for change in match.changes},
    }
    if ground is not None:
        cells = {
            "kept": ground.kept_cells,
            "lost": ground.lost_cells,
            "gained": ground.gained_cells,
        }
        entry["cells"] = {name: round(float(number), 4) for name, number in cells.items()}
    return plain_json(entry)  # type: ignore[no-any-return]


def write_changes(
    unit: UnitOfWork,
    import_id: int,
    changes: Sequence[Mapping[str, Any]],
    prepared: Prepared,
    row_ids: Sequence[int],
) -> None:
    """Write the entries of a report."""
    id_of = {read.row.row: row_id for read, row_id in zip(prepared.rows, row_ids, strict=True)}
    rows = (
        (
            import_id,
            entry["change"],
            next(iter(entry["titles"]), None),
            next((id_of[row] for row in entry["rows"]), None),
            Jsonb(entry),
        )
        for entry in changes
    )
    columns = ("import_id", "change", "title_id", "import_row_id", "detail")
    copy_rows(unit, "import_change", columns, rows)


def reported(unit: UnitOfWork, import_id: int) -> list[dict[str, Any]]:
    """Return the entries of a report as it was written."""
    found = text("select detail from register.import_change where import_id = :id")
    return list(unit.connection.scalars(found, {"id": import_id}))


def digests(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what makes two reports the same, whatever the order of their entries."""
    return sorted(json.dumps(entry, sort_keys=True) for entry in entries)
