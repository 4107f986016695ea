"""Writing a raster as a Cloud Optimized GeoTIFF, window by window."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy.typing as npt

from geo.geometry import crs_of
from geo.sources.rasters.grid import PixelGrid, Window

BLOCK = 512

Piece = tuple[Window, tuple[npt.NDArray[Any], ...]]


def write_cog(
    path: Path,
    grid: PixelGrid,
    pieces: Iterable[Piece],
    *,
    bands: tuple[str, ...],
    dtype: str,
    nodata: float,
) -> None:
    """Write a COG, deflated, from windows in any order.

    Parameters
    ----------
    path : whose folder also holds an unfinished file meanwhile.
    pieces : window and one array (height, width) of ``dtype`` per band.
    bands : their names.
    """
    import rasterio
    from rasterio.shutil import copy
    from rasterio.windows import Window as Rectangle

    unfinished = path.with_suffix(".unfinished.tif")
    with rasterio.open(
        unfinished,
        "w",
        driver="GTiff",
        width=grid.width,
        height=grid.height,
        count=len(bands),
        dtype=dtype,
        nodata=nodata,
        crs=crs_of(grid.crs).to_wkt(),
        transform=rasterio.Affine(grid.dx, 0, grid.left, 0, grid.dy, grid.top),
        tiled=True,
        blockxsize=BLOCK,
        blockysize=BLOCK,
        compress="deflate",
        bigtiff="IF_SAFER",
        SPARSE_OK=True,
    ) as file:
        for number, name in enumerate(bands, start=1):
            file.set_band_description(number, name)
        for window, arrays in pieces:
            where = Rectangle(window.col, window.row, window.width, window.height)
            for number, values in enumerate(arrays, start=1):
                file.write(values.astype(dtype, copy=False), number, window=where)
    copy(unfinished, path, driver="COG", compress="deflate", overview_resampling="nearest")
    unfinished.unlink()
