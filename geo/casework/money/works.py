"""Whether works had begun on a title, as officials saw it. No report: nothing is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from geo.errors import NotFound, RegisterError
from geo.register.connection import UnitOfWork
from geo.register.reader import Reader

_REPORT = text(
    "insert into register.works_report (title_id, observed_on, started_on, source) "
    "select id, :observed_on, :started_on, :source from register.title where id = :title "
    "returning id"
)
_LATEST = text(
    """
    select distinct on (title_id) title_id, observed_on, started_on, source
    from register.works_report
    where observed_on <= :on and opened_revision <= cast(:known as bigint)
    order by title_id, observed_on desc, id desc
    """
)


@dataclass(frozen=True, slots=True)
class WorksReport:
    """What was seen of a title's works on a day. ``started_on`` None: none had begun."""

    title_id: int
    observed_on: date
    started_on: date | None
    source: str


def report_works(unit: UnitOfWork, report: WorksReport) -> None:
    """Record what was seen of a title's works; earlier reports stay.

    Raises
    ------
    NotFound : the register holds no such title.
    RegisterError : the works would have begun after the day observed.
    """
    started = report.started_on
    if started is not None and started > report.observed_on:
        raise RegisterError(
            f"works that began on {started.isoformat()} were not seen on "
            f"{report.observed_on.isoformat()}. Correct one of the days."
        )
    unit.open_revision()
    values = {
        "title": report.title_id,
        "observed_on": report.observed_on,
        "started_on": started,
        "source": report.source,
    }
    if unit.connection.execute(_REPORT, values).scalar() is None:
        raise NotFound(f"the register holds no title {report.title_id}. Search by code or holder.")


def latest_reports(
    unit: UnitOfWork, on: date, as_known_on: date | int | None = None
) -> dict[int, WorksReport]:
    """Return the last report of each title that has one, observed on a day or before."""
    known = Reader(unit.connection).revision_as_known(as_known_on)
    rows = unit.connection.execute(_LATEST, {"on": on, "known": known})
    return {row.title_id: WorksReport(**row._mapping) for row in rows}
