"""Geometry on the lattice: which carrés a polygon is, covers, or loses at a border.

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
from geo.geometry import Geometries, comparable
from geo.grid import DRC, Floats, Grid, Integers
from geo.intervals import expand
from geo.perimeter import Booleans, Perimeter

MAX_CROSSINGS = 1_000_000
"""How many crossings of carré rows one geometry may have to be read as a perimeter."""

MAX_CROSSINGS_IN_ALL = 50_000_000
"""How many crossings all geometries placed together may have: bounds the memory asked for."""

CROSSINGS_AT_ONCE = 2_000_000

MAX_COVER_CELLS = 4_000_000
"""How many carrés may be looked at to cover one polygon."""


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


@dataclass(frozen=True, slots=True)
class CellCover:
    """The carrés that a polygon meets by more than a threshold, and how much of each it holds.

    ``fractions`` is (n,) float64 in the order of ``perimeter.cells()``: 1 where the whole carré
    lies inside. ``residual_cells`` is the polygon's area, in carrés, that those carrés leave out.
    Areas are in degrees, as fractions of a carré: nothing is projected.
    """

    perimeter: Perimeter
    fractions: Floats
    residual_cells: float

    @property
    def whole(self) -> Perimeter:
        """The carrés that lie wholly inside the polygon."""
        return self._where(self.fractions == 1)

    @property
    def partial(self) -> Perimeter:
        """The carrés that the polygon's edge cuts."""
        return self._where(self.fractions < 1)

    def _where(self, wanted: Booleans) -> Perimeter:
        return Perimeter.from_cells(self.perimeter.cells()[wanted], self.perimeter.grid)


def cover(polygon: BaseGeometry, grid: Grid = DRC, threshold: float = 1e-4) -> CellCover:
    """Return the carrés that a polygon covers by more than ``threshold`` of a carré.

    Parameters
    ----------
    polygon : (Multi)Polygon in degrees of the grid's CRS; an invalid one is read even-odd.
    threshold : smallest part of a carré that counts.

    Raises
    ------
    GridError : the polygon's edge meets more than :data:`MAX_COVER_CELLS` carrés.
    """
    shape = shapely.force_2d(comparable(polygon))
    if shape.is_empty:
        return CellCover(Perimeter.empty(grid), np.empty(0), 0.0)
    whole, cut = _cells_of(shape, grid)
    parts = shapely.area(shapely.intersection(shape, _boxes(cut, 1, grid))) / float(grid.cell) ** 2
    met = parts > threshold
    cells = np.vstack([whole, cut[met]])
    fractions = np.concatenate([np.ones(len(whole)), np.minimum(parts[met], 1 - 1e-12)])
    order = np.lexsort([cells[:, 0], cells[:, 1]])
    perimeter = Perimeter.from_cells(cells, grid)
    return CellCover(perimeter, fractions[order], float(parts[~met].sum()))


def _cells_of(shape: BaseGeometry, grid: Grid) -> tuple[Integers, Integers]:
    """Return the carrés wholly inside a polygon, and those that its edge meets.

    Squares of carrés are halved until they lie inside, outside, or are one carré.
    """
    shapely.prepare(shape)
    squares, size = _first_squares(shape, grid)
    whole = []
    while True:
        boxes = _boxes(squares, size, grid)
        inside = shapely.covers(shape, boxes)
        whole.append(_cells_in(squares[inside], size))
        squares = squares[~inside & shapely.intersects(shape, boxes)]
        if len(squares) > MAX_COVER_CELLS:
            raise GridError(f"the polygon's edge meets more than {MAX_COVER_CELLS:,} carrés")
        if size == 1:
            return np.vstack(whole), squares
        size //= 2
        quarters = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]) * size
        squares = (squares[:, None] + quarters).reshape(-1, 2)


def _first_squares(shape: BaseGeometry, grid: Grid) -> tuple[Integers, int]:
    west, south, east, north = shape.bounds
    low, high = grid.nodes_of([(west, south), (east, north)])[0] + [[-1, -1], [1, 1]]
    size = 1 << max(0, int((high - low).max()).bit_length() - 3)
    columns = np.arange(low[0], high[0], size)
    rows = np.arange(low[1], high[1], size)
    return np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2), size


def _cells_in(squares: Integers, size: int) -> Integers:
    offsets = np.stack(np.meshgrid(np.arange(size), np.arange(size)), axis=-1).reshape(-1, 2)
    return np.asarray((squares[:, None] + offsets).reshape(-1, 2))


def _boxes(squares: Integers, size: int, grid: Grid) -> Geometries:
    low, high = grid.coordinates_of(squares), grid.coordinates_of(squares + size)
    return np.asarray(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))


@dataclass(frozen=True, slots=True)
class Clip:
    """A perimeter at a border: the carrés it keeps, those of them that are cut, and where.

    A cut carré is held whole and counts one (Code minier art 28); ``line`` is the stretch of border
    inside the cut carrés, in degrees of the grid's CRS.
    """

    perimeter: Perimeter
    cut: Perimeter
    line: BaseGeometry


def clip(perimeter: Perimeter, land: BaseGeometry, threshold: float = 1e-4) -> Clip:
    """Return what a border leaves of a perimeter.

    Parameters
    ----------
    perimeter : the carrés asked for.
    land : (Multi)Polygon on whose side the carrés stay (the country; the ground outside a park).
    threshold : a carré of which less than this lies on land is lost.
    """
    cells = perimeter.cells()
    boxes = _boxes(cells, 1, perimeter.grid)
    shape = shapely.force_2d(comparable(land))
    shapely.prepare(shape)
    cut = shapely.intersects(shape, boxes) & ~shapely.covers(shape, boxes)
    parts = shapely.area(shapely.intersection(shape, boxes[cut])) / float(perimeter.grid.cell) ** 2
    kept_cut = cells[cut][(threshold < parts) & (parts < 1 - threshold)]
    lost = np.vstack([cells[~shapely.intersects(shape, boxes)], cells[cut][parts <= threshold]])
    marked = Perimeter.from_cells(kept_cut, perimeter.grid)
    line = shapely.intersection(shape.boundary, marked.outline())
    return Clip(perimeter - Perimeter.from_cells(lost, perimeter.grid), marked, line)
