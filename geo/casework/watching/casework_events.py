"""Events of the casework: public notices, and how many objections came to one.

A file is told of once a notice of it is published, and then only what the notice shows: perimeter,
kind and route, substances, parties. Drafts and files without a notice make no event here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, text

from geo.casework.watching.events import READERS_OF_OBJECTIONS, EventKind, NewEvent
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


def casework_events(connection: Connection, after: int, upto: int) -> list[NewEvent]:
    """Return notices and counts of objections of the revisions ``after < revision <= upto``."""
    span = {"after": after, "upto": upto}
    notices = [_notice(row) for row in connection.execute(_NOTICES, span)]
    return notices + [_objections(row) for row in connection.execute(_OBJECTIONS, span)]


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
