"""Ground divided by what lies on it: one sweep over runs, exact, no carré looked at by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from geo.grid import Integers
from geo.intervals import line_positions
from geo.perimeter import Perimeter

Overlay = frozenset[int]
"""Which of the perimeters laid on the ground cover it, by their places in the list."""


def divided(ground: Perimeter, laid: Sequence[Perimeter]) -> Mapping[Overlay, Perimeter]:
    """Return the parts of a ground by which perimeters cover them.

    The parts are disjoint and together they are the ground. Perimeters may overlap one another and
    reach beyond the ground.

    Examples
    --------
    >>> row = Perimeter.from_runs([(0, 0, 4)])
    >>> parts = divided(row, [Perimeter.from_runs([(0, 1, 9)]), Perimeter.from_runs([(0, 3, 4)])])
    >>> [(sorted(which), part.to_lists()) for which, part in parts.items()]
    [([], [[0, 0, 1]]), ([0], [[0, 1, 3]]), ([0, 1], [[0, 3, 4]])]
    """
    covers = [perimeter & ground for perimeter in laid]
    pieces: dict[Overlay, list[tuple[int, int]]] = {}
    for which, start, end in _stretches(ground, covers):
        pieces.setdefault(which, []).append((start, end))
    return {which: _perimeter(some, ground) for which, some in pieces.items()}


def _stretches(
    ground: Perimeter, covers: Sequence[Perimeter]
) -> Iterable[tuple[Overlay, int, int]]:
    """Yield stretches of the line on which the same perimeters lie, those of the ground alone."""
    points, opens, owners = _events([ground, *covers])
    active: set[int] = set()
    since = 0
    for point, opened, owner in zip(points.tolist(), opens.tolist(), owners.tolist(), strict=True):
        if point > since and 0 in active:
            yield frozenset(one - 1 for one in active if one), since, point
        since = point
        (active.add if opened else active.discard)(owner)


def _events(perimeters: Sequence[Perimeter]) -> tuple[Integers, Integers, Integers]:
    """Return where each run begins and ends on the line, in order: point, 1 or 0, whose."""
    runs = np.vstack([one.runs for one in perimeters]).astype(np.int64)
    owner = np.repeat(np.arange(len(perimeters)), [len(one.runs) for one in perimeters])
    points = np.concatenate(
        [line_positions(runs[:, 0], runs[:, 1]), line_positions(runs[:, 0], runs[:, 2])]
    )
    opens = np.repeat([1, 0], len(runs))
    order = np.lexsort([opens, points])
    return points[order], opens[order], np.concatenate([owner, owner])[order]


def _perimeter(pieces: Sequence[tuple[int, int]], ground: Perimeter) -> Perimeter:
    starts, ends = np.array(pieces, dtype=np.int64).T
    adjacent = np.concatenate([[False], starts[1:] == ends[:-1]])
    return Perimeter(starts[~adjacent], ends[~np.concatenate([adjacent[1:], [False]])], ground.grid)
