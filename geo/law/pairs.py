"""What the law says when two rights share ground: Code minier art. 30, as a dated matrix.

From 2002-07-11 (Loi n° 007/2002); art. 30 as amended by Loi n° 18/001 of 2018-03-09, whose first
day in force is unsure until 2018-05-03; agreements with EGC from 2025-02-21 (Décret n° 25/05).
Before 2002-07-11 the Code says nothing: ``no_legal_basis``. Before the amendment a zone (ZEA)
could not lie on a valid title at all (art. 109 al. 3); since then the holder may authorise it and
renounce the common part (art. 30 e).

A pair is judged by the law as it stood **on the day asked**, on the facts of that day: not by the
law of the day of filing, which is the rule for deciding a file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from geo.law.facts import (
    RightFacts,
    Side,
    Standing,
    later_of,
    same_holders,
    same_title,
    standing_on,
)
from geo.law.readings import (
    Answer,
    answer_of_cell,
    both_readings,
    distinct,
    message_key_of,
    no_basis,
)
from geo.law.values import (
    PENDING,
    Bilingual,
    Confidence,
    Language,
    Law,
    Message,
    Reason,
    Verdict,
)

_GENERAL = "overlap"  # the provision named where no cell of the matrix was reached
_WEAKNESS = {confidence: place for place, confidence in enumerate(Confidence)}
_UNDETERMINED = {
    Standing.FILING_UNKNOWN: Reason.FILING_DATE_UNKNOWN,
    Standing.UNKNOWN: Reason.STATE_UNKNOWN,
    Standing.RELEASE_NOT_RECORDED: Reason.RELEASE_NOT_RECORDED,
}


@dataclass(frozen=True, slots=True)
class PairFinding:
    """The law's word on two rights that share ground.

    ``upper`` tells which of the two lies on the other (the later one), None where the order is not
    known or does not matter. ``default`` is the verdict that an uncertain cell of the matrix
    proposes; it is named, never applied. ``first_day`` is set with ``no_legal_basis``.
    ``confidence`` is that of the text cited, the weakest where there are several. ``rule_version``
    is the hash of the law data and the provision that decided.
    """

    verdict: Verdict
    reason: Reason
    article: str
    source: str
    confidence: Confidence
    upper: Side | None
    rule_version: str
    message: Message
    on: date
    conditions: tuple[str, ...] = ()
    default: Verdict | None = None
    first_day: date | None = None

    def text(self, language: Language, name_a: str, name_b: str) -> str:
        """Return what is said of the two rights in a language, under names of the caller's."""
        if self.upper == "b":
            return self.message.text(language, name_b, name_a)
        return self.message.text(language, name_a, name_b)

    @property
    def consent_of(self) -> Side | None:
        """Whose holder consents, where the verdict asks for consent: that of the lower right."""
        asked = {Verdict.ALLOW_WITH_CONSENT, Verdict.ALLOW_WITH_RENUNCIATION}
        if self.verdict not in asked or self.upper is None:
            return None
        return "b" if self.upper == "a" else "a"


@dataclass(frozen=True, slots=True)
class PairFindings:
    """Findings in the order of the pairs asked, with counts.

    ``undetermined`` counts the pairs that need a legal review, by reason.
    """

    findings: tuple[PairFinding, ...]
    by_verdict: Mapping[Verdict, int]
    undetermined: Mapping[Reason, int]


@dataclass(frozen=True, slots=True)
class _Party:
    """One right of a pair, reduced to what the matrix asks about.

    ``undated``: an area of which nobody says when it was instituted.
    """

    kind: str | None
    is_area: bool
    undated: bool
    standing: Standing

    @property
    def column(self) -> str | None:
        """The column of the matrix when the other lies on it; an area only proposed has none."""
        if self.standing is not Standing.PENDING:
            return self.kind
        return None if self.is_area else PENDING


@dataclass(frozen=True, slots=True)
class _Situation:
    """Two rights on one day; equal situations have equal findings."""

    a: _Party
    b: _Party
    later: Side | None
    same_holders: bool | None
    same_title: bool


def judge_pair(
    a: RightFacts, b: RightFacts, on: date, law: Law, *, rules_on: date | None = None
) -> PairFinding:
    """Return what the law, as it stood on a day, says of two rights that share ground.

    The later filed, else the later granted, lies on the other; a pending application always does.
    Where the order is not known both readings are judged: if they agree, that is the verdict, if
    not, ``needs_legal_review``. Code minier art. 30 and 109, Décret n° 25/05: see the module.

    Parameters
    ----------
    a, b : the facts; swapping them changes ``upper`` and the order of names in the message only.
    on : calendar day asked (Africa/Kinshasa).
    law : from :func:`geo.law.catalog.load_law`.
    rules_on : day whose rules apply to the facts of ``on``; the same day by default. A file is
        decided by the rules of its filing day.

    Returns
    -------
    A finding, whatever the facts: what is missing is a reason of ``needs_legal_review``.

    Examples
    --------
    >>> from geo.law.catalog import load_law
    >>> quarry = RightFacts(kind="ARPC", state="application", filed_on=date(2024, 5, 6))
    >>> permit = RightFacts(kind="PR", state="granted", granted_on=date(2020, 1, 7))
    >>> finding = judge_pair(quarry, permit, date(2024, 6, 1), load_law())
    >>> finding.verdict.value, finding.article, finding.upper
    ('allow_with_consent', 'Code minier 2018, art. 30 c', 'a')
    """
    return _Judge(law, rules_on or on).finding(_situation(a, b, on, law))


def judge_pairs(pairs: Iterable[tuple[RightFacts, RightFacts]], on: date, law: Law) -> PairFindings:
    """Return the finding of every pair, as :func:`judge_pair`, with counts.

    Pairs in the same situation (kinds, standing, order, holders alike or not) share one finding.
    """
    judge = _Judge(law, on)
    known: dict[_Situation, PairFinding] = {}
    findings = []
    for a, b in pairs:
        situation = _situation(a, b, on, law)
        if situation not in known:
            known[situation] = judge.finding(situation)
        findings.append(known[situation])
    review = (f.reason for f in findings if f.verdict is Verdict.NEEDS_LEGAL_REVIEW)
    return PairFindings(tuple(findings), Counter(f.verdict for f in findings), Counter(review))


def _situation(a: RightFacts, b: RightFacts, on: date, law: Law) -> _Situation:
    party_a, party_b = _party(a, on, law), _party(b, on, law)
    pending = (party_a.standing is Standing.PENDING, party_b.standing is Standing.PENDING)
    later = later_of(a, b, *pending)
    return _Situation(party_a, party_b, later, same_holders(a, b), same_title(a, b))


def _party(facts: RightFacts, on: date, law: Law) -> _Party:
    kind = law.kinds.get(str(facts.kind))
    is_area = kind is not None and kind.is_area
    undated = is_area and facts.granted_on is None
    return _Party(facts.kind, is_area, undated, standing_on(on, facts, is_area=is_area))


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges situations by one law on one day."""

    law: Law
    on: date

    def finding(self, situation: _Situation) -> PairFinding:
        """Return the finding of a situation: what stops before the matrix, else the matrix."""
        answer = (
            self._before_the_law(situation)
            or self._on_the_facts(situation)
            or self._by_matrix(situation)
        )
        return PairFinding(
            verdict=answer.verdict,
            reason=answer.reason,
            article=" / ".join(distinct(r.article for r in answer.references)),
            source=" / ".join(distinct(r.source for r in answer.references)),
            confidence=max((r.confidence for r in answer.references), key=_WEAKNESS.__getitem__),
            upper=answer.upper,
            rule_version=f"{self.law.version}:{'|'.join(distinct(answer.provisions))}",
            message=self._message(answer, situation),
            on=self.on,
            conditions=answer.conditions,
            default=answer.default,
            first_day=answer.first_day,
        )

    # ---- before the matrix ----

    def _before_the_law(self, situation: _Situation) -> Answer | None:
        """``no_legal_basis`` where the Code, or the text a kind rests on, did not exist yet."""
        if self.on < self.law.first_day:
            return no_basis(self.law.general, self.law.first_day, _GENERAL)
        rules = [self.law.first_rules.get(str(p.kind)) for p in (situation.a, situation.b)]
        late = [rule for rule in rules if rule is not None and self.on < rule.first_day]
        if not late:
            return None
        last = max(late, key=lambda rule: rule.first_day)
        return no_basis(last.reference, last.first_day, _GENERAL)

    def _on_the_facts(self, situation: _Situation) -> Answer | None:
        """The findings that need no matrix: what does not apply, and what is not known."""
        standings = {situation.a.standing, situation.b.standing}
        if Standing.ABSENT in standings:
            return self._answer(Reason.NOT_YET_ON_THAT_DAY, Verdict.NOT_APPLICABLE)
        if situation.same_title:
            return self._answer(Reason.SAME_TITLE, Verdict.NOT_APPLICABLE)
        kinds = {situation.a.kind, situation.b.kind}
        if None in kinds:
            return self._answer(Reason.KIND_UNKNOWN)
        if not kinds <= set(self.law.kinds):
            return self._answer(Reason.NO_RULE_FOR_KIND)
        if situation.a.is_area and situation.b.is_area:
            return self._answer(Reason.NO_RIGHT_CONCERNED, Verdict.NOT_APPLICABLE)
        return next(
            (self._answer(reason) for s, reason in _UNDETERMINED.items() if s in standings), None
        )

    def _answer(
        self,
        reason: Reason,
        verdict: Verdict = Verdict.NEEDS_LEGAL_REVIEW,
        upper: Side | None = None,
    ) -> Answer:
        return Answer(verdict, reason, (self.law.general,), (_GENERAL,), upper)

    # ---- the matrix ----

    def _by_matrix(self, situation: _Situation) -> Answer:
        if situation.later is not None:
            return self._reading(situation, situation.later)
        both = both_readings(self._reading(situation, "a"), self._reading(situation, "b"))
        undated = situation.a.undated or situation.b.undated
        if both.reason is Reason.ORDER_UNKNOWN and undated:
            return replace(both, reason=Reason.AREA_UNDATED)
        return both

    def _reading(self, situation: _Situation, upper: Side) -> Answer:
        """Return what the matrix says when the right ``upper`` lies on the other."""
        high, low = (situation.a, situation.b) if upper == "a" else (situation.b, situation.a)
        cell = self.law.cells.get((str(high.kind), str(low.column)))
        if cell is None:
            return self._answer(Reason.NO_RULE, upper=upper)
        dated = cell.on(self.on)
        if dated is None:
            return no_basis(cell.values[0].reference, cell.first_day, cell.provision, upper)
        return answer_of_cell(cell, dated, upper, situation.same_holders)

    # ---- words ----

    def _message(self, answer: Answer, situation: _Situation) -> Message:
        """Return the sentences of an answer in both languages, names of the rights left open."""
        keys = (message_key_of(answer), *answer.added)
        high, low = situation.a, situation.b
        if answer.upper == "b":
            high, low = low, high
        return Message(
            keys[0],
            Bilingual(self._sentences(keys, "fr", answer), self._sentences(keys, "en", answer)),
            self._name(high),
            self._name(low),
        )

    def _sentences(self, keys: tuple[str, ...], language: Language, answer: Answer) -> str:
        article = " / ".join(distinct(r.article for r in answer.references))
        values = {
            "upper": "{upper}",
            "lower": "{lower}",
            "article": article.replace("{", "{{").replace("}", "}}"),
            "day": self.on.isoformat(),
            "first_day": answer.first_day.isoformat() if answer.first_day else "",
        }
        return " ".join(self.law.messages[key].text(language).format(**values) for key in keys)

    def _name(self, party: _Party) -> Bilingual:
        if party.kind is None:
            return self.law.messages["unknown_kind"]
        kind = self.law.kinds.get(party.kind)
        return kind.name if kind else Bilingual(party.kind, party.kind)
