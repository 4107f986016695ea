"""Reads a mine layout from GeoJSON (RFC 7946), strictly: what is not understood refuses the file.

Numbers are read as decimals, so that a depth of 10.01 m is 10.01 and not a neighbour of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.casework.operation.features import DRAWN_AS, Feature, FeatureKind
from geo.errors import FileRefused

MAX_BYTES = 5_000_000
MAX_FEATURES = 2_000
MAX_VERTICES = 100_000
MAX_STRIPS = 50  # each is measured against every working
MAX_METRES = Decimal(10_000)

_LONLAT = frozenset({"urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:EPSG::4326", "EPSG:4326"})
_PROPERTIES = frozenset({"id", "kind", "name", "depth_m", "width_m"})
_DEPTH_OF_POSITIONS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}


def read_layout(content: bytes, file: str = "layout.geojson") -> tuple[Feature, ...]:
    """Return the features of a layout file.

    Each feature has ``properties.kind`` (a :class:`FeatureKind`), an ``id`` (of the feature or in
    its properties), and may have ``name``, ``depth_m`` and ``width_m``. Coordinates are longitude
    and latitude in WGS 84, two numbers each: depth is a property, not a coordinate.

    Raises
    ------
    FileRefused : too large, not GeoJSON, another CRS, a third coordinate, a value that is not
        finite, an unknown kind or property, a name used twice.

    Examples
    --------
    >>> square = '[[[25.1,-10.1],[25.2,-10.1],[25.2,-10.0],[25.1,-10.1]]]'
    >>> text = ('{"type":"FeatureCollection","features":[{"type":"Feature","id":"P1",'
    ...         '"properties":{"kind":"pit","depth_m":9.5},'
    ...         '"geometry":{"type":"Polygon","coordinates":' + square + '}}]}')
    >>> [(f.id, f.kind.value, str(f.depth_m)) for f in read_layout(text.encode())]
    [('P1', 'pit', '9.5')]
    """
    return _Reader(file).read(content)


class _Reader:
    """Reads one file; every refusal names it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.vertices = 0

    def read(self, content: bytes) -> tuple[Feature, ...]:
        if len(content) > MAX_BYTES:
            self._refuse(
                f"{len(content):,} bytes, more than {MAX_BYTES:,}", "Split or simplify it."
            )
        collection = self._parsed(content)
        if collection.get("type") != "FeatureCollection":
            self._refuse("it is no FeatureCollection", "Send a GeoJSON FeatureCollection.")
        self._require_lonlat(collection)
        features = collection.get("features")
        if not isinstance(features, list) or not features:
            self._refuse("it has no features", "Draw at least one.")
        if len(features) > MAX_FEATURES:
            self._refuse(
                f"{len(features):,} features, more than {MAX_FEATURES:,}", "Send a smaller layout."
            )
        read = tuple(self._feature(each, number) for number, each in enumerate(features, 1))
        self._require_distinct(read)
        strips = sum(feature.kind is FeatureKind.EXCLUSION_STRIP for feature in read)
        if strips > MAX_STRIPS:
            self._refuse(f"{strips} exclusion strips, more than {MAX_STRIPS}", "Join some.")
        return read

    def _refuse(self, reason: str, remedy: str) -> NoReturn:
        raise FileRefused(self.file, reason, remedy)

    def _parsed(self, content: bytes) -> Mapping[str, Any]:
        try:
            parsed = json.loads(
                content.decode("utf-8"),
                parse_float=Decimal,
                parse_constant=lambda word: self._refuse(
                    f"{word} is no coordinate and no measure", "Give a number."
                ),
                object_pairs_hook=self._object,
            )
        except (ValueError, RecursionError) as error:
            raise FileRefused(self.file, "it is no JSON text", "Export it again.") from error
        if not isinstance(parsed, dict):
            self._refuse("it is no GeoJSON object", "Send a GeoJSON FeatureCollection.")
        return parsed

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self._refuse("a name stands twice in one object", "Export it again.")
        return found

    def _require_lonlat(self, collection: Mapping[str, Any]) -> None:
        crs = collection.get("crs")
        if crs is None:
            return
        properties = crs.get("properties") if isinstance(crs, dict) else None
        name = properties.get("name") if isinstance(properties, dict) else None
        if name not in _LONLAT:
            self._refuse(
                f"its CRS is {str(name)[:60]!r}", "Export it in longitude and latitude (EPSG:4326)."
            )

    def _feature(self, given: Any, number: int) -> Feature:
        if not isinstance(given, dict) or given.get("type") != "Feature":
            self._refuse(f"feature {number} is no Feature", "Export it again.")
        properties = given.get("properties")
        if not isinstance(properties, dict):
            self._refuse(f"feature {number} has no properties", "Give it a kind.")
        unknown = sorted(set(properties) - _PROPERTIES)
        if unknown:
            self._refuse(
                f"feature {number} has the property {unknown[0][:40]!r}",
                f"Known are: {', '.join(sorted(_PROPERTIES))}.",
            )
        where = f"feature {number}"
        kind = self._kind(properties.get("kind"), where)
        name = properties.get("name")
        return Feature(
            id=self._text(given.get("id", properties.get("id")), f"{where}: id", 60),
            kind=kind,
            geometry=self._geometry(given.get("geometry"), kind, where),
            name=None if name is None else self._text(name, f"{where}: name", 200),
            depth_m=self._metres(properties.get("depth_m"), f"{where}: depth_m"),
            width_m=self._metres(properties.get("width_m"), f"{where}: width_m"),
        )

    def _kind(self, given: Any, where: str) -> FeatureKind:
        if given not in tuple(FeatureKind):
            self._refuse(
                f"{where}: kind {str(given)[:40]!r} is unknown",
                f"Known are: {', '.join(FeatureKind)}.",
            )
        return FeatureKind(given)

    def _text(self, given: Any, where: str, longest: int) -> str:
        text = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
        if not isinstance(text, str) or not 0 < len(text) <= longest or not text.isprintable():
            self._refuse(f"{where} is no text of 1 to {longest} characters", "Give it one.")
        return str(text)

    def _metres(self, given: Any, where: str) -> Decimal | None:
        if given is None:
            return None
        if isinstance(given, bool) or not isinstance(given, (int, Decimal)):
            self._refuse(f"{where} is no number", "Give metres as a number.")
        if not 0 <= given <= MAX_METRES:
            self._refuse(f"{where} is not between 0 and {MAX_METRES} m", "Give metres.")
        return Decimal(given)

    def _geometry(self, given: Any, kind: FeatureKind, where: str) -> BaseGeometry:
        type_ = given.get("type") if isinstance(given, dict) else None
        if type_ not in DRAWN_AS[kind]:
            allowed = ", ".join(sorted(DRAWN_AS[kind]))
            self._refuse(
                f"{where}: a {kind} is not drawn as {str(type_)[:40]!r}", f"Use {allowed}."
            )
        coordinates = self._positions(given.get("coordinates"), _DEPTH_OF_POSITIONS[type_], where)
        try:
            made = shape({"type": type_, "coordinates": coordinates})
        except (ValueError, shapely.errors.GEOSException) as error:
            raise FileRefused(
                self.file, f"{where}: its coordinates make no {type_}", "Draw it again."
            ) from error
        if made.is_empty or not np.isfinite(shapely.get_coordinates(made)).all():
            self._refuse(f"{where}: its geometry is empty", "Draw it again.")
        return made

    def _positions(self, given: Any, depth: int, where: str) -> Any:
        if not isinstance(given, list):
            self._refuse(f"{where}: its coordinates are no list", "Draw it again.")
        if depth:
            return [self._positions(each, depth - 1, where) for each in given]
        self.vertices += 1
        if self.vertices > MAX_VERTICES:
            self._refuse(f"more than {MAX_VERTICES:,} vertices", "Simplify it.")
        return self._position(given, where)

    def _position(self, given: Sequence[Any], where: str) -> tuple[float, float]:
        if len(given) == 3:
            self._refuse(f"{where}: a position has a third value", "State depths as depth_m.")
        if len(given) != 2 or not all(
            isinstance(value, (int, Decimal)) and not isinstance(value, bool) for value in given
        ):
            self._refuse(f"{where}: a position is not two numbers", "Draw it again.")
        longitude, latitude = given
        if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
            self._refuse(
                f"{where}: a position lies outside the world",
                "Export it in longitude and latitude (EPSG:4326).",
            )
        return float(longitude), float(latitude)

    def _require_distinct(self, features: Sequence[Feature]) -> None:
        seen: set[str] = set()
        for feature in features:
            if feature.id in seen:
                self._refuse(f"two features are called {feature.id!r}", "Rename one.")
            seen.add(feature.id)
