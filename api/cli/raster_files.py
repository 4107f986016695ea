"""Files that ``mabele raster`` leaves: polygons, tables and rasters, all together or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.sources.rasters.aligned import CarreRow
    from geo.sources.rasters.change import Change
    from geo.sources.rasters.cog import Piece
    from geo.sources.rasters.hectares import ZoneSum
    from geo.sources.rasters.polygonise import Drawn, Progress
    from maps.report import Cell

OBJECTS_AT_ONCE = 20_000


def write_polygons(path: Path, drawn: Drawn, class_names: Sequence[str]) -> None:
    """Write objects as a GeoPackage in longitude and latitude, a batch at a time.

    Columns: pixel (row,column of the first), class, pixels, area_ha, value_mean, value_max,
    value_sum.
    """
    import geopandas
    from shapely import to_wkt

    from geo.sources.rasters.polygonise import lonlat_of

    for start in range(0, max(1, len(drawn.objects)), OBJECTS_AT_ONCE):
        some = list(drawn.objects[start : start + OBJECTS_AT_ONCE])
        frame = geopandas.GeoDataFrame(
            {
                "pixel": [f"{one.row},{one.col}" for one in some],
                "class": [class_names[one.code - 1] for one in some],
                "pixels": [one.pixels for one in some],
                "area_ha": [one.area_ha for one in some],
                "value_mean": [one.mean for one in some],
                "value_max": [one.peak for one in some],
                "value_sum": [one.total for one in some],
                "pixel_polygon": [to_wkt(one.shape, rounding_precision=0) for one in some],
            },
            geometry=lonlat_of(some),
            crs="EPSG:4326",
        )
        frame.to_file(
            path, layer="polygons", driver="GPKG", engine="pyogrio", append=start > 0,
            geometry_type="MultiPolygon",
        )  # fmt: skip


def write_sums(path: Path, sums: Iterable[ZoneSum]) -> None:
    """Write sums by ground as CSV; an empty cell is ground that was not surveyed at all."""
    from maps.report import write_csv

    lines = list(sums)
    names = list(lines[0].hectares) if lines else []
    rows: list[list[Cell]] = [
        [
            one.code,
            *(one.hectares[name] for name in names),
            *(None if one.pixels is None else one.pixels[name] for name in names),
            one.not_surveyed_share,
            one.surveyed_ha,
            one.area_ha,
            one.method,
        ]
        for one in lines
    ]
    columns = ["code", *(_ha(name) for name in names), *(f"{name}_pixels" for name in names)]
    write_csv(path, [*columns, "not_surveyed_share", "surveyed_ha", "area_ha", "method"], rows)


def _ha(name: str) -> str:
    return name if name == "hectares" else f"{name}_ha"


def write_carres(folder: Path, rows: Sequence[CarreRow], names: Sequence[str]) -> None:
    """Write ``carres.csv`` (those with activity) and ``carres.tif`` (nodata: not surveyed)."""
    from maps.report import write_csv

    columns = ["column", "row", *(_ha(name) for name in names), "not_surveyed_share"]
    write_csv(folder / "carres.csv", columns, _active(rows))
    _write_carre_raster(folder / "carres.tif", rows, names)


def _active(rows: Sequence[CarreRow]) -> Iterator[list[Cell]]:
    import numpy as np

    for line in sorted(rows, key=lambda one: one.row):
        for at in np.flatnonzero((line.hectares != 0).any(axis=0)).tolist():
            share = 1 - int(line.surveyed[at]) / line.per_carre
            yield [line.first_col + at, line.row, *line.hectares[:, at].tolist(), share]


def _write_carre_raster(path: Path, rows: Sequence[CarreRow], names: Sequence[str]) -> None:
    import numpy as np

    from geo.grid import DRC
    from geo.sources.rasters.cog import BLOCK, write_cog
    from geo.sources.rasters.grid import PixelGrid

    top, low = max(one.row for one in rows), min(one.row for one in rows)
    width, first = len(rows[0].surveyed), rows[0].first_col
    left, north = DRC.coordinates_of([(first, top + 1)])[0].tolist()
    side = float(DRC.cell)
    grid = PixelGrid("EPSG:4326", left, north, side, -side, width, top - low + 1)

    by_row = {top - line.row: line for line in rows}

    def pieces() -> Iterator[Piece]:
        for window in grid.windows(BLOCK, width):
            lines = [by_row[window.row + down] for down in range(window.height)]
            surveyed = np.stack([line.surveyed for line in lines])
            sums = np.stack([line.hectares for line in lines], axis=1)
            share = 1 - surveyed / rows[0].per_carre
            yield window, (*np.where(surveyed > 0, sums, np.nan), share)

    bands = (*(_ha(name) for name in names), "not_surveyed_share")
    write_cog(path, grid, pieces(), bands=bands, dtype="float64", nodata=float("nan"))


def write_change(path: Path, change: Change, progress: Progress) -> None:
    """Write change as classes: 0 neither, 1 persistence, 2 gain, 3 loss, 255 not comparable."""
    from geo.sources.rasters.change import NOT_COMPARABLE
    from geo.sources.rasters.cog import write_cog

    windows = change.windows()

    def pieces() -> Iterator[Piece]:
        for done, window in enumerate(windows, start=1):
            yield window, (change.classes(window),)
            progress(done, len(windows))

    write_cog(path, change.grid, pieces(), bands=("change",), dtype="uint8", nodata=NOT_COMPARABLE)
