"""Many officials at once, in threads and in processes of their own."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from sample_register import act, facts, granted, official, square
from sqlalchemy import Engine, text

from geo.errors import GroundTaken, RegisterBusy
from geo.register.connection import REGISTER, UnitOfWork, engine_for, in_one_transaction
from geo.register.reader import Reader
from geo.register.writer import grant

SPAWN = multiprocessing.get_context("spawn")
WRITERS = 32
GRANTS_EACH = 4


def _outcome(work: Callable[[], object]) -> str:
    try:
        work()
    except GroundTaken as error:
        return f"taken: {error}"
    return "granted"


def test_of_two_officials_who_grant_one_carre_one_wins_and_the_other_learns_nothing(
    engine: Engine,
) -> None:
    together = threading.Barrier(2)

    def grants(code: str, holder: str) -> str:
        def work() -> None:
            with UnitOfWork(engine, REGISTER, actor=code, reason="race", lock_timeout_s=30) as unit:
                unit.connection.execute(text("select 1"))
                together.wait()
                grant(unit, facts(code, holder=holder), square(3000, -1280), act())
                unit.commit()

        return _outcome(work)

    with ThreadPoolExecutor(2) as pool:
        futures = [
            pool.submit(grants, "PR-SECRET-1", "First Secret SARL"),
            pool.submit(grants, "PR-SECRET-2", "Second Secret SARL"),
        ]
        results = [future.result(60) for future in futures]
    assert sorted(result.split(":")[0] for result in results) == ["granted", "taken"]
    winner = results.index("granted") + 1
    loser_text = results[2 - winner]
    assert f"PR-SECRET-{3 - winner}" in loser_text
    assert f"PR-SECRET-{winner}" not in loser_text
    assert "Secret SARL" not in loser_text
    with official(engine) as unit:
        assert unit.connection.scalar(text("select count(*) from register.title")) == 1


def test_the_constraint_speaks_where_the_check_could_not_see(engine: Engine) -> None:
    """The second official has checked before the first commits; only the constraint is left."""
    checked, committed = threading.Event(), threading.Event()

    class Slow(UnitOfWork):
        def open_revision(self) -> int:
            checked.set()
            assert committed.wait(30)
            return super().open_revision()

    def second() -> str:
        def work() -> None:
            with Slow(engine, REGISTER, actor="second", reason="race") as unit:
                grant(unit, facts("2"), square(3000, -1280), act())
                unit.commit()

        return _outcome(work)

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(second)
        assert checked.wait(30)
        granted(engine, "1", square(3001, -1280))
        committed.set()
        result = future.result(60)
    assert result == (
        "taken: some of the 4 carrés asked for by PR 2 were granted to another right a moment ago. "
        "Choose free carrés."
    )


def test_who_waits_too_long_for_the_register_is_told_that_it_is_busy(engine: Engine) -> None:
    with official(engine) as unit:
        unit.open_revision()
        with pytest.raises(RegisterBusy), official(engine, lock_timeout_s=0.2) as other:
            other.open_revision()
    granted(engine, "1", square(3000, -1280))


def test_a_pool_that_is_used_up_is_busy_at_once(engine: Engine) -> None:
    small = engine_for(
        engine.url.render_as_string(hide_password=False), pool_size=1, pool_timeout_s=0.1
    )
    try:
        with official(small) as unit:
            unit.connection.execute(text("select 1"))
            with pytest.raises(RegisterBusy), official(small) as other:
                other.connection.execute(text("select 1"))
    finally:
        small.dispose()


def test_work_that_was_busy_is_tried_again_but_ground_taken_is_not(engine: Engine) -> None:
    tries: list[str] = []

    def busy_once(unit: UnitOfWork) -> str:
        tries.append("busy")
        if len(tries) == 1:
            raise RegisterBusy("a moment")
        return "done"

    assert in_one_transaction(engine, busy_once, actor="a", reason="r") == "done"

    def taken(_unit: UnitOfWork) -> None:
        tries.append("taken")
        raise GroundTaken("taken")

    with pytest.raises(GroundTaken):
        in_one_transaction(engine, taken, actor="a", reason="r")
    assert tries == ["busy", "busy", "taken"]


def _write_much(url: str, number: int, start: Any, results: Any) -> None:
    """One writer in a process of its own: own ground, and ground that all want."""
    engine = engine_for(url, pool_size=1)
    start.wait(60)
    outcomes = []
    for turn in range(GRANTS_EACH):
        ground = square(3000 + 3 * number, -1280 + 3 * turn) if turn else square(2000, -1280)
        day = date(2020, 1, 1)

        def work(unit: UnitOfWork, ground: Any = ground, turn: int = turn, day: date = day) -> int:
            return grant(unit, facts(f"{number}-{turn}"), ground, act(day=day))

        outcomes.append(
            _outcome(
                lambda work=work: in_one_transaction(  # type: ignore[misc]
                    engine, work, actor=f"writer {number}", reason="hot", attempts=5
                )
            ).split(":")[0]
        )
    engine.dispose()
    results.put((number, outcomes))


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_hot_writers_do_not_deadlock_and_revisions_follow_commits(
    engine: Engine, kind: str
) -> None:
    url = engine.url.render_as_string(hide_password=False)
    if kind == "threads":
        count = WRITERS
        start: Any = threading.Barrier(count)
        results: Any = SPAWN.SimpleQueue()
        workers: list[Any] = [
            threading.Thread(target=_write_much, args=(url, i, start, results))
            for i in range(count)
        ]
    else:
        count = 4
        start, results = SPAWN.Barrier(count), SPAWN.SimpleQueue()
        workers = [
            SPAWN.Process(target=_write_much, args=(url, i, start, results)) for i in range(count)
        ]
    for worker in workers:
        worker.start()
    outcomes = dict(results.get() for _ in range(count))
    for worker in workers:
        worker.join(60)
    firsts = [outcome[0] for outcome in outcomes.values()]
    assert sorted(firsts) == ["granted"] + ["taken"] * (count - 1)
    assert all(outcome[1:] == ["granted"] * (GRANTS_EACH - 1) for outcome in outcomes.values())
    grants = 1 + count * (GRANTS_EACH - 1)
    with official(engine) as unit:
        revisions = list(
            unit.connection.execute(
                text(
                    "select r.id, r.at, r.actor, t.id as title from register.revision r "
                    "join register.title t on t.opened_revision = r.id order by r.id"
                )
            )
        )
        assert Reader(unit.connection).revision() == grants
    assert [r.id for r in revisions] == list(range(1, grants + 1))
    assert sorted(r.at for r in revisions) == [r.at for r in revisions]
    assert len({r.at for r in revisions}) == grants


def test_a_reader_never_sees_a_later_revision_without_an_earlier_one(engine: Engine) -> None:
    done = threading.Event()
    gaps: list[list[int]] = []

    def watch() -> None:
        while not done.is_set():
            with official(engine) as unit:
                seen = list(
                    unit.connection.scalars(text("select id from register.revision order by id"))
                )
            if seen != list(range(1, len(seen) + 1)):
                gaps.append(seen)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(4) as pool:
        for future in [
            pool.submit(granted, engine, str(i), square(3000 + 3 * i, -1280)) for i in range(24)
        ]:
            future.result(60)
    done.set()
    watcher.join(30)
    assert not gaps
