"""Illustrative protected areas for the demonstration: invented, and named so.

No open layer of the country's protected areas was found, and none is invented under a real name:
these are round shapes called « Aire protégée illustrative 1, 2, … ».
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from random import Random

from shapely.geometry import Polygon

from geo import boundaries
from geo.demo.words import NOTE

AREAS = 6
NAME = "Aire protégée illustrative"
_CORNERS = 40


def illustrative_areas(count: int = AREAS, seed: int = 0) -> list[Polygon]:
    """Return rough round polygons (lon/lat) inside the country, 15 to 45 km across."""
    rng = Random(f"protected/{seed}")  # noqa: S311  (a synthetic layer)
    west, south, east, north = boundaries.country().bounds
    areas: list[Polygon] = []
    while len(areas) < count:
        lon, lat = rng.uniform(west, east), rng.uniform(south, north)
        area = _blob(lon, lat, rng.uniform(0.07, 0.2), rng)
        if boundaries.country().covers(area) and all(area.disjoint(other) for other in areas):
            areas.append(area)
    return areas


def write_areas(path: Path, count: int = AREAS, seed: int = 0) -> None:
    """Write the areas as GeoJSON in the columns of the cadastre's portal, kind ZP."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "Code": f"AP-ILLUSTRATIVE-{number}",
                "TypeAbb": "ZP",
                "Status": "Actif",
                "StatusGrp": "Illustratif",
                "Parties": f"{NAME} {number} (démonstration)",
                "AreaUnit": "ha",
                "Comments": NOTE,
            },
            "geometry": area.__geo_interface__,
        }
        for number, area in enumerate(illustrative_areas(count, seed), 1)
    ]
    collection = {"type": "FeatureCollection", "note": NOTE, "features": features}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(collection, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _blob(lon: float, lat: float, radius: float, rng: Random) -> Polygon:
    """Return a round polygon whose edge sways by two slow waves."""
    first, second = rng.uniform(0, math.tau), rng.uniform(0, math.tau)
    corners = []
    for step in range(_CORNERS):
        angle = -math.tau * step / _CORNERS  # clockwise, as registers draw
        sway = 1 + 0.18 * math.sin(2 * angle + first) + 0.1 * math.sin(3 * angle + second)
        corners.append(
            (
                round(lon + radius * sway * math.cos(angle), 6),
                round(lat + radius * sway * math.sin(angle), 6),
            )
        )
    return Polygon(corners)
