"""A title's history on both clocks: what each revision changed, and from which day of the law.

A revision says something about days of the law, which may lie before or after it. What it changed
is found by comparing, day by day, what the register believed before it and after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from geo.errors import NotFound
from geo.grid import DRC
from geo.perimeter import Perimeter
from geo.register.over_time import what_changed

_NAMES = {
    False: "select name, position from published.holder_ever where version_id = v.version_id",
    True: "select p.name, h.position from register.holding h join register.party p "
    "on p.id = h.party_id where h.title_version_id = v.version_id",
}
_VERSIONS = {
    every_name: text(
        "select v.version_id, v.valid, v.known, v.kind, v.state, v.expires_on, v.source_file, "  # noqa: S608 - constants
        f"v.source_row, array(select n.name from ({names} order by position) n) as holders "
        "from published.title_ever v where v.id = :id order by v.version_id"
    )
    for every_name, names in _NAMES.items()
}
_GROUNDS = text(
    "select distinct on (id) id, held as valid, ground_known as known, runs, on_lattice, "
    "md5(st_asbinary(geom)) as shape from published.ground_ever where title_id = :id order by id"
)
_INSTANTS = text("select id, at from published.revisions where id = any (:ids)")
_ACTS = text(
    """
    select distinct r.revision, a.kind, a.reference, a.on_day from (
      select lower(known) as revision, act_id as act from register.title_version
        where title_id = :id
      union select lower(known), coalesce(closed_by, opened_by) from register.perimeter_version
        where title_id = :id) r
    join register.act a on a.id = r.act and a.opened_revision = r.revision
    order by r.revision, a.kind, a.reference
    """
)


@dataclass(frozen=True, slots=True)
class ActNamed:
    """An act: its kind, its reference as printed on it, its day."""

    kind: str
    reference: str
    on_day: date


@dataclass(frozen=True, slots=True)
class SourceNamed:
    """The row of a file as received."""

    file: str
    row: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What a title was on a day. ``holders`` hold None for a name that the asker may not see."""

    kind: str | None
    state: str | None
    holders: tuple[str | None, ...]
    expires_on: date | None
    ground: Perimeter
    exact: bool
    shape: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TitleEvent:
    """What one revision says of a title from a day on.

    Parameters
    ----------
    revision, recorded_at : when the register learnt it.
    since, until : the days of the law that it is about, half-open; ``until`` None for open.
    what : words as of :class:`geo.register.over_time.Change`.
    before, after : None where the title was not there.
    acts : the acts that the revision rests on; empty where the asker may not read them.
    source : the row that first said it, None where no file did.
    """

    revision: int
    recorded_at: datetime
    since: date
    until: date | None
    what: tuple[str, ...]
    before: Standing | None
    after: Standing | None
    gained: Perimeter
    lost: Perimeter
    acts: tuple[ActNamed, ...]
    source: SourceNamed | None


@dataclass(frozen=True, slots=True)
class _Sides:
    """Two sides of a title as a row of both has them: what :func:`what_changed` reads."""

    stood: bool
    stands: bool
    kind_before: str | None
    kind: str | None
    state_before: str | None
    state_after: str | None
    holders_before: tuple[str | None, ...]
    holders_after: tuple[str | None, ...]
    expires_before: date | None
    expires_after: date | None
    redrawn: bool


def title_history(
    connection: Connection, title_id: int, *, every_name: bool = False
) -> list[TitleEvent]:
    """Return what each revision changed of a title, by the day of the law, then as recorded.

    Parameters
    ----------
    every_name : with all names and acts, which needs the role of the cadastre; else the names that
        are public, those withheld as None and so not compared.

    Raises
    ------
    NotFound : the register holds no such title.
    """
    asked = {"id": title_id}
    versions = connection.execute(_VERSIONS[every_name], asked).all()
    if not versions:
        raise NotFound(f"the register holds no title {title_id}. Search by code or holder.")
    grounds = connection.execute(_GROUNDS, asked).all()
    known = {bound for row in (*versions, *grounds) for bound in (row.known.lower, row.known.upper)}
    revisions = sorted(bound for bound in known if bound is not None)
    instants = {row.id: row.at for row in connection.execute(_INSTANTS, {"ids": revisions})}
    acts = _acts(connection, title_id) if every_name else {}
    events: list[TitleEvent] = []
    before: int | None = None
    for after in revisions:
        told = _Belief(versions, grounds, before), _Belief(versions, grounds, after)
        source = _new_source(versions, before, after)
        for event in _changes(*told, after, instants[after]):
            events.append(replace(event, acts=acts.get(after, ()), source=source))
        before = after
    return sorted(events, key=lambda event: (event.since, event.revision))


def _acts(connection: Connection, title_id: int) -> Mapping[int, tuple[ActNamed, ...]]:
    found: dict[int, tuple[ActNamed, ...]] = {}
    for row in connection.execute(_ACTS, {"id": title_id}):
        act = ActNamed(row.kind, row.reference, row.on_day)
        found[row.revision] = (*found.get(row.revision, ()), act)
    return found


def _new_source(versions: Sequence[Row[Any]], before: int | None, after: int) -> SourceNamed | None:
    """Return the row of a file that a revision brought: later versions keep naming theirs."""
    held = {_source(row) for row in versions if before is not None and before in row.known}
    brought = [_source(row) for row in versions if row.known.lower == after]
    return next((one for one in brought if one is not None and one not in held), None)


def _source(row: Row[Any]) -> SourceNamed | None:
    if row.source_file is None or row.source_row is None:
        return None
    return SourceNamed(row.source_file, row.source_row)


class _Belief:
    """What the register believed of a title at a revision, for any day."""

    def __init__(
        self, versions: Sequence[Row[Any]], grounds: Sequence[Row[Any]], revision: int | None
    ) -> None:
        self._versions = _believed(versions, revision)
        self._grounds = _believed(grounds, revision)

    @property
    def bounds(self) -> set[date]:
        """The days from which something else is believed."""
        rows = (*self._versions, *self._grounds)
        return {day for row in rows for day in (row.valid.lower, row.valid.upper) if day}

    def on(self, day: date) -> Standing | None:
        """Return what the title was on a day, None where it was not there."""
        version = next((row for row in self._versions if day in row.valid), None)
        grounds = [row for row in self._grounds if day in row.valid]
        if version is None or not grounds:
            return None
        runs = [run for row in grounds for run in row.runs]
        return Standing(
            version.kind,
            version.state,
            tuple(version.holders),
            version.expires_on,
            Perimeter.from_runs(runs, DRC),
            all(row.on_lattice for row in grounds),
            tuple(row.shape for row in grounds),
        )


def _believed(rows: Sequence[Row[Any]], revision: int | None) -> list[Row[Any]]:
    return [] if revision is None else [row for row in rows if revision in row.known]


def _changes(old: _Belief, new: _Belief, revision: int, at: datetime) -> Iterator[TitleEvent]:
    """Return what differs between two beliefs, one event for each stretch of days.

    Where the old belief had nothing, a day is compared with the day before it in the new one: a
    title that comes in with its past tells that past.
    """
    days = sorted(old.bounds | new.bounds)
    last: TitleEvent | None = None
    previous: Standing | None = None
    for since, until in zip(days, [*days[1:], None], strict=True):
        before, after = old.on(since), new.on(since)
        compared = previous if before is None else before
        event = None
        if before != after and compared != after:
            event = _event(revision, at, since, until, compared, after)
        previous = after
        if event and last and last.until == since and _same(last, event):
            last = replace(last, until=until)
            continue
        if last:
            yield last
        last = event
    if last:
        yield last


def _same(one: TitleEvent, other: TitleEvent) -> bool:
    return (one.before, one.after) == (other.before, other.after)


def _event(
    revision: int,
    at: datetime,
    since: date,
    until: date | None,
    before: Standing | None,
    after: Standing | None,
) -> TitleEvent:
    exact = all(side.exact for side in (before, after) if side)
    nothing = Perimeter.empty(DRC)
    old = before.ground if before and exact else nothing
    new = after.ground if after and exact else nothing
    gained, lost = new - old, old - new
    return TitleEvent(
        revision=revision,
        recorded_at=at,
        since=since,
        until=until,
        what=tuple(what_changed(_sides(before, after), gained, lost)),
        before=before,
        after=after,
        gained=gained,
        lost=lost,
        acts=(),
        source=None,
    )


def _sides(before: Standing | None, after: Standing | None) -> _Sides:
    return _Sides(
        stood=before is not None,
        stands=after is not None,
        kind_before=before.kind if before else None,
        kind=after.kind if after else None,
        state_before=before.state if before else None,
        state_after=after.state if after else None,
        holders_before=before.holders if before else (),
        holders_after=after.holders if after else (),
        expires_before=before.expires_on if before else None,
        expires_after=after.expires_on if after else None,
        redrawn=bool(before and after and before.shape != after.shape),
    )
