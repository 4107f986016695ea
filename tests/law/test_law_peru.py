"""A second jurisdiction through the same engine: cuadrículas of 1 km, a title that stays whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from geo.grid import PERU_18_SOUTH
from geo.law import load_law
from geo.law.provisions import PROVISIONS
from geo.law.scenario_files import read_scenarios
from geo.law.scenarios import Scenario
from geo.perimeter import Perimeter

SCENARIOS = read_scenarios(jurisdiction="pe")


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_scenario(scenario: Scenario) -> None:
    assert scenario.failures(load_law(jurisdiction="pe")) == []


def test_the_grid_counts_what_the_law_states() -> None:
    law = load_law(jurisdiction="pe")
    assert law.nominal_area_ha.value_on(date(2026, 1, 1)) == PERU_18_SOUTH.nominal_area_ha


def test_a_cuadricula_is_a_square_kilometre() -> None:
    block = Perimeter.from_runs([(8500, 300, 305), (8501, 300, 305)], PERU_18_SOUTH)
    assert block.legal_area_ha == Decimal(1000)
    assert block.geodesic_area_m2 == 10_000_000
    nodes, shift = PERU_18_SOUTH.nodes_of([[300_000.4, 8_500_000]])
    assert nodes.tolist() == [[300, 8500]]
    assert shift[0] == pytest.approx(0.4)
    assert np.array_equal(PERU_18_SOUTH.cells_at([[300_990, 8_500_001]]), [[300, 8500]])


@pytest.mark.parametrize("code", load_law(jurisdiction="pe").provisions)
def test_a_provision_removed_turns_a_scenario_red(code: str) -> None:
    law = load_law(jurisdiction="pe")
    others = {name: function for name, function in PROVISIONS.items() if name != code}
    assert any(code in s.codes() and s.failures(law, others) for s in SCENARIOS)
