"""The only writer of the register. Each order is one revision: judge first, then lock, then write.

An order leaves the unit of work open: commit it to make it true. Raised while it runs or as the
unit closes: ``GroundTaken`` (carrés are held by another right), ``RegisterBusy`` (try again),
``NotPermitted`` (the role may not write).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from shapely import MultiLineString
from sqlalchemy import text

from geo.errors import NotFound, RegisterError
from geo.perimeter import Perimeter
from geo.register.accounts import create_account, set_password
from geo.register.attributes import NewVersion, open_titles, record_act, write_versions
from geo.register.bulk import new_ids
from geo.register.checks import (
    asking,
    held_on,
    held_throughout,
    require_first,
    require_free,
    require_ground,
    require_host,
)
from geo.register.connection import UnitOfWork
from geo.register.extracts import approve_report, record_reading, reject_report
from geo.register.findings import record_findings
from geo.register.ground_rows import NewGround, write_grounds
from geo.register.grounds import KNOWN_KINDS, RESTRICTED_KINDS, ZONE_KINDS
from geo.register.intake import ImportReport
from geo.register.orders import ActOrder, TitleFacts
from geo.register.pieces import (
    Rewriting,
    Span,
    carry_out,
    current_ground,
    replace_attributes,
    replace_ground,
)
from geo.register.places import record_place
from geo.register.redrawing import plan_correction, plan_shrink
from geo.sources.rows import State

__all__ = [
    "ImportReport",
    "approve_report",
    "claim",
    "correct",
    "create_account",
    "grant",
    "institute_zone",
    "record_findings",
    "record_place",
    "record_reading",
    "reject_report",
    "release",
    "set_password",
    "shrink",
]

_STATE_AFTER = {"forfeiture": State.FORFEITED}


def claim(unit: UnitOfWork, facts: TitleFacts, perimeter: Perimeter, filed_on: date) -> int:
    """Record a pending application (demande) and the ground it asks for; return its title.

    Claims may lie on each other and on rights: who comes first is for the examination.
    """
    require_ground(facts.kind, perimeter, KNOWN_KINDS - RESTRICTED_KINDS)
    title_id = new_ids(unit, "title_id_seq", 1)[0]
    revision = unit.open_revision()
    open_titles(unit, [title_id], revision)
    write_versions(unit, [NewVersion(title_id, facts, filed_on, filed_on)], revision)
    ground = _drawn(title_id, facts.kind, filed_on, perimeter)
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
    require_ground(facts.kind, perimeter, KNOWN_KINDS - RESTRICTED_KINDS - ZONE_KINDS)
    return _hold(unit, facts, perimeter, act, application, clip_line, examined_claims, Rewriting())


def institute_zone(
    unit: UnitOfWork,
    facts: TitleFacts,
    perimeter: Perimeter,
    act: ActOrder,
    *,
    name: str | None = None,
    host: int | None = None,
) -> int:
    """Institute an artisanal zone (ZEA) by an arrêté; return its title.

    With ``host`` the zone's ground leaves that title on the same day (Code 2018 art 30(e), route
    A): the host is shrunk first, then the zone takes the ground, in one revision. Without, the
    ground must be free (art 109).

    Raises
    ------
    NotFound : the host holds nothing on that day.
    RegisterError : the zone does not lie within the host's perimeter, or the law names no zone by
        renunciation on a right of its kind on that day.
    GroundTaken : another right holds some of the carrés.
    """
    require_ground(facts.kind, perimeter, ZONE_KINDS)
    plan = Rewriting()
    if host is not None:
        current = held_on(unit, host, act.on_day)
        require_host(current, act.on_day)
        plan_shrink(plan, host, current, perimeter, act.on_day)
    zone = _hold(unit, facts, perimeter, act, None, None, (), plan)
    unit.connection.execute(
        text(
            "insert into register.zone (title_id, name, route, act_id, host_title_id) "
            "select :zone, :name, :route, opened_by, :host from register.perimeter_version "
            "where title_id = :zone and upper_inf(known)"
        ),
        {
            "zone": zone,
            "name": name,
            "route": "art_109" if host is None else "art_30e",
            "host": host,
        },
    )
    return zone


def shrink(unit: UnitOfWork, title_id: int, given_up: Perimeter, act: ActOrder) -> int:
    """Take ground from a title from the day of the act (renonciation partielle); return revision.

    What lies off the lattice stays a polygon: the outline of the carrés is cut out of it.

    Raises
    ------
    NotFound : the title holds nothing on that day.
    RegisterError : the title does not hold all of it, or would keep nothing (then release it).
    """
    plan = Rewriting()
    current = held_on(unit, title_id, act.on_day)
    plan_shrink(plan, title_id, current, given_up, act.on_day)
    revision = unit.open_revision()
    carry_out(unit, plan, revision, record_act(unit, act))
    return revision


def release(unit: UnitOfWork, title_id: int, act: ActOrder) -> int:
    """Free a title's ground from the day of the act, the only way that it is freed.

    The act is an expiry confirmed with no renewal or appeal pending, a relinquishment, a forfeiture
    or the closure of a zone. Return the revision.

    Raises
    ------
    NotFound : the title holds nothing on that day.
    """
    if act.kind not in ("expiry_confirmed", "relinquishment", "forfeiture", "closure"):
        raise RegisterError(f"an act of kind “{act.kind}” frees no ground. Record a release.")
    period: Span = (act.on_day, None)
    plan = Rewriting()
    replace_ground(plan, "held", held_on(unit, title_id, act.on_day), period)
    state = _STATE_AFTER.get(act.kind, State.EXPIRED)
    replace_attributes(unit, plan, title_id, period, state.value)
    revision = unit.open_revision()
    carry_out(unit, plan, revision, record_act(unit, act))
    return revision


def correct(
    unit: UnitOfWork,
    title_id: int,
    perimeter: Perimeter,
    period: Span,
    act: ActOrder,
) -> int:
    """Correct what a title held over a period of legal time, also long ago; return the revision.

    A correction says where a title lay, never how long: each day of the period must be held, and a
    period without an end goes as far as the holding does. What was believed before stays readable
    as known before this revision.

    Raises
    ------
    NotFound : the title held nothing in that period.
    RegisterError : it did not hold ground on some of the days.
    GroundTaken : another right held some of the carrés then.
    """
    current = held_throughout(unit, title_id, period)
    require_ground(current[0].ground.kind, perimeter, {one.ground.kind for one in current})
    label, plan = f"title {title_id}", Rewriting()
    with asking(label, perimeter):
        for ground in plan_correction(plan, current, perimeter, period):
            span = (ground.held_from, ground.held_to)
            require_free(unit, label, title_id, ground.kind, perimeter, span)
        revision = unit.open_revision()
        carry_out(unit, plan, revision, record_act(unit, act))
    return revision


def _hold(
    unit: UnitOfWork,
    facts: TitleFacts,
    perimeter: Perimeter,
    act: ActOrder,
    application: int | None,
    clip_line: MultiLineString | None,
    examined_claims: Collection[int],
    plan: Rewriting,
) -> int:
    """Write a title that holds ground from the day of the act, with what else is planned."""
    period: Span = (act.on_day, None)
    label = f"{facts.kind} {facts.code or '(no code yet)'}"
    title_id = application or new_ids(unit, "title_id_seq", 1)[0]
    leaving = {ground.title_id for ground in plan.write.get("held", [])}
    require_free(unit, label, title_id, facts.kind, perimeter, period, leaving)
    require_first(unit, facts, perimeter, title_id, examined_claims)
    if application is not None:
        _plan_end_of_claim(unit, plan, application, period)
    with asking(label, perimeter):
        revision = unit.open_revision()
        act_id = record_act(unit, act)
        if application is None:
            open_titles(unit, [title_id], revision)
        held = _drawn(title_id, facts.kind, act.on_day, perimeter, act_id, clip_line=clip_line)
        plan.write.setdefault("held", []).append(held)
        carry_out(unit, plan, revision, act_id)
        version = NewVersion(title_id, facts, act.on_day, act.on_day, act_id=act_id)
        write_versions(unit, [version], revision)
    return title_id


def _plan_end_of_claim(unit: UnitOfWork, plan: Rewriting, application: int, period: Span) -> None:
    current = current_ground(unit, "claimed", application, period)
    if not current:
        raise NotFound(f"title {application} has no pending application. Grant without one.")
    replace_ground(plan, "claimed", current, period)
    replace_attributes(unit, plan, application, period)


def _drawn(
    title_id: int,
    kind: str,
    held_from: date,
    perimeter: Perimeter,
    opened_by: int | None = None,
    clip_line: MultiLineString | None = None,
) -> NewGround:
    """Return ground drawn here, on whole carrés: its geometry is their outline."""
    return NewGround(
        title_id=title_id,
        kind=kind,
        held_from=held_from,
        perimeter=perimeter,
        geometry=perimeter.outline(),
        opened_by=opened_by,
        clip_line=clip_line,
    )
