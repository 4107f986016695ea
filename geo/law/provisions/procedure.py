"""The statutory clocks of a file: each step within its time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from geo.law.calendar import Deadline, deadline_after
from geo.law.case import Step
from geo.law.checks import Case
from geo.law.outcomes import Result


def clocks(case: Case) -> Iterator[Result]:
    """Each step is done, or still open, within the time that the law gives it.

    Code minier art. 33, 40, 75, 76 and others, Règlement minier; each clock has its own dates. The
    law is that of the day on which the step began.
    """
    for step in case.facts.steps:
        yield _of_step(case, step)


def _of_step(case: Case, step: Step) -> Result:
    begun = replace(case, rules_on=step.started_on)
    rule = f"clock.{step.clock}"
    runs = isinstance(begun.value(rule), int)
    deadline = deadline_after(step.clock, step.started_on, case.law) if runs else None
    result = begun.check(
        rule,
        lambda _: _within(step.done_on or case.day, deadline),
        clock=step.clock,
        started_on=step.started_on,
        done_on=step.done_on,
        last_day=deadline.latest if deadline else None,
    )
    return replace(result, rules_on=step.started_on)


def _within(at: date, deadline: Deadline | None) -> bool | None:
    """Return whether a day is in time; between the two readings of a doubtful day, None."""
    if deadline is None or deadline.earliest < at <= deadline.latest:
        return None
    return at <= deadline.earliest
