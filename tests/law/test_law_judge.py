"""What holds for every finding, whatever the file; and the rules that scenarios do not reach."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from law_scenarios import case_scenarios
from test_law_messages import ACCUSING

from geo.errors import InputError, LawError
from geo.law import Law, RightFacts
from geo.law.case import CaseFacts, Cooperative, Host, Neighbour, Proposal
from geo.law.judge import judge, route_label
from geo.law.outcomes import VERDICTS, Finding, Outcome, outcomes_of
from geo.law.provisions import PROVISIONS
from geo.law.provisions.contact import touching_groups
from geo.law.values import Confidence, Moment, Severity, Verdict
from geo.perimeter import Perimeter

GROUND = Perimeter.from_runs([(row, 3056, 3060) for row in range(-1286, -1283)])


@pytest.fixture(scope="module")
def findings(law: Law) -> list[Finding]:
    judged = [
        scenario.judged(expected, law, PROVISIONS)
        for scenario in case_scenarios()
        if "case" in scenario.body
        for expected in scenario.body["expect"]
    ]
    return [finding for judgement in judged for finding in judgement.findings]


def test_every_outcome_has_one_verdict_at_every_severity() -> None:
    assert set(VERDICTS) == {(outcome, severity) for outcome in Outcome for severity in Severity}


def test_an_uncertain_text_never_fails_a_file(findings: list[Finding]) -> None:
    # Warnings within a distance that the user chose are the user's, not the law's.
    # Before a law existed its text is not read at all.
    failed = [f for f in findings if f.outcome == "fail" and f.confidence is Confidence.U]
    assert {f.code for f in failed if f.verdict != "no_legal_basis"} == {"restricted_warn"}


def test_an_undetermined_finding_needs_a_review_and_a_default_is_named(
    findings: list[Finding],
) -> None:
    unsure = [f for f in findings if f.outcome is Outcome.UNDETERMINED]
    assert unsure
    assert {f.verdict for f in unsure} == {Verdict.NEEDS_LEGAL_REVIEW}
    assert all(f.reason for f in unsure)
    assert all(f.outcome is Outcome.UNDETERMINED for f in findings if f.default)


def test_without_a_law_the_first_day_is_named(findings: list[Finding]) -> None:
    for finding in findings:
        if finding.verdict is Verdict.NO_LEGAL_BASIS and finding.reason == "no_legal_basis":
            assert finding.first_day is not None
            assert finding.rules_on < finding.first_day
            assert finding.first_day.isoformat() in finding.message.fr
            assert finding.article in finding.message.en


def test_findings_speak_both_languages_and_accuse_nobody(findings: list[Finding]) -> None:
    for finding in findings:
        assert finding.message.fr != finding.message.en
        assert "{" not in finding.message.fr + finding.message.en
        assert not ACCUSING.search(finding.message.fr + " " + finding.message.en)


def test_every_finding_names_its_rule_and_the_law_version(
    findings: list[Finding], law: Law
) -> None:
    for finding in findings:
        version, _, rule = finding.rule_version.partition(":")
        assert version == law.version
        assert rule


def test_a_day_before_the_filing_is_refused(law: Law) -> None:
    facts = CaseFacts(Proposal("PR", GROUND, filed_on=date(2020, 1, 6)))
    with pytest.raises(InputError, match="2020-01-06"):
        judge(facts, date(2020, 1, 5), Moment.FILING, law)


def test_a_listed_provision_that_is_not_written_is_refused(law: Law) -> None:
    text = law.provisions["water"]
    with pytest.raises(LawError, match="unwritten"):
        judge(
            CaseFacts(Proposal("PR", GROUND)),
            date(2020, 1, 6),
            Moment.FILING,
            replace(law, provisions={**law.provisions, "unwritten": text}),
        )


def test_rules_are_those_of_the_filing_and_facts_those_of_the_grant(law: Law) -> None:
    filed = Proposal("ZEA", GROUND, filed_on=date(2017, 6, 5))
    host = Host(RightFacts("PE", "granted", granted_on=date(2001, 5, 14)), GROUND)
    found = judge(CaseFacts(filed, host=host), date(2020, 3, 3), Moment.GRANT, law)
    (finding,) = found.of("host_overlap")
    assert (finding.day, finding.rules_on) == (date(2020, 3, 3), date(2017, 6, 5))
    assert finding.article == "Code minier 2002, art. 109 al. 3"
    assert finding.verdict is Verdict.BLOCK


def test_the_carres_concerned_are_those_of_the_other_right(law: Law) -> None:
    shared = Perimeter.from_runs([(-1286, 3056, 3058)])
    other = Neighbour("PR 7", RightFacts("PR", "granted", granted_on=date(2012, 2, 6)), shared)
    found = judge(
        CaseFacts(Proposal("PR", GROUND), neighbours=(other,)),
        date(2020, 1, 6),
        Moment.FILING,
        law,
    )
    (finding,) = found.of("overlap")
    assert finding.cells == shared
    assert "PR 7" in finding.message.fr


def test_a_neighbours_name_is_put_in_as_it_is(law: Law) -> None:
    right = RightFacts("PR", "granted", granted_on=date(2012, 2, 6))
    other = Neighbour("{article} <b>", right)
    found = judge(
        CaseFacts(Proposal("PR", GROUND), neighbours=(other,)),
        date(2020, 1, 6),
        Moment.FILING,
        law,
    )
    assert "{article} <b>" in found.of("overlap")[0].message.en


@pytest.mark.parametrize(("width", "outcome"), [(1, "fail"), (2, "pass"), (3, "fail")])
def test_a_portion_has_two_carres_no_more_and_no_less(width: int, outcome: str, law: Law) -> None:
    portion = Perimeter.from_runs([(-1286, 3056, 3056 + width)])
    facts = CaseFacts(Proposal("ZEA", portion), cooperative=Cooperative(portion))
    (finding,) = judge(facts, date(2020, 1, 6), Moment.REVIEW, law).of("portion_cells")
    assert finding.outcome == outcome


def test_route_b_is_found_by_either_name(law: Law) -> None:
    label = route_label("b", law)
    assert label.en == (
        "February 2025 reform (Décret 25/05; often described as an amendment of the Mining Code)"
    )
    assert label.fr == (
        "Réforme de février 2025 (Décret 25/05 ; souvent présentée comme une modification "
        "du Code minier)"
    )


def test_outcomes_are_counted(law: Law) -> None:
    found = judge(CaseFacts(Proposal("PR", GROUND)), date(2020, 1, 6), Moment.FILING, law)
    assert sum(outcomes_of(found.findings).values()) == len(found.findings)


def test_groups_touch_by_side_or_corner() -> None:
    # Three carrés in a diagonal are one group, a fourth two columns away is another.
    diagonal = Perimeter.from_cells([(0, 0), (1, 1), (2, 2), (4, 2)])
    assert [group.count for group in touching_groups(diagonal)] == [3, 1]
    assert touching_groups(Perimeter.empty()) == ()
