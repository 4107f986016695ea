"""Who works on the record of an area in the tests, and the ground that they work on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from operation_ground import AREA, COL, EAST_PORTION, ROW, WEST_PORTION
from sqlalchemy import Engine, text

from api.auth import hashed
from geo.casework.documents import keep_content
from geo.casework.operation.orders import KeepArea
from geo.casework.operation.writing import keep
from geo.law import load_law
from geo.perimeter import Perimeter
from geo.register.accounts import Mandate, create_account
from geo.register.allocations import encumber
from geo.register.attributions import attribute_ground
from geo.register.connection import ADMIN, REGISTER, UnitOfWork
from geo.register.orders import ActOrder, AllocationOrder, AttributionOrder, TitleFacts
from geo.register.writer import grant, institute_zone
from geo.sources.rows import Holder, State

PASSWORD = "correct horse battery"
PAPER = b"%PDF-1.7 an assessment"
PAPER_SHA256 = hashlib.sha256(PAPER).hexdigest()
HASH = hashed(PASSWORD)
LAW = load_law()
GRANTED, BEGUN = date(2015, 1, 1), date(2025, 3, 3)
EGC_NAME, COMPANY_NAME = "Entreprise Générale du Cobalt SA", "Kalonda Mining SARL"

PEOPLE = {
    "egc.one": "mabele_egc",
    "egc.two": "mabele_egc",
    "inspector.one": "mabele_inspector",
    "inspector.two": "mabele_inspector",
    "officer": "mabele_cadastre",
    "supervisor": "mabele_supervisor",
    "legal": "mabele_legal",
    "minister": "mabele_minister",
    "company": "mabele_company",
    "stranger": "mabele_company",
    "opinion": "mabele_opinion",
    "reader": "mabele_public",
}


def rectangle(col: int, row: int, width: int, height: int) -> Perimeter:
    """A rectangle of carrés from its south-west one."""
    return Perimeter.from_runs([(row + i, col, col + width) for i in range(height)])


@dataclass(frozen=True)
class House:
    """The register of the tests: an allocation inside a permit, a zone, ground of EGC."""

    engine: Engine
    owner: Engine
    host: int
    allocation: int
    zone: int
    egc_ground: int
    other_title: int
    accounts: dict[str, int]
    parties: dict[str, int]

    @classmethod
    def built(cls, engine: Engine, owner: Engine) -> House:
        """Fill an empty register."""
        with UnitOfWork(engine, REGISTER, "setup", "setup") as unit:
            titles = _titles(unit)
            unit.commit()
        with UnitOfWork(engine, REGISTER, "setup", "setup") as unit:
            titles["allocation"] = _allocation(unit, titles["host"])
            unit.commit()
        for code, name, ground in (
            ("WA 1", "Coopérative Tumaini", WEST_PORTION),
            ("WA 2", "Coopérative Umoja", EAST_PORTION),
        ):
            with UnitOfWork(engine, REGISTER, "setup", "setup") as unit:
                order = AttributionOrder(code, titles["allocation"], name, "Agrément 12")
                attribute_ground(unit, order, ground, ActOrder("attribution", "D 2", BEGUN))
                unit.commit()
        with owner.connect() as connection:
            rows = connection.execute(text("select name, id from register.party"))
            parties = {row.name: row.id for row in rows}
        accounts = _accounts(engine, parties)
        house = cls(engine, owner, **titles, accounts=accounts, parties=parties)
        house._keep_areas()
        with house.work("egc.one") as unit:
            assert keep_content(unit, PAPER) == PAPER_SHA256
        return house

    def _keep_areas(self) -> None:
        egc = self.parties[EGC_NAME]
        for title, basis, party in (
            (self.allocation, "allocation", egc),
            (self.zone, "zone", None),
            (self.egc_ground, "egc_ground", egc),
        ):
            with self.work("officer") as unit:
                order = KeepArea(
                    on_day=BEGUN,
                    basis=basis,
                    egc_acts=party is not None,
                    reference="Acte 7",
                    egc_party_id=party,
                )
                keep(unit, title, order)

    @contextmanager
    def work(self, login: str, *, commit: bool = True) -> Iterator[UnitOfWork]:
        """A unit of work of one of the people, committed unless it fails."""
        with UnitOfWork(self.engine, PEOPLE[login], login, "test") as unit:
            yield unit
            if commit:
                unit.commit()


def _titles(unit: UnitOfWork) -> dict[str, int]:
    act = ActOrder("grant", "Arrêté 1", GRANTED)

    def granted(code: str, holder: str, perimeter: Perimeter) -> int:
        facts = TitleFacts(
            code=code,
            kind="PE",
            state=State.GRANTED,
            holders=(Holder(holder, Decimal(100)),),
            minerals=("Co", "Cu"),
        )
        return grant(unit, facts, perimeter, act)

    zone = TitleFacts(code="ZEA 1", kind="ZEA", state=State.GRANTED, minerals=("Au",))
    return {
        "host": granted("PE 1", COMPANY_NAME, rectangle(COL - 2, ROW - 2, 8, 8)),
        "egc_ground": granted("PE 2", EGC_NAME, rectangle(COL + 20, ROW, 2, 2)),
        "other_title": granted("PE 3", "Autre Mine SARL", rectangle(COL + 40, ROW, 2, 2)),
        "zone": institute_zone(
            unit, zone, rectangle(COL + 60, ROW, 2, 2), ActOrder("institution", "A 9", BEGUN)
        ),
    }


def _allocation(unit: UnitOfWork, host: int) -> int:
    order = AllocationOrder(
        code="AL 1",
        host_title_id=host,
        holders=(Holder(EGC_NAME, None), Holder(COMPANY_NAME, None)),
        minerals=("Co",),
        agreement_reference="Accord 1",
        agreement_on=BEGUN,
        starts_on=BEGUN,
        ends_on=date(2035, 3, 3),
    )
    return encumber(unit, order, AREA, ActOrder("agreement", "Accord 1", BEGUN))


def _accounts(engine: Engine, parties: dict[str, int]) -> dict[str, int]:
    mandates = {"company": COMPANY_NAME, "stranger": "Autre Mine SARL"}
    made = {}
    with UnitOfWork(engine, ADMIN, "setup", "setup") as unit:
        for login, role in PEOPLE.items():
            name = mandates.get(login)
            made[login] = create_account(
                unit,
                login,
                login.title(),
                role,
                HASH,
                mandates=[Mandate(parties[name], True)] if name else [],
                authority="sgnc" if login == "opinion" else None,
            )
        unit.commit()
    return made
