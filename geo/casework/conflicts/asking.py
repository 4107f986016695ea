"""What a step of a conflict asks first, so that a refusal names whom or which case it is about.

The database asks the same and more, under the register's lock (``casework.conflict_step``).
"""

from __future__ import annotations

from sqlalchemy import text

from geo.casework.work import Work
from geo.errors import StepRefused
from geo.register.connection import CADASTRE

_UNHEARD = text(
    "select coalesce(p.named, n.name, '…') from casework.conflict_party p "
    "left join casework.party_name n on n.id = p.party_id where p.file_id = :file "
    "and not exists (select from casework.conflict_position s where s.conflict_party_id = p.id) "
    "order by p.id"
)
_PARTIES = text("select count(*) from casework.conflict_party where file_id = :file")
_SAME_PLACE = text(
    "select f.number from casework.cases_of_place(:file) as c (id) "
    "join casework.case_file f on f.id = c.id order by f.id"
)


def require_everybody_heard(work: Work) -> None:
    """Refuse while a party of the case has no position, nor a note that it was asked.

    Raises
    ------
    StepRefused : naming them.
    """
    asked = {"file": work.file.id}
    with work.unit.acting_as(CADASTRE):
        unheard = list(work.unit.connection.scalars(_UNHEARD, asked))
        parties = work.unit.connection.scalar(_PARTIES, asked)
    if not parties:
        raise StepRefused(
            "the case names no party. Name them first.",
            "le dossier ne nomme aucune partie. Nommez-les d’abord.",
        )
    if unheard:
        names = ", ".join(unheard)
        raise StepRefused(
            f"not heard yet: {names}. Enter the position, or that none was given when asked.",
            f"pas encore entendus : {names}. Saisissez la position, ou qu’aucune n’a été donnée.",
        )


def require_only_case(work: Work) -> None:
    """Refuse to open a second case of a place that has one.

    Raises
    ------
    StepRefused : naming the case that is there.
    """
    with work.unit.acting_as(CADASTRE):
        numbers = list(work.unit.connection.scalars(_SAME_PLACE, {"file": work.file.id}))
    if numbers:
        said = ", ".join(numbers)
        raise StepRefused(
            f"a case of this place is there already: {said}. Add your evidence to it.",
            f"un dossier de ce lieu existe déjà : {said}. Ajoutez-y vos éléments.",
        )
