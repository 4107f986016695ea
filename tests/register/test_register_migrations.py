"""The schema: up, filled, down and up again; the models say what the migrations made."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sample_register import act, allocated, attributed, facts, official, reading, row, square
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.pool import NullPool

import geo.casework.money.tables
import geo.register.areas.tables  # noqa: F401 - their models belong to the comparison
from geo.errors import RegisterError, SetupError
from geo.law import load_law
from geo.register.connection import engine_for
from geo.register.grounds import (
    ALLOCATION_KINDS,
    ATTRIBUTION_KINDS,
    HOST_KINDS,
    KNOWN_KINDS,
    RESTRICTED_KINDS,
    RIGHT_KINDS,
    ZONE_KINDS,
)
from geo.register.schema import current, downgrade, is_empty, migrate
from geo.register.tables import Table
from geo.register.writer import grant, lease, record_reading, set_state
from geo.sources.kinds import KINDS
from geo.sources.rows import State

HEAD = "0023"
ANY_GEOMETRY = {"reference_feature", "import_row", "area_item", "area_version", "area", "activity"}
"""Rows as received, and places: polygons, lines or points."""


def _fill(url: str) -> None:
    engine = engine_for(url)
    made, content = reading(
        [
            row(1, square(3000, -1280)),
            row(2, square(3001, -1280)),
            row(3, square(3010, -1280), kind="ZRG"),
            row(4, square(3020, -1280), kind="ZEA"),
        ]
    )
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="CAMI", as_of=date(2015, 6, 30))
    with official(engine) as unit:
        grant(unit, facts("5"), square(3030, -1280), act())
    _fill_inside(engine)
    engine.dispose()


def _fill_inside(engine: Engine) -> None:
    """Everything that lies in other ground, on an acted-on title, and acts of newer kinds."""
    with official(engine) as unit:
        host = grant(unit, facts("6", "PE"), square(3040, -1280, 6, 4), act())
    day = date(2025, 4, 1)
    with official(engine) as unit:
        inner = allocated(unit, host, square(3040, -1280, 4, 4), day)
        lease(unit, host, "Lessee SARL", None, None, act("lease", day))
    with official(engine) as unit:
        attributed(unit, inner, square(3040, -1280, 1, 2), day)
        attributed(unit, 4, square(3020, -1280, 1, 2), day)
        set_state(unit, host, State.SUSPENDED, act("suspension", day))


def test_what_zones_of_a_register_taken_over_tolerate_is_carried_into_the_new_group(
    bare_database: Any,
) -> None:
    """Two zones and a tailings right lie on each other; the register is older than allocations."""
    migrate(bare_database.owner, "0008")
    engine = engine_for(bare_database.app)
    made, content = reading(
        [
            row(1, square(3000, -1280, 2, 1), kind="ZEA"),
            row(2, square(3001, -1280, 2, 1), kind="ZEA"),
            row(3, square(3001, -1280, 1, 1), kind="PER"),
            row(4, square(3002, -1280, 1, 1), kind="PER"),
        ]
    )
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="CAMI", as_of=date(2015, 6, 30))
    migrate(bare_database.owner)
    with official(engine) as unit:
        rows = unit.connection.execute(
            text(
                "select title_id, lower(cols), upper(cols), excl < 0 as tolerated "
                "from register.occupancy where grp = 4 order by title_id, cols"
            )
        )
        assert [tuple(one) for one in rows] == [
            (1, 3000, 3001, False),
            (1, 3001, 3002, True),
            (2, 3001, 3002, True),
            (2, 3002, 3003, False),
        ]
        parties = unit.connection.scalars(
            text(
                "select array_agg(title_id order by title_id) from register.inherited_conflict c "
                "join register.inherited_conflict_party p on p.conflict_id = c.id "
                "where grp = 4 group by c.id"
            )
        )
        assert list(parties) == [[1, 2]]
        host = grant(unit, facts("6", "PE"), square(3004, -1280, 2, 1), act())
        with pytest.raises(RegisterError, match="lie outside it"):
            allocated(unit, host, square(3002, -1280, 3, 1))
    engine.dispose()


def _relations(url: str) -> set[str]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        found = connection.scalars(
            text(
                "select n.nspname || '.' || c.relname from pg_class c "
                "join pg_namespace n on n.oid = c.relnamespace "
                "where n.nspname in ('register', 'published')"
            )
        )
        return set(found)


def test_up_filled_down_and_up_again(bare_database: Any) -> None:
    assert current(bare_database.owner) is None
    assert migrate(bare_database.owner) == HEAD
    assert is_empty(bare_database.owner)
    before = _relations(bare_database.owner)
    _fill(bare_database.app)
    assert not is_empty(bare_database.owner)
    while (step := current(bare_database.owner)) != "0001":
        downgrade(bare_database.owner, "-1")
        assert str(current(bare_database.owner)) < str(step)
    downgrade(bare_database.owner, "base")
    assert current(bare_database.owner) is None
    assert _relations(bare_database.owner) == set()
    assert migrate(bare_database.owner) == HEAD
    assert _relations(bare_database.owner) == before
    _fill(bare_database.app)


def test_migrating_again_changes_nothing(fresh_database: Any) -> None:
    assert migrate(fresh_database.owner) == HEAD


def test_a_database_that_cannot_be_reached_says_what_to_do(fresh_database: Any) -> None:
    with pytest.raises(SetupError, match="cannot be reached"):
        migrate(fresh_database.owner.replace(fresh_database.name, "no_such_database"))


def test_a_database_without_extensions_says_which(cluster: Any) -> None:
    name = "mabele_test_without_extensions"
    cluster.drop_database(name)
    url = cluster.create_database(name, "template0").owner
    try:
        with pytest.raises(SetupError, match="create extension postgis"):
            migrate(url)
    finally:
        cluster.drop_database(name)


@pytest.fixture
def owner(fresh_database: Any) -> Iterator[Any]:
    engine = create_engine(fresh_database.owner, poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def test_models_equal_the_migrated_schema(owner: Any) -> None:
    def ours(_object: object, name: str | None, kind: str, *_more: object) -> bool:
        return not (kind == "index" and name in hidden)

    # Indexes by expression and partial ones, which models cannot say, and those behind exclusion
    # constraints; the migrations alone hold them.
    inspector = inspect(owner)
    hidden = {
        index["name"]
        for table in inspector.get_table_names("register")
        for index in inspector.get_indexes(table, schema="register")
        if None in index["column_names"]
        or index.get("dialect_options", {}).get("postgresql_using")
        or index.get("dialect_options", {}).get("postgresql_where")
    }
    context = MigrationContext.configure(
        owner,
        opts={
            "include_schemas": True,
            "include_name": lambda name, kind, _parents: kind != "schema" or name == "register",
            "include_object": ours,
            "compare_type": True,
        },
    )
    differences = list(_flat(compare_metadata(context, Table.metadata)))
    assert [d for d in differences if "comment" not in d[0]] == []  # comments: migrations alone


def _flat(differences: Any) -> Iterator[Any]:
    for difference in differences:
        if isinstance(difference, list):
            yield from _flat(difference)
        else:
            yield difference


def test_every_geometry_has_a_declared_srid_and_kind(owner: Any) -> None:
    rows = owner.execute(
        text(
            "select f_table_schema, f_table_name, f_geometry_column, srid, type "
            "from geometry_columns where f_table_schema in ('register', 'published')"
        )
    )
    found = {(schema, table, column): (srid, kind) for schema, table, column, srid, kind in rows}
    assert ("register", "perimeter_version", "geom_3857") in found
    for (schema, table, column), (srid, kind) in found.items():
        if schema == "register" or srid:
            assert srid == (3857 if column.endswith("3857") else 4326), (table, column)
            assert kind != "GEOMETRY" or table in ANY_GEOMETRY


def test_ground_is_indexed_in_both_projections(owner: Any) -> None:
    rows = owner.execute(
        text(
            "select tablename, indexdef from pg_indexes "
            "where schemaname = 'register' and indexdef like '%USING gist (geom%'"
        )
    )
    indexed = {(table, "3857" in definition) for table, definition in rows}
    tables = ("perimeter_version", "claim", "restricted_area", "overlap_finding")
    assert indexed == {(table, mercator) for table in tables for mercator in (True, False)}


def test_groups_are_those_of_the_law(owner: Any) -> None:
    rows = owner.execute(
        text(
            "select g.name, k.kind from register.ground_group g "
            "join register.ground_group_kind k on k.grp = g.id"
        )
    )
    seeded: dict[str, set[str]] = {}
    for name, kind in rows:
        seeded.setdefault(name, set()).add(kind)
    exclusive = load_law().exclusive_groups(date(2026, 1, 1))
    assert {name: kinds - {"UNKNOWN", "CUP"} for name, kinds in seeded.items()} == {
        name: set(kinds) for name, kinds in exclusive.items()
    }
    # Attributions lie in areas, which exclude what is not understood already.
    assert {name for name, kinds in seeded.items() if {"UNKNOWN", "CUP"} <= kinds} == (
        seeded.keys() - {"work_area"}
    )


def test_states_are_those_that_the_importers_know(owner: Any) -> None:
    check = owner.scalar(
        text(
            "select pg_get_constraintdef(oid) from pg_constraint "
            "where conrelid = 'register.title_version'::regclass and conname like '%state%'"
        )
    )
    assert all(f"'{state.value}'" in check for state in State)


def test_kinds_are_those_that_the_importers_know(owner: Any) -> None:
    rows = owner.execute(text("select kind, class, effect from register.right_kind"))
    seeded = {kind: class_ for kind, class_, _ in rows}
    assert seeded.keys() == KNOWN_KINDS | {"UNKNOWN"}
    assert seeded.keys() >= KINDS
    for kinds, class_ in (
        (RIGHT_KINDS, "right"),
        (ALLOCATION_KINDS, "allocation"),
        (ATTRIBUTION_KINDS, "attribution"),
        (ZONE_KINDS, "zone"),
        (RESTRICTED_KINDS, "restricted"),
    ):
        assert {seeded[kind] for kind in kinds} == {class_}


def test_hosts_are_those_that_the_orders_know(owner: Any) -> None:
    seeded: dict[str, set[str]] = {}
    for kind, host in owner.execute(text("select kind, host_kind from register.host_kind")):
        seeded.setdefault(kind, set()).add(host)
    assert seeded == HOST_KINDS


def test_hosts_of_an_allocation_are_those_that_the_law_names(owner: Any) -> None:
    law = load_law()
    named = {
        kind.code
        for kind in law.kinds.values()
        if ("EGC", kind.code) in law.cells and kind.family in ("title", "quarry")
    }
    assert named == HOST_KINDS["EGC"]
