"""Consents and signatures: who must agree to a file before it is filed, and who did."""

from __future__ import annotations

from sqlalchemy import text

from geo.casework.office import Office
from geo.casework.reading import file_of, last_version
from geo.casework.refusals import refused_by_name
from geo.casework.work import Work
from geo.errors import FileChanged, NotFound, NotPermitted, StepRefused
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


def require_consents(work: Work) -> None:
    """Refuse to file without the proposer's signature, or the consent of a co-holder.

    Whoever prepares a file need not be who signs it: the mandate says so. A consent counts for the
    version that it was given to; to a filing on paper it is given on paper, and lies in the file.
    What is taken over from an earlier register was filed there by all of them.
    """
    en, fr = [], []
    if work.actor.role is Role.COMPANY and work.file.party_id not in work.actor.signs_for:
        en.append("your mandate is to prepare, not to sign. Ask who signs for the holder to file")
        fr.append("votre mandat permet de préparer, non de signer. Demandez au signataire")
    version = work.version.number
    with work.unit.acting_as(CADASTRE):
        asked = {"file": work.file.id, "version": version}
        without = list(work.unit.connection.scalars(_WITHOUT, asked))
    if work.file.paper_received_at is not None and "consent" in work.documents:
        without = []
    if work.file.subject == "taken_over":
        without = []
    en += [f"co-holder {name} has not consented to version {version}" for name in without]
    fr += [f"le cotitulaire {name} n’a pas consenti à la version {version}" for name in without]
    if en:
        raise StepRefused("; ".join(en), " ; ".join(fr))


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
            raise FileChanged(
                "there is a newer version of the file. Read it before you consent.",
                "le dossier a une version plus récente. Lisez-la avant de consentir.",
            )
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
    StepRefused : the act is signed; what follows is a file of its own (withdrawal of consent).
    """
    if party_id not in actor.signs_for:
        raise NotPermitted("you do not sign for that party")
    with office.at_work(actor, f"consent to file {file_id} withdrawn") as unit:
        unit.open_revision()
        values = {"file": file_id, "party": party_id, "at": office.clock()}
        with refused_by_name():
            withdrawn = unit.connection.execute(_WITHDRAW, values).rowcount
        if not withdrawn:
            raise NotFound(f"no consent of that party stands in file {file_id}.")
        unit.commit()
