"""How a provision asks the law data: one rule, one test, and the answer that uncertainty leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, TypeVar

from geo.errors import LawError
from geo.law.case import CaseFacts, Proposal
from geo.law.outcomes import Outcome, Result
from geo.law.values import (
    Confidence,
    Dated,
    Family,
    Law,
    Moment,
    Parameter,
    Severity,
    Timeline,
    Unsettled,
    Value,
    Verdict,
)
from geo.perimeter import Perimeter

V = TypeVar("V")
Test = Callable[[Any], bool | None]
"""Given the value of a rule: whether the facts meet it, None where a fact is missing."""


@dataclass(frozen=True, slots=True)
class Case:
    """A file at a moment: the facts of ``day``, the rules of ``rules_on``."""

    facts: CaseFacts
    day: date
    rules_on: date
    moment: Moment
    law: Law

    @property
    def proposal(self) -> Proposal:
        """What is asked for."""
        return self.facts.proposal

    @property
    def family(self) -> Family | None:
        """The family of the kind asked for, None for a kind that the law does not know."""
        kind = self.law.kinds.get(self.proposal.kind)
        return kind.family if kind else None

    @property
    def is_route_a(self) -> bool:
        """Whether a zone is asked for inside a title (the ground leaves the title)."""
        return (
            self.family is Family.ZONE
            and self.facts.host is not None
            and not self.is_about_existing_ground
        )

    @property
    def is_route_b(self) -> bool:
        """Whether an agreement is asked for inside a title (the title stays whole)."""
        return self.family is Family.AGREEMENT and not self.is_about_existing_ground

    @property
    def is_about_existing_ground(self) -> bool:
        """Whether the ground stands already: a portion, an operation or a lot is asked of."""
        facts = self.facts
        return any((facts.cooperative, facts.operation, facts.trade))

    def has(self, document: str) -> bool:
        """Whether a document lies in the file."""
        return document in self.proposal.documents

    def knows(self, rule: str) -> bool:
        """Whether the law data has a rule of that name, on any day."""
        return rule in self.law.parameters

    def check(
        self,
        rule: str,
        test: Test,
        cells: Perimeter | None = None,
        beyond_doubt: bool = False,
        /,
        **facts: object,
    ) -> Result:
        """Return what a rule of the law data says of the facts.

        No rule on the day: it does not apply, and the first day is named. A rule without a settled
        value, or a missing fact: undetermined. An uncertain rule (U) that would fail: undetermined
        with its default named. An uncertain rule that is met passes only where every reading of
        the text is met: because the data states the strictest one, or because the facts are beyond
        doubt (docs/decisions/0020).

        Parameters
        ----------
        rule : name of the parameter.
        test : whether the facts meet its value.
        cells : carrés concerned.
        beyond_doubt : the facts, where they meet the rule, meet any other reading of it.
        facts : the facts used, for the finding.
        """
        parameter = self._parameter(rule)
        dated = parameter.timeline.on(self.rules_on)
        if dated is None or dated.value is None:
            return no_basis_of(parameter.timeline, dated)
        blank = Result(
            Outcome.PASS,
            dated.reference,
            f"{rule}@{dated.first_day}",
            facts=MappingProxyType({name: _word(fact) for name, fact in facts.items()}),
            cells=cells,
        )
        return _answered(blank, dated, test, beyond_doubt)

    def value(self, rule: str) -> Value | None:
        """Return the value of a rule on the day of the rules, None where there is none."""
        dated = self._parameter(rule).timeline.on(self.rules_on)
        return dated.value if dated else None

    def _parameter(self, rule: str) -> Parameter:
        try:
            return self.law.parameters[rule]
        except KeyError:
            raise LawError(
                f"the law data of {self.law.jurisdiction} has no parameter {rule!r}: a provision "
                "that it lists needs it"
            ) from None


def no_basis_of(timeline: Timeline[V], dated: Dated[V] | None) -> Result:
    """Return that a rule says nothing on the day: not yet, or no longer (repealed)."""
    first = timeline.values[0]
    return Result(
        Outcome.NOT_APPLICABLE,
        (dated or first).reference,
        f"{timeline.provision}@{(dated or first).first_day}",
        reason="repealed" if dated else "no_legal_basis",
        first_day=None if dated else first.first_day,
        severity=Severity.NO_BASIS,
    )


def _answered(blank: Result, dated: Dated[Value], test: Test, beyond_doubt: bool) -> Result:
    value = dated.value
    if isinstance(value, Unsettled):
        return replace(blank, outcome=Outcome.UNDETERMINED, reason=value.value)
    met = test(value)
    if met is None:
        return replace(blank, outcome=Outcome.UNDETERMINED, reason="fact_missing")
    if not met:
        return failed(blank)
    sure = dated.reference.confidence is not Confidence.U or dated.strictest or beyond_doubt
    return blank if sure else replace(blank, outcome=Outcome.UNDETERMINED, reason="uncertain")


def failed(blank: Result) -> Result:
    """Return a failure; of an uncertain text it is undetermined, the default named."""
    if blank.reference.confidence is not Confidence.U:
        return replace(blank, outcome=Outcome.FAIL)
    return replace(blank, outcome=Outcome.UNDETERMINED, reason="uncertain", default=Verdict.BLOCK)


def at_most(fact: Any) -> Test:
    """Return the test that a fact is at most the rule's value."""
    return lambda limit: None if fact is None else fact <= limit


def at_least(fact: Any) -> Test:
    """Return the test that a fact is at least the rule's value."""
    return lambda limit: None if fact is None else fact >= limit


def if_required(fact: bool | None) -> Test:
    """Return the test that a fact holds, where the rule's flag asks for it."""
    return lambda required: True if not required else fact


def _word(fact: object) -> str:
    if isinstance(fact, (frozenset, set)):
        return ", ".join(sorted(map(str, fact)))
    return "unknown" if fact is None else str(fact)


Provision = Callable[[Case], Iterable[Result]]
"""What a provision is: a function from a file to its results, none where it does not concern it."""
