"""The history of a title in the office's own words: granted, reduced, handed on, given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from story_house import COL, HOLDER, NEIGHBOUR, ROW, House, open_house, rectangle

from geo.register.connection import UnitOfWork
from geo.register.orders import ActOrder, TitleFacts
from geo.register.writer import grant, release, shrink, transfer
from geo.sources.rows import Holder, State

GROUND = rectangle(COL - 20, ROW, 4, 2)
GIVEN_UP = rectangle(COL - 20, ROW, 4, 1)


def act(kind: Any, day: date) -> ActOrder:
    return ActOrder(kind, f"Arrêté {day}", day)


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    with open_house(database, Path(tmp_path_factory.mktemp("d")), date(2025, 3, 3)) as opened:
        facts = TitleFacts(
            code="PR 9",
            kind="PR",
            state=State.GRANTED,
            holders=(Holder(HOLDER, Decimal(100)),),
            minerals=("Cu",),
            granted_on=date(2019, 5, 6),
            expires_on=date(2024, 5, 6),
        )
        with UnitOfWork(opened.engine, actor="officer", reason="grant") as unit:
            title = grant(unit, facts, GROUND, act("grant", date(2019, 5, 6)))
            opened.titles["PR 9"] = title
            unit.commit()
        with UnitOfWork(opened.engine, actor="officer", reason="half given up") as unit:
            shrink(unit, title, GIVEN_UP, act("relinquishment", date(2021, 1, 4)))
            unit.commit()
        with UnitOfWork(opened.engine, actor="officer", reason="sold") as unit:
            new = (Holder(NEIGHBOUR, Decimal(100)),)
            transfer(unit, title, new, act("transfer", date(2022, 3, 1)))
            unit.commit()
        with UnitOfWork(opened.engine, actor="officer", reason="given up") as unit:
            release(unit, title, act("relinquishment", date(2023, 2, 1)))
            unit.commit()
        yield opened


def events(house: House, who: str) -> list[dict[str, Any]]:
    return list(house.people[who].get(f"/titles/{house.titles['PR 9']}/history")["events"])


def test_the_public_reads_what_happened_when_and_when_it_was_recorded(house: House) -> None:
    told = events(house, "public")
    assert [(one["since"], one["what"]) for one in told] == [
        ("2019-05-06", ["granted"]),
        ("2021-01-04", ["reduced"]),
        ("2022-03-01", ["changed_hands"]),
        ("2023-02-01", ["closed"]),
    ]
    assert [(one["cells_gained"], one["cells_lost"]) for one in told] == [
        (8, 0),
        (0, 4),
        (0, 0),
        (0, 4),
    ]
    assert told[2]["before"]["holders"] == [HOLDER]
    assert told[2]["after"]["holders"] == [NEIGHBOUR]
    revisions = [one["revision"] for one in told]
    assert revisions == sorted(set(revisions))
    assert all(one["acts"] == [] for one in told)


def test_the_cadastre_reads_the_acts_too(house: House) -> None:
    told = events(house, "officer")
    named = [[(one["kind"], one["reference"]) for one in event["acts"]] for event in told]
    assert named == [
        [("grant", "Arrêté 2019-05-06")],
        [("relinquishment", "Arrêté 2021-01-04")],
        [("transfer", "Arrêté 2022-03-01")],
        [("relinquishment", "Arrêté 2023-02-01")],
    ]
