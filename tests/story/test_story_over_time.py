"""The register read by anybody on another day, and as it was known on another."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from story_house import COL, HOLDER, ROW, House, open_house, rectangle

from geo.perimeter import Perimeter
from geo.register.connection import UnitOfWork
from geo.register.orders import ActOrder, TitleFacts
from geo.register.writer import grant, release, shrink
from geo.sources.rows import Holder, State

sys.path.insert(0, str(Path(__file__).parents[1] / "register"))
from vector_tile import layers_of

WEST = rectangle(COL - 20, ROW, 4, 2)
KEPT = rectangle(COL - 20, ROW, 4, 1)
Z, X, Y = 9, 292, 271
"""The tile of zoom 9 that holds 25.3° E, 10.7° S: (25.3 + 180) / 360 × 512 = 292; by the formula of
slippy maps, 271."""


@pytest.fixture(scope="module")
def house(database, tmp_path_factory) -> Iterator[House]:
    data = Path(tmp_path_factory.mktemp("data"))
    with open_house(database, data, date(2025, 3, 3)) as opened:
        with UnitOfWork(opened.engine, actor="officer", reason="grant") as unit:
            opened.titles["PR 9"] = grant(unit, facts(), WEST, act("grant", date(2019, 5, 6)))
            unit.commit()
        with UnitOfWork(opened.engine, actor="officer", reason="half given up") as unit:
            shrink(
                unit, opened.titles["PR 9"], WEST - KEPT, act("relinquishment", date(2021, 1, 4))
            )
            unit.commit()
        with UnitOfWork(opened.engine, actor="officer", reason="given up") as unit:
            release(unit, opened.titles["PR 9"], act("relinquishment", date(2023, 2, 1)))
            unit.commit()
        yield opened


def facts() -> TitleFacts:
    return TitleFacts(
        code="PR 9",
        kind="PR",
        state=State.GRANTED,
        holders=(Holder(HOLDER, Decimal(100)),),
        minerals=("Cu",),
        filed_on=date(2019, 1, 2),
        granted_on=date(2019, 5, 6),
        expires_on=date(2024, 5, 6),
    )


def act(kind: Any, day: date) -> ActOrder:
    return ActOrder(kind, f"Arrêté {day}", day)


def runs(house: House, **asked: str) -> list[list[int]]:
    shape = house.public.get(f"/titles/{house.titles['PR 9']}/geometry", **asked)
    return list(shape["properties"]["runs"])


def drawn(house: House, **asked: str) -> set[object]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    tile = house.public.raw(f"/tiles/titles/{Z}/{X}/{Y}.mvt?{query}")
    assert tile.status_code == 200, tile.text
    return {one.properties["code"] for layer in layers_of(tile.content) for one in layer.features}


@pytest.mark.parametrize(
    ("day", "ground"),
    [("2019-05-06", WEST), ("2021-01-03", WEST), ("2021-01-04", KEPT), ("2023-01-31", KEPT)],
    ids=["first", "before", "given up", "last"],
)
def test_a_title_has_the_ground_of_its_day(house: House, day: str, ground: Perimeter) -> None:
    assert runs(house, on=day) == ground.to_lists()
    assert "PR 9" in drawn(house, on=day)


@pytest.mark.parametrize("day", ["2019-05-05", "2023-02-01"], ids=["before", "after"])
def test_it_is_not_there_on_other_days(house: House, day: str) -> None:
    assert "PR 9" not in drawn(house, on=day)


def test_before_anything_was_recorded_nothing_is_known(house: House) -> None:
    house.public.get(
        f"/titles/{house.titles['PR 9']}", 404, on="2020-01-01", as_known_on="2020-01-01"
    )
    assert drawn(house, on="2020-01-01", as_known_on="2020-01-01") == set()
    span = house.public.get("/time")
    assert span["first_recorded"] <= span["last_recorded"]


def test_what_changed_between_two_days_is_named_with_its_carres(house: House) -> None:
    def between(first: str, second: str) -> list[dict[str, Any]]:
        page = house.public.get("/changes", first=first, second=second)
        return [one for one in page["items"] if one["code"] == "PR 9"]

    (granted,) = between("2019-01-01", "2020-01-01")
    assert granted["what"] == ["granted"]
    assert granted["gained"]["cells"] == 8
    (reduced,) = between("2020-01-01", "2022-01-01")
    assert "reduced" in reduced["what"]
    assert reduced["lost"]["runs"] == (WEST - KEPT).to_lists()
    assert reduced["words"][0] == {"fr": "réduit", "en": "reduced"}
    (closed,) = between("2022-01-01", "2024-01-01")
    assert closed["what"] == ["closed"]
    assert between("2023-03-01", "2024-01-01") == []
    house.public.get("/changes", 422, first="2024-01-01", second="2024-01-01")


def test_layers_without_other_days_say_so(house: House) -> None:
    answer = house.public.raw("/tiles/overlaps/5/18/16.mvt?on=2020-01-01")
    assert answer.status_code == 400
    assert "no other days" in answer.json()["detail"]
