"""What the office does with objections, and what the machines ask of them."""

from __future__ import annotations

import hashlib

import pytest
from consultation_case import objection

from geo.casework.consultation import objected_cells, open_objections
from geo.register.connection import CADASTRE, UnitOfWork
from geo.register.people import DATABASE_ROLE, Role

PDF = b"%PDF-1.7 a page"


@pytest.fixture
def receipt(village, case) -> dict[str, str]:
    """An objection to two carrés."""
    return village.post(f"/notices/{case.notice_id}/objections", json=objection()).json()


def steps(client, case, receipt, action: str, expected: int, **more):
    address = f"/files/{case.file_id}/objections/{receipt['reference']}/steps"
    return client.post(address, json={"action": action, "expected_steps": expected, **more})


def own(village, receipt):
    headers = {"X-Objection-Secret": receipt["secret"]}
    return village.get(f"/objections/{receipt['reference']}", headers=headers).json()


def test_from_receipt_to_answer(village, case, receipt, sessions) -> None:
    agent = sessions(Role.OFFICER)
    assert steps(agent, case, receipt, "admit", 1, reason="dans le délai").status_code == 200
    assert own(village, receipt)["steps"][1]["reason"] == "dans le délai"
    assert steps(agent, case, receipt, "examine", 2, reason="visite").status_code == 200
    assert own(village, receipt)["steps"][2]["reason"] is None  # a note of the office
    answered = steps(
        agent,
        case,
        receipt,
        "answer",
        3,
        public_text="Les deux carrés sont retirés.",
        private_text="Merci ; venez voir le plan.",
    )
    assert answered.json()["state"] == "answered"
    last = own(village, receipt)["steps"][-1]
    assert last["public_text"] == "Les deux carrés sont retirés."
    assert last["private_text"] == "Merci ; venez voir le plan."
    assert "account_id" not in last
    public = village.get(f"/notices/{case.notice_id}")
    assert public.json()["answers"] == [
        {"answered_on": "2025-03-10", "text": "Les deux carrés sont retirés."}
    ]
    assert "venez voir" not in public.text
    assert receipt["reference"] not in public.text


@pytest.mark.parametrize(
    ("before", "action"),
    [
        ((), "answer"),
        ((), "examine"),
        (("admit",), "admit"),
        (("admit",), "refuse"),
        (("refuse",), "answer"),
        (("refuse",), "examine"),
        (("admit", "answer"), "admit"),
        (("admit", "answer"), "refuse"),
        (("admit", "answer"), "answer"),
        (("admit", "examine"), "refuse"),
    ],
)
def test_steps_out_of_turn_are_refused(case, receipt, sessions, before, action) -> None:
    agent = sessions(Role.OFFICER)
    said = {"reason": "motif", "public_text": "réponse"}
    for number, earlier in enumerate(before):
        assert steps(agent, case, receipt, earlier, number + 1, **said).status_code == 200
    answer = steps(agent, case, receipt, action, len(before) + 1, **said)
    assert (answer.status_code, answer.json()["code"]) == (409, "step_refused")


def test_an_inadmissible_one_may_be_admitted_after_all(case, receipt, sessions) -> None:
    agent = sessions(Role.OFFICER)
    assert steps(agent, case, receipt, "refuse", 1, reason="hors sujet").status_code == 200
    assert steps(agent, case, receipt, "admit", 2, reason="relue").json()["state"] == "admissible"


def test_decisions_say_why(case, receipt, sessions) -> None:
    agent = sessions(Role.OFFICER)
    for action in ("admit", "refuse"):
        for more in ({}, {"public_text": "not a reason"}):
            assert steps(agent, case, receipt, action, 1, **more).status_code == 409
        assert steps(agent, case, receipt, action, 1, reason=" ").status_code == 400
    assert steps(agent, case, receipt, "admit", 1, reason="motif").status_code == 200
    assert steps(agent, case, receipt, "answer", 2, private_text="only private").status_code == 409


def test_who_decides_on_what_changed_is_told(village, case, receipt, sessions) -> None:
    headers = {"X-Objection-Secret": receipt["secret"]}
    village.post(f"/objections/{receipt['reference']}/withdrawal", headers=headers)
    answer = steps(sessions(Role.OFFICER), case, receipt, "admit", 1, reason="motif")
    assert (answer.status_code, answer.json()["code"]) == (409, "file_changed")


def test_an_objection_is_found_in_its_own_file_only(case, receipt, sessions) -> None:
    agent = sessions(Role.OFFICER)
    other = f"/files/{case.file_id + 1}/objections/{receipt['reference']}/steps"
    sent = {"action": "admit", "expected_steps": 1, "reason": "motif"}
    assert agent.post(other, json=sent).status_code == 404


def test_the_list_of_a_file(village, case, receipt, sessions) -> None:
    headers = {"X-Objection-Secret": receipt["secret"]}
    village.post(f"/objections/{receipt['reference']}/files", content=PDF, headers=headers)
    listed = sessions(Role.MINISTER).get(f"/files/{case.file_id}/objections").json()
    assert [one["reference"] for one in listed] == [receipt["reference"]]
    digest = hashlib.sha256(PDF).hexdigest()
    assert [(one["sha256"], one["bytes"]) for one in listed[0]["files"]] == [(digest, len(PDF))]
    assert listed[0]["steps"][0]["account_id"] is None
    address = f"/files/{case.file_id}/objections/{receipt['reference']}/documents/{digest}"
    saved = sessions(Role.OFFICER).get(address)
    assert (saved.content, saved.headers["content-disposition"]) == (PDF, "attachment")
    assert saved.headers["x-content-type-options"] == "nosniff"


def test_what_is_without_an_answer_is_counted_for_every_official_role(
    village, case, sessions, engine
) -> None:
    agent = sessions(Role.OFFICER)
    path = f"/notices/{case.notice_id}/objections"
    receipts = [village.post(path, json=objection()).json() for _ in range(5)]
    assert steps(agent, case, receipts[0], "refuse", 1, reason="motif").status_code == 200
    assert steps(agent, case, receipts[1], "admit", 1, reason="motif").status_code == 200
    assert steps(agent, case, receipts[1], "answer", 2, public_text="oui").status_code == 200
    assert steps(agent, case, receipts[2], "admit", 1, reason="motif").status_code == 200
    headers = {"X-Objection-Secret": receipts[3]["secret"]}
    village.post(f"/objections/{receipts[3]['reference']}/withdrawal", headers=headers)
    for role in set(Role) - {Role.PUBLIC, Role.COMPANY}:
        with UnitOfWork(engine, DATABASE_ROLE[role], "x") as unit:
            assert open_objections(unit, case.file_id) == 2  # the admissible one, the one received


def test_objected_carres_are_exact(village, case, sessions, engine) -> None:
    path = f"/notices/{case.notice_id}/objections"
    places = (
        {"cells": [[3060, -1284], [3061, -1284], [3060, -1284]]},
        {"point": [25.5, -10.7]},  # a corner: 25.5 × 120 = 3060, −10.7 × 120 = −1284
        {"words": "près de la source"},
        {"cells": [[3063, -1282]]},
    )
    receipts = [village.post(path, json=objection(place=place)).json() for place in places]
    steps(sessions(Role.OFFICER), case, receipts[3], "refuse", 1, reason="motif")
    with UnitOfWork(engine, CADASTRE, "agent") as unit:
        found = objected_cells(unit, case.file_id)
    assert {reference: ground.to_lists() for reference, ground in found.items()} == {
        receipts[0]["reference"]: [[-1284, 3060, 3062]],
        receipts[1]["reference"]: [[-1284, 3060, 3061]],
    }
