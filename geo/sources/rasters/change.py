"""Two dates compared: what is new, what is gone, what stayed, and where nobody can say.

A pixel compares only where it was surveyed on both dates. Of stated hectares the common part of a
pixel stayed; of thresholds and classes the pixel is one or the other. So on the ground that
compares, persistence + gain is the later date and persistence + loss the earlier one, exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from geo.perimeter import Booleans
from geo.sources.rasters.grid import Window
from geo.sources.rasters.layers import Amounts, Codes, Layer, Picked, SelectedPixels, StatedHectares
from geo.sources.rasters.refusals import Why, refused

PERSISTENCE, GAIN, LOSS = 1, 2, 3
NOT_COMPARABLE = 255
"""In a raster of change; 0 is compared and neither."""
CODE_NAMES = {PERSISTENCE: "persistence", GAIN: "gain", LOSS: "loss"}


class Change:
    """The change between two layers of one kind on one grid.

    Raises
    ------
    RasterRefused : the grids differ (read the second on the first's: :class:`Ask`.onto).
    InputError : one states hectares and the other selects pixels.
    """

    quantities: tuple[str, ...] = ("gain", "loss", "persistence")

    def __init__(
        self, before: SelectedPixels | StatedHectares, after: SelectedPixels | StatedHectares
    ) -> None:
        if type(before) is not type(after):
            raise InputError("hectares compare with hectares, pixels with pixels: choose one kind")
        if not before.grid.matches(after.grid):
            detail = _difference(before, after)
            raise refused(before.name, Why.GRIDS_DIFFER, other=after.name, detail=detail)
        self.before: Layer = before
        self.after: Layer = after
        self.grid = before.grid
        self.name = f"{before.name} → {after.name}"
        self.nodata = before.nodata
        self.whole_pixels = before.whole_pixels
        self.readers = min(before.readers, after.readers)

    def windows(self) -> list[Window]:
        """Return the windows of the earlier raster."""
        return self.before.windows()

    def read(self, window: Window) -> Amounts:
        """Return gain, loss and persistence in a window; ``surveyed`` is where both dates are."""
        compared, old, new = self._both(window)
        if old.dtype == np.bool_:
            each: tuple[npt.NDArray[Any], ...] = (new & ~old, old & ~new, old & new)
        else:
            stayed = np.minimum(old, new)
            each = (new - stayed, old - stayed, stayed)
        return Amounts(compared, each)

    def pick(self, window: Window) -> Picked:
        """Return 1 persistence, 2 gain, 3 loss, 0 for neither or not comparable."""
        compared, old, new = self._both(window)
        had, has = old > 0, new > 0
        codes = np.zeros(had.shape, dtype=np.uint8)
        codes[had & has], codes[has & ~had], codes[had & ~has] = PERSISTENCE, GAIN, LOSS
        return Picked(codes, None, compared)

    def classes(self, window: Window) -> Codes:
        """Return the codes of a window with 255 where the dates do not compare."""
        picked = self.pick(window)
        if picked.surveyed is not None:
            picked.codes[~picked.surveyed] = NOT_COMPARABLE
        return picked.codes

    def require_common(self) -> None:
        """Require one pixel that compares.

        Raises
        ------
        RasterRefused : no pixel was surveyed on both dates.
        """
        for window in self.windows():
            compared = self.read(window).surveyed
            if compared is None or compared.any():
                return
        raise refused(self.before.name, Why.NO_COMMON_GROUND, other=self.after.name)

    def _both(self, window: Window) -> tuple[Booleans | None, npt.NDArray[Any], npt.NDArray[Any]]:
        """Return where both dates were surveyed, and each date's amounts, nothing elsewhere."""
        old, new = self.before.read(window), self.after.read(window)
        compared = old.surveyed
        if new.surveyed is not None:
            compared = new.surveyed if compared is None else compared & new.surveyed
        first, second = old.each[0], new.each[0]
        if first.dtype != np.bool_:
            first, second = first.astype(np.float64), second.astype(np.float64)
        if compared is not None:
            first, second = first * compared, second * compared
        return compared, first, second


def _difference(before: Layer, after: Layer) -> str:
    old, new = before.grid, after.grid
    if (old.width, old.height) != (new.width, new.height):
        return f"{old.width} × {old.height} / {new.width} × {new.height}"
    if (old.left, old.top, old.dx, old.dy) != (new.left, new.top, new.dx, new.dy):
        return f"{old.left:g} {old.top:g} {old.dx:g} {old.dy:g} / " + (
            f"{new.left:g} {new.top:g} {new.dx:g} {new.dy:g}"
        )
    return f"{old.crs[:30]} / {new.crs[:30]}"
