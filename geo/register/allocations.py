"""Allocations by agreement with EGC (route B): a charge on part of a title, which stays whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from geo.errors import NotFound, RegisterError
from geo.perimeter import Perimeter
from geo.register.attributes import record_act
from geo.register.bonds import hosts_of, replace_bonds, write_bond
from geo.register.checks import (
    asking,
    held_ever_after,
    held_on,
    held_throughout,
    require_free,
    require_ground,
)
from geo.register.connection import UnitOfWork
from geo.register.grounds import ALLOCATION_KINDS
from geo.register.holding import NewHolding, take
from geo.register.inside import (
    plan_redrawn,
    plan_together,
    require_host_of,
    require_within,
)
from geo.register.names import name_of
from geo.register.orders import ActOrder, AllocationOrder, TitleFacts, Together
from geo.register.pieces import Current, carry_out
from geo.register.rewriting import Changes, Rewriting, Span
from geo.register.versions import replace_attributes
from geo.sources.rows import State

KIND = "EGC"


def encumber(unit: UnitOfWork, order: AllocationOrder, perimeter: Perimeter, act: ActOrder) -> int:
    """Encumber part of a title for artisanal work by agreement with EGC; return the allocation.

    The host keeps all its carrés. The ground is encumbered from the agreement's first day, or from
    the day of the act where that is later.

    Raises
    ------
    NotFound : the host holds nothing on that day.
    RegisterError : the host does not hold all the carrés, whole, on every day from then on; it is
        of a kind on which the law names no agreement; or the dates do not follow one another.
    GroundTaken : another allocation or a zone holds some of the carrés.
    """
    require_ground(KIND, perimeter, ALLOCATION_KINDS)
    since = max(order.starts_on, act.on_day)
    _require_terms(order, since)
    require_inside(unit, KIND, order.host_title_id, perimeter, since)
    facts = TitleFacts(
        code=order.code,
        kind=KIND,
        state=State.GRANTED,
        holders=order.holders,
        minerals=order.minerals,
        granted_on=act.on_day,
        expires_on=order.ends_on,
    )
    made = take(unit, NewHolding(facts, perimeter, since), act, Rewriting())
    terms = {
        "agreement_reference": order.agreement_reference,
        "agreement_on": order.agreement_on,
        "starts_on": order.starts_on,
        "ends_on": order.ends_on,
        "transfers_rights": order.transfers_rights,
    }
    write_bond(unit, "allocation", made.title_id, order.host_title_id, since, made.act_id, terms)
    return made.title_id


def _require_terms(order: AllocationOrder, since: date) -> None:
    if order.transfers_rights:
        raise RegisterError(
            "an agreement with EGC transfers no right of the holder (ARECOMS, February 2025)."
        )
    if not order.holders or not order.agreement_reference.strip():
        raise RegisterError("an allocation names its parties and the reference of the agreement.")
    if order.ends_on <= since:
        raise RegisterError(
            f"the agreement ends on {order.ends_on.isoformat()}, not after its first day "
            f"{since.isoformat()}. Correct its dates."
        )


def require_inside(
    unit: UnitOfWork, kind: str, host: int, perimeter: Perimeter, since: date
) -> list[Current]:
    """Return the host's ground from a day on, all of which must hold the carrés, and whole."""
    current = held_ever_after(unit, host, since)
    name = name_of(unit, host)
    require_host_of(kind, name, current)
    require_within(name, current, perimeter)
    return current


def change_allocation(
    unit: UnitOfWork,
    title_id: int,
    act: ActOrder,
    *,
    perimeter: Perimeter | None = None,
    ends_on: date | None = None,
    together: Sequence[Together] = (),
) -> int:
    """Extend, reduce or renew an allocation from the day of the act; return the revision.

    Parameters
    ----------
    perimeter : all its carrés from then on; None leaves them.
    ends_on : the agreement's new last day (not included); None leaves it.
    together : what becomes of work areas in carrés that it loses.

    Raises
    ------
    NotFound : the allocation holds nothing on that day.
    RegisterError : nothing changes; a later change is recorded already; the host does not hold all
        the carrés; or a work area lies in what is lost.
    GroundTaken : another allocation or a zone holds some of the carrés.
    """
    name, on = name_of(unit, title_id), act.on_day
    current = held_on(unit, title_id, on)
    if current[0].ground.kind not in ALLOCATION_KINDS:
        raise NotFound(f"{name} is no allocation.")
    if len(current) > 1 or (perimeter is None and ends_on is None):
        reason = "changes later already" if len(current) > 1 else "would not change"
        raise RegisterError(f"{name} {reason}. Give its perimeter or its end, in order of days.")
    plan, period = Rewriting(), (on, current[0].ground.held_to)
    if perimeter is not None:
        _plan_perimeter(unit, plan, title_id, current, perimeter, period, together)
    if ends_on is not None:
        _plan_end(unit, plan, title_id, name, ends_on, period)
    with asking(name, perimeter or current[0].ground.perimeter):
        revision = unit.open_revision()
        carry_out(unit, plan, revision, record_act(unit, act))
    return revision


def _plan_perimeter(
    unit: UnitOfWork,
    plan: Rewriting,
    title_id: int,
    current: Sequence[Current],
    perimeter: Perimeter,
    period: Span,
    together: Sequence[Together],
) -> None:
    require_ground(KIND, perimeter, ALLOCATION_KINDS)
    name = name_of(unit, title_id)
    for host in hosts_of(unit, title_id, period):
        ground = held_throughout(unit, host, period)
        require_within(name_of(unit, host), ground, perimeter)
    require_free(unit, name, title_id, KIND, perimeter, period)
    plan_together(unit, plan, title_id, perimeter, period[0], together)
    plan_redrawn(plan, name, current, perimeter, period)


def _plan_end(
    unit: UnitOfWork, plan: Rewriting, title_id: int, name: str, ends_on: date, period: Span
) -> None:
    if ends_on <= period[0]:
        raise RegisterError(
            f"{name} cannot end on {ends_on.isoformat()}, before the day of the act. Record its "
            "end instead."
        )
    replace_attributes(unit, plan, title_id, period, Changes(expires_on=ends_on))
    replace_bonds(unit, plan, title_id, period, go_on=True, ends_on=ends_on)
