"""Dealings with a title that leave its ground as it is: holders, state, term, leases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from geo.errors import RegisterError
from geo.perimeter import Perimeter
from geo.register.allocations import require_inside
from geo.register.attributes import record_act
from geo.register.bonds import write_bond
from geo.register.checks import held_ever_after, held_on, require_ground
from geo.register.connection import UnitOfWork
from geo.register.endings import release
from geo.register.grounds import (
    ALLOCATION_KINDS,
    LEASE_KINDS,
    RIGHT_KINDS,
    UNKNOWN_KIND,
)
from geo.register.holding import NewHolding, take
from geo.register.inside import require_host_of
from geo.register.names import name_of
from geo.register.orders import ActKind, ActOrder, TitleFacts
from geo.register.pieces import Current, carry_out
from geo.register.rewriting import Changes, Rewriting
from geo.register.versions import change_attributes
from geo.sources.rows import Holder, State

_TRANSFERRED = (RIGHT_KINDS - LEASE_KINDS) | {UNKNOWN_KIND}

_STATES_SET = frozenset(
    {
        State.GRANTED,
        State.SUSPENDED,
        State.FORCE_MAJEURE,
        State.BEING_STRUCK_OFF,
        State.FORFEITED,
        State.EXPIRED,
    }
)
"""States in which a title holds its ground; the others come with the order that ends it."""

_STATES_BY_ACT: Mapping[ActKind, frozenset[State]] = {
    "suspension": frozenset({State.SUSPENDED}),
    "lifting": frozenset({State.GRANTED}),
    "force_majeure": frozenset({State.FORCE_MAJEURE}),
    "end_of_force_majeure": frozenset({State.GRANTED}),
    "forfeiture": frozenset({State.BEING_STRUCK_OFF, State.FORFEITED}),
    "expiry_confirmed": frozenset({State.BEING_STRUCK_OFF, State.EXPIRED}),
    "breach": frozenset({State.SUSPENDED, State.BEING_STRUCK_OFF}),
    "consent_withdrawn": frozenset({State.SUSPENDED, State.BEING_STRUCK_OFF}),
    "closure": frozenset({State.SUSPENDED, State.BEING_STRUCK_OFF}),
    "appeal_upheld": frozenset({State.GRANTED}),
}
"""Which acts say in what state a title is, and in which."""

end_lease = release
"""A lease ends as any ground is freed: by a recorded act, never on its last day by itself."""


def transfer(unit: UnitOfWork, title_id: int, holders: Sequence[Holder], act: ActOrder) -> int:
    """Record who holds a title from the day of the act (cession); return the revision.

    A transfer entered late holds until a later one that is recorded already.

    Raises
    ------
    NotFound : the title holds nothing on that day.
    RegisterError : nobody is named, or ground of this kind has no holder who could transfer it.
    """
    if act.kind != "transfer" or not any(holder.name.strip() for holder in holders):
        raise RegisterError("a transfer names who holds from now on, by an act of that kind.")
    current = held_on(unit, title_id, act.on_day)
    if current[0].ground.kind not in _TRANSFERRED:
        raise RegisterError(
            f"{name_of(unit, title_id)} is not transferred: end it, and record it anew."
        )
    changes = Changes(holders=tuple(holders))
    return _change(unit, title_id, current, act, "holders", changes)


def set_state(unit: UnitOfWork, title_id: int, state: State, act: ActOrder) -> int:
    """Record the state of a title that goes on holding its ground; return the revision.

    The state stands from the day of the act to the next one that is recorded already.

    Raises
    ------
    NotFound : the title holds nothing on that day.
    RegisterError : the act does not lead to that state, or the title is in it already.
    """
    if state not in _STATES_SET or state not in _STATES_BY_ACT.get(act.kind, frozenset()):
        raise RegisterError(f"an act of kind “{act.kind}” does not make a title {state}.")
    current = held_on(unit, title_id, act.on_day)
    return _change(unit, title_id, current, act, "state", Changes(state=state.value))


def renew(unit: UnitOfWork, title_id: int, expires_on: date, act: ActOrder) -> int:
    """Record a new nominal expiry (renouvellement); return the revision.

    Raises
    ------
    NotFound : the title holds nothing on that day.
    RegisterError : the new expiry is not after the old one; or the title is an allocation, whose
        agreement ends anew by ``change_allocation``.
    """
    name, current = name_of(unit, title_id), held_on(unit, title_id, act.on_day)
    if current[0].ground.kind in ALLOCATION_KINDS:
        raise RegisterError(f"{name} is renewed with its agreement: change the allocation.")
    if act.kind != "renewal" or expires_on <= act.on_day:
        raise RegisterError(
            f"{name} is renewed by an act of that kind, beyond its day; not to "
            f"{expires_on.isoformat()} by a {act.kind} of {act.on_day.isoformat()}."
        )
    changes = Changes(expires_on=expires_on)
    return _change(unit, title_id, current, act, "expires_on", changes)


def _change(
    unit: UnitOfWork,
    title_id: int,
    current: Sequence[Current],
    act: ActOrder,
    changed: str,
    changes: Changes,
) -> int:
    plan, period = Rewriting(), (act.on_day, current[-1].ground.held_to)
    change_attributes(unit, plan, title_id, period, changed, changes)
    revision = unit.open_revision()
    carry_out(unit, plan, revision, record_act(unit, act))
    return revision


def lease(
    unit: UnitOfWork,
    title_id: int,
    lessee: str,
    perimeter: Perimeter | None,
    ends_on: date | None,
    act: ActOrder,
    *,
    code: str | None = None,
) -> int:
    """Record a lease (amodiation) of a title from the day of the act; return the lease's title.

    Without ``perimeter``, or with all the carrés, it is total (ATE), else partial (APE). The host
    keeps its ground and its holders; a lease is not leased again.

    Raises
    ------
    NotFound : the host holds nothing on that day.
    RegisterError : the host does not hold all the carrés, whole, from then on; or it is of a kind
        that is not leased.
    """
    if act.kind != "lease" or not lessee.strip():
        raise RegisterError("a lease names its lessee, by an act of that kind.")
    if ends_on is not None and ends_on <= act.on_day:
        raise RegisterError(f"a lease cannot end on {ends_on.isoformat()}, before it begins.")
    first = held_on(unit, title_id, act.on_day)[0].ground
    total = perimeter is None or perimeter == first.perimeter
    ground = first.perimeter if perimeter is None else perimeter
    kind = "ATE" if total else "APE"
    require_ground(kind, ground, LEASE_KINDS)
    as_received = total and not first.on_lattice
    _require_leased(unit, kind, title_id, ground, act.on_day, as_received=as_received)
    facts = TitleFacts(
        code=code,
        kind=kind,
        state=State.GRANTED,
        holders=(Holder(lessee, None),),
        granted_on=act.on_day,
        expires_on=ends_on,
    )
    geometry = first.geometry if as_received else None
    asked = NewHolding(facts, ground, act.on_day, geometry=geometry)
    made = take(unit, asked, act, Rewriting())
    write_bond(unit, "lease", made.title_id, title_id, act.on_day, made.act_id, {})
    return made.title_id


def _require_leased(
    unit: UnitOfWork, kind: str, host: int, ground: Perimeter, since: date, *, as_received: bool
) -> None:
    """Refuse what the host does not hold; all of a polygon is leased as it is, partly or not."""
    if not as_received:
        require_inside(unit, kind, host, ground, since)
        return
    current = held_ever_after(unit, host, since)
    require_host_of(kind, name_of(unit, host), current)
