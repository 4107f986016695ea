"""Long lists, a page at a time: overlaps of the latest audit, import issues, names withheld."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Connection, Row, text

from geo.register.public_reader import MAX_QUERY, known_kind, overlap_facts
from geo.register.views import FileIssueView, OverlapPairView, TitleSummary

_OVERLAP_COUNT = text(
    "select count(*) from published.overlap "
    "where cast(:verdict as text) is null or verdict = :verdict"
)

_OVERLAP_PAGE = text(
    """
    select o.id, r.on_day as "on", o.exact, o.cells, o.area_cells, o.legal_area_ha,
      o.geodesic_area_m2, o.verdict, o.reason, o.article, o.source, o.confidence, o.message,
      a.id as a_id, a.code as a_code, a.part as a_part, a.kind as a_kind, a.state as a_state,
      a.holders as a_holders,
      b.id as b_id, b.code as b_code, b.part as b_part, b.kind as b_kind, b.state as b_state,
      b.holders as b_holders
    from (
      select * from published.overlap
      where cast(:verdict as text) is null or verdict = :verdict
      order by area_cells desc, id
      limit :limit offset :offset) o
    join published.overlap_run r on r.id = o.run_id
    join published.title a on a.id = o.a_title_id
    join published.title b on b.id = o.b_title_id
    order by o.area_cells desc, o.id
    """
)


def overlap_page(
    connection: Connection, verdict: str | None, limit: int, offset: int
) -> tuple[int, list[OverlapPairView]]:
    """Return how many overlaps have the verdict (or any), and a page of them, largest first."""
    total = connection.scalar(_OVERLAP_COUNT, {"verdict": verdict})
    asked = {"verdict": verdict, "limit": limit, "offset": offset}
    return int(total or 0), [_pair(row) for row in connection.execute(_OVERLAP_PAGE, asked)]


def _pair(row: Row[Any]) -> OverlapPairView:
    return OverlapPairView(**overlap_facts(row), a=_side(row, "a"), b=_side(row, "b"))


def _side(row: Row[Any], side: str) -> TitleSummary:
    named = row._mapping
    return TitleSummary(
        id=named[f"{side}_id"],
        code=named[f"{side}_code"],
        part=named[f"{side}_part"],
        kind=known_kind(named[f"{side}_kind"]),
        state=named[f"{side}_state"],
        holders=named[f"{side}_holders"],
    )


_ISSUE_COUNT = text(
    "select count(*) from register.import_issue s "
    "join register.import_run i on i.id = s.import_id and i.state = 'applied'"
)

_ISSUE_PAGE = text(
    """
    select f.name as file, s."row", s.field, s.value, s.kind, s.message, s.corrected_by, s.refused
    from register.import_issue s
    join register.import_run i on i.id = s.import_id and i.state = 'applied'
    join register.received_file f on f.id = i.file_id
    order by s.import_id desc, s."row" nulls first, s.id
    limit :limit offset :offset
    """
)


def issue_page(connection: Connection, limit: int, offset: int) -> tuple[int, list[FileIssueView]]:
    """Return how many issues the imports in the register have, and a page, newest import first.

    Needs the role of an official.
    """
    total = connection.scalar(_ISSUE_COUNT)
    rows = connection.execute(_ISSUE_PAGE, {"limit": limit, "offset": offset})
    return int(total or 0), [FileIssueView(**row._mapping) for row in rows]


_BY_ANY_NAME = text(
    """
    with found as (
      select distinct h.title_version_id
      from register.party p
      join register.holding h on h.party_id = p.id
      where published.fold(p.name) like '%' || published.fold(cast(:words as text)) || '%')
    select v.title_id as id, v.code, v.part, v.kind, v.state,
      (select string_agg(p.name, ', ' order by h.position)
       from register.holding h join register.party p on p.id = h.party_id
       where h.title_version_id = v.id) as holders
    from found join register.title_version v on v.id = found.title_version_id
    where upper_inf(v.known) and v.valid @> published.today()
    order by length(v.code), v.code, v.title_id
    limit :limit
    """
)


def titles_by_any_name(connection: Connection, words: str, limit: int) -> list[TitleSummary]:
    """Return titles by a part of a holder's name, withheld names too.

    Needs the role of an official.
    """
    plain = " ".join(words[:MAX_QUERY].replace("\x00", "").split())
    if not plain:
        return []
    asked = {"words": re.sub(r"([\\%_])", r"\\\1", plain), "limit": limit}
    return [
        TitleSummary(row.id, row.code, row.part, known_kind(row.kind), row.state, row.holders)
        for row in connection.execute(_BY_ANY_NAME, asked)
    ]
