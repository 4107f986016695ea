"""What the database refuses of a record, in the words of the casework."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import psycopg
from psycopg import errors as pg
from sqlalchemy import exc as sa

from geo.errors import (
    FileChanged,
    InputError,
    MabeleError,
    NotFound,
    SecondPersonNeeded,
    StepRefused,
)
from geo.register.connection import driver_error

_SAID: Mapping[str, tuple[type[MabeleError], str]] = MappingProxyType(
    {
        "operation_second_person": (
            SecondPersonNeeded,
            "you submitted it. Another person must accept or refuse it.",
        ),
        "operation_layout_sound": (
            StepRefused,
            "the layout breaks a rule. Correct it and submit another version.",
        ),
        "operation_suspended_first": (
            StepRefused,
            "a critical finding is closed while the area is suspended. Suspend it first.",
        ),
        "operation_record_not_of_tomorrow": (
            InputError,
            "a record is of a day that has come. Give that day.",
        ),
        "operation_record_of_its_area": (
            InputError,
            "what it names belongs to another area, or to a later day. Name one of this area.",
        ),
        "operation_record_of_an_area": (
            NotFound,
            "the title is not kept as an artisanal area. The cadastre must open it first.",
        ),
        "asm_area_of_the_register": (
            InputError,
            "the register does not hold this title as such ground of that party. Check its kind "
            "and its holder.",
        ),
        "operation_assessment_accepted": (
            StepRefused,
            "no geological assessment was accepted. Have one accepted first.",
        ),
        "operation_layout_accepted": (
            StepRefused,
            "no mine layout was accepted. Have one accepted first.",
        ),
        "operation_no_critical_finding": (
            StepRefused,
            "a critical finding stands. Remedy it and close it first.",
        ),
    }
)
_TWICE = "somebody else did this already, or corrected the same record. Read it again."


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
    if name in _SAID:
        kind, message = _SAID[name]
        return kind(message)
    if isinstance(cause, pg.UniqueViolation):
        return FileChanged(_TWICE)
    if isinstance(cause, pg.ForeignKeyViolation):
        return NotFound("what the record names is not in the register. Check its number.")
    if isinstance(cause, pg.CheckViolation):
        return InputError(f"the values contradict each other ({name}). Check them.")
    return None
