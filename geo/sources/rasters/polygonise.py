"""Activity polygons from a raster, block by block, exactly as if it were read whole.

Windows give runs of pixels in integers of the whole raster; runs that touch are one object,
wherever the window ends. An object is drawn once no further row can touch it, so that memory holds
the runs of objects still open, not the raster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import InputError
from geo.geometry import Geometries
from geo.grid import Floats, Integers
from geo.perimeter import Booleans
from geo.sources.rasters.areas import PixelAreas
from geo.sources.rasters.grid import PixelGrid, Window
from geo.sources.rasters.layers import Pickable
from geo.sources.rasters.refusals import Why, refused
from geo.sources.rasters.rings import polygons_of
from geo.sources.rasters.runs import (
    PixelRuns,
    components,
    joined,
    no_runs,
    runs_in,
    together,
    touching,
)

MAX_OBJECTS = 2_000_000

Connectivity = Literal[4, 8]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class PixelObject:
    """Pixels of one code that touch one another.

    Parameters
    ----------
    row, col : of its first pixel, from the first of the raster: its name within the raster.
    code : what was picked, from 1.
    pixels : how many.
    area_ha : of its ground on the ellipsoid.
    mean, peak, total : of the values of its pixels; None where the layer has none.
    shape : MultiPolygon in pixel corners (column, row), integers, as it was drawn; one part for
        each group of pixels connected by edges.
    grid : the raster's.
    """

    row: int
    col: int
    code: int
    pixels: int
    area_ha: float
    mean: float | None
    peak: float | None
    total: float | None
    shape: BaseGeometry
    grid: PixelGrid

    @property
    def geometry(self) -> BaseGeometry:
        """The MultiPolygon in longitude and latitude, shells counter-clockwise (RFC 7946)."""
        return lonlat_of([self])[0]


@dataclass(frozen=True, slots=True)
class Drawn:
    """The objects of a raster, sorted by their first pixel, and what they were made from.

    ``surveyed_pixels`` of ``pixels`` carry data; ``too_small`` objects were below ``min_area_ha``.
    """

    objects: tuple[PixelObject, ...]
    connectivity: Connectivity
    min_area_ha: float
    pixels: int
    surveyed_pixels: int
    too_small: int
    too_small_ha: float


def polygonise(
    layer: Pickable,
    *,
    min_area_ha: float = 0.0,
    connectivity: Connectivity = 4,
    progress: Progress | None = None,
) -> Drawn:
    """Return the objects of a layer: pixels of one code that touch by edges (4) or corners (8).

    Parameters
    ----------
    min_area_ha : objects below it, measured on the ellipsoid, are counted and left out.
    progress : is told (windows done, windows in all).

    Raises
    ------
    RasterRefused : no pixel was surveyed, or there are more than :data:`MAX_OBJECTS` objects.
    InputError : the minimum area is no area, or the connectivity neither 4 nor 8.
    """
    if not min_area_ha >= 0 or not np.isfinite(min_area_ha):
        raise InputError(f"a minimum area of {min_area_ha} ha is no area: give 0 or more")
    if connectivity not in (4, 8):
        raise InputError(f"connectivity is 4 (edges) or 8 (edges and corners), not {connectivity}")
    work = _Work(layer, min_area_ha, connectivity)
    for rows, runs in _bands(layer, work, progress):
        work.add(runs, rows)
    work.finish()
    if not work.surveyed:
        nodata = "—" if layer.nodata is None else f"{layer.nodata:g}"
        raise refused(layer.name, Why.ALL_NODATA, nodata=nodata)
    return work.drawn()


def lonlat_of(objects: list[PixelObject]) -> Geometries:
    """Return the geometries of objects of one raster in longitude and latitude."""
    if not objects:
        return np.empty(0, dtype=object)
    shapes = np.array([one.shape for one in objects], dtype=object)
    return np.asarray(shapely.orient_polygons(objects[0].grid.lonlat_of(shapes)))


def _bands(
    layer: Pickable, work: _Work, progress: Progress | None
) -> Iterator[tuple[range, PixelRuns]]:
    """Return rows and runs of each band of windows, seams between windows gone."""
    windows = layer.windows()
    done = 0
    for row, beside in groupby(windows, key=lambda window: window.row):
        parts, height = [], 0
        for window in beside:
            parts.append(_runs_of(layer, window, work))
            height = window.height
            done += 1
            if progress is not None:
                progress(done, len(windows))
        yield range(row, row + height), joined(parts)


def _runs_of(layer: Pickable, window: Window, work: _Work) -> PixelRuns:
    picked = layer.pick(window)
    sound = picked.surveyed
    work.surveyed += window.height * window.width if sound is None else int(sound.sum())
    return runs_in(picked, window)


class _Work:
    """Objects still open, as runs, and those that are drawn."""

    def __init__(self, layer: Pickable, min_area_ha: float, connectivity: Connectivity) -> None:
        self.layer = layer
        self.min_area_ha = min_area_ha
        self.connectivity = connectivity
        self.areas = PixelAreas(layer.grid)
        self.surveyed = 0
        self.too_small = 0
        self.too_small_ha = 0.0
        self._objects: list[PixelObject] = []
        self._open = no_runs()
        self._label = np.empty(0, dtype=np.int64)

    def add(self, fresh: PixelRuns, rows: range) -> None:
        """Take the runs of the next band in; draw every object that it does not touch."""
        held = int(self._label.max(initial=-1)) + 1
        root = self._roots(fresh, rows, held)
        runs = together([self._open, fresh])
        label = np.concatenate([root[self._label], root[held:]])
        goes_on = np.zeros(len(root), dtype=bool)
        goes_on[root[held:][fresh.row == rows[-1]]] = True
        still = goes_on[label]
        self._draw(runs, label, ~still)
        self._open = runs.taken(still)
        self._label = np.unique(label[still], return_inverse=True)[1]

    def finish(self) -> None:
        """Draw what is still open after the last row."""
        self._draw(self._open, self._label, np.ones(len(self._open), dtype=bool))
        self._open, self._label = no_runs(), self._label[:0]

    def drawn(self) -> Drawn:
        """Return everything that was drawn."""
        grid = self.layer.grid
        return Drawn(
            objects=tuple(sorted(self._objects, key=lambda one: (one.row, one.col))),
            connectivity=self.connectivity,
            min_area_ha=self.min_area_ha,
            pixels=grid.width * grid.height,
            surveyed_pixels=self.surveyed,
            too_small=self.too_small,
            too_small_ha=self.too_small_ha,
        )

    def _roots(self, fresh: PixelRuns, rows: range, held: int) -> Integers:
        """Return the object of each open object (the first ``held``) and of each new run."""
        i, j = touching(fresh, fresh, self.connectivity)
        edge = np.flatnonzero(self._open.row == rows[0] - 1)
        above, below = touching(self._open.taken(edge), fresh, self.connectivity)
        a = np.concatenate([i + held, self._label[edge][above]])
        b = np.concatenate([j, below]) + held
        return components(held + len(fresh), a, b)

    def _draw(self, runs: PixelRuns, label: Integers, which: Booleans) -> None:
        """Draw the objects of some runs."""
        if not which.any():
            return
        runs, owner = runs.taken(which), np.unique(label[which], return_inverse=True)[1]
        area = self.areas.of_runs(runs.row, runs.start, runs.end)
        of_object: Floats = np.bincount(owner, area).astype(np.float64)
        large = of_object >= self.min_area_ha
        self.too_small += int((~large).sum())
        self.too_small_ha += float(of_object[~large].sum())
        kept = large[owner]
        owner = np.unique(owner[kept], return_inverse=True)[1]
        self._objects += self._made(runs.taken(kept), owner, of_object[large])
        if len(self._objects) > MAX_OBJECTS:
            raise refused(self.layer.name, Why.TOO_MANY_OBJECTS, limit=f"{MAX_OBJECTS:,}")

    def _made(self, runs: PixelRuns, owner: Integers, area_ha: Floats) -> list[PixelObject]:
        count = len(area_ha)
        if not count:
            return []
        order = np.lexsort((runs.start, runs.row))
        runs, owner = runs.taken(order), owner[order]
        shapes = _shapes(runs, owner, count, self.connectivity)
        first = np.unique(owner, return_index=True)[1]
        pixels = np.bincount(owner, runs.end - runs.start).astype(np.int64)
        total = np.bincount(owner, runs.total)
        peak = np.full(count, -np.inf)
        with np.errstate(invalid="ignore"):  # NaN: there are no values
            np.maximum.at(peak, owner, runs.peak)
        return [
            PixelObject(
                row=int(runs.row[at]),
                col=int(runs.start[at]),
                code=int(runs.code[at]),
                pixels=int(pixels[number]),
                area_ha=float(area_ha[number]),
                mean=_known(total[number] / pixels[number]),
                peak=_known(peak[number]),
                total=_known(total[number]),
                shape=shapes[number],
                grid=self.layer.grid,
            )
            for number, at in enumerate(first.tolist())
        ]


def _shapes(runs: PixelRuns, owner: Integers, count: int, connectivity: int) -> Geometries:
    """Return the MultiPolygon of each object: one polygon for each piece connected by edges."""
    piece_owner = np.arange(count)
    piece = owner
    if connectivity == 8:
        root = components(len(runs), *touching(runs, runs, 4))
        heads, piece = np.unique(root, return_inverse=True)
        piece_owner = owner[heads]
    polygons = polygons_of(runs, piece, len(piece_owner))
    order = np.argsort(piece_owner, kind="stable")
    return np.asarray(shapely.multipolygons(polygons[order], indices=piece_owner[order]))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
