"""The whole of a file as one person may see it: steps, versions, documents, findings, requests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text

from geo.casework.clocks import Running, running
from geo.casework.machines import MACHINES
from geo.casework.office import Office, legal_day
from geo.casework.reading import case_file, file_of
from geo.casework.work import CaseFile
from geo.register.connection import UnitOfWork
from geo.register.people import DATABASE_ROLE, Actor, Role

_STEPS = text(
    "select s.seq, s.action, s.from_state, s.to_state, s.role, s.at, s.reason, s.payload, "
    "s.version_number, s.due_on, s.revision, casework.name_of(s.account_id) as actor "
    "from casework.case_step s where s.file_id = :file order by s.seq"
)
_VERSIONS = text(
    "select number, at, content, runs, casework.name_of(made_by) as made_by "
    "from casework.case_version where file_id = :file order by number"
)
_DOCUMENTS = text(
    "select id, kind, name, media_type, bytes, sha256, reference, signatory, signed_on, at, "
    "restricted from casework.case_document where file_id = :file and withdrawn_at is null "
    "order by id"
)
_JUDGEMENTS = text(
    "select j.id, j.version_number, j.step_seq, j.moment, j.day, j.rules_on, j.law_version, "
    "j.verdict, j.settled_verdict, j.at from casework.judgement j where j.file_id = :file "
    "order by j.id"
)
_FINDINGS = text(
    "select code, subject, rule, outcome, verdict, severity, reason, article, source, confidence, "
    "facts, runs, default_verdict, first_day, message_key, message, rules_on, rule_version, "
    "ruling_id from casework.finding where judgement_id = (select id from casework.judgement "
    "where id = :judgement and file_id = :file) order by position"
)
_PARTIES = text(
    "select c.party_id, c.part, p.name, exists (select from casework.case_consent g "
    "where g.file_id = c.file_id and g.party_id = c.party_id and g.withdrawn_at is null "
    "and g.version_number = (select max(number) from casework.case_version v "
    "where v.file_id = c.file_id)) as consents from casework.case_party c "
    "join casework.party_name p on p.id = c.party_id where c.file_id = :file order by c.id"
)
_OPINIONS = text(
    "select id, authority, province, asked_at, due_on, answer, text, answered_at, document_id "
    "from casework.opinion_request where file_id = :file order by id"
)
_WORKLIST = text(
    "select f.id, f.machine, f.subject, f.number, f.state, f.steps, f.since, f.title_id, "
    "f.host_title_id, f.party_id, f.opened_by, f.involves, f.province, f.paper_received_at, "
    "f.paper_reason, f.filed_at, f.entered_at, (select v.content ->> 'kind' "
    "from casework.case_version v where v.file_id = f.id order by v.number desc limit 1) as kind "
    "from casework.case_file f "
    "join casework.machine_state s on s.machine = f.machine and s.state = f.state "
    "left join casework.case_step l on l.file_id = f.id and l.seq = f.steps "
    "where (cast(:machine as text) is null or f.machine = :machine) "
    "and (not :open or not s.final) and (cast(:holder as text) is null or s.with_role = :holder) "
    "order by l.due_on nulls last, f.since, f.id limit :limit offset :offset"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file in a worklist, with its clock."""

    file: CaseFile
    clock: Running


@dataclass(frozen=True, slots=True)
class Dossier:
    """A file with everything in it that the reader may see, oldest first."""

    file: CaseFile
    clock: Running
    steps: Sequence[Row[Any]]
    versions: Sequence[Row[Any]]
    documents: Sequence[Row[Any]]
    judgements: Sequence[Row[Any]]
    parties: Sequence[Row[Any]]
    opinions: Sequence[Row[Any]]


def dossier(office: Office, unit: UnitOfWork, file_id: int) -> Dossier:
    """Return the whole of a file.

    Raises
    ------
    NotFound : there is none, or none that the reader may see.
    """
    file = file_of(unit, file_id)
    return Dossier(
        file,
        clock_of(office, file),
        *(
            unit.connection.execute(statement, {"file": file_id}).all()
            for statement in (_STEPS, _VERSIONS, _DOCUMENTS, _JUDGEMENTS, _PARTIES, _OPINIONS)
        ),
    )


def findings_of(unit: UnitOfWork, file_id: int, judgement_id: int) -> Sequence[Row[Any]]:
    """Return the findings of a judgement of a file, in the order of the provisions."""
    asked = {"judgement": judgement_id, "file": file_id}
    return unit.connection.execute(_FINDINGS, asked).all()


def worklist(
    office: Office,
    actor: Actor,
    *,
    machine: str | None = None,
    held_by: Role | None = None,
    open_only: bool = True,
    limit: int = 50,
    offset: int = 0,
) -> list[Listed]:
    """Return the files that the actor may see, those with the nearest deadline first."""
    asked = {
        "machine": machine,
        "open": open_only,
        "holder": None if held_by is None else DATABASE_ROLE[held_by],
        "limit": limit,
        "offset": offset,
    }
    with office.at_work(actor, "") as unit:
        files = [case_file(row) for row in unit.connection.execute(_WORKLIST, asked)]
    return [Listed(file, clock_of(office, file)) for file in files]


def clock_of(office: Office, file: CaseFile) -> Running:
    """Return the clock of a file today."""
    state = MACHINES[file.machine].by_state[file.state]
    return running(file, state, legal_day(office.clock()), office.law)


_STEP_THEN = text(
    "select s.to_state, s.seq from casework.case_step s where s.file_id = :file "
    "and (cast(:on as date) is null or (s.at at time zone 'Africa/Kinshasa')::date <= :on) "
    "and (cast(:known as bigint) is null or s.revision <= :known) order by s.seq desc limit 1"
)
_VERSION_THEN = text(
    "select v.number, v.content, v.runs from casework.case_version v where v.file_id = :file "
    "and (cast(:on as date) is null or (v.at at time zone 'Africa/Kinshasa')::date <= :on) "
    "and (cast(:known as bigint) is null or v.revision <= :known) order by v.number desc limit 1"
)


@dataclass(frozen=True, slots=True)
class FileThen:
    """A file as it stood at the end of a day, as it was known at a revision.

    ``version`` None: there was nothing of it yet, and ``state`` is that of a draft.
    """

    state: str
    steps: int
    version: Row[Any] | None


def file_then(
    unit: UnitOfWork, file_id: int, on: date | None = None, as_known_on: int | None = None
) -> FileThen:
    """Return how a file stood on a day, by what was known at a revision.

    Raises
    ------
    NotFound : there is none, or none that the reader may see.
    """
    file_of(unit, file_id)
    asked = {"file": file_id, "on": on, "known": as_known_on}
    step = unit.connection.execute(_STEP_THEN, asked).one_or_none()
    version = unit.connection.execute(_VERSION_THEN, asked).one_or_none()
    return FileThen(step.to_state if step else "draft", step.seq if step else 0, version)
