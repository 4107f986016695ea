"""What the steps of an attribution do: a portion of a zone, or a work area, for one cooperative."""

from __future__ import annotations

from sqlalchemy import text

from geo.casework.effects.titles import link_title
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.register.orders import ActOrder, AttributionOrder
from geo.register.writer import attribute_ground, release

_NAME = text("select name from register.party where id = :party")
_INVOLVE = text("update casework.case_file set involves = array['egc'] where id = :file")
_ASKED = {"portion": "PORTION", "work_area": "WORK_AREA"}


def require_attribution(work: Work) -> None:
    """Refuse to file without the area, the carrés and the cooperative."""
    if work.file.host_title_id is None or work.file.party_id is None or not work.ground:
        raise StepRefused(
            "name the area and the cooperative, and draw its carrés.",
            "nommez l’aire et la coopérative, et dessinez ses carrés.",
        )
    if work.content.kind != _ASKED[work.file.subject]:
        raise StepRefused(
            f"a {work.file.subject} is of kind {_ASKED[work.file.subject]}.",
            f"le type attendu est {_ASKED[work.file.subject]}.",
        )


def involve_egc(work: Work) -> None:
    """Open the file of a work area to EGC, whose contract it rests on."""
    if work.file.subject == "work_area":
        work.unit.connection.execute(_INVOLVE, {"file": work.file.id})


def require_portion(work: Work) -> None:
    """Refuse a decision on a work area: EGC's contract gives it."""
    if work.file.subject != "portion":
        raise StepRefused(
            "a work area rests on EGC's contract, not on a decision.",
            "une aire de travail repose sur le contrat de l’EGC, non sur une décision.",
        )


def require_work_area(work: Work) -> None:
    """Refuse a contract on a portion of a zone: the authority attributes it."""
    if work.file.subject != "work_area":
        raise StepRefused(
            "a portion of a zone is attributed by the authority, not by contract.",
            "une portion de zone est attribuée par l’autorité, non par contrat.",
        )


def register_attribution(work: Work) -> None:
    """Enter the attribution in the register, from the day of its act."""
    reference = work.order.payload.get("approval_reference")
    if not isinstance(reference, str) or not reference.strip() or len(reference) > 200:
        raise StepRefused(
            "give the reference of the cooperative's approval: {“approval_reference”: …}.",
            "donnez la référence de l’agrément : {« approval_reference » : …}.",
        )
    if work.file.host_title_id is None:
        raise StepRefused("the file names no area.", "le dossier ne nomme aucune aire.")
    order = AttributionOrder(
        code=work.file.number,
        area_title_id=work.file.host_title_id,
        cooperative=str(work.unit.connection.scalar(_NAME, {"party": work.file.party_id})),
        approval_reference=reference.strip(),
        minerals=work.content.substances or (),
        ends_on=work.content.ends_on,
    )
    link_title(work, attribute_ground(work.unit, order, work.ground, work.act))


def end_attribution(work: Work) -> None:
    """End the attribution and free its carrés for another cooperative."""
    if work.file.title_id is None:
        raise StepRefused("nothing is registered yet.", "rien n’est encore inscrit.")
    act = ActOrder("withdrawal", work.act.reference, work.act.on_day, work.act.note)
    release(work.unit, work.file.title_id, act)
