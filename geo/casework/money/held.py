"""What a due depends on, read from the register on both clocks: kind, grant, term, carrés held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, text

from geo.errors import NotFound
from geo.register.connection import UnitOfWork
from geo.register.reader import Reader

DUTIABLE = ("PR", "PE", "PEPM", "PER", "ARPC", "AECP", "AECT")
"""Kinds of which the law data has a fee or an exemption."""
NOT_GRANTED = ("application", "rejected")
ENDED = ("expired", "forfeited", "relinquished")
_ONE_DAY = timedelta(days=1)

_TITLES = text(
    """
    select v.title_id, v.code, v.part, v.kind, v.state, v.expires_on,
      coalesce(v.granted_on, (
        select min(a.on_day) from register.perimeter_version p
        join register.act a on a.id = p.opened_by and a.kind = 'grant'
        where p.title_id = v.title_id and p.known @> cast(:known as bigint))) as granted_on,
      (select json_agg(json_build_array(p.name, p.public_name) order by h.position)
       from register.holding h join register.party p on p.id = h.party_id
       where h.title_version_id = v.id) as holders,
      (select array_agg(distinct w.kind) from register.title_version w
       where w.title_id = v.title_id and w.known @> cast(:known as bigint)
         and w.valid && daterange(cast(:first as date), cast(:day as date), '[]')
         and not w.state = any(:not_granted)) as kinds,
      (select json_agg(json_build_array(lower(p.held), upper(p.held), p.cells, p.on_lattice))
       from register.perimeter_version p
       where p.title_id = v.title_id and p.known @> cast(:known as bigint)) as spans
    from register.title_version v
    where (cast(:id as bigint) is null or v.title_id = :id)
      and v.valid @> cast(:day as date) and v.known @> cast(:known as bigint)
      and (cast(:id as bigint) is not null
           or (v.kind = any(:kinds) and not v.state = any(:not_granted)))
    order by v.title_id
    """
)


@dataclass(frozen=True, slots=True)
class GroundSpan:
    """Carrés held from a day until before another (None: still)."""

    held_from: date
    held_to: date | None
    cells: int
    on_lattice: bool

    def covers(self, day: date) -> bool:
        """Is the ground held on a day?"""
        return self.held_from <= day and (self.held_to is None or day < self.held_to)


@dataclass(frozen=True, slots=True)
class HeldTitle:
    """A title as its dues see it, in the year asked.

    ``granted_on`` is the day of the decision (None: not known), ``expires_on`` its last day;
    ``kinds`` are those that it had in the year; ``holders`` are names with the public one of each.
    """

    title_id: int
    code: str | None
    part: str | None
    kind: str
    state: str
    granted_on: date | None
    expires_on: date | None
    kinds: tuple[str, ...]
    spans: tuple[GroundSpan, ...]
    holders: tuple[tuple[str, str | None], ...] = ()

    def cells_on(self, day: date) -> int:
        """Return the carrés held on a day."""
        return sum(span.cells for span in self.spans if span.covers(day))

    def cells_between(self, first: date, last: date) -> tuple[int, ...]:
        """Return each number of carrés held between two days, both included, in order of time."""
        changes = {day for span in self.spans for day in (span.held_from, span.held_to) if day}
        days = sorted({first, *(day for day in changes if first < day <= last)})
        counts = [self.cells_on(day) for day in days]
        return tuple(dict.fromkeys(counts))

    @property
    def is_exact(self) -> bool:
        """Can its carrés be counted: does all its ground lie on the lattice?"""
        return all(span.on_lattice for span in self.spans)

    @property
    def held_until(self) -> date | None:
        """Last day on which it holds ground; None while no end is recorded."""
        ends = [span.held_to for span in self.spans]
        if not ends or None in ends:
            return None
        return max(end for end in ends if end) - _ONE_DAY

    @property
    def last_day(self) -> date | None:
        """Last day of its life as known: that of its term, or of its ground if earlier."""
        return min((day for day in (self.expires_on, self.held_until) if day), default=None)

    def names(self, *, withheld: bool) -> str:
        """Return the holders' names; those that are not public only where ``withheld``."""
        shown: Iterable[str | None] = (name if withheld else open_ for name, open_ in self.holders)
        return ", ".join(name for name in shown if name)


def held_titles(
    unit: UnitOfWork,
    year: int,
    on: date,
    as_known_on: date | int | None = None,
    title_id: int | None = None,
) -> list[HeldTitle]:
    """Return the titles that may owe something for a civil year, or one title whatever it is.

    Parameters
    ----------
    on : the day asked; what the register dates after it is left out.
    as_known_on : a revision, or a day whose last revision counts; now if None.
    """
    day = min(on, date(year, 12, 31))
    asked = {
        "id": title_id,
        "day": day,
        "first": min(date(year, 1, 1), day),
        "known": Reader(unit.connection).revision_as_known(as_known_on),
        "kinds": list(DUTIABLE),
        "not_granted": list(NOT_GRANTED),
    }
    return [_title(row, on) for row in unit.connection.execute(_TITLES, asked)]


def held_title(
    unit: UnitOfWork, title_id: int, year: int, on: date, as_known_on: date | int | None = None
) -> HeldTitle:
    """Return one title as its dues of a year see it.

    Raises
    ------
    NotFound : the register knew no such title in that year.
    """
    found = held_titles(unit, year, on, as_known_on, title_id)
    if not found:
        raise NotFound(
            f"the register says nothing of title {title_id} in {year}, as of {on.isoformat()}. "
            "Ask for its history."
        )
    return found[0]


def _title(row: Row[Any], on: date) -> HeldTitle:
    told: Sequence[tuple[str, str | None, int, bool]] = row.spans or []
    spans = (_span(*values, on) for values in told)
    return HeldTitle(
        title_id=row.title_id,
        code=row.code,
        part=row.part,
        kind=row.kind,
        state=row.state,
        granted_on=row.granted_on,
        expires_on=row.expires_on,
        kinds=tuple(row.kinds or ()),
        spans=tuple(span for span in spans if span.held_from <= on),
        holders=tuple((name, public) for name, public in row.holders or ()),
    )


def _span(
    held_from: str, held_to: str | None, cells: int, on_lattice: bool, on: date
) -> GroundSpan:
    """Return ground held; an end that lies after the day asked is not known on it."""
    end = date.fromisoformat(held_to) if held_to else None
    if end is not None and end > on:
        end = None
    return GroundSpan(date.fromisoformat(held_from), end, cells, on_lattice)
