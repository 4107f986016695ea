"""Writing ground: new rows of perimeters, claims and restricted areas, and closing old ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from psycopg.types.range import Range
from shapely import MultiLineString, MultiPolygon

from geo.perimeter import Perimeter
from geo.register.bulk import copy_rows, runs_text
from geo.register.connection import UnitOfWork
from geo.register.grounds import Standing

TABLE_OF: dict[Standing, str] = {
    "held": "perimeter_version",
    "claimed": "claim",
    "restricted": "restricted_area",
}

_COLUMNS = (
    "title_id",
    "kind",
    "held",
    "known",
    "runs",
    "on_lattice",
    "flags",
    "geom",
    "import_row_id",
    "opened_by",
    "closed_by",
)


@dataclass(frozen=True, slots=True)
class NewGround:
    """Ground to write for a title, held over [held_from, held_to).

    ``begun_here`` : the act of the order opens it, whatever row of a file it came from.
    """

    title_id: int
    kind: str
    held_from: date
    perimeter: Perimeter
    geometry: MultiPolygon
    on_lattice: bool = True
    flags: tuple[str, ...] = ()
    held_to: date | None = None
    import_row_id: int | None = None
    opened_by: int | None = None
    closed_by: int | None = None
    clip_line: MultiLineString | None = None
    begun_here: bool = False


def write_grounds(
    unit: UnitOfWork, standing: Standing, grounds: Sequence[NewGround], revision: int
) -> None:
    """Insert ground in one statement; what it replaces must have been closed before.

    Raises
    ------
    GroundTaken : (as the unit of work closes) carrés are held by another title of the same group.
    """
    if not grounds:
        return
    held = standing == "held"
    columns = (*_COLUMNS, "clip_line") if held else _COLUMNS
    shapes = shapely.to_wkb([g.geometry for g in grounds], hex=True, include_srid=False)
    rows = (
        (*_row(ground, f"SRID=4326;{shape}", revision), *((_line(ground),) if held else ()))
        for ground, shape in zip(grounds, shapes, strict=True)
    )
    copy_rows(unit, TABLE_OF[standing], columns, rows)


def _row(ground: NewGround, shape: str, revision: int) -> tuple[object, ...]:
    return (
        ground.title_id,
        ground.kind,
        Range(ground.held_from, ground.held_to),
        Range(revision, None),
        runs_text(ground.perimeter),
        ground.on_lattice,
        list(ground.flags),
        shape,
        ground.import_row_id,
        ground.opened_by,
        ground.closed_by,
    )


def _line(ground: NewGround) -> str | None:
    if ground.clip_line is None:
        return None
    return f"SRID=4326;{shapely.to_wkb(ground.clip_line, hex=True)}"
