"""Reading files, under the reader's own role: what may not be seen is not there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, text

from geo.casework.content import Content
from geo.casework.work import CaseFile, Version
from geo.errors import NotFound
from geo.grid import DRC
from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork

_COLUMNS = (
    "id, machine, subject, number, state, steps, since, title_id, host_title_id, party_id, "
    "opened_by, involves, province, paper_received_at, paper_reason, filed_at, entered_at, "
    "(select v.content ->> 'kind' from casework.case_version v where v.file_id = case_file.id "
    "order by v.number desc limit 1) as kind"
)
_FILE = text(f"select {_COLUMNS} from casework.case_file where id = :file")  # noqa: S608 - columns
_VERSION = text(
    "select number, content, runs from casework.case_version where file_id = :file "
    "and (cast(:number as int) is null or number = :number) order by number desc limit 1"
)
_DOCUMENTS = text(
    "select distinct kind from casework.case_document where file_id = :file "
    "and withdrawn_at is null union select 'opinion_' || authority from casework.opinion_request "
    "where file_id = :file and answer = 'favourable'"
)


def file_of(unit: UnitOfWork, file_id: int) -> CaseFile:
    """Return a file.

    Raises
    ------
    NotFound : there is none, or none that the reader may see.
    """
    row = unit.connection.execute(_FILE, {"file": file_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no file {file_id} that you may see.")
    return case_file(row)


def case_file(row: Row[Any]) -> CaseFile:
    """Return a row as a file."""
    values = dict(row._mapping)
    return CaseFile(**{**values, "involves": tuple(values["involves"])})


def last_version(unit: UnitOfWork, file_id: int) -> Version:
    """Return the newest version of what a file asks for."""
    return version_of(unit, file_id, None)


def version_of(unit: UnitOfWork, file_id: int, number: int | None) -> Version:
    """Return a version of what a file asks for, the newest where no number is given.

    Raises
    ------
    NotFound : there is none of that number.
    """
    row = unit.connection.execute(_VERSION, {"file": file_id, "number": number}).one_or_none()
    if row is None:
        raise NotFound(f"file {file_id} has no version {number or ''}.")
    perimeter = None if row.runs is None else Perimeter.from_runs(row.runs, DRC)
    return Version(row.number, Content.model_validate(row.content), perimeter)


def document_kinds(unit: UnitOfWork, file_id: int) -> frozenset[str]:
    """Return which kinds of document lie in a file; a favourable opinion is one."""
    return frozenset(unit.connection.scalars(_DOCUMENTS, {"file": file_id}))
