"""The map with a time slider in a real browser, from disk, with the network off."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from datetime import date

import pytest
import shapely
from playwright.sync_api import Page, sync_playwright
from shapely import Point, box
from test_folio_web import FLAGS

from geo.activity.ground import GroundRole, Plot
from geo.activity.looks import steps_between
from geo.activity.map_reading import MapGiven
from geo.activity.records import Observation, Seen
from geo.periods import Period
from maps.activity_map import activity_map_html

pytestmark = pytest.mark.web
DESK, TELEPHONE = (1280, 800), (390, 844)
CELL = 1 / 120
LON, LAT = 25.5, -10.75
ATTACK = "</script><script>alert(1)</script>{{ 7 * 7 }}"
MONTHS = steps_between(date(2024, 1, 1), date(2024, 4, 30))
EXTENT = shapely.MultiPolygon([box(LON - 0.02, LAT - 0.02, LON + 0.1, LAT + 0.08)])


def seen(month, geometry, **more) -> Observation:
    return Observation(None, ATTACK, Seen.DETECTION, geometry, month, **more)


def plot(role, code, west, width) -> Plot:
    ground = box(LON + west * CELL, LAT, LON + (west + width) * CELL, LAT + 6 * CELL)
    return Plot(role, f"title {code}", 1, code, role.value, ground, Period(None, None))


@pytest.fixture(scope="module")
def given() -> MapGiven:
    """January and February surveyed, March by nobody, April in part; one without a date."""
    patch = shapely.MultiPolygon([box(LON + CELL, LAT + CELL, LON + 2 * CELL, LAT + 2 * CELL)])
    half = shapely.MultiPolygon([box(LON - 0.02, LAT - 0.02, LON + 0.03, LAT + 0.08)])
    return MapGiven(
        on=date(2024, 4, 30),
        steps=MONTHS,
        by_step=(
            (seen(MONTHS[0], patch),),
            (seen(MONTHS[1], patch), seen(MONTHS[1], Point(LON + 7 * CELL, LAT + 3 * CELL))),
            (),
            (seen(MONTHS[3], patch),),
        ),
        looked=(EXTENT, EXTENT, shapely.MultiPolygon(), half),
        unplaced=(seen(None, Point(LON + 9 * CELL, LAT + CELL), patch_ha=1.5),),
        undated=1,
        wider=0,
        sources=(ATTACK,),
        plots=(plot(GroundRole.ZONE, "1", 0, 6), plot(GroundRole.PERMIT, ATTACK, 6, 6)),
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory, given):
    path = tmp_path_factory.mktemp("activity") / "map.html"
    path.write_text(activity_map_html(given), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, file):
    """Give a function that opens the map; at the end nothing was fetched and nothing failed."""
    told: list[str] = []
    contexts = []

    def open_map(size=DESK, language="fr") -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request",
            lambda r: None if r.url.startswith(("file:", "data:")) else told.append(r.url),
        )
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("dialog", lambda dialog: told.append(f"dialog: {dialog.message}"))
        page.goto(f"file://{file}#{language}")
        deadline = time.monotonic() + 20
        while not page.evaluate("document.documentElement.dataset.ready"):
            assert time.monotonic() < deadline, (told, "the map was not ready within 20 s")
            time.sleep(0.05)
        return page

    yield open_map
    for context in contexts:
        context.close()
    hint = "willReadFrequently"  # to this test, which counts pixels more than once
    assert [text for text in told if hint not in text] == []


def said(page: Page) -> str:
    return page.locator("#activity-said").inner_text()


@pytest.mark.parametrize("size", [DESK, TELEPHONE])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_cut_or_covered(opened, size, language):
    page = opened(size, language)
    assert page.evaluate("document.documentElement.lang") == language
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    page.evaluate("document.getElementById('activity-legend').open = true")
    boxes = {
        name: page.locator(name).bounding_box()
        for name in ("#activity-month", "#activity-said", "#activity-legend", ".folio-notice")
    }
    for name, place in boxes.items():
        assert place["x"] >= 0, name
        assert place["x"] + place["width"] <= size[0], name
        assert place["y"] + place["height"] <= size[1], name
    legend = boxes["#activity-legend"]
    assert legend["y"] + legend["height"] <= boxes["#activity-month"]["y"]
    if os.environ.get("MABELE_SHOTS"):
        page.screenshot(path=f"{os.environ['MABELE_SHOTS']}/map_{language}_{size[0]}.png")
        page.locator("#activity-next").click()
        page.locator("#activity-next").click()
        page.screenshot(path=f"{os.environ['MABELE_SHOTS']}/map_{language}_{size[0]}_silent.png")


def test_each_month_says_what_was_seen_or_that_nobody_looked(opened):
    page = opened()
    assert said(page) == "janvier 2024 : 1 observation sur le terrain observé"
    page.locator("#activity-next").click()
    assert said(page) == "février 2024 : 2 observations sur le terrain observé"
    page.locator("#activity-next").click()
    assert said(page) == "mars 2024 : non observé. L’absence d’activité ne peut pas être dite."
    page.locator("#activity-back").click()
    assert said(page).startswith("février 2024")
    page.locator("[data-language=en]").click()
    assert said(page) == "February 2024: 2 observations on the surveyed ground"


def test_the_months_are_reached_by_keys(opened):
    page = opened(language="en")
    slider = page.locator("#activity-month")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "February 2024"
    page.keyboard.press("End")
    assert said(page).startswith("April 2024")


def test_it_plays_to_the_last_month_and_stops(opened):
    page = opened(language="en")
    page.locator("#activity-play").click()
    deadline = time.monotonic() + 10
    while not said(page).startswith("April"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert page.locator("#activity-play").inner_text() == "Play"


def test_what_has_no_month_is_counted_and_shown_when_asked(opened):
    page = opened(language="en")
    assert page.locator("#activity-apart-words").inner_text() == (
        "1 without a stated date, 0 over more than a month"
    )
    before = drawn(page)
    page.locator("#activity-apart").check()
    assert drawn(page) > before


def test_unsurveyed_ground_is_hatched_and_a_silent_month_wholly(opened):
    page = opened()
    part = drawn(page, "activitySilence")
    page.locator("#activity-next").click()
    page.locator("#activity-next").click()
    assert drawn(page, "activitySilence") > part > 0


def drawn(page: Page, pane: str = "activitySeen") -> int:
    """How many pixels of a pane are drawn."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))")
    return page.evaluate(
        """(pane) => {
          const canvas = document.querySelector(`.leaflet-${pane}-pane canvas`);
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let drawn = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i]) drawn += 1;
          return drawn;
        }""",
        pane,
    )


def test_the_page_stands_alone_and_is_the_same_each_time(file, given):
    page = file.read_text(encoding="utf-8")
    assert activity_map_html(given) == page
    assert "default-src 'none'" in page
    assert "alert(1)</script>" not in page
    data = json.loads(re.search(r'id="activity-data">(.*?)</script>', page, re.DOTALL).group(1))
    assert data["months"][2] == {"name": "2024-03", "extent": None, "seen": []}
    assert len(data["extents"]) == 2  # each is sent once
    assert data["sources"] == [ATTACK]
    assert "illegal" not in page.lower().replace("illegal invocation", "")


def test_without_anything_it_opens_on_the_country():
    nowhere = (shapely.MultiPolygon(),) * 4
    empty = MapGiven(date(2024, 4, 30), MONTHS, ((),) * 4, nowhere, (), 0, 0, (), ())
    assert '"apart":[]' in activity_map_html(empty)
