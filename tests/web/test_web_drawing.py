"""Drawing a proposal in a real browser: by keys alone, by pointer, from files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from desk_house import at_desk, carres, discard, propose, stretch
from playwright.sync_api import Browser, Page, expect
from story_house import COL, ROW, House, open_house

pytestmark = pytest.mark.web

DRAFT = """
() => {
  const key = Object.keys(localStorage).find((name) => name.startsWith("mabele.draft."));
  return JSON.parse(localStorage.getItem(key));
}
"""

UP_RIGHT = ("Right", "Right", "Right", "Up", "Left", "Left", "Left", "Up")
DOWN_LEFT = ("Left", "Down", "Left", "Down", "Right", "Down", "Right", "Down")
WALK = (*UP_RIGHT, *UP_RIGHT, *DOWN_LEFT, *DOWN_LEFT, *UP_RIGHT)
"""Forty steps within the permit of 10 × 10 carrés, from its middle."""


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    with open_house(database, Path(tmp_path_factory.mktemp("d")), date(2025, 3, 3)) as opened:
        yield opened


def fresh(page: Page) -> None:
    page.wait_for_selector("[data-check=fresh]")


def test_a_proposal_by_keyboard_alone_is_saved_and_reads_back(
    browser: Browser, house: House
) -> None:
    with at_desk(browser, house, "company") as page:
        page.focus("#desk-button")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-propose^=route_b]")
        page.focus("[data-propose^=route_b]")
        page.keyboard.press("Enter")
        page.wait_for_selector("#province:focus")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector(".toolbar")
        stretch(page, right=3, up=2)
        assert carres(page) == 12
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Space")
        assert carres(page) in {11, 13}
        page.keyboard.press("Control+z")
        assert carres(page) == 12
        expect(page.locator("#announcer")).to_contain_text("12 carrés")
        fresh(page)
        page.focus("[data-do=save]")
        page.keyboard.press("Enter")
        expect(page.locator("[data-do=save]")).to_be_disabled()
        page.focus("[data-do=discard]")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-do=edit-ground]")
        assert carres(page) == 12
    (file,) = house.company.get("/files")
    assert house.company.get(f"/files/{file['id']}")["versions"][-1]["cells"] == 12


def test_forty_edits_undone_to_the_start_and_redone_to_the_end(
    browser: Browser, house: House
) -> None:
    with at_desk(browser, house, "company") as page:
        propose(page, "route_a")
        page.focus("#map")
        assert len(WALK) == 40
        for step in WALK:
            page.keyboard.press(f"Arrow{step}")
            page.keyboard.press("Space")
        end = page.evaluate(DRAFT)
        assert len(end["history"]["past"]) == 40
        for _ in range(40):
            page.keyboard.press("Control+z")
        assert carres(page) == 0
        assert page.evaluate(DRAFT)["runs"] == []
        for _ in range(40):
            page.keyboard.press("Control+y")
        assert page.evaluate(DRAFT)["runs"] == end["runs"]
        discard(page)


def test_a_drawing_survives_a_closed_tab(browser: Browser, house: House) -> None:
    with at_desk(browser, house, "company") as page:
        propose(page, "route_a")
        stretch(page, right=1, up=1)
        assert carres(page) == 4
        page.reload()
        page.wait_for_selector("#desk-button:not([hidden])")
        propose(page, "route_a")
        assert carres(page) == 4
        page.focus("#map")
        page.keyboard.press("Control+z")
        assert carres(page) == 0
        discard(page)


def test_a_cut_link_marks_the_answer_as_out_of_date_and_loses_nothing(
    browser: Browser, house: House
) -> None:
    with at_desk(browser, house, "company") as page:
        page.expected_faults.append("ERR_INTERNET_DISCONNECTED")  # type: ignore[attr-defined]
        propose(page, "route_a")
        stretch(page, right=1, up=0)
        fresh(page)
        page.context.set_offline(True)
        stretch(page, right=1, up=1)
        page.wait_for_selector("[data-check=stale]")
        expect(page.locator(".law [role=status]")).to_contain_text("dessin antérieur")
        page.context.set_offline(False)
        fresh(page)
        assert page.evaluate(DRAFT)["runs"]
        discard(page)


def test_a_crooked_file_is_explained(browser: Browser, house: House, tmp_path: Path) -> None:
    corners = [(0, 0), (2, 0), (2, 1.4), (0, 1 + 2 / 30)]
    ring = [[(COL + x) / 120, (ROW + y) / 120] for x, y in [*corners, corners[0]]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {}, "geometry": shape}
    file = tmp_path / "crooked.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    with at_desk(browser, house, "company") as page:
        propose(page, "route_a")
        page.click(".coordinates > summary")
        page.set_input_files("[data-field=file]", file)
        told = page.locator(".told")
        expect(told).to_contain_text("2 carrés laissés")
        expect(told).to_contain_text("Sommet 4 : déplacé de 61,")
        assert carres(page) == 2
        page.keyboard.press("Control+z")
        page.click("[data-do=undo]")
        assert carres(page) == 0


def test_pasted_degrees_land_on_the_map_and_read_back(browser: Browser, house: House) -> None:
    text = "\n".join(
        f"{lat} {lon}"
        for lat, lon in (
            ("10°45'00\"S", "25°30'00\"E"),
            ("10°45'00\"S", "25°31'00\"E"),
            ("10°44'30\"S", "25°31'00\"E"),
            ("10°44'30\"S", "25°30'00\"E"),
        )
    )
    with at_desk(browser, house, "company") as page:
        propose(page, "route_a")
        page.click(".coordinates > summary")
        page.fill("[data-field=vertices]", text)
        page.click("[data-do=put-vertices]")
        expect(page.locator(".told")).to_contain_text("exactement")
        assert carres(page) == 2
        page.click("[data-do=paste-again]")
        expect(page.locator("[data-field=vertices]")).to_have_value(text)
        page.click("[data-do=read-vertices]")
        page.wait_for_selector(".lines")
        read = [field.input_value() for field in page.locator(".lines input").all()]
        assert sorted(read) == sorted(text.splitlines())
        discard(page)


def test_one_line_is_corrected_and_the_others_stay(browser: Browser, house: House) -> None:
    typed = ["-10,75 25,5", "10°45'S 25°31'E", "borne perdue", "-10.7333333333 25.5"]
    with at_desk(browser, house, "company") as page:
        propose(page, "route_a")
        page.click(".coordinates > summary >> nth=0")
        page.fill("[data-field=vertices]", "\n".join(typed))
        page.click("[data-do=put-vertices]")
        third = page.locator("[data-field=line-3]")
        expect(third).to_be_focused()
        expect(third).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#line-3-said")).to_contain_text("Ligne 3 : aucune notation")
        assert carres(page) == 0
        third.fill("-10.7333333333; 55")
        third.press("Enter")
        expect(page.locator("#line-3-said")).to_contain_text("hors du pays")
        third.fill("-10.7333333333 25.5166666667")
        third.press("Enter")
        expect(page.locator(".told")).to_contain_text("exactement")
        assert carres(page) == 4
        kept = [field.input_value() for field in page.locator(".lines input").all()]
        assert [kept[i] for i in (0, 1, 3)] == [typed[i] for i in (0, 1, 3)]
        page.click("[data-do=undo]")
        assert carres(page) == 0
        expect(page.locator("[data-field=line-3]")).to_have_value("-10.7333333333; 55")
        page.click("[data-do=redo]")
        assert carres(page) == 4
        discard(page)


def test_sides_that_cross_are_marked_where_they_cross(browser: Browser, house: House) -> None:
    with at_desk(browser, house, "company") as page:
        propose(page, "route_a")
        page.click(".coordinates > summary >> nth=0")
        page.fill("[data-field=vertices]", "-10.75 25.5\n-10.7 25.55\n-10.75 25.55\n-10.7 25.5")
        page.click("[data-do=put-vertices]")
        expect(page.locator("#line-1-said")).to_contain_text("croise")
        expect(page.locator("#line-3-said")).to_contain_text("croise")
        assert carres(page) == 0
        discard(page)


def test_a_title_is_copied_inside_the_own_permit_only(browser: Browser, house: House) -> None:
    with at_desk(browser, house, "company") as page:
        propose(page, "route_a")
        page.click("summary:has-text('Copier')")
        page.fill("[data-field=copy]", "PE 525")
        page.keyboard.press("Enter")
        page.click("[data-copy] >> nth=0")
        expect(page.locator("[data-said=copy]")).to_contain_text("100 de ses 100 carrés")
        assert carres(page) == 100
        page.click("[data-do=undo]")
        assert carres(page) == 0
        page.click("[data-do=copy-in-view]")
        neighbour = page.locator(".copies li", has_not_text="PE 525").first
        neighbour.locator("[data-copy]").click()
        expect(page.locator("[data-said=copy]")).to_contain_text("aucun carré dans votre titre")
        assert carres(page) == 0
        discard(page)


def test_two_people_on_one_file_overwrite_nothing(browser: Browser, house: House) -> None:
    with at_desk(browser, house, "company") as mine:
        propose(mine, "route_b")
        stretch(mine, right=2, up=0)
        mine.click("[data-do=save]")
        expect(mine.locator("[data-do=save]")).to_be_disabled()
        mine.click("[data-do=discard]")
        mine.click("[data-do=edit-ground]")
        mine.wait_for_selector(".toolbar")
        file = max(one["id"] for one in house.company.get("/files"))
        before = house.company.get(f"/files/{file}")["versions"][-1]
        changed = {
            "content": before["content"],
            "runs": [[ROW, COL, COL + 1]],
            "expected_version": before["number"],
        }
        house.company.send(f"/files/{file}/version", 200, "PUT", json=changed)
        stretch(mine, right=0, up=1)
        mine.expected_faults.append("409")  # type: ignore[attr-defined]
        mine.click("[data-do=save]")
        expect(mine.locator(".meanwhile")).to_contain_text("1 carrés en plus")
        versions = house.company.get(f"/files/{file}")["versions"]
        assert versions[-1]["runs"] == [[ROW, COL, COL + 1]]
        mine.click("[data-do=keep-mine]")
        expect(mine.locator("[data-do=save]")).to_be_disabled()
        assert len(house.company.get(f"/files/{file}")["versions"]) == len(versions) + 1


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_pointer_draws_and_the_language_changes_in_place(
    browser: Browser, house: House, language: str
) -> None:
    with at_desk(browser, house, "company") as page:
        page.click(f"[data-language={language}]")
        propose(page, "route_a")
        page.wait_for_timeout(600)  # the view glides to the title
        page.click("[data-tool=rectangle]")
        box = page.locator("#map").bounding_box()
        assert box
        x, y = box["x"] + box["width"] * 0.55, box["y"] + box["height"] * 0.45
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 70, y + 70, steps=5)
        page.mouse.up()
        drawn = carres(page)
        assert drawn >= 4
        page.click("[data-tool=flood]")
        page.click("[data-mode=remove]")
        page.mouse.click(x + 30, y + 30)
        assert carres(page) == 0
        other = "en" if language == "fr" else "fr"
        page.click(f"[data-language={other}]")
        expect(page.locator("[data-do=undo]")).to_have_text("Undo" if other == "en" else "Annuler")
        page.click("[data-do=undo]")
        assert carres(page) == drawn
        discard(page)


def test_a_name_being_typed_survives_the_answer_of_the_law(browser: Browser, house: House) -> None:
    """The check answers while somebody types; and one click on save is enough afterwards."""
    with at_desk(browser, house, "company") as page:
        propose(page, "route_a")
        stretch(page, right=1, up=0)
        page.focus("#fact-name")
        with page.expect_response("**/drawing/check"):
            page.keyboard.type("Zone de ")
        page.wait_for_timeout(300)
        page.keyboard.type("l’aube")
        expect(page.locator("#fact-name")).to_have_value("Zone de l’aube")
        page.click("[data-do=save]")
        expect(page.locator("[data-do=save]")).to_be_disabled()
        file = max(one["id"] for one in house.company.get("/files"))
        kept = house.company.get(f"/files/{file}")["versions"][-1]
        assert kept["content"]["name"] == "Zone de l’aube"
        expect(page.locator("#fact-name")).to_have_value("Zone de l’aube")
        discard_or_close(page)


def discard_or_close(page: Page) -> None:
    """Leave a drawing that is saved."""
    page.click("[data-do=discard]")
    expect(page.locator(".toolbar")).to_have_count(0)
