"""The base layers: the country, its provinces, and where a perimeter lies among them.

The outlines come from 1:10m maps (``data/boundaries/NOTICE``). They are too coarse to refuse a
right: of the real register, 286 rights lie partly outside by up to 16.6 km. So everything here
names or measures, and nothing refuses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

FOLDER = Path(__file__).resolve().parents[1] / "data" / "boundaries"
COUNTRY_ISO_N3 = "180"

LayerName = Literal["countries", "provinces", "old_provinces", "lakes", "rivers", "towns"]


@dataclass(frozen=True, slots=True)
class Place:
    """One feature of a base layer; geometry in longitude and latitude (EPSG:4326)."""

    properties: Mapping[str, object]
    geometry: BaseGeometry

    @property
    def name(self) -> str:
        """The name shown (French where the layer has one), or an empty string."""
        return str(self.properties.get("name") or self.properties.get("name_fr") or "")


@lru_cache
def load_layer(layer: LayerName) -> tuple[Place, ...]:
    """Return the features of a base layer, in the order of the file."""
    text = (FOLDER / f"{layer}.geojson").read_text(encoding="utf-8")
    return tuple(
        Place(feature["properties"], shape(feature["geometry"]))
        for feature in json.loads(text)["features"]
    )


@lru_cache
def country() -> BaseGeometry:
    """Return the outline of the country, 1:10m, in longitude and latitude."""
    return next(
        place.geometry
        for place in load_layer("countries")
        if place.properties["iso_n3"] == COUNTRY_ISO_N3
    )


def provinces() -> tuple[Place, ...]:
    """Return the 26 provinces since 2015."""
    return load_layer("provinces")


def provinces_of(geometries: Sequence[BaseGeometry | None]) -> list[str | None]:
    """Return the province of each geometry: the one with the largest share of it.

    A point belongs to the province that covers it. Shares are measured in square degrees, which
    order them rightly but for ties within a part in a thousand. None for a geometry that meets
    no province, is empty or is missing.

    Parameters
    ----------
    geometries : points, lines or polygons in longitude and latitude (EPSG:4326).
    """
    given = _valid(geometries)
    outlines = np.array([place.geometry for place in provinces()], dtype=object)
    owner, province = shapely.STRtree(outlines).query(given)
    extent = _extent(shapely.intersection(given[owner], outlines[province]))
    found: list[str | None] = [None] * len(given)
    for index in np.argsort(extent, kind="stable"):
        if extent[index] > 0:
            found[owner[index]] = provinces()[province[index]].name
    return found


def province_of(geometry: BaseGeometry) -> str | None:
    """Return the province of one geometry in longitude and latitude: see ``provinces_of``."""
    return provinces_of([geometry])[0]


def shares_outside_country(
    geometries: Sequence[BaseGeometry | None],
) -> npt.NDArray[np.float64]:
    """Return which part of each polygon's area lies outside the outline, from 0 to 1.

    For a warning only (see the module's docstring). NaN for a geometry that is missing or has no
    area. Invalid polygons are measured as their even-odd filling.

    Parameters
    ----------
    geometries : polygons in longitude and latitude (EPSG:4326).
    """
    given = _valid(geometries)
    with np.errstate(invalid="ignore"):
        outside = shapely.area(shapely.difference(given, country())) / shapely.area(given)
    return np.asarray(outside)


def _valid(geometries: Sequence[BaseGeometry | None]) -> npt.NDArray[np.object_]:
    """Return the geometries as an array, invalid ones by their even-odd filling."""
    given = np.array(geometries, dtype=object)
    broken = ~(shapely.is_valid(given) | shapely.is_missing(given))
    given[broken] = shapely.make_valid(given[broken])
    return given


def _extent(pieces: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Return the measure of each piece: its area, else its length, else 1 unless it is empty."""
    area, length = shapely.area(pieces), shapely.length(pieces)
    point = np.where(shapely.is_empty(pieces), 0.0, 1.0)
    return np.where(area > 0, area, np.where(length > 0, length, point))
