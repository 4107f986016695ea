"""The vertices (sommets) of a perimeter, numbered the way the extract lists them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot

import shapely
from shapely.geometry.base import BaseGeometry

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Vertex:
    """A numbered vertex: lon/lat in degrees, and where its label is clear of the ground.

    ``outward`` points away from the ground, east and north, of length one (or none at all).
    """

    number: int
    ring: str
    lon: float
    lat: float
    outward: Position


def vertices_of(ground: BaseGeometry) -> list[Vertex]:
    """Return the vertices of every ring, numbered through from 1.

    Each ring begins at its north-westernmost vertex, the northernmost first. Outer rings go
    clockwise, enclaves counter-clockwise, so that the ground always lies on the right.

    Parameters
    ----------
    ground : polygons in longitude and latitude (EPSG:4326); lines and points have no vertices.
    """
    numbered: list[Vertex] = []
    for name, ring in _rings(ground):
        for index, (lon, lat) in enumerate(ring):
            around = ring[index - 1], (lon, lat), ring[(index + 1) % len(ring)]
            numbered.append(Vertex(len(numbered) + 1, name, lon, lat, _outward(*around)))
    return numbered


def _rings(ground: BaseGeometry) -> Iterator[tuple[str, list[Position]]]:
    polygons = [p for p in shapely.get_parts(ground) if p.geom_type == "Polygon"]
    for number, polygon in enumerate(polygons, start=1):
        clockwise = shapely.orient_polygons(polygon, exterior_cw=True)
        part = "Contour" if len(polygons) == 1 else f"Partie {number}"
        yield part, _from_north_west(clockwise.exterior)
        for hole, ring in enumerate(clockwise.interiors, start=1):
            yield f"{part}, enclave {hole}", _from_north_west(ring)


def _from_north_west(ring: BaseGeometry) -> list[Position]:
    points = [(float(x), float(y)) for x, y in shapely.get_coordinates(ring)[:-1]]
    start = min(range(len(points)), key=lambda i: (-points[i][1], points[i][0]))
    return points[start:] + points[:start]


def _outward(before: Position, here: Position, after: Position) -> Position:
    """Return the direction away from the ground: left of both edges, the ground being right."""
    (ax, ay), (bx, by) = _direction(before, here), _direction(here, after)
    return _unit(-(ay + by), ax + bx)


def _direction(start: Position, end: Position) -> Position:
    return _unit(end[0] - start[0], end[1] - start[1])


def _unit(x: float, y: float) -> Position:
    length = hypot(x, y)
    return (x / length, y / length) if length else (0.0, 0.0)
