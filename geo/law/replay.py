"""Past files judged again under a draft law: which decisions would differ, and why.

A past file is judged on the facts stored with it, on its own day and moment, by the draft's rules
of its filing day; rulings that settled it settle it again, where the draft still leaves it open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.errors import MabeleError
from geo.grid import Grid
from geo.law.facts_json import facts_from_json
from geo.law.judge import judge
from geo.law.provisions import PROVISIONS
from geo.law.rulings import Ruling, Settled, settle
from geo.law.values import Law, Moment

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PastFile:
    """A file as it was judged: ``verdict`` with the rulings that settled it, facts as stored.

    ``findings`` are code, subject and verdict of each finding as found; ``asks`` the provisions
    that were asked, all of them where it is empty.
    """

    number: str
    moment: str
    day: date
    facts: Mapping[str, Any]
    verdict: str
    findings: tuple[tuple[str, str, str], ...]
    rulings: tuple[Ruling, ...] = ()
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedFinding:
    """A provision that answers otherwise; empty: it was not asked, or is not asked any more."""

    code: str
    subject: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A decision that the draft would make otherwise.

    ``before`` is the verdict then, ``today`` what the law data of today gives on the same facts,
    ``draft`` what the draft gives.
    """

    number: str
    moment: str
    day: date
    before: str
    today: str
    draft: str
    changed: tuple[ChangedFinding, ...]


@dataclass(frozen=True, slots=True)
class Replay:
    """What a draft would have changed: files judged again, those that differ, those not readable.

    ``unread`` gives the number of each file that could not be judged, and why.
    """

    files: int
    differing: tuple[Difference, ...]
    unread: tuple[tuple[str, str], ...]


def replay(past: Iterable[PastFile], law: Law, draft: Law, grid: Grid) -> Replay:
    """Judge past files again, by the law data of today and by a draft.

    Parameters
    ----------
    past : the judgements as they were stored.
    law : the law data of today.
    draft : from :func:`geo.law.drafts.draft_law`.
    grid : the grid that the stored perimeters lie on.
    """
    differing: list[Difference] = []
    unread: list[tuple[str, str]] = []
    files = 0
    for file in past:
        files += 1
        try:
            found = _compared(file, law, draft, grid)
        except MabeleError as error:
            unread.append((file.number, str(error)))
            continue
        if found.draft != found.before:
            differing.append(found)
    return Replay(files, tuple(differing), tuple(unread))


def _compared(file: PastFile, law: Law, draft: Law, grid: Grid) -> Difference:
    today, drafted = _judged(file, law, grid), _judged(file, draft, grid)
    return Difference(
        number=file.number,
        moment=file.moment,
        day=file.day,
        before=file.verdict,
        today=today.verdict.value,
        draft=drafted.verdict.value,
        changed=_changed(file, drafted),
    )


def _judged(file: PastFile, law: Law, grid: Grid) -> Settled:
    facts = facts_from_json(file.facts, grid)
    asked = {code: PROVISIONS[code] for code in file.asks if code in PROVISIONS} or PROVISIONS
    judgement = judge(facts, file.day, Moment(file.moment), law, asked)
    return settle(judgement, file.rulings, file.day)


def _changed(file: PastFile, drafted: Settled) -> tuple[ChangedFinding, ...]:
    before = _by_key(file.findings)
    after = _by_key(
        (found.code, found.subject, found.verdict.value) for found in drafted.judgement.findings
    )
    keys = sorted(key for key in {*before, *after} if before.get(key) != after.get(key))
    return tuple(ChangedFinding(*key, before.get(key, ()), after.get(key, ())) for key in keys)


def _by_key(findings: Iterable[tuple[str, str, str]]) -> dict[Key, tuple[str, ...]]:
    """Return the verdicts of each provision and subject, sorted: one provision may say several."""
    found: dict[Key, list[str]] = defaultdict(list)
    for code, subject, verdict in findings:
        found[code, subject].append(verdict)
    return {key: tuple(sorted(verdicts)) for key, verdicts in found.items()}
