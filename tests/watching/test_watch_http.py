"""Watches over real HTTP: kept, read, changed, ended, taken up; feeds by secret and for anybody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from lxml import etree
from sample_register import act, facts, square
from story_house import COL, PEOPLE, ROW, House, Person, open_house
from watch_ground import Clock

from api.delivery.courier import Courier
from api.settings import Settings
from geo.register.connection import REGISTER, UnitOfWork
from geo.register.people import Role
from geo.register.writer import grant

ATOM = "{http://www.w3.org/2005/Atom}"
HERE = {"name": "Notre colline", "runs": [[ROW + 20, COL, COL + 4]]}


@pytest.fixture(scope="module")
def house(database: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(database, tmp_path_factory.mktemp("data"), date(2026, 3, 2)) as house:
        yield house


def collected(house: House, settings: Settings | None = None) -> None:
    """Make events and items of what was recorded."""
    clock = Clock()
    Courier(house.engine, settings or Settings.load({}), clock).round()


def granted(house: House, code: str, col: int, row: int, holder: str = "Mutoshi SARL") -> int:
    """Grant two by two carrés."""
    with UnitOfWork(house.engine, REGISTER, "officer", "test") as unit:
        made = grant(unit, facts(code, holder=holder), square(col, row), act())
        unit.commit()
    return made


def feed_of(person: Person, address: str, status: int = 200) -> Any:
    """Ask for a feed by its whole address; its root element where it is given."""
    answer = person.client.get(address)
    assert answer.status_code == status, answer.text
    return etree.fromstring(answer.content) if status == 200 else answer


def titles(feed: Any) -> list[str]:
    """The titles of the entries, in their order."""
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


def test_an_account_without_watches_reads_an_empty_list(house: House) -> None:
    answer = house.legal2.get("/watches")
    assert answer["watches"] == []
    assert answer["kinds"]["activity"]["fr"] == "Activité observée"
    assert answer["mail_is_sent"] is False


def test_a_watch_is_kept_and_tells_in_its_feed(house: House) -> None:
    made = house.company.send("/watches", json=HERE)
    assert (made["area"], made["runs"], made["active"]) == ("cells", HERE["runs"], True)
    public = house.people["public"]
    empty = feed_of(public, made["feed"])
    assert titles(empty) == []
    assert empty.findtext(f"{ATOM}updated") == made["created_at"].replace("+00:00", "Z")
    granted(house, "PR 21", COL + 3, ROW + 20)
    collected(house)
    feed = feed_of(public, made["feed"])
    assert titles(feed) == ["Titre enregistré : PR 21"]
    assert feed.findtext(f"{ATOM}title") == HERE["name"]
    items = house.company.get(f"/watches/{made['id']}/items")
    assert [item["facts"]["code"] for item in items["items"]] == ["PR 21"]
    assert items["next_before"] is None


def test_ids_stay_and_a_reader_asks_again_by_its_tag(house: House) -> None:
    made = house.egc.send("/watches", json={**HERE, "language": "en"})
    granted(house, "PR 22", COL, ROW + 20, "Ruashi SARL")
    collected(house)
    public = house.people["public"]
    first, second = (feed_of(public, made["feed"]) for _ in range(2))
    ids = [one.findtext(f"{ATOM}entry/{ATOM}id") for one in (first, second)]
    assert ids[0] == ids[1]
    assert ids[0].startswith("urn:uuid:")
    assert titles(first) == ["Title registered: PR 22"]
    answer = public.client.get(made["feed"])
    tag = answer.headers["ETag"]
    assert answer.headers["Last-Modified"].endswith("GMT")
    again = public.client.get(made["feed"], headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    granted(house, "PR 23", COL + 8, ROW + 40, "Kisanfu SARL")
    collected(house)
    changed = public.client.get(made["feed"], headers={"If-None-Match": tag})
    assert changed.status_code == 200


def test_another_address_closes_the_former_one(house: House) -> None:
    made = house.officer.send("/watches", json=HERE)
    public = house.people["public"]
    renewed = house.officer.send(f"/watches/{made['id']}/feed", 200)
    assert feed_of(public, made["feed"], 404).json()["code"] == "not_found"
    assert titles(feed_of(public, renewed["feed"])) == []
    house.officer.send(f"/watches/{made['id']}/feed", 204, method="DELETE")
    feed_of(public, renewed["feed"], 404)
    assert house.officer.get(f"/watches/{made['id']}")["has_feed"] is False


def test_a_watch_is_its_owners_alone(house: House) -> None:
    made = house.company.send("/watches", json=HERE)
    path = f"/watches/{made['id']}"
    for login in ("neighbour", "officer", "admin", "reader"):
        other = house.people[login]
        assert made["id"] not in [one["id"] for one in other.get("/watches")["watches"]]
        for asked in (path, f"{path}/items", f"{path}/deliveries"):
            other.get(asked, 404)
        other.send(path, 404, method="PATCH", json={"active": False})
        other.send(path, 404, method="DELETE")
        other.send(f"{path}/feed", 404)
        url = {"url": "https://hooks.example.org/"}
        other.send(f"{path}/webhook", 404, method="PUT", json=url)
        other.send(f"{path}/webhook/test", 404)
    assert house.company.get(path)["active"] is True


def test_what_happens_while_a_watch_is_ended_makes_no_item(house: House) -> None:
    made = house.neighbour.send("/watches", json={"name": "x", "bbox": [26.0, -9.0, 26.1, -8.9]})
    path = f"/watches/{made['id']}"
    house.neighbour.send(path, 204, method="DELETE")
    assert house.neighbour.get(path)["active"] is False
    granted(house, "PR 31", 26 * 120, -9 * 120, "Ended SARL")
    collected(house)
    house.neighbour.send(path, 200, method="PATCH", json={"active": True, "name": "y"})
    collected(house)
    assert house.neighbour.get(f"{path}/items")["items"] == []
    granted(house, "PR 32", 26 * 120 + 4, -9 * 120, "Again SARL")
    collected(house)
    found = house.neighbour.get(f"{path}/items")["items"]
    assert [one["facts"]["code"] for one in found] == ["PR 32"]
    assert house.neighbour.get(path)["name"] == "y"


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"name": "x"}, "watch_refused"),
        ({"name": "x", "province": "Ituri", "title_id": 1}, "watch_refused"),
        ({"name": "x", "province": "Atlantide"}, "watch_refused"),
        ({"name": "x", "bbox": [25, -10, 24, -9]}, "watch_refused"),
        ({"name": "x", "bbox": [25, -10, 25, -9]}, "watch_refused"),
        ({"name": "x", "title_id": 999999}, "not_found"),
        ({"name": "x", "runs": [[0, 0, 20_001]]}, "watch_refused"),
        ({"name": "x", "runs": []}, "watch_refused"),
        ({"name": "x", "runs": [[0, 5, 5]]}, "grid"),
        ({"name": "x", "polygon": {"type": "Point", "coordinates": [25, -10]}}, "watch_refused"),
        ({"name": "x", "polygon": {"type": "Polygon", "coordinates": "a"}}, "watch_refused"),
        (
            {
                "name": "x",
                "polygon": {
                    "type": "Polygon",
                    "coordinates": [[[25, -10], [26, -9], [26, -10], [25, -9], [25, -10]]],
                },
            },
            "watch_refused",
        ),
        ({"name": "x", "province": "Ituri", "kinds": ["all"]}, "bad_request"),
        ({"name": " ", "province": "Ituri"}, "bad_request"),
        ({"name": "x", "province": "Ituri", "secret": 1}, "bad_request"),
    ],
)
def test_what_cannot_be_watched_is_refused_in_words(
    house: House, order: dict[str, Any], code: str
) -> None:
    before = len(house.inspector.get("/watches")["watches"])
    answer = house.inspector.client.post(
        "/api/v1/watches", json=order, headers=house.inspector.home
    )
    assert answer.status_code in (400, 404, 422), answer.text
    assert answer.json()["code"] == code
    assert len(house.inspector.get("/watches")["watches"]) == before


def test_refusals_are_in_french_too(house: House) -> None:
    headers = {**house.company.home, "Accept-Language": "fr"}
    order = {"name": "x", "province": "Atlantide"}
    answer = house.company.client.post("/api/v1/watches", json=order, headers=headers).json()
    assert answer["title"] == "Cette veille n’est pas possible."
    assert answer["detail"].startswith("il n’y a pas de province « Atlantide »")


def test_an_account_has_fifty_watches(house: House) -> None:
    order = {"name": "x", "province": "Ituri"}
    ids = [house.minister2.send("/watches", json=order)["id"] for _ in range(50)]
    assert house.minister2.send("/watches", 422, json=order)["code"] == "watch_refused"
    house.minister2.send(f"/watches/{ids[0]}", 204, method="DELETE")
    house.minister2.send("/watches", json=order)
    refused = house.minister2.send(f"/watches/{ids[0]}", 422, method="PATCH", json={"active": True})
    assert refused["code"] == "watch_refused"
    assert PEOPLE["minister2"] is Role.MINISTER


def test_a_public_feed_is_an_address_and_needs_nobody(house: House) -> None:
    title = granted(house, "PR 41", 24 * 120, -8 * 120, "Lomami SARL")
    granted(house, "PR 42", 24 * 120 + 2, -8 * 120, "Jean Ilunga")
    collected(house)
    public = house.people["public"]
    asked = "/api/v1/feeds/public.atom?lang=en&"
    one = f"{24 + 1 / 240},{-8 + 1 / 240},{24 + 1 / 120},{-8 + 1 / 60}"
    assert titles(feed_of(public, f"{asked}bbox={one}")) == ["Title registered: PR 41"]
    assert titles(feed_of(public, f"{asked}title={title}")) == ["Title registered: PR 41"]
    both = feed_of(public, f"{asked}bbox=23.9,-8.1,24.1,-7.9&kinds=grant,state")
    assert titles(both) == ["Title registered: PR 42", "Title registered: PR 41"]
    assert "Ilunga" not in etree.tostring(both, encoding="unicode")
    assert titles(feed_of(public, f"{asked}province=Ituri")) == []
    assert titles(feed_of(public, f"{asked}bbox=23.9,-8.1,24.1,-7.9&kinds=zone")) == []
    touching = f"{24 + 4 / 120},-8.0,24.1,-7.9"
    assert titles(feed_of(public, f"{asked}bbox={touching}")) == []
    assert "Set-Cookie" not in public.client.get(f"{asked}province=Ituri").headers


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("bbox=1,2,3", "watch_refused"),
        ("bbox=a,b,c,d", "watch_refused"),
        ("bbox=nan,nan,nan,nan", "watch_refused"),
        ("province=Atlantide", "watch_refused"),
        ("province=Ituri&title=3", "watch_refused"),
        ("kinds=all", "input"),
        ("lang=sw", "bad_request"),
        ("before=0", "bad_request"),
    ],
)
def test_a_public_feed_says_what_is_wrong_with_its_address(
    house: House, query: str, code: str
) -> None:
    answer = house.people["public"].client.get(f"/api/v1/feeds/public.atom?{query}")
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] == code


def test_a_long_feed_is_paged_without_a_gap(house: House) -> None:
    made = house.sgnc.send("/watches", json={"name": "x", "bbox": [20.0, -5.0, 21.0, -4.0]})
    for number in range(52):
        granted(house, f"PR 5{number:02}", 20 * 120 + 2 * number, -5 * 120, f"S{number} SARL")
    collected(house)
    public = house.people["public"]
    first = feed_of(public, made["feed"])
    assert len(titles(first)) == 50
    links = {link.get("rel"): link.get("href") for link in first.iterfind(f"{ATOM}link")}
    second = feed_of(public, links["next"])
    assert titles(second) == ["Titre enregistré : PR 501", "Titre enregistré : PR 500"]
    back = {link.get("rel"): link.get("href") for link in second.iterfind(f"{ATOM}link")}
    assert (back["first"], "next" in back) == (links["self"], False)
    path = f"/watches/{made['id']}/items"
    page = house.sgnc.get(path, limit=50)
    assert len(page["items"]) == 50
    assert len(house.sgnc.get(path, limit=50, before=page["next_before"])["items"]) == 2


def test_a_closed_account_closes_its_feeds(house: House) -> None:
    made = house.province.send("/watches", json=HERE)
    house.admin.send("/accounts/province", 204, method="DELETE")
    feed_of(house.people["public"], made["feed"], 404)
