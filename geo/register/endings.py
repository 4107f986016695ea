"""Giving ground up and correcting it: nothing that lies in a title is ever lost silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geo.errors import RegisterError
from geo.perimeter import Perimeter
from geo.register.attributes import record_act
from geo.register.bonds import hosts_of
from geo.register.checks import asking, held_on, held_throughout, require_free, require_ground
from geo.register.connection import UnitOfWork
from geo.register.grounds import ALLOCATION_KINDS, ATTRIBUTION_KINDS, LEASE_KINDS
from geo.register.holding import plan_end_of_claim
from geo.register.inside import cells_text, inner_of, plan_end, plan_together, require_within
from geo.register.names import name_of
from geo.register.orders import ActKind, ActOrder, Together
from geo.register.pieces import carry_out, current_ground
from geo.register.redrawing import plan_correction, plan_shrink
from geo.register.rewriting import Changes, Rewriting, Span
from geo.sources.rows import State

_FREEING: frozenset[ActKind] = frozenset(
    {"expiry_confirmed", "relinquishment", "forfeiture", "closure"}
)
_FREEING_ALSO: Mapping[frozenset[str], frozenset[ActKind]] = {
    ALLOCATION_KINDS: frozenset({"end_of_allocation", "consent_withdrawn", "breach"}),
    ATTRIBUTION_KINDS: frozenset({"withdrawal", "end_of_allocation", "breach"}),
    LEASE_KINDS: frozenset({"end_of_lease"}),
}
_STATE_AFTER: Mapping[ActKind, State] = {
    "forfeiture": State.FORFEITED,
    "relinquishment": State.RELINQUISHED,
}
_STATES_OF_A_CLAIM: Mapping[ActKind, State] = {
    "withdrawal": State.WITHDRAWN,
    "rejection": State.REJECTED,
}


def shrink(
    unit: UnitOfWork,
    title_id: int,
    given_up: Perimeter,
    act: ActOrder,
    *,
    together: Sequence[Together] = (),
) -> int:
    """Take ground from a title from the day of the act (renonciation partielle); return revision.

    What lies off the lattice stays a polygon: the outline of the carrés is cut out of it.

    Raises
    ------
    NotFound : the title holds nothing on that day.
    RegisterError : the title does not hold all of it, or would keep nothing (then release it); or
        something lies in what it gives up, and ``together`` does not say what becomes of it.
    """
    plan, name = Rewriting(), name_of(unit, title_id)
    current = held_on(unit, title_id, act.on_day)
    for one in current:
        left = one.ground.perimeter - given_up
        plan_together(unit, plan, title_id, left, act.on_day, together)
    plan_shrink(plan, name, current, given_up, act.on_day)
    return _carry_out(unit, plan, act)


def release(
    unit: UnitOfWork, title_id: int, act: ActOrder, *, together: Sequence[Together] = ()
) -> int:
    """Free a title's ground from the day of the act, the only way that it is freed.

    The act is an expiry confirmed with no renewal or appeal pending, a relinquishment, a forfeiture
    or the closure of a zone; the end of an allocation, of an attribution or of a lease. Return the
    revision.

    Raises
    ------
    NotFound : the title holds nothing on that day.
    RegisterError : something lies in its ground, and ``together`` does not end it.
    """
    if act.kind not in _FREEING.union(*_FREEING_ALSO.values()):
        raise RegisterError(f"an act of kind “{act.kind}” frees no ground. Record a release.")
    kind = held_on(unit, title_id, act.on_day)[0].ground.kind
    if act.kind not in _acts_freeing(kind):
        raise RegisterError(
            f"an act of kind “{act.kind}” does not end {name_of(unit, title_id)}: "
            f"record one of {', '.join(sorted(_acts_freeing(kind)))}."
        )
    plan = Rewriting()
    plan_together(unit, plan, title_id, Perimeter.empty(), act.on_day, together)
    plan_end(unit, plan, title_id, act.on_day, _STATE_AFTER.get(act.kind, State.EXPIRED))
    return _carry_out(unit, plan, act)


def _acts_freeing(kind: str) -> frozenset[ActKind]:
    own = [acts for kinds, acts in _FREEING_ALSO.items() if kind in kinds]
    return _FREEING.union(*own)


def end_claim(unit: UnitOfWork, title_id: int, act: ActOrder, state: State) -> int:
    """End an application that is withdrawn or rejected for good; return the revision.

    Its ground is claimed no longer from the day of the act.

    Raises
    ------
    NotFound : the title has no pending application on that day.
    RegisterError : the act ends no application, or leaves it in another state.
    """
    if act.kind not in _STATES_OF_A_CLAIM:
        raise RegisterError(f"an act of kind “{act.kind}” ends no application.")
    if state is not _STATES_OF_A_CLAIM[act.kind]:
        raise RegisterError(
            f"after a {act.kind} an application is {_STATES_OF_A_CLAIM[act.kind]}, not {state}."
        )
    plan, period = Rewriting(), (act.on_day, None)
    plan_end_of_claim(unit, plan, title_id, period, Changes(state=state.value))
    return _carry_out(unit, plan, act)


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
    RegisterError : it did not hold ground on some of the days; what lay in it, or what it lay in,
        would no longer hold.
    GroundTaken : another right held some of the carrés then.
    """
    current = held_throughout(unit, title_id, period)
    require_ground(current[0].ground.kind, perimeter, {one.ground.kind for one in current})
    label, plan = name_of(unit, title_id), Rewriting()
    _require_inner_within(unit, title_id, label, perimeter, period)
    for host in hosts_of(unit, title_id, period):
        hosting = current_ground(unit, "held", host, period)
        require_within(name_of(unit, host), hosting, perimeter)
    with asking(label, perimeter):
        for ground in plan_correction(plan, current, perimeter, period):
            span = (ground.held_from, ground.held_to)
            require_free(unit, label, title_id, ground.kind, perimeter, span)
        return _carry_out(unit, plan, act)


def _require_inner_within(
    unit: UnitOfWork, title_id: int, label: str, perimeter: Perimeter, period: Span
) -> None:
    for inner in inner_of(unit, title_id, period):
        outside = inner.perimeter - perimeter
        if inner.host_id == title_id and outside:
            raise RegisterError(
                f"{inner.name} lies in {label}, also in {cells_text(outside)}. Reduce it first."
            )


def _carry_out(unit: UnitOfWork, plan: Rewriting, act: ActOrder) -> int:
    revision = unit.open_revision()
    carry_out(unit, plan, revision, record_act(unit, act))
    return revision
