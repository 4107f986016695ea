"""What the database refuses of a file, in the words of the casework."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import psycopg
from sqlalchemy import exc as sa

from geo.casework.conflicts.refusals import REFUSED as OF_CONFLICTS
from geo.errors import CaseError, FileChanged, SecondPersonNeeded, StepRefused
from geo.register.connection import driver_error

_CHANGED = (
    "somebody else changed the file in the meantime. Read it again, then decide.",
    "quelqu’un d’autre a modifié le dossier entre-temps. Relisez-le, puis décidez.",
)
_REFUSALS: Mapping[str, Callable[[], CaseError]] = MappingProxyType(
    {
        "case_step_in_turn": lambda: FileChanged(*_CHANGED),
        "case_version_in_turn": lambda: FileChanged(*_CHANGED),
        "case_step_allowed": lambda: StepRefused(
            "your role may not take this step now.",
            "votre rôle ne permet pas cette étape maintenant.",
        ),
        "case_step_second_person": lambda: SecondPersonNeeded(
            "you took the step that this one confirms. Another person must take it.",
            "vous avez fait l’étape que celle-ci confirme. Une autre personne doit la faire.",
        ),
        "case_step_paper": lambda: StepRefused(
            "it was received on paper: two officials enter it.",
            "il a été reçu sur papier : deux agents le saisissent.",
        ),
        "case_step_signed": lambda: StepRefused(
            "your mandate is to prepare, not to sign. Ask who signs for the applicant.",
            "votre mandat permet de préparer, non de signer. Demandez au signataire.",
        ),
        "case_consent_before_act": lambda: StepRefused(
            "the act is signed: a consent is taken back by a file “withdrawal_of_consent”.",
            "l’acte est signé : un consentement se retire par un dossier "
            "« withdrawal_of_consent ».",
        ),
        "case_step_instant": lambda: StepRefused(
            "the instant of the step lies before the last.",
            "l’instant de l’étape précède celui de la dernière.",
        ),
        "case_version_editable": lambda: StepRefused(
            "what the file asks for may not be changed now.",
            "ce que le dossier demande ne peut pas être modifié maintenant.",
        ),
        "case_document_open_file": lambda: StepRefused(
            "the file is closed: it takes no document.",
            "le dossier est clos : il ne reçoit plus de pièce.",
        ),
        "case_document_unfiled": lambda: StepRefused(
            "the application was filed: its documents stay. Add another one.",
            "la demande est déposée : ses pièces y restent. Ajoutez-en une autre.",
        ),
        "case_document_accepted_once": lambda: FileChanged(
            "the paper was accepted already, or needs no acceptance.",
            "la pièce a déjà été acceptée, ou n’a pas à l’être.",
        ),
        "case_document_second_person": lambda: SecondPersonNeeded(
            "you brought the paper. Another person of the cadastre accepts it.",
            "vous avez apporté la pièce. Une autre personne du cadastre l’accepte.",
        ),
        "legal_ruling_decided_once": lambda: FileChanged(
            "the ruling was decided already.", "l’avis juridique a déjà été décidé."
        ),
        "legal_ruling_second_person": lambda: SecondPersonNeeded(
            "you proposed the ruling. Another person must put it in force, or end it.",
            "vous avez proposé l’avis. Une autre personne doit le mettre en vigueur, ou y "
            "mettre fin.",
        ),
        "opinion_once": lambda: FileChanged(
            "the opinion was given already.", "l’avis a déjà été donné."
        ),
        "operation_file_of_an_area": lambda: StepRefused(
            "the operation of this area has a file already. Go on in that one.",
            "l’exploitation de cette aire a déjà son dossier. Continuez dans celui-ci.",
        ),
        "operation_assessment_accepted": lambda: StepRefused(
            "no geological assessment was accepted. Have one accepted first.",
            "aucune évaluation géologique n’a été acceptée. Faites-en d’abord accepter une.",
        ),
        "operation_layout_accepted": lambda: StepRefused(
            "no mine layout was accepted. Have one accepted first.",
            "aucun plan d’exploitation n’a été accepté. Faites-en d’abord accepter un.",
        ),
        "operation_no_critical_finding": lambda: StepRefused(
            "a critical finding stands. Remedy it and close it first.",
            "un constat critique n’est pas levé. Remédiez-y et levez-le d’abord.",
        ),
        **OF_CONFLICTS,
    }
)


@contextmanager
def refused_by_name() -> Iterator[None]:
    """Raise a refusal of the database as an error of the casework, by the constraint's name."""
    try:
        yield
    except (psycopg.Error, sa.DBAPIError) as error:
        cause = driver_error(error)
        name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
        if name is not None and name in _REFUSALS:
            raise _REFUSALS[name]() from error
        raise
