"""Small files of sites and detections, made by other tools, to be read back."""

from collections import Counter
from pathlib import Path

import geopandas
import pyogrio
import shapely

from geo.sources.activity import read_activity

IPIS = {
    "vid": [1, 2, 3, 4],
    "pcode": ["codmine00001", "codmine00001", "codmine00002", "codmine00003"],
    "name": ["Site A", "Site A", "Site Kéba", "nan"],
    "visit_date": ["2019-05-15", "2021-10-01", "2015-08-28", None],
    "visit_onsite": ["1", "1", "0", "1"],
    "project": ["IPIS - PPA", "IPIS - PPA", "IPIS - PPA", "Third-party"],
    "province": ["Sud-Kivu", "Sud-Kivu", "Ituri", "Ituri"],
    "mineral1": ["Or", "Or", "Cassitérite", "inconnu"],
    "mineral2": [None, "Coltan", "Wolframite", None],
    "workers_numb": [120.0, 0.0, None, 35.0],
    "location_origin": ["GPS", "GPS (village Kiboto)", "GPS (4 km du site)", "Boussole"],
    "armed_group1": ["FARDC", None, "Maï-Maï", None],
    "type_armed_group1": ["x", None, "y", None],
    "womenpregnant": ["1", "0", "1", None],
    "childunder15": ["1", None, "0", None],
    "numero_tel": ["0991234567", None, None, None],
    "humeur": ["bonne", None, None, None],
}
POINTS = [(28.5, -2.5), (28.5, -2.5), (30.1, 1.6), (29.9, 1.2)]


def points(pairs):
    return [None if xy is None else shapely.Point(xy) for xy in pairs]


def frame(columns=IPIS, geometry=None, crs="EPSG:4326", **changes):
    geometry = points(POINTS) if geometry is None else geometry
    return geopandas.GeoDataFrame({**columns, **changes}, geometry=geometry, crs=crs)


def saved(table, path: Path) -> Path:
    if path.suffix == ".parquet":
        table.to_parquet(path)
    elif path.suffix == ".csv":
        table.assign(longitude=table.geometry.x, latitude=table.geometry.y).drop(
            columns="geometry"
        ).to_csv(path, index=False, encoding="utf-8")
    else:
        plain = {"SPATIAL_INDEX": "NO"} if path.suffix == ".fgb" else {}
        pyogrio.write_dataframe(table, path, **plain)
    return path


def text_file(folder, text, name="t.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read(path, **told):
    return read_activity(path, source="test", **told)


def seen(reading):
    return [row.observation for row in reading.rows]


def kinds(reading):
    return Counter(issue.kind for issue in reading.issues)


def everything_said(reading):
    """All text that a reading hands on, its sensitive part apart."""
    said = [(i.value, i.message, i.field) for i in reading.issues]
    return repr([said, [(o.name, o.site, o.minerals, dict(o.attributes)) for o in seen(reading)]])


def mapping(folder, text):
    return text_file(folder, text, "mapping.yaml")
