"""Reads the kinds of rights and the overlap matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from geo.law.dated import Citations, read_bilingual, read_timeline
from geo.law.strict_yaml import Item, read_yaml
from geo.law.values import PENDING, Cell, CellVerdict, Dated, Family, Kind, OverlapRule, Reason


def read_kinds(folder: Path) -> Mapping[str, Kind]:
    """Return the kinds of a jurisdiction by code."""
    entries = read_yaml(folder / "kinds.yaml").fields("kinds")["kinds"].entries()
    return MappingProxyType({code: _read_kind(code, item) for code, item in entries.items()})


def _read_kind(code: str, item: Item) -> Kind:
    fields = item.fields("row column family name")
    row, column = (None if fields[k].is_null else fields[k].text() for k in ("row", "column"))
    family = fields["family"].one_of(Family, "family of kinds")
    if (row is None and column is None) != (family is Family.ATTRIBUTION):
        raise item.refused(f"kind {code!r}: an attribution alone has neither row nor column")
    if (family in (Family.AREA, Family.ATTRIBUTION)) != (row is None):
        raise fields["family"].refused("an area has no row in the matrix, and all others have one")
    return Kind(code, row, column, read_bilingual(fields["name"]), family)


def read_cells(
    item: Item, kinds: Mapping[str, Kind], citations: Citations
) -> Mapping[tuple[str, str], Cell]:
    """Return the cell of every pair of kinds; a pair without a cell or with two is refused."""
    cells = read_some_cells(item, kinds, citations)
    _refuse_incomplete(item, cells, kinds)
    return cells


def read_some_cells(
    item: Item, kinds: Mapping[str, Kind], citations: Citations
) -> Mapping[tuple[str, str], Cell]:
    """Return the cells of a list by pair of kinds; a pair with two cells is refused."""
    cells: dict[tuple[str, str], Cell] = {}
    for member in item.items():
        fields = member.fields("upper lower rules")
        uppers = _kinds_named(fields["upper"], kinds, lambda kind: kind.row)
        lowers = _lowers_named(fields["lower"], kinds)
        provision = f"overlap/{fields['upper'].text()} on {fields['lower'].text()}"
        cell = read_timeline(
            provision, fields["rules"], "verdict|conditions reason", _read_rule, citations
        )
        for pair in ((upper, lower) for upper in uppers for lower in lowers):
            if pair in cells:
                raise member.refused(f"{pair[0]} on {pair[1]} has a cell already")
            cells[pair] = cell
    return MappingProxyType(cells)


def _kinds_named(
    item: Item, kinds: Mapping[str, Kind], group_of: Callable[[Kind], str | None]
) -> list[str]:
    """Return the kinds of a row or column; a kind's own code names that kind alone."""
    name = item.text()
    found = [kind.code for kind in kinds.values() if group_of(kind) == name]
    if not found and name in kinds and group_of(kinds[name]) is not None:
        found = [name]
    if not found:
        raise item.refused(f"{name!r} is no row or column of kinds.yaml")
    return found


def _lowers_named(item: Item, kinds: Mapping[str, Kind]) -> list[str]:
    if item.text() == PENDING:
        return [PENDING]
    return _kinds_named(item, kinds, lambda kind: kind.column)


def _refuse_incomplete(
    item: Item, cells: Mapping[tuple[str, str], Cell], kinds: Mapping[str, Kind]
) -> None:
    lowers = [kind.code for kind in kinds.values() if kind.column is not None] + [PENDING]
    for upper in (kind.code for kind in kinds.values() if kind.row is not None):
        for lower in lowers:
            if (upper, lower) not in cells:
                raise item.refused(f"the matrix has no cell for {upper} on {lower}")


def _read_rule(fields: Mapping[str, Item]) -> OverlapRule | None:
    """Return what a cell says, or None where it says null (repealed)."""
    if fields["verdict"].is_null:
        return None
    verdict = fields["verdict"].one_of(CellVerdict, "verdict of the matrix")
    conditions = fields["conditions"].items() if "conditions" in fields else []
    return OverlapRule(
        verdict, _read_reason(fields, verdict), tuple(condition.text() for condition in conditions)
    )


def _read_reason(fields: Mapping[str, Item], verdict: CellVerdict) -> Reason:
    unsure = verdict is CellVerdict.NEEDS_LEGAL_REVIEW or fields["confidence"].text() == "U"
    if "reason" not in fields:
        return Reason.CELL_UNCERTAIN if unsure else Reason.MATRIX
    if not unsure:
        raise fields["reason"].refused("only an uncertain cell states a reason of its own")
    return fields["reason"].one_of((Reason.ENTRY_INTO_FORCE_UNSURE,), "reason of a cell")


def first_rules_of(
    rules: Iterable[tuple[str, Dated[OverlapRule]]],
) -> Mapping[str, Dated[OverlapRule]]:
    """Return, by upper kind, the first rule ever in force among (upper kind, rule)."""
    first: dict[str, Dated[OverlapRule]] = {}
    for upper, rule in rules:
        if upper not in first or rule.first_day < first[upper].first_day:
            first[upper] = rule
    return MappingProxyType(first)
