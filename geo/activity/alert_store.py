"""Alerts in the register: a run over months, reading them, taking note, the settings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from sqlalchemy import Connection, text

from geo.activity.alert_settings import AlertSettings, shipped_settings
from geo.activity.alerts import Alert, AlertDirection, Watched, alerts_of
from geo.activity.expansion_reading import checked_steps, first_look
from geo.activity.ground import Ground, GroundRole
from geo.activity.ground_of_register import ground_of_register
from geo.activity.looks import dated_within, steps_between
from geo.activity.rings import reaching
from geo.activity.series import Compared, compared_steps
from geo.errors import InputError, NotFound
from geo.law.values import Law
from geo.periods import Period, joined
from geo.register.activity.reader import ActivityReader
from geo.register.connection import REGISTER, UnitOfWork
from geo.register.names import kind_and_code
from geo.register.reader import Reader

_DIRECTIONS = {
    GroundRole.ZONE: AlertDirection.LEAVES_AREA,
    GroundRole.ALLOCATION: AlertDirection.LEAVES_AREA,
    GroundRole.PERMIT: AlertDirection.ENTERS_PERMIT,
    GroundRole.PROTECTED: AlertDirection.ENTERS_PROTECTED,
}
_STRIPS = text(
    """
    with accepted as (
      select l.id, l.area_title_id, d.on_day as since,
        lead(d.on_day) over (partition by l.area_title_id order by d.on_day, l.version) as until
      from casework.mine_layout l
      join casework.operation_decision d on d.layout_id = l.id and d.accepted
      where not exists (select from casework.mine_layout n where n.corrects = l.id)
    )
    select l.id as layout, l.area_title_id, f.feature, f.width_m, l.since, l.until,
      st_asbinary(f.geom) as geom
    from accepted l
    join casework.layout_feature f on f.layout_id = l.id and f.kind = 'exclusion_strip'
    where l.until is null or l.until > l.since
    order by l.id, f.feature
    """
)
_RUN = text(
    """
    insert into activity.alert_run (months, settings, known_revision, observations, undated, wider,
      not_surveyed, raised, repeated)
    values (daterange(:start, :end), cast(:settings as jsonb), :known, :observations, :undated,
      :wider, :not_surveyed, :raised, :repeated)
    returning id
    """
)
_ALERT = text(
    """
    insert into activity.alert (run_id, key, code, direction, ref, title_id, name, month, since,
      cell_col, cell_row, place, shape, new_ha, stated_ha, places, before_ha, before_places,
      distance_m)
    values (:run, :key, :code, :direction, :ref, :title_id, :name, :month, :since, :cell_col,
      :cell_row, st_geomfromwkb(:place, 4326), st_geomfromwkb(:shape, 4326), :new_ha, :stated_ha,
      :places, :before_ha, :before_places, :distance_m)
    returning id
    """
)
_EVIDENCE = text(
    "insert into activity.alert_evidence (alert_id, observation_id, after, distance_m) "
    "values (:alert, :observation, :after, :distance_m)"
)
_LIST = text(
    """
    select a.id, a.code, a.direction, a.ref, a.title_id, a.name, a.month, a.since, a.new_ha,
      a.stated_ha, a.places, a.before_ha, a.before_places, a.distance_m, st_x(a.place) as lon,
      st_y(a.place) as lat, a.opened_revision, v.at, n.note,
      (select r.actor from register.revision r where r.id = n.opened_revision) as noted_by,
      (select json_agg(json_build_object('observation', e.observation_id, 'after', e.after,
         'distance_m', e.distance_m) order by e.after desc, e.distance_m, e.observation_id)
       from activity.alert_evidence e where e.alert_id = a.id) as evidence
    from activity.alert a
    join register.revision v on v.id = a.opened_revision
    left join activity.alert_note n on n.alert_id = a.id
    where (cast(:title as bigint) is null or a.title_id = :title)
      and (cast(:direction as text) is null or a.direction = :direction)
      and (cast(:code as text) is null or a.code = :code)
      and (cast(:known as bigint) is null or a.opened_revision <= :known)
      and (not :waiting or n.alert_id is null)
    order by a.month desc, a.id desc limit :limit
    """
)
_COMPANY_LIST = text(
    _LIST.text.replace(
        "(select r.actor from register.revision r where r.id = n.opened_revision)", "null::text"
    )
    .replace("v.at", "null::timestamptz as at")
    .replace("join register.revision v on v.id = a.opened_revision", "")
)


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run found. ``not_surveyed``: months asked about in which nobody looked anywhere."""

    id: int
    raised: tuple[str, ...]
    repeated: int
    observations: int
    undated: int
    wider: int
    not_surveyed: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert as it is read; ``note`` None: nobody took note of it yet."""

    id: int
    code: str
    direction: str
    ref: str
    title_id: int | None
    name: str
    month: date
    since: date | None
    new_ha: float
    stated_ha: float
    places: int
    before_ha: float
    before_places: int
    distance_m: float
    lon: float
    lat: float
    opened_revision: int
    at: datetime | None
    note: str | None
    noted_by: str | None
    evidence: tuple[Mapping[str, Any], ...]


def run_alerts(unit: UnitOfWork, law: Law, start: date, end: date) -> RunResult:
    """Look for alerts in the months from ``start`` to ``end``, and keep those not known yet.

    Every look before is taken into account. Needs an officer's or a supervisor's unit of work; the
    caller commits.

    Raises
    ------
    InputError : the days are in the wrong order, or too many.
    """
    asked = checked_steps(start, end)
    known = Reader(unit.connection).revision()
    reader = ActivityReader(unit.connection, public=False)
    observations, surveys = reader.observations(known=known), reader.surveys(known=known)
    steps = steps_between(first_look(observations, surveys, start), end)
    by_month, undated, wider = dated_within(observations, steps)
    settings = current_settings(unit.connection)
    watched = watched_grounds(unit.connection, ground_of_register(unit.connection, law, known))
    seen: list[Compared] = []
    found = {
        alert.key: alert
        for alert in alerts_of(
            _kept(compared_steps(by_month, surveys, steps), seen), watched, settings
        )
        if asked[0].start is not None and alert.month >= asked[0].start
    }
    fresh = _not_known(unit.connection, found)
    silent = [
        one.step.start for one in seen[-len(asked) :] if one.looked.is_empty and one.step.start
    ]
    unit.open_revision()
    facts = {
        "start": asked[0].start,
        "end": asked[-1].end,
        "settings": json.dumps(settings.as_dict()),
        "known": known,
        "observations": len(observations),
        "undated": undated,
        "wider": wider,
        "not_surveyed": silent,
        "raised": len(fresh),
        "repeated": len(found) - len(fresh),
    }
    with unit.acting_as(REGISTER):
        run = int(unit.connection.scalar(_RUN, facts) or 0)
        for alert in fresh:
            _keep(unit.connection, run, alert)
    return RunResult(
        run,
        tuple(alert.code for alert in fresh),
        len(found) - len(fresh),
        len(observations),
        undated,
        wider,
        tuple(silent),
    )


def watched_grounds(connection: Connection, ground: Ground) -> list[Watched]:
    """Return the ground that alerts are asked of: areas, permits, protected areas, strips."""
    plots = [
        Watched(
            _DIRECTIONS[plot.role],
            plot.ref,
            plot.title_id,
            kind_and_code(plot.kind, plot.code),
            plot.geometry,
            plot.during,
        )
        for plot in ground.plots
        if plot.role in _DIRECTIONS and shapely.get_dimensions(plot.geometry) == 2
    ]
    strips = [
        Watched(
            AlertDirection.ENTERS_STRIP,
            f"layout {row.layout}/{row.feature}",
            row.area_title_id,
            str(row.feature),
            reaching(shapely.from_wkb(bytes(row.geom)), float(row.width_m or 0)),
            days,
        )
        for row in connection.execute(_STRIPS)
        for days in _as_area(ground, row.area_title_id, Period(row.since, row.until))
    ]
    return [*plots, *(strip for strip in strips if not strip.ground.is_empty)]


def _as_area(ground: Ground, title: int, within: Period) -> list[Period]:
    """Return the days of a period on which a title is an area of artisanal mining."""
    areas = (GroundRole.ZONE, GroundRole.ALLOCATION)
    lasting = [one.during for one in ground.plots if one.title_id == title and one.role in areas]
    found = (period.common(within) for period in joined(lasting))
    return [period for period in found if period is not None]


def alerts_read(
    connection: Connection,
    *,
    title: int | None = None,
    direction: str | None = None,
    code: str | None = None,
    known: int | None = None,
    waiting: bool = False,
    limit: int = 200,
    official: bool = True,
) -> list[AlertView]:
    """Return alerts, the newest month first; which ones is the database's word, by role.

    Parameters
    ----------
    known : as known in a revision.
    waiting : those alone that nobody took note of.
    official : False leaves out who took note and the instant, which only officials read.
    """
    asked = {
        "title": title,
        "direction": direction,
        "code": code,
        "known": known,
        "waiting": waiting,
        "limit": limit,
    }
    rows = connection.execute(_LIST if official else _COMPANY_LIST, asked).mappings()
    return [AlertView(**{**row, "evidence": tuple(row["evidence"] or ())}) for row in rows]


def take_note(unit: UnitOfWork, code: str, note: str) -> AlertView:
    """Keep that an officer took note of an alert, once; the caller commits.

    Raises
    ------
    NotFound : there is no such alert.
    InputError : the note is empty, or somebody took note already.
    """
    if not note.strip():
        raise InputError("say in a few words what is done about the alert.")
    found = alerts_read(unit.connection, code=code)
    if not found:
        raise NotFound(f"there is no alert {code}.")
    if found[0].note is not None:
        raise InputError(f"somebody took note of alert {code} already.")
    unit.connection.execute(
        text("insert into activity.alert_note (alert_id, note) values (:id, :note)"),
        {"id": found[0].id, "note": note.strip()},
    )
    return alerts_read(unit.connection, code=code)[0]


def current_settings(connection: Connection) -> AlertSettings:
    """Return the settings in use: the newest that an administrator set, else those shipped."""
    row = connection.scalar(
        text("select settings from activity.alert_setting order by id desc limit 1")
    )
    return shipped_settings() if row is None else shipped_settings().changed(row)


def change_settings(unit: UnitOfWork, wanted: Mapping[str, object], reason: str) -> AlertSettings:
    """Set some of the settings; needs an administrator's unit of work, and the caller commits.

    Raises
    ------
    InputError : a name or a value is none, or no reason is given.
    """
    if not reason.strip():
        raise InputError("say why the settings of alerts change.")
    settings = current_settings(unit.connection).changed(wanted)
    unit.connection.execute(
        text(
            "insert into activity.alert_setting (settings, reason) "
            "values (cast(:settings as jsonb), :reason)"
        ),
        {"settings": json.dumps(settings.as_dict()), "reason": reason.strip()},
    )
    return settings


def _kept(series: Iterable[Compared], into: list[Compared]) -> Iterator[Compared]:
    """Yield each step, remembering it."""
    for one in series:
        into.append(one)
        yield one


def _not_known(connection: Connection, found: Mapping[str, Alert]) -> Sequence[Alert]:
    asked = text("select key from activity.alert where key = any(:keys)")
    known = set(connection.scalars(asked, {"keys": list(found)}))
    return [alert for key, alert in found.items() if key not in known]


def _keep(connection: Connection, run: int, alert: Alert) -> None:
    facts = {
        "run": run,
        "key": alert.key,
        "code": alert.code,
        "direction": alert.watched.direction.value,
        "ref": alert.watched.ref,
        "title_id": alert.watched.title_id,
        "name": alert.watched.name,
        "month": alert.month,
        "since": alert.since,
        "cell_col": alert.cell[0],
        "cell_row": alert.cell[1],
        "place": shapely.to_wkb(shapely.Point(alert.middle)),
        "shape": None if alert.shape.is_empty else shapely.to_wkb(alert.shape),
        "new_ha": alert.new_ha,
        "stated_ha": alert.stated_ha,
        "places": alert.places,
        "before_ha": alert.before_ha,
        "before_places": alert.before_places,
        "distance_m": alert.distance_m,
    }
    number = connection.scalar(_ALERT, facts)
    rows = [
        {
            "alert": number,
            "observation": one.observation.id,
            "after": one.after,
            "distance_m": one.distance_m,
        }
        for one in alert.evidence
    ]
    if rows:
        connection.execute(_EVIDENCE, rows)
