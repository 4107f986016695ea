"""The record as facts of the law: the work in an area, and the lots of a declaration."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from operation_ground import box, pit
from operation_people import LAW

from geo.casework.operation.features import Feature, FeatureKind
from geo.casework.operation.judged import (
    ASKED,
    ASKED_OF_TRADE,
    deepest_m,
    operation_of,
    trade_of,
    traded_on,
)
from geo.casework.operation.record import (
    Area,
    AreaRecord,
    Basis,
    ConditionCheck,
    Decision,
    Declaration,
    FoundFault,
    Layout,
    Severity,
    StandardAssessment,
)
from geo.law.case import CaseFacts, Operation, Proposal, Trade
from geo.law.judge import judge
from geo.law.outcomes import Finding
from geo.law.provisions import PROVISIONS
from geo.law.values import Moment
from geo.perimeter import Perimeter

DAY = date(2025, 9, 1)
YES = Decision(True, date(2025, 6, 10), "complete", 2)
LAYOUT = Layout(1, date(2025, 6, 1), 1, "0" * 64, LAW.version, 1, 0, 1, YES)
TUNNEL = Feature("T1", FeatureKind.TUNNEL, box(10, 10))


def record(basis: Basis = Basis.ZONE, **more: Any) -> AreaRecord:
    return AreaRecord(area=Area(1, basis, True, date(2025, 6, 1), "A 1"), **more)


def check(condition: str, met: bool | None, day: date = DAY, id_: int = 1) -> ConditionCheck:
    return ConditionCheck(id_, condition, day, met, "seen")


def found(operation: Operation, kind: str = "ZEA", day: date = DAY) -> dict[str, list[Finding]]:
    facts = CaseFacts(Proposal(kind, Perimeter.empty()), operation=operation)
    judged = judge(facts, day, Moment.GRANT, LAW, {code: PROVISIONS[code] for code in ASKED})
    return {code: list(judged.of(code)) for code in ASKED}


def said(findings: list[Finding], rule: str = "") -> str:
    return next(f.verdict.value for f in findings if rule in f.rule)


def test_what_nobody_looked_at_is_not_known() -> None:
    operation = operation_of(record(), None, DAY, LAW)
    assert operation == Operation(
        egc_standard=True, standard_level=0, assessment_accepted=False, layout_accepted=False
    )
    for code, findings in found(operation).items():
        if code != "standard_level":
            assert {f.verdict.value for f in findings} == {"needs_legal_review"}


def practices(*findings: FoundFault, checks: tuple[ConditionCheck, ...] = ()) -> dict[str, bool]:
    kept = record(findings=findings, conditions=checks)
    return dict(operation_of(kept, None, DAY, LAW).practices)


def fault(day: date, practice: str = "mercury", **more: Any) -> FoundFault:
    return FoundFault(1, day, Severity.HIGH, "seen", practice, **more)


@pytest.mark.parametrize(
    ("findings", "checks", "seen"),
    [
        ((), (), None),
        ((), (check("practice.mercury", True),), False),
        ((), (check("practice.mercury", False),), True),
        ((), (check("practice.mercury", None),), None),
        (
            (fault(DAY),),
            (check("practice.mercury", True),),
            True,
        ),  # a finding that stands weighs more
        ((fault(date(2025, 9, 2)),), (), None),  # not made yet
        ((fault(date(2025, 8, 1), closed_on=date(2025, 8, 9)),), (), False),
        (
            (fault(date(2025, 8, 1), closed_on=date(2025, 8, 9)),),
            (check("practice.mercury", False, date(2025, 8, 20)),),
            True,
        ),
        ((fault(DAY, "explosives"),), (), None),
    ],
)
def test_a_practice_is_seen_or_was_looked_for(findings: Any, checks: Any, seen: Any) -> None:
    assert practices(*findings, checks=checks).get("mercury") is seen


def test_a_minimum_condition_says_the_same_as_a_practice() -> None:
    asked = (check("no_child_labour", True), check("no_pregnant_women", False))
    assert practices(checks=asked) == {"under_18": False, "pregnant_women": True}


def test_a_practice_that_is_seen_forbids_work() -> None:
    kept = record(
        findings=(fault(DAY, "mercury"),), conditions=(check("practice.explosives", True),)
    )
    findings = found(operation_of(kept, None, DAY, LAW))["prohibited_practices"]
    assert said(findings, "mercury") == "block"
    assert said(findings, "explosives") == "allow"


@pytest.mark.parametrize(
    ("depth", "verdict"),
    [("10", "allow"), ("10.01", "block"), (None, "needs_legal_review")],
)
def test_the_deepest_pit_of_the_accepted_layout_counts(depth: str | None, verdict: str) -> None:
    """EGC's standard: 10 m (domain.md 8)."""
    drawn = (pit("P1", box(0, 0), "3"), pit("P2", box(100, 0), depth))
    kept = record(layouts=(LAYOUT,))
    assert said(found(operation_of(kept, drawn, DAY, LAW))["egc_pit_depth"]) == verdict


def test_tunnels_and_depths_are_those_that_were_drawn() -> None:
    kept = record(layouts=(LAYOUT,))
    assert said(found(operation_of(kept, (TUNNEL,), DAY, LAW))["egc_no_tunnels"]) == "block"
    assert said(found(operation_of(kept, (), DAY, LAW))["egc_no_tunnels"]) == "allow"
    assert deepest_m(()) == 0
    assert deepest_m((pit("P", box(0, 0), "4"), pit("Q", box(0, 0), "7.5"))) == Decimal("7.5")


@pytest.mark.parametrize(
    ("level", "verdict"), [(0, "allow"), (1, "block"), (2, "block"), (3, "allow"), (4, "allow")]
)
def test_a_level_that_stops(level: int, verdict: str) -> None:
    assessed = StandardAssessment(1, "CRAFT", date(2025, 6, 1), level, "EGC")
    other = StandardAssessment(2, "EGC", date(2025, 6, 1), 4, "EGC")
    operation = operation_of(record(standards=(assessed, other)), None, DAY, LAW)
    assert said(found(operation)["standard_level"]) == verdict


def test_conditions_of_the_standard_and_who_enters() -> None:
    checks = (check("ppe", False), check("id_cards", False), check("members_only", False))
    findings = found(operation_of(record(conditions=checks), None, DAY, LAW))
    assert said(findings["standard_conditions"], "ppe") == "block"  # named among the minimum
    assert said(findings["standard_conditions"], "id_cards") == "needs_legal_review"
    assert said(findings["members_only"]) == "block"
    assert found(operation_of(record(), None, DAY, LAW), "EGC")["members_only"] == []


def declared(**more: Any) -> Declaration:
    return Declaration(1, date(2026, 3, 9), date(2026, 2, 1), "Co", Decimal(5), "egc", **more)


def traded(one: Declaration) -> dict[str, str]:
    facts = CaseFacts(Proposal("unknown", Perimeter.empty()), trade=trade_of(one))
    asked = {code: PROVISIONS[code] for code in ASKED_OF_TRADE}
    found = judge(facts, traded_on(one), Moment.REVIEW, LAW, asked)
    return {f.rule: f.verdict.value for f in found.findings if f.outcome.value != "not_applicable"}


@pytest.mark.parametrize(
    ("buyer", "sole", "treatment"),
    [
        ("egc", "allow", "allow"),
        ("other", "block", "allow"),
        ("treatment_entity", "block", "needs_legal_review"),
        (None, "needs_legal_review", "needs_legal_review"),
    ],
)
def test_who_buys(buyer: str | None, sole: str, treatment: str) -> None:
    """EGC alone buys (Décret 25/05); entities of treatment are suspended, text uncertain."""
    answers = traded(declared(buyer_kind=buyer))
    assert answers["egc.sole_buyer"] == sole
    assert answers["artisanal_treatment_suspended"] == treatment
    assert "export.cobalt_suspended" not in answers  # nothing is exported


@pytest.mark.parametrize(
    ("national", "verdict"),
    [(None, "needs_legal_review"), ("96600", "allow"), ("96600.0001", "block")],
)
def test_a_quota_is_held_against_the_country_s_figure(national: str | None, verdict: str) -> None:
    """Quota of 96,600 t in 2026 (ARECOMS, domain.md 3)."""
    figure = None if national is None else Decimal(national)
    answers = traded(declared(export_flow="Kasumbalesa", buyer_kind="egc", national_year_t=figure))
    assert answers["export.cobalt_year_quota_t"] == verdict


def test_exports_while_they_are_suspended_are_forbidden() -> None:
    spring = Declaration(
        1, date(2025, 4, 9), date(2025, 3, 1), "Co", Decimal(5), "egc", export_flow="Kasumbalesa"
    )
    assert traded(spring)["export.cobalt_suspended"] == "block"


def test_the_day_of_the_trade_is_that_stated_or_the_month_s_last() -> None:
    assert traded_on(declared()) == date(2026, 2, 28)
    assert traded_on(declared(traded_on=date(2026, 3, 2))) == date(2026, 3, 2)
    early = Declaration(1, date(2026, 2, 9), date(2026, 2, 1), "Co", Decimal(5), "egc")
    assert traded_on(early) == date(2026, 2, 9)
    assert trade_of(early) == Trade(frozenset({"Co"}))


@pytest.mark.parametrize(("depth_m", "verdict"), [("10", "allow"), ("10.01", "needs_legal_review")])
def test_a_pit_within_the_standard_is_within_the_depth_quoted(depth_m: str, verdict: str) -> None:
    assert said(found(Operation(pit_depth_m=Decimal(depth_m)))["pit_depth"]) == verdict
    before = found(Operation(pit_depth_m=Decimal(depth_m)), day=date(2025, 2, 21))
    assert said(before["pit_depth"]) == "needs_legal_review"
