"""Files of the demonstration register, in the columns of the three real schemas.

Every file and every row says that it is illustrative. The same register, schema and format give
the same features, and as GeoJSON the same bytes.
"""

from __future__ import annotations

import json
import math
import uuid
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import shapely

from geo import boundaries
from geo.demo.ground import BOTTOM, LEFT
from geo.demo.rights import DemoRegister, DemoRight
from geo.demo.words import NOTE
from geo.errors import FileRefused

Schema = Literal["2015", "public", "portal"]
SCHEMAS: tuple[Schema, ...] = ("2015", "public", "portal")
FORMATS = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG", ".zip": "ESRI Shapefile"}
LAYER = "demonstration_illustratif"
TITLE = f"Mabele: registre de démonstration. {NOTE}"
DECIMALS = 7  # of a degree, as the register of 2015: up to 6 mm from the node

Row = dict[str, Any]

_LONG_NAMES = {
    "PR": "Permis de Recherches", "PE": "Permis d'Exploitation",
    "PEPM": "Permis d'Exploitation de Petite Mine", "PER": "Permis d'Exploitation des Rejets",
    "ARPC": "Autorisation de Recherches des Produits de Carrières",
    "AECP": "Autorisation d'Exploitation de Carrière Permanente",
    "AECT": "Autorisation d'Exploitation de Carrière Temporaire",
    "ZEA": "Zone d'Exploitation Artisanale", "ZRG": "Zone de Recherches Géologiques",
}  # fmt: skip


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


def rows_of(register: DemoRegister, schema: Schema) -> list[Row]:
    """Return the attributes of every row in the columns of a schema."""
    rights = register.rights
    if schema == "2015":
        return _rows_2015(rights, register.seed)
    if schema == "public":
        return [_row_public(right) for right in rights]
    points = shapely.points([_lonlat(right.rings[0][0], swapped=False) for right in rights])
    regions = boundaries.provinces_of(points.tolist())
    return [
        _row_portal(right, region, register.seed)
        for right, region in zip(rights, regions, strict=True)
    ]


def geometries_of(rights: list[DemoRight]) -> list[Row]:
    """Return the geometry of every row as GeoJSON, in degrees as the file has them."""
    drawn = []
    for right in rights:
        polygons = [
            [[_lonlat(node, swapped=right.swapped) for node in ring]] for ring in right.rings
        ]
        if len(polygons) == 1:
            drawn.append({"type": "Polygon", "coordinates": polygons[0]})
        else:
            drawn.append({"type": "MultiPolygon", "coordinates": polygons})
    return drawn


def _lonlat(node: tuple[float, float], *, swapped: bool) -> tuple[float, float]:
    lon = round((node[0] + LEFT) / 120, DECIMALS)
    lat = round((node[1] + BOTTOM) / 120, DECIMALS)
    return (lat, lon) if swapped else (lon, lat)


# --- schemas --------------------------------------------------------------------------------


def _rows_2015(rights: list[DemoRight], seed: int) -> list[Row]:
    import pyproj

    polygons = shapely.from_geojson([json.dumps(drawn) for drawn in geometries_of(rights)])

    def measured(crs: str) -> Any:
        project = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform
        return shapely.transform(polygons, project, interleaved=False)

    sig = shapely.area(measured("+proj=merc +lat_ts=5 +datum=WGS84")) / 10_000
    web = measured("EPSG:3857")
    return [
        {
            "objectid": index + 1,
            "code": right.code,
            "parties": _parties(right, always=False),
            "type": right.kind_raw,
            "resource": right.minerals,
            "statut": right.status,
            "date_do": right.granted,
            "date_de1": right.expires,
            "sup_sig_ha": round(sig[index]),
            "gfwid": _identifier(right, seed, "gfw"),
            "globalid": f"{{{_identifier(right, seed, 'global')}}}".upper(),
            "shape_Leng": round(float(shapely.length(web[index])), 6),
            "shape_Area": round(float(shapely.area(web[index])), 6),
            "note": NOTE,
        }
        for index, right in enumerate(rights)
    ]


def _row_public(right: DemoRight) -> Row:
    return {
        "Licence_": right.code,
        "Type": right.kind_raw,
        "Status": right.status,
        "Parties": _parties(right, always=True),
        "Resource": right.minerals,
        "Applied": right.filed,
        "Granted": right.granted,
        "Expires": right.expires,
        "Area": f"{right.declared_cells} cu",
        "Part": right.part,
        "Note": NOTE,
    }


def _row_portal(right: DemoRight, region: str | None, seed: int) -> Row:
    lon, lat = _lonlat(right.rings[0][0], swapped=False)
    return {
        "Code": right.code,
        "Type": _LONG_NAMES[right.kind],
        "TypeAbb": right.kind,
        "TypeGroup": "Carrières" if right.kind in ("ARPC", "AECP", "AECT") else "Mines",
        "Status": right.status,
        "StatusGrp": _status_group(right.status),
        "Parties": _parties(right, always=True),
        "Region": region,
        "MapRef": f"{'N' if lat >= 0 else 'S'}{abs(math.floor(lat)):02d}/{math.floor(lon)}",
        "Commodities": right.minerals,
        "CommoditiesCd": right.minerals,
        "AreaValue": float(right.declared_cells),
        "AreaUnit": "cu",
        "DteApplied": _epoch_ms(right.filed),
        "DteGranted": _epoch_ms(right.granted),
        "DteExpires": _epoch_ms(right.expires),
        "DtePegged": None,
        "DteRenewal": None,
        "Jurisdic": "Illustratif",
        "RespOffice": "Bureau illustratif",
        "Interest": None,
        "OldCode": None,
        "Part": right.part,
        "guidLicense": _identifier(right, seed, "licence"),
        "guidShape": _identifier(right, seed, "shape"),
        "Comments": NOTE,
    }


def _parties(right: DemoRight, *, always: bool) -> str:
    """Holders as received: « NAME (100%) », or the bare name of a sole holder."""
    if len(right.holders) == 1 and not always:
        return right.holders[0][0]
    shares = ((name, "" if share is None else f" ({share}%)") for name, share in right.holders)
    return ", ".join(f"{name}{share}" for name, share in shares)


def _status_group(status: str) -> str:
    for start, group in (
        ("Nouvelle Demande", "Demande"), ("Demande", "Demande"), ("Radiation", "Expiré"),
        ("Droit Déchu", "Expiré"), ("Actif-En Force", "Suspendu"),
    ):  # fmt: skip
        if status.startswith(start):
            return group
    return "Approuvé"


def _epoch_ms(day: date | None) -> int | None:
    if day is None:
        return None
    return round(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)


def _identifier(right: DemoRight, seed: int, purpose: str) -> str:
    """Return a random-looking identifier that stays with the right in the later extract."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"mabele/{seed}/{right.number}/{purpose}"))


# --- formats --------------------------------------------------------------------------------


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
    pyogrio.write_arrow(
        table, path, layer=path.stem if short else LAYER, driver=driver, geometry_name="geometry",
        geometry_type="Polygon" if short else "MultiPolygon", crs="EPSG:4326", encoding="UTF-8",
        **({} if short else {"layer_options": {"DESCRIPTION": TITLE}}),
    )  # fmt: skip


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
            entry = zipfile.ZipInfo(part.name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part.read_bytes())
