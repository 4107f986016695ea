"""Half-open integer intervals on one line: the arithmetic under perimeters and overlaps.

A run (row, col_from, col_to) becomes the interval [row * STRIDE + col_from, row * STRIDE + col_to).
Columns stay far below half a stride, so runs of different rows never meet.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.errors import GridError
from geo.grid import Integers

STRIDE = 1 << 22
"""Distance of one row from the next on the line; columns lie within half of it either way."""


def line_positions(rows: npt.ArrayLike, columns: npt.ArrayLike) -> Integers:
    """Return ``row * STRIDE + column`` for (n,) rows and columns, as int64.

    Raises
    ------
    GridError : a row or column lies outside the world (2²¹ carrés either way).
    """
    row, column = np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64)
    limit = STRIDE // 2 - 1
    for name, values in (("row", row), ("column", column)):
        if values.size and (values.min() < -limit or values.max() > limit):
            raise GridError(
                f"{name} {int(np.abs(values).max())} lies outside the world: "
                "is the position in degrees, longitude first?"
            )
    return row * STRIDE + column


def merged(starts: Integers, ends: Integers) -> tuple[Integers, Integers]:
    """Return the union of intervals in any order: sorted, disjoint, never adjacent."""
    if not len(starts):
        return starts, ends
    order = np.argsort(starts, kind="stable")
    first, reach = starts[order], np.maximum.accumulate(ends[order])
    opens = np.concatenate([[True], first[1:] > reach[:-1]])
    closes = np.concatenate([opens[1:], [True]])
    return first[opens], reach[closes]


def expand(starts: npt.ArrayLike, ends: npt.ArrayLike) -> Integers:
    """Return every integer of each interval, one interval after the other."""
    first, last = np.asarray(starts, dtype=np.int64), np.asarray(ends, dtype=np.int64)
    lengths = last - first
    offsets = np.repeat(first - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    return offsets + np.arange(lengths.sum())


def crossing_pairs(
    starts: Integers, ends: Integers, other_starts: Integers, other_ends: Integers
) -> tuple[Integers, Integers]:
    """Return the index pairs (i, j) whose intervals share at least one integer.

    Each of the two sets must be sorted and disjoint within itself.
    """
    low = np.searchsorted(other_ends, starts, side="right")
    high = np.searchsorted(other_starts, ends, side="left")
    return np.repeat(np.arange(len(starts)), high - low), expand(low, high)
