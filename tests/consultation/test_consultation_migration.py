"""The tables of the consultation go down and up again, also where they hold something."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from consultation_case import PASSWORD, at_notice, seed_machine
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from api.auth import Role, keep_account
from geo.casework.consultation import open_objections
from geo.casework.consultation.objecting import NewObjection, receive
from geo.casework.consultation.places import place_of
from geo.casework.consultation.sealing import Contact
from geo.register.connection import CADASTRE, PUBLIC, UnitOfWork, engine_for
from geo.register.schema import current, downgrade, migrate


def test_down_with_objections_and_up_again(fresh_database) -> None:
    engine = engine_for(fresh_database.app, pool_size=2)
    for login, role in (("minister", Role.MINISTER), ("agent", Role.OFFICER)):
        keep_account(engine, login, login, role, PASSWORD)
    seed_machine(fresh_database)
    at = datetime(2025, 3, 3, 9, tzinfo=UTC)
    case = at_notice(engine, fresh_database, at)
    place = place_of(None, None, "à la source")
    sent = NewObjection(uuid4(), "motif", "fr", place, Contact("Ilunga"))
    public_key = X25519PrivateKey.generate().public_key()
    with UnitOfWork(engine, PUBLIC, "public") as unit:
        receive(unit, case.notice_id, sent, at, bytes(32), public_key)
        unit.commit()
    with UnitOfWork(engine, CADASTRE, "agent") as unit:
        assert open_objections(unit, case.file_id) == 1
    engine.dispose()
    head = current(fresh_database.owner)
    downgrade(fresh_database.owner, "0012")
    assert migrate(fresh_database.owner) == head
    with UnitOfWork(engine, CADASTRE, "agent") as unit:
        assert open_objections(unit, case.file_id) == 0
    engine.dispose()
