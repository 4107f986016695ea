"""An office on a real register: two permits near Kolwezi, and an account for each role."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Engine, text

from geo.casework.office import Office
from geo.law import load_law
from geo.perimeter import Perimeter
from geo.register.accounts import create_account
from geo.register.connection import ADMIN, REGISTER, UnitOfWork
from geo.register.orders import ActOrder, TitleFacts
from geo.register.people import DATABASE_ROLE, Actor, Role
from geo.register.writer import grant
from geo.sources.rows import Holder, State

HOLDER, OTHER = "KOLWEZI SUD MINING SARL", "LUALABA CUIVRE SA"
COL, ROW = 3060, -1290
"""A carré near Kolwezi: 25.5° E, 10.75° S."""

PEOPLE = {
    "company": Role.COMPANY,
    "clerk": Role.COMPANY,
    "rival": Role.COMPANY,
    "agent": Role.OFFICER,
    "agent2": Role.OFFICER,
    "chief": Role.SUPERVISOR,
    "egc": Role.EGC,
    "egc2": Role.EGC,
    "sgnc": Role.OPINION,
    "minister": Role.MINISTER,
    "minister2": Role.MINISTER,
    "inspector": Role.INSPECTOR,
    "legal": Role.LEGAL,
    "legal2": Role.LEGAL,
    "admin": Role.ADMINISTRATOR,
}


class Clock:
    """The office's clock, set by the test; it never stands still."""

    def __init__(self, day: date) -> None:
        self.instant = datetime(day.year, day.month, day.day, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.instant += timedelta(seconds=1)
        return self.instant

    def go_to(self, day: date) -> None:
        """Set the morning of a day."""
        self.instant = datetime(day.year, day.month, day.day, 8, 0, tzinfo=UTC)


def rectangle(col: int, row: int, width: int, height: int) -> Perimeter:
    """A rectangle of carrés from its south-west one."""
    return Perimeter.from_runs([(row + i, col, col + width) for i in range(height)])


class Town:
    """The office with its people and titles, by name."""

    def __init__(self, engine: Engine, clock: Clock, owner: str = "") -> None:
        self.engine, self.owner = engine, owner
        self.clock = clock
        self.office = Office(engine, load_law(), clock)
        self.parties: dict[str, int] = {}
        self.actors: dict[str, Actor] = {}
        self.titles: dict[str, int] = {}

    def __getitem__(self, login: str) -> Actor:
        return self.actors[login]

    def official(self) -> UnitOfWork:
        """A unit of work of the cadastre, not committed by itself."""
        return UnitOfWork(self.engine, REGISTER, "agent", "test")


def settle_town(engine: Engine, day: date, owner: str = "") -> Town:
    """Fill an empty register with titles and accounts."""
    town = Town(engine, Clock(day), owner)
    for code, holder, ground in (
        ("PE 525", HOLDER, rectangle(COL, ROW, 10, 10)),
        ("PE 526", OTHER, rectangle(COL + 20, ROW, 6, 6)),
    ):
        with town.official() as unit:
            facts = TitleFacts(
                code=code,
                kind="PE",
                state=State.GRANTED,
                holders=(Holder(holder, Decimal(100)),),
                minerals=("Cu", "Co"),
                filed_on=date(2008, 1, 7),
                granted_on=date(2009, 4, 3),
                expires_on=date(2039, 4, 3),
            )
            act = ActOrder("grant", f"Arrêté d’essai {code}", date(2009, 4, 3))
            town.titles[code] = grant(unit, facts, ground, act)
            unit.commit()
    _make_people(town)
    return town


def _make_people(town: Town) -> None:
    with UnitOfWork(town.engine, ADMIN, "admin", "accounts") as unit:
        rows = unit.connection.execute(text("select name, id from register.party"))
        town.parties = {row.name: row.id for row in rows}
        mandates = {
            "company": (town.parties[HOLDER], True),
            "clerk": (town.parties[HOLDER], False),
            "rival": (town.parties[OTHER], True),
        }
        for login, role in PEOPLE.items():
            authority = "sgnc" if role is Role.OPINION else None
            hashed = "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"
            name = f"M. {login}"
            account = create_account(
                unit, login, name, DATABASE_ROLE[role], hashed, authority=authority
            )
            party, signs = mandates.get(login, (None, False))
            parties = frozenset({party}) if party else frozenset()
            if party:
                mandate = text(
                    "insert into register.account_party (account_id, party_id, may_sign) "
                    "values (:account, :party, :signs)"
                )
                values = {"account": account, "party": party, "signs": signs}
                unit.connection.execute(mandate, values)
            signed = parties if signs else frozenset()
            town.actors[login] = Actor(
                login, role, account, parties, authority, None, signs_for=signed
            )
        unit.commit()
