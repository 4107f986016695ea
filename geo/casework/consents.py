"""Consents and signatures: who must agree to a file before it is filed, and who did."""

from __future__ import annotations

from sqlalchemy import text

from geo.casework.office import Office
from geo.casework.reading import file_of, last_version
from geo.casework.refusals import refused_by_name
from geo.casework.work import Work
from geo.errors import FileChanged, NotFound, NotPermitted
from geo.register.connection import CADASTRE
from geo.register.people import Actor, Role

_WITHOUT = text(
    "select p.name from casework.case_party c join register.party p on p.id = c.party_id "
    "where c.file_id = :file and c.part = 'co_holder' and not exists (select from "
    "casework.case_consent g where g.file_id = c.file_id and g.party_id = c.party_id "
    "and g.version_number = :version and g.withdrawn_at is null) order by p.name"
)
_GIVE = text(
    "insert into casework.case_consent (file_id, party_id, version_number, at) "
    "values (:file, :party, :version, :at) returning id"
)
_WITHDRAW = text(
    "update casework.case_consent set withdrawn_at = :at where file_id = :file "
    "and party_id = :party and withdrawn_at is null"
)


def missing_consents(work: Work) -> list[str]:
    """Return what stands against filing: a signature, or the consent of a co-holder.

    Whoever prepares a file need not be who signs it: the mandate says so.
    """
    said = []
    if work.actor.role is Role.COMPANY and work.file.party_id not in work.actor.signs_for:
        said.append("your mandate is to prepare, not to sign. Ask who signs for the holder to file")
    asked = {"file": work.file.id, "version": work.version.number}
    with work.unit.acting_as(CADASTRE):
        without = list(work.unit.connection.scalars(_WITHOUT, asked))
    said += [
        f"co-holder {name} has not consented to version {asked['version']}" for name in without
    ]
    return said


def give_consent(
    office: Office, actor: Actor, file_id: int, party_id: int, expected_version: int
) -> int:
    """Record that a party agrees to the newest version of a file; return the consent's number.

    Raises
    ------
    FileChanged : the newest version is another one: read it first.
    NotPermitted : the account does not sign for the party.
    """
    if party_id not in actor.signs_for:
        raise NotPermitted("you do not sign for that party")
    with office.at_work(actor, f"consent to file {file_id}") as unit:
        file_of(unit, file_id)
        if last_version(unit, file_id).number != expected_version:
            raise FileChanged("there is a newer version of the file. Read it before you consent.")
        values = {
            "file": file_id,
            "party": party_id,
            "version": expected_version,
            "at": office.clock(),
        }
        unit.open_revision()
        with refused_by_name():
            consent = int(unit.connection.scalar(_GIVE, values))
        unit.commit()
    return consent


def withdraw_consent(office: Office, actor: Actor, file_id: int, party_id: int) -> None:
    """Record that a party takes its consent back.

    Raises
    ------
    NotFound : it had not consented.
    """
    if party_id not in actor.signs_for:
        raise NotPermitted("you do not sign for that party")
    with office.at_work(actor, f"consent to file {file_id} withdrawn") as unit:
        unit.open_revision()
        values = {"file": file_id, "party": party_id, "at": office.clock()}
        if not unit.connection.execute(_WITHDRAW, values).rowcount:
            raise NotFound(f"no consent of that party stands in file {file_id}.")
        unit.commit()
