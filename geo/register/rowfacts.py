"""A row of a register file as JSON facts and back, so that an import can wait for its approval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from shapely.geometry.base import BaseGeometry

from geo.lattice import Placement
from geo.sources.rows import Holder, Procedure, RightRow, State

_DATES = ("filed_on", "granted_on", "expires_on")
_PLAIN = (
    *("code", "part", "old_code", "layer", "kind", "kind_raw"),
    *("status_raw", "holders_raw", "minerals_raw"),
)


def facts_of_row(row: RightRow) -> dict[str, Any]:
    """Return the typed facts of a row as values that JSON holds; geometry and raw stay apart."""
    return {
        **{name: getattr(row, name) for name in _PLAIN},
        **{name: _iso(getattr(row, name)) for name in _DATES},
        "state": row.state.value,
        "procedure": row.procedure.value,
        "holders": [[h.name, None if h.share is None else str(h.share)] for h in row.holders],
        "minerals": list(row.minerals),
        "declared_cells": row.declared_cells,
        "declared_area_ha": None if row.declared_area_ha is None else str(row.declared_area_ha),
    }


def row_of_facts(
    facts: Mapping[str, Any],
    *,
    file: str,
    row: int,
    raw: Mapping[str, Any],
    geometry: BaseGeometry | None,
    placement: Placement | None,
    valid: bool,
) -> RightRow:
    """Return the row that :func:`facts_of_row` described."""
    area = facts["declared_area_ha"]
    return RightRow(
        file=file,
        row=row,
        **{name: facts.get(name) for name in _PLAIN},
        filed_on=_day(facts["filed_on"]),
        granted_on=_day(facts["granted_on"]),
        expires_on=_day(facts["expires_on"]),
        state=State(facts["state"]),
        procedure=Procedure(facts["procedure"]),
        holders=tuple(
            Holder(name, None if share is None else Decimal(share))
            for name, share in facts["holders"]
        ),
        minerals=tuple(facts["minerals"]),
        declared_cells=facts["declared_cells"],
        declared_area_ha=None if area is None else Decimal(area),
        geometry=geometry,
        placement=placement,
        valid=valid,
        raw=raw,
    )


def plain_json(value: object) -> Any:
    """Return an attribute as received in a form that PostgreSQL's JSON can hold.

    JSON knows no NaN and PostgreSQL's no NUL character; dates and all else become text.
    """
    if isinstance(value, str):
        return clean_text(value)
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {clean_text(str(key)): plain_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain_json(inner) for inner in value]
    return clean_text(str(value))


def clean_text(text: str) -> str:
    """Return text without what PostgreSQL cannot store: NUL and lone surrogates."""
    return text.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
