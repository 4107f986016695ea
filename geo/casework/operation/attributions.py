"""Who works where in an area: portions of a zone, work areas elsewhere, as a reader sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from geo.casework.operation.reading import read_record
from geo.register.connection import CADASTRE, UnitOfWork
from geo.register.inner_views import AttributionView
from geo.register.reader import Reader

_PUBLIC_NAMES = text("select id, public_name from register.party where id = any(:parties)")
_FILES = text(
    "select id, state, title_id from casework.case_file "
    "where machine = 'attribution' and host_title_id = :area and title_id is not null"
)


@dataclass(frozen=True, slots=True)
class Attributed:
    """An attribution as a reader may see it: the cooperative's name, and the file if he sees it."""

    view: AttributionView
    name: str | None
    file: tuple[int, str] | None


def attributed_in(
    unit: UnitOfWork, area_title_id: int, on: date, *, official: bool
) -> list[Attributed]:
    """Return the portions or work areas of an area on a day.

    Parameters
    ----------
    official : others read the names of cooperatives that are public, None for those that are not.

    Raises
    ------
    NotFound : the title is no artisanal area, or none that the reader may see.
    """
    read_record(unit, area_title_id)
    files = {
        row.title_id: (int(row.id), str(row.state))
        for row in unit.connection.execute(_FILES, {"area": area_title_id})
    }
    with unit.acting_as(CADASTRE):
        inside = Reader(unit.connection).attributions_in(area_title_id, on)
        parties = [party.id for one in inside for party in one.parties]
        rows = unit.connection.execute(_PUBLIC_NAMES, {"parties": parties})
        public = {row.id: row.public_name for row in rows}
    return [
        Attributed(one, _name(one, public, official), files.get(one.title_id)) for one in inside
    ]


def _name(one: AttributionView, public: dict[int, str | None], official: bool) -> str | None:
    if not one.parties:
        return None
    party = one.parties[0]
    return public.get(party.id) or (party.name if official else None)
