"""What everybody may read of other days: a title as it stood, and what changed between two days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from geo.errors import NotFound
from geo.grid import DRC, Grid
from geo.perimeter import Perimeter
from geo.register.public_reader import title_view
from geo.register.views import TitleView

_THEN = (
    "held @> cast(:on as date) and valid @> cast(:on as date) "
    "and ground_known @> cast(:known as bigint) and title_known @> cast(:known as bigint)"
)
_TITLE = text(
    "select * from published.title_ever where id = :id and valid @> cast(:on as date) "
    "and known @> cast(:known as bigint)"
)
_HOLDERS = text(
    "select name, share from published.holder_ever where version_id = :version order by position"
)
_GROUND = text(
    "select id, standing, kind, lower(held) as held_from, upper(held) as held_to, runs, "  # noqa: S608 - a constant
    "on_lattice, flags, st_asbinary(geom) as geom from published.ground_ever "
    f"where title_id = :id and {_THEN} order by id"
)
_REVISION = text(
    "select max(id) from published.revisions where cast(:until as timestamptz) is null "
    "or at < cast(:until as timestamptz)"
)
_BOUNDS = text("select min(at) as first, max(at) as last from published.revisions")
_DAYS = text(
    "select min(lower(held)) from published.ground_ever "
    "where ground_known @> cast(:known as bigint)"
)

# The two sides of a title: what it was on each of two days; null where it was not there.
_CHANGED = text(
    """
    with ground as (
      select d.side, g.title_id, jsonb_agg(to_jsonb(g.runs) order by g.standing, g.id) as runs,
        bool_and(g.on_lattice) as on_lattice, sum(g.cells) as cells,
        string_agg(md5(st_asbinary(g.geom)), ',' order by g.standing, g.id) as shape
      from (values ('before', cast(:first as date)), ('after', cast(:second as date)))
        as d (side, day)
      join published.ground_ever g on g.held @> d.day and g.valid @> d.day
        and g.ground_known @> cast(:known as bigint) and g.title_known @> cast(:known as bigint)
      where g.standing <> 'restricted'
      group by d.side, g.title_id
    ), side as (
      select g.*, t.code, t.part, t.kind, t.class, t.state, t.holders, t.expires_on
      from ground g
      join published.title_ever t on t.id = g.title_id and t.known @> cast(:known as bigint)
        and t.valid @> (case g.side when 'before' then cast(:first as date)
          else cast(:second as date) end)
    )
    select coalesce(a.title_id, b.title_id) as title_id, coalesce(b.code, a.code) as code,
      coalesce(b.part, a.part) as part, coalesce(b.kind, a.kind) as kind,
      a.title_id is not null as stood, b.title_id is not null as stands,
      a.kind as kind_before, a.state as state_before, b.state as state_after,
      a.holders as holders_before, b.holders as holders_after,
      a.runs as runs_before, b.runs as runs_after, a.on_lattice and b.on_lattice as exact,
      a.shape is distinct from b.shape as redrawn, a.expires_on as expires_before,
      b.expires_on as expires_after, count(*) over () as total
    from (select * from side where side = 'before') a
    full join (select * from side where side = 'after') b on b.title_id = a.title_id
    where (a.shape, a.kind, a.state, a.holders, a.expires_on)
      is distinct from (b.shape, b.kind, b.state, b.holders, b.expires_on)
    order by 1 limit :limit offset :offset
    """
)


@dataclass(frozen=True, slots=True)
class Change:
    """What changed of a title between two days.

    Parameters
    ----------
    what : some of ``granted`` (was not there), ``closed`` (is no more), ``reduced``, ``enlarged``,
        ``moved`` (carrés gained and lost), ``redrawn`` (off the lattice), ``changed_hands`` (by the
        names that are public), ``kind``, ``state``, ``renewed`` (another day of expiry).
    gained, lost : carrés; empty where the title is off the lattice.
    """

    title_id: int
    code: str | None
    part: str | None
    kind: str
    kind_before: str | None
    state_before: str | None
    state_after: str | None
    what: tuple[str, ...]
    gained: Perimeter
    lost: Perimeter


def revision_known(connection: Connection, until: datetime | None) -> int:
    """Return the last revision before an instant, the newest for None, 0 where there was none."""
    return int(connection.scalar(_REVISION, {"until": until}) or 0)


def first_day(connection: Connection, known: int) -> date | None:
    """Return the first day on which the register says that any ground was held."""
    found: date | None = connection.scalar(_DAYS, {"known": known})
    return found


def recorded_between(connection: Connection) -> tuple[datetime | None, datetime | None]:
    """Return the instants of the first and of the last revision."""
    row = connection.execute(_BOUNDS).one()
    return row.first, row.last


def title_then(
    connection: Connection, title_id: int, on: date, known: int, grid: Grid = DRC
) -> TitleView:
    """Return a title as it stood on a day, as known at a revision, by its public names.

    Raises
    ------
    NotFound : there was no such title on that day.
    """
    asked = {"id": title_id, "on": on, "known": known}
    row = connection.execute(_TITLE, asked).one_or_none()
    if row is None:
        raise NotFound(f"there was no title {title_id} on {on}, as known at revision {known}.")
    holders = connection.execute(_HOLDERS, {"version": row.version_id}).all()
    return title_view(row, holders, connection.execute(_GROUND, asked).all(), grid)


def changes_between(
    connection: Connection, first: date, second: date, known: int, limit: int, offset: int = 0
) -> tuple[int, list[Change]]:
    """Return how many titles changed between two days, and a page of them by number.

    Both days are seen as known at one revision. Restricted areas are not titles and are left out.
    """
    asked = {"first": first, "second": second, "known": known, "limit": limit, "offset": offset}
    rows = connection.execute(_CHANGED, asked).all()
    return (rows[0].total if rows else 0), [_change(row) for row in rows]


def _change(row: Row[Any]) -> Change:
    before, after = _carres(row.runs_before), _carres(row.runs_after)
    exact = row.exact is not False
    gained = after - before if exact else Perimeter.empty(DRC)
    lost = before - after if exact else Perimeter.empty(DRC)
    return Change(
        title_id=row.title_id,
        code=row.code,
        part=row.part,
        kind=row.kind,
        kind_before=row.kind_before,
        state_before=row.state_before,
        state_after=row.state_after,
        what=tuple(what_changed(row, gained, lost)),
        gained=gained,
        lost=lost,
    )


def _carres(parts: list[list[list[int]]] | None) -> Perimeter:
    return Perimeter.from_runs([run for part in parts or [] for run in part], DRC)


def what_changed(row: Any, gained: Perimeter, lost: Perimeter) -> Iterator[str]:
    """Return the words of :class:`Change` for two sides of a title, as a row of both has them."""
    if not (row.stood and row.stands):
        yield "granted" if row.stands else "closed"
        return
    if gained and lost:
        yield "moved"
    elif gained:
        yield "enlarged"
    elif lost:
        yield "reduced"
    elif row.redrawn:
        yield "redrawn"
    if row.kind_before != row.kind:
        yield "kind"
    if row.state_before != row.state_after:
        yield "state"
    if row.holders_before != row.holders_after:
        yield "changed_hands"
    if row.expires_before != row.expires_after:
        yield "renewed"
