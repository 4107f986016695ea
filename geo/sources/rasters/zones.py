"""Ground that hectares are summed on: rights of a register, provinces, any polygon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from shapely.geometry.base import BaseGeometry

from geo.boundaries import provinces
from geo.geometry import comparable, polygons_area_m2
from geo.perimeter import Perimeter
from geo.sources.rasters.areas import M2_PER_HA
from geo.sources.rows import RightRow


@dataclass(frozen=True)
class Zone:
    """A piece of ground with a code: a perimeter of carrés, or a polygon in lon/lat (EPSG:4326)."""

    code: str
    ground: Perimeter | BaseGeometry

    @cached_property
    def polygon(self) -> BaseGeometry:
        """The ground as a valid polygon in longitude and latitude."""
        if isinstance(self.ground, Perimeter):
            return self.ground.outline()
        return comparable(self.ground)

    @cached_property
    def area_ha(self) -> float:
        """Area on the ellipsoid."""
        if isinstance(self.ground, Perimeter):
            return self.ground.geodesic_area_m2 / M2_PER_HA
        return float(polygons_area_m2([self.polygon])[0]) / M2_PER_HA


def zones_of_rights(rows: Sequence[RightRow]) -> list[Zone]:
    """Return the ground of each row of a register that has some, rows never merged.

    The code is the row's, with the number of the row behind it where rows share a code.
    """
    seen: dict[str, int] = {}
    zones = []
    for row in rows:
        if row.geometry is None or row.placement is None:
            continue
        placed = row.placement.perimeter
        if placed is not None and not placed:
            continue
        code = row.code or f"row {row.row}"
        seen[code] = seen.get(code, 0) + 1
        label = code if seen[code] == 1 else f"{code} (row {row.row})"
        zones.append(Zone(label, row.geometry if placed is None else placed))
    return zones


def zones_of_provinces() -> list[Zone]:
    """Return the 26 provinces, by name."""
    return [Zone(place.name, place.geometry) for place in provinces()]
