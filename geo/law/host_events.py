"""What becomes of an allocation (attribution à l'artisanat) when something befalls its host title.

Route A: the ground left the title when the zone was instituted, so that nothing follows. Route B:
the title stays whole and the agreement is an encumbrance on it; nearly nothing was found on what
follows, so that the effect is a legal review, with a default that is named and never applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from geo.errors import LawError
from geo.law.dated import Citations, read_timeline
from geo.law.strict_yaml import Item, read_yaml
from geo.law.values import Confidence, Law, Timeline

Route = Literal["a", "b"]
ROUTES: tuple[Route, ...] = ("a", "b")


class HostEvent(StrEnum):
    """What may befall the host title, or its holder's consent after the act."""

    TRANSFER = "transfer"
    LEASE = "lease"
    SPLIT = "split"
    TRANSFORMATION = "transformation"
    PARTIAL_RELINQUISHMENT = "partial_relinquishment"
    RELINQUISHMENT = "relinquishment"
    SUSPENSION = "suspension"
    EXPIRY = "expiry"
    FORFEITURE = "forfeiture"
    CONSENT_WITHDRAWN = "consent_withdrawn"


class EventEffect(StrEnum):
    """What the event does to the allocation."""

    UNAFFECTED = "unaffected"
    FOLLOWS_TITLE = "follows_title"
    STAYS_WITH_REST = "stays_with_rest"
    ENDS = "ends"
    SUSPENDED = "suspended"
    NEEDS_LEGAL_REVIEW = "needs_legal_review"


Events = Mapping[tuple[HostEvent, str], Timeline[EventEffect]]


@dataclass(frozen=True, slots=True)
class HostEffect:
    """The effect of an event on an allocation, with the text that it rests on.

    ``reason`` is empty where the effect is certain, ``uncertain`` where a legal adviser decides
    (``default`` is then what the data proposes, never applied), ``no_legal_basis`` or ``repealed``
    where the law has no such allocation on the day.
    """

    event: HostEvent
    route: Route
    effect: EventEffect
    default: EventEffect | None
    reason: str
    article: str
    source: str
    confidence: Confidence
    note: str | None
    rule: str
    first_day: date


def effect_of(event: str, route: Route, day: date, law: Law) -> HostEffect:
    """Return what an event of the host title does to an allocation on a day.

    Parameters
    ----------
    event : one of :class:`HostEvent`.
    route : a (a zone, which left the title) or b (an agreement, an encumbrance on it).
    day : calendar day of the event (Africa/Kinshasa).

    Raises
    ------
    LawError : the law data has no such event for that route.

    Examples
    --------
    >>> from geo.law.catalog import load_law
    >>> found = effect_of("expiry", "b", date(2026, 3, 2), load_law())
    >>> found.effect.value, found.default.value
    ('needs_legal_review', 'ends')
    """
    try:
        timeline = law.host_events[HostEvent(event), route]
    except (KeyError, ValueError):
        raise LawError(
            f"the law data of {law.jurisdiction} has no event {event!r} for route {route!r}; "
            f"events: {', '.join(HostEvent)}"
        ) from None
    dated = timeline.on(day)
    cited = dated or timeline.values[0]
    effect, default, reason = EventEffect.NEEDS_LEGAL_REVIEW, None, ""
    if dated is None or dated.value is None:
        reason = "repealed" if dated else "no_legal_basis"
    elif dated.reference.confidence is Confidence.U:
        reason = "uncertain"
        default = None if dated.value is EventEffect.NEEDS_LEGAL_REVIEW else dated.value
    else:
        effect = dated.value
    return HostEffect(
        event=HostEvent(event),
        route=route,
        effect=effect,
        default=default,
        reason=reason,
        article=cited.reference.article,
        source=cited.reference.source,
        confidence=cited.reference.confidence,
        note=cited.reference.note,
        rule=timeline.provision,
        first_day=timeline.first_day,
    )


def read_host_events(folder: Path, citations: Citations) -> Events:
    """Return the effect of every event by route; a route that lists only some is refused."""
    routes = read_yaml(folder / "host_events.yaml").fields("routes")["routes"].entries()
    found: dict[tuple[HostEvent, str], Timeline[EventEffect]] = {}
    for route, item in routes.items():
        if route not in ROUTES:
            raise item.refused(f"route {route!r} is neither a nor b")
        events = item.fields(" ".join(HostEvent))
        for event in HostEvent:
            found[event, route] = read_timeline(
                f"host_event/{route}/{event}", events[event], "effect", _read_effect, citations
            )
    return MappingProxyType(found)


def _read_effect(fields: Mapping[str, Item]) -> EventEffect | None:
    if fields["effect"].is_null:
        return None
    effect = fields["effect"].one_of(EventEffect, "effect on an allocation")
    review, unsure = effect is EventEffect.NEEDS_LEGAL_REVIEW, fields["confidence"].text() == "U"
    if review and not unsure:
        raise fields["confidence"].refused("what needs a legal review has the confidence U")
    return effect
