"""What must hold of a raster before anything is read from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.errors import CRSError
from geo.geometry import crs_of, to_lonlat
from geo.grid import Floats
from geo.sources.rasters.grid import PixelGrid
from geo.sources.rasters.refusals import Why, refused
from geo.sources.text import shown

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

MAX_SIDE = 2_000_000
"""Columns or rows: positions of pixels then fit the line of integers that runs are compared on."""
MAX_PIXELS = 10**12
MAX_BLOCK_BYTES = 512 << 20
BEYOND_DEG = 1e-6
"""Degrees by which an edge may lie beyond 180 or 90, for rounding."""


@dataclass(frozen=True, slots=True)
class Band:
    """A band of a file: its number from 1, its name where it has one, the type of its values."""

    number: int
    name: str | None
    dtype: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found out: the grid, the bands, and the numbers of the bands asked for."""

    grid: PixelGrid
    bands: tuple[Band, ...]
    band: int
    over: int | None


def require_size(name: str, dataset: DatasetReader) -> None:
    """Require bands, a size that makes sense, and blocks that fit into memory.

    Raises
    ------
    RasterRefused : no_band, too_large, block_too_large.
    """
    if dataset.count == 0:
        raise refused(name, Why.NO_BAND)
    width, height = dataset.width, dataset.height
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        size = {"width": f"{width:,}", "height": f"{height:,}"}
        limits = {"side": f"{MAX_SIDE:,}", "pixels": f"{MAX_PIXELS:,}"}
        raise refused(name, Why.TOO_LARGE, **size, **limits)
    high, wide = dataset.block_shapes[0]
    bands = dataset.count if dataset.profile.get("interleave") == "pixel" else 1
    held = high * wide * bands * max(np.dtype(_plain(kind)).itemsize for kind in dataset.dtypes)
    if held > MAX_BLOCK_BYTES:
        raise refused(name, Why.BLOCK_TOO_LARGE, mebibytes=f"{held >> 20:,}")


def _plain(dtype: str) -> str:
    return "complex64" if dtype.startswith("complex_int") else dtype


def checked(
    name: str, dataset: DatasetReader, band: int | str, over: int | str | None, crs: str | None
) -> Checked:
    """Return what is known of a raster once every check has passed.

    Raises
    ------
    RasterRefused : by the first check that fails.
    """
    bands = tuple(
        Band(number, described, str(dtype))
        for number, described, dtype in zip(
            dataset.indexes, dataset.descriptions, dataset.dtypes, strict=True
        )
    )
    asked = [_band_of(name, bands, one) for one in (band, over) if one is not None]
    if any(one.dtype.startswith("complex") for one in asked):
        raise refused(name, Why.COMPLEX_VALUES)
    grid = _grid_of(name, dataset, crs)
    require_in_the_world(name, grid)
    return Checked(grid, bands, asked[0].number, asked[1].number if over is not None else None)


def _band_of(name: str, bands: tuple[Band, ...], wanted: int | str) -> Band:
    for band in bands:
        if wanted in (band.number, str(band.number)) or wanted == band.name:
            return band
    known = ", ".join(f"{b.number} ({shown(b.name)})" if b.name else str(b.number) for b in bands)
    raise refused(name, Why.UNKNOWN_BAND, band=shown(str(wanted)), bands=known)


def _grid_of(name: str, dataset: DatasetReader, told: str | None) -> PixelGrid:
    import rasterio

    transform = dataset.transform
    if transform == rasterio.Affine.identity() or dataset.gcps[0]:
        raise refused(name, Why.NO_TRANSFORM)
    if transform.b or transform.d:
        raise refused(name, Why.ROTATED)
    if not all(map(np.isfinite, tuple(transform))) or not transform.a or not transform.e:
        raise refused(name, Why.NO_TRANSFORM)
    if transform.a < 0:
        raise refused(name, Why.MIRRORED)
    size = dataset.width, dataset.height
    crs = _crs_of(name, dataset.crs, told)
    return PixelGrid(crs, transform.c, transform.f, transform.a, transform.e, *size)


def _crs_of(name: str, own: Any, told: str | None) -> str:
    """Return the CRS of the file, or the one told where it names none; both must agree."""
    if not own:
        if told is None:
            raise refused(name, Why.NO_CRS)
        return str(crs_of(told).to_wkt())
    try:
        known = crs_of(own.to_wkt())
    except CRSError as error:
        raise refused(name, Why.CRS_UNUSABLE) from error
    if told is not None and not known.equals(crs_of(told), ignore_axis_order=True):
        code = known.to_authority()
        said = ":".join(code) if code else shown(known.name)
        raise refused(name, Why.CRS_DIFFERS, own=said, told=shown(told))
    authority = known.to_authority(min_confidence=100)
    return ":".join(authority) if authority else str(known.to_wkt())


def require_in_the_world(name: str, grid: PixelGrid) -> None:
    """Require that the raster lies between longitudes -180 and 180, and about no pole.

    Raises
    ------
    RasterRefused : antimeridian, outside_world, crs_unusable.
    """
    if crs_of(grid.crs).is_geographic:
        west, south, east, north = grid.bounds
        bounds = f"{west:g} {south:g} {east:g} {north:g}"
        if south < -90 - BEYOND_DEG or north > 90 + BEYOND_DEG or max(-west, east) > 540:
            raise refused(name, Why.OUTSIDE_WORLD, bounds=bounds)
        if west < -180 - BEYOND_DEG or east > 180 + BEYOND_DEG:
            raise refused(name, Why.ANTIMERIDIAN)
        return
    edge = _edge_lonlat(name, grid)
    if not np.isfinite(edge).all():
        raise refused(name, Why.OUTSIDE_WORLD, bounds=" ".join(f"{v:g}" for v in grid.bounds))
    if (np.abs(np.diff(edge[:, 0])) > 180).any():
        raise refused(name, Why.ANTIMERIDIAN)


def _edge_lonlat(name: str, grid: PixelGrid) -> Floats:
    """Return the edge of a raster in longitude and latitude, some points a side, closed."""
    west, south, east, north = grid.bounds
    # A hair inside: a raster of the whole world ends at 180°, which a projection may call -180°.
    inward = np.array([(east - west), (north - south)]) * 1e-9
    box = shapely.box(*(np.array([west, south]) + inward), *(np.array([east, north]) - inward))
    line = shapely.segmentize(box, max(east - west, north - south) / 64)
    try:
        placed = to_lonlat([line], grid.crs)
    except CRSError as error:
        raise refused(name, Why.CRS_UNUSABLE) from error
    return np.asarray(shapely.get_coordinates(placed))
