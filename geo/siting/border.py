"""Ground that lies beyond the border for certain; nearer to it the base map cannot tell."""

from __future__ import annotations

from functools import lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

from geo.boundaries import country
from geo.casework.terrain import DOUBT_M
from geo.perimeter import Perimeter

LEAST_DEGREE_M = 107_000
"""A degree is nowhere shorter than this in the country: along the parallel of 13.5° S."""


def beyond_border(ground: Perimeter) -> Perimeter:
    """Return the carrés whose middle lies farther beyond the border than the base map may err."""
    if not ground:
        return ground
    cells = ground.cells()
    middles = ground.grid.coordinates_of(cells) + float(ground.grid.cell) / 2
    inside = shapely.contains_xy(_in_doubt(), middles[:, 0], middles[:, 1])
    return Perimeter.from_cells(cells[~inside], ground.grid)


@lru_cache
def _in_doubt() -> BaseGeometry:
    """Return the country with the ground around it of which the base map cannot tell."""
    wide = shapely.buffer(country(), DOUBT_M / LEAST_DEGREE_M)
    shapely.prepare(wide)
    return wide
