"""Work on artisanal ground: prohibited practices, depth, EGC's standard."""

from __future__ import annotations

from collections.abc import Iterator

from geo.law.checks import Case, at_most, if_required
from geo.law.outcomes import Result

_PREFIX = "practice."


def prohibited_practices(case: Case) -> Iterator[Result]:
    """What may not be done on artisanal ground, one result for each practice of the law data.

    Règlement minier 2018 annexes II and V (2018-06-08), Code minier 2018, ARECOMS of February 2025,
    site status of arrêté 677 (2021). A practice that nobody looked for is undetermined.
    """
    if case.facts.operation is None:
        return
    for rule in case.law.parameters:
        if rule.startswith(_PREFIX):
            name = rule.removeprefix(_PREFIX)
            seen = case.facts.operation.practices.get(name)
            met = None if seen is None else not seen
            yield case.check(rule, if_required(met), practice=name, seen=seen)


def pit_depth(case: Case) -> Iterator[Result]:
    """Pits go down 30 m at most: widely quoted, article not found; a default, never applied."""
    operation = case.facts.operation
    if operation:
        depth = operation.pit_depth_m
        yield case.check("pit.max_depth_m", at_most(depth), depth_m=depth)


def egc_pit_depth(case: Case) -> Iterator[Result]:
    """EGC's standard: open pits of 10 m at most, from 2021-03-31. Before: no standard."""
    operation = case.facts.operation
    if operation and operation.egc_standard:
        depth = operation.pit_depth_m
        yield case.check("egc.pit_max_depth_m", at_most(depth), depth_m=depth)


def egc_no_tunnels(case: Case) -> Iterator[Result]:
    """EGC's standard: no tunnels, from 2021-03-31. Before: no standard."""
    operation = case.facts.operation
    if operation and operation.egc_standard:
        met = None if operation.tunnels is None else not operation.tunnels
        yield case.check("egc.no_tunnels", if_required(met), tunnels=operation.tunnels)
