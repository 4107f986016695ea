"""Reading conflicts, under the reader's own role: what may not be seen is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from geo.casework.reading import file_of
from geo.casework.work import CaseFile
from geo.errors import NotFound
from geo.register.connection import UnitOfWork

ENDED = frozenset({"settled", "closed"})
"""States in which a case rests until something new comes."""

_ABOUT = text(
    "select c.titles, c.near_m, c.on_day, (select m.into_file_id from casework.conflict_merger m "
    "where m.file_id = c.file_id) as merged_into, array(select m.file_id "
    "from casework.conflict_merger m where m.into_file_id = c.file_id order by m.file_id) "
    "as joined from casework.conflict c where c.file_id = :file"
)
_EVIDENCE = text(
    "select e.id, e.file_id, e.on_day, e.kind, e.finding_id, e.observation_id, e.alert_id, "
    "e.document_sha256, e.text, e.known, e.runs, e.sites, st_asgeojson(e.geom)::json as place, "
    "e.belongs, e.distance_m, casework.name_of(e.account_id) as entered_by, "
    "e.opened_revision as revision from casework.conflict_evidence e "
    "where e.file_id = :file or e.file_id in (select m.file_id from casework.conflict_merger m "
    "where casework.conflict_root(m.file_id) = :file) order by e.id"
)
_PARTIES = text(
    "select p.id, p.part, p.party_id, coalesce(p.named, n.name) as name, p.on_day "
    "from casework.conflict_party p left join casework.party_name n on n.id = p.party_id "
    "where p.file_id = :file order by p.id"
)
_POSITIONS = text(
    "select id, conflict_party_id, on_day, text, answered, confidential, "
    "casework.name_of(account_id) as entered_by, opened_revision as revision "
    "from casework.conflict_position where file_id = :file order by id"
)
_MEETINGS = text(
    "select id, on_day, place, attended, outcome, text, minutes_sha256, "
    "casework.name_of(account_id) as entered_by, opened_revision as revision "
    "from casework.conflict_meeting where file_id = :file order by id"
)
_SETTLEMENTS = text(
    "select s.id, s.on_day, s.kind, s.text, s.carried_by, c.number as carried_by_number, "
    "c.state as carried_by_state, c.machine as carried_by_machine, "
    "casework.name_of(s.account_id) as entered_by, s.opened_revision as revision "
    "from casework.conflict_settlement s left join casework.case_file c on c.id = s.carried_by "
    "where s.file_id = :file order by s.id"
)
_TERMS = text(
    "select id, on_day, due_on, text, casework.name_of(account_id) as entered_by, "
    "opened_revision as revision from casework.conflict_term where file_id = :file order by id"
)
_WAITS = text(
    "select exists (select from casework.conflict_evidence e where e.file_id = :file "
    "and e.opened_revision > (select max(s.revision) from casework.case_step s "
    "where s.file_id = :file and s.to_state in ('settled', 'closed')))"
)
_LIST = text(
    "select f.id, f.number, f.subject, f.state, f.steps, f.since, f.province, c.titles, t.due_on, "
    "t.text as awaited, (select count(*) from casework.conflict_evidence e "
    "where e.file_id = f.id) as evidence from casework.case_file f "
    "join casework.conflict c on c.file_id = f.id "
    "join casework.machine_state m on m.machine = f.machine and m.state = f.state "
    "left join lateral (select d.due_on, d.text from casework.conflict_term d "
    "where d.file_id = f.id order by d.id desc limit 1) t on true "
    "where f.machine = 'conflict' and (cast(:province as text) is null or f.province = :province) "
    "and (cast(:title as bigint) is null or :title = any (c.titles)) "
    "and (:ended or not (m.final or f.state in ('settled', 'closed'))) "
    "order by t.due_on nulls last, f.since, f.id limit :limit offset :offset"
)
_COUNTS = text(
    "select province, subject, state, cases from published.conflict_count "
    "order by province nulls last, subject, state"
)


@dataclass(frozen=True, slots=True)
class ConflictRead:
    """A case with everything in it that the reader may see, oldest first.

    ``evidence`` holds that of the cases joined to it too, each with its own file.
    ``awaits_reopening``: it ended, and something new came since.
    """

    file: CaseFile
    about: Row[Any]
    evidence: Sequence[Row[Any]]
    parties: Sequence[Row[Any]]
    positions: Sequence[Row[Any]]
    meetings: Sequence[Row[Any]]
    settlements: Sequence[Row[Any]]
    terms: Sequence[Row[Any]]
    awaits_reopening: bool


def read_conflict(unit: UnitOfWork, file_id: int) -> ConflictRead:
    """Return a case.

    Raises
    ------
    NotFound : there is none, or none that the reader may see.
    """
    file, asked = file_of(unit, file_id), {"file": file_id}
    about = unit.connection.execute(_ABOUT, asked).one_or_none()
    if about is None:
        raise NotFound(f"file {file_id} is no conflict that you may see.")
    evidence, parties, positions, meetings, settlements, terms = (
        unit.connection.execute(statement, asked).all()
        for statement in (_EVIDENCE, _PARTIES, _POSITIONS, _MEETINGS, _SETTLEMENTS, _TERMS)
    )
    return ConflictRead(
        file=file,
        about=about,
        evidence=evidence,
        parties=parties,
        positions=positions,
        meetings=meetings,
        settlements=settlements,
        terms=terms,
        awaits_reopening=file.state in ENDED and bool(unit.connection.scalar(_WAITS, asked)),
    )


def conflicts(
    unit: UnitOfWork,
    *,
    province: str | None = None,
    title_id: int | None = None,
    ended: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> Sequence[Row[Any]]:
    """Return the cases that the reader may see, the nearest term first; ended ones if asked."""
    asked = {
        "province": province,
        "title": title_id,
        "ended": ended,
        "limit": limit,
        "offset": offset,
    }
    return unit.connection.execute(_LIST, asked).all()


def counts(connection: Any) -> Sequence[Row[Any]]:
    """Return how many cases there are by province, subject and state, as everybody may know."""
    rows: Sequence[Row[Any]] = connection.execute(_COUNTS).all()
    return rows
