"""Inherited conflicts: ground on which a register taken over holds several rights at once.

Each carré of a group belongs to one conflict, that of all titles that hold it. Its parties tolerate
each other there and nobody else, whatever the number of parties.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from geo.overlap.cells import SharedRuns, shared_runs

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
    titles = sorted({holding.title_id for holding in holdings})
    number = {title: index for index, title in enumerate(titles)}
    runs = [run for holding in holdings for run in holding.runs]
    owners = [number[holding.title_id] for holding in holdings for _ in holding.runs]
    shared = shared_runs(np.asarray(runs, dtype=np.int64).reshape(-1, 3), owners)
    found: dict[frozenset[int], list[Run]] = defaultdict(list)
    for row, stretches in _by_row(shared).items():
        for start, end, present in _elementary(stretches):
            if len(present) > 1:
                _extend(found[frozenset(titles[i] for i in present)], (row, start, end))
    return found


def _by_row(shared: SharedRuns) -> dict[int, list[tuple[int, int, int, int]]]:
    rows: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
    order = np.lexsort([shared.col_from, shared.row])
    columns = (shared.row, shared.col_from, shared.col_to, shared.a, shared.b)
    for row, start, end, a, b in np.column_stack([c[order] for c in columns]).tolist():
        rows[row].append((start, end, a, b))
    return rows


def _elementary(
    stretches: Sequence[tuple[int, int, int, int]],
) -> Iterable[tuple[int, int, frozenset[int]]]:
    """Yield each stretch between two neighbouring edges with the owners that cover it."""
    edges = sorted({edge for start, end, _, _ in stretches for edge in (start, end)})
    for start, end in pairwise(edges):
        over = [(a, b) for low, high, a, b in stretches if low <= start and end <= high]
        yield start, end, frozenset(owner for pair in over for owner in pair)


def _extend(runs: list[Run], run: Run) -> None:
    """Append a run, joined to the last one where they are adjacent."""
    if runs and runs[-1][0] == run[0] and runs[-1][2] == run[1]:
        runs[-1] = (run[0], runs[-1][1], run[2])
    else:
        runs.append(run)
