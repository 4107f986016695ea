"""What is odd between rows: codes and grounds that repeat, areas that do not fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from decimal import Decimal

from geo.sources.codes import code_key
from geo.sources.ground import ground_keys
from geo.sources.issues import IssueLog
from geo.sources.rows import RightRow
from geo.sources.text import shown

AREA_TOLERANCE = Decimal("0.03")
"""How far a stated area may be from the legal one: carrés measure 83.2 to 85.5 ha, not 84.955."""

_LISTED = 5


def note_repeats(rows: Iterable[RightRow], log: IssueLog) -> None:
    """Report rows that share code and part, and rows that share their ground."""
    codes: dict[Hashable, list[RightRow]] = defaultdict(list)
    grounds: dict[Hashable, list[RightRow]] = defaultdict(list)
    rows = list(rows)
    ground_key = ground_keys(rows)
    for row in rows:
        if row.code:
            codes[code_key(row.code), row.part].append(row)
        grounds[ground_key(row)].append(row)
    for row, others in _repeated(codes):
        message = f"row {row.row}: code “{shown(row.code)}” also in rows {others}"
        log.add("duplicate_code", message, row=row.row, field="code", value=row.code, by="cadastre")
    for row, others in _repeated(grounds):
        message = f"row {row.row} has the same ground as rows {others}"
        log.add("repeated_geometry", message, row=row.row, field="geometry", by="cadastre")


def _repeated(groups: Mapping[Hashable, list[RightRow]]) -> Iterable[tuple[RightRow, str]]:
    for group in groups.values():
        if len(group) > 1:
            for row in group:
                others = [other for other in group if other is not row]
                more = f" and {len(others) - _LISTED} more" if len(others) > _LISTED else ""
                yield row, ", ".join(_named(other, row) for other in others[:_LISTED]) + more


def _named(other: RightRow, row: RightRow) -> str:
    """Return the number of a row, with its code where that is written otherwise than here."""
    differs = other.code is not None and other.code != row.code
    return f"{other.row} (“{shown(other.code)}”)" if differs else str(other.row)


def note_areas(rows: Iterable[RightRow], log: IssueLog) -> None:
    """Report rows whose declared area is neither theirs nor that of all rows of their code."""
    groups: dict[str, list[RightRow]] = defaultdict(list)
    for row in rows:
        if row.placement and row.placement.perimeter is not None:
            groups[code_key(row.code) if row.code else f"row {row.row}"].append(row)
    for group in groups.values():
        total = sum(_count(row) for row in group)
        for row in group:
            if not any(_fits(row, count) for count in (_count(row), total)):
                _note_area(row, log)


def _count(row: RightRow) -> int:
    perimeter = row.placement.perimeter if row.placement else None
    return perimeter.count if perimeter is not None else 0


def _fits(row: RightRow, count: int) -> bool:
    """Whether a count of carrés fits what a row declares, as far as it declares anything."""
    if row.declared_cells is not None:
        return row.declared_cells == count
    if row.declared_area_ha is None or row.placement is None or row.placement.perimeter is None:
        return True
    legal = row.placement.perimeter.grid.legal_area_ha(count)
    return abs(row.declared_area_ha - legal) <= legal * AREA_TOLERANCE


def _note_area(row: RightRow, log: IssueLog) -> None:
    declared = (
        f"{row.declared_cells} carrés"
        if row.declared_cells is not None
        else f"{row.declared_area_ha} ha"
    )
    message = f"row {row.row} declares {declared} but its perimeter has {_count(row)} carrés"
    log.add("area_mismatch", message, row=row.row, field="area", value=declared, by="cadastre")
