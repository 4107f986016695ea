"""What each carré is like, for a whole province at once: water, distances, slope, activity.

Arrays are (n,) in the order of ``ground.cells()``. Distances here are from the middle of the carré,
good to a few per cent: they choose where to look. What is told of a candidate is measured again on
the ellipsoid (:mod:`geo.siting.sheet`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.activity.records import Observation, Survey
from geo.boundaries import country
from geo.casework.terrain import DOUBT_M
from geo.cover import cover
from geo.geometry import Geometries
from geo.grid import Floats, Integers
from geo.intervals import expand, line_positions
from geo.perimeter import Booleans, Perimeter
from geo.siting.layers import LayerKind, LayerSet
from geo.siting.slope import Slopes, slopes_of

KNOWN_WITHIN_M = 20_000.0
"""Activity that somebody saw tells of ground so far around, also where nobody surveyed."""

_M_PER_DEGREE = 111_000.0


@dataclass(frozen=True)
class CellFacts:
    """Facts of every carré of a ground; a distance of NaN, or None, is no data.

    Parameters
    ----------
    wet : the carré shares ground with a polygon of water.
    activity_m : infinite where the ground was surveyed and nothing was seen; NaN where it was not
        surveyed and nothing is known within 20 km.
    surveyed : its middle lies in ground that some source looked at.
    border_in_doubt : its middle lies within 20 km of the border of the base map.
    """

    ground: Perimeter
    wet: Booleans
    town_m: Floats
    access_m: Floats
    occurrence_m: Floats
    activity_m: Floats
    surveyed: Booleans
    border_in_doubt: Booleans
    slopes: tuple[Slopes, ...]

    @property
    def slope_deg(self) -> Floats:
        """Mean slope by the first raster that has one for the carré."""
        known = np.full(len(self.wet), np.nan)
        for slopes in self.slopes:
            known = np.where(np.isnan(known), slopes.mean_deg, known)
        return known


def facts_of_cells(
    ground: Perimeter,
    layers: LayerSet,
    observations: Sequence[Observation] = (),
    surveys: Sequence[Survey] = (),
) -> CellFacts:
    """Return what every carré of a ground is like, as far as layers and activity tell."""
    middles = middles_of(ground)
    seen = np.array([one.geometry for one in observations], dtype=object)
    surveyed = _inside(middles, [one.extent for one in surveys])
    activity = np.nan_to_num(distances_m(middles, seen), nan=np.inf)
    activity[~surveyed & (activity > KNOWN_WITHIN_M)] = np.nan
    slopes = [
        slopes_of(ground, layer)
        for kind in (LayerKind.SLOPE, LayerKind.ELEVATION)
        for layer in layers.of(kind)
    ]
    return CellFacts(
        ground=ground,
        wet=wet_cells(ground, layers),
        town_m=_to_layers(middles, layers, LayerKind.TOWNS),
        access_m=_to_layers(middles, layers, LayerKind.ACCESS),
        occurrence_m=_to_layers(middles, layers, LayerKind.OCCURRENCES),
        activity_m=activity,
        surveyed=surveyed,
        border_in_doubt=_near_the_border(middles),
        slopes=tuple(slopes),
    )


def middles_of(ground: Perimeter) -> Geometries:
    """Return the middle of each carré as a point in longitude and latitude."""
    cells = ground.cells()
    low, high = ground.grid.coordinates_of(cells), ground.grid.coordinates_of(cells + 1)
    return np.asarray(shapely.points((low + high) / 2))


def wet_cells(ground: Perimeter, layers: LayerSet) -> Booleans:
    """Return which carrés share ground with a polygon of water, supplied or of the base map."""
    wet = Perimeter.empty(ground.grid)
    box = shapely.box(*ground.outline().bounds) if ground else shapely.Polygon()
    for layer in layers.layers:
        if layer.kind is LayerKind.WATER:
            for water in layer.geometries:
                near = shapely.intersection(water, box)
                if not near.is_empty:
                    wet = wet | (cover(near, ground.grid).perimeter & ground)
    return membership(ground, wet)


def membership(ground: Perimeter, part: Perimeter) -> Booleans:
    """Return for each carré of a ground, in the order of its cells, whether a part holds it."""
    inside = np.zeros(ground.count, bool)
    inside[indices_in(line_of(ground), part & ground)] = True
    return inside


def line_of(ground: Perimeter) -> Integers:
    """Return where each carré of a ground lies on the line of runs, in the order of its cells."""
    cells = ground.cells()
    return line_positions(cells[:, 1], cells[:, 0])


def indices_in(line: Integers, part: Perimeter) -> Integers:
    """Return the indices, among the carrés of a ground, of those of a part that lies in it.

    ``line`` is :func:`line_of` the ground: the carrés of one run are neighbours in it.
    """
    starts = np.searchsorted(line, line_positions(part.runs[:, 0], part.runs[:, 1]))
    return expand(starts, starts + part.runs[:, 2] - part.runs[:, 1])


def distances_m(points: Geometries, geometries: Geometries) -> Floats:
    """Return about how far each point is from the nearest geometry, in metres; NaN without any.

    Longitudes are shortened as at the middle latitude of the points: good to a few per cent over a
    province.
    """
    if not len(points) or not len(geometries):
        return np.full(len(points), np.nan)
    bounds = shapely.total_bounds(points)
    shrink = float(np.cos(np.radians((bounds[1] + bounds[3]) / 2)))
    tree = shapely.STRtree(_narrowed(geometries, shrink))
    index, apart = tree.query_nearest(
        _narrowed(points, shrink), return_distance=True, all_matches=False
    )
    found = np.full(len(points), np.nan)
    found[index[0]] = apart * _M_PER_DEGREE
    return found


def _narrowed(geometries: Geometries, shrink: float) -> Geometries:
    return np.asarray(shapely.transform(geometries, lambda xy: xy * [shrink, 1.0]))


def _near_the_border(points: Geometries) -> Booleans:
    doubt = np.zeros(len(points), bool)
    if not len(points):
        return doubt
    bounds = shapely.total_bounds(points)
    shrink = float(np.cos(np.radians((bounds[1] + bounds[3]) / 2)))
    tree = shapely.STRtree(_narrowed(_parts([country().boundary]), shrink))
    near, _ = tree.query(
        _narrowed(points, shrink), predicate="dwithin", distance=DOUBT_M / _M_PER_DEGREE
    )
    doubt[near] = True
    return doubt


def _to_layers(points: Geometries, layers: LayerSet, kind: LayerKind) -> Floats:
    found = [one.geometry for layer in layers.of(kind) for one in layer.features]
    return distances_m(points, _parts(found))


def _parts(geometries: Sequence[BaseGeometry]) -> Geometries:
    """Return geometries as single lines of few vertices, which a tree of boxes tells apart."""
    pieces: list[BaseGeometry] = []
    for part in shapely.get_parts(np.array(geometries, dtype=object)) if geometries else ():
        pieces.extend(_split(part))
    return np.array(pieces, dtype=object)


def _split(part: BaseGeometry, vertices: int = 64) -> Iterable[BaseGeometry]:
    coordinates = shapely.get_coordinates(part)
    if shapely.get_dimensions(part) != 1 or len(coordinates) <= vertices:
        yield part
        return
    for start in range(0, len(coordinates) - 1, vertices - 1):
        yield shapely.LineString(coordinates[start : start + vertices])


def _inside(points: Geometries, extents: Sequence[BaseGeometry]) -> Booleans:
    inside = np.zeros(len(points), bool)
    for extent in extents:
        shapely.prepare(extent)
        inside |= shapely.intersects(extent, points)
    return inside
