"""The law on files replayed: every scenario, and no provision, rule or date without one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from law_scenarios import case_scenarios, every_scenario
from test_law_scenarios import ONE_DAY, shifted_timelines

from geo.law import EventEffect, HostEvent, Law, load_law
from geo.law.provisions import PROVISIONS
from geo.law.scenarios import Scenario
from geo.law.values import Timeline

LAW = load_law()


@pytest.mark.parametrize("scenario", case_scenarios(), ids=str)
def test_scenario(scenario: Scenario, law: Law) -> None:
    assert scenario.failures(law) == []


def test_there_are_enough_scenarios_and_each_is_named_in_both_languages() -> None:
    assert len(case_scenarios()) >= 120
    assert [n for n, count in Counter(map(str, every_scenario())).items() if count > 1] == []
    assert all(set(s.body["title"]) == {"fr", "en"} for s in case_scenarios())


def test_no_two_scenarios_differ_only_in_names_or_size() -> None:
    cases = Counter(repr(without_names_and_size(s.body)) for s in case_scenarios())
    assert [case for case, count in cases.items() if count > 1] == []


def without_names_and_size(value: Any, key: str = "") -> Any:
    """Return a scenario without its names, and with every perimeter written alike."""
    if isinstance(value, dict):
        left_out = {"id", "title", "name", "code", "cells"}
        return {k: without_names_and_size(v, k) for k, v in value.items() if k not in left_out}
    if isinstance(value, list):
        return [without_names_and_size(member) for member in value]
    sized = isinstance(value, str) and re.search(r"\d+x\d+", value) and key != "ask"
    return "somewhere" if sized else value


# ---- mutations: one change of the law turns at least one scenario red -----------------------


@cache
def scenarios_by_rule() -> dict[str, list[Scenario]]:
    """Return for each rule of the law data the scenarios in which it answers."""
    found: dict[str, list[Scenario]] = defaultdict(list)
    for scenario in case_scenarios():
        for rule in {rule for rule, _ in scenario.rules(LAW)} | set(asked_of(scenario)):
            found[rule].append(scenario)
    return found


def asked_of(scenario: Scenario) -> list[str]:
    """Return the rules that a question about a due needs besides its name."""
    subject, *words = str(scenario.body.get("ask", "")).split()[:2] or [""]
    prefix = {"surface_fee": "surface_fee.", "area_tax": "area_tax."}.get(subject)
    return [rule for rule in LAW.parameters if prefix and words and rule.startswith(prefix)]


def turns_red(law: Law, rule: str) -> bool:
    return any(scenario.failures(law) for scenario in scenarios_by_rule()[rule])


def with_parameter(name: str, timeline: Timeline) -> Law:
    changed = replace(LAW.parameters[name], timeline=timeline)
    return replace(LAW, parameters={**LAW.parameters, name: changed})


def with_class(code: str, rules: Timeline) -> Law:
    changed = replace(LAW.restricted[code], rules=rules)
    return replace(LAW, restricted={**LAW.restricted, code: changed})


def test_every_provision_is_asked_by_a_jurisdiction() -> None:
    assert set(PROVISIONS) == set(LAW.provisions) | set(load_law(jurisdiction="pe").provisions)


@pytest.mark.parametrize("code", LAW.provisions)
def test_a_provision_removed_turns_a_scenario_red(code: str) -> None:
    others = {name: function for name, function in PROVISIONS.items() if name != code}
    assert any(code in s.codes() and s.failures(LAW, others) for s in case_scenarios())


@pytest.mark.parametrize("shift", [ONE_DAY, -ONE_DAY], ids=["later", "earlier"])
@pytest.mark.parametrize("name", LAW.parameters)
def test_a_shifted_date_of_a_parameter_turns_a_scenario_red(name: str, shift: timedelta) -> None:
    for shifted in shifted_timelines(LAW.parameters[name].timeline, shift):
        assert turns_red(with_parameter(name, shifted), name), shifted.values


@pytest.mark.parametrize("shift", [ONE_DAY, -ONE_DAY], ids=["later", "earlier"])
@pytest.mark.parametrize("code", LAW.restricted)
def test_a_shifted_date_of_a_restricted_class_turns_a_scenario_red(
    code: str, shift: timedelta
) -> None:
    for shifted in shifted_timelines(LAW.restricted[code].rules, shift):
        assert turns_red(with_class(code, shifted), f"restricted/{code}"), shifted.values


@pytest.mark.parametrize("shift", [ONE_DAY, -ONE_DAY], ids=["later", "earlier"])
@pytest.mark.parametrize("key", LAW.host_events, ids=lambda key: "-".join(key))
def test_a_shifted_date_or_another_effect_of_a_host_event_turns_a_scenario_red(
    key: tuple[HostEvent, str], shift: timedelta
) -> None:
    timeline = LAW.host_events[key]
    for shifted in shifted_timelines(timeline, shift):
        assert turns_red(with_host_event(key, shifted), timeline.provision), shifted.values
    for place, dated in enumerate(timeline.values):
        for effect in set(EventEffect) - {dated.value}:
            values = list(timeline.values)
            values[place] = replace(dated, value=effect)
            changed = Timeline(timeline.provision, tuple(values))
            assert turns_red(with_host_event(key, changed), timeline.provision), effect


def with_host_event(key: tuple[HostEvent, str], timeline: Timeline) -> Law:
    return replace(LAW, host_events={**LAW.host_events, key: timeline})


@pytest.mark.parametrize("name", LAW.parameters)
def test_a_repealed_parameter_turns_a_scenario_red(name: str) -> None:
    values = LAW.parameters[name].timeline.values
    for place, dated in enumerate(values):
        if dated.value is not None:
            changed = (*values[:place], replace(dated, value=None), *values[place + 1 :])
            assert turns_red(with_parameter(name, Timeline(name, changed)), name), dated
