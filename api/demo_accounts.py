"""The accounts of the demonstration: one of each role, two officers, so that four eyes can see.

The company's account acts for an invented holder of a mining permit near Kolwezi.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, text

from api.auth import account_opens, keep_account
from api.private import write_private
from api.settings import Settings
from geo.register.accounts import Mandate
from geo.register.connection import CADASTRE, UnitOfWork, engine_for
from geo.register.people import Authority, Role

DEMO_FILE = "demo_accounts.json"
KOLWEZI = (25.4731, -10.7167)
"""Longitude and latitude of the town, in degrees (geo.boundaries)."""
LEAST_CELLS = 12

Printed = list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """An account of the demonstration, before it has a password."""

    login: str
    name: str
    role: Role
    authority: str | None = None


DEMO_ACCOUNTS = (
    DemoAccount("agent", "Agent du cadastre (démonstration)", Role.OFFICER),
    DemoAccount("agent2", "Second agent du cadastre (démonstration)", Role.OFFICER),
    DemoAccount("superviseur", "Superviseur du cadastre (démonstration)", Role.SUPERVISOR),
    DemoAccount("societe", "Société titulaire (démonstration)", Role.COMPANY),
    DemoAccount("egc", "Agent de l’EGC (démonstration)", Role.EGC),
    DemoAccount("sgnc", "Service géologique (démonstration)", Role.OPINION, Authority.SGNC),
    DemoAccount("ministre", "Cabinet du Ministre (démonstration)", Role.MINISTER),
    DemoAccount("inspecteur", "Inspecteur des mines (démonstration)", Role.INSPECTOR),
    DemoAccount("juriste", "Conseiller juridique (démonstration)", Role.LEGAL),
    DemoAccount("admin", "Administrateur (démonstration)", Role.ADMINISTRATOR),
)

# Of the mining permits that hold an allocation's worth of carrés, the one nearest to the town.
_HOLDER_NEAR = text(
    """
    select h.party_id from register.perimeter_version g
    join register.title_version v on v.title_id = g.title_id and upper_inf(v.known)
      and v.valid @> published.today() and v.kind = 'PE' and v.state = 'granted'
    join register.holding h on h.title_version_id = v.id
    where upper_inf(g.known) and g.held @> published.today() and g.on_lattice
      and g.cells >= :least
    order by g.geom <-> st_setsrid(st_makepoint(:lon, :lat), 4326), h.position limit 1
    """
)


def seed_demo_accounts(settings: Settings) -> Printed:
    """Make the accounts of the demonstration; return name, password and role of each, to print.

    Call it for a demonstration register only. Passwords are drawn at random, once: a file that
    only its owner reads keeps them, so that every start can print them again.
    """
    kept = settings.data_dir / DEMO_FILE
    engine = engine_for(settings.app_url, pool_size=1)
    try:
        accounts = _read(kept)
        if accounts is None:
            accounts = [(a.login, secrets.token_urlsafe(9), a.role.value) for a in DEMO_ACCOUNTS]
            write_private(kept, json.dumps(accounts))
        for account, (_, password, _) in zip(DEMO_ACCOUNTS, accounts, strict=True):
            if not account_opens(engine, account.login, password):
                _keep(engine, account, password)
    finally:
        engine.dispose()
    return accounts


def _keep(engine: Engine, account: DemoAccount, password: str) -> None:
    mandates = _mandates(engine) if account.role is Role.COMPANY else []
    keep_account(
        engine,
        account.login,
        account.name,
        account.role,
        password,
        mandates=mandates,
        authority=account.authority,
    )


def _mandates(engine: Engine) -> list[Mandate]:
    asked = {"lon": KOLWEZI[0], "lat": KOLWEZI[1], "least": LEAST_CELLS}
    with UnitOfWork(engine, CADASTRE, actor="mabele") as unit:
        party = unit.connection.scalar(_HOLDER_NEAR, asked)
    return [] if party is None else [Mandate(int(party), may_sign=True)]


def _read(file: Path) -> Printed | None:
    """Return what an earlier start drew, None where it knew other accounts."""
    if not file.exists():
        return None
    rows = [(login, password, role) for login, password, role in json.loads(file.read_text())]
    known = [(account.login, account.role.value) for account in DEMO_ACCOUNTS]
    return rows if [(login, role) for login, _, role in rows] == known else None
