"""Contact between carrés by side or corner."""

from __future__ import annotations

from geo.perimeter import Perimeter

Carre = tuple[int, ...]
_AROUND = [(column, row) for column in (-1, 0, 1) for row in (-1, 0, 1)]


def touching_groups(perimeter: Perimeter) -> tuple[Perimeter, ...]:
    """Return the groups of carrés that touch by a side or a corner, by their first carrés.

    Examples
    --------
    >>> len(touching_groups(Perimeter.from_cells([(0, 0), (1, 1), (5, 5)])))
    2
    """
    left = dict.fromkeys(map(tuple, perimeter.cells().tolist()))
    groups = []
    while left:
        groups.append(Perimeter.from_cells(_group_from(next(iter(left)), left), perimeter.grid))
    return tuple(groups)


def _group_from(start: Carre, left: dict[Carre, None]) -> list[Carre]:
    """Take out of what is left, and return, a carré with all that hang together with it."""
    del left[start]
    group = [start]
    for column, row in group:
        for near in ((column + x, row + y) for x, y in _AROUND):
            if near in left:
                del left[near]
                group.append(near)
    return group
