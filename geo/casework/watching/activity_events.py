"""Events of activity: visits and detections that no earlier delivery had; spill-over alerts.

That nothing was seen makes no event, and is no word on ground that nobody looked at. A source that
is not public is told of to officials alone. Facts that may harm people are not read here at all.
An alert is told of to officials, and to whoever holds the title that it is about or its host.
"""

from __future__ import annotations

from typing import Any

import shapely
from sqlalchemy import Connection, Row, text

from geo.casework.watching.events import READERS_OF_ACTIVITY, EventKind, NewEvent

_NEW = text(
    "select o.id, lower(o.known) as revision, s.code as source, s.name as source_name, "
    "s.public, t.code as site, o.name, o.seen, lower(o.during) as first_day, "
    "upper(o.during) as day_after, o.uncertainty_m, o.patch_ha, o.confidence, o.minerals, "
    "st_asbinary(o.geom) as geom "
    "from activity.observation o join activity.source s on s.id = o.source_id "
    "left join activity.site t on t.id = o.site_id "
    "where lower(o.known) > :after and lower(o.known) <= :upto and not exists ("
    "select from activity.observation e where e.source_id = o.source_id "
    "and lower(e.known) < lower(o.known) and e.seen = o.seen "
    "and e.site_id is not distinct from o.site_id and e.during is not distinct from o.during "
    "and e.geom && o.geom and st_equals(e.geom, o.geom)) order by lower(o.known), o.id"
)

_ALERTS = text(
    "select a.id, a.opened_revision as revision, a.code, a.direction, a.title_id, a.name, "
    "a.month, a.since, a.new_ha, a.stated_ha, a.places, a.distance_m, "
    "st_asbinary(coalesce(a.shape, a.place)) as geom, array(select distinct h.party_id "
    "from register.title_version v join register.holding h on h.title_version_id = v.id "
    "where upper_inf(v.known) and v.valid @> published.today() and v.title_id in ("
    "select a.title_id union select b.host_title_id from register.bond b "
    "where b.title_id = a.title_id and upper_inf(b.known) and b.valid @> published.today())"
    ") as holders from activity.alert a "
    "where a.opened_revision > :after and a.opened_revision <= :upto "
    "order by a.opened_revision, a.id"
)


def alert_events(connection: Connection, after: int, upto: int) -> list[NewEvent]:
    """Return the alerts that were raised in the revisions ``after < revision <= upto``."""
    rows = connection.execute(_ALERTS, {"after": after, "upto": upto})
    return [_alert(row) for row in rows]


def _alert(row: Row[Any]) -> NewEvent:
    return NewEvent(
        revision=row.revision,
        kind=EventKind.ALERT,
        subject=f"alert:{row.id}",
        title_id=row.title_id,
        facts={
            "change": "opened",
            "code": row.code,
            "direction": row.direction,
            "name": row.name,
            "month": row.month.isoformat(),
            "since": row.since.isoformat() if row.since else None,
            "new_ha": row.new_ha,
            "stated_ha": row.stated_ha,
            "places": row.places,
            "distance_m": row.distance_m,
        },
        geometry=shapely.from_wkb(bytes(row.geom)),
        roles=READERS_OF_ACTIVITY,
        parties=row.holders,
    )


def activity_events(connection: Connection, after: int, upto: int) -> list[NewEvent]:
    """Return what was newly seen in the revisions ``after < revision <= upto``."""
    rows = connection.execute(_NEW, {"after": after, "upto": upto})
    return [_seen(row) for row in rows]


def _seen(row: Row[Any]) -> NewEvent:
    geometry = shapely.from_wkb(bytes(row.geom))
    is_point = geometry.geom_type == "Point"
    return NewEvent(
        revision=row.revision,
        kind=EventKind.ACTIVITY,
        subject=f"observation:{row.id}",
        facts={
            "change": "opened",
            "seen": row.seen,
            "source": row.source,
            "source_name": row.source_name,
            "site": row.site,
            "name": row.name,
            "first_day": row.first_day.isoformat() if row.first_day else None,
            "day_after": row.day_after.isoformat() if row.day_after else None,
            "uncertainty_m": row.uncertainty_m,
            "patch_ha": row.patch_ha,
            "confidence": row.confidence,
            "minerals": row.minerals,
        },
        geometry=geometry,
        reach_m=row.uncertainty_m if is_point and row.uncertainty_m else None,
        roles=None if row.public else READERS_OF_ACTIVITY,
    )
