"""Inherited conflicts in the database: which ones an import brings, and recording them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry
from sqlalchemy import text

from geo.geometry import comparable
from geo.grid import DRC
from geo.perimeter import Perimeter
from geo.register.bulk import copy_rows, new_ids
from geo.register.conflicts import Conflict, Holding, Reason, conflicts_brought_by, reason_of
from geo.register.connection import UnitOfWork
from geo.register.grounds import RowGround

SHARED_CELLS = 1e-4
"""Polygons that share no more of a carré than this do not overlap, they only meet there."""


@dataclass(frozen=True, slots=True)
class Heir:
    """A title and the ground that an import gives it.

    ``former`` is what it held until then: on the days between, its successors meet it there.
    """

    title_id: int
    ground: RowGround
    former: Perimeter | None = None

    @property
    def runs(self) -> list[list[int]]:
        """All carrés that it holds now or held until now."""
        perimeter = self.ground.perimeter
        return (perimeter if self.former is None else perimeter | self.former).to_lists()


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
        Holding(heir.title_id, group, heir.runs)
        for heir in heirs
        for group in groups.get(heir.ground.kind, ())
    ]
    conflicts = conflicts_brought_by(own, [*holdings, *_held_by_others(unit, own)])
    grounds = _grounds_of(unit, conflicts, heirs)
    return [
        Inherited(
            conflict,
            reason_of(
                conflict,
                lambda title: all(ground.on_lattice for ground in grounds[title]),
                lambda a, b: any(_meet(x, y) for x in grounds[a] for y in grounds[b]),
            ),
        )
        for conflict in conflicts
    ]


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


@dataclass(frozen=True, slots=True)
class _Shape:
    on_lattice: bool
    perimeter: Perimeter
    geometry: BaseGeometry


def _grounds_of(
    unit: UnitOfWork, conflicts: Sequence[Conflict], heirs: Sequence[Heir]
) -> Mapping[int, list[_Shape]]:
    """Return the ground that each party of a conflict holds now."""
    parties = {title for conflict in conflicts for title in conflict.titles}
    shapes: dict[int, list[_Shape]] = {title: [] for title in parties}
    own = {heir.title_id for heir in heirs}
    for heir in heirs:
        if heir.title_id in parties:
            ground = heir.ground
            shape = _Shape(ground.on_lattice, ground.perimeter, ground.geometry)
            shapes[heir.title_id].append(shape)
    rows = unit.connection.execute(
        text(
            "select title_id, on_lattice, runs, st_asbinary(geom) from register.perimeter_version "
            "where title_id = any(:titles) and upper_inf(known) and upper_inf(held)"
        ),
        {"titles": sorted(parties - own)},
    )
    for title, on_lattice, runs, wkb in rows:
        perimeter = Perimeter.from_runs(runs)
        shapes[title].append(_Shape(on_lattice, perimeter, shapely.from_wkb(bytes(wkb))))
    return shapes


def _meet(a: _Shape, b: _Shape) -> bool:
    """Whether two grounds overlap: by carrés, or by more than a trace of their polygons."""
    if a.on_lattice and b.on_lattice:
        return bool(a.perimeter & b.perimeter)
    shared = shapely.intersection(comparable(a.geometry), comparable(b.geometry))
    return bool(shapely.area(shared) > SHARED_CELLS * float(DRC.cell) ** 2)
