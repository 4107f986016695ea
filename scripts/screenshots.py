#!/usr/bin/env python3
"""Take the pictures of the README from a running server that shows the demonstration.

    make run                                              # in one terminal
    .venv/bin/python scripts/screenshots.py http://127.0.0.1:8000

Both show the title with the most overlaps, its card open: in French on a desktop, in English on a
telephone. Needs the development libraries (Playwright) and Chromium; CHROMIUM names another than
/usr/bin/chromium.
"""

from __future__ import annotations

import argparse
import json
import os
import urllib.request
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

HOUSE = Path(__file__).resolve().parents[1]
CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-3d-apis",
    "--disable-background-networking",
    "--no-first-run",
]
SETTLED_MS = 1500
"""Time for the map to draw the tiles that have arrived."""
MOST_BYTES = 300_000


@dataclass(frozen=True)
class Picture:
    """One picture: its file, language and window, and how many steps back from the title."""

    file: str
    language: str
    width: int
    height: int
    back: int


PICTURES = (
    Picture("map-fr.png", "fr", 1280, 800, back=1),
    Picture("map-en-narrow.png", "en", 390, 844, back=0),
)


def get(address: str, path: str) -> Any:
    """Return a JSON resource of the server."""
    with urllib.request.urlopen(f"{address}/api/v1{path}") as answer:
        return json.load(answer)


def subject(address: str) -> int:
    """Return the title with the most overlaps, then with the most different verdicts.

    Overlaps with a kind that the map does not show at first are left out.
    """
    shown = {kind["code"] for kind in get(address, "/style")["kinds"] if kind["shown"]}
    verdicts: defaultdict[int, list[str]] = defaultdict(list)
    for overlap in get(address, "/overlaps?limit=200")["items"]:
        sides = (overlap["a"], overlap["b"])
        if all(side["kind"] in shown for side in sides):
            for side in sides:
                verdicts[side["id"]].append(overlap["verdict"])
    if not verdicts:
        raise SystemExit(f"{address} shows no overlap: is the demonstration loaded?")
    return max(verdicts, key=lambda id_: (len(verdicts[id_]), len(set(verdicts[id_])), -id_))


def settle(page: Page) -> None:
    """Wait until the map stands still."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)


def take(browser: Browser, address: str, title: int, picture: Picture, folder: Path) -> int:
    """Take one picture; returns its size in bytes."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height}, reduced_motion="reduce"
    )
    context.add_init_script(f"localStorage.setItem('mabele.language', '{picture.language}')")
    page = context.new_page()
    page.goto(f"{address}/#title={title}")
    page.wait_for_selector("body[data-ready]")
    page.wait_for_selector("#panel .card-title")
    settle(page)
    for _ in range(picture.back):
        page.click(".ol-zoom-out")
        settle(page)
    page.mouse.move(0, 0)
    image = page.screenshot(path=folder / picture.file)
    context.close()
    return len(image)


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description="Take the pictures of the README.")
    parser.add_argument("address", help="address of a running server, as http://127.0.0.1:8000")
    parser.add_argument("--out", type=Path, default=HOUSE / "docs" / "images")
    options = parser.parse_args()
    address = options.address.rstrip("/")
    options.out.mkdir(parents=True, exist_ok=True)
    title = subject(address)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for picture in PICTURES:
            size = take(browser, address, title, picture, options.out)
            print(f"{picture.file}: {size / 1000:.0f} kB")
            if size > MOST_BYTES:
                raise SystemExit(f"{picture.file} is larger than {MOST_BYTES / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main()
