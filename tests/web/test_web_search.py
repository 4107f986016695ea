"""Search over places, coordinates in any notation and carrés, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from drawn_register import COL, ROW
from playwright.sync_api import Page, expect
from test_web_accessible import violations
from test_web_page import wait_until

pytestmark = pytest.mark.web

OpenPage = Callable[..., Page]
GROUPS = "#search-list [role=group]"


def search(page: Page, words: str) -> None:
    page.fill("#search-input", words)
    page.wait_for_selector("#search-list:not([hidden])")


def test_groups_are_counted_and_walked_by_keyboard(open_page: OpenPage) -> None:
    page = open_page()
    search(page, "kal")
    names = [node.get_attribute("aria-label") for node in page.locator(GROUPS).all()]
    assert names == ["Titres", "Lieux"], "Kalonda Mining, and the town of Kalemie"
    expect(page.locator("#announcer")).to_contain_text("Lieux : ")
    assert violations(page) == []
    options = page.locator("#search-list [role=option]")
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    last = options.count() - 1
    expect(page.locator("#search-input")).to_have_attribute(
        "aria-activedescendant", f"search-{last}"
    )
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    search(page, "lubumbashi")
    expect(options).to_have_count(1)
    page.keyboard.press("Enter")
    wait_until(lambda: "/-11.6" in page.evaluate("location.hash"))  # 11.66° S, 27.5° E: GeoNames
    assert "/27.5" in page.evaluate("location.hash")


def test_coordinates_name_their_carre_and_the_titles_there(open_page: OpenPage) -> None:
    page = open_page()
    search(page, "10°41'45\" S 25°30'15\" E")
    option = page.locator("#search-list [role=option]").first
    expect(option).to_contain_text("lettres")
    expect(option).to_contain_text(f"Carré {COL}, −{-ROW}")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text("Position")
    expect(panel.locator(".rows li")).to_have_count(2)  # PE 100 and ZRG 9
    expect(panel).to_contain_text("Lualaba")
    assert "point=-10.695833,25.504167" in page.evaluate("location.hash")
    panel.locator(".rows button", has_text="100").click()
    expect(panel.locator("h2")).to_have_text("100")
    assert "point=" not in page.evaluate("location.hash")


def test_an_ambiguous_pair_is_offered_in_both_orders(open_page: OpenPage) -> None:
    page = open_page()
    search(page, "25,5 -10,7")
    options = page.locator("#search-list [role=option]")
    expect(options).to_have_count(2)
    expect(options.first).to_contain_text("longitude puis latitude")
    expect(options.last).to_contain_text("Hors des limites du pays")
    page.click("[data-language=en]")
    search(page, "25.5, -10.7")
    expect(options.first).to_contain_text("longitude, then latitude")


def test_a_carre_is_outlined_kept_in_the_address_and_forgotten(open_page: OpenPage) -> None:
    page = open_page()
    search(page, f"carré {COL + 1}, {ROW + 1}")
    page.keyboard.press("Enter")
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text(f"Carré {COL + 1}, −{-ROW - 1}")
    expect(panel.locator(".rows li")).to_have_count(3)  # PE 100, PER 101, ZRG 9
    assert f"carre={COL + 1},{ROW + 1}" in page.evaluate("location.hash")
    page.click("[data-language=en]")
    expect(panel.locator("h2")).to_have_text(f"Cell {COL + 1}, −{-ROW - 1}")
    page.click("#panel-close")
    assert "carre=" not in page.evaluate("location.hash")
    search(page, "carré 5, 7")
    page.keyboard.press("Enter")
    expect(panel.locator(".chip")).to_have_text("Outside the limits of the country (indicative)")
    expect(panel.locator(".empty")).to_have_text("No known title on this cell.")
    page.fill("#search-input", "zzzzqqq")
    expect(page.locator("#search-note")).to_contain_text("Nothing matches")


def test_a_permalink_opens_a_carre_or_a_point(open_page: OpenPage) -> None:
    page = open_page(f"#carre={COL},{ROW}")
    panel = page.locator("#panel")
    expect(panel.locator("h2")).to_have_text(f"Carré {COL}, −{-ROW}")
    page.evaluate("location.hash = '#point=-10.695833,25.504167'")
    expect(panel.locator("h2")).to_have_text("Position")
    expect(panel.locator(".rows li")).to_have_count(2)
    page.evaluate("location.hash = '#point=x'")
    expect(panel).to_be_hidden()
