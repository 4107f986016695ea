"""Rewriting a title's attributes over a period: who holds it, in what state, until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, text

from geo.errors import NotFound
from geo.register.attributes import party_ids
from geo.register.bulk import copy_rows
from geo.register.connection import UnitOfWork
from geo.register.names import name_of
from geo.register.rewriting import Changes, Copy, Rewriting, Span, left_over, meeting
from geo.register.rowfacts import clean_text

_CURRENT = text(
    """
    select v.id, lower(v.valid) as valid_from, upper(v.valid) as valid_to, v.state, v.expires_on,
      array(select h.party_id::text || ' ' || coalesce(h.share::text, '') from register.holding h
        where h.title_version_id = v.id order by h.position) as holders
    from register.title_version v where v.title_id = :title and upper_inf(v.known)
      and v.valid && daterange(cast(:from as date), cast(:to as date)) order by lower(v.valid)
    """
)

_COPIED = (
    "code, part, kind, kind_raw, procedure, status_raw, minerals, minerals_raw, holders_raw, "
    "filed_on, granted_on, declared_cells, declared_area_ha, stated_on, import_row_id"
)

_COPY = text(
    f"insert into register.title_version (title_id, {_COPIED}, expires_on, state, flags, act_id, "  # noqa: S608 - literal columns
    f"valid, known) select title_id, {_COPIED}, coalesce(cast(:expires_on as date), expires_on), "
    "coalesce(cast(:state as text), state), "
    "array_remove(array_append(flags, cast(:flag as text)), null), coalesce(:act, act_id), "
    "daterange(cast(:from as date), cast(:to as date)), int8range(:revision, null) "
    "from register.title_version where id = :version returning id"
)

_COPY_HOLDINGS = text(
    "insert into register.holding (title_version_id, party_id, position, share) "
    "select :copied, party_id, position, share from register.holding "
    "where title_version_id = :version"
)


def _current(unit: UnitOfWork, title_id: int, period: Span) -> Sequence[Row[Any]]:
    asked = {"title": title_id, "from": period[0], "to": period[1]}
    return unit.connection.execute(_CURRENT, asked).all()


def replace_attributes(
    unit: UnitOfWork,
    plan: Rewriting,
    title_id: int,
    period: Span,
    changes: Changes | None = None,
) -> None:
    """Plan to close a title's attributes over a period and to keep those before and after it.

    With ``changes`` those over the period go on too, with them.
    """
    for row in _current(unit, title_id, period):
        valid = (row.valid_from, row.valid_to)
        plan.close_attributes.append(row.id)
        plan.copies += [Copy(row.id, span) for span in left_over(valid, period)]
        if changes is not None:
            plan.copies.append(Copy(row.id, meeting(valid, period), changes))


def change_attributes(
    unit: UnitOfWork,
    plan: Rewriting,
    title_id: int,
    period: Span,
    changed: str,
    changes: Changes,
) -> None:
    """Plan a change from the first day of a period to the next recorded change of the same thing.

    So an act that is entered late leaves what a later one says. ``changed`` names the thing:
    ``state``, ``expires_on`` or ``holders``.

    Raises
    ------
    NotFound : the title had no attributes on the first day.
    """
    rows = _current(unit, title_id, period)
    if not rows or rows[0].valid_from > period[0]:
        raise NotFound(f"{name_of(unit, title_id)} did not exist on {period[0].isoformat()}.")
    was = rows[0]._mapping[changed]
    later: date | None = next((r.valid_from for r in rows if r._mapping[changed] != was), None)
    ends = [end for end in (period[1], later) if end is not None]
    span = (period[0], min(ends) if ends else None)
    replace_attributes(unit, plan, title_id, span, changes)


def write_copies(unit: UnitOfWork, copies: Sequence[Copy], revision: int, act_id: int) -> None:
    """Write attributes that go on; what they replace must have been closed before."""
    for copy in copies:
        _write_copy(unit, copy, revision, act_id)


def _write_copy(unit: UnitOfWork, copy: Copy, revision: int, act_id: int) -> None:
    changes = copy.changes or Changes()
    values = {
        "version": copy.version,
        "from": copy.span[0],
        "to": copy.span[1],
        "state": changes.state,
        "flag": changes.flag,
        "expires_on": changes.expires_on,
        "act": None if copy.changes is None else act_id,
        "revision": revision,
    }
    copied = unit.connection.scalar(_COPY, values)
    if changes.holders is None:
        unit.connection.execute(_COPY_HOLDINGS, {"copied": copied, "version": copy.version})
        return
    parties = party_ids(unit, [holder.name for holder in changes.holders])
    rows = [
        (copied, parties[clean_text(holder.name)], position, holder.share)
        for position, holder in enumerate(changes.holders, start=1)
    ]
    copy_rows(unit, "holding", ("title_version_id", "party_id", "position", "share"), rows)
