"""A company's own reference layers: sent, shown while drawing, seen by nobody else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from desk_house import at_desk, propose
from playwright.sync_api import Browser, Page, expect
from story_house import COL, ROW, House, open_house

pytestmark = pytest.mark.web


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    with open_house(database, Path(tmp_path_factory.mktemp("d")), date(2025, 3, 3)) as opened:
        yield opened


@pytest.fixture(scope="module")
def pits(tmp_path_factory) -> Path:
    ring = [[(COL + x) / 120, (ROW + y) / 120] for x, y in ((1, 1), (4, 1), (3, 3), (1, 1))]
    feature = {
        "type": "Feature",
        "properties": {"nom": "Fosse nord"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file = Path(tmp_path_factory.mktemp("pits")) / "fosses.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return file


def private_on_map(page: Page) -> int:
    """How many layers of one's own are drawn."""
    return int(
        page.evaluate(
            'async () => (await import("/static/js/map.js")).mapItself().getLayers().getArray()'
            '.filter((layer) => String(layer.get("name")).startsWith("private-")).length'
        )
    )


def test_own_layers_are_sent_shown_while_drawing_and_leave_with_their_owner(
    browser: Browser, house: House, pits: Path
) -> None:
    with at_desk(browser, house, "company", width=390, height=844) as page:
        page.click("#menu-button")
        page.click("[data-menu=privateLayers]")
        page.fill("#private-new", "Fosses 2025")
        page.set_input_files("#private-file", pits)
        page.click("[data-do=private-send]")
        box = page.locator("[data-private]")
        expect(box).to_be_checked()
        assert private_on_map(page) == 1
        propose(page, "route_a")
        page.click(".coordinates > summary:has-text('Mes couches')")
        expect(page.locator("[data-private]")).to_be_checked()
        page.click("[data-private]")
        expect(page.locator("[data-private]")).not_to_be_checked()
        assert private_on_map(page) == 0
        page.click("[data-private]")
        page.wait_for_function("document.querySelector('[data-private]').checked")
        page.click("[data-do=discard]")
    (kept,) = house.company.get("/private-layers")
    assert house.company.get(f"/private-layers/{kept['id']}")["features"]
    assert house.people["neighbour"].get("/private-layers") == []
