"""What the loader refuses, with file and line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from geo.errors import LawDataInvalid, NoLegalBasis
from geo.grid import DRC
from geo.law import Law, RightFacts, judge_pair, load_law
from geo.law.catalog import LAW_DATA

Change = Callable[[str, str, str], Path]


@pytest.fixture
def change(tmp_path: Path) -> Change:
    """Return a function that replaces one text of one file in a copy of the law data."""

    def changed(file: str, said: str, written: str) -> Path:
        shutil.copytree(LAW_DATA, tmp_path / "law")
        copy = tmp_path / "law" / "cd" / f"{file}.yaml"
        text = copy.read_text(encoding="utf-8")
        assert said in text
        copy.write_text(text.replace(said, written, 1), encoding="utf-8")
        return tmp_path / "law"

    return changed


ZEA_ON_PR_OLD = """- {from: 2002-07-11, to: 2018-03-09, verdict: block,
         text: code_2002, article: "art. 109 al. 3", source: code_2002_copy, confidence: S}"""


@pytest.mark.parametrize(
    ("file", "said", "written", "reason"),
    [
        ("overlaps", "verdict: block,", "verdikt: block,", "'verdict' is missing"),
        ("overlaps", "confidence: K}", "confidence: K, tag: x}", "'tag' is unknown here"),
        ("overlaps", "confidence: K}", "confidence: K, text: code}", "'text' stands twice"),
        ("overlaps", "confidence: K}", "confidence: X}", "'X' is not a known confidence"),
        ("overlaps", ", confidence: K}", "}", "'confidence' is missing"),
        ("overlaps", "source: commonly_stated, ", "", "'source' is missing"),
        ("overlaps", "source: commonly_stated", "source: hearsay", "'hearsay' is not a known"),
        ("overlaps", 'article: "art. 30 a", ', "", "'article' is missing"),
        ("overlaps", 'article: "art. 30 a"', 'article: " "', "a text is needed here"),
        ("overlaps", "article: \"art. 30 a\"", "article: null", "a text is needed here"),
        ("overlaps", "text: code, article", "text: coed, article", "'coed' is not a known text"),
        ("overlaps", "verdict: block,", "verdict: perhaps,", "'perhaps' is not a known verdict"),
        ("overlaps", "verdict: block,", "verdict: warn, reason: entry_into_force_unsure,",
         "only an uncertain cell states a reason"),
        ("overlaps", "from: 2002-07-11, to: null", "from: 2002-13-11, to: null", "not a day"),
        ("overlaps", "from: 2002-07-11, to: null", "from: 11/07/2002, to: null", "not a day"),
        ("overlaps", "from: 2002-07-11, to: null", "from: 2002-07-11, to: 2001-01-01",
         "holds no day"),
        ("overlaps", "from: 2002-07-11, to: null", "from: 2002-07-11, to: 2020-01-01",
         "must be open"),
        ("overlaps", "from: 2018-03-09, to: 2018-05-03", "from: 2018-03-08, to: 2018-05-03",
         "neither overlap nor leave a gap"),
        ("overlaps", "from: 2018-03-09, to: 2018-05-03", "from: 2018-03-10, to: 2018-05-03",
         "neither overlap nor leave a gap"),
        ("overlaps", 'lower: "PE/PEPM"', 'lower: "PE"', "has no cell for PR on PEPM"),
        ("overlaps", 'lower: "PE/PEPM"', 'lower: "PR"', "PR on PR has a cell already"),
        ("overlaps", 'lower: "PE/PEPM"', 'lower: "XYZ"', "'XYZ' is no row or column"),
        ("overlaps", "cells:\n", "cells: []\nnothing:\n", "unknown here"),
        ("overlaps", "general:", "general: [", "is not YAML"),
        ("kinds", 'row: "PR"', 'row: "PR"\n    row: "PE"', "'row' stands twice"),
        ("kinds", 'row: null\n    column: "ZRG"', "row: null\n    column: null",
         "neither row nor column"),
        ("kinds", 'fr: "parc national", ', "", "'fr' is missing"),
        ("grid", '"84.955"', '"about 85"', "not a decimal number"),
        ("grid", '"84.955"', '"NaN"', "not a finite number"),
        ("grid", '"84.955"', '"-1"', "is not positive"),
        ("grid", "ha per carré", "km2 per carré", "not a known unit"),
        ("exclusivity", "[PER, ZEA]", "[PER, ZAE]", "'ZAE' is not a known kind"),
        ("exclusivity", "[PER, ZEA]", "PER", "a list"),
        ("messages", "type inconnu", "type {inconnu}", "unknown field 'inconnu'"),
        ("messages", "type inconnu", "type inconnu ({article})", "other fields in French"),
        ("messages", "type inconnu", "type {upper.__class__}", "unknown field"),
        ("messages", "type inconnu", "type {upper!r}", "no format of its own"),
        ("messages", "type inconnu", "type {", "cannot be filled in"),
        ("messages", "no_rule:", "no_rul:", "'no_rule' is missing"),
    ],
)  # fmt: skip
def test_a_wrong_value_refuses_its_file(
    file: str, said: str, written: str, reason: str, change: Change
) -> None:
    with pytest.raises(LawDataInvalid, match=rf"{file}\.yaml") as refused:
        load_law(change(file, said, written))
    assert reason in refused.value.reason


def test_the_line_refused_is_named(change: Change) -> None:
    # The first rule of overlaps.yaml is written on two lines after its cell's "rules:".
    text = (LAW_DATA / "cd" / "overlaps.yaml").read_text(encoding="utf-8")
    line = text[: text.index("verdict: block")].count("\n") + 1
    with pytest.raises(LawDataInvalid) as refused:
        load_law(change("overlaps", "verdict: block", "verdict: perhaps"))
    assert refused.value.line == line
    assert f"overlaps.yaml:{line}:" in str(refused.value)


def test_a_missing_empty_or_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LawDataInvalid, match=r"texts\.yaml"):
        load_law(tmp_path)
    shutil.copytree(LAW_DATA, tmp_path / "law")
    kinds = tmp_path / "law" / "cd" / "kinds.yaml"
    for content in (b"", b"\xff\xfe\x00", b"- a\n- b\n", b"kinds: {}\n---\nkinds: {}\n"):
        kinds.write_bytes(content)
        with pytest.raises(LawDataInvalid, match=r"kinds\.yaml"):
            load_law(tmp_path / "law")


def test_a_repeal_is_an_explicit_null(change: Change) -> None:
    repealed = ZEA_ON_PR_OLD.replace("verdict: block", "verdict: null")
    law = load_law(change("overlaps", ZEA_ON_PR_OLD, repealed))
    zone = RightFacts(kind="ZEA", state="application", filed_on=date(2016, 5, 2))
    permit = RightFacts(kind="PR", state="granted", granted_on=date(2012, 2, 6))
    finding = judge_pair(zone, permit, date(2016, 6, 1), law)
    assert (finding.verdict, finding.reason) == ("no_legal_basis", "repealed")
    assert finding.article == "Code minier 2002, art. 109 al. 3"


def test_a_provision_says_nothing_before_its_first_day_or_after_a_repeal(
    law: Law, change: Change
) -> None:
    with pytest.raises(NoLegalBasis, match="2003-03-26"):
        law.nominal_area_ha.value_on(date(2003, 3, 25))
    repealed = load_law(change("grid", 'value: "84.955"', "value: null"))
    with pytest.raises(NoLegalBasis):
        repealed.nominal_area_ha.value_on(date(2026, 1, 1))


def test_the_version_follows_the_law_and_not_the_wording_of_messages(
    law: Law, change: Change
) -> None:
    assert load_law().version == law.version
    assert load_law(change("messages", "type inconnu", "type non connu")).version == law.version


@pytest.mark.parametrize(
    "file",
    [
        *("texts", "sources", "kinds", "overlaps", "exclusivity", "grid", "restricted"),
        *("provisions", "parameters/titles", "parameters/fees"),
    ],
)
def test_the_version_changes_with_every_file_of_the_law(
    file: str, law: Law, change: Change
) -> None:
    assert load_law(change(file, "\n", "\n# a remark\n")).version != law.version


def test_the_law_cannot_be_changed_once_read(law: Law) -> None:
    with pytest.raises(FrozenInstanceError):
        law.version = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        law.cells["PR", "PR"] = law.cells["PR", "PE"]  # type: ignore[index]
    with pytest.raises(TypeError):
        law.messages["block"] = law.messages["allow"]  # type: ignore[index]


def test_the_grid_counts_the_area_that_the_law_states(law: Law) -> None:
    # Règlement minier art. 2 and 39; 84.955 ha in the arithmetic of the fees.
    assert law.nominal_area_ha.value_on(date(2026, 1, 1)) == Decimal("84.955")
    assert DRC.nominal_area_ha == law.nominal_area_ha.value_on(date(2026, 1, 1))
