"""Whether an area may open, or go on: what its own record says against it on a day.

Before work: an accepted geological assessment, an accepted layout, the minimum conditions. At work:
no critical or high finding. The practice of EGC as described publicly on 2025-05-06; before the
first day of each rule it is stated as without legal basis. Nothing here is open to a ruling: what
the law may leave open is asked of it (``judged``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from geo.casework.operation.asking import ask, value_on, verdict_of
from geo.casework.operation.record import (
    LEVEL_OF,
    AreaRecord,
    AreaState,
    FoundFault,
    Severity,
    last_check,
    state_on,
)
from geo.casework.operation.words import OBSTACLE_WORDS
from geo.law.checks import Test, if_required
from geo.law.outcomes import Outcome, Result
from geo.law.values import Bilingual, Law, Verdict

_STOPPING = frozenset({"stop", "suspend"})


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A reason against opening an area or working in it.

    Parameters
    ----------
    verdict : block, or warn where it is only stated.
    article : what the reason rests on; empty for a state of the file.
    first_day : first day of the rule, where it does not reach back to the day asked.
    finding_id : the finding of an inspection or assessment that it is about.
    subject, cells : as a finding of the law has them, so that both are said alike.
    """

    code: str
    verdict: Verdict
    message: Bilingual
    article: str = ""
    first_day: date | None = None
    finding_id: int | None = None
    subject: str = ""
    cells: None = None


def may_open(record: AreaRecord, day: date, law: Law) -> tuple[Obstacle, ...]:
    """Return what stands against opening an area on a day; nothing: it may be opened.

    The first three are conditions of this register whatever the day; their article is that of the
    law data, where it has the rule on that day.
    """
    return (
        *_not_accepted(record, day, law),
        *_conditions(record, day, law),
        *_findings(record, day, law),
    )


def may_operate(record: AreaRecord, day: date, law: Law) -> tuple[Obstacle, ...]:
    """Return what stands against work in an area on a day; nothing: it may go on."""
    return (*_state(record, day), *may_open(record, day, law))


def blocks(obstacles: tuple[Obstacle, ...]) -> tuple[Obstacle, ...]:
    """Return the obstacles that forbid."""
    return tuple(each for each in obstacles if each.verdict is Verdict.BLOCK)


def _obstacle(
    code: str,
    verdict: Verdict,
    result: Result | None = None,
    finding_id: int | None = None,
    /,
    **values: object,
) -> Obstacle:
    words = OBSTACLE_WORDS[code]
    message = Bilingual(words.fr.format(**values), words.en.format(**values))
    if result is None:
        return Obstacle(code, verdict, message, finding_id=finding_id)
    article = result.reference.article
    return Obstacle(code, verdict, message, article, result.first_day, finding_id)


def _state(record: AreaRecord, day: date) -> Iterator[Obstacle]:
    state = state_on(record, day)
    if state is AreaState.SUSPENDED:
        yield _obstacle("suspended", Verdict.BLOCK)
    elif state in (AreaState.CLOSED, AreaState.REHABILITATED):
        yield _obstacle("closed", Verdict.BLOCK)
    elif state is not AreaState.OPEN:
        yield _obstacle("not_open", Verdict.BLOCK, state=state.value)


def _required(law: Law, day: date, rule: str) -> Result | None:
    return ask(law, day, rule, if_required(False)) if rule in law.parameters else None


def _not_accepted(record: AreaRecord, day: date, law: Law) -> Iterator[Obstacle]:
    """Assessment and layout come first: EGC's practice of 2025-05-06, a condition here always."""
    submitted = (
        ("no_accepted_assessment", record.assessments, "operation.assessment_required"),
        ("no_accepted_layout", record.layouts, "operation.layout_required"),
    )
    for code, items, rule in submitted:
        decisions = [item.decision for item in items if item.decision]
        if not any(decision.accepted and decision.on_day <= day for decision in decisions):
            yield _obstacle(code, Verdict.BLOCK, _required(law, day, rule))


def _conditions(record: AreaRecord, day: date, law: Law) -> Iterator[Obstacle]:
    """The minimum conditions of the day, each by its newest check until then.

    Where the law data names none, each condition of the standard is asked for instead
    (``standard_conditions``).
    """
    rule = "operation.minimum_conditions"
    asked = value_on(law, day, rule)
    for condition in sorted(asked if isinstance(asked, frozenset) else ()):
        check = last_check(record, condition, day)
        met = check.met if check else None
        result = ask(law, day, rule, _is(met), condition=condition)
        if result.outcome is not Outcome.PASS:
            code = "condition_not_checked" if met is None else "condition_unmet"
            verdict = Verdict.BLOCK if met is None else verdict_of(result)
            yield _obstacle(code, verdict, result, condition=condition)


def _is(met: bool | None) -> Test:
    return lambda _conditions: met


def _findings(record: AreaRecord, day: date, law: Law) -> Iterator[Obstacle]:
    for finding in record.findings:
        if finding.stands_on(day):
            yield from _standing(finding, day, law)


def _standing(finding: FoundFault, day: date, law: Law) -> Iterator[Obstacle]:
    """A critical finding always stops; what a high one does is the law data's word."""
    found_on = finding.on_day.isoformat()
    if finding.severity is Severity.CRITICAL:
        result = _effect_of(law, day, LEVEL_OF[finding.severity])
        yield _obstacle("critical_finding", Verdict.BLOCK, result, finding.id, found_on=found_on)
    elif finding.severity is Severity.HIGH:
        result = _effect_of(law, day, LEVEL_OF[finding.severity])
        stops = result is not None and verdict_of(result) is Verdict.BLOCK
        stated = Verdict.BLOCK if stops else Verdict.WARN
        yield _obstacle("high_finding", stated, result, finding.id, found_on=found_on)
    if finding.due_on is not None and finding.due_on < day:
        due_on = finding.due_on.isoformat()
        yield _obstacle(
            "remediation_overdue", Verdict.WARN, None, finding.id, found_on=found_on, due_on=due_on
        )


def _effect_of(law: Law, day: date, level: int) -> Result | None:
    """Return what the law data says of work at a level: failed where it stops or suspends."""
    rule = f"standard.level.{level}"
    if rule not in law.parameters:
        return None
    return ask(law, day, rule, lambda effect: effect not in _STOPPING, level=level)
