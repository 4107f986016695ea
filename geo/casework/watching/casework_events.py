"""Events of the casework: public notices, counts of objections, steps of conflict cases.

A file is told of once a notice of it is published, and then only what the notice shows: perimeter,
kind and route, substances, parties. Drafts and files without a notice make no event here. Of a
conflict case learn officials, its parties and the holders of its titles, and no more than where it
stands: no name, no evidence, no position.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import shapely
from sqlalchemy import Connection, Row, text

from geo.casework.watching.events import (
    READERS_OF_ACTIVITY,
    READERS_OF_OBJECTIONS,
    EventKind,
    NewEvent,
)
from geo.grid import DRC
from geo.perimeter import Perimeter

_NOTICES = text(
    "select n.id, n.revision, n.replaces, n.machine, n.kind, n.route, n.substances, "
    "n.published_on, n.closes_on, n.runs, array(select p.party_id from casework.notice_party p "
    "where p.notice_id = n.id order by p.position) as parties "
    "from casework.notice n where n.revision > :after and n.revision <= :upto order by n.revision"
)
_OBJECTIONS = text(
    "select n.id, max(o.revision) as revision, count(*) as came, n.runs, "
    "(select count(*) from casework.objection e where e.notice_id = n.id "
    "and e.revision <= :upto) as so_far "
    "from casework.objection o join casework.notice n on n.id = o.notice_id "
    "where o.revision > :after and o.revision <= :upto group by n.id order by 2"
)

_CONFLICTS = text(
    "select f.id, s.revision, f.number, f.subject, s.from_state, s.to_state, c.titles, "
    "array(select distinct h.party_id from register.title_version v join register.holding h "
    "on h.title_version_id = v.id where v.title_id = any(c.titles) and upper_inf(v.known) "
    "and v.valid @> published.today() union select p.party_id from casework.conflict_party p "
    "where p.file_id = f.id and p.party_id is not null) as parties, "
    "st_asbinary(st_collect(array(select e.geom from casework.conflict_evidence e "
    "where e.file_id = f.id and e.geom is not null and not e.withheld "
    "and e.opened_revision <= s.revision))) as geom "
    "from casework.case_step s join casework.case_file f on f.id = s.file_id "
    "join casework.conflict c on c.file_id = f.id "
    "where s.revision > :after and s.revision <= :upto and f.machine = 'conflict' "
    "and f.filed_at is not null and s.to_state <> s.from_state and s.to_state <> 'draft' "
    "order by s.revision, s.seq"
)


def casework_events(connection: Connection, after: int, upto: int) -> list[NewEvent]:
    """Return notices and counts of objections of the revisions ``after < revision <= upto``."""
    span = {"after": after, "upto": upto}
    notices = [_notice(row) for row in connection.execute(_NOTICES, span)]
    objections = [_objections(row) for row in connection.execute(_OBJECTIONS, span)]
    conflicts = connection.execute(_CONFLICTS, span)
    return notices + objections + [one for row in conflicts for one in _conflict(row)]


def _notice(row: Row[Any]) -> NewEvent:
    cells = Perimeter.from_runs(row.runs, DRC)
    facts = {
        "change": "opened" if row.replaces is None else "changed",
        "procedure": row.machine,
        "right": row.kind,
        "route": row.route,
        "minerals": row.substances,
        "published_on": row.published_on.isoformat(),
        "closes_on": row.closes_on.isoformat(),
        "cells": cells.count,
        "legal_area_ha": str(cells.legal_area_ha),
    }
    return NewEvent(
        revision=row.revision,
        kind=EventKind.NOTICE,
        subject=f"notice:{row.id}",
        party_ids=row.parties,
        facts=facts,
        cells=cells,
    )


def _objections(row: Row[Any]) -> NewEvent:
    return NewEvent(
        revision=row.revision,
        kind=EventKind.OBJECTION,
        subject=f"notice:{row.id}",
        facts={"change": "opened", "came": row.came, "so_far": row.so_far},
        cells=Perimeter.from_runs(row.runs, DRC),
        roles=READERS_OF_OBJECTIONS,
    )


def _conflict(row: Row[Any]) -> Iterator[NewEvent]:
    """Give the step once for each title of the case, so that the watch of either has it."""
    for title in row.titles:
        yield NewEvent(
            revision=row.revision,
            kind=EventKind.CONFLICT,
            subject=f"title:{title}",
            title_id=title,
            facts={
                "change": "opened" if row.from_state == "draft" else "changed",
                "file": row.id,
                "code": row.number,
                "about": row.subject,
                "was": row.from_state,
                "state": row.to_state,
            },
            geometry=None if row.geom is None else shapely.from_wkb(bytes(row.geom)),
            roles=READERS_OF_ACTIVITY,
            parties=row.parties,
        )
