"""Sums per carré of a raster whose pixels divide carrés: integers decide, no geometry is touched.

One row of carrés is complete when all its rows of pixels were read; then it is handed on and
forgotten. Memory holds one band of windows and its rows of carrés.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby, zip_longest
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.grid import Floats, Integers
from geo.perimeter import Perimeter
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


def rows_of_carres(
    layer: Layer, fit: Alignment, progress: Progress | None = None, only: RunSums | None = None
) -> Iterator[CarreRow]:
    """Return the rows of carrés that a raster meets, each once, in the order of the file.

    With ``only``, windows in which these perimeters hold nothing are not read; carrés there are as
    if they had not been surveyed.
    """
    work = _Rows(layer, fit)
    windows = [one for one in layer.windows() if only is None or only.meets(one, fit)]
    total = len(windows)
    done = 0
    for _, beside in groupby(_read_ahead(layer, windows), key=lambda one: one[0].row):
        for window, amounts in beside:
            work.add(window, amounts)
            done += 1
            if progress is not None:
                progress(done, total)
        yield from work.complete(window.row + window.height)


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


class _Rows:
    """Rows of carrés under way."""

    def __init__(self, layer: Layer, fit: Alignment) -> None:
        n = fit.per_side
        self.fit = fit
        self.height = layer.grid.height
        self.areas = PixelAreas(layer.grid)
        self.count = len(layer.quantities)
        self.first_col = fit.first_col // n
        self.width = (fit.first_col + layer.grid.width - 1) // n - self.first_col + 1
        self._under_way: dict[int, CarreRow] = {}

    def add(self, window: Window, amounts: Amounts) -> None:
        """Add the amounts of a window to its carrés."""
        columns = self.fit.first_col + window.col + np.arange(window.width)
        carres, starts = np.unique(columns // self.fit.per_side, return_index=True)
        at = slice(int(carres[0]) - self.first_col, int(carres[-1]) - self.first_col + 1)
        lines = self._row_of(np.arange(window.row, window.row + window.height))
        edges = np.flatnonzero(np.diff(lines, prepend=lines[0] - 1, append=lines[-1] - 1))
        if len(edges) < 2 or edges[-1] != window.height:
            edges = np.append(edges[edges < window.height], window.height)
        for top, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            target = self._row(int(lines[top]))
            self._add_rows(target, at, starts, amounts, window, top, end)

    def _add_rows(
        self,
        target: CarreRow,
        at: slice,
        starts: Integers,
        amounts: Amounts,
        window: Window,
        top: int,
        end: int,
    ) -> None:
        """Add some rows of pixels, all of one row of carrés: down first, then along."""
        if amounts.surveyed is None:
            whole = np.diff(starts, append=window.width) * (end - top)
            target.surveyed[at] += whole
        else:
            target.surveyed[at] += _along(_down(amounts.surveyed[top:end]), starts)
        for number, values in enumerate(amounts.each):
            if values.dtype != np.bool_:
                target.hectares[number, at] += _along(_down(values[top:end]), starts)
                continue
            some = values[top:end]
            if not some.any():
                continue
            target.pixels[number, at] += _along(_down(some), starts)
            area = self.areas.in_window(Window(window.row + top, 0, end - top, 1))[:, 0]
            target.hectares[number, at] += _along(area @ some.astype(np.float64), starts)

    def complete(self, rows_done: int) -> list[CarreRow]:
        """Return the rows of carrés that no further row of pixels belongs to."""
        goes_on = None
        if rows_done < self.height:
            goes_on = int(self._row_of(np.array([rows_done]))[0])
        ready = [row for row in self._under_way if row != goes_on]
        return [self._under_way.pop(row) for row in ready]

    def _row_of(self, rows: Integers) -> Integers:
        return np.asarray((self.fit.first_row + self.fit.step * rows) // self.fit.per_side)

    def _row(self, row: int) -> CarreRow:
        if row not in self._under_way:
            self._under_way[row] = CarreRow(
                row=row,
                first_col=self.first_col,
                hectares=np.zeros((self.count, self.width)),
                pixels=np.zeros((self.count, self.width), dtype=np.int64),
                surveyed=np.zeros(self.width, dtype=np.int64),
                per_carre=self.fit.per_side**2,
            )
        return self._under_way[row]


def _down(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return the sum of each column in a type that holds it: rows added whole, one to the next."""
    if values.dtype.kind == "f":
        return np.asarray(np.add.reduce(values, axis=0, dtype=np.float64))
    whole = values.view(np.uint8) if values.dtype == np.bool_ else values
    small = whole.dtype == np.uint8 and len(whole) < 256
    wide = np.uint16 if small else np.int64
    return np.asarray(np.add.reduce(whole, axis=0, dtype=wide))


def _along(values: npt.NDArray[Any], starts: Integers) -> npt.NDArray[Any]:
    wide = np.float64 if values.dtype.kind == "f" else np.int64
    return np.asarray(np.add.reduceat(values, starts, dtype=wide))


@dataclass(frozen=True, slots=True)
class ZoneTotals:
    """Sums of n zones: hectares and pixels (quantities, n), hectares surveyed (n,)."""

    hectares: Floats
    pixels: Integers
    surveyed_ha: Floats


class RunSums:
    """Sums over perimeters, fed a row of carrés at a time: each run is a difference of two sums."""

    def __init__(self, zones: Sequence[Zone], quantities: int) -> None:
        perimeters = [zone.ground for zone in zones if isinstance(zone.ground, Perimeter)]
        table = [perimeter.runs.astype(np.int64) for perimeter in perimeters]
        runs = np.vstack([*table, np.empty((0, 3), dtype=np.int64)])
        owner = np.repeat(np.arange(len(table)), [len(one) for one in table])
        order = np.argsort(runs[:, 0], kind="stable")
        self._runs, self._owner = runs[order], owner[order]
        self._grid = perimeters[0].grid if perimeters else None
        self._totals = ZoneTotals(
            np.zeros((quantities, len(table))),
            np.zeros((quantities, len(table)), dtype=np.int64),
            np.zeros(len(table)),
        )

    def meets(self, window: Window, fit: Alignment) -> bool:
        """Whether a run has a carré in a window."""
        n = fit.per_side
        ends = (window.row, window.row + window.height - 1)
        low, high = sorted((fit.first_row + fit.step * row) // n for row in ends)
        west = (fit.first_col + window.col) // n
        east = (fit.first_col + window.col + window.width - 1) // n
        some = self._runs[slice(*np.searchsorted(self._runs[:, 0], [low, high + 1]))]
        return bool(((some[:, 1] <= east) & (some[:, 2] > west)).any())

    def add(self, carres: CarreRow) -> None:
        """Add what the runs in this row of carrés hold."""
        some = slice(*np.searchsorted(self._runs[:, 0], [carres.row, carres.row + 1]))
        owner = self._owner[some]
        if not len(owner) or self._grid is None:
            return
        width = len(carres.surveyed)
        start, end = np.clip(self._runs[some, 1:].T - carres.first_col, 0, width)
        for number in range(len(carres.hectares)):
            held = _between(carres.hectares[number], start, end)
            np.add.at(self._totals.hectares[number], owner, held)
            if carres.pixels[number].any():
                counted = _between(carres.pixels[number], start, end)
                np.add.at(self._totals.pixels[number], owner, counted)
        area_ha = float(self._grid.cell_area_m2([carres.row])[0]) / M2_PER_HA
        surveyed = _between(carres.surveyed, start, end) * (area_ha / carres.per_carre)
        np.add.at(self._totals.surveyed_ha, owner, surveyed)

    def totals(self) -> ZoneTotals:
        """Return the sums, in the order of the zones that are perimeters."""
        return self._totals


def _between(values: npt.NDArray[Any], start: Integers, end: Integers) -> npt.NDArray[Any]:
    before = np.concatenate([np.zeros(1, dtype=values.dtype), np.cumsum(values)])
    return np.asarray(before[end] - before[start])
