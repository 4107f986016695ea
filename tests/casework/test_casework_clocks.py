"""Which clocks run for which kind of right, and what a check asks: that of the next step.

domain.md 6: environmental and social instruction and the Minister’s 30 working days are stated for
exploitation permits (Code minier art. 75 and 76), silence for a relinquishment (art. 60 and 79).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from casework_steps import add, draft, rectangle, settled, step
from casework_town import COL, ROW

from geo.casework.clocks import deadline_of
from geo.casework.dossier import dossier, worklist
from geo.casework.files import machine_of
from geo.casework.judging import judge_as_next
from geo.casework.reading import file_of, last_version
from geo.law.values import Moment

DAY = date(2025, 3, 3)


@pytest.mark.parametrize(
    ("state", "kind", "due"),
    [
        ("reviewed", "PE", date(2025, 9, 3)),
        ("reviewed", "PEPM", date(2025, 9, 3)),
        ("reviewed", "AECP", date(2025, 9, 3)),
        ("reviewed", "PR", None),
        ("with_minister", "PR", None),
        ("with_minister", "AECP", None),
    ],
)
def test_a_clock_runs_for_the_kinds_that_the_law_states_it_for(town, state, kind, due) -> None:
    """6 months from 3 March 2025: until 3 September."""
    found = deadline_of(machine_of("title").by_state[state], DAY, town.office.law, kind, "new")
    assert (found and found.latest) == due


def test_the_ministers_thirty_days_are_for_exploitation_permits(town) -> None:
    state = machine_of("title").by_state["with_minister"]
    assert deadline_of(state, DAY, town.office.law, "PE", "new") is not None


@pytest.mark.parametrize(
    ("subject", "due"), [("relinquishment", date(2025, 6, 3)), ("force_majeure", None)]
)
def test_silence_runs_for_relinquishments_alone(town, subject, due) -> None:
    """3 months from 3 March 2025: until 3 June."""
    state = machine_of("dealing").by_state["with_minister"]
    found = deadline_of(state, DAY, town.office.law, "PE", subject)
    assert (found and found.latest) == due


def test_a_research_permit_with_the_minister_shows_no_deadline(town) -> None:
    file_id = draft(
        town, "title", "new", rectangle(COL + 40, ROW, 2, 2), substances=("Cu",),
        term_years=Decimal(5), declared_cells=4,
    )  # fmt: skip
    step(town, "company", file_id, "file")
    with town.official() as unit:
        assert dossier(town.office, unit, file_id).clock.deadline is not None
    settled(town, "agent", file_id, "propose_favourable")
    settled(town, "agent2", file_id, "confirm_favourable")
    step(town, "agent", file_id, "forward")
    with town.official() as unit:
        whole = dossier(town.office, unit, file_id)
    assert (whole.clock.clock, whole.clock.deadline, whole.steps[-1].due_on) == (None, None, None)
    listed = [one for one in worklist(town.office, town["minister"]) if one.file.id == file_id]
    assert [one.clock.clock for one in listed] == [None]


def codes(town, file_id: int, moment: Moment) -> set[str]:
    """Which provisions a check finds something for."""
    with town.official() as unit:
        file, version = file_of(unit, file_id), last_version(unit, file_id)
        judged = judge_as_next(town.office, unit, file, version, moment, DAY)
    return {one.finding.code for one in judged.settled.findings}


@pytest.mark.parametrize("moment", [Moment.REVIEW, Moment.GRANT])
def test_a_check_of_a_dealing_asks_what_its_next_step_asks(town, moment) -> None:
    file_id = draft(
        town, "dealing", "partial_relinquishment", rectangle(COL, ROW, 2, 10), kind="PE",
        title_id=town.titles["PE 525"],
    )  # fmt: skip
    add(town, "company", file_id, "request")
    step(town, "company", file_id, "file")
    found = codes(town, file_id, moment)
    assert found
    assert found <= {"remainder", "edge_contact", "whole_cells", "no_holes"}


def test_a_check_of_an_application_asks_all_and_of_a_split_not_its_own_ground(town) -> None:
    title = machine_of("title")
    review = title.next_asking("draft", Moment.REVIEW)
    assert review is not None
    assert review.asked_of("new") == ()
    assert "overlap" in review.asked_of("split")
    assert "host_overlap" not in review.asked_of("split")
    assert title.next_asking("registered", Moment.GRANT) is None
