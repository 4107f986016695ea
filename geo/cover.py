"""Polygons off the lattice: the carrés that they cover, and what a border leaves of a perimeter.

A polygon is met with carrés as it is, in degrees: nothing is projected, nothing is snapped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import GridError
from geo.geometry import Geometries, comparable
from geo.grid import DRC, Floats, Grid, Integers
from geo.perimeter import Booleans, Perimeter

MAX_COVER_CELLS = 4_000_000
"""How many carrés may be looked at to cover one polygon."""


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
