"""What is sold and exported: EGC's monopoly, suspended entities, exports and their quotas."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from geo.law.case import Trade
from geo.law.checks import Case, at_most, if_required
from geo.law.outcomes import Result

_COBALT = frozenset({"Co"})
_COPPER_COBALT = frozenset({"Co", "Cu"})


def sole_buyer(case: Case) -> Iterator[Result]:
    """EGC alone buys artisanal strategic minerals.

    Décrets 19/15 and 19/16 from 2019-11-05, unsure from 2024-11-05 (reported mandate of five
    years), Décret 25/05 from 2025-02-21. Before: no EGC.
    """
    trade = case.facts.trade
    strategic = case.value("strategic.substances")
    if trade and isinstance(strategic, frozenset):
        yield case.check(
            "egc.sole_buyer",
            if_required(_unless(_any_of(trade, strategic), trade.buyer_is_egc)),
            substances=trade.substances,
            buyer_is_egc=trade.buyer_is_egc,
        )


def no_mixing(case: Case) -> Iterator[Result]:
    """Artisanal strategic minerals are not mixed with industrial ones.

    Décret 25/05, from 2025-02-21; the wording of the article was not read. Before: not stated.
    """
    trade = case.facts.trade
    strategic = case.value("strategic.substances")
    if trade and isinstance(strategic, frozenset):
        mixed = trade.mixed_with_industrial
        apart = None if mixed is None else not mixed
        yield case.check(
            "trade.no_mixing",
            if_required(_unless(_any_of(trade, strategic), apart)),
            substances=trade.substances,
            mixed_with_industrial=mixed,
        )


def treatment_entity(case: Case) -> Iterator[Result]:
    """No sale to an entity that treats or trades artisanal copper and cobalt, while suspended.

    Arrêté 00964 of December 2025: its day and its end were not found. Before: not suspended.
    """
    trade = case.facts.trade
    if trade:
        other = None if trade.buyer_treats is None else not trade.buyer_treats
        yield case.check(
            "artisanal_treatment_suspended",
            if_required(_unless(_any_of(trade, _COPPER_COBALT), other)),
            substances=trade.substances,
            buyer_treats=trade.buyer_treats,
        )


def export_suspension(case: Case) -> Iterator[Result]:
    """No cobalt is exported while exports are suspended: ARECOMS, from 2025-02-22.

    Four months, ended on 15 October 2025: what held in between is unsure. Before: not suspended.
    """
    trade = case.facts.trade
    if trade and trade.exported:
        cobalt = _any_of(trade, _COBALT)
        met = None if cobalt is None else not cobalt
        yield case.check("export.cobalt_suspended", if_required(met), substances=trade.substances)


def export_quota(case: Case) -> Iterator[Result]:
    """The country's cobalt exports stay within the quota: of the month in 2025, then of the year.

    ARECOMS decisions 004 and 005, from 2025-10-15 to the end of 2027. Before: no quota.
    """
    trade = case.facts.trade
    if trade is None or not trade.exported or not _any_of(trade, _COBALT):
        return
    for rule, tonnes in _QUOTAS.items():
        total: Decimal | None = getattr(trade, tonnes)
        yield case.check(rule, at_most(total), tonnes=total)


_QUOTAS = {
    "export.cobalt_month_quota_t": "country_month_t",
    "export.cobalt_year_quota_t": "country_year_t",
}


def _any_of(trade: Trade, substances: frozenset[str]) -> bool | None:
    """Return whether one of the substances is traded, None where they are not known."""
    return None if trade.substances is None else bool(trade.substances & substances)


def _unless(concerned: bool | None, met: bool | None) -> bool | None:
    """Return a fact where a rule concerns the lot, True where it does not."""
    if concerned is None:
        return True if met else None
    return met if concerned else True
