"""What a zone (ZEA) needs before the Minister institutes it: opinions, act, dry ground."""

from __future__ import annotations

from collections.abc import Iterator

from geo.law.checks import Case, if_required
from geo.law.outcomes import Result
from geo.law.values import Family


def opinions(case: Case) -> Iterator[Result]:
    """The Direction des Mines and the provincial Governor give their opinions.

    Code minier art. 109, from 2002-07-11. Nothing held before.
    """
    yield from _opinions(case, "zone.opinions_required")


def opinions_in_practice(case: Case) -> Iterator[Result]:
    """Geological service, province, mines division and local entities give opinions, in practice.

    As the cadastre described it on 2025-06-17; no text found, so that a missing one only warns.
    """
    yield from _opinions(case, "zone.opinions_in_practice")


def _opinions(case: Case, rule: str) -> Iterator[Result]:
    if not _is_zone(case):
        return
    given = {name for name in case.proposal.documents if name.startswith("opinion_")}
    yield case.check(
        rule,
        lambda needed: {f"opinion_{name}" for name in needed} <= given,
        opinions=frozenset(given),
    )


def geology_opinion(case: Case) -> Iterator[Result]:
    """The geological service gives its opinion before a zone is proposed (ZEA-14).

    Practice as described on 2025-06-17; many zones turned out to be of no use. It only warns.
    """
    if _is_zone(case):
        given = case.has("opinion_sgnc")
        yield case.check("zone.geology_opinion", if_required(given), opinion=given)


def saemape_opinion(case: Case) -> Iterator[Result]:
    """SAEMAPE gives an opinion: practice (2025-06-17), unsure; a default, never applied."""
    if _is_zone(case):
        given = case.has("opinion_saemape")
        yield case.check("zone.saemape_opinion_required", if_required(given), opinion=given)


def act(case: Case) -> Iterator[Result]:
    """The Minister institutes a zone by arrêté: Code minier art. 109, from 2002-07-11.

    Nothing held before. Asked at grant only: the act comes last.
    """
    if _is_zone(case):
        signed = case.has("act")
        yield case.check("zone.act_required", if_required(signed), act=signed)


def water(case: Case) -> Iterator[Result]:
    """A zone in a water body is of no use (ZEA-14): practice, 2025-06-17; it only warns."""
    if not _is_zone(case):
        return
    wet = case.proposal.perimeter & case.facts.water if case.facts.water is not None else None
    met = None if wet is None else not wet
    count = wet.count if wet is not None else None
    yield case.check("zone.dry_ground", if_required(met), wet, cells_in_water=count)


def _is_zone(case: Case) -> bool:
    return case.family is Family.ZONE and not case.is_about_existing_ground
