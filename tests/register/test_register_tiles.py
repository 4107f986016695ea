"""Vector tiles: what they draw and count, and that the spatial index serves them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from sample_register import act, facts, granted, official, reading, row, square
from sqlalchemy import Engine, text
from test_register_intake import AS_OF, taken_over
from vector_tile import Feature, layers_of

from geo.findings import find
from geo.law import load_law
from geo.perimeter import Perimeter
from geo.register.reader import Reader
from geo.register.tiles import REVISION_SQL, TILE_SQL
from geo.register.writer import claim, institute_zone, record_findings, record_reading
from geo.sources.rows import State

Tile = Callable[..., bytes]


def tile_of(lon: float, lat: float, z: int) -> dict[str, int]:
    """The tile that holds a position (slippy map arithmetic)."""
    y = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
    return {
        "z": z,
        "x": int((lon + 180) / 360 * 2**z),
        "y": int((1 - y / math.pi) / 2 * 2**z),
    }


def in_tile(lon: float, lat: float, z: int, x: int, y: int, extent: int) -> tuple[float, float]:
    """Position in units of a tile."""
    north = math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
    return (
        ((lon + 180) / 360 * 2**z - x) * extent,
        ((1 - north / math.pi) / 2 * 2**z - y) * extent,
    )


@pytest.fixture
def drawn(tiles_engine: Engine) -> Tile:
    """A function that returns a layer's tile, asked as the tile server asks."""

    def tile(layer: str, **address: int) -> bytes:
        with tiles_engine.connect() as connection:
            return bytes(connection.exec_driver_sql(TILE_SQL[layer], address).scalar_one())

    return tile


def features(tile: bytes) -> list[Feature]:
    """The features of a tile's only layer."""
    if not tile:
        return []
    (layer,) = layers_of(tile)
    return layer.features


def test_a_title_is_drawn_where_it_lies(engine: Engine, drawn: Tile) -> None:
    title = granted(engine, "1", square(3000, -1280, 12, 6), kind="PE")
    address = tile_of(25.05, -10.65, 10)
    (layer,) = layers_of(drawn("titles", **address))
    (feature,) = layer.features
    assert (layer.name, layer.extent) == ("titles", 4096)
    assert feature.properties == {"id": title, "code": "1", "kind": "PE", "state": "granted"}
    west, north = in_tile(3000 / 120, -1274 / 120, extent=4096, **address)
    east, south = in_tile(3012 / 120, -1280 / 120, extent=4096, **address)
    assert feature.bounds == pytest.approx((west, north, east, south), abs=1)


def test_each_layer_holds_its_own(engine: Engine, drawn: Tile) -> None:
    taken_over(engine, [row(1, square(3002, -1280), kind="ZRG", code="R")])
    host = granted(engine, "1", square(3000, -1280, 4, 4), kind="PE")
    with official(engine) as unit:
        zone = institute_zone(
            unit, facts("Z", "ZEA"), square(3000, -1280, 2, 2), act("institution"), host=host
        )
        asked = facts("A", state=State.APPLICATION)
        application = claim(unit, asked, square(3001, -1279), filed_on=act().on_day)
    address = tile_of(25.01, -10.66, 12)
    found = {layer: features(drawn(layer, **address)) for layer in TILE_SQL}
    assert {f.properties["id"] for f in found["titles"]} == {host, application}
    assert [f.properties["id"] for f in found["zones"]] == [zone]
    assert [f.properties["code"] for f in found["restricted"]] == ["R"]
    assert found["overlaps"] == []


def test_an_empty_tile_is_empty(engine: Engine, drawn: Tile) -> None:
    granted(engine, "1", square(3000, -1280))
    assert drawn("titles", **tile_of(15.0, 4.0, 9)) == b""


def test_nothing_is_lost_however_small_it_is(engine: Engine, drawn: Tile) -> None:
    """Every title is drawn or counted, once, over all tiles of a zoom."""
    made, content = reading(
        [
            row(i * 50 + j, square(3000 + 7 * i, -1280 + 9 * j, 1 + (i % 9), 1 + (j % 3)))
            for i in range(50)
            for j in range(8)
        ]
    )
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="CAMI", as_of=AS_OF)
    for z in (0, 3, 5, 6, 7):
        tiles = {
            tuple(tile_of(25 + c / 120, -10.8 + r / 120, z).values())
            for c in range(-40, 400, 10)
            for r in range(-40, 120, 10)
        }
        ids: set[object] = set()
        counted = 0
        for z_, x, y in tiles:
            for feature in features(drawn("titles", z=z_, x=x, y=y)):
                number = feature.properties.get("n")
                if number is None:
                    ids.add(feature.properties["id"])
                else:
                    assert isinstance(number, int)
                    assert "id" not in feature.properties
                    counted += number
        assert len(ids) + counted == 400, z


def test_generalising_keeps_far_parts_apart(engine: Engine, drawn: Tile) -> None:
    far = square(3000, -1280, 8, 8) | square(3400, -1500, 8, 8)
    granted(engine, "1", far)
    for z in (4, 5, 6):
        wide = features(drawn("titles", **tile_of(25.03, -10.63, z)))
        assert wide
        for feature in wide:
            for ring in feature.rings:
                xs, ys = [x for x, _ in ring], [y for _, y in ring]
                carre = 1024 * 2**z / 43200
                assert max(xs) - min(xs) <= 8 * carre + 6
                assert max(ys) - min(ys) <= 9 * carre + 6


def test_a_low_zoom_is_smaller_than_the_ground_it_shows(engine: Engine, drawn: Tile) -> None:
    jagged = Perimeter.from_cells(
        [(3000 + c, -1280 + r) for c in range(60) for r in range(20 + c % 3)]
    )
    granted(engine, "1", jagged)
    (fine,) = features(drawn("titles", **tile_of(25.1, -10.6, 8)))
    (coarse,) = features(drawn("titles", **tile_of(25.1, -10.6, 5)))
    assert len(coarse.rings[0]) < len(fine.rings[0]) / 4


def test_overlaps_of_the_latest_audit_are_drawn(engine: Engine, drawn: Tile) -> None:
    taken_over(
        engine, [row(1, square(3000, -1280, 3, 1)), row(2, square(3001, -1280, 3, 1), kind="PE")]
    )
    for _ in range(2):
        with official(engine) as unit:
            reader = Reader(unit.connection)
            rights = reader.rights_on(AS_OF)
            found = find([right.row for right in rights], AS_OF, load_law())
            run = record_findings(
                unit,
                rights,
                found.overlaps,
                on=AS_OF,
                law_version=found.law_version,
                revision=reader.revision(),
            )
    with official(engine) as unit:
        reader = Reader(unit.connection)
        audit = reader.latest_audit()
        assert audit is not None
        assert (audit.id, audit.pairs, audit.cells, audit.grounds) == (run, 1, 2, 2)
        assert sum(audit.by_verdict.values()) == 1
        (mine,), (theirs,) = reader.overlaps_of(1), reader.overlaps_of(2)
    assert (mine.other.id, theirs.other.id) == (2, 1)
    assert (mine.cells, str(mine.legal_area_ha), mine.exact) == (2, "169.910", True)
    assert (mine.share_this, mine.share_other) == (theirs.share_other, theirs.share_this)
    assert {mine.upper, theirs.upper} in ({"this", "other"}, {None})
    assert mine.message["fr"]
    (feature,) = features(drawn("overlaps", **tile_of(25.01, -10.66, 12)))
    expected = {"id": mine.id, "a": 1, "b": 2, "cells": 2, "verdict": mine.verdict}
    assert feature.properties == expected
    assert features(drawn("overlaps", **tile_of(25.01, -10.66, 4)))[0].properties["n"] == 1


def test_statements_run_on_plain_psycopg_with_the_etag(engine: Engine, fresh_database: Any) -> None:
    from api.cluster import libpq_address

    granted(engine, "1", square(3000, -1280))
    with psycopg.connect(libpq_address(fresh_database.public)) as connection:
        tile = connection.execute(TILE_SQL["titles"], tile_of(25.01, -10.66, 12)).fetchone()
        assert tile is not None
        assert layers_of(bytes(tile[0]))
        revision = connection.execute(REVISION_SQL).fetchone()
        assert revision is not None
        assert revision[0] == 1


INDEXES = (
    ("titles", "perimeter_version_geom_3857"),
    ("titles", "claim_geom_3857"),
    ("restricted", "restricted_area_geom_3857"),
    ("overlaps", "overlap_finding_geom_3857"),
)


def test_the_public_role_reads_tiles_through_the_spatial_index(
    engine: Engine, owner_engine: Engine, tiles_engine: Engine
) -> None:
    rows = [
        row(
            i,
            square(2000 + 3 * (i % 60), -1280 + 3 * (i // 60)),
            kind="ZRG" if i % 3 == 0 else "PR",
            state=State.APPLICATION if i % 3 == 1 else State.GRANTED,
        )
        for i in range(2400)
    ]
    taken_over(engine, rows)
    with official(engine) as unit:
        rights = Reader(unit.connection).rights_on(AS_OF)
        doubled = [*rights[:400], *rights[:400]]
        found = find([right.row for right in doubled], AS_OF, load_law())
        record_findings(unit, doubled, found.overlaps, on=AS_OF, law_version="test", revision=1)
    with owner_engine.begin() as connection:
        connection.execute(text("analyze"))
    address = tile_of(17.5, -10.0, 12)
    for layer, index in INDEXES:
        with tiles_engine.connect() as connection:
            explained = connection.exec_driver_sql("explain " + TILE_SQL[layer], address)
            plan = "\n".join(explained.scalars())
        assert index in plan
        assert "Seq Scan on " + index.removesuffix("_geom_3857") not in plan
