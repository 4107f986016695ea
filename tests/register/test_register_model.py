"""Random orders on a tiny ground, against a plain model that shares no code with the register."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_register import act, facts, official
from sqlalchemy import Engine, text

from geo.errors import GroundTaken, NotFound, RegisterError
from geo.perimeter import Perimeter
from geo.register.connection import engine_for
from geo.register.reader import Reader
from geo.register.writer import correct, grant, release, shrink

GROUPS = {"PR": {1}, "PE": {1}, "ARPC": {2}, "PER": {3}}
FIRST = date(2000, 1, 1)
LAST = 40
FOREVER = LAST + 1
Cell = tuple[int, int]

days = st.integers(0, LAST)
cells = st.sets(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=6)
orders = st.one_of(
    st.tuples(st.just("grant"), st.sampled_from(sorted(GROUPS)), cells, days),
    st.tuples(st.just("release"), st.integers(0, 5), st.just(set()), days),
    st.tuples(st.just("shrink"), st.integers(0, 5), cells, days),
    st.tuples(st.just("correct"), st.integers(0, 5), cells, st.tuples(days, days).map(sorted)),
)


@dataclass
class Model:
    """Who holds which carré on which day, told as plainly as possible."""

    held: dict[tuple[int, int], set[Cell]] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)

    def on(self, title: int, day: int) -> set[Cell]:
        return self.held.get((title, day), set())

    def free(self, kind: str, wanted: set[Cell], start: int, end: int, but: int) -> bool:
        return not any(
            wanted & self.on(other, day) and GROUPS[kind] & GROUPS[other_kind]
            for other, other_kind in self.kinds.items()
            if other != but
            for day in range(start, end)
        )

    def put(self, title: int, wanted: set[Cell], start: int, end: int) -> None:
        for day in range(start, end):
            self.held[title, day] = set(wanted)

    def order(self, order: tuple[Any, ...], titles: list[int], new: int) -> str:
        what, which, wanted, day = order
        if what == "grant":
            if not self.free(which, wanted, day, FOREVER, new):
                return "taken"
            self.kinds[new] = which
            self.put(new, wanted, day, FOREVER)
            return "done"
        if which >= len(titles):
            return "skipped"
        title = titles[which]
        start, end = day if what == "correct" else (day, FOREVER)
        if start == end:
            return "skipped"
        on_days = [self.on(title, d) for d in range(start, end)]
        if not any(on_days) or (what != "correct" and not on_days[0]):
            return "nothing"
        if what == "release":
            self.put(title, set(), start, end)
        elif what == "shrink":
            for ground in filter(None, on_days):
                if not wanted <= ground or wanted == ground:
                    return "refused"
            for d in range(start, end):
                self.held[title, d] = self.on(title, d) - wanted
        elif not all(on_days):
            return "refused"
        elif not self.free(self.kinds[title], wanted, start, end, title):
            return "taken"
        else:
            self.put(title, wanted, start, end)
        return "done"


@pytest.fixture(scope="module")
def engine(database: Any) -> Iterator[Engine]:
    """One register for all examples: each works on ground of its own."""
    made = engine_for(database.app)
    yield made
    made.dispose()


_examples = count(1)


def _day(number: int) -> date:
    return FIRST + timedelta(days=number)


def _obey(engine: Engine, order: tuple[Any, ...], titles: list[int], east: int) -> str:
    what, which, wanted, day = order
    ground = Perimeter.from_cells([(east + c, r) for c, r in wanted])
    try:
        with official(engine) as unit:
            if what == "grant":
                titles.append(grant(unit, facts("x", which), ground, act(day=_day(day))))
                return "done"
            start, end = day if what == "correct" else (day, None)
            if which >= len(titles) or start == end:
                return "skipped"
            title = titles[which]
            if what == "release":
                release(unit, title, act("forfeiture", _day(start)))
            elif what == "shrink":
                shrink(unit, title, ground, act("relinquishment", _day(start)))
            else:
                correct(unit, title, ground, (_day(start), _day(end)), act("correction"))
            return "done"
    except GroundTaken:
        return "taken"
    except NotFound:
        return "nothing"
    except RegisterError:
        return "refused"


def _seen(engine: Engine, titles: list[int], revision: int | None, east: int) -> dict[Any, Any]:
    """(title, day) → carrés, as the reader says."""
    seen = {}
    with official(engine) as unit:
        reader = Reader(unit.connection)
        for day in range(FOREVER):
            rows = unit.connection.execute(
                text(
                    "select title_id, runs from register.ground where title_id = any(:titles) "
                    "and held @> cast(:on as date) and known @> cast(:known as bigint)"
                ),
                {
                    "titles": titles,
                    "on": _day(day),
                    "known": reader.revision_as_known(revision),
                },
            )
            for title, runs in rows:
                held = {(c - east, r) for r, start, end in runs for c in range(start, end)}
                seen[title, day] = held
    return seen


@settings(max_examples=40)
@given(st.lists(orders, min_size=1, max_size=9))
def test_the_register_does_what_the_model_does(
    engine: Engine, sequence: list[tuple[Any, ...]]
) -> None:
    east = 10 * next(_examples)
    model, titles = Model(), list[int]()
    known: list[tuple[int, dict[Any, Any]]] = []
    numbers: dict[int, int] = {}
    for order in sequence:
        before = len(titles)
        expected = model.order(order, list(range(before)), before)
        assert _obey(engine, order, titles, east) == expected, order
        numbers = dict(enumerate(titles))
        if expected == "done":
            snapshot = {(numbers[t], d): set(g) for (t, d), g in model.held.items() if g}
            with official(engine) as unit:
                known.append((Reader(unit.connection).revision(), snapshot))
    for revision, snapshot in known:
        assert _seen(engine, titles, revision, east) == snapshot
    _check_occupancy(engine, model, numbers, east)


def _check_occupancy(engine: Engine, model: Model, numbers: dict[int, int], east: int) -> None:
    expected = {
        (group, numbers[title], cell, day)
        for (title, day), ground in model.held.items()
        for group in GROUPS[model.kinds[title]]
        for cell in ground
    }
    found = set()
    with official(engine) as unit:
        rows = unit.connection.execute(
            text(
                'select grp, title_id, "row", lower(cols), upper(cols), lower(held), upper(held) '
                "from register.occupancy where title_id = any(:titles)"
            ),
            {"titles": list(numbers.values())},
        )
        for group, title, row, start, end, since, until in rows:
            last = FOREVER if until is None else (until - FIRST).days
            found |= {
                (group, title, (col - east, row), day)
                for col in range(start, end)
                for day in range((since - FIRST).days, last)
            }
    assert found == expected
