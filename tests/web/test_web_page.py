"""What people do on the page, in a real browser without WebGL."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn_register import (
    COL,
    COMPANY,
    HOSTILE_CODE,
    HOSTILE_HOLDER,
    OFFICER,
    ROW,
    WITHHELD_HOLDER,
)
from playwright.sync_api import Page, expect

from api.routes.pages import WEB

pytestmark = pytest.mark.web

OpenPage = Callable[..., Page]


def view_of(col: float, row: float, zoom: float) -> str:
    return f"#map={zoom}/{(ROW + row) / 120:.5f}/{(COL + col) / 120:.5f}"


PE_100 = view_of(5, 4, 12)

COLOURS_DRAWN = """
() => {
  const found = new Set();
  for (const canvas of document.querySelectorAll(".tiles-titles canvas")) {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] > 60) found.add([data[at], data[at + 1], data[at + 2]].join());
    }
  }
  return [...found];
}
"""


LABELS = """
async ([pieces, free]) => {
  const { labelsIn } = await import("/static/js/labels.js");
  const features = pieces.map(([id, code, ring]) => ({
    getProperties: () => ({ id, code, kind: "PE", state: "granted" }),
    getExtent: () => ol.extent.boundingExtent(ring),
    getFlatCoordinates: () => ring.flat(),
    getEnds: () => [2 * ring.length],
  }));
  const layer = { getVisible: () => true, getFeaturesInExtent: () => features };
  return labelsIn([layer], free, [0, 0, 1000, 1000], 1).map(({ x, y, code }) => [code, x, y]);
}
"""


def wait_until(true: Callable[[], bool], patience_s: float = 20) -> None:
    """Playwright's own waiting evaluates text in the page, which our CSP forbids."""
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)


def parts_of(fragment: str) -> set[str]:
    return {part.split("=")[0] + "=" for part in fragment.lstrip("#").split("&")}


def search(page: Page, words: str) -> None:
    page.fill("#search-input", words)
    page.wait_for_selector("#search-list:not([hidden])")


def open_by_search(page: Page, code: str) -> None:
    search(page, code)
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .card-title")


def test_the_page_loads_and_draws_the_titles(open_page: OpenPage) -> None:
    page = open_page(PE_100)
    expect(page).to_have_title("Mabele")
    wait_until(lambda: len(page.evaluate(COLOURS_DRAWN)) > 1)
    pink = [c for c in page.evaluate(COLOURS_DRAWN) if near(c, (255, 0, 85))]
    assert pink, "PE 100 is drawn in the colour of PE"


def near(drawn: str, wanted: tuple[int, int, int], tolerance: int = 12) -> bool:
    channels = [int(part) for part in drawn.split(",")]
    return all(abs(a - b) <= tolerance for a, b in zip(channels, wanted, strict=True))


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def test_a_code_is_written_once_where_there_is_room(open_page: OpenPage) -> None:
    page = open_page()
    whole = [0, 0, 1000, 1000]
    cut_by_tiles = [[1, "100", box(0, 0, 50, 60)], [1, "100", box(50, 0, 250, 60)]]
    assert page.evaluate(LABELS, [cut_by_tiles, whole]) == [["100", 150, 30]]
    too_narrow = [[2, "100000", box(0, 0, 20, 400)]]
    assert page.evaluate(LABELS, [too_narrow, whole]) == []
    below_a_panel = [[3, "100", box(300, 0, 700, 100)], [4, "101", box(0, 200, 100, 300)]]
    assert page.evaluate(LABELS, [below_a_panel, [400, 0, 1000, 1000]]) == [
        ["100", 550, 50],
        ["101", 50, 250],
    ]
    an_l = [[5, "100", [*box(0, 0, 300, 40)[:3], [40, 40], [40, 300], [0, 300], [0, 0]]]]
    ((_, x, y),) = page.evaluate(LABELS, [an_l, whole])
    assert 0 < x < 300
    assert 0 < y < 40, "in the wide foot of the L, not in its corner or outside"


def modules_from(module: Path, found: set[Path]) -> set[Path]:
    """The modules that one imports before it runs, and those that they import."""
    for asked in re.findall(r'^(?:import|export)[^"()]*?"(\.[^"]+)";', module.read_text(), re.M):
        needed = (module.parent / asked).resolve()
        if needed not in found:
            found.add(needed)
            modules_from(needed, found)
    return found


def test_every_module_of_the_first_view_is_asked_for_at_once() -> None:
    """Else each is asked for when another has arrived: seconds on a slow link."""
    scripts = WEB / "js"
    page = (WEB / "index.html").read_text()
    asked = set(re.findall(r'rel="modulepreload" href="/static/js/([^"]+)"', page))
    needed = {
        one.relative_to(scripts).as_posix() for one in modules_from(scripts / "main.js", set())
    }
    assert asked == needed


def test_the_demonstration_is_named_as_such(open_page: OpenPage) -> None:
    expect(open_page().locator("#demo")).to_be_visible()


def test_search_card_overlap_and_over_to_the_other_title(open_page: OpenPage) -> None:
    page = open_page()
    search(page, "100")
    expect(page.locator("#search-list [role=option]").first).to_contain_text(COMPANY)
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text("100")
    expect(panel.locator(".figures")).to_contain_text("100")
    expect(panel.locator(".figures")).to_contain_text("8\u202f495,50")  # 100 × 84.955 ha
    other = panel.locator(".rows li", has_text="ZEA-1")
    expect(other).to_contain_text("4 carrés")
    expect(other).to_contain_text("art. 30")
    other.locator("button").click()
    expect(panel.locator("h2")).to_have_text("ZEA-1")
    expect(panel.locator(".rows li", has_text="100")).to_contain_text("4 carrés")


def test_search_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page()
    search(page, "kalonda")
    options = page.locator("#search-list [role=option]")
    assert options.count() >= 2
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#search-input")).to_have_attribute("aria-activedescendant", "search-1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(page.locator("#search-list")).to_be_hidden()
    expect(page.locator("#search-input")).to_have_attribute("aria-expanded", "false")


def test_a_click_opens_the_card_of_what_is_there(open_page: OpenPage) -> None:
    page = open_page(view_of(41.5, 1.5, 13))
    wait_until(lambda: len(page.evaluate(COLOURS_DRAWN)) > 1)
    page.mouse.click(640, 56 + (800 - 56) / 2)
    expect(page.locator("#panel h2")).to_have_text("104")
    expect(page.locator("#panel .chips")).to_contain_text("Demande en instruction")


def test_a_click_on_several_titles_offers_a_choice(open_page: OpenPage) -> None:
    page = open_page(view_of(23, 3, 13))
    wait_until(lambda: len(page.evaluate(COLOURS_DRAWN)) > 1)
    page.mouse.click(640, 56 + (800 - 56) / 2)
    panel = page.locator("#panel")
    expect(panel.locator(".rows li")).to_have_count(2)
    panel.locator("button", has_text="102").click()
    expect(panel.locator("h2")).to_have_text("102")


def test_enter_on_the_map_asks_about_its_centre(open_page: OpenPage) -> None:
    page = open_page(view_of(41.5, 1.5, 13))
    wait_until(lambda: len(page.evaluate(COLOURS_DRAWN)) > 1)
    page.locator("#map").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("104")
    page.locator("#panel").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()


def test_the_map_moves_at_the_first_drag_and_the_first_turn_of_the_wheel(
    open_page: OpenPage,
) -> None:
    """OpenLayers lets a map that can have the keyboard wait for it, unless told otherwise."""
    page = open_page(PE_100)
    wait_until(lambda: "map=12.00" in page.evaluate("location.hash"))
    before = page.evaluate("location.hash")
    page.mouse.move(600, 500)
    page.mouse.down()
    page.mouse.move(650, 450, steps=5)
    page.mouse.up()
    wait_until(lambda: page.evaluate("location.hash") != before)
    assert "map=12.00" in page.evaluate("location.hash")
    wheeled = open_page(PE_100)
    wait_until(lambda: "map=12.00" in wheeled.evaluate("location.hash"))
    wheeled.mouse.move(600, 500)
    wheeled.mouse.wheel(0, -200)
    wait_until(lambda: "map=12.00" not in wheeled.evaluate("location.hash"))


def test_the_language_changes_without_a_reload(open_page: OpenPage) -> None:
    page = open_page()
    open_by_search(page, "100")
    assert page.evaluate("document.documentElement.lang") == "fr"
    page.evaluate("window.before = true")
    page.click("[data-language=en]")
    assert page.evaluate("[document.documentElement.lang, window.before]") == ["en", True]
    expect(page.locator("#panel")).to_contain_text("Exploitation permit")
    expect(page.locator("#legend")).to_contain_text("Artisanal mining zone")
    expect(page.locator("#panel .figures")).to_contain_text("8,495.50")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.evaluate("document.documentElement.lang") == "en"


def test_the_permalink_brings_back_view_selection_and_layers(open_page: OpenPage) -> None:
    page = open_page()
    open_by_search(page, "103")
    page.uncheck("[data-layer=PE]")
    wait_until(lambda: {"title=", "map=", "off="} <= parts_of(page.evaluate("location.hash")))
    again = open_page(page.evaluate("location.hash"))
    expect(again.locator("#panel h2")).to_have_text("103")
    expect(again.locator("[data-layer=PE]")).not_to_be_checked()


def test_hostile_names_are_shown_as_text_and_do_not_run(open_page: OpenPage) -> None:
    page = open_page(view_of(61, 1, 13))
    open_by_search(page, "<script>")
    expect(page.locator("#panel h2")).to_have_text(HOSTILE_CODE)
    expect(page.locator("#panel .facts")).to_contain_text(HOSTILE_HOLDER)
    page.click("[data-language=en]")
    assert page.evaluate("window.hostile") is None
    assert page.locator("#panel img, #search img, #panel script").count() == 0


def test_a_withheld_name_is_for_officers_only(open_page: OpenPage) -> None:
    page = open_page()
    open_by_search(page, "105")
    expect(page.locator("#panel .facts")).to_contain_text("Nom réservé")
    expect(page.locator("text=Anomalies d’import")).to_have_count(0)
    page.click("#session-button")
    page.fill("#session-name", OFFICER[0])
    page.fill("#session-password", OFFICER[1])
    page.keyboard.press("Enter")
    expect(page.locator("#session-label")).to_have_text("Agent d’essai")
    open_by_search(page, "105")
    expect(page.locator("#panel .facts")).to_contain_text(WITHHELD_HOLDER)
    page.click("text=Anomalies d’import")
    issue = page.locator("#panel .issue", has_text=HOSTILE_CODE)
    expect(issue).to_have_count(1)
    expect(issue).to_contain_text("Le statut n’a pas été compris")
    expect(issue).to_contain_text("Statut : <script>")
    expect(issue).to_contain_text("À corriger par : l’expéditeur")
    noted = issue.locator("details [lang=en]")
    expect(noted).to_be_hidden()
    expect(noted).to_have_text("unknown status")
    page.click("#session-button")
    expect(page.locator("#session-label")).to_have_text("Connexion")
    assert page.evaluate("window.hostile") is None


def test_overlaps_are_listed_by_verdict(open_page: OpenPage) -> None:
    page = open_page()
    page.click("text=Liste des superpositions")
    rows = page.locator("#panel .rows li")
    expect(rows).to_have_count(5)
    page.select_option("#panel .filter", "allow")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("102")


def test_a_narrow_screen_does_not_scroll_sideways(open_page: OpenPage) -> None:
    page = open_page(PE_100, width=390, height=844)
    widths = "[document.documentElement.scrollWidth, innerWidth]"
    assert page.evaluate(widths) == [390, 390]
    open_by_search(page, "100")
    assert page.evaluate(widths) == [390, 390]
    page.focus("#search-input")
    assert page.locator("#search-input").bounding_box()["width"] > 300, "room to write"  # type: ignore[index]
    page.focus("#map")
    page.click("#legend-toggle")
    expect(page.locator("#legend")).to_be_visible()
    assert page.evaluate(widths) == [390, 390]


def test_a_server_that_is_gone_is_said_in_a_sentence(open_page: OpenPage) -> None:
    page = open_page()
    page.context.set_offline(True)
    page.fill("#search-input", "100")
    expect(page.locator("#search-note")).to_contain_text("Le serveur ne répond pas")
    page.context.set_offline(False)
    page.fill("#search-input", "103")
    expect(page.locator("#search-list [role=option]")).to_have_count(1)
    faults = page.watch.faults  # type: ignore[attr-defined]
    assert all("ERR_INTERNET_DISCONNECTED" in fault for fault in faults)
    faults.clear()
