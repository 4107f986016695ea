"""A scenario file with a mistake is refused with its line, or turns red with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import LawDataInvalid
from geo.law import Law
from geo.law.scenario_files import read_scenarios
from geo.law.scenarios import failures_of

GOOD = """\
base:
  proposal: {kind: PE, perimeter: "3056 -1286 4x3"}
scenarios:
  - id: one-piece
    title: {fr: "Un morceau", en: "One piece"}
    case: {proposal: {new: true}}
    expect:
      - {day: 2020-01-06, finding: contiguous, outcome: pass}
  - id: pr-on-pr
    title: {fr: "PR sur PR", en: "PR on PR"}
    a: {kind: PR, state: application, filed_on: 2019-06-03}
    b: {kind: PR, state: granted, granted_on: 2001-05-14}
    upper: a
    expect:
      - {day: 2020-01-06, verdict: block, article: "Code minier, art. 30 a", confidence: K}
  - id: portion-size
    title: {fr: "Deux carrés", en: "Two carrés"}
    ask: parameter zone.portion_cells
    expect:
      - {day: 2020-01-06, answer: "2"}
"""


def written(folder: Path, content: str) -> Path:
    (folder / "cd" / "scenarios").mkdir(parents=True)
    (folder / "cd" / "scenarios" / "mine.yaml").write_text(content, encoding="utf-8")
    return folder


def test_the_three_forms_are_read_and_hold(tmp_path: Path, law: Law) -> None:
    assert failures_of(law, read_scenarios(written(tmp_path, GOOD))) == {}


@pytest.mark.parametrize(
    ("said", "changed", "line", "why"),
    [
        ("id: one-piece", "name: one-piece", 4, "'id' is missing"),
        ("id: pr-on-pr", "id: one-piece", 9, "stands twice"),
        (', en: "One piece"', "", 5, "'en' is missing"),
        ("    case: {proposal", "    cases: {proposal", 4, "one of: case; ask; a, b and upper"),
        (
            "expect:\n      - {day: 2020-01-06, find",
            "expects:\n      - {day: x, find",
            4,
            "'expect'",
        ),
        ("day: 2020-01-06, finding", "day: 06/01/2020, finding", 8, "not a day"),
        ("outcome: pass", "outcome: passed", 8, "outcome"),
        ("outcome: pass", "moment: granting, outcome: pass", 8, "moment"),
        (", outcome: pass", "", 8, "'outcome' is missing"),
        ("finding: contiguous, ", "", 8, "'verdict' is missing"),
        ("outcome: pass}", "outcome: pass, color: red}", 8, "'color' is unknown"),
        ("upper: a", "upper: c", 13, "side"),
        ("verdict: block", "verdict: forbid", 15, "verdict"),
        ("ask: parameter", "ask: parametre", 18, "a question begins with"),
        ("scenarios:", "scenarios: [", None, "is not YAML"),
        ("scenarios:", "scenario:", 1, "'scenarios' is missing"),
    ],
)
def test_a_mistake_is_refused_with_its_line(
    said: str, changed: str, line: int | None, why: str, tmp_path: Path
) -> None:
    assert said in GOOD
    with pytest.raises(LawDataInvalid, match=why) as refused:
        read_scenarios(written(tmp_path, GOOD.replace(said, changed, 1)))
    if line is not None:
        assert f"mine.yaml:{line}:" in str(refused.value)


@pytest.mark.parametrize(
    ("said", "changed", "where", "why"),
    [
        ("new: true", "new: yes please", "mine.yaml:4: one-piece", "true or false"),
        ("new: true", "newer: true", "mine.yaml:4: one-piece", "Proposal has no 'newer'"),
        ("new: true", "term_years: five", "mine.yaml:4: one-piece", "'five' is not a number"),
        ("4x3", "4 by 3", "mine.yaml:4: one-piece", "write COLUMN ROW WIDTHxHEIGHT"),
        ("state: granted", "stat: granted", "mine.yaml:9: pr-on-pr", "RightFacts has no 'stat'"),
        ("filed_on: 2019-06-03", 'filed_on: "2019"', "mine.yaml:9: pr-on-pr", "without quotes"),
        ("portion_cells", "portion_carres", "mine.yaml:16: portion-size", "nothing that the law"),
        ('answer: "2"', 'answer: "3"', "mine.yaml:16: portion-size on 2020-01-06", "instead of"),
        ("contiguous", "contigous", "mine.yaml:4: one-piece on 2020-01-06", "0 findings contigous"),
    ],
)
def test_a_mistake_in_the_facts_turns_red_with_file_and_line(
    said: str, changed: str, where: str, why: str, tmp_path: Path, law: Law
) -> None:
    found = failures_of(law, read_scenarios(written(tmp_path, GOOD.replace(said, changed, 1))))
    lines = [line for lines in found.values() for line in lines]
    assert len(lines) == 1
    assert where in lines[0]
    assert why in lines[0]
