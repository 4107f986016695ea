"""Geometries of a layer: which can be kept, where they lie, and what is odd about them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import shapely

from geo.geometry import Geometries, comparable, to_lonlat
from geo.lattice import Placement, place
from geo.sources.issue_kinds import IssueKind
from geo.sources.issues import IssueLog
from geo.sources.layers import Layer
from geo.sources.positions import (
    MULTIPOLYGON,
    NOT_A_POLYGON,
    POLYGON,
    Flags,
    fit_indices,
    in_window,
    in_world,
    place_of,
    polygons_of_collections,
    tell_notes,
)
from geo.sources.text import shown


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
    tell_notes(layer, first_row, log)
    layer = replace(layer, geometries=polygons_of_collections(layer, first_row, log))
    kept = fit_indices(layer, first_row, log, (POLYGON, MULTIPOLYGON), NOT_A_POLYGON)
    moved = to_lonlat(layer.geometries[kept], crs)
    there = in_world(moved, kept, first_row, log)
    rows = np.asarray(kept, dtype=np.int64)[there] + first_row
    geometries = _swapped_where_said(moved[there], rows, log, apply_swap=apply_swap)
    placements = place(geometries) if len(geometries) else []
    ground = _encloses_ground(geometries, placements, rows, log)
    geometries, rows = geometries[ground], rows[ground]
    placements = [placements[i] for i in np.flatnonzero(ground)]
    valid = shapely.is_valid(geometries)
    _note_oddities(geometries, placements, valid, rows, log)
    return Shapes([int(row) - first_row for row in rows], geometries, placements, valid)


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
            value = place_of(shapely.bounds(geometries[i]))
            log.refuse("no_area", message, row=row, field="geometry", value=value)
    return ground


def _swapped_where_said(
    geometries: Geometries, rows: npt.NDArray[np.int64], log: IssueLog, *, apply_swap: bool
) -> Geometries:
    """Report rows outside the country, those whose axes are swapped apart; swap if told to."""
    bounds = shapely.bounds(geometries).reshape(-1, 4)
    outside = ~in_window(bounds)
    swapped = outside & in_window(bounds[:, [1, 0, 3, 2]])
    for i in np.flatnonzero(outside):
        row, place_ = int(rows[i]), place_of(bounds[i])
        if not swapped[i]:
            message = f"row {row} lies outside the country ({place_})"
            log.add("outside_country", message, row=row, field="geometry", by="cadastre")
            continue
        there = place_of(bounds[i, [1, 0, 3, 2]])
        message = f"row {row} lies at {place_}; with x and y exchanged it would lie at {there}"
        done = ": exchanged as asked" if apply_swap else ". Say --swap-axes if the sender agrees"
        kind: IssueKind = "axes_exchanged" if apply_swap else "axes_swapped"
        log.add(kind, message + done, row=row, field="geometry", value=there)
    if apply_swap and swapped.any():
        geometries = geometries.copy()
        geometries[swapped] = shapely.transform(geometries[swapped], lambda xy: xy[:, ::-1])
    return geometries


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
