"""Placing geometry on the lattice: which carrés a polygon is, if it is any.

A geometry lies on the lattice when every vertex is within the grid's tolerance of a node and every
edge runs along a meridian or a parallel. Nothing else is ever snapped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import GridError
from geo.geometry import Geometries
from geo.grid import DRC, Floats, Grid, Integers
from geo.intervals import expand
from geo.perimeter import Booleans, Perimeter

MAX_CROSSINGS = 1_000_000
"""How many crossings of carré rows one geometry may have to be read as a perimeter."""

MAX_CROSSINGS_IN_ALL = 50_000_000
"""How many crossings all geometries placed together may have: bounds the memory asked for."""

CROSSINGS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True)
class Placement:
    """How a polygon lies on the lattice.

    ``perimeter`` is None where it does not. ``off_vertices`` are vertices farther from their node
    than the grid's tolerance, ``oblique_edges`` edges along neither axis, ``max_shift_deg`` the
    largest distance of a vertex from its node. ``twice_enclosed`` counts carrés that a ring goes
    round more than once; filling is even-odd, so that an even number of times leaves them out.
    ``too_large`` says that the polygon crosses more than :data:`MAX_CROSSINGS` rows of carrés: no
    perimeter was made of it.
    """

    perimeter: Perimeter | None
    off_vertices: int
    oblique_edges: int
    max_shift_deg: float
    twice_enclosed: int
    too_large: bool

    @property
    def on_lattice(self) -> bool:
        """Whether the geometry is exactly a set of carrés."""
        return self.perimeter is not None


@dataclass(frozen=True, slots=True)
class _Vertices:
    """Vertices of many geometries: node, distance, ring, and which geometry each ring is of."""

    nodes: Integers
    shift: Floats
    ring: Integers
    owner_of_ring: Integers
    part_of_ring: Integers


@dataclass(frozen=True, slots=True)
class _Walls:
    """Edges along meridians: their ring, lowest row, column, height in rows, +1 north -1 south."""

    ring: Integers
    row: Integers
    column: Integers
    height: Integers
    turn: Integers


def place(geometries: Sequence[BaseGeometry] | Geometries, grid: Grid = DRC) -> list[Placement]:
    """Return how each (Multi)Polygon lies on the lattice.

    Parts are filled even-odd (a ring may touch itself, holes are left out), then united.

    Parameters
    ----------
    geometries : (n,) polygons in degrees of the grid's CRS.

    Raises
    ------
    CoordinateError : a coordinate is not finite.
    GridError : together they cross more than :data:`MAX_CROSSINGS_IN_ALL` rows of carrés.
    """
    count = len(geometries)
    vertices = _vertices_of(np.asarray(geometries, dtype=object), grid)
    owner = vertices.owner_of_ring[vertices.ring]
    off = np.bincount(owner, vertices.shift > float(grid.tolerance), count).astype(int)
    oblique = np.bincount(owner[:-1], _oblique(vertices), count).astype(int)
    max_shift = np.zeros(count)
    np.maximum.at(max_shift, owner, vertices.shift)
    walls = _walls_of(vertices)
    crossings = np.bincount(vertices.owner_of_ring[walls.ring], walls.height, count).astype(int)
    too_large = crossings > MAX_CROSSINGS
    fits = (off == 0) & (oblique == 0) & ~too_large
    perimeters: dict[int, Perimeter] = {}
    twice = np.zeros(count, dtype=np.int64)
    for some in _batches(crossings, fits):
        ring, row, column, turn = _crossings(walls, some[vertices.owner_of_ring[walls.ring]])
        perimeters |= _filled(vertices, ring, row, column, some, grid)
        twice += _twice_enclosed(vertices, ring, row, column, turn, count)
    return [
        Placement(
            perimeter=perimeters.get(i),
            off_vertices=int(off[i]),
            oblique_edges=int(oblique[i]),
            max_shift_deg=float(max_shift[i]),
            twice_enclosed=int(twice[i]),
            too_large=bool(too_large[i]),
        )
        for i in range(count)
    ]


def _batches(crossings: Integers, wanted: Booleans) -> list[Booleans]:
    """Return the wanted geometries as masks of about :data:`CROSSINGS_AT_ONCE` crossings each."""
    total = np.cumsum(np.where(wanted, crossings, 0))
    if total[-1:] > MAX_CROSSINGS_IN_ALL:
        raise GridError(
            f"{wanted.sum():,} geometries cross {int(total[-1]):,} rows of carrés, more than "
            f"{MAX_CROSSINGS_IN_ALL:,}. Check their coordinates, or split the file."
        )
    batch = total // CROSSINGS_AT_ONCE
    return [wanted & (batch == number) for number in np.unique(batch[wanted])]


def _vertices_of(geometries: Geometries, grid: Grid) -> _Vertices:
    polygons, owner = shapely.get_parts(geometries, return_index=True)
    rings, part = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    nodes, shift = grid.nodes_of(xy)
    return _Vertices(nodes, shift, ring, owner[part], part)


def _oblique(vertices: _Vertices) -> Booleans:
    """Return for each vertex but the last whether the edge to the next runs along neither axis."""
    step = np.diff(vertices.nodes, axis=0)
    same_ring = vertices.ring[1:] == vertices.ring[:-1]
    return np.asarray(same_ring & (step != 0).all(axis=1))


def _walls_of(vertices: _Vertices) -> _Walls:
    start, end = vertices.nodes[:-1], vertices.nodes[1:]
    rise = end[:, 1] - start[:, 1]
    upright = (vertices.ring[1:] == vertices.ring[:-1]) & (rise != 0)
    return _Walls(
        ring=vertices.ring[:-1][upright],
        row=np.minimum(start[upright, 1], end[upright, 1]),
        column=start[upright, 0],
        height=np.abs(rise[upright]),
        turn=np.sign(rise[upright]),
    )


def _crossings(walls: _Walls, some: Booleans) -> tuple[Integers, Integers, Integers, Integers]:
    """Return (ring, row, column, turn) for each row that some of the walls cross."""
    height, row = walls.height[some], walls.row[some]
    repeated = (
        np.repeat(values[some], height) for values in (walls.ring, walls.column, walls.turn)
    )
    ring, column, turn = repeated
    return ring, expand(row, row + height), column, turn


def _filled(
    vertices: _Vertices,
    ring: Integers,
    row: Integers,
    column: Integers,
    some: Booleans,
    grid: Grid,
) -> dict[int, Perimeter]:
    """Return the perimeter of each of some geometries: in a row, ground lies between two walls."""
    order = np.lexsort([column, row, vertices.part_of_ring[ring]])
    owner = vertices.owner_of_ring[ring[order]][::2]
    runs = np.column_stack([row[order][::2], column[order][::2], column[order][1::2]])
    inside = runs[:, 1] < runs[:, 2]
    owner, runs = owner[inside], runs[inside]
    at = np.searchsorted(owner, np.arange(len(some) + 1))
    return {
        int(i): Perimeter.from_runs(runs[at[i] : at[i + 1]], grid) for i in np.flatnonzero(some)
    }


def _twice_enclosed(
    vertices: _Vertices, ring: Integers, row: Integers, column: Integers, turn: Integers, count: int
) -> Integers:
    """Return for each geometry how many carrés lie inside one of its rings more than once."""
    order = np.lexsort([column, row, ring])
    ring, row, column = ring[order], row[order], column[order]
    winding = np.cumsum(turn[order])
    width = np.where((ring[1:] == ring[:-1]) & (row[1:] == row[:-1]), np.diff(column), 0)
    many = np.where(np.abs(winding[:-1]) > 1, width, 0)
    return np.bincount(vertices.owner_of_ring[ring[:-1]], many, count).astype(np.int64)
