"""The EGC officer's story in a real browser: areas, layout with its rules, cooperatives, standard,
production; by pointer and by keys, in French and in English, wide and narrow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from desk_house import at_desk
from layout_house import TODAY, TUMAINI, layout_house, square
from playwright.sync_api import Browser, Page, expect
from story_house import COL, ROW, House
from test_web_accessible import violations

pytestmark = pytest.mark.web


@contextmanager
def at_work(browser: Browser, house: House, login: str, *size: int) -> Iterator[Page]:
    """A page of somebody at the desk; what does not come in 8 s does not come."""
    with at_desk(browser, house, login, *size) as page:
        page.set_default_timeout(8000)
        yield page


@pytest.fixture(scope="module")
def egc_house(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple]:
    with layout_house(database, Path(tmp_path_factory.mktemp("d"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def desk(browser: Browser, egc_house) -> Iterator[Page]:
    """EGC's officer, who signs in once for all tests: each takes some 3 s."""
    with at_work(browser, egc_house[0], "egc") as page:
        yield page


@pytest.fixture
def officer(desk: Page) -> Page:
    """The officer's page as a test begins: nothing drawn, in French, wide."""
    desk.set_viewport_size({"width": 1280, "height": 800})
    desk.click("[data-language=fr]")
    if desk.locator(".layout-tools").count():
        discard(desk)
    return desk


def open_area(page: Page, area: int) -> None:
    """Open the list from the menu, and an area from the list."""
    page.click("#menu-button")
    page.click("[data-menu=asmAreas]")
    page.click(f"[data-area='{area}']")
    page.wait_for_selector("[data-do=areas]")


def open_layout(page: Page, area: int) -> None:
    open_area(page, area)
    page.click("[data-do=draw-layout]")
    page.wait_for_selector(".layout-tools")


def discard(page: Page) -> None:
    page.click("[data-do=discard]")
    if page.locator("dialog[open]").count():
        page.click("[data-do=discard-drawing]")
    page.wait_for_selector("[data-do=areas]")


def on_map(page: Page, east: float, north: float) -> tuple[float, float]:
    """Where a place lies on the screen: carrés east and north of the area's corner."""
    place = [(COL + east) / 120, (ROW + north) / 120]
    x, y = page.evaluate(
        """async (place) => {
          const { mapItself } = await import("/static/js/map.js");
          return mapItself().getPixelFromCoordinate(ol.proj.fromLonLat(place));
        }""",
        place,
    )
    box = page.locator("#map").bounding_box()
    assert box
    return box["x"] + x, box["y"] + y


def draw_square(page: Page, east: float, north: float, side: float = 0.3) -> None:
    """Draw a square by clicks, the last one on the first corner."""
    page.click("[data-do=layoutDraw]")
    for x, y in ((0, 0), (side, 0), (side, side), (0, side), (0, 0)):
        page.mouse.click(*on_map(page, east + x, north + y))
    page.wait_for_selector(".chosen")


def fresh(page: Page) -> None:
    page.wait_for_selector("[data-check=fresh]")


def codes(page: Page) -> set[str]:
    """The rules that stand against the layout, as the panel lists them."""
    fresh(page)
    return set(page.eval_on_selector_all(".law .finding", "all => all.map((o) => o.dataset.code)"))


def nothing_stands(page: Page) -> None:
    fresh(page)
    expect(page.locator(".law .finding")).to_have_count(0)


def set_points(page: Page, text: str) -> None:
    page.fill("[data-field=points]", text)
    page.click("[data-do=layoutApply]")


def layouts(house: House, area: int) -> list[Any]:
    return list(house.egc.get(f"/operation/{area}")["layouts"])


def stored(page: Page, area: int) -> list[Any]:
    """What the browser keeps of the drawing."""
    text = page.evaluate(f"localStorage.getItem('mabele.layout.{area}')")
    return [] if text is None else list(json.loads(text)["features"])


def test_a_company_finds_its_area_and_others_find_none(browser: Browser, egc_house) -> None:
    house, area = egc_house
    with at_work(browser, house, "company") as page:
        page.click("#menu-button")
        page.click("[data-menu=asmAreas]")
        row = page.locator(f"[data-area='{area}']")
        expect(row).to_contain_text("12 carrés")
        expect(row).to_contain_text("3 mars 2025")
        row.click()
        expect(page.locator(".panel-body")).to_contain_text("non évalué")
        for kept in ("draw-layout", "attribute", "record-level"):
            assert page.locator(f"[data-do={kept}]").count() == 0
    with at_work(browser, house, "governor") as page:
        page.click("#menu-button")
        assert page.locator("[data-menu=asmAreas]").count() == 0


def test_a_layout_drawn_by_pointer_is_checked_and_saved(officer: Page, egc_house) -> None:
    house, area = egc_house
    before = len(layouts(house, area))
    page = officer
    open_layout(page, area)
    draw_square(page, 0.5, 0.5)
    assert codes(page) == {"depth_unknown"}
    expect(page.locator(".law .verdict")).to_contain_text("Non déterminé")
    page.click("[data-language=en]")
    expect(page.locator(".law .verdict")).to_contain_text("Undetermined")
    expect(page.locator("[data-do=undo]")).to_have_text("Undo")
    page.fill("[data-field=depth_m]", "10.01")
    page.keyboard.press("Tab")
    assert "pit_too_deep" in codes(page)
    expect(page.locator("[data-code=pit_too_deep]")).to_contain_text("10.01 m")
    expect(page.locator("[data-code=pit_too_deep] .quiet")).not_to_be_empty()
    page.fill("[data-field=depth_m]", "8")
    page.keyboard.press("Tab")
    nothing_stands(page)
    # across the edge of its portion, with one corner dragged
    x, y = on_map(page, 0.8, 0.8)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(*on_map(page, 2.6, 0.9), steps=6)
    page.mouse.up()
    page.wait_for_selector("[data-code=pit_outside_portion]")
    page.click("[data-do=undo]")
    nothing_stands(page)
    page.select_option("[data-field=kind]", "haul_way")
    page.click("[data-shape=LineString]")
    page.click("[data-do=layoutDraw]")
    for east in (1.2, 1.8):
        page.mouse.click(*on_map(page, east, 1.5))
    page.click("[data-do=layoutFinish]")
    page.select_option("[data-field=kind]", "facility")
    page.click("[data-shape=Point]")
    page.click("[data-do=layoutDraw]")
    page.mouse.click(*on_map(page, 1.5, 0.3))
    page.wait_for_selector("[data-feature=I1]")
    page.fill("[data-field=name]", "Premiers secours")
    page.keyboard.press("Tab")
    assert codes(page) == set()
    page.click("[data-do=save]")
    expect(page.locator("[data-do=save]")).to_be_disabled()
    assert stored(page, area) == []
    discard(page)
    kept = layouts(house, area)
    assert len(kept) == before + 1
    shown = house.egc.get(f"/operation/{area}/layouts/{kept[-1]['id']}")
    drawn = {one["id"]: one for one in shown["features"]}
    assert set(drawn) == {"P1", "V1", "I1"}
    assert drawn["P1"]["properties"]["depth_m"] == "8"
    assert drawn["I1"]["properties"]["name"] == "Premiers secours"
    (west, south), *_ = drawn["P1"]["geometry"]["coordinates"][0]
    assert west == pytest.approx((COL + 0.5) / 120, abs=1e-4)
    assert south == pytest.approx((ROW + 0.5) / 120, abs=1e-4)


def test_a_layout_by_keyboard_alone(officer: Page, egc_house) -> None:
    _house, area = egc_house
    page = officer
    page.focus("#menu-button")
    page.keyboard.press("Enter")
    page.focus("[data-menu=asmAreas]")
    page.keyboard.press("Enter")
    page.focus(f"[data-area='{area}']")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-do=draw-layout]")
    page.focus("[data-do=draw-layout]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".layout-tools")
    before = page.locator("[data-feature]").count()
    page.focus("[data-field=kind]")
    page.keyboard.press("Home")
    page.focus("[data-do=layoutDraw]")
    page.keyboard.press("Enter")
    page.focus("#map")
    for step in ("ArrowRight", "ArrowUp", "ArrowLeft"):
        page.keyboard.press("Enter")
        page.keyboard.press(f"Control+{step}")
    page.keyboard.press("Enter")
    expect(page.locator("#announcer")).to_contain_text("Point 4 placé")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.keyboard.press("f")
    expect(page.locator("#announcer")).to_contain_text("Élément ajouté")
    assert page.locator("[data-feature]").count() == before + 1
    page.keyboard.press("Control+z")
    assert page.locator("[data-feature]").count() == before
    page.keyboard.press("Control+y")
    assert page.locator("[data-feature]").count() == before + 1
    # its corners typed: first outside the area, then with a fault, then by letters
    newest = page.locator("[data-feature^=P]").last
    newest.focus()
    page.keyboard.press("Enter")
    page.focus("[data-field=points]")
    set_points(page, square(-0.5, 0.2))
    page.wait_for_selector("[data-code=outside_area]")
    page.fill("[data-field=points]", "25.5 -10.7\nici")
    page.focus("[data-do=layoutApply]")
    page.keyboard.press("Enter")
    expect(page.locator(".chosen [role=alert]")).to_contain_text("ligne 2")
    letters = "\n".join(
        f"10°44'{south}\"S 25°30'{east}\"O".replace("O", "E")
        for south, east in (("45", "10.5"), ("45", "12.5"), ("43", "12.5"), ("43", "10.5"))
    )
    set_points(page, letters)
    expect(page.locator("[data-code=outside_area]")).to_have_count(0)
    text = page.locator("[data-field=points]").input_value()
    assert text.splitlines()[0] == "25.5029167 -10.7458333"  # 25° + 30/60 + 10.5/3600; 10°44′45″ S
    page.keyboard.press("Escape")
    discard(page)


def test_forty_edits_undone_and_redone_after_the_tab_was_closed(officer: Page, egc_house) -> None:
    _house, area = egc_house
    page = officer
    open_layout(page, area)
    start = page.locator("[data-feature]").count()
    page.select_option("[data-field=kind]", "ore_depot")
    page.click("[data-shape=Point]")
    page.focus("#map")
    for _ in range(40):
        for key in ("n", "ArrowRight", "Enter"):
            page.keyboard.press(key)
    end = stored(page, area)
    assert len(end) == start + 40
    page.reload()
    page.wait_for_selector("#desk-button:not([hidden])")
    open_layout(page, area)
    page.focus("#map")
    for _ in range(40):
        page.keyboard.press("Control+z")
    assert page.locator("[data-feature]").count() == start
    expect(page.locator("[data-do=undo]")).to_be_disabled()
    for _ in range(40):
        page.keyboard.press("Control+y")
    assert stored(page, area) == end
    discard(page)
    assert stored(page, area) == []


def test_a_cut_link_keeps_the_drawing_and_marks_the_answer(officer: Page, egc_house) -> None:
    _house, area = egc_house
    page = officer
    page.expected_faults.append("ERR_INTERNET_DISCONNECTED")  # type: ignore[attr-defined]
    open_layout(page, area)
    fresh(page)
    page.context.set_offline(True)
    page.select_option("[data-field=kind]", "waste")
    draw_square(page, 0.2, 1.2, side=0.2)
    page.wait_for_selector("[data-check=stale]")
    expect(page.locator(".law [role=status]")).to_contain_text("dessin antérieur")
    page.click("[data-do=save]")
    expect(page.locator(".saving [role=alert]")).to_be_visible()
    assert any(one["kind"] == "waste" for one in stored(page, area))
    page.context.set_offline(False)
    fresh(page)
    discard(page)


def test_two_people_on_one_layout_overwrite_nothing(officer: Page, egc_house) -> None:
    house, area = egc_house
    page = officer
    open_layout(page, area)
    page.select_option("[data-field=kind]", "water")
    page.click("[data-shape=Point]")
    page.click("[data-do=layoutDraw]")
    page.focus("#map")
    page.keyboard.press("Enter")
    theirs = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": "D9",
                "properties": {"kind": "ore_depot"},
                "geometry": {"type": "Point", "coordinates": [25.51, -10.74]},
            }
        ],
    }
    file = {"layout": ("plan.geojson", json.dumps(theirs).encode())}
    day = {"on_day": TODAY.isoformat()}
    house.egc2.send(f"/operation/{area}/layouts", data=day, files=file)
    count = len(layouts(house, area))
    page.expected_faults.append("409")  # type: ignore[attr-defined]
    page.click("[data-do=save]")
    expect(page.locator(".meanwhile")).to_contain_text("éléments en plus : 1")
    assert len(layouts(house, area)) == count
    page.click("[data-do=show-theirs]")
    page.click("[data-do=take-theirs]")
    assert page.locator("[data-feature]").count() == 1
    page.click("[data-do=undo]")
    assert page.locator("[data-feature=E1]").count() == 1
    page.click("[data-do=save]")
    expect(page.locator("[data-do=save]")).to_be_disabled()
    assert len(layouts(house, area)) == count + 1
    discard(page)


def test_another_person_accepts_a_version(browser: Browser, officer: Page, egc_house) -> None:
    house, area = egc_house
    plan = {"type": "Point", "coordinates": [25.51, -10.74]}
    feature = {"type": "Feature", "id": "D1", "properties": {"kind": "ore_depot"}, "geometry": plan}
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    day = {"on_day": TODAY.isoformat()}
    made = house.egc.send(
        f"/operation/{area}/layouts", data=day, files={"layout": ("plan.geojson", content)}
    )
    officer.expected_faults.append("403")  # type: ignore[attr-defined]
    open_area(officer, area)
    officer.click(f"[data-decide='{made['version']}']")
    officer.fill("[data-field=reason]", "relu")
    officer.click("[data-do=send]")
    expect(officer.locator("dialog[open] [role=alert]")).to_contain_text("Une autre personne")
    officer.click("dialog[open] .plain")
    with at_work(browser, house, "egc2") as page:
        open_area(page, area)
        page.click(f"[data-decide='{made['version']}']")
        page.fill("[data-field=reason]", "relu")
        page.click("[data-do=send]")
        expect(page.locator(f"[data-layout='{made['version']}']")).to_contain_text("Acceptée")


def test_a_work_area_is_proposed_on_cells_and_shown_as_a_file(officer: Page, egc_house) -> None:
    house, area = egc_house
    page = officer
    open_area(page, area)
    expect(page.locator("[data-attribution='WA 1']")).to_contain_text(TUMAINI)
    page.click("[data-do=attribute]")
    page.fill("[data-field=q]", "nobody at all")
    page.click("[data-do=send]")
    page.click("dialog[open] .primary")
    page.click("[data-do=attribute]")
    page.fill("[data-field=q]", "tumaini")
    page.click("[data-do=send]")
    page.wait_for_selector("[data-field=party]")
    page.fill("[data-field=substances]", "Co")
    page.click("[data-do=send]")
    page.wait_for_selector("[data-tool=brush]")
    page.focus("#map")
    page.keyboard.press("Space")
    page.click("[data-do=save]")
    expect(page.locator("[data-do=save]")).to_be_disabled()
    page.click("[data-do=discard]")
    page.wait_for_selector(".panel [data-step]")
    files = house.egc.get("/files", machine="attribution")
    made = next(one for one in files if one["host_title_id"] == area)
    assert (made["subject"], made["state"]) == ("work_area", "draft")
    assert house.egc.get(f"/files/{made['id']}")["versions"][-1]["cells"] == 1


def test_a_level_is_recorded_and_production_is_drawn(officer: Page, egc_house) -> None:
    house, area = egc_house
    page = officer
    open_area(page, area)
    page.click("[data-do=record-level]")
    page.fill("[data-field=standard]", "CTCPM")
    page.select_option("[data-field=level]", "3")
    page.fill("[data-field=on_day]", "2025-09-01")
    page.fill("[data-field=assessor]", "EGC, conformité")
    page.click("[data-do=send]")
    level = page.locator("[data-standard=CTCPM]")
    expect(level).to_contain_text("niveau 3 : en progrès")
    page.click("[data-do=production]")
    image = page.locator(".chart img")
    image.wait_for()
    assert image.evaluate("img => img.decode().then(() => img.naturalWidth)") > 0
    cells = page.locator(".compare tbody tr").nth(5).locator("td")
    assert cells.all_inner_texts() == ["12,5", "non indiqué", "L-06-1, L-06-2"]
    august = page.locator(".compare tbody tr").nth(7).locator("td").all_inner_texts()
    assert august == ["40", "0", "non indiqué"]
    assert page.locator(".compare tbody tr").count() == 9  # later months have not come
    expect(page.locator(".panel-body")).to_contain_text("non déterminée")
    page.select_option("[data-field=year]", "2024")
    page.wait_for_selector(".chart img[src*='/2024/']")
    assert page.locator(".compare tbody tr").count() == 12
    assert house.egc.get(f"/operation/{area}")["levels"] == {"CTCPM": 3}


@pytest.mark.parametrize(
    ("language", "width", "height"), [("fr", 1280, 800), ("en", 390, 844)], ids=["fr", "en-narrow"]
)
def test_every_screen_is_free_of_violations(
    officer: Page, egc_house, language: str, width: int, height: int
) -> None:
    _house, area = egc_house
    page = officer
    page.set_viewport_size({"width": width, "height": height})
    page.click(f"[data-language={language}]")
    page.click("#menu-button")
    page.click("[data-menu=asmAreas]")
    page.wait_for_selector("[data-area]")
    assert violations(page) == [], "the list"
    page.click(f"[data-area='{area}']")
    page.click("[data-do=production]")
    page.wait_for_selector(".chart img")
    assert violations(page) == [], "an area"
    page.click("[data-do=record-level]")
    assert violations(page) == [], "recording a level"
    page.click("dialog[open] .plain")
    page.click("[data-do=draw-layout]")
    page.wait_for_selector(".layout-tools")
    page.click("[data-do=layoutDraw]")
    page.focus("#map")
    for step in ("ArrowRight", "ArrowUp"):
        page.keyboard.press("Enter")
        page.keyboard.press(f"Control+{step}")
    page.keyboard.press("Enter")
    page.keyboard.press("f")
    fresh(page)
    assert violations(page) == [], "drawing"
    page.click("[data-do=help]")
    assert violations(page) == [], "shortcuts"
    page.click("dialog[open] .primary")
    discard(page)
