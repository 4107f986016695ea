"""Where an objection lies: carrés, a point, or words; only the first two are ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.errors import CoordinateError, InputError
from geo.grid import DRC, Grid
from geo.perimeter import Perimeter

MAX_CELLS = 5_000
"""Carrés that one objection may name: ten times the largest permit for research."""


@dataclass(frozen=True, slots=True)
class ObjectionPlace:
    """At most one of the three. A point is kept as given; it means the carré it lies in."""

    cells: Perimeter | None = None
    point: tuple[float, float] | None = None
    words: str | None = None

    @property
    def runs(self) -> list[list[int]] | None:
        """The carrés named, as runs; None where none was."""
        return self.cells.to_lists() if self.cells else None


def place_of(
    cells: Sequence[tuple[int, int]] | None,
    point: tuple[float, float] | None,
    words: str | None,
    grid: Grid = DRC,
) -> ObjectionPlace:
    """Return the place that an objector gave.

    Parameters
    ----------
    cells : carrés as (column, row). point : lon, lat in degrees (EPSG:4326).

    Raises
    ------
    InputError : more than one kind of place was given, or too many carrés.
    CoordinateError : the point lies outside the world.
    GridError : a carré lies outside the world.
    """
    if sum(given not in (None, "", [], ()) for given in (cells, point, words)) > 1:
        raise InputError("the place is given twice. Send carrés, or a point, or words.")
    if cells:
        if len(cells) > MAX_CELLS:
            raise InputError(f"{len(cells)} carrés are too many. Name up to {MAX_CELLS}.")
        return ObjectionPlace(cells=Perimeter.from_cells(cells, grid))
    if point is not None:
        lon, lat = point
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise CoordinateError(f"the point {lon}, {lat} is no longitude and latitude.")
        return ObjectionPlace(point=point)
    return ObjectionPlace(words=words or None)


def ground_of(place: ObjectionPlace, grid: Grid = DRC) -> Perimeter:
    """Return the carrés that an objection is about; none where it names its place in words.

    Examples
    --------
    >>> ground_of(ObjectionPlace(point=(25.504, -10.694))).to_lists()
    [[-1284, 3060, 3061]]
    """
    if place.cells is not None:
        return place.cells
    if place.point is None:
        return Perimeter.empty(grid)
    return Perimeter.from_cells(grid.cells_at(np.array([place.point])), grid)
