"""Where a layout lies: the ground of the area and of what is attributed in it, on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import shapely
from shapely.geometry.base import BaseGeometry

from geo.casework.operation.layout_check import LayoutGround
from geo.errors import NotFound
from geo.geometry import comparable
from geo.register.connection import CADASTRE, UnitOfWork
from geo.register.reader import Reader


def layout_ground(
    unit: UnitOfWork,
    area_title_id: int,
    on: date,
    *,
    egc_standard: bool,
    as_known_on: int | None = None,
) -> LayoutGround:
    """Return the ground against which a layout of an area is checked, on both clocks.

    Parameters
    ----------
    on : the day of the layout or of its acceptance: the area and its portions as they stood then.
    as_known_on : a revision; what the register knows now if None.

    Raises
    ------
    NotFound : the title held no ground on that day.
    """
    with unit.acting_as(CADASTRE):
        reader = Reader(unit.connection)
        grounds = reader.title(area_title_id, on, as_known_on).grounds
        inside = reader.attributions_in(area_title_id, on, as_known_on)
    area = _united(ground.geometry for ground in grounds if ground.standing == "held")
    if area.is_empty:
        raise NotFound(
            f"title {area_title_id} held no ground on {on.isoformat()}. Register its perimeter."
        )
    portions: dict[str, list[BaseGeometry]] = {}
    for one in inside:
        portions.setdefault(one.code or str(one.title_id), []).append(one.ground.geometry)
    return LayoutGround(area, {c: _united(g) for c, g in portions.items()}, egc_standard)


def _united(parts: Iterable[BaseGeometry]) -> BaseGeometry:
    return shapely.union_all([comparable(part) for part in parts])
