"""Dealings: end of a claim, holders, state, term, leases, transformation; on both clocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from sample_register import DAY, act, allocated, facts, granted, official, reading, row, square
from shapely import Polygon
from sqlalchemy import Engine, text

from geo.errors import GroundTaken, NotFound, RegisterError
from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork
from geo.register.orders import ActKind, Ends, Moves
from geo.register.reader import Reader
from geo.register.writer import (
    claim,
    end_claim,
    end_lease,
    grant,
    institute_zone,
    lease,
    record_reading,
    release,
    renew,
    set_state,
    transfer,
    transform,
)
from geo.sources.rows import Holder, State

GROUND = square(3000, -1280, 4, 2)
PART = square(3000, -1280, 2, 2)
LATER = date(2022, 1, 1)


@pytest.fixture
def title(engine: Engine) -> int:
    """A PR of eight carrés, held from 2020 on."""
    return granted(engine, "77", GROUND)


def _refused(engine: Engine, match: str, order: Callable[[UnitOfWork], object]) -> None:
    with pytest.raises(RegisterError, match=match), official(engine) as unit:
        order(unit)


def _state(engine: Engine, title: int, on: date, known: int | None = None) -> str:
    with official(engine) as unit:
        return Reader(unit.connection).title(title, on, known).state


def _holders(engine: Engine, title: int, on: date, known: int | None = None) -> list[object]:
    with official(engine) as unit:
        return [(h.name, h.share) for h in Reader(unit.connection).title(title, on, known).holders]


def _ground(engine: Engine, title: int, on: date) -> list[tuple[str, Perimeter]]:
    with official(engine) as unit:
        found = Reader(unit.connection).title(title, on)
    return [(one.kind, one.perimeter) for one in found.grounds]


@pytest.mark.parametrize(
    ("kind", "state"), [("withdrawal", State.WITHDRAWN), ("rejection", State.REJECTED)]
)
def test_an_application_ends(engine: Engine, kind: ActKind, state: State) -> None:
    with official(engine) as unit:
        asked = claim(unit, facts("A", state=State.APPLICATION), GROUND, filed_on=DAY)
    other = State.REJECTED if state is State.WITHDRAWN else State.WITHDRAWN
    _refused(engine, "an application is", lambda u: end_claim(u, asked, act(kind, LATER), other))
    _refused(
        engine, "ends no application", lambda u: end_claim(u, asked, act("grant", LATER), state)
    )
    early = act(kind, date(2019, 12, 31))
    with pytest.raises(NotFound, match="PR A has no pending"), official(engine) as unit:
        end_claim(unit, asked, early, state)
    with official(engine) as unit:
        end_claim(unit, asked, act(kind, LATER), state)
    assert _ground(engine, asked, date(2021, 12, 31)) == [("PR", GROUND)]
    assert _ground(engine, asked, LATER) == []
    assert (_state(engine, asked, DAY), _state(engine, asked, LATER)) == ("application", state)
    with pytest.raises(NotFound), official(engine) as unit:
        end_claim(unit, asked, act(kind, LATER), state)
    with official(engine) as unit:  # it queues before nobody any more
        grant(unit, facts("B", filed_on=date(2021, 1, 1)), GROUND, act(day=LATER))


def test_a_held_title_has_no_claim_to_end(engine: Engine, title: int) -> None:
    with pytest.raises(NotFound, match="PR 77 has no pending"), official(engine) as unit:
        end_claim(unit, title, act("rejection", LATER), State.REJECTED)


def test_a_transfer_changes_holders_from_its_day_on(engine: Engine, title: int) -> None:
    new = (Holder("Mwana SARL", Decimal(60)), Holder("Lubaba SARL", Decimal(40)))
    with official(engine) as unit:
        before = Reader(unit.connection).revision()
        transfer(unit, title, new, act("transfer", LATER))
    old = [("Kalonda Mining SARL", Decimal(100))]
    assert _holders(engine, title, date(2021, 12, 31)) == old
    assert _holders(engine, title, LATER) == [("Mwana SARL", 60), ("Lubaba SARL", 40)]
    assert _holders(engine, title, LATER, before) == old
    assert _ground(engine, title, LATER) == [("PR", GROUND)]


def test_a_transfer_entered_late_leaves_the_later_one(engine: Engine, title: int) -> None:
    with official(engine) as unit:
        transfer(unit, title, [Holder("Last SARL", None)], act("transfer", LATER))
    with official(engine) as unit:
        transfer(unit, title, [Holder("Mid SARL", None)], act("transfer", date(2021, 1, 1)))
    names = {
        on: _holders(engine, title, on)[0][0]  # type: ignore[index]
        for on in (date(2020, 12, 31), date(2021, 1, 1), date(2021, 12, 31), LATER)
    }
    assert list(names.values()) == ["Kalonda Mining SARL", "Mid SARL", "Mid SARL", "Last SARL"]


def test_transfers_that_cannot_be(engine: Engine, title: int) -> None:
    new, order = [Holder("Mwana SARL", None)], act("transfer", LATER)
    host = granted(engine, "9", square(3010, -1280), kind="PE")
    with official(engine) as unit:
        zone = institute_zone(unit, facts("Z", "ZEA"), square(3020, -1280), act("institution"))
        leased = lease(unit, host, "Lessee SARL", None, None, act("lease"))
        inner = allocated(unit, host, square(3010, -1280, 1, 1))
    for other in (zone, leased, inner):
        day = act("transfer", date(2025, 6, 1))
        with pytest.raises(RegisterError, match="is not transferred"), official(engine) as unit:
            transfer(unit, other, new, day)
    _refused(engine, "names who holds", lambda u: transfer(u, title, [], order))
    _refused(engine, "by an act of that kind", lambda u: transfer(u, title, new, act("grant")))
    with pytest.raises(NotFound, match="only from"), official(engine) as unit:
        transfer(unit, title, new, act("transfer", date(2019, 1, 1)))
    with pytest.raises(NotFound, match="title 999 holds no ground"), official(engine) as unit:
        transfer(unit, 999, new, order)


def test_states_follow_acts_and_hold_the_ground(engine: Engine, title: int) -> None:
    story: list[tuple[ActKind, State, date]] = [
        ("force_majeure", State.FORCE_MAJEURE, date(2021, 1, 1)),
        ("end_of_force_majeure", State.GRANTED, date(2021, 6, 1)),
        ("suspension", State.SUSPENDED, date(2022, 1, 1)),
        ("lifting", State.GRANTED, date(2022, 6, 1)),
        ("forfeiture", State.FORFEITED, date(2023, 1, 1)),
        ("appeal_upheld", State.GRANTED, date(2023, 6, 1)),
    ]
    for kind, state, day in story:
        with official(engine) as unit:
            set_state(unit, title, state, act(kind, day))
    for _, state, day in story:
        assert _state(engine, title, day) == state
        with pytest.raises(GroundTaken):
            granted(engine, "78", PART, day=day)


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("suspension", State.GRANTED),
        ("lifting", State.SUSPENDED),
        ("grant", State.GRANTED),
        ("forfeiture", State.RELINQUISHED),
        ("suspension", State.APPLICATION),
    ],
)
def test_an_act_leads_to_its_states_only(
    engine: Engine, title: int, kind: ActKind, state: State
) -> None:
    _refused(
        engine, "does not make a title", lambda u: set_state(u, title, state, act(kind, LATER))
    )


def test_a_suspension_entered_late_ends_with_the_next_change(engine: Engine, title: int) -> None:
    with official(engine) as unit:
        set_state(unit, title, State.FORCE_MAJEURE, act("force_majeure", LATER))
    with official(engine) as unit:
        set_state(unit, title, State.SUSPENDED, act("suspension", date(2021, 1, 1)))
    assert _state(engine, title, date(2021, 12, 31)) == "suspended"
    assert _state(engine, title, LATER) == "force_majeure"


def test_a_state_does_not_reach_beyond_the_release(engine: Engine, title: int) -> None:
    with official(engine) as unit:
        release(unit, title, act("relinquishment", LATER))
    with official(engine) as unit:
        set_state(unit, title, State.SUSPENDED, act("suspension", date(2021, 1, 1)))
    assert _state(engine, title, LATER) == "relinquished"
    with pytest.raises(NotFound), official(engine) as unit:
        set_state(unit, title, State.SUSPENDED, act("suspension", LATER))


def test_a_renewal_puts_the_expiry_off(engine: Engine) -> None:
    with official(engine) as unit:
        given = facts("1", expires_on=date(2025, 1, 1))
        title = grant(unit, given, GROUND, act())
    new, order = date(2030, 1, 1), act("renewal", date(2024, 12, 1))
    with official(engine) as unit:
        before = Reader(unit.connection).revision()
        renew(unit, title, new, order)
    with official(engine) as unit:
        reader = Reader(unit.connection)
        found = [
            reader.title(title, *asked).expires_on
            for asked in ((date(2024, 11, 30),), (LATER,), (date(2024, 12, 1),))
        ]
        assert found == [date(2025, 1, 1), date(2025, 1, 1), new]
        assert reader.title(title, date(2024, 12, 1), before).expires_on == date(2025, 1, 1)
    _refused(engine, "beyond its day", lambda u: renew(u, title, date(2024, 12, 1), order))
    _refused(engine, "by an act of that kind", lambda u: renew(u, title, new, act("grant")))


def test_an_allocation_is_renewed_with_its_agreement(engine: Engine) -> None:
    host = granted(engine, "9", GROUND, kind="PE")
    with official(engine) as unit:
        inner = allocated(unit, host, PART)
    order = act("renewal", date(2026, 1, 1))
    _refused(engine, "change the allocation", lambda u: renew(u, inner, date(2030, 1, 1), order))
    with official(engine) as unit:
        renew(unit, host, date(2030, 1, 1), order)


def _leases(engine: Engine, host: int, on: date) -> list[tuple[object, ...]]:
    with official(engine) as unit:
        found = Reader(unit.connection).leases_of(host, on)
    return [(one.kind, one.parties[0].name, one.ends_on, one.ground.perimeter) for one in found]


def test_a_lease_is_total_or_partial_and_leaves_holders_and_ground(
    engine: Engine, title: int
) -> None:
    end = date(2027, 1, 1)
    with official(engine) as unit:
        total = lease(unit, title, "A SARL", None, end, act("lease", LATER))
        lease(unit, title, "B SARL", PART, None, act("lease", LATER), code="APE 3")
        lease(unit, title, "C SARL", GROUND, None, act("lease", LATER))
    assert _leases(engine, title, LATER) == [
        ("ATE", "A SARL", end, GROUND),
        ("APE", "B SARL", None, PART),
        ("ATE", "C SARL", None, GROUND),
    ]
    assert _leases(engine, title, date(2021, 12, 31)) == []
    assert _holders(engine, title, LATER) == [("Kalonda Mining SARL", 100)]
    with official(engine) as unit:
        renew(unit, total, date(2030, 1, 1), act("renewal", date(2026, 1, 1)))
    with official(engine) as unit:
        end_lease(unit, total, act("end_of_lease", date(2026, 6, 1)))
    assert len(_leases(engine, title, date(2026, 6, 1))) == 2
    assert _leases(engine, title, date(2026, 5, 31))[0][2] == date(2030, 1, 1)


def test_leases_that_cannot_be(engine: Engine, title: int) -> None:
    order = act("lease", LATER)
    with official(engine) as unit:
        zone = institute_zone(unit, facts("Z", "ZEA"), square(3020, -1280), act("institution"))
        leased = lease(unit, title, "A SARL", None, None, order)
    for other in (zone, leased):
        with pytest.raises(RegisterError, match="ATE does not lie in"), official(engine) as unit:
            lease(unit, other, "B SARL", None, None, order)
    outside = square(3003, -1280, 2, 1)
    _refused(engine, "lie outside it", lambda u: lease(u, title, "B", outside, None, order))
    _refused(engine, "before it begins", lambda u: lease(u, title, "B", PART, LATER, order))
    _refused(engine, "names its lessee", lambda u: lease(u, title, " ", PART, None, order))
    _refused(engine, "at least one", lambda u: lease(u, title, "B", Perimeter.empty(), None, order))
    _refused(
        engine,
        r"ATE \(title \d+\) lies in it",
        lambda u: release(u, title, act("relinquishment", date(2023, 1, 1))),
    )
    with official(engine) as unit:
        release(unit, title, act("relinquishment", date(2023, 1, 1)), together=[Ends(leased)])


# 2 carrés high and 2.4 wide: its eastern edge lies within the column 3002.
OFF_LATTICE = Polygon([(25.0, -10.0), (25.0, -9.98333333), (25.02, -9.98333333), (25.02, -10.0)])


def test_all_of_a_polygon_is_leased_or_transformed_as_it_is(engine: Engine) -> None:
    made, content = reading([row(1, OFF_LATTICE, kind="PR")])
    with official(engine) as unit:
        record_reading(unit, made, content=content, source="CAMI", as_of=date(2015, 6, 30))
    with official(engine) as unit:
        leased = lease(unit, 1, "A SARL", None, None, act("lease", LATER))
    partly = square(3002, -1200, 1, 1)
    _refused(engine, "only partly", lambda u: lease(u, 1, "B", partly, None, act("lease", LATER)))
    day = date(2023, 1, 1)
    _refused(
        engine,
        "only partly",
        lambda u: transform(u, 1, facts("5", "PE"), partly, act("transformation", day)),
    )
    with official(engine) as unit:
        whole = Reader(unit.connection).title(1, LATER).grounds[0]
        transform(unit, 1, facts("5", "PE"), whole.perimeter, act("transformation", day))
    with official(engine) as unit:
        reader = Reader(unit.connection)
        for one in (reader.title(1, day), reader.title(leased, day)):
            assert one.grounds[0].geometry.equals(OFF_LATTICE)
            assert not one.grounds[0].on_lattice


def test_a_whole_transformation_is_the_same_title_under_a_new_kind(
    engine: Engine, title: int
) -> None:
    with official(engine) as unit:
        inner = allocated(unit, title, PART)
    day = date(2025, 6, 1)
    with official(engine) as unit:
        assert (
            transform(unit, title, facts("500", "PE"), GROUND, act("transformation", day)) == title
        )
    assert _ground(engine, title, date(2025, 5, 31)) == [("PR", GROUND)]
    assert _ground(engine, title, day) == [("PE", GROUND)]
    with official(engine) as unit:
        reader = Reader(unit.connection)
        assert [reader.title(title, on).code for on in (LATER, day)] == ["77", "500"]
        assert [one.title_id for one in reader.allocations_in(title, day)] == [inner]


def test_part_of_a_title_becomes_another_and_the_rest_stays(engine: Engine, title: int) -> None:
    with official(engine) as unit:
        asked = facts("500", "PE", state=State.APPLICATION)
        application = claim(unit, asked, PART, filed_on=date(2021, 1, 1))
    order = act("transformation", LATER)
    with official(engine) as unit:
        made = transform(unit, title, facts("500", "PE"), PART, order, application=application)
    assert made == application
    assert _ground(engine, title, LATER) == [("PR", GROUND - PART)]
    assert _ground(engine, made, LATER) == [("PE", PART)]
    with official(engine) as unit:  # split: a PR into several PRs (RM art 134)
        split = transform(
            unit,
            title,
            facts("79"),
            square(3002, -1280, 1, 2),
            act("transformation", date(2023, 1, 1)),
        )
    assert _ground(engine, split, date(2023, 1, 1)) == [("PR", square(3002, -1280, 1, 2))]
    assert _ground(engine, title, date(2023, 1, 1)) == [("PR", square(3003, -1280, 1, 2))]


def test_what_lies_in_the_part_that_leaves_moves_or_ends(engine: Engine, title: int) -> None:
    with official(engine) as unit:
        inner = allocated(unit, title, square(3000, -1280, 1, 1))
        across = allocated(unit, title, square(3001, -1280, 2, 1), code="A-2")
    before = date(2025, 5, 31)
    order, pe = act("transformation", date(2025, 6, 1)), facts("500", "PE")
    for together, match in (
        ([], "EGC A-1, EGC A-2 lies in it"),
        ([Moves(inner)], "EGC A-2 lies in it"),
        ([Moves(inner), Moves(across)], "EGC A-2 lies in it"),
        ([Moves(inner), Ends(inner), Ends(across)], "named twice"),
        ([Moves(title)], "does not lie in"),
    ):
        with pytest.raises(RegisterError, match=match), official(engine) as unit:
            transform(unit, title, pe, PART, order, together=together)
    with official(engine) as unit:
        made = transform(unit, title, pe, PART, order, together=[Moves(inner), Ends(across)])
    with official(engine) as unit:
        reader = Reader(unit.connection)
        assert [one.title_id for one in reader.allocations_in(made, order.on_day)] == [inner]
        assert reader.allocations_in(title, order.on_day) == []
        assert [one.title_id for one in reader.allocations_in(title, before)] == [inner, across]


def test_a_whole_transformation_by_an_application_ends_the_old_title(
    engine: Engine, title: int
) -> None:
    with official(engine) as unit:
        asked = facts("500", "PE", state=State.APPLICATION)
        application = claim(unit, asked, GROUND, filed_on=date(2021, 1, 1))
        inner = allocated(unit, title, PART)
    day, pe = act("transformation", date(2025, 6, 1)), facts("500", "PE")
    _refused(
        engine,
        "EGC A-1 lies in it",
        lambda u: transform(u, title, pe, GROUND, day, application=application),
    )
    with official(engine) as unit:
        transform(unit, title, pe, GROUND, day, application=application, together=[Moves(inner)])
    assert _ground(engine, application, day.on_day) == [("PE", GROUND)]
    with official(engine) as unit:
        with pytest.raises(NotFound):
            Reader(unit.connection).title(title, day.on_day)
        hosts = unit.connection.scalars(
            text("select host_title_id from register.bond where upper_inf(known) order by valid")
        )
        assert list(hosts) == [title, application]


@pytest.mark.parametrize(
    ("kind", "into"), [("PE", "PR"), ("PR", "ARPC"), ("PER", "PE"), ("ARPC", "AECP")]
)
def test_other_rights_do_not_become_one_another(engine: Engine, kind: str, into: str) -> None:
    other = granted(engine, "9", square(3010, -1280), kind=kind)
    order = act("transformation", LATER)
    _refused(
        engine,
        f"{kind} 9 does not become {into}",
        lambda u: transform(u, other, facts("10", into), square(3010, -1280), order),
    )


def test_transformations_that_cannot_be(engine: Engine, title: int) -> None:
    order, pe = act("transformation", LATER), facts("500", "PE")
    wide = square(3003, -1280, 2, 1)
    _refused(engine, "stay what it is", lambda u: transform(u, title, facts("9"), GROUND, order))
    _refused(engine, "lie outside it", lambda u: transform(u, title, pe, wide, order))
    with official(engine) as unit:
        release(unit, title, act("relinquishment", date(2024, 1, 1)))
    _refused(engine, "changes later already", lambda u: transform(u, title, pe, GROUND, order))
