"""Two people act at once: nothing is decided on what stopped being true while it was judged.

Each test holds the register's lock with a change that is not committed yet, lets somebody take a
step until it waits for the lock, then commits the change: the step was judged before it.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from casework_steps import step as take
from casework_town import COL, HOLDER, OTHER, ROW, rectangle
from sqlalchemy import text

from geo.casework.content import Content
from geo.casework.files import Draft, open_draft
from geo.casework.work import Version
from geo.casework.writing import insert_version
from geo.errors import FileChanged
from geo.register.connection import UnitOfWork
from geo.register.orders import ActOrder, TitleFacts
from geo.register.writer import grant
from geo.sources.rows import Holder, State

GROUND = rectangle(COL + 40, ROW, 2, 2)
_WAITING = text(
    "select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid "
    "where not l.granted and a.datname = current_database()"
)


def draft(town, login="company") -> int:
    """A draft for a research permit on free ground, its version 1."""
    content = Content(kind="PR", substances=("Cu",), term_years=5, declared_cells=4)
    asked = Draft("title", "new", content, GROUND, town.parties[HOLDER], province="Lualaba")
    return open_draft(town.office, town[login], asked)


def taken_during(town, unit: UnitOfWork, login: str, file_id: int, action: str) -> Future:
    """Start a step while ``unit`` holds the lock; commit the unit once the step waits for it."""
    pool = ThreadPoolExecutor(1)
    future = pool.submit(take, town, login, file_id, action)
    pool.shutdown(wait=False)
    with town.official() as looking:
        for _ in range(400):
            if looking.connection.scalar(_WAITING) or future.done():
                break
            looking.rollback()
            time.sleep(0.02)
    assert not future.done()
    unit.commit()
    return future


def permit_on_the_ground(unit: UnitOfWork) -> None:
    """Grant another company a permit on the ground of the draft."""
    facts = TitleFacts(
        code="PE 700",
        kind="PE",
        state=State.GRANTED,
        holders=(Holder(OTHER, Decimal(100)),),
        minerals=("Cu",),
        filed_on=date(2024, 1, 8),
        granted_on=date(2025, 2, 3),
        expires_on=date(2050, 2, 3),
    )
    grant(unit, facts, GROUND, ActOrder("grant", "Arrêté d’essai 700", date(2025, 2, 3)))


def neighbours_judged(town, file_id: int) -> list[str]:
    """The neighbours in the facts of the judgement that was kept with the last step."""
    kept = text(
        "select n ->> 'name' from casework.judgement j, "
        "jsonb_array_elements(j.facts -> 'neighbours') n where j.file_id = :file"
    )
    with town.official() as unit:
        return list(unit.connection.scalars(kept, {"file": file_id}))


def test_a_permit_granted_while_a_filing_is_judged_is_judged_too(town) -> None:
    file_id = draft(town)
    with town.official() as unit:
        permit_on_the_ground(unit)
        taken = taken_during(town, unit, "company", file_id, "file").result(30)
    assert taken.state == "filed"
    assert neighbours_judged(town, file_id) == ["PE 700"]


def test_without_another_writer_a_filing_meets_nobody(town) -> None:
    file_id = draft(town)
    take(town, "company", file_id, "file")
    assert neighbours_judged(town, file_id) == []


def test_a_version_written_while_the_step_is_judged_is_not_filed_unread(town) -> None:
    file_id = draft(town)
    with town.office.at_work(town["clerk"], "another version") as unit:
        other = Version(2, Content(kind="PE"), rectangle(COL + 44, ROW, 1, 1))
        insert_version(unit, file_id, other, town.office.clock())
        future = taken_during(town, unit, "company", file_id, "file")
        with pytest.raises(FileChanged):
            future.result(30)


def test_of_two_steps_at_once_the_second_is_refused(town) -> None:
    file_id = draft(town)
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(take, town, "company", file_id, "file") for _ in range(8)]
        errors = [future.exception(60) for future in futures]
    assert sum(error is None for error in errors) == 1
    with town.official() as unit:
        count = text("select count(*), max(seq) from casework.case_step where file_id = :file")
        assert tuple(unit.connection.execute(count, {"file": file_id}).one()) == (1, 1)


def test_files_are_filed_in_the_order_of_their_numbers_and_instants(town) -> None:
    files = [draft(town) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: take(town, "company", one, "file"), files))
    asked = text("select number, filed_at from casework.case_file order by number")
    with town.official() as unit:
        rows = unit.connection.execute(asked).all()
    assert [row.number for row in rows] == [f"D-2025-{n:05}" for n in range(1, 7)]
    assert [row.filed_at for row in rows] == sorted(row.filed_at for row in rows)


def test_the_year_of_a_number_begins_at_midnight_in_kinshasa(town) -> None:
    """Kinshasa is one hour ahead of UTC all year: 23:30 UTC is half past midnight there."""
    numbers = []
    for hour in (22, 23):
        file_id = draft(town)
        town.clock.instant = datetime(2025, 12, 31, hour, 30, tzinfo=UTC)
        numbers.append(take(town, "company", file_id, "file").number)
    assert numbers == ["D-2025-00001", "D-2026-00001"]
