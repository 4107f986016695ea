"""Sums per carré of a raster whose pixels divide carrés: integers decide, no geometry is touched.

Windows side by side make a band of whole rows of carrés, which is handed on and forgotten; the last
row of a band waits for the next, which may go on with it. Memory holds two windows and one band.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby, zip_longest
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
    """Return windows and their amounts; the next one is decoded while this one is summed."""
    if not windows:
        return
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(layer.read, windows[0])
        for window, following in zip_longest(windows, windows[1:]):
            amounts = coming.result()
            if following is not None:
                coming = reader.submit(layer.read, following)
            yield window, amounts


class _Summing:
    """Adds windows of pixels to bands of carrés."""

    def __init__(self, layer: Layer, fit: Alignment) -> None:
        self.fit = fit
        self.areas = PixelAreas(layer.grid)
        self.count = len(layer.quantities)
        self.first_col = fit.first_col // fit.per_side
        last_col = (fit.first_col + layer.grid.width - 1) // fit.per_side
        self.width = last_col - self.first_col + 1

    def band_of(self, window: Window) -> CarreBand:
        """Return the band that a window lies in, nothing in it yet."""
        rows = self._rows_of(window)
        rows = rows[_firsts(rows)]
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
        tops = _firsts(self._rows_of(window))
        columns = (self.fit.first_col + window.col + np.arange(window.width)) // self.fit.per_side
        starts = _firsts(columns)
        west = int(columns[0]) - band.first_col
        at = (..., slice(west, west + len(starts)))
        if amounts.surveyed is None:
            high, wide = np.diff(tops, append=window.height), np.diff(starts, append=window.width)
            band.surveyed[at] += np.outer(high, wide)
        else:
            band.surveyed[at] += _along(_down(amounts.surveyed, tops), starts)
        for number, values in enumerate(amounts.each):
            if values.dtype != np.bool_:
                band.hectares[number][at] += _along(_down(values, tops), starts)
            elif values.any():
                band.pixels[number][at] += _along(_down(values, tops), starts)
                band.hectares[number][at] += _along(self._ground(window, values, tops), starts)

    def _ground(self, window: Window, counted: Booleans, tops: Integers) -> Floats:
        """Return the area of the pixels that count, summed down each row of carrés."""
        area = self.areas.in_window(Window(window.row, 0, window.height, 1))[:, 0]
        pairs = zip(np.split(area, tops[1:]), np.split(counted, tops[1:]), strict=True)
        return np.stack([high @ some.astype(np.float64) for high, some in pairs])

    def _rows_of(self, window: Window) -> Integers:
        """Return the row of carrés of each row of pixels."""
        lines = self.fit.first_row + self.fit.step * (window.row + np.arange(window.height))
        return np.asarray(lines // self.fit.per_side)


def _firsts(numbers: Integers) -> Integers:
    """Return where each new number begins."""
    return np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))


def _down(values: npt.NDArray[Any], tops: Integers) -> npt.NDArray[Any]:
    """Return the sums of each column from each of some rows to the next, in a type that holds them.

    Rows are added whole, one to the next.
    """
    parts = np.split(values.view(np.uint8) if values.dtype == np.bool_ else values, tops[1:])
    deepest = max(len(part) for part in parts)
    small = parts[0].dtype == np.uint8 and deepest < 256
    wide = np.float64 if values.dtype.kind == "f" else np.uint16 if small else np.int64
    return np.stack([np.add.reduce(part, axis=0, dtype=wide) for part in parts])


def _along(values: npt.NDArray[Any], starts: Integers) -> npt.NDArray[Any]:
    wide = np.float64 if values.dtype.kind == "f" else np.int64
    return np.asarray(np.add.reduceat(values, starts, axis=1, dtype=wide))


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
        table = [perimeter.runs.astype(np.int64) for perimeter in perimeters]
        runs = np.vstack([*table, np.empty((0, 3), dtype=np.int64)])
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
