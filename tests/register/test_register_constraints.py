"""What the database itself refuses: statements that an official writes without the register's code.

Each refusal stands beside what is allowed in its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import pytest
from sample_register import act, facts, granted, official, reading, row, square
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from geo.errors import GroundTaken, NotPermitted
from geo.register.connection import UnitOfWork
from geo.register.orders import ActOrder
from geo.register.reader import Reader
from geo.register.writer import institute_zone, record_reading, release, shrink

CONTESTED = square(3000, -1280)
RUNS = "'{{-1280,3000,3002},{-1279,3000,3002}}'"


@contextmanager
def _refused(engine: Engine, match: str) -> Iterator[UnitOfWork]:
    """A unit of work of an official that the database refuses, at once or as it commits."""
    with pytest.raises(IntegrityError, match=match), official(engine) as unit:
        yield unit


def _taken_over(engine: Engine, count: int = 2) -> None:
    """Take a register over in which titles 1 … count hold the same ground."""
    made, content = reading([row(i, CONTESTED) for i in range(1, count + 1)])
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="CAMI", as_of=date(2015, 6, 30))


def _do(unit: UnitOfWork, statement: str, **values: object) -> int:
    """Run a statement of one's own; return what it returns."""
    result = unit.connection.execute(text(statement), values)
    return int(result.scalar() or 0) if result.returns_rows else result.rowcount


def _title(unit: UnitOfWork) -> int:
    return _do(
        unit,
        "insert into register.title (opened_revision) values (register.open_revision()) "
        "returning id",
    )


def _hold(unit: UnitOfWork, title: int, import_row: int | None = None, runs: str = RUNS) -> None:
    """Give a title the contested ground, as the first title holds it."""
    _do(
        unit,
        "insert into register.perimeter_version (title_id, kind, held, known, runs, on_lattice, "
        "flags, geom, import_row_id) select :title, 'PR', held, "
        f"int8range(register.open_revision(), null), {runs}, true, '{{}}', geom, :row "
        "from register.perimeter_version where title_id = 1 order by known desc limit 1",
        title=title,
        row=import_row,
    )


def _import(unit: UnitOfWork, rows: int = 1, kept: int = 1, content: bytes | None = b"x") -> int:
    """Write an import of one's own, applied at once; return its number."""
    sha256 = hashlib.sha256(b"x").hexdigest()
    source = _do(
        unit, "insert into register.source (name, demonstration) values ('own', true) returning id"
    )
    file = _do(
        unit,
        "insert into register.received_file (sha256, name, bytes) values (:sha, 'x', 1) "
        "returning id",
        sha=sha256,
    )
    if content is not None:
        _do(
            unit,
            "insert into register.received_content values (:file, :content)",
            file=file,
            content=content,
        )
    run = _do(
        unit,
        "insert into register.import_run (file_id, source_id, schema_name, as_of, features, kept, "
        "refused, state, summary, opened_revision, decided_revision) values (:file, :source, 'x', "
        "'2020-01-01', :kept, :kept, 0, 'applied', '{}', register.open_revision(), "
        "register.open_revision()) returning id",
        file=file,
        source=source,
        kept=kept,
    )
    for number in range(1, rows + 1):
        _do(
            unit,
            'insert into register.import_row (import_id, "row", facts, raw, runs, on_lattice, '
            f"valid) values (:run, :row, '{{}}', '{{}}', {RUNS}, true, true)",
            run=run,
            row=number,
        )
    return run


def _conflict(unit: UnitOfWork, run: int, parties: Sequence[int]) -> int:
    """Write a conflict over the contested ground; return its number."""
    conflict = _do(
        unit,
        "insert into register.inherited_conflict (grp, import_id, reason) "
        "values (1, :run, 'overlap') returning id",
        run=run,
    )
    for title in parties:
        _party(unit, conflict, title)
    _contest(unit, conflict)
    return conflict


def _party(unit: UnitOfWork, conflict: int, title: int) -> None:
    joined = "insert into register.inherited_conflict_party values (:conflict, :title)"
    _do(unit, joined, conflict=conflict, title=title)


def _contest(unit: UnitOfWork, conflict: int) -> None:
    _do(
        unit,
        "select register.inherit_ground(array[cast(:c as bigint), :c], array[-1280, -1279], "
        "array[3000, 3000], array[3002, 3002])",
        c=conflict,
    )


def test_nobody_joins_a_conflict_in_a_later_revision(engine: Engine) -> None:
    _taken_over(engine)
    with _refused(engine, "only while the import") as unit:
        third = _title(unit)
        _party(unit, 1, third)
    with pytest.raises(GroundTaken), official(engine) as unit:
        _hold(unit, _title(unit))
    with official(engine) as unit:
        parties = unit.connection.scalars(
            text("select title_id from register.inherited_conflict_party")
        )
        assert set(parties) == {1, 2}


def test_an_import_is_decided_once_so_that_an_old_one_cannot_be_opened_again(
    engine: Engine,
) -> None:
    _taken_over(engine)
    for statement in (
        "update register.import_run set decided_revision = register.open_revision()",
        "update register.import_run set state = 'pending', decided_revision = null",
        "insert into register.import_run (file_id, source_id, schema_name, as_of, features, kept, "
        "refused, state, summary, opened_revision, decided_revision) select file_id, source_id, "
        "'x', as_of, 0, 0, 0, 'rejected', '{}', 1, 1 from register.import_run",
        'insert into register.import_row (import_id, "row", facts, raw, valid) '
        "values (1, 99, '{}', '{}', true)",
    ):
        with pytest.raises(IntegrityError), official(engine) as unit:
            _do(unit, statement)


@pytest.mark.parametrize(
    ("rows", "kept", "content"), [(0, 1, b"x"), (1, 2, b"x"), (0, 0, None), (2, 2, None)]
)
def test_an_import_without_its_rows_or_its_file_is_refused(
    engine: Engine, rows: int, kept: int, content: bytes | None
) -> None:
    with _refused(engine, "lacks its file") as unit:
        _import(unit, rows, kept, content)
    with official(engine) as unit:
        _import(unit)


def test_a_tolerance_over_granted_ground_needs_a_row_of_the_import(engine: Engine) -> None:
    granted(engine, "1", CONTESTED)
    with _refused(engine, "does not hold its ground") as unit:
        second = _title(unit)
        _conflict(unit, _import(unit), [1, second])
        _hold(unit, second)
    with _refused(engine, "does not hold its ground") as unit:
        _conflict(unit, _import(unit), [1, _title(unit)])
    with official(engine) as unit:
        run, second = _import(unit), _title(unit)
        _conflict(unit, run, [1, second])
        row_id = _do(unit, "select id from register.import_row where import_id = :run", run=run)
        _hold(unit, second, row_id)
    with pytest.raises(GroundTaken):
        granted(engine, "3", CONTESTED)


def test_a_row_of_an_import_bears_no_other_ground_than_its_own(engine: Engine) -> None:
    granted(engine, "1", CONTESTED)
    row_of = "select id from register.import_row where import_id = :run"
    with _refused(engine, "does not hold its ground") as unit:
        run, second = _import(unit), _title(unit)
        _conflict(unit, run, [1, second])
        _hold(unit, second, _do(unit, row_of, run=run), "'{{-1280,3000,3003},{-1279,3000,3003}}'")
    with official(engine) as unit:
        run, second = _import(unit), _title(unit)
        _conflict(unit, run, [1, second])
        _hold(unit, second, _do(unit, row_of, run=run))


def test_a_conflict_is_whole_before_it_is_checked(engine: Engine) -> None:
    granted(engine, "1", CONTESTED)
    with _refused(engine, "does not hold its ground") as unit:
        run = _import(unit)
        _do(unit, "set constraints all immediate")
        _conflict(unit, run, [1])
    with _refused(engine, "nobody joins") as unit:
        conflict = _conflict(unit, _import(unit), [1])
        _party(unit, conflict, _title(unit))
    with _refused(engine, "once, with its import") as unit:
        run = _import(unit)
        _conflict(unit, run, [1])
        _conflict(unit, run, [1, _title(unit)])
    with _refused(engine, "once, with its import") as unit:
        _contest(unit, _conflict(unit, _import(unit), [1]))
    with official(engine) as unit:
        _conflict(unit, _import(unit), [1])


def test_numbers_are_positive_so_that_none_is_taken_for_a_conflict(engine: Engine) -> None:
    _taken_over(engine)
    for statement in (
        "insert into register.title values (-1, register.open_revision())",
        "insert into register.title values (0, register.open_revision())",
        "insert into register.inherited_conflict (id, grp, import_id, reason) "
        "values (-1, 1, 1, 'overlap')",
    ):
        with _refused(engine, "_id_check") as unit:
            _do(unit, statement)
    with official(engine) as unit:
        _do(unit, "insert into register.title values (99, register.open_revision())")


def test_no_holder_is_added_to_what_was_known_before(engine: Engine) -> None:
    title = granted(engine, "1", CONTESTED)
    with _refused(engine, "never added") as unit:
        party = _do(
            unit,
            "insert into register.party (name, kind) values ('Usurper SARL', 'legal') returning id",
        )
        _do(
            unit,
            "insert into register.holding (title_version_id, party_id, position) "
            "select id, :party, 7 from register.title_version where title_id = :title",
            party=party,
            title=title,
        )
    with official(engine) as unit:
        release(unit, title, ActOrder("forfeiture", "F", date(2021, 1, 1)))
    with official(engine) as unit:
        reader = Reader(unit.connection)
        for known in (1, 2):
            holders = reader.title(title, date(2020, 6, 1), known).holders
            assert [holder.name for holder in holders] == ["Kalonda Mining SARL"]


def test_a_zone_is_written_with_its_title_and_stays_as_it_was(engine: Engine) -> None:
    right = granted(engine, "1", CONTESTED)
    with official(engine) as unit:
        zone = institute_zone(
            unit, facts("Z", "ZEA"), square(3010, -1280), act("institution"), name="first"
        )
    with pytest.raises(NotPermitted), official(engine) as unit:
        _do(unit, "update register.zone set name = 'second'")
    for title in (right, zone):
        with pytest.raises(IntegrityError), official(engine) as unit:
            _do(unit, "insert into register.zone (title_id) values (:t)", t=title)
    with official(engine) as unit:
        assert unit.connection.scalar(text("select name from register.zone")) == "first"


CLOSE = (
    "update register.perimeter_version set "
    "known = int8range(lower(known), register.open_revision()) "
    "where title_id = :title and upper_inf(known)"
)


def test_ground_is_not_freed_by_closing_what_is_known(engine: Engine) -> None:
    title = granted(engine, "1", CONTESTED)
    with _refused(engine, "no act that says why") as unit:
        _do(unit, CLOSE, title=title)
    with _refused(engine, "no act that says why") as unit:
        _do(unit, CLOSE, title=title)
        _hold_one_carre(unit, title)
    with _refused(engine, "no act that says why") as unit:
        _do(unit, CLOSE, title=title)
        _do(
            unit,
            "insert into register.act (kind, reference, on_day) "
            "values ('forfeiture', 'of another title', '2021-01-01')",
        )
    with pytest.raises(GroundTaken):
        granted(engine, "2", CONTESTED)
    with official(engine) as unit:
        shrink(unit, title, square(3000, -1280, 1, 2), act("relinquishment", date(2021, 1, 1)))
    with official(engine) as unit:
        release(unit, title, act("forfeiture", date(2022, 1, 1)))
    granted(engine, "3", CONTESTED, day=date(2022, 1, 1))


def _hold_one_carre(unit: UnitOfWork, title: int) -> None:
    _do(
        unit,
        "insert into register.perimeter_version (title_id, kind, held, known, runs, on_lattice, "
        "flags, geom) select title_id, kind, held, int8range(register.open_revision(), null), "
        "'{{-1280,3000,3001}}', false, flags, geom from register.perimeter_version "
        "where title_id = :title",
        title=title,
    )


def test_closed_ground_may_go_on_as_it_was_without_an_act(engine: Engine) -> None:
    title = granted(engine, "1", CONTESTED)
    with official(engine) as unit:
        _do(unit, CLOSE, title=title)
        _hold(unit, title)
    with pytest.raises(GroundTaken):
        granted(engine, "2", CONTESTED)


def test_an_act_is_recorded_when_it_is_recorded(engine: Engine) -> None:
    title = granted(engine, "1", CONTESTED)
    with pytest.raises(NotPermitted), official(engine) as unit:
        _do(
            unit,
            "insert into register.act (kind, reference, on_day, opened_revision) "
            "values ('forfeiture', 'F', '2021-01-01', 1)",
        )
    with _refused(engine, "no act that says why") as unit:
        _do(unit, CLOSE, title=title)
        _do(
            unit,
            "insert into register.title_version (title_id, kind, state, procedure, minerals, "
            "stated_on, flags, act_id, valid, known) select title_id, kind, 'forfeited', procedure,"
            " minerals, stated_on, flags, act_id, daterange('1990-01-01', '1991-01-01'), "
            "int8range(register.open_revision(), null) from register.title_version",
        )


def test_nobody_but_a_writer_can_take_the_lock_of_the_register(
    engine: Engine, tiles_engine: Engine
) -> None:
    for other in (engine, tiles_engine):
        with pytest.raises(ProgrammingError, match="permission"), other.begin() as connection:
            connection.execute(text("select * from register.revision_lock for update"))
    with pytest.raises(NotPermitted), official(engine) as unit:
        _do(unit, "select * from register.revision_lock for key share")
    with tiles_engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(5499202026001)"))
        granted(engine, "1", CONTESTED)
