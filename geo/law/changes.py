"""What changed in the law between two days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from geo.law.values import (
    PENDING,
    Cell,
    Dated,
    DistanceRule,
    Law,
    OverlapRule,
    Timeline,
    Unsettled,
)


@dataclass(frozen=True, slots=True)
class Change:
    """A rule that says another thing on a second day; ``before`` or ``after`` None: no rule then.

    ``description`` says in words what the rule is about. ``article`` is that of the second day, or
    of the first where the rule was repealed.
    """

    rule: str
    description: str
    before: str | None
    after: str | None
    since: date
    article: str
    confidence: str


def changes_between(first: date, second: date, law: Law) -> tuple[Change, ...]:
    """Return every rule whose value or article differs between two days, by name of the rule.

    Examples
    --------
    >>> from geo.law.catalog import load_law
    >>> for change in changes_between(date(2025, 2, 21), date(2025, 2, 22), load_law()):
    ...     if change.rule == "route_b.rights_stay":
    ...         print(change.before, change.after, change.since)
    None yes 2025-02-22
    """
    found = (_change(words, timeline, first, second) for words, timeline in _described(law))
    return tuple(sorted((c for c in found if c), key=lambda change: change.rule))


def _described(law: Law) -> Iterator[tuple[str, Timeline[Any]]]:
    """Yield every rule of the law data, with what it is about."""
    yield from (
        (parameter.description, parameter.timeline) for parameter in law.parameters.values()
    )
    for restricted in law.restricted.values():
        yield f"Effect of a place: {restricted.name.en}.", restricted.rules
    yield from _cells(law)
    for group, timeline in law.exclusive.items():
        yield f"Kinds of which no two hold one carré ({group}).", timeline
    for (event, route), effects in law.host_events.items():
        happened = event.value.replace("_", " ")
        yield f"What a host title's {happened} does to an allocation by route {route}.", effects
    yield "Legal area of a carré, in hectares.", law.nominal_area_ha


def _cells(law: Law) -> Iterator[tuple[str, Cell]]:
    """Yield each cell of the matrix once, with all the kinds that share it."""
    names = {code: kind.name.en for code, kind in law.kinds.items()}
    names[PENDING] = "earlier application"
    for cell in {cell.provision: cell for cell in law.cells.values()}.values():
        pairs = [pair for pair, other in law.cells.items() if other.provision == cell.provision]
        uppers, lowers = (
            " or ".join(dict.fromkeys(names[code] for code in side))
            for side in zip(*pairs, strict=True)
        )
        yield f"On the same ground: {uppers} on {lowers}.", cell


def _change(about: str, timeline: Timeline[Any], first: date, second: date) -> Change | None:
    before, after = timeline.on(first), timeline.on(second)
    cited = after or before
    if cited is None or before is after or _says(before) == _says(after):
        return None
    return Change(
        rule=timeline.provision,
        description=about,
        before=_words(before),
        after=_words(after),
        since=cited.first_day,
        article=cited.reference.article,
        confidence=cited.reference.confidence.value,
    )


def _says(dated: Dated[Any] | None) -> tuple[object, ...] | None:
    if dated is None or dated.value is None:
        return None
    return dated.value, dated.reference.article, dated.reference.confidence


def _words(dated: Dated[Any] | None) -> str | None:
    """Return what a rule says on a day in words, None where there is none or it was repealed."""
    if dated is None or dated.value is None:
        return None
    value = dated.value
    if isinstance(value, OverlapRule):
        return f"{value.verdict} ({value.reason})"
    if isinstance(value, DistanceRule):
        return f"{value.limit} {value.distance_m} m"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.value if isinstance(value, Unsettled) else str(value)
