"""What an order closes and what it writes, gathered before the lock is taken; spans of time."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from geo.register.ground_rows import NewGround
from geo.register.grounds import Standing
from geo.sources.rows import Holder

Span = tuple[date, date | None]

BondTable = Literal["allocation", "attribution", "lease"]


@dataclass(frozen=True, slots=True)
class Changes:
    """What an order changes of a title's attributes; None leaves as it is."""

    state: str | None = None
    flag: str | None = None
    expires_on: date | None = None
    holders: tuple[Holder, ...] | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """Attributes to go on over a span, as they were or with changes that the order's act makes."""

    version: int
    span: Span
    changes: Changes | None = None


@dataclass(frozen=True, slots=True)
class BondCopy:
    """A bond to go on over a span, as it was, or in another host, or with another end."""

    table: BondTable
    bond: int
    span: Span
    host: int | None = None
    ends_on: date | None = None


@dataclass(slots=True)
class Rewriting:
    """What an order closes and what it writes, of ground, attributes and bonds.

    ``redrawn`` are the titles whose ground it closes, to keep less of it or none.
    """

    close: dict[Standing, list[int]] = field(default_factory=dict)
    write: dict[Standing, list[NewGround]] = field(default_factory=dict)
    close_attributes: list[int] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    close_bonds: dict[BondTable, list[int]] = field(default_factory=dict)
    bond_copies: list[BondCopy] = field(default_factory=list)
    redrawn: set[int] = field(default_factory=set)


def left_over(held: Span, period: Span) -> list[Span]:
    """Return what of [held) lies before and after [period).

    Examples
    --------
    >>> day = date.fromordinal
    >>> [(a.toordinal(), b) for a, b in left_over((day(10), None), (day(5), None))]
    []
    >>> left_over((day(1), day(9)), (day(4), day(6))) == [(day(1), day(4)), (day(6), day(9))]
    True
    """
    before = [(held[0], period[0])] if held[0] < period[0] else []
    end = period[1]
    if end is None or (held[1] is not None and held[1] <= end):
        return [*before]
    return [*before, (max(end, held[0]), held[1])]


def meeting(held: Span, period: Span) -> Span:
    """Return the days that two spans share; they must share some."""
    ends = [end for end in (held[1], period[1]) if end is not None]
    return max(held[0], period[0]), min(ends) if ends else None


def days_of(span: Span) -> str:
    """Return a span in words."""
    until = "on" if span[1] is None else f"to {span[1].isoformat()} (not included)"
    return f"from {span[0].isoformat()} {until}"
