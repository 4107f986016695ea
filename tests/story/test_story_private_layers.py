"""Private reference layers: kept, read, renamed, deleted by the company; seen by nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy.exc
from sqlalchemy import text
from story_house import COL, HOLDER, NEIGHBOUR, PEOPLE, ROW, House, open_house

from geo.errors import MabeleError
from geo.register.connection import UnitOfWork
from geo.register.people import DATABASE_ROLE, Role

PIT = [(0, 0), (2, 0), (1, 1.5), (0, 0)]


@pytest.fixture(scope="module")
def house(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = Path(tmp_path_factory.mktemp("data"))
    with open_house(database, data, date(2025, 3, 3)) as opened:
        yield opened


def place(x: float, y: float) -> list[float]:
    return [(COL + x) / 120, (ROW + y) / 120]


def collection() -> bytes:
    """A pit, a conveyor and a plant: a polygon, a line and a point, as a mine draws them."""
    shapes = [
        ("Fosse nord", "Polygon", [[place(*at) for at in PIT]]),
        ("Convoyeur", "LineString", [place(1, 1), place(3, 4)]),
        ("Usine", "Point", place(3, 4)),
    ]
    features = [
        {
            "type": "Feature",
            "properties": {"nom": name},
            "geometry": {"type": kind, "coordinates": coordinates},
        }
        for name, kind, coordinates in shapes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def keep(house: House, name: str, status: int = 201, content: bytes | None = None) -> Any:
    return house.company.send(
        "/private-layers",
        status,
        data={"party_id": house.parties[HOLDER], "name": name},
        files={"upload": ("mine.geojson", content or collection(), "application/geo+json")},
    )


def test_a_layer_is_kept_read_renamed_and_deleted(house: House) -> None:
    kept = keep(house, "Mine nord")
    assert kept["features"] == 3
    read = house.company.get(f"/private-layers/{kept['id']}")
    names = [feature["properties"]["name"] for feature in read["features"]]
    assert names == ["Fosse nord", "Convoyeur", "Usine"]
    assert read["features"][2]["geometry"]["coordinates"] == pytest.approx(place(3, 4), abs=1e-7)
    path = f"/private-layers/{kept['id']}"
    house.company.send(path, 204, "PUT", json={"name": "Mine nord, 2025"})
    (listed,) = house.company.get("/private-layers")
    assert (listed["name"], listed["file"], listed["features"]) == (
        "Mine nord, 2025",
        "mine.geojson",
        3,
    )
    house.company.send(path, 204, "DELETE")
    assert house.company.get("/private-layers") == []
    house.company.get(path, 404)


def test_the_company_next_door_finds_nothing(house: House) -> None:
    kept = keep(house, "Bassins")
    path = f"/private-layers/{kept['id']}"
    assert house.people["neighbour"].get("/private-layers") == []
    house.people["neighbour"].get(path, 404)
    house.people["neighbour"].send(path, 404, "PUT", json={"name": "x"})
    house.people["neighbour"].send(path, 404, "DELETE")
    house.company.get(path)
    assert NEIGHBOUR in house.parties
    house.company.send(path, 204, "DELETE")


def test_nobody_keeps_a_layer_for_another_company(house: House) -> None:
    answer = house.company.client.post(
        "/api/v1/private-layers",
        headers=house.company.home,
        data={"party_id": house.parties[NEIGHBOUR], "name": "x"},
        files={"upload": ("mine.geojson", collection(), "application/geo+json")},
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "content",
    [
        b"not a map",
        b'{"type": "FeatureCollection", "features": []}',
        b'{"type": "Feature", "properties": {}, '
        b'"geometry": {"type": "Point", "coordinates": [2.35, 48.85]}}',
    ],
)
def test_what_is_no_map_of_the_country_is_refused(house: House, content: bytes) -> None:
    keep(house, "x", 422, content)
    assert house.company.get("/private-layers") == []


def test_a_party_has_twenty_at_most(house: House) -> None:
    kept = [keep(house, f"{n}")["id"] for n in range(20)]
    keep(house, "one too many", 422)
    for layer in kept:
        house.company.send(f"/private-layers/{layer}", 204, "DELETE")


@pytest.mark.parametrize("table", ["reference_layer", "reference_feature"])
@pytest.mark.parametrize("login", sorted(PEOPLE))
def test_in_the_database_rows_are_seen_by_the_own_company_alone(
    house: House, login: str, table: str
) -> None:
    kept = keep(house, "Haldes")
    try:
        with UnitOfWork(house.engine, DATABASE_ROLE[PEOPLE[login]], login, "") as unit:
            seen = unit.connection.scalar(text(f"select count(*) from company.{table}"))
    except (MabeleError, sqlalchemy.exc.ProgrammingError):
        seen = None
    if PEOPLE[login] is Role.COMPANY:
        expected = {"reference_layer": 1, "reference_feature": 3}[table]
        assert seen == (expected if login == "company" else 0)
    else:
        assert seen is None, "no right on the table at all"
    house.company.send(f"/private-layers/{kept['id']}", 204, "DELETE")


def test_nobody_can_write_into_the_layer_of_another(house: House) -> None:
    kept = keep(house, "Carrière")
    asked = text("update company.reference_layer set name = 'x' returning id")
    with UnitOfWork(house.engine, "mabele_company", "neighbour", "") as unit:
        assert unit.connection.execute(asked).all() == []
    put = text(
        "insert into company.reference_feature (layer_id, number, geom) "
        "values (:layer, 9, st_setsrid(st_makepoint(25, -10), 4326))"
    )
    with (
        pytest.raises((MabeleError, sqlalchemy.exc.DBAPIError)),
        UnitOfWork(house.engine, "mabele_company", "neighbour", "") as unit,
    ):
        unit.connection.execute(put, {"layer": kept["id"]})
    house.company.send(f"/private-layers/{kept['id']}", 204, "DELETE")
