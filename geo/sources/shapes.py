"""Geometries of a layer: which can be kept, where they lie, and what is odd about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.geometry import Geometries, to_lonlat
from geo.lattice import Placement, place
from geo.sources.issue_kinds import IssueKind
from geo.sources.issues import IssueLog
from geo.sources.layers import Layer
from geo.sources.text import shown

Flags = npt.NDArray[np.bool_]

COUNTRY_WINDOW = (10.0, -15.0, 33.0, 8.0)
"""West, south, east, north: the country's extent (12.2 to 31.3, -13.5 to 5.4) with room around."""

_POLYGON, _MULTIPOLYGON = 3, 6


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
    kept = _with_ground(layer, first_row, log)
    moved = to_lonlat(layer.geometries[kept], crs)
    in_world = _in_world(moved, kept, first_row, log)
    rows = np.asarray(kept, dtype=np.int64)[in_world] + first_row
    geometries = _swapped_where_said(moved[in_world], rows, log, apply_swap=apply_swap)
    placements = place(geometries) if len(geometries) else []
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


def _with_ground(layer: Layer, first_row: int, log: IssueLog) -> list[int]:
    """Return the indices of finite polygons, refusing all other rows."""
    types = shapely.get_type_id(layer.geometries)
    empty = shapely.is_empty(layer.geometries) | (types < 0)
    finite = _all_finite(layer.geometries)
    kept = []
    for i, type_id in enumerate(types.tolist()):
        row = first_row + i
        if i in layer.broken:
            issue, reason = layer.broken[i]
            log.refuse(issue, f"row {row} is refused: {reason}", row=row)
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
        done = ": exchanged as asked" if apply_swap else ". Exchange them if the sender agrees"
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
