"""The chapters of route A: the title shrinks, a zone stands, two cooperatives get its portions."""

from __future__ import annotations

from datetime import date

from story_house import AUTHORITIES, COL, HOLDER, ROW, House, rectangle
from story_route_b import KEPT, NOTICE, act, describe_cooperative, with_rulings

from geo.perimeter import Perimeter

ZONE_CONTENT = {"kind": "ZEA", "name": "ZEA Kabulungu", "substances": ["Co", "Cu"]}
PORTIONS = {
    "COOPERATIVE MINIERE TUMAINI": rectangle(COL, ROW, 2, 1),
    "COOPERATIVE MINIERE UMOJA": rectangle(COL + 2, ROW, 2, 1),
}
"""Two carrés each, as a portion of a zone must have."""


def company_renounces(house: House) -> int:
    """June 2026: the holder authorises the zone and renounces its part, in one filing."""
    house.clock.go_to(date(2026, 6, 1))
    file = house.company.open(
        machine="allocation",
        subject="route_a",
        party_id=house.parties[HOLDER],
        host_title_id=house.titles["PE 525"],
        province="Lualaba",
        runs=KEPT.to_lists(),
        content=ZONE_CONTENT,
    )
    house.company.add(file, "consent")
    refused = house.company.step(file, "file", 409)
    assert "renunciation" in refused["detail"]
    house.company.add(file, "renunciation")
    sides = house.company.get(f"/files/{file}/routes")
    assert (sides["a"]["title_divided"], sides["a"]["host_cells_after"]) == (True, 90)
    assert (sides["b"]["title_divided"], sides["b"]["host_cells_after"]) == (False, 100)
    house.neighbour.get(f"/files/{file}/routes", 404)
    (own,) = house.company.get("/own-titles")
    assert (own["code"], own["cells"], len(own["party_ids"])) == ("PE 525", 100, 1)
    dues = f"/own-titles/{own['title_id']}/dues"
    assert house.company.get(dues)["year"] == 2026
    house.neighbour.get(dues, 404)
    assert house.company.step(file, "file")["state"] == "filed"
    return file


def zone_is_decided(house: House, file: int) -> None:
    """EGC coordinates (cobalt is strategic), the public is heard, two people sign, an arrêté."""
    house.clock.go_to(date(2026, 6, 8))
    house.officer.step(file, "go_on_without_egc", 409)
    house.egc.step(file, "coordinate", reason="Zone utile.")
    house.officer.step(file, "publish_notice", payload=NOTICE)
    house.clock.go_to(date(2026, 7, 9))
    house.officer.step(file, "close_consultation")
    refused = house.officer.step(file, "propose_favourable", 409)
    assert "opinions are missing" in refused["detail"]
    opinions_are_given(house, file)
    house.officer.step(file, "propose_favourable")
    house.officer.step(file, "confirm_favourable", 403)
    house.supervisor.step(file, "confirm_favourable")

    house.clock.go_to(date(2026, 7, 20))
    order = act("Arrêté 0333/2026", date(2026, 7, 20))
    house.minister.step(file, "institute", 409, act=order)  # no act in the file
    house.minister.add(file, "act")
    assert with_rulings(house, "minister", file, "institute", act=order)


def opinions_are_given(house: House, file: int) -> None:
    """Each authority answers for itself, once; nobody else sees the file in its name."""
    for authority in AUTHORITIES:
        person = house.people[authority]
        (asked,) = person.get("/opinions")
        assert (asked["file_id"], asked["authority"]) == (file, authority)
        said = {"answer": "favourable", "text": "Sans objection."}
        person.send(f"/opinions/{asked['id']}", 204, json=said)
        person.send(f"/opinions/{asked['id']}", 409, json=said)


def zone_is_registered(house: House, file: int) -> int:
    """One revision: the title gives up the carrés, the zone has them."""
    house.clock.go_to(date(2026, 7, 27))
    order = act("Arrêté 0333/2026", date(2026, 7, 20))
    house.egc.step(file, "countersign")
    house.officer.step(file, "prepare_registration")
    entry = {"act": order, "payload": {"code": "ZEA 901"}}
    house.officer.step(file, "register_zone", 403, **entry)
    with_rulings(house, "supervisor", file, "register_zone", **entry)
    return int(house.officer.get(f"/files/{file}")["title_id"])


def portions_are_attributed(house: House, zone: int) -> list[int]:
    """Two carrés to each of two cooperatives; three to one are refused."""
    house.clock.go_to(date(2026, 8, 10))
    too_large = _asked(house, zone, "COOPERATIVE MINIERE TUMAINI", rectangle(COL, ROW, 3, 1))
    refused = house.officer.step(too_large, "file", 422)
    assert "portion_cells" in {one["code"] for one in refused["findings"]}
    house.officer.step(too_large, "drop")
    made = []
    for name, ground in PORTIONS.items():
        file = _asked(house, zone, name, ground)
        house.officer.step(file, "file")
        order = act(f"Arrêté provincial {name}", date(2026, 8, 10))
        with_rulings(house, "minister", file, "decide", act=order)
        entry = {"act": order, "payload": {"approval_reference": "Agrément 2024/15"}}
        house.officer.step(file, "register", 403, **entry)
        with_rulings(house, "officer2", file, "register", **entry)
        made.append(int(house.officer.get(f"/files/{file}")["title_id"]))
    return made


def _asked(house: House, zone: int, name: str, ground: Perimeter) -> int:
    party = house.officer.send("/parties", json={"name": name})["id"]
    describe_cooperative(house, zone, party)
    file = house.officer.open(
        machine="attribution",
        subject="portion",
        party_id=party,
        host_title_id=zone,
        province="Lualaba",
        runs=ground.to_lists(),
        content={"kind": "PORTION", "substances": ["Co", "Cu"]},
    )
    house.officer.add(file, "approval")
    return file
