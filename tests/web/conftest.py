"""The page in a real Chromium, served by a real server on a real register."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from drawn_register import OFFICER, fill, settings_for
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from served import served

from api.app import create_app
from api.auth import Role, keep_account
from geo.register.connection import engine_for

CHROMIUM = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-3d-apis",
    "--disable-background-networking",
    "--no-first-run",
]


@dataclass
class Watch:
    """What a page did that no page of ours may do."""

    host: str
    faults: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    def request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.strangers.append(url)


@pytest.fixture(scope="module")
def address(database, tmp_path_factory) -> Iterator[str]:
    """The address of a server on the drawn register."""
    fill(database)
    engine = engine_for(database.app, pool_size=1)
    keep_account(engine, OFFICER[0], "Agent d’essai", Role.OFFICER, OFFICER[1])
    engine.dispose()
    app = create_app(settings_for(database, tmp_path_factory.mktemp("data")))
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium without WebGL; closed at the end, since only one may be driven at a time."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"no Chromium at {CHROMIUM}: install the package chromium, or set CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Open pages; afterwards each must have been silent and have stayed at home."""
    contexts, watches = [], []

    def open_(fragment: str = "", *, width: int = 1280, height: int = 800) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        watch = Watch(urlsplit(address).netloc)
        watches.append(watch)
        page = context.new_page()
        page.on("console", watch.console)
        page.on("pageerror", lambda error: watch.faults.append(str(error)))
        page.on("request", lambda request: watch.request(request.url))
        page.watch = watch  # type: ignore[attr-defined]
        page.goto(f"{address}/{fragment}")
        page.wait_for_selector("body[data-ready]")
        return page

    yield open_
    for context in contexts:
        context.close()
    for watch in watches:
        assert watch.faults == []
        assert watch.strangers == []
