"""Asks the dated law data about work on an artisanal area: one rule, one test, one day."""

from __future__ import annotations

from datetime import date
from typing import Any

from geo.law.case import CaseFacts, Proposal
from geo.law.checks import Case, Test
from geo.law.outcomes import VERDICTS, Result
from geo.law.values import Law, Moment, Severity, Value, Verdict
from geo.perimeter import Perimeter

_NO_FILE = CaseFacts(Proposal("ZEA", Perimeter.empty()))


def ask(
    law: Law, day: date, rule: str, test: Test, beyond_doubt: bool = False, /, **facts: Any
) -> Result:
    """Return what a rule of the law data says on a day (:meth:`geo.law.checks.Case.check`)."""
    return _case(law, day).check(rule, test, None, beyond_doubt, **facts)


def value_on(law: Law, day: date, rule: str) -> Value | None:
    """Return the value of a rule on a day; None where the law data has no such rule that day."""
    return _case(law, day).value(rule) if rule in law.parameters else None


def verdict_of(result: Result, severity: Severity = Severity.BLOCK) -> Verdict:
    """Return the verdict of a result, by the one table."""
    return VERDICTS[result.outcome, severity]


def _case(law: Law, day: date) -> Case:
    return Case(_NO_FILE, day, day, Moment.REVIEW, law)
