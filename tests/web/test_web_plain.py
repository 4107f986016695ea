"""Pages without script, in a Chromium whose scripts are switched off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from desk_house import address_of
from playwright.sync_api import Browser, Page, expect
from story_house import HOLDER, House, open_house
from story_route_b import NOTICE, company_proposes, egc_coordinates

pytestmark = pytest.mark.web


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    with open_house(database, Path(tmp_path_factory.mktemp("d")), date(2025, 3, 3)) as opened:
        file = company_proposes(opened)
        egc_coordinates(opened, file)
        opened.clock.go_to(date(2025, 3, 12))
        opened.officer.step(file, "publish_notice", payload=NOTICE)
        opened.titles["file"] = file
        yield opened


@contextmanager
def without_script(browser: Browser, house: House, path: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": 360, "height": 700}, java_script_enabled=False, locale="fr-FR"
    )
    page = context.new_page()
    page.goto(address_of(house) + path)
    yield page
    context.close()


def test_from_the_map_to_a_province_and_its_titles(browser: Browser, house: House) -> None:
    with without_script(browser, house, "/") as page:
        page.click("noscript a")
        page.click("text=Lualaba")
        expect(page.locator("tbody tr")).to_have_count(2)
        expect(page.locator("tbody")).to_contain_text("PE 525")
        expect(page.locator("tbody")).to_contain_text(HOLDER)
        expect(page.locator("tbody")).to_contain_text("100")
        page.click("text=English")
        expect(page.locator("h2").first).to_have_text("Open public notices")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_another_province_is_empty_and_an_unknown_one_refused(
    browser: Browser, house: House
) -> None:
    with without_script(browser, house, "/simple/province/Ituri") as page:
        expect(page.locator("main")).to_contain_text("Aucun titre")
    with without_script(browser, house, "/simple/province/Atlantide") as page:
        expect(page.locator("body")).to_contain_text("Atlantide")


def test_an_objection_by_a_plain_form_sent_twice_is_one(browser: Browser, house: House) -> None:
    with without_script(browser, house, "/simple?lang=fr") as page:
        page.click("main ul a")
        page.fill("#reason", "Nos champs. <script>alert(1)</script>")
        page.fill("#place", "au bord de la rivière")
        page.click("button")
        reference = page.locator("#reference").inner_text()
        secret = page.locator("#secret").inner_text()
        assert reference.startswith("OBJ-")
        page.reload()  # the browser sends the form again
        assert page.locator("#reference").inner_text() == reference
        assert page.locator("#secret").inner_text() == secret
    listed = house.legal.get(f"/files/{house.titles['file']}/objections")
    assert [one["reference"] for one in listed] == [reference]


def test_a_form_from_another_site_is_refused(house: House) -> None:
    sent = {"client_key": "0b7d4c0e-6a56-4d0e-9df0-1f64bb8c2f11", "reason": "x"}
    answer = house.public.client.post(
        "/simple/notice/1", data=sent, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403


def test_a_refused_form_comes_back_with_what_was_written(house: House) -> None:
    sent = {"client_key": "0b7d4c0e-6a56-4d0e-9df0-1f64bb8c2f12", "reason": "   ", "place": "<b>"}
    notice = house.public.get("/notices")["items"][0]["id"]
    answer = house.public.client.post(
        f"/simple/notice/{notice}", data=sent, headers=house.public.home
    )
    assert answer.status_code == 422
    assert 'value="&lt;b&gt;"' in answer.text
    assert 'role="alert"' in answer.text
