"""The grid of a raster: where its pixels lie, and how they lie on the carrés of a cadastre.

Pixels are counted in integers, column and row from the first pixel of the file. Degrees or metres
appear only when a polygon leaves.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from geo.geometry import Geometries, crs_of, is_lonlat, to_lonlat
from geo.grid import DRC, Floats, Grid

ALIGNED_WITHIN = Fraction(1, 1000)
"""How far, in pixels, any edge of an aligned raster may lie from the lattice."""


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of pixels: first row and column, height and width."""

    row: int
    col: int
    height: int
    width: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """How pixels divide carrés: ``per_side`` of them along each side of a carré.

    The pixel in column c and row r lies in column ``first_col`` + c and in row ``first_row`` +
    ``step`` × r of the lattice of pixels, rows counted north; ``step`` is -1 for a raster whose
    first row is the northernmost. Divided by ``per_side``, floored, those are the carré's.
    """

    per_side: int
    first_col: int
    first_row: int
    step: int
    grid: Grid


@dataclass(frozen=True)
class PixelGrid:
    """A grid of equal pixels along the axes of a CRS.

    Parameters
    ----------
    crs : text that names the coordinate reference system (EPSG code or WKT).
    left, top : x and y of the outer corner of the first pixel, in units of the CRS.
    dx, dy : sides of a pixel; dx is positive, dy negative where rows go south (north-up).
    width, height : columns and rows.
    """

    crs: str
    left: float
    top: float
    dx: float
    dy: float
    width: int
    height: int

    @cached_property
    def is_lonlat(self) -> bool:
        """Whether x and y are degrees of WGS 84."""
        return is_lonlat(crs_of(self.crs))

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """(x least, y least, x greatest, y greatest) in units of the CRS."""
        ends = sorted((self.top, self.top + self.dy * self.height))
        return self.left, ends[0], self.left + self.dx * self.width, ends[1]

    @cached_property
    def alignment(self) -> Alignment | None:
        """How the pixels divide the carrés of the DRC, None where they do not."""
        return aligned_on(self, DRC)

    def coordinates_of(self, corners: npt.ArrayLike) -> Floats:
        """Return x, y of pixel corners (n, 2: column, row) in units of the CRS.

        Of pixels that divide carrés they are integers divided once, so that corners of pixels and
        of carrés are the same numbers.
        """
        at = np.asarray(corners, dtype=np.float64).reshape(-1, 2)
        fit = self.alignment
        if fit is None:
            return np.column_stack([self.left + at[:, 0] * self.dx, self.top + at[:, 1] * self.dy])
        over = fit.grid.cell.denominator * fit.per_side
        top = fit.first_row + (1 if fit.step < 0 else 0)
        lattice = np.column_stack([fit.first_col + at[:, 0], top + fit.step * at[:, 1]])
        return np.asarray(lattice * fit.grid.cell.numerator / over)

    def lonlat_of(self, pixels: Geometries) -> Geometries:
        """Return geometries given in pixel corners (column, row) in longitude and latitude."""
        placed = shapely.transform(pixels, self.coordinates_of)
        return to_lonlat(placed, self.crs)

    def matches(self, other: PixelGrid) -> bool:
        """Whether another grid has the same pixels: CRS, size, and corners to a 1000th of one."""
        if (self.width, self.height) != (other.width, other.height):
            return False
        if not crs_of(self.crs).equals(crs_of(other.crs), ignore_axis_order=True):
            return False
        within = float(ALIGNED_WITHIN) * np.array([abs(self.dx), abs(self.dy)] * 2)
        return bool((np.abs(np.subtract(self.bounds, other.bounds)) <= within).all()) and (
            (self.dy < 0) == (other.dy < 0)
        )

    def windows(self, height: int, width: int) -> list[Window]:
        """Return the windows of that size that cover the grid, row by row."""
        return [
            Window(row, col, min(height, self.height - row), min(width, self.width - col))
            for row in range(0, self.height, height)
            for col in range(0, self.width, width)
        ]


def aligned_on(pixels: PixelGrid, grid: Grid) -> Alignment | None:
    """Return how pixels divide the carrés of a lattice; None where they do not, exactly.

    The numbers of the file are taken as the fractions that they are; every edge of every pixel
    must lie within :data:`ALIGNED_WITHIN` of its line.
    """
    if grid.unit != "degree" or not pixels.is_lonlat:
        return None
    per_side = round(grid.cell / Fraction(pixels.dx))
    if per_side < 1:
        return None
    fine = grid.cell / per_side
    first_col = _line(pixels.left, pixels.dx, pixels.width, grid.origin[0], fine)
    first_line = _line(pixels.top, pixels.dy, pixels.height, grid.origin[1], fine)
    if first_col is None or first_line is None:
        return None
    step = 1 if pixels.dy > 0 else -1
    return Alignment(per_side, first_col, first_line if step > 0 else first_line - 1, step, grid)


def _line(start: float, step: float, count: int, origin: Fraction, fine: Fraction) -> int | None:
    """Return the line of the fine lattice on which pixels start; None where they leave theirs."""
    sign = 1 if step > 0 else -1
    begin = (Fraction(start) - origin) / fine
    end = begin + Fraction(step) * count / fine
    line = round(begin)
    far = max(abs(begin - line), abs(end - (line + sign * count)))
    return line if far <= ALIGNED_WITHIN else None
