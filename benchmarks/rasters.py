"""Rasters: objects block by block against the whole, and sums of 15,000 rights against their peer.

Each side of the polygonising runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import rasterio
from registers import demonstration
from timing import Measure, in_turn

if TYPE_CHECKING:
    from geo.sources.rasters.zones import Zone

PROJECT = Path(__file__).resolve().parents[1]
SIDE = 20_000
THRESHOLD = 66
RIGHTS = 15_000
FINE = 10
"""Pixels along a side of a carré in the fine rasters of sums: 3″."""
DEGREES = 20
CORNER = (11, 6)
"""West and north of the rasters of sums, and their extent: the country."""
REPEATED = 5

OURS = """
import hashlib, json, resource, sys, time
from geo.sources.rasters.layers import Kind, SelectedPixels, Selection
from geo.sources.rasters.open import open_raster
from geo.sources.rasters.polygonise import polygonise
import shapely
start = time.perf_counter()
with open_raster(sys.argv[1]) as raster:
    layer = SelectedPixels(raster, Kind.VALUE, Selection(at_least=float(sys.argv[2])))
    drawn = polygonise(layer)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
texts = [shapely.normalize(one.shape).wkb for one in drawn.objects]
"""
WHOLE = """
import hashlib, json, resource, sys, time
import rasterio, rasterio.features, shapely
from shapely.geometry import shape
start = time.perf_counter()
with rasterio.open(sys.argv[1]) as file:
    picked = (file.read(1) >= float(sys.argv[2])).view("uint8")
found = [one for one, _ in rasterio.features.shapes(picked, mask=picked.view(bool))]
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
drawn = (shapely.make_valid(shape(one)) for one in found)
texts = [shapely.normalize(shapely.MultiPolygon([one])).wkb for one in drawn]
"""
ANSWER = """
digest = hashlib.sha256(b"".join(sorted(texts))).hexdigest()
print(json.dumps([seconds, peak, len(texts), digest]))
"""


def measures() -> list[Measure]:
    """Measure objects of a raster of noise, and sums of rights on another."""
    with tempfile.TemporaryDirectory() as folder:
        return [objects(Path(folder)), *sums(Path(folder))]


def objects(folder: Path) -> Measure:
    """Measure both ways of drawing the same objects, once each, and compare every polygon."""
    path = smooth_noise(folder / "noise.tif", SIDE)
    ours, our_peak, count, digest = in_own_process(OURS, path)
    theirs, their_peak, same_count, same_digest = in_own_process(WHOLE, path)
    if (count, digest) != (same_count, same_digest):
        raise SystemExit(f"objects differ: {count:,} here, {same_count:,} of the whole")
    memory = f"peak {our_peak / 2**20:.2f} of {their_peak / 2**20:.2f} GiB"
    return Measure(
        f"{SIDE:,} × {SIDE:,} pixels of noise to polygons, block by block",
        ours,
        1,
        f"rasterio {rasterio.__version__} features.shapes on the whole",
        theirs,
        f"{count:,} objects, identical; {memory} ({our_peak / their_peak:.0%})",
    )


def in_own_process(code: str, path: Path) -> tuple[float, int, int, str]:
    command = [sys.executable, "-c", code + ANSWER, str(path), str(THRESHOLD)]
    done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True)
    seconds, peak, count, digest = json.loads(done.stdout)
    return seconds, peak, count, digest


def smooth_noise(
    path: Path, side: int, at: tuple[float, float, float] = (1 / 12_000, 20, -4), seed: int = 4
) -> Path:
    """Write seeded noise, three octaves interpolated between coarse values, as uint8 0 to 100."""
    rng = np.random.default_rng(seed)
    octaves = [(cell, rng.random((side // cell + 2,) * 2, np.float32)) for cell in (64, 24, 9)]
    with _tiled(path, side, side, at) as file:
        for row in range(0, side, 512):
            high = min(512, side - row)
            total = sum(_octave(grid, cell, row, high, side) for cell, grid in octaves)
            where = rasterio.windows.Window(0, row, side, high)
            file.write((total / 3 * 100).astype(np.uint8), 1, window=where)
    return path


def _octave(grid: np.ndarray, cell: int, row: int, high: int, side: int) -> np.ndarray:
    y, x = np.arange(row, row + high) / cell, np.arange(side) / cell
    down, right = y.astype(int), x.astype(int)
    share = (y - down).astype(np.float32)[:, None]
    lines = grid[down] * (1 - share) + grid[down + 1] * share
    share = (x - right).astype(np.float32)[None]
    return lines[:, right] * (1 - share) + lines[:, right + 1] * share


def _tiled(path: Path, width: int, height: int, at: tuple[float, float, float], **how: Any) -> Any:
    side, left, top = at
    settings = {"dtype": "uint8", "nodata": 255, "compress": "deflate", **how}
    return rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=1, crs="EPSG:4326",
        transform=rasterio.Affine(side, 0, left, 0, -side, top),
        tiled=True, blockxsize=512, blockysize=512, **settings,
    )  # fmt: skip


def scattered(path: Path, per_side: int, seed: int = 4, **how: Any) -> Path:
    """Write patches of seeded values on empty ground, ``per_side`` pixels along a carré."""
    rng = np.random.default_rng(seed)
    side = DEGREES * 120 * per_side
    with _tiled(path, side, side, (1 / 120 / per_side, *CORNER), **how) as file:
        for row in range(0, side, 512):
            strip = np.zeros((min(512, side - row), side), file.dtypes[0])
            for _ in range(60 * strip.size // (512 * 24_000)):
                y, x = rng.integers(0, strip.shape[0]), rng.integers(0, side)
                patch = strip[y : y + rng.integers(2, 30), x : x + rng.integers(2, 30)]
                patch[...] = rng.integers(1, 100, patch.shape)
            file.write(strip, 1, window=rasterio.windows.Window(0, row, side, len(strip)))
    return path


def sums(folder: Path) -> list[Measure]:
    """Measure sums of values per right on four rasters, decoding each, and exactextract."""
    from geo.perimeter import Perimeter
    from geo.sources import read_register
    from geo.sources.rasters.zones import zones_of_rights

    zones = zones_of_rights(read_register(demonstration(RIGHTS, folder)).rows)
    zones = [zone for zone in zones if isinstance(zone.ground, Perimeter)]
    side = DEGREES * 120 * FINE
    zstd = {"dtype": "float32", "compress": "zstd", "predictor": 3, "nodata": -1}
    rasters = {
        "3″, noise in every pixel": smooth_noise(
            folder / "dense.tif", side, (1 / 120 / FINE, *CORNER)
        ),
        "3″, patches": scattered(folder / "patches.tif", FINE),
        "30″, patches": scattered(folder / "coarse.tif", 1),
        "3″, patches, float32 zstd": scattered(folder / "float.tif", FINE, **zstd),
    }
    return [line for what, path in rasters.items() for line in _summed(what, path, zones)]


def _summed(what: str, path: Path, zones: list[Zone]) -> list[Measure]:
    """Measure the three ways in turn, so that what disturbs one disturbs all."""
    polygons = [zone.polygon for zone in zones]
    ways = (
        lambda: summed(path, zones),
        lambda: decoded(path),
        lambda: extracted(path, polygons),
    )
    (mine, decoding, peer), (found, size, theirs) = in_turn(REPEATED, ways)
    away = np.abs(np.array([one.hectares["hectares"] or 0.0 for one in found]) - theirs) >= 0.5
    what = f"sums of {len(zones):,} rights on {size:,} pixels of {what}"
    return [
        Measure(what, mine, REPEATED, "exactextract 0.3.0", peer,
                f"{int(away.sum()):,} of its sums differ by half a pixel or more"),
        Measure("the same", mine, REPEATED, "reading the raster alone, in one thread", decoding,
                f"{mine / decoding:.2f} × the time to decode"),
    ]  # fmt: skip


def summed(path: Path, zones: list[Zone]) -> list[Any]:
    from geo.sources.rasters.hectares import per_zone
    from geo.sources.rasters.layers import StatedHectares
    from geo.sources.rasters.open import open_raster

    with open_raster(path) as raster:
        return per_zone(StatedHectares(raster), zones)


def decoded(path: Path) -> int:
    """Read every window as :func:`summed` does, and do nothing with it; return how many pixels."""
    from geo.sources.rasters.open import open_raster

    with open_raster(path) as raster:
        return sum(raster.read(window)[0].size for window in raster.windows())


def extracted(path: Path, polygons: list[object]) -> np.ndarray:
    """Return the sum in each polygon; outside :func:`open_raster`, whose cache is small."""
    import geopandas
    from exactextract import exact_extract

    frame = geopandas.GeoDataFrame({"n": range(len(polygons))}, geometry=polygons, crs="EPSG:4326")
    table = exact_extract(str(path), frame, ["sum"], include_cols=["n"], output="pandas")
    return np.nan_to_num(table.sort_values("n")["sum"].to_numpy(dtype=float))
