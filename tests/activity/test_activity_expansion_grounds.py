"""Alerts of parks and of exclusion strips, on a register with layers and accepted layouts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import shapely
from operation_ground import at, box, feature, geojson, line
from operation_people import LAW, House
from sample_register import open_accounts
from sqlalchemy import Connection
from stored_activity import store

from geo.activity.alert_store import alerts_read, run_alerts, watched_grounds
from geo.activity.ground import Ground
from geo.activity.ground_of_register import ground_of_register
from geo.activity.looks import month_of
from geo.activity.records import Observation, Seen, Survey
from geo.casework.operation.orders import Decide
from geo.casework.operation.writing import decide_layout, submit_layout
from geo.periods import Period
from geo.register.areas.orders import AreaItem
from geo.register.areas.writer import AreaChange, confirm_areas, propose_areas
from geo.register.connection import CADASTRE, UnitOfWork, engine_for
from geo.register.reader import Reader

FIRST, SECOND = date(2025, 9, 1), date(2025, 12, 1)
START, END = date(2025, 10, 1), date(2026, 2, 28)
EXTENT = shapely.MultiPolygon([shapely.box(25.0, -11.2, 26.0, -10.2)])


def patch(east_m: float, north_m: float, side_m: float, day: date) -> Observation:
    """A square of new activity, seen in the month of a day."""
    ground = shapely.MultiPolygon([box(east_m, north_m, side_m)])
    return Observation(None, "egis", Seen.DETECTION, ground, month_of(day))


SEEN = (
    patch(300, 900, 300, date(2025, 11, 1)),  # over the strip of the first layout
    patch(900, 300, 300, date(2025, 12, 1)),  # where the first strip of the second layout lies
    patch(1300, 900, 300, date(2026, 1, 1)),  # where the strip of the first layout was
    patch(-1500, 300, 200, date(2026, 1, 1)),  # in the park
    patch(1500, 100, 100, date(2026, 1, 1)),  # in no strip
    patch(100, 1300, 200, date(2026, 2, 1)),  # over the strip of a layout that nobody accepted
)


def laid_out(house: House, day: date, *features, accepted: bool = True) -> None:
    """Submit a layout; a second person of EGC decides."""
    with house.work("egc.one") as unit:
        made = submit_layout(unit, house.allocation, geojson(*features), day, LAW)
    with house.work("egc.two") as unit:
        order = Decide(on_day=day, accepted=accepted, reason="relu")
        decide_layout(unit, house.allocation, made.id, order, LAW)


def park_of(engine) -> None:
    """A national park of 800 m by 800 m west of the area, by two officers."""
    open_accounts(engine, "first", "second")
    facts = {
        "name": "Parcs",
        "source": "essai",
        "vintage": "2018-12-31",
        "class": "national_park",
        "public": True,
    }
    since = date(2019, 1, 1)
    items = [
        AreaItem("add_layer", since, "parks", facts=facts, geometry=EXTENT),
        AreaItem(
            "add", since, "parks", facts={"name": "Parc A"},
            geometry=shapely.MultiPolygon([box(-1800, 0, 800)]),
        ),
    ]  # fmt: skip
    with UnitOfWork(engine, CADASTRE, actor="first", reason="t") as unit:
        change = propose_areas(unit, AreaChange("essai", items))
        unit.commit()
    with UnitOfWork(engine, CADASTRE, actor="second", reason="t") as unit:
        confirm_areas(unit, change)
        unit.commit()


@pytest.fixture(scope="module")
def alerts(database):
    """All alerts of five months, by an area with two layouts accepted one after the other."""
    engine, owner = engine_for(database.app), engine_for(database.owner)
    house = House.built(engine, owner)
    laid_out(
        house, FIRST, feature("Rivière", "exclusion_strip", line((0, 1050), (1800, 1050)), "15")
    )
    laid_out(
        house, SECOND,
        feature("École", "exclusion_strip", box(950, 350, 200)),
        feature("Piste", "exclusion_strip", line((0, 600), (800, 600)), "20"),
    )  # fmt: skip
    refused = feature("Refusée", "exclusion_strip", line((0, 1400), (1800, 1400)), "50")
    laid_out(house, SECOND, refused, accepted=False)
    park_of(engine)
    months = [date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]
    months.append(date(2026, 2, 1))
    surveys = [Survey("egis", EXTENT, month_of(day)) for day in months]
    store(engine, "officer", "egis", SEEN, surveys)
    for _ in range(2):
        with UnitOfWork(engine, CADASTRE, actor="officer", reason="run") as unit:
            run_alerts(unit, LAW, START, END)
            unit.commit()
    with UnitOfWork(engine, CADASTRE, actor="officer", reason="") as unit:
        yield house, alerts_read(unit.connection)
    engine.dispose()
    owner.dispose()


def told(alerts, direction: str) -> list[tuple[str, date]]:
    return sorted((one.name, one.month) for one in alerts if one.direction == direction)


def test_activity_over_a_strip_of_the_layout_in_force_is_told(alerts) -> None:
    """A strip of 30 m across is narrower than what is left out as an outline drawn anew (40 m): it
    is told all the same, because the activity that lies across it is wider."""
    house, found = alerts
    assert told(found, "enters_strip") == [
        ("Rivière", date(2025, 11, 1)),
        ("École", date(2025, 12, 1)),
    ]
    river = next(one for one in found if one.name == "Rivière")
    assert river.title_id == house.allocation
    assert river.new_ha == pytest.approx(300 * 30 / 1e4, rel=0.01)
    assert river.distance_m == 0
    assert len([e for e in river.evidence if e["after"]]) == 1


def test_activity_in_a_park_of_a_layer_is_told(alerts) -> None:
    _, found = alerts
    assert told(found, "enters_protected") == [("national_park Parc A", date(2026, 1, 1))]
    park = next(one for one in found if one.direction == "enters_protected")
    assert park.title_id is None
    assert park.new_ha == pytest.approx(4, rel=0.01)
    (east, north) = at(-1500, 300)
    assert (park.lon, park.lat) == (pytest.approx(east, abs=0.002), pytest.approx(north, abs=0.002))


def test_a_strip_lasts_no_longer_than_its_area(database, alerts) -> None:
    """The allocation over on 15 November ends its first strip; the second never begins."""
    house, _ = alerts
    engine = engine_for(database.app)
    with UnitOfWork(engine, CADASTRE, actor="officer", reason="") as unit:
        ground = ground_of_register(unit.connection, LAW, Reader(unit.connection).revision())
        whole = strips_of(unit.connection, ground)
        over = Period(None, date(2025, 11, 15))
        others = [plot for plot in ground.plots if plot.title_id != house.allocation]
        short = [
            replace(plot, during=days)
            for plot in ground.plots
            if plot.title_id == house.allocation and (days := plot.during.common(over))
        ]
        cut = strips_of(unit.connection, replace(ground, plots=[*others, *short]))
        assert strips_of(unit.connection, replace(ground, plots=others)) == {}
    engine.dispose()
    assert whole["Rivière"] == [Period(FIRST, SECOND)]
    assert whole["Piste"] == [Period(SECOND, date(2035, 3, 3))]  # the last day of its agreement
    assert cut == {"Rivière": [Period(FIRST, date(2025, 11, 15))]}


def strips_of(connection: Connection, ground: Ground) -> dict[str, list[Period]]:
    found: dict[str, list[Period]] = {}
    for one in watched_grounds(connection, ground):
        if one.direction == "enters_strip":
            found.setdefault(one.name, []).append(one.during)
    return found
