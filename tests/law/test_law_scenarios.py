"""The law replayed: every scenario, every cell of the matrix, and no cell or date without one.

The scenarios were written from the texts' summary before the code, and state each day's answer.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import pytest
from law_scenarios import Scenario, scenarios

from geo.errors import LawDataInvalid
from geo.law import Confidence, Law, load_law
from geo.law.catalog import LAW_DATA
from geo.law.matrix import first_rules_of
from geo.law.values import Cell, CellVerdict, Dated, Reason, Timeline
from geo.periods import Period

ONE_DAY = timedelta(days=1)


@pytest.mark.parametrize("scenario", scenarios(), ids=str)
def test_scenario(scenario: Scenario, law: Law) -> None:
    assert scenario.failures(law) == []


def test_scenarios_have_their_own_names_and_both_languages() -> None:
    assert [n for n, count in Counter(map(str, scenarios())).items() if count > 1] == []
    assert all(set(s.body["title"]) == {"fr", "en"} for s in scenarios())


def test_no_two_scenarios_state_the_same_case() -> None:
    cases = Counter(
        repr([s.body.get(key) for key in ("a", "b", "ask", "expect")]) for s in scenarios()
    )
    assert [case for case, count in cases.items() if count > 1] == []


def test_every_rule_of_the_matrix_decides_a_scenario(law: Law) -> None:
    decided = {asked for scenario in scenarios() for asked in scenario.rules(law)}
    silent = [
        (cell.provision, rule.first_day)
        for cell in distinct_cells(law)
        for rule in cell.values
        if not any(name == cell.provision and day in rule.period for name, day in decided)
    ]
    assert silent == []


def test_every_first_day_is_asked_for_and_so_is_the_day_before(law: Law) -> None:
    days = {expected["day"] for scenario in scenarios() for expected in scenario.body["expect"]}
    starts = {rule.first_day for cell in distinct_cells(law) for rule in cell.values}
    assert {start for start in starts if start not in days or start - ONE_DAY not in days} == set()


# ---- mutations: one change of the law data turns at least one scenario red -------------------


def distinct_cells(law: Law) -> list[Cell]:
    return list({cell.provision: cell for cell in law.cells.values()}.values())


def with_cell(law: Law, changed: Cell) -> Law:
    cells = {
        pair: changed if cell.provision == changed.provision else cell
        for pair, cell in law.cells.items()
    }
    first = first_rules_of((upper, rule) for (upper, _), c in cells.items() for rule in c.values)
    return replace(
        law,
        cells=MappingProxyType(cells),
        first_rules=first,
        first_day=min(rule.first_day for rule in first.values()),
    )


def turns_red(law: Law) -> bool:
    return any(scenario.failures(law) for scenario in scenarios())


# Either may stand in any cell: there is a sentence for it, as a verdict and as a default.
MUTANTS = (CellVerdict.BLOCK, CellVerdict.ALLOW_WITH_CONSENT)
CELLS = 58  # 7 rows × 8 columns of the matrix; PE on quarry is three cells (ARPC, AECP, AECT)


def test_matrix_has_all_its_cells(law: Law) -> None:
    assert len(distinct_cells(law)) == CELLS


@pytest.mark.parametrize("place", range(CELLS))
def test_a_changed_verdict_turns_a_scenario_red(place: int, law: Law) -> None:
    cell = distinct_cells(law)[place]
    for index, rule in enumerate(cell.values):
        for verdict in set(MUTANTS) - {rule.value.verdict}:
            values = list(cell.values)
            values[index] = replace(rule, value=replace(rule.value, verdict=verdict))
            changed = with_cell(law, Timeline(cell.provision, tuple(values)))
            assert turns_red(changed), (cell.provision, rule.first_day, verdict)


@pytest.mark.parametrize("place", range(CELLS))
def test_a_repealed_rule_turns_a_scenario_red(place: int, law: Law) -> None:
    cell = distinct_cells(law)[place]
    for index, rule in enumerate(cell.values):
        values = list(cell.values)
        values[index] = replace(rule, value=None)
        assert turns_red(with_cell(law, Timeline(cell.provision, tuple(values))))


@pytest.mark.parametrize("place", range(CELLS))
def test_an_uncertain_cell_made_certain_or_the_reverse_turns_a_scenario_red(
    place: int, law: Law
) -> None:
    cell = distinct_cells(law)[place]
    for index, rule in enumerate(cell.values):
        certain = rule.value.reason is Reason.MATRIX
        reason = Reason.CELL_UNCERTAIN if certain else Reason.MATRIX
        confidence = Confidence.U if certain else Confidence.K
        verdict = (
            CellVerdict.BLOCK
            if rule.value.verdict in (CellVerdict.NEEDS_LEGAL_REVIEW, CellVerdict.OWN_TITLE_ONLY)
            else rule.value.verdict
        )
        if certain and verdict not in MUTANTS:
            verdict = CellVerdict.NEEDS_LEGAL_REVIEW
        values = list(cell.values)
        values[index] = Dated(
            rule.period,
            replace(rule.value, reason=reason, verdict=verdict),
            replace(rule.reference, confidence=confidence),
        )
        assert turns_red(with_cell(law, Timeline(cell.provision, tuple(values))))


@pytest.mark.parametrize("shift", [ONE_DAY, -ONE_DAY], ids=["later", "earlier"])
@pytest.mark.parametrize("place", range(CELLS))
def test_a_shifted_date_of_the_matrix_turns_a_scenario_red(
    place: int, shift: timedelta, law: Law
) -> None:
    cell = distinct_cells(law)[place]
    for shifted in shifted_timelines(cell, shift):
        assert turns_red(with_cell(law, shifted)), cell.provision


@pytest.mark.parametrize("shift", [ONE_DAY, -ONE_DAY], ids=["later", "earlier"])
def test_a_shifted_date_of_the_ground_turns_a_scenario_red(shift: timedelta, law: Law) -> None:
    for area in shifted_timelines(law.nominal_area_ha, shift):
        assert turns_red(replace(law, nominal_area_ha=area))
    for name, group in law.exclusive.items():
        for shifted in shifted_timelines(group, shift):
            assert turns_red(replace(law, exclusive={**law.exclusive, name: shifted}))


def shifted_timelines(timeline: Timeline, shift: timedelta) -> list[Timeline]:
    """Return a copy for each date of a provision, with that date alone moved."""
    dates = [dated.first_day for dated in timeline.values]
    return [
        with_dates(timeline, [day + shift if place == moved else day for place, day in days])
        for moved in range(len(dates))
        if (days := list(enumerate(dates)))
    ]


def with_dates(timeline: Timeline, dates: list) -> Timeline:
    """Return a timeline with other dates; a period of one day that a date moves over goes."""
    values = [
        replace(dated, period=Period(start, end))
        for dated, (start, end) in zip(timeline.values, pairwise([*dates, None]), strict=True)
        if end is None or start < end
    ]
    return Timeline(timeline.provision, tuple(values))


@pytest.mark.parametrize(
    ("file", "said", "changed"),
    [
        ("overlaps", "verdict: extinguish_with_compensation", "verdict: allow"),
        ("overlaps", "2018-05-03", "2018-05-04"),
        ("overlaps", "2018-03-09", "2018-03-28"),
        ("overlaps", "2002-07-11", "2003-03-26"),
        ("overlaps", "2025-02-21", "2025-02-22"),
        ("grid", "84.955", "84.95"),
        ("exclusivity", "[PER, ZEA]", "[PER, ZEA, PR]"),
        ("kinds", 'column: "quarry"', "column: null"),
        ("texts", "Code minier 2018", "Code minier"),
    ],
)
def test_a_changed_copy_of_the_data_is_refused_or_turns_red(
    file: str, said: str, changed: str, tmp_path: Path
) -> None:
    shutil.copytree(LAW_DATA, tmp_path / "law")
    copy = tmp_path / "law" / "cd" / f"{file}.yaml"
    text = copy.read_text(encoding="utf-8")
    assert said in text
    copy.write_text(text.replace(said, changed), encoding="utf-8")
    try:
        law = load_law(tmp_path / "law")
    except LawDataInvalid:
        return
    assert turns_red(law)
