"""The only reader of the register: on both clocks for officials, the public views for everybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import shapely
from sqlalchemy import Row, text

from geo.errors import NotFound
from geo.grid import Grid
from geo.perimeter import Perimeter
from geo.register.baseline import placement_of
from geo.register.ground_reader import GroundReader
from geo.register.public_reader import PublicReader, known_kind, title_view
from geo.register.rowfacts import row_of_facts
from geo.register.views import (
    ChangeView,
    ImportView,
    IssueView,
    RegisteredRight,
    RevisionView,
    TitleView,
    VersionView,
)

__all__ = ["PublicReader", "Reader"]

_TITLE = text(
    """
    select v.title_id as id, v.id as version_id, v.code, v.part, v.kind, v.kind_raw, k.class,
      v.state, v.procedure, v.status_raw, v.minerals, v.filed_on, v.granted_on, v.expires_on,
      v.stated_on, v.declared_cells, v.declared_area_ha, v.flags, s.name as source,
      f.name as source_file, r."row" as source_row
    from register.title_version v
    join register.right_kind k on k.kind = v.kind
    left join register.import_row r on r.id = v.import_row_id
    left join register.import_run i on i.id = r.import_id
    left join register.received_file f on f.id = i.file_id
    left join register.source s on s.id = i.source_id
    where v.title_id = :id and v.valid @> cast(:on as date) and v.known @> cast(:known as bigint)
    """
)

_HOLDERS = text(
    """
    select p.name, h.share from register.holding h join register.party p on p.id = h.party_id
    where h.title_version_id = :version order by h.position
    """
)

_GROUNDS = text(
    """
    select id, standing, kind, lower(held) as held_from, upper(held) as held_to, runs, on_lattice,
      flags, st_asbinary(geom) as geom
    from register.ground
    where title_id = :id and held @> cast(:on as date) and known @> cast(:known as bigint)
    order by id
    """
)

_RIGHTS = text(
    """
    select g.id as ground_id, g.title_id, g.standing, g.runs, g.on_lattice,
      st_asbinary(g.geom) as geom, g.flags as ground_flags, v.code, v.part, v.kind, v.kind_raw,
      v.state, v.procedure, v.status_raw, v.minerals, v.minerals_raw, v.holders_raw, v.filed_on,
      v.granted_on, v.expires_on, v.declared_cells, v.declared_area_ha,
      (select json_agg(json_build_array(p.name, h.share::text) order by h.position)
       from register.holding h join register.party p on p.id = h.party_id
       where h.title_version_id = v.id) as holders,
      f.name as file, r."row"
    from register.ground g
    join register.title_version v on v.title_id = g.title_id
      and v.valid @> cast(:on as date) and v.known @> cast(:known as bigint)
    left join register.import_row r on r.id = coalesce(v.import_row_id, -1)
    left join register.import_run i on i.id = r.import_id
    left join register.received_file f on f.id = i.file_id
    where g.held @> cast(:on as date) and g.known @> cast(:known as bigint)
      and not exists (select from register.bond b where b.title_id = g.title_id
        and b.kind in ('attribution', 'lease') and b.known @> cast(:known as bigint))
    order by g.title_id, g.id
    """
)

_HISTORY = text(
    """
    select * from (
      select 'attributes' as subject, id, kind, state, null::int as cells, valid, known,
        act_id as act
      from register.title_version where title_id = :id
      union all
      select g.standing, g.id, g.kind, null, g.cells, g.held, g.known,
        coalesce(p.closed_by, p.opened_by)
      from register.ground g left join register.perimeter_version p on p.id = g.id
      where g.title_id = :id
    ) h
    left join lateral (select a.kind || ' ' || a.reference as act_text from register.act a
                       where a.id = h.act) a on true
    join lateral (select at, actor, role, reason from register.revision
                  where id = lower(h.known)) r on true
    order by lower(h.known), lower(h.valid), h.subject, h.id
    """
)

_IMPORTS = text(
    """
    select i.id, s.name as source, f.name as file, f.sha256, i.schema_name, i.as_of, i.features,
      i.kept, i.refused, i.state, i.summary, v.id as revision, v.at, v.actor, v.role, v.reason,
      (select json_object_agg(kind, n) from (select kind, count(*) as n from register.import_issue
       where import_id = i.id group by kind order by kind) c) as issues,
      (select json_object_agg(change, n) from (select change, count(*) as n
       from register.import_change where import_id = i.id group by change order by change) c)
       as changes
    from register.import_run i
    join register.source s on s.id = i.source_id
    join register.received_file f on f.id = i.file_id
    join register.revision v on v.id = i.opened_revision
    where cast(:id as bigint) is null or i.id = :id
    order by i.id
    """
)


class Reader(GroundReader):
    """Reads the register itself; needs the role of an official."""

    def title(
        self, title_id: int, on: date | None = None, as_known_on: date | int | None = None
    ) -> TitleView:
        """Return a title on a day, as it was known; without ``on``, today's public view of it.

        Parameters
        ----------
        on : day of legal time.
        as_known_on : a revision, or a day in Kinshasa whose last revision counts; now if None.

        Raises
        ------
        NotFound : the register knew no such title on that day.
        """
        if on is None:
            return super().title(title_id)
        known = self.revision_as_known(as_known_on)
        asked = {"id": title_id, "on": on, "known": known}
        found = self._rows(_TITLE, **asked)
        if not found:
            raise NotFound(
                f"title {title_id} did not exist on {on.isoformat()} as known in revision {known}. "
                "Ask for its history."
            )
        holders = self._rows(_HOLDERS, version=found[0].version_id)
        return title_view(found[0], holders, self._rows(_GROUNDS, **asked), self._grid)

    def history(self, title_id: int) -> list[VersionView]:
        """Return every version of a title's attributes and ground, in the order recorded.

        Raises
        ------
        NotFound : the register holds no such title.
        """
        rows = self._rows(_HISTORY, id=title_id)
        if not rows:
            raise NotFound(f"the register holds no title {title_id}. Search by code or holder.")
        return [_version(row) for row in rows]

    def rights_on(self, on: date, as_known_on: date | int | None = None) -> list[RegisteredRight]:
        """Return all ground held, asked for or restricted on a day, with the row to compare.

        Without attributions and leases recorded in another title: that they lie there is what they
        are, no overlap to be judged.
        """
        known = self.revision_as_known(as_known_on)
        return [_right(row, self._grid) for row in self._rows(_RIGHTS, on=on, known=known)]

    def imports(self, import_id: int | None = None) -> list[ImportView]:
        """Return the imports (or one), in order; those ``pending`` wait for approval."""
        return [_import(row) for row in self._rows(_IMPORTS, id=import_id)]

    def import_issues(
        self, import_id: int, kind: str | None = None, limit: int = 1000
    ) -> list[IssueView]:
        """Return issues of an import, by row; of one kind where it is given."""
        rows = self._rows(
            text(
                'select "row", field, value, kind, message, corrected_by, refused '
                "from register.import_issue where import_id = :id "
                'and (cast(:kind as text) is null or kind = :kind) order by "row", id limit :limit'
            ),
            id=import_id,
            kind=kind,
            limit=limit,
        )
        return [IssueView(**row._mapping) for row in rows]

    def import_changes(self, import_id: int, change: str | None = None) -> list[ChangeView]:
        """Return what a later extract says against the register, of one sort where it is given."""
        rows = self._rows(
            text(
                'select c.id, c.change, c.title_id, r."row", c.detail '
                "from register.import_change c "
                "left join register.import_row r on r.id = c.import_row_id "
                "where c.import_id = :id and (cast(:change as text) is null or c.change = :change) "
                "order by c.change, c.id"
            ),
            id=import_id,
            change=change,
        )
        return [ChangeView(**row._mapping) for row in rows]


def _version(row: Row[Any]) -> VersionView:
    return VersionView(
        subject=row.subject,
        id=row.id,
        kind=row.kind,
        state=row.state,
        cells=row.cells,
        valid_from=row.valid.lower,
        valid_to=row.valid.upper,
        known_from=RevisionView(row.known.lower, row.at, row.actor, row.role, row.reason),
        known_to=row.known.upper,
        act=row.act_text,
    )


def _right(row: Row[Any], grid: Grid) -> RegisteredRight:
    perimeter = Perimeter.from_runs(row.runs, grid) if row.on_lattice else None
    facts = {
        **row._mapping,
        "kind": known_kind(row.kind),
        "holders": row.holders or [],
        **{name: _iso(row._mapping[name]) for name in ("filed_on", "granted_on", "expires_on")},
    }
    return RegisteredRight(
        title_id=row.title_id,
        ground_id=row.ground_id,
        standing=row.standing,
        row=row_of_facts(
            facts,
            file=row.file or "register",
            row=row.title_id if row.row is None else row.row,
            raw={},
            geometry=shapely.from_wkb(bytes(row.geom)),
            placement=placement_of(perimeter),
            valid="invalid_as_received" not in row.ground_flags,
        ),
    )


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _import(row: Row[Any]) -> ImportView:
    return ImportView(
        id=row.id,
        source=row.source,
        file=row.file,
        sha256=row.sha256,
        schema=row.schema_name,
        as_of=row.as_of,
        features=row.features,
        kept=row.kept,
        refused=row.refused,
        state=row.state,
        counts=_counts(row.summary),
        issues=_counts(row.issues),
        changes=_counts(row.changes),
        opened=RevisionView(row.revision, row.at, row.actor, row.role, row.reason),
    )


def _counts(value: Mapping[str, int] | Sequence[Any] | None) -> Mapping[str, int]:
    return dict(value or {})
