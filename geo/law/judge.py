"""Judges a file: facts, day and moment give findings, by the law data and the provisions.

A file is decided by the rules of its **filing day**, on the facts of the **day asked**: at grant,
the rules are those of the filing, the facts those of the grant. A file not yet filed is judged by
the rules of the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from geo.errors import InputError, LawError
from geo.law.case import CaseFacts
from geo.law.checks import Case, Provision
from geo.law.outcomes import VERDICTS, Finding, Judgement, Outcome, Result
from geo.law.provisions import PROVISIONS
from geo.law.values import Bilingual, Language, Law, Moment, ProvisionText, Severity


def judge(
    facts: CaseFacts,
    day: date,
    moment: Moment,
    law: Law,
    provisions: Mapping[str, Provision] = PROVISIONS,
) -> Judgement:
    """Return every finding of a file at a moment of its life.

    Parameters
    ----------
    facts : what is known on ``day``; what is not known is None, and undetermined where it counts.
    day : calendar day of the facts (Africa/Kinshasa).
    moment : filing, review or grant: what an unmet provision asks for depends on it.
    law : from :func:`geo.law.catalog.load_law`.
    provisions : by code; those that the jurisdiction does not list are not asked.

    Raises
    ------
    InputError : the day is before the filing.
    LawError : the jurisdiction lists a provision that there is not.

    Examples
    --------
    >>> from geo.law.case import Proposal
    >>> from geo.law.catalog import load_law
    >>> from geo.perimeter import Perimeter
    >>> wide = Proposal("PR", Perimeter.from_runs([(0, 0, 472)]))
    >>> found = judge(CaseFacts(wide), date(2026, 1, 5), Moment.FILING, load_law())
    >>> [(f.outcome.value, f.verdict.value, f.article) for f in found.of("max_cells")]
    [('fail', 'block', 'Code minier, art. 53')]
    """
    filed_on = facts.proposal.filed_on
    if filed_on is not None and day < filed_on:
        raise InputError(f"the file was filed on {filed_on}: ask about that day or a later one")
    case = Case(facts, day, filed_on or day, moment, law)
    return Judgement(tuple(_findings(case, provisions)))


def _findings(case: Case, provisions: Mapping[str, Provision]) -> Iterator[Finding]:
    _refuse_unwritten(case.law)
    for code, function in provisions.items():
        text = case.law.provisions.get(code)
        severity = text.severity.get(case.moment) if text else None
        if text and severity:
            for result in function(case):
                yield _finding(case, text, result, result.severity or severity)


def _refuse_unwritten(law: Law) -> None:
    unwritten = sorted(set(law.provisions) - set(PROVISIONS))
    if unwritten:
        raise LawError(f"the law of {law.jurisdiction} lists {unwritten[0]!r}: no such provision")


def _finding(case: Case, text: ProvisionText, result: Result, severity: Severity) -> Finding:
    key = _message_key(result)
    return Finding(
        code=text.code,
        outcome=result.outcome,
        verdict=VERDICTS[result.outcome, severity],
        severity=severity,
        reason=result.reason,
        article=result.reference.article,
        source=result.reference.source,
        confidence=result.reference.confidence,
        facts=result.facts,
        cells=result.cells,
        default=result.default,
        first_day=result.first_day,
        message_key=f"{text.code}.{key}",
        message=Bilingual(
            _sentences(case, text, result, key, "fr"), _sentences(case, text, result, key, "en")
        ),
        moment=case.moment,
        day=case.day,
        rules_on=result.rules_on or case.rules_on,
        rule_version=f"{case.law.version}:{result.rule}",
        subject=result.subject,
        rule="|".join(rule.partition("@")[0] for rule in result.rule.split("|")),
    )


def _message_key(result: Result) -> str:
    """Return what is said: the outcome, or why there is none."""
    known = {"fact_missing", "not_found", "entry_into_force_unsure", "uncertain"}
    if result.outcome is Outcome.UNDETERMINED:
        return result.reason if result.reason in known else "uncertain"
    if result.reason in ("no_legal_basis", "repealed"):
        return result.reason
    return result.outcome.value


def _sentences(
    case: Case, text: ProvisionText, result: Result, key: str, language: Language
) -> str:
    """Return the rule and its outcome in words, and the detail of the neighbour or place."""
    template = f"finding.{key}" if key not in ("no_legal_basis", "repealed") else key
    first = result.first_day.isoformat() if result.first_day else ""
    values = {
        "rule": text.rule.text(language),
        "article": result.reference.article,
        "day": (result.rules_on or case.rules_on).isoformat(),
        "first_day": first,
    }
    said = [case.law.messages[template].text(language).format(**values)]
    if result.detail:
        said.append(result.detail.text(language))
    if result.default and not result.detail:
        said.append(case.law.messages["finding.default"].text(language))
    return " ".join(said)


def route_label(route: Literal["a", "b"], law: Law) -> Bilingual:
    """Return the name of a route to ground inside a title: a (a zone) or b (an agreement)."""
    return law.messages[f"route.{route}"]
