"""The legal state of ground for artisanal work, asked of the law and never written again here.

Each right and each place on the ground is put before the provisions of a filing once, as a
neighbour and as a host; the state of a part of the ground is the gravest of what was found for what
lies on it. So a province costs as many questions as it has rights, however many carrés.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from geo.law.case import CaseFacts, Host, Neighbour, Places, Proposal
from geo.law.judge import judge
from geo.law.outcomes import Finding, Outcome, gravest
from geo.law.provisions import PROVISIONS
from geo.law.values import Law, Moment, Verdict
from geo.perimeter import Perimeter
from geo.siting.ground import Item, Right, is_pending, may_host

ZONE, AGREEMENT = "ZEA", "EGC"
"""What is asked for: a zone (by itself, or by route A inside a title), or route B."""

_PLACED = ("restricted_block", "restricted_hold", "restricted_ban", "restricted_consent")
_ONE_CARRE = Perimeter.from_cells([(0, 0)])


class StateCode(StrEnum):
    """What the law says of a part of the ground on a day; the value is its name on the wire."""

    FREE = "free"
    FREE_WITH_CONSENT = "free_with_consent"
    RESERVED = "free_but_reserved"
    ZONE_ALREADY = "artisanal_zone_already"
    ROUTE_A = "consent_and_renunciation"
    ROUTE_B = "route_b_only"
    LEGAL_REVIEW = "needs_legal_review"
    BLOCKED = "blocked"
    NO_LEGAL_BASIS = "no_legal_basis"
    OUTSIDE = "outside_the_country"


class RouteB(StrEnum):
    """Whether route B (an agreement of a holder with EGC) is there for a part of the ground."""

    POSSIBLE = "possible"
    NOT_STRATEGIC = "not_for_these_substances"
    LEGAL_REVIEW = "needs_legal_review"
    BLOCKED = "blocked"
    NO_LEGAL_BASIS = "no_legal_basis"
    NO_HOST = "no_host"


_CODES: Mapping[Verdict, StateCode] = MappingProxyType(
    {
        Verdict.ALLOW: StateCode.FREE,
        Verdict.WARN: StateCode.FREE,
        Verdict.ALLOW_WITH_CONSENT: StateCode.FREE_WITH_CONSENT,
        Verdict.MERGE: StateCode.ZONE_ALREADY,
        Verdict.EXTINGUISH_WITH_COMPENSATION: StateCode.LEGAL_REVIEW,
        Verdict.ALLOW_WITH_RENUNCIATION: StateCode.ROUTE_A,
        Verdict.QUEUE: StateCode.RESERVED,
        Verdict.NEEDS_LEGAL_REVIEW: StateCode.LEGAL_REVIEW,
        Verdict.BLOCK: StateCode.BLOCKED,
        Verdict.NO_LEGAL_BASIS: StateCode.NO_LEGAL_BASIS,
    }
)
_ROUTE_B: Mapping[Verdict, RouteB] = MappingProxyType(
    {
        Verdict.BLOCK: RouteB.BLOCKED,
        Verdict.QUEUE: RouteB.LEGAL_REVIEW,
        Verdict.NEEDS_LEGAL_REVIEW: RouteB.LEGAL_REVIEW,
        Verdict.NO_LEGAL_BASIS: RouteB.NO_LEGAL_BASIS,
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """What the law says about one thing that lies on the ground; ``item`` None: about the asking.

    ``pending``: it is about an application that nobody has decided.
    """

    item: Item | None
    finding: Finding
    pending: bool = False


@dataclass(frozen=True, slots=True)
class GroundState:
    """The legal state of a part of the ground.

    Parameters
    ----------
    because : what the law finds against it or asks for, gravest first; empty where it is free.
    hosts : titles whose holders would be asked (route A, route B), in the order of their names.
    route_b : whether route B is there, with the first of ``route_b_hosts``.
    """

    code: StateCode
    because: tuple[Said, ...]
    hosts: tuple[Right, ...]
    route_b: RouteB
    route_b_hosts: tuple[Right, ...]
    route_b_because: tuple[Said, ...]


NOWHERE = GroundState(StateCode.OUTSIDE, (), (), RouteB.NO_HOST, (), ())
"""The state of ground beyond the border, of which this law says nothing."""


class Asking:
    """The law of a day, asked about whatever lies on the ground, each thing once.

    Parameters
    ----------
    on : day of the facts and of the rules (a filing of that day).
    substances : asked for; None leaves open whether they are strategic (route B).
    """

    def __init__(self, law: Law, on: date, substances: frozenset[str] | None = None) -> None:
        self.law, self.on, self.substances = law, on, substances
        self._known: dict[tuple[int, str, str], tuple[Said, ...]] = {}

    def state_of(self, items: Sequence[Item]) -> GroundState:
        """Return the state of ground on which these things lie, and nothing else."""
        hosts = sorted(
            (item for item in items if isinstance(item, Right) and self._may_host(item)),
            key=lambda right: right.name,
        )
        zone = self._best(ZONE, items, hosts)
        agreement, with_hosts = self._agreement(items, hosts)
        return GroundState(
            code=self._code(zone),
            because=_by_gravity(zone),
            hosts=tuple(hosts),
            route_b=self._route_b(agreement, hosts),
            route_b_hosts=with_hosts,
            route_b_because=_by_gravity(agreement),
        )

    # ---- what is asked of one thing ----

    def _about(self, kind: str, item: Item, as_host: bool) -> tuple[Said, ...]:
        key = (id(item), kind, "host" if as_host else "beside")
        if key not in self._known:
            self._known[key] = self._asked(kind, item, as_host)
        return self._known[key]

    def _asked(self, kind: str, item: Item, as_host: bool) -> tuple[Said, ...]:
        proposal = Proposal(
            kind, _ONE_CARRE, substances=self.substances, holders=frozenset({"whoever asks"})
        )
        asked: tuple[str, ...]
        if not isinstance(item, Right):
            places = {item.restricted.code: Places((item.met,))}
            facts, asked = CaseFacts(proposal, places=places), _PLACED
        elif as_host:
            facts = CaseFacts(proposal, host=Host(item.facts, _ONE_CARRE))
            asked = ("host_overlap", "host_valid")
        else:
            facts = CaseFacts(proposal, neighbours=(Neighbour(item.name, item.facts),))
            asked = ("overlap",)
        code = None if isinstance(item, Right) else item.restricted.code
        return tuple(
            Said(item, finding, isinstance(item, Right) and is_pending(item, self.on, self.law))
            for finding in self._judged(facts, asked)
            if code is None or finding.facts.get("class") == code
        )

    @cached_property
    def _of_the_asking(self) -> Mapping[str, tuple[Said, ...]]:
        """What the law says of the asking itself: is there such a thing on that day?"""
        return {kind: self._kind_asked(kind) for kind in (ZONE, AGREEMENT)}

    def _kind_asked(self, kind: str) -> tuple[Said, ...]:
        asked = ["kind_exists"]
        if kind == AGREEMENT and self.substances is not None:
            asked.append("strategic_substance")
        proposal = Proposal(kind, _ONE_CARRE, substances=self.substances)
        return tuple(Said(None, found) for found in self._judged(CaseFacts(proposal), asked))

    def _judged(self, facts: CaseFacts, asked: Iterable[str]) -> tuple[Finding, ...]:
        provisions = {code: PROVISIONS[code] for code in asked}
        found = judge(facts, self.on, Moment.FILING, self.law, provisions).findings
        return tuple(one for one in found if one.outcome is not Outcome.NOT_APPLICABLE)

    # ---- what follows for all that lies there ----

    def _with(self, kind: str, items: Sequence[Item], host: Right | None) -> tuple[Said, ...]:
        said = [*self._of_the_asking[kind]]
        for item in items:
            said.extend(self._about(kind, item, item is host))
        return tuple(said)

    def _best(self, kind: str, items: Sequence[Item], hosts: Sequence[Right]) -> tuple[Said, ...]:
        """Return what is said with the host with whom it is least grave, the first of equals."""
        options = [self._with(kind, items, host) for host in hosts or (None,)]
        best = options[0]
        for option in options[1:]:
            verdicts = (_verdict(best), _verdict(option))
            if verdicts[0] is not verdicts[1] and gravest(verdicts) is verdicts[0]:
                best = option
        return best

    def _agreement(
        self, items: Sequence[Item], hosts: Sequence[Right]
    ) -> tuple[tuple[Said, ...], tuple[Right, ...]]:
        if not hosts:
            return (), ()
        best = self._best(AGREEMENT, items, hosts)
        least = _verdict(best)
        equal = [one for one in hosts if _verdict(self._with(AGREEMENT, items, one)) is least]
        return best, tuple(equal)

    def _code(self, said: Sequence[Said]) -> StateCode:
        verdict = _verdict(said)
        code = _CODES[verdict]
        if code is StateCode.LEGAL_REVIEW and self._only_waits(said):
            return StateCode.RESERVED
        return code

    def _only_waits(self, said: Sequence[Said]) -> bool:
        """Whether nothing but earlier applications stands in the way: the ground is held by none.

        Since Loi 18/001 what the law says of a zone on an earlier application is uncertain (the
        applicant's withdrawal is said to be needed): the ground is reserved meanwhile.
        """
        against = [one for one in said if one.finding.verdict is not Verdict.ALLOW]
        return bool(against) and all(
            one.pending or one.finding.verdict is Verdict.ALLOW_WITH_CONSENT for one in against
        )

    def _route_b(self, said: Sequence[Said], hosts: Sequence[Right]) -> RouteB:
        if not hosts:
            return RouteB.NO_HOST
        verdict = _verdict(said)
        if verdict is not Verdict.NO_LEGAL_BASIS and any(
            one.finding.code == "strategic_substance" and one.finding.verdict is Verdict.BLOCK
            for one in said
        ):
            return RouteB.NOT_STRATEGIC
        return _ROUTE_B.get(verdict, RouteB.POSSIBLE)

    def _may_host(self, right: Right) -> bool:
        return may_host(right, self.on, self.law)


def _verdict(said: Iterable[Said]) -> Verdict:
    return gravest(one.finding.verdict for one in said)


def _by_gravity(said: Sequence[Said]) -> tuple[Said, ...]:
    """Return what is not simply allowed, gravest first, by name among equals."""
    left = [one for one in said if one.finding.verdict is not Verdict.ALLOW]
    ordered: list[Said] = []
    while left:
        worst = _verdict(left)
        here = [one for one in left if one.finding.verdict is worst]
        ordered.extend(sorted(here, key=lambda one: one.finding.subject))
        left = [one for one in left if one.finding.verdict is not worst]
    return tuple(ordered)
