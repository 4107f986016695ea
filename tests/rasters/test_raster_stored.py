"""How a file stores its pixels changes no sum: codecs, predictors, strips, COGs by address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import rasterio
from raster_makers import served, write
from rasterio.shutil import copy

from geo.errors import RasterRefused
from geo.perimeter import Perimeter
from geo.sources.rasters.hectares import ZoneSum, per_zone
from geo.sources.rasters.layers import StatedHectares
from geo.sources.rasters.open import Ask, open_raster
from geo.sources.rasters.zones import Zone

SIDE = 40
"""Carrés along a side of the rasters, 10 pixels of 3″ each, from 25° E, 10° S."""
WEST, NORTH = 3000, -1201

STORED: dict[str, dict[str, Any]] = {
    "plain": {},
    "strips of one row": {"blockysize": 1},
    "strips, LZW, predictor": {"compress": "lzw", "predictor": 2},
    "one strip, deflate": {"compress": "deflate", "blockysize": 400},
    "tiles, deflate, predictor": {"compress": "deflate", "predictor": 2, "tiled": True},
    "small tiles, zstd": {"compress": "zstd", "tiled": True, "blockxsize": 16, "blockysize": 16},
    "tiles, LERC without loss": {"compress": "lerc", "tiled": True, "max_z_error": 0},
    "packbits, big-endian": {"compress": "packbits", "endianness": "big"},
    "BigTIFF, sparse": {"bigtiff": "yes", "sparse_ok": "yes", "tiled": True, "compress": "lzma"},
}


def patches(dtype: str) -> npt.NDArray[Any]:
    """Patches of seeded hectares below 0.8 (thirds of 100 for integers), most of it empty."""
    rng = np.random.default_rng(7)
    values = np.zeros((SIDE * 10, SIDE * 10), dtype=dtype)
    for row, col, size in rng.integers(0, [370, 200, 30], (25, 3)).tolist():
        part = values[row : row + size, col : col + size]
        part[...] = rng.integers(0, 51, part.shape) / (64 if dtype == "float32" else 1)
    return values


def zones() -> list[Zone]:
    """One right of a carré, one across tiles, one of the whole raster, one of nothing but zeros."""
    squares = {"one": (3, 4, 1), "across": (0, 20, 15), "whole": (0, 0, SIDE), "empty": (35, 0, 4)}
    return [
        Zone(name, Perimeter.from_cells(
            [(WEST + col + i, NORTH - row - j) for i in range(size) for j in range(size)]
        ))
        for name, (col, row, size) in squares.items()
    ]  # fmt: skip


def plain_sums(values: npt.NDArray[Any]) -> dict[str, float]:
    """The same squares, cut out of the array."""
    total = {"one": values[40:50, 30:40], "across": values[200:350, 0:150], "whole": values}
    total["empty"] = values[0:40, 350:390]
    return {name: float(part.sum(dtype=np.float64)) for name, part in total.items()}


def summed(sums: list[ZoneSum]) -> dict[str, float | None]:
    return {one.code: one.hectares["hectares"] for one in sums}


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int32", "float32"])
@pytest.mark.parametrize("stored", STORED)
def test_no_codec_changes_a_sum(tmp_path: Path, stored: str, dtype: str) -> None:
    values = patches(dtype)
    expected = plain_sums(values)
    assert expected["across"] > 0
    assert expected["empty"] == 0
    with open_raster(write(tmp_path / "r.tif", values, **STORED[stored])) as raster:
        found = per_zone(StatedHectares(raster), zones())
    assert summed(found) == expected
    assert {one.method for one in found} == {"aligned"}
    assert {one.not_surveyed_share for one in found} == {0}


@pytest.mark.parametrize("dtype", ["int8", "int16", "uint32", "int64", "uint64", "float64"])
def test_every_type_of_number_is_summed(tmp_path: Path, dtype: str) -> None:
    values = patches(dtype)
    with open_raster(write(tmp_path / "r.tif", values, tiled=True)) as raster:
        assert raster.dtype == dtype
        assert summed(per_zone(StatedHectares(raster), zones())) == plain_sums(values)


@pytest.mark.parametrize("codec", ["deflate", "zstd", "lerc"])
def test_a_cog_with_overviews_is_summed_by_address_from_its_full_pixels(
    tmp_path: Path, codec: str
) -> None:
    values = patches("float32")
    path = write(tmp_path / "plain.tif", values)
    cog = tmp_path / "cog.tif"
    copy(path, cog, driver="COG", compress=codec, blocksize=128, overviews="AUTO",
         overview_resampling="average", max_z_error=0)  # fmt: skip
    with rasterio.open(cog) as file:
        assert file.overviews(1)
        assert file.block_shapes == [(128, 128)]
    content = cog.read_bytes()
    with served(content) as (url, asked), open_raster(url, Ask(allow_private=True)) as raster:
        assert raster.readers == 1
        assert summed(per_zone(StatedHectares(raster), zones())) == plain_sums(values)
    assert asked
    assert all(one.startswith("bytes=") for one in asked)
    with open_raster(cog) as raster:
        assert summed(per_zone(StatedHectares(raster), zones())) == plain_sums(values)


def test_a_damaged_tile_is_refused_whichever_thread_meets_it(tmp_path: Path) -> None:
    values = np.random.default_rng(3).integers(0, 50, (2400, 2400), dtype=np.uint8)
    path = write(tmp_path / "r.tif", values, tiled=True, compress="deflate")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 60_000] = b"\xff" * 60_000
    path.write_bytes(content)
    ground = Perimeter.from_cells([(WEST + i, NORTH - j) for i in range(240) for j in range(240)])
    with open_raster(path) as raster, pytest.raises(RasterRefused) as told:
        per_zone(StatedHectares(raster), [Zone("all", ground)])
    assert told.value.why == "damaged"
