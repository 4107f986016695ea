"""The rows of a delivery as they are written: sites, observations, sensitive facts, issues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import shapely
from psycopg.types.json import Jsonb
from sqlalchemy import text

from geo.errors import CRSError
from geo.geometry import crs_of
from geo.periods import Period
from geo.register.bulk import copy_rows, new_ids
from geo.register.connection import UnitOfWork
from geo.register.rowfacts import clean_text
from geo.sources.activity.rows import ActivityReading, SeenRow

SCHEMA = "activity"

_OBSERVATION = (
    *("id", "delivery_id", "source_id", "site_id", "seen", "during", "geom", "received"),
    *("uncertainty_m", "patch_ha", "confidence", "name", "minerals", "workers", "attributes"),
    *("row", "known"),
)
_ISSUE = (*("delivery_id", "row", "field", "value", "kind", "message", "corrected_by", "refused"),)
_NEW_SITES = text(
    "insert into activity.site (source_id, code) select :source, unnest(cast(:codes as text[])) "
    "on conflict (source_id, code) do nothing"
)
_SITES = text("select code, id from activity.site where source_id = :source and code = any(:codes)")


def write_rows(
    unit: UnitOfWork, reading: ActivityReading, source_id: int, delivery: int, revision: int
) -> None:
    """Write what a file says, each row with the number of its delivery."""
    sites = _site_numbers(unit, reading, source_id)
    numbers = new_ids(unit, "observation_id_seq", len(reading.rows), SCHEMA)
    known = f"[{revision},)"
    written = (
        (number, delivery, source_id, *_said(row, sites), known)
        for number, row in zip(numbers, reading.rows, strict=True)
    )
    copy_rows(unit, "observation", _OBSERVATION, written, SCHEMA)
    sensitive = [
        (number, Jsonb(_clean(row.sensitive)))
        for number, row in zip(numbers, reading.rows, strict=True)
        if row.sensitive
    ]
    if sensitive:
        columns = ("observation_id", "facts")
        copy_rows(unit, "observation_sensitive", columns, sensitive, SCHEMA)
    copy_rows(unit, "issue", _ISSUE, _issues(reading, delivery), SCHEMA)


def _site_numbers(unit: UnitOfWork, reading: ActivityReading, source_id: int) -> Mapping[str, int]:
    codes = sorted({row.observation.site for row in reading.rows if row.observation.site})
    if not codes:
        return {}
    asked = {"source": source_id, "codes": codes}
    unit.connection.execute(_NEW_SITES, asked)
    return {row.code: row.id for row in unit.connection.execute(_SITES, asked)}


def _said(row: SeenRow, sites: Mapping[str, int]) -> tuple[object, ...]:
    seen = row.observation
    return (
        sites[seen.site] if seen.site else None,
        seen.seen.value,
        _range(seen.during),
        f"SRID=4326;{shapely.to_wkb(seen.geometry, hex=True)}",
        _received(row),
        seen.uncertainty_m,
        seen.patch_ha,
        seen.confidence,
        None if seen.name is None else clean_text(seen.name),
        [clean_text(mineral) for mineral in seen.minerals],
        seen.workers,
        Jsonb(_clean(seen.attributes)),
        row.row,
    )


def _range(during: Period | None) -> str | None:
    if during is None:
        return None
    start, end = (day.isoformat() if day else "" for day in (during.start, during.end))
    return f"{'[' if start else '('}{start},{end})"


def _received(row: SeenRow) -> str | None:
    if row.received is None:
        return None
    return f"SRID={_srid(row.received_crs)};{shapely.to_wkb(row.received, hex=True)}"


def _srid(crs: str | None) -> int:
    """Return the EPSG number of a reference system, 0 where it has none."""
    if crs is None:
        return 0
    try:
        return crs_of(crs).to_epsg() or 0
    except CRSError:
        return 0


def _clean(facts: Mapping[str, str]) -> dict[str, str]:
    return {clean_text(name): clean_text(value) for name, value in facts.items()}


def _issues(reading: ActivityReading, delivery: int) -> Iterator[tuple[object, ...]]:
    """Yield the issues; one of a row that is not kept is a refusal."""
    kept = {row.row for row in reading.rows}
    for issue in reading.issues:
        yield (
            delivery,
            issue.row,
            None if issue.field is None else clean_text(issue.field),
            None if issue.value is None else clean_text(issue.value),
            issue.kind,
            clean_text(issue.message),
            issue.corrected_by,
            issue.row is not None and issue.row not in kept,
        )
