"""Slope of the ground per carré, from a raster of slope or of elevation.

Elevation in degrees of longitude and latitude is sloped in metres: a step of a pixel has the length
that it has on the WGS 84 ellipsoid at its latitude. A pixel without a value, or with a neighbour
without one, has no slope; a carré without such a pixel has no data.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyproj

from geo.errors import FileRefused
from geo.geometry import LONLAT, crs_of
from geo.grid import Floats, Integers
from geo.intervals import line_positions
from geo.perimeter import Perimeter
from geo.siting.layers import LayerKind, SuppliedLayer
from geo.sources.rasters.grid import PixelGrid, Window
from geo.sources.rasters.open import Raster, open_raster

_A_M, _F = 6_378_137.0, 1 / 298.257223563
_E2 = _F * (2 - _F)

Values = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slopes:
    """Slope in degrees of each carré of a ground, in the order of its cells; NaN: no data.

    ``pixels`` is how many values each rests on.
    """

    mean_deg: Floats
    max_deg: Floats
    pixels: Integers


def slopes_of(ground: Perimeter, layer: SuppliedLayer) -> Slopes:
    """Return the slope of each carré, by the pixels whose middle lies in it.

    Raises
    ------
    RasterRefused : the raster cannot be used.
    FileRefused : an elevation raster is in a CRS that is neither in degrees nor in metres.
    """
    if layer.raster is None:
        raise ValueError(f"{layer.name} is no raster")
    gathered = _Gathered(ground)
    with open_raster(layer.raster) as raster:
        if layer.kind is LayerKind.ELEVATION:
            _require_metric(raster)
        for window in _windows_on(raster, ground):
            slope = _slope_in(raster, window, layer)
            gathered.add(_middles(raster.grid, window), slope)
    return gathered.slopes()


class _Gathered:
    """Sums, maxima and counts of slope per carré, window after window."""

    def __init__(self, ground: Perimeter) -> None:
        cells = ground.cells()
        self._grid = ground.grid
        self._line = line_positions(cells[:, 1], cells[:, 0])
        self._sum, self._max = np.zeros(len(cells)), np.full(len(cells), -np.inf)
        self._count = np.zeros(len(cells), np.int64)

    def add(self, lonlat: Floats, slope: Values) -> None:
        known = np.isfinite(slope)
        at = self._grid.cells_at(lonlat[known])
        line = line_positions(at[:, 1], at[:, 0])
        place = np.searchsorted(self._line, line)
        place[place == len(self._line)] = 0
        inside = self._line[place] == line
        place, values = place[inside], slope[known][inside]
        self._sum += np.bincount(place, values, len(self._sum))
        self._count += np.bincount(place, minlength=len(self._sum))
        np.maximum.at(self._max, place, values)

    def slopes(self) -> Slopes:
        with np.errstate(invalid="ignore"):
            mean = self._sum / np.where(self._count, self._count, np.nan)
        return Slopes(mean, np.where(self._count, self._max, np.nan), self._count)


def _require_metric(raster: Raster) -> None:
    crs = crs_of(raster.grid.crs)
    if crs.is_geographic or (crs.is_projected and crs.axis_info[0].unit_name == "metre"):
        return
    raise FileRefused(
        raster.name,
        f"elevation in {crs.name} has no slope in metres",
        "Bring it to EPSG:4326 or to a CRS in metres.",
    )


def _windows_on(raster: Raster, ground: Perimeter) -> list[Window]:
    """Return the windows of a raster that may lie on the ground."""
    west, south, east, north = ground.outline().bounds
    to_crs = pyproj.Transformer.from_crs(LONLAT, raster.grid.crs, always_xy=True)
    left, bottom, right, top = to_crs.transform_bounds(west, south, east, north, densify_pts=21)
    return [w for w in raster.windows() if _meets(raster.grid, w, (left, bottom, right, top))]


def _meets(grid: PixelGrid, window: Window, box: tuple[float, float, float, float]) -> bool:
    xs = sorted(grid.left + grid.dx * c for c in (window.col, window.col + window.width))
    ys = sorted(grid.top + grid.dy * r for r in (window.row, window.row + window.height))
    return xs[0] < box[2] and xs[1] > box[0] and ys[0] < box[3] and ys[1] > box[1]


def _middles(grid: PixelGrid, window: Window) -> Floats:
    """Return longitude and latitude of the middles of the pixels, (height, width, 2)."""
    x = grid.left + grid.dx * (np.arange(window.width) + window.col + 0.5)
    y = grid.top + grid.dy * (np.arange(window.height) + window.row + 0.5)
    xs, ys = np.meshgrid(x, y)
    if not grid.is_lonlat:
        back = pyproj.Transformer.from_crs(grid.crs, LONLAT, always_xy=True)
        xs, ys = back.transform(xs, ys)
    return np.stack([xs, ys], axis=-1)


def _slope_in(raster: Raster, window: Window, layer: SuppliedLayer) -> Values:
    """Return the slope in degrees of the pixels in a window, NaN where there is none."""
    if layer.kind is LayerKind.SLOPE:
        values = _values(raster, window)
        return np.degrees(np.arctan(values / 100)) if layer.unit == "percent" else values
    wide = _widened(window, raster.grid)
    values = np.full((window.height + 2, window.width + 2), np.nan)
    top, left = wide.row - window.row + 1, wide.col - window.col + 1
    values[top : top + wide.height, left : left + wide.width] = _values(raster, wide)
    across, upright = _steps_m(raster.grid, window)
    run = (values[1:-1, 2:] - values[1:-1, :-2]) / (2 * across)
    rise = (values[2:, 1:-1] - values[:-2, 1:-1]) / (2 * upright)
    slope = np.degrees(np.arctan(np.hypot(run, rise)))
    slope[np.isnan(values[1:-1, 1:-1])] = np.nan
    return slope


def _values(raster: Raster, window: Window) -> Values:
    values, surveyed = raster.read(window)
    known = values.astype(np.float64)
    if surveyed is not None:
        known[~surveyed] = np.nan
    return known


def _widened(window: Window, grid: PixelGrid) -> Window:
    """Return a window with a pixel more on each side, as far as the raster reaches."""
    row, col = max(window.row - 1, 0), max(window.col - 1, 0)
    bottom = min(window.row + window.height + 1, grid.height)
    right = min(window.col + window.width + 1, grid.width)
    return Window(row, col, bottom - row, right - col)


def _steps_m(grid: PixelGrid, window: Window) -> tuple[Values, Values]:
    """Return the length of a pixel in metres along x and y, (height, 1) each, by latitude.

    On the ellipsoid a degree of longitude is N cos φ, one of latitude M: radii of the prime
    vertical and of the meridian (Snyder 1987, eq. 4-18 to 4-21).
    """
    rows = np.arange(window.height) + window.row + 0.5
    ones = np.ones((window.height, 1))
    if not crs_of(grid.crs).is_geographic:
        return ones * abs(grid.dx), ones * abs(grid.dy)
    latitude = np.radians(grid.top + grid.dy * rows)[:, None]
    squeezed = 1 - _E2 * np.sin(latitude) ** 2
    across = np.radians(grid.dx) * _A_M / np.sqrt(squeezed) * np.cos(latitude)
    upright = np.radians(abs(grid.dy)) * _A_M * (1 - _E2) / squeezed**1.5
    return across, upright
