"""A later extract of a register against an earlier one: what became of each right.

Rights are matched by code and part, then by a former code, then by their ground. A right may come
as several rows on either side: its ground is that of all of them. Every row of both extracts is in
exactly one match; nothing is written anywhere.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from geo.sources.codes import code_key
from geo.sources.ground import Difference, difference, ground_keys
from geo.sources.rows import Procedure, Reading, RightRow, State
from geo.sources.text import key_of

MatchedBy = Literal["code", "old_code", "ground"]

Key = Callable[[RightRow], Hashable | None]
Sides = tuple[tuple[RightRow, ...], tuple[RightRow, ...]]


class Outcome(StrEnum):
    """What became of the ground of a right.

    ``smaller`` lies wholly inside the old ground, ``larger`` wholly holds it; ``moved`` is any
    other change of ground.
    """

    SAME = "same"
    SMALLER = "smaller"
    LARGER = "larger"
    MOVED = "moved"
    NEW = "new"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Change:
    """A fact of a right that differs between the extracts."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Match:
    """One right in both extracts, or in one of them.

    ``difference`` is None for a right that is new or gone, ``matched_by`` too.
    """

    outcome: Outcome
    old: tuple[RightRow, ...]
    new: tuple[RightRow, ...]
    matched_by: MatchedBy | None
    difference: Difference | None
    changes: tuple[Change, ...]

    @property
    def code(self) -> str | None:
        """The code in the later extract, else in the earlier one."""
        return next((row.code for row in (*self.new, *self.old) if row.code), None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All matches of two extracts: those with rows of the later one first, in its order."""

    old: Reading
    new: Reading
    matches: tuple[Match, ...]

    def counts(self) -> dict[str, int]:
        """Return how many rights had each outcome."""
        seen = Counter(match.outcome for match in self.matches)
        return {outcome.value: seen[outcome] for outcome in Outcome}

    def changed(self) -> dict[str, int]:
        """Return how many matched rights changed in each field."""
        fields = Counter(change.field for match in self.matches for change in match.changes)
        return dict(sorted(fields.items()))

    def to_json(self) -> dict[str, object]:
        """Return the comparison as plain JSON values."""
        return {
            "old": _side(self.old),
            "new": _side(self.new),
            "rights": self.counts(),
            "changed": self.changed(),
            "matches": list(self.to_table()),
        }

    def to_table(self) -> Iterator[dict[str, object]]:
        """Yield one flat row for each match, for a table or a CSV."""
        for match in self.matches:
            ground = match.difference
            yield {
                "outcome": match.outcome.value,
                "code": match.code,
                "kind": next((row.kind for row in (*match.new, *match.old)), None),
                "matched_by": match.matched_by,
                "old_rows": [row.row for row in match.old],
                "new_rows": [row.row for row in match.new],
                "exact": ground.exact if ground else None,
                "kept_cells": _rounded(ground.kept_cells) if ground else None,
                "lost_cells": _rounded(ground.lost_cells) if ground else None,
                "gained_cells": _rounded(ground.gained_cells) if ground else None,
                "changes": {c.field: [c.old, c.new] for c in match.changes},
            }


def compare_readings(old: Reading, new: Reading) -> Comparison:
    """Return what became of each right of ``old`` in ``new``, and which rights are new.

    Rows that were refused in reading take no part; the readings count them.
    """
    before = {row.row: row for row in old.rows}
    after = {row.row: row for row in new.rows}
    facts = _facts_of(old, new)
    matches = [
        _match(*sides, by, facts)
        for by, old_key, new_key in _PASSES
        for sides in _matched(before, after, old_key, new_key)
    ]
    matches += [_match(*sides, "ground", facts) for sides in _matched_by_ground(before, after)]
    matches += [_alone(Outcome.NEW, row) for row in after.values()]
    matches += [_alone(Outcome.GONE, row) for row in before.values()]
    return Comparison(old, new, tuple(sorted(matches, key=_place)))


def _code(row: RightRow) -> Hashable | None:
    return code_key(row.code) if row.code else None


def _old_code(row: RightRow) -> Hashable | None:
    return code_key(row.old_code) if row.old_code else None


def _with_code(*more: Key) -> Key:
    """Return a key of the code and more; no key where there is no code."""
    return lambda row: (_code(row), *(key(row) for key in more)) if row.code else None


def _part(row: RightRow) -> Hashable:
    return key_of(row.part) if row.part else None


def _kind(row: RightRow) -> Hashable:
    return row.kind


_PASSES: tuple[tuple[MatchedBy, Key, Key], ...] = (
    ("code", _with_code(_part, _kind), _with_code(_part, _kind)),
    ("code", _with_code(_part), _with_code(_part)),
    ("code", _with_code(_kind), _with_code(_kind)),
    ("code", _code, _code),
    ("old_code", _code, _old_code),
)
"""Ways to match, the surest first: each takes its rows out of the next ones' reach."""


def _matched_by_ground(before: dict[int, RightRow], after: dict[int, RightRow]) -> Iterator[Sides]:
    """Yield rows of one ground among those still unmatched, of the same kind first."""
    ground = ground_keys([*before.values(), *after.values()])
    for key in (lambda row: (ground(row), row.kind), ground):
        yield from _matched(before, after, key, key, one_to_one=True)


def _matched(
    before: dict[int, RightRow],
    after: dict[int, RightRow],
    old_key: Key,
    new_key: Key,
    *,
    one_to_one: bool = False,
) -> Iterator[Sides]:
    """Yield what one key matches among the rows still unmatched, and take those away.

    Rows of one code belong together; rows of one ground are matched ``one_to_one``.
    """
    olds, news = _grouped(before.values(), old_key), _grouped(after.values(), new_key)
    for key in olds.keys() & news.keys():
        for old, new in _sides(olds[key], news[key], one_to_one=one_to_one):
            for row in old:
                del before[row.row]
            for row in new:
                del after[row.row]
            yield old, new


def _grouped(rows: Iterable[RightRow], key: Key) -> dict[Hashable, list[RightRow]]:
    groups: dict[Hashable, list[RightRow]] = defaultdict(list)
    for row in rows:
        value = key(row)
        if value is not None:
            groups[value].append(row)
    return groups


def _sides(old: list[RightRow], new: list[RightRow], *, one_to_one: bool) -> Iterator[Sides]:
    if one_to_one:
        yield from (((a,), (b,)) for a, b in zip(old, new, strict=False))
    else:
        yield tuple(old), tuple(new)


def _match(
    old: tuple[RightRow, ...], new: tuple[RightRow, ...], by: MatchedBy, facts: Iterable[str]
) -> Match:
    ground = difference(old, new)
    return Match(_outcome(ground), old, new, by, ground, tuple(_changes(old, new, facts)))


def _alone(outcome: Outcome, row: RightRow) -> Match:
    old, new = ((), (row,)) if outcome is Outcome.NEW else ((row,), ())
    return Match(outcome, old, new, matched_by=None, difference=None, changes=())


def _outcome(ground: Difference) -> Outcome:
    if not ground.lost_cells and not ground.gained_cells:
        return Outcome.SAME
    if ground.kept_cells and not ground.gained_cells:
        return Outcome.SMALLER
    if ground.kept_cells and not ground.lost_cells:
        return Outcome.LARGER
    return Outcome.MOVED


def _changes(
    old: tuple[RightRow, ...], new: tuple[RightRow, ...], facts: Iterable[str]
) -> Iterator[Change]:
    for field in facts:
        before, after = _said(old, _FACTS[field]), _said(new, _FACTS[field])
        same = _SAME.get(field)
        if before != after and not (same and same(old, new)):
            yield Change(field, before, after)


def _said(rows: Iterable[RightRow], fact: Callable[[RightRow], object]) -> str:
    """Return what rows say of a fact, each different word once."""
    values = dict.fromkeys(str(value) for row in rows if (value := fact(row)) is not None)
    return "; ".join(sorted(values))


def _holders(row: RightRow) -> str | None:
    named = (h.name if h.share is None else f"{h.name} ({h.share} %)" for h in row.holders)
    return ", ".join(named) or None


_SILENT = frozenset({State.UNKNOWN, State.NOT_STATED})

_FACTS: Mapping[str, Callable[[RightRow], object]] = {
    "code": lambda row: row.code,
    "kind": _kind,
    "holders": _holders,
    "state": lambda row: None if row.state in _SILENT else row.state.value,
    "procedure": lambda row: None if row.procedure is Procedure.UNKNOWN else row.procedure.value,
    "granted_on": lambda row: row.granted_on,
    "expires_on": lambda row: row.expires_on,
}


def _facts_of(old: Reading, new: Reading) -> list[str]:
    """Return the facts that both extracts state at all: a missing column changes nothing."""
    return [
        field
        for field, fact in _FACTS.items()
        if all(any(fact(row) is not None for row in reading.rows) for reading in (old, new))
    ]


def _same_codes(old: Iterable[RightRow], new: Iterable[RightRow]) -> bool:
    return {_code(row) for row in old} == {_code(row) for row in new}


def _same_holders(old: Iterable[RightRow], new: Iterable[RightRow]) -> bool:
    """Whether both sides name the same holders; case and accents aside, and shares if unsaid."""
    before, after = _named(old), _named(new)
    return before.keys() == after.keys() and all(
        share is None or after[name] is None or share == after[name]
        for name, share in before.items()
    )


def _named(rows: Iterable[RightRow]) -> dict[str, object]:
    return {key_of(holder.name): holder.share for row in rows for holder in row.holders}


_SAME: Mapping[str, Callable[[tuple[RightRow, ...], tuple[RightRow, ...]], bool]] = {
    "code": _same_codes,
    "holders": _same_holders,
}
"""Facts that may be written in two ways and mean the same."""


def _place(match: Match) -> tuple[bool, int]:
    return not match.new, (match.new or match.old)[0].row


def _side(reading: Reading) -> dict[str, object]:
    return {
        "file": reading.file,
        "sha256": reading.sha256,
        "features": reading.features,
        "rows": len(reading.rows),
        "refused": len(reading.refused),
    }


def _rounded(cells: float) -> float | int:
    return int(cells) if float(cells).is_integer() else round(cells, 4)
