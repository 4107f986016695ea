"""Events of the register: titles whose ground or attributes another revision changed.

A baseline (the first extract of a source) is no news: it says what was, not what happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import shapely
from sqlalchemy import Connection, Row, text

from geo.casework.watching.changes import Attributes, Change, Ground, events_of
from geo.casework.watching.events import NewEvent
from geo.grid import DRC
from geo.perimeter import Perimeter

_GROUNDS = ("perimeter_version", "claim", "restricted_area")

_TOUCHED_IN = " union all ".join(
    f"select title_id, lower(known) as revision from register.{table} "  # noqa: S608 - names
    "where lower(known) > :after and lower(known) <= :upto union all "
    f"select title_id, upper(known) from register.{table} "
    "where upper(known) > :after and upper(known) <= :upto and not upper_inf(known)"
    for table in (*_GROUNDS, "title_version")
)
_TOUCHED = text(
    f"select distinct title_id, revision from ({_TOUCHED_IN}) t order by revision, title_id"  # noqa: S608 - names
)

_GROUND_AT = " union all ".join(
    f"select t.title_id, t.revision, '{table}' as part, s.side, g.kind, k.class, g.runs, "  # noqa: S608 - names
    "g.on_lattice, st_asbinary(g.geom) as geom, g.import_row_id "
    f"from touched t cross join side s join register.{table} g on g.title_id = t.title_id "
    "and g.known @> t.revision - s.back and upper_inf(g.held) "
    "join register.right_kind k on k.kind = g.kind"
    for table in _GROUNDS
)
_SIDES = (
    "with touched (title_id, revision) as (select * from unnest(cast(:titles as bigint[]), "
    "cast(:revisions as bigint[]))), side (side, back) as (values (0, 1), (1, 0)) "
)
_GROUND = text(_SIDES + _GROUND_AT)
_ATTRIBUTES = text(
    _SIDES + "select distinct on (t.title_id, t.revision, s.side) t.title_id, t.revision, "  # noqa: S608 - names
    "s.side, v.code, v.kind, v.state, v.minerals, array(select h.party_id from register.holding h "
    "where h.title_version_id = v.id order by h.position) as holders "
    "from touched t cross join side s join register.title_version v on v.title_id = t.title_id "
    "and v.known @> t.revision - s.back "
    "order by t.title_id, t.revision, s.side, lower(v.valid) desc"
)
_BASELINE = text(
    "select r.id from register.import_row r join register.import_run i on i.id = r.import_id "
    "where r.id = any(:rows) and not exists (select from register.import_run e "
    "where e.source_id = i.source_id and e.state = 'applied' and e.id < i.id)"
)
_HOSTS = text(
    "select title_id, min(host_title_id) as host from register.bond "
    "where title_id = any(:titles) group by title_id "
    "union all select title_id, host_title_id from register.zone "
    "where title_id = any(:titles) and host_title_id is not null"
)

Key = tuple[int, int]


def register_events(connection: Connection, after: int, upto: int) -> list[NewEvent]:
    """Return what happened to titles in the revisions ``after < revision <= upto``, in order."""
    touched = connection.execute(_TOUCHED, {"after": after, "upto": upto}).all()
    if not touched:
        return []
    asked = {
        "titles": [row.title_id for row in touched],
        "revisions": [row.revision for row in touched],
    }
    grounds = connection.execute(_GROUND, asked).all()
    baseline = _baseline(connection, grounds)
    hosts = {row.title_id: row.host for row in connection.execute(_HOSTS, asked)}
    held = _by_part([row for row in grounds if _key(row) not in baseline])
    said = _attributes(connection.execute(_ATTRIBUTES, asked))
    found: list[NewEvent] = []
    for row in touched:
        key = (row.title_id, row.revision)
        if key not in baseline:
            found += events_of(_change(key, held, said, hosts.get(row.title_id)))
    return found


def _change(
    key: Key,
    held: dict[tuple[Key, str, int], Ground],
    said: dict[tuple[Key, int], Attributes],
    host: int | None,
) -> Change:
    title_id, revision = key
    pairs = {part: (held.get((key, part, 0)), held.get((key, part, 1))) for part in _GROUNDS}
    return Change(
        revision,
        title_id,
        held=pairs["perimeter_version"],
        claimed=pairs["claim"],
        restricted=pairs["restricted_area"],
        attributes=(said.get((key, 0)), said.get((key, 1))),
        host=host,
    )


def _key(row: Row[Any]) -> Key:
    return row.title_id, row.revision


def _baseline(connection: Connection, grounds: Iterable[Row[Any]]) -> set[Key]:
    """Return the titles that a first extract brought in the very revision, not those it met."""
    rows = list(grounds)
    known_before = {_key(row) for row in rows if row.side == 0}
    brought = {
        row.import_row_id: _key(row)
        for row in rows
        if row.side == 1 and row.import_row_id and _key(row) not in known_before
    }
    if not brought:
        return set()
    first = connection.scalars(_BASELINE, {"rows": list(brought)})
    return {brought[row] for row in first}


def _by_part(rows: Iterable[Row[Any]]) -> dict[tuple[Key, str, int], Ground]:
    return {(_key(row), row.part, row.side): _ground(row) for row in rows}


def _ground(row: Row[Any]) -> Ground:
    geometry = shapely.from_wkb(bytes(row.geom))
    perimeter = Perimeter.from_runs(row.runs, DRC)
    return Ground(row.kind, row._mapping["class"], perimeter, row.on_lattice, geometry)


def _attributes(rows: Iterable[Row[Any]]) -> dict[tuple[Key, int], Attributes]:
    return {
        (_key(row), row.side): Attributes(
            row.code, row.kind, row.state, tuple(row.minerals), tuple(row.holders)
        )
        for row in rows
    }
