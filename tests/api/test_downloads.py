"""Downloads by province over HTTP: whole, in pieces, complete in themselves, never too large."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from story_house import COL, ROW, House, open_house

from api.consulting import as_public
from api.parcels import KEPT, archive_of, edition_of
from geo.errors import NotFound
from geo.perimeter import Perimeter
from geo.register.downloads import GroundTaken
from maps.parcel import LARGEST, Edition, parcels

EDITION = Edition(date(2025, 3, 3), 7, "2025-03-03T08:00:00+00:00", "", demonstration=False)


@pytest.fixture(scope="module")
def house(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(database, tmp_path_factory.mktemp("data"), date(2025, 3, 3)) as opened:
        yield opened


@pytest.fixture(scope="module")
def listed(house: House) -> dict[str, Any]:
    return dict(house.people["public"].get("/downloads"))


def ground(number: int, **facts: Any) -> GroundTaken:
    """A square of ten carrés, somewhere."""
    given = GroundTaken(
        title_id=number,
        code=f"PR {number}",
        part=None,
        kind="PR",
        state="granted",
        procedure=None,
        standing="held",
        holders="SOCIETE D’ESSAI SARL",
        minerals=("Cu", "Co"),
        filed_on=None,
        granted_on=date(2010, 1, 1),
        expires_on=None,
        held_from=date(2010, 1, 1),
        cells=100,
        on_lattice=True,
        source=None,
        source_file=None,
        source_row=None,
        geometry=Perimeter.from_runs([(ROW + i, COL, COL + 10) for i in range(10)]).outline(),
    )
    return replace(given, **facts)


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def test_the_list_names_every_province_once(listed: dict[str, Any]) -> None:
    names = [item["province"] for item in listed["items"]]
    assert len(set(names)) == len(names) == 26
    assert listed["licence"] is None
    assert listed["demonstration"] is False
    by_name = {item["province"]: item for item in listed["items"]}
    assert by_name["Lualaba"]["grounds"] == 2
    assert by_name["Kinshasa"]["grounds"] == 0


def test_an_archive_is_the_ground_of_the_register(house: House, listed: dict[str, Any]) -> None:
    item = next(one for one in listed["items"] if one["province"] == "Lualaba")
    answer = house.people["public"].client.get(item["href"])
    assert answer.status_code == 200
    assert len(answer.content) == item["bytes"] <= LARGEST
    assert hashlib.sha256(answer.content).hexdigest() == item["sha256"]
    read = geopandas.read_file(io.BytesIO(opened(answer.content).read("titles.geojson")))
    assert sorted(read["code"]) == ["PE 525", "PE 526"]
    permit = read.set_index("code").loc["PE 525"]
    asked = shapely.box(COL / 120, ROW / 120, (COL + 10) / 120, (ROW + 10) / 120)
    assert shapely.equals(permit.geometry, asked)
    assert permit["cells"] == 100


def test_a_cut_download_goes_on_where_it_stopped(house: House, listed: dict[str, Any]) -> None:
    item = next(one for one in listed["items"] if one["province"] == "Lualaba")
    client = house.people["public"].client
    first = client.get(item["href"], headers={"Range": "bytes=0-99"})
    assert first.status_code == 206
    rest = client.get(
        item["href"], headers={"Range": "bytes=100-", "If-Range": first.headers["etag"]}
    )
    assert rest.status_code == 206
    assert hashlib.sha256(first.content + rest.content).hexdigest() == item["sha256"]
    other = client.get(item["href"], headers={"Range": "bytes=100-", "If-Range": '"another"'})
    assert (other.status_code, len(other.content)) == (200, item["bytes"])
    assert client.get(item["href"], headers={"Range": "bytes=9999999-"}).status_code == 416


@pytest.mark.parametrize("name", ["mabele-atlantis.zip", "list.json", "..%2Flist.json"])
def test_what_is_not_kept_is_not_found(house: House, listed: dict[str, Any], name: str) -> None:
    folder = listed["items"][0]["href"].rpartition("/")[0]
    answer = house.people["public"].client.get(f"{folder}/{name}")
    assert answer.status_code in (400, 404)


def test_a_large_province_comes_in_parts_that_each_fit() -> None:
    rng = np.random.default_rng(20261124)
    many = [
        ground(number, holders=rng.bytes(1500).hex(), code=f"PR {number}") for number in range(900)
    ]
    made = parcels("Haut-Katanga", many, EDITION)
    assert len(made) > 1
    assert all(len(one.content) <= LARGEST for one in made)
    assert [one.name for one in made][:2] == [
        "mabele-haut-katanga-1.zip",
        "mabele-haut-katanga-2.zip",
    ]
    codes = [
        feature["properties"]["code"]
        for one in made
        for feature in json.loads(opened(one.content).read("titles.geojson"))["features"]
    ]
    assert codes == [one.code for one in many]


def test_the_same_ground_gives_the_same_bytes() -> None:
    first, second = (parcels("Ituri", [ground(1)], EDITION)[0] for _ in range(2))
    assert first.content == second.content
    later = replace(EDITION, revision=8)
    assert parcels("Ituri", [ground(1)], later)[0].content != first.content


@pytest.mark.parametrize(
    "text",
    ["=HYPERLINK(1)", "<script>alert(1)</script>", '"; DROP TABLE', "é\u0301 \u202e", "x" * 500],
)
def test_names_of_strangers_stay_text(text: str) -> None:
    archive = opened(parcels("Tshopo", [ground(1, holders=text, code=text)], EDITION)[0].content)
    (row,) = csv.DictReader(io.StringIO(archive.read("titles.csv").decode("utf-8-sig")))
    assert row["holders"] == (f"'{text}" if text.startswith("=") else text)
    (feature,) = json.loads(archive.read("titles.geojson"))["features"]
    assert feature["properties"]["holders"] == text


def test_what_is_not_stated_is_empty_and_the_licence_is_told() -> None:
    archive = opened(parcels(None, [ground(1, code=None)], EDITION)[0].content)
    (row,) = csv.DictReader(io.StringIO(archive.read("titles.csv").decode("utf-8-sig")))
    assert (row["code"], row["filed_on"], row["granted_on"]) == ("", "", "2010-01-01")
    said = archive.read("LISEZMOI.txt").decode()
    assert "Licence : non indiquée par le propriétaire du registre." in said
    assert "illustration" not in said
    owned = replace(EDITION, licence="CC BY 4.0, essai", demonstration=True)
    said = opened(parcels(None, [ground(1)], owned)[0].content).read("LISEZMOI.txt").decode()
    assert "Licence: CC BY 4.0, essai" in said
    assert "à titre d’illustration" in said


def test_old_editions_go_but_not_the_last_ones(house: House, tmp_path: Path) -> None:
    made = []
    with as_public(house.app.state.services) as unit:
        for revision in range(KEPT + 1):
            edition = replace(EDITION, revision=revision)
            made.append(edition_of(unit.connection, tmp_path, edition)[0])
    kept = [one.name for one in tmp_path.iterdir()]
    assert sorted(kept) == sorted(made[1:])
    with pytest.raises(NotFound):
        archive_of(tmp_path, made[0], "mabele-lualaba.zip")
    with pytest.raises(NotFound):
        archive_of(tmp_path, "..", "mabele-lualaba.zip")
    assert archive_of(tmp_path, made[-1], "mabele-lualaba.zip")[1].grounds == 2
