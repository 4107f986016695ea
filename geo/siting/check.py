"""The filing check on a candidate: the same provisions as of a file, and what could still kill it.

The papers of the route (consent, renunciation, agreement) are taken to be there: what is asked is
whether the *ground* passes. Which papers those are is found by asking the law without them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from geo.casework.areas import places_of
from geo.casework.terrain import BANK, outside_border, water_cells
from geo.law.case import CaseFacts, Host, Neighbour, Places, Proposal
from geo.law.judge import judge
from geo.law.outcomes import Finding, Judgement, Outcome
from geo.law.values import Bilingual, Law, Moment, Severity, Verdict
from geo.perimeter import Perimeter
from geo.register.areas.measure import window_of
from geo.register.areas.near import NearPlace
from geo.siting.ground import GroundRead, Right, boxes_meet
from geo.siting.states import AGREEMENT, ZONE


class Way(StrEnum):
    """How ground would be asked for; the value is its name on the wire."""

    ZONE = "zone"
    ROUTE_A = "route_a"
    ROUTE_B = "route_b"


FILE_OF: Mapping[Way, tuple[str, str]] = {
    Way.ZONE: ("zone", "art_109"),
    Way.ROUTE_A: ("allocation", "route_a"),
    Way.ROUTE_B: ("allocation", "route_b"),
}
"""The machine and subject of the file that asks so."""

_PAPERS: Mapping[Way, frozenset[str]] = {
    Way.ZONE: frozenset(),
    Way.ROUTE_A: frozenset({"consent", "renunciation"}),
    Way.ROUTE_B: frozenset({"consent", "egc_agreement"}),
}
_KIND: Mapping[Way, str] = {Way.ZONE: ZONE, Way.ROUTE_A: ZONE, Way.ROUTE_B: AGREEMENT}


@dataclass(frozen=True, slots=True)
class Killer:
    """A rule that would kill a candidate: provision and article, and what would have to turn out.

    ``finding`` is what the law says of it now; None for what only may come.
    """

    code: str
    article: str
    why: Bilingual
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """What a filing would be told of a candidate.

    Parameters
    ----------
    papers : findings that the papers of the route meet: they must be in the file.
    killers : what would kill it, the nearest to failing first; never empty.
    """

    way: Way
    host: Right | None
    judgement: Judgement
    papers: tuple[Finding, ...]
    killers: tuple[Killer, ...]

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """What stands against it; a candidate has nothing."""
        against = (Verdict.BLOCK, Verdict.NO_LEGAL_BASIS)
        return tuple(
            one
            for one in self.judgement.findings
            if one.verdict in against and one.outcome is not Outcome.NOT_APPLICABLE
        )

    @property
    def open(self) -> tuple[Finding, ...]:
        """What nobody can say yet: a fact or a layer is missing, or the text is unsure."""
        return tuple(one for one in self.judgement.findings if one.outcome is Outcome.UNDETERMINED)

    @property
    def asks(self) -> tuple[Finding, ...]:
        """What the law asks for besides: consents, renunciations, warnings."""
        return tuple(
            one
            for one in self.judgement.findings
            if one.outcome is Outcome.FAIL and one not in self.blocking
        )


def check(
    ground: Perimeter,
    way: Way,
    host: Right | None,
    read: GroundRead,
    law: Law,
    substances: frozenset[str] | None,
) -> Check:
    """Ask the law what a filing on the day would be told of carrés, with the papers of its route.

    Parameters
    ----------
    host : the title inside which it is asked for; None for a zone by itself.
    """
    facts = _facts(ground, way, host, read, law, substances)
    full = judge(facts, read.on, Moment.FILING, law)
    bare_proposal = replace(facts.proposal, documents=frozenset())
    bare = judge(replace(facts, proposal=bare_proposal), read.on, Moment.FILING, law)
    passed = {(one.code, one.subject) for one in full.findings if one.outcome is Outcome.PASS}
    papers = tuple(
        one
        for one in bare.findings
        if one.outcome is Outcome.FAIL and (one.code, one.subject) in passed
    )
    return Check(way, host, full, papers, tuple(_killers(full, law)))


def _facts(
    ground: Perimeter,
    way: Way,
    host: Right | None,
    read: GroundRead,
    law: Law,
    substances: frozenset[str] | None,
) -> CaseFacts:
    places = places_for(ground, read, law)
    empty = Perimeter.empty(ground.grid)
    proposal = Proposal(
        kind=_KIND[way],
        perimeter=ground,
        substances=substances,
        declared_cells=ground.count,
        off_vertices=0,
        oblique_edges=0,
        clipped=empty,
        clip_allowed=empty,
        outside_border=outside_border(ground),
        transfers_rights=False if way is Way.ROUTE_B else None,
        documents=_PAPERS[way],
    )
    neighbours = tuple(
        Neighbour(right.name, right.facts, right.perimeter & ground)
        for right in read.rights
        if right is not host and boxes_meet(right.perimeter, ground) and right.perimeter & ground
    )
    return CaseFacts(
        proposal=proposal,
        host=None if host is None else Host(host.facts, host.perimeter),
        neighbours=neighbours,
        places=places,
        water=water_cells(ground, places.get(BANK)),
    )


def places_for(ground: Perimeter, read: GroundRead, law: Law) -> Mapping[str, Places | None]:
    """Return the restricted places that carrés meet, by class, as a file would be told of them."""
    return {
        name: places_of(
            law.restricted[name],
            rule,
            ground,
            _in_window(read.near.get(name, ()), ground, float(rule.distance_m)),
            read.covered.get(name),
        )
        for name, rule in read.rules.items()
    }


def _in_window(near: Sequence[NearPlace], ground: Perimeter, metres: float) -> list[NearPlace]:
    west, south, east, north = window_of(ground, metres)
    found = []
    for place in near:
        left, bottom, right, top = place.geometry.bounds
        if left <= east and right >= west and bottom <= north and top >= south:
            found.append(place)
    return found


# ---- what would kill it ----


def _killers(judgement: Judgement, law: Law) -> Iterator[Killer]:
    """Yield the rules that would kill a candidate, those nearest to failing first.

    First what an uncertain text would block by default, then what blocks if a missing fact turns
    out so, last the rule that every candidate lives under: another right on the same ground.
    """
    blocking = [
        one
        for one in judgement.findings
        if one.outcome is Outcome.UNDETERMINED and one.severity is Severity.BLOCK
    ]
    for one in sorted(blocking, key=lambda found: found.default is not Verdict.BLOCK):
        yield Killer(one.code, one.article, _why(one, law), one)
    yield Killer("overlap", law.general.article, _ANOTHER_RIGHT)


_BY_DEFAULT = Bilingual(
    "si le texte incertain est lu comme il est proposé par défaut",
    "if the uncertain text is read as its default proposes",
)
_ANOTHER_RIGHT = Bilingual(
    "si un autre droit ou une demande antérieure est inscrit sur un de ses carrés avant le dépôt",
    "if another right or an earlier application is recorded on one of its carrés before filing",
)
_IF_LAYER = Bilingual(
    "si une couche est importée et montre ici : {}", "if a layer is imported and shows here: {}"
)
_IF_FACT = Bilingual(
    "si un fait qui manque s’avère contraire", "if a missing fact turns out against it"
)


def _why(finding: Finding, law: Law) -> Bilingual:
    if finding.default is Verdict.BLOCK:
        return _BY_DEFAULT
    restricted = law.restricted.get(finding.facts.get("class", ""))
    if restricted is None:
        return _IF_FACT
    name = restricted.name
    return Bilingual(_IF_LAYER.fr.format(name.fr), _IF_LAYER.en.format(name.en))
