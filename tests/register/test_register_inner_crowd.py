"""Sixteen officials give random orders at once on one piece of ground, also far back in time.

Afterwards everything ever believed is read back row by row and judged by plain sets of carrés, with
none of our code: as known in each revision, on each day on which something changes.
"""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import combinations
from threading import Lock
from typing import Any

from sample_register import act, allocated, attributed, facts, granted, official, square
from sqlalchemy import Engine, text

from geo.errors import GroundTaken, NotFound, RegisterBusy, RegisterError
from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork, engine_for
from geo.register.orders import Ends, Keeps, Together
from geo.register.writer import (
    change_allocation,
    correct,
    institute_zone,
    release,
    shrink,
    transform,
)

THREADS, ORDERS = 16, 14
WEST, SOUTH = 3000, -1280
FIRST = date(2025, 4, 1)
REFUSALS = (RegisterError, GroundTaken, NotFound, RegisterBusy)

HOLDS_MINING = {"PE", "PR", "ZEA"}
HOLDS_ARTISANAL = {"EGC", "ZEA"}
HOLDS_COOPERATIVE = {"PORTION", "WORK_AREA"}
LIES_IN = {
    "EGC": {"PR", "PE", "PEPM", "PER", "ARPC", "AECP", "AECT"},
    "PORTION": {"ZEA"},
    "WORK_AREA": {"EGC", "ATE", "APE", "PE", "PEPM", "PER", "AECP", "AECT"},
}


class Crowd:
    """What the threads share: the titles that were made, by kind."""

    def __init__(self, seed: int, hosts: list[int]) -> None:
        self.random = random.Random(seed)
        self.lock = Lock()
        self.titles: list[tuple[str, int]] = [("PE", host) for host in hosts]

    def any_of(self, *kinds: str) -> int:
        """A title of one of these kinds; a host where there is none yet."""
        with self.lock:
            found = [title for kind, title in self.titles if kind in kinds]
            return self.random.choice(found or [self.titles[0][1]])

    def made(self, kind: str, title: int) -> None:
        with self.lock:
            self.titles.append((kind, title))

    def ground(self) -> Perimeter:
        with self.lock:
            col, row = self.random.randrange(8), self.random.randrange(4)
            return square(WEST + col, SOUTH + row, self.random.choice((1, 2)), 1)

    def day(self) -> date:
        with self.lock:
            return FIRST + timedelta(days=self.random.randrange(-60, 240))

    def together(self, perimeter: Perimeter) -> list[Together]:
        with self.lock:
            inner = [title for kind, title in self.titles if kind in ("EGC", "inner")]
            some = self.random.sample(inner, min(len(inner), self.random.randrange(3)))
            return [self.random.choice((Ends(one), Keeps(one, perimeter))) for one in some]


def order(crowd: Crowd, unit: UnitOfWork, number: int) -> tuple[str, int] | None:
    """Give one random order; return what it made."""
    ground, day = crowd.ground(), crowd.day()
    chosen = crowd.random.randrange(10)
    if chosen < 3:
        host = crowd.any_of("PE")
        return "EGC", allocated(unit, host, ground, max(day, FIRST), f"A-{number}")
    if chosen == 3:
        zone = facts(f"Z-{number}", "ZEA", "État")
        host = crowd.any_of("PE")
        made = institute_zone(unit, zone, ground, act("institution", day), host=host)
        return "ZEA", made
    if chosen == 4:
        return "inner", attributed(unit, crowd.any_of("EGC", "ZEA", "PE"), ground, day)
    if chosen == 5:
        shrink(
            unit,
            crowd.any_of("PE", "EGC"),
            ground,
            act("relinquishment", day),
            together=crowd.together(ground),
        )
    elif chosen == 6:
        title = crowd.any_of("EGC", "ZEA", "inner")
        kind = crowd.random.choice(("end_of_allocation", "closure", "withdrawal"))
        release(unit, title, act(kind, day), together=crowd.together(ground))
    elif chosen == 7:
        title = crowd.any_of("EGC", "inner", "PE", "ZEA")
        until = crowd.random.choice((None, day + timedelta(days=40)))
        correct(unit, title, ground, (day, until), act("correction", date(2026, 6, 1)))
    elif chosen == 8:
        change_allocation(unit, crowd.any_of("EGC"), act("renewal", day), perimeter=ground)
    else:
        host = crowd.any_of("PE")
        part = square(WEST, SOUTH + crowd.random.randrange(3), 10, 1)
        made = transform(
            unit,
            host,
            facts(f"T-{number}", "PE"),
            part,
            act("transformation", day),
            together=crowd.together(ground),
        )
        return "PE", made
    return None


def give_orders(engine: Engine, crowd: Crowd, thread: int) -> int:
    """Give orders in transactions of their own; return how many were carried out."""
    done = 0
    for turn in range(ORDERS):
        try:
            with official(engine, f"official {thread}") as unit:
                made = order(crowd, unit, thread * 100 + turn)
        except REFUSALS:
            continue
        done += 1
        if made:
            crowd.made(*made)
    return done


def cells(runs: list[list[int]]) -> set[tuple[int, int]]:
    return {(row, col) for row, first, end in runs for col in range(first, end)}


def beliefs(unit: UnitOfWork) -> tuple[list[Any], list[Any], int]:
    """All ground and all bonds ever written, and the last revision."""

    def read(statement: str) -> list[Any]:
        return list(unit.connection.execute(text(statement)))

    spans = "lower({0}), upper({0}), lower(known), upper(known)"
    ground = read(
        f"select title_id, kind, runs, {spans.format('held')} from register.perimeter_version"
    )
    bonds = read(f"select title_id, host_title_id, {spans.format('valid')} from register.bond")
    last = read("select max(id) from register.revision")[0][0]
    return ground, bonds, last


def within(at: Any, first: Any, end: Any) -> bool:
    return bool(first <= at and (end is None or at < end))


def require_sound(ground: list[Any], bonds: list[Any], revision: int) -> int:
    """Judge all that was believed in a revision; return how many inner grounds were looked at."""
    held = [g for g in ground if within(revision, g[5], g[6])]
    bound = [b for b in bonds if within(revision, b[4], b[5])]
    days = {edge for row in held for edge in row[3:5] if edge}
    days |= {edge for row in bound for edge in row[2:4] if edge}
    looked = 0
    for day in sorted(days):
        now = [(g[0], g[1], cells(g[2])) for g in held if within(day, g[3], g[4])]
        for a, b in combinations(now, 2):
            for group in (HOLDS_MINING, HOLDS_ARTISANAL, HOLDS_COOPERATIVE):
                if a[1] in group and b[1] in group:
                    assert not a[2] & b[2], (revision, day, a, b)
        for title, kind, taken in now:
            if kind not in LIES_IN:
                continue
            looked += 1
            hosts = {b[1] for b in bound if b[0] == title and within(day, b[2], b[3])}
            around = [h for h in now if h[0] in hosts and h[1] in LIES_IN[kind]]
            assert any(taken <= h[2] for h in around), (revision, day, title, kind, around)
    return looked


def test_no_crowd_breaks_what_lies_inside_what(fresh_database: Any) -> None:
    engine = engine_for(fresh_database.app, pool_size=THREADS)
    hosts = [granted(engine, str(i), square(WEST, SOUTH + 2 * i, 10, 2), "PE") for i in range(2)]
    crowd = Crowd(20261123, hosts)
    for number, host in enumerate(hosts):  # what there is to judge, however few orders go through
        with official(engine) as unit:
            ground = square(WEST + 8, SOUTH + 2 * number, 2, 1)
            made = allocated(unit, host, ground, FIRST, f"A-first-{number}")
        crowd.made("EGC", made)
    with ThreadPoolExecutor(THREADS) as pool:
        done = list(pool.map(lambda one: give_orders(engine, crowd, one), range(THREADS)))
    with official(engine) as unit:
        ground, bonds, last = beliefs(unit)
        unended = text(
            "select count(*) from register.perimeter_version "
            "where not upper_inf(held) and closed_by is null"
        )
        assert unit.connection.scalar(unended) == 0
    engine.dispose()
    looked = sum(require_sound(ground, bonds, revision) for revision in range(1, last + 1))
    assert sum(done) > 0
    assert looked > 0
