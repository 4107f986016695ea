"""The slider over legal time and the second clock, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from desk_house import address_of
from playwright.sync_api import Browser, Page, expect
from story_house import COL, ROW, House, open_house, rectangle
from test_web_accessible import violations

from geo.register.connection import UnitOfWork
from geo.register.orders import ActOrder
from geo.register.writer import shrink

pytestmark = pytest.mark.web

GIVEN_UP = rectangle(COL, ROW, 10, 2)


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    with open_house(database, Path(tmp_path_factory.mktemp("d")), date(2025, 3, 3)) as opened:
        with UnitOfWork(opened.engine, actor="officer", reason="two rows given up") as unit:
            act = ActOrder("relinquishment", "Arrêté 7", date(2020, 6, 1))
            shrink(unit, opened.titles["PE 525"], GIVEN_UP, act)
            unit.commit()
        yield opened


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.goto(f"{address_of(house)}/")
    opened.wait_for_selector("body[data-ready]")
    yield opened
    assert faults == []
    context.close()


def figure(page: Page) -> str:
    page.fill("#search-input", "PE 525")
    page.wait_for_selector("#search-list:not([hidden])")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .card-title")
    return page.locator("#panel .figures dd").first.inner_text()


def test_another_day_is_shown_on_card_map_and_address(page: Page) -> None:
    assert figure(page) == "80"
    page.click("#time-button")
    page.wait_for_selector("#time-slider")
    assert violations(page) == []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.fill("#time-day", "2020-05-31")
    page.dispatch_event("#time-day", "change")
    expect(page.locator("#time-label")).to_contain_text("31 mai 2020")
    assert figure(page) == "100"
    assert any("tiles/titles" in url and "on=2020-05-31" in url for url in asked)
    assert "on_day=2020-05-31" in page.url
    page.reload()
    page.wait_for_selector("body[data-ready]")
    expect(page.locator("#time-label")).to_contain_text("31 mai 2020")
    assert page.locator("#panel .figures dd").first.inner_text() == "100"
    page.click("#time-button")
    page.click("[data-do=today]")
    expect(page.locator("#time-label")).to_have_text("Aujourd’hui")
    assert figure(page) == "80"


def test_the_slider_moves_by_keys(page: Page) -> None:
    page.click("#time-button")
    page.focus("#time-slider")
    page.keyboard.press("Home")
    expect(page.locator("#time-label")).not_to_have_text("Aujourd’hui")
    page.keyboard.press("End")
    expect(page.locator("#time-label")).to_have_text("Aujourd’hui")


def test_what_changed_is_a_list(page: Page) -> None:
    page.click("[data-language=en]")
    page.click("#time-button")
    page.fill("#changes-first", "2020-01-01")
    page.fill("#changes-second", "2021-01-01")
    page.click("[data-do=changes]")
    row = page.locator("[data-change]")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("reduced")
    expect(row).to_contain_text("−20 cells")
    page.fill("#changes-second", "2019-01-01")
    page.click("[data-do=changes]")
    expect(page.locator("#panel [role=alert]")).to_contain_text("after the first")


def test_the_second_clock_shows_what_was_known(page: Page) -> None:
    page.click("#time-button")
    page.fill("#time-known", "2001-01-01")
    page.dispatch_event("#time-known", "change")
    expect(page.locator("#time-label")).to_contain_text("telle que connue le 1 janvier 2001")
    expect(page.locator("#panel")).to_contain_text("dernier contrôle")
