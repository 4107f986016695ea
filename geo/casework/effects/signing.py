"""Who acts for the proposer of a file: a party that is heard in it takes none of its steps."""

from __future__ import annotations

from geo.casework.work import Work
from geo.errors import StepRefused
from geo.register.people import Role


def require_proposer(work: Work) -> None:
    """Refuse a step of a company that does not act for the proposer, a co-holder for example."""
    if work.actor.role is Role.COMPANY and work.file.party_id not in work.actor.parties:
        raise StepRefused(
            "this step is for the proposer of the file.",
            "cette étape revient à celui qui a présenté le dossier.",
        )


def require_proposer_signs(work: Work) -> None:
    """Refuse a step that binds the proposer by an account that does not sign for it."""
    require_proposer(work)
    if work.actor.role is Role.COMPANY and work.file.party_id not in work.actor.signs_for:
        raise StepRefused(
            "your mandate is to prepare, not to sign. Ask who signs for the proposer.",
            "votre mandat permet de préparer, non de signer. Demandez au signataire.",
        )
