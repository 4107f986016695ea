"""What the database refuses of an objection or a notice, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import psycopg
from sqlalchemy import exc as sa

from geo.errors import CaseError, FileChanged, StepRefused
from geo.register.connection import driver_error

_REFUSALS: Mapping[str, tuple[type[CaseError], str]] = MappingProxyType(
    {
        "objection_to_withdrawn_notice": (
            StepRefused,
            "the notice was withdrawn: nothing is asked for there any more.",
        ),
        "objection_step_allowed": (
            StepRefused,
            "the objection has been answered or withdrawn, or is not so far yet.",
        ),
        "objection_step_in_turn": (
            FileChanged,
            "the objection changed in the meantime. Read it again, then decide.",
        ),
        "objection_step_reasoned": (StepRefused, "say why, in words."),
        "objection_step_number": (
            StepRefused,
            "the objection has a hundred entries. Make another one.",
        ),
        "objection_file_number": (StepRefused, "an objection takes up to five files."),
        "contact_opening_reason_check": (
            StepRefused,
            "say why the contact is needed, in ten letters or more.",
        ),
        "notice_withdrawn_once": (StepRefused, "the notice was withdrawn already."),
    }
)


@contextmanager
def refused_in_words() -> Iterator[None]:
    """Raise a refusal of the database as an error of the casework, by the constraint's name."""
    try:
        yield
    except (psycopg.Error, sa.DBAPIError) as error:
        cause = driver_error(error)
        name = cause.diag.constraint_name if isinstance(cause, psycopg.Error) else None
        if name is None or name not in _REFUSALS:
            raise
        kind, words = _REFUSALS[name]
        raise kind(words) from error
