"""A cooperative's ground: a portion of a zone (RM 2018, art. 222 bis ff.), or a work area.

From 2018-06-08 (Décret 18/024). Before: no portion was stated. Size and number bind in a zone only;
elsewhere a cooperative has a work area under EGC's contract, whose size rule was not found.
"""

from __future__ import annotations

from collections.abc import Iterator

from geo.law.checks import Case, at_most, if_required
from geo.law.outcomes import Result
from geo.law.values import Family


def portion_cells(case: Case) -> Iterator[Result]:
    """A portion has two carrés: art. 222 bis, from 2018-06-08. Before: not stated."""
    asked = case.facts.cooperative
    if asked and _in_zone(case):
        count = asked.portion.count
        yield case.check(
            "zone.portion_cells", lambda size: count == size, asked.portion, cells=count
        )


def work_area_cells(case: Case) -> Iterator[Result]:
    """The size of a work area under EGC's contract: no rule found, from 2025-02-21 on."""
    asked = case.facts.cooperative
    if asked and not _in_zone(case):
        count = asked.portion.count
        yield case.check("work_area.max_cells", at_most(count), asked.portion, cells=count)


def one_portion(case: Case) -> Iterator[Result]:
    """A cooperative gets one portion: art. 222 bis, from 2018-06-08. Before: not stated."""
    asked = case.facts.cooperative
    if asked and _in_zone(case):
        held = asked.portions_held
        yield case.check(
            "zone.portions_per_cooperative",
            lambda most: None if held is None else held + 1 <= most,
            portions_held=held,
        )


def portion_inside_zone(case: Case) -> Iterator[Result]:
    """A portion lies inside one zone: art. 222 bis, from 2018-06-08. Before: not stated."""
    asked = case.facts.cooperative
    if asked:
        outside = asked.portion - asked.zone if asked.zone is not None else None
        met = None if outside is None else not outside
        yield case.check("zone.portion_inside_zone", if_required(met), outside or None, inside=met)


def portion_free(case: Case) -> Iterator[Result]:
    """No carré is attributed twice: art. 222 bis, from 2018-06-08. Before: not stated."""
    asked = case.facts.cooperative
    if asked:
        taken = asked.portion & asked.attributed if asked.attributed is not None else None
        met = None if taken is None else not taken
        yield case.check("zone.portion_free", if_required(met), taken or None, free=met)


def approved(case: Case) -> Iterator[Result]:
    """The cooperative is approved (agréée): art. 222 bis ff., from 2018-06-08."""
    yield from _of(case, "approval_required", "approved")


def member_cards(case: Case) -> Iterator[Result]:
    """Its members have cards for that zone: art. 222 bis ff., from 2018-06-08."""
    yield from _of(case, "member_cards_required", "members_have_cards")


def conduct_code(case: Case) -> Iterator[Result]:
    """It has signed the code of conduct: art. 222 bis ff., from 2018-06-08."""
    yield from _of(case, "conduct_code_required", "conduct_code_signed")


def safety(case: Case) -> Iterator[Result]:
    """It keeps the safety rules of its portion: art. 222 bis ff., annexes II and V, 2018-06-08.

    Of zones only, like the portion itself. Before: not stated.
    """
    if _in_zone(case):
        yield from _of(case, "safety_required", "safety_kept")


def hygiene(case: Case) -> Iterator[Result]:
    """It keeps the hygiene rules of its portion: art. 222 bis ff., annexes II and V, 2018-06-08.

    Of zones only, like the portion itself. Before: not stated.
    """
    if _in_zone(case):
        yield from _of(case, "hygiene_required", "hygiene_kept")


def _in_zone(case: Case) -> bool:
    return case.family is Family.ZONE


def _of(case: Case, rule: str, name: str) -> Iterator[Result]:
    if case.facts.cooperative:
        fact: bool | None = getattr(case.facts.cooperative, name)
        yield case.check(f"zone.{rule}", if_required(fact), **{name: fact})
