"""Orders of officials: what they make true on both clocks, and what they refuse."""

from __future__ import annotations

from datetime import date

import pytest
from sample_register import DAY, act, facts, granted, official, reading, row, square
from shapely import MultiLineString, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from geo.errors import GroundTaken, NotFound, RegisterError
from geo.law import load_law
from geo.law.values import CellVerdict
from geo.perimeter import Perimeter
from geo.register.connection import translate
from geo.register.grounds import RENUNCIATION_HOSTS, RENUNCIATION_SINCE
from geo.register.reader import Reader
from geo.register.writer import (
    claim,
    correct,
    grant,
    institute_zone,
    record_reading,
    release,
    shrink,
)
from geo.sources.rows import State


def _held(engine: Engine, title: int, on: date, as_known_on: int | None = None) -> Perimeter:
    with official(engine) as unit:
        grounds = Reader(unit.connection).title(title, on, as_known_on).grounds
    whole = Perimeter.empty()
    for ground in grounds:
        whole |= ground.perimeter
    return whole


def _inherited(engine: Engine, *grounds: Perimeter | BaseGeometry, **more: object) -> None:
    """Take over a register with a PR of 2010 on each ground; titles are numbered from 1."""
    rows = [row(number, ground, **more) for number, ground in enumerate(grounds, start=1)]
    made, content = reading(rows)
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="CAMI", as_of=date(2015, 6, 30))


def test_a_grant_holds_its_carres_from_its_day_on(engine: Engine) -> None:
    title = granted(engine, "1", square(3000, -1280, 3, 2))
    with official(engine) as unit:
        view = Reader(unit.connection).title(title, DAY)
        rows = unit.connection.execute(
            text('select grp, "row", cols::text, excl from register.occupancy order by "row"')
        )
        assert [tuple(row) for row in rows] == [
            (1, -1280, "[3000,3003)", title),
            (1, -1279, "[3000,3003)", title),
        ]
    assert (view.code, view.kind, view.state) == ("1", "PR", "granted")
    assert [holder.name for holder in view.holders] == ["Kalonda Mining SARL"]
    assert view.grounds[0].cells == 6
    assert view.grounds[0].held_to is None
    with official(engine) as unit, pytest.raises(NotFound):
        Reader(unit.connection).title(title, date(2019, 12, 31))


def test_ground_of_the_same_group_is_not_granted_twice(engine: Engine) -> None:
    granted(engine, "1", square(3000, -1280))
    with pytest.raises(GroundTaken, match=r"1 of the 4 carrés asked for by PE 2 are held"):
        granted(engine, "2", square(3001, -1279), kind="PE")


def test_quarries_stack_on_mines_but_not_on_quarries_and_zones_on_neither(engine: Engine) -> None:
    granted(engine, "1", square(3000, -1280))
    granted(engine, "2", square(3000, -1280), kind="ARPC")
    granted(engine, "3", square(3000, -1280), kind="PER")
    with pytest.raises(GroundTaken):
        granted(engine, "4", square(3001, -1280), kind="AECP")
    with official(engine) as unit, pytest.raises(GroundTaken):
        institute_zone(unit, facts("Z", "ZEA"), square(3001, -1280), act("institution"))


def test_touching_is_not_overlapping(engine: Engine) -> None:
    granted(engine, "1", square(3000, -1280))
    granted(engine, "2", square(3002, -1280))
    granted(engine, "3", square(3000, -1278))


def test_an_application_does_not_hold_but_an_earlier_one_comes_first(engine: Engine) -> None:
    asked = square(3000, -1280)
    with official(engine) as unit:
        first = claim(unit, facts("A", state=State.APPLICATION, filed_on=DAY), asked, filed_on=DAY)
        second = claim(unit, facts("B", state=State.APPLICATION), asked, filed_on=date(2020, 2, 1))
    later = facts("B", filed_on=date(2020, 2, 1))
    with pytest.raises(GroundTaken, match="1 earlier application"), official(engine) as unit:
        grant(unit, later, asked, act(day=date(2020, 6, 1)), application=second)
    with official(engine) as unit:
        grant(unit, facts("A", filed_on=DAY), asked, act(day=date(2020, 5, 1)), application=first)
    with pytest.raises(GroundTaken, match="4 of the 4 carrés"), official(engine) as unit:
        grant(
            unit,
            later,
            asked,
            act(day=date(2020, 6, 1)),
            application=second,
            examined_claims=[first],
        )


def test_a_granted_application_ends_as_a_claim_on_that_day(engine: Engine) -> None:
    asked, day = square(3000, -1280), date(2020, 5, 1)
    with official(engine) as unit:
        title = claim(unit, facts("A", state=State.APPLICATION), asked, filed_on=DAY)
    with official(engine) as unit:
        grant(unit, facts("A"), asked, act(day=day), application=title)
    with official(engine) as unit:
        reader = Reader(unit.connection)
        before, after = reader.title(title, date(2020, 4, 30)), reader.title(title, day)
    assert [(before.state, g.standing) for g in before.grounds] == [("application", "claimed")]
    assert [(after.state, g.standing) for g in after.grounds] == [("granted", "held")]


def test_ground_stays_held_after_the_nominal_expiry_until_a_release_is_recorded(
    engine: Engine,
) -> None:
    with official(engine) as unit:
        expiring = facts("1", expires_on=date(2021, 1, 1))
        title = grant(unit, expiring, square(3000, -1280), act())
    day = date(2025, 3, 1)
    with pytest.raises(GroundTaken):
        granted(engine, "2", square(3000, -1280), day=day)
    with official(engine) as unit:
        release(unit, title, act("expiry_confirmed", day))
    other = granted(engine, "2", square(3000, -1280), day=day)
    assert _held(engine, title, date(2025, 2, 28)).count == 4
    assert not _held(engine, title, day)
    assert _held(engine, other, day).count == 4
    with official(engine) as unit:
        assert Reader(unit.connection).title(title, day).state == "expired"
        assert Reader(unit.connection).title(title, date(2025, 2, 28)).state == "granted"


def test_only_acts_that_free_ground_release_it(engine: Engine) -> None:
    title = granted(engine, "1", square(3000, -1280))
    with official(engine) as unit, pytest.raises(RegisterError, match="frees no ground"):
        release(unit, title, act("grant", date(2021, 1, 1)))
    with official(engine) as unit, pytest.raises(NotFound):
        release(unit, title + 1, act("forfeiture", date(2021, 1, 1)))


def test_a_zone_with_the_holders_renunciation_takes_ground_out_of_its_host(engine: Engine) -> None:
    host = granted(engine, "PE 1", square(3000, -1280, 4, 4), kind="PE")
    inside, day = square(3001, -1279, 2, 1), date(2021, 7, 1)
    with official(engine) as unit:
        zone = institute_zone(
            unit, facts("ZEA 1", "ZEA"), inside, act("institution", day), name="Z", host=host
        )
    assert _held(engine, host, date(2021, 6, 30)).count == 16
    assert _held(engine, host, day) == square(3000, -1280, 4, 4) - inside
    assert _held(engine, zone, day) == inside
    with official(engine) as unit:
        found = unit.connection.execute(text("select route, host_title_id from register.zone"))
        assert [tuple(row) for row in found] == [("art_30e", host)]
        revisions = unit.connection.scalar(text("select count(*) from register.revision"))
    assert revisions == 2


def test_a_zone_must_lie_within_its_host_and_leave_it_something(engine: Engine) -> None:
    host = granted(engine, "PE 1", square(3000, -1280), kind="PE")
    day = act("institution", date(2021, 7, 1))
    with official(engine) as unit, pytest.raises(RegisterError, match="does not hold all"):
        institute_zone(unit, facts("Z", "ZEA"), square(3001, -1280), day, host=host)
    with official(engine) as unit, pytest.raises(RegisterError, match="would keep no carré"):
        institute_zone(unit, facts("Z", "ZEA"), square(3000, -1280), day, host=host)


def test_ground_given_up_is_free_from_that_day(engine: Engine) -> None:
    title = granted(engine, "1", square(3000, -1280, 4, 1))
    day = date(2022, 1, 1)
    with official(engine) as unit:
        shrink(unit, title, square(3002, -1280, 2, 1), act("relinquishment", day))
    with pytest.raises(GroundTaken):
        granted(engine, "2", square(3002, -1280, 1, 1), day=date(2021, 12, 31))
    granted(engine, "2", square(3002, -1280, 1, 1), day=day)


def test_a_back_dated_correction_reads_right_on_both_clocks(engine: Engine) -> None:
    drawn, right = square(3000, -1280, 4, 1), square(3000, -1280, 3, 1)
    title = granted(engine, "1", drawn)
    with official(engine) as unit:
        before = Reader(unit.connection).revision()
        span = (date(2020, 3, 1), date(2020, 9, 1))
        after = correct(unit, title, right, span, act("correction", date(2024, 1, 1)))
    asked = {
        (date(2020, 2, 29), before): drawn,
        (date(2020, 2, 29), after): drawn,
        (date(2020, 3, 1), before): drawn,
        (date(2020, 3, 1), after): right,
        (date(2020, 8, 31), after): right,
        (date(2020, 9, 1), before): drawn,
        (date(2020, 9, 1), after): drawn,
        (date(2030, 1, 1), after): drawn,
    }
    for (on, known), expected in asked.items():
        assert _held(engine, title, on, known) == expected, (on, known)


def test_a_correction_into_ground_held_by_another_is_refused(engine: Engine) -> None:
    title = granted(engine, "1", square(3000, -1280))
    granted(engine, "2", square(3002, -1280))
    with pytest.raises(GroundTaken), official(engine) as unit:
        correct(unit, title, square(3001, -1280), (DAY, None), act("correction"))
    assert _held(engine, title, DAY) == square(3000, -1280)


def test_a_clipped_carre_is_held_whole_and_its_clip_line_kept(engine: Engine) -> None:
    border = MultiLineString([[(25.005, -10.67), (25.005, -10.65)]])
    with official(engine) as unit:
        title = grant(unit, facts("1"), square(3000, -1280), act(), clip_line=border)
    with official(engine) as unit:
        stored = unit.connection.scalar(
            text("select st_astext(clip_line) from register.perimeter_version")
        )
    assert stored == "MULTILINESTRING((25.005 -10.67,25.005 -10.65))"
    assert _held(engine, title, DAY).count == 4


def test_one_revision_may_hold_several_orders_but_not_undo_itself(engine: Engine) -> None:
    with official(engine) as unit:
        for number in range(3):
            ground = square(3000 + 3 * number, -1280)
            title = grant(unit, facts(str(number)), ground, act())
    with official(engine) as unit:
        assert Reader(unit.connection).revision() == 1
    with official(engine) as unit:
        release(unit, title, act("forfeiture", date(2021, 1, 1)))
    with official(engine) as unit:
        title = grant(unit, facts("9"), square(3020, -1280), act())
        with pytest.raises(IntegrityError) as refused:
            release(unit, title, act("forfeiture", date(2021, 1, 1)))
        unit.rollback()
    assert "Commit the first order" in str(translate(refused.value))


def test_every_version_names_the_act_or_the_row_it_rests_on(engine: Engine) -> None:
    title = granted(engine, "1", square(3000, -1280, 4, 1))
    day = date(2022, 1, 1)
    with official(engine) as unit:
        shrink(unit, title, square(3002, -1280, 2, 1), act("relinquishment", day, "R 1"))
    with official(engine) as unit:
        rows = unit.connection.execute(
            text(
                "select cells, o.kind, c.kind from register.perimeter_version v "
                "left join register.act o on o.id = opened_by "
                "left join register.act c on c.id = closed_by "
                "where upper_inf(known) order by lower(held)"
            )
        )
        assert [tuple(row) for row in rows] == [
            (4, "grant", "relinquishment"),
            (2, "relinquishment", None),
        ]


def test_history_tells_every_version_with_who_and_why(engine: Engine) -> None:
    title = granted(engine, "1", square(3000, -1280))
    with official(engine, actor="o.kasongo") as unit:
        release(unit, title, act("forfeiture", date(2021, 1, 1), "Arrêté 77"))
    with official(engine) as unit:
        told = Reader(unit.connection).history(title)
    held = [v for v in told if v.subject == "held"]
    assert [(v.valid_from, v.valid_to, v.known_from.id, v.known_to) for v in held] == [
        (DAY, None, 1, 2),
        (DAY, date(2021, 1, 1), 2, None),
    ]
    assert held[1].known_from.actor == "o.kasongo"
    assert held[1].act == "forfeiture Arrêté 77"
    assert [v.state for v in told if v.subject == "attributes"] == [
        "granted",
        "granted",
        "forfeited",
    ]


# 2 carrés high and 2.4 wide: its eastern edge lies within a column of carrés.
OFF_LATTICE = Polygon([(25.0, -10.0), (25.0, -9.98333333), (25.02, -9.98333333), (25.02, -10.0)])


@pytest.mark.parametrize("zone", [False, True], ids=["shrink", "zone"])
def test_ground_off_the_lattice_is_cut_and_never_snapped(engine: Engine, zone: bool) -> None:
    _inherited(engine, OFF_LATTICE, valid=False)
    day, lost = date(2021, 7, 1), square(3000, -1200, 1, 1)
    with official(engine) as unit:
        if zone:
            institute_zone(unit, facts("Z", "ZEA"), lost, act("institution", day), host=1)
        else:
            shrink(unit, 1, lost, act("relinquishment", day))
    with official(engine) as unit:
        reader = Reader(unit.connection)
        (before,), (after,) = (reader.title(1, d).grounds for d in (date(2021, 6, 30), day))
        rows = unit.connection.execute(
            text(
                "select import_row_id is not null, o.kind from register.perimeter_version v "
                "left join register.act o on o.id = opened_by "
                "where title_id = 1 and upper_inf(known) order by lower(held)"
            )
        )
        opened = "institution" if zone else "relinquishment"
        assert [tuple(one) for one in rows] == [(True, None), (True, opened)]
    assert (before.cells, after.cells) == (6, 5)
    assert after.perimeter == before.perimeter - lost
    assert (
        (after.on_lattice, after.flags)
        == (False, before.flags)
        == (
            False,
            ("invalid_as_received",),
        )
    )
    assert before.geometry.equals(OFF_LATTICE)
    # 4.8 carrés were drawn, one whole carré is gone: 3.8 stay, not the five of the cover.
    assert after.geometry.area * 120**2 == pytest.approx(3.8, abs=1e-5)
    assert not after.geometry.difference(OFF_LATTICE).area
    assert after.geometry.intersection(lost.outline()).area == pytest.approx(0, abs=1e-15)


def test_what_is_left_keeps_its_clip_line_its_flags_and_the_act_that_ended_it(
    engine: Engine,
) -> None:
    border = MultiLineString([[(25.005, -10.67), (25.005, -10.65)]])
    with official(engine) as unit:
        title = grant(unit, facts("1"), square(3000, -1280, 4, 1), act(), clip_line=border)
    with official(engine) as unit:
        release(unit, title, act("forfeiture", date(2023, 1, 1), "F 1"))
    with official(engine) as unit:
        shrink(unit, title, square(3003, -1280, 1, 1), act("relinquishment", date(2022, 1, 1)))
    with official(engine) as unit:
        correct(unit, title, square(3000, -1280, 3, 1), (DAY, None), act("correction"))
    told = text(
        "select v.held::text, cells, clip_line is not null as clipped, c.kind "
        "from register.perimeter_version v left join register.act c on c.id = closed_by "
        "where v.known @> cast(:known as bigint) order by v.held"
    )
    with official(engine) as unit:
        rows = {known: unit.connection.execute(told, {"known": known}).all() for known in (3, 4)}
    first, rest = "[2020-01-01,2022-01-01)", "[2022-01-01,2023-01-01)"
    assert rows[3] == [(first, 4, True, "relinquishment"), (rest, 3, True, "forfeiture")]
    assert rows[4] == [(first, 3, False, "relinquishment"), (rest, 3, False, "forfeiture")]


def test_a_right_on_inherited_conflict_ground_is_corrected_by_its_parties_alone(
    engine: Engine,
) -> None:
    _inherited(engine, square(3000, -1280, 10, 2), square(3008, -1280, 10, 2))
    third = granted(engine, "3", square(3020, -1280))
    with official(engine) as unit:
        correct(unit, 1, square(3001, -1280, 9, 2), (date(2015, 1, 1), None), act("correction"))
    assert _held(engine, 1, DAY) == square(3001, -1280, 9, 2)
    with pytest.raises(GroundTaken, match="8 of the 8 carrés"), official(engine) as unit:
        correct(unit, third, square(3008, -1280, 4, 2), (DAY, None), act("correction"))
    with pytest.raises(GroundTaken, match="2 of the 20 carrés"), official(engine) as unit:
        correct(unit, 1, square(3001, -1280, 10, 2), (DAY, None), act("correction"))


def test_a_correction_neither_reopens_a_holding_nor_begins_it_earlier(engine: Engine) -> None:
    title, other = granted(engine, "1", square(3000, -1280)), square(3001, -1280)
    end = date(2022, 1, 1)
    with official(engine) as unit:
        release(unit, title, act("forfeiture", end))
    for period in [(date(2019, 1, 1), None), (DAY, date(2023, 1, 1))]:
        with official(engine) as unit, pytest.raises(RegisterError, match="not on every day") as e:
            correct(unit, title, other, period, act("correction"))
        assert "holds ground from 2020-01-01 to 2022-01-01 (not included)" in str(e.value)
    with official(engine) as unit, pytest.raises(NotFound):
        correct(unit, title, other, (end, None), act("correction"))
    with official(engine) as unit:
        correct(unit, title, other, (DAY, None), act("correction"))
    assert _held(engine, title, date(2021, 12, 31)) == other
    assert not _held(engine, title, end)
    with official(engine) as unit:
        assert Reader(unit.connection).title(title, end).state == "forfeited"


def test_ground_is_taken_only_on_a_day_on_which_it_is_held(engine: Engine) -> None:
    title, day = granted(engine, "1", square(3000, -1280)), date(2019, 12, 31)
    part = square(3000, -1280, 1, 1)
    with official(engine) as unit, pytest.raises(NotFound, match="only from 2020-01-01 on"):
        release(unit, title, act("forfeiture", day))
    with official(engine) as unit, pytest.raises(NotFound, match="Check the day of the act"):
        shrink(unit, title, part, act("relinquishment", day))
    with official(engine) as unit, pytest.raises(NotFound):
        institute_zone(unit, facts("Z", "ZEA"), part, act("institution", day), host=title)
    assert _held(engine, title, DAY) == square(3000, -1280)
    with official(engine) as unit:
        institute_zone(unit, facts("Z", "ZEA"), part, act("institution", DAY), host=title)
    assert _held(engine, title, DAY) == square(3000, -1280) - part


def test_zones_by_renunciation_are_those_that_the_law_data_names() -> None:
    law = load_law()
    named = {
        kind.code: [r.first_day for r in law.cells["ZEA", kind.code].values if _renounced(r.value)]
        for kind in law.kinds.values()
        if ("ZEA", kind.code) in law.cells
    }
    assert {kind for kind, days in named.items() if days} == RENUNCIATION_HOSTS
    assert {day for days in named.values() for day in days} == {RENUNCIATION_SINCE}


def _renounced(rule: object) -> bool:
    return getattr(rule, "verdict", None) is CellVerdict.ALLOW_WITH_RENUNCIATION


def test_a_zone_leaves_only_hosts_that_the_law_of_the_day_names(engine: Engine) -> None:
    tailings = granted(engine, "PER 1", square(3000, -1280), kind="PER", day=date(2010, 1, 1))
    contract = granted(engine, "CUP 1", square(3010, -1280), kind="CUP")
    with official(engine) as unit, pytest.raises(RegisterError, match="on CUP, only on AECP"):
        institute_zone(
            unit,
            facts("Z", "ZEA"),
            square(3010, -1280, 1, 1),
            act("institution", date(2021, 7, 1)),
            host=contract,
        )
    inside = square(3000, -1280, 1, 1)
    too_early = act("institution", date(2018, 5, 2))
    with official(engine) as unit, pytest.raises(RegisterError, match="before 2018-05-03"):
        institute_zone(unit, facts("Z", "ZEA"), inside, too_early, host=tailings)
    with official(engine) as unit:
        day = act("institution", date(2018, 5, 3))
        zone = institute_zone(unit, facts("Z", "ZEA"), inside, day, host=tailings)
    assert _held(engine, zone, date(2018, 5, 3)) == inside
