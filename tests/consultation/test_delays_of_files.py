"""Delays: who holds an open file and until when; for everybody, groups of three and more."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from consultation_case import MACHINE, draft, take

from geo.register.people import Role

START = datetime(2025, 1, 6, 10, tzinfo=UTC)


def stay(engine, days: int, due_after: int | None, *, decided_after: int | None = None) -> int:
    """A file that stays ``days`` in "filed", then goes to notice."""
    file_id = draft(engine, START)
    due = None if due_after is None else START.date() + timedelta(days=due_after)
    take(engine, "mabele_minister", "minister", file_id, "file", START, due)
    at_notice = START + timedelta(days=days)
    take(engine, "mabele_cadastre", "agent", file_id, "consult", at_notice)
    if decided_after is not None:
        decided = at_notice + timedelta(days=decided_after)
        take(engine, "mabele_minister", "minister", file_id, "decide", decided)
    return file_id


@pytest.fixture(scope="module")
def stays(engine) -> None:
    """Five files: 2, 4, 6, 8, 20 days in "filed", three of them with a deadline of 5 days."""
    for days, due in ((2, 5), (4, None), (6, 5), (8, None), (20, 5)):
        stay(engine, days, due)
    stay(engine, 10, None, decided_after=30)


def test_statistics_by_state(village, stays, clock) -> None:
    answer = village.get("/delays").json()
    assert (answer["on"], answer["fewest"]) == ("2025-03-10", 3)
    filed = next(one for one in answer["ended"] if one["state"] == "filed")
    # 2, 4, 6, 8, 10, 20: median (6 + 8) / 2; 90th percentile at 0.9 × 5 = 4.5: (10 + 20) / 2.
    assert filed == {
        "procedure": MACHINE,
        "procedure_label": None,
        "state": "filed",
        "state_label": None,
        "with_role": "officer",
        "stays": 6,
        "median_days": 7.0,
        "ninth_decile_days": 15.0,
        "with_deadline": 3,
        "over_share": pytest.approx(2 / 3),
    }


def test_a_group_of_one_is_not_told(village, stays) -> None:
    answer = village.get("/delays").json()
    assert [one["state"] for one in answer["ended"]] == ["filed"]  # one stay ended at notice
    assert [(one["state"], one["files"]) for one in answer["waiting"]] == [("notice", 5)]


def test_small_groups_of_a_machine_are_merged(village, stays, engine) -> None:
    stay(engine, 1, None, decided_after=3)
    stay(engine, 1, None, decided_after=4)
    answer = village.get("/delays").json()
    assert [(one["state"], one["stays"]) for one in answer["ended"]] == [
        ("filed", 8),
        ("notice", 3),
    ]


def test_nothing_names_a_file(village, stays, rows) -> None:
    told = village.get("/delays").text
    for (number,) in rows("select number from casework.case_file where number is not null"):
        assert number not in told
    for word in ("agent", 'minister"', "file_id", "account"):
        assert word not in told


def test_open_files_say_role_deadline_and_days_left(sessions, engine, clock) -> None:
    file_id = draft(engine, clock() - timedelta(days=4))
    hidden = draft(engine, clock())
    due = date(2025, 3, 8)
    at = clock() - timedelta(days=4)
    take(engine, "mabele_minister", "minister", file_id, "file", at, due)
    found = {one["file_id"]: one for one in sessions(Role.OFFICER).get("/delays/files").json()}
    shown = found[file_id]
    assert (shown["with_role"], shown["since"]) == ("officer", "2025-03-06")
    assert (shown["due_on"], shown["days_left"]) == ("2025-03-08", -2)
    assert hidden not in found
    assert "agent" not in str(shown)


def test_a_step_that_stays_in_its_state_starts_no_clock_again(sessions, engine, clock) -> None:
    file_id = stay(engine, 2, None)
    take(engine, "mabele_cadastre", "agent", file_id, "consult", clock(), date(2030, 1, 1))
    found = {one["file_id"]: one for one in sessions(Role.OFFICER).get("/delays/files").json()}
    assert (found[file_id]["since"], found[file_id]["due_on"]) == ("2025-01-08", None)
