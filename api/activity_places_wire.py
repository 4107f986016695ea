"""What the API and the command say of the places of activity, field by field.

Geometries are GeoJSON in longitude and latitude (EPSG:4326); legal areas are decimal strings. A
value that its source does not state is null: never 0, and never today.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import shapely
from pydantic import BaseModel

from api.wire import Sentence
from geo.activity.inspection import Listed, Ranking
from geo.activity.months import Activity, Month
from geo.activity.placed import Change, PlaceCode, Placed, RightMet, Side, Stood
from geo.activity.words import (
    NOTES,
    ON_DAYS,
    PLACES,
    REASONS,
    notes_on,
    remarks_of,
    right_in_words,
    summary_of,
    then_of,
)
from geo.law import Law
from geo.law.values import Bilingual, Language
from geo.periods import Period
from geo.register.areas.measure import millimetres
from maps.escape import csv_text


class Days(BaseModel):
    """Days from ``start`` until before ``end``; null is open."""

    start: date | None
    end: date | None


class RightOut(BaseModel):
    """A right met or nearby; ``holder`` is null where its name is not public or not stated.

    Distances are in metres, to the millimetre; ``edge_m`` is that to its boundary.
    """

    role: str
    title_id: int | None
    code: str
    kind: str
    holder: str | None
    area_ha: Decimal | None
    share_inside: float | None
    distance_m: Decimal
    edge_m: Decimal | None
    state: str | None
    since: date | None
    until: date | None
    granted_on: date | None
    expires_on: date | None
    notes: list[Sentence]


class SideOut(BaseModel):
    """One legal place that it reaches, with its probability (of an outline: its share)."""

    code: str
    name: Sentence
    probability: float
    also: list[str]
    rights: list[RightOut]


class ThenOut(BaseModel):
    """Its place over some of the days on which it was seen."""

    during: Days
    code: str
    summary: Sentence
    sides: list[SideOut]
    begun_unknown: list[RightOut]
    complete: bool


class ChangeOut(BaseModel):
    """What began or ended on its ground since it was last seen."""

    change: str
    day: date | None
    right: RightOut


class PlaceOut(BaseModel):
    """An activity with its legal place on a day, and on the days when it was seen."""

    id: int | None
    source: str
    site: str | None
    name: str | None
    seen: str
    during: Days | None
    geometry: dict[str, Any]
    uncertainty_m: float | None
    patch_ha: float | None
    confidence: float | None
    minerals: list[str]
    province: str | None
    on: date
    code: str
    summary: Sentence
    sides: list[SideOut]
    rights: list[RightOut]
    nearest: list[RightOut]
    boundary_m: Decimal | None
    visit_age_days: int | None
    then: list[ThenOut]
    changes: list[ChangeOut]
    protection_unknown: list[str]
    on_day: str
    on_day_name: Sentence
    remarks: list[Sentence]


class ListedOut(PlaceOut):
    """A place on the list of inspections, and why."""

    reasons: list[str]
    reason_names: list[Sentence]


class PlacePage(BaseModel):
    """A page of the list; those left out for want of a stated patch or day are counted."""

    on: date
    total: int
    patch_not_stated: int
    day_not_stated: int
    items: list[ListedOut]


class MonthOut(BaseModel):
    """One month: what was seen, and which part of the ground was looked at.

    ``code`` is ``not_surveyed`` where nothing was seen and not all the ground was looked at.
    """

    first: date
    share_surveyed: float
    seen: int
    code: str | None
    name: Sentence | None


class TitleActivity(BaseModel):
    """Activity on a title: each place, and month by month; ``undated`` counts in no month."""

    title_id: int
    on: date
    share_surveyed: float | None
    sources: list[str]
    survey_undated: bool
    months: list[MonthOut]
    undated: int
    places: list[PlaceOut]


def place_said(placed: Placed, law: Law) -> PlaceOut:
    """Return a place."""
    return PlaceOut(**_fields(placed, law))


def page_said(found: Ranking, law: Law, on: date, offset: int, limit: int) -> PlacePage:
    """Return a page of the list."""
    return PlacePage(
        on=on,
        total=len(found.items),
        patch_not_stated=found.patch_not_stated,
        day_not_stated=found.day_not_stated,
        items=[_listed(one, law) for one in found.items[offset : offset + limit]],
    )


def title_said(
    title_id: int, on: date, activity: Activity | None, places: Iterable[Placed], law: Law
) -> TitleActivity:
    """Return the activity on a title; without ground nothing is known of its months."""
    looked = None if activity is None else activity.surveyed
    return TitleActivity(
        title_id=title_id,
        on=on,
        share_surveyed=None if looked is None else looked.extent_share,
        sources=[] if looked is None else list(looked.sources),
        survey_undated=looked is not None and looked.undated,
        months=[] if activity is None else [_month(month) for month in activity.months],
        undated=0 if activity is None else len(activity.undated),
        places=[place_said(one, law) for one in places],
    )


_COLUMNS = (
    *("id", "source", "site", "name", "seen_from", "seen_until", "place", "place_name", "reasons"),
    *("right", "kind", "holder", "legal_area_ha", "probability", "boundary_m", "uncertainty_m"),
    *("patch_ha", "age_days", "province", "lon", "lat", "then", "remarks", "on"),
)


def places_csv(found: Iterable[Listed], law: Law, language: Language = "fr") -> str:
    """Return a list as CSV (UTF-8, comma): text that looks like a formula stays text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for one in found:
        writer.writerow([_cell(value) for value in _line(one, law, language)])
    return out.getvalue()


def _line(one: Listed, law: Law, language: Language) -> tuple[object, ...]:
    placed, seen = one.placed, one.placed.observation
    rights = [right for side in placed.sides for right in side.rights]
    during = seen.during or Period(None, None)
    at = shapely.point_on_surface(seen.geometry)
    names = {code: found.name for code, found in law.restricted.items()}
    remarks = [remark.text(language) for remark in remarks_of(placed, names)]
    return (
        *(seen.id, seen.source, seen.site, seen.name, during.start, during.end, placed.code.value),
        summary_of(placed).text(language),
        "; ".join(REASONS[reason].text(language) for reason in one.reasons),
        "; ".join(dict.fromkeys(right_in_words(right) for right in rights)),
        "; ".join(dict.fromkeys(right.kind for right in rights)),
        "; ".join(dict.fromkeys(right.holder for right in rights if right.holder)),
        "; ".join(str(right.area_ha) for right in rights if right.area_ha is not None),
        "; ".join(f"{side.code.value} {side.probability:.4f}" for side in placed.sides),
        _metres(placed.boundary_m),
        *(seen.uncertainty_m, seen.patch_ha, placed.visit_age_days, placed.province, at.x, at.y),
        "; ".join(then_of(stood).text(language) for stood in placed.then),
        "; ".join(remarks),
        placed.on,
    )


def _cell(value: object) -> object:
    if value is None:
        return ""
    return csv_text(value) if isinstance(value, str) else value


def _listed(one: Listed, law: Law) -> ListedOut:
    return ListedOut(
        **_fields(one.placed, law),
        reasons=[reason.value for reason in one.reasons],
        reason_names=[_sentence(REASONS[reason]) for reason in one.reasons],
    )


def _fields(placed: Placed, law: Law) -> dict[str, Any]:
    seen, on = placed.observation, placed.on
    names = {code: found.name for code, found in law.restricted.items()}
    return {
        "id": seen.id,
        "source": seen.source,
        "site": seen.site,
        "name": seen.name,
        "seen": seen.seen.value,
        "during": None if seen.during is None else _days(seen.during),
        "geometry": json.loads(shapely.to_geojson(seen.geometry)),
        "uncertainty_m": seen.uncertainty_m,
        "patch_ha": seen.patch_ha,
        "confidence": seen.confidence,
        "minerals": list(seen.minerals),
        "province": placed.province,
        "on": on,
        "code": placed.code.value,
        "summary": _sentence(summary_of(placed)),
        "sides": [_side(side, on) for side in placed.sides],
        "rights": [_right(right, on) for right in placed.rights],
        "nearest": [_right(right, on) for right in placed.nearest],
        "boundary_m": _metres(placed.boundary_m),
        "visit_age_days": placed.visit_age_days,
        "then": [_then(stood) for stood in placed.then],
        "changes": [_change(change, on) for change in placed.changes],
        "protection_unknown": list(placed.protection_unknown),
        "on_day": placed.on_day.value,
        "on_day_name": _sentence(ON_DAYS[placed.on_day]),
        "remarks": [_sentence(remark) for remark in remarks_of(placed, names)],
    }


def _right(right: RightMet, on: date) -> RightOut:
    return RightOut(
        role=right.role.value,
        title_id=right.title_id,
        code=right.code,
        kind=right.kind,
        holder=right.holder,
        area_ha=right.area_ha,
        share_inside=right.share_inside,
        distance_m=millimetres(right.distance_m),
        edge_m=_metres(right.edge_m),
        state=right.state,
        since=right.since,
        until=right.until,
        granted_on=right.granted_on,
        expires_on=right.expires_on,
        notes=[_sentence(NOTES[note]) for note in notes_on(right, on)],
    )


def _side(side: Side, on: date) -> SideOut:
    return SideOut(
        code=side.code.value,
        name=_sentence(PLACES[side.code]),
        probability=side.probability,
        also=[code.value for code in side.also],
        rights=[_right(right, on) for right in side.rights],
    )


def _then(stood: Stood) -> ThenOut:
    first = stood.during.start or date.max
    return ThenOut(
        during=_days(stood.during),
        code=stood.code.value,
        summary=_sentence(then_of(stood)),
        sides=[_side(side, first) for side in stood.sides],
        begun_unknown=[_right(right, first) for right in stood.begun_unknown],
        complete=stood.complete,
    )


def _change(change: Change, on: date) -> ChangeOut:
    return ChangeOut(change=change.key, day=change.day, right=_right(change.right, on))


def _month(month: Month) -> MonthOut:
    unknown = month.code is PlaceCode.NOT_SURVEYED
    return MonthOut(
        first=month.first,
        share_surveyed=month.share_surveyed,
        seen=len(month.seen),
        code=PlaceCode.NOT_SURVEYED.value if unknown else None,
        name=_sentence(PLACES[PlaceCode.NOT_SURVEYED]) if unknown else None,
    )


def _days(period: Period) -> Days:
    return Days(start=period.start, end=period.end)


def _metres(metres: float | None) -> Decimal | None:
    return None if metres is None else millimetres(metres)


def _sentence(words: Bilingual) -> Sentence:
    return Sentence(fr=words.fr, en=words.en)
