"""Ground inside ground as the database holds it: raw statements, random orders, the public view."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_register import act, agreement, allocated, attributed, facts, granted, official, square
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from geo.errors import NotPermitted, RegisterError
from geo.perimeter import Perimeter
from geo.register.connection import (
    ADMIN,
    PUBLIC,
    REGISTER,
    UnitOfWork,
    engine_for,
)
from geo.register.orders import AttributionOrder, Ends
from geo.register.reader import Reader
from geo.register.writer import (
    attribute_ground,
    change_allocation,
    correct,
    encumber,
    grant,
    lease,
    release,
    shrink,
)

START = date(2025, 4, 1)
HOST = square(3000, -1280, 6, 2)
PART = square(3000, -1280, 2, 2)


@contextmanager
def _refused(engine: Engine, match: str) -> Iterator[UnitOfWork]:
    with pytest.raises((IntegrityError, RegisterError), match=match), official(engine) as unit:
        yield unit


def _do(unit: UnitOfWork, statement: str, **values: object) -> None:
    unit.connection.execute(text(statement), values)


REDRAW = (
    "insert into register.perimeter_version (title_id, kind, held, known, runs, on_lattice, flags, "
    "geom, opened_by) select title_id, {kind}, {held}, int8range(register.open_revision(), null), "
    "{runs}, on_lattice, flags, geom, opened_by from register.perimeter_version "
    "where title_id = :title and upper(known) = register.open_revision()"
)
CLOSE = (
    "update register.{table} set known = int8range(lower(known), register.open_revision()) "
    "where title_id = :title and upper_inf(known)"
)
ACT = "insert into register.act (kind, reference, on_day) values ('correction', 'X', '2025-05-01')"


def _redraw(
    unit: UnitOfWork, title: int, runs: str = "runs", held: str = "held", kind: str = "kind"
) -> None:
    """Close a title's ground and write other ground, with an act that explains it."""
    _do(unit, ACT)
    _do(unit, CLOSE.format(table="perimeter_version"), title=title)
    _do(unit, REDRAW.format(kind=kind, held=held, runs=runs), title=title)


@pytest.fixture
def host(engine: Engine) -> int:
    return granted(engine, "1", HOST, kind="PE")


@pytest.fixture
def inner(engine: Engine, host: int) -> int:
    with official(engine) as unit:
        return allocated(unit, host, PART)


LESS = "'{{-1280,3001,3006}}'"
MORE = "'{{-1280,3000,3007}}'"


def test_no_statement_takes_ground_from_under_an_allocation(
    engine: Engine, host: int, inner: int
) -> None:
    for changed in (
        {"runs": LESS},
        {"held": "daterange(lower(held), '2025-06-01')"},
        {"held": "daterange('2025-04-02', null)"},
        {"kind": "'CUP'"},
    ):
        with pytest.raises((IntegrityError, RegisterError)), official(engine) as unit:
            _redraw(unit, host, **changed)
    with _refused(engine, "EGC A-1 would not lie inside its host on every day") as unit:
        _redraw(unit, host, runs=LESS)
    with official(engine) as unit:
        _redraw(unit, host, runs="'{{-1280,3000,3005},{-1279,3000,3005}}'")


def test_no_statement_draws_an_allocation_outside_its_host(
    engine: Engine, host: int, inner: int
) -> None:
    for changed in ({"runs": MORE}, {"held": "daterange('2019-12-31', null)"}):
        with _refused(engine, "would not lie inside") as unit:
            _redraw(unit, inner, **changed)
    with official(engine) as unit:
        _redraw(unit, inner, runs="'{{-1280,3000,3006}}'")


def test_an_allocation_is_not_untied_from_its_host(engine: Engine, host: int, inner: int) -> None:
    with _refused(engine, "would not lie inside") as unit:
        _do(unit, CLOSE.format(table="allocation"), title=inner)
    far = granted(engine, "2", square(3020, -1280), kind="PE")
    moved = (
        "insert into register.allocation (title_id, host_title_id, agreement_reference, "
        "agreement_on, starts_on, ends_on, valid, known) select title_id, :host, "
        "agreement_reference, agreement_on, starts_on, ends_on, valid, "
        "int8range(register.open_revision(), null) from register.allocation "
        "where title_id = :title and upper(known) = register.open_revision()"
    )
    with _refused(engine, "would not lie inside") as unit:
        _do(unit, CLOSE.format(table="allocation"), title=inner)
        _do(unit, moved, title=inner, host=far)
    with official(engine) as unit:
        _do(unit, CLOSE.format(table="allocation"), title=inner)
        _do(unit, moved, title=inner, host=host)


def test_ground_of_an_inner_kind_needs_a_bond(engine: Engine, host: int) -> None:
    for kind in ("EGC", "PORTION", "WORK_AREA"):
        with _refused(engine, "would not lie inside") as unit:
            _redraw(unit, host, kind=f"'{kind}'")
    with official(engine) as unit:
        _redraw(unit, host, kind="'ATE'")  # a lease of a register taken over names no host


BOND = (
    "insert into register.allocation (title_id, host_title_id, agreement_reference, agreement_on, "
    "starts_on, ends_on, transfers_rights, valid, known) values (:title, :host, 'A', "
    "'2025-01-01', '2025-04-01', {ends}, {transfers}, daterange('2025-04-01', null), "
    "int8range({known}, null))"
)


@pytest.mark.parametrize(
    ("ends", "transfers", "known", "match"),
    [
        ("'2026-01-01'", "true", "register.open_revision()", "allocation_transfers_no_right"),
        ("'2025-04-01'", "false", "register.open_revision()", "allocation_ends_after_it_starts"),
        ("'2026-01-01'", "false", "1", "opens in revision"),
        ("'2026-01-01'", "false", "register.open_revision()", "allocation_once"),
    ],
)
def test_terms_that_can_never_be(
    engine: Engine, host: int, inner: int, ends: str, transfers: str, known: str, match: str
) -> None:
    statement = BOND.format(ends=ends, transfers=transfers, known=known)
    with pytest.raises((IntegrityError, RegisterError), match=match), official(engine) as unit:
        _do(unit, statement, title=inner, host=host)


def test_a_right_is_bound_to_nothing(engine: Engine, host: int, inner: int) -> None:
    statement = BOND.format(
        ends="'2026-01-01'", transfers="false", known="register.open_revision()"
    )
    other = granted(engine, "2", square(3020, -1280), kind="PE")
    with _refused(engine, "would not lie inside") as unit:
        _do(unit, statement, title=other, host=host)


def test_bonds_are_closed_once_and_never_changed(engine: Engine, inner: int) -> None:
    for statement in (
        "update register.allocation set ends_on = '2099-01-01'",
        "delete from register.allocation",
        "update register.host_kind set host_kind = 'ZEA'",
    ):
        with pytest.raises(NotPermitted), official(engine) as unit:
            _do(unit, statement)
    with pytest.raises((IntegrityError, RegisterError)), official(engine) as unit:
        _do(unit, "update register.allocation set known = int8range(1, 99)")


def test_what_the_database_says_of_the_bound_is_an_error_of_ours(
    engine: Engine, host: int, inner: int
) -> None:
    with pytest.raises(RegisterError, match=r"EGC A-1 .* End, reduce"), official(engine) as unit:
        _redraw(unit, host, runs=LESS)


def test_a_role_is_taken_for_some_statements_and_given_back(engine: Engine) -> None:
    def role(unit: UnitOfWork) -> str:
        return str(unit.connection.scalar(text("select current_user")))

    with UnitOfWork(engine, PUBLIC, actor="company") as unit:
        with unit.acting_as(REGISTER):
            grant(unit, facts("1"), HOST, act())
            with unit.acting_as(ADMIN):
                assert role(unit) == ADMIN
            assert role(unit) == REGISTER
        assert role(unit) == PUBLIC
        with pytest.raises(ValueError, match="own"), unit.acting_as(REGISTER):
            raise ValueError("own")
        assert role(unit) == PUBLIC
        with pytest.raises(IntegrityError), unit.acting_as(REGISTER):
            _do(unit, "insert into register.act (kind, reference, on_day) values ('x', 'x', now())")
        unit.rollback()
        assert role(unit) == PUBLIC
    with (
        pytest.raises(NotPermitted),
        UnitOfWork(engine, PUBLIC) as unit,
        unit.acting_as("mabele_owner"),
    ):
        pass


@pytest.mark.parametrize(
    "role", ["company", "supervisor", "egc", "opinion", "minister", "inspector", "legal"]
)
def test_roles_of_the_casework_read_what_is_public(engine: Engine, role: str) -> None:
    with UnitOfWork(engine, f"mabele_{role}", actor="somebody") as unit:
        assert unit.connection.scalar(text("select count(*) from published.allocation")) == 0


def test_everybody_sees_who_and_where_and_never_the_terms(
    engine: Engine, tiles_engine: Engine, host: int, inner: int
) -> None:
    with official(engine) as unit:
        attributed(unit, inner, square(3000, -1280, 1, 2), cooperative="Coopérative Minière X")
        attributed(unit, inner, square(3001, -1280, 1, 2), cooperative="Ilunga Ngoy")
    with tiles_engine.connect() as connection:
        (found,) = connection.execute(text("select * from published.allocation"))
        assert (found.route, found.substances, found.cells) == ("egc_agreement", ["Co"], 4)
        assert found.parties == ["Entreprise Générale du Cobalt SA", "Host SARL"]
        assert (found.starts_on, found.ends_on) == (START, date(2027, 4, 1))
        assert found.act_reference == "Arrêté 0001/2020"
        assert "EGC/2025/001" not in str(found)
        areas = connection.execute(
            text("select cooperative, cells from published.attribution order by title_id")
        )
        assert [tuple(one) for one in areas] == [("Coopérative Minière X", 2), (None, 2)]
        classes = connection.execute(
            text("select kind, class from published.ground order by title_id")
        )
        assert [tuple(one) for one in classes] == [
            ("PE", "right"),
            ("EGC", "allocation"),
            ("WORK_AREA", "attribution"),
            ("WORK_AREA", "attribution"),
        ]


def test_an_audit_compares_allocations_but_not_what_lies_in_its_own_area(
    engine: Engine, host: int, inner: int
) -> None:
    with official(engine) as unit:
        attributed(unit, inner, square(3000, -1280, 1, 2))
        lease(unit, host, "Lessee SARL", None, None, act("lease"))
    with official(engine) as unit:
        compared = Reader(unit.connection).rights_on(date(2025, 6, 1))
    assert [one.title_id for one in compared] == [host, inner]


# --- random orders against sets of carrés by day ------------------------------------------------

FIRST = date(2026, 1, 1)
LAST = 12
Cell = tuple[int, int]
days = st.integers(0, LAST)
some = st.sets(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=4)
which = st.integers(0, 2)
steps = st.one_of(
    st.tuples(st.just("allocate"), which, some, days),
    st.tuples(st.just("attribute"), which, some, days),
    st.tuples(st.just("change"), which, some, days),
    st.tuples(st.just("end allocation"), which, some, days),
    st.tuples(st.just("end area"), which, some, days),
    st.tuples(st.just("shrink host"), which, some, days),
    st.tuples(st.just("correct host"), which, some, days),
    st.tuples(st.just("release host"), which, some, days),
    st.tuples(st.just("release all"), which, some, days),
)
_numbers = count(1)


@pytest.fixture(scope="module")
def shared(database: Any) -> Iterator[Engine]:
    made = engine_for(database.app)
    yield made
    made.dispose()


def _obey(unit: UnitOfWork, step: tuple[Any, ...], ids: dict[str, list[int]], east: int) -> None:
    what, index, wanted, number = step
    ground = Perimeter.from_cells([(east + c, r) for c, r in wanted])
    day, host = FIRST + timedelta(days=number), ids["host"][0]
    if what == "allocate":
        order = agreement(host, starts_on=FIRST, ends_on=date(2030, 1, 1))
        ids["allocation"].append(encumber(unit, order, ground, act("agreement", day)))
    elif what == "attribute":
        order = AttributionOrder(None, ids["allocation"][index], "C", "A")
        ids["area"].append(attribute_ground(unit, order, ground, act("attribution", day)))
    elif what == "change":
        title = ids["allocation"][index]
        change_allocation(unit, title, act("agreement", day), perimeter=ground)
    elif what == "end allocation":
        release(unit, ids["allocation"][index], act("end_of_allocation", day))
    elif what == "end area":
        release(unit, ids["area"][index], act("withdrawal", day))
    elif what == "shrink host":
        shrink(unit, host, ground, act("relinquishment", day))
    elif what == "correct host":
        correct(unit, host, ground, (day, None), act("correction", day))
    else:
        inner = [*ids["allocation"], *ids["area"]] if what == "release all" else []
        order = act("forfeiture", day)
        release(unit, host, order, together=[Ends(one) for one in inner])


def _by_day(unit: UnitOfWork, title: int) -> dict[int, set[Cell]]:
    """What a title holds on each day, as now believed."""
    rows = unit.connection.execute(
        text(
            "select runs, lower(held), upper(held) from register.perimeter_version "
            "where title_id = :title and upper_inf(known)"
        ),
        {"title": title},
    ).all()
    return {
        day: {
            (col, row)
            for runs, since, until in rows
            if since <= FIRST + timedelta(days=day)
            and (until is None or until > FIRST + timedelta(days=day))
            for row, start, end in runs
            for col in range(start, end)
        }
        for day in range(LAST + 2)
    }


@settings(max_examples=40)
@given(st.lists(steps, min_size=3, max_size=10))
def test_after_any_orders_everything_lies_where_it_must(
    shared: Engine, sequence: list[tuple[Any, ...]]
) -> None:
    east = 4000 + 10 * next(_numbers)
    ids: dict[str, list[int]] = {"host": [], "allocation": [], "area": []}
    with official(shared) as unit:
        whole = square(east, 0, 3, 2)
        ids["host"].append(grant(unit, facts("x", "PE"), whole, act()))
    for step in sequence:
        before = {name: list(found) for name, found in ids.items()}
        try:
            with official(shared) as unit:
                _obey(unit, step, ids, east)
        except (RegisterError, IndexError):
            ids = before
        with official(shared) as unit:
            held = {name: [_by_day(unit, one) for one in titles] for name, titles in ids.items()}
        for day in range(LAST + 2):
            _check_day({name: [one[day] for one in found] for name, found in held.items()})


def _check_day(held: dict[str, list[set[Cell]]]) -> None:
    (host,) = held["host"]
    allocations, areas = held["allocation"], held["area"]
    assert all(one <= host for one in allocations)
    assert sum(map(len, allocations)) == len(set().union(*allocations))
    assert all(any(one <= outer for outer in allocations) for one in areas if one)
    assert sum(map(len, areas)) == len(set().union(*areas))


def test_random_orders_reach_every_kind_of_ground(shared: Engine) -> None:
    """The property above would hold of orders that are all refused: this is what it must meet."""
    ids: dict[str, list[int]] = {"host": [], "allocation": [], "area": []}
    with official(shared) as unit:
        ids["host"].append(grant(unit, facts("x", "PE"), square(3900, 0, 3, 2), act()))
    cells = {(0, 0), (1, 0)}
    for step in (
        ("allocate", 0, cells, 1),
        ("attribute", 0, {(0, 0)}, 2),
        ("change", 0, {(0, 0)}, 3),
        ("shrink host", 0, {(2, 0)}, 4),
        ("end area", 0, cells, 5),
        ("end allocation", 0, cells, 6),
        ("release all", 0, cells, 7),
    ):
        if step[0] == "release all":
            ids["allocation"], ids["area"] = [], []
        with official(shared) as unit:
            _obey(unit, step, ids, 3900)
    with official(shared) as unit:
        assert Reader(unit.connection).allocations_in(ids["host"][0], FIRST) == []
