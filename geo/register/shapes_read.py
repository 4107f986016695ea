"""From rows of the database to perimeters and geometry."""

from __future__ import annotations

from typing import Any

import shapely
from sqlalchemy import Row

from geo.grid import Grid
from geo.perimeter import Perimeter
from geo.register.views import GroundView


def ground_view(row: Row[Any], grid: Grid) -> GroundView:
    """Return ground from a row with runs and geometry as well-known binary."""
    return GroundView(
        id=row.id,
        standing=row.standing,
        kind=row.kind,
        held_from=row.held_from,
        held_to=row.held_to,
        perimeter=Perimeter.from_runs(row.runs, grid),
        on_lattice=row.on_lattice,
        flags=tuple(row.flags),
        geometry=shapely.from_wkb(bytes(row.geom)),
    )
