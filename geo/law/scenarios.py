"""Legal scenarios that a lawyer can read: facts, day, moment, and what the law is expected to say.

Three forms, all with ``id``, ``title`` (fr, en) and ``expect`` (a list, one entry for each day):

- ``a``, ``b``, ``upper``: two rights on the same ground, judged by the overlap matrix;
- ``ask``: a question about a value of the law (``parameter NAME``, ``deadline CLOCK``…);
- ``case``: a file; each entry of ``expect`` names a finding and its outcome, or the whole verdict.

A perimeter is written ``"COLUMN ROW WIDTHxHEIGHT"``, several joined by ``+``, less some by ``-``.
A file may begin with ``base``: facts that its cases start from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from geo.errors import LawDataInvalid, MabeleError, NoLegalBasis
from geo.law.calendar import day_kind, deadline_after
from geo.law.case import CaseFacts
from geo.law.catalog import LAW_DATA
from geo.law.checks import Provision
from geo.law.facts import RightFacts
from geo.law.fees import area_tax, surface_fee
from geo.law.host_events import effect_of
from geo.law.judge import judge
from geo.law.outcomes import Finding, Judgement
from geo.law.pairs import judge_pair
from geo.law.provisions import PROVISIONS
from geo.law.scenario_facts import case_facts
from geo.law.values import Law, Moment

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PAIR_KEYS = {
    *("day", "verdict", "reason", "default", "conditions"),
    *("article", "confidence", "first_day", "upper"),
}
_CASE_KEYS = {
    *("day", "moment", "filed_on", "finding", "about", "outcome", "verdict", "reason"),
    *("default", "article", "confidence", "first_day", "cells", "severity"),
}
_TEXTS = (
    *("outcome", "verdict", "reason", "default"),
    *("article", "confidence", "first_day", "severity"),
)


@dataclass(frozen=True)
class Scenario:
    """One scenario of the law data, as read."""

    file: Path
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
                yield _rule_asked(self.body["ask"]), expected["day"]
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
        finding = judge_pair(_right(self.body["a"]), _right(self.body["b"]), expected["day"], law)
        return finding.rule_version.partition(":")[2].split("|")

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
        if not set(expected) <= _CASE_KEYS:
            yield f"unknown keys {sorted(set(expected) - _CASE_KEYS)}"
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
        if not set(expected) <= _PAIR_KEYS:
            yield f"unknown keys {sorted(set(expected) - _PAIR_KEYS)}"
        finding = judge_pair(_right(self.body["a"]), _right(self.body["b"]), expected["day"], law)
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
        rule = _rule_asked(question)
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


def _right(body: Mapping[str, Any]) -> RightFacts:
    return RightFacts(**{**body, "holders": frozenset(body.get("holders", ()))})


def read_scenarios(folder: Path | None = None, jurisdiction: str = "cd") -> tuple[Scenario, ...]:
    """Return every scenario of a jurisdiction, in the order of its files.

    Parameters
    ----------
    folder : the folder of all law data; the one shipped with the program by default.

    Raises
    ------
    LawDataInvalid : a file is no list of scenarios, or two have the same id.
    """
    files = sorted(((folder or LAW_DATA) / jurisdiction / "scenarios").rglob("*.yaml"))
    found = [scenario for file in files for scenario in _read_file(file)]
    seen: set[str] = set()
    for scenario in found:
        if str(scenario) in seen:
            raise LawDataInvalid(scenario.file, None, f"scenario {scenario} stands twice")
        seen.add(str(scenario))
    return tuple(found)


def _read_file(file: Path) -> Iterator[Scenario]:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), _LOADER)  # noqa: S506  (a safe one)
        for body in content["scenarios"]:
            yield Scenario(file, _with_base(body, content.get("base", {})))
    except (yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise LawDataInvalid(file, None, f"is no list of scenarios ({error})") from error


def _with_base(body: Mapping[str, Any], base: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a scenario whose case starts from the facts of its file, part by part."""
    if "case" not in body:
        return body
    own = body["case"] or {}
    merged = {
        part: {**base.get(part, {}), **own[part]}
        if isinstance(own.get(part), dict)
        else own.get(part, base.get(part))
        for part in {**base, **own}
    }
    return {**body, "case": merged}


# ---- questions about the law itself ----


def _rule_asked(question: str) -> str:
    """Return the name of the rule that a question is about."""
    words = question.split()
    if words[0] == "host_event":
        return "/".join(words)
    names = {
        "parameter": words[-1],
        "restricted": f"restricted/{words[-1]}",
        "exclusive": f"exclusivity/{words[-1]}",
        "deadline": f"clock.{words[-1]}",
    }
    return names.get(words[0], question)


def answer_of(law: Law, question: str, day: date) -> str | None:
    """Return the answer to a question on a day, as text; None without legal basis."""
    subject, *words = question.split()
    try:
        return _ANSWERS[subject](law, words, day)
    except NoLegalBasis:
        return None


def _parameter(law: Law, words: list[str], day: date) -> str | None:
    value = law.parameters[words[0]].timeline.value_on(day)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def _restricted(law: Law, words: list[str], day: date) -> str | None:
    found = law.restricted[words[0]]
    rule = found.rules.value_on(day)
    return f"{found.effect} {rule.limit} {rule.distance_m} m, {found.consent_of or 'nobody'}"


def _nominal(law: Law, words: list[str], day: date) -> str | None:
    return str(law.nominal_area_ha.value_on(day))


def _exclusive(law: Law, words: list[str], day: date) -> str | None:
    group = law.exclusive_groups(day).get(words[0])
    return " ".join(sorted(group)) if group else None


def _deadline(law: Law, words: list[str], day: date) -> str | None:
    deadline = deadline_after(words[0], day, law)
    if deadline is None:
        return "undetermined"
    days = sorted({deadline.earliest.isoformat(), deadline.latest.isoformat()})
    return " or ".join(days)


def _day(law: Law, words: list[str], day: date) -> str | None:
    return day_kind(day, law).value


def _surface_fee(law: Law, words: list[str], day: date) -> str | None:
    due = surface_fee(words[0], int(words[1]), int(words[2]), day, law)
    return due.reason if due.amount is None else str(due.amount)


def _area_tax(law: Law, words: list[str], day: date) -> str | None:
    due = area_tax(words[0], int(words[1]), int(words[2]), day, law)
    return due.reason if due.amount is None else str(due.amount)


def _host_event(law: Law, words: list[str], day: date) -> str | None:
    found = effect_of(words[1], "a" if words[0] == "a" else "b", day, law)
    if found.reason in ("no_legal_basis", "repealed"):
        return None
    return f"{found.effect}, default {found.default}" if found.default else str(found.effect)


_ANSWERS = {
    "parameter": _parameter,
    "restricted": _restricted,
    "nominal_area_ha": _nominal,
    "exclusive": _exclusive,
    "deadline": _deadline,
    "day": _day,
    "surface_fee": _surface_fee,
    "area_tax": _area_tax,
    "host_event": _host_event,
}


def failures_of(law: Law, scenarios: tuple[Scenario, ...]) -> dict[str, list[str]]:
    """Return the scenarios that fail, with what differs; an error of the law is a difference."""
    failed = {}
    for scenario in scenarios:
        try:
            lines = scenario.failures(law)
        except MabeleError as error:
            lines = [f"{scenario}: {error}"]
        if lines:
            failed[str(scenario)] = lines
    return failed
