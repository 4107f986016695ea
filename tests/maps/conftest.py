"""A small register for the maps: rights on and off the lattice, with names that attack."""

from datetime import date

import pytest
from rights import ATTACK, TEMPLATE_ATTACK, findings_of, row_of, squares
from shapely import Polygon

from geo.findings import Findings
from geo.sources.rows import RightRow, State


@pytest.fixture(scope="session")
def small_register() -> list[RightRow]:
    """Four rights: two overlaps on the lattice (4 carrés and 1), one off it (half a carré)."""
    triangle = Polygon([(26.0, -11.0), (26 + 1 / 120, -11.0), (26.0, -11 + 1 / 120)])
    return [
        row_of(1, "4960", "PE", squares(0, 0, 10, 6), granted_on=date(2010, 3, 1)),
        row_of(2, "=cmd|' /C calc'!A0", "ARPC", squares(8, 4, 4, 4), holder=ATTACK),
        row_of(3, None, "PR", squares(11, 7, 5, 5), state=State.APPLICATION),
        row_of(4, "off", None, triangle, holder="@SUM(A1:A9)"),
        row_of(5, "nowhere", "PR", None, holder=TEMPLATE_ATTACK),
    ]


@pytest.fixture(scope="session")
def small_findings(small_register: list[RightRow]) -> Findings:
    return findings_of(small_register)
