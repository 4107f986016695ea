"""How a delivery states the ground that was surveyed: never taken from what was found.

Ground is stated as polygons, as a box, as the outline of the country less some ground, or by saying
that nothing but the sites themselves was looked at.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from shapely import MultiPolygon
from shapely.geometry.base import BaseGeometry

from geo.activity.records import Observation
from geo.boundaries import country
from geo.errors import InputError
from geo.geometry import comparable, polygonal
from geo.register.areas.measure import reach_deg
from geo.register.areas.orders import geometry_from

Basis = Literal["polygons", "bbox", "outline", "sites"]

SITE_M = 1.0
"""Radius of ground counted for a point whose uncertainty is not stated: the point alone."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Surveyed ground in longitude and latitude, and how it was stated."""

    basis: Basis
    ground: MultiPolygon


def within_polygons(ground: BaseGeometry) -> Extent:
    """Return the extent that polygons state.

    Raises
    ------
    InputError : there is no area in them.
    """
    return Extent("polygons", _whole(ground, "the polygons of the extent"))


def within_box(west: float, south: float, east: float, north: float) -> Extent:
    """Return the extent that a box in degrees states.

    Raises
    ------
    InputError : it is no box of the globe that runs west to east and south to north.
    """
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InputError(
            f"{west}, {south}, {east}, {north} is no box. Give west, south, east, north in degrees."
        )
    return Extent("bbox", MultiPolygon([shapely.box(west, south, east, north)]))


def within_the_country(minus: BaseGeometry | None = None) -> Extent:
    """Return the outline of the country (1:10m), less ground that was left out.

    Raises
    ------
    InputError : nothing is left.
    """
    outline = comparable(country())
    left = outline if minus is None else shapely.difference(outline, comparable(minus))
    return Extent("outline", _whole(left, "the outline less the ground left out"))


def at_the_sites(observations: Sequence[Observation]) -> Extent:
    """Return the ground of the sites themselves: polygons, and discs of the uncertainty of points.

    A point that states no uncertainty counts for one metre around it. Discs are drawn in degrees
    scaled at their latitude, at most 1.5 % too wide.

    Raises
    ------
    InputError : there is no site.
    """
    ground = [_around(observation) for observation in observations]
    return Extent("sites", _whole(shapely.union_all(ground), "the sites"))


def extent_stated(
    said: str, observations: Sequence[Observation], minus: str | None = None
) -> Extent:
    """Return the extent that a sender states in words.

    Parameters
    ----------
    said : ``bbox:west,south,east,north`` in degrees; ``country`` for its outline; ``sites`` for
        nothing but the sites themselves; else polygons as WKT or GeoJSON (longitude, latitude).
    minus : polygons as WKT or GeoJSON that are left out of the country; with nothing else.

    Raises
    ------
    InputError : it is none of these.
    """
    words = said.strip()
    left_out = None if minus is None else _polygons(minus, "the ground left out")
    if words == "country":
        return within_the_country(left_out)
    if left_out is not None:
        raise InputError("ground is left out of the country only. State the polygons themselves.")
    if words == "sites":
        return at_the_sites(observations)
    if words.startswith("bbox:"):
        return within_box(*_corners(words.removeprefix("bbox:")))
    return within_polygons(_polygons(words, "the extent"))


def _corners(words: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = (float(word) for word in words.split(","))
    except ValueError as error:
        raise InputError(
            f"“{words[:80]}” is no box. Write bbox:west,south,east,north in degrees."
        ) from error
    return west, south, east, north


def _polygons(words: str, what: str) -> BaseGeometry:
    try:
        given = json.loads(words) if words.lstrip().startswith("{") else words
    except (ValueError, RecursionError) as error:
        raise InputError(f"{what} is no GeoJSON. Give a geometry, a feature or WKT.") from error
    if isinstance(given, dict) and given.get("type") == "FeatureCollection":
        shapes = [_shape(one, what) for one in given.get("features") or []]
        return shapely.union_all([comparable(one) for one in shapes])
    return _shape(given, what)


def _shape(given: object, what: str) -> BaseGeometry:
    content = given.get("geometry", given) if isinstance(given, dict) else given
    geometry = geometry_from(content, what)
    if geometry is None:
        raise InputError(f"{what} has no geometry. Give polygons as GeoJSON or WKT.")
    return geometry


def _around(observation: Observation) -> BaseGeometry:
    geometry = observation.geometry
    if shapely.get_dimensions(geometry) == 2:
        return comparable(geometry)
    lon, lat = shapely.get_coordinates(geometry)[0]
    across, upright = reach_deg(lat, max(observation.uncertainty_m or 0.0, SITE_M))
    turn = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    ring = np.column_stack((lon + across * np.cos(turn), lat + upright * np.sin(turn)))
    return shapely.polygons(ring)


def _whole(ground: BaseGeometry, what: str) -> MultiPolygon:
    whole = polygonal(comparable(ground))
    if whole.is_empty or not isinstance(whole, MultiPolygon):
        raise InputError(f"{what}: there is no area in it. State the ground that was surveyed.")
    return whole
