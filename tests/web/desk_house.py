"""People at the desk: a served register with permits near Kolwezi, a browser for each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page
from story_house import PASSWORD, House

READY = "body[data-ready]"


def address_of(house: House) -> str:
    """Where the house is served."""
    return str(house.company.client.base_url).rstrip("/")


@contextmanager
def at_desk(
    browser: Browser, house: House, login: str, width: int = 1280, height: int = 800
) -> Iterator[Page]:
    """A page of somebody signed in, who ends without a fault and without calling another host."""
    home = address_of(house)
    context = browser.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    faults: list[str] = []
    strangers: list[str] = []
    page.on(
        "console", lambda message: faults.append(message.text) if message.type == "error" else 0
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda request: (
            strangers.append(request.url)
            if urlsplit(request.url).netloc != urlsplit(home).netloc
            and urlsplit(request.url).scheme not in {"data", "blob"}
            else None
        ),
    )
    page.goto(f"{home}/")
    page.wait_for_selector(READY)
    page.click("#session-button")
    page.fill("#session-name", login)
    page.fill("#session-password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#desk-button:not([hidden])")
    page.expected_faults = []  # type: ignore[attr-defined]
    yield page
    expected = page.expected_faults  # type: ignore[attr-defined]
    assert [one for one in faults if not any(part in one for part in expected)] == []
    assert strangers == []
    context.close()


def propose(page: Page, subject: str) -> None:
    """Open the desk and begin a proposal on the first own title."""
    page.click("#desk-button")
    page.click(f"[data-propose^={subject}]")
    page.click("[data-do=draw]")
    page.wait_for_selector(".toolbar")


def carres(page: Page) -> int:
    """How many carrés the panel says."""
    if page.locator(".panel .figures").count() == 0:
        return 0
    text = page.locator(".panel .figures dd").first.inner_text()
    return int("".join(char for char in text if char.isdigit()))


def stretch(page: Page, right: int, up: int) -> None:
    """Select a rectangle from the cursor by keyboard and add it."""
    page.focus("#map")
    page.keyboard.down("Shift")
    for _ in range(right):
        page.keyboard.press("ArrowRight")
    for _ in range(up):
        page.keyboard.press("ArrowUp")
    page.keyboard.up("Shift")
    page.keyboard.press("Enter")


def discard(page: Page) -> None:
    """Give the drawing up."""
    page.click("[data-do=discard]")
    page.click("dialog[open] .primary")
