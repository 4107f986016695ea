"""The seventeen checks of a file, each with its provisions; uncertain rules and inferred days."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from law_scenarios import case_scenarios

from geo.errors import LawDataInvalid, LawError
from geo.law import EventEffect, HostEvent, Law, effect_of, load_law
from geo.law.case import CaseFacts, Met, Places, Proposal
from geo.law.catalog import LAW_DATA
from geo.law.judge import judge
from geo.law.outcomes import Outcome
from geo.law.provisions import PROVISIONS
from geo.law.provisions.contact import touching_groups
from geo.law.values import Confidence, Moment, Timeline, Unsettled
from geo.perimeter import Perimeter

GROUND = Perimeter.from_runs([(row, 3056, 3060) for row in range(-1286, -1283)])
CHECKS = {
    1: ["on_lattice"],
    2: ["whole_cells"],
    3: ["contiguous", "edge_contact"],
    4: ["no_holes"],
    5: ["max_cells", "max_area", "cells_declared", "group_permits", "group_area"],
    6: ["inside_border"],
    7: ["overlap", "host_overlap"],
    8: ["overlap"],
    9: ["restricted_block", "restricted_hold", "restricted_ban"],
    10: ["restricted_consent", "restricted_warn"],
    11: ["host_valid", "host_holder_known", "host_fee_paid"],
    12: ["holder_consent", "renunciation", "zone_act", "ministerial_act", "egc_agreement"],
    13: ["remainder", "remainder_contiguous"],
    14: ["portion_cells", "one_portion", "portion_inside_zone", "portion_free"],
    15: ["water", "geology_opinion"],
    16: ["strategic_substance", "egc_opinion"],
    17: ["clocks"],
}
"""The checks by their number in docs/law.md, with the provisions that make them."""


@pytest.mark.parametrize("number", range(1, 18))
def test_every_check_has_provisions_that_decide_a_scenario(number: int, law: Law) -> None:
    asked = {code for scenario in case_scenarios() for code in scenario.codes()}
    for code in CHECKS[number]:
        assert code in PROVISIONS
        assert code in law.provisions
        assert code in asked


def test_the_documentation_lists_the_same_checks() -> None:
    text = (LAW_DATA.parents[1] / "docs" / "law.md").read_text(encoding="utf-8")
    rows = [line.split("|") for line in text.splitlines() if line.startswith("| ")]
    listed = {
        int(row[1]): [word.strip(" `") for word in row[3].split(",")]
        for row in rows
        if row[1].strip().isdigit()
    }
    assert listed == CHECKS


# ---- uncertain values -------------------------------------------------------------------------


def test_every_uncertain_value_says_why_and_how_it_is_read(law: Law) -> None:
    for name, parameter in law.parameters.items():
        for dated in parameter.timeline.values:
            unsure = dated.reference.confidence is Confidence.U
            if unsure and isinstance(dated.value, Unsettled):
                assert not dated.strictest, name
            if unsure and dated.strictest:
                assert dated.reference.note, name


def test_an_uncertain_rule_that_is_met_passes_only_as_the_strictest_reading(law: Law) -> None:
    parameter = law.parameters["ground.edge_contact"]
    facts = CaseFacts(Proposal("PE", GROUND))
    outcomes = []
    for strictest in (True, False):
        (dated,) = parameter.timeline.values
        timeline = Timeline(parameter.name, (replace(dated, strictest=strictest),))
        changed = replace(
            law,
            parameters={**law.parameters, parameter.name: replace(parameter, timeline=timeline)},
        )
        (found,) = judge(facts, date(2020, 1, 6), Moment.FILING, changed).of("edge_contact")
        outcomes.append((found.outcome, found.reason, found.default))
    assert outcomes == [(Outcome.PASS, "", None), (Outcome.UNDETERMINED, "uncertain", None)]


@pytest.mark.parametrize(
    ("said", "changed", "reason"),
    [
        ("value: true, reading: strictest", "value: true", "says how it is read"),
        ("value: true, reading: strictest", "value: true, reading: lax", "not a known reading"),
        ("value: true,\n", "value: true, reading: open,\n", "only an uncertain value"),
    ],
)
def test_a_reading_goes_with_an_uncertain_value_and_there_only(
    said: str, changed: str, reason: str, tmp_path: Path
) -> None:
    shutil.copytree(LAW_DATA, tmp_path / "law")
    file = tmp_path / "law" / "cd" / "parameters" / "ground.yaml"
    text = file.read_text(encoding="utf-8")
    assert said in text
    file.write_text(text.replace(said, changed, 1), encoding="utf-8")
    with pytest.raises(LawDataInvalid, match=reason):
        load_law(tmp_path / "law")


# Days that no source states: each is followed by days on which the rule is certain.
INFERRED = {
    "practice.red_site_trade": ("2021-11-12", "2025-02-12"),
    "artisanal_treatment_suspended": ("2025-12-01", "2026-01-01"),
    "life.indirect_transfer_fee_percent": ("2002-07-11", "2018-05-03"),
    "registry.public_fields": ("2003-03-26", "2018-06-08"),
    "surface_rights.quota_percent": ("2002-07-11", "2018-05-03"),
}


@pytest.mark.parametrize("name", INFERRED)
def test_an_inferred_first_day_leaves_the_days_before_it_is_certain_open(
    name: str, law: Law
) -> None:
    first, certain = map(date.fromisoformat, INFERRED[name])
    timeline = law.parameters[name].timeline
    unsure = timeline.values[0]
    assert (unsure.first_day, unsure.period.end) == (first, certain)
    assert unsure.value is Unsettled.ENTRY_INTO_FORCE
    assert unsure.reference.note
    assert "not found" in unsure.reference.note


# ---- places -----------------------------------------------------------------------------------


def test_a_place_that_is_not_public_leaves_no_trace_but_its_class(law: Law) -> None:
    secret = Met("Camp X", law.restricted["defence"].rules.values[0].value.distance_m / 2, GROUND)
    for public, told in ((True, "Camp X"), (False, "")):
        met = (replace(secret, public=public),)
        facts = CaseFacts(Proposal("PE", GROUND), places={"defence": Places(met)})
        judged = judge(facts, date(2020, 1, 6), Moment.FILING, law)
        (found,) = [f for f in judged.of("restricted_consent") if f.facts["class"] == "defence"]
        assert found.outcome is Outcome.FAIL
        assert found.subject == told
        assert ("Camp X" in str(found)) is public
        assert (found.cells is None) is not public
        assert "500" not in found.facts.values() or public


def test_the_carres_around_an_enclave_are_named(law: Law) -> None:
    ring = Perimeter.from_runs([(0, 0, 3), (1, 0, 1), (1, 2, 3), (2, 0, 3)])
    judged = judge(CaseFacts(Proposal("PE", ring)), date(2020, 1, 6), Moment.FILING, law)
    (found,) = judged.of("no_holes")
    assert found.cells == Perimeter.from_cells([(1, 1)])


# ---- events of a host title -------------------------------------------------------------------


@pytest.mark.parametrize("event", HostEvent)
def test_an_allocation_by_route_b_never_has_a_certain_effect(event: HostEvent, law: Law) -> None:
    found = effect_of(event, "b", date(2026, 3, 2), law)
    assert found.effect is EventEffect.NEEDS_LEGAL_REVIEW
    assert (found.reason, found.confidence) == ("uncertain", Confidence.U)
    assert found.default is not EventEffect.NEEDS_LEGAL_REVIEW
    assert found.note
    assert found.note.startswith("Not found.")


def test_a_zone_of_route_a_is_no_longer_the_titles(law: Law) -> None:
    found = effect_of("forfeiture", "a", date(2026, 3, 2), law)
    assert (found.effect, found.reason, found.default) == (EventEffect.UNAFFECTED, "", None)
    assert found.article == "Code minier 2018, art. 30 e"
    assert found.rule == "host_event/a/forfeiture"


def test_no_allocation_before_its_law(law: Law) -> None:
    found = effect_of("expiry", "b", date(2025, 2, 20), law)
    assert (found.effect, found.reason) == (EventEffect.NEEDS_LEGAL_REVIEW, "no_legal_basis")
    assert found.first_day == date(2025, 2, 21)


@pytest.mark.parametrize(("event", "jurisdiction"), [("fire", "cd"), ("expiry", "pe")])
def test_an_event_that_the_law_data_does_not_know_is_refused(event: str, jurisdiction: str) -> None:
    with pytest.raises(LawError, match=event):
        effect_of(event, "b", date(2026, 3, 2), load_law(jurisdiction=jurisdiction))


@pytest.mark.parametrize(
    ("said", "changed", "reason"),
    [
        ("effect: ends", "effect: vanishes", "not a known effect"),
        ("    lease:\n", "    rent:\n", "'lease' is missing"),
        ("  b:\n", "  c:\n", "neither a nor b"),
        ("null, effect: unaffected", "null, effect: needs_legal_review", "confidence U"),
    ],
)
def test_a_bad_list_of_events_is_refused(
    said: str, changed: str, reason: str, tmp_path: Path
) -> None:
    shutil.copytree(LAW_DATA, tmp_path / "law")
    file = tmp_path / "law" / "cd" / "host_events.yaml"
    text = file.read_text(encoding="utf-8")
    assert said in text
    file.write_text(text.replace(said, changed, 1), encoding="utf-8")
    with pytest.raises(LawDataInvalid, match=reason):
        load_law(tmp_path / "law")


def test_an_event_without_legal_effect_any_more_is_said(law: Law) -> None:
    key = (HostEvent.EXPIRY, "b")
    (dated,) = law.host_events[key].values
    repealed = Timeline(law.host_events[key].provision, (replace(dated, value=None),))
    changed = replace(law, host_events={**law.host_events, key: repealed})
    assert effect_of("expiry", "b", date(2026, 3, 2), changed).reason == "repealed"


def test_hundreds_of_carres_apart_are_grouped_at_once() -> None:
    apart = Perimeter.from_cells([(2 * (i % 22), 2 * (i // 22)) for i in range(471)])
    by_corners = Perimeter.from_cells([(i, i) for i in range(471)])
    assert len(touching_groups(apart)) == 471
    assert [group.count for group in touching_groups(by_corners)] == [471]
