"""The house of the story: a register near Kolwezi, its people, each with an own session over HTTP.

The clock is the story's; everything else is real: PostGIS, the application, passwords, cookies.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from drawn_register import settings_for
from served import served
from sqlalchemy import Engine, text

from api.app import create_app
from api.auth import hashed
from geo.errors import NotFound
from geo.perimeter import Perimeter
from geo.register.accounts import Mandate, create_account
from geo.register.connection import ADMIN, CADASTRE, REGISTER, UnitOfWork, engine_for
from geo.register.orders import ActOrder, TitleFacts
from geo.register.people import DATABASE_ROLE, Role
from geo.register.reader import Reader
from geo.register.writer import grant
from geo.sources.rows import Holder, State

PASSWORD = "correct horse battery"
HOLDER, NEIGHBOUR = "KOLWEZI SUD MINING SARL", "LUALABA CUIVRE SARL"
COL, ROW = 3060, -1290
"""South-west carré of the holder's permit, near Kolwezi: 25.5° E, 10.75° S."""
PDF = b"%PDF-1.4 scan"
NO_CERTIFICATES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The house is asked over plain HTTP; the world’s certificates cost 30 ms each."""

PEOPLE: dict[str, Role] = {
    "company": Role.COMPANY,
    "neighbour": Role.COMPANY,
    "officer": Role.OFFICER,
    "officer2": Role.OFFICER,
    "supervisor": Role.SUPERVISOR,
    "egc": Role.EGC,
    "egc2": Role.EGC,
    "minister": Role.MINISTER,
    "minister2": Role.MINISTER,
    "inspector": Role.INSPECTOR,
    "inspector2": Role.INSPECTOR,
    "legal": Role.LEGAL,
    "legal2": Role.LEGAL,
    "admin": Role.ADMINISTRATOR,
    "reader": Role.PUBLIC,
}
AUTHORITIES = (
    *("division_mines", "governor", "local_entities"),
    *("mines_directorate", "province", "sgnc"),
)
"""Whose opinion on a zone is asked; each has an account under its own name."""
PEOPLE |= dict.fromkeys(AUTHORITIES, Role.OPINION)
MANDATES = {"company": HOLDER, "neighbour": NEIGHBOUR}


class StoryClock:
    """The office's clock, set by the story; it never stands still."""

    def __init__(self, day: date) -> None:
        self.go_to(day)

    def __call__(self) -> datetime:
        self._instant += timedelta(seconds=1)
        return self._instant

    def go_to(self, day: date) -> None:
        """Set the morning of a day."""
        self._instant = datetime(day.year, day.month, day.day, 8, tzinfo=UTC)

    @property
    def day(self) -> date:
        """The day that it is."""
        return self._instant.date()


def rectangle(col: int, row: int, width: int, height: int) -> Perimeter:
    """A rectangle of carrés from its south-west one."""
    return Perimeter.from_runs([(row + i, col, col + width) for i in range(height)])


class Person:
    """Somebody at a browser of their own, signed in or not."""

    def __init__(self, client: httpx.Client, home: str) -> None:
        self.client = client
        self.home = {"Origin": home}

    def get(self, path: str, status: int = 200, **asked: Any) -> Any:
        """Ask for a page's JSON."""
        answer = self.client.get(f"/api/v1{path}", params=asked or None)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.json()

    def raw(self, path: str) -> httpx.Response:
        """Ask for anything else."""
        return self.client.get(f"/api/v1{path}")

    def send(self, path: str, status: int = 201, method: str = "POST", **sent: Any) -> Any:
        """Send JSON (``json``), or a form (``data``, ``files``)."""
        answer = self.client.request(method, f"/api/v1{path}", headers=self.home, **sent)
        assert answer.status_code == status, (path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def open(self, **draft: Any) -> int:
        """Open a draft."""
        return int(self.send("/files", json=draft)["id"])

    def add(self, file: int, *kinds: str) -> None:
        """Add a document of each kind."""
        for kind in kinds:
            scan = {"document": (f"{kind}.pdf", PDF + kind.encode(), "application/pdf")}
            self.send(f"/files/{file}/documents", data={"kind": kind}, files=scan)

    def step(self, file: int, action: str, status: int = 201, **order: Any) -> Any:
        """Take a step of a file, having read it."""
        answer = self.try_step(file, action, **order)
        assert answer.status_code == status, (action, answer.status_code, answer.text)
        return answer.json()

    def try_step(self, file: int, action: str, **order: Any) -> httpx.Response:
        """Ask for a step of a file, having read it, whatever the answer."""
        seen = self.get(f"/files/{file}")["steps"]
        asked = {"action": action, "expected_steps": seen, **order}
        path = f"/api/v1/files/{file}/steps"
        return self.client.post(path, json=asked, headers=self.home)


class People(dict[str, Person]):
    """Everybody by login; who is asked for comes in and signs in: 25 sign-ins cost seconds."""

    def __init__(self, address: str, stack: ExitStack) -> None:
        super().__init__()
        self._address = address
        self._stack = stack

    def __missing__(self, login: str) -> Person:
        if login not in (*PEOPLE, "public"):
            raise KeyError(login)
        client = httpx.Client(
            base_url=self._address,
            timeout=60,
            headers={"Accept-Language": "en"},
            verify=NO_CERTIFICATES,
        )
        person = self[login] = Person(self._stack.enter_context(client), self._address)
        if login in PEOPLE:
            person.send("/session", 200, json={"name": login, "password": PASSWORD})
        return person


@dataclass
class House:
    """Register, application and people of one story."""

    engine: Engine
    clock: StoryClock
    people: dict[str, Person] = field(default_factory=dict)
    titles: dict[str, int] = field(default_factory=dict)
    parties: dict[str, int] = field(default_factory=dict)
    app: Any = None
    """The application that is served."""
    settings: Any = None
    """Its settings."""

    def __getattr__(self, login: str) -> Person:
        try:
            return self.people[login]
        except KeyError:
            raise AttributeError(login) from None

    @contextmanager
    def register(self) -> Iterator[Reader]:
        """The register's reader, as an official of the cadastre has it."""
        with UnitOfWork(self.engine, CADASTRE, "officer", "reading") as unit:
            yield Reader(unit.connection)

    def revision(self) -> int:
        """The newest revision."""
        with self.register() as reader:
            return reader.revision()

    def ground(self, title: int, on: date, as_known_on: int | None = None) -> Perimeter:
        """What a title holds on a legal day, as known at a revision; nothing before it is."""
        try:
            with self.register() as reader:
                held = reader.title(title, on=on, as_known_on=as_known_on).grounds
        except NotFound:
            return Perimeter.empty()
        runs = [run for one in held for run in one.perimeter.to_lists()]
        return Perimeter.from_runs(runs) if runs else Perimeter.empty()

    def state(self, title: int, on: date, as_known_on: int | None = None) -> str:
        """The state of a title on a legal day, as it was known at a revision."""
        with self.register() as reader:
            return str(reader.title(title, on=on, as_known_on=as_known_on).state)


@contextmanager
def open_house(database: Any, data_dir: Path, day: date, **settings: Any) -> Iterator[House]:
    """Fill an empty register with two permits and its people, and serve it.

    ``settings`` are those of the server that an operator would set.
    """
    clock = StoryClock(day)
    with ExitStack() as stack:
        engine = engine_for(database.app, pool_size=2)
        stack.callback(engine.dispose)
        house = House(engine, clock)
        _grant_permits(house)
        _make_accounts(house)
        house.settings = replace(settings_for(database, data_dir), **settings)
        house.app = create_app(house.settings, clock=clock)
        house.app.state.consultation.clock = clock
        house.people = People(stack.enter_context(served(house.app)), stack)
        yield house


def _grant_permits(house: House) -> None:
    for code, holder, ground in (
        ("PE 525", HOLDER, rectangle(COL, ROW, 10, 10)),
        ("PE 526", NEIGHBOUR, rectangle(COL + 10, ROW, 6, 10)),
    ):
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
        with UnitOfWork(house.engine, REGISTER, "mabele", "setup") as unit:
            house.titles[code] = grant(unit, facts, ground, act)
            unit.commit()


def _make_accounts(house: House) -> None:
    digest = hashed(PASSWORD)
    with UnitOfWork(house.engine, ADMIN, "mabele", "accounts") as unit:
        rows = unit.connection.execute(text("select name, id from register.party"))
        house.parties = {row.name: row.id for row in rows}
        for login, role in PEOPLE.items():
            party = house.parties.get(MANDATES.get(login, ""))
            create_account(
                unit,
                login,
                f"M. {login}",
                DATABASE_ROLE[role],
                digest,
                authority=login if role is Role.OPINION else None,
                mandates=[Mandate(party, True)] if party else [],
            )
        unit.commit()
