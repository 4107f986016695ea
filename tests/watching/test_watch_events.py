"""Events of the register: what is told, once each, and to which watches; what only touches is not.

Carrés: 3000 east, -1280 north of the grid's origin is 25.0° E, 10.6667° S (30 arc-seconds a carré).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sample_register import act, allocated, facts, granted, official, reading, row, square
from sqlalchemy import Engine, text
from watch_ground import Watchers, settle

from geo.casework.watching.areas import (
    area_of_box,
    area_of_polygon,
    area_of_province,
    area_of_runs,
    area_of_title,
)
from geo.casework.watching.events import EventKind
from geo.register.writer import (
    approve_report,
    claim,
    end_claim,
    grant,
    institute_zone,
    record_reading,
    release,
    set_state,
    shrink,
    transfer,
)
from geo.sources.rows import Holder, RightRow, State

WEST, SOUTH = 25.0, -1280 / 120
AREA = area_of_runs([[-1280, 3000, 3004], [-1279, 3000, 3004]])


@pytest.fixture
def people(engine: Engine) -> Watchers:
    granted(engine, "PE 1", square(3100, -1280, 4, 4), "PE")
    found = settle(engine, {"company": "Kalonda Mining SARL"})
    found.collect()
    return found


def test_a_grant_inside_is_told_once(people: Watchers, engine: Engine) -> None:
    watch = people.watch("company", AREA)
    granted(engine, "PR 2", square(3003, -1280, 4, 4))
    people.collect()
    people.collect()
    assert people.told("company", watch) == [("grant", "opened")]
    told = people.items("company", watch)[0]
    assert told.facts["code"] == "PR 2"
    assert told.facts["cells"] == 16
    assert told.facts["legal_area_ha"] == "1359.280"  # 16 × 84.955 ha
    assert (told.meets, told.names) == ("inside", ("Kalonda Mining SARL",))


@pytest.mark.parametrize(("col", "row_"), [(3004, -1280), (2998, -1280), (3000, -1278)])
def test_what_touches_is_not_inside(people: Watchers, engine: Engine, col: int, row_: int) -> None:
    """East and west by an edge, and north by an edge: no carré in common."""
    outline = AREA.geometry
    assert outline is not None
    south, north = SOUTH, -1278 / 120
    watches = [
        people.watch("company", AREA),
        people.watch("officer", area_of_box([WEST, south, WEST + 4 / 120, north])),
        people.watch("egc", area_of_polygon(outline.__geo_interface__)),
    ]
    granted(engine, "PR 3", square(col, row_, 2, 2))
    people.collect()
    for login, watch in zip(("company", "officer", "egc"), watches, strict=True):
        assert people.told(login, watch) == []


def test_a_polygon_that_cuts_a_corner_of_a_carre_meets_it(people: Watchers, engine: Engine) -> None:
    step = 1 / 120
    corner = [[WEST, SOUTH], [WEST + step / 2, SOUTH], [WEST, SOUTH + step / 2], [WEST, SOUTH]]
    watch = people.watch("company", area_of_polygon({"type": "Polygon", "coordinates": [corner]}))
    granted(engine, "PR 4", square(3000, -1280, 1, 1))
    people.collect()
    assert people.told("company", watch) == [("grant", "opened")]


def test_a_boundary_is_told_where_it_changed(people: Watchers, engine: Engine) -> None:
    title = granted(engine, "PE 5", square(3000, -1280, 6, 2), "PE")
    people.collect()
    gone = people.watch("company", area_of_runs([[-1280, 3005, 3006]]), name="left")
    kept = people.watch("company", area_of_runs([[-1280, 3000, 3001]]), name="kept")
    own = people.watch("company", area_of_title(title), name="title")
    with official(engine) as unit:
        shrink(unit, title, square(3004, -1280, 2, 2), act("relinquishment", date(2021, 1, 1)))
    people.collect()
    assert people.told("company", gone) == [("boundary", "changed")]
    assert people.told("company", kept) == []
    assert people.told("company", own) == [("boundary", "changed")]
    told = people.items("company", own)[0]
    assert told.meets == "title"
    assert (told.facts["cells_before"], told.facts["cells_after"]) == (12, 8)
    assert (told.facts["cells_lost"], told.facts["cells_gained"]) == (4, 0)


def test_a_watched_title_tells_what_comes_into_its_ground(people: Watchers, engine: Engine) -> None:
    title = granted(engine, "PE 6", square(3000, -1280, 6, 4), "PE")
    people.collect()
    watch = people.watch("rival", area_of_title(title))
    with official(engine) as unit:
        claim(
            unit,
            facts("DEM 7", "PR", state=State.APPLICATION, holders=(), filed_on=date(2026, 3, 1)),
            square(3005, -1280, 4, 4),
            date(2026, 3, 1),
        )
    with official(engine) as unit:
        allocated(unit, title, square(3000, -1280, 2, 2))
    with official(engine) as unit:
        transfer(unit, title, [Holder("Autre SARL", Decimal(100))], act("transfer"))
    with official(engine) as unit:
        set_state(unit, title, State.SUSPENDED, act("suspension", date(2026, 2, 1)))
    people.collect()
    assert people.told("rival", watch) == [
        ("application", "opened"),
        ("allocation", "opened"),
        ("transfer", "changed"),
        ("state", "changed"),
    ]
    transferred = people.items("rival", watch)[1]
    assert transferred.names == ("Autre SARL", "Kalonda Mining SARL")
    assert transferred.facts["now"] == 1


def test_zones_open_and_close_and_a_release_is_told_with_its_state(
    people: Watchers, engine: Engine
) -> None:
    watch = people.watch("reader", AREA)
    with official(engine) as unit:
        zone = institute_zone(
            unit,
            facts("ZEA 1", "ZEA", holders=()),
            square(3000, -1280),
            act("institution", date(2025, 1, 1)),
        )
    with official(engine) as unit:
        release(unit, zone, act("closure", date(2025, 6, 1)))
    title = granted(engine, "PR 8", square(3002, -1280), day=date(2025, 7, 1))
    with official(engine) as unit:
        release(unit, title, act("forfeiture", date(2025, 8, 1)))
    people.collect()
    assert people.told("reader", watch) == [
        ("zone", "opened"),
        ("zone", "closed"),
        ("grant", "opened"),
        ("release", "closed"),
    ]
    assert people.items("reader", watch)[0].facts["state"] == "forfeited"


def test_a_granted_application_is_told_as_a_grant(people: Watchers, engine: Engine) -> None:
    watch = people.watch("company", AREA)
    asked = facts("DEM 9", "PR", state=State.APPLICATION, filed_on=date(2026, 3, 1))
    with official(engine) as unit:
        claimed = claim(unit, asked, square(3000, -1280), date(2026, 3, 1))
    with official(engine) as unit:
        end_claim(unit, claimed, act("rejection", date(2026, 4, 1)), State.REJECTED)
    people.collect()
    assert people.told("company", watch) == [("application", "opened"), ("application", "closed")]


def _extract(engine: Engine, actor: str, day: date, *rows: RightRow) -> int:
    made, content = reading(rows)
    with official(engine, actor) as unit:
        report = record_reading(unit, made, content=content, source="CAMI", as_of=day)
    return report.import_id


def test_a_register_taken_over_is_no_news_and_its_next_extract_is(engine: Engine) -> None:
    people = settle(engine)
    watch = people.watch("officer", AREA)
    kept = row(1, square(3000, -1280))
    _extract(engine, "officer", date(2015, 6, 30), kept)
    assert people.collect().events == 0
    report = _extract(engine, "officer", date(2016, 6, 30), kept, row(2, square(3002, -1280)))
    people.collect()
    assert people.told("officer", watch) == []
    with official(engine, "supervisor") as unit:
        approve_report(unit, report)
    people.collect()
    assert people.told("officer", watch) == [("grant", "opened")]
    assert people.items("officer", watch)[0].facts["code"] == "2"


def test_a_province_is_watched_by_its_outline(people: Watchers, engine: Engine) -> None:
    inside = people.watch("company", area_of_province("lualaba"))
    outside = people.watch("officer", area_of_province("Ituri"))
    granted(engine, "PR 10", square(3060, -1290))
    people.collect()
    assert people.told("company", inside) == [("grant", "opened")]
    assert people.told("officer", outside) == []


def test_only_kinds_asked_for_and_only_what_comes_after(people: Watchers, engine: Engine) -> None:
    title = granted(engine, "PR 11", square(3000, -1280))
    late = people.watch("company", AREA, EventKind.STATE)
    people.collect()
    assert people.told("company", late) == []
    with official(engine) as unit:
        set_state(unit, title, State.SUSPENDED, act("suspension", date(2026, 2, 1)))
    granted(engine, "PR 12", square(3002, -1280))
    people.collect()
    assert people.told("company", late) == [("state", "changed")]


def test_a_withheld_name_stays_withheld_also_later(people: Watchers, engine: Engine) -> None:
    watch = people.watch("company", AREA)
    with official(engine) as unit:
        grant(unit, facts("PR 13", holder="Jean Ilunga"), square(3000, -1280), act())
    people.collect()
    assert people.items("company", watch)[0].names == (None,)
    with official(engine) as unit:
        assert "Ilunga" not in str(
            unit.connection.scalar(text("select name from register.party where kind = 'legal'"))
        )
