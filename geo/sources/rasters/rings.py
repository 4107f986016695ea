"""Polygons of pixels from runs, in integer pixel corners, all pieces of a batch at once.

A corner of a boundary is a point where an odd number of runs end above and below. Along a row of
corners they pair up into horizontal edges, along a column into vertical ones; going along the one,
then the other, walks a ring. Where two pixels of one piece meet at a corner only, there are two
corners: the walk stays with the ground *outside*, so that what is enclosed becomes a hole of its
own and every ring is simple. The pieces are connected by edges: each has one shell.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from geo.geometry import Geometries
from geo.grid import Integers
from geo.sources.rasters.runs import PixelRuns

_BITS = 21
"""Bits of a row or column of corners: 2,097,152 of them."""
_PIECES_AT_ONCE = 1 << (62 - 2 * _BITS - 2)
_LEFT, _RIGHT = 0, 1


def polygons_of(runs: PixelRuns, piece: Integers, count: int) -> Geometries:
    """Return the polygon of each piece in pixel corners (column, row), (count,) Polygons.

    Parameters
    ----------
    runs : sorted by row and column.
    piece : (n,) number of the piece of each run, from 0, each connected by edges.
    """
    parts = [
        _polygons(runs.taken(some), piece[some] - first, min(_PIECES_AT_ONCE, count - first))
        for first, some in _batches(piece, count)
    ]
    return np.concatenate(parts) if parts else np.empty(0, dtype=object)


def _batches(piece: Integers, count: int) -> Iterator[tuple[int, Integers]]:
    for first in range(0, count, _PIECES_AT_ONCE):
        some = (piece >= first) & (piece < first + _PIECES_AT_ONCE)
        yield first, np.flatnonzero(some)


def _polygons(runs: PixelRuns, piece: Integers, count: int) -> Geometries:
    owner, x, y, turned = _corners(runs, piece)
    along_column = _paired(_key(owner, x, y) << 1 | turned)
    following = along_column[np.arange(len(owner)) ^ 1]
    ring_of, order = _walks(following)
    # Each step gives two corners: where a horizontal edge begins and where it ends.
    steps = np.column_stack([order, order ^ 1]).ravel()
    coordinates = np.column_stack([x[steps], y[steps]]).astype(np.float64)
    rings = shapely.linearrings(coordinates, indices=np.repeat(ring_of, 2))
    heads = order[np.flatnonzero(np.diff(ring_of, prepend=-1))]
    # Corners are sorted by piece, row, column: the first ring of a piece is its shell.
    found = shapely.polygons(rings, indices=owner[heads])
    if len(found) != count:
        raise ValueError("a piece without pixels has no polygon")
    return np.asarray(found)


def _key(piece: Integers, major: Integers, minor: Integers) -> Integers:
    return (piece << _BITS | major) << _BITS | minor


def _corners(runs: PixelRuns, piece: Integers) -> tuple[Integers, Integers, Integers, Integers]:
    """Return piece, x, y of the corners, sorted by piece, y, x, and which of two comes first.

    The last is 0 or 1 at corners that fall together: the order in which they lie in their column.
    """
    keys = []
    for below, y in ((1, runs.row), (0, runs.row + 1)):
        for side, x in ((_LEFT, runs.start), (_RIGHT, runs.end)):
            keys.append(_key(piece, y, x) << 2 | side << 1 | below)
    key = np.sort(np.concatenate(keys))
    straight = np.zeros(len(key), dtype=bool)  # the same side above and below: no corner
    same = (key[1:] >> 1) == (key[:-1] >> 1)
    straight[1:] |= same
    straight[:-1] |= same
    key = key[~straight]
    at = key >> 2
    twin = at[1:] == at[:-1]
    # A left end below beside a right end above: pixels north-west and south-east.
    falling = twin & ((key[:-1] & 1) == 1)
    turned = np.zeros(len(key), dtype=np.int64)
    turned[:-1][falling] = 1
    turned[1:][twin & ~falling] = 1
    low = (1 << _BITS) - 1
    return at >> 2 * _BITS, at & low, at >> _BITS & low, turned


def _paired(key: Integers) -> Integers:
    """Return for each corner its partner: first and second, third and fourth … in order of key."""
    order = np.argsort(key)
    partner = np.empty(len(key), dtype=np.int64)
    partner[order[::2]], partner[order[1::2]] = order[1::2], order[::2]
    return partner


def _walks(following: Integers) -> tuple[Integers, Integers]:
    """Return the rings of a permutation: number of the ring and corner, step by step.

    Each ring is there twice, once each way; that which begins at its least corner is kept. Rings
    are numbered by that corner. Pointers are doubled, so that a ring of n steps takes log n rounds.
    """
    least = np.arange(len(following))
    reach = following
    while True:
        better = np.minimum(least, least[reach])
        if np.array_equal(better, least):
            break
        least, reach = better, reach[reach]
    kept = np.flatnonzero(least & 1 == 0)
    place = np.full(len(following), -1)
    place[kept] = np.arange(len(kept))
    head = place[least[kept]]
    ahead = _steps_to_head(place[following[kept]], head)
    # After the head comes the corner that is farthest from reaching it again.
    turn = np.where(ahead == 0, 0, len(kept) + 1 - ahead)
    order = np.lexsort((turn, head))
    ring = np.cumsum(ahead[order] == 0) - 1
    return ring, kept[order]


def _steps_to_head(following: Integers, head: Integers) -> Integers:
    """Return how many steps each corner is from its head, 0 for the head itself."""
    own = np.arange(len(following))
    pointer = np.where(head == own, own, following)
    steps: Integers = (head != own).astype(np.int64)
    while (steps[pointer] != 0).any():
        steps = np.asarray(steps + steps[pointer])
        pointer = pointer[pointer]
    return steps
