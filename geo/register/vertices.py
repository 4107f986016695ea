"""The vertices of a title's perimeter, ring by ring, in the order in which they are walked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import shapely

from geo.outline import Ring, rings_of
from geo.perimeter import Perimeter
from geo.register.views import GroundView


@dataclass(frozen=True, slots=True)
class VertexRing:
    """A ring, not closed.

    Parameters
    ----------
    part : which contiguous part of the title it bounds, from 1.
    hole : whether it bounds an enclave (what lies in it is not of the title).
    on_lattice : whether the vertices are nodes of the lattice; else they are as received.
    points : (lon, lat) in degrees (EPSG:4326). On the lattice the walk begins at the north-west
        vertex with the carrés on its left (shells counter-clockwise, holes clockwise).
    """

    part: int
    hole: bool
    on_lattice: bool
    points: tuple[tuple[float, float], ...]


def vertex_rings(grounds: Iterable[GroundView]) -> list[VertexRing]:
    """Return the rings of all ground of a title, each shell before its holes."""
    found: list[VertexRing] = []
    part = 0
    for ground in grounds:
        pieces = _of_carres(ground.perimeter) if ground.on_lattice else _of_polygons(ground)
        for rings in pieces:
            part += 1
            found += [
                VertexRing(part, number > 0, ground.on_lattice, ring)
                for number, ring in enumerate(rings)
            ]
    return found


def _of_carres(perimeter: Perimeter) -> Iterator[list[tuple[tuple[float, float], ...]]]:
    """Return the rings of each contiguous part in degrees: nodes divided once, so exact."""
    for part in perimeter.parts():
        nodes = sorted((_from_north_west(ring) for ring in rings_of(part)), key=_is_hole)
        yield [
            tuple((lon, lat) for lon, lat in perimeter.grid.coordinates_of(ring).tolist())
            for ring in nodes
        ]


def _from_north_west(ring: Ring) -> Ring:
    start = max(range(len(ring)), key=lambda i: (ring[i][1], -ring[i][0]))
    return [*ring[start:], *ring[:start]]


def _is_hole(ring: Ring) -> bool:
    xy = np.array(ring, dtype=np.int64)
    after = np.roll(xy, -1, axis=0)
    return bool((xy[:, 0] * after[:, 1] - after[:, 0] * xy[:, 1]).sum() < 0)


def _of_polygons(ground: GroundView) -> Iterator[list[tuple[tuple[float, float], ...]]]:
    for polygon in shapely.get_parts(ground.geometry):
        yield [
            tuple((x, y) for x, y in shapely.get_coordinates(ring)[:-1].tolist())
            for ring in shapely.get_rings(polygon)
        ]
