"""Reading what lies on ground: all of it for the cadastre, what is published for everybody else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

import numpy as np
import shapely
from sqlalchemy import Connection, text

from geo.casework.areas import places_of, rules_in_force
from geo.casework.facts import party_word
from geo.casework.pending import pending_proposals
from geo.casework.work import CaseFile
from geo.errors import InputError
from geo.law.facts import RightFacts
from geo.law.values import DistanceRule, Law, RestrictedClass
from geo.perimeter import Perimeter
from geo.register.areas.measure import reach_deg, window_of
from geo.register.areas.near import NearPlace, Window, ground_covered, places_near
from geo.register.connection import UnitOfWork
from geo.register.inner_views import GroundMet
from geo.register.names import kind_and_code
from geo.register.reader import Reader
from geo.siting.asked import widened
from geo.siting.ground import INSIDE_OTHERS, GroundRead, Restriction, Right
from geo.siting.published import published_covered, published_near, published_rights

NEIGHBOUR_CARRES = 6
"""How far around the ground rights are read, so that neighbours within 5 km are known."""


def read_ground(
    unit: UnitOfWork,
    asked: Perimeter,
    on: date,
    law: Law,
    *,
    public: bool,
    as_known_on: date | int | None = None,
    today: date | None = None,
) -> GroundRead:
    """Return what lies on ground on a day, as far as the asker may see it.

    Parameters
    ----------
    unit : under the asker's own role; ``public`` False needs one that reads the register.
    public : read published ground alone, which is that of ``today`` as it is known now.

    Raises
    ------
    InputError : published ground is asked for of another day.
    """
    if public and (as_known_on is not None or on != today):
        raise InputError(
            f"published ground is that of today ({today}), as it is known now. Leave the day out, "
            "or ask as the cadastre."
        )
    rules = dict(rules_in_force(law, on, {}))
    if not asked:
        return GroundRead(asked, on, (), rules=rules, public=public)
    corners = _corners_of(asked)
    windows = {name: window_of(corners, float(rule.distance_m)) for name, rule in rules.items()}
    read = _published if public else _registered
    around = widened(asked, NEIGHBOUR_CARRES)
    rights, near, covered, revision = read(unit, around, on, windows, as_known_on)
    found = restrictions_on(asked, near, rules, law)
    return GroundRead(
        asked, on, tuple(rights), tuple(found), near, covered, rules, public, revision
    )


def _corners_of(ground: Perimeter) -> Perimeter:
    """Return the two outermost carrés of a ground's box, whose window is that of all of it."""
    left, bottom, right, top = ground.bounds
    return Perimeter.from_cells([(left, bottom), (right - 1, top - 1)], ground.grid)


Read = tuple[
    list[Right],
    Mapping[str, Sequence[NearPlace]],
    Mapping[str, shapely.geometry.base.BaseGeometry],
    int,
]


def _registered(
    unit: UnitOfWork,
    asked: Perimeter,
    on: date,
    windows: Mapping[str, Window],
    as_known_on: date | int | None,
) -> Read:
    reader = Reader(unit.connection)
    known = reader.revision_as_known(as_known_on)
    rights = [
        _right(met)
        for met in reader.grounds_meeting(asked, on, as_known_on)
        if met.ground.standing != "restricted" and met.ground.kind not in INSIDE_OTHERS
    ]
    return (
        [*rights, *_proposals(unit, asked, on)],
        places_near(unit.connection, windows, on, known),
        ground_covered(unit.connection, windows, on, known),
        known,
    )


def _published(
    unit: UnitOfWork,
    asked: Perimeter,
    _on: date,
    windows: Mapping[str, Window],
    _known: date | int | None,
) -> Read:
    connection: Connection = unit.connection
    revision = int(connection.scalar(text("select max(id) from published.revision")) or 0)
    return (
        published_rights(connection, asked),
        published_near(connection, windows),
        published_covered(connection, windows),
        revision,
    )


def _right(met: GroundMet) -> Right:
    name = kind_and_code(met.kind, met.code) or f"title {met.title_id}"
    facts = RightFacts(
        kind=met.kind,
        state=met.state,
        filed_on=met.filed_on,
        granted_on=met.granted_on,
        holders=frozenset(party_word(holder.id) for holder in met.holders),
        code=met.code,
        expires_on=met.expires_on,
    )
    holder = ", ".join(holder.name for holder in met.holders) or None
    return Right(name, met.title_id, facts, met.ground.perimeter, holder, met.minerals)


def _proposals(unit: UnitOfWork, asked: Perimeter, on: date) -> Iterable[Right]:
    """Yield proposals of zones and allocations under way: a filing would meet them too."""
    for found in pending_proposals(unit, _nobodys_file("zone", on), asked, on):
        yield Right(found.name, None, found.right, found.overlap or Perimeter.empty())


def _nobodys_file(machine: str, on: date) -> CaseFile:
    """Return a file that does not exist: what is asked of the law before anything is filed."""
    return CaseFile(
        id=0,
        machine=machine,
        subject="art_109",
        number=None,
        state="draft",
        steps=0,
        since=datetime(on.year, on.month, on.day, tzinfo=UTC),
        title_id=None,
        host_title_id=None,
        party_id=None,
        opened_by=0,
        involves=(),
        province=None,
        paper_received_at=None,
        paper_reason=None,
        filed_at=None,
        entered_at=None,
        kind=None,
    )


# ---- restricted places ----


def restrictions_on(
    asked: Perimeter,
    near: Mapping[str, Sequence[NearPlace]],
    rules: Mapping[str, DistanceRule],
    law: Law,
) -> Iterator[Restriction]:
    """Yield each restricted place with the carrés that it restricts, by class and place.

    Each place is held against the carrés around it alone, so that a thousand places on a province
    cost as many small questions.
    """
    for name, rule in rules.items():
        for place in near.get(name, ()):
            around = carres_around(asked, place.geometry.bounds, float(rule.distance_m))
            if around:
                yield from _restricted(law.restricted[name], rule, around, place)


def _restricted(
    restricted: RestrictedClass, rule: DistanceRule, around: Perimeter, place: NearPlace
) -> Iterator[Restriction]:
    places = places_of(restricted, rule, around, [place], None)
    for met in places.met if places else ():
        yield Restriction(restricted, met, met.cells or Perimeter.empty(around.grid))


def carres_around(
    ground: Perimeter, bounds: tuple[float, float, float, float], metres: float
) -> Perimeter:
    """Return the carrés of a ground in a box of degrees with at least some metres around it."""
    west, south, east, north = bounds
    across, upright = reach_deg(max(abs(south), abs(north)), metres + 20)
    corners = [(west - across, south - upright), (east + across, north + upright)]
    (left, bottom), (right, top) = ground.grid.cells_at(corners).tolist()
    runs = ground.runs
    runs = runs[(runs[:, 0] >= bottom) & (runs[:, 0] <= top)]
    cut = np.column_stack(
        [runs[:, 0], np.maximum(runs[:, 1], left), np.minimum(runs[:, 2], right + 1)]
    )
    return Perimeter.from_runs(cut[cut[:, 1] < cut[:, 2]], ground.grid)
