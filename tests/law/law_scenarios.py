"""Reads the legal scenarios of the law data and runs them against a law."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from geo.errors import NoLegalBasis
from geo.law import Law, RightFacts, judge_pair
from geo.law.catalog import LAW_DATA

FOLDER = LAW_DATA / "cd" / "scenarios"
EXPECTED_KEYS = {
    *("day", "verdict", "reason", "default", "conditions"),
    *("article", "confidence", "first_day", "upper"),
}


@dataclass(frozen=True)
class Scenario:
    """The facts of two rights (or a question), and what the law says on each day."""

    file: Path
    body: dict[str, Any]

    def __str__(self) -> str:
        return str(self.body["id"])

    def failures(self, law: Law) -> list[str]:
        """Return what differs from what is expected, one line for each day and field."""
        return [
            f"{self} on {expected['day']}: {difference}"
            for expected in self.body["expect"]
            for difference in self._differences(expected, law)
        ]

    def provisions(self, law: Law) -> Iterator[tuple[str, date]]:
        """Yield each provision that decides here, with the day asked."""
        if "ask" not in self.body:
            a, b = facts_of(self.body["a"]), facts_of(self.body["b"])
            for expected in self.body["expect"]:
                finding = judge_pair(a, b, expected["day"], law)
                for provision in finding.rule_version.partition(":")[2].split("|"):
                    yield provision, expected["day"]

    def _differences(self, expected: dict[str, Any], law: Law) -> Iterator[str]:
        if "ask" in self.body:
            answer = answer_of(law, self.body["ask"], expected["day"])
            if answer != expected["answer"]:
                yield f"{answer!r} instead of {expected['answer']!r}"
            return
        assert set(expected) <= EXPECTED_KEYS, expected
        finding = judge_pair(
            facts_of(self.body["a"]), facts_of(self.body["b"]), expected["day"], law
        )
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


def facts_of(body: dict[str, Any]) -> RightFacts:
    """Return the facts that a scenario states; an unknown key fails."""
    return RightFacts(**{**body, "holders": frozenset(body.get("holders", ()))})


def answer_of(law: Law, question: str, day: date) -> str | None:
    """Return the answer to a question about the ground, None without legal basis."""
    if question == "nominal_area_ha":
        try:
            return str(law.nominal_area_ha.value_on(day))
        except NoLegalBasis:
            return None
    group = law.exclusive_groups(day).get(question.removeprefix("exclusive "))
    return " ".join(sorted(group)) if group else None


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Return every scenario of the law data."""
    return tuple(
        Scenario(file, body)
        for file in sorted(FOLDER.glob("*.yaml"))
        for body in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)["scenarios"]
    )
