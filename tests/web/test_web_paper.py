"""A filing received on paper: one officer enters, another confirms; it ranks by its receipt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from desk_house import at_desk, stretch
from playwright.sync_api import Browser, Page, expect
from story_house import COL, HOLDER, NEIGHBOUR, PDF, ROW, House, open_house, rectangle
from test_web_accessible import violations

pytestmark = pytest.mark.web
RECEIVED = datetime(2025, 3, 1, 8, 15, tzinfo=UTC)
"""10:15 in Lubumbashi (UTC+2), two days before."""


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    with open_house(database, Path(tmp_path_factory.mktemp("d")), date(2025, 3, 3)) as opened:
        yield opened


def open_screen(page: Page) -> None:
    page.click("#menu-button")
    page.click("[data-menu=paperFiling]")
    page.wait_for_selector("[data-do=new-paper]")


def tab_to(page: Page, selector: str) -> None:
    """Go to a field with the Tab key alone."""
    for _ in range(60):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {selector}")


def type_form(page: Page) -> None:
    """Fill the form with the keyboard alone, up to the scan, which the system's dialog chooses."""
    tab_to(page, "#paper-applicant")
    page.keyboard.type("KOLWEZI")
    page.keyboard.press("Enter")
    page.wait_for_selector("#paper-party:focus")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-paper=applicant]")).to_contain_text(HOLDER)
    tab_to(page, "#paper-right")
    page.keyboard.type("PR")
    tab_to(page, "#paper-substances")
    page.keyboard.type("Cu, Co")
    tab_to(page, "#paper-term")
    page.keyboard.type("5")
    tab_to(page, "#paper-day")
    page.keyboard.type("01032025" if page.evaluate("navigator.language") != "en-US" else "03012025")
    tab_to(page, "#paper-hour")
    page.keyboard.type("1015AM")
    tab_to(page, "#paper-zone")
    page.keyboard.type("Lub")
    tab_to(page, "#paper-reason")
    page.keyboard.type("Panne d’électricité")


def test_one_enters_another_confirms_and_the_rank_is_of_the_receipt(
    browser: Browser, house: House
) -> None:
    with at_desk(browser, house, "officer") as page:
        open_screen(page)
        page.keyboard.press("Shift+Tab")
        tab_to(page, "[data-do=new-paper]")
        page.keyboard.press("Enter")
        page.wait_for_selector(".paper-form")
        assert violations(page) == []
        type_form(page)
        expect(page.locator("[data-paper=means]")).to_contain_text("09:15 à Kinshasa")
        scan = {"name": "scan.pdf", "mimeType": "application/pdf", "buffer": PDF}
        page.set_input_files("#paper-scan", files=[scan])
        page.click("[data-language=en]")
        expect(page.locator("#paper-reason")).to_have_value("Panne d’électricité")
        expect(page.locator("#paper-zone")).to_have_value("east")
        assert page.evaluate("document.querySelector('#paper-scan').files[0].name") == "scan.pdf"
        page.click("[data-language=fr]")
        tab_to(page, "[data-do=draw-paper]")
        page.keyboard.press("Enter")
        page.wait_for_selector(".toolbar")
        stretch(page, right=1, up=1)
        page.click("[data-do=save]")
        page.wait_for_selector("[data-do=save][disabled]")
        page.click("[data-do=discard]")
        page.click("[data-do=enter-paper]")
        page.wait_for_selector("[data-do=back-to-desk]")
        file = max(one["id"] for one in house.officer.get("/files"))
        entered = house.officer.get(f"/files/{file}")
        assert entered["state"] == "paper_entered"
        assert datetime.fromisoformat(entered["paper_received_at"]) == RECEIVED
        open_screen(page)
        page.click(f"[data-paper-file='{file}']")
        expect(page.locator("[data-paper=own]")).to_be_visible()
        expect(page.locator("[data-do=confirm-paper]")).to_have_count(0)
    refused = house.officer.try_step(file, "confirm_paper")
    assert refused.status_code in {403, 409}

    runs = entered["versions"][-1]["runs"]
    later = house.neighbour.open(
        machine="title",
        subject="new",
        content={"kind": "PR", "substances": ["Cu"], "term_years": 5},
        runs=runs,
        party_id=house.parties[NEIGHBOUR],
    )
    house.neighbour.step(later, "file")
    number = house.neighbour.get(f"/files/{later}")["number"]

    with at_desk(browser, house, "officer2", 390, 844) as page:
        page.expected_faults = ["409", "400"]  # type: ignore[attr-defined]
        page.click("[data-language=en]")
        open_screen(page)
        page.click(f"[data-paper-file='{file}']")
        expect(page.locator("[data-paper=received]")).to_contain_text("10:15 in Lubumbashi")
        expect(page.locator("[data-paper=entered]")).to_contain_text("M. officer")
        expect(page.locator("#panel")).to_contain_text("Panne d’électricité")
        line = page.locator(f"[data-displaced='{number}']")
        expect(line).to_contain_text(str(sum(run[2] - run[1] for run in runs)))
        assert violations(page) == []
        scan_link = page.get_attribute("[data-paper=scan]", "href") or ""
        assert house.officer2.client.get(scan_link).content == PDF

        second = house.neighbour.open(
            machine="title",
            subject="new",
            content={"kind": "PR", "substances": ["Cu"], "term_years": 5},
            runs=runs[:1],
            party_id=house.parties[NEIGHBOUR],
        )
        house.neighbour.step(second, "file")
        page.fill("#paper-note", "Vu le registre papier")
        page.check("#paper-seen")
        page.click("[data-do=confirm-paper]")
        expect(page.locator("#panel [role=alert]")).to_contain_text("Read them again")
        expect(page.locator("[data-displaced]")).to_have_count(2)
        expect(page.locator("#paper-note")).to_have_value("Vu le registre papier")
        expect(page.locator("#paper-seen")).not_to_be_checked()
        page.screenshot(path="/tmp/mabele/shots6/paper_confirm_390_en.png")
        page.check("#paper-seen")
        page.click("[data-do=confirm-paper]")
        expect(page.locator("[data-state=filed]")).to_be_visible()
        expect(page.locator("[data-paper=mark]")).to_contain_text("Filed on paper")
    made = house.officer.get(f"/files/{file}")
    assert datetime.fromisoformat(made["filed_at"]) == RECEIVED
    rival = house.officer.get(f"/files/{later}")
    assert datetime.fromisoformat(rival["filed_at"]) > RECEIVED
    findings = house.officer.get(f"/files/{later}/check", moment="review")["findings"]
    against = [one for one in findings if made["number"] in str(one["message"])]
    assert against, [one["message"]["en"] for one in findings]


def test_what_is_sent_back_says_why(browser: Browser, house: House) -> None:
    file = house.officer.open(
        machine="title",
        subject="new",
        content={"kind": "PR"},
        runs=rectangle(COL + 60, ROW, 2, 2).to_lists(),
        party_id=house.parties[HOLDER],
        paper_received_at="2025-03-02T09:00:00+01:00",
        paper_reason="Panne",
    )
    house.officer.add(file, "scan")
    house.officer.step(file, "enter_paper", reason="Panne")
    with at_desk(browser, house, "supervisor") as page:
        open_screen(page)
        page.click(f"[data-paper-file='{file}']")
        expect(page.locator("#panel .empty")).to_be_visible()
        page.screenshot(path="/tmp/mabele/shots6/paper_confirm_1280_fr.png")
        page.click("[data-do=return-paper]")
        expect(page.locator("#panel [role=alert]")).to_contain_text("pourquoi")
        page.fill("#paper-note", "Copie illisible")
        page.click("[data-do=return-paper]")
        expect(page.locator("[data-do=new-paper]")).to_be_visible()
    whole = house.officer.get(f"/files/{file}")
    assert (whole["state"], whole["history"][-1]["reason"]) == ("draft", "Copie illisible")


def test_the_menu_has_it_for_the_cadastre_alone(browser: Browser, house: House) -> None:
    with at_desk(browser, house, "company") as page:
        page.click("#menu-button")
        expect(page.locator("[data-menu=paperFiling]")).to_have_count(0)
