"""All ground that meets a perimeter: of any kind and standing, on both clocks, by filing."""

from __future__ import annotations

from datetime import date

from sample_register import DAY, act, allocated, facts, granted, official, reading, row, square
from shapely import Polygon
from sqlalchemy import Engine

from geo.perimeter import Perimeter
from geo.register.reader import Reader
from geo.register.writer import claim, grant, record_reading, release
from geo.sources.rows import State

ASKED = square(3001, -1280, 2, 1)
# 2 carrés high and 2.4 wide: its eastern edge lies within the column 3002.
OFF_LATTICE = Polygon(
    [(25.0, -10.66666667), (25.0, -10.65), (25.02, -10.65), (25.02, -10.66666667)]
)


def test_ground_of_every_standing_is_met_carre_by_carre(engine: Engine) -> None:
    made, content = reading(
        [
            row(1, OFF_LATTICE, kind="ARPC", granted_on=date(2014, 1, 1)),
            row(2, square(3002, -1280), kind="ZRG"),
            row(3, square(3001, -1279, 3, 3), kind="PER"),
        ]
    )
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="CAMI", as_of=date(2015, 6, 30))
    with official(engine) as unit:
        filed = facts("1", "PE", filed_on=date(2019, 1, 1))
        host = grant(unit, filed, square(3000, -1280, 2, 2), act())
        touching = grant(unit, facts("2", "PE"), square(3003, -1280), act())
        asked = facts("3", state=State.APPLICATION, filed_on=DAY)
        pending = claim(unit, asked, square(3002, -1280), filed_on=DAY)
    with official(engine) as unit:
        inner = allocated(unit, host, square(3001, -1280, 1, 2))
    with official(engine) as unit:
        reader = Reader(unit.connection)
        met = {one.title_id: one for one in reader.grounds_meeting(ASKED, date(2025, 6, 1))}
        assert reader.grounds_meeting(Perimeter.empty(), DAY) == []
    assert touching not in met
    assert 3 not in met  # a row of carrés north of it
    assert list(met)[:2] == [host, pending]  # filed first; last those whose filing is not known
    shown = {
        title: (one.ground.standing, one.kind, one.class_, one.shared.count, one.ground.on_lattice)
        for title, one in met.items()
    }
    assert shown == {
        host: ("held", "PE", "right", 1, True),
        pending: ("claimed", "PR", "right", 1, True),
        1: ("held", "ARPC", "right", 2, False),
        2: ("restricted", "ZRG", "restricted", 1, True),
        inner: ("held", "EGC", "allocation", 1, True),
    }
    assert met[1].ground.geometry.equals(OFF_LATTICE)
    assert met[2].effect == "hold"
    assert met[inner].host_title_id == host
    assert [one.name for one in met[host].holders] == ["Kalonda Mining SARL"]
    assert met[host].holders[0].id > 0
    assert (met[host].filed_on, met[pending].filed_on) == (date(2019, 1, 1), DAY)
    assert met[pending].opened_revision > met[1].opened_revision


def test_it_is_read_as_of_a_day_and_as_known(engine: Engine) -> None:
    title = granted(engine, "1", ASKED)
    with official(engine) as unit:
        before = Reader(unit.connection).revision()
    end = date(2022, 1, 1)
    with official(engine) as unit:
        release(unit, title, act("relinquishment", end))
    with official(engine) as unit:
        reader = Reader(unit.connection)
        counts = [
            len(reader.grounds_meeting(ASKED, *asked))
            for asked in (
                (date(2019, 12, 31),),
                (DAY,),
                (date(2021, 12, 31),),
                (end,),
                (end, before),
                (DAY, before - 1),
            )
        ]
    assert counts == [0, 1, 1, 0, 1, 0]


def test_it_is_found_among_many(engine: Engine) -> None:
    """Some 2,500 titles in one register, and a look at one corner of it."""
    grounds = [square(2000 + 3 * (i % 50), -1280 + 3 * (i // 50)) for i in range(2500)]
    made, content = reading([row(i, ground) for i, ground in enumerate(grounds, start=1)])
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="CAMI", as_of=date(2015, 6, 30))
    with official(engine) as unit:
        reader = Reader(unit.connection)
        reader.grounds_meeting(ASKED, DAY)
        met = reader.grounds_meeting(square(2000, -1280, 8, 8), DAY)
    assert len(met) == 9
