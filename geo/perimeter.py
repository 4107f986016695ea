"""A perimeter (périmètre): a set of carrés held as sorted runs, with exact algebra.

A run is a stretch of carrés in one row: (row, col_from, col_to), col_to exclusive. The runs of a
perimeter are sorted by (row, col_from), disjoint and never adjacent, so that two perimeters are
equal exactly when their runs are. On one line of integers (``row * STRIDE + column``) the runs are
disjoint intervals, and set algebra is algebra of intervals.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from geo.errors import GridError, GridMismatch
from geo.grid import DRC, Grid, Integers
from geo.intervals import STRIDE, crossing_pairs, expand, line_positions, merged

if TYPE_CHECKING:
    from shapely import MultiPolygon

Runs = npt.NDArray[np.int32]
Booleans = npt.NDArray[np.bool_]


class Perimeter:
    """An immutable set of carrés on one grid.

    ``runs`` is a read-only int32 array (n, 3) of row, col_from, col_to (exclusive).

    Examples
    --------
    >>> square = Perimeter.from_cells([(0, 0), (1, 0), (0, 1), (1, 1)])
    >>> square.count, square.legal_area_ha, square.to_lists()
    (4, Decimal('339.820'), [[0, 0, 2], [1, 0, 2]])
    >>> (square - Perimeter.from_cells([(1, 1)])).is_contiguous
    True
    """

    __slots__ = ("__dict__", "grid", "runs")

    runs: Runs
    grid: Grid

    def __init__(self, starts: Integers, ends: Integers, grid: Grid) -> None:
        self.grid = grid
        self.runs = _runs_of_line(starts, ends)
        self.runs.setflags(write=False)

    @classmethod
    def from_runs(cls, runs: npt.ArrayLike, grid: Grid = DRC) -> Perimeter:
        """Return the perimeter of runs in any order; overlapping and adjacent ones are merged.

        Parameters
        ----------
        runs : (n, 3) integers: row, col_from, col_to (exclusive).
        grid : the lattice they lie on.

        Raises
        ------
        GridError : a run is empty, or a column or row lies outside the world.
        """
        table = np.asarray(runs, dtype=np.int64).reshape(-1, 3)
        if (table[:, 1] >= table[:, 2]).any():
            empty = table[table[:, 1] >= table[:, 2]][0].tolist()
            raise GridError(f"run {empty} is empty: col_from must be smaller than col_to")
        starts, ends = merged(
            line_positions(table[:, 0], table[:, 1]), line_positions(table[:, 0], table[:, 2])
        )
        return cls(starts, ends, grid)

    @classmethod
    def from_cells(cls, cells: npt.ArrayLike, grid: Grid = DRC) -> Perimeter:
        """Return the perimeter of carrés given as (n, 2) integers, column and row, in any order."""
        table = np.asarray(cells, dtype=np.int64).reshape(-1, 2)
        return cls.from_runs(np.column_stack([table[:, 1], table[:, 0], table[:, 0] + 1]), grid)

    @classmethod
    def empty(cls, grid: Grid = DRC) -> Perimeter:
        """Return the perimeter without carrés."""
        return cls.from_runs(np.empty((0, 3)), grid)

    @property
    def count(self) -> int:
        """How many carrés."""
        return int((self.runs[:, 2] - self.runs[:, 1]).sum())

    @property
    def legal_area_ha(self) -> Decimal:
        """Legal area (superficie légale) in hectares: the count times the nominal area."""
        return self.grid.legal_area_ha(self.count)

    @property
    def geodesic_area_m2(self) -> float:
        """True area of the carrés on the grid's ellipsoid, in m²."""
        lengths = self.runs[:, 2] - self.runs[:, 1]
        return float((self.grid.cell_area_m2(self.runs[:, 0]) * lengths).sum())

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """(col_min, row_min, col_max, row_max) in nodes: the maxima are exclusive carrés.

        Raises
        ------
        GridError : the perimeter is empty.
        """
        if not self:
            raise GridError("an empty perimeter has no bounds")
        rows, starts, ends = self.runs.T
        return int(starts.min()), int(rows[0]), int(ends.max()), int(rows[-1]) + 1

    @cached_property
    def digest(self) -> str:
        """SHA-256 of grid name and runs, in hexadecimal: equal perimeters, equal digest."""
        content = self.grid.name.encode() + b"\0" + self.runs.astype("<i4").tobytes()
        return hashlib.sha256(content).hexdigest()

    def cells(self) -> Integers:
        """Return the carrés as (n, 2) int64, column and row, sorted by row, then column."""
        lengths = (self.runs[:, 2] - self.runs[:, 1]).astype(np.int64)
        rows = np.repeat(self.runs[:, 0].astype(np.int64), lengths)
        return np.column_stack([expand(self.runs[:, 1], self.runs[:, 2]), rows])

    def to_lists(self) -> list[list[int]]:
        """Return the runs as lists of integers, the form that goes into JSON."""
        rows: list[list[int]] = self.runs.tolist()
        return rows

    def parts(self) -> tuple[Perimeter, ...]:
        """Return the contiguous parts: carrés that share an edge belong together.

        A common corner does not make contact (GRID-6). Parts come in the order of their first run.
        """
        if len(self.runs) <= 1:
            return (self,) if self else ()
        starts, ends = self._line()
        below, above = crossing_pairs(starts + STRIDE, ends + STRIDE, starts, ends)
        labels = _connected(len(starts), below.tolist(), above.tolist())
        if not labels.any():
            return (self,)
        return tuple(
            Perimeter(starts[labels == label], ends[labels == label], self.grid)
            for label in range(int(labels.max()) + 1)
        )

    @property
    def is_contiguous(self) -> bool:
        """Whether all carrés hang together by edges; an empty perimeter does not."""
        return len(self.parts()) == 1

    def holes(self) -> tuple[Perimeter, ...]:
        """Return the enclaves: contiguous carrés outside that cannot reach the open by edges."""
        if not self:
            return ()
        left, bottom, right, top = self.bounds
        frame = Perimeter.from_runs(
            [(row, left - 1, right + 1) for row in range(bottom - 1, top + 1)], self.grid
        )
        return (frame - self).parts()[1:]

    def outline(self) -> MultiPolygon:
        """Return the outline as a valid MultiPolygon in degrees of the grid's CRS."""
        from geo.outline import outline_of

        return outline_of(self)

    def __or__(self, other: Perimeter) -> Perimeter:
        return self._combined(other, np.logical_or)

    def __and__(self, other: Perimeter) -> Perimeter:
        return self._combined(other, np.logical_and)

    def __sub__(self, other: Perimeter) -> Perimeter:
        return self._combined(other, lambda mine, theirs: mine & ~theirs)

    def __xor__(self, other: Perimeter) -> Perimeter:
        return self._combined(other, np.logical_xor)

    def __le__(self, other: Perimeter) -> bool:
        return not self - other

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Perimeter):
            return NotImplemented
        return self.grid == other.grid and np.array_equal(self.runs, other.runs)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __bool__(self) -> bool:
        return len(self.runs) > 0

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return ((column, row) for column, row in self.cells().tolist())

    def __repr__(self) -> str:
        return f"Perimeter({self.count} carrés in {len(self.runs)} runs, {self.grid.name})"

    def _line(self) -> tuple[Integers, Integers]:
        rows, starts, ends = self.runs.T
        return line_positions(rows, starts), line_positions(rows, ends)

    def _combined(
        self, other: Perimeter, keep: Callable[[Booleans, Booleans], Booleans]
    ) -> Perimeter:
        if self.grid != other.grid:
            raise GridMismatch(
                f"a perimeter on “{self.grid.name}” cannot be combined with one on "
                f"“{other.grid.name}”"
            )
        mine, theirs = self._line(), other._line()
        points = np.unique(np.concatenate([*mine, *theirs]))
        wanted = keep(_covers(mine, points), _covers(theirs, points))
        before = np.concatenate([[False], wanted[:-1]])
        return Perimeter(points[wanted & ~before], points[~wanted & before], self.grid)


def _covers(intervals: tuple[Integers, Integers], points: Integers) -> Booleans:
    """Return for each point whether the stretch that begins there is covered."""
    starts, ends = intervals
    opened = np.searchsorted(starts, points, side="right")
    closed = np.searchsorted(ends, points, side="right")
    return np.asarray(opened > closed)


def _runs_of_line(starts: Integers, ends: Integers) -> Runs:
    rows, columns = np.divmod(starts + STRIDE // 2, STRIDE)
    columns -= STRIDE // 2
    return np.column_stack([rows, columns, columns + ends - starts]).astype(np.int32)


def _connected(count: int, first: list[int], second: list[int]) -> Integers:
    """Return a label 0, 1, … for each of ``count`` things joined by the given pairs."""
    root = list(range(count))

    def find(index: int) -> int:
        while root[index] != index:
            root[index] = root[root[index]]
            index = root[index]
        return index

    for one, other in zip(first, second, strict=True):
        low, high = sorted((find(one), find(other)))
        root[high] = low
    roots = [find(index) for index in range(count)]
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)
