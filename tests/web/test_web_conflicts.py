"""Conflicts on the page: reported from an observation, heard, mediated; two people at once."""

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


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    with open_house(database, Path(tmp_path_factory.mktemp("d")), date(2025, 3, 3)) as opened:
        deliver_activity(opened)
        yield opened


def menu(page: Page, entry: str) -> None:
    """Choose an entry of the menu."""
    page.click("#menu-button")
    page.click(f"[data-menu={entry}]")


def write(page: Page, form: str, **values: str) -> None:
    """Fill a form of the panel and send it."""
    page.locator(f"[data-form={form}] > summary").click()
    for name, value in values.items():
        field = page.locator(f"[data-form={form}] [name={name}]")
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.click(f"[data-do=send-{form}]")


def test_a_conflict_from_an_observation_to_the_mediation(browser: Browser, house: House) -> None:
    with at_desk(browser, house, "officer") as page:
        page.expected_faults = ["409"]  # type: ignore[attr-defined]
        page.goto(f"{address_of(house)}/#map=10.5/-10.7/25.5")
        menu(page, "activityList")
        page.click("[data-observation] >> nth=0")
        page.click("[data-do=report-conflict]")
        page.fill("[data-form=activity] [name=summary]", "Activité vue lors d’une visite.")
        page.click("[data-do=send-activity]")
        expect(page.locator("#panel [role=status]")).to_have_text("Conflit CF-2025-00001 ouvert.")
        expect(page.locator("#panel")).to_contain_text("KOLWEZI SUD MINING SARL")
        assert violations(page) == []

        page.click("[data-step=hear]")
        page.click("[data-do=confirm-step]")
        alert = page.locator("#panel [role=alert]:visible")
        expect(alert).to_contain_text("pas encore entendus")

        write(page, "positions", text="Nous y travaillerons en 2026.", on_day="2025-03-01")
        expect(page.locator("#panel")).to_contain_text("Nous y travaillerons en 2026.")
        page.click("[data-step=hear]")
        page.click("[data-do=confirm-step]")
        expect(page.locator("[data-state=positions_heard]")).to_be_visible()

        house.supervisor.step(1, "mediate")
        page.click("[data-step=mediate]")
        page.click("[data-do=confirm-step]")
        expect(page.locator("[data-state=mediation]")).to_be_visible()
        expect(page.locator("#panel [role=status]")).to_contain_text("a avancé entre-temps")

        write(
            page,
            "meetings",
            on_day="2025-03-02",
            place="Kolwezi",
            outcome="progress",
            text="Les parties se reverront.",
        )
        expect(page.locator("#panel")).to_contain_text("Les parties se reverront.")
        page.click("[data-language=en]")
        expect(page.locator("#panel")).to_contain_text("in mediation")
        assert "illegal" not in page.locator("#panel").inner_text().lower()


def test_a_holder_sees_its_case_and_others_do_not(browser: Browser, house: House) -> None:
    with at_desk(browser, house, "company") as page:
        menu(page, "conflictsList")
        page.click("[data-case]")
        expect(page.locator("#panel h2")).to_have_text("CF-2025-00001")
        expect(page.locator("[data-form=positions]")).to_be_visible()
        expect(page.locator("[data-form=meetings]")).to_have_count(0)
        expect(page.locator("[data-step]")).to_have_count(0)
    with at_desk(browser, house, "neighbour", 390, 844) as page:
        menu(page, "conflictsList")
        expect(page.locator("#panel .empty")).to_be_visible()
        expect(page.locator("[data-case]")).to_have_count(0)
