"""Candidates: contiguous carrés of one state, grown from the best ground that is left.

A candidate hangs together by sides, has no enclave, keeps away from water, and lies in ground of
one state under the same titles, so that one file could ask for it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from geo.grid import Integers
from geo.perimeter import Perimeter

Carre = tuple[int, int]
_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1))
MIN_CELLS = 2
SPACING = 3
"""How many carrés a new candidate begins away from those before it, so that they differ."""


@dataclass(frozen=True)
class Pool:
    """Ground from which candidates may be taken.

    Parameters
    ----------
    cells : (n, 2) column and row of the carrés that may be taken, best first.
    kind_of : (n,) which carrés belong together: a candidate is of one kind.
    """

    cells: Integers
    kind_of: Integers


def grown(pool: Pool, max_cells: int, at_most: int) -> Iterator[tuple[int, Perimeter]]:
    """Yield kind and carrés of up to ``at_most`` candidates, those around the best carrés first.

    Each carré is in one candidate at most. One that cannot grow to
    :data:`MIN_CELLS` is none.
    """
    carres = [(int(column), int(row)) for column, row in pool.cells.tolist()]
    rank = {carre: place for place, carre in enumerate(carres)}
    kinds = dict(zip(carres, pool.kind_of.tolist(), strict=True))
    taken: set[Carre] = set()
    spaced: set[Carre] = set()
    found = 0
    for seed in carres:
        if found >= at_most:
            return
        if seed in spaced:
            continue
        cells = _grown_from(seed, rank, kinds, taken, max_cells)
        if len(cells) < MIN_CELLS:
            continue
        taken.update(cells)
        spaced.update(_around(cells))
        found += 1
        yield kinds[seed], Perimeter.from_cells(cells)


def alone(pool: Pool) -> Integers:
    """Return the carrés (n, 2) beside which none of their kind lies: no candidate can hold them."""
    carres = [(int(column), int(row)) for column, row in pool.cells.tolist()]
    kinds = dict(zip(carres, pool.kind_of.tolist(), strict=True))
    left = [
        (column, row)
        for (column, row), kind in kinds.items()
        if all(kinds.get((column + across, row + up)) != kind for across, up in _SIDES)
    ]
    return np.array(left, dtype=np.int64).reshape(-1, 2)


def _grown_from(
    seed: Carre,
    rank: Mapping[Carre, int],
    kinds: Mapping[Carre, int],
    taken: set[Carre],
    max_cells: int,
) -> list[Carre]:
    """Return carrés around a seed by sides: the nearest first, of equals the better one."""
    cells, seen = {seed}, {seed}
    waiting: list[tuple[int, int, Carre]] = []
    _offer(seed, seed, rank, kinds, taken, seen, waiting)
    while waiting and len(cells) < max_cells:
        _, _, carre = heapq.heappop(waiting)
        if encloses(cells | {carre}):
            continue
        cells.add(carre)
        _offer(carre, seed, rank, kinds, taken, seen, waiting)
    return sorted(cells)


def _offer(
    carre: Carre,
    seed: Carre,
    rank: Mapping[Carre, int],
    kinds: Mapping[Carre, int],
    taken: set[Carre],
    seen: set[Carre],
    waiting: list[tuple[int, int, Carre]],
) -> None:
    for across, up in _SIDES:
        near = (carre[0] + across, carre[1] + up)
        if near in seen or near in taken or kinds.get(near) != kinds[seed]:
            continue
        seen.add(near)
        ring = max(abs(near[0] - seed[0]), abs(near[1] - seed[1]))
        heapq.heappush(waiting, (ring, rank[near], near))


def encloses(cells: set[Carre]) -> bool:
    """Whether carrés enclose others: ground outside that cannot reach the open by sides."""
    left, right = min(c for c, _ in cells) - 1, max(c for c, _ in cells) + 1
    bottom, top = min(r for _, r in cells) - 1, max(r for _, r in cells) + 1
    reached, waiting = {(left, bottom)}, [(left, bottom)]
    while waiting:
        column, row = waiting.pop()
        for across, up in _SIDES:
            near = (column + across, row + up)
            inside = left <= near[0] <= right and bottom <= near[1] <= top
            if inside and near not in cells and near not in reached:
                reached.add(near)
                waiting.append(near)
    return len(reached) + len(cells) < (right - left + 1) * (top - bottom + 1)


def _around(cells: list[Carre]) -> Iterator[Carre]:
    reach = range(-SPACING, SPACING + 1)
    for column, row in cells:
        for across in reach:
            for up in reach:
                yield column + across, row + up
