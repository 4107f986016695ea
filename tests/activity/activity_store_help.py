"""A register whose officers store activity: accounts, and deliveries of given observations."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine

from geo.activity.records import Observation, Seen
from geo.periods import Period
from geo.register.accounts import create_account
from geo.register.activity.extents import Extent, within_box
from geo.register.activity.writer import Delivery, SourceFacts, Stored, store_delivery
from geo.register.connection import ADMIN, CADASTRE, UnitOfWork, engine_for
from geo.sources.activity.rows import ActivityReading, SeenRow

LUALABA = within_box(24.0, -11.5, 27.0, -9.0)
FACTS = SourceFacts("Inspections of the test", "sites", public=True, licence="CC BY 4.0")


def with_officers(url: str) -> Engine:
    """Return an engine on a register in which ``o.kasongo`` and ``k.ilunga`` are officers."""
    engine = engine_for(url)
    with UnitOfWork(engine, ADMIN, actor="a.mbuyi", reason="accounts") as unit:
        create_account(unit, "o.kasongo", "O. Kasongo", CADASTRE, "$argon2id$test")
        create_account(unit, "k.ilunga", "K. Ilunga", CADASTRE, "$argon2id$test")
        unit.commit()
    return engine


@contextmanager
def officer(engine: Engine, login: str = "o.kasongo") -> Iterator[UnitOfWork]:
    """A unit of work of an officer, committed at its end."""
    with UnitOfWork(engine, CADASTRE, actor=login, reason="delivery") as unit:
        yield unit
        unit.commit()


def read(
    observations: Sequence[Observation],
    sensitive: Mapping[int, Mapping[str, str]] | None = None,
    **more: Any,
) -> tuple[ActivityReading, bytes]:
    """Observations as a file that was read, with content of its own; rows count from 1."""
    held = sensitive or {}
    rows = [SeenRow(n, one, sensitive=held.get(n, {})) for n, one in enumerate(observations, 1)]
    content = json.dumps([[str(one), str(held.get(n))] for n, one in enumerate(observations)])
    made = ActivityReading(
        file="sites.csv",
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        schema="mapped",
        crs="EPSG:4326",
        rows=tuple(rows),
        issues=(),
        features=len(rows),
        refused=0,
        dropped=(),
        left_out=(),
    )
    return replace(made, **more), content.encode()


def seen(lon: float, lat: float, **more: Any) -> Observation:
    """A visit to a point of the source ``inspections``."""
    from shapely import Point

    given: dict[str, Any] = {
        "id": None,
        "source": "inspections",
        "seen": Seen.VISIT,
        "geometry": Point(lon, lat),
    }
    return Observation(**{**given, **more})


def store(
    engine: Engine,
    observations: Sequence[Observation],
    *,
    source: str = "inspections",
    extent: Extent = LUALABA,
    during: Period | None = None,
    facts: SourceFacts | None = FACTS,
    replaces: int | None = None,
    login: str = "o.kasongo",
    **more: Any,
) -> Stored:
    """Store observations as one delivery of a source."""
    reading, content = read(observations, **more)
    with officer(engine, login) as unit:
        return store_delivery(
            unit, Delivery(source, reading, content, extent, during, facts, replaces)
        )
