"""Small registers made by other tools (pyogrio, geopandas), to be read back."""

from collections import Counter

import geopandas
import numpy as np
import pyogrio
import shapely
from shapely import box


def square(column, row, width=1, height=1):
    """A block of carrés by its south-west node, in the arithmetic of degrees: n / 120."""
    return box(column / 120, row / 120, (column + width) / 120, (row + height) / 120)


def kinds_of(reading):
    return Counter(issue.kind for issue in reading.issues)


def issues_of(reading, kind):
    return [issue for issue in reading.issues if issue.kind == kind]


def accounted(reading):
    return reading.features == len(reading.rows) + len(reading.refused)


def register_2015(**changes):
    """Four rights in the columns of the 2015 file: PR, PE over its corner, ZEA, application."""
    columns = {
        "code": ["91", "4960", "ZEA-083", "12001"],
        "parties": ["Société Générale", "GECAMINES", "Projet Exploitation Artisanale", "É. Müller"],
        "type": ["PR (AS)", "PE", "ZEA", "PR (PP)"],
        "resource": ["Au, Diamant", "Cu, Co", None, ", Nb-Ta"],
        "statut": ["Actif", "Actif-En Renouvellement", "Actif", "Nouvelle Demande"],
        "date_do": ["2010-04-23", "2002-01-31", None, None],
        "date_de1": ["2015-04-22", "2032-01-30", None, None],
        "sup_sig_ha": [341, 85, 170, 85],
    }
    geometry = [
        square(3000, -1300, 2, 2),
        square(3001, -1299),
        square(3010, -1300, 2),
        square(0, 0),
    ]
    geometry[3] = square(3020, -1290)
    columns.update(changes)
    return geopandas.GeoDataFrame(columns, geometry=geometry, crs="EPSG:4326")


DRIVERS = {".shp": "ESRI Shapefile", ".gpkg": "GPKG", ".geojson": "GeoJSON", ".fgb": "FlatGeobuf"}


def write(frame, path, layer=None, encoding=None):
    """Write a frame as GDAL does, its days as days."""
    names = [name for name in frame.columns if name != "geometry"]
    days = ("date_do", "date_de1")
    values = [
        frame[name].to_numpy("datetime64[D]") if name in days else frame[name].to_numpy()
        for name in names
    ]
    pyogrio.raw.write(
        path,
        np.asarray(shapely.to_wkb(frame.geometry.to_numpy()), dtype=object),
        [
            v if v.dtype.kind != "O" else np.where(frame[n].isna(), None, v)
            for n, v in zip(names, values, strict=True)
        ],
        names,
        layer=layer,
        driver=DRIVERS[path.suffix],
        geometry_type="Polygon",
        crs=frame.crs.to_string() if frame.crs else None,
        encoding=encoding,
        append=path.suffix == ".gpkg" and path.exists(),
    )
    return path
