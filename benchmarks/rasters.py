"""Rasters: objects block by block against the whole, and sums of 15,000 rights against their peer.

Each side of the polygonising runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import rasterio
from registers import demonstration
from timing import Measure, median_of

PROJECT = Path(__file__).resolve().parents[1]
SIDE = 20_000
THRESHOLD = 66
RIGHTS = 15_000
FINE = 10
"""Pixels along a side of a carré in the raster of sums: 3″."""

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


def _tiled(path: Path, width: int, height: int, at: tuple[float, float, float]) -> object:
    side, left, top = at
    return rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=1, dtype="uint8",
        crs="EPSG:4326", transform=rasterio.Affine(side, 0, left, 0, -side, top), nodata=255,
        tiled=True, blockxsize=512, blockysize=512, compress="deflate",
    )  # fmt: skip


def sums(folder: Path) -> list[Measure]:
    """Measure sums of values per right on a raster of 3″, decoding it, and exactextract."""
    from geo.perimeter import Perimeter
    from geo.sources import read_register
    from geo.sources.rasters.hectares import per_zone
    from geo.sources.rasters.layers import StatedHectares
    from geo.sources.rasters.open import open_raster
    from geo.sources.rasters.zones import zones_of_rights

    zones = zones_of_rights(read_register(demonstration(RIGHTS, folder)).rows)
    zones = [zone for zone in zones if isinstance(zone.ground, Perimeter)]
    path = smooth_noise(folder / "fine.tif", 20 * 120 * FINE, (1 / 120 / FINE, 11, 6))
    with open_raster(path) as raster:
        seconds, found = median_of(3, lambda: per_zone(StatedHectares(raster), zones))
        decoding, _ = median_of(3, lambda: decoded(raster))
        size = f"{raster.grid.width:,} × {raster.grid.height:,}"
    started = time.perf_counter()
    theirs = extracted(path, [zone.polygon for zone in zones])
    peer = time.perf_counter() - started
    ours = np.array([one.hectares["hectares"] or 0.0 for one in found])
    away = int((np.abs(ours - theirs) >= 0.5).sum())
    what = f"sums of {len(zones):,} rights on {size} pixels of 3″"
    return [
        Measure(what, seconds, 3, "exactextract 0.3.0", peer,
                f"{away:,} of its sums differ by half a pixel or more"),
        Measure(what, seconds, 3, "reading the raster alone", decoding,
                f"{seconds / decoding:.2f} × the time to decode"),
    ]  # fmt: skip


def decoded(raster: object) -> int:
    """Read every window as ``per_zone`` does, and do nothing with it."""
    return sum(raster.read(window)[0].shape[0] for window in raster.windows())  # type: ignore[attr-defined]


def extracted(path: Path, polygons: list[object]) -> np.ndarray:
    import geopandas
    from exactextract import exact_extract

    frame = geopandas.GeoDataFrame({"n": range(len(polygons))}, geometry=polygons, crs="EPSG:4326")
    table = exact_extract(str(path), frame, ["sum"], include_cols=["n"], output="pandas")
    return np.nan_to_num(table.sort_values("n")["sum"].to_numpy(dtype=float))
