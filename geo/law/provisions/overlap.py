"""Other rights, applications and areas on the same ground: the matrix of art. 30."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from geo.law.case import Neighbour
from geo.law.checks import Case, if_required
from geo.law.facts import RightFacts
from geo.law.outcomes import Outcome, Result
from geo.law.pairs import PairFinding, judge_pair
from geo.law.values import Bilingual, Family, Moment, Reference, Severity, Verdict

_SEVERITY = {
    Verdict.BLOCK: Severity.BLOCK,
    Verdict.QUEUE: Severity.QUEUE,
    Verdict.MERGE: Severity.MERGE,
    Verdict.WARN: Severity.WARN,
    Verdict.EXTINGUISH_WITH_COMPENSATION: Severity.COMPENSATION,
    Verdict.ALLOW_WITH_CONSENT: Severity.CONSENT,
    Verdict.ALLOW_WITH_RENUNCIATION: Severity.RENUNCIATION,
    Verdict.NO_LEGAL_BASIS: Severity.NO_BASIS,
}
_OUTCOMES = {
    Verdict.ALLOW: Outcome.PASS,
    Verdict.NOT_APPLICABLE: Outcome.NOT_APPLICABLE,
    Verdict.NEEDS_LEGAL_REVIEW: Outcome.UNDETERMINED,
}


def overlap(case: Case) -> Iterator[Result]:
    """Each right, earlier application or area that shares ground, by the matrix.

    Code minier art. 30, 33 and 34 from 2002-07-11, art. 30 as amended by Loi 18/001; zones on
    titles by art. 109 al. 3 before. An application filed later waits for this one.
    """
    for neighbour in case.facts.neighbours:
        yield _result(case, neighbour)


def host_overlap(case: Case) -> Iterator[Result]:
    """The title that the ground is asked from, by the matrix.

    Route A: barred by art. 109 al. 3 of 2002 until Loi 18/001 (first day unsure: 2018-03-09 to
    2018-05-03), then allowed by art. 30 (e) with authorisation and renunciation. Route B: Décret
    25/05 from 2025-02-21, no legal basis before. A permit on a research permit: its own only.
    """
    host = case.facts.host
    if host is None:
        return
    consents = case.has("consent") and not host.consent_withdrawn
    shared = case.proposal.perimeter & host.perimeter
    name = host.right.code or str(host.right.kind)
    neighbour = Neighbour(name, host.right, shared, consents, case.has("renunciation"))
    yield _result(case, neighbour)


def inside_origin(case: Case) -> Iterator[Result]:
    """An exploitation permit lies inside the research permit that it transforms.

    Code minier art. 60 to 67 and RM art. 134 (LIFE-3), from 2002-07-11. Nothing held before.
    """
    host = case.facts.host
    if host is None or case.family is not Family.TITLE:
        return
    outside = case.proposal.perimeter - host.perimeter
    yield case.check("title.inside_origin", if_required(not outside), outside or None)


def _result(case: Case, neighbour: Neighbour) -> Result:
    pair = judge_pair(_asked(case), neighbour.right, case.day, case.law, rules_on=case.rules_on)
    outcome, severity = _outcome_of(pair, neighbour, case.moment)
    return Result(
        outcome,
        Reference(pair.article, pair.source, pair.confidence),
        pair.rule_version.partition(":")[2],
        reason=pair.reason.value,
        facts=MappingProxyType(_facts_of(neighbour)),
        cells=neighbour.overlap,
        default=pair.default,
        first_day=pair.first_day,
        severity=severity,
        detail=_words(case, pair, neighbour),
        subject=neighbour.name,
    )


def _asked(case: Case) -> RightFacts:
    proposal = case.proposal
    return RightFacts(
        kind=proposal.kind,
        state="application",
        filed_on=proposal.filed_on or case.day,
        filed_order=proposal.filed_order,
        holders=proposal.holders,
    )


def _outcome_of(
    pair: PairFinding, neighbour: Neighbour, moment: Moment
) -> tuple[Outcome, Severity | None]:
    """Return what a pair means for the file: what was given meets what the law asks for.

    At grant nothing is left to be asked for: a missing consent or renunciation blocks.
    """
    if pair.verdict in _OUTCOMES:
        return _OUTCOMES[pair.verdict], None
    if pair.upper == "b" and pair.verdict is not Verdict.NO_LEGAL_BASIS:
        return Outcome.NOT_APPLICABLE, None
    if _given(pair, neighbour):
        return Outcome.PASS, None
    severity = _SEVERITY[pair.verdict]
    asked_for = severity in (Severity.CONSENT, Severity.RENUNCIATION)
    return Outcome.FAIL, Severity.BLOCK if asked_for and moment is Moment.GRANT else severity


def _given(pair: PairFinding, neighbour: Neighbour) -> bool:
    if pair.verdict is Verdict.ALLOW_WITH_CONSENT:
        return neighbour.consents
    if pair.verdict is Verdict.EXTINGUISH_WITH_COMPENSATION:
        return neighbour.compensated
    both = neighbour.consents and neighbour.renounces
    return pair.verdict is Verdict.ALLOW_WITH_RENUNCIATION and both


def _facts_of(neighbour: Neighbour) -> dict[str, str]:
    right = neighbour.right
    return {
        "neighbour": neighbour.name,
        "kind": str(right.kind),
        "state": right.state,
        "consents": str(neighbour.consents),
        "renounces": str(neighbour.renounces),
        "compensated": str(neighbour.compensated),
    }


def _words(case: Case, pair: PairFinding, neighbour: Neighbour) -> Bilingual:
    kind = case.law.kinds.get(case.proposal.kind)
    asked = kind.name if kind else case.law.messages["unknown_kind"]
    return Bilingual(
        pair.text("fr", asked.fr, neighbour.name), pair.text("en", asked.en, neighbour.name)
    )
