"""What of a raster counts as activity: a threshold, classes, or hectares stated per pixel.

A layer is read by window and answers with amounts: booleans are pixels whose ground counts whole,
numbers are hectares within the pixel. Pixels that were not surveyed carry no amount; they are said
beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from geo.errors import InputError
from geo.perimeter import Booleans
from geo.sources.rasters.areas import PixelAreas
from geo.sources.rasters.grid import PixelGrid, Window
from geo.sources.rasters.open import Raster, Values
from geo.sources.rasters.refusals import Why, refused

Codes = npt.NDArray[np.uint8]
MAX_CLASSES = 250


class Kind(StrEnum):
    """What the values of a raster are."""

    PROBABILITY = "probability"
    CLASS = "class"
    HECTARES = "hectares"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which values count: those from ``at_least`` to ``at_most``, both included, or some classes.

    Raises
    ------
    InputError : it says nothing, both, or too many classes.
    """

    at_least: float | None = None
    at_most: float | None = None
    classes: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        bounded = self.at_least is not None or self.at_most is not None
        if bounded == bool(self.classes):
            raise InputError(
                "which values count? Give a threshold (--at-least, --at-most) or class values "
                "(--class), not both."
            )
        if len(set(self.classes)) > MAX_CLASSES:
            raise InputError(f"more than {MAX_CLASSES} classes; name fewer.")

    def codes_of(self, values: Values) -> Codes:
        """Return 0 where a value does not count, else 1, or the place of its class from 1."""
        if self.classes:
            codes = np.zeros(values.shape, dtype=np.uint8)
            for place, value in enumerate(dict.fromkeys(self.classes), start=1):
                codes[values == value] = place
            return codes
        counted = np.ones(values.shape, dtype=bool)
        with np.errstate(invalid="ignore"):
            if self.at_least is not None:
                counted = values >= _bound(values, self.at_least)
            if self.at_most is not None:
                counted &= values <= _bound(values, self.at_most)
        return counted.view(np.uint8)

    def class_of(self, code: int) -> float | None:
        """Return the class value of a code, None where a threshold selects."""
        return tuple(dict.fromkeys(self.classes))[code - 1] if self.classes else None


def _bound(values: Values, bound: float) -> Any:
    """Return a bound in the type of float values, so that 0.7 written as float32 reaches 0.7."""
    return values.dtype.type(bound) if values.dtype.kind == "f" else bound


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a window holds: one array (height, width) per quantity, and what was surveyed.

    ``surveyed`` None means all. Booleans count a pixel's whole area, float64 are hectares in it.
    """

    surveyed: Booleans | None
    each: tuple[npt.NDArray[Any], ...]


@dataclass(frozen=True, slots=True)
class Picked:
    """Pixels of a window as codes (0 is none), their values where there are some."""

    codes: Codes
    values: Values | None
    surveyed: Booleans | None


class Layer(Protocol):
    """Anything that is summed by ground: names of its quantities, and amounts by window."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    @property
    def grid(self) -> PixelGrid:
        """Its pixels."""

    @property
    def quantities(self) -> tuple[str, ...]:
        """Names of what it holds."""

    @property
    def whole_pixels(self) -> bool:
        """Whether pixels count whole, and so can be counted; else they state hectares."""

    @property
    def nodata(self) -> float | None:
        """The value that means nodata, for messages."""

    @property
    def readers(self) -> int:
        """How many threads may read at once."""

    def windows(self) -> list[Window]:
        """Return the windows to read, row by row."""

    def read(self, window: Window) -> Amounts:
        """Return what a window holds."""


class Pickable(Protocol):
    """Anything that objects are made of: codes by window."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    @property
    def grid(self) -> PixelGrid:
        """Its pixels."""

    @property
    def nodata(self) -> float | None:
        """The value that means nodata, for messages."""

    def windows(self) -> list[Window]:
        """Return the windows to read, row by row."""

    def pick(self, window: Window) -> Picked:
        """Return the codes of a window."""


class SelectedPixels:
    """Pixels of a probability, class or plain raster that count, each with its whole ground."""

    quantities: tuple[str, ...] = ("hectares",)
    whole_pixels = True

    def __init__(self, raster: Raster, kind: Kind, selection: Selection) -> None:
        self.raster = raster
        self.kind = kind
        self.selection = selection

    @property
    def name(self) -> str:
        """The raster's name."""
        return self.raster.name

    @property
    def grid(self) -> PixelGrid:
        """The raster's pixels."""
        return self.raster.grid

    @property
    def nodata(self) -> float | None:
        """The raster's nodata value."""
        return self.raster.nodata

    @property
    def readers(self) -> int:
        """How many threads may read the raster at once."""
        return self.raster.readers

    def windows(self) -> list[Window]:
        """Return the raster's windows."""
        return self.raster.windows()

    def pick(self, window: Window) -> Picked:
        """Return the codes and values of a window.

        Raises
        ------
        RasterRefused : a probability lies outside 0 to 1, or hectares are negative.
        """
        values, surveyed = self.raster.read(window)
        require_kind(self.raster.name, self.kind, values, surveyed)
        codes = self.selection.codes_of(values)
        if surveyed is not None:
            codes = codes * surveyed
        return Picked(codes, values, surveyed)

    def read(self, window: Window) -> Amounts:
        """Return where a window counts."""
        picked = self.pick(window)
        return Amounts(picked.surveyed, (picked.codes != 0,))


class StatedHectares:
    """A raster whose values are hectares of activity within each pixel."""

    quantities: tuple[str, ...] = ("hectares",)
    whole_pixels = False

    def __init__(self, raster: Raster) -> None:
        self.raster = raster
        self.fuller_pixels = 0
        """Pixels read so far that state more hectares than they have."""
        self._areas = PixelAreas(raster.grid)
        self._counting = Lock()

    @property
    def name(self) -> str:
        """The raster's name."""
        return self.raster.name

    @property
    def grid(self) -> PixelGrid:
        """The raster's pixels."""
        return self.raster.grid

    @property
    def nodata(self) -> float | None:
        """The raster's nodata value."""
        return self.raster.nodata

    @property
    def readers(self) -> int:
        """How many threads may read the raster at once."""
        return self.raster.readers

    def windows(self) -> list[Window]:
        """Return the raster's windows."""
        return self.raster.windows()

    def read(self, window: Window) -> Amounts:
        """Return the hectares in a window; 0 where it was not surveyed.

        Raises
        ------
        RasterRefused : hectares are negative.
        """
        values, surveyed = self.raster.read(window)
        if surveyed is not None:
            values = np.where(surveyed, values, values.dtype.type(0))
        if values.dtype.kind != "u":
            require_kind(self.raster.name, Kind.HECTARES, values, None)
        area = self._areas.in_window(window)
        if values.size and values.max() > area.min():
            if values.dtype.kind in "iu":  # above 0.8 is above 0, and compares without a cast
                area = np.floor(area).clip(max=np.iinfo(values.dtype).max).astype(values.dtype)
            fuller = int(np.count_nonzero(values > area))
            with self._counting:
                self.fuller_pixels += fuller
        return Amounts(surveyed, (values,))


def require_kind(name: str, kind: Kind, values: Values, surveyed: Booleans | None) -> None:
    """Require that surveyed values can be what the raster is said to hold.

    Raises
    ------
    RasterRefused : not_probability, negative_hectares.
    """
    if kind not in (Kind.PROBABILITY, Kind.HECTARES):
        return
    sound = values if surveyed is None else values[surveyed]
    if not sound.size:
        return
    low, high = sound.min(), sound.max()
    if kind is Kind.HECTARES and low < 0:
        raise refused(name, Why.NEGATIVE_HECTARES, value=f"{float(low):g}")
    if kind is Kind.PROBABILITY and (low < 0 or high > 1):
        value = float(high if high > 1 else low)
        raise refused(name, Why.NOT_PROBABILITY, value=f"{value:g}")
