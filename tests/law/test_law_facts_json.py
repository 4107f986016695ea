"""Facts of a file stored as JSON and read back: the very same facts, whatever they are."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from law_scenarios import case_scenarios

from geo.errors import InputError
from geo.grid import DRC, PERU_18_SOUTH
from geo.law import case
from geo.law.case import CaseFacts, Met, Places, Proposal
from geo.law.facts import RightFacts
from geo.law.facts_json import facts_from_json, facts_to_json
from geo.law.scenario_facts import case_facts
from geo.perimeter import Perimeter

WORDS = st.text(max_size=8)
CELLS = st.tuples(st.integers(3000, 3010), st.integers(-1290, -1280))
PERIMETERS = st.lists(CELLS, max_size=6).map(Perimeter.from_cells)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=3)
MET = st.builds(Met, WORDS, DECIMALS, st.none() | PERIMETERS, st.booleans(), public=st.booleans())
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "str": WORDS,
    "int": st.integers(0, 500),
    "bool": st.booleans(),
    "date": st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    "Decimal": DECIMALS,
    "Perimeter": PERIMETERS,
    "frozenset[str]": st.frozensets(WORDS, max_size=3),
    "Mapping[str, bool]": st.dictionaries(WORDS, st.booleans(), max_size=3).map(MappingProxyType),
    "Mapping[str, Places | tuple[Met, ...] | None]": st.dictionaries(
        WORDS,
        st.none()
        | st.lists(MET, max_size=2).map(tuple)
        | st.builds(Places, st.lists(MET, max_size=2).map(tuple), st.booleans()),
        max_size=3,
    ).map(MappingProxyType),
}


def values_of(declared: str) -> st.SearchStrategy[Any]:
    """Any value that a field of this declared type may have."""
    if declared.endswith(" | None") and not declared.startswith("Mapping"):
        return st.none() | values_of(declared.removesuffix(" | None"))
    if declared in LEAVES:
        return LEAVES[declared]
    if declared.startswith("tuple["):
        member = declared.removeprefix("tuple[").removesuffix(", ...]")
        return st.lists(values_of(member), max_size=2).map(tuple)
    kind = RightFacts if declared == "RightFacts" else getattr(case, declared)
    return st.builds(kind, **{f.name: values_of(str(f.type)) for f in fields(kind)})


@settings(max_examples=60, deadline=None)
@given(facts=values_of("CaseFacts"))
def test_facts_come_back_as_they_were(facts: CaseFacts) -> None:
    stored = json.loads(json.dumps(facts_to_json(facts)))
    assert facts_from_json(stored, DRC) == facts


@pytest.mark.parametrize("scenario", [s for s in case_scenarios() if "case" in s.body], ids=str)
def test_the_facts_of_every_scenario_come_back(scenario: Any) -> None:
    facts = case_facts(scenario.body["case"], "cd")
    assert facts_from_json(facts_to_json(facts), DRC) == facts


def test_the_form_is_plain() -> None:
    # By hand: one run of row -1286 from column 3056 to before 3058; 90.000 keeps its digits.
    ground = Perimeter.from_runs([(-1286, 3056, 3058)])
    facts = CaseFacts(
        Proposal("ZEA", ground, filed_on=date(2025, 3, 3), documents=frozenset({"b", "a"})),
        places={"settlement": (Met("V", Decimal("90.000")),), "zrg": None},
    )
    stored = facts_to_json(facts)
    assert stored["proposal"]["perimeter"] == [[-1286, 3056, 3058]]
    assert stored["proposal"]["filed_on"] == "2025-03-03"
    assert stored["proposal"]["documents"] == ["a", "b"]
    assert stored["places"]["settlement"][0]["distance_m"] == "90.000"
    assert stored["places"]["zrg"] is None


def test_perimeters_come_back_on_the_grid_asked() -> None:
    ground = Perimeter.from_runs([(8500, 300, 301)], PERU_18_SOUTH)
    facts = CaseFacts(Proposal("concesion", ground))
    back = facts_from_json(facts_to_json(facts), PERU_18_SOUTH)
    assert back.proposal.perimeter.grid is PERU_18_SOUTH
    assert back == facts


def test_facts_stored_before_a_fact_was_asked_about_leave_it_unknown() -> None:
    stored = facts_to_json(CaseFacts(Proposal("PE", Perimeter.from_cells([(1, 2)]))))
    del stored["trade"], stored["proposal"]["before"]
    facts = facts_from_json(stored, DRC)
    assert facts.trade is None
    assert facts.proposal.before is None


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"proposal": {"kind": "PE"}},
        {"proposal": {"kind": "PE", "perimeter": [[0, 5, 5]]}},
        {"proposal": {"kind": "PE", "perimeter": [[0, 0, 1]], "filed_on": "yesterday"}},
        {"proposal": {"kind": "PE", "perimeter": [[0, 0, 1]], "term_years": "ten"}},
        {"proposal": "PE"},
    ],
    ids=["unknown key", "key missing", "empty run", "no day", "no number", "no record"],
)
def test_what_cannot_be_read_is_refused(change: dict[str, Any]) -> None:
    stored = facts_to_json(CaseFacts(Proposal("PE", Perimeter.from_cells([(1, 2)]))))
    with pytest.raises(InputError):
        facts_from_json({**stored, **change}, DRC)
