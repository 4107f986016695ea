"""What everybody reads of the story afterwards: the register on both clocks, and the public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from story_house import House
from story_route_b import KEPT, PROPOSED

WHOLE = 100
"""Carrés of PE 525 before anything; 10 of them go to the zone by route A, none by route B."""


@dataclass(frozen=True)
class Told:
    """Numbers of the files and titles of the story, and the revision after each chapter."""

    file: int
    area: int
    zone: int
    portions: list[int]
    work_areas: list[int]
    revisions: dict[str, int]


def register_on_both_clocks(house: House, told: Told) -> None:
    """Each step of the register, by the legal day and by what was known."""
    host, known = house.titles["PE 525"], told.revisions
    assert not house.ground(told.area, date(2025, 6, 2), known["proposed"])  # not known yet
    assert not house.ground(told.area, date(2025, 5, 31))  # the agreement starts on 1 June
    assert house.ground(told.area, date(2025, 6, 1)) == KEPT
    assert house.ground(told.area, date(2026, 5, 3)) == KEPT
    assert not house.ground(told.area, date(2026, 5, 4))  # returned
    assert house.ground(told.area, date(2026, 5, 4), known["suspended"]) == KEPT  # not known yet
    assert house.ground(host, date(2025, 6, 2)).count == WHOLE  # by route B the title stays whole
    for portion in (*told.work_areas, *told.portions):
        held_on = date(2025, 7, 1) if portion in told.work_areas else date(2026, 8, 10)
        assert house.ground(portion, held_on).count == 2
    assert not house.ground(told.work_areas[0], date(2026, 5, 4))

    shrunk = date(2026, 7, 20)  # the day of the arrêté
    assert house.ground(host, date(2026, 7, 19)).count == WHOLE
    assert house.ground(host, shrunk).count == WHOLE - KEPT.count
    assert house.ground(host, shrunk, known["returned"]).count == WHOLE
    assert house.ground(told.zone, shrunk) == KEPT
    assert not house.ground(host, shrunk) & house.ground(told.zone, shrunk)


def file_on_both_clocks(house: House, told: Told) -> None:
    """The file as it stood, for officials alone."""
    path = f"/files/{told.file}/then"
    house.company.get(path, 403, on="2025-04-01")
    for day, state, ground in (
        ("2025-03-04", "filed", PROPOSED),
        ("2025-04-01", "consultation", PROPOSED),
        ("2025-04-14", "consulted", KEPT),
        ("2025-05-06", "decided", KEPT),
        ("2026-01-01", "registered", KEPT),
    ):
        then = house.officer.get(path, on=day)
        assert (then["state"], then["ground"]["cells"]) == (state, ground.count), day
    known = {"on": "2026-01-01", "as_known_on": told.revisions["proposed"]}
    assert house.legal.get(path, **known)["state"] == "filed"


def operation_on_both_clocks(house: House, told: Told) -> None:
    """Suspended on the days between, though nobody knew it the day before."""
    path = f"/operation/{told.area}"
    for day, state in (("2025-09-30", "open"), ("2025-10-20", "suspended"), ("2025-11-04", "open")):
        assert house.inspector.get(path, on=day)["state"] == state
    before = {"on": "2025-10-20", "as_known_on": told.revisions["opened"]}
    assert house.egc.get(path, **before)["state"] == "open"


def public_reads(house: House, told: Told) -> None:
    """Title, zone and portions with their carrés; nothing of the terms, nobody's name withheld."""
    host, zone = (house.public.get(f"/titles/{n}") for n in (house.titles["PE 525"], told.zone))
    assert (host["cells"], zone["cells"], zone["kind"], zone["code"]) == (90, 10, "ZEA", "ZEA 901")
    assert zone["legal_area_ha"] == "849.550"  # 10 × 84.955, by hand
    for portion in told.portions:
        card = house.public.get(f"/titles/{portion}")
        assert (card["cells"], card["kind"]) == (2, "PORTION")
    house.public.get(f"/files/{told.file}", 401)
    assert house.public.get(f"/operation/{told.area}/public")["cooperatives"] == [
        "COOPERATIVE MINIERE TUMAINI",
        "COOPERATIVE MINIERE UMOJA",
    ]


def neighbour_sees_nothing(house: House, told: Told) -> None:
    """The company next door reads what the public reads, and no more."""
    neighbour = house.neighbour
    assert neighbour.get("/files", closed="true") == []
    assert neighbour.get("/rulings") == []
    for path in ("", "/versions/1..2", "/check", "/displaced", "/receipt.pdf", "/opinion.pdf"):
        neighbour.get(f"/files/{told.file}{path}", 404)
    document = house.officer.get(f"/files/{told.file}")["documents"][0]["id"]
    neighbour.get(f"/files/{told.file}/documents/{document}", 404)
    neighbour.get(f"/operation/{told.area}", 404)


def ground_is_what_it_became(house: House, told: Told) -> None:
    """On the ground of the story lie the zone and its two portions, and nothing else."""
    with house.register() as reader:
        met = reader.grounds_meeting(KEPT, date(2026, 8, 10))
    assert sorted(one.kind or "" for one in met) == ["PORTION", "PORTION", "ZEA"]
