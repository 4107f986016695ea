"""The facts from which a conflict is opened: titles concerned, and where each fact lies.

Read as the cadastre reads, whoever asks; what a company may not know of is not there for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Row, text

from geo.activity.ground import GroundRole
from geo.activity.ground_of_register import ground_of_register
from geo.activity.place import PlaceCode, Placed, place
from geo.activity.records import Observation, Seen
from geo.casework.conflicts.measure import measured_by
from geo.casework.conflicts.orders import AddEvidence, OpenConflict, place_of
from geo.casework.conflicts.places import Measure, MergeRule, Place, same_place
from geo.casework.office import Office
from geo.errors import InputError, NotFound, StepRefused
from geo.law.values import Law
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, UnitOfWork
from geo.register.people import Actor, Role
from geo.register.reader import Reader

_FINDING = text(
    "select a_title_id, b_title_id, runs, st_asbinary(geom) as geom from published.overlap "
    "where id = :finding"
)
_SEEN = text(
    "select o.id, s.code as source, t.code as site, st_asbinary(o.geom) as geom "
    "from activity.observation o join activity.source s on s.id = o.source_id "
    "left join activity.site t on t.id = o.site_id "
    "where o.id = any(:ids) and upper_inf(o.known) and (s.public or not :public) order by o.id"
)
_LAWFUL = frozenset({PlaceCode.INSIDE_ZONE, PlaceCode.INSIDE_ALLOCATION})
"""Places in which artisanal work has its own perimeter."""


MARGIN_DEG = 0.001
"""Around an activity, so that titles which it only touches are read too."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Evidence to add, and where it lies."""

    evidence: AddEvidence
    place: Place


def facts_of(
    office: Office, unit: UnitOfWork, actor: Actor, order: OpenConflict, rule: MergeRule
) -> tuple[Fact, ...]:
    """Return the facts of a conflict to open, all of one place and of the same titles.

    Raises
    ------
    NotFound : no such overlap or observation, for these eyes.
    InputError : observations of several places or permits, or a place that is none.
    StepRefused : the activity lies in no permit, or in a zone or an allocation.
    """
    with unit.acting_as(CADASTRE):
        if order.finding_id is not None:
            return (_overlap(unit, order.finding_id),)
        if order.subject == "boundary":
            return (_stated(order, frozenset(order.title_ids)),)
        facts = _activity(office, unit, actor, order)
    _require_one_place(facts, rule, measured_by(unit.connection))
    return facts


def _overlap(unit: UnitOfWork, finding_id: int) -> Fact:
    row = unit.connection.execute(_FINDING, {"finding": finding_id}).one_or_none()
    if row is None:
        raise NotFound(f"the latest audit has no overlap {finding_id}.")
    carres = None if row.runs is None else Perimeter.from_runs(row.runs)
    titles = frozenset({row.a_title_id, row.b_title_id})
    place = Place(titles, shapely.from_wkb(bytes(row.geom)), carres)
    return Fact(AddEvidence(finding_id=finding_id), place)


def _stated(order: OpenConflict, titles: frozenset[int]) -> Fact:
    evidence = AddEvidence(text=order.summary, place=order.place)
    return Fact(evidence, Place(titles, place_of(order.place or {})))


def _activity(
    office: Office, unit: UnitOfWork, actor: Actor, order: OpenConflict
) -> tuple[Fact, ...]:
    on, law = office.today, office.law
    named = frozenset(order.title_ids)
    if order.place is not None:
        titles = _permits(unit, place_of(order.place), on, law, named)
        return (_stated(order, titles),)
    asked = {"ids": list(order.observation_ids), "public": actor.role is Role.COMPANY}
    rows = unit.connection.execute(_SEEN, asked).all()
    missing = set(order.observation_ids) - {row.id for row in rows}
    if missing:
        raise NotFound(f"there is no observation {min(missing)} that you may see.")
    return tuple(_seen(unit, row, on, law, named) for row in rows)


def _seen(unit: UnitOfWork, row: Row[Any], on: date, law: Law, named: frozenset[int]) -> Fact:
    geometry = shapely.from_wkb(bytes(row.geom))
    sites = frozenset() if row.site is None else frozenset({(row.source, row.site)})
    where = Place(_permits(unit, geometry, on, law, named), geometry, None, sites)
    return Fact(AddEvidence(observation_id=row.id), where)


def _permits(
    unit: UnitOfWork, geometry: BaseGeometry, on: date, law: Law, named: frozenset[int]
) -> frozenset[int]:
    """Return the permits in which an activity lies; those named where some are."""
    placed = _placed(unit, geometry, on, law)
    if all(side.code in _LAWFUL for side in placed.sides):
        codes = ", ".join(dict.fromkeys(r.code for side in placed.sides for r in side.rights))
        raise StepRefused(
            f"the activity lies in {codes}: ground allotted to artisanal work. Report a boundary.",
            f"l’activité est dans {codes} : un terrain alloué à l’artisanat. Signalez une limite.",
        )
    permits = frozenset(
        right.title_id
        for right in placed.rights
        if right.role is GroundRole.PERMIT and right.title_id is not None
    )
    if not permits or not named <= permits:
        raise StepRefused(
            "the activity lies in no permit, or in none of those that you name.",
            "l’activité n’est dans aucun permis, ou dans aucun de ceux que vous nommez.",
        )
    return named or permits


def _placed(unit: UnitOfWork, geometry: BaseGeometry, on: date, law: Law) -> Placed:
    """Return the legal place of ground on a day, as the list of places says it.

    Uncertainty of the position is left out: it does not widen the place of a conflict.
    """
    west, south, east, north = geometry.bounds
    window = (west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG)
    revision = Reader(unit.connection).revision()
    ground = ground_of_register(unit.connection, law, revision, window)
    return place([Observation(None, "", Seen.VISIT, geometry)], ground, on)[0]


def _require_one_place(facts: Sequence[Fact], rule: MergeRule, measure: Measure) -> None:
    """Refuse facts that do not hang together by the merge rule."""
    known, rest = [facts[0].place], [fact.place for fact in facts[1:]]
    while rest:
        joined = [one for one in rest if same_place(known, one, rule, measure)]
        if not joined:
            raise InputError(
                "the observations are of several places or permits. Open one case for each."
            )
        known += joined
        rest = [one for one in rest if one not in joined]
