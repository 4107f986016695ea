"""Features of a mine layout (plan d'exploitation): pits, benches, ways, strips and the rest.

Coordinates are longitude and latitude (EPSG:4326). Metres stand in the names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from shapely.geometry.base import BaseGeometry

from geo.law.values import Bilingual


class FeatureKind(StrEnum):
    """What a feature of a layout is."""

    PIT = "pit"
    BENCH = "bench"
    WASTE = "waste"
    HAUL_WAY = "haul_way"
    ORE_DEPOT = "ore_depot"
    WATER = "water"
    EXCLUSION_STRIP = "exclusion_strip"
    FACILITY = "facility"
    TUNNEL = "tunnel"


KIND_NAMES: Mapping[FeatureKind, Bilingual] = MappingProxyType(
    {
        FeatureKind.PIT: Bilingual("fosse", "pit"),
        FeatureKind.BENCH: Bilingual("gradin", "bench"),
        FeatureKind.WASTE: Bilingual("terril", "waste heap"),
        FeatureKind.HAUL_WAY: Bilingual("piste de transport", "haul way"),
        FeatureKind.ORE_DEPOT: Bilingual("dépôt de minerai", "ore depot"),
        FeatureKind.WATER: Bilingual("eau", "water"),
        FeatureKind.EXCLUSION_STRIP: Bilingual("bande d’exclusion", "exclusion strip"),
        FeatureKind.FACILITY: Bilingual("installation", "facility"),
        FeatureKind.TUNNEL: Bilingual("galerie", "tunnel"),
    }
)

_POLYGONS = frozenset({"Polygon", "MultiPolygon"})
_LINES = frozenset({"LineString", "MultiLineString"})
_POINTS = frozenset({"Point", "MultiPoint"})

DRAWN_AS: Mapping[FeatureKind, frozenset[str]] = MappingProxyType(
    {
        FeatureKind.PIT: _POLYGONS,
        FeatureKind.BENCH: _POLYGONS | _LINES,
        FeatureKind.WASTE: _POLYGONS,
        FeatureKind.HAUL_WAY: _POLYGONS | _LINES,
        FeatureKind.ORE_DEPOT: _POLYGONS | _POINTS,
        FeatureKind.WATER: _POLYGONS | _LINES | _POINTS,
        FeatureKind.EXCLUSION_STRIP: _POLYGONS | _LINES,
        FeatureKind.FACILITY: _POLYGONS | _POINTS,
        FeatureKind.TUNNEL: _POLYGONS | _LINES,
    }
)
"""Types of geometry that each kind may have."""

WORKINGS = frozenset(FeatureKind) - {FeatureKind.EXCLUSION_STRIP, FeatureKind.WATER}
"""What may not lie in an exclusion strip; water and other strips may."""


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature of a layout.

    Parameters
    ----------
    id : its name in the layout, unique there.
    geometry : two-dimensional, EPSG:4326.
    depth_m : of a pit; None where the layout does not state it.
    width_m : of an exclusion strip: how far on each side of what is drawn nothing may be worked.
    """

    id: str
    kind: FeatureKind
    geometry: BaseGeometry
    name: str | None = None
    depth_m: Decimal | None = None
    width_m: Decimal | None = None
