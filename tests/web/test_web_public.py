"""Downloads and delays on the page: read, taken, in both languages, wide and narrow."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from story_house import House, open_house
from test_web_accessible import violations
from test_web_objection import a_telephone

pytestmark = pytest.mark.web


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    with open_house(database, Path(tmp_path_factory.mktemp("d")), date(2025, 3, 3)) as opened:
        yield opened


@pytest.mark.parametrize(
    ("language", "province", "none"),
    [("fr", "2 terrains", "aucun titre"), ("en", "2 pieces of ground", "no title")],
)
def test_a_province_is_taken_whole(
    browser: Browser, house: House, language: str, province: str, none: str
) -> None:
    with a_telephone(browser, house, language) as page:
        page.click("#menu-button")
        page.click("[data-menu=downloads]")
        row = page.locator("#panel tr", has_text="Lualaba")
        expect(row).to_contain_text(province)
        expect(page.locator("#panel tr", has_text="Kinshasa")).to_contain_text(none)
        assert violations(page) == []
        with page.expect_download() as taken:
            row.locator("a").click()
        assert taken.value.suggested_filename == "mabele-lualaba.zip"
        sha256 = hashlib.sha256(Path(taken.value.path()).read_bytes()).hexdigest()
        page.locator("#panel summary").click()
        expect(page.locator(".sums")).to_contain_text(sha256)


def test_delays_say_that_there_are_too_few_files(browser: Browser, house: House) -> None:
    with a_telephone(browser, house) as page:
        page.click("#menu-button")
        page.click("[data-menu=delays]")
        expect(page.locator("#panel")).to_contain_text("Pas encore assez de dossiers")
        page.click("[data-language=en]")
        expect(page.locator("#panel")).to_contain_text("Not yet enough files for a statistic.")
        assert violations(page) == []
