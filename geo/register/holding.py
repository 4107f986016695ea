"""Taking ground: applications claim it, titles and zones hold it from the day of an act."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from shapely import MultiLineString, MultiPolygon
from sqlalchemy import text

from geo.errors import NotFound
from geo.perimeter import Perimeter
from geo.register.attributes import NewVersion, open_titles, record_act, write_versions
from geo.register.bulk import new_ids
from geo.register.checks import (
    asking,
    held_on,
    require_first,
    require_free,
    require_ground,
    require_host,
)
from geo.register.connection import UnitOfWork
from geo.register.ground_rows import NewGround, write_grounds
from geo.register.grounds import INNER_KINDS, KNOWN_KINDS, RESTRICTED_KINDS, ZONE_KINDS
from geo.register.inside import plan_together, require_within
from geo.register.names import name_of
from geo.register.orders import ActOrder, TitleFacts, Together
from geo.register.pieces import carry_out, current_ground, replace_ground
from geo.register.redrawing import plan_shrink
from geo.register.rewriting import Changes, Rewriting, Span, days_of
from geo.register.versions import replace_attributes

_CLAIMED = KNOWN_KINDS - RESTRICTED_KINDS - INNER_KINDS
_GRANTED = _CLAIMED - ZONE_KINDS


@dataclass(frozen=True, slots=True)
class NewHolding:
    """Ground that a title takes from ``held_from`` on.

    ``geometry`` is given where the ground lies off the lattice; else it is the carrés' outline.
    ``number`` is the title's, where it was reserved before.
    """

    facts: TitleFacts
    perimeter: Perimeter
    held_from: date
    application: int | None = None
    clip_line: MultiLineString | None = None
    examined_claims: Collection[int] = ()
    geometry: MultiPolygon | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """A title that took ground, and the act by which it did."""

    title_id: int
    act_id: int


def claim(unit: UnitOfWork, facts: TitleFacts, perimeter: Perimeter, filed_on: date) -> int:
    """Record a pending application (demande) and the ground it asks for; return its title.

    Claims may lie on each other and on rights: who comes first is for the examination.
    """
    require_ground(facts.kind, perimeter, _CLAIMED)
    title_id = new_ids(unit, "title_id_seq", 1)[0]
    revision = unit.open_revision()
    open_titles(unit, [title_id], revision)
    write_versions(unit, [NewVersion(title_id, facts, filed_on, filed_on)], revision)
    ground = NewGround(title_id, facts.kind, filed_on, perimeter, perimeter.outline())
    write_grounds(unit, "claimed", [ground], revision)
    return title_id


def grant(
    unit: UnitOfWork,
    facts: TitleFacts,
    perimeter: Perimeter,
    act: ActOrder,
    *,
    application: int | None = None,
    clip_line: MultiLineString | None = None,
    examined_claims: Collection[int] = (),
) -> int:
    """Grant a right (octroi): its ground is held from the day of the act; return its title.

    Parameters
    ----------
    application : the title that asked for it; its claim ends on that day.
    clip_line : where a border cuts carrés; they are held whole.
    examined_claims : titles with earlier claims on the ground that were ruled on before.

    Raises
    ------
    GroundTaken : another right holds some of the carrés, or an earlier application asks for them.
    """
    require_ground(facts.kind, perimeter, _GRANTED)
    asked = NewHolding(facts, perimeter, act.on_day, application, clip_line, examined_claims)
    return take(unit, asked, act, Rewriting()).title_id


def institute_zone(
    unit: UnitOfWork,
    facts: TitleFacts,
    perimeter: Perimeter,
    act: ActOrder,
    *,
    name: str | None = None,
    host: int | None = None,
    application: int | None = None,
    together: Sequence[Together] = (),
) -> int:
    """Institute an artisanal zone (ZEA) by an arrêté; return its title.

    With ``host`` the zone's ground leaves that title on the same day (Code 2018 art 30(e), route
    A): the host is shrunk first, then the zone takes the ground, in one revision. Without, the
    ground must be free (art 109). ``together`` says what becomes of what lies in the host's ground.

    Raises
    ------
    NotFound : the host holds nothing on that day.
    RegisterError : the zone does not lie within the host's perimeter, or takes a carré that the
        host covers only partly; something else lies there; or the law names no zone by
        renunciation on a right of its kind on that day.
    GroundTaken : another right holds some of the carrés.
    """
    require_ground(facts.kind, perimeter, ZONE_KINDS)
    plan = Rewriting()
    if host is not None:
        _plan_renunciation(unit, plan, host, perimeter, act.on_day, together)
    asked = NewHolding(facts, perimeter, act.on_day, application)
    zone = take(unit, asked, act, plan)
    unit.connection.execute(
        text(
            "insert into register.zone (title_id, name, route, act_id, host_title_id) "
            "values (:zone, :name, :route, :act, :host)"
        ),
        {
            "zone": zone.title_id,
            "name": name,
            "route": "art_109" if host is None else "art_30e",
            "act": zone.act_id,
            "host": host,
        },
    )
    return zone.title_id


def _plan_renunciation(
    unit: UnitOfWork,
    plan: Rewriting,
    host: int,
    perimeter: Perimeter,
    on: date,
    together: Sequence[Together],
) -> None:
    current, name = held_on(unit, host, on), name_of(unit, host)
    require_host(current, on)
    require_within(name, current, perimeter)
    for one in current:
        plan_together(unit, plan, host, one.ground.perimeter - perimeter, on, together)
    plan_shrink(plan, name, current, perimeter, on)


def take(unit: UnitOfWork, asked: NewHolding, act: ActOrder, plan: Rewriting) -> Taken:
    """Write a title that takes ground, with what else is planned, in one revision."""
    period: Span = (asked.held_from, None)
    facts, perimeter = asked.facts, asked.perimeter
    label = f"{facts.kind} {facts.code or '(no code yet)'}"
    title_id = asked.application or asked.number or new_ids(unit, "title_id_seq", 1)[0]
    require_free(unit, label, title_id, facts.kind, perimeter, period, plan.redrawn)
    require_first(unit, facts, perimeter, title_id, asked.examined_claims)
    if asked.application is not None:
        plan_end_of_claim(unit, plan, asked.application, period)
    with asking(label, perimeter):
        revision = unit.open_revision()
        act_id = record_act(unit, act)
        if asked.application is None:
            open_titles(unit, [title_id], revision)
        plan.write.setdefault("held", []).append(_ground_of(asked, title_id, act_id))
        carry_out(unit, plan, revision, act_id)
        version = NewVersion(title_id, facts, asked.held_from, act.on_day, act_id=act_id)
        write_versions(unit, [version], revision)
    return Taken(title_id, act_id)


def plan_end_of_claim(
    unit: UnitOfWork,
    plan: Rewriting,
    application: int,
    period: Span,
    after: Changes | None = None,
) -> None:
    """Plan that an application's claim ends; its attributes end too, or go on ``after`` it.

    Raises
    ------
    NotFound : the title has no pending application in that period.
    """
    current = current_ground(unit, "claimed", application, period)
    if not current or current[0].ground.held_from > period[0]:
        raise NotFound(
            f"{name_of(unit, application)} has no pending application {days_of(period)}."
        )
    replace_ground(plan, "claimed", current, period)
    replace_attributes(unit, plan, application, period, after)


def _ground_of(asked: NewHolding, title_id: int, act_id: int) -> NewGround:
    """Return the ground as drawn here, on whole carrés, or as its host's polygon has it."""
    return NewGround(
        title_id=title_id,
        kind=asked.facts.kind,
        held_from=asked.held_from,
        perimeter=asked.perimeter,
        geometry=asked.perimeter.outline() if asked.geometry is None else asked.geometry,
        on_lattice=asked.geometry is None,
        opened_by=act_id,
        clip_line=asked.clip_line,
    )
