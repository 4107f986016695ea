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

from geo.casework.conflicts.measure import measured_by
from geo.casework.conflicts.orders import AddEvidence, OpenConflict, place_of
from geo.casework.conflicts.places import Measure, MergeRule, Place, same_place
from geo.errors import InputError, NotFound, StepRefused
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, UnitOfWork
from geo.register.people import Actor, Role

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
_GROUND = text(
    "select v.title_id, v.code, k.class, st_asbinary(g.geom) as geom "
    "from register.perimeter_version g "
    "join register.title_version v on v.title_id = g.title_id and upper_inf(v.known) "
    "and v.valid @> cast(:on as date) join register.right_kind k on k.kind = v.kind "
    "where upper_inf(g.known) and g.held @> cast(:on as date) "
    "and st_intersects(g.geom, st_geomfromwkb(:geom, 4326)) order by v.title_id"
)
_LAWFUL = frozenset({"zone", "allocation"})
"""Classes of ground on which artisanal work has its own perimeter."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Evidence to add, and where it lies."""

    evidence: AddEvidence
    place: Place


def facts_of(
    unit: UnitOfWork, actor: Actor, order: OpenConflict, on: date, rule: MergeRule
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
        facts = _activity(unit, actor, order, on)
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


def _activity(unit: UnitOfWork, actor: Actor, order: OpenConflict, on: date) -> tuple[Fact, ...]:
    named = frozenset(order.title_ids)
    if order.place is not None:
        titles = _permits(unit, place_of(order.place), on, named)
        return (_stated(order, titles),)
    asked = {"ids": list(order.observation_ids), "public": actor.role is Role.COMPANY}
    rows = unit.connection.execute(_SEEN, asked).all()
    missing = set(order.observation_ids) - {row.id for row in rows}
    if missing:
        raise NotFound(f"there is no observation {min(missing)} that you may see.")
    return tuple(_seen(unit, row, on, named) for row in rows)


def _seen(unit: UnitOfWork, row: Row[Any], on: date, named: frozenset[int]) -> Fact:
    geometry = shapely.from_wkb(bytes(row.geom))
    sites = frozenset() if row.site is None else frozenset({(row.source, row.site)})
    place = Place(_permits(unit, geometry, on, named), geometry, None, sites)
    return Fact(AddEvidence(observation_id=row.id), place)


def _permits(
    unit: UnitOfWork, geometry: BaseGeometry, on: date, named: frozenset[int]
) -> frozenset[int]:
    """Return the permits in which an activity lies; those named where some are."""
    asked = {"on": on, "geom": shapely.to_wkb(geometry, include_srid=False)}
    rows = unit.connection.execute(_GROUND, asked).all()
    lawful = [row for row in rows if row[2] in _LAWFUL]
    ground = shapely.union_all([shapely.from_wkb(bytes(row.geom)) for row in lawful])
    if lawful and ground.covers(geometry):
        codes = ", ".join(str(row.code) for row in lawful)
        raise StepRefused(
            f"the activity lies in {codes}: ground allotted to artisanal work. Report a boundary.",
            f"l’activité est dans {codes} : un terrain alloué à l’artisanat. Signalez une limite.",
        )
    permits = frozenset(row.title_id for row in rows if row[2] == "right")
    if not permits or not named <= permits:
        raise StepRefused(
            "the activity lies in no permit, or in none of those that you name.",
            "l’activité n’est dans aucun permis, ou dans aucun de ceux que vous nommez.",
        )
    return named or permits


def _require_one_place(facts: Sequence[Fact], rule: MergeRule, measure: Measure) -> None:
    """Refuse facts that do not hang together by the merge rule."""
    known, rest = [facts[0].place], [fact.place for fact in facts[1:]]
    while rest:
        joined = [place for place in rest if same_place(known, place, rule, measure)]
        if not joined:
            raise InputError(
                "the observations are of several places or permits. Open one case for each."
            )
        known += joined
        rest = [place for place in rest if place not in joined]
