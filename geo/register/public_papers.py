"""What is public of the papers behind a title: acts that zones rest on, and notices of its ground.

Only the public views are read. They tie no file to a title, so notices are those whose carrés meet
the title's: that is what is said of them, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from geo.grid import DRC
from geo.perimeter import Perimeter

_ACTS = text(
    """
    select distinct reference, on_day from (
      select act_reference as reference, act_on as on_day from published.zone where title_id = :id
      union all select act_reference, act_on from published.allocation where title_id = :id
      union all select act_reference, act_on from published.attribution where title_id = :id
      union all select act_reference, act_on from published.lease where title_id = :id) a
    where reference is not null order by on_day, reference
    """
)
_MOST_NOTICES = 200
_NOTICES = text(
    """
    select n.id, n.subject, n.kind, n.published_on, n.closes_on, n.withdrawn_on,
      n.replaced_by is not null as replaced, n.runs, n.cells,
      array(select runs from published.ground where title_id = :id
        union all select runs from published.restricted_area where title_id = :id) as held,
      (select count(*) from published.objection_answer a where a.notice_id = n.id) as answers
    from published.notice n
    where exists (select from published.ground g where g.title_id = :id
        and st_intersects(g.geom, n.geom))
      or exists (select from published.restricted_area g where g.title_id = :id
        and st_intersects(g.geom, n.geom))
    order by n.published_on desc, n.id desc limit :limit
    """
)


@dataclass(frozen=True, slots=True)
class PublicAct:
    """An act that the register publishes: its reference as printed on it, and its day."""

    reference: str
    on_day: date | None


@dataclass(frozen=True, slots=True)
class NoticeOnGround:
    """A notice of which ``shared_cells`` carrés of ``cells`` are the title's.

    ``answers``: how many answers to objections are public.
    """

    id: int
    subject: str
    kind: str
    published_on: date
    closes_on: date
    withdrawn_on: date | None
    replaced: bool
    cells: int
    shared_cells: int
    answers: int


def public_acts(connection: Connection, title_id: int) -> list[PublicAct]:
    """Return the acts that the register publishes of a title, today."""
    return [
        PublicAct(row.reference, row.on_day) for row in connection.execute(_ACTS, {"id": title_id})
    ]


def notices_on_ground(connection: Connection, title_id: int) -> list[NoticeOnGround]:
    """Return the notices whose carrés meet those of a title today, the newest first."""
    rows = connection.execute(_NOTICES, {"id": title_id, "limit": _MOST_NOTICES}).all()
    found = []
    for row in rows:
        held = Perimeter.from_runs([run for runs in row.held for run in runs], DRC)
        shared = (held & Perimeter.from_runs(row.runs, DRC)).count
        if shared:
            found.append(
                NoticeOnGround(
                    row.id,
                    row.subject,
                    row.kind,
                    row.published_on,
                    row.closes_on,
                    row.withdrawn_on,
                    row.replaced,
                    row.cells,
                    shared,
                    row.answers,
                )
            )
    return found
