"""The outline of a perimeter: a valid MultiPolygon, also where carrés touch by a corner only.

The boundary is walked with the carrés on the left. Where two carrés meet at a corner the walk turns
left, so that it stays with the carré it came from; a ring that comes back to a corner it has
visited is split there. What is left are simple rings: those that turn left are shells, those that
turn right are holes, and each contiguous part has exactly one shell.
"""

from __future__ import annotations

import numpy as np
from shapely import MultiPolygon, Polygon

from geo.grid import Floats, Grid
from geo.perimeter import Perimeter

Node = tuple[int, int]
Ring = list[Node]


def outline_of(perimeter: Perimeter) -> MultiPolygon:
    """Return the outline in degrees of the grid's CRS; an empty perimeter gives an empty one.

    Shells run counter-clockwise and holes clockwise (RFC 7946); vertices are nodes of the lattice,
    without any in the middle of a straight edge. One polygon per contiguous part.
    """
    return MultiPolygon([_polygon(part) for part in perimeter.parts()])


def rings_of(perimeter: Perimeter) -> list[Ring]:
    """Return the simple boundary rings in nodes (column, row), not closed, carrés on the left."""
    outgoing = _edges(perimeter)
    rings: list[Ring] = []
    while outgoing:
        rings.extend(_split(_walk(outgoing)))
    return [_without_straight(ring) for ring in rings]


def _polygon(part: Perimeter) -> Polygon:
    rings = rings_of(part)
    (shell,) = [ring for ring in rings if _doubled_area(ring) > 0]
    holes = [ring for ring in rings if _doubled_area(ring) < 0]
    return Polygon(
        _coordinates(shell, part.grid), [_coordinates(hole, part.grid) for hole in holes]
    )


def _edges(perimeter: Perimeter) -> dict[Node, list[Node]]:
    """Return for each node the ends of the boundary edges that start there (one or two)."""
    runs = perimeter.runs
    bottom = perimeter - _shifted(perimeter, 1)
    top = perimeter - _shifted(perimeter, -1)
    edges = [((left, row), (right, row)) for row, left, right in bottom.runs.tolist()]
    edges += [((right, row + 1), (left, row + 1)) for row, left, right in top.runs.tolist()]
    edges += [((left, row + 1), (left, row)) for row, left, _ in runs.tolist()]
    edges += [((right, row), (right, row + 1)) for row, _, right in runs.tolist()]
    outgoing: dict[Node, list[Node]] = {}
    for start, end in edges:
        outgoing.setdefault(start, []).append(end)
    return outgoing


def _shifted(perimeter: Perimeter, rows: int) -> Perimeter:
    return Perimeter.from_runs(perimeter.runs + np.array([rows, 0, 0]), perimeter.grid)


def _walk(outgoing: dict[Node, list[Node]]) -> Ring:
    """Take one closed walk out of ``outgoing`` and return its nodes.

    It ends at its first return: a walk that would go on from there is split there anyway.
    """
    start = next(iter(outgoing))
    ring, before, here = [start], start, _take(outgoing, start, outgoing[start][0])
    while here != start:
        ring.append(here)
        before, here = here, _take(outgoing, here, _left_most(outgoing[here], before, here))
    return ring


def _take(outgoing: dict[Node, list[Node]], start: Node, end: Node) -> Node:
    ends = outgoing[start]
    ends.remove(end)
    if not ends:
        del outgoing[start]
    return end


def _left_most(ends: list[Node], before: Node, here: Node) -> Node:
    return max(ends, key=lambda end: _turn(before, here, end))


def _turn(before: Node, here: Node, after: Node) -> int:
    """Return a positive number for a left turn, negative for right, 0 for straight on."""
    return (here[0] - before[0]) * (after[1] - here[1]) - (here[1] - before[1]) * (
        after[0] - here[0]
    )


def _split(ring: Ring) -> list[Ring]:
    """Split a ring at every node that it visits more than once."""
    simple: list[Ring] = []
    path: Ring = []
    position: dict[Node, int] = {}
    for node in ring:
        if node in position:
            loop = path[position[node] :]
            simple.append(loop)
            for left in loop[1:]:
                del position[left]
            del path[position[node] + 1 :]
        else:
            position[node] = len(path)
            path.append(node)
    return [*simple, path]


def _without_straight(ring: Ring) -> Ring:
    before, after = [ring[-1], *ring[:-1]], [*ring[1:], ring[0]]
    triples = zip(before, ring, after, strict=True)
    return [node for last, node, following in triples if _turn(last, node, following)]


def _doubled_area(ring: Ring) -> int:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)


def _coordinates(ring: Ring, grid: Grid) -> Floats:
    return grid.coordinates_of([*ring, ring[0]])
