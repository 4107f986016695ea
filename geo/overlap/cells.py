"""Which rights share carrés: exact, on sorted runs, for a whole register at once.

All runs of all rights are laid on one line of integers and sorted by where they start. A run meets
exactly those after it that start before it ends, which two binary searches count: nested runs are
found as surely as neighbours, and nothing is looked at that does not overlap.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.grid import Integers
from geo.intervals import expand, line_positions
from geo.overlap.limits import MAX_SHARED_RUNS, refuse_above


@dataclass(frozen=True, slots=True)
class SharedRuns:
    """Stretches of carrés that two rights share; ``a`` < ``b`` are owners, all arrays (n,) int64.

    Owners whose own runs overlap do not appear with themselves. Stretches of one pair are disjoint.
    """

    a: Integers
    b: Integers
    row: Integers
    col_from: Integers
    col_to: Integers


@dataclass(frozen=True, slots=True)
class PairCounts:
    """Pairs of owners with the number of carrés they share, sorted by (a, b); (n,) int64."""

    a: Integers
    b: Integers
    cells: Integers


def shared_runs(runs: npt.ArrayLike, owner: npt.ArrayLike) -> SharedRuns:
    """Return every stretch of carrés that two different owners share.

    Parameters
    ----------
    runs : (n, 3) integers: row, col_from, col_to (exclusive), in any order, none empty. The runs of
        one owner must be disjoint, as those of a perimeter are.
    owner : (n,) integers, whose each run is.

    Raises
    ------
    InputError : there are more than :data:`~geo.overlap.limits.MAX_SHARED_RUNS`.

    Examples
    --------
    >>> shared = shared_runs([(0, 0, 9), (0, 2, 3), (0, 5, 6)], [7, 8, 9])
    >>> list(zip(shared.a.tolist(), shared.b.tolist(), shared.col_from.tolist()))
    [(7, 8, 2), (7, 9, 5)]
    """
    table = np.asarray(runs, dtype=np.int64).reshape(-1, 3)
    starts = line_positions(table[:, 0], table[:, 1])
    order = np.argsort(starts, kind="stable")
    starts, table = starts[order], table[order]
    owners = np.asarray(owner, dtype=np.int64)[order]
    after = np.arange(1, len(starts) + 1)
    reach = np.searchsorted(starts, starts + table[:, 2] - table[:, 1], side="left")
    refuse_above(MAX_SHARED_RUNS, int((reach - after).sum()), "stretches of shared carrés")
    first, second = np.repeat(after - 1, reach - after), expand(after, reach)
    return SharedRuns(
        a=np.minimum(owners[first], owners[second]),
        b=np.maximum(owners[first], owners[second]),
        row=table[second, 0],
        col_from=table[second, 1],
        col_to=np.minimum(table[first, 2], table[second, 2]),
    )


def pair_counts(shared: SharedRuns) -> PairCounts:
    """Return how many carrés each pair of owners shares."""
    width = int(shared.b.max(initial=0)) + 1
    keys, pair = np.unique(shared.a * width + shared.b, return_inverse=True)
    cells = np.bincount(pair, shared.col_to - shared.col_from, len(keys)).astype(np.int64)
    return PairCounts(keys // width, keys % width, cells)
