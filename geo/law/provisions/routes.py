"""The two lawful ways to artisanal ground inside a title.

Route A: a zone (ZEA) by Code minier 2018 art. 30 (e) and 109; the ground leaves the title. Route B:
an agreement of the holder with EGC, Décret 25/05 from 2025-02-21; the title stays whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from geo.law.checks import Case, if_required
from geo.law.outcomes import Outcome, Result
from geo.law.provisions.contact import touching_groups

# States in which a title is valid, and not; any other (not stated) is a fact that is missing.
# Whether a title in force majeure can share its ground is no fact but a question of law.
_VALID = {"granted": True, "suspended": False, "expired": False, "forfeited": False}
_VALID |= {"application": False, "rejected": False, "being_struck_off": False}
_VALID |= {"relinquished": False, "withdrawn": False}


def host_valid(case: Case) -> Iterator[Result]:
    """The host title is valid on the day, and not suspended.

    Route A from Loi 18/001 (first day unsure), route B from 2025-02-21; no route before. After its
    nominal end a title is valid while a timely renewal is pending (art. 49): not known here. No
    text was found on a title in force majeure: unsure, for a legal ruling to settle.
    """
    right = case.facts.host.right if case.facts.host else None
    state, ends = (right.state, right.expires_on) if right else (None, None)
    valid = _VALID.get(str(state))
    if valid and ends is not None and ends <= case.day:
        valid = None
    unsure = state == "force_majeure" and (ends is None or ends > case.day)
    for result in _of_route(case, "host_valid", valid, state=state, expires_on=ends):
        yield _question_of_law(result) if unsure else result


def _question_of_law(result: Result) -> Result:
    """Return what the facts leave open as a question of law; what the text leaves open as it is."""
    missing = result.outcome is Outcome.UNDETERMINED and result.reason == "fact_missing"
    return replace(result, reason="uncertain") if missing else result


def host_holder_known(case: Case) -> Iterator[Result]:
    """The holder of the host title is identified.

    Route A from Loi 18/001 (first day unsure), route B from 2025-02-21; no route before.
    """
    host = case.facts.host
    holders = host.right.holders if host else frozenset()
    yield from _of_route(case, "holder_identified", True if holders else None, holders=holders)


def host_fee_paid(case: Case) -> Iterator[Result]:
    """The surface fee of the host title is paid: unpaid, it may be forfeited.

    Code minier art. 286 to 289, from 2002-07-11. Nothing held before.
    """
    if case.is_route_a or case.is_route_b:
        paid = case.facts.host.fee_paid if case.facts.host else None
        yield case.check("title.fee_paid", if_required(paid), fee_paid=paid)


def inside_host(case: Case) -> Iterator[Result]:
    """The ground asked for lies inside the holder's own carrés.

    Route A from Loi 18/001 (first day unsure), route B from 2025-02-21; no route before.
    """
    host = case.facts.host
    outside = case.proposal.perimeter - host.perimeter if host else None
    met = None if outside is None else not outside
    for prefix in _routes(case):
        rule = f"{prefix}.inside_host"
        yield case.check(rule, if_required(met), outside or None, inside=met)


def holder_consent(case: Case) -> Iterator[Result]:
    """The holder authorises expressly, in writing, and has not taken it back.

    Route A: Code minier 2018 art. 30 (e), first day unsure. Route B: Décret 25/05, 2025-02-21.
    """
    host = case.facts.host
    given = case.has("consent") and not (host and host.consent_withdrawn)
    yield from _of_route(case, "consent_required", given, consent=given)


def third_parties(case: Case) -> Iterator[Result]:
    """A lessee (amodiataire) or mortgagee consents too: no text found, a default (2002-07-11)."""
    host = case.facts.host
    if not (case.is_route_a or case.is_route_b):
        return
    concerned = None if host is None else _any_known(host.leased, host.mortgaged)
    given = host.third_parties_consent if host and concerned else None
    met = True if concerned is False else given
    if met and host and None in (host.leased, host.mortgaged):
        met = None  # a lessee consents, and whether there is a mortgagee is not known
    yield case.check(
        "route.third_parties_consent", if_required(met), concerned=concerned, consent=given
    )


def _any_known(*facts: bool | None) -> bool | None:
    """Return whether one of the facts holds, None where none does and one is not known."""
    if any(facts):
        return True
    return None if None in facts else False


def renunciation(case: Case) -> Iterator[Result]:
    """Route A: the holder renounces the part asked for, at the same time as it authorises.

    Code minier 2018 art. 30 (e), first day unsure (2018-03-09 to 2018-05-03). Before: no route.
    """
    if case.is_route_a:
        filed = case.has("renunciation")
        yield case.check("route_a.renunciation_required", if_required(filed), renunciation=filed)


def remainder(case: Case) -> Iterator[Result]:
    """What a renewal or a partial relinquishment leaves of a title hangs together, inside it.

    Code minier art. 60 and 79 (LIFE-4), from 2002-07-11. Nothing held before. The shape of the
    carrés themselves is asked of the perimeter as of any other.
    """
    before, left = case.proposal.before, case.proposal.perimeter
    if before is None:
        return
    groups, added = touching_groups(left), left - before
    met = len(groups) <= 1 and not added
    yield case.check(
        "life.remainder_contiguous",
        if_required(met),
        None if met else added or left,
        groups=len(groups),
        cells_added=added.count,
    )


def remainder_contiguous(case: Case) -> Iterator[Result]:
    """Route A: what is left of the title is still contiguous, or it is split (unsure).

    Code minier art. 28, 60 and 79; as route A, first day unsure. Before: no route.
    """
    if not case.is_route_a or case.facts.host is None:
        return
    rest = case.facts.host.perimeter - case.proposal.perimeter
    parts = len(rest.parts())
    yield case.check("route_a.remainder_contiguous", if_required(parts <= 1), rest, parts=parts)


def egc_opinion(case: Case) -> Iterator[Result]:
    """Route A: EGC gives an opinion where a substance is under its monopoly.

    Décrets 19/15 and 19/16 from 2019-11-05: coordination, no veto (unsure). Before: no EGC.
    """
    if not case.is_route_a:
        return
    substances, given = case.proposal.substances, case.has("egc_opinion")

    def met(required: frozenset[str]) -> bool | None:
        if substances is None:
            return None
        return given or not substances & required

    yield case.check(
        "route_a.egc_required_substances", met, substances=substances, egc_opinion=given
    )


def strategic_substance(case: Case) -> Iterator[Result]:
    """Route B is for strategic substances; with copper and cobalt together, cobalt decides.

    Décret 18/042 names cobalt, germanium and coltan from 2018-11-24; route B from 2025-02-21.
    """
    if not case.is_route_b:
        return
    substances = case.proposal.substances
    yield case.check(
        "strategic.substances",
        lambda strategic: None if substances is None else bool(substances & strategic),
        substances=substances,
    )


def egc_agreement(case: Case) -> Iterator[Result]:
    """Route B rests on an agreement with EGC, with its reference and dates (from 2025-02-21)."""
    if case.is_route_b and case.knows("route_b.agreement_required"):
        signed = case.has("egc_agreement")
        yield case.check("route_b.agreement_required", if_required(signed), agreement=signed)


def rights_stay(case: Case) -> Iterator[Result]:
    """The agreement transfers neither ownership nor rights: ARECOMS, from 2025-02-22.

    Décret 25/05 came the day before and was not found to say it.
    """
    if case.is_route_b:
        transfers = case.proposal.transfers_rights
        met = None if transfers is None else not transfers
        yield case.check("route_b.rights_stay", if_required(met), transfers_rights=transfers)


def arecoms_notice(case: Case) -> Iterator[Result]:
    """Route B is notified to ARECOMS, or approved by it: which is unsure, from 2025-02-22.

    An approval meets either reading; a notice alone is left to a legal adviser.
    """
    if case.is_route_b and case.knows("route_b.arecoms_notice_required"):
        approved, notified = case.has("arecoms_approval"), case.has("arecoms_notice")
        yield case.check(
            "route_b.arecoms_notice_required",
            if_required(approved or notified),
            None,
            approved,
            notice=notified,
            approval=approved,
        )


def ministerial_act(case: Case) -> Iterator[Result]:
    """Route B rests on a ministerial act, from 2025-02-21 (unsure: a default, never applied)."""
    if case.is_route_b and case.knows("route_b.ministerial_act_required"):
        signed = case.has("ministerial_act")
        yield case.check("route_b.ministerial_act_required", if_required(signed), act=signed)


def _routes(case: Case) -> Iterator[str]:
    if case.is_route_a:
        yield "route_a"
    elif case.is_route_b:
        yield "route_b"


def _of_route(case: Case, what: str, met: bool | None, **facts: object) -> Iterator[Result]:
    for prefix in _routes(case):
        yield case.check(f"{prefix}.{what}", if_required(met), **facts)
