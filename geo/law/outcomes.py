"""What a provision answers, and the one table that makes a verdict of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from geo.law.values import Bilingual, Confidence, Moment, Reference, Severity, Verdict
from geo.perimeter import Perimeter


class Outcome(StrEnum):
    """What a provision says of the facts."""

    PASS = "pass"  # noqa: S105  (an outcome, no password)
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    UNDETERMINED = "undetermined"


VERDICTS: Mapping[tuple[Outcome, Severity], Verdict] = MappingProxyType(
    {
        **{(Outcome.PASS, severity): Verdict.ALLOW for severity in Severity},
        **{(Outcome.NOT_APPLICABLE, s): Verdict.NOT_APPLICABLE for s in Severity},
        **{(Outcome.UNDETERMINED, s): Verdict.NEEDS_LEGAL_REVIEW for s in Severity},
        (Outcome.NOT_APPLICABLE, Severity.NO_BASIS): Verdict.NO_LEGAL_BASIS,
        (Outcome.FAIL, Severity.NO_BASIS): Verdict.NO_LEGAL_BASIS,
        (Outcome.FAIL, Severity.BLOCK): Verdict.BLOCK,
        (Outcome.FAIL, Severity.QUEUE): Verdict.QUEUE,
        (Outcome.FAIL, Severity.CONSENT): Verdict.ALLOW_WITH_CONSENT,
        (Outcome.FAIL, Severity.RENUNCIATION): Verdict.ALLOW_WITH_RENUNCIATION,
        (Outcome.FAIL, Severity.COMPENSATION): Verdict.EXTINGUISH_WITH_COMPENSATION,
        (Outcome.FAIL, Severity.MERGE): Verdict.MERGE,
        (Outcome.FAIL, Severity.WARN): Verdict.WARN,
    }
)
"""The one table: an outcome, and what the provision asks for at that moment, give the verdict."""

_GRAVITY = (
    *(Verdict.NO_LEGAL_BASIS, Verdict.BLOCK, Verdict.NEEDS_LEGAL_REVIEW, Verdict.QUEUE),
    *(Verdict.ALLOW_WITH_RENUNCIATION, Verdict.EXTINGUISH_WITH_COMPENSATION, Verdict.MERGE),
    *(Verdict.ALLOW_WITH_CONSENT, Verdict.WARN, Verdict.ALLOW),
)


def gravest(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the gravest of verdicts, ``allow`` where there is none."""
    weighing = set(verdicts)
    return next((verdict for verdict in _GRAVITY if verdict in weighing), Verdict.ALLOW)


@dataclass(frozen=True, slots=True)
class Result:
    """What one provision says, before severity and words are added.

    ``rule`` is the name of the law data applied, ``reason`` why it is undetermined or does not
    apply. ``default`` is set where an uncertain text would have failed: named, never applied.
    ``severity`` replaces that of the provision (the pair matrix says its own), ``rules_on`` the
    day whose rules the file follows (a clock runs by those of the day on which its step began).
    ``subject`` is the name of the neighbour or place that it is about, else empty.
    """

    outcome: Outcome
    reference: Reference
    rule: str
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    cells: Perimeter | None = None
    default: Verdict | None = None
    first_day: date | None = None
    severity: Severity | None = None
    detail: Bilingual | None = None
    rules_on: date | None = None
    subject: str = ""

    def as_failure(self) -> Result:
        """Return the same result where the law must permit what is asked: no rule, no right."""
        return replace(self, outcome=Outcome.FAIL)


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding (constat): the law's word on one point of a file.

    ``day`` is the day of the facts, ``rules_on`` the day whose rules were applied. ``first_day`` is
    set with ``no_legal_basis``; ``rule_version`` is the hash of the law data and the rule applied,
    ``rule`` the name of that rule alone, ``subject`` the neighbour or place that the finding is
    about: a ruling names what it settles by code, rule and subject.
    """

    code: str
    outcome: Outcome
    verdict: Verdict
    severity: Severity
    reason: str
    article: str
    source: str
    confidence: Confidence
    facts: Mapping[str, str]
    cells: Perimeter | None
    default: Verdict | None
    first_day: date | None
    message_key: str
    message: Bilingual
    moment: Moment
    day: date
    rules_on: date
    rule_version: str
    subject: str
    rule: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """Every finding of a file at a moment, in the order of the provisions."""

    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The gravest verdict; a rule that did not exist yet, and forbade nothing, weighs none."""
        return gravest(f.verdict for f in self.findings if f.outcome is not Outcome.NOT_APPLICABLE)

    def of(self, code: str) -> tuple[Finding, ...]:
        """Return the findings of one provision."""
        return tuple(finding for finding in self.findings if finding.code == code)


def outcomes_of(findings: Iterable[Finding]) -> dict[Outcome, int]:
    """Return how many findings have each outcome."""
    listed = [finding.outcome for finding in findings]
    return {outcome: listed.count(outcome) for outcome in Outcome}
