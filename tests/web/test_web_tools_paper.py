"""The page to print, in a browser without WebGL: one sheet of A4, sharp, at a true scale."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO

import pypdf
import pyproj
import pytest
from playwright.sync_api import Page, Route, expect
from test_web_accessible import violations
from test_web_page import open_by_search
from test_web_tools import NEAR, TO_METRES, begin

pytestmark = pytest.mark.web

OpenPage = Callable[..., Page]

GEOD = pyproj.Geod(ellps="WGS84")
TO_DEGREES = pyproj.Transformer.from_crs("EPSG:3857", "EPSG:4326", always_xy=True)
CUT = """
() => [".sheet", ".sheet-side", ".legend-of-print", ".sheet-foot"].filter((name) => {
  const node = document.querySelector(name);
  return node.scrollHeight > node.clientHeight + 1 || node.scrollWidth > node.clientWidth + 1;
})
"""
SCALES = """
async ([extent, size]) => {
  const { viewOf, roundUp } = await import("/static/js/tools/print_map.js");
  const { barLength } = await import("/static/js/tools/print_sheet.js");
  const bars = [999, 1000, 4999, 0.3].map(barLength);
  return [viewOf(extent, size), [1, 1.1, 149, 8001].map(roundUp), bars];
}
"""


def pdf_of(page: Page) -> pypdf.PdfReader:
    """What the browser makes of the page to print."""
    begin(page, "print", "[data-do=print]:enabled")
    return pypdf.PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))


def text_of(pdf: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def test_the_view_prints_on_one_page_with_all_that_paper_needs(open_page: OpenPage) -> None:
    page = open_page(NEAR)
    open_by_search(page, "100")
    page.wait_for_timeout(500)
    begin(page, "print", "[data-do=print]:enabled")
    page.fill("#print-title", "Le permis 100")
    expect(page.locator(".print-bar [role=status]")).to_have_text("La carte est prête.")
    assert violations(page) == []
    assert page.evaluate(CUT) == []
    pdf = pypdf.PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    (paper,) = pdf.pages
    assert [float(side) * 25.4 / 72 for side in paper.mediabox[2:]] == pytest.approx(
        [297, 210], abs=0.3
    )
    text = text_of(pdf)
    for needed in (
        *("Le permis 100", "Légende", "PE Permis d’exploitation", "Titre choisi : 100"),
        *("Situation au", "telle que connue aujourd’hui", "Registre, révision", "Échelle 1 :"),
        *("fictif, à titre d’illustration", "Natural Earth", "pas un extrait officiel", "WGS 84"),
    ):
        assert needed in text, needed
    assert page.url in text.replace(" ", "")
    assert "A4 en paysage" not in text, "what the screen says about printing stays on the screen"
    assert max(image.image.width for image in paper.images if image.image) > 2200, "288 dpi"
    page.keyboard.press("Escape")
    expect(page.locator(".print-view")).to_have_count(0)
    expect(page.locator("#menu-button")).to_be_focused()
    assert page.evaluate("document.querySelector('link[href*=\"print.css\"]').disabled")


def test_paper_of_a_real_register_says_nothing_of_a_demonstration(open_page: OpenPage) -> None:
    page = open_page(f"{NEAR}&on_day=2024-02-03&off=PE&fade=titles:50", width=390, height=844)

    def real(route: Route) -> None:
        answer = json.loads(route.fetch().text())
        route.fulfill(json={**answer, "demonstration": False})

    page.route("**/api/v1/summary", real)
    page.click("[data-language=en]")
    text = text_of(pdf_of(page))
    assert "illustration" not in text
    assert "As of 3 February 2024" in text
    assert "Titles at 50% opacity" in text
    assert "PE Exploitation permit" not in text, "what is switched off is not in the legend"
    assert violations(page) == []


def test_the_printed_scale_is_true(open_page: OpenPage) -> None:
    page = open_page(NEAR)
    west, south = TO_METRES.transform(25.1, -11.4)
    east, north = TO_METRES.transform(26.3, -10.2)
    view, rounded, bars = page.evaluate(SCALES, [[west, south, east, north], [800, 600]])
    assert rounded == [1, 1.2, 150, 10000]
    assert bars == pytest.approx([500, 1000, 4000, 0.2])
    x, y = view["center"]
    reach = 100 * view["resolution"]
    ends = [TO_DEGREES.transform(x + side * reach, y) for side in (-1, 1)]
    on_paper = 200 * 0.0254 / 96
    assert GEOD.inv(*ends[0], *ends[1])[2] == pytest.approx(view["scale"] * on_paper, rel=5e-4)
    assert view["resolution"] * 800 >= east - west
    assert view["resolution"] * 600 >= north - south
