"""Somebody without an account objects on a telephone, loses the connection, and follows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from desk_house import address_of
from playwright.sync_api import Browser, Page, expect
from story_house import House, open_house
from story_route_b import NOTICE, company_proposes, egc_coordinates
from test_web_accessible import violations

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
def a_telephone(browser: Browser, house: House, language: str = "fr") -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{address_of(house)}/")
    page.wait_for_selector("body[data-ready]")
    page.click(f"[data-language={language}]")
    yield page
    assert faults == []
    context.close()


def at_the_form(page: Page) -> None:
    page.click("#notices-button")
    page.click("[data-notice]")
    page.click("[data-do=object]")
    page.wait_for_selector("[data-field=reason]")


def test_three_steps_a_lost_connection_one_objection_and_its_receipt(
    browser: Browser, house: House
) -> None:
    with a_telephone(browser, house) as page:
        expect(page.locator("#notices-button")).to_contain_text("1")
        page.click("#notices-button")
        page.click("[data-notice]")
        expect(page.locator("#panel")).to_contain_text("12 carrés")
        expect(page.locator("#panel")).to_contain_text("11 avril 2025")
        assert violations(page) == [], "a notice"
        page.click("[data-do=object]")
        page.click("[data-do=next]")  # nothing written: the browser asks for it
        page.fill("[data-field=reason]", "Nos champs et le chemin de l’école. <b>")
        assert violations(page) == [], "the first step"
        page.click("[data-do=next]")
        page.wait_for_selector("[data-field=words]")
        page.wait_for_timeout(500)  # the view glides to the notice
        page.touchscreen.tap(195, 180)
        expect(page.locator("#panel [role=status]")).to_contain_text("Lieu marqué : 10°")
        page.click("[data-do=next]")
        page.fill("[data-field=name]", "Mama Kabedi")
        page.context.set_offline(True)
        page.click("[data-do=send]")
        expect(page.locator("#panel [role=alert]")).to_contain_text("une seule opposition")
        page.context.set_offline(False)
        page.click("[data-do=send]")
        page.wait_for_selector(".codes")
        page.touchscreen.tap(
            195, 180
        )  # a touch beside it takes nothing away: the codes are shown once
        page.wait_for_timeout(500)  # a single click is told after 250 ms
        assert violations(page) == [], "the receipt"
        reference = page.locator("[data-code=reference]").inner_text()
        secret = page.locator("[data-code=secret]").inner_text()
        page.click("[data-do=receipt-follow]")
        page.fill("#follow-reference", reference)
        page.fill("#follow-secret", secret[:-1] + ("A" if secret[-1] != "A" else "B"))
        page.click("[data-do=show-objection]")
        expect(page.locator("#panel [role=alert]")).to_contain_text("ne vont pas ensemble")
        page.fill("#follow-secret", secret)
        page.click("[data-do=show-objection]")
        expect(page.locator("#panel")).to_contain_text("Nos champs et le chemin de l’école. <b>")
        expect(page.locator("#panel")).to_contain_text("reçue")
    listed = house.legal.get(f"/files/{house.titles['file']}/objections")
    assert [one["reference"] for one in listed] == [reference]


def test_a_touch_is_answered_as_it_was_meant(browser: Browser, house: House) -> None:
    with a_telephone(browser, house) as page:
        at_the_form(page)
        page.wait_for_timeout(500)  # the view glides to the notice
        page.evaluate(
            """document.addEventListener("click", (event) => {
                if (document.getElementById("map").contains(event.target))
                    document.querySelector("[data-do=previous]").click();
            }, { once: true })"""
        )
        page.touchscreen.tap(195, 180)  # while a place is asked for; the form closes at once
        expect(page.locator("[data-do=object]")).to_be_visible()
        page.wait_for_timeout(600)  # a single click is told after 250 ms
        expect(page.locator("[data-do=object]")).to_be_visible()


def test_what_was_written_waits_on_the_device(browser: Browser, house: House) -> None:
    with a_telephone(browser, house, "en") as page:
        at_the_form(page)
        page.fill("[data-field=reason]", "Our fields.")
        page.reload()
        page.wait_for_selector("body[data-ready]")
        at_the_form(page)
        expect(page.locator("[data-field=reason]")).to_have_value("Our fields.")
        page.click("[data-do=previous]")
        expect(page.locator("[data-do=object]")).to_be_visible()
