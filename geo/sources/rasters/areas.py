"""True areas of pixels on the ellipsoid, in hectares.

In degrees of WGS 84 a pixel's area depends on its row alone and is exact. In any other CRS the area
per pixel varies slowly: it is measured on a lattice of up to 129 × 129 tiles and interpolated
(the tests find UTM zones and Web Mercator within 2e-6).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.geometry import polygons_area_m2, strips_area_m2
from geo.grid import Floats, Integers
from geo.sources.rasters.grid import PixelGrid, Window

M2_PER_HA = 10_000.0
NODES = 129
ROWS_AT_ONCE = 100_000


class PixelAreas:
    """The area of each pixel of a grid, in hectares.

    ``by_row`` says that it depends on the row alone.
    """

    def __init__(self, grid: PixelGrid) -> None:
        self.grid = grid
        self.by_row = grid.is_lonlat
        if self.by_row:
            starts = range(0, grid.height, ROWS_AT_ONCE)
            self._rows = np.concatenate([_row_areas_ha(grid, start) for start in starts])
        else:
            self._cols_at, self._rows_at, self._lattice = _lattice_ha(grid)

    def in_window(self, window: Window) -> Floats:
        """Return the areas in a window, (height, 1) or (height, width) float64."""
        if self.by_row:
            return self._rows[window.row : window.row + window.height, None]
        rows = window.row + np.arange(window.height) + 0.5
        cols = window.col + np.arange(window.width) + 0.5
        west, share_x = _between(cols, self._cols_at)
        north, share_y = _between(rows, self._rows_at)
        east, south = _after(west, self._cols_at), _after(north, self._rows_at)
        along = self._lattice[:, west] * (1 - share_x) + self._lattice[:, east] * share_x
        return np.asarray(along[north] * (1 - share_y)[:, None] + along[south] * share_y[:, None])

    def of_runs(self, rows: Integers, starts: Integers, ends: Integers) -> Floats:
        """Return the area of runs of pixels (row, first column, column after the last)."""
        if self.by_row:
            return np.asarray(self._rows[rows] * (ends - starts))
        at_col, at_row = (starts + ends) / 2, rows + 0.5
        west, share_x = _between(at_col, self._cols_at)
        north, share_y = _between(at_row, self._rows_at)
        east, south = _after(west, self._cols_at), _after(north, self._rows_at)
        one = self._lattice[north, west] * (1 - share_x) + self._lattice[north, east] * share_x
        two = self._lattice[south, west] * (1 - share_x) + self._lattice[south, east] * share_x
        return np.asarray((one * (1 - share_y) + two * share_y) * (ends - starts))

    def total_ha(self) -> float:
        """Return the area of the whole grid."""
        if self.by_row:
            return float(self._rows.sum() * self.grid.width)
        strips = self.grid.windows(256, self.grid.width)
        return float(sum(self.in_window(strip).sum() for strip in strips))


def _row_areas_ha(grid: PixelGrid, start: int) -> Floats:
    rows = np.arange(start, min(start + ROWS_AT_ONCE, grid.height) + 1)
    y = grid.coordinates_of(np.column_stack([np.zeros(len(rows)), rows]))[:, 1]
    return np.asarray(strips_area_m2(grid.dx, y) / M2_PER_HA)


def _lattice_ha(grid: PixelGrid) -> tuple[Floats, Floats, Floats]:
    """Return columns and rows of the middles of tiles, and the mean area of a pixel in each."""
    cols = np.linspace(0, grid.width, min(grid.width, NODES) + 1)
    rows = np.linspace(0, grid.height, min(grid.height, NODES) + 1)
    west, north = np.meshgrid(cols[:-1], rows[:-1])
    east, south = np.meshgrid(cols[1:], rows[1:])
    tiles = shapely.box(west.ravel(), north.ravel(), east.ravel(), south.ravel())
    pixels = ((east - west) * (south - north)).ravel()
    area_ha = polygons_area_m2(grid.lonlat_of(tiles)) / M2_PER_HA / pixels
    middles = (cols[:-1] + cols[1:]) / 2, (rows[:-1] + rows[1:]) / 2
    return middles[0], middles[1], area_ha.reshape(west.shape)


def _between(at: npt.NDArray[Any], nodes: Floats) -> tuple[Integers, Floats]:
    """Return the node before each position and how far it is towards the next one.

    Nodes are evenly spaced. Beyond the first and the last the line goes
    on: shares may leave 0 to 1.
    """
    if len(nodes) == 1:
        return np.zeros(len(at), dtype=np.int64), np.zeros(len(at))
    place = (at - nodes[0]) / (nodes[1] - nodes[0])
    low = np.clip(np.floor(place), 0, len(nodes) - 2).astype(np.int64)
    return low, place - low


def _after(low: Integers, nodes: Floats) -> Integers:
    return np.minimum(low + 1, len(nodes) - 1)
