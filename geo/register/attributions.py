"""Attributions: portions of a zone, and work areas elsewhere, for one cooperative each."""

from __future__ import annotations

from geo.errors import RegisterError
from geo.perimeter import Perimeter
from geo.register.allocations import require_inside
from geo.register.bonds import write_bond
from geo.register.checks import held_on, require_ground
from geo.register.connection import UnitOfWork
from geo.register.grounds import ATTRIBUTION_KINDS, ZONE_KINDS
from geo.register.holding import NewHolding, take
from geo.register.orders import ActOrder, AttributionOrder, TitleFacts
from geo.register.rewriting import Rewriting
from geo.sources.rows import Holder, State


def attribute_ground(
    unit: UnitOfWork, order: AttributionOrder, perimeter: Perimeter, act: ActOrder
) -> int:
    """Attribute ground of an artisanal area to a cooperative from the day of the act.

    In a zone it is a portion, in an allocation or in ground transferred or leased to EGC a work
    area. How many carrés a cooperative may have is for the law, not for the register. Return the
    title.

    Raises
    ------
    NotFound : the area holds nothing on that day.
    RegisterError : the area does not hold all the carrés, whole, from then on; or it is no ground
        in which cooperatives work.
    GroundTaken : some of the carrés are attributed already.
    """
    if not order.cooperative.strip() or not order.approval_reference.strip():
        raise RegisterError("an attribution names a cooperative and its approval (agrément).")
    area = held_on(unit, order.area_title_id, act.on_day)[0].ground
    kind = "PORTION" if area.kind in ZONE_KINDS else "WORK_AREA"
    require_ground(kind, perimeter, ATTRIBUTION_KINDS)
    require_inside(unit, kind, order.area_title_id, perimeter, act.on_day)
    facts = TitleFacts(
        code=order.code,
        kind=kind,
        state=State.GRANTED,
        holders=(Holder(order.cooperative, None),),
        minerals=order.minerals,
        granted_on=act.on_day,
        expires_on=order.ends_on,
    )
    made = take(unit, NewHolding(facts, perimeter, act.on_day), act, Rewriting())
    terms = {
        "approval_reference": order.approval_reference,
        "approval_on": order.approval_on,
    }
    area_id = order.area_title_id
    write_bond(unit, "attribution", made.title_id, area_id, act.on_day, made.act_id, terms)
    return made.title_id
