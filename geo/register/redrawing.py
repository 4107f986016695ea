"""Drawing a title's ground anew: what it keeps where it gives ground up, and corrected ground."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import shapely
from shapely import MultiPolygon

from geo.errors import RegisterError
from geo.geometry import comparable, polygonal
from geo.perimeter import Perimeter
from geo.register.ground_rows import NewGround
from geo.register.pieces import Current, over, replace_ground
from geo.register.rewriting import Rewriting, Span, meeting

DRAWN_AWAY = "invalid_as_received"
"""A flag on a polygon as received; it ends with the polygon."""


def plan_shrink(
    plan: Rewriting, name: str, current: list[Current], given_up: Perimeter, on: date
) -> None:
    """Plan that a title loses carrés from a day on; all else about its ground stays as it is.

    Raises
    ------
    RegisterError : the title does not hold all of them, or would keep nothing.
    """
    for one in current:
        if not given_up <= one.ground.perimeter:
            raise RegisterError(f"{name} does not hold all the carrés that it would lose.")
        if given_up == one.ground.perimeter:
            raise RegisterError(f"{name} would keep no carré. Record its release instead.")
    replace_ground(plan, "held", current, (on, None))
    plan.write["held"] += [_without(one.ground, given_up, on) for one in current]


def plan_correction(
    plan: Rewriting, current: list[Current], perimeter: Perimeter, period: Span
) -> list[NewGround]:
    """Plan other carrés for a title over the days of a period on which it holds ground."""
    replace_ground(plan, "held", current, period)
    corrected = [_redrawn(one.ground, perimeter, period) for one in current]
    plan.write.setdefault("held", []).extend(corrected)
    return corrected


def _without(ground: NewGround, given_up: Perimeter, on: date) -> NewGround:
    """Return what is left of ground; a polygon off the lattice is cut, never drawn larger."""
    kept = ground.perimeter - given_up
    return replace(
        over(ground, meeting((ground.held_from, ground.held_to), (on, None))),
        perimeter=kept,
        geometry=kept.outline() if ground.on_lattice else _cut(ground.geometry, given_up),
        opened_by=None,
        begun_here=True,
    )


def _cut(polygon: MultiPolygon, given_up: Perimeter) -> MultiPolygon:
    rest = shapely.difference(comparable(polygon), given_up.outline())
    pieces = polygonal(rest)
    if pieces.is_empty:
        raise RegisterError("nothing of the polygon would be left. Record its release instead.")
    return MultiPolygon(pieces)


def _redrawn(ground: NewGround, perimeter: Perimeter, period: Span) -> NewGround:
    """Return ground drawn on whole carrés in the place of other ground, over their shared days."""
    return replace(
        over(ground, meeting((ground.held_from, ground.held_to), period)),
        perimeter=perimeter,
        geometry=perimeter.outline(),
        on_lattice=True,
        flags=tuple(flag for flag in ground.flags if flag != DRAWN_AWAY),
        import_row_id=None,
        opened_by=None,
        clip_line=None,
    )
