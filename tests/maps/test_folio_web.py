"""The map in a real browser, from disk, with the network off."""

import os
import shutil
import time

import pytest
from playwright.sync_api import Page, sync_playwright
from rights import findings_of, row_of
from shapely import box

from maps.folio import About, folio_html
from maps.style import Label, kind_style

pytestmark = pytest.mark.web

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-3d-apis",
    "--disable-background-networking",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
]
ABOUT = About(Label("Essai", "Trial"), (("register.gpkg", "ab" * 32),), illustrative=True)
DESK, TELEPHONE = (1280, 800), (390, 844)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory, small_findings):
    return written(tmp_path_factory, small_findings)


def written(tmp_path_factory, findings):
    path = tmp_path_factory.mktemp("folio") / "map.html"
    path.write_text(folio_html(findings, ABOUT), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def sliver_file(tmp_path_factory):
    """Two rights that share a sliver of 1.4 ten-thousandths of a carré, 1 mm wide."""
    west = row_of(1, "west", "PR", box(25.5, -11.203, 26.00000001, -10.2))
    east = row_of(2, "east", "PR", box(26.0, -11.203, 26.5, -10.2))
    findings = findings_of([west, east])
    assert [one.overlap.exact for one in findings.overlaps] == [False]
    return written(tmp_path_factory, findings)


def wait_until_ready(page: Page) -> None:
    """Ask again and again: a wait inside the page needs what its policy forbids."""
    deadline = time.monotonic() + 20
    while not page.evaluate("document.documentElement.dataset.ready"):
        assert time.monotonic() < deadline, "the map was not ready within 20 s"
        time.sleep(0.05)


@pytest.fixture
def opened(browser, file):
    """Give a function that opens the map; at the end nothing was fetched and nothing failed."""
    requests: list[str] = []
    complaints: list[str] = []
    contexts = []

    def open_map(size=DESK, language="fr", file=file) -> Page:
        width, height = size
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))
        page.goto(f"file://{file}#{language}")
        wait_until_ready(page)
        return page

    yield open_map
    for context in contexts:
        context.close()
    fetched = {url.partition("#")[0] for url in requests if not url.startswith("data:")}
    assert all(url.startswith("file://") and url.endswith("/map.html") for url in fetched)
    assert len(fetched) == len(contexts) == 1
    assert complaints == []


@pytest.mark.parametrize("size", [DESK, TELEPHONE])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_nothing_is_cut_and_nothing_scrolls_sideways(opened, size, language):
    page = opened(size, language)
    assert page.evaluate("document.documentElement.lang") == language
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    for selector in (".folio-bar h1", "#folio-query", ".folio-foot", ".folio-notice"):
        place = page.locator(selector).bounding_box()
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= size[0]
        assert place["y"] + place["height"] <= size[1]


def test_the_map_is_really_drawn(opened):
    page = opened()
    colours = page.evaluate(
        """() => {
          const canvas = document.querySelector('.leaflet-folioTitles-pane canvas');
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let drawn = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i]) drawn += 1;
          return drawn;
        }"""
    )
    assert colours > 1000


def test_a_click_tells_what_lies_there(opened):
    page = opened()
    page.evaluate("() => map_mabele.setView([-11 + 4.5 / 120, 26 + 8.5 / 120], 13)")
    place = page.locator(".folium-map").bounding_box()
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    popup = page.locator(".folio-popup")
    popup.wait_for()
    said = popup.inner_text()
    assert "4 carrés" in said
    assert "339,82 ha" in said  # 4 × 84.955
    assert "PE 4960" in said
    assert "</script><script>alert(1)</script>" in said


def test_the_same_in_english(opened):
    page = opened(language="en")
    page.locator("#folio-list button", has_text="4960").first.click()
    said = page.locator(".folio-popup").inner_text()
    assert "4 cells" in said
    assert "339.82 ha" in said
    assert kind_style("PE").label.en in said


def test_languages_are_switched_on_the_page(opened):
    page = opened()
    page.locator("[data-language=en]").click()
    assert page.locator("#folio-title").inner_text() == "Trial"
    assert "not a publication" in page.locator(".folio-notice").inner_text()
    assert "Illustrative" in page.locator("#folio-illustrative").inner_text()


def test_search_finds_codes_and_holders(opened):
    page = opened()
    page.fill("#folio-query", "4960")
    assert page.locator("#folio-found button").count() == 1
    page.fill("#folio-query", "societe d’ESSAI")
    assert page.locator("#folio-found button").count() == 2
    page.locator("#folio-found button").first.click()
    assert "PE 4960" in page.locator(".folio-popup").inner_text()
    page.fill("#folio-query", "<script>alert(1)")
    assert page.locator("#folio-found button").count() == 1


def test_the_legend_switches_layers(opened):
    page = opened()
    assert page.locator("#folio-list button").count() == 3
    page.locator("#folio-legend label", has_text="ARPC").locator("input").uncheck()
    assert page.locator("#folio-list button").count() == 1
    assert "2" in page.locator("#folio-list .folio-note").inner_text()


def test_overlaps_are_reached_by_keyboard(opened):
    page = opened()
    page.locator("#folio-list button").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".folio-overlap").count() == 1


def test_a_sliver_too_thin_to_draw_is_still_told(opened, sliver_file):
    page = opened(file=sliver_file)
    page.locator("#folio-list button").first.click()
    assert "PR WEST × PR EAST" in page.locator(".folio-overlap").inner_text().upper()
