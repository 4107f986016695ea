"""Private reference layers of companies; which rows there are is the database's word (0023)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shapely.geometry.base import BaseGeometry
from sqlalchemy import text

from geo.errors import InputError, NotFound
from geo.register.connection import UnitOfWork

MOST_LAYERS = 20
"""Layers of a party, as the database holds to as well."""

_LIST = text(
    "select l.id, l.party_id, l.name, l.file, l.created_at, (select count(*)::int "
    "from company.reference_feature f where f.layer_id = l.id) as features "
    "from company.reference_layer l order by l.name, l.id"
)
_ADD = text(
    "insert into company.reference_layer (party_id, name, file) values (:party, :name, :file) "
    "returning id"
)
_FEATURE = text(
    "insert into company.reference_feature (layer_id, number, name, geom) "
    "values (:layer, :number, :name, st_setsrid(st_geomfromwkb(:wkb), 4326))"
)
_COUNT = text("select count(*) from company.reference_layer where party_id = :party")
_RENAME = text("update company.reference_layer set name = :name where id = :layer returning id")
_DELETE = text("delete from company.reference_layer where id = :layer returning id")
_FEATURES = text(
    "select name, st_asgeojson(geom, 7) as shape from company.reference_feature "
    "where layer_id = :layer order by number"
)
_THERE = text("select id from company.reference_layer where id = :layer")


@dataclass(frozen=True, slots=True)
class PrivateLayer:
    """A layer of a party for which the reader acts; ``file`` is the name of what was sent."""

    id: int
    party_id: int
    name: str
    file: str
    created_at: datetime
    features: int


def private_layers(unit: UnitOfWork) -> list[PrivateLayer]:
    """Return the layers that the acting account sees: those of its parties."""
    return [PrivateLayer(**row._mapping) for row in unit.connection.execute(_LIST)]


def add_private_layer(
    unit: UnitOfWork,
    party_id: int,
    name: str,
    file: str,
    features: Iterable[tuple[str | None, BaseGeometry]],
) -> int:
    """Keep a layer of a party; geometries are in degrees of WGS 84, two-dimensional.

    Raises
    ------
    NotPermitted : the account does not act for the party.
    InputError : the party has as many layers as it may.
    """
    if int(unit.connection.scalar(_COUNT, {"party": party_id}) or 0) >= MOST_LAYERS:
        raise InputError(f"a party has at most {MOST_LAYERS} reference layers. Delete one first.")
    layer = int(
        unit.connection.execute(_ADD, {"party": party_id, "name": name, "file": file}).scalar_one()
    )
    rows = [
        {"layer": layer, "number": number, "name": said, "wkb": geometry.wkb}
        for number, (said, geometry) in enumerate(features, start=1)
    ]
    unit.connection.execute(_FEATURE, rows)
    return layer


def rename_private_layer(unit: UnitOfWork, layer: int, name: str) -> None:
    """Give a layer another name.

    Raises
    ------
    NotFound : there is none that the account sees.
    """
    _require(unit.connection.execute(_RENAME, {"layer": layer, "name": name}).first())


def delete_private_layer(unit: UnitOfWork, layer: int) -> None:
    """Delete a layer with its features; nothing is left of it.

    Raises
    ------
    NotFound : there is none that the account sees.
    """
    _require(unit.connection.execute(_DELETE, {"layer": layer}).first())


def features_of(unit: UnitOfWork, layer: int) -> dict[str, Any]:
    """Return a layer as GeoJSON in longitude and latitude, with the names of its features.

    Raises
    ------
    NotFound : there is none that the account sees.
    """
    _require(unit.connection.execute(_THERE, {"layer": layer}).first())
    found = unit.connection.execute(_FEATURES, {"layer": layer})
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"name": name}, "geometry": json.loads(shape)}
            for name, shape in found
        ],
    }


def _require(row: object) -> None:
    if row is None:
        raise NotFound("you have no such reference layer.")
