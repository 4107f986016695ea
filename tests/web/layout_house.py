"""A served register with an allocation where EGC acts and one cooperative works, for the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import text
from story_house import COL, HOLDER, ROW, House, open_house, rectangle

from geo.register.allocations import encumber
from geo.register.attributions import attribute_ground
from geo.register.connection import CADASTRE, REGISTER, UnitOfWork
from geo.register.orders import ActOrder, AllocationOrder, AttributionOrder
from geo.sources.rows import Holder

EGC_NAME = "Entreprise Générale du Cobalt SA"
TUMAINI = "COOPERATIVE MINIERE TUMAINI"
BEGUN = date(2025, 3, 3)
TODAY = date(2025, 9, 2)
AREA = rectangle(COL, ROW, 4, 3)
PORTION = rectangle(COL, ROW, 2, 2)


@contextmanager
def layout_house(database: Any, folder: Path) -> Iterator[tuple[House, int]]:
    """A house and the title of its area ``EGC-525-1``: 4 × 3 carrés, a work area of 2 × 2."""
    with open_house(database, folder, TODAY) as house:
        agreed = ActOrder("agreement", "Accord d’essai 1", BEGUN)
        with UnitOfWork(house.engine, REGISTER, "mabele", "setup") as unit:
            order = AllocationOrder(
                code="EGC-525-1",
                host_title_id=house.titles["PE 525"],
                holders=(Holder(EGC_NAME, None), Holder(HOLDER, None)),
                minerals=("Co",),
                agreement_reference="Accord d’essai 1",
                agreement_on=BEGUN,
                starts_on=BEGUN,
                ends_on=date(2030, 3, 3),
            )
            area = encumber(unit, order, AREA, agreed)
            unit.commit()
        with UnitOfWork(house.engine, REGISTER, "mabele", "setup") as unit:
            work_area = AttributionOrder("WA 1", area, TUMAINI, "Agrément d’essai 12")
            given = ActOrder("attribution", "Contrat d’essai 1", BEGUN)
            attribute_ground(unit, work_area, PORTION, given)
            unit.commit()
        _keep(house, area)
        yield house, area


def _keep(house: House, area: int) -> None:
    with UnitOfWork(house.engine, CADASTRE, "officer", "reading") as unit:
        asked = text("select id from register.party where name = :name")
        party = unit.connection.scalar(asked, {"name": EGC_NAME})
    kept = {
        "on_day": BEGUN.isoformat(),
        "basis": "allocation",
        "egc_acts": True,
        "reference": "Accord d’essai 1",
        "egc_party_id": party,
    }
    house.officer.send(f"/operation/{area}", json=kept)
    for month, mineral, tonnes, lots in (
        ("2025-06-01", "Co", "12.5", ["L-06-1", "L-06-2"]),
        ("2025-08-01", "Co", "40", []),
        ("2025-08-01", "Cu", "0", []),
    ):
        declared = {"on_day": TODAY.isoformat(), "month": month, "substance": mineral}
        more = {"tonnes": tonnes, "declared_by": "egc", "lots": lots}
        house.egc.send(f"/operation/{area}/declarations", json={**declared, **more})


def point(east: float, north: float) -> str:
    """A line of the table: so many carrés east and north of the area's south-west corner."""
    return f"{(COL + east) / 120:.7f} {(ROW + north) / 120:.7f}"


def square(east: float, north: float, side: float = 0.1) -> str:
    """The corners of a square as the table takes them, a carré being 1."""
    corners = ((0, 0), (side, 0), (side, side), (0, side))
    return "\n".join(point(east + x, north + y) for x, y in corners)
