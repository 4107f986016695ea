"""Hectares of activity per carré, right, province or polygon, and how much of it was surveyed.

Nothing that was not surveyed is counted as free: each sum stands beside the share of its ground
that the raster did not see (nodata, or outside it), and is None where it saw none of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from geo.grid import DRC, Grid
from geo.perimeter import Perimeter
from geo.sources.rasters.aligned import CarreRow, RunSums, bands_of_carres
from geo.sources.rasters.areas import PixelAreas
from geo.sources.rasters.coverage import sums_within
from geo.sources.rasters.layers import Layer
from geo.sources.rasters.polygonise import Progress
from geo.sources.rasters.refusals import Why, refused
from geo.sources.rasters.zones import Zone

Method = Literal["aligned", "exactextract"]

MAX_CARRES = 200_000
"""Carrés that one raster may meet where its pixels do not divide them."""
SHARE_ROUNDING = 1e-5
"""A share not surveyed below this is rounding of areas, and none."""


@dataclass(frozen=True, slots=True)
class ZoneSum:
    """What a raster shows on one piece of ground.

    Parameters
    ----------
    hectares : by quantity; None where nothing of the ground was surveyed.
    pixels : by quantity, whole pixels; None where pixels count in part or state hectares.
    surveyed_ha, area_ha : hectares surveyed and hectares in all, on the ellipsoid.
    method : ``aligned`` (integers), or ``exactextract`` (parts of pixels).
    """

    code: str
    hectares: dict[str, float | None]
    pixels: dict[str, int] | None
    surveyed_ha: float
    area_ha: float
    method: Method

    @property
    def not_surveyed_share(self) -> float:
        """Part of the ground that was not surveyed, 0 to 1."""
        share = 1 - self.surveyed_ha / self.area_ha if self.area_ha else 1.0
        return min(1.0, share) if share > SHARE_ROUNDING else 0.0


@dataclass(frozen=True, slots=True)
class Totals:
    """What a whole raster holds: hectares and whole pixels by quantity, and what was surveyed."""

    hectares: dict[str, float]
    pixels: dict[str, int] | None
    surveyed_pixels: int
    all_pixels: int
    surveyed_ha: float
    area_ha: float


def per_zone(
    layer: Layer, zones: Sequence[Zone], progress: Progress | None = None
) -> list[ZoneSum]:
    """Return the sums of each zone, in their order.

    Perimeters of carrés that pixels divide are summed directly; all others by exactextract.

    Raises
    ------
    RasterRefused : no pixel was surveyed.
    """
    fit = layer.grid.alignment
    direct = [isinstance(zone.ground, Perimeter) and fit is not None for zone in zones]
    sums: list[ZoneSum | None] = [None] * len(zones)
    if any(direct) and fit is not None:
        runs = [zone for zone, whole in zip(zones, direct, strict=True) if whole]
        found = iter(_direct(layer, runs, progress))
        sums = [next(found) if whole else None for whole in direct]
    else:
        require_surveyed(layer)
    rest = [i for i, whole in enumerate(direct) if not whole]
    by_parts = _by_parts(layer, [zones[i] for i in rest], None if any(direct) else progress)
    for i, one in zip(rest, by_parts, strict=True):
        sums[i] = one
    return [one for one in sums if one is not None]


def _direct(layer: Layer, zones: list[Zone], progress: Progress | None) -> list[ZoneSum]:
    fit = layer.grid.alignment
    if fit is None:
        raise ValueError("the pixels divide no carrés")
    sums = RunSums(zones, len(layer.quantities))
    seen = 0
    for carres in bands_of_carres(layer, fit, progress, only=sums):
        seen += int(carres.surveyed.sum())
        sums.add(carres)
    if not seen:
        require_surveyed(layer)
    totals = sums.totals()
    columns = (totals.hectares.T, totals.pixels.T, totals.surveyed_ha, totals.area_ha)
    lines = zip(zones, *(column.tolist() for column in columns), strict=True)
    return [
        ZoneSum(
            zone.code,
            _named(layer, hectares, surveyed_ha),
            _counts(layer, pixels) if layer.whole_pixels else None,
            surveyed_ha,
            area_ha,
            "aligned",
        )
        for zone, hectares, pixels, surveyed_ha, area_ha in lines
    ]


def _by_parts(layer: Layer, zones: list[Zone], progress: Progress | None) -> list[ZoneSum]:
    if not zones:
        return []
    hectares, surveyed = sums_within(layer, [zone.polygon for zone in zones], progress)
    return [
        ZoneSum(
            zone.code,
            _named(layer, hectares[:, i].tolist(), float(surveyed[i])),
            None,
            float(surveyed[i]),
            zone.area_ha,
            "exactextract",
        )
        for i, zone in enumerate(zones)
    ]


def _named(layer: Layer, hectares: Sequence[float], surveyed_ha: float) -> dict[str, float | None]:
    if surveyed_ha > 0:
        return dict(zip(layer.quantities, hectares, strict=True))
    return dict.fromkeys(layer.quantities)


def _counts(layer: Layer, pixels: Sequence[int]) -> dict[str, int]:
    return dict(zip(layer.quantities, pixels, strict=True))


def per_carre(layer: Layer, progress: Progress | None = None) -> Iterator[CarreRow]:
    """Return hectares per carré, a row of carrés at a time.

    Where pixels do not divide carrés, ``pixels`` are 0 and ``surveyed`` is in millionths of the
    carré (``per_carre`` is then 1,000,000).

    Raises
    ------
    RasterRefused : no pixel was surveyed; or pixels do not divide carrés and meet too many.
    """
    fit = layer.grid.alignment
    if fit is None:
        rows = _carres_by_parts(layer, DRC, progress)
    else:
        rows = (row for band in bands_of_carres(layer, fit, progress) for row in band.each())
    seen = False
    for row in rows:
        seen = seen or bool(row.surveyed.any())
        yield row
    if not seen:
        raise _all_nodata(layer)


def _carres_by_parts(layer: Layer, grid: Grid, progress: Progress | None) -> Iterator[CarreRow]:
    edge = shapely.box(0, 0, layer.grid.width, layer.grid.height)
    west, south, east, north = layer.grid.lonlat_of(np.array([shapely.segmentize(edge, 64)]))[
        0
    ].bounds
    (left, bottom), (right, top) = grid.cells_at([(west, south), (east, north)]).tolist()
    width = right - left + 1
    count = width * (top - bottom + 1)
    if count > MAX_CARRES:
        limit = f"{MAX_CARRES:,}"
        raise refused(layer.name, Why.TOO_MANY_CARRES, count=f"{count:,}", limit=limit)
    for row in range(top, bottom - 1, -1):
        low = grid.coordinates_of([(col, row) for col in range(left, right + 1)])
        high = grid.coordinates_of([(col + 1, row + 1) for col in range(left, right + 1)])
        boxes = shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1])
        hectares, surveyed = sums_within(layer, boxes.tolist())
        whole = float(grid.cell_area_m2([row])[0]) / 10_000
        seen = np.rint(np.clip(surveyed / whole, 0, 1) * 1_000_000).astype(np.int64)
        nothing = np.zeros(hectares.shape, dtype=np.int64)
        if progress is not None:
            progress(top - row + 1, top - bottom + 1)
        yield CarreRow(row, left, hectares, nothing, seen, 1_000_000)


def totals_of(layer: Layer, progress: Progress | None = None) -> Totals:
    """Return what the whole raster holds.

    Raises
    ------
    RasterRefused : no pixel was surveyed.
    """
    areas, windows = PixelAreas(layer.grid), layer.windows()
    count = len(layer.quantities)
    hectares, pixels = np.zeros(count), np.zeros(count, dtype=np.int64)
    surveyed, surveyed_ha = 0, 0.0
    for done, window in enumerate(windows, start=1):
        amounts = layer.read(window)
        area = areas.in_window(window)
        size = (window.height, window.width)
        seen = amounts.surveyed if amounts.surveyed is not None else np.ones(size, dtype=bool)
        surveyed += int(seen.sum())
        surveyed_ha += float((seen * area).sum())
        for number, values in enumerate(amounts.each):
            if values.dtype == np.bool_:
                pixels[number] += int(values.sum())
                hectares[number] += float((values * area).sum())
            else:
                hectares[number] += float(values.sum(dtype=np.float64))
        if progress is not None:
            progress(done, len(windows))
    if not surveyed:
        raise _all_nodata(layer)
    grid = layer.grid
    return Totals(
        dict(zip(layer.quantities, hectares.tolist(), strict=True)),
        _counts(layer, pixels.tolist()) if layer.whole_pixels else None,
        surveyed,
        grid.width * grid.height,
        surveyed_ha,
        areas.total_ha(),
    )


def require_surveyed(layer: Layer) -> None:
    """Require one surveyed pixel; reads no further than the first window that has one.

    Raises
    ------
    RasterRefused : there is none.
    """
    for window in layer.windows():
        surveyed = layer.read(window).surveyed
        if surveyed is None or surveyed.any():
            return
    raise _all_nodata(layer)


def _all_nodata(layer: Layer) -> Exception:
    nodata = "—" if layer.nodata is None else f"{layer.nodata:g}"
    return refused(layer.name, Why.ALL_NODATA, nodata=nodata)
