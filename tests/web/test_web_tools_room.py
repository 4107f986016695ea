"""What stands on the map stands apart, inside the screen, and leaves the map the most room."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from test_web_page import open_by_search
from test_web_tools import NEAR

pytestmark = pytest.mark.web

OpenPage = Callable[..., Page]
Box = list[float]

BOXES = """
() => {
  const parts = {
    bar: ".bar", legend: ".legend", panel: ".panel", scale: ".scale", pointer: ".pointer",
    credits: ".credits", notices: ".notices", demo: ".demo", zoom: ".ol-zoom",
  };
  const seen = Object.entries(parts)
    .map(([name, selector]) => [name, document.querySelector(selector)])
    .filter(([, node]) => node?.checkVisibility({ visibilityProperty: true }));
  return Object.fromEntries(seen.map(([name, node]) => {
    const { left, top, right, bottom } = node.getBoundingClientRect();
    return [name, [left, top, right, bottom]];
  }));
}
"""


def overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def seen(page: Page, width: int, height: int) -> dict[str, Box]:
    """The boxes of what stands on the map; none may leave the screen."""
    boxes: dict[str, Box] = page.evaluate(BOXES)
    for name, (left, top, right, bottom) in boxes.items():
        assert min(left, top) >= 0, name
        assert right <= width, name
        assert bottom <= height, name
    return boxes


def assert_apart(boxes: dict[str, Box], width: int, height: int) -> None:
    names = sorted(boxes)
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            assert not overlap(boxes[one], boxes[other]), (one, boxes[one], other, boxes[other])
    free = width * height - sum(area(box) for box in boxes.values())
    assert free > max(area(box) for box in boxes.values()), "the map is the largest thing"


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 800), (390, 844)])
def test_nothing_overlaps_and_the_map_is_the_largest(
    open_page: OpenPage, language: str, width: int, height: int
) -> None:
    page = open_page(NEAR, width=width, height=height)
    page.click(f"[data-language={language}]")
    page.evaluate("document.getElementById('notices-button').hidden = false")
    page.evaluate("document.getElementById('notices-count').textContent = '12'")
    page.mouse.move(width / 2, height / 2)
    assert_apart(seen(page, width, height), width, height)
    open_by_search(page, "100")
    page.wait_for_timeout(500)
    boxes = seen(page, width, height)
    if width < 760:  # a sheet over the map's foot, which it covers by design
        boxes = {name: box for name, box in boxes.items() if name in {"bar", "panel", "demo"}}
    assert {"bar", "panel", "demo"} <= set(boxes)
    assert_apart(boxes, width, height)
