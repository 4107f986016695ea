"""A card's parts that open, and the table of the titles in view, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from drawn_register import COL, COMPANY, FILE, OFFICER, ROW, WITHHELD_HOLDER
from playwright.sync_api import Page, Route, expect
from test_web_accessible import violations

pytestmark = pytest.mark.web

OpenPage = Callable[..., Page]
AT_PE_100 = f"#map=14/{(ROW + 5) / 120:.5f}/{(COL + 5) / 120:.5f}"
PARTS = ("vertices", "history", "documents")


def open_card(page: Page, code: str) -> None:
    page.fill("#search-input", code)
    page.wait_for_selector("#search-list:not([hidden])")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .card-title")


def open_part(page: Page, name: str) -> None:
    """By keyboard alone: the summary takes the focus, and Enter; what is open stays so."""
    part = page.locator(f"[data-part={name}]")
    if part.get_attribute("open") is None:
        part.locator("> summary").focus()
        page.keyboard.press("Enter")
    part.locator(".table, .events, .documents, .empty").first.wait_for()


def test_vertices_are_asked_for_when_opened_copied_and_downloaded(open_page: OpenPage) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    open_card(page, "100")
    assert not any(path.endswith(PARTS) for path in asked)
    open_part(page, "vertices")
    assert [path.rpartition("/")[2] for path in asked if path.endswith(PARTS)] == ["vertices"]
    rows = page.locator("[data-part=vertices] tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.nth(1)).to_contain_text("10° 42′ 00″ S")  # row -1284 × 30″
    expect(rows.nth(1)).to_contain_text("25° 30′ 00″ E")  # column 3060 × 30″
    page.click("[data-do=copy-vertices]")
    expect(page.locator("#announcer")).to_have_text("4 sommets copiés.")
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert copied[2] == "10° 42′ 00″ S  25° 30′ 00″ E"
    page.click("[data-notation=decimal]")
    expect(rows.nth(1)).to_contain_text("10,7000000")
    expect(page.locator("[data-notation=decimal]")).to_be_focused()
    with page.expect_download() as download:
        page.click("[data-do=vertices-csv]")
    assert download.value.suggested_filename == "vertices-100.csv"
    page.click("[data-language=en]")
    expect(rows.nth(1)).to_contain_text("10.7000000")
    expect(page.locator("[data-part=vertices] h3")).to_have_text("Vertices")


def test_history_and_documents_say_what_each_may_read(open_page: OpenPage) -> None:
    page = open_page()
    open_card(page, "105")
    open_part(page, "vertices")
    expect(page.locator("[data-part=vertices]")).to_contain_text("tel que reçu")
    open_part(page, "history")
    event = page.locator("[data-event=granted]")
    expect(event).to_contain_text(FILE)
    expect(event).to_contain_text("Nom réservé")
    expect(page.locator("#panel")).not_to_contain_text(WITHHELD_HOLDER)
    open_part(page, "documents")
    expect(page.locator("[data-part=documents] .empty")).to_have_text(
        "Aucun document public pour ce titre."
    )
    page.click("#session-button")
    page.fill("#session-name", OFFICER[0])
    page.fill("#session-password", OFFICER[1])
    page.keyboard.press("Enter")
    expect(page.locator("#session-label")).to_have_text("Agent d’essai")
    open_card(page, "105")
    open_part(page, "history")
    expect(event).to_contain_text(WITHHELD_HOLDER)
    open_part(page, "documents")
    expect(page.locator("[data-part=documents] a")).to_contain_text("carte de retombes")


def test_more_overlaps_come_in_pages(open_page: OpenPage) -> None:
    page = open_page()

    def only_the_first(route: Route) -> None:
        """As the server answers for a title with more overlaps than a card takes."""
        answer = route.fetch()
        card = answer.json()
        card["overlaps"] = card["overlaps"][:1]
        route.fulfill(response=answer, body=json.dumps(card))

    page.route(re.compile(r"/titles/\d+$"), only_the_first)
    open_card(page, "100")
    rulings = page.locator("#panel .ruling")
    expect(rulings).to_have_count(1)
    expect(page.locator("#panel .panel-body [role=status]")).to_have_text("1 sur 3")
    page.click("[data-do=more-overlaps]")
    expect(rulings).to_have_count(3)
    expect(page.locator("#panel .rows > li").nth(1).locator("button")).to_be_focused()
    expect(page.locator("[data-do=more-overlaps]")).to_have_count(0)


def test_what_is_in_view_is_a_table_that_follows_map_and_layers(open_page: OpenPage) -> None:
    page = open_page(AT_PE_100)
    page.click("#menu-button")
    page.click("[data-menu=allTitlesView]")
    rows = page.locator("#panel .table tbody tr")
    expect(rows).to_have_count(3)  # 100, 101, ZEA-1; reserves are not shown until switched on
    expect(rows.first).to_contain_text("100")
    expect(rows.first).to_contain_text("8\u202f496")  # 8,495.5 ha
    expect(page.locator("#panel [role=status]")).to_have_text("3 sur 3 dans la vue")
    assert violations(page) == []
    page.uncheck("[data-layer=PER]")
    page.click("[data-do=view-again]")
    expect(rows).to_have_count(2)
    rows.first.locator("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("100")
    expect(page.locator("#panel .facts")).to_contain_text(COMPANY)


def test_a_narrow_card_with_all_open_keeps_its_width(open_page: OpenPage) -> None:
    page = open_page(AT_PE_100, width=390, height=844)
    open_card(page, "100")
    for part in PARTS:
        open_part(page, part)
    assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [390, 390]
    body = "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)"
    assert page.evaluate(f"{body}(document.getElementById('panel-body'))") <= 0
    assert violations(page) == []
