"""Allocations by agreement with EGC (route B): where they may lie, and how they live and end.

Each thing that is refused stands beside the same thing where it is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sample_register import (
    DAY,
    act,
    agreement,
    allocated,
    attributed,
    facts,
    granted,
    official,
    reading,
    row,
    square,
)
from shapely import Polygon
from sqlalchemy import Engine

from geo.errors import GroundTaken, NotFound, RegisterError
from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork
from geo.register.orders import Ends, Keeps
from geo.register.reader import Reader
from geo.register.writer import (
    change_allocation,
    correct,
    encumber,
    institute_zone,
    record_reading,
    release,
    shrink,
)

START = date(2025, 4, 1)
LATER = date(2025, 9, 1)
HOST = square(3000, -1280, 6, 4)
PART = square(3000, -1280, 3, 4)


@pytest.fixture
def host(engine: Engine) -> int:
    """A PE of 24 carrés, held from 2020 on."""
    return granted(engine, "4960", HOST, kind="PE")


def _in(engine: Engine, host: int, on: date, known: int | None = None) -> list[tuple[object, ...]]:
    with official(engine) as unit:
        found = Reader(unit.connection).allocations_in(host, on, known)
    return [(one.code, one.state, one.ends_on, one.ground.perimeter) for one in found]


def _held(engine: Engine, title: int, on: date) -> Perimeter:
    with official(engine) as unit:
        grounds = Reader(unit.connection).title(title, on).grounds
    return grounds[0].perimeter if grounds else Perimeter.empty()


def _refused(engine: Engine, match: str, order: Callable[[UnitOfWork], object]) -> None:
    with pytest.raises(RegisterError, match=match), official(engine) as unit:
        order(unit)


def test_an_allocation_leaves_its_host_whole(engine: Engine, host: int) -> None:
    with official(engine) as unit:
        title = allocated(unit, host, PART)
    assert _held(engine, host, LATER) == HOST
    with official(engine) as unit:
        reader = Reader(unit.connection)
        (found,) = reader.allocations_in(host, LATER)
        assert reader.title(title, LATER).class_ == "allocation"
    assert (found.title_id, found.host_title_id, found.kind) == (title, host, "EGC")
    assert [one.name for one in found.parties] == ["Entreprise Générale du Cobalt SA", "Host SARL"]
    assert (found.agreement_reference, found.agreement_on) == ("EGC/2025/001", date(2025, 3, 1))
    assert (found.starts_on, found.ends_on, found.minerals) == (START, date(2027, 4, 1), ("Co",))
    assert (found.ground.perimeter, found.ground.held_from) == (PART, START)
    assert _in(engine, host, date(2025, 3, 31)) == []


def test_it_begins_with_its_act_where_that_is_later(engine: Engine, host: int) -> None:
    with official(engine) as unit:
        allocated(unit, host, PART, LATER)
    assert _in(engine, host, date(2025, 8, 31)) == []
    assert len(_in(engine, host, LATER)) == 1


def test_it_lies_inside_the_carres_of_its_host(engine: Engine, host: int) -> None:
    _refused(
        engine,
        r"PE 4960 does not hold all the carrés: the carrés \(3006, -1280\) lie outside it",
        lambda unit: allocated(unit, host, square(3005, -1280, 2, 1)),
    )
    with official(engine) as unit:
        allocated(unit, host, square(3005, -1280, 1, 1))


def test_two_never_share_a_carre_also_in_different_hosts(engine: Engine, host: int) -> None:
    quarry = granted(engine, "7", HOST, kind="AECP")
    with official(engine) as unit:
        allocated(unit, host, PART)
    for other in (host, quarry):
        with pytest.raises(GroundTaken, match="1 of the 2 carrés"), official(engine) as unit:
            allocated(unit, other, square(3002, -1280, 2, 1), code="A-2")
    with official(engine) as unit:
        allocated(unit, quarry, square(3003, -1280, 2, 1), code="A-2")


def test_it_needs_a_host_that_holds_on_every_day_from_then_on(engine: Engine) -> None:
    late = granted(engine, "1", HOST, kind="PE", day=date(2025, 4, 2))
    _refused(engine, "only from 2025-04-02 on", lambda unit: allocated(unit, late, PART))
    with official(engine) as unit:
        allocated(unit, late, PART, date(2025, 4, 2))
    ended = granted(engine, "2", square(3020, -1280), kind="PE")
    with official(engine) as unit:
        release(unit, ended, act("forfeiture", LATER))
    ground = square(3020, -1280, 1, 1)
    _refused(engine, "not on every day", lambda unit: allocated(unit, ended, ground))
    with pytest.raises(NotFound), official(engine) as unit:
        allocated(unit, ended, ground, LATER)


@pytest.mark.parametrize("kind", ["PR", "PE", "PEPM", "PER", "ARPC", "AECP", "AECT"])
def test_the_law_names_agreements_on_rights(engine: Engine, kind: str) -> None:
    title = granted(engine, "1", HOST, kind=kind)
    with official(engine) as unit:
        allocated(unit, title, PART)


def test_and_on_nothing_else(engine: Engine, host: int) -> None:
    contract = granted(engine, "1", square(3020, -1280), kind="CUP")
    with official(engine) as unit:
        zone = institute_zone(unit, facts("Z", "ZEA"), square(3030, -1280), act("institution"))
        inner = allocated(unit, host, PART)
    for other, ground in (
        (contract, square(3020, -1280, 1, 1)),
        (zone, square(3030, -1280, 1, 1)),
        (inner, square(3000, -1280, 1, 1)),
    ):
        with pytest.raises(RegisterError, match="EGC does not lie in"), official(engine) as unit:
            allocated(unit, other, ground)


# 2 carrés high and 2.4 wide: its eastern edge lies within the column 3002.
OFF_LATTICE = Polygon([(25.0, -10.0), (25.0, -9.98333333), (25.02, -9.98333333), (25.02, -10.0)])


@pytest.mark.parametrize("route", ["a", "b"])
def test_a_carre_that_a_host_covers_only_partly_is_not_taken(engine: Engine, route: str) -> None:
    made, content = reading([row(1, OFF_LATTICE, kind="PE")])
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="CAMI", as_of=date(2015, 6, 30))

    def take(unit: UnitOfWork, ground: Perimeter) -> int:
        if route == "b":
            return allocated(unit, 1, ground)
        return institute_zone(unit, facts("Z", "ZEA"), ground, act("institution", START), host=1)

    _refused(
        engine,
        r"PE 1 lies off the lattice and covers the carrés \(3002, -1200\), \(3002, -1199\) only",
        lambda unit: take(unit, square(3001, -1200, 2, 2)),
    )
    with official(engine) as unit:
        taken = take(unit, square(3000, -1200, 2, 2))
    assert _held(engine, taken, START) == square(3000, -1200, 2, 2)


@pytest.mark.parametrize(
    ("more", "match"),
    [
        ({"ends_on": START}, "not after its first day"),
        ({"ends_on": date(2025, 1, 1)}, "not after its first day"),
        ({"holders": ()}, "names its parties"),
        ({"agreement_reference": " "}, "names its parties"),
        ({"transfers_rights": True}, "transfers no right"),
    ],
)
def test_terms_that_cannot_be(
    engine: Engine, host: int, more: dict[str, object], match: str
) -> None:
    _refused(
        engine,
        match,
        lambda unit: encumber(unit, agreement(host, **more), PART, act("agreement", START)),
    )


def test_an_empty_allocation_is_none(engine: Engine, host: int) -> None:
    _refused(engine, "at least one", lambda unit: allocated(unit, host, Perimeter.empty()))


def test_a_zone_and_an_allocation_do_not_share_ground(engine: Engine, host: int) -> None:
    with official(engine) as unit:
        inner = allocated(unit, host, PART)
    order = act("institution", LATER)
    met, free = square(3002, -1280, 2, 1), square(3003, -1280, 2, 1)
    _refused(
        engine,
        r"PE 4960 cannot lose this ground on 2025-09-01: EGC A-1 lies in it",
        lambda unit: institute_zone(unit, facts("Z", "ZEA"), met, order, host=host),
    )
    with official(engine) as unit:
        institute_zone(unit, facts("Z", "ZEA"), free, order, host=host)
    with official(engine) as unit:
        taken = institute_zone(
            unit,
            facts("Y", "ZEA"),
            PART,
            act("institution", date(2025, 10, 1)),
            host=host,
            together=[Ends(inner)],
        )
    assert _held(engine, taken, date(2025, 10, 1)) == PART
    assert _in(engine, host, date(2025, 10, 1)) == []
    assert len(_in(engine, host, date(2025, 9, 30))) == 1


def test_it_is_extended_reduced_and_renewed_and_what_was_stays_readable(
    engine: Engine, host: int
) -> None:
    with official(engine) as unit:
        title = allocated(unit, host, PART)
    larger, end = square(3000, -1280, 4, 4), date(2030, 1, 1)
    with official(engine) as unit:
        before = Reader(unit.connection).revision()
        change_allocation(unit, title, act("agreement", LATER), perimeter=larger)
    with official(engine) as unit:
        change_allocation(unit, title, act("renewal", date(2026, 1, 1)), ends_on=end)
    first, until = ("A-1", "granted", date(2027, 4, 1)), date(2027, 4, 1)
    assert _in(engine, host, date(2025, 8, 31)) == [(*first, PART)]
    assert _in(engine, host, LATER) == [("A-1", "granted", until, larger)]
    assert _in(engine, host, date(2026, 1, 1)) == [("A-1", "granted", end, larger)]
    assert _in(engine, host, date(2026, 1, 1), before) == [(*first, PART)]
    with official(engine) as unit:
        reader = Reader(unit.connection)
        assert reader.title(title, date(2026, 1, 1)).expires_on == end
        assert reader.title(title, date(2025, 12, 31)).expires_on == until
    with official(engine) as unit:
        change_allocation(
            unit, title, act("agreement", date(2026, 2, 1)), perimeter=square(3000, -1280, 1, 1)
        )
    assert _in(engine, host, date(2026, 2, 1))[0][3] == square(3000, -1280, 1, 1)


def test_changes_that_cannot_be(engine: Engine, host: int) -> None:
    with official(engine) as unit:
        title = allocated(unit, host, PART)
    with official(engine) as unit:
        other = allocated(unit, host, square(3004, -1280, 1, 1), code="A-2")
        attributed(unit, title, square(3002, -1280, 1, 2))
    with official(engine) as unit:
        order = act("agreement", LATER)
        for asked, match in (
            ({}, "would not change"),
            ({"ends_on": LATER}, "before the day of the act"),
            ({"perimeter": square(3005, -1280, 2, 1)}, "lie outside it"),
            ({"perimeter": Perimeter.empty()}, "at least one"),
            ({"perimeter": square(3000, -1280, 2, 4)}, r"WORK_AREA \(title \d+\) lies in it"),
        ):
            with pytest.raises(RegisterError, match=match):
                change_allocation(unit, title, order, **asked)  # type: ignore[arg-type]
        with pytest.raises(GroundTaken):
            change_allocation(unit, title, order, perimeter=square(3000, -1280, 5, 4))
        with pytest.raises(NotFound, match="is no allocation"):
            change_allocation(unit, host, order, ends_on=date(2030, 1, 1))
        with pytest.raises(NotFound, match="only from"):
            change_allocation(unit, title, act("agreement", DAY), ends_on=date(2030, 1, 1))
    with official(engine) as unit:
        release(unit, other, act("end_of_allocation", LATER))
    with official(engine) as unit:
        change_allocation(unit, title, act("agreement", LATER), perimeter=square(3000, -1280, 5, 4))
    _refused(
        engine,
        "changes later already",
        lambda unit: change_allocation(
            unit, title, act("agreement", date(2025, 8, 1)), ends_on=date(2030, 1, 1)
        ),
    )


@pytest.mark.parametrize("kind", ["end_of_allocation", "consent_withdrawn", "breach"])
def test_it_ends_by_an_act_and_its_ground_may_be_allocated_again(
    engine: Engine, host: int, kind: str
) -> None:
    with official(engine) as unit:
        title = allocated(unit, host, PART)
    _refused(
        engine,
        "does not end EGC A-1",
        lambda unit: release(unit, title, act("end_of_lease", LATER)),
    )
    with official(engine) as unit:
        release(unit, title, act(kind, LATER))  # type: ignore[arg-type]
    with official(engine) as unit:
        allocated(unit, host, PART, LATER, code="A-2")
        assert Reader(unit.connection).title(title, LATER).state == "expired"
    assert [one[0] for one in _in(engine, host, date(2025, 8, 31))] == ["A-1"]
    assert [one[0] for one in _in(engine, host, LATER)] == ["A-2"]


def test_it_does_not_end_on_its_last_day_by_itself(engine: Engine, host: int) -> None:
    with official(engine) as unit:
        allocated(unit, host, PART)
    day = date(2030, 1, 1)
    assert len(_in(engine, host, day)) == 1
    order = agreement(host, "A-2", starts_on=day, ends_on=date(2031, 1, 1))
    with pytest.raises(GroundTaken), official(engine) as unit:
        encumber(unit, order, PART, act("agreement", day))


def test_a_host_is_not_released_under_what_lies_in_it(engine: Engine, host: int) -> None:
    with official(engine) as unit:
        inner = allocated(unit, host, PART)
    with official(engine) as unit:
        area = attributed(unit, inner, square(3000, -1280, 1, 2))
    order = act("relinquishment", LATER)
    _refused(engine, "EGC A-1, WORK_AREA", lambda unit: release(unit, host, order))
    _refused(
        engine,
        r"2025-09-01: WORK_AREA \(title \d+\) lies in it",
        lambda unit: release(unit, host, order, together=[Ends(inner)]),
    )
    _refused(
        engine,
        "WORK_AREA",
        lambda unit: release(unit, inner, act("end_of_allocation", LATER)),
    )
    with official(engine) as unit:
        release(unit, host, order, together=[Ends(inner), Ends(area)])
    for title in (host, inner, area):
        assert not _held(engine, title, LATER)
        assert _held(engine, title, date(2025, 8, 31))
    with official(engine) as unit:
        assert Reader(unit.connection).title(host, LATER).state == "relinquished"


def test_a_host_shrinks_beside_what_lies_in_it_or_together_with_it(
    engine: Engine, host: int
) -> None:
    with official(engine) as unit:
        inner = allocated(unit, host, PART)
    with official(engine) as unit:
        shrink(unit, host, square(3005, -1280, 1, 4), act("relinquishment", LATER))
    day, west = date(2025, 10, 1), square(3000, -1280, 1, 4)
    order = act("relinquishment", day)
    _refused(engine, "EGC A-1 lies in it", lambda unit: shrink(unit, host, west, order))
    kept = PART - west
    for wrong in (Keeps(inner, PART), Keeps(inner, west)):
        with pytest.raises(RegisterError), official(engine) as unit:
            shrink(unit, host, west, order, together=[wrong])
    _refused(
        engine,
        "does not lie in PE 4960",
        lambda unit: shrink(unit, host, west, order, together=[Ends(host)]),
    )
    with official(engine) as unit:
        shrink(unit, host, west, order, together=[Keeps(inner, kept)])
    assert _in(engine, host, day)[0][3] == kept
    assert _in(engine, host, date(2025, 9, 30))[0][3] == PART


def test_corrections_keep_what_lies_in_what(engine: Engine, host: int) -> None:
    with official(engine) as unit:
        inner = allocated(unit, host, PART)
    order, always = act("correction", LATER), (DAY, None)
    _refused(
        engine,
        "EGC A-1 lies in PE 4960, also in",
        lambda unit: correct(unit, host, square(3001, -1280, 5, 4), always, order),
    )
    _refused(
        engine,
        "lie outside it",
        lambda unit: correct(unit, inner, square(3004, -1280, 3, 1), (START, None), order),
    )
    with official(engine) as unit:
        correct(unit, host, square(3000, -1280, 5, 4), always, order)
        correct(unit, inner, square(3001, -1280, 4, 4), (START, None), order)
    assert _in(engine, host, LATER)[0][3] == square(3001, -1280, 4, 4)


def test_an_order_on_what_the_same_revision_wrote_is_refused(engine: Engine, host: int) -> None:
    def both(unit: UnitOfWork) -> None:
        title = allocated(unit, host, PART)
        release(unit, title, act("end_of_allocation", LATER))

    _refused(engine, "Commit the first order", both)
