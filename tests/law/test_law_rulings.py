"""Rulings: what they settle, what they do not, which of several answers, and as law data."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from geo.errors import InputError, LawDataInvalid
from geo.law import Law, Ruling, Settled, Verdict, load_law, settle
from geo.law.case import CaseFacts, Host, Neighbour, Proposal
from geo.law.catalog import LAW_DATA
from geo.law.facts import RightFacts
from geo.law.judge import judge
from geo.law.outcomes import Judgement, Outcome
from geo.law.rulings import as_law_data
from geo.law.values import Moment
from geo.perimeter import Perimeter

GROUND = Perimeter.from_runs([(row, 3056, 3060) for row in range(-1286, -1283)])
TITLE = Perimeter.from_runs([(row, 3050, 3070) for row in range(-1290, -1270)])
FILED, DAY = date(2025, 3, 3), date(2025, 4, 7)
RULING = Ruling(
    code="arecoms_notice",
    rule="route_b.arecoms_notice_required",
    subject=None,
    answer="permitted",
    scope="file",
    from_day=FILED,
    to_day=None,
    text="Une notification suffit.",
    signatory="M. Conseil",
    document="0" * 64,
    day=DAY,
    reference="AJ 1/2025",
)


@pytest.fixture
def found(law: Law) -> Judgement:
    """An agreement with ARECOMS notified only, on a title leased to an unknown extent."""
    right = RightFacts("PE", "granted", granted_on=date(2001, 5, 14), holders=frozenset({"A"}))
    facts = CaseFacts(
        Proposal(
            "EGC",
            GROUND,
            filed_on=FILED,
            substances=frozenset({"Co"}),
            transfers_rights=False,
            documents=frozenset({"consent", "egc_agreement", "arecoms_notice"}),
        ),
        host=Host(right, TITLE, leased=False),
    )
    return judge(facts, DAY, Moment.REVIEW, law)


def answered(settled: Settled, code: str = "arecoms_notice") -> list[Verdict]:
    return [s.verdict for s in settled.findings if s.finding.code == code]


def test_without_a_ruling_nothing_changes(found: Judgement) -> None:
    settled = settle(found, [], DAY)
    assert answered(settled) == [Verdict.NEEDS_LEGAL_REVIEW]
    assert settled.verdict is found.verdict
    assert settled.judgement == found


@pytest.mark.parametrize(
    ("answer", "verdict"), [("permitted", Verdict.ALLOW), ("refused", Verdict.BLOCK)]
)
def test_a_ruling_answers_beside_the_finding(
    answer: Any, verdict: Verdict, found: Judgement
) -> None:
    ruling = replace(RULING, answer=answer)
    settled = settle(found, [ruling], DAY)
    (one,) = [s for s in settled.findings if s.ruling]
    assert one.ruling is ruling
    assert one.verdict is verdict
    assert one.finding.outcome is Outcome.UNDETERMINED
    assert one.finding.verdict is Verdict.NEEDS_LEGAL_REVIEW


@pytest.mark.parametrize(
    "change",
    [
        {"code": "third_parties"},
        {"rule": "route_b.ministerial_act_required"},
        {"subject": "PE 1"},
        {"day": date(2025, 4, 8)},
        {"scope": "all", "from_day": date(2025, 3, 4)},
        {"scope": "all", "from_day": date(2025, 1, 1), "to_day": FILED},
    ],
    ids=["code", "rule", "subject", "signed later", "filed before it", "filed after its end"],
)
def test_a_ruling_on_something_else_settles_nothing(
    change: dict[str, Any], found: Judgement
) -> None:
    assert answered(settle(found, [replace(RULING, **change)], DAY)) == [Verdict.NEEDS_LEGAL_REVIEW]


def test_a_ruling_for_all_files_holds_for_those_filed_in_its_time(found: Judgement) -> None:
    # Half-open: filed on its first day and on the last before its end.
    for first, end in ((FILED, None), (date(2025, 1, 1), date(2025, 3, 4))):
        ruling = replace(RULING, scope="all", from_day=first, to_day=end)
        assert answered(settle(found, [ruling], DAY)) == [Verdict.ALLOW]


def test_a_missing_fact_is_settled_in_its_own_file_only(found: Judgement) -> None:
    fact = replace(RULING, code="third_parties", rule="route.third_parties_consent")
    assert answered(settle(found, [fact], DAY), "third_parties") == [Verdict.ALLOW]
    for_all = replace(fact, scope="all")
    assert answered(settle(found, [for_all], DAY), "third_parties") == [Verdict.NEEDS_LEGAL_REVIEW]


def test_what_is_determined_is_never_settled(found: Judgement) -> None:
    consent = replace(RULING, code="holder_consent", rule="route_b.consent_required")
    refused = replace(consent, answer="refused")
    assert answered(settle(found, [refused], DAY), "holder_consent") == [Verdict.ALLOW]
    assert not [s for s in settle(found, [refused], DAY).findings if s.ruling]


@pytest.mark.parametrize(
    ("lesser", "greater"),
    [
        ({"scope": "all"}, {"scope": "file", "day": date(2025, 3, 3)}),
        ({"day": date(2025, 4, 1)}, {"day": date(2025, 4, 2)}),
        ({"answer": "permitted"}, {"answer": "refused"}),
        ({"rule": None}, {"day": date(2025, 3, 3)}),
    ],
    ids=["the file's own", "the later one", "of one day a refusal", "the one that names the rule"],
)
def test_of_several_rulings_one_answers(
    lesser: dict[str, Any], greater: dict[str, Any], found: Judgement
) -> None:
    first, second = replace(RULING, **lesser), replace(RULING, **greater)
    for order in ([first, second], [second, first]):
        settled = settle(found, order, DAY)
        assert [s.ruling for s in settled.findings if s.ruling] == [second]


def test_a_ruling_without_a_rule_settles_whatever_rule_of_its_provision(law: Law) -> None:
    asked = date(2020, 1, 6)
    judged = judge(CaseFacts(Proposal("PE", GROUND)), asked, Moment.GRANT, law)
    layers = judged.of("restricted_consent")
    assert len({found.rule for found in layers}) == len(layers) > 10
    ruling = replace(RULING, code="restricted_consent", rule=None, day=asked)
    settled = settle(judged, [ruling], asked)
    assert set(answered(settled, "restricted_consent")) == {Verdict.ALLOW}
    assert Verdict.ALLOW not in answered(settled, "restricted_block")


def test_what_could_only_warn_holds_nothing_up_while_it_is_open(law: Law) -> None:
    # Of the ministerial act nothing is asked before the grant; ARECOMS warns at filing.
    facts = CaseFacts(Proposal("EGC", GROUND, documents=frozenset({"arecoms_notice"})))
    for moment, settled_then in ((Moment.FILING, True), (Moment.REVIEW, False)):
        judged = Judgement(judge(facts, DAY, moment, law).of("arecoms_notice"))
        settled = settle(judged, [], DAY)
        assert settled.verdict is Verdict.NEEDS_LEGAL_REVIEW
        assert settled.is_settled is settled_then
        assert len(settled.open) == 1


def test_a_ruling_on_one_neighbour_leaves_the_other_open(law: Law) -> None:
    tailings = RightFacts("PER", "granted", granted_on=date(2015, 5, 4), holders=frozenset({"B"}))
    both = tuple(Neighbour(name, tailings, GROUND) for name in ("PER 1", "PER 2"))
    facts = CaseFacts(Proposal("PR", GROUND), neighbours=both)
    judged = judge(facts, DAY, Moment.FILING, law)
    assert {f.subject for f in judged.of("overlap")} == {"PER 1", "PER 2"}
    ruling = replace(
        RULING, code="overlap", rule="overlap/PR on PER", subject="PER 1", answer="refused"
    )
    verdicts = {
        s.finding.subject: s.verdict
        for s in settle(judged, [ruling], DAY).findings
        if s.finding.code == "overlap"
    }
    assert verdicts == {"PER 1": Verdict.BLOCK, "PER 2": Verdict.NEEDS_LEGAL_REVIEW}
    named_and_not = [replace(ruling, subject=None, answer="permitted"), ruling]
    (first, second) = [
        s for s in settle(judged, named_and_not, DAY).findings if s.finding.code == "overlap"
    ]
    assert (first.verdict, second.verdict) == (Verdict.BLOCK, Verdict.ALLOW)


# ---- the gates --------------------------------------------------------------------------------


def test_gates_of_a_settled_file(law: Law) -> None:
    right = RightFacts("PR", "granted", granted_on=date(2015, 5, 4), holders=frozenset({"B"}))
    one = Neighbour("PR 1", right, GROUND)

    def gates(kind: str, neighbour: Neighbour, moment: Moment) -> tuple[bool, bool]:
        facts = CaseFacts(Proposal(kind, GROUND), neighbours=(neighbour,))
        judged = Judgement(judge(facts, DAY, moment, law).of("overlap"))
        settled = settle(judged, [], DAY)
        return settled.no_block, settled.is_settled

    given = replace(one, consents=True)
    assert gates("ARPC", given, Moment.REVIEW) == (True, True)
    assert gates("ARPC", one, Moment.REVIEW) == (True, False)  # a consent is still asked for
    assert gates("ARPC", one, Moment.GRANT) == (False, False)
    assert gates("PR", one, Moment.REVIEW) == (False, False)
    queued = replace(one, right=RightFacts("PR", "application", filed_on=date(2025, 1, 6)))
    assert gates("PR", queued, Moment.REVIEW) == (True, False)
    quarry = replace(one, right=replace(right, kind="ARPC"))
    assert gates("PE", quarry, Moment.REVIEW) == (True, False)  # compensation is owed
    assert gates("PE", replace(quarry, compensated=True), Moment.GRANT) == (True, True)


def test_a_rule_that_did_not_exist_yet_stops_no_gate(law: Law) -> None:
    facts = CaseFacts(Proposal("ZEA", GROUND, documents=frozenset()))
    judged = judge(facts, date(2020, 1, 6), Moment.REVIEW, law)
    practice = Judgement(judged.of("zone_opinions_in_practice"))
    assert practice.findings[0].verdict is Verdict.NO_LEGAL_BASIS
    assert settle(practice, [], DAY).is_settled


def test_route_b_before_its_decree_stops_both_gates(law: Law) -> None:
    judged = judge(CaseFacts(Proposal("EGC", GROUND)), date(2017, 6, 5), Moment.FILING, law)
    settled = settle(judged, [RULING], date(2017, 6, 5))
    assert settled.verdict is Verdict.NO_LEGAL_BASIS
    assert not settled.no_block
    assert {f.code for f in settled.blocking} == {"kind_exists"}


# ---- as law data ------------------------------------------------------------------------------


def law_with(tmp_path: Path, entries: str) -> Law:
    shutil.copytree(LAW_DATA, tmp_path / "law")
    (tmp_path / "law" / "cd" / "rulings.yaml").write_text(f"rulings:\n{entries}", encoding="utf-8")
    return load_law(tmp_path / "law")


def test_a_ruling_becomes_law_data_and_settles(tmp_path: Path, found: Judgement, law: Law) -> None:
    ruling = replace(RULING, scope="all", text="Une notification suffit : l'accord est connu.")
    changed = law_with(tmp_path, as_law_data(ruling))
    assert changed.rulings == (ruling,)
    assert changed.version != law.version
    assert answered(settle(found, changed.rulings, DAY)) == [Verdict.ALLOW]


def test_a_ruling_on_one_file_never_becomes_law_data() -> None:
    with pytest.raises(InputError, match="one file only"):
        as_law_data(RULING)
    with pytest.raises(InputError, match="names no rule"):
        as_law_data(replace(RULING, scope="all", rule=None))


@pytest.mark.parametrize(
    ("said", "changed", "line", "reason"),
    [
        ("code: arecoms_notice", "code: arecoms", 3, "not a known provision"),
        ("rule: route_b.arecoms_notice_required", "rule: route_b.none", 4, "no rule of the law"),
        ("answer: permitted", "answer: maybe", 6, "not a known answer"),
        ("to: null", "to: 2025-03-03", 8, "ends after it begins"),
        ("signatory: M. Conseil", "signed_by: M. Conseil", 2, "'signatory' is missing"),
        ("text: Une notification suffit.", "text: ''", 9, "a text is needed"),
        ("'0000", "'000g", 11, "SHA-256"),
        ("day: 2025-04-07", "day: soon", 12, "not a day"),
    ],
)
def test_a_bad_entry_is_refused_with_its_line(
    said: str, changed: str, line: int, reason: str, tmp_path: Path
) -> None:
    entry = as_law_data(replace(RULING, scope="all"))
    assert said in entry
    with pytest.raises(LawDataInvalid, match=reason) as refused:
        law_with(tmp_path, entry.replace(said, changed))
    assert refused.value.file.endswith("rulings.yaml")
    assert refused.value.line == line


def test_two_entries_of_one_reference_are_refused(tmp_path: Path) -> None:
    entry = as_law_data(replace(RULING, scope="all"))
    with pytest.raises(LawDataInvalid, match="stands twice"):
        law_with(tmp_path, entry + entry)


def test_the_law_data_begins_with_no_ruling(law: Law) -> None:
    assert law.rulings == ()


@pytest.mark.parametrize(("state", "verdict"), [("force_majeure", "allow"), ("not_stated", None)])
def test_a_ruling_for_all_settles_force_majeure_and_no_missing_state(
    state: str, verdict: str | None, law: Law
) -> None:
    host = Host(RightFacts("PE", state, granted_on=date(2001, 5, 14)), TITLE)
    facts = CaseFacts(Proposal("EGC", GROUND, filed_on=FILED), host=host)
    ruling = replace(RULING, code="host_valid", rule="route_b.host_valid", scope="all")
    settled = settle(judge(facts, DAY, Moment.REVIEW, law), [ruling], DAY)
    (asked,) = (one for one in settled.findings if one.finding.code == "host_valid")
    assert asked.finding.verdict is Verdict.NEEDS_LEGAL_REVIEW
    assert (asked.verdict.value if asked.ruling else None) == verdict
