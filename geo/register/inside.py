"""What lies in a title: who, whether it lies in whole carrés of it, and what becomes of it.

The database refuses ground that would lie outside its host, whatever wrote it; this names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import shapely
from sqlalchemy import text

from geo.cover import cover
from geo.errors import RegisterError
from geo.geometry import comparable
from geo.perimeter import Perimeter
from geo.register.bonds import replace_bonds
from geo.register.connection import UnitOfWork
from geo.register.ground_rows import NewGround
from geo.register.grounds import HOST_KINDS
from geo.register.names import name_from, name_of
from geo.register.orders import Ends, Keeps, Moves, Together
from geo.register.pieces import Current, current_ground, over, replace_ground
from geo.register.rewriting import Changes, Rewriting, Span, meeting
from geo.register.versions import replace_attributes
from geo.sources.rows import State

WHOLE = 1 - 1e-4
"""Share of a carré that a polygon must cover to hold it whole (design 6)."""

NAMED_CELLS = 10
"""How many carrés a message names; the others are counted."""

_INNER = text(
    """
    with recursive inside as (
      select b.title_id, b.host_title_id from register.bond b
      where b.host_title_id = :host and upper_inf(b.known)
        and b.valid && daterange(cast(:from as date), cast(:to as date))
      union
      select b.title_id, b.host_title_id from inside i
      join register.bond b on b.host_title_id = i.title_id and upper_inf(b.known)
        and b.valid && daterange(cast(:from as date), cast(:to as date))
    )
    select i.title_id, i.host_title_id, v.kind, v.runs, lower(v.held) as held_from,
      (select t.code from register.title_version t where t.title_id = i.title_id
       and upper_inf(t.known) order by t.valid desc limit 1) as code
    from inside i
    join register.perimeter_version v on v.title_id = i.title_id and upper_inf(v.known)
      and v.held && daterange(cast(:from as date), cast(:to as date))
    order by i.title_id, lower(v.held)
    """
)


@dataclass(frozen=True, slots=True)
class Inner:
    """Ground that lies in a host from some day on."""

    title_id: int
    host_id: int
    name: str
    perimeter: Perimeter


def inner_of(unit: UnitOfWork, host_id: int, period: Span) -> list[Inner]:
    """Return all that lies in a title during a period, also what lies in what lies in it."""
    rows = unit.connection.execute(_INNER, {"host": host_id, "from": period[0], "to": period[1]})
    return [
        Inner(
            row.title_id,
            row.host_title_id,
            name_from(row.kind, row.code, row.title_id),
            Perimeter.from_runs(row.runs),
        )
        for row in rows
    ]


def require_host_of(kind: str, host: str, current: Sequence[Current]) -> None:
    """Refuse a host in which ground of a kind may not lie."""
    for one in current:
        if one.ground.kind not in HOST_KINDS[kind]:
            raise RegisterError(
                f"{kind} does not lie in {host}: it lies in {', '.join(sorted(HOST_KINDS[kind]))}."
            )


def require_within(host: str, current: Sequence[Current], perimeter: Perimeter) -> None:
    """Refuse carrés that a host does not hold, or that its polygon covers only partly."""
    for one in current:
        outside = perimeter - one.ground.perimeter
        if outside:
            raise RegisterError(
                f"{host} does not hold all the carrés: {cells_text(outside)} lie outside it."
            )
        partly = cells_partly_in(one.ground, perimeter)
        if partly:
            raise RegisterError(
                f"{host} lies off the lattice and covers {cells_text(partly)} only partly. "
                "Leave them out, or correct the host's perimeter first."
            )


def cells_partly_in(ground: NewGround, perimeter: Perimeter) -> Perimeter:
    """Return the carrés that ground off the lattice does not cover whole."""
    if ground.on_lattice:
        return Perimeter.empty(perimeter.grid)
    shared = shapely.intersection(comparable(ground.geometry), perimeter.outline())
    held = cover(shared, perimeter.grid)
    whole = held.perimeter.cells()[held.fractions >= WHOLE]
    return perimeter - Perimeter.from_cells(whole, perimeter.grid)


def cells_text(perimeter: Perimeter) -> str:
    """Return carrés as words for a message: column and row of the first ones, and how many.

    Examples
    --------
    >>> cells_text(Perimeter.from_runs([(-1280, 3000, 3002)]))
    'the carrés (3000, -1280), (3001, -1280)'
    """
    named = [f"({col}, {row})" for col, row in perimeter.cells()[:NAMED_CELLS].tolist()]
    more = perimeter.count - len(named)
    return f"the carrés {', '.join(named)}{f' and {more} more' if more else ''}"


def plan_together(
    unit: UnitOfWork,
    plan: Rewriting,
    host_id: int,
    left: Perimeter,
    on: date,
    together: Sequence[Together] = (),
    successor: tuple[int, Perimeter] | None = None,
) -> None:
    """Plan what becomes of all that lies in a title of which ``left`` stays from a day on.

    Parameters
    ----------
    together : what ends, keeps less, or moves to the ``successor``: a title and its carrés.

    Raises
    ------
    RegisterError : something lies in ground that is lost, and nothing is said about it.
    """
    lying = inner_of(unit, host_id, (on, None))
    _require_known(unit, host_id, lying, together, successor)
    settled = {one.title_id: one for one in together}
    rest = {host_id: left, **_rest_of(settled)}
    lost = [one for one in lying if not _is_settled(one, settled, rest, successor)]
    if lost:
        gone = {one.title_id for one in lost}
        lost += [one for one in lying if one.host_id in gone and one.title_id not in settled]
        names = ", ".join(dict.fromkeys(one.name for one in lost))
        raise RegisterError(
            f"{name_of(unit, host_id)} cannot lose this ground on {on.isoformat()}: {names} "
            "lies in it. End, reduce or move it in the same order."
        )
    for order in together:
        _plan_one(unit, plan, order, on, successor)


def _rest_of(settled: Mapping[int, Together]) -> dict[int, Perimeter]:
    """Return what is left of each title that ends or keeps less."""
    none = Perimeter.empty()
    return {
        title: order.perimeter if isinstance(order, Keeps) else none
        for title, order in settled.items()
        if not isinstance(order, Moves)
    }


def _is_settled(
    inner: Inner,
    settled: Mapping[int, Together],
    rest: Mapping[int, Perimeter],
    successor: tuple[int, Perimeter] | None,
) -> bool:
    order = settled.get(inner.title_id)
    if isinstance(order, Ends):
        return True
    kept = order.perimeter if isinstance(order, Keeps) else inner.perimeter
    if isinstance(order, Moves):
        return successor is not None and kept <= successor[1]
    return inner.host_id not in rest or kept <= rest[inner.host_id]


def _require_known(
    unit: UnitOfWork,
    host_id: int,
    lying: Sequence[Inner],
    together: Sequence[Together],
    successor: tuple[int, Perimeter] | None,
) -> None:
    known = {one.title_id: one.host_id for one in lying}
    for order in together:
        if order.title_id not in known:
            raise RegisterError(
                f"{name_of(unit, order.title_id)} does not lie in {name_of(unit, host_id)}."
            )
        if isinstance(order, Moves) and (successor is None or known[order.title_id] != host_id):
            raise RegisterError(
                f"{name_of(unit, order.title_id)} has no title to move to. End or reduce it."
            )
    if len({order.title_id for order in together}) < len(together):
        raise RegisterError("something is named twice among what changes together.")


def _plan_one(
    unit: UnitOfWork,
    plan: Rewriting,
    order: Together,
    on: date,
    successor: tuple[int, Perimeter] | None,
) -> None:
    if isinstance(order, Ends):
        plan_end(unit, plan, order.title_id, on, State.EXPIRED)
    elif isinstance(order, Keeps):
        current = current_ground(unit, "held", order.title_id, (on, None))
        plan_redrawn(plan, name_of(unit, order.title_id), current, order.perimeter, (on, None))
    elif successor is not None:
        replace_bonds(unit, plan, order.title_id, (on, None), go_on=True, host=successor[0])


def plan_end(unit: UnitOfWork, plan: Rewriting, title_id: int, on: date, state: State) -> None:
    """Plan that a title loses all its ground from a day on, and what bound it to a host."""
    period: Span = (on, None)
    replace_ground(plan, "held", current_ground(unit, "held", title_id, period), period)
    replace_attributes(unit, plan, title_id, period, Changes(state=state.value))
    replace_bonds(unit, plan, title_id, period)


def plan_redrawn(
    plan: Rewriting, name: str, current: Sequence[Current], perimeter: Perimeter, period: Span
) -> None:
    """Plan other whole carrés for what lies in a title, over the days on which it holds ground."""
    if not perimeter:
        raise RegisterError(f"{name} would keep no carré. Record its end instead.")
    replace_ground(plan, "held", current, period)
    for one in current:
        if one.ground.perimeter == perimeter:
            drawn = over(one.ground, meeting(_span(one), period))
        else:
            drawn = replace(
                over(one.ground, meeting(_span(one), period)),
                perimeter=perimeter,
                geometry=perimeter.outline(),
                on_lattice=True,
                opened_by=None,
                begun_here=True,
            )
        plan.write.setdefault("held", []).append(drawn)


def _span(current: Current) -> Span:
    return current.ground.held_from, current.ground.held_to
