"""Files of the demonstration register: GeoJSON, GeoPackage, zipped Shapefile.

Every file and every row says that it is illustrative. The same register, schema and format give
the same bytes, if GDAL is the same.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import shapely

from geo.demo.rights import DemoRegister, DemoRight
from geo.demo.rows import Row, Schema, geometries_of, rows_of
from geo.demo.words import NOTE
from geo.errors import FileRefused

FORMATS = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG", ".zip": "ESRI Shapefile"}
DAY = date(1980, 1, 1)
"""When every file says that it was made, so that the same register gives the same bytes."""

_CLOCK = "OGR_CURRENT_DATE"
LAYER = "demonstration_illustratif"
TITLE = f"Mabele: registre de démonstration. {NOTE}"


def write_register(register: DemoRegister, path: Path, schema: Schema = "2015") -> tuple[Path, ...]:
    """Write the register; returns the files written.

    The format follows the suffix: .geojson, .gpkg, or .zip for a zipped Shapefile. In the schema
    ``public`` the artisanal zones go to a file of their own beside it, as in the real one.

    Raises
    ------
    FileRefused : the suffix names no format that can be written.
    """
    driver_of(path)
    if schema != "public":
        _write(path, rows_of(register, schema), register.rights)
        return (path,)
    zones = path.with_name(f"{path.stem}_zea{path.suffix}")
    for file, wanted in ((path, False), (zones, True)):
        picked = [i for i, r in enumerate(register.rights) if (r.kind == "ZEA") is wanted]
        rows = rows_of(register, schema)
        _write(file, [rows[i] for i in picked], [register.rights[i] for i in picked])
    return path, zones


def driver_of(path: Path) -> str:
    """Return the format that a file's name asks for, as GDAL calls it.

    Raises
    ------
    FileRefused : the suffix names no format that can be written.
    """
    if path.suffix.lower() not in FORMATS:
        what = f"it cannot be written as {path.suffix or 'a file without a suffix'}"
        raise FileRefused(str(path), what, f"Name it one of {', '.join(FORMATS)}.")
    return FORMATS[path.suffix.lower()]


def _write(path: Path, rows: list[Row], rights: list[DemoRight]) -> None:
    from pyogrio.errors import DataSourceError

    geometries = geometries_of(rights)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        match driver_of(path):
            case "GeoJSON":
                path.write_text(_geojson(rows, geometries), encoding="utf-8")
            case "ESRI Shapefile":
                _write_shapefile(path, rows, geometries)
            case driver:
                path.unlink(missing_ok=True)
                _write_with_gdal(path, driver, rows, geometries)
    except (OSError, DataSourceError) as error:
        remedy = "Name a folder that may be written."
        raise FileRefused(str(path), f"it cannot be written ({error})", remedy) from error


def _write_shapefile(path: Path, rows: list[Row], geometries: list[Row]) -> None:
    with TemporaryDirectory() as folder:
        shapefile = Path(folder) / f"{path.stem}.shp"
        _write_with_gdal(shapefile, "ESRI Shapefile", rows, geometries)
        _zip(Path(folder), path)


def _geojson(rows: list[Row], geometries: list[Row]) -> str:
    """Return a collection with one feature per line and its title on top."""
    compact = (",", ":")
    lines = (
        json.dumps(
            {"type": "Feature", "properties": row, "geometry": geometry},
            ensure_ascii=False, separators=compact, default=date.isoformat,
        )
        for row, geometry in zip(rows, geometries, strict=True)
    )  # fmt: skip
    head = json.dumps({"type": "FeatureCollection", "note": TITLE}, ensure_ascii=False)
    return f'{head[:-1]}, "features": [\n' + ",\n".join(lines) + "\n]}\n"


def _write_with_gdal(path: Path, driver: str, rows: list[Row], geometries: list[Row]) -> None:
    import pyarrow
    import pyogrio

    short = driver == "ESRI Shapefile"  # names in a DBF have ten letters
    columns = {
        name: pyarrow.array([row[name] for row in rows], type=_arrow_type(name, rows))
        for name in rows[0]
    }
    named = {_dbf_name(name, list(columns)) if short else name: c for name, c in columns.items()}
    polygons = shapely.from_geojson([json.dumps(geometry) for geometry in geometries])
    if not short:  # a GeoPackage layer has one type
        parts, owners = shapely.get_parts(polygons, return_index=True)
        polygons = shapely.multipolygons(parts, indices=owners)
    table = pyarrow.table(named | {"geometry": shapely.to_wkb(polygons)})
    dated = {"DBF_DATE_LAST_UPDATE": DAY.isoformat()}
    with _pinned_clock():
        pyogrio.write_arrow(
            table, path, layer=path.stem if short else LAYER, driver=driver,
            geometry_name="geometry", geometry_type="Polygon" if short else "MultiPolygon",
            crs="EPSG:4326", encoding="UTF-8",
            layer_options=dated if short else {"DESCRIPTION": TITLE},
        )  # fmt: skip


@contextmanager
def _pinned_clock() -> Iterator[None]:
    """Have GDAL write a fixed time into a GeoPackage instead of the present one."""
    import pyogrio

    before = pyogrio.get_gdal_config_option(_CLOCK)
    pyogrio.set_gdal_config_options({_CLOCK: f"{DAY}T00:00:00Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_CLOCK: before})


def _arrow_type(name: str, rows: list[Row]) -> Any:
    import pyarrow

    value = next((row[name] for row in rows if row[name] is not None), "")
    types = {int: pyarrow.int64(), float: pyarrow.float64(), date: pyarrow.date32()}
    return types.get(type(value), pyarrow.string())


def _dbf_name(name: str, names: list[str]) -> str:
    """Return the name cut to ten letters, with a number where two would meet (as GDAL does)."""
    twins = [other for other in names if other[:10] == name[:10]]
    serial = twins.index(name)
    return name[:10] if serial == 0 else f"{name[:8]}_{serial}"


def _zip(folder: Path, path: Path) -> None:
    """Zip the parts of a Shapefile with fixed times."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in sorted(folder.iterdir()):
            midnight = (DAY.year, DAY.month, DAY.day, 0, 0, 0)
            entry = zipfile.ZipInfo(part.name, date_time=midnight)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part.read_bytes())
