"""Rights in one line."""

from dataclasses import replace
from decimal import Decimal

import pytest
from rights import row_of, squares

from geo.sources.rows import Holder
from maps.phrases import gravest_first, holders_text, name_of


@pytest.mark.parametrize(
    ("code", "part", "kind", "name"),
    [
        ("4960", None, "PE", "PE 4960"),
        ("ZRG00017", None, "ZRG", "ZRG00017"),
        ("4960", "2", "PE", "PE 4960/2"),
        ("12", None, None, "? 12"),
        (None, None, "PR", "PR (register.gpkg:7)"),
        ("9" * 99, None, "PR", f"PR {'9' * 40}…"),
    ],
)
def test_names(code, part, kind, name):
    assert name_of(replace(row_of(7, code, kind, squares(0, 0, 1, 1)), part=part)) == name


def test_holders_with_shares():
    holders = (Holder("A & B", Decimal("60.50")), Holder("C", Decimal(100)), Holder("D", None))
    row = replace(row_of(1, "1", "PR", None), holders=holders)
    assert holders_text(row) == "A & B (60.5 %), C (100 %), D"


def test_the_gravest_come_first(small_findings):
    verdicts = [one.finding.verdict for one in gravest_first(small_findings.overlaps)]
    assert verdicts == sorted(verdicts, key=["block", "needs_legal_review"].index)
