"""Expansion and alerts over HTTP, by role, in the house of the story."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
import shapely
from click.testing import CliRunner
from shapely import box
from stored_activity import store
from story_house import COL, HOLDER, ROW, House, open_house

from api.cli.activity_expansion import alerts, expansion, map_
from geo.activity.looks import steps_between
from geo.activity.records import Observation, Seen, Survey

CELL = 1 / 120
MONTHS = steps_between(date(2024, 1, 1), date(2024, 4, 30))
SPAN = {"from": "2024-01-01", "to": "2024-04-30"}


def ground(col: float, row: float, width: float, height: float):
    west, south = (COL + col) * CELL, (ROW + row) * CELL
    return shapely.MultiPolygon([box(west, south, west + width * CELL, south + height * CELL)])


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    """The holder's permit is entered in February; March is surveyed by nobody."""
    with open_house(database, tmp_path_factory.mktemp("data"), date(2025, 3, 3)) as house:
        inside = ground(1, 1, 0.5, 0.5)
        world = ground(-40, -40, 120, 120)
        looked = [MONTHS[number] for number in (0, 1, 3)]
        observations = [
            Observation(None, "sat", Seen.DETECTION, inside, month) for month in looked[1:]
        ]
        surveys = [Survey("sat", world, month) for month in looked]
        store(house.engine, "officer", "sat", observations, surveys, public=False)
        yield house


@pytest.fixture(scope="module")
def title(house: House) -> int:
    found = house.company.get("/own-titles")
    items = found if isinstance(found, list) else found.get("titles") or found.get("items")
    return int(items[0].get("title_id") or items[0]["id"])


@pytest.fixture(scope="module")
def run(house: House):
    asked = {"since": "2024-01-01", "until": "2024-04-30"}
    return house.officer.send("/activity/alerts/runs", json=asked)


def inside(answer, month: int):
    return next(zone for zone in answer["steps"][month]["zones"] if zone["zone"] == "inside")


def test_officials_read_all_sources(house, title):
    for person in (house.officer, house.supervisor, house.inspector):
        answer = person.get("/activity/expansion", title=title, **SPAN)
        assert inside(answer, 1)["new"]["ha"] == pytest.approx(84.0 / 4, rel=1e-2)
        march = inside(answer, 2)
        assert (march["surveyed"], march["seen"], march["gone"]) == ("not_surveyed", None, None)


def test_others_read_what_is_published_alone(house, title):
    for person in (house.company, house.neighbour, house.reader):
        answer = person.get("/activity/expansion", title=title, **SPAN)
        assert answer["never_surveyed"]
        assert answer["sources"] == []


def test_a_province_and_the_questions_that_are_none(house, title):
    assert (
        house.officer.get("/activity/expansion", province="Lualaba", **SPAN)["kind"] == "province"
    )
    house.officer.get("/activity/expansion", status=400, **SPAN)
    house.officer.get("/activity/expansion", status=400, title=title, province="Lualaba", **SPAN)
    house.officer.get("/activity/expansion", status=404, title=10**9, **SPAN)
    wrong = {"from": "2024-05-01", "to": "2024-01-01"}
    house.officer.get("/activity/expansion", status=422, title=title, **wrong)


@pytest.mark.parametrize("which", ["rings", "change"])
def test_a_chart_and_a_table_are_served(house, title, which):
    path = f"title={title}&from=2024-01-01&to=2024-04-30"
    answer = house.officer.raw(f"/activity/expansion/chart.svg?{path}&chart={which}&lang=en")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert b'role="img"' in answer.content
    table = house.officer.raw(f"/activity/expansion/figures.csv?{path}")
    assert table.text.splitlines()[0].lstrip("\ufeff").startswith("subject,from,to,zone")


def test_a_run_raises_the_alert_once(house, title, run):
    assert len(run["raised"]) == 1
    assert run["months_not_surveyed"] == ["2024-03-01"]
    again = house.supervisor.send(
        "/activity/alerts/runs", json={"since": "2024-01-01", "until": "2024-04-30"}
    )
    assert (again["raised"], again["repeated"]) == ([], 1)


def test_who_reads_the_alert(house, title, run):
    for person in (house.officer, house.inspector, house.legal, house.minister, house.company):
        (alert,) = person.get("/activity/alerts")["alerts"]
        assert (alert["direction"], alert["month"]) == ("enters_permit", "2024-02-01")
        assert alert["title_id"] == title
        assert alert["evidence"]
    assert house.neighbour.get("/activity/alerts")["alerts"] == []
    house.reader.get("/activity/alerts", status=403)
    assert "droit" in house.company.get("/activity/alerts")["about"]["fr"]


def test_alerts_as_known_before(house, run):
    revision = house.officer.get("/activity/alerts")["alerts"][0]["revision"]
    assert house.officer.get("/activity/alerts", known=revision - 1)["alerts"] == []


def test_an_officer_takes_note(house, run):
    code = run["raised"][0]
    said = {"note": "mission le 12 mars"}
    house.company.send(f"/activity/alerts/{code}/note", status=403, json=said)
    noted = house.officer2.send(f"/activity/alerts/{code}/note", json=said)
    assert (noted["note"], noted["noted_by"]) == ("mission le 12 mars", "officer2")
    house.officer.send(f"/activity/alerts/{code}/note", status=422, json=said)
    assert house.officer.get("/activity/alerts", waiting=True)["alerts"] == []
    (read,) = house.company.get("/activity/alerts")["alerts"]
    assert read["noted_by"] is None  # who of the office did is the office's


def test_settings_are_an_administrators(house, run):
    wanted = {"settings": {"least_ha": 1.5}, "reason": "essai"}
    house.officer.send("/activity/alerts/settings", status=403, method="PUT", json=wanted)
    said = house.admin.send("/activity/alerts/settings", status=200, method="PUT", json=wanted)
    assert {one["name"]: one["value"] for one in said["settings"]}["least_ha"] == 1.5
    assert house.officer.get("/activity/alerts/settings") == said
    unknown = {"settings": {"hectares": 1}, "reason": "essai"}
    house.admin.send("/activity/alerts/settings", status=422, method="PUT", json=unknown)


@pytest.fixture
def at_the_register(house, database, monkeypatch):
    """The commands on the house's register."""
    from contextlib import contextmanager

    import api.cli.activity_expansion as module

    @contextmanager
    def opened():
        yield house.engine

    monkeypatch.setattr(module, "opened_register", opened)


def test_the_command_says_figures_and_writes_charts(at_the_register, title, tmp_path):
    out = tmp_path / "charts"
    asked = ["--title", str(title), "--from", "2024-01-01", "--to", "2024-04-30", "--out", str(out)]
    done = CliRunner().invoke(expansion, asked, catch_exceptions=False)
    assert "2024-03-01  inside: not surveyed" in done.output
    names = {file.name for file in out.iterdir()}
    assert {"rings_fr.svg", "rings_en.png", "change_fr.png", "figures.csv"} <= names
    assert {"summary_fr.txt", "summary_en.txt"} <= names


def test_the_command_lists_alerts_and_settings(at_the_register, run):
    listed = CliRunner().invoke(alerts, ["list"], catch_exceptions=False).output
    assert run["raised"][0] in listed
    said = CliRunner().invoke(alerts, ["settings"], catch_exceptions=False).output
    assert "not rules of law" in said


@pytest.mark.parametrize("public", [False, True])
def test_the_command_writes_a_map_of_what_may_be_seen(at_the_register, title, tmp_path, public):
    file = tmp_path / "map.html"
    asked = ["--from", "2024-01-01", "--to", "2024-04-30", "--out", str(file)]
    asked += ["--public"] if public else ["--title", str(title)]
    done = CliRunner().invoke(map_, asked, catch_exceptions=False)
    page = file.read_text(encoding="utf-8")
    assert f"{0 if public else 2} observations" in done.output
    assert ('"sources":[]' in page) is public
    assert HOLDER not in page
