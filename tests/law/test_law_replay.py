"""Drafts of the law, and past files judged again under them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from geo.errors import LawDataInvalid
from geo.grid import DRC
from geo.law import Law, Ruling, settle
from geo.law.case import CaseFacts, Host, Proposal
from geo.law.catalog import LAW_DATA
from geo.law.drafts import draft_law
from geo.law.facts import RightFacts
from geo.law.facts_json import facts_to_json
from geo.law.judge import judge
from geo.law.replay import PastFile, replay
from geo.law.values import CellVerdict, Moment
from geo.perimeter import Perimeter

GROUND = Perimeter.from_runs([(0, 0, 40)])
DAY = date(2026, 1, 5)
SMALLER = """
parameters:
  size.PR.max_cells:
    description: "Carrés of a research permit at most."
    type: integer
    unit: "carrés"
    values:
      - {from: 2002-07-11, to: null, value: 39,
         text: draft, article: "art. 1", source: bill, confidence: S}
texts:
  draft: {citation: "Projet de loi", title: "Projet de loi, version du 5 janvier 2026"}
sources:
  bill: "Projet déposé"
"""
ON_RESEARCH = """
cells:
  - upper: "PR"
    lower: "PR"
    rules:
      - {from: 2002-07-11, to: 2026-01-01, verdict: block,
         text: code, article: "art. 30 a", source: commonly_stated, confidence: K}
      - {from: 2026-01-01, to: null, verdict: allow_with_consent,
         text: code, article: "art. 30 a", source: commonly_stated, confidence: K}
"""
RESERVES = """
classes:
  works_ban:
    name: {fr: "zone d’interdiction autour d’ouvrages", en: "ban zone around works"}
    effect: ban
    consent_of: null
    values:
      - {from: 2002-07-11, to: null, distance_m: "50", limit: below,
         text: code, article: "art. 282", source: commonly_stated, confidence: K}
"""


def drafted(tmp_path: Path, text: str) -> Law:
    file = tmp_path / "draft.yaml"
    file.write_text(text, encoding="utf-8")
    return draft_law(file)


def kept(number: str, facts: CaseFacts, law: Law, *rulings: Ruling) -> PastFile:
    """A file as the register keeps it: facts through JSON, verdict settled, findings as found."""
    judged = judge(facts, DAY, Moment.FILING, law)
    return PastFile(
        number=number,
        moment="filing",
        day=DAY,
        facts=json.loads(json.dumps(facts_to_json(facts))),
        verdict=settle(judged, rulings, DAY).verdict.value,
        findings=tuple((f.code, f.subject, f.verdict.value) for f in judged.findings),
        rulings=rulings,
    )


def test_the_law_itself_as_a_draft_changes_nothing(tmp_path: Path, law: Law) -> None:
    text = (LAW_DATA / "cd" / "parameters" / "titles.yaml").read_text(encoding="utf-8")
    draft = drafted(tmp_path, text)
    assert draft.parameters == law.parameters
    assert draft.version.startswith(f"{law.version}+")
    found = replay([kept("PR-1", CaseFacts(Proposal("PR", GROUND)), law)], law, draft, DRC)
    assert (found.files, found.differing, found.unread) == (1, (), ())


def test_a_draft_names_the_decisions_that_differ(tmp_path: Path, law: Law) -> None:
    # 40 carrés under a draft of 39: refused. 39 carrés: unchanged.
    large = CaseFacts(Proposal("PR", GROUND))
    small = CaseFacts(Proposal("PR", Perimeter.from_runs([(0, 0, 39)])))
    past = [kept("PR-1", large, law), kept("PR-2", small, law)]
    found = replay(past, law, drafted(tmp_path, SMALLER), DRC)
    assert found.files == 2
    (difference,) = found.differing
    assert (difference.number, difference.before) == ("PR-1", "needs_legal_review")
    assert (difference.today, difference.draft) == ("needs_legal_review", "block")
    (changed,) = difference.changed
    assert (changed.code, changed.before, changed.after) == ("max_cells", ("allow",), ("block",))


def test_a_drafted_cell_replaces_that_cell_only(tmp_path: Path, law: Law) -> None:
    draft = drafted(tmp_path, ON_RESEARCH)
    changed = {pair for pair, cell in draft.cells.items() if cell != law.cells[pair]}
    assert changed == {("PR", "PR")}
    assert draft.cells["PR", "PR"].value_on(DAY).verdict is CellVerdict.ALLOW_WITH_CONSENT
    assert draft.first_rules["PR"].first_day == law.first_rules["PR"].first_day
    assert draft.first_day == law.first_day


def test_a_drafted_class_replaces_that_class_only(tmp_path: Path, law: Law) -> None:
    draft = drafted(tmp_path, RESERVES)
    changed = {code for code, found in draft.restricted.items() if found != law.restricted[code]}
    assert changed == {"works_ban"}


def test_a_ruling_that_settled_a_file_settles_it_again(tmp_path: Path, law: Law) -> None:
    # What is left open is the notice to ARECOMS alone: the rest is not asked in this law.
    only = replace(law, provisions={"arecoms_notice": law.provisions["arecoms_notice"]})
    right = RightFacts("PE", "granted", granted_on=date(2001, 5, 14), holders=frozenset({"A"}))
    facts = CaseFacts(
        Proposal("EGC", GROUND, documents=frozenset({"arecoms_notice"})), host=Host(right, GROUND)
    )
    ruling = Ruling(
        "arecoms_notice",
        "route_b.arecoms_notice_required",
        None,
        "permitted",
        "file",
        DAY,
        None,
        "…",
        "M. Conseil",
        "0" * 64,
        DAY,
        "AJ 1",
    )
    past = kept("AL-1", facts, only, ruling)
    assert past.verdict == "allow"
    assert replay([past], only, only, DRC).differing == ()
    unsettled = replace(past, rulings=())
    (difference,) = replay([unsettled], only, only, DRC).differing
    assert (difference.before, difference.draft) == ("allow", "needs_legal_review")


def test_a_step_that_asked_little_is_asked_no_more(tmp_path: Path, law: Law) -> None:
    past = kept("PR-1", CaseFacts(Proposal("PR", GROUND)), law)
    little = replace(past, verdict="allow", findings=(), asks=("term",))
    draft = drafted(tmp_path, SMALLER)
    assert [d.draft for d in replay([past], law, draft, DRC).differing] == ["block"]
    (asked,) = replay([little], law, draft, DRC).differing
    assert [changed.code for changed in asked.changed] == ["term"]


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(law: Law) -> None:
    good = kept("PR-1", CaseFacts(Proposal("PR", GROUND)), law)
    bad = replace(good, number="PR-0", facts={"proposal": {"kind": "PR"}})
    found = replay([bad, good], law, law, DRC)
    assert found.files == 2
    assert [number for number, _ in found.unread] == ["PR-0"]
    assert found.differing == ()


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("texts:\n  x: {citation: a, title: b}\n", None, "changes something"),
        ("fees:\n  a: 1\n", 2, "'fees' is unknown"),
        (SMALLER.replace("value: 39", "value: a few"), 8, "not a decimal"),
        (SMALLER.replace("text: draft", "text: bill"), 9, "not a known text"),
        (SMALLER.replace("confidence: S", "confidence: U"), 8, "says how it is read"),
        (ON_RESEARCH.replace("to: 2026-01-01", "to: 2026-01-02"), 8, "must start where"),
        (ON_RESEARCH.replace("allow_with_consent", "perhaps"), 8, "not a known verdict"),
        (ON_RESEARCH.replace('upper: "PR"', 'upper: "XY"'), 3, "no row or column"),
        (RESERVES.replace("effect: ban", "effect: consent"), 6, "consent_of goes with"),
    ],
)
def test_a_bad_draft_is_refused_with_its_line(
    text: str, line: int | None, reason: str, tmp_path: Path
) -> None:
    with pytest.raises(LawDataInvalid, match=reason) as refused:
        drafted(tmp_path, text)
    assert refused.value.file.endswith("draft.yaml")
    assert refused.value.line == line


def test_a_draft_that_needs_a_sentence_nobody_wrote_is_refused(tmp_path: Path) -> None:
    unsaid = ON_RESEARCH.replace("verdict: allow_with_consent", "verdict: merge, ").replace(
        "confidence: K}\n", "confidence: U}\n"
    )
    with pytest.raises(LawDataInvalid, match=r"default\.merge"):
        drafted(tmp_path, unsaid.replace("merge, ,", "merge,"))
