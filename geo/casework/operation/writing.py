"""Keeping records of an area, under the role of whoever acts.

The database refuses what is not theirs. A record is never changed: a correction is another one that
names it (``corrects``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from sqlalchemy import TableClause, cast, column, func, insert, literal, table, text
from sqlalchemy.dialects.postgresql import JSONB

from geo.casework.documents import keep_content
from geo.casework.operation.features import Feature
from geo.casework.operation.geojson import read_layout
from geo.casework.operation.ground import layout_ground
from geo.casework.operation.layout_check import LayoutCheck, LayoutIssue, check_layout
from geo.casework.operation.orders import Decide, Find, Order
from geo.casework.operation.reading import features_of, read_record
from geo.casework.operation.refusals import refused_in_words
from geo.errors import FileChanged, LawForbids, NotFound
from geo.law.values import Law
from geo.register.connection import UnitOfWork

_VERSION = text(
    "select coalesce(max(version), 0) + 1 from casework.mine_layout where area_title_id = :area"
)


@dataclass(frozen=True, slots=True)
class SubmittedLayout:
    """A layout as it was kept, with what its check found."""

    id: int
    version: int
    check: LayoutCheck


def keep(unit: UnitOfWork, area_title_id: int, order: Order, at: datetime | None = None) -> int:
    """Keep what a person states of an area; return the record's number. Commit it yourself.

    A critical finding suspends an open area in the same transaction, as a step of whoever found it.

    Parameters
    ----------
    at : the office's instant, that of such a suspension; the database's if None.

    Raises
    ------
    NotPermitted : (as the unit of work closes) the role keeps no such record of this area.
    NotFound : the title is no artisanal area, or what the order names is not in the register.
    InputError : a day that has not come, or something of another area.
    FileChanged : what it corrects was corrected already, or what it closes is closed.
    StepRefused : a document that was not uploaded.
    """
    values = order.model_dump(exclude_none=True)
    if isinstance(order, Find) and at is not None:
        values["at"] = at
    return _insert(unit, order.table, {"area_title_id": area_title_id, **_plain(values)})


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}


def _insert(unit: UnitOfWork, name: str, values: Mapping[str, Any]) -> int:
    rows = _rows_of(name, values)
    with refused_in_words():
        return int(unit.connection.scalar(insert(rows).values(**values).returning(rows.c.id)))


def _rows_of(name: str, values: Mapping[str, Any]) -> TableClause:
    return table(name, column("id"), *(column(c) for c in values), schema="casework")


def submit_layout(
    unit: UnitOfWork,
    area_title_id: int,
    content: bytes,
    on_day: date,
    law: Law,
    corrects: int | None = None,
    expected_version: int | None = None,
) -> SubmittedLayout:
    """Read a layout file, check it and keep it as the next version, whatever the check found.

    A layout with blocking issues is kept, so that its author can be told why; nobody can accept it.
    It is checked by the ground of ``on_day``; ``corrects`` names the version that it replaces.

    Parameters
    ----------
    expected_version : the newest version that its author has seen, 0 for none; None asks nothing.

    Raises
    ------
    FileChanged : somebody else kept another version meanwhile.
    FileRefused : the file cannot be read (:func:`geo.casework.operation.geojson.read_layout`).
    NotFound : the title is no artisanal area, or has no ground in the register.
    """
    features = read_layout(content)
    check = _checked(unit, area_title_id, features, on_day, law)
    unit.open_revision()  # from here on nobody else takes the next version
    version = int(unit.connection.scalar(_VERSION, {"area": area_title_id}))
    if expected_version is not None and version != expected_version + 1:
        raise FileChanged(
            f"version {version - 1} of the layout was kept meanwhile. Compare yours with it.",
            f"la version {version - 1} du plan a été enregistrée entre-temps. Comparez la vôtre.",
        )
    values = {
        "area_title_id": area_title_id,
        "on_day": on_day,
        "version": version,
        "file_sha256": keep_content(unit, content),
        "law_version": check.law_version,
        "tolerance_deg": check.tolerance_deg,
        "corrects": corrects,
        "issues": cast(literal(json.dumps([_stored(i) for i in check.issues])), JSONB),
    }
    layout_id = _insert(unit, "mine_layout", values)
    rows = [_row(feature, area_title_id, layout_id, on_day) for feature in features]
    unit.connection.execute(insert(_rows_of("layout_feature", rows[0])).values(rows))
    return SubmittedLayout(layout_id, version, check)


def check_content(
    unit: UnitOfWork, area_title_id: int, content: bytes, on_day: date, law: Law
) -> LayoutCheck:
    """Return what a check says of a layout file that is not kept, by the ground of a day.

    Raises
    ------
    FileRefused, NotFound : as :func:`submit_layout`.
    """
    return _checked(unit, area_title_id, read_layout(content), on_day, law)


def _checked(
    unit: UnitOfWork, area_title_id: int, features: Sequence[Feature], on_day: date, law: Law
) -> LayoutCheck:
    egc_acts = read_record(unit, area_title_id).area.egc_acts
    ground = layout_ground(unit, area_title_id, on_day, egc_standard=egc_acts)
    return check_layout(features, ground, on_day, law)


def _stored(issue: LayoutIssue) -> dict[str, Any]:
    return {
        "code": issue.code,
        "features": list(issue.features),
        "severity": issue.severity.value,
        "fr": issue.message.fr,
        "en": issue.message.en,
        "place": issue.place,
        "article": issue.article,
    }


def _row(feature: Feature, area: int, layout_id: int, on_day: date) -> dict[str, Any]:
    shape = shapely.to_wkb(feature.geometry, hex=True, include_srid=False)
    return {
        "area_title_id": area,
        "on_day": on_day,
        "layout_id": layout_id,
        "feature": feature.id,
        "kind": feature.kind.value,
        "name": feature.name,
        "depth_m": feature.depth_m,
        "width_m": feature.width_m,
        "geom": func.st_geomfromwkb(func.decode(shape, "hex"), 4326),
    }


def decide_assessment(
    unit: UnitOfWork, area_title_id: int, assessment_id: int, order: Decide
) -> int:
    """Accept or refuse a geological assessment that another person submitted.

    Raises
    ------
    SecondPersonNeeded : the same person submitted it. FileChanged : it was decided already.
    """
    return _decide(unit, area_title_id, {"assessment_id": assessment_id}, order)


def decide_layout(
    unit: UnitOfWork, area_title_id: int, layout_id: int, order: Decide, law: Law
) -> int:
    """Accept or refuse a layout that another person submitted; before, it is checked once more.

    Portions may have come or gone since it was submitted, and the law may have changed.

    Raises
    ------
    LawForbids : a rule stands against accepting it; ``findings`` are the issues.
    SecondPersonNeeded : the same person submitted it. FileChanged : it was decided already.
    """
    record = read_record(unit, area_title_id)
    if layout_id not in {layout.id for layout in record.layouts}:
        raise NotFound(f"area {area_title_id} has no layout {layout_id} that you may see.")
    if order.accepted:
        egc_acts = record.area.egc_acts
        ground = layout_ground(unit, area_title_id, order.on_day, egc_standard=egc_acts)
        check = check_layout(features_of(unit, layout_id), ground, order.on_day, law)
        if check.blocking:
            raise LawForbids(*_said(check.blocking))
    return _decide(unit, area_title_id, {"layout_id": layout_id}, order)


def _said(issues: Sequence[LayoutIssue]) -> tuple[str, Sequence[LayoutIssue], str]:
    first = [issue.message for issue in issues[:5]]
    return " ".join(m.en for m in first), issues, " ".join(m.fr for m in first)


def _decide(unit: UnitOfWork, area: int, subject: Mapping[str, int], order: Decide) -> int:
    values = {"area_title_id": area, **subject, **order.model_dump()}
    return _insert(unit, "operation_decision", values)
