"""A small machine of its own, and a file of it at notice: 12 carrés near Kolwezi, by route B.

The steps are written as the engine writes them; the machines of the register have their own tests.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import Engine, text

from api.cluster import libpq_address
from geo.casework.consultation import NoticeLength, publish
from geo.casework.office import legal_day
from geo.law import load_law
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE, REGISTER, UnitOfWork

PASSWORD = "correct horse battery"
MACHINE = "consulted"
GROUND = Perimeter.from_runs([(-1284 + row, 3060, 3064) for row in range(3)])
"""Twelve carrés: four columns from 25°30′ E, three rows from 10°42′ S."""
BASIS = "Réunion du village de Kapata"
COMPANY, PERSON = "Kalonda Mining SARL", "Mme Nadine Ilunga"

_SEED = f"""
insert into casework.machine (code, prefix) values ('{MACHINE}', 'NTC');
insert into casework.machine_opener (machine, role) values ('{MACHINE}', 'mabele_minister');
insert into casework.machine_state (machine, state, with_role, clock, final, public, editable_by)
values ('{MACHINE}', 'draft', null, null, false, false, '{{mabele_minister}}'),
  ('{MACHINE}', 'filed', 'mabele_cadastre', null, false, true, '{{mabele_minister}}'),
  ('{MACHINE}', 'notice', 'mabele_cadastre', null, false, true, '{{mabele_minister}}'),
  ('{MACHINE}', 'decided', null, null, true, true, '{{}}');
insert into casework.transition (machine, action, from_state, to_state, role, differs_from, files)
values ('{MACHINE}', 'file', 'draft', 'filed', 'mabele_minister', '{{}}', true),
  ('{MACHINE}', 'consult', 'filed', 'notice', 'mabele_cadastre', '{{}}', false),
  ('{MACHINE}', 'consult', 'notice', 'notice', 'mabele_cadastre', '{{}}', false),
  ('{MACHINE}', 'decide', 'notice', 'decided', 'mabele_minister', '{{}}', false);
"""


@dataclass(frozen=True)
class Case:
    """A file at notice."""

    engine: Engine
    file_id: int
    notice_id: int


def seed_machine(database: Any) -> None:
    """Write the machine of the tests, and two parties: a company and a person."""
    with psycopg.connect(libpq_address(database.owner)) as connection:
        connection.execute(_SEED.encode())
        for name, kind in ((COMPANY, "legal"), (PERSON, "natural")):
            connection.execute(
                "insert into register.party (name, kind) values (%s, %s)", [name, kind]
            )


def draft(engine: Engine, at: datetime, perimeter: Perimeter | None = GROUND) -> int:
    """Open a file as the Minister's office."""
    with UnitOfWork(engine, "mabele_minister", "minister") as unit:
        connection = unit.connection
        file_id = connection.scalar(
            text(
                "insert into casework.case_file (machine, subject, state, since, opened_by) values "
                "(:machine, 'agreement', 'draft', :at, casework.my_account()) returning id"
            ),
            {"machine": MACHINE, "at": at},
        )
        write_version(unit, file_id, 1, at, perimeter)
        unit.commit()
    return int(file_id)


def name_parties(engine: Engine, file_id: int) -> None:
    """Name the two parties of a file that was filed."""
    named = text(
        "insert into casework.case_party (file_id, party_id, part) "
        "select :file, id, :part from register.party where name = :name"
    )
    with UnitOfWork(engine, REGISTER, "agent") as unit:
        for name, part in ((COMPANY, "proposer"), (PERSON, "co_holder")):
            unit.connection.execute(named, {"file": file_id, "part": part, "name": name})
        unit.commit()


def write_version(
    unit: UnitOfWork, file_id: int, number: int, at: datetime, perimeter: Perimeter | None
) -> None:
    """Write what the file asks for; its note is for nobody outside."""
    content = {"kind": "EGC", "substances": ["Co", "Cu"], "note": "terms nobody may read"}
    unit.connection.execute(
        text(
            "insert into casework.case_version (file_id, number, runs, content, at) values "
            "(:file, :number, cast(:runs as int[]), cast(:content as jsonb), :at)"
        ),
        {
            "file": file_id,
            "number": number,
            "runs": perimeter.to_lists() if perimeter else None,
            "content": json.dumps(content),
            "at": at,
        },
    )


def step(unit: UnitOfWork, file_id: int, action: str, at: datetime, due_on: Any = None) -> None:
    """Take a step under the unit's role."""
    unit.connection.execute(
        text(
            "insert into casework.case_step (file_id, seq, action, from_state, to_state, at, "
            "due_on) select id, steps + 1, :action, state, state, :at, :due from "
            "casework.case_file where id = :file"
        ),
        {"file": file_id, "action": action, "at": at, "due": due_on},
    )


def take(
    engine: Engine,
    role: str,
    login: str,
    file_id: int,
    action: str,
    at: datetime,
    due_on: Any = None,
) -> None:
    """Take a step in a transaction of its own."""
    with UnitOfWork(engine, role, login) as unit:
        step(unit, file_id, action, at, due_on)
        unit.commit()


def consult(engine: Engine, file_id: int, version: int, at: datetime, days: int = 30) -> int:
    """Open the consultation as an officer: a step, and the notice in the same transaction."""
    with UnitOfWork(engine, CADASTRE, "agent") as unit:
        step(unit, file_id, "consult", at)
        day = legal_day(at)
        length = NoticeLength.lasting(day, days, BASIS)
        with unit.acting_as(REGISTER):
            notice = publish(unit, file_id, version, day, length, law=load_law(), route="B")
        unit.commit()
    return notice


def at_notice(engine: Engine, database: Any, at: datetime) -> Case:
    """Return a new file at notice since an instant, for 30 days."""
    file_id = draft(engine, at)
    take(engine, "mabele_minister", "minister", file_id, "file", at)
    name_parties(engine, file_id)
    return Case(engine, file_id, consult(engine, file_id, 1, at))


def objection(**more: object) -> dict[str, object]:
    """What a page sends; the objector of the tests names two carrés."""
    given = {
        "client_key": str(uuid4()),
        "reason": "Nos champs et la source du village sont sur ces carrés.",
        "place": {"cells": [[3060, -1284], [3061, -1284]]},
        "language": "fr",
    }
    return {**given, **more}
