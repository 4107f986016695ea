"""Geometries of a layer: which can be kept, where they lie, and what is odd about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.geometry import Geometries, comparable, to_lonlat
from geo.lattice import Placement, place
from geo.sources.issue_kinds import IssueKind
from geo.sources.issues import IssueLog
from geo.sources.layers import Layer
from geo.sources.text import shown

Flags = npt.NDArray[np.bool_]

COUNTRY_WINDOW = (10.0, -15.0, 33.0, 8.0)
"""West, south, east, north: the country's extent (12.2 to 31.3, -13.5 to 5.4) with room around."""

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7


@dataclass(frozen=True, slots=True)
class Shapes:
    """What is kept of a layer: indices of its rows and, aligned to them, what their ground is.

    ``geometries`` are lon/lat, two-dimensional, as received.
    """

    kept: list[int]
    geometries: Geometries
    placements: list[Placement]
    valid: Flags


def examine(
    layer: Layer, crs: str, first_row: int, log: IssueLog, *, apply_swap: bool = False
) -> Shapes:
    """Return the rows of a layer that have ground, each odd one with its issues.

    Parameters
    ----------
    crs : of the layer's coordinates.
    first_row : row number of the layer's first feature in the file.
    apply_swap : exchange the axes where they are found swapped; otherwise this is only proposed.

    Raises
    ------
    CRSError : ``crs`` names no coordinate reference system.
    GridError : the polygons of the file ask for more memory than a register would.
    """
    _note_dropped(layer, log)
    for note in layer.notes:
        row = first_row + note.index
        log.add(
            note.kind, f"row {row}, {note.message}", row=row, field="geometry", value=note.value
        )
    layer = replace(layer, geometries=_polygons_of_collections(layer, first_row, log))
    kept = _with_ground(layer, first_row, log)
    moved = to_lonlat(layer.geometries[kept], crs)
    in_world = _in_world(moved, kept, first_row, log)
    rows = np.asarray(kept, dtype=np.int64)[in_world] + first_row
    geometries = _swapped_where_said(moved[in_world], rows, log, apply_swap=apply_swap)
    placements = place(geometries) if len(geometries) else []
    ground = _encloses_ground(geometries, placements, rows, log)
    geometries, rows = geometries[ground], rows[ground]
    placements = [placements[i] for i in np.flatnonzero(ground)]
    valid = shapely.is_valid(geometries)
    _note_oddities(geometries, placements, valid, rows, log)
    return Shapes([int(row) - first_row for row in rows], geometries, placements, valid)


def lies_in_country(geometries: Geometries) -> bool:
    """Whether all coordinates, read as longitude and latitude or swapped, lie in the country."""
    bounds = shapely.bounds(geometries).reshape(-1, 4)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    there = _in_window(bounds) | _in_window(bounds[:, [1, 0, 3, 2]])
    return bool(len(bounds) and there.all())


def _note_dropped(layer: Layer, log: IssueLog) -> None:
    solid = int(shapely.has_z(layer.geometries).sum())
    if solid:
        message = f"heights (Z) of {solid} geometries of “{shown(layer.name)}” are left out"
        log.add("z_dropped", message, value=layer.name)
    if shapely.has_m(layer.geometries).any():
        message = f"measures (M) of the geometries of “{shown(layer.name)}” are left out"
        log.add("m_dropped", message, value=layer.name)


def _polygons_of_collections(layer: Layer, first_row: int, log: IssueLog) -> Geometries:
    """Return geometries, where a collection holds polygons those alone, naming what is left out."""
    geometries = layer.geometries
    for i in np.flatnonzero(shapely.get_type_id(geometries) == _COLLECTION):
        parts = list(_parts_of(geometries[i]))
        polygons = [part for part in parts if shapely.get_type_id(part) == _POLYGON]
        others = Counter(p.geom_type for p in parts if shapely.get_type_id(p) != _POLYGON)
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
        if shapely.get_type_id(part) > _POLYGON:
            yield from _parts_of(part)
        else:
            yield part


def _encloses_ground(
    geometries: Geometries, placements: list[Placement], rows: npt.NDArray[np.int64], log: IssueLog
) -> Flags:
    """Return which geometries enclose any ground, refusing the others by name."""
    ground = np.ones(len(geometries), dtype=bool)
    flat = shapely.area(geometries) == 0
    for i, placement in enumerate(placements):
        if placement.perimeter is not None:
            ground[i] = placement.perimeter.count > 0
        elif flat[i]:  # so is a bow tie, whose lobes turn opposite ways
            ground[i] = comparable(geometries[i]).area > 0
        if not ground[i]:
            row = int(rows[i])
            twice = f", goes round {placement.twice_enclosed} carrés twice"
            message = f"row {row} is refused: its ring encloses no ground"
            message += twice if placement.twice_enclosed else ""
            value = _place_of(shapely.bounds(geometries[i]))
            log.refuse("no_area", message, row=row, field="geometry", value=value)
    return ground


def _with_ground(layer: Layer, first_row: int, log: IssueLog) -> list[int]:
    """Return the indices of finite polygons, refusing all other rows."""
    types = shapely.get_type_id(layer.geometries)
    empty = shapely.is_empty(layer.geometries) | (types < 0)
    finite = _all_finite(layer.geometries)
    kept = []
    for i, type_id in enumerate(types.tolist()):
        row = first_row + i
        if i in layer.broken:
            broken = layer.broken[i]
            message = f"row {row} is refused: {broken.reason}"
            log.refuse(broken.kind, message, row=row, field="geometry", value=broken.value)
        elif type_id not in (_POLYGON, _MULTIPOLYGON, -1):
            name = layer.geometries[i].geom_type
            message = f"row {row} is refused: its geometry is a {name}, not a polygon"
            log.refuse("not_a_polygon", message, row=row, field="geometry", value=name)
        elif empty[i]:
            message = f"row {row} is refused: it has no geometry, so it lies nowhere"
            log.refuse("no_geometry", message, row=row, field="geometry")
        elif not finite[i]:
            message = f"row {row} is refused: a coordinate is not a finite number"
            log.refuse("bad_coordinates", message, row=row, field="geometry")
        else:
            kept.append(i)
    return kept


def _all_finite(geometries: Geometries) -> Flags:
    xy, owner = shapely.get_coordinates(geometries, return_index=True)
    finite = np.ones(len(geometries), dtype=bool)
    finite[owner[~np.isfinite(xy).all(axis=1)]] = False
    return finite


def _in_world(geometries: Geometries, kept: list[int], first_row: int, log: IssueLog) -> Flags:
    """Return which lon/lat geometries have latitudes and longitudes at all, refusing the others."""
    bounds = shapely.bounds(geometries).reshape(-1, 4)
    inside = (np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1)
    inside &= (np.abs(bounds[:, [1, 3]]) <= 90).all(axis=1)
    inside &= _all_finite(geometries)
    for i in np.flatnonzero(~inside):
        row = first_row + kept[i]
        message = (
            f"row {row} is refused: its coordinates ({_place_of(bounds[i])}) are no longitudes and "
            "latitudes; if they are metres, the file names the wrong CRS"
        )
        log.refuse("bad_coordinates", message, row=row, field="geometry")
    return np.asarray(inside)


def _swapped_where_said(
    geometries: Geometries, rows: npt.NDArray[np.int64], log: IssueLog, *, apply_swap: bool
) -> Geometries:
    """Report rows outside the country, those whose axes are swapped apart; swap if told to."""
    bounds = shapely.bounds(geometries).reshape(-1, 4)
    outside = ~_in_window(bounds)
    swapped = outside & _in_window(bounds[:, [1, 0, 3, 2]])
    for i in np.flatnonzero(outside):
        row, place_ = int(rows[i]), _place_of(bounds[i])
        if not swapped[i]:
            message = f"row {row} lies outside the country ({place_})"
            log.add("outside_country", message, row=row, field="geometry", by="cadastre")
            continue
        there = _place_of(bounds[i, [1, 0, 3, 2]])
        message = f"row {row} lies at {place_}; with x and y exchanged it would lie at {there}"
        done = ": exchanged as asked" if apply_swap else ". Say --swap-axes if the sender agrees"
        kind: IssueKind = "axes_exchanged" if apply_swap else "axes_swapped"
        log.add(kind, message + done, row=row, field="geometry", value=there)
    if apply_swap and swapped.any():
        geometries = geometries.copy()
        geometries[swapped] = shapely.transform(geometries[swapped], lambda xy: xy[:, ::-1])
    return geometries


def _in_window(bounds: npt.NDArray[np.float64]) -> Flags:
    west, south, east, north = COUNTRY_WINDOW
    return np.asarray(
        (bounds[:, 0] >= west)
        & (bounds[:, 1] >= south)
        & (bounds[:, 2] <= east)
        & (bounds[:, 3] <= north)
    )


def _place_of(bounds: npt.NDArray[np.float64]) -> str:
    """Return where bounds lie, for a message: longitudes and latitudes."""
    west, south, east, north = (float(value) for value in bounds)
    return f"longitude {west:.4f} to {east:.4f}, latitude {south:.4f} to {north:.4f}"


def _note_oddities(
    geometries: Geometries,
    placements: list[Placement],
    valid: Flags,
    rows: npt.NDArray[np.int64],
    log: IssueLog,
) -> None:
    parts = shapely.get_num_geometries(geometries)
    reasons = dict(
        zip(np.flatnonzero(~valid), shapely.is_valid_reason(geometries[~valid]), strict=True)
    )
    for i, row in enumerate(rows.tolist()):
        if i in reasons:
            message = f"row {row}: the polygon is not valid ({shown(reasons[i])})"
            log.add("invalid_ring", message, row=row, field="geometry", by="cadastre")
        if parts[i] > 1:
            message = f"row {row} has {parts[i]} parts"
            log.add("multi_part", message, row=row, field="geometry", by="cadastre")
        _note_placement(placements[i], row, log)


def _note_placement(placement: Placement, row: int, log: IssueLog) -> None:
    if placement.too_large:
        message = f"row {row} is too large to count its carrés; it is kept as a polygon"
        log.add("too_large", message, row=row, field="geometry", by="cadastre")
    elif not placement.on_lattice:
        message = (
            f"row {row} does not lie on the lattice: {placement.off_vertices} vertices off a node "
            f"(up to {placement.max_shift_deg * 3600:.2f}″), {placement.oblique_edges} oblique "
            "edges. It is kept as a polygon and never snapped"
        )
        log.add("off_lattice", message, row=row, field="geometry", by="cadastre")
    elif placement.twice_enclosed:
        message = f"row {row}: its ring goes round {placement.twice_enclosed} carrés twice"
        log.add("twice_enclosed", message, row=row, field="geometry", by="cadastre")
