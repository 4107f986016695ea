"""The operation of an artisanal area: its record, kept by EGC and inspectors, and what is public.

An area is named by its title in the register. Which areas a person reads is the database's word:
EGC those where it acts, a company those in its titles.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, UploadFile
from sqlalchemy import text

from api.access import (
    AtDesk,
    InspectorDesk,
    Officer,
    Placed,
    SameOrigin,
    Shared,
    of_role,
)
from api.auth import Viewer
from api.operation_wire import (
    IncidentOut,
    IssueOut,
    Kept,
    LayoutKept,
    LayoutOut,
    MonthOut,
    ProductionOut,
    PublicArea,
    PublicLevel,
    PublicMonth,
    QuotaOut,
    RecordOut,
    ShareOut,
    StepAsked,
    StepMade,
    feature_out,
)
from api.services import Services
from geo.casework.operation.geojson import MAX_BYTES
from geo.casework.operation.judged import law_of_area
from geo.casework.operation.obstacles import may_operate
from geo.casework.operation.orders import (
    Assess,
    AssessStandard,
    CheckCondition,
    CloseFinding,
    CountCards,
    Decide,
    Declare,
    DescribeCooperative,
    Find,
    Inspect,
    KeepArea,
    Order,
    ReportIncident,
)
from geo.casework.operation.production import (
    exports_suspended,
    quota_of,
    share_of_output,
    totals_by_month,
)
from geo.casework.operation.reading import (
    features_of,
    issues_of,
    read_incidents,
    read_record,
)
from geo.casework.operation.stepping import file_of_area, step_area
from geo.casework.operation.writing import (
    decide_assessment,
    decide_layout,
    keep,
    submit_layout,
)
from geo.errors import NotFound
from geo.register.people import OF_THE_CADASTRE, Role

router = APIRouter(prefix="/operation", tags=["operation"], dependencies=[Placed])

_KEEPERS = (Role.EGC, Role.INSPECTOR)
_OFFICIALS = (*_KEEPERS, *sorted(OF_THE_CADASTRE), Role.LEGAL, Role.MINISTER)
Keeper = Annotated[Viewer, Depends(of_role(*_KEEPERS))]
Stepper = Annotated[Viewer, Depends(of_role(*_KEEPERS, Role.OFFICER, Role.SUPERVISOR))]
Official = Annotated[Viewer, Depends(of_role(*_OFFICIALS))]
Reader = Annotated[Viewer, Depends(of_role(*_OFFICIALS, Role.COMPANY))]

Id = Annotated[int, Path(ge=1, lt=1 << 63)]
Revision = Annotated[int | None, Query(ge=1, lt=1 << 63)]
QUOTA_RULES = ("export.cobalt_month_quota_t", "export.cobalt_year_quota_t")

SUSPENSION_RULE = "export.cobalt_suspended"

_PUBLIC = text("select * from published.asm_operation where title_id = :area")
_LEVELS = text(
    "select standard, level, on_day from published.asm_standard where title_id = :area "
    "order by standard"
)
_MONTHS = text(
    "select month, substance, tonnes from published.asm_production where title_id = :area "
    "order by month, substance"
)


def _kept(services: Services, viewer: Viewer, area: int, order: Order) -> Kept:
    with services.office.at_work(viewer.actor, f"{order.table} of area {area}") as unit:
        number = keep(unit, area, order, services.office.clock())
        unit.commit()
    return Kept(id=number)


@router.get("/{area}/public")
def public_area(desk: AtDesk, area: Id) -> PublicArea:
    """Return what everybody may know of an area."""
    asked = {"area": area}
    row = desk.connection.execute(_PUBLIC, asked).one_or_none()
    if row is None:
        raise NotFound(f"title {area} is no artisanal area.")
    levels = desk.connection.execute(_LEVELS, asked)
    months = desk.connection.execute(_MONTHS, asked)
    return PublicArea(
        title_id=area,
        basis=row.basis,
        state=row.state,
        cooperatives=list(row.cooperatives),
        standards=[PublicLevel(**each._mapping) for each in levels],
        months=[PublicMonth(**each._mapping) for each in months],
    )


@router.get("/{area}")
def record(
    viewer: Reader,
    services: Shared,
    area: Id,
    on: date | None = None,
    as_known_on: Revision = None,
) -> RecordOut:
    """Return the record of an area on a day (today), as known in a revision (now)."""
    office = services.office
    day = on or office.today
    with office.at_work(viewer.actor, "") as unit:
        found = read_record(unit, area, as_known_on)
        file = file_of_area(unit, area)
        law = law_of_area(unit, office.law, found, day, file.id if file else None)
    return RecordOut.of(found, file, may_operate(found, day, office.law), law, day)


@router.get("/{area}/production/{year}")
def production(
    viewer: Reader,
    services: Shared,
    area: Id,
    year: Annotated[int, Path(ge=2000, le=2200)],
    substance: Annotated[str, Query(pattern=r"^[A-Za-z]{1,20}$")] = "Co",
) -> ProductionOut:
    """Return the production of a year, its share of national output, and the quotas of exports."""
    law = services.office.law
    with services.office.at_work(viewer.actor, "") as unit:
        declared = read_record(unit, area).declarations
    of_year = [each for each in declared if each.month.year == year]
    months = [date(year, month, 1) for month in range(1, 13)]
    return ProductionOut(
        year=year,
        months=[MonthOut.of(total) for total in totals_by_month(of_year)],
        share=ShareOut.of(share_of_output(of_year, substance, year, law)),
        quotas=[
            QuotaOut.of(month, quota)
            for rule in QUOTA_RULES
            for month in months
            if (quota := quota_of(month, rule, law)).reason != "no_rule"
        ],
        exports_suspended={m: exports_suspended(m, SUSPENSION_RULE, law) for m in months},
    )


@router.post("/{area}", status_code=201, dependencies=[SameOrigin])
def keep_area(viewer: Officer, services: Shared, area: Id, order: KeepArea) -> Kept:
    """Keep a title of the register as an artisanal area."""
    return _kept(services, viewer, area, order)


@router.post("/{area}/assessments", status_code=201, dependencies=[SameOrigin])
def assess(viewer: Keeper, services: Shared, area: Id, order: Assess) -> Kept:
    """Submit a geological assessment; another person accepts it."""
    return _kept(services, viewer, area, order)


@router.post(
    "/{area}/assessments/{assessment}/decision", status_code=201, dependencies=[SameOrigin]
)
def decide_on_assessment(
    viewer: Keeper, services: Shared, area: Id, assessment: Id, order: Decide
) -> Kept:
    """Accept or refuse an assessment that another person submitted."""
    with services.office.at_work(viewer.actor, f"decision on assessment {assessment}") as unit:
        number = decide_assessment(unit, area, assessment, order)
        unit.commit()
    return Kept(id=number)


@router.post("/{area}/layouts", status_code=201, dependencies=[SameOrigin])
def lay_out(
    viewer: Keeper,
    services: Shared,
    area: Id,
    layout: UploadFile,
    on_day: Annotated[date, Form()],
    corrects: Annotated[int | None, Form(ge=1, lt=1 << 63)] = None,
    expected_version: Annotated[int | None, Form(ge=0, lt=1 << 31)] = None,
) -> LayoutKept:
    """Submit a mine layout as GeoJSON (EPSG:4326, at most 5 MB); it is checked and kept.

    ``corrects`` names the version that it replaces; ``expected_version`` is the newest that its
    author has seen (0: none): where there is a newer one, nothing is kept.
    """
    content = layout.file.read(MAX_BYTES + 1)
    office = services.office
    with office.at_work(viewer.actor, f"layout of area {area}") as unit:
        made = submit_layout(unit, area, content, on_day, office.law, corrects, expected_version)
        unit.commit()
    return LayoutKept(
        id=made.id,
        version=made.version,
        law_version=made.check.law_version,
        tolerance_deg=made.check.tolerance_deg,
        issues=[IssueOut.of(issue) for issue in made.check.issues],
    )


@router.get("/{area}/layouts/{layout}")
def show_layout(viewer: Reader, services: Shared, area: Id, layout: Id) -> LayoutOut:
    """Return a layout as GeoJSON, with what its check found."""
    with services.office.at_work(viewer.actor, "") as unit:
        if layout not in {each.id for each in read_record(unit, area).layouts}:
            raise NotFound(f"area {area} has no layout {layout}.")
        features, issues = features_of(unit, layout), issues_of(unit, layout)
    return LayoutOut(
        features=[feature_out(each) for each in features],
        issues=[IssueOut.stored(issue) for issue in issues],
    )


@router.post("/{area}/layouts/{layout}/decision", status_code=201, dependencies=[SameOrigin])
def decide_on_layout(viewer: Keeper, services: Shared, area: Id, layout: Id, order: Decide) -> Kept:
    """Accept or refuse a layout that another person submitted."""
    office = services.office
    with office.at_work(viewer.actor, f"decision on layout {layout}") as unit:
        number = decide_layout(unit, area, layout, order, office.law)
        unit.commit()
    return Kept(id=number)


@router.post("/{area}/conditions", status_code=201, dependencies=[SameOrigin])
def check_condition(viewer: Keeper, services: Shared, area: Id, order: CheckCondition) -> Kept:
    """Keep that a minimum condition was checked."""
    return _kept(services, viewer, area, order)


@router.post("/{area}/cooperatives", status_code=201, dependencies=[SameOrigin])
def describe_cooperative(
    viewer: Keeper, services: Shared, area: Id, order: DescribeCooperative
) -> Kept:
    """Keep what is known of a cooperative: approval, members, conduct code."""
    return _kept(services, viewer, area, order)


@router.post("/{area}/cards", status_code=201, dependencies=[SameOrigin])
def count_cards(viewer: Keeper, services: Shared, area: Id, order: CountCards) -> Kept:
    """Keep how many members of a cooperative have cards of a year."""
    return _kept(services, viewer, area, order)


@router.post("/{area}/standards", status_code=201, dependencies=[SameOrigin])
def assess_standard(viewer: Keeper, services: Shared, area: Id, order: AssessStandard) -> Kept:
    """Keep an assessment against a standard."""
    return _kept(services, viewer, area, order)


@router.post("/{area}/inspections", status_code=201, dependencies=[SameOrigin])
def inspect(viewer: InspectorDesk, services: Shared, area: Id, order: Inspect) -> Kept:
    """Keep an inspection."""
    return _kept(services, viewer, area, order)


@router.post("/{area}/findings", status_code=201, dependencies=[SameOrigin])
def find(viewer: Keeper, services: Shared, area: Id, order: Find) -> Kept:
    """Keep a finding; a critical one suspends an open area at once, as the finder's step."""
    return _kept(services, viewer, area, order)


@router.post("/{area}/closures", status_code=201, dependencies=[SameOrigin])
def close_finding(viewer: Keeper, services: Shared, area: Id, order: CloseFinding) -> Kept:
    """Keep that a finding was remedied; an area that it suspended is opened by a lifting alone."""
    return _kept(services, viewer, area, order)


@router.post("/{area}/declarations", status_code=201, dependencies=[SameOrigin])
def declare(viewer: Keeper, services: Shared, area: Id, order: Declare) -> Kept:
    """Keep a declaration of production; one that corrects another names it."""
    return _kept(services, viewer, area, order)


@router.post("/{area}/incidents", status_code=201, dependencies=[SameOrigin])
def report_incident(viewer: Keeper, services: Shared, area: Id, order: ReportIncident) -> Kept:
    """Keep an incident; never public."""
    return _kept(services, viewer, area, order)


@router.get("/{area}/incidents")
def incidents(viewer: Official, services: Shared, area: Id) -> list[IncidentOut]:
    """Return the incidents of an area, for officials and EGC alone."""
    with services.office.at_work(viewer.actor, "") as unit:
        read_record(unit, area)
        return [IncidentOut(**row) for row in read_incidents(unit, area)]


@router.post("/{area}/steps", status_code=201, dependencies=[SameOrigin])
def step(viewer: Stepper, services: Shared, area: Id, asked: StepAsked) -> StepMade:
    """Take a step of the area's operation: open, suspend, lift, close …"""
    taken = step_area(
        services.office, viewer.actor, area, asked.action, asked.reason, asked.expected_steps
    )
    return StepMade.model_validate({"seq": taken.seq, "state": taken.state})
