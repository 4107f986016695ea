"""Inherited conflicts in the database: which ones an import brings, and recording them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text

from geo.geometry import comparable
from geo.grid import DRC
from geo.register.bulk import copy_rows, new_ids
from geo.register.conflicts import Conflict, Holding, Reason, conflicts_brought_by, reason_of
from geo.register.connection import UnitOfWork
from geo.register.grounds import RowGround

SHARED_CELLS = 1e-4
"""Polygons that share no more of a carré than this do not overlap, they only meet there."""


@dataclass(frozen=True, slots=True)
class Heir:
    """A title and the ground that an import gives it."""

    title_id: int
    ground: RowGround


@dataclass(frozen=True, slots=True)
class Inherited:
    """A conflict with the reason for it."""

    conflict: Conflict
    reason: Reason


def inherited(unit: UnitOfWork, heirs: Sequence[Heir]) -> list[Inherited]:
    """Return the conflicts that heirs bring among themselves and with what the register holds."""
    groups = _groups_of_kinds(unit)
    own = {heir.title_id for heir in heirs}
    holdings = [
        Holding(heir.title_id, group, heir.ground.perimeter.to_lists())
        for heir in heirs
        for group in groups.get(heir.ground.kind, ())
    ]
    conflicts = conflicts_brought_by(own, [*holdings, *_held_by_others(unit, own)])
    polygons = _polygons_off_lattice(unit, conflicts, heirs)
    return [Inherited(conflict, _reason(conflict, polygons)) for conflict in conflicts]


def write_conflicts(unit: UnitOfWork, import_id: int, found: Sequence[Inherited]) -> None:
    """Record inherited conflicts; call it before the ground that they concern is written."""
    if not found:
        return
    ids = new_ids(unit, "inherited_conflict_id_seq", len(found))
    numbered = list(zip(ids, found, strict=True))
    copy_rows(
        unit,
        "inherited_conflict",
        ("id", "grp", "import_id", "reason"),
        ((i, one.conflict.group, import_id, one.reason) for i, one in numbered),
    )
    copy_rows(
        unit,
        "inherited_conflict_party",
        ("conflict_id", "title_id"),
        ((i, title) for i, one in numbered for title in sorted(one.conflict.titles)),
    )
    runs = [(i, *run) for i, one in numbered for run in one.conflict.runs]
    conflicts, rows, starts, ends = (list(column) for column in zip(*runs, strict=True))
    unit.connection.execute(
        text(
            "select register.inherit_ground(cast(:conflicts as bigint[]), cast(:rows as int[]), "
            "cast(:starts as int[]), cast(:ends as int[]))"
        ),
        {"conflicts": conflicts, "rows": rows, "starts": starts, "ends": ends},
    )


def _groups_of_kinds(unit: UnitOfWork) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    rows = unit.connection.execute(text("select kind, grp from register.ground_group_kind"))
    for kind, group in rows:
        groups.setdefault(kind, []).append(group)
    return groups


def _held_by_others(unit: UnitOfWork, own: set[int]) -> list[Holding]:
    rows = unit.connection.execute(
        text('select title_id, grp, "row", lower(cols), upper(cols) from register.occupancy')
    )
    return [
        Holding(title, group, ((row, start, end),))
        for title, group, row, start, end in rows
        if title not in own
    ]


def _polygons_off_lattice(
    unit: UnitOfWork, conflicts: Sequence[Conflict], heirs: Sequence[Heir]
) -> Mapping[int, tuple[bool, BaseGeometry]]:
    """Return for each party whether it lies on the lattice, and its polygon."""
    shapes = {h.title_id: (h.ground.on_lattice, h.ground.geometry) for h in heirs}
    parties = {title for conflict in conflicts for title in conflict.titles}
    rows = unit.connection.execute(
        text(
            "select title_id, on_lattice, st_asbinary(geom) from register.perimeter_version "
            "where title_id = any(:titles) and upper_inf(known)"
        ),
        {"titles": sorted(parties - shapes.keys())},
    )
    return {
        **shapes,
        **{title: (on, shapely.from_wkb(bytes(wkb))) for title, on, wkb in rows},
    }


def _reason(conflict: Conflict, shapes: Mapping[int, tuple[bool, BaseGeometry]]) -> Reason:
    def meet(a: int, b: int) -> bool:
        shared = shapely.intersection(comparable(shapes[a][1]), comparable(shapes[b][1]))
        return bool(shapely.area(shared) > SHARED_CELLS * float(DRC.cell) ** 2)

    return reason_of(conflict, lambda title: shapes[title][0], meet)
