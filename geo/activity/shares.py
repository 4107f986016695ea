"""How much of a disc or of an outline lies on each piece of ground.

Everything is cut in longitude and latitude: nothing is reprojected before it is compared. Areas are
taken afterwards, on the ellipsoid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geo.geometry import Geometries, polygonal, polygons_area_m2
from geo.grid import DRC, Floats
from geo.overlap.shapes import TOLERANCE_CELLS
from geo.register.areas.measure import SLIVER_SHARE, reach_deg

LEAST_RADIUS_M = 0.001
"""A position is never known better than to a millimetre: a point closer than that to a boundary
lies on it, and every side of the boundary is named."""

LEAST_SHARE = 1e-6
"""Of a disc; less is the noise of its 128 corners."""

CORNERS = 128
_GEODESICS = pyproj.Geod(ellps="WGS84")
_ANGLES = np.arange(CORNERS) * 360 / CORNERS
_AS_LARGE = float(np.sqrt(2 * np.pi / (CORNERS * np.sin(2 * np.pi / CORNERS))))


@dataclass(frozen=True, slots=True)
class Faces:
    """The pieces into which boundaries cut one disc or outline.

    ``shares[i]`` of its area lies in exactly the shapes ``members[i]``, of those that cut;
    ``within`` is the share in each shape that it meets, also of those that do not cut.
    """

    shares: tuple[float, ...]
    members: tuple[frozenset[int], ...]
    within: Mapping[int, float]


def discs(points: Sequence[BaseGeometry] | Geometries, radii_m: npt.ArrayLike) -> Geometries:
    """Return discs around points on the WGS 84 ellipsoid, as polygons in longitude and latitude.

    Each is a 128-gon with the area of its disc; its edge is off by at most 3e-4 of the radius.

    Parameters
    ----------
    radii_m : (n,) metres, above 0.
    """
    lon, lat = shapely.get_coordinates(np.asarray(points, dtype=object)).T
    radii = np.asarray(radii_m, dtype=np.float64) * _AS_LARGE
    shape = (len(lon), CORNERS)
    around = [np.broadcast_to(a[:, None], shape).ravel() for a in (lon, lat, radii)]
    angles = np.broadcast_to(_ANGLES, shape).ravel()
    east, north, _ = _GEODESICS.fwd(around[0], around[1], angles, around[2])
    corners = np.stack([np.reshape(east, shape), np.reshape(north, shape)], axis=-1)
    return np.atleast_1d(shapely.polygons(corners))


def faces_of(
    geometries: Geometries, radii_m: Floats, shapes: Geometries, cutting: npt.NDArray[np.bool_]
) -> list[Faces]:
    """Return the pieces of each point's disc, or of each outline, by the shapes it meets.

    Parameters
    ----------
    geometries : (n,) points and (Multi)Polygons in longitude and latitude, valid.
    radii_m : (n,) radius around a point; nothing below a millimetre. Of polygons it is not used.
    shapes : (m,) valid (Multi)Polygons in longitude and latitude.
    cutting : (m,) whether the shape's boundary parts legal places; others are only measured.
    """
    points = shapely.get_dimensions(geometries) == 0
    radii = np.maximum(radii_m, LEAST_RADIUS_M)
    reach = np.array(geometries, dtype=object)
    reach[points] = _boxes(geometries[points], radii[points])
    tree = shapely.STRtree(shapes)
    whole, crossed = _met(tree, reach, shapes)
    near = np.array([bool(found) for found in crossed], dtype=bool)
    again = np.flatnonzero(near & points)
    if len(again):
        reach[again] = discs(geometries[again], radii[again])
        rewhole, recrossed = _met(tree, reach[again], shapes)
        for index, inside, across in zip(again.tolist(), rewhole, recrossed, strict=True):
            whole[index], crossed[index] = inside, across
    return _measured(reach, points, whole, crossed, shapes, cutting)


def _boxes(points: Geometries, radii: Floats) -> Geometries:
    """Return boxes that hold the discs, a little larger."""
    if not len(points):
        return points
    lon, lat = shapely.get_coordinates(points).T
    across, upright = np.array(
        [reach_deg(y, r) for y, r in zip(lat.tolist(), radii.tolist(), strict=True)]
    ).T
    return np.atleast_1d(shapely.box(lon - across, lat - upright, lon + across, lat + upright))


def _met(
    tree: shapely.STRtree, reach: Geometries, shapes: Geometries
) -> tuple[list[list[int]], list[list[int]]]:
    """Return for each reach the shapes in which it lies whole, and those whose edge it meets."""
    asked, found = tree.query(reach, predicate="intersects")
    covers = shapely.covers(shapes[found], reach[asked])
    whole: list[list[int]] = [[] for _ in reach]
    crossed: list[list[int]] = [[] for _ in reach]
    for one, other, inside in zip(asked.tolist(), found.tolist(), covers.tolist(), strict=True):
        (whole if inside else crossed)[one].append(other)
    return whole, crossed


def _measured(
    reach: Geometries,
    points: npt.NDArray[np.bool_],
    whole: Sequence[list[int]],
    crossed: Sequence[list[int]],
    shapes: Geometries,
    cutting: npt.NDArray[np.bool_],
) -> list[Faces]:
    """Cut and measure; the areas of all pieces are taken in one call."""
    found: list[Faces] = []
    for index, outline in enumerate(reach):
        across = crossed[index]
        inside = dict.fromkeys(whole[index], 1.0)
        cut = sorted(shape for shape in across if cutting[shape])
        always = frozenset(shape for shape in inside if cutting[shape])
        pieces = _cut(outline, cut, shapes) if cut else [(outline, frozenset[int]())]
        others = [shape for shape in across if not cutting[shape]]
        common = [polygonal(shapely.intersection(outline, shapes[shape])) for shape in others]
        if len(pieces) == 1 and not common:
            found.append(Faces((1.0,), (pieces[0][1] | always,), inside))
            continue
        area = polygons_area_m2([outline, *(piece for piece, _ in pieces), *common])
        least = _least_m2(float(area[0]), bool(points[index]))
        kept = [
            (float(a / area[0]), members | always)
            for a, (_, members) in zip(area[1 : 1 + len(pieces)], pieces, strict=True)
            if a > least
        ]
        within = inside | _within(kept, cut)
        within |= {
            shape: float(a / area[0])
            for shape, a in zip(others, area[1 + len(pieces) :], strict=True)
            if a > least
        }
        found.append(Faces(tuple(s for s, _ in kept), tuple(m for _, m in kept), within))
    return found


def _within(kept: Iterable[tuple[float, frozenset[int]]], cut: Sequence[int]) -> dict[int, float]:
    """Return the share of each shape that cuts, where it has one."""
    sums: dict[int, float] = {}
    for share, members in kept:
        for shape in members.intersection(cut):
            sums[shape] = sums.get(shape, 0.0) + share
    return sums


def _least_m2(area_m2: float, disc: bool) -> float:
    """Return the area up to which a piece does not count.

    Of an outline: the sliver of a border drawn twice with rounded coordinates, below the tolerance
    of polygons everywhere (1e-4 carré) and below 1 % of the outline.
    """
    if disc:
        return LEAST_SHARE * area_m2
    carre_m2 = float(DRC.legal_area_ha(1)) * 10_000
    return min(TOLERANCE_CELLS * carre_m2, SLIVER_SHARE * area_m2)


def _cut(
    outline: BaseGeometry, by: Sequence[int], shapes: Geometries
) -> list[tuple[BaseGeometry, frozenset[int]]]:
    """Return the pieces of an outline with the shapes in which each lies."""
    pieces = [(outline, frozenset[int]())]
    for shape in by:
        parted: list[tuple[BaseGeometry, frozenset[int]]] = []
        for piece, members in pieces:
            inside = polygonal(shapely.intersection(piece, shapes[shape]))
            if inside.is_empty:
                parted.append((piece, members))
                continue
            parted.append((inside, members | {shape}))
            outside = polygonal(shapely.difference(piece, shapes[shape]))
            if not outside.is_empty:
                parted.append((outside, members))
        pieces = parted
    return pieces
