"""Activity near Kolwezi, told over HTTP: seen in a zone, then over its boundary; an early warning,
a conflict mediated, and lawful ground found for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import story_route_b as b
from loopback import Hook, hook_server
from lxml import etree
from sample_register import act, facts
from signxml import SignatureConfiguration, SignatureMethod
from signxml.verifier import XMLVerifier
from standardwebhooks import Webhook
from story_house import COL, HOLDER, ROW, House, open_house, rectangle

from api.delivery.courier import Courier
from geo.register.connection import REGISTER, UnitOfWork
from geo.register.writer import institute_zone

ATOM = "{http://www.w3.org/2005/Atom}"
ZONE = rectangle(COL - 4, ROW, 4, 4)
"""ZEA 7: sixteen carrés on the western side of PE 525."""
SURVEYED = f"bbox:{(COL - 20) / 120},{(ROW - 20) / 120},{(COL + 10) / 120},{(ROW + 20) / 120}"
"""The source looks at the zone and at PE 525; it ends where PE 526 begins."""
PATCH_DEG = 0.003
"""The side of each patch: 0.003° of longitude and latitude, about 10.9 ha at 10.7° S."""
IN_ZONE, OLD_PIT, SPILL = (-2.0, 1.5), (6.5, 6.5), (0.5, 1.5)
"""South-west corners in carrés from that of PE 525: in the zone, in the permit, over the edge."""
MONTHS = {
    "2025-01": (IN_ZONE, OLD_PIT),
    "2025-02": (IN_ZONE, OLD_PIT, SPILL),
    "2025-03": (IN_ZONE, OLD_PIT, SPILL, (0.7, 1.9)),
}
SPAN = {"since": "2025-01-01", "until": "2025-03-31"}


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hook_server() as hook:
        yield hook


@pytest.fixture
def house(fresh_database: Any, tmp_path: Path) -> Iterator[House]:
    allowed = {"webhook_allow": ("127.0.0.0/8",)}
    with open_house(fresh_database, tmp_path, date(2025, 2, 5), **allowed) as house:
        zone = facts("ZEA 7", "ZEA", holders=(), granted_on=date(2020, 1, 1))
        with UnitOfWork(house.engine, REGISTER, "mabele", "setup") as unit:
            house.titles["ZEA 7"] = institute_zone(unit, zone, ZONE, act("institution"))
            unit.commit()
        yield house


def patches(*corners: tuple[float, float], month: str) -> bytes:
    """A file of detections, as a provider sends it."""
    features = []
    for col, row in corners:
        west, south = (COL + col) / 120, (ROW + row) / 120
        east, north = west + PATCH_DEG, south + PATCH_DEG
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"date": month}, "geometry": shape})
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def described(source: str) -> dict[str, str]:
    """What the first delivery of a source says of it; one of them is not public."""
    public = str(source == "veille").lower()
    return {"name": f"Essai, {source}", "kind": "detections", "public": public}


def deliver(
    house: House, month: str, *corners: tuple[float, float], source: str = "veille"
) -> dict[str, Any]:
    """Deliver what a source detected in a month, with the ground and the days it looked at."""
    first = date.fromisoformat(f"{month}-01")
    known = [one["code"] for one in house.officer.get("/activity/sources")]
    form = {
        "source": source,
        **({} if source in known else described(source)),
        "extent": SURVEYED,
        "from": first.isoformat(),
        "to": first.replace(month=first.month + 1).isoformat(),
    }
    content = patches(*(corners or MONTHS[month]), month=month)
    sent = {"file": (f"{source}-{month}.geojson", content, "application/geo+json")}
    return house.officer.send("/activity/deliveries", data=form, files=sent)


def courier_comes(house: House) -> None:
    """One round of the courier: items are made, webhooks sent."""
    Courier(house.engine, house.settings, house.clock).round()


def places(house: House, login: str, **asked: Any) -> list[dict[str, Any]]:
    return list(house.people[login].get("/activity/places", **asked)["items"])


def observed(house: House, corner: tuple[float, float], month: str) -> int:
    """The number of the observation of a patch in a month."""
    west, south = (COL + corner[0]) / 120, (ROW + corner[1]) / 120
    box = f"{west + 1e-4},{south + 1e-4},{west + 2e-4},{south + 2e-4}"
    found = house.officer.get("/activity/observations", bbox=box, source="veille")["items"]
    (one,) = [item for item in found if item["during"]["from"] == f"{month}-01"]
    return int(one["id"])


def first_delivery(house: House) -> None:
    """5 February: January's detections; where they stand, and where nobody looked."""
    stored = deliver(house, "2025-01")
    assert (stored["kept"], stored["refused"], stored["unchanged"]) == (2, 0, False)
    assert deliver(house, "2025-01")["unchanged"]
    codes = {one["code"] for one in places(house, "officer")}
    assert codes == {"inside_zone", "inside_permit_no_allocation"}
    (pit,) = places(house, "company")
    assert (pit["code"], pit["rights"][0]["holder"]) == ("inside_permit_no_allocation", HOLDER)
    months = {"since": "2024-12-01", "until": "2025-03-01"}
    for code, told in (
        ("PE 525", [("not_surveyed", 0), (None, 1), ("not_surveyed", 0)]),
        ("PE 526", [("not_surveyed", 0)] * 3),
    ):
        seen = house.company.get(f"/titles/{house.titles[code]}/activity", **months)["months"]
        assert [(one["code"], one["seen"]) for one in seen] == told
    assert house.officer.send("/activity/alerts/runs", json=SPAN)["raised"] == []


def company_watches(house: House, hook: Hook) -> dict[str, Any]:
    """The holder watches its permit by a feed and by a program of its own."""
    asked = {"name": "PE 525", "title_id": house.titles["PE 525"], "language": "en"}
    made = house.company.send("/watches", json=asked)
    hooked = f"/watches/{made['id']}/webhook"
    secret = house.company.send(hooked, 200, method="PUT", json={"url": hook.url})["secret"]
    courier_comes(house)
    assert hook.received == []  # what was known before is no news
    return {**made, "secret": secret}


def activity_spreads(house: House) -> dict[str, Any]:
    """5 March: February's detections cross the zone's boundary into the permit."""
    house.clock.go_to(date(2025, 3, 5))
    assert deliver(house, "2025-02")["kept"] == 3
    run = house.officer.send("/activity/alerts/runs", json=SPAN)
    assert len(run["raised"]) == 2
    assert run["months_not_surveyed"] == ["2025-03-01"]
    again = house.supervisor.send("/activity/alerts/runs", json=SPAN)
    assert (again["raised"], again["repeated"]) == ([], 2)
    found = {one["direction"]: one for one in house.officer.get("/activity/alerts")["alerts"]}
    assert set(found) == {"leaves_area", "enters_permit"}
    assert {one["month"] for one in found.values()} == {"2025-02-01"}
    entered = found["enters_permit"]
    assert entered["title_id"] == house.titles["PE 525"]
    shown = {one["after"]: one["observation"] for one in entered["evidence"]}
    before, after = observed(house, OLD_PIT, "2025-01"), observed(house, SPILL, "2025-02")
    assert shown == {False: before, True: after}
    return dict(entered)


def entries(feed: bytes) -> list[str]:
    """The titles of a feed's entries, the newest first."""
    return [one.findtext(f"{ATOM}title") for one in etree.fromstring(feed).iter(f"{ATOM}entry")]


def company_is_told(house: House, watch: dict[str, Any], hook: Hook) -> None:
    """Detections and alert: in the signed feed, and to the program, once."""
    courier_comes(house)
    courier_comes(house)
    feed = house.public.client.get(watch["feed"]).content
    certificate = house.public.raw("/feeds/certificate.pem").text
    expected = SignatureConfiguration(signature_methods=frozenset({SignatureMethod.ECDSA_SHA256}))
    verified = XMLVerifier().verify(feed, x509_cert=certificate, expect_config=expected)
    assert not isinstance(verified, list)
    assert verified.signed_xml is not None
    items = house.company.get(f"/watches/{watch['id']}/items")["items"]
    kinds = [one["kind"] for one in items]
    assert {"activity", "alert"} == set(kinds)
    assert len(entries(feed)) == len(kinds)
    for headers, body in hook.received:
        at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)  # the story's clock
        signed = Webhook(watch["secret"]).sign(headers["webhook-id"], at, body.decode())
        assert headers["webhook-signature"] == signed
    sent = [json.loads(body) for _, body in hook.received]
    assert sorted(one["type"] for one in sent) == sorted(f"mabele.{kind}" for kind in kinds)
    assert len(set(hook.ids)) == len(hook.ids)


def conflict_is_opened(house: House, alert: dict[str, Any]) -> int:
    """A case from the activity in the permit; March's detection of the place joins it."""
    order = {"subject": "activity", "summary": "Activité vue dans un permis."}
    seen = observed(house, SPILL, "2025-02")
    made = house.officer.send("/conflicts", json={**order, "observation_ids": [seen]})
    case = int(made["file_id"])
    house.officer.send(f"/conflicts/{case}/evidence", json={"alert_id": alert["id"]})
    house.clock.go_to(date(2025, 4, 3))
    assert deliver(house, "2025-03")["kept"] == 4
    for corner in MONTHS["2025-03"][2:]:
        later = {**order, "observation_ids": [observed(house, corner, "2025-03")]}
        joined = house.inspector.send("/conflicts", 200, json=later)
        assert (joined["file_id"], joined["evidence_added"]) == (case, 1)
    read = house.officer.get(f"/conflicts/{case}")
    assert [one["kind"] for one in read["evidence"]] == ["observation", "alert"] + [
        "observation"
    ] * 2
    assert read["titles"] == [house.titles["PE 525"]]
    house.neighbour.get(f"/conflicts/{case}", 404)
    return case


def lawful_ground_is_found(house: House) -> int:
    """Siting around the activity; the company files the first route-B candidate unchanged."""
    middle = [(COL + SPILL[0]) / 120 + PATCH_DEG / 2, (ROW + SPILL[1]) / 120 + PATCH_DEG / 2]
    question = {"around": [middle], "radius_m": 3000, "substances": ["Co", "Cu"]}
    answer = house.officer.send("/siting", 200, json=question)
    states = {one["state"]: one["cells"] for one in answer["states"]}
    assert states["artisanal_zone_already"] > 0
    candidate = next(
        one
        for one in answer["candidates"]
        if any(check["way"] == "route_b" for check in one["checks"])
    )
    assert all(one["why"] for one in candidate["standings"])
    file = house.company.open(
        machine="allocation",
        subject="route_b",
        party_id=house.parties[HOLDER],
        host_title_id=house.titles["PE 525"],
        province="Lualaba",
        runs=candidate["runs"],
        content=b.AGREEMENT,
    )
    house.company.add(file, "consent", "egc_agreement")
    filed = house.company.step(file, "file")
    assert filed["state"] == "filed"
    assert "block" not in {one["settled"] for one in filed["findings"]}
    return file


def conflict_is_settled(house: House, case: int) -> None:
    """Heard, mediated, settled by the route-B file; two people."""
    (party,) = house.officer.get(f"/conflicts/{case}")["parties"]
    said = {"conflict_party_id": party["id"], "text": "D’accord pour la voie B."}
    day = {"on_day": house.clock.day.isoformat()}
    house.company.send(f"/conflicts/{case}/positions", json={**said, **day})
    house.officer.step(case, "hear")
    house.officer.step(case, "mediate")
    file = lawful_ground_is_found(house)
    settlement = {"kind": "allocation_route_b", "text": "Par la voie B.", "carried_by": file}
    house.officer.send(f"/conflicts/{case}/settlements", json={**settlement, **day})
    house.officer.step(case, "propose_settlement")
    house.officer.step(case, "confirm_settlement", 403)
    assert house.supervisor.step(case, "confirm_settlement")["state"] == "settled"
    (kept,) = house.company.get(f"/conflicts/{case}")["settlements"]
    assert (kept["carried_by"], kept["carried_by_state"]) == (file, "filed")


def public_reads_what_is_published(house: House) -> None:
    """Public sources, counts of conflicts; no alert, no case, no name; never a judgement."""
    deliver(house, "2025-03", (3.5, 3.5), source="interne")
    ours, theirs = (
        {one["source"] for one in places(house, login)} for login in ("officer", "public")
    )
    assert (ours, theirs) == ({"veille", "interne"}, {"veille"})
    asked = {"title": house.titles["PE 525"], "from": "2025-03-01", "to": "2025-04-30"}
    inside = {}
    for login in ("officer", "public"):
        steps = house.people[login].get("/activity/expansion", **asked)["steps"]
        (inside[login],) = [z for z in steps[0]["zones"] if z["zone"] == "inside"]
        assert {z["surveyed"] for z in steps[1]["zones"]} == {"not_surveyed"}
        assert {str(z["seen"]) for z in steps[1]["zones"]} == {"None"}
    assert inside["officer"]["seen"]["ha"] > inside["public"]["seen"]["ha"] > 30
    house.public.get("/activity/alerts", 401)
    house.reader.get("/activity/alerts", 403)
    house.public.get("/conflicts", 401)
    (count,) = house.public.get("/conflicts/public")
    assert (count["province"], count["state"], count["cases"]) == ("Lualaba", "settled", 1)
    courier_comes(house)
    feed = house.public.raw(f"/feeds/public.atom?title={house.titles['PE 525']}&lang=en").content
    told = " ".join(entries(feed)).lower()
    assert "activity" in told
    assert not {"alert", "conflict"} & set(told.replace(":", " ").split())
    everything = json.dumps([places(house, "public"), house.public.get("/activity/sources")])
    assert "illegal" not in everything.lower() + feed.decode().lower()
    assert "illégal" not in everything.lower() + feed.decode().lower()


def test_activity_from_its_first_detection_to_lawful_ground(house: House, hook: Hook) -> None:
    first_delivery(house)
    watch = company_watches(house, hook)
    alert = activity_spreads(house)
    company_is_told(house, watch, hook)
    case = conflict_is_opened(house, alert)
    conflict_is_settled(house, case)
    public_reads_what_is_published(house)
