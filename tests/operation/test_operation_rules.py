"""What stands against opening or working an area; levels, states, shares, quotas."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from geo.casework.operation.cooperatives import CooperativeFacts, facts_on
from geo.casework.operation.obstacles import blocks, may_open, may_operate
from geo.casework.operation.production import (
    exports_suspended,
    metal_t,
    quota_of,
    share_of_output,
    totals_by_month,
)
from geo.casework.operation.record import (
    Area,
    AreaRecord,
    AreaState,
    Basis,
    Cards,
    ConditionCheck,
    CooperativeRecord,
    Decision,
    Declaration,
    FoundFault,
    GeologicalAssessment,
    Layout,
    LifeStep,
    Severity,
    StandardAssessment,
    level_on,
    state_on,
)
from geo.law import load_law
from geo.law.values import Dated, Parameter, Reference, Timeline, Verdict
from geo.periods import Period

LAW = load_law()
BEGUN, DAY = date(2025, 6, 1), date(2025, 9, 1)
YES = Decision(True, date(2025, 6, 10), "complete", 2)
NO = Decision(False, date(2025, 6, 10), "no core samples", 2)
CONDITIONS = ("no_child_labour", "no_pregnant_women", "ppe")


def assessment(decision=YES) -> GeologicalAssessment:
    return GeologicalAssessment(
        1, BEGUN, "0" * 64, "EGC", None, 2025, "indicated: none stated", 1, decision
    )


def layout(decision=YES) -> Layout:
    return Layout(1, BEGUN, 1, "0" * 64, LAW.version, 3, 0, 1, decision)


def condition(
    name: str, met: bool | None = True, day: date = BEGUN, id_: int = 1
) -> ConditionCheck:
    return ConditionCheck(id_, name, day, met, "seen")


def finding(severity: Severity, day: date = DAY, **more) -> FoundFault:
    return FoundFault(7, day, severity, "text", inspection_id=1, **more)


def ready(**more) -> AreaRecord:
    given = {
        "assessments": (assessment(),),
        "layouts": (layout(),),
        "conditions": tuple(condition(name) for name in CONDITIONS),
        "life": (LifeStep("open", "open", date(2025, 7, 1)),),
    }
    area = Area(1, Basis.ZONE, True, BEGUN, "Arrêté 1")
    return AreaRecord(area=area, **{**given, **more})


def codes(found) -> list[tuple[str, Verdict]]:
    return [(each.code, each.verdict) for each in found]


def test_an_area_that_is_ready_may_open_and_go_on() -> None:
    assert may_open(ready(), DAY, LAW) == ()
    assert may_operate(ready(), DAY, LAW) == ()


@pytest.mark.parametrize(
    ("lacking", "expected"),
    [
        ({"assessments": ()}, "no_accepted_assessment"),
        ({"assessments": (assessment(None),)}, "no_accepted_assessment"),
        ({"assessments": (assessment(NO),)}, "no_accepted_assessment"),
        ({"layouts": ()}, "no_accepted_layout"),
        ({"layouts": (layout(None),)}, "no_accepted_layout"),
        ({"layouts": (layout(NO),)}, "no_accepted_layout"),
        (
            {"conditions": tuple(condition(name) for name in CONDITIONS[:2])},
            "condition_not_checked",
        ),
        (
            {"conditions": tuple(condition(n, n != "ppe") for n in CONDITIONS)},
            "condition_unmet",
        ),
        (
            {"conditions": tuple(condition(n, None if n == "ppe" else True) for n in CONDITIONS)},
            "condition_not_checked",
        ),
    ],
)
def test_no_area_opens_before_what_comes_first(lacking, expected: str) -> None:
    for asked in (may_open, may_operate):
        found = asked(ready(**lacking), DAY, LAW)
        assert codes(found) == [(expected, Verdict.BLOCK)]
        assert found[0].article
        assert found[0].message.fr != found[0].message.en


def test_what_was_accepted_later_does_not_count_earlier() -> None:
    early = date(2025, 6, 9)
    found = codes(may_open(ready(), early, LAW))
    assert [code for code, _ in found] == ["no_accepted_assessment", "no_accepted_layout"]
    assert may_open(ready(), YES.on_day, LAW) == ()


def test_a_refused_one_does_not_undo_an_accepted_one() -> None:
    later = replace(assessment(NO), id=2)
    assert may_open(ready(assessments=(assessment(), later)), DAY, LAW) == ()


def test_the_newest_check_of_a_condition_counts() -> None:
    before = tuple(condition(name) for name in CONDITIONS)
    lost = condition("ppe", False, DAY, 9)
    found = may_open(ready(conditions=(*before, lost)), DAY, LAW)
    assert codes(found) == [("condition_unmet", Verdict.BLOCK)]
    assert may_open(ready(conditions=(*before, lost)), date(2025, 8, 31), LAW) == ()
    again = condition("ppe", True, date(2025, 9, 5), 10)
    assert may_open(ready(conditions=(*before, lost, again)), date(2025, 9, 5), LAW) == ()


def test_before_the_first_day_of_the_rule_its_absence_is_said() -> None:
    bare = ready(assessments=(), layouts=(), conditions=())
    (first, second) = may_open(bare, date(2025, 5, 5), LAW)
    assert first.first_day == second.first_day == date(2025, 5, 6)
    on_the_day = may_open(bare, date(2025, 5, 6), LAW)
    assert len(on_the_day) == 5
    assert {each.first_day for each in on_the_day} == {None}


def test_a_critical_finding_stops_until_it_is_closed() -> None:
    stands = ready(findings=(finding(Severity.CRITICAL),))
    assert may_operate(stands, date(2025, 8, 31), LAW) == ()
    assert codes(may_operate(stands, DAY, LAW)) == [("critical_finding", Verdict.BLOCK)]
    closed = ready(findings=(finding(Severity.CRITICAL, closed_on=date(2025, 9, 10), closed_by=3),))
    assert blocks(may_operate(closed, date(2025, 9, 9), LAW))
    assert may_operate(closed, date(2025, 9, 10), LAW) == ()


def test_what_a_finding_asks_for_by_severity() -> None:
    def said(severity: Severity):
        return codes(may_operate(ready(findings=(finding(severity),)), DAY, LAW))

    assert said(Severity.HIGH) == [("high_finding", Verdict.BLOCK)]  # suspended until mitigated
    assert said(Severity.MINOR) == []


def test_an_overdue_remediation_is_stated_and_stops_nothing() -> None:
    late = ready(findings=(finding(Severity.MINOR, due_on=date(2025, 9, 20)),))
    assert may_operate(late, date(2025, 9, 20), LAW) == ()
    found = may_operate(late, date(2025, 9, 21), LAW)
    assert codes(found) == [("remediation_overdue", Verdict.WARN)]
    assert blocks(found) == ()
    assert "2025-09-20" in found[0].message.en


def test_a_level_rises_only_by_an_assessment() -> None:
    assessed = (
        StandardAssessment(1, "EGC", BEGUN, 3, "EGC"),
        StandardAssessment(2, "EGC", date(2025, 10, 1), 4, "EGC"),
        StandardAssessment(3, "CRAFT", BEGUN, 2, "RCS"),
    )
    found = finding(Severity.CRITICAL, closed_on=date(2025, 9, 10), closed_by=3)
    record = ready(standards=assessed, findings=(found,))
    days = [date(2025, 5, 31), BEGUN, DAY, date(2025, 9, 10), date(2025, 9, 30), date(2025, 10, 1)]
    assert [level_on(record, "EGC", day) for day in days] == [0, 3, 1, 1, 1, 4]
    assert [level_on(record, "CRAFT", day) for day in (BEGUN, DAY)] == [2, 1]
    assert level_on(record, "OECD", DAY) == 0


@pytest.mark.parametrize(
    ("to_state", "expected"),
    [
        ("not_assessed", "not_open"),
        ("assessed", "not_open"),
        ("laid_out", "not_open"),
        ("suspended", "suspended"),
        ("closed", "closed"),
        ("rehabilitated", "closed"),
    ],
)
def test_nobody_works_in_an_area_that_is_not_open(to_state: str, expected: str) -> None:
    record = ready(life=(LifeStep("x", to_state, BEGUN),))
    assert codes(may_operate(record, DAY, LAW)) == [(expected, Verdict.BLOCK)]
    assert may_open(record, DAY, LAW) == ()


def test_the_state_is_that_of_the_day() -> None:
    life = (
        LifeStep("file", "not_assessed", date(2025, 6, 1)),
        LifeStep("open", "open", date(2025, 7, 1)),
        LifeStep("suspend", "suspended", date(2025, 8, 1)),
        LifeStep("lift", "open", date(2025, 8, 20)),
    )
    days = [date(2025, 5, 1), date(2025, 7, 1), date(2025, 8, 19), date(2025, 8, 20)]
    assert [state_on(ready(life=life), day) for day in days] == [
        AreaState.NOT_ASSESSED,
        AreaState.OPEN,
        AreaState.SUSPENDED,
        AreaState.OPEN,
    ]


def declared(tonnes: str, month: date = date(2025, 8, 1), grade: str | None = "10", **more):
    return Declaration(
        more.pop("id", 1),
        DAY,
        month,
        more.pop("substance", "Co"),
        Decimal(tonnes),
        "egc",
        grade_percent=None if grade is None else Decimal(grade),
        **more,
    )


def test_totals_are_exact() -> None:
    months = (declared("0.1"), declared("0.2"), declared("1", date(2025, 9, 1)))
    totals = totals_by_month((*months, declared("5", substance="Cu")))
    assert [(t.month.month, t.substance, t.tonnes, t.declarations) for t in totals] == [
        (8, "Co", Decimal("0.3"), 2),
        (8, "Cu", Decimal(5), 1),
        (9, "Co", Decimal(1), 1),
    ]


def law_with_output(*values: tuple[date, date | None, object]):
    """The law with a national figure that a test invents."""
    reference = Reference("test", "test", LAW.general.confidence)
    dated = tuple(Dated(Period(start, end), value, reference) for start, end, value in values)
    name = "output.cobalt_national_year_t"
    parameter = Parameter(name, "test", "t", Timeline(name, dated))
    return replace(LAW, parameters={**LAW.parameters, name: parameter})


def test_without_a_figure_the_share_is_undetermined() -> None:
    share = share_of_output([declared("100")], "Co", 2025, LAW)
    assert (share.percent, share.declared_t, share.national_t) == (None, Decimal(10), None)
    assert share.reason
    assert "figure" in share.reason.en


def test_the_share_is_that_of_metal_in_a_whole_year() -> None:
    law = law_with_output((date(2025, 1, 1), None, Decimal(3000)))
    of_other_years = declared("999", date(2024, 12, 1))
    share = share_of_output([declared("100"), declared("50"), of_other_years], "Co", 2025, law)
    assert share.percent == Decimal("0.50")  # 15 t of metal in 3 000 t
    assert share.source == "test"


@pytest.mark.parametrize(
    ("values", "declarations", "reason"),
    [
        (((date(2025, 1, 1), None, Decimal(3000)),), [declared("1", grade=None)], "grade"),
        (((date(2025, 1, 1), None, Decimal(3000)),), [], "declaration"),
        (((date(2025, 1, 1), None, Decimal(0)),), [declared("1")], "nil"),
        (((date(2025, 2, 1), None, Decimal(3000)),), [declared("1")], "figure"),
        (
            (
                (date(2025, 1, 1), date(2025, 7, 1), Decimal(3000)),
                (date(2025, 7, 1), None, Decimal(4000)),
            ),
            [declared("1")],
            "figure",
        ),
    ],
)
def test_undetermined_shares(values, declarations, reason: str) -> None:
    share = share_of_output(declarations, "Co", 2025, law_with_output(*values))
    assert share.percent is None
    assert share.reason
    assert reason in share.reason.en
    assert share_of_output([declared("1", substance="Au")], "Au", 2025, LAW).percent is None


def test_metal_needs_a_grade() -> None:
    assert metal_t(declared("200", grade="2.5")) == Decimal(5)
    assert metal_t(declared("200", grade=None)) is None


@pytest.mark.parametrize(
    ("month", "rule", "tonnes", "reason"),
    [
        (date(2025, 9, 1), "export.cobalt_month_quota_t", None, "no_rule"),
        (date(2025, 11, 1), "export.cobalt_month_quota_t", Decimal(7250), ""),
        (date(2025, 12, 1), "export.cobalt_month_quota_t", Decimal(7250), ""),
        (date(2026, 1, 1), "export.cobalt_month_quota_t", None, "no_rule"),
        (date(2025, 12, 1), "export.cobalt_year_quota_t", None, "no_rule"),
        (date(2026, 1, 1), "export.cobalt_year_quota_t", Decimal(96600), ""),
        (date(2027, 12, 1), "export.cobalt_year_quota_t", Decimal(96600), ""),
        (date(2028, 1, 1), "export.cobalt_year_quota_t", None, "not_found"),
        (date(2025, 11, 1), "export.gold_quota_t", None, "no_rule"),
    ],
)
def test_quotas(month: date, rule: str, tonnes: Decimal | None, reason: str) -> None:
    quota = quota_of(month, rule, LAW)
    assert (quota.quantity_t, quota.reason) == (tonnes, reason)


def test_the_quota_of_a_month_that_began_without_one() -> None:
    # 3 625 t for October 2025, from the 15th on: it is the quota of that month all the same.
    assert quota_of(date(2025, 10, 1), "export.cobalt_month_quota_t", LAW).quantity_t == 3625


def cooperative(id_: int = 1, day: date = BEGUN, **more) -> CooperativeRecord:
    given = {
        "approval_reference": "Agrément 12",
        "approved_on": date(2025, 3, 1),
        "approval_ends_on": date(2026, 3, 1),
        "members": 40,
        "conduct_code_signed": True,
        **more,
    }
    return CooperativeRecord(id_, 5, day, **given)


@pytest.mark.parametrize(
    ("more", "day", "approved"),
    [
        ({}, date(2026, 2, 28), True),
        ({}, date(2026, 3, 1), False),
        ({"approval_ends_on": None}, date(2030, 1, 1), True),
        ({"approved_on": date(2025, 7, 1)}, date(2025, 6, 30), False),
        ({"approval_reference": None, "approved_on": None, "approval_ends_on": None}, DAY, None),
    ],
)
def test_approval_of_a_cooperative(more, day: date, approved: bool | None) -> None:
    assert facts_on(ready(cooperatives=(cooperative(**more),)), 5, day).approved is approved


@pytest.mark.parametrize(
    ("cards", "members", "day", "have"),
    [
        ((Cards(1, 5, BEGUN, 2025, 40),), 40, DAY, True),
        ((Cards(1, 5, BEGUN, 2025, 39),), 40, DAY, False),
        ((Cards(1, 5, BEGUN, 2025, 40),), 40, date(2026, 1, 1), None),  # one year
        ((Cards(1, 5, BEGUN, 2025, 39), Cards(2, 5, DAY, 2025, 41)), 40, DAY, True),
        ((Cards(1, 5, BEGUN, 2025, 40),), None, DAY, None),
        ((Cards(1, 6, BEGUN, 2025, 40),), 40, DAY, None),
        ((), 40, DAY, None),
    ],
)
def test_cards_by_count(cards, members: int | None, day: date, have: bool | None) -> None:
    record = ready(cooperatives=(cooperative(members=members),), cards=cards)
    assert facts_on(record, 5, day).members_have_cards is have


def test_nothing_is_known_of_a_cooperative_without_a_record() -> None:
    assert facts_on(ready(), 5, DAY) == CooperativeFacts()
    assert facts_on(ready(cooperatives=(cooperative(),)), 6, DAY) == CooperativeFacts()
    assert facts_on(ready(cooperatives=(cooperative(),)), 5, date(2025, 5, 31)) == (
        CooperativeFacts()
    )


@pytest.mark.parametrize(
    ("month", "suspended"),
    [
        (date(2025, 1, 1), False),
        (date(2025, 2, 1), None),  # from the 22nd
        (date(2025, 3, 1), True),
        (date(2025, 5, 1), True),
        (date(2025, 6, 1), None),  # four months end on the 22nd; how it went on was not found
        (date(2025, 8, 1), None),
        (date(2025, 10, 1), None),
        (date(2025, 11, 1), False),
    ],
)
def test_suspension_of_exports(month: date, suspended: bool | None) -> None:
    assert exports_suspended(month, "export.cobalt_suspended", LAW) is suspended
    assert exports_suspended(month, "export.gold_suspended", LAW) is None
