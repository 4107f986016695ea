"""Work on artisanal ground: what comes before it, prohibited practices, depth, EGC's standard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from geo.law.case import Operation
from geo.law.checks import Case, at_most, if_required
from geo.law.outcomes import Outcome, Result
from geo.law.values import Family, Verdict

_PRACTICES = "practice."
_CONDITIONS = "standard."
_STOPPING = {"stop", "suspend"}


def geological_assessment(case: Case) -> Iterator[Result]:
    """No area opens before its geological assessment is accepted.

    EGC's model as described publicly on 2025-05-06. Before: not stated.
    """
    operation = case.facts.operation
    if operation:
        accepted = operation.assessment_accepted
        yield case.check("operation.assessment_required", if_required(accepted), accepted=accepted)


def mine_layout(case: Case) -> Iterator[Result]:
    """No area opens before its mine layout is accepted.

    EGC's model as described publicly on 2025-05-06. Before: not stated.
    """
    operation = case.facts.operation
    if operation:
        accepted = operation.layout_accepted
        yield case.check("operation.layout_required", if_required(accepted), accepted=accepted)


def prohibited_practices(case: Case) -> Iterator[Result]:
    """What may not be done on artisanal ground, one result for each practice of the law data.

    Règlement minier 2018 annexes II and V (2018-06-08), Code minier 2018, ARECOMS of February 2025,
    site status of arrêté 677 (2021). A practice that nobody looked for is undetermined.
    """
    operation = case.facts.operation
    if operation is None:
        return
    for rule in case.law.parameters:
        if rule.startswith(_PRACTICES):
            name = rule.removeprefix(_PRACTICES)
            seen = operation.practices.get(name)
            met = None if seen is None else not seen
            yield case.check(rule, if_required(met), practice=name, seen=seen)


def members_only(case: Case) -> Iterator[Result]:
    """Only members of approved cooperatives enter a zone, and they sell through their cooperative.

    Code minier 2018 art. 5, 109 and 111; first day of Loi 18/001 unsure. Before: not found.
    """
    operation = case.facts.operation
    if operation and case.family is Family.ZONE:
        only = operation.only_members
        yield case.check("zone.members_only", if_required(only), only_members=only)


def rehabilitation_fund(case: Case) -> Iterator[Result]:
    """A rehabilitation fund is paid into for the ground of a zone.

    Règlement minier 2018 annexes II and V, from 2018-06-08. Before: not stated.
    """
    operation = case.facts.operation
    if operation and case.family is Family.ZONE:
        paid = operation.rehabilitation_fund_paid
        yield case.check("zone.rehabilitation_fund_required", if_required(paid), paid=paid)


def pit_depth(case: Case) -> Iterator[Result]:
    """Pits go down 30 m at most: widely quoted, article not found; neither passes nor blocks.

    Where EGC's standard binds the work and its 10 m are met, the depth is beyond doubt: the figure
    of the text is taken to be no stricter than the standard, which is the stricter of the two.
    """
    operation = case.facts.operation
    if operation:
        depth = operation.pit_depth_m
        sure = _meets_standard_depth(case)
        yield case.check("pit.max_depth_m", at_most(depth), None, sure, depth_m=depth)


def _meets_standard_depth(case: Case) -> bool:
    """Whether EGC's standard binds the work on the day, and its depth is kept."""
    operation, most = _under_standard(case), case.value("egc.pit_max_depth_m")
    depth = operation.pit_depth_m if operation else None
    return depth is not None and isinstance(most, Decimal) and depth <= most


def egc_pit_depth(case: Case) -> Iterator[Result]:
    """EGC's standard: open pits of 10 m at most, from 2021-03-31 where a site follows it.

    From 2025-02-22 (ARECOMS) it binds every artisanal operation. Before: no standard.
    """
    operation = _under_standard(case)
    if operation:
        depth = operation.pit_depth_m
        yield case.check("egc.pit_max_depth_m", at_most(depth), depth_m=depth)


def egc_no_tunnels(case: Case) -> Iterator[Result]:
    """EGC's standard: no tunnels, from 2021-03-31 where a site follows it.

    From 2025-02-22 (ARECOMS) it binds every artisanal operation. Before: no standard.
    """
    operation = _under_standard(case)
    if operation:
        met = None if operation.tunnels is None else not operation.tunnels
        yield case.check("egc.no_tunnels", if_required(met), tunnels=operation.tunnels)


def standard_conditions(case: Case) -> Iterator[Result]:
    """Protective equipment, site cards, controlled zones: EGC's standard, one result for each.

    From 2021-03-31 where a site follows it, for every operation from 2025-02-22. From 2025-05-06
    full compliance is not expected on the first day: a condition that is not named among the
    minimum ones, and is not met, is left to a legal adviser.
    """
    operation = _under_standard(case)
    if operation is None:
        return
    for rule in _conditions_of(case):
        name = rule.removeprefix(_CONDITIONS)
        met = operation.conditions.get(name)
        result = case.check(rule, if_required(met), condition=name, met=met)
        yield result if _may_fail(case, name) else _left_open(result)


def _conditions_of(case: Case) -> Iterator[str]:
    for name in case.law.parameters:
        if name.startswith(_CONDITIONS) and name.count(".") == 1 and name != _BINDS_ALL:
            yield name


def _may_fail(case: Case, name: str) -> bool:
    minimum = case.value("operation.minimum_conditions")
    return not isinstance(minimum, frozenset) or name in minimum


def _left_open(result: Result) -> Result:
    if result.outcome is not Outcome.FAIL:
        return result
    return replace(result, outcome=Outcome.UNDETERMINED, reason="uncertain", default=Verdict.BLOCK)


def standard_level(case: Case) -> Iterator[Result]:
    """A site assessed as critical stops, one assessed as high is suspended until mitigated.

    EGC's standard on one scale from 0 to 4, from 2021-03-31 where a site follows it, for every
    operation from 2025-02-22. Not assessed (0) stops nothing by itself.
    """
    operation = _under_standard(case)
    if operation is None:
        return
    level = operation.standard_level
    rule = f"{_CONDITIONS}level.{level or 0}"
    yield case.check(
        rule, lambda effect: None if level is None else effect not in _STOPPING, level=level
    )


_BINDS_ALL = "standard.binds_all"


def _under_standard(case: Case) -> Operation | None:
    """Return the operation that EGC's standard binds on the day, None where it binds none."""
    operation = case.facts.operation
    if operation is None or operation.egc_standard:
        return operation
    return operation if case.value(_BINDS_ALL) is True else None
