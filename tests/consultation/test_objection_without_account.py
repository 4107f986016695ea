"""Objecting without an account: three requests from the notice to the secret, and after."""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from consultation_case import BASIS, COMPANY, GROUND, MACHINE, PERSON, objection

from api.objection_limits import PER_ADDRESS
from geo.register.people import Role

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


def send(client, case, **more):
    return client.post(f"/notices/{case.notice_id}/objections", json=objection(**more))


def secret_of(receipt) -> dict[str, str]:
    return {"X-Objection-Secret": receipt["secret"]}


def follow(client, receipt):
    return client.get(f"/objections/{receipt['reference']}", headers=secret_of(receipt))


def test_three_steps_from_the_notice_to_following(village, case) -> None:
    page = village.get("/notices", params={"bbox": "25.4,-10.8,25.6,-10.6", "status": "open"})
    assert case.notice_id in [item["id"] for item in page.json()["items"]]
    answer = send(village, case, language="sw", name="Ilunga", contact="+243 900 000 000")
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["closes_on"] == "2025-04-02"
    assert receipt["late"] is False
    assert receipt["received_at"].startswith("2025-03-10T09:30")
    assert answer.headers["cache-control"] == "no-store"
    shown = follow(village, receipt).json()
    assert shown["state"] == "received"
    assert shown["place"]["runs"] == [[-1284, 3060, 3062]]
    assert shown["has_contact"] is True
    assert [step["action"] for step in shown["steps"]] == ["receive"]
    assert receipt["secret"] not in json.dumps(shown)


def test_a_notice_shows_perimeter_route_substances_and_parties_and_no_more(
    village, case, rows
) -> None:
    shown = village.get(f"/notices/{case.notice_id}").json()
    assert shown["runs"] == [[-1284, 3060, 3064], [-1283, 3060, 3064], [-1282, 3060, 3064]]
    assert (shown["cells"], shown["legal_area_ha"]) == (12, "1019.460")  # 12 × 84.955 ha
    assert (shown["route"], shown["kind"], shown["substances"]) == ("B", "EGC", ["Co", "Cu"])
    assert (shown["published_on"], shown["closes_on"]) == ("2025-03-03", "2025-04-02")
    assert (shown["length_basis"], shown["length_by_law"]) == (BASIS, False)
    assert shown["parties"] == [
        {"part": "proposer", "name": COMPANY},
        {"part": "co_holder", "name": None},
    ]
    assert set(shown) == {
        *("id", "status", "replaces", "replaced_by", "procedure", "subject", "kind", "route"),
        *("substances", "published_on", "closes_on", "withdrawn_on", "length_basis"),
        *("length_by_law", "text", "parties", "cells", "legal_area_ha", "bounds", "runs"),
        "answers",
    }
    number = rows("select number from casework.case_file where id = %s", case.file_id)[0][0]
    for hidden in (PERSON, number, "terms nobody may read"):
        assert hidden not in json.dumps(shown, ensure_ascii=False)


def test_the_text_of_a_notice_is_made_of_its_facts(village, case) -> None:
    said = village.get(f"/notices/{case.notice_id}").json()["text"]
    for part in ("3 mars 2025", "Voie B", "12 carrés", "1 019,460 ha", "25°30′00″ E", "Co, Cu"):
        assert part in said["fr"]
    for part in ("3 March 2025", "Route B", "12 carrés", "1,019.460 ha", "10°42′00″ S", "2 April"):
        assert part in said["en"]


def test_bbox_and_status_select(village, case) -> None:
    def found(**asked) -> bool:
        items = village.get("/notices", params=asked).json()["items"]
        return case.notice_id in [item["id"] for item in items]

    assert found(bbox="25.51,-10.69,25.52,-10.68")
    assert not found(bbox="26,-10.7,27,-10.6")
    assert not found(status="closed")
    for wrong in ("1,2,3", "a,b,c,d", "26,0,25,1", "nan,0,1,1", "0,0,1,inf"):
        assert village.get("/notices", params={"bbox": wrong}).status_code == 422
    outline = village.get(f"/notices/{case.notice_id}/geometry").json()["geometry"]
    assert outline["type"] == "MultiPolygon"
    assert outline["coordinates"][0][0][0][0] == pytest.approx(25.5, abs=0.04)
    assert village.get("/notices/987654").status_code == 404


def test_sent_again_after_a_lost_connection_it_is_one_objection(village, case, rows) -> None:
    sent = objection(name="Ilunga")
    first, second = (
        village.post(f"/notices/{case.notice_id}/objections", json=sent).json() for _ in range(2)
    )
    assert first == second
    changed = {**sent, "reason": "another text under the same number"}
    third = village.post(f"/notices/{case.notice_id}/objections", json=changed).json()
    assert third == first
    assert follow(village, first).json()["reason"] == sent["reason"]
    counted = "select count(*) from casework.objection where notice_id = %s"
    assert rows(counted, case.notice_id) == [(1,)]


def test_two_at_the_same_time_are_one_row(village, case, rows) -> None:
    for _ in range(5):
        sent = objection()
        with ThreadPoolExecutor(4) as threads:
            answers = list(
                threads.map(
                    lambda _, sent=sent: village.post(
                        f"/notices/{case.notice_id}/objections", json=sent
                    ),
                    range(4),
                )
            )
        assert {answer.status_code for answer in answers} == {201}
        assert len({(a.json()["reference"], a.json()["secret"]) for a in answers}) == 1
    counted = "select count(*) from casework.objection where notice_id = %s"
    assert rows(counted, case.notice_id) == [(5,)]


def test_one_number_is_for_one_notice(village, case, engine, database, clock) -> None:
    from consultation_case import at_notice

    other = at_notice(engine, database, clock())
    sent = objection()
    assert village.post(f"/notices/{case.notice_id}/objections", json=sent).status_code == 201
    answer = village.post(f"/notices/{other.notice_id}/objections", json=sent)
    assert (answer.status_code, answer.json()["code"]) == (409, "step_refused")
    assert "secret" not in answer.json()


def test_the_digest_can_be_computed_by_anybody(village, case) -> None:
    sent = objection(reason="Où est l’eau ?", place={"point": [25.504, -10.694]})
    receipt = village.post(f"/notices/{case.notice_id}/objections", json=sent).json()
    # JSON by hand: keys in order, no spaces, UTF-8.
    said = (
        f'{{"language":"fr","notice":{case.notice_id},"point":[25.504,-10.694],'
        '"reason":"Où est l’eau ?","runs":null,"words":null}'
    )
    assert receipt["digest"] == hashlib.sha256(said.encode()).hexdigest()


def test_a_wrong_secret_and_an_unknown_reference_look_the_same(village, case) -> None:
    receipt = send(village, case).json()
    wrong = {"X-Objection-Secret": "00000-00000-00000-00000-00000"}
    seen = set()
    for reference, headers in (
        (receipt["reference"], wrong),
        (receipt["reference"], {}),
        ("OBJ-00000-00000", wrong),
        ("OBJ-00000-00000", secret_of(receipt)),
        ("'; drop table casework.objection --", wrong),
    ):
        for method, path in (
            ("GET", ""),
            ("POST", "/withdrawal"),
            ("DELETE", "/contact"),
        ):
            answer = village.request(method, f"/objections/{reference}{path}", headers=headers)
            body = {**answer.json(), "instance": None}
            seen.add((answer.status_code, json.dumps(body, sort_keys=True)))
    assert len(seen) == 1
    assert next(iter(seen))[0] == 404
    assert follow(village, receipt).json()["state"] == "received"


@pytest.mark.parametrize("reference", ["%00", "a%00b", "%ff%fe", "%ED%A0%80", "..%2f..", "x" * 41])
def test_hostile_references_are_refused(village, case, sessions, reference: str) -> None:
    secret = {"X-Objection-Secret": b"\xff\xfe\x7f"}
    for answer in (
        village.get(f"/objections/{reference}", headers=secret),
        village.post(f"/objections/{reference}/withdrawal", headers=secret),
        sessions(Role.LEGAL).post(
            f"/files/{case.file_id}/objections/{reference}/contact", json={"reason": "ten letters"}
        ),
    ):
        assert answer.status_code in {400, 404, 405}, answer.text
    wrong = sessions(Role.OFFICER).get(f"/files/{2**63}/objections")
    assert wrong.status_code == 400


def test_the_routes_describe_themselves(village) -> None:
    paths = village.get("/openapi.json").json()["paths"]
    ours = {path for path in paths if re.search("notices|objections|delays", path)}
    assert len(ours) == 16
    files = paths["/api/v1/objections/{reference}/files"]["post"]["requestBody"]["content"]
    assert set(files) == {"image/jpeg", "image/png", "application/pdf"}


def test_reference_and_secret_may_be_copied_by_hand(village, case) -> None:
    receipt = send(village, case).json()
    scribbled = receipt["secret"].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    answer = village.get(
        f"/objections/{receipt['reference'].lower().replace('-', '')}",
        headers={"X-Objection-Secret": scribbled},
    )
    assert answer.status_code == 200


def test_late_is_kept_and_marked(village, case, clock) -> None:
    clock.instant = datetime(2025, 4, 2, 22, 59, tzinfo=UTC)  # 23:59 in Kinshasa: the last minute
    assert send(village, case).json()["late"] is False
    clock.instant = datetime(2025, 4, 2, 23, 0, tzinfo=UTC)  # 3 April there
    answer = send(village, case)
    assert (answer.status_code, answer.json()["late"]) == (201, True)


def test_words_are_added_once_and_withdrawing_ends_it(village, case) -> None:
    receipt = send(village, case).json()
    path, headers = f"/objections/{receipt['reference']}", secret_of(receipt)
    addition = {"client_key": str(uuid.uuid4()), "text": "La source est au nord."}
    for _ in range(2):
        answer = village.post(f"{path}/additions", json=addition, headers=headers)
        assert answer.status_code == 201
    steps = answer.json()["steps"]
    assert [(step["action"], step["private_text"]) for step in steps] == [
        ("receive", None),
        ("add", "La source est au nord."),
    ]
    assert village.post(f"{path}/withdrawal", headers=headers).json()["state"] == "withdrawn"
    for again in (
        village.post(f"{path}/withdrawal", headers=headers),
        village.post(
            f"{path}/additions", json={**addition, "client_key": str(uuid.uuid4())}, headers=headers
        ),
        village.post(f"{path}/files", content=PNG, headers=headers),
    ):
        assert (again.status_code, again.json()["code"]) == (409, "step_refused")


def test_photographs_and_pdf_are_taken_by_their_first_bytes(village, case, rows) -> None:
    receipt = send(village, case).json()
    path, headers = f"/objections/{receipt['reference']}/files", secret_of(receipt)
    for _ in range(2):
        answer = village.post(path, content=PNG, headers={**headers, "Content-Type": "text/html"})
        assert answer.status_code == 201
        assert answer.json()["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert follow(village, receipt).json()["files"] == 1
    for wrong in (b"", b"<script>alert(1)</script>", b"MZ" + bytes(50), b"II*\x00" + bytes(50)):
        assert village.post(path, content=wrong, headers=headers).status_code == 422
    too_large = PNG + bytes(5 * 2**20)
    assert village.post(path, content=too_large, headers=headers).status_code == 422
    for number in range(4):
        more = village.post(path, content=b"%PDF-1.7 " + bytes([number]), headers=headers)
        assert more.status_code == 201
    sixth = village.post(path, content=b"%PDF-1.7 sixth", headers=headers)
    assert (sixth.status_code, sixth.json()["code"]) == (409, "step_refused")
    assert village.post(path, content=PNG).status_code == 404
    kinds = rows("select distinct media_type from casework.objection_file order by 1")
    assert kinds == [("application/pdf",), ("image/png",)]


@pytest.mark.parametrize(
    "hostile",
    [
        "'; drop table casework.objection; --",
        "<script>alert(1)</script>",
        "\u202egnirts\u202c {{7*7}} %s %(x)s :name",
        "=HYPERLINK('http://x')",
        "x" * 10_000,
    ],
)
def test_hostile_text_is_text(village, case, hostile: str) -> None:
    receipt = send(village, case, reason=hostile, name=hostile[:200]).json()
    assert follow(village, receipt).json()["reason"] == hostile


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"reason": "   "},
        {"reason": "x" * 10_001},
        {"reason": "a\u0000b"},
        {"client_key": "not a number"},
        {"client_key": "126537a2-e779-11f1-bc0b-02fc00000001"},
        {"language": "xx"},
        {"account": "agent"},
        {"place": {"cells": [[3060]]}},
        {"place": {"cells": [[10**30, 0]]}},
        {"place": {"cells": [[0, 0]] * 5001}},
        {"place": {"point": [25.5, -10.7], "words": "près de la rivière"}},
        {"place": {"point": [200, 0]}},
        {"place": {"point": [25.5, "NaN"]}},
        {"contact": "x" * 501},
    ],
    ids=str,
)
def test_what_cannot_be_used_is_refused_and_not_repeated(village, case, wrong) -> None:
    answer = send(village, case, **wrong)
    assert answer.status_code in {400, 422}
    assert "Nos champs" not in answer.text


def test_lone_surrogates_are_refused(village, case) -> None:
    body = json.dumps(objection()).replace("Nos champs", "\\ud800")
    path = f"/notices/{case.notice_id}/objections"
    answer = village.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_what_is_too_long_is_not_even_read(village, case) -> None:
    path = f"/notices/{case.notice_id}/objections"
    body = json.dumps(objection()) + " " * 300_000
    headers = {"Content-Type": "application/json"}
    assert village.post(path, content=body, headers=headers).status_code == 422
    endless = village.post(path, content=iter([body.encode()]), headers=headers)
    assert endless.status_code == 422
    fits = objection(
        reason="\u0645" * 10_000, place={"cells": [[3060 + n, -1284] for n in range(5000)]}
    )
    assert village.post(path, json=fits).status_code == 201


def test_an_unknown_notice_takes_no_objection(village) -> None:
    assert village.post("/notices/987654/objections", json=objection()).status_code == 404


def test_another_site_cannot_object_through_a_reader_of_it(village, case) -> None:
    path = f"/notices/{case.notice_id}/objections"
    answer = village.post(path, json=objection(), headers={"Origin": "https://elsewhere.test"})
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_refused")


def test_an_amended_notice_replaces_the_first_and_both_take_objections(
    village, case, clock, engine
) -> None:
    from consultation_case import consult, write_version

    from geo.perimeter import Perimeter
    from geo.register.connection import UnitOfWork

    clock.instant = datetime(2025, 3, 20, 8, tzinfo=UTC)
    smaller = GROUND - Perimeter.from_cells([(3060, -1284), (3061, -1284)])
    with UnitOfWork(engine, "mabele_minister", "minister") as unit:
        write_version(unit, case.file_id, 2, clock(), smaller)
        unit.commit()
    second = consult(engine, case.file_id, 2, clock())
    old = village.get(f"/notices/{case.notice_id}").json()
    new = village.get(f"/notices/{second}").json()
    assert (old["status"], old["replaced_by"]) == ("replaced", second)
    assert (new["status"], new["replaces"], new["cells"]) == ("open", case.notice_id, 10)
    clock.instant = datetime(
        2025, 4, 10, 8, tzinfo=UTC
    )  # after the first, before the second closes
    receipt = send(village, case).json()
    assert (receipt["late"], receipt["closes_on"]) == (False, "2025-04-19")


def test_a_withdrawn_notice_takes_no_more(village, case, clock, engine) -> None:
    from geo.casework.consultation import withdraw
    from geo.errors import StepRefused
    from geo.register.connection import REGISTER, UnitOfWork

    sent = objection()
    before = village.post(f"/notices/{case.notice_id}/objections", json=sent).json()
    with UnitOfWork(engine, REGISTER, "agent") as unit:
        withdraw(unit, case.file_id, clock().date(), "demande retirée")
        unit.commit()
    with UnitOfWork(engine, REGISTER, "agent") as unit, pytest.raises(StepRefused):
        withdraw(unit, case.file_id, clock().date(), "encore")
    assert village.get(f"/notices/{case.notice_id}").json()["status"] == "withdrawn"
    answer = send(village, case)
    assert (answer.status_code, answer.json()["code"]) == (409, "step_refused")
    again = village.post(f"/notices/{case.notice_id}/objections", json=sent)
    assert again.json() == before  # what was received before is still there to be learnt


def test_a_notice_needs_ground_a_later_last_day_and_a_reason(engine, clock, database) -> None:
    from consultation_case import consult, draft, take

    from geo.casework.consultation import NoticeLength
    from geo.casework.consultation.notices import length_asked
    from geo.errors import InputError, StepRefused

    file_id = draft(engine, clock(), perimeter=None)
    take(engine, "mabele_minister", "minister", file_id, "file", clock())
    with pytest.raises(StepRefused, match="no carré"):
        consult(engine, file_id, 1, clock())
    day = clock().date()
    for payload in (
        {},
        {"days": 30},
        {"length_basis": "why"},
        {"days": 0, "length_basis": "why"},
        {"days": True, "length_basis": "why"},
        {"closes_on": "tomorrow", "length_basis": "why"},
        {"days": 3, "closes_on": "2025-04-02", "length_basis": "why"},
        {"days": 30, "length_basis": " "},
    ):
        with pytest.raises(InputError):
            length_asked(payload, day)
    asked = length_asked({"days": 30, "length_basis": "why"}, day)
    assert asked == NoticeLength(datetime(2025, 4, 9).date(), "why", False)
    assert length_asked({"closes_on": "2025-04-09", "length_basis": "why"}, day) == asked


def test_a_signed_in_person_objects_as_anybody(case, sessions, rows) -> None:
    chief = sessions(Role.SUPERVISOR)
    assert send(chief, case, reason="as a neighbour of the site").status_code == 201
    actors = rows(
        "select distinct r.actor, r.role from register.audit_row a "
        "join register.revision r on r.id = a.revision where a.table_name = 'objection' "
        "and a.operation = 'INSERT'"
    )
    assert actors == [("public", "mabele_public")]
    assert rows(
        "select distinct account_id from casework.objection_step where action = 'receive'"
    ) == [(None,)]


def test_a_village_behind_one_address_gets_through_and_a_flood_does_not(
    village, case, application
) -> None:
    limits = application.state.consultation.limits
    for _ in range(PER_ADDRESS["object"] - 1):
        limits.admit("object", "127.0.0.1", case.notice_id)
    sent = objection()
    path = f"/notices/{case.notice_id}/objections"
    assert village.post(path, json=sent).status_code == 201
    answer = village.post(path, json=objection())
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_objections")
    assert 0 < int(answer.headers["retry-after"]) <= 3600
    assert MACHINE not in answer.text
