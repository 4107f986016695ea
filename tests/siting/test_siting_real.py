"""Where artisanal areas could be in Haut-Katanga, on the real register of 2015."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from geo.law import load_law
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, REGISTER, UnitOfWork, engine_for
from geo.register.writer import record_reading
from geo.siting.asked import carres_of_province
from geo.siting.reading import read_ground
from geo.siting.site import Answer, Wanted, site
from geo.siting.states import StateCode
from geo.sources import read_register

AS_OF = date(2015, 6, 30)
TODAY = date(2026, 11, 23)
SECONDS = 60
"""Far above what it takes on a quiet machine: the machines that run the tests are shared."""

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def engine(database: Any, real_data: Path) -> Iterator[Engine]:
    """A database that has taken over the register of 2015."""
    path = real_data / "permits_2015" / "cod_permits_2015.zip"
    made = engine_for(database.app)
    with UnitOfWork(made, REGISTER, "official", "test") as unit:
        read = read_register(path)
        record_reading(unit, read, content=path.read_bytes(), source="CAMI", as_of=AS_OF)
        unit.commit()
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def answer(engine: Engine) -> Answer:
    """The province, asked by the cadastre today."""
    law, asked = load_law(), carres_of_province("Haut-Katanga")
    started = time.perf_counter()

    def say(name: str, outcome: str) -> None:
        print(f"{name}: {outcome}, {time.perf_counter() - started:.2f} s")

    with UnitOfWork(engine, CADASTRE, "test") as unit:
        read = read_ground(unit, asked, TODAY, law, public=False)
        say("read", f"{len(read.rights)} rights, {len(read.restrictions)} places")
        found = site(read, law, Wanted(), say=say)
    assert time.perf_counter() - started < SECONDS
    return found


def test_states_share_out_the_whole_province(answer: Answer) -> None:
    together = Perimeter.empty()
    for part in answer.parts:
        assert not together & part.ground
        together = together | part.ground
    assert together == carres_of_province("Haut-Katanga")
    assert sum(answer.cells_by_state.values()) == together.count
    print(answer.cells_by_state, answer.dropped)
    for one in answer.candidates:
        print(one.number, one.ground, one.state.code, [str(c.way) for c in one.checks])
        print([line.text.fr for line in one.sheet])
        print([(k.code, k.why.fr) for k in one.checks[0].killers][:3])
