"""axe-core finds no violation on any page, in either language, wide and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from desk_house import at_desk, propose, stretch
from playwright.sync_api import Browser, Page
from story_house import House, open_house

pytestmark = pytest.mark.web

TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    with open_house(database, Path(tmp_path_factory.mktemp("d")), date(2025, 3, 3)) as opened:
        yield opened


def violations(page: Page) -> list[str]:
    """What axe objects to, each with the element and the reason."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(
    ("language", "width", "height"), [("fr", 1280, 800), ("en", 390, 844)], ids=["fr", "en-narrow"]
)
def test_every_page_is_free_of_violations(
    browser: Browser, house: House, language: str, width: int, height: int
) -> None:
    with at_desk(browser, house, "company", width, height) as page:
        page.click(f"[data-language={language}]")
        assert violations(page) == [], "the map"
        page.fill("#search-input", "PE 5")
        page.wait_for_selector("#search-list:not([hidden])")
        assert violations(page) == [], "search"
        page.keyboard.press("Enter")
        page.wait_for_selector("#panel .card-title")
        assert violations(page) == [], "a card"
        page.click("#desk-button")
        page.wait_for_selector("[data-propose]")
        assert violations(page) == [], "the desk"
        propose(page, "route_b")
        stretch(page, right=2, up=1)
        page.wait_for_selector("[data-check=fresh]")
        page.locator(".coordinates > summary").first.click()
        assert violations(page) == [], "drawing"
        page.locator("[data-do=help]").click()
        page.wait_for_selector("dialog[open]")
        assert violations(page) == [], "shortcuts"
        page.click("dialog[open] .primary")
        page.click("[data-do=save]")
        page.wait_for_selector("[data-do=save][disabled]")
        page.click("[data-do=discard]")
        page.wait_for_selector("[data-do=edit-ground]")
        page.click("[data-do=routes]")
        page.wait_for_selector(".compare")
        assert violations(page) == [], "a file"
        page.click("[data-do=edit-ground]")
        page.wait_for_selector(".toolbar")
        page.click("[data-do=discard]")


def test_signing_in_is_free_of_violations(browser: Browser, house: House) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(str(house.company.client.base_url))
    page.wait_for_selector("body[data-ready]")
    page.click("#session-button")
    page.wait_for_selector("dialog[open]")
    assert violations(page) == []
    context.close()
