"""The legal scenarios of the law data, read once; those on two rights apart from those on files."""

from __future__ import annotations

from functools import cache
from typing import Any

from geo.law import RightFacts
from geo.law.scenario_files import read_scenarios
from geo.law.scenarios import Scenario


def facts_of(body: dict[str, Any]) -> RightFacts:
    """Return the facts that a scenario states; an unknown key fails."""
    return RightFacts(**{**body, "holders": frozenset(body.get("holders", ()))})


@cache
def every_scenario() -> tuple[Scenario, ...]:
    """Return every scenario of the law data."""
    return read_scenarios()


@cache
def scenarios() -> tuple[Scenario, ...]:
    """Return those on two rights, and the questions about the ground that belong to them."""
    return tuple(s for s in every_scenario() if s.file.parent.name == "scenarios")


@cache
def case_scenarios() -> tuple[Scenario, ...]:
    """Return those on files, and the questions about the values of the law."""
    return tuple(s for s in every_scenario() if s.file.parent.name != "scenarios")
