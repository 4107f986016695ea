"""Known activity as the register holds it: around sites, in the sheet, and where nobody looked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from activity_store_help import seen, store, with_officers
from sqlalchemy import Engine

from geo.errors import NotFound
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, PUBLIC, UnitOfWork
from geo.siting.activity import activity_around, places_of_sites

COL, ROW = 3060, -1290
GROUND = Perimeter.from_runs([(ROW, COL, COL + 3)])


@pytest.fixture(scope="module")
def engine(database: Any) -> Iterator[Engine]:
    """A register in which one site was visited, near Kolwezi."""
    made = with_officers(database.app)
    store(made, [seen(25.51, -10.74, site="codmine1"), seen(26.9, -9.1, site="codmine2")])
    yield made
    made.dispose()


@pytest.mark.parametrize("public", [True, False])
def test_activity_within_20_km_is_read_with_what_was_surveyed(engine: Engine, public: bool) -> None:
    with UnitOfWork(engine, PUBLIC if public else CADASTRE) as unit:
        found, surveys = activity_around(unit, GROUND, public=public)
        assert [one.site for one in found] == ["codmine1"]
        assert surveys
        assert activity_around(unit, Perimeter.empty(), public=public) == ([], [])


def test_ground_is_found_around_a_site_by_its_code(engine: Engine) -> None:
    with UnitOfWork(engine, PUBLIC) as unit:
        (place,) = places_of_sites(unit, ["codmine1"], public=True)
        assert (place.x, place.y) == (25.51, -10.74)
        with pytest.raises(NotFound, match="codmine9"):
            places_of_sites(unit, ["codmine9"], public=True)
