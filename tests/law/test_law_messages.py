"""Every sentence in French and in English, filled in, accusing nobody."""

from __future__ import annotations

import re
from datetime import date

import pytest
from law_scenarios import case_scenarios, facts_of, scenarios

from geo.law import Law, PairFinding, RightFacts, judge_pair
from geo.law.judge import route_label
from geo.law.provisions import PROVISIONS

ACCUSING = re.compile(
    r"\b(ill?[ée]g\w*|illicit\w*|unlawful\w*|fraud\w*|viol\w+|infraction\w*|offen[cs]e\w*|crim\w+|"
    r"guilty|coupable\w*|faut\w+|fault\w*|inva(de|s)\w*|encroach\w*|empi[eéè]t\w*|usurp\w*|"
    r"squat\w*|abus\w*|culprit\w*|spoli\w*|steal\w*|stole\w*|vol(er|e|é|eur)s?|trich\w*|cheat\w*)\b",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def findings(law: Law) -> list[PairFinding]:
    return [
        judge_pair(facts_of(s.body["a"]), facts_of(s.body["b"]), expected["day"], law)
        for s in scenarios()
        if "ask" not in s.body
        for expected in s.body["expect"]
    ]


def test_the_test_knows_an_accusation() -> None:
    for word in ("illegal", "Illégale", "viole", "an encroachment", "empiétement", "fraude"):
        assert ACCUSING.search(word)


def test_no_message_accuses_anyone(law: Law) -> None:
    sentences = [text for message in law.messages.values() for text in (message.fr, message.en)]
    assert [text for text in sentences if ACCUSING.search(text)] == []


def test_every_finding_speaks_both_languages(findings: list[PairFinding]) -> None:
    for finding in findings:
        message = finding.message
        assert message.fr != message.en
        assert (message.text("fr"), message.text("en")) == (message.fr, message.en)
        assert not re.search(r"[{}]|None", message.fr + message.en)


def test_a_verdict_names_its_article(findings: list[PairFinding]) -> None:
    decided = [f for f in findings if f.verdict not in ("not_applicable",)]
    for finding in decided:
        assert finding.article in finding.message.fr
        assert finding.article in finding.message.en


def test_a_default_is_named_and_said_not_to_be_applied(findings: list[PairFinding]) -> None:
    defaults = [finding.message for finding in findings if finding.default]
    assert defaults
    for message in defaults:
        assert "n'est pas appliqué" in message.fr
        assert "not applied" in message.en


def test_every_sentence_but_the_spare_verdict_is_said_somewhere(
    law: Law, findings: list[PairFinding]
) -> None:
    # "warn" is a verdict of the vocabulary that no cell of the matrix uses today.
    said = " ".join([*(f.message.en for f in findings), *spoken_of_files(law)])
    silent = {
        key
        for key, message in law.messages.items()
        if max(re.split(r"\{\w+\}", message.en), key=len).strip(" .“”()") not in said
    }
    assert silent == {"warn"}


def spoken_of_files(law: Law) -> list[str]:
    """What the findings of files say in English, and the names of the two routes."""
    judged = [
        scenario.judged(expected, law, PROVISIONS)
        for scenario in case_scenarios()
        if "case" in scenario.body
        for expected in scenario.body["expect"]
    ]
    routes = [route_label(route, law).en for route in ("a", "b")]
    return [f.message.en for judgement in judged for f in judgement.findings] + routes


def test_names_of_the_caller_are_put_in_as_they_are(law: Law) -> None:
    permit, quarry = (
        RightFacts(kind="PR", state="granted", granted_on=date(2010, 2, 1)),
        RightFacts(kind="AECP", state="granted", granted_on=date(2012, 2, 6)),
    )
    finding = judge_pair(permit, quarry, date(2020, 1, 15), law)
    text = finding.text("en", "{lower} & <b>PR 1</b>", "AECP {0}")
    assert text.startswith("“AECP {0}” on “{lower} & <b>PR 1</b>”: the overlap is allowed")
