"""Places for labels: the first candidate that is inside the frame and touches no other label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from maps.papers.vertices import Vertex

Place = tuple[float, float]
Rectangle = tuple[float, float, float, float]

_TURNS = (0, 45, -45, 90, -90, 135, -135, 180)
_DISTANCES_MM = (0.6, 1.8, 3.4)
_GRID = 9


class Labels:
    """What is already taken of a frame, in millimetres."""

    def __init__(self, left: float, top: float, right: float, bottom: float) -> None:
        self._frame = (left, top, right, bottom)
        self._taken: list[Rectangle] = []

    def take(self, left: float, top: float, right: float, bottom: float) -> None:
        """Keep labels off a rectangle."""
        self._taken.append((left, top, right, bottom))

    def place(self, width: float, height: float, centres: Iterable[Place]) -> Place | None:
        """Return the first centre at which a label is free to stand, and take it; or None."""
        for x, y in centres:
            wanted = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            if self._is_inside(wanted) and not any(_meet(wanted, other) for other in self._taken):
                self._taken.append(wanted)
                return x, y
        return None

    def _is_inside(self, wanted: Rectangle) -> bool:
        left, top, right, bottom = self._frame
        return wanted[0] >= left and wanted[1] >= top and wanted[2] <= right and wanted[3] <= bottom


def _meet(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def around(vertex: Vertex, x: float, y: float, width: float, height: float) -> Iterator[Place]:
    """Yield centres for a vertex's number: outward first, then turning away, then farther."""
    east, north = vertex.outward
    for distance in _DISTANCES_MM:
        for turn in np.radians(_TURNS):
            dx = east * np.cos(turn) - north * np.sin(turn)
            dy = east * np.sin(turn) + north * np.cos(turn)
            yield float(x + dx * (distance + width / 2)), float(y - dy * (distance + height / 2))


def within(shape: BaseGeometry, height: float) -> Iterator[Place]:
    """Yield centres inside a shape: its own first, then a lattice of points over it."""
    if shape.is_empty:
        return
    centre = shapely.point_on_surface(shape)
    if shape.geom_type == "Point":
        yield from ((centre.x, centre.y + side * (height / 2 + 1.5)) for side in (-1, 1))
        return
    yield centre.x, centre.y
    if shape.geom_type == "LineString":
        middle_out = (0.5, 0.35, 0.65, 0.2, 0.8, 0.1, 0.9)
        along = [shape.interpolate(share, normalized=True) for share in middle_out]
        yield from ((point.x, point.y) for point in along)
        return
    left, top, right, bottom = shape.bounds
    share = (np.arange(_GRID) + 0.5) / _GRID
    xs, ys = np.meshgrid(left + share * (right - left), top + share * (bottom - top))
    points = np.column_stack([xs.ravel(), ys.ravel()])
    inside = shapely.contains_xy(shape, points[:, 0], points[:, 1])
    order = np.argsort(((points - [centre.x, centre.y]) ** 2).sum(axis=1), kind="stable")
    yield from ((float(points[i, 0]), float(points[i, 1])) for i in order if inside[i])
