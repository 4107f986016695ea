"""For many activities at once: the nearest boundary of each sort of ground on a day, in metres."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import shapely

from geo.activity.ground import DECIDING, Ground, GroundRole
from geo.activity.nearness import Edges
from geo.activity.shares import Faces
from geo.geometry import Geometries

SORTS: tuple[tuple[GroundRole, ...], ...] = (
    (GroundRole.ZONE, GroundRole.ALLOCATION),
    (GroundRole.PERMIT,),
    (GroundRole.PROTECTED,),
)
"""Of each sort the nearest is named where an activity lies in none of it."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The plot whose boundary is nearest, and metres to that boundary."""

    plot: int
    metres: float


@dataclass(frozen=True, slots=True)
class Distances:
    """Of each activity: ``nearest[i][sort]`` within 10 km, ``edge[(i, shape)]`` of ground met."""

    nearest: Sequence[Mapping[int, Nearest]]
    edge: Mapping[tuple[int, int], float]


def distances_of(
    geometries: Geometries, faces: Sequence[Faces], ground: Ground, on: date
) -> Distances:
    """Return how far activities lie from the boundaries of the ground of a day.

    Parameters
    ----------
    geometries : (n,) points and polygons in longitude and latitude.
    faces : of each, the shapes that it meets.
    """
    nearest: list[dict[int, Nearest]] = [{} for _ in geometries]
    for sort, roles in enumerate(SORTS):
        plots = ground.shapes_on(on, roles)
        shapes = np.fromiter(plots, dtype=np.int64, count=len(plots))
        found, metres = Edges(ground.shapes[shapes]).nearest(geometries)
        for index in np.flatnonzero(found >= 0).tolist():
            plot = plots[int(shapes[found[index]])]
            nearest[index][sort] = Nearest(plot, float(metres[index]))
    return Distances(nearest, _own_edges(geometries, faces, ground, on))


def _own_edges(
    geometries: Geometries, faces: Sequence[Faces], ground: Ground, on: date
) -> dict[tuple[int, int], float]:
    """Return how far points lie from the boundary of each deciding ground that they meet."""
    standing = ground.shapes_on(on, DECIDING)
    points = shapely.get_dimensions(geometries) == 0
    pairs = [
        (index, shape)
        for index in np.flatnonzero(points).tolist()
        for shape in faces[index].within
        if shape in standing
    ]
    if not pairs:
        return {}
    asked = np.array(pairs, dtype=np.int64)
    shapes, back = np.unique(asked[:, 1], return_inverse=True)
    metres = Edges(ground.shapes[shapes]).apart(geometries, np.column_stack([asked[:, 0], back]))
    return dict(zip(pairs, metres.tolist(), strict=True))
