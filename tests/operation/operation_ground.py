"""Ground near Kolwezi for layouts: an area of four carrés, two portions, features in metres."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import shapely

from geo.casework.operation.features import Feature, FeatureKind
from geo.casework.operation.layout_check import LayoutGround
from geo.perimeter import Perimeter

COL, ROW = 3056, -1286
WEST, SOUTH = COL / 120, ROW / 120

# Metres in a degree at 10.71° S on WGS 84, by the series of its meridian and parallel arcs:
# 111132.954 − 559.822 cos 2φ + 1.175 cos 4φ and 111412.84 cos φ − 93.5 cos 3φ.
M_PER_LATITUDE = 110_612.6
M_PER_LONGITUDE = 109_392.8

AREA = Perimeter.from_runs([(ROW, COL, COL + 2), (ROW + 1, COL, COL + 2)])
WEST_PORTION = Perimeter.from_runs([(ROW, COL, COL + 1), (ROW + 1, COL, COL + 1)])
EAST_PORTION = Perimeter.from_runs([(ROW, COL + 1, COL + 2), (ROW + 1, COL + 1, COL + 2)])


def ground(**more: Any) -> LayoutGround:
    """The area with its two portions, kept by EGC."""
    given = {
        "portions": {"P-1": WEST_PORTION.outline(), "P-2": EAST_PORTION.outline()},
        "egc_standard": True,
        **more,
    }
    return LayoutGround(AREA.outline(), **given)


def at(east_m: float, north_m: float) -> tuple[float, float]:
    """Longitude and latitude so many metres from the area's south-west corner."""
    return WEST + east_m / M_PER_LONGITUDE, SOUTH + north_m / M_PER_LATITUDE


def box(east_m: float, north_m: float, side_m: float = 50) -> shapely.Polygon:
    """A square drawn from its south-west corner."""
    (west, south), (east, north) = at(east_m, north_m), at(east_m + side_m, north_m + side_m)
    return shapely.box(west, south, east, north)


def line(*points: tuple[float, float]) -> shapely.LineString:
    """A line through points in metres."""
    return shapely.LineString([at(*point) for point in points])


def pit(name: str, geometry: Any, depth: str | None = "8") -> Feature:
    """A pit."""
    return Feature(name, FeatureKind.PIT, geometry, None, None if depth is None else Decimal(depth))


def feature(name: str, kind: str, geometry: Any, width: str | None = None) -> Feature:
    """Any other feature."""
    wide = None if width is None else Decimal(width)
    return Feature(name, FeatureKind(kind), geometry, width_m=wide)


def geojson(*features: Feature, **more: Any) -> bytes:
    """A layout file of these features."""
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [_as_json(each) for each in features],
            **more,
        }
    ).encode()


def _as_json(each: Feature) -> dict[str, Any]:
    properties = {"kind": each.kind.value}
    if each.depth_m is not None:
        properties["depth_m"] = float(each.depth_m)  # type: ignore[assignment]
    if each.width_m is not None:
        properties["width_m"] = float(each.width_m)  # type: ignore[assignment]
    return {
        "type": "Feature",
        "id": each.id,
        "properties": properties,
        "geometry": json.loads(shapely.to_geojson(each.geometry)),
    }
