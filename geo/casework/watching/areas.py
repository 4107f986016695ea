"""The ground that is watched: of a title, carrés, a polygon, a box or a province. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import shapely
from shapely.errors import GEOSException, ShapelyError
from shapely.geometry.base import BaseGeometry

from geo.boundaries import provinces
from geo.errors import WatchRefused
from geo.perimeter import Perimeter
from geo.sources.provinces import find_province

MOST_CELLS = 20_000
MOST_VERTICES = 20_000


class AreaKind(StrEnum):
    """How the ground was named; the value is its name on the wire."""

    TITLE = "title"
    CELLS = "cells"
    POLYGON = "polygon"
    BBOX = "bbox"
    PROVINCE = "province"


@dataclass(frozen=True, slots=True)
class WatchedArea:
    """Ground that is watched; geometry in longitude and latitude (EPSG:4326), None for a title.

    A title's ground is not kept: the watch goes with it when its boundary changes.
    """

    kind: AreaKind
    title_id: int | None = None
    province: str | None = None
    cells: Perimeter | None = None
    geometry: BaseGeometry | None = None


def area_of_title(title_id: int) -> WatchedArea:
    """Return the area of a title, wherever its ground comes to lie."""
    return WatchedArea(AreaKind.TITLE, title_id=title_id)


def area_of_runs(runs: Sequence[Sequence[int]]) -> WatchedArea:
    """Return the area of carrés, given as runs (row, first column, column after the last).

    Raises
    ------
    WatchRefused : none, or too many. GridError : a run is empty or outside the world.
    """
    cells = Perimeter.from_runs(runs)
    if not 1 <= cells.count <= MOST_CELLS:
        raise WatchRefused(
            f"a watch has 1 to {MOST_CELLS} carrés, not {cells.count}. Watch a box instead.",
            f"une veille porte sur 1 à {MOST_CELLS} carrés, et non {cells.count}. "
            "Surveillez plutôt un rectangle.",
        )
    return WatchedArea(AreaKind.CELLS, cells=cells, geometry=cells.outline())


def area_of_box(box: Sequence[float]) -> WatchedArea:
    """Return the area between west, south, east and north, in degrees.

    Raises
    ------
    WatchRefused : they are no longitudes and latitudes in that order, or enclose nothing.
    """
    if len(box) == 4:
        west, south, east, north = box
        if -180 <= west < east <= 180 and -90 <= south < north <= 90:
            outline = shapely.MultiPolygon([shapely.box(west, south, east, north)])
            return WatchedArea(AreaKind.BBOX, geometry=outline)
    raise WatchRefused(
        "bbox is west,south,east,north in degrees, the smaller numbers first.",
        "bbox est ouest,sud,est,nord en degrés, les plus petits nombres d’abord.",
    )


def area_of_polygon(geojson: dict[str, Any]) -> WatchedArea:
    """Return the area of a GeoJSON Polygon or MultiPolygon in longitude and latitude.

    Raises
    ------
    WatchRefused : it is none, is not valid, or lies outside the world.
    """
    try:
        outline = shapely.geometry.shape(geojson)
    except (ShapelyError, GEOSException, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _no_polygon("it cannot be read", "il est illisible") from error
    if outline.geom_type not in ("Polygon", "MultiPolygon") or outline.is_empty:
        raise _no_polygon(f"it is a {outline.geom_type}", f"c’est un {outline.geom_type}")
    if shapely.get_num_coordinates(outline) > MOST_VERTICES:
        raise _no_polygon(f"it has over {MOST_VERTICES} vertices", "il a trop de sommets")
    west, south, east, north = outline.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise _no_polygon("it lies outside the world", "il est hors du monde")
    if not outline.is_valid:
        reason = shapely.is_valid_reason(outline)
        raise _no_polygon(reason, reason)
    flat = shapely.force_2d(outline)
    parts = flat.geoms if flat.geom_type == "MultiPolygon" else [flat]
    return WatchedArea(AreaKind.POLYGON, geometry=shapely.MultiPolygon(list(parts)))


def area_of_province(name: str) -> WatchedArea:
    """Return the area of a province (outline at 1:10m), by its name as on the map.

    Raises
    ------
    WatchRefused : there is none of that name.
    """
    place = find_province(name)
    if place is not None:
        outline = place.geometry
        parts = outline.geoms if outline.geom_type == "MultiPolygon" else [outline]
        whole = shapely.MultiPolygon(list(parts))
        return WatchedArea(AreaKind.PROVINCE, province=place.name, geometry=whole)
    names = ", ".join(sorted(place.name for place in provinces()))
    raise WatchRefused(
        f"there is no province {name!r}. Write one of: {names}.",
        f"il n’y a pas de province « {name} ». Écrivez l’une de : {names}.",
    )


def _no_polygon(why: str, pourquoi: str) -> WatchRefused:
    return WatchRefused(
        f"the polygon cannot be watched: {why}. Send a valid GeoJSON polygon in degrees.",
        f"ce polygone ne peut être surveillé : {pourquoi}. Envoyez un polygone GeoJSON valide, "
        "en degrés.",
    )
