"""Reading notices as everybody may: from the public views alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import Connection, Row, text

from geo.errors import NotFound
from geo.grid import DRC
from geo.law.values import Bilingual
from geo.perimeter import Perimeter

Status = Literal["open", "closed", "replaced", "withdrawn"]
Box = tuple[float, float, float, float]

_STATUS = (
    "case when withdrawn_on is not null then 'withdrawn' when replaced_by is not null "
    "then 'replaced' when closes_on >= :day then 'open' else 'closed' end"
)
_COLUMNS = (
    f"id, replaces, replaced_by, machine, subject, kind, route, substances, published_on, "
    f"closes_on, withdrawn_on, length_basis, length_by_law, text_fr, text_en, runs, "
    f"{_STATUS} as status"
)
_FILTER = (
    f"from published.notice where (cast(:status as text) is null or {_STATUS} = :status) and "
    "(cast(:west as float8) is null or "
    "st_intersects(geom, st_makeenvelope(:west, :south, :east, :north, 4326)))"
)
# Only the constants above are put together; what is asked for is bound.
_PAGE = text(
    f"select {_COLUMNS} {_FILTER} order by published_on desc, id desc limit :limit offset :offset"
)
_COUNT = text(f"select count(*) {_FILTER}")
_ONE = text(f"select {_COLUMNS} from published.notice where id = :id")  # noqa: S608
_PARTIES = text(
    "select notice_id, part, name from published.notice_party where notice_id = any (:ids) "
    "order by notice_id, position"
)
_ANSWERS = text(
    "select answered_on, text from published.objection_answer where notice_id = :id "
    "order by answered_on, text"
)


@dataclass(frozen=True, slots=True)
class NoticePartyView:
    """A party of a notice; ``name`` is None where it is withheld."""

    part: str
    name: str | None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice as everybody sees it. ``length_basis``: the article, or the officer's reason."""

    id: int
    replaces: int | None
    replaced_by: int | None
    machine: str
    subject: str
    kind: str
    route: str | None
    substances: tuple[str, ...] | None
    published_on: date
    closes_on: date
    withdrawn_on: date | None
    length_basis: str
    length_by_law: bool
    text: Bilingual
    perimeter: Perimeter
    status: Status
    parties: tuple[NoticePartyView, ...]


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What the office answered for everybody to an objection that stays unnamed."""

    answered_on: date
    text: str


def notices(
    connection: Connection,
    day: date,
    *,
    status: Status | None = None,
    box: Box | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[int, list[NoticeView]]:
    """Return how many notices there are, and a page of them, the newest first.

    Parameters
    ----------
    day : by which the status goes. box : west, south, east, north in degrees (EPSG:4326).
    """
    west, south, east, north = box or (None,) * 4
    asked = {"day": day, "status": status, "west": west, "south": south, "east": east}
    asked["north"] = north
    total = int(connection.scalar(_COUNT, asked) or 0)
    page = {**asked, "limit": limit, "offset": offset}
    return total, _views(connection, connection.execute(_PAGE, page).all())


def notice(connection: Connection, notice_id: int, day: date) -> NoticeView:
    """Return a notice.

    Raises
    ------
    NotFound : there is none of that number.
    """
    found = _views(connection, connection.execute(_ONE, {"id": notice_id, "day": day}).all())
    if not found:
        raise NotFound(f"there is no notice {notice_id}.")
    return found[0]


def standing_notice(connection: Connection, notice_id: int, day: date) -> NoticeView:
    """Return the notice that stands in the place of one: itself, or the last that replaced it.

    Raises
    ------
    NotFound : there is none of that number.
    """
    found = notice(connection, notice_id, day)
    while found.replaced_by is not None:
        following = notice(connection, found.replaced_by, day)
        if following.withdrawn_on is not None:
            break
        found = following
    return found


def answers_to(connection: Connection, notice_id: int) -> list[AnswerView]:
    """Return the public answers to objections to a notice, the oldest first."""
    return [AnswerView(*row) for row in connection.execute(_ANSWERS, {"id": notice_id})]


def _views(connection: Connection, rows: Sequence[Row[Any]]) -> list[NoticeView]:
    parties: dict[int, list[NoticePartyView]] = {row.id: [] for row in rows}
    for party in connection.execute(_PARTIES, {"ids": list(parties)}):
        parties[party.notice_id].append(NoticePartyView(party.part, party.name))
    return [_view(row, tuple(parties[row.id])) for row in rows]


def _view(row: Row[Any], parties: tuple[NoticePartyView, ...]) -> NoticeView:
    values = dict(row._mapping)
    said = Bilingual(values.pop("text_fr"), values.pop("text_en"))
    substances = values.pop("substances")
    return NoticeView(
        **{key: value for key, value in values.items() if key != "runs"},
        substances=None if substances is None else tuple(substances),
        text=said,
        perimeter=Perimeter.from_runs(row.runs, DRC),
        parties=parties,
    )
