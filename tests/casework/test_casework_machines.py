"""Machines as values and as rows of the database: the same states, the same steps."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from geo.casework.machine import rows_of
from geo.casework.machines import MACHINES
from geo.register.people import Role

COLUMNS = {
    "machine": "code, prefix",
    "machine_opener": "machine, role",
    "machine_state": "machine, state, with_role, clock, final, public, editable_by",
    "transition": "machine, action, from_state, to_state, role, differs_from, files",
}


@pytest.mark.parametrize("table", COLUMNS)
def test_the_database_holds_the_machines_as_they_are(town, table) -> None:
    wanted = [values for m in MACHINES.values() for name, values in rows_of(m) if name == table]
    with town.official() as unit:
        rows = unit.connection.execute(text(f"select {COLUMNS[table]} from casework.{table}"))
        held = [tuple(row) for row in rows]
    assert sorted(map(str, held)) == sorted(map(str, wanted))


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda one: one.code)
def test_every_state_is_reached_and_only_final_ones_are_left_by_nobody(machine) -> None:
    reached = {"draft"} | {t.target for t in machine.transitions}
    left = {source for t in machine.transitions for source in t.sources}
    assert reached == {state.code for state in machine.states}
    assert left == {state.code for state in machine.states if not state.final}


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda one: one.code)
def test_the_public_takes_no_step(machine) -> None:
    roles = {role for t in machine.transitions for role in t.roles} | set(machine.opened_by)
    assert Role.PUBLIC not in roles
    assert Role.ADMINISTRATOR not in roles


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda one: one.code)
def test_clocks_are_those_of_the_law(machine, town) -> None:
    named = {state.clock for state in machine.states if state.clock}
    assert {f"clock.{name}" for name in named} <= set(town.office.law.parameters)


@pytest.mark.parametrize("machine", MACHINES.values(), ids=lambda one: one.code)
def test_who_registers_is_not_who_prepared(machine) -> None:
    registering = [t for t in machine.transitions if t.target == "registered" and t.act_kind]
    assert all(t.differs_from for t in registering)
