"""The statutory clocks of a real file: a step overdue is a warning among its findings."""

from __future__ import annotations

from datetime import date

from test_casework_titles import application, step

from geo.casework.facts import facts_of, timed_steps
from geo.casework.reading import file_of, last_version
from geo.law.case import Step
from geo.law.judge import judge
from geo.law.values import Moment, Verdict

FILED = date(2025, 3, 3)
LAST_READING = date(2025, 3, 31)
"""Twenty working days after Monday 3 March 2025, with no holiday between: the 31st without
Saturdays; the first reading, with them, ends on 26 March."""


def clocks_of(town, file_id, day):
    """What the law says of a file's clocks on a day."""
    with town.official() as unit:
        file, version = file_of(unit, file_id), last_version(unit, file_id)
        facts = facts_of(unit, town.office.law, file, version, day)
        found = judge(facts, day, Moment.REVIEW, town.office.law)
    return facts.steps, [finding for finding in found.findings if finding.code == "clocks"]


def filed(town) -> int:
    file_id = application(town)
    step(town, "company", file_id, "file", 0)
    return file_id


def test_a_draft_has_no_clock(town) -> None:
    file_id = application(town)
    with town.office.at_work(town["company"], "") as unit:
        assert timed_steps(unit, file_of(unit, file_id)) == ()


def test_a_review_that_runs_is_in_time_until_its_first_reading_ends(town) -> None:
    steps, found = clocks_of(town, filed(town), date(2025, 3, 26))
    assert steps == (Step("cadastral_review", FILED, None),)
    assert [finding.verdict for finding in found] == [Verdict.ALLOW]


def test_between_both_readings_the_clock_is_left_open(town) -> None:
    file_id = filed(town)
    for day in (date(2025, 3, 27), LAST_READING):
        assert [f.verdict for f in clocks_of(town, file_id, day)[1]] == [Verdict.NEEDS_LEGAL_REVIEW]


def test_an_overdue_review_is_a_warning(town) -> None:
    (overdue,) = clocks_of(town, filed(town), date(2025, 4, 1))[1]
    assert overdue.verdict is Verdict.WARN
    assert overdue.facts["clock"] == "cadastral_review"
    assert overdue.facts["last_day"] == LAST_READING.isoformat()


def test_a_step_done_in_time_stays_in_time(town) -> None:
    file_id = filed(town)
    town.clock.go_to(date(2025, 3, 10))
    step(town, "agent", file_id, "propose_unfavourable", 1, reason="hors délai")
    steps, found = clocks_of(town, file_id, date(2025, 9, 1))
    assert steps[0] == Step("cadastral_review", FILED, date(2025, 3, 10))
    assert steps[1:] == (Step("cadastral_review", date(2025, 3, 10), None),)
    assert [finding.verdict for finding in found] == [Verdict.ALLOW, Verdict.WARN]


def test_a_step_that_leaves_the_state_starts_no_new_clock(town) -> None:
    file_id = filed(town)
    town.clock.go_to(date(2025, 3, 10))
    notice = {"days": 30, "length_basis": "réunion du village"}
    step(town, "agent", file_id, "publish_notice", 1, payload=notice)
    assert clocks_of(town, file_id, date(2025, 3, 11))[0] == (
        Step("cadastral_review", FILED, None),
    )
