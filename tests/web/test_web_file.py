"""The official's file: opinions drafted, versions on the map, refusals that lose nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import story_route_b as b
from desk_house import at_desk, stretch
from playwright.sync_api import Browser, Page, expect
from story_house import House, open_house
from test_web_accessible import violations

pytestmark = pytest.mark.web


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    """A file by route B, coordinated by EGC."""
    with open_house(database, Path(tmp_path_factory.mktemp("d")), date(2025, 3, 3)) as opened:
        b.egc_coordinates(opened, b.company_proposes(opened))
        yield opened


def open_file(page: Page, file: int) -> None:
    page.click("#desk-button")
    page.click(f"[data-file='{file}']")
    page.wait_for_selector("[data-do=back-to-desk]")


def file_of(house: House) -> int:
    return int(max(one["id"] for one in house.officer.get("/files")))


COUNTED = """([r, g, b]) => {
  const near = (data, i) => data[i + 3] > 200 && Math.abs(data[i] - r) < 12
    && Math.abs(data[i + 1] - g) < 12 && Math.abs(data[i + 2] - b) < 12;
  let found = 0;
  for (const canvas of document.querySelectorAll('#map canvas')) {
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    for (let i = 0; i < data.length; i += 4) found += near(data, i) ? 1 : 0;
  }
  return found;
}"""


def pixels(page: Page, colour: tuple[int, int, int]) -> int:
    """How many pixels of the map's canvases are about of a colour."""
    return int(page.evaluate(COUNTED, list(colour)))


def test_the_public_notice_asks_for_its_last_day_and_a_refusal_keeps_what_was_typed(
    browser: Browser, house: House
) -> None:
    house.clock.go_to(date(2025, 3, 12))
    with at_desk(browser, house, "officer") as page:
        page.expected_faults = ["422", "400", "409"]  # type: ignore[attr-defined]
        open_file(page, file_of(house))
        page.click("[data-step=publish_notice]")
        page.fill("#step-closes_on", "2025-03-01")
        page.fill("#step-length_basis", "Usage des consultations locales")
        assert violations(page) == []
        page.click("[data-do=confirm-step]")
        expect(page.locator("dialog[open] [role=alert]")).to_be_visible()
        expect(page.locator("#step-length_basis")).to_have_value("Usage des consultations locales")
        page.fill("#step-closes_on", "2025-04-11")
        page.click("[data-do=confirm-step]")
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(page.locator("#panel .chips")).to_contain_text("consultation")
    notice = house.public.get("/notices?status=open")["items"][0]
    assert notice["closes_on"] == "2025-04-11"


def test_somebody_elses_step_is_told_before_ones_own(browser: Browser, house: House) -> None:
    house.clock.go_to(date(2025, 4, 12))
    file = file_of(house)
    with at_desk(browser, house, "officer") as page:
        page.expected_faults = ["409"]  # type: ignore[attr-defined]
        open_file(page, file)
        page.click("[data-step=close_consultation]")
        house.officer2.step(file, "close_consultation")
        page.click("[data-do=confirm-step]")
        told = page.locator("dialog[open] .meanwhile")
        expect(told).to_contain_text("officer2")
        expect(told).to_contain_text("n’est plus possible")
        page.click("[data-do=cancel-step]")


def test_versions_are_compared_in_numbers_and_in_colour(browser: Browser, house: House) -> None:
    file = file_of(house)
    house.officer.step(file, "ask_amendment", reason="Retirer les deux carrés des champs.")
    changed = {"content": b.AGREEMENT, "runs": b.KEPT.to_lists(), "expected_version": 1}
    house.company.send(f"/files/{file}/version", 200, method="PUT", json=changed)
    house.company.step(file, "resubmit_smaller")
    with at_desk(browser, house, "officer") as page:
        open_file(page, file)
        page.wait_for_timeout(600)  # the view glides to the ground
        red = (180, 35, 24)
        before = pixels(page, red)
        page.click("[data-compare='2']")
        said = page.locator("[data-compared='2']")
        expect(said).to_contain_text("0 carrés gagnés · 2 carrés perdus")
        expect(said).to_contain_text("12 carrés avant, 10 carrés après")
        page.wait_for_timeout(600)
        assert pixels(page, red) > before + 100
        assert violations(page) == []
        page.click("[data-language=en]")
        expect(said).to_contain_text("0 cells gained · 2 cells lost")
        page.click("[data-compare='2']")
        expect(said).to_have_count(0)
        page.wait_for_timeout(300)
        assert pixels(page, red) <= before


def test_an_opinion_is_drafted_read_over_and_signed_by_another(
    browser: Browser, house: House
) -> None:
    file = file_of(house)
    with at_desk(browser, house, "officer") as page:
        open_file(page, file)
        page.click("[data-step=propose_favourable]")
        text = page.input_value("#step-reason")
        assert text.startswith("Avis favorable sur le dossier A-2025-00001")
        assert "version 2 (10 carrés, 849,550 ha)" in text
        assert "selon le droit du 3 mars 2025" in text
        page.fill("#step-reason", f"{text}\nRelu par l’agent.")
        page.click("[data-do=confirm-step]")
        expect(page.locator("dialog[open]")).to_have_count(0)
        page.click("[data-do=back-to-desk]")
        page.click(f"[data-file='{file}']")
        page.click("#panel details:has-text('Historique') > summary")
        expect(page.locator(".said").last).to_contain_text("Avis favorable sur le dossier")
        expect(page.locator(".said").last).to_contain_text("Relu par l’agent.")
    with at_desk(browser, house, "officer2") as page:
        open_file(page, file)
        page.click("[data-step=confirm_favourable]")
        told = page.locator("dialog[open] .confirmed")
        expect(told).to_contain_text("Proposer un avis favorable, par M. officer")
        expect(told).to_contain_text("0 carrés gagnés, 2 perdus")
        assert violations(page) == []
        page.click("[data-do=confirm-step]")
        expect(page.locator("dialog[open]")).to_have_count(0)
    assert house.officer.get(f"/files/{file}")["history"][-1]["action"] == "confirm_favourable"


def test_an_officer_draws_a_zone_and_proposes_it(browser: Browser, house: House) -> None:
    """From the empty desk to a proposed zone, whose province's authorities are asked."""
    with at_desk(browser, house, "officer") as page:
        page.evaluate("location.hash = '#map=11/-10.2/25.0'")
        page.wait_for_timeout(500)
        page.click("#desk-button")
        page.click("[data-do=new-zone]")
        expect(page.locator("#province")).to_have_value("Lualaba")
        assert violations(page) == []
        page.click("[data-do=draw]")
        page.wait_for_selector(".toolbar")
        stretch(page, right=1, up=1)
        page.fill("#fact-name", "Zone de l’essai")
        page.click("[data-do=save]")
        expect(page.locator("[data-do=save]")).to_be_disabled()
        page.click("[data-do=discard]")
        page.click("[data-step=propose]")
        page.click("[data-do=confirm-step]")
        expect(page.locator("dialog[open]")).to_have_count(0)
    (zone,) = [one for one in house.officer.get("/files") if one["machine"] == "zone"]
    assert (zone["province"], zone["state"]) == ("Lualaba", "proposed")
    made = house.officer.get(f"/files/{zone['id']}")["versions"][-1]
    assert (made["cells"], made["content"]["name"]) == (4, "Zone de l’essai")
