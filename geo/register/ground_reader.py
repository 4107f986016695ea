"""Reading ground by where it lies: in a title, or on the carrés of a perimeter; on both clocks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import shapely
from sqlalchemy import Row, TextClause, text

from geo.grid import Grid
from geo.perimeter import Perimeter
from geo.register.inner_views import (
    AllocationView,
    AttributionView,
    GroundMet,
    LeaseView,
    PartyView,
)
from geo.register.public_reader import PublicReader, known_kind
from geo.register.shapes_read import ground_view
from geo.register.views import GroundView

_PARTIES = (
    "(select json_agg(json_build_array(p.id, p.name, h.share::text) order by h.position) "
    "from register.holding h join register.party p on p.id = h.party_id "
    "where h.title_version_id = v.id) as parties"
)

_GROUND = (
    "g.id, 'held' as standing, g.kind, lower(g.held) as held_from, upper(g.held) as held_to, "
    "g.runs, g.on_lattice, g.flags, st_asbinary(g.geom) as geom"
)


def _inner(table: str, host: str, ends_on: str, terms: str) -> TextClause:
    return text(
        f"select b.title_id, b.{host} as host_title_id, v.code, v.state, v.minerals, {_PARTIES}, "  # noqa: S608 - literal names
        f"{ends_on} as ends_on, a.reference as act, {terms}{_GROUND} from register.{table} b "
        "join register.title_version v on v.title_id = b.title_id "
        "and v.valid @> cast(:on as date) and v.known @> cast(:known as bigint) "
        "join register.perimeter_version g on g.title_id = b.title_id "
        "and g.held @> cast(:on as date) and g.known @> cast(:known as bigint) "
        "left join register.act a on a.id = b.act_id "
        f"where b.{host} = :host and b.valid @> cast(:on as date) "
        "and b.known @> cast(:known as bigint) order by b.title_id"
    )


_ALLOCATIONS = _inner(
    "allocation",
    "host_title_id",
    "b.ends_on",
    "b.agreement_reference, b.agreement_on, b.starts_on, ",
)
_ATTRIBUTIONS = _inner(
    "attribution", "area_title_id", "v.expires_on", "b.approval_reference, b.approval_on, "
)
_LEASES = _inner("lease", "host_title_id", "v.expires_on", "")

# What is believed now goes by the partial index on geometry; older belief has none.
_MEETING = """
    select g.id, g.title_id, g.standing, g.kind as ground_kind, lower(g.held) as held_from,
      upper(g.held) as held_to, g.runs, g.on_lattice, g.flags as ground_flags,
      st_asbinary(g.geom) as geom, v.code, v.part, v.kind, k.class, k.effect, v.state, v.procedure,
      v.minerals, v.filed_on, v.granted_on, v.expires_on, v.flags, t.opened_revision, {parties},
      (select b.host_title_id from register.bond b where b.title_id = g.title_id
       and b.valid @> cast(:on as date) and b.known @> cast(:known as bigint)) as host_title_id
    from register.ground g
    join register.title t on t.id = g.title_id
    join register.title_version v on v.title_id = g.title_id
      and v.valid @> cast(:on as date) and v.known @> cast(:known as bigint)
    join register.right_kind k on k.kind = g.kind
    where {believed} and g.held @> cast(:on as date)
      and g.geom && st_makeenvelope(:west, :south, :east, :north, 4326)
      and exists (select from register.rows_of(cast(:runs as int[])) a
        join register.rows_of(g.runs) r on r."row" = a."row" and r.cols && a.cols)
    order by v.filed_on nulls last, t.opened_revision, g.id
"""

_MEETING_NOW = text(_MEETING.format(parties=_PARTIES, believed="upper_inf(g.known)"))
_MEETING_THEN = text(
    _MEETING.format(parties=_PARTIES, believed="g.known @> cast(:known as bigint)")
)


class GroundReader(PublicReader):
    """Reads ground by where it lies; needs the role of an official."""

    def allocations_in(
        self, title_id: int, on: date, as_known_on: date | int | None = None
    ) -> list[AllocationView]:
        """Return the allocations by agreement with EGC that lie in a title on a day."""
        return [
            AllocationView(
                **_inner_fields(row, self._grid),
                agreement_reference=row.agreement_reference,
                agreement_on=row.agreement_on,
                starts_on=row.starts_on,
            )
            for row in self._lying_in(_ALLOCATIONS, title_id, on, as_known_on)
        ]

    def attributions_in(
        self, area_title_id: int, on: date, as_known_on: date | int | None = None
    ) -> list[AttributionView]:
        """Return the portions of a zone, or the work areas of another area, on a day."""
        return [
            AttributionView(
                **_inner_fields(row, self._grid),
                approval_reference=row.approval_reference,
                approval_on=row.approval_on,
            )
            for row in self._lying_in(_ATTRIBUTIONS, area_title_id, on, as_known_on)
        ]

    def leases_of(
        self, title_id: int, on: date, as_known_on: date | int | None = None
    ) -> list[LeaseView]:
        """Return the leases of a title on a day."""
        return [
            LeaseView(**_inner_fields(row, self._grid))
            for row in self._lying_in(_LEASES, title_id, on, as_known_on)
        ]

    def grounds_meeting(
        self, perimeter: Perimeter, on: date, as_known_on: date | int | None = None
    ) -> list[GroundMet]:
        """Return all ground that shares a carré with a perimeter on a day, by order of filing.

        Held, asked for or restricted, of any kind; by what lies off the lattice every carré counts
        that its polygon meets. First filed comes first, then first recorded; last those whose
        filing is not known.
        """
        if not perimeter:
            return []
        corners = [perimeter.bounds[:2], perimeter.bounds[2:]]
        (west, south), (east, north) = perimeter.grid.coordinates_of(corners).tolist()
        rows = self._rows(
            _MEETING_NOW if as_known_on is None else _MEETING_THEN,
            on=on,
            known=self.revision_as_known(as_known_on),
            runs=perimeter.to_lists(),
            west=west,
            south=south,
            east=east,
            north=north,
        )
        return [_met(row, perimeter, self._grid) for row in rows]

    def revision_as_known(self, as_known_on: date | int | None) -> int:
        """Return the revision that a question about recorded time means.

        A day means its last revision, by the calendar of Kinshasa.
        """
        if as_known_on is None:
            return self.revision()
        if isinstance(as_known_on, int):
            return as_known_on
        last = text(
            "select coalesce(max(id), 0) from register.revision "
            "where at < ((cast(:day as date) + 1)::timestamp at time zone 'Africa/Kinshasa')"
        )
        return int(self._connection.scalar(last, {"day": as_known_on}))

    def _lying_in(
        self, statement: TextClause, host: int, on: date, as_known_on: date | int | None
    ) -> list[Row[Any]]:
        known = self.revision_as_known(as_known_on)
        return self._rows(statement, host=host, on=on, known=known)


def _inner_fields(row: Row[Any], grid: Grid) -> dict[str, Any]:
    return {
        "title_id": row.title_id,
        "host_title_id": row.host_title_id,
        "code": row.code,
        "kind": row.kind,
        "state": row.state,
        "minerals": tuple(row.minerals),
        "parties": _parties(row.parties),
        "ends_on": row.ends_on,
        "act": row.act,
        "ground": ground_view(row, grid),
    }


def _parties(found: list[list[Any]] | None) -> tuple[PartyView, ...]:
    return tuple(
        PartyView(number, name, None if share is None else Decimal(share))
        for number, name, share in found or ()
    )


def _met(row: Row[Any], perimeter: Perimeter, grid: Grid) -> GroundMet:
    ground = GroundView(
        id=row.id,
        standing=row.standing,
        kind=row.ground_kind,
        held_from=row.held_from,
        held_to=row.held_to,
        perimeter=Perimeter.from_runs(row.runs, grid),
        on_lattice=row.on_lattice,
        flags=tuple(row.ground_flags),
        geometry=shapely.from_wkb(bytes(row.geom)),
    )
    return GroundMet(
        ground=ground,
        shared=ground.perimeter & perimeter,
        title_id=row.title_id,
        code=row.code,
        part=row.part,
        kind=known_kind(row.kind),
        class_=row._mapping["class"],
        effect=row.effect,
        state=row.state,
        procedure=row.procedure,
        minerals=tuple(row.minerals),
        holders=_parties(row.parties),
        filed_on=row.filed_on,
        granted_on=row.granted_on,
        expires_on=row.expires_on,
        flags=tuple(row.flags),
        opened_revision=row.opened_revision,
        host_title_id=row.host_title_id,
    )
