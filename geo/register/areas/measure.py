"""How far carrés lie from places, in metres on the WGS 84 ellipsoid, and what ground they share.

Edges are straight in longitude and latitude, as the law of the lattice has them: along a parallel
such an edge is no geodesic. At 10° S the geodesic between the ends of one carré's edge (914 m)
bulges 2.9 mm away from it, over ten carrés 29 cm. So every edge, of carrés and places alike, is cut
at 5″ (0.1 mm), and carré and place are laid on a transverse Mercator of their own strip of four
columns, whose scale is off by less than 2e-7 within a kilometre of the strip. Together the error is
below 0.5 mm for distances up to 1 km; the tests compare it with geodesics of ``pyproj.Geod``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import GridMismatch
from geo.geometry import LONLAT, Geometries
from geo.grid import Floats, Grid, Integers
from geo.overlap.shapes import TOLERANCE_CELLS
from geo.perimeter import Perimeter

CUT_DEG = 5 / 3600
"""Longest piece of an edge, in degrees."""

STRIP_COLUMNS = 4
SLIVER_SHARE = 0.01
"""A shared sliver below this part of the place, and below the tolerance of polygons, is a border
drawn with rounded coordinates."""

_GEODESICS = pyproj.Geod(ellps="WGS84")

_M_PER_DEGREE = 110_574.0
"""No degree of latitude is shorter, and no degree of longitude at the equator."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Places and carrés near each other: indices into both, and metres; all arrays (n,)."""

    place: Integers
    cell: Integers
    metres: Floats


def millimetres(metres: float) -> Decimal:
    """Return a measured distance in metres to the millimetre, the most that is measured.

    Examples
    --------
    >>> millimetres(89.99961), millimetres(89.99)
    (Decimal('90.000'), Decimal('89.990'))
    """
    return Decimal(round(metres * 1000)).scaleb(-3)


def cell_boxes(perimeter: Perimeter) -> Geometries:
    """Return each carré as a polygon in longitude and latitude, in the order of its cells.

    Raises
    ------
    GridMismatch : the perimeter's grid is not in degrees of WGS 84.
    """
    grid = perimeter.grid
    if grid.unit != "degree" or grid.crs != LONLAT:
        raise GridMismatch(f"places are in {LONLAT}; a perimeter on “{grid.name}” is not")
    cells = perimeter.cells()
    low, high = grid.coordinates_of(cells), grid.coordinates_of(cells + 1)
    return np.atleast_1d(shapely.box(low[:, 0], low[:, 1], high[:, 0], high[:, 1]))


def reach_deg(latitude_deg: float, metres: float) -> tuple[float, float]:
    """Return degrees of longitude and latitude that ``metres`` cannot exceed near a latitude."""
    upright = 1.01 * metres / _M_PER_DEGREE
    furthest = min(abs(latitude_deg) + upright, 89.0)
    return upright / float(np.cos(np.radians(furthest))), upright


def window_of(perimeter: Perimeter, metres: float) -> tuple[float, float, float, float]:
    """Return west, south, east, north of a perimeter with ``metres`` and 20 m around it."""
    west, south, east, north = shapely.total_bounds(cell_boxes(perimeter))
    across, upright = reach_deg(max(abs(south), abs(north)), metres + 20)
    return west - across, south - upright, east + across, north + upright


def enlarged(perimeter: Perimeter, metres: float) -> BaseGeometry:
    """Return a perimeter with at least ``metres`` around it, in longitude and latitude.

    Up to 1.5 % more: it is asked whether a layer covers this ground, and a doubt is undetermined.
    """
    outline = perimeter.outline()
    if metres <= 0:
        return outline
    furthest = max(abs(outline.bounds[1]), abs(outline.bounds[3]))
    across, upright = reach_deg(furthest, metres)
    shrunk = shapely.transform(outline, lambda xy: xy * [upright / across, 1.0])
    round_ = shapely.buffer(shrunk, upright, quad_segs=32)
    return shapely.transform(round_, lambda xy: xy * [across / upright, 1.0])


def distances(perimeter: Perimeter, places: Sequence[BaseGeometry], metres: float) -> Pairs:
    """Return every carré with every place nearer than about ``metres``, and how far apart they are.

    Parameters
    ----------
    places : valid polygons, lines or points in longitude and latitude.
    metres : pairs further apart than this may be left out.

    Returns
    -------
    Pairs, 0 m where carré and place meet or touch.
    """
    boxes, given = cell_boxes(perimeter), np.array(places, dtype=object)
    if not len(given):
        return Pairs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    bounds = shapely.total_bounds(boxes)
    within = max(reach_deg(max(abs(bounds[1]), abs(bounds[3])), metres))
    place, cell = shapely.STRtree(boxes).query(given, predicate="dwithin", distance=within)
    metres_apart = np.zeros(len(place))
    apart = np.flatnonzero(~shapely.intersects(given[place], boxes[cell]))
    strip = perimeter.cells()[cell[apart], 0] // STRIP_COLUMNS
    for number in np.unique(strip):
        some = apart[strip == number]
        transformer = _strip_projection(perimeter.grid, int(number))
        metres_apart[some] = shapely.distance(
            _laid_out(given, place[some], transformer), _laid_out(boxes, cell[some], transformer)
        )
    return Pairs(place.astype(np.int64), cell.astype(np.int64), metres_apart)


def apart_m(ones: Geometries, others: Geometries, pairs: npt.NDArray[np.integer]) -> Floats:
    """Return how far apart pairs of geometries are, in metres; 0 where they meet.

    Each pair is laid on a transverse Mercator near the first of the two to find where they come
    nearest; the metres are those of the geodesic between these places (``pyproj.Geod``). So the
    result is good to a millimetre also some ten kilometres away.

    Parameters
    ----------
    ones, others : geometries in longitude and latitude, none empty.
    pairs : (n, 2) integers, indices into ``ones`` and into ``others``.
    """
    metres = np.zeros(len(pairs))
    if not len(pairs):
        return metres
    apart = np.flatnonzero(~shapely.intersects(ones[pairs[:, 0]], others[pairs[:, 1]]))
    bounds = shapely.bounds(ones[pairs[apart, 0]])
    tenths = np.rint((bounds[:, 0] + bounds[:, 2]) * 5).astype(np.int64)
    for tenth in np.unique(tenths):
        some = apart[tenths == tenth]
        transformer = _meridian(int(tenth) / 10)
        ways = shapely.shortest_line(
            _laid_out(ones, pairs[some, 0], transformer),
            _laid_out(others, pairs[some, 1], transformer),
        )
        ends = shapely.get_coordinates(ways)
        lon, lat = transformer.transform(ends[:, 0], ends[:, 1], direction="INVERSE")
        metres[some] = _GEODESICS.inv(lon[::2], lat[::2], lon[1::2], lat[1::2])[2]
    return metres


def moved_m(before: BaseGeometry, after: BaseGeometry) -> float:
    """Return how far an outline moves at its furthest (Hausdorff), to about a part in a thousand.

    For a reader of a proposal; nothing is decided by it.
    """
    west, _, east, _ = shapely.total_bounds([before, after])
    transformer = _meridian(round((west + east) / 2, 1))
    cut = shapely.segmentize(np.array([before, after], dtype=object), CUT_DEG)
    one, other = shapely.transform(cut, transformer.transform, interleaved=False)
    return float(shapely.hausdorff_distance(one, other))


def _laid_out(
    geometries: Geometries, index: npt.NDArray[np.integer], transformer: pyproj.Transformer
) -> Geometries:
    """Return geometries by index on a projection, each moved once however often it is asked."""
    wanted, back = np.unique(index, return_inverse=True)
    cut = shapely.segmentize(geometries[wanted], CUT_DEG)
    moved = shapely.transform(cut, transformer.transform, interleaved=False)
    return np.asarray(moved)[back]


def _strip_projection(grid: Grid, strip: int) -> pyproj.Transformer:
    west, east = grid.coordinates_of([(strip * STRIP_COLUMNS, 0), ((strip + 1) * STRIP_COLUMNS, 0)])
    return _meridian(float(west[0] + east[0]) / 2)


@lru_cache(maxsize=4096)
def _meridian(longitude_deg: float) -> pyproj.Transformer:
    """Return metres on a transverse Mercator with its true scale along a meridian."""
    plane = f"+proj=tmerc +lat_0=0 +lon_0={longitude_deg:.12f} +k=1 +datum=WGS84 +units=m +type=crs"
    return pyproj.Transformer.from_crs(LONLAT, plane, always_xy=True)


def cells_sharing(
    perimeter: Perimeter, place: BaseGeometry, place_area_deg2: float
) -> npt.NDArray[np.intp]:
    """Return the indices of the carrés that share ground with a place, none where it only touches.

    A polygon shares ground where their common area is more than 1e-4 carré, or more than 1 % of the
    place: less is a border drawn with rounded coordinates (the tolerance of polygons everywhere). A
    line or a point does where it lies within the perimeter, also on an edge between two of its
    carrés; along the outline it only touches.

    Parameters
    ----------
    place_area_deg2 : area of the whole place where ``place`` is a part of it.
    """
    boxes = cell_boxes(perimeter)
    if shapely.get_dimensions(place) == 2:
        least = min(
            TOLERANCE_CELLS * float(perimeter.grid.cell) ** 2, SLIVER_SHARE * place_area_deg2
        )
        return np.flatnonzero(shapely.area(shapely.intersection(boxes, place)) > least)
    outline = perimeter.outline()
    within = shapely.difference(shapely.intersection(place, outline), outline.boundary)
    if shapely.is_empty(within):
        return np.empty(0, np.intp)
    if shapely.get_dimensions(within) == 0:
        return np.flatnonzero(shapely.intersects(boxes, within))
    return np.flatnonzero(shapely.length(shapely.intersection(boxes, within)) > 0)
