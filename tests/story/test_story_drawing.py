"""Drawing before there is a file: shapes taken to carrés, and the same answer as a filing gets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from story_house import COL, HOLDER, NEIGHBOUR, ROW, House, open_house, rectangle
from story_route_b import AGREEMENT, PROPOSED, draft_of_route_b


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    data = Path(tmp_path_factory.mktemp("data"))
    with open_house(database, data, date(2025, 3, 3)) as opened:
        yield opened


def drawn(house: House, **changed: object) -> dict[str, object]:
    """The draft of the story's company, as it is asked about while it is drawn."""
    return {
        "machine": "allocation",
        "subject": "route_b",
        "party_id": house.parties[HOLDER],
        "host_title_id": house.titles["PE 525"],
        "province": "Lualaba",
        "runs": PROPOSED.to_lists(),
        "content": AGREEMENT,
        **changed,
    }


def test_the_answer_is_that_of_the_draft_when_it_is_kept(house: House) -> None:
    live = house.company.send("/drawing/check", 200, json=drawn(house))
    file = house.company.open(**drawn(house))
    kept = house.company.get(f"/files/{file}/check")
    assert live == kept
    assert live["findings"]


def test_papers_count_once_they_are_in_the_file(house: House) -> None:
    live = house.company.send("/drawing/check", 200, json=drawn(house))
    kept = house.company.get(f"/files/{draft_of_route_b(house)}/check")
    differing = [
        a["code"] for a, b in zip(live["findings"], kept["findings"], strict=True) if a != b
    ]
    assert differing, "the consent is missing while it is drawn"


def test_carres_of_the_neighbour_are_named(house: House) -> None:
    beyond = rectangle(COL - 2, ROW, 4, 1)
    live = house.company.send("/drawing/check", 200, json=drawn(house, runs=beyond.to_lists()))
    outside = [one for one in live["findings"] if one["verdict"] == "block" and one["runs"]]
    assert any(run == [ROW, COL - 2, COL] for one in outside for run in one["runs"])


def test_nobody_asks_for_another_company(house: House) -> None:
    other = drawn(house, party_id=house.parties[NEIGHBOUR])
    house.company.send("/drawing/check", 403, json=other)
    house.inspector.send("/drawing/check", 403, json=drawn(house))
    house.public.send("/drawing/check", 401, json=drawn(house))


def test_nothing_is_kept(house: House) -> None:
    before, revision = house.company.get("/files"), house.revision()
    house.company.send("/drawing/check", 200, json=drawn(house))
    assert (house.company.get("/files"), house.revision()) == (before, revision)


def test_pasted_degrees_minutes_seconds_are_whole_carres(house: House) -> None:
    lines = [
        "10°45'00\" S  25°30'00\" E",
        "10°45'00\" S  25°31'00\" E",
        "10°44'30\" S  25°31'00\" E",
        "10°44'30\" S  25°30'00\" E",
    ]
    said = house.company.send("/drawing/text", 200, json={"text": "\n".join(lines)})
    (shape,) = said["shapes"]
    assert shape["exact"]
    assert shape["runs"] == [[-1290, 3060, 3062]]
    assert shape["moved"] == []


def test_a_crooked_file_is_explained(house: House) -> None:
    west, south = COL / 120, ROW / 120
    ring = [(0, 0), (2, 0), (2, 1.4), (0, 1 + 2 / 30)]  # in carrés; 2/30 is one second
    corners = [[west + x / 120, south + y / 120] for x, y in [*ring, ring[0]]]
    feature = {
        "type": "Feature",
        "properties": {"code": "<b>ours</b>"},
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    upload = {"upload": ("../../zone.geojson", content, "application/json")}
    (shape,) = house.company.send("/drawing/file", 200, files=upload)["shapes"]
    assert not shape["exact"]
    assert shape["runs"] == [[ROW, COL, COL + 2]]
    assert shape["lost"] == [[ROW + 1, COL, COL + 2]]
    assert shape["gained"] == []
    assert shape["lost_cells"] == pytest.approx((1.4 + 1 + 2 / 30) / 2 * 2 - 2)
    assert [corner["number"] for corner in shape["moved"]] == [3, 4]
    assert shape["moved"][1]["to"] == [COL, ROW + 1]
    # one second of latitude and two at this place: 2 × 30.72 m
    assert shape["moved"][1]["moved_m"] == pytest.approx(2 * 30.72, abs=0.1)


@pytest.mark.parametrize(
    ("text", "code"),
    [("nothing here", "file_refused"), ("25.5 200.0\n25.6 1\n25.5 1", "file_refused")],
    ids=["words", "impossible"],
)
def test_what_cannot_be_read_is_refused_by_name(house: House, text: str, code: str) -> None:
    answer = house.company.send("/drawing/text", 422, json={"text": text})
    assert answer["code"] == code
