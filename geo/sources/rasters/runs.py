"""Runs of picked pixels: stretches of one code in one row, in integers of the whole raster.

A run does not know which window it was read in, so that blocks leave no seam: two runs that meet
at the edge of a window are one run again before anything else happens.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.grid import Floats, Integers
from geo.intervals import crossing_pairs, line_positions
from geo.perimeter import Booleans
from geo.sources.rasters.grid import Window
from geo.sources.rasters.layers import Picked


@dataclass(frozen=True, slots=True)
class PixelRuns:
    """Runs sorted by row, then column: (n,) arrays.

    ``start`` and ``end`` (exclusive) are columns; ``code`` is what was picked; ``total`` and
    ``peak`` are sum and greatest of the values, NaN where there are none.
    """

    row: Integers
    start: Integers
    end: Integers
    code: Integers
    total: Floats
    peak: Floats

    def __len__(self) -> int:
        return len(self.row)

    def taken(self, which: Booleans | Integers) -> PixelRuns:
        """Return some of the runs."""
        return PixelRuns(
            self.row[which],
            self.start[which],
            self.end[which],
            self.code[which],
            self.total[which],
            self.peak[which],
        )


def no_runs() -> PixelRuns:
    """Return no run."""
    whole = np.empty(0, dtype=np.int64)
    return PixelRuns(whole, whole, whole, whole, np.empty(0), np.empty(0))


def together(parts: list[PixelRuns]) -> PixelRuns:
    """Return the runs of several, one after the other as they come."""
    if not parts:
        return no_runs()
    return PixelRuns(
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.start for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([part.code for part in parts]),
        np.concatenate([part.total for part in parts]),
        np.concatenate([part.peak for part in parts]),
    )


def runs_in(picked: Picked, window: Window) -> PixelRuns:
    """Return the runs of one window, in rows and columns of the whole raster."""
    codes = picked.codes
    if not codes.any():
        return no_runs()
    height, width = codes.shape
    padded = np.zeros((height, width + 1), dtype=np.uint8)  # a gap before each row ends its runs
    padded[:, 1:] = codes
    flat = padded.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    ends = np.append(changes[1:], flat.size)
    codes_of = flat[changes]
    kept = codes_of != 0
    begin, finish = changes[kept], ends[kept]
    row, start = np.divmod(begin, width + 1)
    lengths = finish - begin
    total, peak = _statistics(picked, lengths)
    start += window.col - 1
    code = codes_of[kept].astype(np.int64)
    return PixelRuns(row + window.row, start, start + lengths, code, total, peak)


def _statistics(picked: Picked, lengths: Integers) -> tuple[Floats, Floats]:
    if picked.values is None:
        nothing = np.full(len(lengths), np.nan)
        return nothing, nothing
    values = picked.values[picked.codes != 0].astype(np.float64)
    at = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    return np.add.reduceat(values, at), np.maximum.reduceat(values, at)


def joined(parts: list[PixelRuns]) -> PixelRuns:
    """Return the runs of windows beside one another, sorted, whole again across their seams."""
    every = together(parts)
    if len(parts) < 2 or not len(every):
        return every
    every = every.taken(np.argsort(line_positions(every.row, every.start), kind="stable"))
    goes_on = (
        (every.row[1:] == every.row[:-1])
        & (every.start[1:] == every.end[:-1])
        & (every.code[1:] == every.code[:-1])
    )
    first = np.flatnonzero(np.concatenate([[True], ~goes_on]))
    last = np.append(first[1:], len(every)) - 1
    with np.errstate(invalid="ignore"):  # NaN: there are no values
        peak = np.maximum.reduceat(every.peak, first)
    return PixelRuns(
        every.row[first],
        every.start[first],
        every.end[last],
        every.code[first],
        np.add.reduceat(every.total, first),
        peak,
    )


def touching(above: PixelRuns, below: PixelRuns, connectivity: int) -> tuple[Integers, Integers]:
    """Return pairs (i, j): run i of ``above`` touches run j of ``below``, one row further down.

    Only runs of one code belong together. With a ``connectivity`` of 4 they share an edge; with 8
    a corner is enough. Both are sorted by row and column.
    """
    reach = 1 if connectivity == 8 else 0
    upper, upper_end = (
        line_positions(above.row + 1, column) for column in (above.start, above.end)
    )
    lower, lower_end = (line_positions(below.row, column) for column in (below.start, below.end))
    i, j = crossing_pairs(upper - reach, upper_end + reach, lower, lower_end)
    alike = above.code[i] == below.code[j]
    return i[alike], j[alike]


def components(count: int, a: Integers, b: Integers) -> Integers:
    """Return for each of ``count`` things the least number it is joined to by pairs (a, b).

    Roots hook on to smaller ones and paths are halved, for all pairs at once, until nothing moves.
    """
    root = np.arange(count)
    while len(a):
        one, other = root[a], root[b]
        apart = one != other
        a, b = a[apart], b[apart]
        low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
        np.minimum.at(root, high, low)
        while True:
            above = root[root]
            if np.array_equal(above, root):
                break
            root = above
    return root
