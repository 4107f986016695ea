"""Layers that an operator supplies, and the coarse base layers: what ground is like.

A layer says where it comes from, at which scale and of what day; what it does not cover has no
data. Base layers (``data/boundaries``) are coarse: they tell where to look, never that there is
nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.boundaries import LayerName, load_layer
from geo.errors import FileRefused, LawDataInvalid
from geo.geometry import Geometries, comparable, to_lonlat
from geo.law.strict_yaml import Item, read_yaml


class LayerKind(StrEnum):
    """What a layer shows; the value is its name in the file of layers."""

    WATER = "water"
    """Polygons of water: a carré that shares ground with one is in water."""
    RIVERS = "rivers"
    ACCESS = "access"
    """Roads, tracks, landing places."""
    TOWNS = "towns"
    OCCURRENCES = "occurrences"
    """Known occurrences of minerals."""
    SLOPE = "slope"
    """Raster of slope, in degrees or percent."""
    ELEVATION = "elevation"
    """Raster of elevation in metres, from which slope is computed."""


RASTERS = frozenset({LayerKind.SLOPE, LayerKind.ELEVATION})
_UNITS: Mapping[LayerKind, tuple[str, ...]] = {
    LayerKind.SLOPE: ("degrees", "percent"),
    LayerKind.ELEVATION: ("metres",),
}


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: geometry in longitude and latitude (EPSG:4326), its name where it has one."""

    geometry: BaseGeometry
    name: str | None = None


@dataclass(frozen=True)
class SuppliedLayer:
    """A layer with what is known of it.

    Parameters
    ----------
    scale : as its source states it, as ``1:50 000``; None: not stated.
    vintage : the day that it shows; None: not stated.
    features : of a layer of vectors; empty for a raster.
    covers : ground in longitude and latitude of which it tells everything; None: not stated, so
        that where it shows nothing there is no data.
    coarse : whether it only tells where to look.
    raster, unit : file of a raster, and the unit of its values.
    """

    kind: LayerKind
    name: str
    source: str
    scale: str | None
    vintage: date | None
    features: tuple[Feature, ...] = ()
    covers: BaseGeometry | None = None
    coarse: bool = False
    raster: Path | None = None
    unit: str | None = None

    @property
    def geometries(self) -> Geometries:
        """The geometries of the features, as an array."""
        return np.array([one.geometry for one in self.features], dtype=object)


@dataclass(frozen=True)
class LayerSet:
    """All layers of a question, those that were supplied before the coarse ones."""

    layers: tuple[SuppliedLayer, ...] = ()

    def of(self, kind: LayerKind) -> tuple[SuppliedLayer, ...]:
        """Return the layers of a kind: supplied ones alone where there are any."""
        found = tuple(layer for layer in self.layers if layer.kind is kind)
        supplied = tuple(layer for layer in found if not layer.coarse)
        return supplied or found


# ---- the file of layers ----


def read_layers(file: Path) -> tuple[SuppliedLayer, ...]:
    """Return the layers that a YAML file names; paths in it are relative to the file.

    Raises
    ------
    FileRefused : the file, or a layer that it names, cannot be read; the line is named.
    """
    try:
        items = read_yaml(file).fields("layers")["layers"].items()
        return tuple(_layer(item, file.parent) for item in items)
    except LawDataInvalid as error:
        where = f"line {error.line}: " if error.line else ""
        raise FileRefused(file.name, where + error.reason, "See docs/siting.md.") from error


def _layer(item: Item, folder: Path) -> SuppliedLayer:
    fields = item.fields("kind file source", "name scale vintage covers crs unit label")
    kind = fields["kind"].one_of(LayerKind, "kind of layer")
    path = folder / fields["file"].text()
    if not path.is_file():
        raise fields["file"].refused(f"there is no file {path.name!r} beside this one")
    said = {key: fields[key].text() for key in ("name", "scale", "crs", "label") if key in fields}
    layer = SuppliedLayer(
        kind=kind,
        name=said.get("name", path.stem),
        source=fields["source"].text(),
        scale=said.get("scale"),
        vintage=fields["vintage"].day() if "vintage" in fields else None,
        covers=_covers(fields["covers"], folder) if "covers" in fields else None,
    )
    if kind in RASTERS:
        return replace(layer, raster=path, unit=_unit(item, fields, kind))
    features = read_features(path, said.get("crs"), said.get("label", "name"))
    if kind is LayerKind.WATER:
        features = tuple(one for one in features if shapely.get_dimensions(one.geometry) == 2)
    if not features:
        raise fields["file"].refused(f"{path.name} holds nothing that a layer of {kind} can show")
    return replace(layer, features=features)


def _unit(item: Item, fields: Mapping[str, Item], kind: LayerKind) -> str:
    if "unit" not in fields:
        raise item.refused(f"key 'unit' is missing: {' or '.join(_UNITS[kind])}")
    return fields["unit"].one_of(_UNITS[kind], f"unit of a raster of {kind}")


def _covers(item: Item, folder: Path) -> BaseGeometry:
    """Return the ground that a layer covers: a polygon as WKT, or a file of polygons."""
    text = item.text()
    if (folder / text).is_file():
        found = [one.geometry for one in read_features(folder / text, None, "name")]
        return shapely.union_all(found)
    try:
        ground = shapely.from_wkt(text)
    except shapely.errors.ShapelyError:
        raise item.refused(
            "covers is neither a file beside this one nor a polygon as WKT"
        ) from None
    if shapely.get_dimensions(ground) != 2:
        raise item.refused("covers is no polygon")
    return comparable(ground)


def read_features(path: Path, crs: str | None, label: str) -> tuple[Feature, ...]:
    """Return the features of a vector file in longitude and latitude, named by a column.

    Invalid polygons are read even-odd: they only measure, and decide nothing.

    Raises
    ------
    FileRefused : the file cannot be read, or nobody says in which CRS it is.
    """
    from geo.sources.issues import IssueLog
    from geo.sources.parts import Wanted, crs_of_layer
    from geo.sources.reading import layers_of
    from geo.sources.received import staged

    found: list[Feature] = []
    with staged(path) as received:
        log, wanted = IssueLog(received.name), Wanted(crs=crs)
        for source in received.sources:
            for layer in layers_of(source, log, wanted, len(received.sources) > 1):
                placed = to_lonlat(layer.geometries, crs_of_layer(source, layer, log, wanted))
                names = layer.columns.get(label, [None] * len(placed))
                found.extend(_features(placed, names))
    return tuple(found)


def _features(geometries: Geometries, names: Sequence[object]) -> Iterable[Feature]:
    for geometry, name in zip(geometries, names, strict=True):
        if geometry is None or geometry.is_empty:
            continue
        if not np.isfinite(shapely.get_coordinates(geometry)).all():
            continue
        whole = comparable(geometry) if shapely.get_dimensions(geometry) == 2 else geometry
        yield Feature(whole, str(name) if name not in (None, "") else None)


# ---- base layers ----

_BASE: Mapping[LayerKind, tuple[LayerName, str, str]] = {
    LayerKind.WATER: ("lakes", "Natural Earth", "1:10m"),
    LayerKind.RIVERS: ("rivers", "Natural Earth", "1:50m"),
    LayerKind.TOWNS: ("towns", "GeoNames", "1:10m"),
}


@lru_cache
def base_layers() -> tuple[SuppliedLayer, ...]:
    """Return the coarse layers that come with the program: great lakes and rivers, towns."""
    return tuple(
        SuppliedLayer(
            kind=kind,
            name=layer,
            source=source,
            scale=scale if kind is not LayerKind.TOWNS else None,
            vintage=None,
            features=tuple(
                Feature(place.geometry, place.name or None) for place in load_layer(layer)
            ),
            coarse=True,
        )
        for kind, (layer, source, scale) in _BASE.items()
    )
