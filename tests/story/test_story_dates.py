"""The same proposal on other days: 2017, between promulgation and publication, and errors' form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from story_house import HOLDER, House
from story_route_b import AGREEMENT, PROPOSED

ZONE = {"kind": "ZEA", "name": "ZEA d’essai", "substances": ["Co", "Cu"]}


def drafted(house: House, route: str) -> int:
    """A draft of the holder for the twelve carrés, with what its route needs."""
    file = house.company.open(
        machine="allocation",
        subject=route,
        party_id=house.parties[HOLDER],
        host_title_id=house.titles["PE 525"],
        province="Lualaba",
        runs=PROPOSED.to_lists(),
        content=ZONE if route == "route_a" else AGREEMENT,
    )
    papers = ["consent", "renunciation"] if route == "route_a" else ["consent", "egc_agreement"]
    house.company.add(file, *papers)
    return file


def refused(house: House, file: int, language: str = "en") -> dict[str, Any]:
    """The problem that filing it gives."""
    house.company.client.headers["Accept-Language"] = language
    answer = house.company.try_step(file, "file")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (422, 422, "law_forbids")
    return problem


@pytest.fixture
def in_2017(house_on: Callable[[date], House]) -> House:
    """The house under the Code of 2002."""
    return house_on(date(2017, 6, 30))


def test_in_2017_article_109_stands_against_route_a(in_2017: House) -> None:
    """Code minier 2002 art. 109 al 3: no zone on a valid title."""
    file = drafted(in_2017, "route_a")
    problem = refused(in_2017, file)
    (found,) = [one for one in problem["findings"] if "109 al. 3" in one["article"]]
    assert found["verdict"] == "block"
    assert found["cells"] == PROPOSED.count
    assert found["runs"] == PROPOSED.to_lists()
    in_2017.officer.get(f"/files/{file}", 404)  # what was refused is a draft still


def test_in_2017_route_b_has_no_legal_basis(in_2017: House) -> None:
    """Décret 25/05 is of 21 February 2025."""
    problem = refused(in_2017, drafted(in_2017, "route_b"))
    found = [one for one in problem["findings"] if one["verdict"] == "no_legal_basis"]
    assert {one["first_day"] for one in found if "25/05" in one["article"]} == {"2025-02-21"}


def test_a_problem_speaks_the_reader_s_language(in_2017: House) -> None:
    file = drafted(in_2017, "route_b")
    english, french = refused(in_2017, file, "en"), refused(in_2017, file, "fr")
    assert english["title"] == "The law stands against it."
    assert french["title"] == "La loi s’y oppose."
    assert english["findings"][0]["message"] != french["findings"][0]["message"]
    assert english["detail"] != french["detail"]


@pytest.mark.parametrize("day", [date(2018, 3, 9), date(2018, 4, 2), date(2018, 5, 2)])
def test_route_a_is_unsure_before_the_law_of_2018_was_published(
    house_on: Callable[[date], House], day: date
) -> None:
    """Promulgated on 9 March, published on 3 May (or earlier: unsure)."""
    house = house_on(day)
    file = drafted(house, "route_a")
    found = house.company.get(f"/files/{file}/check", moment="filing")["findings"]
    verdicts = {one["verdict"] for one in found if one["code"] in ("host_overlap", "zone_on_title")}
    assert "needs_legal_review" in verdicts
