"""The facts of a file that the law is asked about. None means not known, never "none".

Plain values: no database, no clock. Whoever asks has read the register, measured the distances and
counted the documents. Perimeters lie on the grid of the jurisdiction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from geo.law.facts import RightFacts
from geo.perimeter import Perimeter


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is asked for: a title, a zone (ZEA) or an agreement inside a title.

    ``kind`` is a code of the law data. ``filed_on`` None: not filed yet, judged by the rules of
    the day. ``off_vertices`` and ``oblique_edges`` say how the drawing lay on the lattice.
    ``clipped`` are its carrés cut by a line, ``clip_allowed`` those cut by the border or by the
    limit of a prohibited or protected zone. ``outside_border`` are carrés beyond the border.
    ``renewals`` counts those already had, this one included. ``precious_stones``: asked for them.
    ``transfers_rights``: what the agreement says. ``new``: no earlier right of the same holder.
    ``before``: the title's own perimeter until now, where a renewal or a partial relinquishment
    leaves ``perimeter``. ``total_years``: all its terms together, this one included.
    """

    kind: str
    perimeter: Perimeter
    filed_on: date | None = None
    filed_order: int | None = None
    substances: frozenset[str] | None = None
    holders: frozenset[str] = frozenset()
    new: bool = True
    term_years: Decimal | None = None
    renewals: int = 0
    declared_cells: int | None = None
    off_vertices: int | None = None
    oblique_edges: int | None = None
    clipped: Perimeter | None = None
    clip_allowed: Perimeter | None = None
    outside_border: Perimeter | None = None
    transfers_rights: bool | None = None
    documents: frozenset[str] = frozenset()
    before: Perimeter | None = None
    total_years: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """The title that the ground is asked from, or that is transformed, and its holder's situation.

    ``leased`` and ``mortgaged`` tell of third parties, ``consent_withdrawn`` of a consent taken
    back before the act.
    """

    right: RightFacts
    perimeter: Perimeter
    fee_paid: bool | None = None
    leased: bool | None = None
    mortgaged: bool | None = None
    third_parties_consent: bool | None = None
    consent_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another right, application or area that shares ground; ``overlap`` None: known as met only.

    ``consents`` and ``renounces`` tell what its holder has given in writing, for this file,
    ``compensated`` that the fair compensation for its extinction is recorded.
    """

    name: str
    right: RightFacts
    overlap: Perimeter | None = None
    consents: bool = False
    renounces: bool = False
    compensated: bool = False


@dataclass(frozen=True, slots=True)
class Met:
    """A restricted place on or near the ground; ``distance_m`` 0 where it is inside.

    Of a place that is not ``public`` a finding says the class alone: neither name, distance nor
    carrés.
    """

    name: str
    distance_m: Decimal
    cells: Perimeter | None = None
    consents: bool = False
    public: bool = True


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one class that are met.

    ``covered`` False: part of the ground has no layer, or a fact of a place is not known.
    """

    met: tuple[Met, ...] = ()
    covered: bool = True


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks: what the eligibility rules need. Areas count titles held, without this one.

    ``group_counted`` False: the counts are those of the holder alone, whose group is not known;
    they can show that a cap is exceeded, never that it is kept.
    """

    legal_person: bool | None = None
    own_funds_percent: Decimal | None = None
    state_share_percent: Decimal | None = None
    congolese_percent: Decimal | None = None
    research_permits: int | None = None
    research_area_km2: Decimal | None = None
    group_counted: bool = True


@dataclass(frozen=True, slots=True)
class Cooperative:
    """A cooperative that asks for a portion of a zone; ``zone`` is the zone's perimeter."""

    portion: Perimeter
    zone: Perimeter | None = None
    attributed: Perimeter | None = None
    portions_held: int | None = None
    approved: bool | None = None
    members_have_cards: bool | None = None
    conduct_code_signed: bool | None = None
    safety_kept: bool | None = None
    hygiene_kept: bool | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What is planned or seen at work: practices by code of the law data, pits, tunnels.

    A practice or a condition that is not listed is not known. ``egc_standard``: the site follows
    EGC's standard. ``conditions`` are those of the standard, by name of the law data
    (``standard.*``); ``standard_level`` is that of the last assessment, 0 to 4. ``only_members``:
    nobody but members of approved cooperatives enters, and they sell through them.
    """

    practices: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    egc_standard: bool = False
    pit_depth_m: Decimal | None = None
    tunnels: bool | None = None
    assessment_accepted: bool | None = None
    layout_accepted: bool | None = None
    conditions: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    standard_level: int | None = None
    only_members: bool | None = None
    rehabilitation_fund_paid: bool | None = None


@dataclass(frozen=True, slots=True)
class Trade:
    """A lot that is sold or exported, and what the country exported of it in the period so far.

    ``buyer_treats``: the buyer is an entity that treats or trades artisanal copper and cobalt.
    The tonnes of cobalt count those of the month and of the year, this lot included.
    """

    substances: frozenset[str] | None = None
    exported: bool = False
    buyer_is_egc: bool | None = None
    buyer_treats: bool | None = None
    country_month_t: Decimal | None = None
    country_year_t: Decimal | None = None
    mixed_with_industrial: bool | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step with a statutory clock: when it began, when it was done (None: not yet)."""

    clock: str
    started_on: date
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """Everything that is known of a file on one day.

    ``places`` are the restricted places met, by class of the law data: a class without an entry,
    or with None, has no layer over the ground, which is undetermined and never passed; a plain
    tuple says that the layer covers all of it.
    ``water`` are the carrés in a water body (None: no layer).
    """

    proposal: Proposal
    applicant: Applicant = Applicant()
    host: Host | None = None
    neighbours: tuple[Neighbour, ...] = ()
    places: Mapping[str, Places | tuple[Met, ...] | None] = field(
        default_factory=lambda: MappingProxyType({})
    )
    water: Perimeter | None = None
    cooperative: Cooperative | None = None
    operation: Operation | None = None
    trade: Trade | None = None
    steps: tuple[Step, ...] = ()
