"""Small registers for tests: squares of carrés, orders of officials, files as read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine

from geo.lattice import place
from geo.perimeter import Perimeter
from geo.register.accounts import create_account
from geo.register.connection import ADMIN, CADASTRE, REGISTER, UnitOfWork
from geo.register.orders import (
    ActKind,
    ActOrder,
    AllocationOrder,
    AttributionOrder,
    TitleFacts,
)
from geo.register.writer import attribute_ground, encumber, grant
from geo.sources.rows import Holder, Procedure, Reading, RightRow, State

DAY = date(2020, 1, 1)


def square(col: int, row: int, width: int = 2, height: int = 2) -> Perimeter:
    """A rectangle of carrés from its south-west one."""
    return Perimeter.from_runs([(row + i, col, col + width) for i in range(height)])


def facts(
    code: str, kind: str = "PR", holder: str = "Kalonda Mining SARL", **more: object
) -> TitleFacts:
    """Facts of a granted title."""
    given = {"state": State.GRANTED, "holders": (Holder(holder, Decimal(100)),), **more}
    return TitleFacts(code=code, kind=kind, **given)  # type: ignore[arg-type]


def act(kind: ActKind = "grant", day: date = DAY, reference: str = "Arrêté 0001/2020") -> ActOrder:
    """An act of a day."""
    return ActOrder(kind, reference, day)


@contextmanager
def official(engine: Engine, actor: str = "official", **more: object) -> Iterator[UnitOfWork]:
    """A unit of work of an official, committed unless it fails."""
    with UnitOfWork(engine, REGISTER, actor=actor, reason="test", **more) as unit:  # type: ignore[arg-type]
        yield unit
        unit.commit()


def open_accounts(engine: Engine, *logins: str) -> None:
    """Open accounts of officers, in one revision; nobody signs in to them."""
    with UnitOfWork(engine, ADMIN, actor="administrator", reason="test") as unit:
        for login in logins:
            create_account(unit, login, login, CADASTRE, "$argon2id$none")
        unit.commit()


def granted(
    engine: Engine, code: str, perimeter: Perimeter, kind: str = "PR", day: date = DAY
) -> int:
    """Grant a title in a transaction of its own and return its number."""
    with official(engine) as unit:
        return grant(unit, facts(code, kind), perimeter, act(day=day))


def agreement(host: int, code: str = "A-1", **more: object) -> AllocationOrder:
    """An agreement with EGC on part of a title, for two years from April 2025."""
    given: dict[str, object] = {
        "code": code,
        "host_title_id": host,
        "holders": (Holder("Entreprise Générale du Cobalt SA", None), Holder("Host SARL", None)),
        "minerals": ("Co",),
        "agreement_reference": "EGC/2025/001",
        "agreement_on": date(2025, 3, 1),
        "starts_on": date(2025, 4, 1),
        "ends_on": date(2027, 4, 1),
    }
    return AllocationOrder(**{**given, **more})  # type: ignore[arg-type]


def allocated(
    unit: UnitOfWork,
    host: int,
    perimeter: Perimeter,
    day: date = date(2025, 4, 1),
    code: str = "A-1",
) -> int:
    """Encumber part of a title by an agreement with EGC."""
    return encumber(unit, agreement(host, code), perimeter, act("agreement", day))


def attributed(
    unit: UnitOfWork,
    area: int,
    perimeter: Perimeter,
    day: date = date(2025, 5, 1),
    cooperative: str = "Coopérative Minière Maendeleo",
) -> int:
    """Attribute ground of an area to a cooperative."""
    order = AttributionOrder(None, area, cooperative, "Agrément 12/2025")
    return attribute_ground(unit, order, perimeter, act("attribution", day))


def row(
    number: int,
    ground: Perimeter | BaseGeometry | None,
    code: str | None = None,
    kind: str | None = "PR",
    **more: object,
) -> RightRow:
    """A row of a file; a perimeter is given as its outline."""
    geometry = ground.outline() if isinstance(ground, Perimeter) else ground
    given: dict[str, object] = {
        "file": "register.geojson",
        "row": number,
        "code": code or str(number),
        "part": None,
        "kind": kind,
        "kind_raw": kind,
        "state": State.GRANTED,
        "procedure": Procedure.NONE,
        "status_raw": "Actif",
        "holders": (Holder("Kalonda Mining SARL", Decimal(100)),),
        "holders_raw": "Kalonda Mining SARL (100%)",
        "minerals": ("Cu",),
        "minerals_raw": "Cu",
        "filed_on": None,
        "granted_on": date(2010, 5, 1),
        "expires_on": date(2015, 4, 30),
        "declared_cells": None,
        "declared_area_ha": None,
        "geometry": geometry,
        "placement": None if geometry is None else place([geometry])[0],
        "valid": True,
        "raw": {"code": code, "statut": "Actif"},
    }
    return RightRow(**{**given, **more})  # type: ignore[arg-type]


def reading(rows: Sequence[RightRow]) -> tuple[Reading, bytes]:
    """A file of rows as read, with content of its own."""
    content = json.dumps(
        [[r.row, r.code, r.kind, r.state, str(r.geometry), str(r.holders)] for r in rows]
    ).encode()
    made = Reading(
        file="register.geojson",
        sha256=hashlib.sha256(content).hexdigest(),
        schema="mapped",
        crs="EPSG:4326",
        features=len(rows),
        rows=tuple(rows),
        refused=(),
        issues=(),
    )
    return made, content
