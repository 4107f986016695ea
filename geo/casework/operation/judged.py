"""The record of an area as facts of the law, and what the law says of them on a day.

What nobody looked at is not known: the law then leaves it undetermined, and a legal ruling in the
area's own file settles it as in any file (``geo.law.rulings``).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from sqlalchemy import text

from geo.casework.operation.features import Feature, FeatureKind
from geo.casework.operation.reading import features_of, read_record
from geo.casework.operation.record import (
    AreaRecord,
    Declaration,
    accepted_layout,
    last_check,
    level_on,
)
from geo.casework.rulings import rulings_for
from geo.law.case import CaseFacts, Operation, Proposal, Trade
from geo.law.judge import judge
from geo.law.provisions import PROVISIONS
from geo.law.rulings import Settled, settle
from geo.law.values import Law, Moment
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, UnitOfWork

ASKED = (
    "prohibited_practices",
    "members_only",
    "pit_depth",
    "egc_pit_depth",
    "egc_no_tunnels",
    "standard_conditions",
    "standard_level",
)
"""What the law is asked before an area opens, or opens again. ``pit_depth``: the 30 m widely quoted
are unsure, and passed beyond doubt by a pit within the 10 m of EGC's standard."""

ASKED_OF_TRADE = ("sole_buyer", "treatment_entity", "export_suspension", "export_quota")

PRACTICE = "practice."
_LOOKED_FOR = MappingProxyType(
    {"under_18": "no_child_labour", "pregnant_women": "no_pregnant_women"}
)
"""Minimum conditions that say the same as a practice of the law data."""

_STANDARD = ("ppe", "id_cards", "controlled_zone")
_TITLE = text(
    "select v.kind, (select array_agg(p.runs) from register.perimeter_version p "
    "where p.title_id = v.title_id and upper_inf(p.known) and p.held @> cast(:on as date)) as held "
    "from register.title_version v where v.title_id = :title and upper_inf(v.known) "
    "and v.valid @> cast(:on as date)"
)


def operation_case(
    unit: UnitOfWork, area_title_id: int, day: date, law: Law, record: AreaRecord | None = None
) -> CaseFacts:
    """Return what is known of the work in an area on a day. Needs the role of the cadastre.

    The rules are those of the day: an operation goes on under the law as it comes.

    Parameters
    ----------
    record : the area's record, read here if None.

    Raises
    ------
    NotFound : the title is no artisanal area.
    """
    record = record or read_record(unit, area_title_id)
    layout = accepted_layout(record, day)
    features = features_of(unit, layout.id) if layout else None
    proposal = _proposal(unit, area_title_id, day)
    return CaseFacts(proposal, operation=operation_of(record, features, day, law))


def _proposal(unit: UnitOfWork, title_id: int, day: date) -> Proposal:
    row = unit.connection.execute(_TITLE, {"title": title_id, "on": day}).one_or_none()
    runs = [tuple(run) for held in (row.held or () if row else ()) for run in held]
    ground = Perimeter.from_runs(runs) if runs else Perimeter.empty()
    return Proposal(row.kind if row and row.kind else "unknown", ground)


def operation_of(
    record: AreaRecord, features: Iterable[Feature] | None, day: date, law: Law
) -> Operation:
    """Return what the record says of the work on a day; ``features`` of the accepted layout."""
    drawn = None if features is None else tuple(features)
    accepted = [a.decision for a in record.assessments if a.decision and a.decision.accepted]
    return Operation(
        practices=MappingProxyType(dict(_practices(record, day, law))),
        egc_standard=record.area.egc_acts,
        pit_depth_m=None if drawn is None else deepest_m(drawn),
        tunnels=None if drawn is None else any(f.kind is FeatureKind.TUNNEL for f in drawn),
        assessment_accepted=any(decision.on_day <= day for decision in accepted),
        layout_accepted=drawn is not None,
        conditions=MappingProxyType(
            {name: met for name in _STANDARD if (met := _met(record, name, day)) is not None}
        ),
        standard_level=_lowest_level(record, day),
        only_members=_met(record, "members_only", day),
    )


def deepest_m(features: Iterable[Feature]) -> Decimal | None:
    """Return the depth of the deepest pit, 0 where there is none; None where one is not stated."""
    depths = [feature.depth_m for feature in features if feature.kind is FeatureKind.PIT]
    known = [depth for depth in depths if depth is not None]
    return max(known, default=Decimal(0)) if len(known) == len(depths) else None


def _met(record: AreaRecord, condition: str, day: date) -> bool | None:
    check = last_check(record, condition, day)
    return check.met if check else None


def _practices(record: AreaRecord, day: date, law: Law) -> Iterator[tuple[str, bool]]:
    """Yield each practice that was looked for, and whether it is seen: a finding of it stands."""
    for rule in law.parameters:
        if rule.startswith(PRACTICE):
            name = rule.removeprefix(PRACTICE)
            seen = _seen(record, name, day)
            if seen is not None:
                yield name, seen


def _seen(record: AreaRecord, practice: str, day: date) -> bool | None:
    """Whether a practice is seen: by a finding that stands, or by the newest look at it.

    A finding that was remedied is one look at it, on the day it was closed.
    """
    found = [f for f in record.findings if f.practice == practice and f.on_day <= day]
    if any(finding.stands_on(day) for finding in found):
        return True
    looks = [(f.closed_on, False) for f in found if f.closed_on and f.closed_on <= day]
    for condition in (PRACTICE + practice, _LOOKED_FOR.get(practice, "")):
        check = last_check(record, condition, day)
        if check and check.met is not None:
            looks.append((check.on_day, not check.met))
    return max(looks)[1] if looks else None


def _lowest_level(record: AreaRecord, day: date) -> int:
    """Return the lowest level of the standards assessed, 0 where none was."""
    names = {assessed.standard for assessed in record.standards}
    levels = [level for name in names if (level := level_on(record, name, day))]
    return min(levels, default=0)


def trade_of(declared: Declaration) -> Trade:
    """Return what a declaration says of its lots; nothing is known of a buyer that it names not."""
    buyer = declared.buyer_kind
    return Trade(
        substances=frozenset({declared.substance}),
        exported=declared.export_flow is not None,
        buyer_is_egc=None if buyer is None else buyer == "egc",
        buyer_treats=None if buyer is None else buyer == "treatment_entity",
        country_month_t=declared.national_month_t,
        country_year_t=declared.national_year_t,
    )


def traded_on(declared: Declaration) -> date:
    """Return the day whose rules bind a declaration's lots: of the trade, or its month's last."""
    if declared.traded_on is not None:
        return declared.traded_on
    month = declared.month
    return min(month.replace(day=monthrange(month.year, month.month)[1]), declared.on_day)


@dataclass(frozen=True, slots=True)
class AreaLaw:
    """What the law says of the work in an area, and of each declaration's lots by its number."""

    work: Settled
    declarations: Mapping[int, Settled]


def law_of_area(
    unit: UnitOfWork, law: Law, record: AreaRecord, day: date, file_id: int | None
) -> AreaLaw:
    """Return what the law says of an area on a day, with the rulings of its file."""
    work = judged_area(unit, law, record, day, file_id)
    return AreaLaw(work, judged_declarations(unit, law, record, file_id))


def judged_area(
    unit: UnitOfWork, law: Law, record: AreaRecord, day: date, file_id: int | None
) -> Settled:
    """Return what the law says of the work in an area on a day, with the rulings of its file."""
    with unit.acting_as(CADASTRE):
        facts = operation_case(unit, record.area.title_id, day, law, record)
    found = judge(facts, day, Moment.GRANT, law, {code: PROVISIONS[code] for code in ASKED})
    return settle(found, rulings_for(unit, file_id or 0, law), day)


def judged_declarations(
    unit: UnitOfWork, law: Law, record: AreaRecord, file_id: int | None
) -> dict[int, Settled]:
    """Return what the law says of each declaration's lots, by its number.

    A declaration whose buyer is withheld from the reader is left out.
    """
    rulings = rulings_for(unit, file_id or 0, law)
    asked = {code: PROVISIONS[code] for code in ASKED_OF_TRADE}
    nothing_asked = Proposal("unknown", Perimeter.empty())
    judged = {}
    for declared in record.declarations:
        if not declared.terms_withheld:
            day = traded_on(declared)
            facts = CaseFacts(nothing_asked, trade=trade_of(declared))
            judged[declared.id] = settle(judge(facts, day, Moment.REVIEW, law, asked), rulings, day)
    return judged
