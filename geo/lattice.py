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
from geo.perimeter import Perimeter

MAX_CROSSINGS = 20_000_000
"""How many crossings of carré rows one geometry may have: bounds the memory a file can ask for."""

MAX_COVER_CELLS = 4_000_000
"""How many carrés may be looked at to cover one polygon."""


@dataclass(frozen=True, slots=True)
class Placement:
    """How a polygon lies on the lattice.

    ``perimeter`` is None where it does not. ``off_vertices`` are vertices farther from their node
    than the grid's tolerance, ``oblique_edges`` edges along neither axis, ``max_shift_deg`` the
    largest distance of a vertex from its node. ``twice_enclosed`` counts carrés that a ring goes
    round more than once; filling is even-odd, so that an even number of times leaves them out.
    """

    perimeter: Perimeter | None
    off_vertices: int
    oblique_edges: int
    max_shift_deg: float
    twice_enclosed: int

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


def place(geometries: Sequence[BaseGeometry] | Geometries, grid: Grid = DRC) -> list[Placement]:
    """Return how each (Multi)Polygon lies on the lattice.

    Parts are filled even-odd (a ring may touch itself, holes are left out), then united.

    Parameters
    ----------
    geometries : (n,) polygons in degrees of the grid's CRS.

    Raises
    ------
    CoordinateError : a coordinate is not finite.
    GridError : a geometry crosses more than :data:`MAX_CROSSINGS` rows of carrés.
    """
    vertices = _vertices_of(np.asarray(geometries, dtype=object), grid)
    count = len(geometries)
    owner = vertices.owner_of_ring[vertices.ring]
    off = np.bincount(owner, vertices.shift > float(grid.tolerance), count).astype(int)
    oblique = np.bincount(owner[:-1], _oblique(vertices), count).astype(int)
    max_shift = np.zeros(count)
    np.maximum.at(max_shift, owner, vertices.shift)
    perimeters, twice = _filled(vertices, (off == 0) & (oblique == 0), grid)
    return [
        Placement(
            perimeters.get(i), int(off[i]), int(oblique[i]), float(max_shift[i]), int(twice[i])
        )
        for i in range(count)
    ]


def _vertices_of(geometries: Geometries, grid: Grid) -> _Vertices:
    polygons, owner = shapely.get_parts(geometries, return_index=True)
    rings, part = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    nodes, shift = grid.nodes_of(xy)
    return _Vertices(nodes, shift, ring, owner[part], part)


def _oblique(vertices: _Vertices) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return for each vertex but the last whether the edge to the next runs along neither axis."""
    step = np.diff(vertices.nodes, axis=0)
    same_ring = vertices.ring[1:] == vertices.ring[:-1]
    return np.asarray(same_ring & (step != 0).all(axis=1))


def _filled(
    vertices: _Vertices, wanted: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], grid: Grid
) -> tuple[dict[int, Perimeter], Integers]:
    """Return the perimeter of each wanted geometry, and how many carrés are enclosed twice."""
    ring, row, column, turn = _crossings(vertices, wanted)
    order = np.lexsort([column, row, vertices.part_of_ring[ring]])
    owner = vertices.owner_of_ring[ring[order]][::2]
    runs = np.column_stack([row[order][::2], column[order][::2], column[order][1::2]])
    inside = runs[:, 1] < runs[:, 2]
    owner, runs = owner[inside], runs[inside]
    at = np.searchsorted(owner, np.arange(len(wanted) + 1))
    perimeters = {
        int(i): Perimeter.from_runs(runs[at[i] : at[i + 1]], grid) for i in np.flatnonzero(wanted)
    }
    return perimeters, _twice_enclosed(vertices, ring, row, column, turn, len(wanted))


def _crossings(
    vertices: _Vertices, wanted: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
) -> tuple[Integers, Integers, Integers, Integers]:
    """Return (ring, row, column, +1 north or -1 south) for each row that a wanted edge crosses."""
    start, end = vertices.nodes[:-1], vertices.nodes[1:]
    owner = vertices.owner_of_ring[vertices.ring]
    upright = (vertices.ring[1:] == vertices.ring[:-1]) & wanted[owner[:-1]]
    upright &= start[:, 1] != end[:, 1]
    rows_from = np.minimum(start[upright, 1], end[upright, 1])
    rows_to = np.maximum(start[upright, 1], end[upright, 1])
    heights = rows_to - rows_from
    _refuse_too_many(np.bincount(owner[:-1][upright], heights, len(wanted)).astype(np.int64))
    ring = np.repeat(vertices.ring[:-1][upright], heights)
    column = np.repeat(start[upright, 0], heights)
    turn = np.repeat(np.sign(end[upright, 1] - start[upright, 1]), heights)
    return ring, expand(rows_from, rows_to), column, turn


def _refuse_too_many(crossings: Integers) -> None:
    if crossings.size and crossings.max() > MAX_CROSSINGS:
        raise GridError(
            f"geometry {int(crossings.argmax()) + 1} crosses {int(crossings.max()):,} rows of "
            f"carrés, more than the {MAX_CROSSINGS:,} that a perimeter can have. "
            "Check its coordinates."
        )


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

    def _where(self, wanted: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Perimeter:
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
