"""Legal scenarios that a lawyer can read: facts, day, moment, and what the law is expected to say.

Three forms, all with ``id``, ``title`` (fr, en) and ``expect`` (a list, one entry for each day):

- ``a``, ``b``, ``upper``: two rights on the same ground, judged by the overlap matrix;
- ``ask``: a question about a value of the law (``parameter NAME``, ``deadline CLOCK``…);
- ``case``: a file; each entry of ``expect`` names a finding and its outcome, or the whole verdict.

A perimeter is written ``"COLUMN ROW WIDTHxHEIGHT"``, several joined by ``+``, less some by ``-``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from geo.errors import MabeleError
from geo.law.case import CaseFacts
from geo.law.checks import Provision
from geo.law.judge import judge
from geo.law.outcomes import Finding, Judgement
from geo.law.pairs import PairFinding, judge_pair
from geo.law.provisions import PROVISIONS
from geo.law.questions import answer_of, rule_asked
from geo.law.scenario_facts import case_facts, right_facts
from geo.law.values import Law, Moment

_TEXTS = (
    *("outcome", "verdict", "reason", "default"),
    *("article", "confidence", "first_day", "severity"),
)


@dataclass(frozen=True)
class Scenario:
    """One scenario of the law data, as read from a line of a file (scenario_files)."""

    file: Path
    line: int
    body: Mapping[str, Any]

    def __str__(self) -> str:
        return str(self.body["id"])

    def failures(self, law: Law, provisions: Mapping[str, Provision] = PROVISIONS) -> list[str]:
        """Return what differs from what is expected, one line for each day and point."""
        return [
            f"{self} on {expected['day']}: {difference}"
            for expected in self.body["expect"]
            for difference in self._differences(expected, law, provisions)
        ]

    def rules(self, law: Law) -> Iterator[tuple[str, date]]:
        """Yield each rule of the law data that decides here, with the day whose rules applied."""
        for expected in self.body["expect"]:
            if "ask" in self.body:
                yield rule_asked(self.body["ask"]), expected["day"]
            elif "case" in self.body:
                for finding in self._found(expected, law, PROVISIONS):
                    for rule in finding.rule_version.partition(":")[2].split("|"):
                        yield rule.partition("@")[0], finding.rules_on
            else:
                for rule in self._pair_rules(expected, law):
                    yield rule, expected["day"]

    def codes(self) -> Iterator[str]:
        """Yield the code of each provision whose finding is expected."""
        for expected in self.body["expect"]:
            if "finding" in expected:
                yield expected["finding"]

    def judged(
        self, expected: Mapping[str, Any], law: Law, provisions: Mapping[str, Provision]
    ) -> Judgement:
        """Return the judgement of a case on a day that the scenario expects something of."""
        facts = _facts_on(self.body["case"], expected, law)
        moment = Moment(expected.get("moment", "filing"))
        return judge(facts, expected["day"], moment, law, provisions)

    def _pair_rules(self, expected: Mapping[str, Any], law: Law) -> list[str]:
        finding = self._pair_found(expected["day"], law)
        return finding.rule_version.partition(":")[2].split("|")

    def _pair_found(self, day: date, law: Law) -> PairFinding:
        a, b = (right_facts(self.body[side], law.jurisdiction) for side in ("a", "b"))
        return judge_pair(a, b, day, law)

    def _differences(
        self, expected: Mapping[str, Any], law: Law, provisions: Mapping[str, Provision]
    ) -> Iterator[str]:
        if "ask" in self.body:
            answer = answer_of(law, self.body["ask"], expected["day"])
            if answer != expected["answer"]:
                yield f"{answer!r} instead of {expected['answer']!r}"
            yield from _article_differences(expected, self.body["ask"], law)
        elif "case" in self.body:
            yield from self._case_differences(expected, law, provisions)
        else:
            yield from self._pair_differences(expected, law)

    def _case_differences(
        self, expected: Mapping[str, Any], law: Law, provisions: Mapping[str, Provision]
    ) -> Iterator[str]:
        if "finding" not in expected:
            verdict = self.judged(expected, law, provisions).verdict.value
            if verdict != expected["verdict"]:
                yield f"verdict {verdict} instead of {expected['verdict']}"
            return
        found = self._found(expected, law, provisions)
        if len(found) != (0 if expected["outcome"] == "not_asked" else 1):
            yield f"{len(found)} findings {expected['finding']} {expected.get('about', '')}"
        elif found:
            yield from _finding_differences(expected, found[0])

    def _found(
        self, expected: Mapping[str, Any], law: Law, provisions: Mapping[str, Provision]
    ) -> list[Finding]:
        if "finding" not in expected:
            return list(self.judged(expected, law, provisions).findings)
        one = {code: p for code, p in provisions.items() if code == expected["finding"]}
        about = expected.get("about")
        findings = self.judged(expected, law, one).findings
        return [f for f in findings if about is None or about in f.facts.values()]

    def _pair_differences(self, expected: Mapping[str, Any], law: Law) -> Iterator[str]:
        finding = self._pair_found(expected["day"], law)
        wanted = {
            "verdict": expected["verdict"],
            "reason": expected.get("reason", "matrix"),
            "default": expected.get("default"),
            "conditions": tuple(expected.get("conditions", ())),
            "article": expected["article"],
            "first_day": expected.get("first_day"),
        }
        if expected["verdict"] != "no_legal_basis":
            wanted["upper"] = expected.get("upper", self.body["upper"])
            wanted["confidence"] = expected["confidence"]
        for name, value in wanted.items():
            if getattr(finding, name) != value:
                yield f"{name} {getattr(finding, name)!s} instead of {value!s}"


def _finding_differences(expected: Mapping[str, Any], finding: Finding) -> Iterator[str]:
    for name in _TEXTS:
        got = getattr(finding, name)
        if name in expected and _plain(got) != _plain(expected[name]):
            yield f"{finding.code}: {name} {_plain(got)} instead of {_plain(expected[name])}"
    if "cells" in expected:
        count = finding.cells.count if finding.cells is not None else None
        if count != expected["cells"]:
            yield f"{finding.code}: {count} carrés instead of {expected['cells']}"


def _article_differences(expected: Mapping[str, Any], question: str, law: Law) -> Iterator[str]:
    """Yield another article than the expected one, where a question about a value names it."""
    if "article" in expected:
        rule = rule_asked(question)
        timelines = {t.provision: t for t in law.host_events.values()}
        timeline = law.parameters[rule].timeline if rule in law.parameters else timelines[rule]
        dated = timeline.on(expected["day"])
        article = dated.reference.article if dated else None
        if article != expected["article"]:
            yield f"article {article} instead of {expected['article']}"


def _plain(value: object) -> str | None:
    return None if value is None else str(value)


def _facts_on(body: Mapping[str, Any], expected: Mapping[str, Any], law: Law) -> CaseFacts:
    if "filed_on" not in expected:
        return case_facts(body, law.jurisdiction)
    proposal = {**body["proposal"], "filed_on": expected["filed_on"]}
    return case_facts({**body, "proposal": proposal}, law.jurisdiction)


def failures_of(law: Law, scenarios: Iterable[Scenario]) -> dict[str, list[str]]:
    """Return the scenarios that fail, with file, line and what differs.

    An error of the law, or of the facts as written, is a difference.
    """
    failed = {}
    for scenario in scenarios:
        try:
            lines = scenario.failures(law)
        except MabeleError as error:
            lines = [f"{scenario}: {error}"]
        if lines:
            failed[str(scenario)] = [f"{scenario.file}:{scenario.line}: {line}" for line in lines]
    return failed
