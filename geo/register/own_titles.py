"""The titles that parties hold today, for the companies that act for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from geo.register.connection import CADASTRE, UnitOfWork

_HELD = text(
    "select v.title_id, v.code, v.kind, v.state, v.expires_on, coalesce((select sum(g.cells) "
    "from register.perimeter_version g where g.title_id = v.title_id and upper_inf(g.known) "
    "and g.held @> cast(:on as date)), 0)::int as cells, (select array_agg(h.party_id "
    "order by h.position) from register.holding h where h.title_version_id = v.id) as party_ids "
    "from register.title_version v "
    "where upper_inf(v.known) and v.valid @> cast(:on as date) and exists (select "
    "from register.holding h where h.title_version_id = v.id and h.party_id = any(:parties)) "
    "order by v.kind, v.code, v.title_id"
)


@dataclass(frozen=True, slots=True)
class HeldTitle:
    """A title that a party holds or asks for; ``cells`` is the ground held, 0 for none.

    ``party_ids`` are all its holders: a file about it names them.
    """

    title_id: int
    code: str | None
    kind: str | None
    state: str
    expires_on: date | None
    cells: int
    party_ids: list[int]


def titles_held(unit: UnitOfWork, parties: Iterable[int], on: date) -> list[HeldTitle]:
    """Return the titles of parties on a day; none where there are no parties."""
    with unit.acting_as(CADASTRE):
        rows = unit.connection.execute(_HELD, {"on": on, "parties": sorted(parties)})
        return [HeldTitle(**row._mapping) for row in rows]
