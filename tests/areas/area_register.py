"""Made-up layers for tests. No outline here is that of a real park, site or building."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pyproj
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine

from geo.perimeter import Perimeter
from geo.register.accounts import create_account
from geo.register.areas.orders import AreaItem
from geo.register.areas.writer import AreaChange, confirm_areas, propose_areas
from geo.register.connection import ADMIN, CADASTRE, UnitOfWork

GEOD = pyproj.Geod(ellps="WGS84")
SINCE = date(2019, 1, 1)
DAY = date(2020, 1, 1)
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$aGFzaA"
COUNTRY = "POLYGON((12 -14, 32 -14, 32 6, 12 6, 12 -14))"

# Four columns, three rows near 10.7° S, 25.5° E.
GROUND = Perimeter.from_runs([(-1286 + i, 3056, 3060) for i in range(3)])


def keep_accounts(engine: Engine, logins: Sequence[str] = ("first", "second")) -> None:
    """Accounts of the cadastre that act in the tests."""
    with UnitOfWork(engine, ADMIN, actor="mabele", reason="accounts") as unit:
        for login in logins:
            create_account(unit, login, login.title(), CADASTRE, HASH)
        unit.commit()


@contextmanager
def acting(engine: Engine, login: str = "first", role: str = CADASTRE) -> Iterator[UnitOfWork]:
    """A unit of work of an account, committed unless it fails."""
    with UnitOfWork(engine, role, actor=login, reason="test") as unit:
        yield unit
        unit.commit()


def layer(class_: str, coverage: Any = None, since: date = SINCE, **facts: object) -> AreaItem:
    """A layer to add, under its class as label."""
    given = {"name": f"couche {class_}", "source": "essai", "vintage": "2018-12-31"}
    return AreaItem(
        "add_layer",
        since,
        class_,
        facts={"class": class_, "public": True, **given, **facts},
        geometry=coverage,
    )


def place(
    layer_: str | int,
    geometry: BaseGeometry,
    name: str | None = None,
    since: date = SINCE,
    **facts: object,
) -> AreaItem:
    """A place to add."""
    return AreaItem("add", since, layer_, facts={"name": name, **facts}, geometry=geometry)


def in_force(engine: Engine, *items: AreaItem) -> int:
    """Propose by one account, confirm by the other; return the change."""
    with acting(engine, "first") as unit:
        change = propose_areas(unit, AreaChange("essai", items))
    with acting(engine, "second") as unit:
        confirm_areas(unit, change)
    return change


def edge(perimeter: Perimeter, side: str = "east") -> tuple[float, float]:
    """The middle of an outer side of a rectangle of carrés, longitude and latitude."""
    west, south, east, north = perimeter.outline().bounds
    lon = {"east": east, "west": west}.get(side, (west + east) / 2)
    lat = {"north": north, "south": south}.get(side, (south + north) / 2)
    return lon, lat


def from_side(perimeter: Perimeter, side: str, metres: float) -> tuple[float, float]:
    """A position so many metres straight out of the middle of a side, by geodesics of pyproj."""
    azimuth = {"north": 0, "east": 90, "south": 180, "west": 270}[side]
    lon, lat = edge(perimeter, side)
    far_lon, far_lat, _ = GEOD.fwd(lon, lat, azimuth, metres)
    return float(far_lon), float(far_lat)


def geodesic_to_segment(point: tuple[float, float], start: Any, end: Any) -> float:
    """Metres from a point to an edge that is straight in lon/lat: densified, refined, by Geod."""
    low, high = 0.0, 1.0
    metres = np.inf
    for _ in range(5):
        t = np.linspace(low, high, 201)
        lon, lat = start[0] + t * (end[0] - start[0]), start[1] + t * (end[1] - start[1])
        found = GEOD.inv(np.full(201, point[0]), np.full(201, point[1]), lon, lat)[2]
        best = int(found.argmin())
        metres = float(found[best])
        low, high = t[max(0, best - 1)], t[min(200, best + 1)]
    return metres


def geodesic_to_ring(point: tuple[float, float], perimeter: Perimeter) -> float:
    """The same to the outline of a perimeter without holes."""
    ring = [tuple(xy) for part in perimeter.outline().geoms for xy in part.exterior.coords]
    return min(geodesic_to_segment(point, a, b) for a, b in pairwise(ring))
