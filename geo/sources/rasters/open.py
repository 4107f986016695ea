"""Opening a raster: a path or an address, one band, read window by window, or a refusal by name.

A pixel that the file does not vouch for (nodata, mask, alpha, NaN, infinity) is *not surveyed*; it
is never read as zero.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from geo.errors import RasterRefused
from geo.law.values import Bilingual
from geo.perimeter import Booleans
from geo.sources.rasters.addresses import RemoteFile, is_address, vetted
from geo.sources.rasters.checks import Checked, checked, require_size
from geo.sources.rasters.grid import PixelGrid, Window
from geo.sources.rasters.refusals import Why, refused
from geo.sources.text import shown

if TYPE_CHECKING:
    from rasterio.io import DatasetReader

PIXELS_AT_ONCE = 1 << 20
"""About how many pixels a window has: few enough to stay near the processor between passes."""
GDAL_CACHE_MB = 64
READERS = min(4, os.cpu_count() or 1)
"""How many threads may read a file on disk at once, each through a handle of its own."""

_SIGNATURES = (
    (b"II*\x00", "GTiff"),
    (b"MM\x00*", "GTiff"),
    (b"II+\x00", "GTiff"),
    (b"MM\x00+", "GTiff"),
    (b"\x00\x00\x00\x0cjP  ", "JP2OpenJPEG"),
    (b"EHFA_HEADER_TAG", "HFA"),
)
_ENVIRONMENT = {
    "GDAL_CACHEMAX": GDAL_CACHE_MB,
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
}
"""GDAL itself asks no address: a companion file (``.aux.xml``) may name one for overviews."""

Values = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of a raster.

    Parameters
    ----------
    band : number from 1, or the name that the file gives a band.
    over : a second band, by which the first is divided; a pixel where it is 0 is not surveyed.
    scale : by which values are multiplied, 0.01 for percent; None: as the file declares.
    crs : its CRS where the file names none; where it names another the raster is refused.
    nodata : a value that means nodata where the file declares none.
    allow_private : addresses of this machine and of private networks may be read too.
    onto : a grid on which it is read by nearest neighbour, what lies outside as not surveyed.
    """

    band: int | str = 1
    over: int | str | None = None
    scale: float | None = None
    crs: str | None = None
    nodata: float | None = None
    allow_private: bool = False
    onto: PixelGrid | None = None


class Raster:
    """An opened raster: its grid, and its values by window. Made by :func:`open_raster`.

    Windows may be read from several threads; as many are read at once as ``readers`` says.
    """

    def __init__(
        self, name: str, handles: Sequence[DatasetReader], told: Checked, ask: Ask
    ) -> None:
        self.name = name
        self.grid: PixelGrid = told.grid
        self.bands = told.bands
        self.band = told.band
        self.over = told.over
        self.ask = ask
        self.readers = len(handles)
        self._dataset = handles[0]
        self._idle: SimpleQueue[DatasetReader] = SimpleQueue()
        for handle in handles:
            self._idle.put(handle)

    @property
    def dtype(self) -> str:
        """Type of the values in the file."""
        return str(self._dataset.dtypes[self.band - 1])

    @property
    def driver(self) -> str:
        """GDAL's name of the format."""
        return str(self._dataset.driver)

    @property
    def description(self) -> str | None:
        """The name that the file gives the band."""
        described = self._dataset.descriptions[self.band - 1]
        return None if described is None else str(described)

    @cached_property
    def nodata(self) -> float | None:
        """The value that means nodata: as declared, else as asked; None where neither says one."""
        declared = self._dataset.nodatavals[self.band - 1]
        return self.ask.nodata if declared is None else float(declared)

    @cached_property
    def masked_by(self) -> tuple[str, ...]:
        """What says which pixels count: ``nodata``, ``per_dataset``, ``alpha``; () for none."""
        flags = [flag.name for flag in self._dataset.mask_flag_enums[self.band - 1]]
        if flags == ["all_valid"]:
            return () if self.nodata is None else ("nodata",)
        return tuple(flags)

    @cached_property
    def notes(self) -> tuple[Bilingual, ...]:
        """What a reader of results must know of this raster, in French and English."""
        told = []
        if not self.masked_by:
            told.append(_NODATA_NOT_DECLARED)
        if self.grid.dy > 0:
            told.append(_SOUTH_UP)
        if self.scaling != (1.0, 0.0):
            told.append(_scaled(*self.scaling))
        return tuple(told)

    @cached_property
    def scaling(self) -> tuple[float, float]:
        """Factor and offset by which the numbers of the file become values."""
        if self.ask.scale is not None:
            return self.ask.scale, 0.0
        at = self.band - 1
        return float(self._dataset.scales[at]), float(self._dataset.offsets[at])

    def windows(self) -> list[Window]:
        """Return windows of whole blocks of the file, about :data:`PIXELS_AT_ONCE` pixels each."""
        high, wide = self._dataset.block_shapes[self.band - 1]
        high, wide = min(high, self.grid.height), min(wide, self.grid.width)
        across = max(1, min(-(-self.grid.width // wide), PIXELS_AT_ONCE // (high * wide)))
        down = max(1, PIXELS_AT_ONCE // (high * wide * across))
        return self.grid.windows(high * down, wide * across)

    def read(self, window: Window) -> tuple[Values, Booleans | None]:
        """Return the values in a window and which of them were surveyed.

        Returns
        -------
        values : (height, width), of the file's dtype, or float64 where scaled or divided.
        surveyed : (height, width) bool; None where all are.

        Raises
        ------
        RasterRefused : the file is damaged, or its server gives up.
        """
        values, surveyed = self._band(self.band, window)
        if self.scaling != (1.0, 0.0):
            values = values.astype(np.float64) * self.scaling[0] + self.scaling[1]
        if self.over is None:
            return values, surveyed
        under, also = self._band(self.over, window)
        sound = under != 0
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.divide(values, under, dtype=np.float64)
        return ratio, _both(_both(surveyed, also), None if sound.all() else sound)

    def _band(self, band: int, window: Window) -> tuple[Values, Booleans | None]:
        import rasterio
        from rasterio.windows import Window as Rectangle

        where = Rectangle(window.col, window.row, window.width, window.height)
        dataset = self._idle.get()
        try:
            values = dataset.read(band, window=where)
            return values, self._surveyed(dataset, band, values, where)
        except rasterio.errors.RasterioError as error:
            raise refused(self.name, Why.DAMAGED) from error
        finally:
            self._idle.put(dataset)

    def _surveyed(
        self, dataset: DatasetReader, band: int, values: Values, where: Any
    ) -> Booleans | None:
        """Return which pixels were surveyed, None for all: by mask or nodata, never NaN."""
        flags = [flag.name for flag in dataset.mask_flag_enums[band - 1]]
        sound: Booleans | None = None
        if values.dtype.kind == "f":
            finite = np.isfinite(values)
            sound = None if finite.all() else finite
        declared = dataset.nodatavals[band - 1]
        nodata = self.ask.nodata if declared is None else declared
        if flags not in (["all_valid"], ["nodata"]):
            mask = dataset.read_masks(band, window=where) != 0
            sound = _both(sound, None if mask.all() else mask)
        if nodata is not None and not np.isnan(nodata):
            sound = _both(sound, _not_nodata(values, nodata))
        return sound


@contextmanager
def open_raster(source: str | Path, ask: Ask | None = None) -> Iterator[Raster]:
    """Open a raster by path or http(s) address.

    Raises
    ------
    RasterRefused : see :class:`geo.sources.rasters.refusals.Why`.
    """
    asked = ask or Ask()
    with _handles(str(source), asked) as (name, handles):
        require_size(name, handles[0])
        told = checked(name, handles[0], asked.band, asked.over, asked.crs)
        if asked.onto is None:
            yield Raster(name, handles, told, asked)
            return
        with _resampled(handles[0], told, asked) as moved:
            yield Raster(name, [moved], replace(told, grid=asked.onto), asked)


@contextmanager
def _resampled(dataset: DatasetReader, told: Checked, ask: Ask) -> Iterator[DatasetReader]:
    """Give the raster as it reads on another grid, by nearest neighbour, masked outside."""
    import rasterio
    from rasterio.vrt import WarpedVRT

    onto, masked = ask.onto, dataset.nodatavals[told.band - 1] is not None
    if onto is None:
        raise ValueError("no grid to read it on")
    with WarpedVRT(
        dataset,
        src_crs=told.grid.crs,
        crs=onto.crs,
        transform=rasterio.Affine(onto.dx, 0, onto.left, 0, onto.dy, onto.top),
        width=onto.width,
        height=onto.height,
        resampling=rasterio.enums.Resampling.nearest,
        add_alpha=not masked,
    ) as moved:
        yield moved


@contextmanager
def _handles(source: str, ask: Ask) -> Iterator[tuple[str, list[DatasetReader]]]:
    """Give a file by several handles, one behind an address by one."""
    import rasterio

    if is_address(source):
        with rasterio.Env(**_ENVIRONMENT), _remote(source, ask) as (name, dataset):
            yield name, [dataset]
        return
    path = Path(source)
    name = shown(path.name or source)
    try:
        with path.open("rb") as file:
            head = file.read(64)
    except (OSError, ValueError) as error:
        raise refused(name, Why.NOT_FOUND) from error
    with rasterio.Env(**_ENVIRONMENT), ExitStack() as opened:
        where = str(path.absolute())
        yield name, [opened.enter_context(_opened(name, where, head)) for _ in range(READERS)]


@contextmanager
def _remote(source: str, ask: Ask) -> Iterator[tuple[str, DatasetReader]]:
    file = RemoteFile(vetted(source, allow_private=ask.allow_private))
    try:
        name = shown(file.address.name.rpartition("/")[2] or file.address.name)
        head = file.read(64)

        def only_this(path: str, *_: object, **__: object) -> RemoteFile:
            """Give GDAL the one file; companions that it would look for are not there."""
            if path != "raster":
                raise FileNotFoundError(path)
            return file.rewind()

        with _opened(name, "raster", head, opener=only_this) as dataset:
            yield name, dataset
        if file.trouble is not None:
            raise file.trouble
    except RasterRefused as error:
        if file.trouble is not None and file.trouble is not error:
            raise file.trouble from error
        raise
    finally:
        file.end()


@contextmanager
def _opened(name: str, path: str, head: bytes, **how: Any) -> Iterator[DatasetReader]:
    """Open with the one driver that the first bytes name: no virtual file, no other address."""
    import warnings

    import rasterio

    driver = _driver_of(head)
    if driver is None:
        raise refused(name, Why.NOT_A_RASTER)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            dataset = rasterio.open(path, driver=driver, sharing=False, **how)
    except rasterio.errors.RasterioError as error:
        raise refused(name, Why.DAMAGED) from error
    with dataset:
        yield dataset


def _driver_of(head: bytes) -> str | None:
    for signature, driver in _SIGNATURES:
        if head.startswith(signature):
            return driver
    return "AAIGrid" if head.lstrip().lower().startswith(b"ncols") else None


def _both(one: Booleans | None, other: Booleans | None) -> Booleans | None:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _not_nodata(values: Values, nodata: float) -> Booleans | None:
    """Return where values are not nodata, as their own type writes it; None for everywhere."""
    if values.dtype.kind in "iu":
        limits = np.iinfo(values.dtype)
        if nodata != int(nodata) or not limits.min <= nodata <= limits.max:
            return None
    differ = values != values.dtype.type(nodata)
    return None if differ.all() else differ


_NODATA_NOT_DECLARED = Bilingual(
    "Aucune valeur nodata ni masque n'est déclaré : chaque pixel compte comme relevé.",
    "No nodata value or mask is declared: every pixel counts as surveyed.",
)
_SOUTH_UP = Bilingual(
    "Les lignes du fichier vont du sud au nord ; elles sont lues ainsi.",
    "The rows of the file run from south to north; they are read so.",
)


def _scaled(factor: float, offset: float) -> Bilingual:
    return Bilingual(
        f"Valeur = nombre du fichier × {factor:g} + {offset:g}.",
        f"Value = number of the file × {factor:g} + {offset:g}.",
    )
