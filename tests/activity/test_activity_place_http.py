"""Places over HTTP: to the public, to companies, to the cadastre."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
import shapely
from stored_activity import store
from story_house import COL, ROW, open_house

from geo.activity.records import Observation, Seen, Survey
from geo.periods import Period

TODAY = date(2025, 3, 3)
DAYS = Period(date(2024, 5, 1), date(2024, 6, 1))


def patch(col: float, row: float) -> Observation:
    x, y = (COL + col) / 120, (ROW + row) / 120
    shape = shapely.box(x - 0.0004, y - 0.0004, x + 0.0004, y + 0.0004)
    return Observation(
        None, "egis", Seen.DETECTION, shapely.MultiPolygon([shape]), DAYS, patch_ha=0.8
    )


@pytest.fixture(scope="module")
def house(database, tmp_path_factory):
    with open_house(database, tmp_path_factory.mktemp("data"), TODAY) as opened:
        extent = shapely.MultiPolygon([shapely.box(25.3, -11.1, 26.2, -10.2)])
        survey = [Survey("egis", extent, DAYS)]
        store(opened.engine, "officer", "egis", [patch(0.5, 0.5), patch(-30.5, -30.5)], survey)
        store(opened.engine, "officer", "own", [patch(0.6, 0.6)], survey, public=False)
        yield opened


def got(house, login: str, path: str, status: int = 200):
    person = house.people[login]
    answer = person.client.get(f"/api/v1{path}", headers=person.home)
    assert answer.status_code == status, answer.text
    return answer


@pytest.mark.parametrize(
    ("login", "total"),
    [
        ("public", 2),
        ("officer", 3),
        ("supervisor", 3),
        ("admin", 3),
        ("egc", 2),
        ("legal", 2),
        ("minister", 2),
        ("inspector", 2),
        ("reader", 2),
        ("company", 1),
        ("neighbour", 0),
    ],
)
def test_who_sees_which_places(house, login: str, total: int) -> None:
    said = got(house, login, "/activity/places").json()
    assert (said["total"], said["on"]) == (total, "2025-03-03")
    assert "illegal" not in str(said).lower()


def test_one_item_says_place_right_holder_and_doubts_in_two_languages(house) -> None:
    item = got(house, "public", "/activity/places").json()["items"][0]
    assert item["code"] == "inside_permit_no_allocation"
    assert item["reasons"][0] == "permit_no_allocation"
    assert item["rights"][0]["title_id"] in house.titles.values()
    assert item["rights"][0]["distance_m"] == "0.000"
    assert item["summary"]["fr"].startswith("dans un titre, sans allocation artisanale (PE")
    assert any("non connues ici" in remark["fr"] for remark in item["remarks"])
    assert item["on_day"] == "not_surveyed"


def test_another_day_is_the_cadastres_question(house) -> None:
    got(house, "public", "/activity/places?on=2024-01-01", 403)
    got(house, "public", "/activity/places?as_known_on=1", 403)
    assert got(house, "officer", "/activity/places?on=2024-05-03").json()["items"]


@pytest.mark.parametrize(
    "wrong",
    [
        "bbox=1,2,3",
        "bbox=2,2,1,1",
        "province=Atlantis",
        "province=Atlantis&bbox=25,-11,26,-10",
        "limit=0",
        "min_patch_ha=-1",
        "place=elsewhere",
        "bbox=a,b,c,d",
    ],
)
def test_a_wrong_question_is_refused(house, wrong: str) -> None:
    person = house.people["public"]
    answer = person.client.get(f"/api/v1/activity/places?{wrong}", headers=person.home)
    assert answer.status_code in (400, 422), answer.text


def test_a_province_is_found_without_its_accents_and_near_names_are_offered(house) -> None:
    named = got(house, "officer", "/activity/places?province=Lualaba").json()
    assert named["total"] > 0
    assert got(house, "officer", "/activity/places?province=LUALABA").json() == named
    assert got(house, "officer", "/activity/places?province=haut+uele").json()["total"] == 0
    refused = got(house, "officer", "/activity/places?province=Lualba", 422).json()
    assert "Lualaba?" in str(refused)


def test_the_list_is_paged_filtered_and_given_as_csv(house) -> None:
    west, south = COL / 120, ROW / 120
    box = f"{west},{south},{west + 0.01},{south + 0.01}"
    assert got(house, "officer", f"/activity/places?bbox={box}").json()["total"] == 2
    page = got(house, "officer", "/activity/places?limit=1&offset=2").json()
    assert (page["total"], len(page["items"])) == (3, 1)
    answer = got(house, "public", "/activity/places?format=csv&lang=en")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["place"] for row in rows] == ["inside_permit_no_allocation", "on_free_ground"]


def test_one_observation_and_one_title(house) -> None:
    items = got(house, "officer", "/activity/places").json()["items"]
    hidden = next(item for item in items if item["source"] == "own")
    shown = next(item for item in items if item["source"] == "egis")
    got(house, "public", f"/activity/observations/{hidden['id']}/place", 404)
    one = got(house, "public", f"/activity/observations/{shown['id']}/place").json()
    assert one["code"] == shown["code"]
    title = shown["rights"][0]["title_id"]
    said = got(house, "public", f"/titles/{title}/activity?since=2024-04-01&until=2024-07-01")
    months = said.json()["months"]
    assert [(m["first"], m["seen"], m["code"]) for m in months] == [
        ("2024-04-01", 0, "not_surveyed"),
        ("2024-05-01", 1, None),
        ("2024-06-01", 0, "not_surveyed"),
    ]
    got(house, "public", "/titles/999999/activity", 404)
    got(house, "public", f"/titles/{title}/activity?since=2025-01-01&until=2024-01-01", 422)
