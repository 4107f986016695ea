"""Who asks, and for how long: eligibility, own funds, caps, terms and renewals."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from geo.law.checks import Case, Test, at_least, at_most, if_required
from geo.law.outcomes import Result


def legal_person(case: Case) -> Iterator[Result]:
    """Titles are for legal persons.

    Code minier 2018 art. 23 (PR, PE); first day of Loi 18/001 unsure. Before: not found.
    """
    fact = case.facts.applicant.legal_person
    yield from _of_kind(case, "holder", "legal_person", if_required(fact), legal_person=fact)


def own_funds(case: Case) -> Iterator[Result]:
    """An exploitation permit asks for own funds of at least 40 %.

    Code minier 2018, art. 71; first day of Loi 18/001 unsure. Before: not found.
    """
    fact = case.facts.applicant.own_funds_percent
    yield from _of_kind(case, "holder", "own_funds_percent", at_least(fact), own_funds_percent=fact)


def state_share(case: Case) -> Iterator[Result]:
    """An exploitation permit gives the State a free share of at least 10 %.

    Code minier 2018, art. 71 bis; first day of Loi 18/001 unsure. Before: not found.
    """
    fact = case.facts.applicant.state_share_percent
    yield from _of_kind(
        case, "holder", "state_share_percent", at_least(fact), state_share_percent=fact
    )


def congolese_share(case: Case) -> Iterator[Result]:
    """A small mine has a floor of Congolese ownership; neither figure nor date was found."""
    fact = case.facts.applicant.congolese_percent
    yield from _of_kind(case, "holder", "congolese_percent", at_least(fact), congolese_percent=fact)


def group_permits(case: Case) -> Iterator[Result]:
    """A holder and its group have at most 50 research permits, this one included.

    Code minier art. 53 (commonly stated), from 2002-07-11. Nothing held before.
    """
    held = case.facts.applicant.research_permits
    total = None if held is None else held + 1
    yield from _of_kind(case, "group", "max_permits", _group_at_most(case, total), permits=total)


def group_area(case: Case) -> Iterator[Result]:
    """All research permits of a holder and its group have at most 20 000 km².

    Code minier art. 53 (commonly stated), from 2002-07-11. Nothing held before.
    """
    held, nominal = case.facts.applicant.research_area_km2, case.law.nominal_area_ha
    dated = nominal.on(case.rules_on)
    known = held is not None and dated is not None and dated.value is not None
    own = case.proposal.perimeter.count * dated.value / 100 if dated and dated.value else 0
    total = held + own if known and held is not None else None
    yield from _of_kind(case, "group", "max_area_km2", _group_at_most(case, total), area_km2=total)


def _group_at_most(case: Case, total: Decimal | int | None) -> Test:
    """Return the test of a group's cap: what the holder alone has may exceed it, never keep it."""
    within = at_most(total)

    def kept(cap: Decimal | int) -> bool | None:
        met = within(cap)
        return None if met and not case.facts.applicant.group_counted else met

    return kept


def term(case: Case) -> Iterator[Result]:
    """A title runs no longer than its kind allows; a renewal no longer than its own length.

    Code minier 2002 until Loi 18/001 (PR 5 years, PE 30 and renewals of 15), then PR 5 and PE 25
    (first day unsure; the length of a PR's renewal was not found).
    """
    years, what = case.proposal.term_years, "years"
    if case.proposal.renewals and case.knows(f"term.{case.proposal.kind}.renewal_years"):
        what = "renewal_years"
    yield from _of_kind(case, "term", what, at_most(years), term_years=years)


def precious_stones_term(case: Case) -> Iterator[Result]:
    """A research permit for precious stones runs 4 years by the law of 2002, 5 from Loi 18/001.

    Its renewals run 2 years by the law of 2002; from Loi 18/001 their length was not found.
    """
    substances = case.proposal.substances
    if substances is not None and not substances & PRECIOUS_STONES:
        return
    years = None if substances is None else case.proposal.term_years
    what = "precious_stones_renewal_years" if case.proposal.renewals else "precious_stones_years"
    yield from _of_kind(case, "term", what, at_most(years), term_years=years)


def total_term(case: Case) -> Iterator[Result]:
    """All terms of a small mine together run 10 years at most: unsure, from 2002-07-11."""
    years = case.proposal.total_years
    yield from _of_kind(case, "term", "total_years", at_most(years), total_years=years)


def given_up(case: Case) -> Iterator[Result]:
    """A research permit gives up half of its carrés at each renewal, by the law of 2002.

    Commonly stated; not found in Loi 18/001 (first day unsure), nothing held before 2002-07-11.
    """
    if not case.proposal.renewals:
        return
    before, left = case.proposal.before, case.proposal.perimeter
    share = 100 * (before - left).count / Decimal(before.count) if before else None
    yield from _of_kind(case, "term", "given_up_percent", at_least(share), given_up_percent=share)


PRECIOUS_STONES = frozenset({"diamond", "emerald", "ruby", "sapphire"})
"""Codes of the minerals that the register knows as precious stones."""


def renewals(case: Case) -> Iterator[Result]:
    """A research permit is renewed twice by the law of 2002, once from Loi 18/001."""
    count = case.proposal.renewals
    yield from _of_kind(case, "term", "renewals", at_most(count), renewals=count)


def _of_kind(case: Case, subject: str, what: str, test: Test, **facts: Any) -> Iterator[Result]:
    """Yield what the rule of the kind asked for says, nothing where its kind has none."""
    rule = f"{subject}.{case.proposal.kind}.{what}"
    if case.knows(rule):
        yield case.check(rule, test, **facts)
