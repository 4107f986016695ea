"""Activity over HTTP and in vector tiles, under every kind of asker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from activity_store_help import seen, store, with_officers
from shapely import MultiPolygon, box
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import NullPool
from story_house import COL, ROW, House, open_house
from vector_tile import Feature, layers_of

from geo.activity.records import Seen
from geo.periods import Period
from geo.register.activity.extents import within_box
from geo.register.activity.writer import SourceFacts
from geo.register.tiles import TILE_SQL
from maps.tiles import LAYERS

SITES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {
                "pcode": "codmine03264",
                "name": "Kanunka",
                "visit_date": "2021-10-01",
                "mineral1": "Coltan",
                "location_origin": "GPS",
                "armed_group1": "SECRET-NAME",
            },
            "geometry": {"type": "Point", "coordinates": [25.5, -10.7]},
        }
    ],
}
FORM = {
    "source": "ipis",
    "name": "IPIS",
    "kind": "sites",
    "public": "true",
    "extent": "bbox:25,-10.75,26,-10",
    "from": "2021-10-01",
    "to": "2021-11-01",
}


def _file(content: Any = SITES) -> dict[str, Any]:
    return {"file": ("sites.geojson", json.dumps(content).encode(), "application/geo+json")}


@pytest.fixture(scope="module")
def house(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(database, tmp_path_factory.mktemp("data"), date(2026, 6, 3)) as house:
        house.officer.send("/activity/deliveries", data=FORM, files=_file())
        hidden = FORM | {"source": "hidden", "public": "false", "name": "Confidential"}
        moved = json.loads(json.dumps(SITES).replace("25.5", "25.6"))
        house.officer.send("/activity/deliveries", data=hidden, files=_file(moved))
        yield house


def test_everybody_reads_public_sources_and_officials_all(house: House) -> None:
    for person in (house.reader, house.company):
        assert [s["code"] for s in person.get("/activity/sources")] == ["ipis"]
        page = person.get("/activity/observations")
        assert [(o["source"], o["site"]) for o in page["items"]] == [("ipis", "codmine03264")]
        assert page["items"][0]["file"] is None
        person.get("/activity/observations/2", 404)
        person.get("/activity/observations?known=1", 422)
    for person in (house.officer, house.inspector, house.egc, house.minister, house.legal):
        assert [s["code"] for s in person.get("/activity/sources")] == ["hidden", "ipis"]
        assert person.get("/activity/observations/2")["source"] == "hidden"


def test_sensitive_columns_are_dropped_at_the_door(house: House) -> None:
    for person in (house.reader, house.officer, house.admin):
        assert "SECRET" not in json.dumps(person.get("/activity/observations"))
    (first, _) = house.officer.get("/activity/deliveries")
    assert (first["file_kept"], first["dropped"]) == ("described", ["armed_group1"])
    house.inspector.get("/activity/deliveries", 403)


def test_what_a_source_does_not_state_is_null(house: House) -> None:
    one = house.reader.get("/activity/observations/1")
    assert one["during"] == {"from": "2021-10-01", "to": "2021-10-02"}
    assert (one["patch_ha"], one["confidence"], one["workers"]) == (None, None, None)


def test_pages_and_filters(house: House) -> None:
    page = house.officer.get("/activity/observations?limit=1")
    assert ([o["id"] for o in page["items"]], page["next"]) == ([1], 1)
    last = house.officer.get("/activity/observations?limit=1&after=1")
    assert ([o["id"] for o in last["items"]], last["next"]) == ([2], None)
    asked = "/activity/observations?bbox=25.55,-11,26,-10"
    assert [o["id"] for o in house.officer.get(asked)["items"]] == [2]
    later = "/activity/observations?from=2022-01-01&to=2023-01-01"
    assert house.officer.get(later)["items"] == []
    house.reader.get("/activity/observations?bbox=1,2,3", 422)
    house.reader.get("/activity/observations?from=2022-01-01", 422)


def test_ground_beyond_the_survey_is_not_surveyed(house: House) -> None:
    north, south = "bbox=25.4,-10.6,25.5,-10.5", "bbox=25.4,-11.2,25.5,-11.0"
    assert house.reader.get(f"/activity/surveyed?{north}")["state"] == "everywhere"
    beyond = house.reader.get(f"/activity/surveyed?{south}")
    assert beyond["state"] == "nowhere"
    assert beyond["text"]["fr"].startswith("Non observé")
    months = house.reader.get(f"/activity/surveyed?{north}&from=2021-10-01&to=2021-12-01")
    assert months["months"] == {"2021-10-01": 1.0, "2021-11-01": 0.0}
    assert months["state"] == "in_part"
    carre = house.reader.get(f"/activity/surveyed?carres={COL}:{ROW + 20}")
    assert carre["extent_share"] == pytest.approx(1.0)
    assert house.reader.get("/activity/surveyed?title=1")["state"] == "everywhere"
    house.reader.get("/activity/surveyed", 422)
    house.reader.get("/activity/surveyed?carres=x", 422)


def test_the_same_upload_again_changes_nothing(house: House) -> None:
    again = house.officer.send("/activity/deliveries", data=FORM, files=_file())
    assert (again["unchanged"], again["id"]) == (True, 1)
    house.company.send("/activity/deliveries", 403, data=FORM, files=_file())
    house.admin.send("/activity/deliveries", 403, data=FORM, files=_file())


def test_an_upload_from_another_site_is_refused(house: House) -> None:
    answer = house.officer.client.post(
        "/api/v1/activity/deliveries", headers={"Origin": "https://x.example"}, data=FORM
    )
    assert answer.status_code == 403


def test_an_upload_states_its_ground(house: House) -> None:
    without = {name: value for name, value in FORM.items() if name != "extent"}
    house.officer.send("/activity/deliveries", 400, data=without, files=_file())
    house.officer.send(
        "/activity/deliveries", 422, data=FORM | {"extent": "somewhere"}, files=_file()
    )


def test_issues_are_for_the_cadastre(house: House) -> None:
    page = house.officer.get("/activity/deliveries/1/issues")
    assert page["total"] == len(page["items"]) > 0
    house.reader.get("/activity/deliveries/1/issues", 403)
    house.officer.get("/activity/deliveries/99/issues", 404)


def test_a_place_is_given_a_position_by_two_people(house: House) -> None:
    named = {p["code"]: p for p in house.reader.get("/activity/named-places")}
    assert named["kanunka"]["position"] is None
    order = {
        "lon": 25.4,
        "lat": -10.8,
        "uncertainty_m": 100,
        "document": "Arrêté 12/2026",
        "document_on": "2026-02-01",
        "valid_from": "2026-03-01",
    }
    made = house.officer.send("/activity/named-places/tombolo/positions", json=order)
    decision = f"/activity/named-places/proposals/{made['id']}/decision"
    refused = house.officer.send(decision, 403, json={"confirm": True})
    assert "another" in json.dumps(refused).lower()
    done = house.officer2.send(decision, 200, json={"confirm": True})
    assert (done["state"], done["decided_by"]) == ("confirmed", "officer2")
    named = {p["code"]: p for p in house.reader.get("/activity/named-places")}
    assert named["tombolo"]["position"]["document"] == "Arrêté 12/2026"
    assert named["kanunka"]["position"] is None


JUNE = Period(date(2026, 6, 1), date(2026, 7, 1))


@pytest.fixture
def engine(fresh_database: Any) -> Iterator[Engine]:
    made = with_officers(fresh_database.app)
    yield made
    made.dispose()


def _drawn(url: str, layer: str, z: int, x: int, y: int) -> list[Feature]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        where = {"z": z, "x": x, "y": y}
        tile = bytes(connection.exec_driver_sql(TILE_SQL[layer], where).scalar_one())
    return layers_of(tile)[0].features if tile else []


def test_tiles_say_what_is_stated_and_leave_out_what_is_not(
    engine: Engine, fresh_database: Any
) -> None:
    patch = MultiPolygon([box(25.5, -10.7, 25.52, -10.68)])
    seen_there = [
        seen(25.6, -10.7, during=Period(date(2026, 6, 3), date(2026, 6, 4))),
        seen(0, 0, geometry=patch, seen=Seen.DETECTION, patch_ha=3.5, confidence=0.75),
    ]
    store(engine, seen_there, during=JUNE)
    secret = SourceFacts("Secret", "sites", public=False)
    store(engine, [seen(25.61, -10.7)], source="secret", facts=secret)
    # z10: x = floor((25.55 + 180) / 360 * 1024) = 584, y of 10.7° S = 542
    found = _drawn(fresh_database.public, "activity", 10, 584, 542)
    assert [one.properties for one in found] == [
        {
            "id": 1,
            "source": "inspections",
            "seen": "visit",
            "from": "2026-06-03",
            "to": "2026-06-04",
        },
        {
            "id": 2,
            "source": "inspections",
            "seen": "detection",
            "patch_ha": 3.5,
            "confidence": 0.75,
        },
    ]
    assert all(set(one.properties) <= set(LAYERS["activity"]) for one in found)
    surveyed = _drawn(fresh_database.public, "activity_survey", 10, 584, 542)
    assert [one.properties for one in surveyed] == [
        {
            "id": 1,
            "source": "inspections",
            "basis": "bbox",
            "from": "2026-06-01",
            "to": "2026-07-01",
        }
    ]


def test_below_zoom_8_nothing_is_dropped_it_is_counted(engine: Engine, fresh_database: Any) -> None:
    spots = [seen(25 + n % 20 / 10, -11 + n // 20 / 10) for n in range(400)]
    store(engine, spots, extent=within_box(24, -12, 28, -8))
    for z in range(8):
        total = 0
        for x in range(max(0, (1 << z) * 204 // 360 - 2), (1 << z) * 208 // 360 + 2):
            for y in range(1 << z):
                if 0 <= x < 1 << z and ((1 << z) // 2 - 1 <= y <= (1 << z) * 0.56 + 1):
                    found = _drawn(fresh_database.public, "activity", z, x, y)
                    total += sum(int(str(f.properties.get("n", 1))) for f in found)
        assert total == 400, z


def test_tiles_are_served_with_an_etag_of_the_revision(house: House) -> None:
    first = house.reader.raw("/tiles/activity/6/36/33.mvt")
    assert first.status_code == 200
    held = house.reader.client.get(
        "/api/v1/tiles/activity/6/36/33.mvt", headers={"If-None-Match": first.headers["etag"]}
    )
    assert held.status_code == 304
    assert house.reader.raw("/tiles/activity_survey/6/36/33.mvt").status_code == 200


def test_uploaded_shapes_of_extent_are_taken_as_geojson(house: House) -> None:
    ground = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [
        [[25, -11], [26, -11], [26, -10], [25, -10], [25, -11]]]}}  # fmt: skip
    form = {
        "source": "ipis",
        "extent": json.dumps({"type": "FeatureCollection", "features": [ground]}),
        "replaces": "1",
    }
    stored = house.officer.send("/activity/deliveries", data=form, files=_file())
    assert not stored["unchanged"]
    (survey,) = house.reader.get("/activity/surveys?source=ipis")
    assert (survey["basis"], survey["during"]) == ("polygons", None)
