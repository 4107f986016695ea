"""Transformation of a research permit: into an exploitation permit, or into several permits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from geo.errors import RegisterError
from geo.perimeter import Perimeter
from geo.register.attributes import NewVersion, record_act, write_versions
from geo.register.bulk import new_ids
from geo.register.checks import asking, held_on, require_free
from geo.register.connection import UnitOfWork
from geo.register.holding import NewHolding, take
from geo.register.inside import plan_together, require_within
from geo.register.names import name_of
from geo.register.orders import ActOrder, TitleFacts, Together
from geo.register.pieces import Current, carry_out, over, replace_ground
from geo.register.redrawing import plan_shrink
from geo.register.rewriting import Rewriting, Span
from geo.register.versions import replace_attributes

INTO: Mapping[str, frozenset[str]] = {"PR": frozenset({"PR", "PE", "PEPM"})}
"""What a right may become (Code 60–67; RM art 134: a PR also several PR)."""


def transform(
    unit: UnitOfWork,
    title_id: int,
    facts: TitleFacts,
    perimeter: Perimeter,
    act: ActOrder,
    *,
    application: int | None = None,
    examined_claims: Collection[int] = (),
    together: Sequence[Together] = (),
) -> int:
    """Transform a right, whole or in part, from the day of the act; return the title that results.

    Whole, the title itself goes on under its new kind and code, and what lies in it stays. In part,
    a new title takes the carrés out of it and the rest stays what it was.

    Parameters
    ----------
    application : the title that asked for it. Its claim ends, and it takes the ground, also all of
        it; then the right transformed ends.
    together : what becomes of what lies in the carrés that leave the title; it may move along.

    Raises
    ------
    NotFound : the title holds nothing on that day.
    RegisterError : it does not become that; it does not hold all the carrés; changes are recorded
        for later days; or something lies in what leaves it.
    """
    current, name = held_on(unit, title_id, act.on_day), name_of(unit, title_id)
    held = current[0].ground
    if facts.kind not in INTO.get(held.kind, frozenset()):
        raise RegisterError(f"{name} does not become {facts.kind} by transformation.")
    if len(current) > 1 or held.held_to is not None:
        raise RegisterError(f"{name} changes later already. Give the orders in order of days.")
    whole = perimeter == held.perimeter
    if whole and facts.kind == held.kind:
        raise RegisterError(f"{name} would stay what it is. Split it with part of its carrés.")
    if whole and application is None:
        return _transform_whole(unit, title_id, facts, current[0], act, together)
    return _transform_part(
        unit, title_id, facts, perimeter, act, current, application, examined_claims, together
    )


def _transform_whole(
    unit: UnitOfWork,
    title_id: int,
    facts: TitleFacts,
    current: Current,
    act: ActOrder,
    together: Sequence[Together],
) -> int:
    plan, period = Rewriting(), _from(act)
    held = current.ground
    plan_together(unit, plan, title_id, held.perimeter, act.on_day, together)
    replace_ground(plan, "held", [current], period)
    replace_attributes(unit, plan, title_id, period)
    ground = replace(over(held, period), kind=facts.kind, opened_by=None, begun_here=True)
    plan.write.setdefault("held", []).append(ground)
    label = f"{facts.kind} {facts.code or '(no code yet)'}"
    require_free(unit, label, title_id, facts.kind, held.perimeter, period)
    with asking(label, held.perimeter):
        revision = unit.open_revision()
        act_id = record_act(unit, act)
        carry_out(unit, plan, revision, act_id)
        version = NewVersion(title_id, facts, act.on_day, act.on_day, act_id=act_id)
        write_versions(unit, [version], revision)
    return title_id


def _transform_part(
    unit: UnitOfWork,
    title_id: int,
    facts: TitleFacts,
    perimeter: Perimeter,
    act: ActOrder,
    current: Sequence[Current],
    application: int | None,
    examined_claims: Collection[int],
    together: Sequence[Together],
) -> int:
    plan, period, held = Rewriting(), _from(act), current[0].ground
    name, whole = name_of(unit, title_id), perimeter == held.perimeter
    taken = application or new_ids(unit, "title_id_seq", 1)[0]
    if not whole:
        require_within(name, current, perimeter)
    left = held.perimeter - perimeter
    plan_together(unit, plan, title_id, left, act.on_day, together, (taken, perimeter))
    if whole:
        replace_ground(plan, "held", current, period)
        replace_attributes(unit, plan, title_id, period)
    else:
        plan_shrink(plan, name, list(current), perimeter, act.on_day)
    asked = NewHolding(
        facts,
        perimeter,
        act.on_day,
        application,
        examined_claims=examined_claims,
        geometry=held.geometry if whole and not held.on_lattice else None,
        number=taken,
    )
    return take(unit, asked, act, plan).title_id


def _from(act: ActOrder) -> Span:
    return act.on_day, None
