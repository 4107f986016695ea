"""The page in Chromium and the live check over HTTP, on a register of 15,000 synthetic rights.

The limits that stand beside the figures are those of the product's promises: a first load of at
most 700 KB compressed, a first useful map within 10 s at 400 kbit/s and 400 ms, the national view
under 300 KB.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import uvicorn
from command import PROJECT
from importing import AS_OF, database
from playwright.sync_api import Browser, Page, sync_playwright
from registers import demonstration
from timing import Measure

from api.app import create_app
from api.auth import Role, keep_account
from api.cluster import Addresses
from api.settings import Settings
from geo.register.connection import engine_for

RIGHTS = 15_000
CHECKS = 200
LOADS = 3
PASSWORD = "correct horse battery"
LINK = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-3d-apis")
FLAGS += ("--disable-background-networking", "--no-first-run")


def measures() -> list[Measure]:
    """Measure the first load on two links, and the live check."""
    with tempfile.TemporaryDirectory() as folder, database() as addresses:
        fill(addresses, Path(folder))
        with serving(addresses, Path(folder)) as address, chromium() as browser:
            fast = [first_load(browser, address, None) for _ in range(LOADS)]
            slow = [first_load(browser, address, LINK) for _ in range(LOADS)]
            return [
                loaded("first load, this machine", fast),
                loaded("first load at 400 kbit/s and 400 ms (10 s asked)", slow),
                *brushed(browser, address),
                *checked(address),
            ]


def fill(addresses: Addresses, folder: Path) -> None:
    """Import the synthetic register."""
    register = demonstration(RIGHTS, folder)
    settings = {
        "DATABASE_URL": addresses.owner,
        "DATABASE_APP_URL": addresses.app,
        "DATABASE_PUBLIC_URL": addresses.public,
    }
    for arguments in (
        ["import", str(register), "--source", "bench", "--as-of", AS_OF.isoformat()],
        ["audit"],
    ):
        subprocess.run(
            [sys.executable, "-m", "api.cli", *arguments],
            cwd=PROJECT,
            check=True,
            capture_output=True,
            env=os.environ | settings,
        )
    engine = engine_for(addresses.app)
    keep_account(engine, "bench", "Bench", Role.OFFICER, PASSWORD)
    engine.dispose()


@contextmanager
def serving(addresses: Addresses, folder: Path) -> Iterator[str]:
    """Serve the page in this process and give its address."""
    loaded_settings = replace(
        Settings.load({"MABELE_DATA_DIR": str(folder / "data")}),
        owner_url=addresses.owner,
        app_url=addresses.app,
        public_url=addresses.public,
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(create_app(loaded_settings), log_level="warning", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser of the tests."""
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def first_load(browser: Browser, address: str, link: dict[str, object] | None) -> tuple[float, int]:
    """Return seconds until the map has titles on it, and the bytes that came, compressed."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    if link:
        wire.send("Network.emulateNetworkConditions", link)
    came: list[int] = []
    wire.on("Network.loadingFinished", lambda event: came.append(int(event["encodedDataLength"])))
    started = time.perf_counter()
    page.goto(f"{address}/", wait_until="commit")
    page.wait_for_selector("body[data-ready]", timeout=120_000)
    until_quiet(page, came)
    seconds = time.perf_counter() - started - QUIET_S
    context.close()
    return seconds, sum(came)


QUIET_S = 1.5


def until_quiet(page: Page, came: list[int]) -> None:
    """Wait until nothing more has come for a while: the tiles of the view are drawn then."""
    seen, since = -1, time.perf_counter()
    while time.perf_counter() - since < QUIET_S:
        page.wait_for_timeout(50)
        if len(came) != seen:
            seen, since = len(came), time.perf_counter()


def loaded(what: str, found: list[tuple[float, int]]) -> Measure:
    """Return the median of some loads."""
    seconds = statistics.median(one for one, _ in found)
    size = statistics.median(size for _, size in found)
    return Measure(what, seconds, len(found), note=f"{size / 1000:,.0f} kB (700 kB asked)")


STROKE = """async () => {
  const map = document.querySelector('#map .ol-viewport');
  const { left, top, width, height } = map.getBoundingClientRect();
  const mouse = { bubbles: true, cancelable: true, pointerId: 1, pointerType: 'mouse',
    isPrimary: true, button: 0, buttons: 1 };
  const at = (type, clientX, clientY) =>
    map.dispatchEvent(new PointerEvent(type, { ...mouse, clientX, clientY }));
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const [x, y] = [left + width * 0.35, top + height * 0.15];
  const handled = [], shown = [];
  at('pointerdown', x, y);
  for (let n = 0; n <= 200; n += 1) {
    const line = Math.floor(n / 20);
    const along = line % 2 ? 1 - (n % 20) / 20 : (n % 20) / 20;
    const started = performance.now();
    at('pointermove', x + width * 0.45 * along, y + height * 0.075 * line);
    handled.push(performance.now() - started);
    await frame();
    shown.push(performance.now() - started);
  }
  at('pointerup', x, y);
  return [handled, shown];
}"""
"""A brush to and fro over the map in 200 moves: milliseconds of each until it was handled, and
until the frame after it was drawn."""


def brushed(browser: Browser, address: str) -> list[Measure]:
    """Brush over a drawing of 10,000 carrés."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/#map=10/-9.5/25.5")
    page.wait_for_selector("body[data-ready]")
    page.click("#session-button")
    page.fill("#session-name", "bench")
    page.fill("#session-password", PASSWORD)
    page.keyboard.press("Enter")
    page.click("#desk-button")
    page.click("[data-do=new-zone]")
    page.select_option("#province", "Lualaba")
    page.click("[data-do=draw]")
    page.wait_for_selector(".toolbar")
    page.focus("#map")
    page.keyboard.down("Shift")
    for key in ("Control+ArrowRight", "Control+ArrowUp"):
        for _ in range(10):
            page.keyboard.press(key)
    page.keyboard.up("Shift")
    page.keyboard.press("Enter")
    page.click("[data-tool=brush]")
    page.keyboard.press("5")
    before = drawn(page)
    handled, shown = page.evaluate(STROKE)
    after = drawn(page)
    if not 10_000 <= before < after:
        raise SystemExit(f"the brush drew nothing: {before:,} carrés, then {after:,}")
    context.close()
    note = f"{before:,} carrés before, {after:,} after; slowest {{:.1f}} ms"
    return [
        Measure("a pointer move of the brush, handled", statistics.median(handled) / 1000,
                len(handled), note=note.format(max(handled))),
        Measure("a pointer move of the brush, until the next frame is drawn",
                statistics.median(shown) / 1000, len(shown), note=note.format(max(shown))),
    ]  # fmt: skip


def drawn(page: Page) -> int:
    """How many carrés the panel says."""
    text = page.locator(".panel .figures dd").first.inner_text()
    return int("".join(char for char in text if char.isdigit()))


def checked(address: str) -> list[Measure]:
    """Ask the law of a zone of 20 × 20 carrés that moves over the country, one after another."""
    seconds = []
    with httpx.Client(base_url=address, headers={"Origin": address}, timeout=60) as client:
        named = {"name": "bench", "password": PASSWORD}
        client.post("/api/v1/session", json=named).raise_for_status()
        for number in range(CHECKS + 5):
            col, row = 3000 + 7 * (number % 60), -1300 + 11 * (number // 4)
            runs = [[row + i, col, col + 20] for i in range(20)]
            asked = {"machine": "zone", "subject": "art_109", "province": "Lualaba", "runs": runs}
            asked["content"] = {"kind": "ZEA"}
            started = time.perf_counter()
            client.post("/api/v1/drawing/check", json=asked).raise_for_status()
            seconds.append(time.perf_counter() - started)
    ordered = sorted(seconds[5:])
    return [
        Measure("live check over HTTP, p50", statistics.median(ordered), CHECKS, note="400 carrés"),
        Measure("live check over HTTP, p99", ordered[int(CHECKS * 0.99) - 1], CHECKS),
    ]
