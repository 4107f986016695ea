"""What the database refuses of a record, in the words of the casework."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import psycopg
from psycopg import errors as pg
from sqlalchemy import exc as sa

from geo.errors import (
    CaseError,
    FileChanged,
    InputError,
    MabeleError,
    NotFound,
    SecondPersonNeeded,
    StepRefused,
)
from geo.register.connection import driver_error

_REFUSED: Mapping[str, Callable[[], CaseError]] = MappingProxyType(
    {
        "operation_second_person": lambda: SecondPersonNeeded(
            "you submitted it. Another person must accept or refuse it.",
            "vous l’avez déposé. Une autre personne doit l’accepter ou le refuser.",
        ),
        "operation_layout_sound": lambda: StepRefused(
            "the layout breaks a rule. Correct it and submit another version.",
            "le plan enfreint une règle. Corrigez-le et déposez une autre version.",
        ),
        "operation_corrected": lambda: FileChanged(
            "it was corrected, or closed, in the meantime. Read the record again.",
            "elle a été corrigée, ou levée, entre-temps. Relisez les données.",
        ),
        "operation_document_kept": lambda: StepRefused(
            "no document of that digest was uploaded. Add it to the operation file first.",
            "aucun document de cette empreinte n’a été déposé. Ajoutez-le d’abord au dossier "
            "d’exploitation.",
        ),
    }
)
_UNFIT: Mapping[str, str] = MappingProxyType(
    {
        "operation_record_not_of_tomorrow": "a record is of a day that has come. Give that day.",
        "operation_record_of_its_area": (
            "what it names belongs to another area, or to a later day. Name one of this area."
        ),
        "asm_area_of_the_register": (
            "the register does not hold this title as such ground of that party. Check its kind "
            "and its holder."
        ),
    }
)
_NO_AREA = "the title is not kept as an artisanal area. The cadastre must open it first."


@contextmanager
def refused_in_words() -> Iterator[None]:
    """Raise a refusal of the database as an error of the casework, by the constraint's name."""
    try:
        yield
    except (psycopg.Error, sa.DBAPIError) as error:
        translated = _translated(driver_error(error))
        if translated is None:
            raise
        raise translated from error


def _translated(cause: BaseException | None) -> MabeleError | None:
    if not isinstance(cause, psycopg.Error):
        return None
    name = cause.diag.constraint_name or ""
    if name in _REFUSED:
        return _REFUSED[name]()
    if name in _UNFIT:
        return InputError(_UNFIT[name])
    if name == "operation_record_of_an_area":
        return NotFound(_NO_AREA)
    if isinstance(cause, pg.UniqueViolation):
        return FileChanged(
            "somebody else did this already, or corrected the same record. Read it again.",
            "quelqu’un d’autre l’a déjà fait, ou a corrigé la même donnée. Relisez-la.",
        )
    if isinstance(cause, pg.ForeignKeyViolation):
        return NotFound("what the record names is not in the register. Check its number.")
    if isinstance(cause, pg.CheckViolation):
        return InputError(f"the values contradict each other ({name}). Check them.")
    return None
