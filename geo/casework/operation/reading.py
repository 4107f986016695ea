"""Reading the record of an area as of a revision, under the reader's own role."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import shapely
from sqlalchemy import Row, text

from geo.casework.office import legal_day
from geo.casework.operation.features import Feature, FeatureKind
from geo.casework.operation.record import (
    Area,
    AreaRecord,
    Basis,
    Cards,
    ConditionCheck,
    CooperativeRecord,
    Decision,
    Declaration,
    FoundFault,
    GeologicalAssessment,
    Inspection,
    Layout,
    LifeStep,
    Severity,
    StandardAssessment,
)
from geo.errors import NotFound
from geo.register.connection import UnitOfWork

T = TypeVar("T")
LAST = (1 << 63) - 1


def _of(table: str, columns: str, *, corrected: bool = True) -> Any:
    """Return the statement for the rows of a table as known in a revision."""
    newest = (
        f"and not exists (select from casework.{table} n where n.corrects = t.id "
        "and n.opened_revision <= :known) "
        if corrected
        else ""
    )
    return text(
        f"select {columns} from casework.{table} t where area_title_id = :area "  # noqa: S608
        f"and opened_revision <= :known {newest}order by on_day, id"
    )


_AREA = _of("asm_area", "area_title_id, basis, egc_acts, on_day, reference, egc_party_id")
_ASSESSMENTS = _of(
    "geological_assessment",
    "id, on_day, document_sha256, organisation, geologist, vintage, resources, account_id, "
    "corrects",
)
_LAYOUTS = _of(
    "mine_layout",
    "id, on_day, version, file_sha256, law_version, account_id, corrects, "
    "(select count(*) from casework.layout_feature f where f.layout_id = t.id) as features, "
    "(select count(*) from jsonb_array_elements(t.issues) i where i ->> 'severity' = 'block') "
    "as blocking",
)
_DECISIONS = _of(
    "operation_decision",
    "assessment_id, layout_id, accepted, on_day, reason, account_id",
    corrected=False,
)
_CONDITIONS = _of("condition_check", "id, condition, on_day, outcome, evidence")
_COOPERATIVES = _of(
    "cooperative_record",
    "id, party_id, on_day, approval_reference, approved_on, approval_ends_on, members, "
    "conduct_code_signed, approval_sha256",
)
_CARDS = _of("cooperative_cards", "id, party_id, on_day, year, cards")
_STANDARDS = _of("standard_assessment", "id, standard, on_day, level, assessor, summary")
_INSPECTIONS = _of("inspection", "id, on_day, authority, summary")
_FINDINGS = _of(
    "operation_finding",
    "id, on_day, severity, text, practice, due_on, remediation, assessment_id, inspection_id, "
    "corrects",
)
_CLOSURES = _of("finding_closure", "finding_id, on_day, account_id", corrected=False)
_DECLARATIONS = _of(
    "declared_production",
    "id, on_day, month, substance, tonnes, declared_by, party_id, grade_percent, lots, price, "
    "price_currency, price_unit, buyer, buyer_kind, traded_on, terms_shared, terms_withheld, "
    "export_flow, quota_period, national_month_t, national_year_t, national_source, corrects",
)
_INCIDENTS = _of("incident", "id, on_day, category, text, dead, injured")
_LIFE = text(
    "select action, to_state, at, reason from casework.operation_life(:area) "
    "where revision <= :known"
)
_ISSUES = text("select issues from casework.mine_layout where id = :layout")
_FEATURES = text(
    "select feature, kind, name, depth_m, width_m, st_asbinary(geom) as geom "
    "from casework.layout_feature where layout_id = :layout order by id"
)


def read_record(unit: UnitOfWork, area_title_id: int, as_known_on: int | None = None) -> AreaRecord:
    """Return everything kept of an area, as far as the reader may see it.

    Parameters
    ----------
    as_known_on : a revision: what was recorded until then, with the corrections made until then.

    Raises
    ------
    NotFound : the title is no artisanal area, or none that the reader may see.
    """
    asked = {"area": area_title_id, "known": LAST if as_known_on is None else as_known_on}

    def rows(statement: Any, make: Callable[[Row[Any]], T]) -> tuple[T, ...]:
        return tuple(make(row) for row in unit.connection.execute(statement, asked))

    areas = rows(_AREA, _area)
    if not areas:
        raise NotFound(f"title {area_title_id} is no artisanal area that you may see.")
    accepted = _decisions(unit, asked)
    closed = {row.finding_id: row for row in unit.connection.execute(_CLOSURES, asked)}
    return AreaRecord(
        area=areas[0],
        assessments=rows(
            _ASSESSMENTS,
            lambda r: GeologicalAssessment(
                **r._mapping, decision=accepted.get(("assessment", r.id))
            ),
        ),
        layouts=rows(
            _LAYOUTS, lambda r: Layout(**r._mapping, decision=accepted.get(("layout", r.id)))
        ),
        conditions=rows(_CONDITIONS, _condition),
        cooperatives=rows(_COOPERATIVES, lambda r: CooperativeRecord(**r._mapping)),
        cards=rows(_CARDS, lambda r: Cards(**r._mapping)),
        standards=rows(_STANDARDS, lambda r: StandardAssessment(**r._mapping)),
        inspections=rows(_INSPECTIONS, lambda r: Inspection(**r._mapping)),
        findings=rows(_FINDINGS, lambda r: _finding(r, closed.get(r.id))),
        declarations=rows(_DECLARATIONS, _declaration),
        life=rows(_LIFE, _step),
    )


def _area(row: Row[Any]) -> Area:
    return Area(
        row.area_title_id,
        Basis(row.basis),
        row.egc_acts,
        row.on_day,
        row.reference,
        row.egc_party_id,
    )


def _decisions(unit: UnitOfWork, asked: dict[str, int]) -> dict[tuple[str, int], Decision]:
    found = {}
    for row in unit.connection.execute(_DECISIONS, asked):
        of = ("layout", row.layout_id) if row.layout_id else ("assessment", row.assessment_id)
        found[of] = Decision(row.accepted, row.on_day, row.reason, row.account_id)
    return found


def _condition(row: Row[Any]) -> ConditionCheck:
    met = {"met": True, "unmet": False, "not_checked": None}[row.outcome]
    return ConditionCheck(row.id, row.condition, row.on_day, met, row.evidence)


def _finding(row: Row[Any], closure: Row[Any] | None) -> FoundFault:
    values = {**row._mapping, "severity": Severity(row.severity)}
    if closure is not None:
        values |= {"closed_on": closure.on_day, "closed_by": closure.account_id}
    return FoundFault(**values)


def _declaration(row: Row[Any]) -> Declaration:
    return Declaration(**{**row._mapping, "lots": tuple(row.lots)})


def _step(row: Row[Any]) -> LifeStep:
    return LifeStep(row.action, row.to_state, legal_day(row.at), row.reason)


def features_of(unit: UnitOfWork, layout_id: int) -> tuple[Feature, ...]:
    """Return the features of a layout that the reader may see; none of one that he may not."""
    return tuple(
        Feature(
            row.feature,
            FeatureKind(row.kind),
            shapely.from_wkb(bytes(row.geom)),
            row.name,
            row.depth_m,
            row.width_m,
        )
        for row in unit.connection.execute(_FEATURES, {"layout": layout_id})
    )


def issues_of(unit: UnitOfWork, layout_id: int) -> tuple[dict[str, Any], ...]:
    """Return what the check of a layout found when it was submitted."""
    return tuple(unit.connection.scalar(_ISSUES, {"layout": layout_id}) or ())


def read_incidents(unit: UnitOfWork, area_title_id: int) -> tuple[dict[str, Any], ...]:
    """Return the incidents of an area (sensitive): for officials and EGC, never for companies."""
    asked = {"area": area_title_id, "known": LAST}
    return tuple(dict(row._mapping) for row in unit.connection.execute(_INCIDENTS, asked))
