"""Graticule, opacity, measuring and permalink: the map's tools, in a browser without WebGL."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pyproj
import pytest
from drawn_register import COL, ROW
from playwright.sync_api import Page, expect
from test_web_accessible import violations
from test_web_page import PE_100, open_by_search, wait_until

pytestmark = pytest.mark.web

OpenPage = Callable[..., Page]

GEOD = pyproj.Geod(ellps="WGS84")
TO_METRES = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
NEAR = f"#map=12.00/{(ROW + 4) / 120:.5f}/{(COL + 5) / 120:.5f}"
POINTS = [[25.5, -10.75], [25.913, -10.602], [26.4417, -11.3], [25.2, -11.05]]
ACROSS = [[12.4, 4.9], [31.1, -13.2]]

GEODESY = """
async ([points, across]) => {
  const geodesy = await import("/static/js/tools/geodesy.js");
  const { along, crossesItself, leg, polygon } = geodesy;
  await geodesy.loadGeodesic();
  const legs = points.slice(1).map((to, i) => leg(points[i], to));
  const [a, b, c, d] = points;
  const crossed = [[a, b, c, d], [a, c, b, d], [a, b, c]].map(crossesItself);
  const backwards = polygon([...points].reverse());
  return { legs, ground: polygon(points), backwards, line: along(...across), crossed };
}
"""
PLACE = """
async (pixel) => {
  const { mapItself } = await import("/static/js/map.js");
  return ol.proj.toLonLat(mapItself().getCoordinateFromPixel(pixel));
}
"""
STRENGTHS = """
async () => {
  const { mapItself } = await import("/static/js/map.js");
  const all = mapItself().getAllLayers().map((layer) => [layer.get("name"), layer.getOpacity()]);
  return Object.fromEntries(all.filter(([name]) => name));
}
"""
COLUMN = """
([nth, x]) => {
  const canvas = document.querySelectorAll(".map canvas.drawn")[nth];
  const { data } = canvas.getContext("2d").getImageData(Math.round(x), 300, 1, 1);
  return data[3];
}
"""
STATE = """
async () => {
  const { mapItself } = await import("/static/js/map.js");
  const view = mapItself().getView();
  const all = (selector, read) => [...document.querySelectorAll(selector)].map(read);
  const heading = document.getElementById("panel-title").textContent;
  return {
    view: [...view.getCenter().map(Math.round), view.getZoom().toFixed(2)],
    boxes: all("[data-layer]", (box) => [box.dataset.layer, box.checked]),
    fades: all("[data-fade]", (range) => [range.dataset.fade, range.value]),
    hash: location.hash,
    time: document.getElementById("time-label").textContent,
    title: document.getElementById("panel").hidden ? null : heading,
  };
}
"""


def begin(page: Page, entry: str, ready: str) -> None:
    """Choose an entry of the menu and wait until it stands."""
    page.click("#menu-button")
    page.click(f"[data-menu={entry}]")
    page.wait_for_selector(ready, timeout=30_000)


def begin_measure(page: Page, mode: str = "measureDistance") -> None:
    begin(page, "measure", "[data-truth]")
    page.click(f"[data-mode={mode}]")


def number_of(text: str) -> float:
    """A French number: narrow spaces between thousands, a comma."""
    found = re.search(r"[\d\s]+,\d+", text)
    assert found, text
    return float(re.sub(r"\s", "", found.group()).replace(",", "."))


def test_webgl_is_really_off(open_page: OpenPage) -> None:
    """So that every browser test shows what a poor tablet shows."""
    kinds = ["webgl", "webgl2", "experimental-webgl"]
    asked = "(kinds) => kinds.map((kind) => document.createElement('canvas').getContext(kind))"
    assert open_page().evaluate(asked, kinds) == [None, None, None]


def test_lengths_and_areas_are_those_of_the_ellipsoid(open_page: OpenPage) -> None:
    found = open_page().evaluate(GEODESY, [POINTS, ACROSS])
    for (start, end), leg in zip(pairwise(POINTS), found["legs"], strict=True):
        azimuth, _, metres = GEOD.inv(*start, *end)
        assert leg["metres"] == pytest.approx(metres, abs=1e-5)
        assert leg["azimuth"] == pytest.approx(azimuth % 360, abs=1e-8)
    lons, lats = zip(*POINTS, strict=True)
    area, perimeter = GEOD.polygon_area_perimeter(lons, lats)
    for ground in (found["ground"], found["backwards"]):
        assert ground["squareMetres"] == pytest.approx(abs(area), rel=1e-11)
        assert ground["metres"] == pytest.approx(perimeter, abs=1e-4)
    assert found["crossed"] == [False, True, False]
    halfway = found["line"][len(found["line"]) // 2]
    azimuth, _, metres = GEOD.inv(*ACROSS[0], *ACROSS[1])
    assert GEOD.fwd(*ACROSS[0], azimuth, metres / 2)[:2] == pytest.approx(halfway, abs=1e-9)


def test_a_distance_is_measured_by_clicks_and_told(open_page: OpenPage) -> None:
    page = open_page(NEAR)
    begin_measure(page)
    pixels = [(560, 250), (800, 330), (850, 540)]
    for x, y in pixels:
        page.mouse.click(x, y + 56)
    rows = page.locator(".legs tbody tr")
    expect(rows).to_have_count(2)
    places = [page.evaluate(PLACE, list(pixel)) for pixel in pixels]
    metres = [GEOD.inv(*a, *b)[2] for a, b in pairwise(places)]
    told = [rows.nth(at).locator(".number").first.inner_text() for at in range(2)]
    assert [number_of(text) for text in told] == pytest.approx(metres, abs=0.051)
    assert number_of(page.locator(".measured dd").inner_text()) == pytest.approx(
        sum(metres) / 1000, abs=0.0006
    )
    expect(page.locator("#announcer")).to_contain_text("Point 3. Longueur")
    assert "title=" not in page.url, "a click measures and opens nothing"
    assert violations(page) == []
    page.click("[data-do=clear]")
    expect(rows).to_have_count(0)


def test_an_area_is_measured_by_keys_alone(open_page: OpenPage) -> None:
    page = open_page(NEAR)
    begin_measure(page, "measureArea")
    expect(page.locator("[data-truth]")).to_contain_text("Superficie réelle, non légale")
    page.focus("#map")
    for key in ("Enter", "ArrowRight", "Enter", "ArrowDown", "Enter"):
        page.keyboard.press(key)
        page.wait_for_timeout(220)  # the map glides to where an arrow sends it
    figure = page.locator(".measured dd").first
    expect(figure).to_contain_text("ha")
    assert number_of(figure.inner_text()) > 0
    expect(page.locator("#announcer")).to_contain_text("Superficie réelle")
    page.keyboard.press("Backspace")
    expect(figure).to_have_text("–")
    expect(page.locator("#announcer")).to_contain_text("Point enlevé")
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    for key in ("ArrowLeft", "ArrowUp", "Enter"):
        page.wait_for_timeout(220)
        page.keyboard.press(key)
    expect(page.locator("#panel h2")).to_have_text("100")


def test_sides_that_cross_have_no_area(open_page: OpenPage) -> None:
    page = open_page(NEAR)
    begin_measure(page, "measureArea")
    for x, y in ((600, 250), (800, 250), (600, 500), (800, 500)):
        page.mouse.click(x, y)
    expect(page.locator("#panel .fault")).to_contain_text("se croisent")
    expect(page.locator(".measured dd").first).to_have_text("–")
    page.click("[data-do=undo]")
    expect(page.locator("#panel .fault")).to_have_count(0)
    expect(page.locator(".measured dd").first).to_contain_text("ha")


def test_degrees_stand_where_they_are(open_page: OpenPage) -> None:
    page = open_page(NEAR)
    page.click("[data-part=base] > summary")
    assert page.locator(".map canvas.drawn").count() == 0
    page.check("[data-layer=graticule]")
    wait_until(lambda: page.locator(".map canvas.drawn").count() == 1)
    resolution = 2 * 20037508.342789244 / 256 / 2**12
    middle, _ = TO_METRES.transform((COL + 5) / 120, 0)
    step = 300  # 5′: at this scale the least that is 110 px apart
    first = -(-((COL + 5) * 30) // step) * step
    x = 640 + (TO_METRES.transform(first / 3600, 0)[0] - middle) / resolution
    wait_until(lambda: page.evaluate(COLUMN, [0, x]) > 0)
    assert page.evaluate(COLUMN, [0, x + 6]) == 0
    page.check("[data-layer=lattice]")
    wait_until(lambda: page.locator(".map canvas.drawn").count() == 2)
    cell = (TO_METRES.transform(30 / 3600, 0)[0]) / resolution
    edge = 640 + 3 * cell  # the view's centre is a node of the lattice
    assert cell > 14
    wait_until(lambda: page.evaluate(COLUMN, [0, edge]) > 0)
    assert page.evaluate(COLUMN, [0, edge + cell / 2]) == 0


def test_degrees_are_written_as_finely_as_the_step_needs(open_page: OpenPage) -> None:
    marks = """async () => {
      const { mark, multiples } = await import("/static/js/tools/graticule.js");
      const [x, y] = [["E", "O"], ["N", "S"]];
      return [mark(90000, 18000, x), mark(-38700, 900, y), mark(-38730, 30, y),
        mark(0, 3600, y), mark(-1800, 1800, x), multiples(-65, 65, 30)];
    }"""
    assert open_page().evaluate(marks) == [
        *("25° E", "10° 45′ S", "10° 45′ 30″ S", "0°", "0° 30′ O"),
        [-60, -30, 0, 30, 60],
    ]


def test_opacity_is_set_by_keys_kept_in_the_link_and_remembered(open_page: OpenPage) -> None:
    page = open_page(NEAR)
    page.click("[data-part=opacity] > summary")
    assert violations(page) == []
    page.focus("#fade-titles")
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    expect(page.locator("output[for=fade-titles]")).to_have_text("60 %")
    strengths = page.evaluate(STRENGTHS)
    assert strengths["titles"] == strengths["codes"] == 0.6
    assert strengths["zones"] == strengths["overlaps"] == 1
    assert "fade=titles:60" in page.url
    page.keyboard.press("Home")
    expect(page.locator("output[for=fade-titles]")).to_have_text("10 %")
    home = page.url.split("#")[0]
    page.goto("about:blank")
    page.goto(home)
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate(STRENGTHS)["titles"] == 0.1, "remembered"
    page.goto("about:blank")
    page.goto(home + NEAR)
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate(STRENGTHS)["titles"] == 1, "a permalink says the whole view"
    page.evaluate("location.hash = 'map=9/-10/25&fade=base:5,zones:x,overlaps:40'")
    wait_until(lambda: page.evaluate(STRENGTHS)["overlaps"] == 0.4)
    assert page.evaluate(STRENGTHS)["zones"] == 1


def test_a_permalink_opens_exactly_the_view(open_page: OpenPage) -> None:
    page = open_page(NEAR)
    for part in ("base", "opacity"):
        page.click(f"[data-part={part}] > summary")
    page.uncheck("[data-layer=PE]")
    page.check("[data-layer=graticule]")
    page.focus("#fade-base")
    page.keyboard.press("ArrowLeft")
    open_by_search(page, "103")
    page.click("#time-button")
    for field, day in (("time-day", "2024-02-03"), ("time-known", str(date.today()))):
        page.fill(f"#{field}", day)
        page.dispatch_event(f"#{field}", "change")
    open_by_search(page, "103")
    page.wait_for_timeout(600)  # the map glides to the title
    before = page.evaluate(STATE)
    assert before["title"] == "103"
    fresh = open_page(before["hash"])
    wait_until(lambda: fresh.evaluate(STATE) == before)
    other = open_page(PE_100)
    other.evaluate("(hash) => { location.hash = hash; }", before["hash"])
    wait_until(lambda: other.evaluate(STATE) == before)
