"""Sums by exactextract: polygons, or pixels that do not divide carrés.

A pixel counts by the part of it that lies inside; its amount is taken to be spread evenly over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geo.geometry import LONLAT, Geometries, crs_of
from geo.grid import Floats
from geo.sources.rasters.areas import PixelAreas
from geo.sources.rasters.grid import PixelGrid, Window
from geo.sources.rasters.layers import Amounts, Layer
from geo.sources.rasters.polygonise import Progress

LONGEST_EDGE_DEG = 0.01
"""Edges are cut to this before they go into another CRS, so that they stay straight in degrees."""
ZONES_AT_ONCE = 500
PIXELS_IN_MEMORY = 4 << 20


def sums_within(
    layer: Layer, polygons: Sequence[BaseGeometry], progress: Progress | None = None
) -> tuple[Floats, Floats]:
    """Return hectares of each quantity, (quantities, n), and hectares surveyed, (n,).

    Parameters
    ----------
    polygons : (n,) valid polygons in longitude and latitude.
    """
    reader = _Windows(layer)
    hectares = np.zeros((len(layer.quantities), len(polygons)))
    surveyed = np.zeros(len(polygons))
    for start in range(0, len(polygons), ZONES_AT_ONCE):
        some = slice(start, start + ZONES_AT_ONCE)
        found = _extracted(reader, placed(polygons[some], layer.grid))
        hectares[:, some], surveyed[some] = found[:-1], found[-1]
        if progress is not None:
            progress(min(start + ZONES_AT_ONCE, len(polygons)), len(polygons))
    return hectares, surveyed


def placed(polygons: Sequence[BaseGeometry], grid: PixelGrid) -> Geometries:
    """Return lon/lat polygons in the CRS of a raster, long edges cut first."""
    given = np.asarray(polygons, dtype=object)
    if grid.is_lonlat:
        return given
    there = pyproj.Transformer.from_crs(LONLAT, grid.crs, always_xy=True).transform
    cut = shapely.segmentize(given, LONGEST_EDGE_DEG)
    return np.asarray(shapely.make_valid(shapely.transform(cut, there, interleaved=False)))


def _extracted(reader: _Windows, polygons: Geometries) -> Floats:
    """Return the sums (quantities + 1, n) of polygons in the raster's CRS; the last is surveyed."""
    import geopandas
    from exactextract import exact_extract

    names = [f"q{number}" for number in range(reader.count + 1)]
    crs = crs_of(reader.layer.grid.crs)
    frame = geopandas.GeoDataFrame({"n": range(len(polygons))}, geometry=polygons, crs=crs)
    table = exact_extract(
        [reader.source(number, name) for number, name in enumerate(names)],
        frame,
        ["sum"],
        include_cols=["n"],
        max_cells_in_memory=PIXELS_IN_MEMORY,
        output="pandas",
    )
    table = table.sort_values("n")
    columns = [table[f"{name}_sum"].to_numpy(dtype=np.float64) for name in names]
    return np.asarray(np.nan_to_num(np.vstack(columns)), dtype=np.float64)


class _Windows:
    """Reads a layer for exactextract, from the north, the last window kept for each quantity."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.count = len(layer.quantities)
        self.areas = PixelAreas(layer.grid)
        self._at: Window | None = None
        self._amounts: Amounts | None = None

    def hectares(self, number: int, x: int, y: int, width: int, height: int) -> Floats:
        """Return the hectares of a quantity in a window; the last quantity is what was surveyed."""
        if not width or not height:
            return np.zeros((height, width))
        grid = self.layer.grid
        row = y if grid.dy < 0 else grid.height - y - height
        window = Window(row, x, height, width)
        if window != self._at or self._amounts is None:
            self._at, self._amounts = window, self.layer.read(window)
        found = self._of(number, self._amounts, window)
        return found if grid.dy < 0 else np.ascontiguousarray(found[::-1])

    def _of(self, number: int, amounts: Amounts, window: Window) -> Floats:
        if number < self.count and amounts.each[number].dtype != np.bool_:
            return np.ascontiguousarray(amounts.each[number], dtype=np.float64)
        area = self.areas.in_window(window)
        counted: Any = amounts.each[number] if number < self.count else amounts.surveyed
        if counted is None:
            return np.array(np.broadcast_to(area, (window.height, window.width)))
        return np.where(counted, area, 0.0)

    def source(self, number: int, name: str) -> Any:
        """Return a quantity as exactextract reads it."""
        from exactextract.raster import RasterSource

        reader, grid = self, self.layer.grid

        class Source(RasterSource):  # type: ignore[misc]
            """One quantity of the layer."""

            def res(self) -> tuple[float, float]:
                return grid.dx, abs(grid.dy)

            def extent(self) -> tuple[float, float, float, float]:
                return grid.bounds

            def srs_wkt(self) -> str:
                return str(crs_of(grid.crs).to_wkt())

            def nodata_value(self) -> None:
                return None

            def read_window(self, x0: int, y0: int, nx: int, ny: int) -> Floats:
                return reader.hectares(number, x0, y0, nx, ny)

        source = Source()
        source.set_name(name)
        return source
