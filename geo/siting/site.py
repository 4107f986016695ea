"""Where an artisanal area could lawfully be: the whole question and its answer.

Every carré asked about is in exactly one part of the answer, with its legal state on the day; the
candidates are taken from it, passed through the check of a filing, and listed with their reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from geo.activity.records import Observation, Survey
from geo.grid import Integers
from geo.law.values import Law
from geo.perimeter import Perimeter
from geo.siting.border import beyond_border
from geo.siting.candidates import Pool, alone, grown
from geo.siting.check import Check, Way, check
from geo.siting.facts import CellFacts, facts_of_cells, indices_in, line_of, membership
from geo.siting.ground import GroundRead, Item, Right, ground_of
from geo.siting.layers import LayerSet, base_layers
from geo.siting.ranking import Ranking, Standing, load_ranking, standings
from geo.siting.sheet import Line, Sheets
from geo.siting.states import NOWHERE, Asking, GroundState, RouteB, StateCode
from geo.siting.sweep import divided

Say = Callable[[str, str], None]
"""Told as each step ends: its name, what came of it."""

OPEN_TO_ZONES = (StateCode.FREE, StateCode.FREE_WITH_CONSENT, StateCode.RESERVED)
INSIDE_TITLES = (StateCode.ROUTE_A, StateCode.ROUTE_B)
TRIED_PER_CANDIDATE = 4
"""How many are grown for each that is wanted, as the law may stand against some."""


@dataclass(frozen=True)
class Wanted:
    """What whoever asks wants.

    Parameters
    ----------
    substances : codes as Co, Cu; None leaves route B's condition open.
    candidates : how many at most on ground held by none, and as many inside titles.
    max_cells : of a candidate; None: as the ranking data says.
    """

    substances: frozenset[str] | None = None
    ways: frozenset[Way] = frozenset(Way)
    candidates: int = 10
    max_cells: int | None = None
    layers: LayerSet = field(default_factory=lambda: LayerSet(base_layers()))


@dataclass(frozen=True)
class Part:
    """Ground on which the same things lie, with its legal state."""

    state: GroundState
    ground: Perimeter
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Candidate:
    """Contiguous carrés where an artisanal area could lawfully be asked for, and why here.

    ``checks`` has a check for each way in which it could be asked for, none of them blocked.
    """

    number: int
    ground: Perimeter
    state: GroundState
    checks: tuple[Check, ...]
    sheet: tuple[Line, ...]
    standings: tuple[Standing, ...]


@dataclass(frozen=True)
class Answer:
    """The answer: every carré in one part, candidates in order, and what was not known.

    ``wet`` are carrés in mapped water; ``alone`` are dry ones that could be asked for, but beside
    which no other of their kind lies; ``dropped`` counts candidates that the check of a filing
    blocked, by provision.
    """

    read: GroundRead
    law: Law
    wanted: Wanted
    parts: tuple[Part, ...]
    facts: CellFacts
    wet: Perimeter
    alone: Perimeter
    candidates: tuple[Candidate, ...]
    dropped: Mapping[str, int]
    ranking: Ranking

    @property
    def on(self) -> date:
        """The day of facts and law."""
        return self.read.on

    @property
    def cells_by_state(self) -> Mapping[StateCode, int]:
        """How many carrés have each state; together all that were asked about."""
        counts: Counter[StateCode] = Counter()
        for part in self.parts:
            counts[part.state.code] += part.ground.count
        return counts

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Classes of restricted places of which no layer tells for all of the ground."""
        if not self.read.asked:
            return ()
        outline = self.read.asked.outline()
        return tuple(
            name
            for name in self.read.rules
            if name not in self.read.covered or not self.read.covered[name].covers(outline)
        )


def parts_of(read: GroundRead, law: Law, substances: frozenset[str] | None) -> tuple[Part, ...]:
    """Return the ground asked about by what lies on it, each part with its state, largest first."""
    items = read.items
    asking = Asking(law, read.on, substances)
    found = []
    for which, ground in divided(read.asked, [ground_of(item) for item in items]).items():
        lying = tuple(items[number] for number in sorted(which))
        found.append(Part(asking.state_of(lying), ground, lying))
    return tuple(sorted(found, key=lambda part: (-part.ground.count, part.ground.to_lists()[0])))


def site(
    read: GroundRead,
    law: Law,
    wanted: Wanted,
    observations: Sequence[Observation] = (),
    surveys: Sequence[Survey] = (),
    say: Say = lambda name, outcome: None,
) -> Answer:
    """Answer where an artisanal area could lawfully be on ground that was read.

    Parameters
    ----------
    observations, surveys : known activity on and around the ground, and what was looked at.
    """
    beyond = beyond_border(read.asked)
    within = replace(read, asked=read.asked - beyond)
    parts = parts_of(within, law, wanted.substances)
    if beyond:
        parts = (*parts, Part(NOWHERE, beyond, ()))
    say("law", f"{len(parts):,} kinds of ground, law of {read.on}")
    facts = facts_of_cells(read.asked, wanted.layers, observations, surveys)
    say("facts", f"{read.asked.count:,} carrés, {int(facts.wet.sum()):,} in mapped water")
    sheets = Sheets(wanted.layers, facts, observations, surveys, read)
    chosen = _Choosing(read, law, wanted, parts, facts, sheets)
    candidates = chosen.candidates()
    say("candidates", f"{len(candidates)} pass the check of a filing")
    wet = Perimeter.from_cells(read.asked.cells()[facts.wet], read.asked.grid)
    dropped = dict(chosen.dropped)
    return Answer(
        read, law, wanted, parts, facts, wet, chosen.alone, candidates, dropped, chosen.ranking
    )


class _Choosing:
    """Grows, checks and orders the candidates of one question."""

    def __init__(
        self,
        read: GroundRead,
        law: Law,
        wanted: Wanted,
        parts: Sequence[Part],
        facts: CellFacts,
        sheets: Sheets,
    ) -> None:
        self.read, self.law, self.wanted, self.facts, self.sheets = read, law, wanted, facts, sheets
        self.ranking = load_ranking()
        self.dropped: Counter[str] = Counter()
        self.alone = Perimeter.from_cells([], read.asked.grid)
        self._parts = parts
        self._kinds: list[Part] = []

    def candidates(self) -> tuple[Candidate, ...]:
        """Return the candidates in their order, numbered from 1."""
        found: list[Candidate] = []
        for codes in (OPEN_TO_ZONES, INSIDE_TITLES):
            found.extend(self._taken_from(codes))
        found.sort(key=lambda one: ([s.place for s in one.standings], one.ground.to_lists()[0]))
        return tuple(
            Candidate(number, one.ground, one.state, one.checks, one.sheet, one.standings)
            for number, one in enumerate(found, 1)
        )

    def _taken_from(self, codes: tuple[StateCode, ...]) -> Iterator[Candidate]:
        pool = self._pool(codes)
        wanted = self.wanted.candidates
        if not len(pool.cells) or not wanted:
            return
        self.alone |= Perimeter.from_cells(alone(pool), self.read.asked.grid)
        max_cells = self.wanted.max_cells or self.ranking.max_cells
        taken = 0
        for kind, ground in grown(pool, max_cells, wanted * TRIED_PER_CANDIDATE):
            candidate = self._candidate(self._kinds[kind], ground)
            if candidate is not None:
                yield candidate
                taken += 1
            if taken == wanted:
                return

    # ---- ground to take from ----

    def _pool(self, codes: tuple[StateCode, ...]) -> Pool:
        """Return the dry carrés of some states, best first by the criteria."""
        legal, kind_of = self._places_and_kinds(codes)
        chosen = (kind_of >= 0) & ~self.facts.wet
        ranks = self.ranking.ranks(self._columns(legal))
        ranks = ranks[chosen[ranks]]
        return Pool(self.read.asked.cells()[ranks], kind_of[ranks])

    def _places_and_kinds(self, codes: tuple[StateCode, ...]) -> tuple[Integers, Integers]:
        """Return for each carré its place on the criterion of law, and its kind (-1: not taken)."""
        order = next(one for one in self.ranking.criteria if one.key == "legal")
        legal = np.full(self.read.asked.count, len(order.order), np.int64)
        kind_of = np.full(self.read.asked.count, -1, np.int64)
        known: dict[tuple[StateCode, tuple[int, ...]], int] = {}
        line = line_of(self.read.asked)
        for part in self._parts:
            if part.state.code not in codes:
                continue
            key = (part.state.code, tuple(id(host) for host in part.state.hosts))
            if key not in known:
                known[key] = len(self._kinds)
                self._kinds.append(part)
            inside = indices_in(line, part.ground)
            legal[inside] = order.place_of(part.state.code.value)
            kind_of[inside] = known[key]
        return legal, kind_of

    def _columns(self, legal: Integers) -> Mapping[str, Integers]:
        facts = self.facts
        numbers = {
            "activity": facts.activity_m,
            "occurrence": facts.occurrence_m,
            "slope": facts.slope_deg,
            "access": facts.access_m,
            "town": facts.town_m,
        }
        columns = {
            one.key: one.places_of(numbers[one.key])
            for one in self.ranking.criteria
            if one.key in numbers
        }
        border = facts.border_in_doubt.astype(np.int64)
        return {**columns, "legal": legal, "border": border}

    # ---- one candidate ----

    def _candidate(self, part: Part, ground: Perimeter) -> Candidate | None:
        asked = [
            check(ground, way, host, self.read, self.law, self.wanted.substances)
            for way, host in self._ways(part.state)
        ]
        passed = tuple(one for one in asked if not one.blocking)
        if not passed:
            self.dropped.update({one.blocking[0].code for one in asked})
            return None
        sheet = self.sheets.of(ground)
        placed = standings(self.ranking, self._values(part.state, ground, sheet))
        return Candidate(0, ground, part.state, passed, sheet, placed)

    def _ways(self, state: GroundState) -> Iterable[tuple[Way, Right | None]]:
        """Yield in which ways ground of a state could be asked for, with the first host."""
        if state.code in OPEN_TO_ZONES:
            ways: list[tuple[Way, Right | None]] = [(Way.ZONE, None)]
        else:
            ways = [(Way.ROUTE_A, host) for host in state.hosts[:1]]
            if state.route_b in (RouteB.POSSIBLE, RouteB.LEGAL_REVIEW):
                ways += [(Way.ROUTE_B, host) for host in state.route_b_hosts[:1]]
        return [one for one in ways if one[0] in self.wanted.ways]

    def _values(
        self, state: GroundState, ground: Perimeter, sheet: Sequence[Line]
    ) -> Mapping[str, str | float | None]:
        line = {one.key: one.value for one in sheet}
        inside = membership(self.facts.ground, ground)
        return {
            "legal": state.code.value,
            "border": "yes" if self.facts.border_in_doubt[inside].any() else "no",
            "activity": line["activity"],
            "occurrence": line["occurrences"],
            "slope": line["slope"],
            "access": line["access"],
            "town": line["towns"],
        }
