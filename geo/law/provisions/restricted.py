"""Restricted places on or near the ground: what they block, hold or ban, whose consent they ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from geo.law.case import Met, Places
from geo.law.checks import Case, failed, no_basis_of
from geo.law.outcomes import Outcome, Result
from geo.law.values import (
    CellVerdict,
    DistanceRule,
    Effect,
    Limit,
    Reason,
    RestrictedClass,
    Verdict,
)


def blocked(case: Case) -> Iterator[Result]:
    """Forbidden zones (Code art. 6), protected areas (Règlement minier), reserves, national parks.

    Code and Règlement from 2002-07-11 and 2003-03-26; zones de réserve by Loi 14/003 of 2014.
    """
    yield from _of_effect(case, Effect.BLOCK)


def held(case: Case) -> Iterator[Result]:
    """Geological research zones (ZRG): Code art. 290 al. 2 and 3, Règlement minier art. 563.

    From 2002-07-11. What the zone does to the kind asked for is a cell of the matrix (art. 30): it
    blocks titles and quarries; for artisanal zones and agreements that is unsure.
    """
    for restricted in case.law.restricted.values():
        if restricted.effect is Effect.HOLD:
            for result in _of_class(case, restricted):
                yield _by_matrix(case, restricted, result)


def _by_matrix(case: Case, restricted: RestrictedClass, result: Result) -> Result:
    """Return what the matrix says of what is asked for on an area that is met."""
    cell = case.law.cells.get((case.proposal.kind, str(restricted.kind)))
    dated = cell.on(case.rules_on) if cell else None
    if cell is None or dated is None or dated.value is None or result.default is None:
        return result
    met = replace(result, reference=dated.reference, rule=f"{cell.provision}@{dated.first_day}")
    rule = dated.value
    if rule.reason is Reason.MATRIX and rule.verdict is CellVerdict.BLOCK:
        return replace(met, outcome=Outcome.FAIL, reason="", default=None)
    default = Verdict.BLOCK if rule.verdict is CellVerdict.BLOCK else None
    return replace(met, reason=_REASONS.get(rule.reason, "uncertain"), default=default)


_REASONS = {Reason.ENTRY_INTO_FORCE_UNSURE: "entry_into_force_unsure"}


def banned(case: Case) -> Iterator[Result]:
    """Zone d'interdiction around works, by arrêté after inquiry: Code minier art. 282."""
    yield from _of_effect(case, Effect.BAN)


def consents(case: Case) -> Iterator[Result]:
    """Places that ask for a consent to record: Code minier art. 279, Règlement minier 2018 art. 2.

    The distances of owner and occupant from 2002-07-11, those of the authority from 2018-06-08;
    from 2002-07-11 until then art. 279 is unsure about them, and a place met is undetermined.
    """
    yield from _of_effect(case, Effect.CONSENT)


def warned(case: Case) -> Iterator[Result]:
    """Railways, banks and borders: no distance found; one that the user sets only warns.

    From 2002-07-11, so that the list of classes is never empty; no text was found on any day.
    """
    yield from _of_effect(case, Effect.WARN)


def _of_effect(case: Case, effect: Effect) -> Iterator[Result]:
    for restricted in case.law.restricted.values():
        if restricted.effect is effect:
            yield from _of_class(case, restricted)


def _of_class(case: Case, restricted: RestrictedClass) -> Iterator[Result]:
    """Yield a result for each place met, one where none is met, or why nothing can be said.

    A class whose layer is absent for the area is undetermined, never passed.
    """
    dated = restricted.rules.on(case.rules_on)
    if dated is None or dated.value is None:
        yield no_basis_of(restricted.rules, dated)
        return
    rule = f"{restricted.rules.provision}@{dated.first_day}"
    blank = Result(
        Outcome.PASS,
        dated.reference,
        rule,
        facts=MappingProxyType({"class": restricted.code}),
        detail=restricted.name,
    )
    places = _known_places(case, restricted)
    for place in places.met:
        yield _of_place(blank, place, dated.value)
    if not places.covered:
        yield replace(blank, outcome=Outcome.UNDETERMINED, reason="fact_missing")
    elif not places.met:
        yield blank


def _known_places(case: Case, restricted: RestrictedClass) -> Places:
    known = case.facts.places.get(restricted.code)
    if known is None:
        return Places(covered=False)
    return known if isinstance(known, Places) else Places(known)


def _of_place(blank: Result, place: Met, rule: DistanceRule) -> Result:
    here = _named(blank, place) if place.public else blank
    if rule.limit is Limit.CHOSEN:
        return replace(here, outcome=Outcome.FAIL)
    near = is_near(place, rule)
    if rule.limit is Limit.ENTRY_INTO_FORCE and near is None and not place.consents:
        return replace(here, outcome=Outcome.UNDETERMINED, reason=rule.limit.value)
    if near is None and not place.consents:
        return replace(
            here, outcome=Outcome.UNDETERMINED, reason="uncertain", default=Verdict.BLOCK
        )
    return failed(here) if near and not place.consents else here


def _named(blank: Result, place: Met) -> Result:
    facts = {
        **blank.facts,
        "place": place.name,
        "distance_m": str(place.distance_m),
        "consents": str(place.consents),
    }
    return replace(blank, facts=MappingProxyType(facts), cells=place.cells, subject=place.name)


def is_near(place: Met, rule: DistanceRule) -> bool | None:
    """Return whether a place restricts, None where the text is unsure.

    Limits found are strict ("à moins de"): 90 m exactly is outside, 89.99 m is inside. On days when
    the rule itself is unsure, a place up to its distance may restrict, one farther away does not.
    """
    if rule.limit is Limit.ENTRY_INTO_FORCE:
        return None if place.distance_m <= rule.distance_m else False
    if rule.limit is Limit.INSIDE:
        return place.distance_m <= 0
    if place.distance_m == rule.distance_m:
        return {Limit.BELOW: False, Limit.AT_MOST: True}.get(rule.limit)
    return place.distance_m < rule.distance_m
