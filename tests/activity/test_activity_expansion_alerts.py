"""Alerts: in the right month, none before, none where nobody looked; against a simulated world."""

from __future__ import annotations

import ast
import importlib.util
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyproj
import pytest
import shapely
from shapely import Point, Polygon, box

from geo.activity.alert_settings import AlertSettings, setting_texts, shipped_settings
from geo.activity.alerts import Alert, AlertDirection, Watched, alerts_of
from geo.activity.looks import dated_within, month_of, steps_between
from geo.activity.records import Observation, Seen, Survey
from geo.activity.series import compared_steps
from geo.errors import InputError
from geo.periods import Period

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "simulate_expansion.py"
CELL = 1 / 120
LON, LAT = 25.5, -10.75
GEOD = pyproj.Geod(ellps="WGS84")
ALWAYS = Period(None, None)
MONTHS = steps_between(date(2024, 1, 1), date(2024, 8, 31))
EVERYWHERE = shapely.MultiPolygon([box(LON - 1, LAT - 1, LON + 1, LAT + 1)])
SIDE_M = GEOD.line_length([LON, LON + 4 * CELL], [LAT, LAT])
ZONE = Watched(
    AlertDirection.LEAVES_AREA, "title 1", 1, "ZEA 1",
    box(LON, LAT, LON + 4 * CELL, LAT + 4 * CELL), ALWAYS,
)  # fmt: skip
PERMIT = Watched(
    AlertDirection.ENTERS_PERMIT, "title 2", 2, "PE 2",
    box(LON - 4 * CELL, LAT - 4 * CELL, LON + 10 * CELL, LAT + 8 * CELL), ALWAYS,
)  # fmt: skip
SETTINGS = shipped_settings()


@pytest.fixture(scope="module")
def simulation():
    spec = importlib.util.spec_from_file_location("simulate_expansion", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_simulation_shares_no_code_with_the_program():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    named = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert {name.partition(".")[0] for name in named} <= sys.stdlib_module_names


def of_world(world) -> tuple[list[Observation], list[Survey], list[Watched], tuple[Period, ...]]:
    """The simulated world as the program reads it."""

    def period(name: str) -> Period:
        return month_of(date.fromisoformat(f"{name}-01"))

    observations = [
        Observation(
            number,
            "sim",
            Seen.DETECTION,
            shapely.MultiPolygon([shapely.make_valid(Polygon(one["ring"]))]),
            period(one["month"]),
        )
        for number, one in enumerate(world["detections"], 1)
    ]
    surveyed = shapely.MultiPolygon([Polygon(world["surveyed"])])
    watched = [
        replace(ZONE, ground=Polygon(world["zone"])),
        replace(PERMIT, ground=Polygon(world["permit"])),
    ]
    surveys = [Survey("sim", surveyed, period(name)) for name in world["surveys"]]
    return observations, surveys, watched, tuple(period(name) for name in world["months"])


def run(observations, surveys, watched, months=MONTHS, settings=SETTINGS) -> list[Alert]:
    by_month, _, _ = dated_within(observations, months)
    return list(alerts_of(compared_steps(by_month, surveys, months), watched, settings))


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("noise_m", [0.0, 8.0, 12.0])
def test_the_alert_comes_in_the_month_of_the_crossing_and_none_before(simulation, seed, noise_m):
    world = simulation.simulate(seed, noise_m=noise_m)
    alerts = run(*of_world(world))
    for direction in (AlertDirection.LEAVES_AREA, AlertDirection.ENTERS_PERMIT):
        months = [f"{a.month:%Y-%m}" for a in alerts if a.watched.direction is direction]
        assert months[0] == world["crossing"], direction
    assert all(alert.new_ha >= SETTINGS.least_ha for alert in alerts)


@pytest.mark.parametrize("crossing", [3, 9, 20])
def test_another_month_of_crossing_is_found_too(simulation, crossing):
    world = simulation.simulate(8, crossing=crossing)
    assert f"{run(*of_world(world))[0].month:%Y-%m}" == world["crossing"]


def test_a_crossing_that_nobody_surveyed_is_told_at_the_next_look(simulation):
    gaps = ("2024-02", "2024-03", "2024-04", "2024-05")  # the crossing is in March 2024
    world = simulation.simulate(4, gaps=gaps)
    assert world["crossing"] == "2024-03"
    first = run(*of_world(world))[0]
    assert (first.month, first.since) == (date(2024, 6, 1), date(2024, 1, 1))


def test_work_that_stays_in_its_zone_raises_none(simulation):
    world = simulation.simulate(4, crossing=24)
    assert run(*of_world(world)) == []


def test_the_same_data_gives_the_same_keys(simulation):
    given = of_world(simulation.simulate(4))
    once, again = run(*given), run(*given)
    assert [alert.key for alert in once] == [alert.key for alert in again]
    assert len({alert.key for alert in once}) == len(once)
    # Another order of the rows, and other numbers of them, as a delivery stored anew has them.
    observations = [replace(one, id=one.id + 10_000) for one in reversed(given[0])]
    other = run(observations, *given[1:])
    assert {alert.key for alert in other} == {alert.key for alert in once}


def at(east_m: float, north_m: float) -> tuple[float, float]:
    lon, lat, _ = GEOD.fwd(LON, LAT, 90, east_m)
    lon, lat, _ = GEOD.fwd(lon, lat, 0, north_m)
    return lon, lat


def square(east_m: float, north_m: float, side_m: float = 100) -> shapely.MultiPolygon:
    (west, south), (east, north) = at(east_m, north_m), at(east_m + side_m, north_m + side_m)
    return shapely.MultiPolygon([box(west, south, east, north)])


def seen(month: int, geometry, number: int = 0, **more) -> Observation:
    return Observation(number, "s", Seen.DETECTION, geometry, MONTHS[month], **more)


def looks(*months: int, extent=EVERYWHERE) -> list[Survey]:
    return [Survey("s", extent, MONTHS[month]) for month in months]


INSIDE = square(500, 500)
EVERY_MONTH = looks(*range(8))


def test_what_an_alert_tells():
    beyond = square(SIDE_M + 300, 500)
    observations = [seen(0, INSIDE, 1), seen(1, INSIDE, 2), seen(1, beyond, 3)]
    (alert,) = run(observations, EVERY_MONTH, [ZONE])
    assert (alert.month, alert.since) == (date(2024, 2, 1), date(2024, 1, 1))
    assert alert.new_ha == pytest.approx(1, rel=1e-2)
    assert alert.distance_m == pytest.approx(300, abs=0.5)
    assert {(e.observation.id, e.after) for e in alert.evidence} == {(3, True), (1, False)}
    assert alert.code.startswith("ALR-202402-")


@pytest.mark.parametrize(("side_m", "alerts"), [(69, 0), (72, 1)])
def test_the_threshold_is_half_a_hectare(side_m, alerts):
    observations = [seen(0, INSIDE), seen(1, INSIDE), seen(1, square(SIDE_M + 300, 500, side_m))]
    assert len(run(observations, EVERY_MONTH, [ZONE])) == alerts


def test_ground_that_grows_little_by_little_is_added_up():
    observations = [seen(month, INSIDE) for month in range(6)]
    observations += [
        seen(month, square(SIDE_M + 300, 500 + 45 * grown, 45))
        for month in range(1, 6)
        for grown in range(month)
    ]
    # 0.2025 ha each month: 0.4 ha after two, 0.6 ha after three.
    (alert,) = run(observations, EVERY_MONTH[:6], [ZONE])
    assert alert.month == date(2024, 4, 1)
    assert len([e for e in alert.evidence if e.after]) == 3


def test_ground_that_is_no_more_active_is_taken_off():
    observations = [seen(month, INSIDE) for month in range(6)]
    observations += [seen(month, square(SIDE_M + 300, 500 + 500 * month, 60)) for month in (1, 3)]
    assert run(observations, EVERY_MONTH, [ZONE]) == []


@pytest.mark.parametrize(("count", "alerts"), [(2, 0), (3, 1)])
def test_three_places_without_a_size_raise_one(count, alerts):
    observations = [seen(0, INSIDE), seen(1, INSIDE)]
    observations += [seen(1, Point(at(SIDE_M + 400, 300 * n))) for n in range(count)]
    found = run(observations, EVERY_MONTH, [ZONE])
    assert len(found) == alerts
    assert all((a.places, a.new_ha) == (3, 0) for a in found)


def test_places_far_from_each_other_do_not_add_up():
    observations = [seen(0, INSIDE), seen(1, INSIDE)]
    observations += [seen(1, Point(at(SIDE_M + 400, 1_500 * n))) for n in range(3)]
    assert run(observations, EVERY_MONTH, [ZONE]) == []


@pytest.mark.parametrize(("error_m", "alerts"), [(300, 1), (3_000, 0)])
def test_a_point_whose_error_reaches_the_boundary_raises_none(error_m, alerts):
    points = [seen(1, Point(at(-1_000, 300 * n)), uncertainty_m=float(error_m)) for n in range(3)]
    assert len(run([seen(0, INSIDE), *points], EVERY_MONTH, [PERMIT])) == alerts


def test_the_first_look_at_some_ground_raises_none():
    inside = shapely.MultiPolygon([ZONE.ground])
    surveys = [*looks(0, extent=inside), *looks(1, 2)]
    beyond = square(SIDE_M + 300, 500)
    observations = [seen(0, INSIDE), seen(1, INSIDE), seen(1, beyond), seen(2, INSIDE)]
    assert run(observations, surveys, [ZONE, PERMIT]) == []


def test_activity_in_a_zone_does_not_enter_the_permit_around_it():
    observations = [seen(1, INSIDE), seen(2, INSIDE)]
    assert run(observations, EVERY_MONTH, [ZONE, PERMIT]) == []
    (alert,) = run(observations, EVERY_MONTH, [PERMIT])  # without the zone it does
    assert alert.watched is PERMIT


def test_activity_of_another_zone_does_not_leave_this_one():
    ground = box(LON + 4.5 * CELL, LAT, LON + 6 * CELL, LAT + CELL)
    other = replace(ZONE, ref="title 3", name="ZEA 3", ground=ground)
    observations = [seen(0, INSIDE), seen(1, INSIDE), seen(1, square(SIDE_M + 600, 300))]
    assert run(observations, EVERY_MONTH, [ZONE, other]) == []
    assert len(run(observations, EVERY_MONTH, [ZONE])) == 1


def test_new_activity_beside_a_zone_that_nobody_works_does_not_leave_it():
    assert run([seen(1, square(SIDE_M + 300, 500))], EVERY_MONTH, [ZONE]) == []


@pytest.mark.parametrize(("from_edge_m", "alerts"), [(4_800, 1), (5_100, 0)])
def test_an_area_reaches_5_km(from_edge_m, alerts):
    observations = [seen(0, INSIDE), seen(1, INSIDE), seen(1, square(SIDE_M + from_edge_m, 500))]
    assert len(run(observations, EVERY_MONTH, [ZONE])) == alerts


def test_an_outline_drawn_anew_is_no_extension():
    """Ten hectares drawn 15 m further into the permit and back: 0.5 ha of slivers each time."""
    observations = [seen(m, square(-1_000 + 15 * (m % 2), -1_000, 316)) for m in range(8)]
    assert run(observations, EVERY_MONTH, [PERMIT]) == []


def test_a_park_and_a_strip():
    park = replace(PERMIT, direction=AlertDirection.ENTERS_PROTECTED, ref="area 7", title_id=None)
    strip = replace(
        ZONE, direction=AlertDirection.ENTERS_STRIP, ref="strip 1/b",
        ground=shapely.union_all([square(400, 400, 80)]),
    )  # fmt: skip
    observations = [seen(1, square(400, 400))]
    found = run(observations, EVERY_MONTH, [ZONE, park, strip])
    assert {alert.watched.direction for alert in found} == {
        AlertDirection.ENTERS_PROTECTED,
        AlertDirection.ENTERS_STRIP,
    }


def test_a_permit_granted_over_activity_is_not_entered():
    later = replace(PERMIT, during=Period(date(2024, 4, 1), None))
    observations = [seen(month, square(-1_000, -1_000)) for month in range(1, 8)]
    assert run(observations, EVERY_MONTH, [later]) == []
    assert len(run(observations, EVERY_MONTH, [PERMIT])) == 1


def test_further_growth_is_another_alert_and_no_repetition():
    observations = [seen(month, INSIDE) for month in range(6)]
    observations += [seen(month, square(SIDE_M + 300, 500)) for month in range(1, 6)]
    observations += [seen(month, square(SIDE_M + 300, 700)) for month in range(4, 6)]
    alerts = run(observations, EVERY_MONTH[:6], [ZONE])
    assert [alert.month for alert in alerts] == [date(2024, 2, 1), date(2024, 5, 1)]
    assert alerts[1].before_ha == pytest.approx(1, rel=1e-2)


# Settings


def test_the_settings_say_what_they_are():
    note, texts = setting_texts()
    assert "non règles de droit" in note.fr.replace("et non", "non")
    assert {text.name for text in texts} == set(SETTINGS.as_dict())
    assert all(text.meaning.fr and text.meaning.en and text.unit for text in texts)


def test_settings_change_by_name():
    assert SETTINGS.changed({"least_ha": 2}) == replace(SETTINGS, least_ha=2.0)
    assert isinstance(SETTINGS.changed({}), AlertSettings)


@pytest.mark.parametrize(
    "wanted", [{"least_hectares": 1}, {"least_ha": 0}, {"reach_m": -1}, {"reach_m": "far"},
               {"least_places": True}, {"reach_m": 1e9}, {"least_ha": float("nan")}]
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(wanted):
    with pytest.raises(InputError):
        SETTINGS.changed(wanted)


def test_nothing_here_accuses_anybody():
    texts = [*Path("data/activity").glob("alerts.yaml"), *Path("geo/activity").glob("*.py")]
    for file in texts:
        assert "illegal" not in file.read_text(encoding="utf-8").lower(), file
        assert "illégal" not in file.read_text(encoding="utf-8").lower(), file
