"""A title's card names the public notices of its ground, and nothing else of their files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from consultation_case import COMPANY, GROUND, at_notice

from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork
from geo.register.orders import ActOrder, TitleFacts
from geo.register.writer import grant
from geo.sources.rows import Holder, State

EAST = Perimeter.from_runs([(-1284, 3063, 3066)])
"""Three carrés of which one, column 3063, is of the notice's twelve."""
BESIDE = Perimeter.from_runs([(-1284, 3070, 3072)])


@pytest.fixture(scope="module")
def titles(engine, database) -> dict[str, int]:
    found = {}
    for code, ground in (("PR 1", EAST), ("PR 2", BESIDE)):
        facts = TitleFacts(
            code=code,
            kind="PR",
            state=State.GRANTED,
            holders=(Holder(COMPANY, Decimal(100)),),
            granted_on=date(2020, 1, 2),
        )
        with UnitOfWork(engine, actor="agent", reason="grant") as unit:
            act = ActOrder("grant", f"Arrêté {code}", date(2020, 1, 2))
            found[code] = grant(unit, facts, ground, act)
            unit.commit()
    at_notice(engine, database, datetime(2025, 3, 3, 9, tzinfo=UTC))
    return found


def test_a_notice_that_shares_a_carre_is_named_with_its_share(village, titles) -> None:
    answer = village.get(f"/titles/{titles['PR 1']}/documents").json()
    (notice,) = answer["notices"]
    assert (notice["cells"], notice["shared_cells"]) == (GROUND.count, 1)
    assert (notice["status"], notice["answers"]) == ("open", 0)
    assert answer["acts"] == []
    assert "terms nobody may read" not in str(answer)
    assert "PR 1" not in str(notice)


def test_a_title_beside_it_has_none(village, titles) -> None:
    assert village.get(f"/titles/{titles['PR 2']}/documents").json()["notices"] == []


def test_the_notice_is_closed_after_its_last_day(village, titles, clock) -> None:
    clock.instant = datetime(2025, 6, 3, 9, tzinfo=UTC)
    (notice,) = village.get(f"/titles/{titles['PR 1']}/documents").json()["notices"]
    assert notice["status"] == "closed"
