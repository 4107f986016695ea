"""A conflict told over HTTP: opened, joined by the next detection, heard, mediated, settled by a
route-B allocation, reopened by a new detection; each forbidden step beside the allowed one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy.exc
import story_route_b as b
from conflict_town import alert_at, replaced, seen_at
from sqlalchemy import text
from story_house import COL, HOLDER, NEIGHBOUR, PEOPLE, ROW, House, open_house

from geo.errors import MabeleError
from geo.register.connection import UnitOfWork
from geo.register.people import DATABASE_ROLE

LON, LAT = (COL + 2.5) / 120, (ROW + 2.5) / 120
"""The centre of a carré of PE 525, more than 1.8 km from every edge of it."""
DAY = "2025-03-03"
NEAR, FAR = 0.0036, 0.0054
"""Degrees of latitude: about 398 m and 597 m (110.6 km for a degree at 10.7° S)."""


@pytest.fixture
def house(fresh_database: Any, tmp_path: Any) -> Iterator[House]:
    with open_house(fresh_database, tmp_path, date(2025, 3, 3)) as house:
        house.owner = fresh_database.owner
        yield house


def report(house: House, login: str, observation: int, status: int = 201, **more: Any) -> Any:
    """Report an activity that was observed."""
    order = {"subject": "activity", "summary": "Activité vue.", "observation_ids": [observation]}
    return house.people[login].send("/conflicts", status, json={**order, **more})


def tell(house: House, login: str, case: int, what: str, status: int = 201, **said: Any) -> Any:
    """Keep a record of a case."""
    path = f"/conflicts/{case}/{what}"
    dated = {} if what == "evidence" else {"on_day": DAY}
    return house.people[login].send(path, status, json={**dated, **said})


def heard(house: House, case: int) -> dict[str, int]:
    """Name a community, enter every position, one of them in confidence; return the parties."""
    tell(house, "officer", case, "parties", part="community", named="Village de Kapata")
    parties = {one["part"]: one["id"] for one in house.officer.get(f"/conflicts/{case}")["parties"]}
    own = {"conflict_party_id": parties["holder"], "text": "Nous exploitons ici en 2026."}
    tell(house, "company", case, "positions", **own)
    other = {"conflict_party_id": parties["community"], "text": "Nos puits datent de 2012."}
    tell(house, "company", case, "positions", 409, **other)
    tell(house, "inspector", case, "positions", confidential=True, **other)
    return parties


def mediated(house: House, case: int) -> None:
    """From an open case to a mediation with one meeting."""
    assert HOLDER in house.officer.step(case, "hear", 409)["detail"]
    parties = heard(house, case)
    house.company.step(case, "hear", 403)
    house.officer.step(case, "hear")
    meeting = {
        "place": "Kolwezi",
        "attended": list(parties.values()),
        "outcome": "progress",
        "text": "Les deux parties acceptent une allocation.",
    }
    tell(house, "officer", case, "meetings", 409, **meeting)
    house.officer.step(case, "mediate")
    house.officer.add(case, "evidence")
    (paper,) = house.officer.get(f"/files/{case}")["documents"]
    tell(house, "officer", case, "meetings", 409, minutes_sha256="0" * 64, **meeting)
    tell(house, "officer", case, "meetings", minutes_sha256=paper["sha256"], **meeting)
    tell(house, "company", case, "meetings", 403, **meeting)


def settled(house: House, case: int) -> int:
    """A route-B file carries the settlement out; two people settle. Return the file."""
    house.officer.step(case, "propose_settlement", 409)
    route_b = {"kind": "allocation_route_b", "text": "Douze carrés par la voie B."}
    tell(house, "officer", case, "settlements", 409, **route_b)
    draft = b.draft_of_route_b(house)
    tell(house, "officer", case, "settlements", 409, carried_by=draft, **route_b)
    house.company.step(draft, "file")
    unfit = {**route_b, "kind": "perimeter_correction"}
    tell(house, "officer", case, "settlements", 409, carried_by=draft, **unfit)
    none = {**route_b, "kind": "agreement_without_change"}
    tell(house, "officer", case, "settlements", 409, carried_by=draft, **none)
    tell(house, "officer", case, "settlements", carried_by=draft, **route_b)
    house.officer.step(case, "propose_settlement")
    house.officer.step(case, "confirm_settlement", 403)
    assert house.supervisor.step(case, "confirm_settlement")["state"] == "settled"
    return draft


def test_a_conflict_from_its_opening_to_its_reopening(house: House) -> None:
    first = report(house, "officer", seen_at(house.owner, LON, LAT))
    case = first["file_id"]
    assert (first["number"], first["state"]) == ("CF-2025-00001", "open")
    assert first["message"]["en"] == "Conflict CF-2025-00001 opened."
    joined = report(house, "inspector", seen_at(house.owner, LON, LAT + NEAR), 200)
    assert (joined["file_id"], joined["because"]) == (case, "near")
    assert 380 < float(joined["distance_m"]) < 420
    assert joined["message"]["fr"].startswith("Déjà ouvert : CF-2025-00001.")

    read = house.company.get(f"/conflicts/{case}")
    assert read["titles"] == [house.titles["PE 525"]]
    assert [one["name"] for one in read["parties"]] == [HOLDER]
    assert [one["kind"] for one in read["evidence"]] == ["observation", "observation"]
    assert (read["province"], read["near_m"]) == ("Lualaba", "500")
    house.neighbour.get(f"/conflicts/{case}", 404)

    house.officer.step(case, "reopen", 409, reason="trop tôt")
    mediated(house, case)
    carried = settled(house, case)
    (kept,) = house.company.get(f"/conflicts/{case}")["settlements"]
    assert (kept["carried_by"], kept["carried_by_number"]) == (carried, "A-2025-00001")
    assert (kept["carried_by_machine"], kept["carried_by_state"]) == ("allocation", "filed")
    inspected = house.inspector.get(f"/conflicts/{case}")["settlements"][0]
    assert inspected["carried_by_state"] is None  # an inspector sees no allocation file

    house.officer.step(case, "reopen", 409, reason="rien de nouveau")
    again = report(house, "egc", seen_at(house.owner, LON + NEAR, LAT), 200)
    assert (again["file_id"], again["state"], again["reopened"]) == (case, "reopened", True)
    assert house.officer.get("/conflicts")[0]["id"] == case
    house.officer.step(case, "hear")
    refused = house.officer.step(case, "propose_settlement", 409)
    assert "since" in refused["detail"]  # the settlement of before was overtaken


def test_far_places_and_other_permits_are_other_cases(house: House) -> None:
    first = report(house, "officer", seen_at(house.owner, LON, LAT))
    far = report(house, "officer", seen_at(house.owner, LON, LAT + FAR))
    assert far["file_id"] != first["file_id"]
    edge = (COL + 10) / 120  # PE 526 begins here
    west = report(house, "officer", seen_at(house.owner, edge - 0.001, LAT))
    east = report(house, "officer", seen_at(house.owner, edge + 0.001, LAT))
    assert east["file_id"] != west["file_id"]  # 200 m apart, but in different permits
    site = [seen_at(house.owner, LON + i / 200, LAT - 0.012, site="K7") for i in (0, 4)]
    known = report(house, "officer", site[0])
    moved = report(house, "officer", site[1], 200)
    assert (moved["file_id"], moved["because"]) == (known["file_id"], "same_site")


def test_the_same_fact_is_evidence_once(house: House) -> None:
    one, same = (seen_at(house.owner, LON, LAT) for _ in range(2))  # a delivery and its successor
    case = report(house, "officer", one)["file_id"]
    told = report(house, "officer", same, 200)
    assert (told["file_id"], told["evidence_added"]) == (case, 0)
    assert len(house.officer.get(f"/conflicts/{case}")["evidence"]) == 1


def test_who_opens_a_conflict_and_about_what(house: House) -> None:
    seen = seen_at(house.owner, LON, LAT)
    report(house, "minister", seen, 403)
    report(house, "neighbour", seen, 409)  # not its title
    secret = seen_at(house.owner, LON, LAT, public=False)
    report(house, "company", secret, 404)
    nowhere = seen_at(house.owner, LON, LAT - 0.5)
    report(house, "officer", nowhere, 409)  # in no permit
    apart = [seen, seen_at(house.owner, LON, LAT + FAR)]
    house.officer.send(
        "/conflicts",
        422,
        json={"subject": "activity", "summary": "deux", "observation_ids": apart},
    )
    case = report(house, "company", seen)["file_id"]
    hidden = report(house, "officer", secret, 200)
    assert hidden["file_id"] == case
    assert len(house.officer.get(f"/conflicts/{case}")["evidence"]) == 2
    assert len(house.company.get(f"/conflicts/{case}")["evidence"]) == 1


def test_what_a_source_said_before_is_evidence_for_officials(house: House) -> None:
    """A delivery that was replaced is no longer published: a company cannot copy it out."""
    case = report(house, "officer", seen_at(house.owner, LON, LAT))["file_id"]
    former = seen_at(house.owner, LON, LAT + NEAR)
    secret = seen_at(house.owner, LON, LAT + NEAR, public=False)
    replaced(house.owner, former)
    for hidden in (former, secret):
        tell(house, "company", case, "evidence", 404, observation_id=hidden)
    assert len(house.company.get(f"/conflicts/{case}")["evidence"]) == 1
    tell(house, "officer", case, "evidence", observation_id=former)


def test_an_alert_is_evidence_for_officials(house: House) -> None:
    case = report(house, "officer", seen_at(house.owner, LON, LAT))["file_id"]
    alert = alert_at(house.owner, house.titles["PE 525"], LON, LAT)
    tell(house, "company", case, "evidence", 404, alert_id=alert)
    tell(house, "officer", case, "evidence", 404, alert_id=alert + 1)
    tell(house, "officer", case, "evidence", alert_id=alert)
    assert tell(house, "egc", case, "evidence", alert_id=alert)["id"] is None  # it is there already
    kept = house.officer.get(f"/conflicts/{case}")["evidence"][-1]
    assert (kept["kind"], kept["known"]["new_ha"]) == ("alert", 3.5)
    kinds = [one["kind"] for one in house.company.get(f"/conflicts/{case}")["evidence"]]
    assert kinds == ["observation"]


def test_a_draft_is_its_proposers_and_opens_no_second_case(house: House) -> None:
    draft = report(house, "company", seen_at(house.owner, LON, LAT), draft=True)["file_id"]
    house.officer.get(f"/conflicts/{draft}", 404)
    case = report(house, "officer", seen_at(house.owner, LON, LAT + NEAR))["file_id"]
    refused = house.company.step(draft, "file", 409)
    assert "CF-2025-00001" in refused["detail"]
    house.company.step(draft, "drop")
    assert [one["id"] for one in house.company.get("/conflicts")] == [case]


def test_a_company_reopens_nothing(house: House) -> None:
    case = report(house, "officer", seen_at(house.owner, LON, LAT))["file_id"]
    house.officer.step(case, "close_without_settlement", 403, reason="sans objet")
    house.officer2.step(case, "close_without_settlement", reason="sans objet")
    told = report(house, "company", seen_at(house.owner, LON, LAT + NEAR), 200)
    assert (told["state"], told["awaits_reopening"]) == ("closed", True)
    assert house.officer.get(f"/conflicts/{case}")["awaits_reopening"]
    house.company.step(case, "reopen", 403, reason="nouveau")
    assert house.officer.step(case, "reopen", reason="nouveau")["state"] == "reopened"


def test_two_cases_found_to_be_one_are_joined(house: House) -> None:
    one = report(house, "officer", seen_at(house.owner, LON, LAT))["file_id"]
    other = report(house, "officer", seen_at(house.owner, LON, LAT + FAR))["file_id"]
    neighbours = report(house, "officer", seen_at(house.owner, (COL + 12) / 120, LAT))["file_id"]
    for wrong in ({}, {"into": other}, {"into": neighbours}, {"into": 999999}):
        house.officer.step(other, "merge", 409, reason="même lieu", payload=wrong)
    house.egc.step(other, "merge", 403, reason="même lieu", payload={"into": one})
    house.officer.step(other, "merge", reason="même lieu", payload={"into": one})
    read = house.officer.get(f"/conflicts/{one}")
    assert (read["joined"], len(read["evidence"])) == ([other], 2)
    assert house.officer.get(f"/conflicts/{other}")["merged_into"] == one
    tell(house, "officer", other, "evidence", 409, text="encore")
    assert (
        report(house, "officer", seen_at(house.owner, LON, LAT + FAR + NEAR), 200)["file_id"] == one
    )


def test_egc_does_not_mediate_where_it_is_a_party(house: House) -> None:
    case = report(house, "officer", seen_at(house.owner, LON, LAT))["file_id"]
    tell(house, "officer", case, "parties", part="egc", named="Entreprise générale du cobalt")
    parties = house.officer.get(f"/conflicts/{case}")["parties"]
    for one in parties:
        said = {"conflict_party_id": one["id"], "text": "Entendue."}
        tell(house, "officer", case, "positions", confidential=True, **said)
    house.egc.step(case, "hear", 409)
    house.officer.step(case, "hear")
    house.egc.step(case, "mediate", 409)
    assert house.egc.get(f"/conflicts/{case}")["positions"] == []


def test_terms_order_the_list_and_the_public_counts(house: House) -> None:
    first = report(house, "officer", seen_at(house.owner, LON, LAT))["file_id"]
    late = report(house, "officer", seen_at(house.owner, LON, LAT + FAR))["file_id"]
    tell(house, "officer", late, "terms", due_on="2025-03-20", text="Réponse du titulaire")
    assert [one["id"] for one in house.officer.get("/conflicts")] == [late, first]
    assert house.officer.get("/conflicts?province=Ituri") == []
    title = house.titles["PE 526"]
    assert house.officer.get(f"/conflicts?title_id={title}") == []
    counted = house.public.get("/conflicts/public")
    known = {"province": "Lualaba", "subject": "activity", "state": "open", "cases": 2}
    assert counted == [known]


TABLES = (
    *("conflict", "conflict_evidence", "conflict_party", "conflict_position"),
    *("conflict_meeting", "conflict_settlement", "conflict_term", "conflict_merger"),
)


def _seen(house: House, login: str, table: str) -> int | None:
    try:
        with UnitOfWork(house.engine, DATABASE_ROLE[PEOPLE[login]], login, "") as unit:
            return int(unit.connection.scalar(text(f"select count(*) from casework.{table}")) or 0)
    except (MabeleError, sqlalchemy.exc.ProgrammingError):
        return None


def test_rows_of_a_conflict_by_raw_sql(house: House) -> None:
    """Whoever asks: drafts are the proposer's, confidential positions the mediators' and its
    author's, the rest of the parties and offices, nothing the neighbours' and the public's."""
    case = report(house, "officer", seen_at(house.owner, LON, LAT))["file_id"]
    heard(house, case)
    report(house, "company", seen_at(house.owner, LON, LAT + FAR), draft=True)
    cases = {login: _seen(house, login, "conflict") for login in PEOPLE}
    positions = {login: _seen(house, login, "conflict_position") for login in PEOPLE}
    sees = {"officer", "officer2", "supervisor", "egc", "egc2", "inspector", "inspector2"}
    sees |= {"admin", "legal", "legal2", "minister", "minister2"}
    for login in PEOPLE:
        assert (cases[login] or 0) == (2 if login == "company" else int(login in sees)), login
    hears = {"officer", "officer2", "supervisor", "egc", "egc2", "inspector"}
    for login in PEOPLE:
        told = 2 if login in hears else int(login in sees | {"company"})
        assert (positions[login] or 0) == told, login
    for table in TABLES:
        for login in ("neighbour", "reader", "sgnc"):
            assert not _seen(house, login, table), (table, login)


def test_an_administrator_reads_no_draft_in_the_audit(house: House) -> None:
    report(house, "company", seen_at(house.owner, LON, LAT), draft=True)
    asked = text("select count(*) from register.audit_row where table_name like 'conflict%'")
    with UnitOfWork(house.engine, DATABASE_ROLE[PEOPLE["admin"]], "admin", "") as unit:
        assert unit.connection.scalar(asked) == 0


@pytest.mark.parametrize("table", TABLES)
def test_nobody_changes_a_record(house: House, table: str) -> None:
    asked = text(
        "select has_any_column_privilege(cast(:role as name), c.oid, 'UPDATE') or "
        "has_table_privilege(cast(:role as name), c.oid, 'DELETE') from pg_class c "
        "join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = 'casework' and c.relname = :table"
    )
    with house.engine.connect() as connection:
        for role in DATABASE_ROLE.values():
            assert connection.scalar(asked, {"role": role, "table": table}) is False


def test_an_overlap_of_the_audit_is_a_conflict(house: House) -> None:
    assert NEIGHBOUR in house.parties
    order = {"subject": "overlap", "summary": "Superposition.", "finding_id": 1}
    house.officer.send("/conflicts", 404, json=order)
    boundary = {
        "subject": "boundary",
        "summary": "Notre borne est à l’est de la route.",
        "title_ids": [house.titles["PE 525"], house.titles["PE 526"]],
        "place": {"type": "Point", "coordinates": [(COL + 10) / 120, LAT]},
    }
    told = house.neighbour.send("/conflicts", json=boundary)
    assert told["number"] == "CF-2025-00001"
    for login in ("company", "neighbour"):
        assert len(house.people[login].get("/conflicts")) == 1
    bad = {**boundary, "place": {"type": "Point", "coordinates": [500, 0]}}
    house.officer.send("/conflicts", 422, json=bad)
