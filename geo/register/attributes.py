"""Writing parties, titles and their attributes: the part of the writer that knows no ground."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from psycopg.types.range import Range
from sqlalchemy import text

from geo.register.bulk import copy_rows, new_ids
from geo.register.connection import UnitOfWork
from geo.register.orders import ActOrder, TitleFacts
from geo.register.parties import party_kind
from geo.register.rowfacts import clean_text

_VERSION_COLUMNS = (
    "id",
    "title_id",
    "code",
    "part",
    "kind",
    "kind_raw",
    "state",
    "procedure",
    "status_raw",
    "minerals",
    "minerals_raw",
    "holders_raw",
    "filed_on",
    "granted_on",
    "expires_on",
    "declared_cells",
    "declared_area_ha",
    "stated_on",
    "flags",
    "import_row_id",
    "act_id",
    "valid",
    "known",
)


@dataclass(frozen=True, slots=True)
class NewVersion:
    """Attributes to write for a title from ``valid_from`` on, as stated on ``stated_on``."""

    title_id: int
    facts: TitleFacts
    valid_from: date
    stated_on: date
    valid_to: date | None = None
    import_row_id: int | None = None
    act_id: int | None = None


def record_act(unit: UnitOfWork, act: ActOrder) -> int:
    """Record an act and return its number."""
    inserted = text(
        "insert into register.act (kind, reference, on_day, note) "
        "values (:kind, :reference, :on_day, :note) returning id"
    )
    values = {
        "kind": act.kind,
        "reference": clean_text(act.reference),
        "on_day": act.on_day,
        "note": None if act.note is None else clean_text(act.note),
    }
    return int(unit.connection.scalar(inserted, values))


def open_titles(unit: UnitOfWork, title_ids: Sequence[int], revision: int) -> None:
    """Record titles under numbers reserved before."""
    copy_rows(unit, "title", ("id", "opened_revision"), ((i, revision) for i in title_ids))


def write_versions(unit: UnitOfWork, versions: Sequence[NewVersion], revision: int) -> None:
    """Record attributes with their holders; older versions must have been closed before."""
    ids = new_ids(unit, "title_version_id_seq", len(versions))
    parties = party_ids(unit, (h.name for v in versions for h in v.facts.holders))
    rows = (_version_row(i, version, revision) for i, version in zip(ids, versions, strict=True))
    copy_rows(unit, "title_version", _VERSION_COLUMNS, rows)
    holdings = [
        (version_id, parties[clean_text(holder.name)], position, holder.share)
        for version_id, version in zip(ids, versions, strict=True)
        for position, holder in enumerate(version.facts.holders, start=1)
    ]
    columns = ("title_version_id", "party_id", "position", "share")
    copy_rows(unit, "holding", columns, holdings)


def _version_row(version_id: int, version: NewVersion, revision: int) -> tuple[object, ...]:
    facts = version.facts
    return (
        version_id,
        version.title_id,
        _clean(facts.code),
        _clean(facts.part),
        facts.kind,
        _clean(facts.kind_raw),
        facts.state.value,
        facts.procedure.value,
        _clean(facts.status_raw),
        [clean_text(mineral) for mineral in facts.minerals],
        _clean(facts.minerals_raw),
        _clean(facts.holders_raw),
        facts.filed_on,
        facts.granted_on,
        facts.expires_on,
        facts.declared_cells,
        facts.declared_area_ha,
        version.stated_on,
        list(facts.flags),
        version.import_row_id,
        version.act_id,
        Range(version.valid_from, version.valid_to),
        Range(revision, None),
    )


def _clean(value: str | None) -> str | None:
    return None if value is None else clean_text(value)


def party_ids(unit: UnitOfWork, holders: Iterable[str]) -> Mapping[str, int]:
    """Return the party of each holder's clean name; names not yet known become parties."""
    names = sorted({clean_text(name) for name in holders})
    if not names:
        return {}
    values = {"names": names, "kinds": [party_kind(name) for name in names]}
    unit.connection.execute(
        text(
            "insert into register.party (name, kind) "
            "select n.name, n.kind from unnest(cast(:names as text[]), cast(:kinds as text[])) "
            "as n (name, kind) on conflict (name_key) do nothing"
        ),
        values,
    )
    found = unit.connection.execute(
        text(
            "select n.name, p.id from unnest(cast(:names as text[])) as n (name) "
            "join register.party p on p.name_key = register.party_key(n.name)"
        ),
        values,
    )
    return {name: party for name, party in found}  # noqa: C416 - rows are not pairs to mypy
