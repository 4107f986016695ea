"""The real register of 2015 in PostGIS: every row accounted for, nothing merged, nothing hidden."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sample_register import official, open_accounts
from sqlalchemy import Engine, text
from test_register_intake import GROUPS, believed, occupied

from geo.findings import counts_of_overlaps, find
from geo.law import load_law
from geo.register.connection import engine_for
from geo.register.reader import Reader
from geo.register.writer import approve_report, record_reading
from geo.sources import Reading, read_register

AS_OF = date(2015, 6, 30)

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def path(real_data: Path) -> Path:
    """The register as published."""
    return real_data / "permits_2015" / "cod_permits_2015.zip"


@pytest.fixture(scope="module")
def read(path: Path) -> Reading:
    """The register as read."""
    return read_register(path)


@pytest.fixture(scope="module")
def engine(database: Any, path: Path, read: Reading) -> Iterator[Engine]:
    """A database that has taken it over."""
    made = engine_for(database.app)
    with official(made) as unit:
        record_reading(unit, read, content=path.read_bytes(), source="CAMI", as_of=AS_OF)
    yield made
    made.dispose()


def test_every_row_is_a_title_with_ground(engine: Engine) -> None:
    with official(engine) as unit:
        standing = Counter(
            unit.connection.scalars(text("select standing from register.ground")).all()
        )
        off = unit.connection.scalar(
            text("select count(*) from register.ground where not on_lattice")
        )
    assert standing.total() == 7355
    assert standing["restricted"] == 2802
    assert off == 45


def test_occupancy_is_what_the_perimeters_say_and_conflicts_are_where_they_lie(
    engine: Engine,
) -> None:
    held, said = occupied(engine), believed(engine)
    assert {cell: sorted(t for t, _ in rows) for cell, rows in held.items()} == {
        cell: sorted(titles) for cell, titles in said.items()
    }
    contested = {cell for cell, titles in said.items() if len(titles) > 1}
    assert contested
    assert {cell for cell, rows in held.items() if min(e for _, e in rows) < 0} == contested
    assert all(len({excl for _, excl in rows}) == 1 for rows in held.values())


def test_the_audit_of_the_register_counts_as_that_of_the_file(engine: Engine) -> None:
    with official(engine) as unit:
        rights = Reader(unit.connection).rights_on(date(2026, 1, 1))
    found = find([right.row for right in rights], date(2026, 1, 1), load_law())
    counts = counts_of_overlaps(found.overlaps)
    assert (counts["pairs"], counts["cells"], counts["polygon_pairs"]) == (709, 33_288, 17)


def test_kinds_of_the_register_have_groups(engine: Engine) -> None:
    with official(engine) as unit:
        kinds = set(unit.connection.scalars(text("select kind from register.perimeter_version")))
    assert kinds <= GROUPS.keys()


def test_the_same_register_as_a_later_extract_changes_nothing(
    engine: Engine, read: Reading, path: Path
) -> None:
    content = path.read_bytes() + b"\n"
    open_accounts(engine, "proposer", "approver")
    later = replace(read, sha256=hashlib.sha256(content).hexdigest())
    with official(engine) as unit:
        titles = unit.connection.scalar(text("select count(*) from register.title_version"))
    with official(engine, "proposer") as unit:
        report = record_reading(
            unit, later, content=content, source="CAMI", as_of=date(2016, 6, 30)
        )
    changed = {name: number for name, number in report.changes.items() if number}
    assert set(changed) == {"same"}
    with official(engine, "approver") as unit:
        approve_report(unit, report.import_id)
    with official(engine) as unit:
        after = unit.connection.scalar(text("select count(*) from register.title_version"))
    assert after == titles
