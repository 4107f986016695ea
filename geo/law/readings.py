"""One reading of a pair: what a cell of the matrix answers, and what two readings give together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from geo.law.facts import Side
from geo.law.values import (
    Cell,
    CellVerdict,
    Dated,
    OverlapRule,
    Reason,
    Reference,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one reading of a pair gives, before it is put into words."""

    verdict: Verdict
    reason: Reason
    references: tuple[Reference, ...]
    provisions: tuple[str, ...]
    upper: Side | None = None
    key: str = ""
    added: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    default: Verdict | None = None
    first_day: date | None = None


def answer_of_cell(cell: Cell, dated: Dated[OverlapRule], upper: Side, same: bool | None) -> Answer:
    """Return the answer of a cell of the matrix in force on the day."""
    where = (dated.reference,), (cell.provision,), upper
    rule = dated.value
    if rule is None:
        return Answer(Verdict.NO_LEGAL_BASIS, Reason.REPEALED, *where)
    if rule.reason is not Reason.MATRIX:
        return _uncertain(rule, *where)
    if rule.verdict is CellVerdict.OWN_TITLE_ONLY:
        return _own_title_only(same, *where)
    added = tuple(f"condition.{name}" for name in rule.conditions)
    verdict = Verdict(rule.verdict.value)
    return Answer(verdict, Reason.MATRIX, *where, added=added, conditions=rule.conditions)


def _uncertain(
    rule: OverlapRule, references: tuple[Reference, ...], provisions: tuple[str, ...], upper: Side
) -> Answer:
    """An uncertain cell neither allows nor blocks; what it proposes is named as a default."""
    has_default = rule.verdict is not CellVerdict.NEEDS_LEGAL_REVIEW
    default = Verdict(rule.verdict.value) if has_default else None
    added = [f"condition.{name}" for name in rule.conditions]
    return Answer(
        Verdict.NEEDS_LEGAL_REVIEW,
        rule.reason,
        references,
        provisions,
        upper,
        added=(*([f"default.{default}"] if default else []), *added),
        conditions=rule.conditions,
        default=default,
    )


def _own_title_only(
    same: bool | None,
    references: tuple[Reference, ...],
    provisions: tuple[str, ...],
    upper: Side,
) -> Answer:
    """A permit on a research permit: the transformation of the holder's own one, or nothing."""
    where = references, provisions, upper
    if same is None:
        return Answer(Verdict.NEEDS_LEGAL_REVIEW, Reason.HOLDER_UNKNOWN, *where)
    if same:
        return Answer(Verdict.ALLOW, Reason.OWN_TITLE, *where)
    return Answer(Verdict.BLOCK, Reason.MATRIX, *where, key="not_own_title")


def no_basis(
    reference: Reference, first_day: date, provision: str, upper: Side | None = None
) -> Answer:
    """Return that a provision says nothing before its first day."""
    return Answer(
        Verdict.NO_LEGAL_BASIS,
        Reason.NO_LEGAL_BASIS,
        (reference,),
        (provision,),
        upper,
        first_day=first_day,
    )


def both_readings(first: Answer, second: Answer) -> Answer:
    """Return what two readings of a pair of unknown order give together.

    The same verdict both ways stands. Two reviews for different causes, or two verdicts, leave the
    pair undetermined because the order is not known.
    """
    merged = replace(
        first,
        upper=None,
        references=(*first.references, *second.references),
        provisions=(*first.provisions, *second.provisions),
    )
    review = Verdict.NEEDS_LEGAL_REVIEW
    same_reason = first.reason is second.reason
    if first.verdict is not second.verdict or (first.verdict is review and not same_reason):
        return Answer(review, Reason.ORDER_UNKNOWN, merged.references, merged.provisions)
    return replace(
        merged,
        reason=first.reason if same_reason else Reason.MATRIX,
        key=first.key if first.key == second.key else "",
        added=("either_order", *distinct((*first.added, *second.added))),
        conditions=distinct((*first.conditions, *second.conditions)),
        default=first.default if first.default is second.default else None,
    )


def message_key_of(answer: Answer) -> str:
    """Return the key of the sentence that says an answer."""
    if answer.key:
        return answer.key
    return answer.verdict.value if answer.reason is Reason.MATRIX else answer.reason.value


def distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts once each, sorted, so that swapping the rights changes nothing."""
    return tuple(sorted(set(texts)))
