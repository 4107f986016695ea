"""Reading a file as reference only: points, lines and polygons with a name, nothing of rights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import FileRefused
from geo.geometry import to_lonlat
from geo.sources.issues import IssueLog
from geo.sources.parts import Wanted, crs_of_layer
from geo.sources.positions import in_window
from geo.sources.reading import layers_of
from geo.sources.received import staged
from geo.sources.text import clean, key_of

MOST_FEATURES = 2000
MOST_POINTS = 100_000
"""Vertices of one file; one feature has at most :data:`MOST_OF_ONE`."""
MOST_OF_ONE = 20_000
_LONGEST_NAME = 120
_NAMES = ("name", "nom", "label", "libelle", "designation", "code", "id")


@dataclass(frozen=True, slots=True)
class ReferenceFeature:
    """A thing with the name that the file gives it, in degrees of WGS 84, two-dimensional."""

    name: str | None
    geometry: BaseGeometry


def read_reference(path: Path, *, crs: str | None = None) -> list[ReferenceFeature]:
    """Return the features of a file of any kind that the importer reads.

    Features without geometry are left out; coordinates stay as received.

    Parameters
    ----------
    path : GeoJSON, KML, KMZ, Shapefile in a zip, GeoPackage, GeoParquet, FlatGeobuf or CSV.
    crs : of its coordinates where the file does not say.

    Raises
    ------
    FileRefused : it cannot be read, is too large, or lies outside the country.
    CRSError : ``crs`` names no coordinate reference system.
    """
    wanted = Wanted(crs=crs)
    found: list[ReferenceFeature] = []
    with staged(path) as received:
        log = IssueLog(received.name)
        several = len(received.sources) > 1
        for source in received.sources:
            for layer in layers_of(source, log, wanted, several):
                there = [g is not None and not g.is_empty for g in layer.geometries]
                if not any(there):
                    continue
                kept = np.flatnonzero(there)
                moved = to_lonlat(layer.geometries[kept], crs_of_layer(source, layer, log, wanted))
                names = _names(layer.columns)
                found += [
                    ReferenceFeature(_name(names, int(i)), geometry)
                    for i, geometry in zip(kept, moved, strict=True)
                ]
    _require_fit(received.name, [feature.geometry for feature in found])
    return found


def _require_fit(file: str, geometries: Sequence[BaseGeometry]) -> None:
    if not geometries:
        raise FileRefused(file, "it holds no feature with a geometry", "Send points or polygons.")
    if len(geometries) > MOST_FEATURES:
        reason = f"it holds {len(geometries)} features"
        raise FileRefused(file, reason, f"A reference layer has at most {MOST_FEATURES}.")
    points = [int(shapely.get_num_coordinates(geometry)) for geometry in geometries]
    if sum(points) > MOST_POINTS or max(points) > MOST_OF_ONE:
        remedy = f"At most {MOST_POINTS}, of one feature {MOST_OF_ONE}. Simplify it."
        raise FileRefused(file, f"it holds {sum(points)} vertices", remedy)
    if not in_window(shapely.bounds(np.array(geometries, dtype=object))).all():
        raise FileRefused(file, "it lies outside the country", "Check its CRS and its axes.")


def _names(columns: Mapping[str, Sequence[object]]) -> Sequence[object]:
    """Return the column that names features: the first that is called so, else none."""
    by_key = {key_of(name): values for name, values in columns.items()}
    return next(_present(by_key), ())


def _present(by_key: Mapping[str, Sequence[object]]) -> Iterator[Sequence[object]]:
    return (by_key[key] for key in _NAMES if key in by_key)


def _name(names: Sequence[object], index: int) -> str | None:
    said = names[index] if index < len(names) else None
    text = None if said is None or said != said else clean(str(said))
    return text[:_LONGEST_NAME] if text else None
