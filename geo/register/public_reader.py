"""Reading what everybody may see: the public views alone, today's belief on today's day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from geo.errors import NotFound
from geo.grid import DRC, Grid
from geo.register.grounds import KNOWN_KINDS, UNKNOWN_KIND
from geo.register.shapes_read import ground_view
from geo.register.views import (
    HolderView,
    OverlapFacts,
    OverlapView,
    RunView,
    SummaryRow,
    TitleSummary,
    TitleView,
)

MAX_QUERY = 100
"""Longest search text; what is longer is cut."""

MAX_OVERLAPS = 200
"""How many overlaps of one title are read at once; a large restricted area has thousands."""

_GROUND = (
    "select id, standing, kind, held_from, null::date as held_to, runs, on_lattice, flags, "
    "st_asbinary(geom) as geom from published.ground where title_id = :id "
    "union all select id, 'restricted', kind, held_from, null, runs, on_lattice, flags, "
    "st_asbinary(geom) from published.restricted_area where title_id = :id order by id"
)

_SEARCH = text(
    """
    select t.id, t.code, t.part, t.kind, t.state, t.holders from published.title t
    where (cast(:kind as text) is null or t.kind = :kind) and t.id in (
      select id from published.title where published.fold(code) like :pattern
      union select title_id from published.holder_name where published.fold(name) like :pattern
      union select title_id from published.holder_name
        where published.fold(name) operator(public.%>) published.fold(cast(:words as text)))
    order by published.fold(t.code) = published.fold(cast(:words as text)) desc nulls last,
      (published.fold(t.code) like :pattern) desc nulls last,
      public.word_similarity(published.fold(cast(:words as text)), published.fold(t.holders))
        desc nulls last,
      length(t.code), t.code, t.kind, t.id
    limit :limit
    """
)

_SUMMARY = text(
    """
    select kind, class as class_name, state, standing, count(distinct title_id) as titles,
      sum(cells)::bigint as cells
    from (
      select kind, class, state, standing, title_id, cells from published.ground
      union all
      select kind, 'restricted', state, 'restricted', title_id, cells
      from published.restricted_area) g
    group by kind, class, state, standing
    order by class, kind, state, standing
    """
)

_OVERLAP_COUNT = text(
    "select count(*) from published.overlap where :id in (a_title_id, b_title_id)"
)

_OVERLAPS = text(
    """
    select o.*, r.on_day as "on", t.id as other_id, t.code, t.part, t.kind, t.state, t.holders
    from (
      select id, run_id, a_title_id, b_title_id, exact, cells, area_cells, legal_area_ha,
        geodesic_area_m2, share_a, share_b, tolerance_cells, verdict, reason, article, source,
        confidence, message, upper, rule_version, conditions, default_verdict, first_day
      from published.overlap
      where :id in (a_title_id, b_title_id)
      order by area_cells desc, id
      limit :limit offset :offset) o
    join published.overlap_run r on r.id = o.run_id
    join published.title t
      on t.id = case when o.a_title_id = :id then o.b_title_id else o.a_title_id end
    order by o.area_cells desc, o.id
    """
)


class PublicReader:
    """Reads the public views; works under every application role."""

    def __init__(self, connection: Connection, grid: Grid = DRC) -> None:
        self._connection = connection
        self._grid = grid

    def revision(self) -> int:
        """Return the last revision, 0 in an empty register."""
        return int(self._connection.scalar(text("select max(id) from published.revision")) or 0)

    def is_demonstration(self) -> bool:
        """Whether anything in the register is invented."""
        return bool(self._one(text("select demonstration from published.register")))

    def title(self, title_id: int) -> TitleView:
        """Return a title as it stands today; names that are not public are None.

        Raises
        ------
        NotFound : the register holds no such title.
        """
        asked = {"id": title_id}
        found = self._rows(text("select * from published.title where id = :id"), **asked)
        if not found:
            raise NotFound(f"the register holds no title {title_id}. Search by code or holder.")
        holders = self._rows(
            text("select name, share from published.holder where title_id = :id order by position"),
            **asked,
        )
        grounds = self._rows(text(_GROUND), **asked)
        return title_view(found[0], holders, grounds, self._grid)

    def search(self, query: str, limit: int = 20) -> list[TitleSummary]:
        """Return titles by code (``PE 4960``, ``4960``), kind (``PE``) or a public holder's name.

        Accents and case do not matter, and a slip in a name is forgiven.
        """
        kind, words = _kind_and_words(query[:MAX_QUERY])
        if not words and kind is None:
            return []
        escaped = re.sub(r"([\\%_])", r"\\\1", words)
        pattern = self._connection.scalar(
            text("select '%' || published.fold(cast(:words as text)) || '%'"), {"words": escaped}
        )
        asked = {"kind": kind, "words": words, "pattern": pattern, "limit": limit}
        return [title_summary(row) for row in self._rows(_SEARCH, **asked)]

    def overlaps_of(
        self, title_id: int, limit: int = MAX_OVERLAPS, offset: int = 0
    ) -> list[OverlapView]:
        """Return a page of the overlaps of a title in the latest audit, largest first."""
        rows = self._rows(_OVERLAPS, id=title_id, limit=limit, offset=offset)
        return [_overlap(row, title_id) for row in rows]

    def overlap_count(self, title_id: int) -> int:
        """Return how many overlaps the latest audit found for a title."""
        return int(self._connection.scalar(_OVERLAP_COUNT, {"id": title_id}) or 0)

    def latest_audit(self) -> RunView | None:
        """Return the latest audit of the whole register, None where there was none."""
        runs = self._rows(text("select * from published.overlap_run"))
        if not runs:
            return None
        verdicts = self._rows(
            text(
                "select verdict, count(*) as pairs from published.overlap group by verdict "
                "order by verdict"
            )
        )
        run = runs[0]
        return RunView(
            id=run.id,
            at=run.at,
            on=run.on_day,
            as_known_revision=run.as_known_revision,
            law_version=run.law_version,
            grounds=run.grounds,
            pairs=run.pairs,
            cells=run.cells,
            polygon_pairs=run.polygon_pairs,
            by_verdict={row.verdict: row.pairs for row in verdicts},
        )

    def summary(self) -> list[SummaryRow]:
        """Return titles and carrés by kind, state and standing."""
        rows = self._rows(_SUMMARY)
        return [
            SummaryRow(
                known_kind(r.kind), r.class_name, r.state, r.standing, r.titles, int(r.cells)
            )
            for r in rows
        ]

    def _rows(self, statement: TextClause, **values: object) -> list[Row[Any]]:
        return list(self._connection.execute(statement, values))

    def _one(self, statement: TextClause) -> Any:
        return self._connection.scalar(statement)


def known_kind(kind: str) -> str | None:
    """Return the kind, None where it is not known."""
    return None if kind == UNKNOWN_KIND else kind


def title_view(
    row: Row[Any], holders: Iterable[Row[Any]], grounds: Iterable[Row[Any]], grid: Grid
) -> TitleView:
    """Return a title from its row, those of its holders (name, share) and of its ground."""
    return TitleView(
        id=row.id,
        code=row.code,
        part=row.part,
        kind=known_kind(row.kind),
        kind_raw=row.kind_raw,
        class_=row._mapping["class"],
        state=row.state,
        procedure=row.procedure,
        status_raw=row.status_raw,
        holders=tuple(HolderView(holder.name, holder.share) for holder in holders),
        minerals=tuple(row.minerals),
        filed_on=row.filed_on,
        granted_on=row.granted_on,
        expires_on=row.expires_on,
        stated_on=row.stated_on,
        declared_cells=row.declared_cells,
        declared_area_ha=row.declared_area_ha,
        flags=tuple(row.flags),
        source=row.source,
        source_file=row.source_file,
        source_row=row.source_row,
        grounds=tuple(ground_view(ground, grid) for ground in grounds),
    )


def title_summary(row: Row[Any]) -> TitleSummary:
    """Return a title for a list from its row."""
    return TitleSummary(row.id, row.code, row.part, known_kind(row.kind), row.state, row.holders)


def _overlap(row: Row[Any], title_id: int) -> OverlapView:
    mine_first = row.a_title_id == title_id
    shares = (row.share_a, row.share_b) if mine_first else (row.share_b, row.share_a)
    upper = None if row.upper is None else ((row.upper == "a") == mine_first)
    return OverlapView(
        **overlap_facts(row),
        other=TitleSummary(
            row.other_id, row.code, row.part, known_kind(row.kind), row.state, row.holders
        ),
        share_this=shares[0],
        share_other=shares[1],
        tolerance_cells=row.tolerance_cells,
        upper=None if upper is None else ("this" if upper else "other"),
        rule_version=row.rule_version,
        conditions=tuple(row.conditions),
        default_verdict=row.default_verdict,
        first_day=row.first_day,
    )


def overlap_facts(row: Row[Any]) -> dict[str, Any]:
    """Return of an overlap's row what it says whichever side it is seen from."""
    return {one.name: row._mapping[one.name] for one in fields(OverlapFacts)}


def _kind_and_words(query: str) -> tuple[str | None, str]:
    """Split ``PE 4960`` into kind and code, ``PE`` into kind and nothing; others stay words."""
    words = " ".join(query.replace("\x00", "").split())
    if words.upper() in KNOWN_KINDS:
        return words.upper(), ""
    match = re.fullmatch(r"([A-Za-z_]{2,9}?)[\s._-]*(\d\S*)", words)
    if match and match[1].upper() in KNOWN_KINDS:
        return match[1].upper(), match[2]
    return None, words
