"""What the API and the commands say of expansion and of alerts, field by field.

``null`` is never 0: where nothing was surveyed there is no figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, Field

from api.wire import Sentence
from geo.activity.alert_settings import AlertSettings, setting_texts
from geo.activity.alert_store import AlertView, RunResult
from geo.activity.expansion import Amount, Expansion, StepFigures, ZoneFigures
from maps.charts.expansion import summary


class AmountOut(BaseModel):
    """Measured hectares, hectares that the source states for points, places without a size."""

    ha: float
    stated_ha: float
    places: float


class ZoneOut(BaseModel):
    """One zone in one step; ``null``: not surveyed, or (new, stayed, gone) not looked at again."""

    zone: str
    surveyed: str
    surveyed_share: float
    compared_share: float
    seen: AmountOut | None
    first_seen: AmountOut | None
    new: AmountOut | None
    stayed: AmountOut | None
    gone: AmountOut | None
    new_per_month: AmountOut | None


class DirectionOut(BaseModel):
    """Which way activity went; ``bearing_deg`` is null where bearings do not agree."""

    bearing_deg: float | None
    towards: str | None
    resultant: float
    moved_m: float
    moved_bearing_deg: float | None


class StepOut(BaseModel):
    """A month or a year, half-open; ``months_since``: since the look before."""

    since: date
    until: date
    months_since: int | None
    direction: DirectionOut | None
    zones: list[ZoneOut]


class ExpansionOut(BaseModel):
    """Expansion of a subject; what could not be placed in time is counted apart."""

    subject: str
    kind: str
    title_id: int | None
    code: str | None
    never_surveyed: bool
    sources: list[str]
    date_not_stated: int
    days_wider_than_a_step: int
    surveys_without_days: list[str]
    summary: Sentence
    steps: list[StepOut]


class EvidenceOut(BaseModel):
    """An observation that an alert rests on; ``after``: of the new ground."""

    observation: int
    after: bool
    distance_m: float


class AlertOut(BaseModel):
    """New activity over a boundary: where to go and look. ``since``: month of the look before.

    ``id`` names it as evidence of a conflict.
    """

    id: int
    code: str
    direction: str
    subject: str
    title_id: int | None
    month: date
    since: date | None
    new_ha: float
    stated_ha: float
    places: int
    before_ha: float
    before_places: int
    distance_m: float
    longitude: float
    latitude: float
    revision: int
    raised_at: datetime | None
    note: str | None
    noted_by: str | None
    evidence: list[EvidenceOut]


class SettingOut(BaseModel):
    """A setting of alerts; no law."""

    name: str
    value: float
    unit: str
    meaning: Sentence


class AlertsOut(BaseModel):
    """Alerts that the asker may see."""

    alerts: list[AlertOut]
    about: Sentence


class SettingsOut(BaseModel):
    """The settings in use, and what they are."""

    about: Sentence
    settings: list[SettingOut]


class RunAsked(BaseModel):
    """The months to look at: of this day until that of the other."""

    since: date
    until: date


class RunOut(BaseModel):
    """What a run found; months in which nobody looked are no months without activity."""

    run: int
    raised: list[str]
    repeated: int
    observations: int
    date_not_stated: int
    days_wider_than_a_month: int
    months_not_surveyed: list[date]


class NoteAsked(BaseModel):
    """What is done about an alert, in a few words."""

    note: str = Field(min_length=1, max_length=2000)


class SettingsAsked(BaseModel):
    """Settings to change by name, and why."""

    settings: dict[str, float] = Field(min_length=1, max_length=20)
    reason: str = Field(min_length=1, max_length=2000)


def expansion_said(found: Expansion) -> ExpansionOut:
    """Return expansion with its summary in both languages."""
    return ExpansionOut(
        subject=found.subject.name,
        kind=found.subject.kind.value,
        title_id=found.subject.title_id,
        code=found.subject.code,
        never_surveyed=found.never_surveyed,
        sources=list(found.sources),
        date_not_stated=found.undated,
        days_wider_than_a_step=found.wider,
        surveys_without_days=list(found.undated_surveys),
        summary=Sentence(fr=summary(found, "fr"), en=summary(found, "en")),
        steps=[_step(one) for one in found.steps],
    )


def alert_said(alert: AlertView) -> AlertOut:
    """Return an alert with its evidence."""
    same = (
        *("id", "code", "direction", "title_id", "month", "since", "new_ha", "stated_ha"),
        *("places", "before_ha", "before_places", "distance_m", "note", "noted_by"),
    )
    return AlertOut(
        subject=alert.name,
        longitude=alert.lon,
        latitude=alert.lat,
        revision=alert.opened_revision,
        raised_at=alert.at,
        evidence=[EvidenceOut(**one) for one in alert.evidence],
        **{name: getattr(alert, name) for name in same},
    )


def alerts_said(alerts: list[AlertView]) -> AlertsOut:
    """Return alerts with what an alert is."""
    return AlertsOut(alerts=[alert_said(one) for one in alerts], about=_about())


def run_said(result: RunResult) -> RunOut:
    """Return what a run found."""
    return RunOut(
        run=result.id,
        raised=list(result.raised),
        repeated=result.repeated,
        observations=result.observations,
        date_not_stated=result.undated,
        days_wider_than_a_month=result.wider,
        months_not_surveyed=list(result.not_surveyed),
    )


def settings_said(settings: AlertSettings) -> SettingsOut:
    """Return the settings with their meaning."""
    values: Mapping[str, Any] = settings.as_dict()
    texts = setting_texts()[1]
    return SettingsOut(
        about=_about(),
        settings=[
            SettingOut(
                name=one.name,
                value=values[one.name],
                unit=one.unit,
                meaning=Sentence(fr=one.meaning.fr, en=one.meaning.en),
            )
            for one in texts
        ],
    )


def _about() -> Sentence:
    note = setting_texts()[0]
    return Sentence(fr=note.fr, en=note.en)


def _step(one: StepFigures) -> StepOut:
    way = one.direction
    direction = way and DirectionOut(
        bearing_deg=way.bearing_deg,
        towards=way.towards,
        resultant=way.resultant,
        moved_m=way.moved_m,
        moved_bearing_deg=way.moved_bearing_deg,
    )
    return StepOut.model_validate(
        {
            "since": one.step.start,
            "until": one.step.end,
            "months_since": one.months,
            "direction": direction,
            "zones": [_zone(one, zone) for zone in one.zones.values()],
        }
    )


def _zone(one: StepFigures, zone: ZoneFigures) -> ZoneOut:
    rate = one.rate(zone.zone)
    return ZoneOut(
        zone=zone.zone.value,
        surveyed=zone.looked.value,
        surveyed_share=zone.share,
        compared_share=zone.again,
        seen=_amount(zone.seen),
        first_seen=_amount(zone.first),
        new=_amount(zone.new),
        stayed=_amount(zone.stayed),
        gone=_amount(zone.gone),
        new_per_month=None
        if rate is None
        else AmountOut(ha=rate.ha, stated_ha=rate.stated_ha, places=rate.places),
    )


def _amount(amount: Amount | None) -> AmountOut | None:
    if amount is None:
        return None
    return AmountOut(ha=amount.ha, stated_ha=amount.stated_ha, places=amount.places)
