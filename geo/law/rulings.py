"""Legal rulings (avis juridiques): who settled what the law leaves open, and what follows.

A ruling never changes a finding. It answers an undetermined one, by code, rule and subject; the
settled verdict of a file is that of its findings with those answers. A question of law may be
settled for all files from a day on; a fact that is missing is settled in its own file only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

import yaml

from geo.errors import InputError
from geo.law.outcomes import Finding, Judgement, Outcome, gravest
from geo.law.values import Reason, Severity, Verdict

Answer = Literal["permitted", "refused"]
Scope = Literal["file", "all"]

QUESTIONS_OF_LAW = frozenset(
    {"uncertain", "not_found", "entry_into_force_unsure"}
    | {Reason.CELL_UNCERTAIN, Reason.NO_RULE, Reason.NO_RULE_FOR_KIND}
)
"""Reasons of an undetermined finding that are the text's, not the file's."""

_STOPPING = frozenset({Verdict.BLOCK, Verdict.NO_LEGAL_BASIS})
_UNMET = frozenset(
    {
        *(Verdict.ALLOW_WITH_CONSENT, Verdict.ALLOW_WITH_RENUNCIATION),
        *(Verdict.EXTINGUISH_WITH_COMPENSATION, Verdict.NEEDS_LEGAL_REVIEW),
    }
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """A legal ruling: the answer to one question, signed on a day.

    ``code`` and ``rule`` name what it settles, as the finding does (rule None: whichever the
    provision applied); ``subject`` the neighbour or place (None: whichever). ``scope`` file: the
    file that it was asked for, whoever calls gives it to that file alone; all: every file whose
    rules are those of a day in ``[from_day, to_day)``. ``document`` is the SHA-256 of what was
    signed, ``reference`` its number, ``id`` the row that keeps it, where there is one.
    """

    code: str
    rule: str | None
    subject: str | None
    answer: Answer
    scope: Scope
    from_day: date
    to_day: date | None
    text: str
    signatory: str
    document: str
    day: date
    reference: str
    id: int | None = None

    def settles(self, finding: Finding, day: date) -> bool:
        """Return whether it answers an undetermined finding, as of a day."""
        asked = finding.code == self.code and self.rule in (None, finding.rule)
        about = self.subject is None or self.subject == finding.subject
        open_still = finding.outcome is Outcome.UNDETERMINED
        return open_still and asked and about and self.day <= day and self._reaches(finding)

    def _reaches(self, finding: Finding) -> bool:
        if self.scope == "file":
            return True
        in_time = self.from_day <= finding.rules_on < (self.to_day or date.max)
        return in_time and finding.reason in QUESTIONS_OF_LAW

    @property
    def weight(self) -> tuple[bool, int, date, bool, str]:
        """Order among rulings on one finding: the greatest one answers.

        The file's own before one for all, one that names subject or rule before one that does not,
        the later before the earlier; of one day, a refusal.
        """
        named = 2 * (self.subject is not None) + (self.rule is not None)
        refused = self.answer == "refused"
        return self.scope == "file", named, self.day, refused, self.reference


@dataclass(frozen=True, slots=True)
class SettledFinding:
    """A finding as it was found, the ruling that answers it, and the verdict with that answer."""

    finding: Finding
    ruling: Ruling | None

    @property
    def verdict(self) -> Verdict:
        """Permitted allows, refused blocks; without a ruling the finding's own verdict."""
        if self.ruling is None:
            return self.finding.verdict
        return Verdict.ALLOW if self.ruling.answer == "permitted" else Verdict.BLOCK

    @property
    def weighs(self) -> bool:
        """Whether it counts: what did not exist yet, and forbade nothing, does not."""
        return self.finding.outcome is not Outcome.NOT_APPLICABLE

    @property
    def is_open_warning(self) -> bool:
        """Whether it is left open, and would only warn if it were not met."""
        review = self.verdict is Verdict.NEEDS_LEGAL_REVIEW
        return review and self.finding.severity is Severity.WARN


@dataclass(frozen=True, slots=True)
class Settled:
    """A judgement with the rulings that answer it."""

    findings: tuple[SettledFinding, ...]

    @property
    def judgement(self) -> Judgement:
        """The judgement as found, without any ruling."""
        return Judgement(tuple(settled.finding for settled in self.findings))

    @property
    def verdict(self) -> Verdict:
        """The gravest settled verdict: what gates use."""
        return gravest(settled.verdict for settled in self.findings if settled.weighs)

    @property
    def no_block(self) -> bool:
        """Whether nothing stops the file: no settled finding blocks or lacks a legal basis."""
        return not self._holding(_STOPPING)

    @property
    def is_settled(self) -> bool:
        """Whether the file can be decided: nothing stops it, nothing is asked for any more."""
        return not (self.blocking or self.unsettled)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What stops the file, an earlier application ahead of it in the queue included."""
        return self._holding(_STOPPING | {Verdict.QUEUE})

    @property
    def unsettled(self) -> tuple[Finding, ...]:
        """What is left open or asked for: a review, consent, renunciation or compensation.

        What could only warn at that moment holds nothing up while it is open.
        """
        return self._holding(_UNMET)

    @property
    def open(self) -> tuple[Finding, ...]:
        """The undetermined findings that no ruling answers."""
        return tuple(
            settled.finding
            for settled in self.findings
            if settled.verdict is Verdict.NEEDS_LEGAL_REVIEW
        )

    def _holding(self, verdicts: frozenset[Verdict]) -> tuple[Finding, ...]:
        return tuple(
            settled.finding
            for settled in self.findings
            if settled.weighs and settled.verdict in verdicts and not settled.is_open_warning
        )


def settle(judgement: Judgement, rulings: Iterable[Ruling], day: date) -> Settled:
    """Return a judgement with each undetermined finding beside the ruling that answers it.

    Parameters
    ----------
    judgement : as found; never changed.
    rulings : those given for this file, those of scope all, and those of the law data
        (``law.rulings``).
    day : rulings signed after it do not count.

    Examples
    --------
    >>> from geo.law.case import CaseFacts, Proposal
    >>> from geo.law.catalog import load_law
    >>> from geo.law.judge import judge
    >>> from geo.law.values import Moment
    >>> from geo.perimeter import Perimeter
    >>> facts = CaseFacts(Proposal("PEPM", Perimeter.from_runs([(0, 0, 4)])))
    >>> asked = date(2026, 1, 5)
    >>> found = judge(facts, asked, Moment.FILING, load_law())
    >>> ruling = Ruling("max_cells", "size.PEPM.max_cells", None, "permitted", "all",
    ...     date(2026, 1, 1), None, "…", "A. B.", "0" * 64, date(2026, 1, 2), "AJ 1")
    >>> [s.verdict.value for s in settle(found, [ruling], asked).findings if s.ruling]
    ['allow']
    """
    known = tuple(rulings)
    return Settled(
        tuple(
            SettledFinding(finding, _answer_to(finding, known, day))
            for finding in judgement.findings
        )
    )


def _answer_to(finding: Finding, rulings: tuple[Ruling, ...], day: date) -> Ruling | None:
    answering = (ruling for ruling in rulings if ruling.settles(finding, day))
    return max(answering, key=lambda ruling: ruling.weight, default=None)


def as_law_data(ruling: Ruling) -> str:
    """Return the entry of ``rulings.yaml`` that makes law data of a ruling for all files.

    Raises
    ------
    InputError : the ruling settles one file only, or names no rule.
    """
    if ruling.scope == "file":
        raise InputError(
            f"ruling {ruling.reference} settles one file only: law data holds for all files, so "
            "have a ruling of scope 'all' signed first"
        )
    if ruling.rule is None:
        raise InputError(f"ruling {ruling.reference} names no rule of the law data: name one")
    entry = {
        "reference": ruling.reference,
        "code": ruling.code,
        "rule": ruling.rule,
        "subject": ruling.subject,
        "answer": ruling.answer,
        "from": ruling.from_day,
        "to": ruling.to_day,
        "text": ruling.text,
        "signatory": ruling.signatory,
        "document": ruling.document,
        "day": ruling.day,
    }
    return str(yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=100))
