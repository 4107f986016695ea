"""Distances between facts as the database measures them when it keeps one case a place.

``casework.cases_of_place`` (migration 0019) measures so under the register's lock. Who looks for a
case before must measure alike: else a fact at the limit is told to open a case, and refused.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, text

from geo.casework.conflicts.places import Measure

_APART = text(
    "select round(st_distance(st_segmentize(st_geomfromwkb(:one, 4326), 30 / 3600.0)::geography, "
    "st_segmentize(st_geomfromwkb(:other, 4326), 30 / 3600.0)::geography)::numeric, 2)"
)


def measured_by(connection: Connection) -> Measure:
    """Return the database's measure: the ellipsoid, to the centimetre, 0 where they meet.

    Edges are straight in longitude and latitude: they are cut at one carré before.
    """
    return partial(_apart_m, connection)


def _apart_m(connection: Connection, one: BaseGeometry, other: BaseGeometry) -> Decimal:
    one_wkb, other_wkb = (shapely.to_wkb(each, include_srid=False) for each in (one, other))
    found = connection.scalar(_APART, {"one": one_wkb, "other": other_wkb})
    return Decimal(0) if found is None else Decimal(found)
