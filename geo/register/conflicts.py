"""Inherited conflicts: ground on which a register taken over holds several rights at once.

Each carré of a group belongs to one conflict, that of all titles that hold it. Its parties tolerate
each other there and nobody else, whatever the number of parties.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from geo.intervals import line_positions

Run = tuple[int, int, int]
Reason = Literal["overlap", "shared_carre", "succession"]
"""Overlap: they hold the same ground. Shared carré: their outlines only meet in a carré, because
one lies off the lattice. Succession: one followed the other on a day that two extracts leave open.
"""


@dataclass(frozen=True, slots=True)
class Holding:
    """Runs (row, col_from, col_to) that a title holds in a group."""

    title_id: int
    group: int
    runs: Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Ground of one group that exactly these titles hold; ``runs`` are sorted and disjoint."""

    group: int
    titles: frozenset[int]
    runs: tuple[Run, ...]


def conflicts_brought_by(
    new: frozenset[int] | set[int], holdings: Iterable[Holding]
) -> list[Conflict]:
    """Return the conflicts in which one of the ``new`` titles takes part.

    Parameters
    ----------
    new : titles that an import brings, or gives other ground.
    holdings : what these and all others hold; several of one title are united.
    """
    by_group: dict[int, list[Holding]] = defaultdict(list)
    for holding in holdings:
        by_group[holding.group].append(holding)
    return [
        Conflict(group, titles, tuple(runs))
        for group in sorted(by_group)
        for titles, runs in _contested(by_group[group]).items()
        if titles & new
    ]


def reason_of(
    conflict: Conflict, on_lattice: Callable[[int], bool], meet: Callable[[int, int], bool]
) -> Reason:
    """Return why several titles are tolerated on the same carrés.

    Parameters
    ----------
    on_lattice : whether a title lies on the lattice.
    meet : whether two titles overlap on the ground that they hold now.
    """
    titles = sorted(conflict.titles)
    if any(meet(a, b) for i, a in enumerate(titles) for b in titles[i + 1 :]):
        return "overlap"
    return "succession" if all(map(on_lattice, titles)) else "shared_carre"


def _contested(holdings: Sequence[Holding]) -> dict[frozenset[int], list[Run]]:
    """Return the ground that several titles hold, by exactly who holds it."""
    runs = np.array([run for h in holdings for run in h.runs], dtype=np.int64).reshape(-1, 3)
    titles = np.repeat([h.title_id for h in holdings], [len(h.runs) for h in holdings])
    edges: dict[int, list[tuple[int, bool, int]]] = defaultdict(list)
    meeting = _meeting(runs)
    for (row, start, end), title in zip(
        runs[meeting].tolist(), titles[meeting].tolist(), strict=True
    ):
        edges[row] += [(start, True, title), (end, False, title)]
    found: dict[frozenset[int], list[Run]] = defaultdict(list)
    for row in sorted(edges):
        for start, end, present in _stretches(edges[row]):
            _extend(found[present], (row, start, end))
    return found


def _meeting(runs: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Return which of the runs share a carré with another; pairs are never listed."""
    starts, ends = (line_positions(runs[:, 0], runs[:, column]) for column in (1, 2))
    order = np.argsort(starts, kind="stable")
    first, last = starts[order], ends[order]
    met = np.zeros(len(runs), dtype=bool)
    met[order[1:]] = first[1:] < np.maximum.accumulate(last)[:-1]
    met[order[:-1]] |= first[1:] < last[:-1]
    return met


def _stretches(edges: list[tuple[int, bool, int]]) -> Iterator[tuple[int, int, frozenset[int]]]:
    """Yield each stretch of a row between two neighbouring edges that several titles hold."""
    active: Counter[int] = Counter()
    at = 0
    for position, opens, title in sorted(edges):
        if position > at and len(active) > 1:
            yield at, position, frozenset(active)
        at = position
        if opens:
            active[title] += 1
        elif active[title] == 1:
            del active[title]
        else:
            active[title] -= 1


def _extend(runs: list[Run], run: Run) -> None:
    """Append a run, joined to the last one where they are adjacent."""
    if runs and runs[-1][0] == run[0] and runs[-1][2] == run[1]:
        runs[-1] = (run[0], runs[-1][1], run[2])
    else:
        runs.append(run)
