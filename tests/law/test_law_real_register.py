"""The law's word on a register as large and as odd as the real one, and its synthetic twin."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from geo.findings import facts_of
from geo.law import Law, PairFindings, RightFacts, judge_pairs
from geo.overlap import Ground, overlaps
from geo.sources import read_register


def judged(path: Path, on: date, law: Law) -> tuple[list[tuple[str, str]], PairFindings]:
    rows = read_register(path).rows
    grounds = [
        Ground(row.placement.perimeter if row.placement else None, row.geometry) for row in rows
    ]
    pairs = [
        (facts_of(rows[overlap.a]), facts_of(rows[overlap.b]))
        for overlap in overlaps(grounds)
        if overlap.exact
    ]
    kinds = [tuple(sorted((a.kind or "?", b.kind or "?"))) for a, b in pairs]
    return kinds, judge_pairs(pairs, on, law)


@pytest.mark.real_data
def test_the_real_register_is_judged_whole(real_data: Path, law: Law) -> None:
    # Reference: 709 pairs of the 2015 register, 319 without ZRG (counted by brute force elsewhere).
    # No ZRG of it is dated: on a held right the two readings differ. All its zones lie on permits
    # of 2015, when a zone on a permit and a permit on a zone were both ruled out.
    kinds, findings = judged(
        real_data / "permits_2015" / "cod_permits_2015.zip", date(2015, 6, 30), law
    )
    assert sum(findings.by_verdict.values()) == len(kinds) == 709
    by_kinds = list(zip(kinds, findings.findings, strict=True))
    assert len([k for k in kinds if "ZRG" not in k]) == 319
    zones = [f for k, f in by_kinds if "ZEA" in k and "ZRG" not in k]
    assert len(zones) == 14
    assert {f.verdict for f in zones} == {"block"}
    undated = [k for k, f in by_kinds if f.reason == "area_undated"]
    assert {"ZRG" in k for k in undated} == {True}
    assert "order_unknown" not in findings.undetermined
    assert findings.undetermined.total() == findings.by_verdict["needs_legal_review"]


def test_rights_without_dates_are_judged_both_ways(law: Law) -> None:
    # The twin: as in the real register, nothing has a filing date and some have no grant date.
    day = date(2015, 6, 30)
    permit = RightFacts("PR", "granted", granted_on=date(2010, 4, 23))
    zone = RightFacts("ZEA", "granted")
    research = RightFacts("ZRG", "granted")
    quarry = RightFacts("ARPC", "application")
    findings = judge_pairs(
        [(permit, zone), (permit, research), (permit, quarry), (research, research)], day, law
    )
    assert [f.verdict for f in findings.findings] == [
        "block",
        "needs_legal_review",
        "allow_with_consent",
        "not_applicable",
    ]
    assert findings.undetermined == {"area_undated": 1}
