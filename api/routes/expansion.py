"""Activity over time around a title or in a province, its charts, and spill-over alerts.

Everybody reads published figures of today's titles, without any name that is not public. Officials
read all sources. Alerts are for officials, and for the company that holds the title; which ones is
the database's word.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response

from api.access import Administrator, Asking, Costly, Officer, Placed, SameOrigin, Shared, of_role
from api.auth import Viewer
from api.expansion_wire import (
    AlertOut,
    AlertsOut,
    ExpansionOut,
    NoteAsked,
    RunAsked,
    RunOut,
    SettingsAsked,
    SettingsOut,
    alert_said,
    alerts_said,
    expansion_said,
    run_said,
    settings_said,
)
from api.problems import BadRequest
from api.services import Services
from geo.activity.alert_store import (
    alerts_read,
    change_settings,
    current_settings,
    run_alerts,
    take_note,
)
from geo.activity.alerts import AlertDirection
from geo.activity.expansion import Expansion
from geo.activity.expansion_reading import (
    read_expansion,
    subject_of_province,
    subject_of_title,
)
from geo.register.connection import CADASTRE
from geo.register.people import Role
from maps.charts.expansion import change_chart, expansion_csv, rings_chart

router = APIRouter(prefix="/activity", tags=["expansion"], dependencies=[Placed])

OFFICIALS = frozenset(
    {Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.EGC, Role.INSPECTOR}
    | {Role.LEGAL, Role.MINISTER}
)
AlertReader = Annotated[Viewer, Depends(of_role(*sorted(OFFICIALS | {Role.COMPANY})))]
Title = Annotated[int | None, Query(ge=1, le=2**62)]
Province = Annotated[str | None, Query(max_length=80, pattern=r"^[^\x00]*$")]
From = Annotated[date, Query(alias="from")]
To = Annotated[date, Query(alias="to")]
By = Annotated[Literal["month", "year"], Query(alias="by")]
Chart = Annotated[Literal["rings", "change"], Query()]
Code = Annotated[str, Path(pattern=r"^ALR-[0-9]{6}-[0-9A-F]{8}$")]


@router.get("/expansion", dependencies=[Costly])
def expansion(
    services: Shared,
    viewer: Asking,
    since: From,
    until: To,
    title: Title = None,
    province: Province = None,
    by: By = "month",
) -> ExpansionOut:
    """Return activity in a title or province and around it, month by month or year by year."""
    return expansion_said(_expansion(services, viewer, title, province, since, until, by))


@router.get("/expansion/chart.svg", response_class=Response, dependencies=[Costly])
def chart(
    services: Shared,
    viewer: Asking,
    since: From,
    until: To,
    title: Title = None,
    province: Province = None,
    by: By = "month",
    chart: Chart = "rings",
    lang: Literal["fr", "en"] = "fr",
) -> Response:
    """Return a chart of it as SVG, its figures told in its description."""
    found = _expansion(services, viewer, title, province, since, until, by)
    drawn = (rings_chart if chart == "rings" else change_chart)(found, lang)
    return Response(drawn.content, media_type="image/svg+xml", headers=_PRIVATE)


@router.get("/expansion/figures.csv", response_class=Response, dependencies=[Costly])
def figures(
    services: Shared,
    viewer: Asking,
    since: From,
    until: To,
    title: Title = None,
    province: Province = None,
    by: By = "month",
) -> Response:
    """Return the figures as a table; a cell is empty where nothing was surveyed."""
    found = _expansion(services, viewer, title, province, since, until, by)
    text = "\ufeff" + expansion_csv(found)
    return Response(text, media_type="text/csv; charset=utf-8", headers=_PRIVATE)


@router.get("/alerts")
def alerts(
    services: Shared,
    viewer: AlertReader,
    title: Title = None,
    direction: AlertDirection | None = None,
    known: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    waiting: bool = False,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> AlertsOut:
    """Return alerts, the newest month first (officials; a company those of its titles)."""
    with services.office.at_work(viewer.actor, "") as unit:
        found = alerts_read(
            unit.connection,
            title=title,
            direction=direction and direction.value,
            known=known,
            waiting=waiting,
            limit=limit,
            official=viewer.of_the_cadastre,
        )
    return alerts_said(found)


@router.post("/alerts/runs", status_code=201, dependencies=[SameOrigin])
def run(services: Shared, viewer: Officer, asked: RunAsked) -> RunOut:
    """Look for alerts in some months and keep those not known yet (officer, supervisor)."""
    with services.office.at_work(viewer.actor, "alerts") as unit:
        result = run_alerts(unit, services.office.law, asked.since, asked.until)
        unit.commit()
    return run_said(result)


@router.post("/alerts/{code}/note", status_code=201, dependencies=[SameOrigin])
def note(services: Shared, viewer: Officer, code: Code, asked: NoteAsked) -> AlertOut:
    """Take note of an alert, once (officer, supervisor)."""
    with services.office.at_work(viewer.actor, asked.note) as unit:
        found = take_note(unit, code, asked.note)
        unit.commit()
    return alert_said(found)


@router.get("/alerts/settings")
def settings(services: Shared, viewer: AlertReader) -> SettingsOut:
    """Return the settings of alerts, which are no law."""
    with services.office.at_work(viewer.actor, "") as unit, unit.acting_as(CADASTRE):
        return settings_said(current_settings(unit.connection))


@router.put("/alerts/settings", dependencies=[SameOrigin])
def set_settings(services: Shared, viewer: Administrator, asked: SettingsAsked) -> SettingsOut:
    """Change settings of alerts (administrator)."""
    with services.office.at_work(viewer.actor, asked.reason) as unit:
        changed = change_settings(unit, asked.settings, asked.reason)
        unit.commit()
    return settings_said(changed)


_PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


def _expansion(
    services: Services,
    viewer: Viewer,
    title: int | None,
    province: str | None,
    since: date,
    until: date,
    by: str,
) -> Expansion:
    if (title is None) == (province is None):
        raise BadRequest("Name a title or a province, one of the two.")
    with services.office.at_work(viewer.actor, "") as unit:
        subject = (
            subject_of_province(province or "")
            if title is None
            else subject_of_title(unit.connection, title)
        )
        if viewer.role in OFFICIALS:
            with unit.acting_as(CADASTRE):
                return read_expansion(
                    unit.connection, subject, since, until, public=False, by_year=by == "year"
                )
        return read_expansion(
            unit.connection, subject, since, until, public=True, by_year=by == "year"
        )
