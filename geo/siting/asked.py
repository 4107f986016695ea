"""Which carrés are asked about: those of a province, of a box, around points, or a list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.cover import cover
from geo.errors import InputError
from geo.grid import DRC, Grid
from geo.perimeter import Perimeter
from geo.register.areas.measure import distances, reach_deg
from geo.sources.provinces import province_named

MAX_RADIUS_M = 50_000.0
MAX_CELLS = 400_000
"""How many carrés one question may be about; the largest province has some 240,000."""


def carres_of_province(name: str, grid: Grid = DRC) -> Perimeter:
    """Return the carrés whose middle lies in a province, by the base map (1:10m, ODbL).

    Provinces share no carré so. The limit is coarse: it orders a question, and decides nothing.

    Raises
    ------
    InputError : there is no province of that name.
    """
    return carres_with_middle_in(province_named(name).geometry, grid)


def carres_with_middle_in(outline: BaseGeometry, grid: Grid = DRC) -> Perimeter:
    """Return the carrés whose middle lies in a polygon in longitude and latitude."""
    covered = cover(outline, grid)
    cut = covered.partial.cells()
    middle = (grid.coordinates_of(cut) + grid.coordinates_of(cut + 1)) / 2
    shapely.prepare(outline)
    inside = shapely.contains_xy(outline, middle[:, 0], middle[:, 1])
    return covered.whole | Perimeter.from_cells(cut[inside], grid)


def carres_of_box(west: float, south: float, east: float, north: float) -> Perimeter:
    """Return the carrés whose middle lies in a box in degrees, longitude first.

    Raises
    ------
    InputError : the box is empty, or no box of degrees.
    """
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InputError(
            f"{west},{south},{east},{north} is no box: write west,south,east,north in degrees."
        )
    refuse_too_many(int((east - west) * (north - south) * 120**2))
    return carres_with_middle_in(shapely.box(west, south, east, north))


def carres_around(
    places: Sequence[BaseGeometry], radius_m: float, grid: Grid = DRC, at_most: int = MAX_CELLS
) -> Perimeter:
    """Return the carrés nearer than ``radius_m`` metres (ellipsoid) to one of the places.

    Parameters
    ----------
    places : points or polygons in longitude and latitude.

    Raises
    ------
    InputError : the radius is not above 0 and at most 50 km; or there are too many carrés.
    """
    if not 0 < radius_m <= MAX_RADIUS_M:
        raise InputError(f"{radius_m} m is no radius: give more than 0 and at most 50 000 m.")
    found = Perimeter.empty(grid)
    for place in places:
        window = _box_around(place, radius_m, grid)
        near = distances(window, [place], radius_m)
        cells = np.unique(near.cell[near.metres <= radius_m])
        found = found | Perimeter.from_cells(window.cells()[cells], grid)
        refuse_too_many(found.count, at_most)
    return found


def _box_around(place: BaseGeometry, radius_m: float, grid: Grid) -> Perimeter:
    west, south, east, north = place.bounds
    across, upright = reach_deg(max(abs(south), abs(north)), radius_m + 20)
    corners = [(west - across, south - upright), (east + across, north + upright)]
    (left, bottom), (right, top) = grid.cells_at(corners).tolist()
    refuse_too_many((right - left + 1) * (top - bottom + 1))
    return Perimeter.from_runs([(row, left, right + 1) for row in range(bottom, top + 1)], grid)


def refuse_too_many(count: int, limit: int = MAX_CELLS) -> None:
    """Refuse a question about more carrés than are looked at at once.

    Raises
    ------
    InputError : with the remedy.
    """
    if count > limit:
        raise InputError(
            f"{count:,} carrés are more than {limit:,}. Ask about one province, a smaller box, or "
            "a shorter radius."
        )


def widened(ground: Perimeter, carres: int) -> Perimeter:
    """Return a ground with all carrés that lie at most so many columns and rows away from it."""
    runs = ground.runs.astype(np.int64)
    moved = [runs + np.array([up, -carres, carres], np.int64) for up in range(-carres, carres + 1)]
    return Perimeter.from_runs(np.vstack(moved), ground.grid)
