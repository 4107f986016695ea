"""The chapters of route B: twelve carrés proposed, ten registered, worked, suspended, returned."""

from __future__ import annotations

import io
import json
import uuid
from datetime import date
from typing import Any

from pypdf import PdfReader
from story_house import COL, HOLDER, NEIGHBOUR, ROW, House, Person, rectangle

from geo.perimeter import Perimeter

PROPOSED = rectangle(COL, ROW, 4, 3)
"""Twelve carrés, inside the holder's permit."""
OBJECTED = Perimeter.from_runs([(ROW + 2, COL + 2, COL + 4)])
"""Two of them, in the north-east corner, where the village has its fields."""
KEPT = PROPOSED - OBJECTED
"""The ten that are registered; 10 × 84.955 ha = 849.55 ha."""
PORTIONS = {
    "COOPERATIVE MINIERE TUMAINI": rectangle(COL, ROW, 2, 1),
    "COOPERATIVE MINIERE UMOJA": rectangle(COL + 2, ROW, 2, 1),
}

AGREEMENT = {
    "kind": "EGC",
    "substances": ["Co", "Cu"],
    "agreement_reference": "Accord EGC–KSM 7/2025",
    "agreement_on": "2025-02-28",
    "starts_on": "2025-06-01",
    "ends_on": "2030-06-01",
    "transfers_rights": False,
}
NOTICE = {"days": 30, "length_basis": "usage des consultations locales"}


def act(reference: str, on_day: date) -> dict[str, str]:
    """An act as it is named in a step."""
    return {"reference": reference, "on_day": on_day.isoformat()}


def draft_of_route_b(house: House) -> int:
    """A draft for the twelve carrés, with the holder's consent and the agreement."""
    file = house.company.open(
        machine="allocation",
        subject="route_b",
        party_id=house.parties[HOLDER],
        host_title_id=house.titles["PE 525"],
        province="Lualaba",
        runs=PROPOSED.to_lists(),
        content=AGREEMENT,
    )
    house.company.add(file, "consent", "egc_agreement")
    return file


def company_proposes(house: House) -> int:
    """3 March 2025: a draft that nobody else sees, then a numbered filing."""
    file = draft_of_route_b(house)
    for other in ("neighbour", "officer", "egc", "minister", "legal", "inspector"):
        house.people[other].get(f"/files/{file}", 404)
    filed = house.company.step(file, "file")
    assert (filed["state"], filed["number"]) == ("filed", "A-2025-00001")
    assert "block" not in {one["settled"] for one in filed["findings"]}
    assert filed["verdict"] == "needs_legal_review"
    return file


def egc_coordinates(house: House, file: int) -> None:
    """EGC sees the file from its filing on, and says that it takes part."""
    house.clock.go_to(date(2025, 3, 10))
    house.officer.step(file, "coordinate", 403, reason="not mine")
    done = house.egc.step(file, "coordinate", reason="Accord conforme au standard.")
    assert done["state"] == "coordinated"


def public_objects(house: House, file: int) -> None:
    """The notice shows ground, route, substances and parties; two carrés are objected to."""
    house.clock.go_to(date(2025, 3, 12))
    house.company.step(file, "publish_notice", 403, payload=NOTICE)
    house.officer.step(file, "publish_notice", payload=NOTICE)
    notice = house.public.get("/notices?status=open")["items"][0]
    assert (notice["route"], notice["cells"], notice["closes_on"]) == ("B", 12, "2025-04-11")
    assert [one["name"] for one in notice["parties"]] == [HOLDER]
    assert "KSM 7/2025" not in json.dumps(notice)  # terms are not for the public

    house.clock.go_to(date(2025, 3, 20))
    reference = _object(house, notice["id"])
    seen = house.legal.get(f"/files/{file}/objections")
    assert [(one["reference"], one["late"]) for one in seen] == [(reference, False)]
    house.company.get(f"/files/{file}/objections", 403)
    house.public.get(f"/files/{file}/objections", 401)

    house.clock.go_to(date(2025, 4, 12))
    house.officer.step(file, "close_consultation")
    refused = house.officer.step(file, "propose_favourable", 409)
    assert "objection" in refused["detail"]


def _object(house: House, notice: int) -> str:
    """Object without an account; sent twice, it is one objection."""
    cells = [[col, row] for row, low, high in OBJECTED.to_lists() for col in range(low, high)]
    objection = {
        "client_key": str(uuid.uuid4()),
        "reason": "Nos champs et le chemin de l’école.",
        "place": {"cells": cells},
        "name": "Mama Kabedi",
        "contact": "+243 000 000 000",
    }
    receipt = house.public.send(f"/notices/{notice}/objections", json=objection)
    again = house.public.send(f"/notices/{notice}/objections", json=objection)
    assert again["reference"] == receipt["reference"]
    return str(receipt["reference"])


def perimeter_is_amended(house: House, file: int) -> None:
    """The two carrés leave the proposal, and the objector is told so in public."""
    house.clock.go_to(date(2025, 4, 14))
    house.officer.step(file, "ask_amendment", reason="Retirer les deux carrés des champs.")
    changed = {
        "content": AGREEMENT,
        "runs": KEPT.to_lists(),
        "expected_version": 1,
    }
    house.neighbour.send(f"/files/{file}/version", 404, method="PUT", json=changed)
    house.company.send(f"/files/{file}/version", 200, method="PUT", json=changed)
    house.company.step(file, "resubmit_smaller")
    compared = house.officer.get(f"/files/{file}/versions/1..2")
    assert (compared["gained"]["cells"], compared["lost"]["cells"]) == (0, 2)
    assert compared["lost"]["runs"] == OBJECTED.to_lists()
    _answer_objection(house, file)


def _answer_objection(house: House, file: int) -> None:
    (one,) = house.officer.get(f"/files/{file}/objections")
    steps = f"/files/{file}/objections/{one['reference']}/steps"
    for action, said in (
        ("admit", {"reason": "Reçue à temps."}),
        ("examine", {}),
        ("answer", {"public_text": "Les deux carrés sont retirés."}),
    ):
        seen = house.officer.get(f"/files/{file}/objections")[0]["steps_taken"]
        asked = {"action": action, "expected_steps": seen, **said}
        house.officer.send(steps, 200, json=asked)


def with_rulings(house: House, login: str, file: int, action: str, **order: Any) -> set[str]:
    """Take a step; while the law leaves something open, have it ruled on. Return what was."""
    settled: set[str] = set()
    while True:
        answer = house.people[login].try_step(file, action, **order)
        if answer.status_code == 201:
            return settled
        refused = answer.json()
        assert (answer.status_code, refused["code"]) == (422, "needs_ruling"), refused
        codes = {one["code"] for one in refused["findings"]}
        assert codes - settled == codes != set(), refused
        for code in sorted(codes):
            settle(house, file, code)
        settled |= codes


def settle(house: House, file: int, code: str) -> None:
    """Have one adviser rule on a provision of a file, and another put it in force."""
    ruling = {
        "code": code,
        "answer": "permitted",
        "text": f"Vérifié sur pièces : {code}.",
        "reference": f"AJ-{file}-{code}",
        "signatory": "Me Conseil",
        "signed_on": house.clock.day.isoformat(),
        "from_day": "2025-01-01",
        "file_id": str(file),
    }
    number = house.legal.send("/rulings", data=ruling)["id"]
    decision = {"state": "in_force"}
    house.legal.send(f"/rulings/{number}/decision", 403, json=decision)
    house.officer.send(f"/rulings/{number}/decision", 403, json=decision)
    house.legal2.send(f"/rulings/{number}/decision", 204, json=decision)


def opinion_is_signed(house: House, file: int) -> None:
    """Two people of the cadastre make an opinion; until then its paper is a draft."""
    house.clock.go_to(date(2025, 4, 16))
    house.officer.step(file, "propose_favourable")
    paper = f"/files/{file}/opinion.pdf"
    assert "PROJET" in printed(house.officer, paper)
    house.company.get(paper, 404)
    house.officer.step(file, "confirm_favourable", 403)
    house.supervisor.step(file, "confirm_favourable")
    assert "PROJET" not in printed(house.company, paper)
    assert "A-2025-00001" in printed(house.company, f"/files/{file}/receipt.pdf")
    extract = printed(house.company, f"/files/{file}/survey-extract.pdf")
    assert "PE 526" in extract  # the permit next door, by its public name
    assert NEIGHBOUR in extract


def printed(person: Person, path: str) -> str:
    """The text of a paper."""
    answer = person.raw(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return "\n".join(page.extract_text() for page in pages)


def act_is_registered(house: House, file: int) -> int:
    """No ruling, no decision; then the Minister, EGC, and two of the cadastre, in turn."""
    house.clock.go_to(date(2025, 5, 5))
    minister = act("Arrêté 0101/2025", date(2025, 5, 5))
    house.minister.add(file, "ministerial_act")
    refused = house.minister.step(file, "approve", 422, act=minister)
    assert refused["code"] == "needs_ruling"
    assert all(one["article"] for one in refused["findings"])
    house.company.step(file, "approve", 403, act=minister)
    settled = with_rulings(house, "minister", file, "approve", act=minister)
    assert {"arecoms_notice", "restricted_block", "third_parties", "host_fee_paid"} <= settled

    house.clock.go_to(date(2025, 5, 12))
    house.egc.step(file, "countersign")
    house.officer.step(file, "prepare_registration")
    entry = {"act": minister, "payload": {"code": "EGC-525-1"}}
    house.officer.step(file, "register_agreement", 403, **entry)
    house.officer2.step(file, "register_agreement", **entry)
    return int(house.officer.get(f"/files/{file}")["title_id"])


def geology_and_layout(house: House, area: int) -> int:
    """Nothing opens before an accepted assessment and an accepted layout: two people each.

    The pits are drawn once it is known who digs where.
    """
    house.clock.go_to(date(2025, 6, 10))
    day = "2025-06-10"
    file = house.egc.open(
        machine="operation", subject="allocation", title_id=area, content={"kind": "EGC"}
    )
    house.egc.add(file, "geological_assessment")
    house.egc.step(file, "file")
    house.egc.step(file, "confirm_assessment", 422)
    (paper,) = house.egc.get(f"/files/{file}")["documents"]
    assert house.company.get(f"/files/{file}", 404)["code"] == "not_found"

    assessment = {
        "on_day": day,
        "document_sha256": paper["sha256"],
        "organisation": "EGC, service géologique",
        "vintage": 2025,
        "resources": "ressources présumées",
    }
    number = house.egc.send(f"/operation/{area}/assessments", json=assessment)["id"]
    _decided(house, area, "assessments", number)
    house.egc.step(file, "confirm_assessment")

    pits = _laid_out(house, area, _pits())
    assert {one["code"] for one in pits["issues"]} == {"pit_outside_portion"}  # nobody digs yet
    refused = _decided(house, area, "layouts", pits["id"], 422)
    assert refused["code"] == "law_forbids"
    plan = _laid_out(house, area, _plan())
    assert plan["issues"] == []
    _decided(house, area, "layouts", plan["id"])
    house.egc.step(file, "confirm_layout")
    return file


def _laid_out(house: House, area: int, features: list[dict[str, Any]]) -> Any:
    """Submit a layout, which is checked and kept."""
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    layout = {"layout": ("plan.geojson", content, "application/geo+json")}
    day = {"on_day": house.clock.day.isoformat()}
    return house.egc.send(f"/operation/{area}/layouts", data=day, files=layout)


def _decided(house: House, area: int, what: str, number: int, status: int = 201) -> Any:
    """A second person of EGC accepts; the first may not."""
    order = {"on_day": house.clock.day.isoformat(), "accepted": True, "reason": "relu"}
    path = f"/operation/{area}/{what}/{number}/decision"
    house.egc.send(path, 403 if status == 201 else status, json=order)
    return house.egc2.send(path, status, json=order)


def _square(name: str, col: int, row: int, **properties: Any) -> dict[str, Any]:
    """A square of 0.001° (110 m) from the centre of a carré."""
    west, south = (col + 0.5) / 120, (row + 0.5) / 120
    east, north = west + 0.001, south + 0.001
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "id": name, "properties": properties, "geometry": geometry}


def _plan() -> list[dict[str, Any]]:
    """What serves both cooperatives: depot, waste, water."""
    kinds = ("ore_depot", "waste", "water")
    return [_square(kind, COL + i, ROW + 1, kind=kind) for i, kind in enumerate(kinds)]


def _pits() -> list[dict[str, Any]]:
    """One pit of 8 m in the ground of each cooperative."""
    return [
        _square("P1", COL, ROW, kind="pit", depth_m=8),
        _square("P2", COL + 2, ROW, kind="pit", depth_m=8),
    ]


def cooperatives_get_work_areas(house: House, area: int) -> dict[str, int]:
    """Two cooperatives get a work area each, under EGC's contract."""
    house.clock.go_to(date(2025, 6, 20))
    made = {}
    for name, ground in PORTIONS.items():
        party = house.officer.send("/parties", json={"name": name})["id"]
        describe_cooperative(house, area, party)
        file = house.egc.open(
            machine="attribution",
            subject="work_area",
            party_id=party,
            host_title_id=area,
            runs=ground.to_lists(),
            content={"kind": "WORK_AREA", "substances": ["Co", "Cu"]},
        )
        house.egc.add(file, "approval")
        house.egc.step(file, "file")
        contract = act(f"Contrat EGC {name}", date(2025, 6, 20))
        house.egc.step(file, "sign_contract", 403, act=contract)
        with_rulings(house, "egc2", file, "sign_contract", act=contract)
        entry = {"act": contract, "payload": {"approval_reference": "Agrément 2024/15"}}
        with_rulings(house, "officer", file, "register", **entry)
        made[name] = int(house.officer.get(f"/files/{file}")["title_id"])
    return made


def describe_cooperative(house: House, area: int, party: int) -> None:
    """Approval, signed conduct code, and as many cards as members."""
    day = house.clock.day.isoformat()
    known = {
        "on_day": day,
        "party_id": party,
        "approval_reference": "Agrément 2024/15",
        "approved_on": "2024-11-04",
        "members": 140,
        "conduct_code_signed": True,
    }
    house.inspector.send(f"/operation/{area}/cooperatives", json=known)
    cards = {"on_day": day, "party_id": party, "year": house.clock.day.year, "cards": 140}
    house.inspector.send(f"/operation/{area}/cards", json=cards)


CONDITIONS = (
    *("no_child_labour", "no_pregnant_women", "ppe", "id_cards", "controlled_zone"),
    *("practice.explosives", "practice.mercury", "practice.processing_unauthorised"),
    *("practice.burn_clearing", "practice.heavy_machinery", "practice.foreign_diggers"),
    *("practice.vulnerable_persons", "practice.red_site_trade"),
)
"""What an inspector looks at before work: minimum conditions, EGC's standard, practices."""


def area_opens(house: House, area: int, file: int) -> None:
    """What must be looked at before work was; another person of EGC opens."""
    house.clock.go_to(date(2025, 9, 1))
    plan = _laid_out(house, area, [*_plan(), *_pits()])
    assert plan["issues"] == []
    _decided(house, area, "layouts", plan["id"])
    refused = step_area(house, "egc2", area, "open", 422)
    assert {one["code"] for one in refused["findings"]} == {"condition_not_checked"}
    for condition in CONDITIONS:
        check = {"on_day": "2025-09-01", "condition": condition, "outcome": "met"}
        seen = {**check, "evidence": "visite du 1er septembre"}
        house.inspector.send(f"/operation/{area}/conditions", json=seen)
    level = {"on_day": "2025-09-01", "standard": "EGC", "level": 3, "assessor": "EGC"}
    house.inspector.send(f"/operation/{area}/standards", json=level)
    house.egc.step(file, "open", 403)
    with_rulings(house, "egc2", file, "open")
    assert public_state(house, area) == "open"


def step_area(house: House, login: str, area: int, action: str, status: int = 201) -> Any:
    """Take a step of the area's operation."""
    seen = house.people[login].get(f"/operation/{area}")["file"]["steps"]
    asked = {"action": action, "expected_steps": seen, "reason": f"{action}: voir le procès-verbal"}
    return house.people[login].send(f"/operation/{area}/steps", status, json=asked)


def public_state(house: House, area: int) -> str:
    """What everybody reads of the area's state."""
    return str(house.public.get(f"/operation/{area}/public")["state"])


def critical_breach(house: House, area: int, file: int) -> None:
    """A critical finding stops work at once; suspended by one, remedied, lifted by another."""
    house.clock.go_to(date(2025, 10, 6))
    visit = {"on_day": "2025-10-06", "authority": "SAEMAPE", "summary": "tunnel sous le puits P1"}
    inspection = house.inspector.send(f"/operation/{area}/inspections", json=visit)["id"]
    breach = {
        "on_day": "2025-10-06",
        "severity": "critical",
        "text": "Galerie souterraine non étayée.",
        "inspection_id": inspection,
        "due_on": "2025-11-06",
    }
    finding = house.inspector.send(f"/operation/{area}/findings", json=breach)["id"]
    assert public_state(house, area) == "suspended"
    steps = house.egc.get(f"/files/{file}")["history"]
    assert [(one["action"], one["actor"]) for one in steps[-1:]] == [("suspend", "M. inspector")]

    house.clock.go_to(date(2025, 11, 3))
    assert step_area(house, "inspector2", area, "lift", 422)["code"] == "law_forbids"
    closing = {"on_day": "2025-11-03", "finding_id": finding, "remediation": "Galerie remblayée."}
    house.inspector2.send(f"/operation/{area}/closures", json=closing)
    step_area(house, "inspector", area, "lift", 403)
    raised = {"on_day": "2025-11-03", "standard": "EGC", "level": 3, "assessor": "SAEMAPE"}
    house.inspector2.send(f"/operation/{area}/standards", json=raised)
    with_rulings(house, "inspector2", file, "lift", reason="Galerie remblayée.")
    assert public_state(house, area) == "open"


def ground_is_returned(house: House, area: int) -> None:
    """The agreement ends: parties heard, decision, rehabilitation, return to the holder."""
    house.clock.go_to(date(2026, 3, 2))
    step_area(house, "inspector", area, "close")
    file = house.company.open(
        machine="allocation_life",
        subject="end",
        party_id=house.parties[HOLDER],
        title_id=area,
        content={"kind": "EGC"},
    )
    house.company.add(file, "request")
    house.company.step(file, "file", reason="Fin convenue entre les parties.")
    house.egc.step(file, "answer", reason="D’accord.")
    house.officer.step(file, "propose", reason="Parties entendues.")
    house.officer.step(file, "confirm", 403)
    house.supervisor.step(file, "confirm")
    end = act("Arrêté 0207/2026", date(2026, 3, 2))
    house.minister.step(file, "decide_end", act=end, reason="Fin de l’accord.")
    assert house.state(area, date(2026, 3, 3)) == "suspended"

    house.clock.go_to(date(2026, 5, 4))
    house.inspector.add(file, "evidence")
    house.inspector.step(file, "report_rehabilitation")
    back = act("Procès-verbal 31/2026", date(2026, 5, 4))
    house.officer.step(file, "return_ground", 403, act=back)
    house.officer2.step(file, "return_ground", act=back)
