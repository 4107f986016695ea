"""Properties of judging a pair that hold for whatever facts."""

from __future__ import annotations

import pickle
from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from geo.law import Law, RightFacts, Verdict, judge_pair, judge_pairs, load_law
from geo.sources.rows import State

LAW = load_law()
DAYS = st.dates(date(2001, 1, 1), date(2026, 12, 31))
KINDS = st.sampled_from([*LAW.kinds, "XYZ", None])
FACTS = st.builds(
    RightFacts,
    kind=KINDS,
    state=st.sampled_from([*State, "suspended", "anything"]),
    filed_on=st.none() | DAYS,
    granted_on=st.none() | DAYS,
    expires_on=st.none() | DAYS,
    holders=st.frozensets(st.sampled_from("AB")),
    filed_order=st.none() | st.integers(1, 3),
)


@given(FACTS, FACTS, DAYS)
def test_swapping_the_rights_changes_nothing_but_the_side(
    a: RightFacts, b: RightFacts, on: date
) -> None:
    one, other = judge_pair(a, b, on, LAW), judge_pair(b, a, on, LAW)
    swapped = {"a": "b", "b": "a", None: None}
    assert one.upper == swapped[other.upper]
    assert one.consent_of == swapped[other.consent_of]
    for name in ("verdict", "reason", "article", "source", "confidence", "rule_version"):
        assert getattr(one, name) == getattr(other, name)
    assert (one.conditions, one.default) == (other.conditions, other.default)
    assert one.message.key == other.message.key


@given(FACTS, FACTS, DAYS)
def test_an_undetermined_pair_never_decides_and_a_default_is_never_applied(
    a: RightFacts, b: RightFacts, on: date
) -> None:
    finding = judge_pair(a, b, on, LAW)
    if finding.default or finding.confidence == "U":
        assert finding.verdict in (Verdict.NEEDS_LEGAL_REVIEW, Verdict.NO_LEGAL_BASIS)
    assert (finding.first_day is not None) == (finding.reason == "no_legal_basis")


@given(st.lists(st.tuples(FACTS, FACTS), max_size=30), DAYS)
def test_many_pairs_are_judged_as_each_one_is(
    pairs: list[tuple[RightFacts, RightFacts]], on: date
) -> None:
    judged = judge_pairs(pairs, on, LAW)
    alone = [judge_pair(a, b, on, LAW) for a, b in pairs]
    assert list(judged.findings) == alone
    assert judged.by_verdict == Counter(f.verdict for f in alone)
    assert judged.undetermined.total() == judged.by_verdict[Verdict.NEEDS_LEGAL_REVIEW]


def test_every_state_that_importers_know_has_a_meaning_in_law(law: Law) -> None:
    # "unknown" is the only word of the importers that the law leaves unknown.
    granted = RightFacts(kind="PR", state="granted", granted_on=date(2010, 2, 1))
    unknown = {
        state
        for state in State
        if judge_pair(
            RightFacts(kind="PR", state=state, granted_on=date(2012, 2, 6)),
            granted,
            date(2020, 1, 15),
            law,
        ).reason
        == "state_unknown"
    }
    assert unknown == {State.UNKNOWN}


def test_a_finding_can_go_to_another_process(law: Law) -> None:
    right = RightFacts(kind="PR", state="granted")
    finding = judge_pair(right, right, date(2020, 1, 15), law)
    assert pickle.loads(pickle.dumps(finding)) == finding


def test_a_finding_names_its_day_its_rule_and_the_law_it_was_judged_by(law: Law) -> None:
    zone = RightFacts(kind="ZEA", state="application", filed_on=date(2024, 5, 6))
    permit = RightFacts(kind="PE", state="granted", granted_on=date(2020, 1, 7))
    finding = judge_pair(permit, zone, date(2024, 6, 1), law)
    assert (finding.verdict, finding.upper, finding.consent_of) == (
        "allow_with_renunciation",
        "b",
        "a",
    )
    assert finding.on == date(2024, 6, 1)
    assert finding.rule_version == f"{law.version}:overlap/ZEA on PE/PEPM"
    assert finding.source == "Copie publiée du Code minier modifié par la Loi n° 18/001"
