"""Artisanal activity on the page: what was seen, ground not surveyed, place and list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from activity_house import deliver_activity
from desk_house import address_of, at_desk
from playwright.sync_api import Browser, Page, expect
from story_house import House, open_house
from test_web_accessible import violations

pytestmark = pytest.mark.web

VIEW = "#map=10.5/-10.6/25.5"


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    with open_house(database, Path(tmp_path_factory.mktemp("d")), date(2025, 3, 3)) as opened:
        deliver_activity(opened)
        yield opened


def show(page: Page, house: House) -> None:
    """Open the list of activity around Kolwezi, from the menu."""
    page.goto(f"{address_of(house)}/{VIEW}")
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.click("#menu-button")
    page.click("[data-menu=activityList]")
    page.wait_for_selector(".activity-table")


def hatched(page: Page, lon: float, lat: float) -> bool:
    """Whether the hatch of “not surveyed” lies over a place on the map."""
    return page.evaluate(
        """async ([lon, lat]) => {
          const { mapItself } = await import("/static/js/map.js");
          const map = mapItself();
          await new Promise((done) => { map.once("rendercomplete", done); map.render(); });
          const [x, y] = map.getPixelFromCoordinate(ol.proj.fromLonLat([lon, lat]));
          const canvas = document.querySelector(".silence canvas");
          const [width, height] = map.getSize();
          const at = [x * canvas.width / width, y * canvas.height / height].map(Math.round);
          return canvas.getContext("2d").getImageData(...at, 1, 1).data[3] > 0;
        }""",
        [lon, lat],
    )


def test_the_public_sees_public_sources_and_what_was_not_surveyed(
    browser: Browser, house: House
) -> None:
    with at_desk(browser, house, "company") as page:
        show(page, house)
        expect(page.locator("#legend")).to_contain_text("Essai public")
        expect(page.locator("#legend")).not_to_contain_text("Essai interne")
        expect(page.locator("[data-observation]")).to_have_count(3)
        assert not hatched(page, 25.42, -10.7), "surveyed by the public source"
        assert hatched(page, 25.55, -10.7), "east of what it looked at"
        assert hatched(page, 25.5, -10.28), "surveyed by the source for offices alone"
        expect(page.locator("[data-surveyed]")).to_have_attribute("data-surveyed", "in_part")
        assert violations(page) == []
        page.uncheck("[data-layer=activity-essai]")
        assert hatched(page, 25.42, -10.7), "without its source nothing is known of it"


def test_an_office_sees_its_own_sources_too(browser: Browser, house: House) -> None:
    with at_desk(browser, house, "officer") as page:
        show(page, house)
        expect(page.locator("#legend")).to_contain_text("Essai interne")
        assert not hatched(page, 25.42, -10.7)
        assert not hatched(page, 25.5, -10.28)
        assert hatched(page, 25.42, -10.45), "between both"


def test_months_leave_out_what_has_no_day_in_them(browser: Browser, house: House) -> None:
    with at_desk(browser, house, "company") as page:
        show(page, house)
        page.fill("#activity-from", "2022-01")
        page.fill("#activity-to", "2022-12")
        page.click("[data-do=reread]")
        expect(page.locator("[data-observation]")).to_have_count(1)
        expect(page.locator(".activity-table")).to_contain_text("Essai ouest")
        assert "months=2022-01,2022-12" in page.url
        page.fill("#activity-from", "2015-01")
        page.fill("#activity-to", "2015-12")
        assert hatched(page, 25.42, -10.7), "nobody looked in those months"
        page.click("[data-do=reread]")
        expect(page.locator("#panel .empty")).to_contain_text("cela ne dit rien")
        expect(page.locator("[data-surveyed]")).to_have_attribute("data-surveyed", "nowhere")
        page.click("[data-do=all-months]")
        assert "months=" not in page.url


def test_an_observation_says_its_place_and_what_is_not_stated(
    browser: Browser, house: House
) -> None:
    with at_desk(browser, house, "company") as page:
        show(page, house)
        page.focus("[data-observation] >> nth=0")
        page.keyboard.press("Enter")
        place = page.locator("[data-place=inside_permit_no_allocation]")
        expect(place).to_contain_text("PE 525")
        expect(place).to_contain_text("KOLWEZI SUD MINING SARL")
        expect(page.locator("#panel .facts")).to_contain_text("153 jours avant le 3 mars 2025")
        expect(page.locator("#panel .facts")).to_contain_text("non indiquée")
        page.click("[data-language=en]")
        expect(place).to_contain_text("inside a title, without artisanal allocation")
        assert "illegal" not in page.locator("#panel").inner_text().lower()
        assert violations(page) == []


def test_a_click_on_the_map_offers_the_title_and_what_was_seen(
    browser: Browser, house: House
) -> None:
    with at_desk(browser, house, "company") as page:
        show(page, house)
        page.click("#panel-close")
        page.evaluate(
            """async (at) => (await import("/static/js/map.js")).mapItself()
                 .getView().setCenter(ol.proj.fromLonLat(at))""",
            [(3060 + 2.5) / 120, (-1290 + 2.5) / 120],
        )
        page.wait_for_timeout(400)
        page.focus("#map")
        page.keyboard.press("Enter")
        rows = page.locator("#panel .rows .row")
        expect(rows).to_have_count(2)
        rows.filter(has_text="essai").click()
        expect(page.locator("[data-place]")).to_be_visible()
