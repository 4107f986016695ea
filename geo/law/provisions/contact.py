"""Contact between carrés by side or corner."""

from __future__ import annotations

import numpy as np

from geo.perimeter import Perimeter

_AROUND = [(column, row) for column in (-1, 0, 1) for row in (-1, 0, 1)]


def touching_groups(perimeter: Perimeter) -> tuple[Perimeter, ...]:
    """Return the groups of carrés that touch by a side or a corner, in the order of their parts.

    Examples
    --------
    >>> len(touching_groups(Perimeter.from_cells([(0, 0), (1, 1), (5, 5)])))
    2
    """
    groups: list[Perimeter] = []
    for part in perimeter.parts():
        near = _with_neighbours(part)
        met = [group for group in groups if near & group]
        joined = part
        for group in met:
            joined = joined | group
        groups = [group for group in groups if group not in met] + [joined]
    return tuple(groups)


def _with_neighbours(perimeter: Perimeter) -> Perimeter:
    cells = perimeter.cells()
    return Perimeter.from_cells(np.vstack([cells + step for step in _AROUND]), perimeter.grid)
