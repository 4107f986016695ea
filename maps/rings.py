"""Polygons as short lists of integers, for pages that carry their own data.

A ring is a first point and then the step to each next point, in units of ``1/scale`` degree,
longitude before latitude. On the lattice the unit is the carré (scale 120) and nothing is lost:
a square of two carrés by one is ``[3600, -1200, 2, 0, 0, 1, -2, 0]``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

Steps = list[int]
Integers = npt.NDArray[np.int64]


def steps_of(geometries: Sequence[BaseGeometry | None], scale: int) -> list[list[Steps]]:
    """Return the rings (or lines) of each geometry as integer steps, corners only.

    Points that coincide once rounded to ``1/scale`` degree, and points in the middle of a straight
    horizontal or vertical run, are left out; the closing point of a ring is too. A ring of fewer
    than three corners has no area and is left out. A geometry that is None or empty has no rings.

    >>> from shapely import box
    >>> steps_of([box(30.0, -10.0, 30.0 + 2 / 120, -10.0 + 1 / 120)], 120)
    [[[3602, -1200, 0, 1, -2, 0, 0, -1]]]
    """
    array = np.asarray(geometries, dtype=object)
    parts, part_owner = shapely.get_parts(array, return_index=True)
    lines, line_part = _lines_of(parts)
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    nodes = np.rint(coordinates * scale).astype(np.int64)
    ends = np.flatnonzero(np.diff(line)) + 1
    rings: list[list[Steps]] = [[] for _ in geometries]
    for index, points in enumerate(np.split(nodes, ends) if len(nodes) else []):
        closed = bool((points[0] == points[-1]).all())
        corners = _corners_of_ring(points[:-1]) if closed else _without_repeats(points)
        if len(corners) >= (3 if closed else 2):
            rings[part_owner[line_part[index]]].append(_steps(corners))
    return rings


def _lines_of(parts: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], Integers]:
    """Return rings of the polygons and the lines themselves, with the part each belongs to."""
    are_polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    polygons = np.flatnonzero(are_polygons & ~shapely.is_empty(parts))
    rings, owner = shapely.get_rings(parts[polygons], return_index=True)
    are_lines = shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING
    lines = np.flatnonzero(are_lines & ~shapely.is_empty(parts))
    return np.concatenate([rings, parts[lines]]), np.concatenate([polygons[owner], lines])


def _without_repeats(points: Integers) -> Integers:
    """Return points without those equal to the one before."""
    keep = np.ones(len(points), dtype=bool)
    keep[1:] = (np.diff(points, axis=0) != 0).any(axis=1)
    kept: Integers = points[keep]
    return kept


def _corners_of_ring(points: Integers) -> Integers:
    """Return the points of an open ring at which it turns, or moves obliquely."""
    points = _without_repeats(points)
    if len(points) > 1 and (points[0] == points[-1]).all():
        points = points[:-1]
    step = np.roll(points, -1, axis=0) - points
    before = np.roll(step, 1, axis=0)
    straight = ((step == 0) & (before == 0)).any(axis=1)
    corners: Integers = points[~straight]
    return corners


def _steps(points: Integers) -> Steps:
    """Return a first point and the differences to each next one, flat."""
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    flat: list[int] = steps.ravel().tolist()
    return flat
