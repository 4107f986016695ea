"""Places of a layer: points and surfaces in longitude and latitude, each odd one with its issue.

Invalid surfaces are repaired, as :func:`geo.geometry.comparable` does, and the original is kept.
Exchanged axes are named, never exchanged: only who made the file can say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.boundaries import country
from geo.geometry import Geometries, comparable, crs_of, is_lonlat, polygons_area_m2, to_lonlat
from geo.sources.issues import IssueLog
from geo.sources.layers import Layer
from geo.sources.positions import (
    MULTIPOLYGON,
    POINT,
    POLYGON,
    Flags,
    Misfit,
    fit_indices,
    in_window,
    in_world,
    place_of,
    polygons_of_collections,
    tell_notes,
)
from geo.sources.text import shown

NOT_A_PLACE = Misfit("not_a_place", "neither a point nor a polygon")

ZERO_DEG = 0.01
"""Points nearer to longitude 0, latitude 0 than this lie in the sea: they stand for no position."""

_MARGIN_DEG = 0.2
"""How far beyond the 1:10m outline a place may be in the country (16.6 km on the real register)."""

_MOSTLY = 0.5
_MULTIPOINT, _COLLECTION = 4, 7


@dataclass(frozen=True, slots=True)
class Places:
    """What is kept of a layer: indices of its rows and, aligned to them, their places.

    ``geometries`` are Points and MultiPolygons in longitude and latitude, valid, two-dimensional;
    ``received`` those as received where they were repaired or moved, else None.
    """

    kept: list[int]
    geometries: Geometries
    received: Geometries


def places_of(layer: Layer, crs: str, first_row: int, log: IssueLog) -> Places:
    """Return the rows of a layer that have a place.

    Parameters
    ----------
    crs : of the layer's coordinates.
    first_row : row number of the layer's first feature in the file.

    Raises
    ------
    CRSError : ``crs`` names no coordinate reference system.
    """
    tell_notes(layer, first_row, log)
    taken = _alone(polygons_of_collections(layer, first_row, log))
    fit = replace(layer, geometries=taken)
    kept = fit_indices(fit, first_row, log, (POINT, POLYGON, MULTIPOLYGON), NOT_A_PLACE)
    moved = to_lonlat(taken[kept], crs)
    there = in_world(moved, kept, first_row, log) & _not_zero(moved, kept, first_row, log)
    indices, geometries = np.asarray(kept, dtype=np.int64)[there], moved[there]
    _note_swapped(geometries, indices + first_row, log)
    geometries, changed, sound = _repaired(geometries, indices + first_row, log)
    indices, geometries, changed = indices[sound], geometries[sound], changed[sound]
    changed |= shapely.get_type_id(layer.geometries[indices]) == _COLLECTION
    if not is_lonlat(crs_of(crs)):
        changed[:] = True
    received = np.full(len(indices), None, dtype=object)
    received[changed] = layer.geometries[indices[changed]]
    return Places([int(i) for i in indices], _multi(geometries), received)


def _alone(geometries: Geometries) -> Geometries:
    """Return geometries, a MultiPoint of one point as that point."""
    types = shapely.get_type_id(geometries)
    single = (types == _MULTIPOINT) & (shapely.get_num_geometries(geometries) == 1)
    if single.any():
        geometries = geometries.copy()
        geometries[single] = shapely.get_geometry(geometries[single], 0)
    return geometries


def _multi(geometries: Geometries) -> Geometries:
    """Return geometries, each Polygon as a MultiPolygon of one part."""
    single = np.flatnonzero(shapely.get_type_id(geometries) == POLYGON)
    if len(single):
        geometries = geometries.copy()
        geometries[single] = [shapely.MultiPolygon([polygon]) for polygon in geometries[single]]
    return geometries


def _not_zero(geometries: Geometries, kept: list[int], first_row: int, log: IssueLog) -> Flags:
    """Return which places are not the point where both axes are zero, refusing those that are."""
    bounds = np.abs(shapely.bounds(geometries).reshape(-1, 4))
    zero = (bounds < ZERO_DEG).all(axis=1)
    for i in np.flatnonzero(zero):
        row = first_row + kept[i]
        message = f"row {row} is refused: it lies at longitude 0, latitude 0, which is no position"
        log.refuse("position_zero", message, row=row, field="geometry")
    return np.asarray(~zero)


def _repaired(
    geometries: Geometries, rows: npt.NDArray[np.int64], log: IssueLog
) -> tuple[Geometries, Flags, Flags]:
    """Return geometries made valid, which of them were not, and which enclose ground at all."""
    sound = np.ones(len(geometries), dtype=bool)
    surfaces = shapely.get_type_id(geometries) != POINT
    invalid = ~shapely.is_valid(geometries)
    doubtful = np.flatnonzero(surfaces & (invalid | (shapely.area(geometries) == 0)))
    repaired = geometries.copy()
    for i in doubtful:
        row, copy = int(rows[i]), comparable(geometries[i])
        reason = shown(shapely.is_valid_reason(geometries[i]))
        if copy.area == 0:
            sound[i] = False
            message = f"row {row} is refused: its ring encloses no ground"
            value = place_of(shapely.bounds(geometries[i]))
            log.refuse("no_area", message, row=row, field="geometry", value=value)
            continue
        repaired[i] = copy
        hectares = float(polygons_area_m2([copy])[0]) / 10_000
        message = (
            f"row {row}: the polygon is not valid ({reason}); a repaired copy of {hectares:.2f} ha "
            f"in {_parts_in_words(copy)} is used and the original kept"
        )
        log.add("place_repaired", message, row=row, field="geometry", value=reason)
    return repaired, invalid & surfaces, sound


def _parts_in_words(geometry: BaseGeometry) -> str:
    parts = int(shapely.get_num_geometries(geometry))
    return "one part" if parts == 1 else f"{parts} parts"


def _note_swapped(geometries: Geometries, rows: npt.NDArray[np.int64], log: IssueLog) -> None:
    """Name the rows whose axes seem exchanged, and count those that lie abroad.

    A file may cover all of Africa: exchanged axes are suspected only where the file is about this
    country, as it lies or with the axes of most of its rows exchanged.
    """
    bounds = shapely.bounds(geometries).reshape(-1, 4)
    outside = ~in_window(bounds)
    exchanged = outside & _in_country(bounds[:, [1, 0, 3, 2]])
    total = max(len(bounds), 1)
    about_country = (~outside).sum() / total >= _MOSTLY or exchanged.sum() / total >= _MOSTLY
    swapped = exchanged if about_country else np.zeros(len(bounds), dtype=bool)
    for i in np.flatnonzero(swapped):
        row, there = int(rows[i]), place_of(bounds[i, [1, 0, 3, 2]])
        message = (
            f"row {row} lies at {place_of(bounds[i])}; with x and y exchanged it would lie at "
            f"{there}. It is kept as it is"
        )
        log.add("place_swapped", message, row=row, field="geometry", value=there)
    abroad = int((outside & ~swapped).sum())
    if abroad:
        message = f"{abroad} of {len(bounds)} places lie outside the country and its surroundings"
        log.add("places_abroad", message, value=abroad, by="importer")


@lru_cache
def _near_country() -> BaseGeometry:
    """Return the outline of the country with a margin, ready to be asked many times."""
    outline = shapely.simplify(country(), 0.01).buffer(_MARGIN_DEG)
    shapely.prepare(outline)
    return outline


def _in_country(bounds: npt.NDArray[np.float64]) -> Flags:
    """Return which bounds have their middle in the country or near it."""
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    return np.asarray(shapely.contains_xy(_near_country(), middle[:, 0], middle[:, 1]))
