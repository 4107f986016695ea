"""Portions of zones and work areas elsewhere, each for one cooperative."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sample_register import DAY, act, allocated, attributed, facts, granted, official, square
from sqlalchemy import Engine

from geo.errors import GroundTaken, NotFound, RegisterError
from geo.perimeter import Perimeter
from geo.register.connection import REGISTER, UnitOfWork
from geo.register.orders import AttributionOrder, Ends
from geo.register.reader import Reader
from geo.register.writer import (
    attribute_ground,
    change_allocation,
    institute_zone,
    lease,
    release,
)

DAY_OF_WORK = date(2025, 5, 1)
LATER = date(2025, 9, 1)
ZONE = square(3000, -1280, 4, 2)


@pytest.fixture
def zone(engine: Engine) -> int:
    """A zone of eight carrés, from 2020 on."""
    with official(engine) as unit:
        return institute_zone(unit, facts("ZEA-083", "ZEA"), ZONE, act("institution"))


def _refused(engine: Engine, match: str, order: Callable[[UnitOfWork], object]) -> None:
    with pytest.raises(RegisterError, match=match), official(engine) as unit:
        order(unit)


def _areas(engine: Engine, host: int, on: date, known: int | None = None) -> list[Perimeter]:
    with official(engine) as unit:
        found = Reader(unit.connection).attributions_in(host, on, known)
    return [one.ground.perimeter for one in found]


def test_a_zone_gives_portions_and_all_other_ground_work_areas(engine: Engine, zone: int) -> None:
    host = granted(engine, "4960", square(3020, -1280, 4, 4), kind="PE")
    own = granted(engine, "EGC 1", square(3040, -1280), kind="PE")
    with official(engine) as unit:
        allocation = allocated(unit, host, square(3020, -1280, 2, 4))
        leased = lease(unit, host, "EGC SA", square(3022, -1280, 2, 4), None, act("lease"))
    given = {
        zone: square(3000, -1280, 2, 1),
        allocation: square(3020, -1280, 2, 1),
        leased: square(3022, -1280, 2, 1),
        own: square(3040, -1280, 2, 1),
    }
    with official(engine) as unit:
        for area, ground in given.items():
            attributed(unit, area, ground)
    with official(engine) as unit:
        reader = Reader(unit.connection)
        seen = {area: reader.attributions_in(area, DAY_OF_WORK) for area in given}
    assert {area: [one.kind for one in found] for area, found in seen.items()} == {
        zone: ["PORTION"],
        allocation: ["WORK_AREA"],
        leased: ["WORK_AREA"],
        own: ["WORK_AREA"],
    }
    (portion,) = seen[zone]
    assert [one.name for one in portion.parties] == ["Coopérative Minière Maendeleo"]
    assert (portion.approval_reference, portion.ground.perimeter) == (
        "Agrément 12/2025",
        given[zone],
    )
    assert _areas(engine, zone, date(2025, 4, 30)) == []


@pytest.mark.parametrize("kind", ["PR", "ARPC", "CUP"])
def test_there_is_no_work_area_in_ground_where_no_cooperative_works(
    engine: Engine, kind: str
) -> None:
    title = granted(engine, "1", ZONE, kind=kind)
    _refused(
        engine,
        f"WORK_AREA does not lie in {kind} 1",
        lambda unit: attributed(unit, title, square(3000, -1280, 2, 1)),
    )


def test_a_portion_lies_in_its_zone(engine: Engine, zone: int) -> None:
    _refused(
        engine,
        r"ZEA-083 does not hold all the carrés: the carrés \(3004, -1280\) lie outside it",
        lambda unit: attributed(unit, zone, square(3003, -1280, 2, 1)),
    )
    _refused(engine, "at least one", lambda unit: attributed(unit, zone, Perimeter.empty()))
    with official(engine) as unit:
        attributed(unit, zone, square(3002, -1280, 2, 1))


def test_no_carre_is_attributed_twice(engine: Engine, zone: int) -> None:
    with official(engine) as unit:
        first = attributed(unit, zone, square(3000, -1280, 2, 1))
    second = square(3001, -1280, 2, 1)
    with pytest.raises(GroundTaken, match="1 of the 2 carrés"), official(engine) as unit:
        attributed(unit, zone, second)
    with pytest.raises(GroundTaken), official(engine) as unit:
        attributed(unit, zone, square(3000, -1279, 1, 1) | square(3000, -1280, 1, 1), DAY)
    with official(engine) as unit:
        attributed(unit, zone, square(3000, -1279, 2, 1))
    with official(engine) as unit:
        release(unit, first, act("withdrawal", LATER))
    with official(engine) as unit:
        attributed(unit, zone, second, LATER)
    assert len(_areas(engine, zone, LATER)) == 2


def test_not_before_the_area_is_there_nor_after_its_end(engine: Engine, zone: int) -> None:
    ground = square(3000, -1280, 2, 1)
    with pytest.raises(NotFound, match="only from 2020-01-01"), official(engine) as unit:
        attributed(unit, zone, ground, date(2019, 12, 31))
    with official(engine) as unit:
        release(unit, zone, act("closure", LATER))
    for day in (DAY_OF_WORK, LATER):
        with pytest.raises(RegisterError), official(engine) as unit:
            attributed(unit, zone, ground, day)


def test_a_zone_is_not_closed_under_its_portions(engine: Engine, zone: int) -> None:
    with official(engine) as unit:
        portion = attributed(unit, zone, square(3000, -1280, 2, 1))
    order = act("closure", LATER)
    _refused(engine, r"PORTION \(title \d+\) lies in it", lambda unit: release(unit, zone, order))
    with official(engine) as unit:
        before = Reader(unit.connection).revision()
        release(unit, zone, order, together=[Ends(portion)])
    assert _areas(engine, zone, LATER) == []
    assert len(_areas(engine, zone, date(2025, 8, 31))) == 1
    assert len(_areas(engine, zone, LATER, before)) == 1


def test_an_allocation_is_not_reduced_under_a_work_area(engine: Engine) -> None:
    host = granted(engine, "4960", ZONE, kind="PE")
    with official(engine) as unit:
        title = allocated(unit, host, ZONE)
    with official(engine) as unit:
        area = attributed(unit, title, square(3002, -1280, 2, 1))
    less, order = square(3000, -1280, 3, 2), act("agreement", LATER)
    _refused(
        engine, "WORK_AREA", lambda unit: change_allocation(unit, title, order, perimeter=less)
    )
    with official(engine) as unit:
        change_allocation(unit, title, order, perimeter=less, together=[Ends(area)])
    assert _areas(engine, title, LATER) == []


@pytest.mark.parametrize("more", [{"cooperative": " "}, {"approval_reference": ""}])
def test_an_attribution_names_an_approved_cooperative(
    engine: Engine, zone: int, more: dict[str, str]
) -> None:
    given = {"cooperative": "Coopérative X", "approval_reference": "A 1", **more}
    order = AttributionOrder(None, zone, **given)
    _refused(
        engine,
        "names a cooperative and its approval",
        lambda unit: attribute_ground(
            unit, order, square(3000, -1280, 2, 1), act("attribution", LATER)
        ),
    )


def test_of_two_officials_who_attribute_one_carre_one_wins(engine: Engine, zone: int) -> None:
    together = threading.Barrier(2)

    def attributes(name: str) -> str:
        try:
            with UnitOfWork(engine, REGISTER, actor=name, reason="race", lock_timeout_s=30) as unit:
                together.wait()
                attributed(unit, zone, square(3000, -1280, 2, 1), cooperative=name)
                unit.commit()
        except GroundTaken:
            return "taken"
        return "attributed"

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(attributes, ["Coopérative A", "Coopérative B"]))
    assert sorted(results) == ["attributed", "taken"]
    assert len(_areas(engine, zone, DAY_OF_WORK)) == 1


def test_of_an_attribution_and_the_end_of_its_zone_one_wins(engine: Engine, zone: int) -> None:
    """Both have checked before either is committed: the database alone can refuse the second."""
    checked, committed = threading.Event(), threading.Event()

    class Slow(UnitOfWork):
        def open_revision(self) -> int:
            checked.set()
            assert committed.wait(30)
            return super().open_revision()

    def attributes() -> str:
        try:
            with Slow(engine, REGISTER, actor="slow", reason="race") as unit:
                attributed(unit, zone, square(3000, -1280, 2, 1))
                unit.commit()
        except RegisterError as error:
            return str(error)
        return "attributed"

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(attributes)
        assert checked.wait(30)
        with official(engine) as unit:
            release(unit, zone, act("closure", LATER))
        committed.set()
        result = future.result(60)
    assert "would not lie inside its host on every day" in result
    assert _areas(engine, zone, DAY_OF_WORK) == []
