"""The law data beside a second reading of the same texts, on every pair and route, every date."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from law_oracle import (
    AREAS,
    ARECOMS,
    CERTAIN,
    CODE,
    DECREE,
    EGC_AND_ARECOMS,
    PROMULGATED,
    Asked,
    Right,
    answers_on,
    later_of,
    verdict_on,
)

from geo.law import Law, RightFacts, judge_pair
from geo.law.case import CaseFacts, Host, Proposal
from geo.law.judge import judge
from geo.law.provisions import PROVISIONS
from geo.law.values import Moment
from geo.perimeter import Perimeter

ONE_DAY = timedelta(days=1)
CHANGES = (CODE, PROMULGATED, CERTAIN, EGC_AND_ARECOMS, DECREE, ARECOMS)
DAYS = [day for change in CHANGES for day in (change - ONE_DAY, change)] + [date(2026, 11, 23)]
KINDS = ("PR", "PE", "PEPM", "PER", "ARPC", "AECP", "AECT", "ZEA", "EGC", *AREAS)
OLD, LATER = date(1998, 3, 2), date(1999, 6, 7)


def situations(first: str, second: str) -> list[tuple[Right, Right]]:
    """Return two kinds in every order: pending or held, dated or not, holders alike or not."""
    held = [
        (Right(first, False, *a), Right(second, False, *b))
        for a, b in (
            ((OLD, LATER), (LATER, LATER)),
            ((LATER, LATER), (OLD, LATER)),
            ((None, OLD), (None, LATER)),
            ((None, OLD), (None, OLD)),
            ((OLD, LATER), (None, None)),
        )
    ]
    if first in AREAS:
        return held
    holders = ((None, None), ("X", "X"), ("X", "Y"))
    on_held = [
        (Right(first, True, LATER, None, x), Right(second, False, None, OLD, y)) for x, y in holders
    ]
    if second in AREAS:
        return held + on_held
    days = ((LATER, OLD), (OLD, LATER), (OLD, OLD))
    both = [(Right(first, True, a), Right(second, True, b)) for a, b in days]
    return held + on_held + both


def facts_of(right: Right) -> RightFacts:
    """Return a right of the table as the law is asked about it."""
    return RightFacts(
        kind=right.kind,
        state="application" if right.pending else "granted",
        filed_on=right.filed_on,
        granted_on=right.granted_on,
        holders=frozenset({right.holder}) if right.holder else frozenset(),
    )


@pytest.mark.parametrize("first", KINDS)
def test_every_pair_of_kinds_has_the_verdict_of_the_second_reading(first: str, law: Law) -> None:
    for second, day in product(KINDS, DAYS):
        for a, b in situations(first, second):
            found = judge_pair(facts_of(a), facts_of(b), day, law)
            default = str(found.default) if found.default else None
            assert (str(found.verdict), default) == verdict_on(a, b, day), (a, b, day)
            later = later_of(a, b)
            if later is not None and found.upper is not None:
                assert found.upper == ("a" if later is a else "b"), (a, b, day)


GROUND = Perimeter.from_runs([(row, 3056, 3060) for row in range(-1286, -1283)])
HOSTS = {
    (True, 1): [(row, 3050, 3070) for row in range(-1290, -1270)],
    (True, 2): [(row, 3056, 3060) for row in range(-1288, -1281)],
    (False, 1): [(row, 3057, 3070) for row in range(-1290, -1270)],
    (False, 2): [(row, 3056, 3059) for row in range(-1288, -1281)],
}
EVERY_ASKED = [
    Asked("A", state, inside, pieces, consent, given, substances, opinion, False, False, None, act)
    for state, inside, pieces, consent, given, substances, opinion, act in product(
        ("granted", "suspended"),
        (True, False),
        (1, 2),
        (True, False),
        (True, False),
        (frozenset({"Cu", "Co"}), frozenset({"Cu"})),
        (True, False),
        (True, False),
    )
] + [
    Asked("B", state, inside, 1, consent, False, ore, False, agreed, transfers, arecoms, act)
    for state, inside, consent, ore, agreed, transfers, arecoms, act in product(
        ("granted", "suspended"),
        (True, False),
        (True, False),
        (frozenset({"Cu", "Co"}), frozenset({"Cu"})),
        (True, False),
        (True, False),
        (None, "notice", "approval"),
        (True, False),
    )
]
WORDS = {"pass": "ok", "undetermined": "review"}


def case_of(asked: Asked) -> CaseFacts:
    """Return ground inside a title as the law is asked about it."""
    given = {
        "consent": asked.consent,
        "renunciation": asked.renunciation,
        "egc_opinion": asked.egc_opinion,
        "egc_agreement": asked.agreement,
        f"arecoms_{asked.arecoms}": asked.arecoms is not None,
        "act": asked.act,
        "ministerial_act": asked.act,
    }
    right = RightFacts("PE", asked.host_state, granted_on=OLD, holders=frozenset({"X"}))
    proposal = Proposal(
        kind="ZEA" if asked.route == "A" else "EGC",
        perimeter=GROUND,
        substances=asked.substances,
        transfers_rights=asked.transfers_rights,
        documents=frozenset(name for name, has in given.items() if has),
    )
    return CaseFacts(
        proposal, host=Host(right, Perimeter.from_runs(HOSTS[asked.inside, asked.rest_pieces]))
    )


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_both_routes_answer_as_the_second_reading_does(day: date, law: Law) -> None:
    for asked in EVERY_ASKED:
        expected = answers_on(asked, day)
        provisions = {code: PROVISIONS[code] for code in expected}
        for finding in judge(case_of(asked), day, Moment.GRANT, law, provisions).findings:
            said = {"block": "block", "no_legal_basis": "no basis"}.get(finding.verdict.value)
            answer = said or WORDS.get(finding.outcome.value)
            assert answer == expected.pop(finding.code), (finding.code, asked)
        assert expected == {}, asked


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_line_that_the_second_reading_does_not_ask_says_nothing(day: date, law: Law) -> None:
    lines = {"rights_stay", "arecoms_notice", "egc_opinion", "renunciation", "ministerial_act"}
    for asked in (EVERY_ASKED[0], EVERY_ASKED[-1]):
        provisions = {code: PROVISIONS[code] for code in lines - set(answers_on(asked, day))}
        found = judge(case_of(asked), day, Moment.GRANT, law, provisions).findings
        assert {finding.outcome.value for finding in found} <= {"not_applicable"}
