"""Siting as people ask it: on the command line and over HTTP, as the public and as the cadastre."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import pytest
from casework_town import COL, ROW, rectangle, settle_town
from run import mabele
from story_house import House, open_house

from geo.perimeter import Perimeter
from geo.register.connection import engine_for
from geo.sources.provinces import province_named

BBOX = "25.45,-10.78,25.65,-10.60"


@pytest.fixture(scope="module")
def addresses(database: Any) -> dict[str, str]:
    """The settings of a register with two permits near Kolwezi."""
    engine = engine_for(database.app, pool_size=6)
    settle_town(engine, date(2025, 3, 3), database.owner)
    engine.dispose()
    return {
        "DATABASE_URL": database.owner,
        "DATABASE_APP_URL": database.app,
        "DATABASE_PUBLIC_URL": database.public,
    }


def asked(addresses: dict[str, str], *arguments: str) -> dict[str, Any]:
    """The answer as JSON."""
    answer: dict[str, Any] = json.loads(mabele("site", *arguments, "--json", **addresses).out)
    return answer


def test_the_command_shares_out_the_ground_and_writes_it(
    addresses: dict[str, str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    answer = asked(addresses, "--bbox", BBOX, "--on", "2025-03-03", "--out", str(out))
    assert (answer["on"], answer["published_only"]) == ("2025-03-03", False)
    counted = {one["state"]: one["cells"] for one in answer["states"]}
    assert counted["consent_and_renunciation"] == 100  # PE 525; PE 526 lies east of the box
    assert sum(counted.values()) == answer["cells"]
    with (out / "states.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    runs = [[int(row[key]) for key in ("row", "col_from", "col_to")] for row in rows]
    assert sum(b - a for _, a, b in runs) == answer["cells"]
    assert Perimeter.from_runs(runs).count == answer["cells"]
    states = geopandas.read_file(out / "siting.gpkg", layer="states")
    assert states["cells"].sum() == answer["cells"]
    listed = geopandas.read_file(out / "siting.gpkg", layer="candidates")
    assert len(listed) == len(answer["candidates"]) > 10


def test_the_command_says_it_in_words(addresses: dict[str, str]) -> None:
    done = mabele("site", "--around", "25.5,-10.75", "--on", "2025-03-03", **addresses)
    assert "law of 2025-03-03" in done.out
    assert "needs the holder's consent and renunciation (route A)" in done.out
    assert "no data" in done.out
    french = mabele("site", "--around", "25.5,-10.75", "--lang", "fr", **addresses)
    assert "pas de données" in french.out
    assert "illégal" not in french.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "Give one of"),
        (("--province", "Lualaba", "--bbox", BBOX), 2, "Give one of"),
        (("--province", "Katanga"), 3, "is no province"),
        (("--bbox", "1,2"), 3, "write 4 numbers"),
        (("--site", "codmine00000"), 6, "Ask around a point"),
        (("--bbox", BBOX, "--public", "--on", "2020-01-01"), 3, "published ground"),
    ],
)
def test_what_cannot_be_asked_is_said_plainly(
    addresses: dict[str, str], arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = mabele("site", *arguments, **addresses)
    assert done.code == code
    assert said in done.err


@pytest.fixture(scope="module")
def house(
    new_database: Any, migrated_template: str, cluster: Any, tmp_path_factory: Any
) -> Iterator[House]:
    """A house on the same ground, with people of every role."""
    made = new_database(migrated_template)
    with open_house(made, tmp_path_factory.mktemp("house"), date(2025, 3, 3)) as house:
        yield house
    cluster.drop_database(made.name)


def test_the_public_asks_of_published_ground_and_the_cadastre_of_the_register(
    house: House,
) -> None:
    question = {"runs": rectangle(COL, ROW, 4, 4).to_lists(), "candidates": 2}
    shown = house.people["public"].send("/siting", 200, json=question)
    known = house.people["officer"].send("/siting", 200, json=question)
    assert (shown["published_only"], known["published_only"]) == (True, False)
    assert shown["cells"] == known["cells"] == 16
    assert sum(one["cells"] for one in shown["states"]) == 16
    assert len(shown["notes"]) == len(known["notes"]) + 1


def test_parts_come_in_pages(house: House) -> None:
    question = {"bbox": [25.4, -10.8, 25.7, -10.6], "candidates": 0}
    officer = house.people["officer"]
    whole = officer.send("/siting", 200, json=question)
    pages = [
        officer.send("/siting", 200, json={**question, "offset": n, "limit": 1})["parts"]
        for n in range(whole["parts_total"])
    ]
    assert [part for page in pages for part in page] == whole["parts"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({}, "give one of"),
        ({"bbox": [24, -12, 27, -9]}, "carrés are more than"),
        ({"province": "Lualaba"}, "carrés are more than"),
        ({"runs": [[0, 5, 5]]}, "empty"),
        ({"runs": [[0, 0, 1]], "on": "2020-01-01"}, "published ground"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_with_the_remedy(
    house: House, question: dict[str, Any], said: str
) -> None:
    refusal = house.people["public"].send("/siting", 422, json=question)
    assert said in json.dumps(refusal, ensure_ascii=False)


@pytest.mark.parametrize("name", ["equateur", "ÉQUATEUR", "E\u0301quateur", " Équateur "])
def test_a_province_is_found_without_its_accents(name: str) -> None:
    assert province_named(name).name == "Équateur"


def test_ground_beyond_the_border_is_of_no_state_of_this_law(addresses: dict[str, str]) -> None:
    answer = asked(addresses, "--bbox", "35,-6,35.1,-5.9", "--on", "2025-03-03")  # in Tanzania
    assert [(one["state"], one["cells"]) for one in answer["states"]] == [
        ("outside_the_country", 144)
    ]
    assert answer["candidates"] == []
