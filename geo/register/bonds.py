"""Bonds: what lies in whose ground (allocation, attribution, lease), on both clocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import TextClause, text

from geo.register.connection import UnitOfWork
from geo.register.rewriting import BondCopy, BondTable, Rewriting, Span, left_over, meeting

HOST: Mapping[BondTable, str] = {
    "allocation": "host_title_id",
    "attribution": "area_title_id",
    "lease": "host_title_id",
}
"""The column that names the host, by table."""

_TERMS: Mapping[BondTable, tuple[str, ...]] = {
    "allocation": ("agreement_reference", "agreement_on", "starts_on"),
    "attribution": ("approval_reference", "approval_on"),
    "lease": (),
}


def _of_each(statement: str) -> Mapping[BondTable, TextClause]:
    return {table: text(statement.format(table=table)) for table in HOST}


_CURRENT = _of_each(
    "select id, lower(valid) as valid_from, upper(valid) as valid_to from register.{table} "
    "where title_id = :title and upper_inf(known) "
    "and valid && daterange(cast(:from as date), cast(:to as date)) order by lower(valid)"
)

CLOSE_BONDS = _of_each(
    "update register.{table} set known = int8range(lower(known), :revision) "
    "where id = any(:ids) and upper_inf(known)"
)


def _copy_of(table: BondTable) -> TextClause:
    ends = table == "allocation"
    columns = [*_TERMS[table], *(["ends_on"] if ends else []), "act_id"]
    values = [*_TERMS[table], *(["coalesce(cast(:ends_on as date), ends_on)"] if ends else [])]
    return text(
        f"insert into register.{table} (title_id, {HOST[table]}, {', '.join(columns)}, valid, "  # noqa: S608 - literal columns
        f"known) select title_id, coalesce(:host, {HOST[table]}), "
        f"{', '.join([*values, 'coalesce(:act, act_id)'])}, "
        "daterange(cast(:from as date), cast(:to as date)), int8range(:revision, null) "
        f"from register.{table} where id = :bond"
    )


_COPY = {table: _copy_of(table) for table in HOST}


_HOSTS = text(
    "select distinct host_title_id from register.bond where title_id = :title and upper_inf(known) "
    "and valid && daterange(cast(:from as date), cast(:to as date)) order by host_title_id"
)


def hosts_of(unit: UnitOfWork, title_id: int, period: Span) -> list[int]:
    """Return the titles in whose ground a title lies during a period."""
    asked = {"title": title_id, "from": period[0], "to": period[1]}
    return list(unit.connection.scalars(_HOSTS, asked))


def replace_bonds(
    unit: UnitOfWork,
    plan: Rewriting,
    title_id: int,
    period: Span,
    *,
    go_on: bool = False,
    host: int | None = None,
    ends_on: date | None = None,
) -> None:
    """Plan to close a title's bond over a period and to keep it before and after.

    With ``go_on`` it goes on over the period too, in another ``host`` or with another end.
    """
    for table, statement in _CURRENT.items():
        asked = {"title": title_id, "from": period[0], "to": period[1]}
        for row in unit.connection.execute(statement, asked):
            valid = (row.valid_from, row.valid_to)
            plan.close_bonds.setdefault(table, []).append(row.id)
            plan.bond_copies += [BondCopy(table, row.id, s) for s in left_over(valid, period)]
            if go_on:
                span = meeting(valid, period)
                plan.bond_copies.append(BondCopy(table, row.id, span, host, ends_on))


def write_bond_copies(
    unit: UnitOfWork, copies: Sequence[BondCopy], revision: int, act_id: int
) -> None:
    """Write bonds that go on; what they replace must have been closed before."""
    for copy in copies:
        changed = copy.host is not None or copy.ends_on is not None
        values = {
            "bond": copy.bond,
            "host": copy.host,
            "act": act_id if changed else None,
            "from": copy.span[0],
            "to": copy.span[1],
            "revision": revision,
        }
        ends = {"ends_on": copy.ends_on} if copy.table == "allocation" else {}
        unit.connection.execute(_COPY[copy.table], {**values, **ends})


def write_bond(
    unit: UnitOfWork,
    table: BondTable,
    title_id: int,
    host: int,
    since: date,
    act_id: int,
    terms: Mapping[str, object],
) -> None:
    """Bind a title to the host in whose ground it lies, from a day on."""
    columns = {"title_id": title_id, HOST[table]: host, "act_id": act_id, **terms}
    unit.connection.execute(
        text(
            f"insert into register.{table} ({', '.join(columns)}, valid, known) values "  # noqa: S608 - columns of our own
            f"({', '.join(f':{name}' for name in columns)}, daterange(cast(:since as date), null), "
            "int8range(register.open_revision(), null))"
        ),
        {**columns, "since": since},
    )
