"""Orders of officials: what they make true on both clocks, and what they refuse."""

from __future__ import annotations

from datetime import date

import pytest
from sample_register import DAY, act, facts, granted, official, square
from shapely import MultiLineString
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from geo.errors import GroundTaken, NotFound, RegisterError
from geo.perimeter import Perimeter
from geo.register.connection import translate
from geo.register.reader import Reader
from geo.register.writer import claim, correct, grant, institute_zone, release, shrink
from geo.sources.rows import State


def _held(engine: Engine, title: int, on: date, as_known_on: int | None = None) -> Perimeter:
    with official(engine) as unit:
        grounds = Reader(unit.connection).title(title, on, as_known_on).grounds
    whole = Perimeter.empty()
    for ground in grounds:
        whole |= ground.perimeter
    return whole


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
