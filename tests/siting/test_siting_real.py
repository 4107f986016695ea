"""Where artisanal areas could be in Haut-Katanga, on the real register of 2015."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import geopandas
import numpy as np
import pytest
import shapely
from sqlalchemy import Engine

from geo.law import load_law
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, REGISTER, UnitOfWork, engine_for
from geo.register.writer import record_reading
from geo.siting.asked import carres_of_province
from geo.siting.reading import read_ground
from geo.siting.sheet import Status
from geo.siting.site import Answer, Wanted, site
from geo.siting.states import RouteB, StateCode
from geo.sources import read_register

AS_OF = date(2015, 6, 30)
TODAY = date(2026, 11, 23)

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
def asked() -> Perimeter:
    """The carrés of the province."""
    return carres_of_province("Haut-Katanga")


def answered(engine: Engine, asked: Perimeter, on: date, **wanted: int) -> Answer:
    law = load_law()
    with UnitOfWork(engine, CADASTRE, "test") as unit:
        read = read_ground(unit, asked, on, law, public=False)
        return site(read, law, Wanted(**wanted))


@pytest.fixture(scope="module")
def then(engine: Engine, asked: Perimeter) -> Answer:
    """The province on the day of the file."""
    return answered(engine, asked, AS_OF, candidates=3)


@pytest.fixture(scope="module")
def today(engine: Engine, asked: Perimeter) -> Answer:
    """The province eleven years later, nothing having been recorded since."""
    return answered(engine, asked, TODAY)


@pytest.fixture(scope="module")
def drawn(real_data: Path) -> geopandas.GeoDataFrame:
    """The polygons of the file as another library reads them."""
    return geopandas.read_file(f"zip://{real_data}/permits_2015/cod_permits_2015.zip")


def test_states_share_out_the_whole_province(then: Answer, today: Answer, asked: Perimeter) -> None:
    for found in (then, today):
        together = Perimeter.empty()
        for part in found.parts:
            assert not together & part.ground
            together = together | part.ground
        assert together == asked
        assert sum(found.cells_by_state.values()) == asked.count


def test_free_carres_are_those_in_no_polygon_of_the_file(
    today: Answer, asked: Perimeter, drawn: geopandas.GeoDataFrame
) -> None:
    """Counted by geopandas from the middles; what lies off the lattice holds more than them."""
    cells = asked.cells()
    middles = geopandas.GeoSeries(
        shapely.points((cells[:, 0] + 0.5) / 120, (cells[:, 1] + 0.5) / 120), crs=drawn.crs
    )
    tree = shapely.STRtree(middles.to_numpy())
    _, held = tree.query(drawn.geometry.to_numpy(), predicate="contains")
    untouched = Perimeter.from_cells(np.delete(cells, np.unique(held), axis=0))
    free = Perimeter.empty()
    for part in today.parts:
        if part.state.code in (StateCode.FREE, StateCode.FREE_WITH_CONSENT):
            free = free | part.ground
    assert not free - untouched
    rest = untouched - free
    touched = tree.query(shapely.buffer(drawn.geometry.to_numpy(), 1 / 120), predicate="contains")
    near_something = Perimeter.from_cells(cells[np.unique(touched[1])])
    assert not rest - near_something
    assert rest.count < 0.002 * asked.count


def test_no_zone_inside_a_permit_before_2018(then: Answer, today: Answer) -> None:
    assert StateCode.ROUTE_A not in then.cells_by_state
    assert today.cells_by_state[StateCode.ROUTE_A] > 1000
    assert all(part.state.route_b is not RouteB.POSSIBLE for part in then.parts)
    assert any(part.state.route_b is RouteB.POSSIBLE for part in today.parts)


def test_candidates_of_the_province_pass_the_check_and_say_what_is_not_known(
    today: Answer,
) -> None:
    assert len(today.candidates) == 20
    for one in today.candidates:
        assert one.ground.is_contiguous
        assert 2 <= one.ground.count <= 10
        assert not one.ground & today.wet
        assert all(not check.blocking and check.killers for check in one.checks)
        sheet = {line.key: line.status for line in one.sheet}
        assert sheet["activity"] is Status.NOT_SURVEYED
        assert sheet["slope"] is Status.NO_DATA
