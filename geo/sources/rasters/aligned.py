"""Sums per carré of a raster whose pixels divide carrés: integers decide, no geometry is touched.

Windows side by side make a band of whole rows of carrés, which is handed on and forgotten; the last
row of a band waits for the next, which may go on with it. Memory holds one band, and one window
more than are read at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.grid import Floats, Grid, Integers
from geo.perimeter import Booleans, Perimeter
from geo.sources.rasters.areas import M2_PER_HA, PixelAreas
from geo.sources.rasters.grid import Alignment, Window
from geo.sources.rasters.layers import Amounts, Layer
from geo.sources.rasters.polygonise import Progress
from geo.sources.rasters.zones import Zone


@dataclass(frozen=True, slots=True)
class CarreRow:
    """One row of carrés of a raster, from the carré ``first_col``, W carrés wide.

    ``hectares`` is (quantities, W) float64; ``pixels`` (quantities, W) int64, how many pixels
    count, 0 for stated hectares; ``surveyed`` (W,) int64, how many of the ``per_carre`` pixels of
    each carré were surveyed: pixels that the raster does not have were not.
    """

    row: int
    first_col: int
    hectares: Floats
    pixels: Integers
    surveyed: Integers
    per_carre: int


@dataclass(frozen=True, slots=True)
class CarreBand:
    """Some rows of carrés, one beside the next: as :class:`CarreRow`, each array a row deeper.

    ``rows`` (k,) int64 rise or fall by 1; ``hectares`` and ``pixels`` are (quantities, k, W),
    ``surveyed`` is (k, W).
    """

    rows: Integers
    first_col: int
    hectares: Floats
    pixels: Integers
    surveyed: Integers
    per_carre: int

    def part(self, some: slice) -> CarreBand:
        """Return some of the rows, arrays shared."""
        return replace(
            self,
            rows=self.rows[some],
            hectares=self.hectares[:, some],
            pixels=self.pixels[:, some],
            surveyed=self.surveyed[some],
        )

    def each(self) -> Iterator[CarreRow]:
        """Return the rows one by one."""
        for at, row in enumerate(self.rows.tolist()):
            sums = self.hectares[:, at], self.pixels[:, at], self.surveyed[at]
            yield CarreRow(row, self.first_col, *sums, self.per_carre)

    def take(self, begun: CarreBand) -> None:
        """Add what an earlier band holds of the first row."""
        self.hectares[:, :1] += begun.hectares
        self.pixels[:, :1] += begun.pixels
        self.surveyed[:1] += begun.surveyed


def bands_of_carres(
    layer: Layer, fit: Alignment, progress: Progress | None = None, only: RunSums | None = None
) -> Iterator[CarreBand]:
    """Return the rows of carrés that a raster meets, each once, in the order of the file.

    With ``only``, windows in which these perimeters hold nothing are not read; carrés there are as
    if they had not been surveyed.
    """
    summing = _Summing(layer, fit)
    windows = [one for one in layer.windows() if only is None or only.meets(one, fit)]
    done = 0
    begun: CarreBand | None = None
    for _, beside in groupby(_read_ahead(layer, windows), key=lambda one: one[0].row):
        band: CarreBand | None = None
        for window, amounts in beside:
            band = band or summing.band_of(window)
            summing.add(band, window, amounts)
            done += 1
            if progress is not None:
                progress(done, len(windows))
        if band is None:
            continue
        if begun is not None and begun.rows[0] == band.rows[0]:
            band.take(begun)
        elif begun is not None:
            yield begun
        yield band.part(slice(-1))
        begun = band.part(slice(-1, None))
    if begun is not None:
        yield begun


def _read_ahead(layer: Layer, windows: list[Window]) -> Iterator[tuple[Window, Amounts]]:
    """Return windows and their amounts, in order; the next ones are decoded meanwhile.

    Each reads in a copy of this thread's context, where rasterio keeps who reads an address.
    """
    with ThreadPoolExecutor(max_workers=layer.readers) as readers:
        coming: deque[tuple[Window, Future[Amounts]]] = deque()
        for window in windows:
            coming.append((window, readers.submit(copy_context().run, layer.read, window)))
            if len(coming) > layer.readers:
                first, amounts = coming.popleft()
                yield first, amounts.result()
        for first, amounts in coming:
            yield first, amounts.result()


class _Summing:
    """Adds windows of pixels to bands of carrés."""

    def __init__(self, layer: Layer, fit: Alignment) -> None:
        self.layer = layer
        self.fit = fit
        self.count = len(layer.quantities)
        self.first_col = fit.first_col // fit.per_side
        last_col = (fit.first_col + layer.grid.width - 1) // fit.per_side
        self.width = last_col - self.first_col + 1

    @cached_property
    def areas(self) -> PixelAreas:
        """Areas of pixels, where pixels count whole."""
        return PixelAreas(self.layer.grid)

    def band_of(self, window: Window) -> CarreBand:
        """Return the band that a window lies in, nothing in it yet."""
        top, bottom = self._row_of(window.row), self._row_of(window.row + window.height - 1)
        rows = np.arange(top, bottom + self.fit.step, self.fit.step)
        shape = self.count, len(rows), self.width
        return CarreBand(
            rows,
            self.first_col,
            np.zeros(shape),
            np.zeros(shape, dtype=np.int64),
            np.zeros(shape[1:], dtype=np.int64),
            self.fit.per_side**2,
        )

    def add(self, band: CarreBand, window: Window, amounts: Amounts) -> None:
        """Add the amounts of a window to its carrés."""
        down, along = self._cut_down(window), self._cut_along(window)
        col = (self.fit.first_col + window.col) // self.fit.per_side - band.first_col
        at = (..., slice(col, col + len(along.sizes)))
        if amounts.surveyed is None:
            band.surveyed[at] += np.outer(down.sizes, along.sizes)
        else:
            band.surveyed[at] += along.sums(down.sums(amounts.surveyed).T).T
        for number, values in enumerate(amounts.each):
            if not values.any():
                continue
            sums = along.sums(down.sums(values).T).T
            if values.dtype == np.bool_:
                band.pixels[number][at] += sums
                sums = along.sums(self._ground(window, values, down).T).T
            band.hectares[number][at] += sums

    def _ground(self, window: Window, counted: Booleans, down: _Cut) -> Floats:
        """Return the area of the pixels that count, summed down each row of carrés."""
        area = self.areas.in_window(Window(window.row, 0, window.height, 1))[:, 0]
        starts = np.cumsum(down.sizes)[:-1]
        pairs = zip(np.split(area, starts), np.split(counted, starts), strict=True)
        return np.stack([high @ some.astype(np.float64) for high, some in pairs])

    def _row_of(self, row: int) -> int:
        """Return the row of carrés of a row of pixels."""
        return (self.fit.first_row + self.fit.step * row) // self.fit.per_side

    def _cut_down(self, window: Window) -> _Cut:
        line, n = self.fit.first_row + self.fit.step * window.row, self.fit.per_side
        return _Cut((-line if self.fit.step > 0 else line + 1) % n, n, window.height)

    def _cut_along(self, window: Window) -> _Cut:
        n = self.fit.per_side
        return _Cut(-(self.fit.first_col + window.col) % n, n, window.width)


class _Cut:
    """How carrés cut a length of pixels: the first ``begun``, then ``n`` each, then a rest."""

    def __init__(self, begun: int, n: int, length: int) -> None:
        self.n = n
        self.begun = min(begun, length)
        self.whole = (length - self.begun) // n
        self.end = self.begun + self.whole * n
        ends = [self.begun], [n] * self.whole, [length - self.end]
        self.sizes = np.array([size for some in ends for size in some if size])

    def sums(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the sums of rows (length, ...) by carré, in a type that holds them."""
        if values.dtype == np.bool_:
            values = values.view(np.uint8)
        small = values.dtype == np.uint8 and self.n < 256
        wide = np.float64 if values.dtype.kind == "f" else np.uint16 if small else np.int64
        parts = [values[: self.begun].sum(axis=0, dtype=wide)[None]] if self.begun else []
        if self.whole:
            middle = values[self.begun : self.end : self.n].astype(wide)
            for line in range(self.begun + 1, self.begun + self.n):
                each = values[line : self.end : self.n]
                np.add(middle, each, out=middle, dtype=wide, casting="unsafe")
            parts.append(middle)
        if self.end < len(values):
            parts.append(values[self.end :].sum(axis=0, dtype=wide)[None])
        return np.concatenate(parts)


@dataclass(frozen=True, slots=True)
class ZoneTotals:
    """Sums of n zones: hectares and pixels (quantities, n), hectares surveyed and in all (n,)."""

    hectares: Floats
    pixels: Integers
    surveyed_ha: Floats
    area_ha: Floats


class RunSums:
    """Sums over perimeters, fed a band of carrés at a time: all its runs at once."""

    def __init__(self, zones: Sequence[Zone], quantities: int) -> None:
        perimeters = [zone.ground for zone in zones if isinstance(zone.ground, Perimeter)]
        table = [perimeter.runs for perimeter in perimeters]
        runs = np.concatenate([*table, np.empty((0, 3))], dtype=np.int64, casting="unsafe")
        owner = np.repeat(np.arange(len(table)), [len(one) for one in table])
        order = np.lexsort((runs[:, 1], runs[:, 0]))
        self._runs, self._owner = runs[order], owner[order]
        self._carre_ha = _carre_ha(perimeters[0].grid, self._runs[:, 0]) if perimeters else None
        shape = quantities, len(table)
        self._totals = ZoneTotals(
            np.zeros(shape), np.zeros(shape, dtype=np.int64), np.zeros(shape[1]), np.zeros(shape[1])
        )
        if self._carre_ha is not None:
            lengths = self._runs[:, 2] - self._runs[:, 1]
            np.add.at(self._totals.area_ha, self._owner, self._carre_ha * lengths)

    def meets(self, window: Window, fit: Alignment) -> bool:
        """Whether a run has a carré in a window."""
        n = fit.per_side
        ends = (window.row, window.row + window.height - 1)
        low, high = sorted((fit.first_row + fit.step * row) // n for row in ends)
        west = (fit.first_col + window.col) // n
        east = (fit.first_col + window.col + window.width - 1) // n
        some = self._runs[self._in_rows(low, high)]
        return bool(((some[:, 1] <= east) & (some[:, 2] > west)).any())

    def add(self, carres: CarreBand) -> None:
        """Add what the runs in these rows of carrés hold."""
        if not len(carres.rows) or self._carre_ha is None:
            return
        some = self._in_rows(int(carres.rows.min()), int(carres.rows.max()))
        rows, width = self._runs[some, 0], carres.surveyed.shape[1]
        start, end = np.clip(self._runs[some, 1:].T - carres.first_col, 0, width)
        inside = start < end
        before = (np.abs(rows - carres.rows[0]) * width)[inside]
        owner, each_ha = self._owner[some][inside], self._carre_ha[some][inside]
        runs = before + start[inside], before + end[inside]
        for number, hectares in enumerate(carres.hectares):
            np.add.at(self._totals.hectares[number], owner, _held(hectares, *runs))
            if carres.pixels[number].any():
                held = _held(carres.pixels[number], *runs)
                np.add.at(self._totals.pixels[number], owner, held)
        surveyed = _held(carres.surveyed, *runs) * (each_ha / carres.per_carre)
        np.add.at(self._totals.surveyed_ha, owner, surveyed)

    def _in_rows(self, low: int, high: int) -> slice:
        """Return where the runs of some rows are, both included."""
        return slice(*np.searchsorted(self._runs[:, 0], [low, high + 1]).tolist())

    def totals(self) -> ZoneTotals:
        """Return the sums, in the order of the zones that are perimeters."""
        return self._totals


def _carre_ha(grid: Grid, rows: Integers) -> Floats:
    different, which = np.unique(rows, return_inverse=True)
    return np.asarray(grid.cell_area_m2(different)[which] / M2_PER_HA)


def _held(values: npt.NDArray[Any], start: Integers, end: Integers) -> npt.NDArray[Any]:
    """Return the sum of each run of carrés, none empty; they may overlap.

    ``values`` (k, W) are taken row after row. Every second sum that numpy makes lies between runs.
    """
    flat = np.append(values.ravel(), values.dtype.type(0))
    return np.asarray(np.add.reduceat(flat, np.column_stack([start, end]).ravel())[::2])
