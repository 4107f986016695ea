"""Ground of the register for places: layers of protected areas, suspended areas, EGC's ground."""

from __future__ import annotations

from datetime import date

import pytest
import shapely
from sample_register import act, allocated, facts, granted, official, open_accounts, square

from geo.activity.ground import Ground, GroundRole
from geo.activity.ground_of_register import ground_of_register, ground_published
from geo.activity.inspection import Reason, reasons_of
from geo.activity.place import PlaceCode, place
from geo.activity.records import Observation, Seen
from geo.casework.operation.orders import KeepArea
from geo.casework.operation.record import Basis
from geo.casework.operation.writing import keep
from geo.law import load_law
from geo.register.areas.orders import AreaItem
from geo.register.areas.writer import AreaChange, confirm_areas, propose_areas
from geo.register.connection import CADASTRE, PUBLIC, UnitOfWork, engine_for
from geo.register.dealings import set_state
from geo.register.writer import grant
from geo.sources.rows import State

TODAY = date(2026, 11, 23)
SINCE = date(2019, 1, 1)
COL, ROW = 3060, -1290


def box(col: int, row: int, size: int) -> shapely.MultiPolygon:
    west, south = (COL + col) / 120, (ROW + row) / 120
    return shapely.MultiPolygon([shapely.box(west, south, west + size / 120, south + size / 120)])


def site(col: float, row: float) -> Observation:
    point = shapely.Point((COL + col) / 120, (ROW + row) / 120)
    return Observation(None, "s", Seen.VISIT, point, uncertainty_m=10)


@pytest.fixture(scope="module")
def engine(database):
    """A park in the corner of a permit, and a secret closed area, by layers of two people."""
    engine = engine_for(database.app)
    permit = granted(engine, "PE 1", square(COL, ROW, 8, 8), "PE", date(2015, 1, 1))
    with official(engine) as unit:
        allocated(unit, permit, square(COL + 4, ROW + 4))
    open_accounts(engine, "first", "second")
    cover = box(-4, -4, 40)
    items = []
    for class_, public, area in (
        ("national_park", True, box(0, 0, 2)),
        ("forbidden_zone", False, box(20, 20, 2)),
    ):
        facts = {
            "name": class_,
            "source": "essai",
            "vintage": "2018-12-31",
            "class": class_,
            "public": public,
        }
        items += [
            AreaItem("add_layer", SINCE, class_, facts=facts, geometry=cover),
            AreaItem("add", SINCE, class_, facts={"name": "Parc"}, geometry=area),
        ]
    with UnitOfWork(engine, CADASTRE, actor="first", reason="t") as unit:
        change = propose_areas(unit, AreaChange("essai", items))
        unit.commit()
    with UnitOfWork(engine, CADASTRE, actor="second", reason="t") as unit:
        confirm_areas(unit, change)
        unit.commit()
    yield engine
    engine.dispose()


def ground(engine, public: bool) -> Ground:
    with UnitOfWork(engine, PUBLIC if public else CADASTRE, actor="o") as unit:
        if public:
            return ground_published(unit.connection, load_law(), TODAY)
        last = unit.connection.exec_driver_sql("select max(id) from register.revision")
        return ground_of_register(unit.connection, load_law(), last.scalar_one())


@pytest.mark.parametrize("public", [True, False])
def test_a_park_in_a_permit_is_protected_ground(engine, public: bool) -> None:
    inside, beside = place([site(1, 1), site(3, 1)], ground(engine, public), TODAY)
    assert inside.code is PlaceCode.INSIDE_PROTECTED
    assert inside.sides[0].also == (PlaceCode.INSIDE_PERMIT_NO_ALLOCATION,)
    assert reasons_of(inside)[0] is Reason.PROTECTED
    assert beside.code is PlaceCode.INSIDE_PERMIT_NO_ALLOCATION
    assert "national_park" not in beside.protection_unknown


def test_a_layer_that_is_not_public_stays_unknown_to_the_public(engine) -> None:
    spot = [site(21, 21)]
    officer, public = (place(spot, ground(engine, p), TODAY)[0] for p in (False, True))
    assert officer.code is PlaceCode.INSIDE_PROTECTED
    assert public.code is PlaceCode.ON_FREE_GROUND
    assert "forbidden_zone" in public.protection_unknown
    assert "forbidden_zone" not in officer.protection_unknown


def test_before_its_layer_a_park_is_neither_there_nor_known(engine) -> None:
    before = place([site(1, 1)], ground(engine, False), date(2018, 6, 1))[0]
    assert before.code is PlaceCode.INSIDE_PERMIT_NO_ALLOCATION
    assert "national_park" in before.protection_unknown


def test_a_suspended_allocation_keeps_its_place_and_says_so(engine) -> None:
    with official(engine) as unit:
        number = unit.connection.exec_driver_sql(
            "select title_id from register.allocation"
        ).scalar_one()
        set_state(unit, number, State.SUSPENDED, act("suspension", date(2026, 1, 5)))
    for public in (True, False):
        found = place([site(5, 5)], ground(engine, public), TODAY)[0]
        assert found.code is PlaceCode.INSIDE_ALLOCATION
        assert found.rights[0].state == "suspended"
        assert found.rights[0].role is GroundRole.ALLOCATION
        assert reasons_of(found)[0] is Reason.SUSPENDED_AREA
    earlier = place([site(5, 5)], ground(engine, False), date(2025, 12, 31))[0]
    assert earlier.rights[0].state == "granted"


def test_a_title_kept_as_ground_of_egc_is_an_allocation_from_that_day(engine) -> None:
    name = "ENTREPRISE GÉNÉRALE DU COBALT"
    with official(engine) as unit:
        held = facts("PE 2", "PE", name)
        number = grant(unit, held, square(COL + 30, ROW), act(day=date(2016, 1, 1)))
    with official(engine) as unit:
        party = unit.connection.exec_driver_sql(
            "select id from register.party where name = %s", (name,)
        ).scalar_one()
    with UnitOfWork(engine, CADASTRE, actor="first", reason="t") as unit:
        keep(
            unit,
            number,
            KeepArea(
                on_day=date(2025, 5, 1),
                basis=Basis.EGC_GROUND,
                egc_acts=True,
                reference="Acte 7",
                egc_party_id=party,
            ),
        )
        unit.commit()
    for public in (True, False):
        found = place([site(31, 1)], ground(engine, public), TODAY)[0]
        assert found.code is PlaceCode.INSIDE_ALLOCATION
        assert found.rights[0].notes == ("egc_ground",)
    before = place([site(31, 1)], ground(engine, False), date(2025, 4, 30))[0]
    assert before.code is PlaceCode.INSIDE_PERMIT_NO_ALLOCATION
