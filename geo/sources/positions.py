"""Where the geometries of a layer lie: which can be kept at all, and what is odd about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.geometry import Geometries
from geo.sources.issue_kinds import Refusal
from geo.sources.issues import IssueLog
from geo.sources.layers import Layer
from geo.sources.text import shown

Flags = npt.NDArray[np.bool_]

COUNTRY_WINDOW = (10.0, -15.0, 33.0, 8.0)
"""West, south, east, north: the country's extent (12.2 to 31.3, -13.5 to 5.4) with room around."""

POINT, POLYGON, MULTIPOLYGON, COLLECTION = 0, 3, 6, 7
"""Types of geometries, as shapely numbers them."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """How a row is refused whose geometry is of no type that is wanted."""

    kind: Refusal
    reason: str


NOT_A_POLYGON = Misfit("not_a_polygon", "not a polygon")


def tell_notes(layer: Layer, first_row: int, log: IssueLog) -> None:
    """Report what was seen while a layer was read, and the heights and measures left out."""
    solid = int(shapely.has_z(layer.geometries).sum())
    if solid:
        message = f"heights (Z) of {solid} geometries of “{shown(layer.name)}” are left out"
        log.add("z_dropped", message, value=layer.name)
    if shapely.has_m(layer.geometries).any():
        message = f"measures (M) of the geometries of “{shown(layer.name)}” are left out"
        log.add("m_dropped", message, value=layer.name)
    for note in layer.notes:
        row = first_row + note.index
        log.add(
            note.kind, f"row {row}, {note.message}", row=row, field="geometry", value=note.value
        )


def polygons_of_collections(layer: Layer, first_row: int, log: IssueLog) -> Geometries:
    """Return geometries, where a collection holds polygons those alone, naming what is left out."""
    geometries = layer.geometries
    for i in np.flatnonzero(shapely.get_type_id(geometries) == COLLECTION):
        parts = list(_parts_of(geometries[i]))
        polygons = [part for part in parts if shapely.get_type_id(part) == POLYGON]
        others = Counter(p.geom_type for p in parts if shapely.get_type_id(p) != POLYGON)
        if not polygons:
            continue
        if geometries is layer.geometries:
            geometries = geometries.copy()
        geometries[i] = polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)
        if others:
            row, held = first_row + int(i), ", ".join(f"{n} {name}" for name, n in others.items())
            message = f"row {row}: its geometry holds {held} beside polygons, left out"
            log.add("points_left_out", message, row=row, field="geometry", value=held)
    return geometries


def _parts_of(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    """Yield the single geometries of a collection, however deep they lie."""
    for part in shapely.get_parts(geometry):
        if shapely.get_type_id(part) > POLYGON:
            yield from _parts_of(part)
        else:
            yield part


def fit_indices(
    layer: Layer, first_row: int, log: IssueLog, types_wanted: tuple[int, ...], misfit: Misfit
) -> list[int]:
    """Return the indices of finite geometries of the types wanted, refusing all other rows."""
    types = shapely.get_type_id(layer.geometries)
    empty = shapely.is_empty(layer.geometries) | (types < 0)
    finite = all_finite(layer.geometries)
    kept = []
    for i, type_id in enumerate(types.tolist()):
        row = first_row + i
        if i in layer.broken:
            broken = layer.broken[i]
            message = f"row {row} is refused: {broken.reason}"
            log.refuse(broken.kind, message, row=row, field="geometry", value=broken.value)
        elif type_id not in (*types_wanted, -1):
            name = layer.geometries[i].geom_type
            message = f"row {row} is refused: its geometry is a {name}, {misfit.reason}"
            log.refuse(misfit.kind, message, row=row, field="geometry", value=name)
        elif empty[i]:
            message = f"row {row} is refused: it has no geometry, so it lies nowhere"
            log.refuse("no_geometry", message, row=row, field="geometry")
        elif not finite[i]:
            message = f"row {row} is refused: a coordinate is not a finite number"
            log.refuse("bad_coordinates", message, row=row, field="geometry")
        else:
            kept.append(i)
    return kept


def all_finite(geometries: Geometries) -> Flags:
    """Return which geometries have no coordinate that is infinite or no number."""
    xy, owner = shapely.get_coordinates(geometries, return_index=True)
    finite = np.ones(len(geometries), dtype=bool)
    finite[owner[~np.isfinite(xy).all(axis=1)]] = False
    return finite


def in_world(geometries: Geometries, kept: list[int], first_row: int, log: IssueLog) -> Flags:
    """Return which lon/lat geometries have latitudes and longitudes at all, refusing the others."""
    bounds = shapely.bounds(geometries).reshape(-1, 4)
    inside = (np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1)
    inside &= (np.abs(bounds[:, [1, 3]]) <= 90).all(axis=1)
    inside &= all_finite(geometries)
    for i in np.flatnonzero(~inside):
        row = first_row + kept[i]
        message = (
            f"row {row} is refused: its coordinates ({place_of(bounds[i])}) are no longitudes and "
            "latitudes; if they are metres, the file names the wrong CRS"
        )
        log.refuse("bad_coordinates", message, row=row, field="geometry")
    return np.asarray(inside)


def lies_in_country(geometries: Geometries) -> bool:
    """Whether all coordinates, read as longitude and latitude or swapped, lie in the country."""
    bounds = shapely.bounds(geometries).reshape(-1, 4)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    there = in_window(bounds) | in_window(bounds[:, [1, 0, 3, 2]])
    return bool(len(bounds) and there.all())


def in_window(bounds: npt.NDArray[np.float64]) -> Flags:
    """Return which bounds, as (n, 4), lie within :data:`COUNTRY_WINDOW`."""
    west, south, east, north = COUNTRY_WINDOW
    return np.asarray(
        (bounds[:, 0] >= west)
        & (bounds[:, 1] >= south)
        & (bounds[:, 2] <= east)
        & (bounds[:, 3] <= north)
    )


def place_of(bounds: npt.NDArray[np.float64]) -> str:
    """Return where bounds lie, for a message: longitudes and latitudes."""
    west, south, east, north = (float(value) for value in bounds)
    return f"longitude {west:.4f} to {east:.4f}, latitude {south:.4f} to {north:.4f}"
