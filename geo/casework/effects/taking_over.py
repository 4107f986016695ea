"""Applications taken over from an earlier register: they have a claim, and get a file.

An application that an import brought claims its ground (Code minier art. 33 and 34) and no file
rules on it. Two people of the cadastre take it up: it keeps the day of filing that the register has
for it, none where it has none, and is then ruled on like any other.
"""

from __future__ import annotations

from sqlalchemy import text

from geo.casework.effects.standing import (
    require_held_by_applicant,
    require_kind,
    right_of,
    title_of,
)
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.grid import DRC
from geo.perimeter import Perimeter
from geo.register.connection import CADASTRE

TAKEN_OVER = "taken_over"

_CLAIMED = text(
    "select runs from register.claim where title_id = :title and upper_inf(known) "
    "and held @> cast(:on as date)"
)
_FILE_OF = text(
    "select number from casework.case_file where title_id = :title and machine = 'title' "
    "and filed_at is not null and id <> :file order by id desc limit 1"
)
_LETTER = text(
    "select exists (select from casework.case_document where file_id = :file "
    "and kind = 'withdrawal_letter' and withdrawn_at is null and added_by <> :account)"
)


def require_not_taken_over(work: Work) -> None:
    """Refuse to file what the cadastre takes over: its applicant filed it long ago."""
    if work.file.subject == TAKEN_OVER:
        raise StepRefused(
            "an application of an earlier register is taken over by two officials.",
            "une demande d’un ancien registre est reprise par deux agents.",
        )


def require_imported(work: Work) -> None:
    """Refuse to take over what is no pending application, has a file, or is other than claimed."""
    if work.file.subject != TAKEN_OVER:
        raise StepRefused(
            "only an application of an earlier register is taken over.",
            "seule une demande d’un ancien registre est reprise.",
        )
    right = right_of(work, title_of(work))
    if right.state != "application":
        raise StepRefused(
            f"the register has no pending application there: it is {right.state}.",
            f"le registre n’a pas là de demande en cours (état : {right.state}).",
        )
    require_kind(work, right)
    require_held_by_applicant(work, right)
    _require_without_file(work)
    _require_claimed(work)


def _require_without_file(work: Work) -> None:
    asked = {"title": title_of(work), "file": work.file.id}
    with work.unit.acting_as(CADASTRE):
        number = work.unit.connection.scalar(_FILE_OF, asked)
    if number:
        raise StepRefused(
            f"that application has a file: {number}.", f"cette demande a un dossier : {number}."
        )


def _require_claimed(work: Work) -> None:
    """Refuse other carrés than those that the application claims."""
    with work.unit.acting_as(CADASTRE):
        asked = {"title": title_of(work), "on": work.day}
        claimed = [run for runs in work.unit.connection.scalars(_CLAIMED, asked) for run in runs]
    if not claimed or work.ground != Perimeter.from_runs(claimed, DRC):
        raise StepRefused(
            "the carrés are not those that the application claims in the register.",
            "les carrés ne sont pas ceux que la demande réserve au registre.",
        )


def require_letter(work: Work) -> None:
    """Refuse to withdraw for an applicant without its letter, brought by another person.

    Only of what was taken over: every other applicant withdraws by itself.
    """
    if work.file.subject != TAKEN_OVER:
        raise StepRefused(
            "the applicant withdraws its application itself.",
            "le demandeur retire lui-même sa demande.",
        )
    asked = {"file": work.file.id, "account": work.actor.account_id}
    if not work.unit.connection.scalar(_LETTER, asked):
        raise StepRefused(
            "another person brings the applicant’s letter; you record the withdrawal.",
            "une autre personne verse la lettre du demandeur ; vous constatez le retrait.",
        )
