"""A card's parts that open, and the table of the titles in view, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from drawn_register import COL, COMPANY, FILE, OFFICER, ROW, WITHHELD_HOLDER
from playwright.sync_api import Page, expect
from test_web_accessible import violations

pytestmark = pytest.mark.web

OpenPage = Callable[..., Page]
AT_PE_100 = f"#map=14/{(ROW + 5) / 120:.5f}/{(COL + 5) / 120:.5f}"


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
    inside = ".table, .events, .documents, .empty"
    part.locator(inside).first.wait_for()


def test_parts_are_asked_for_when_they_are_opened(open_page: OpenPage) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_card(page, "100")
    parts = ("vertices", "history", "documents")
    assert not any(f"/{part}" in url for url in asked for part in parts)
    for part in parts:
        open_part(page, part)
        assert any(url.endswith(f"/{part}") for url in asked)
    assert violations(page) == []


def test_vertices_in_both_notations_copied_and_downloaded(open_page: OpenPage) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_card(page, "100")
    open_part(page, "vertices")
    rows = page.locator("[data-part=vertices] tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.nth(1)).to_contain_text("10° 42′ 00″ S")
    expect(rows.nth(1)).to_contain_text("25° 30′ 00″ E")
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


def test_vertices_off_the_grid_are_said_to_be_as_received(open_page: OpenPage) -> None:
    page = open_page()
    open_card(page, "105")
    open_part(page, "vertices")
    expect(page.locator("[data-part=vertices]")).to_contain_text("tel que reçu")


def test_history_and_documents_say_what_the_public_may_read(open_page: OpenPage) -> None:
    page = open_page()
    open_card(page, "105")
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


def test_what_is_in_view_is_a_table_that_follows_map_and_layers(open_page: OpenPage) -> None:
    page = open_page(AT_PE_100)
    page.click("#menu-button")
    page.click("[data-menu=allTitlesView]")
    rows = page.locator("#panel .table tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("100")
    expect(rows.first).to_contain_text("8\u202f496")  # 8,495.5 ha
    expect(page.locator("#panel [role=status]")).to_have_text("4 sur 4 dans la vue")
    assert violations(page) == []
    page.uncheck("[data-layer=PER]")
    page.click("[data-do=view-again]")
    expect(rows).to_have_count(3)
    rows.first.locator("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel h2")).to_have_text("100")
    expect(page.locator("#panel .facts")).to_contain_text(COMPANY)


def test_a_narrow_card_with_all_open_does_not_scroll_sideways(open_page: OpenPage) -> None:
    page = open_page(AT_PE_100, width=390, height=844)
    open_card(page, "100")
    for part in ("vertices", "history", "documents"):
        open_part(page, part)
    assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [390, 390]
    body = page.evaluate(
        "(({scrollWidth, clientWidth}) => [scrollWidth, clientWidth])"
        "(document.getElementById('panel-body'))"
    )
    assert body[0] <= body[1]
    assert violations(page) == []
