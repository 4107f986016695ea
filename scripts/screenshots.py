#!/usr/bin/env python3
"""Take the pictures of ``docs/images`` from the demonstration register (for maintainers).

    .venv/bin/python scripts/screenshots.py

Makes a demonstration of its own in a temporary folder, brings one file to public notice, serves
it, takes the main screens at 1280 and 390 px, and removes everything. Needs what `make run` and
`make test` need: PostgreSQL with PostGIS, the development libraries (Playwright), Chromium;
CHROMIUM names another than /usr/bin/chromium. Look at the pictures before you commit them.
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from api.cluster import Cluster

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
STEP = 4
"""Of 256 levels of a colour's channel."""
WIDE, NARROW = (1280, 800), (390, 844)
ACCOUNT = re.compile(r"^\s+(\w+)\s+(\S+)\s+(company|officer|egc)$")
SCAN = ("accord.pdf", b"%PDF-1.4 demonstration", "application/pdf")
AGREEMENT = {
    "kind": "EGC",
    "substances": ["Co", "Cu"],
    "agreement_reference": "Accord de démonstration",
    "agreement_on": "2026-01-15",
    "starts_on": "2027-01-01",
    "ends_on": "2032-01-01",
    "transfers_rights": False,
}


@dataclass
class Demonstration:
    """A served demonstration: its address, an account (login, password) for each of three roles."""

    address: str
    accounts: dict[str, tuple[str, str]] = field(default_factory=dict)
    permit: int = 0
    """The company's largest granted permit."""

    @contextmanager
    def somebody(self, role: str | None = None) -> Iterator[httpx.Client]:
        """Speak to the server as whoever has a role, or as nobody."""
        origin = {"Origin": self.address}
        with httpx.Client(base_url=f"{self.address}/api/v1", headers=origin, timeout=60) as client:
            if role:
                name, password = self.accounts[role]
                sent(client, "/session", json={"name": name, "password": password})
            yield client


def sent(client: httpx.Client, path: str, **body: Any) -> Any:
    """Send something; the script ends where it is refused."""
    answer = client.post(path, **body)
    if answer.is_error:
        raise SystemExit(f"{path}: {answer.status_code} {answer.text}")
    return answer.json()


@contextmanager
def demonstration() -> Iterator[Demonstration]:
    """Serve a new demonstration register, and remove it afterwards."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        cluster = Cluster.of_project(HOUSE, Path(folder), "test")  # one that may be removed
        cluster.start()
        urls = cluster.create_database("pictures")
        databases = {"": urls.owner, "APP_": urls.app, "PUBLIC_": urls.public}
        settings = {f"DATABASE_{name}URL": url for name, url in databases.items()}
        settings |= {"MABELE_DATA_DIR": folder, "PORT": str(port), "PYTHONUNBUFFERED": "1"}
        command = [str(Path(sys.executable).parent / "mabele"), "up"]
        environment = {**os.environ, **settings}
        server = subprocess.Popen(
            command, cwd=HOUSE, env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            yield begun(server, port)
        finally:
            server.terminate()
            server.wait()
            cluster.remove()


def begun(server: subprocess.Popen[str], port: int) -> Demonstration:
    """Read what a starting server says, until it answers."""
    made = Demonstration(f"http://127.0.0.1:{port}")
    for line in server.stdout or ():
        if found := ACCOUNT.match(line.rstrip()):
            login, password, role = found.groups()
            made.accounts.setdefault(role, (login, password))
        if "answers on" in line:
            return made
    raise SystemExit("The demonstration did not start.")


def at_notice(made: Demonstration) -> int:
    """Bring 12 carrés of the company's largest granted permit to public notice; return its id."""
    with made.somebody("company") as company:
        titles = company.get("/own-titles").json()
        granted = [one for one in titles if one["kind"] == "PE" and one["state"] == "granted"]
        host = max(granted, key=lambda one: one["cells"])
        shape = company.get(f"/titles/{host['title_id']}/geometry").json()
        draft = {
            "machine": "allocation",
            "subject": "route_b",
            "party_id": host["party_ids"][0],
            "host_title_id": host["title_id"],
            "province": "Lualaba",
            "runs": block(shape["properties"]["runs"], 4, 3),
            "content": AGREEMENT,
        }
        file = sent(company, "/files", json=draft)["id"]
        for kind in ("consent", "egc_agreement"):
            sent(company, f"/files/{file}/documents", data={"kind": kind}, files={"document": SCAN})
        step(company, file, "file")
    with made.somebody("egc") as egc:
        step(egc, file, "coordinate", reason="Accord conforme au standard.")
    with made.somebody("officer") as officer:
        notice = {"days": 30, "length_basis": "usage des consultations locales"}
        step(officer, file, "publish_notice", payload=notice)
    return int(host["title_id"])


def step(client: httpx.Client, file: int, action: str, **order: Any) -> None:
    """Take a step of a file, having read it."""
    seen = client.get(f"/files/{file}").json()["steps"]
    order |= {"action": action, "expected_steps": seen}
    sent(client, f"/files/{file}/steps", json=order)


def block(runs: list[list[int]], width: int, height: int) -> list[list[int]]:
    """Return the first rectangle of carrés that lies in runs [row, from, to)."""
    rows = {row: (low, high) for row, low, high in runs}
    for bottom, (low, _) in sorted(rows.items()):
        wanted = range(bottom, bottom + height)
        if all(row in rows and rows[row][0] <= low <= rows[row][1] - width for row in wanted):
            return [[row, low, low + width] for row in wanted]
    raise SystemExit("The company's largest permit holds no such rectangle.")


def subject(made: Demonstration) -> int:
    """Return the title with the most overlaps, then with the most different verdicts.

    Overlaps with a kind that the map does not show at first are left out.
    """
    with made.somebody() as public:
        kinds = public.get("/style").json()["kinds"]
        overlaps = public.get("/overlaps", params={"limit": 200}).json()["items"]
    shown = {kind["code"] for kind in kinds if kind["shown"]}
    verdicts: defaultdict[int, list[str]] = defaultdict(list)
    for overlap in overlaps:
        sides = (overlap["a"], overlap["b"])
        if all(side["kind"] in shown for side in sides):
            for side in sides:
                verdicts[side["id"]].append(overlap["verdict"])
    return max(verdicts, key=lambda id_: (len(verdicts[id_]), len(set(verdicts[id_])), -id_))


def settle(page: Page) -> None:
    """Wait until the map stands still."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)


def sign_in(page: Page, made: Demonstration, role: str) -> None:
    """Sign in by the page."""
    name, password = made.accounts[role]
    page.click("#session-button")
    page.fill("#session-name", name)
    page.fill("#session-password", password)
    page.keyboard.press("Enter")
    page.wait_for_selector("#desk-button:not([hidden])")


def card(page: Page, made: Demonstration) -> None:
    """A title's card, the ground around it in view."""
    page.wait_for_selector("#panel .card-title")
    settle(page)
    if page.locator(".ol-zoom-out").is_visible():
        page.click(".ol-zoom-out")


def country(page: Page, made: Demonstration) -> None:
    """The whole country."""
    settle(page)


def time(page: Page, made: Demonstration) -> None:
    """Another day, and what changed since another."""
    page.click("#time-button")
    page.wait_for_selector("#time-slider")
    page.fill("#time-day", "2020-01-01")
    page.dispatch_event("#time-day", "change")
    page.fill("#changes-first", "2019-01-01")
    page.fill("#changes-second", "2020-01-01")
    page.click("[data-do=changes]")
    page.wait_for_selector("[data-change]")


def desk(page: Page, made: Demonstration) -> None:
    """A company's desk."""
    sign_in(page, made, "company")
    page.click("#desk-button")
    page.wait_for_selector("[data-propose]")


def drawing(page: Page, made: Demonstration) -> None:
    """Twenty carrés drawn by keys on an own permit, and what the law says of them."""
    desk(page, made)
    page.click(f"[data-propose=route_b-{made.permit}]")
    page.click("[data-do=draw]")
    page.wait_for_selector(".toolbar")
    settle(page)
    page.focus("#map")
    page.keyboard.down("Shift")
    for key in ("ArrowRight",) * 4 + ("ArrowUp",) * 3:
        page.keyboard.press(key)
    page.keyboard.up("Shift")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-check=fresh]", timeout=60_000)


def notices(page: Page, made: Demonstration) -> None:
    """A notice on which people may speak."""
    page.click("#notices-button")
    page.locator("[data-notice]").first.click()
    page.wait_for_selector("[data-do=object]")


def paper(page: Page, made: Demonstration) -> None:
    """The page to print."""
    page.wait_for_selector("#panel .card-title")
    settle(page)
    page.click("#menu-button")
    page.click("[data-menu=print]")
    page.wait_for_selector("[data-do=print]:enabled", timeout=60_000)


Scene = Callable[[Page, Demonstration], None]


@dataclass(frozen=True)
class Picture:
    """One picture: its file, window, scene, what the address says, and the language."""

    file: str
    window: tuple[int, int]
    scene: Scene
    fragment: str = ""
    language: str = "fr"


def pictures(title: int) -> list[Picture]:
    """Return what is taken; ``title`` has the most overlaps."""
    chosen = f"#title={title}"
    both = {"time": time, "desk": desk, "drawing": drawing, "notices": notices}
    wide = [Picture(f"{name}-fr.png", WIDE, scene) for name, scene in both.items()]
    narrow = [Picture(f"{name}-fr-narrow.png", NARROW, scene) for name, scene in both.items()]
    return [
        Picture("map-fr.png", WIDE, card, chosen),
        Picture("map-en-narrow.png", NARROW, card, chosen, "en"),
        Picture("country-fr.png", WIDE, country, "#on=graticule"),
        Picture("country-fr-narrow.png", NARROW, country),
        Picture("print-fr.png", WIDE, paper, chosen),
        *wide,
        *narrow,
    ]


def coarser(channel: int) -> int:
    """Return a channel in steps that no eye tells apart, and that pack better."""
    return min(255, (channel + STEP // 2) // STEP * STEP)


def take(browser: Browser, made: Demonstration, picture: Picture, folder: Path) -> int:
    """Take one picture; returns its size in bytes."""
    width, height = picture.window
    context = browser.new_context(
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        locale={"fr": "fr-FR", "en": "en-GB"}[picture.language],
    )
    context.add_init_script(f"localStorage.setItem('mabele.language', '{picture.language}')")
    page = context.new_page()
    page.goto(f"{made.address}/{picture.fragment}")
    page.wait_for_selector("body[data-ready]")
    picture.scene(page, made)
    page.mouse.move(0, 0)
    settle(page)
    image = Image.open(BytesIO(page.screenshot()))
    context.close()
    image.convert("RGB").point(coarser).save(folder / picture.file, optimize=True)
    return (folder / picture.file).stat().st_size


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description="Take the pictures of docs/images.")
    parser.add_argument("--out", type=Path, default=HOUSE / "docs" / "images")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    heavy: list[str] = []
    with demonstration() as made, sync_playwright() as playwright:
        made.permit = at_notice(made)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for picture in pictures(subject(made)):
            size = take(browser, made, picture, options.out)
            print(f"{picture.file}: {size / 1000:.0f} kB")
            heavy += [picture.file] * (size > MOST_BYTES)
        browser.close()
    if heavy:
        raise SystemExit(f"Larger than {MOST_BYTES / 1000:.0f} kB: {', '.join(heavy)}")


if __name__ == "__main__":
    main()
