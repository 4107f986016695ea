"""What the steps of an attribution do: a portion of a zone, or a work area, for one cooperative."""

from __future__ import annotations

from sqlalchemy import text

from geo.casework.effects.standing import require_act_of, require_act_since_filing
from geo.casework.effects.titles import link_title
from geo.casework.facts import held_perimeter
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.register.connection import CADASTRE
from geo.register.orders import ActOrder, AttributionOrder
from geo.register.people import Role
from geo.register.reader import Reader
from geo.register.writer import attribute_ground, release
from geo.sources.rows import State

_NAME = text("select name from register.party where id = :party")
_INVOLVE = text("update casework.case_file set involves = array['egc'] where id = :file")
_FILED_BY = text(
    "select role from casework.case_step where file_id = :file and action = 'file' limit 1"
)
_EGC_GROUND = text("select casework.egc_acts_in(:area)")
_ASKED = {"portion": "PORTION", "work_area": "WORK_AREA"}


def require_attribution(work: Work) -> None:
    """Refuse to file without the area, the carrés and the cooperative, or in no area in force."""
    if work.file.host_title_id is None or work.file.party_id is None or not work.version.perimeter:
        raise StepRefused(
            "name the area and the cooperative, and draw its carrés.",
            "nommez l’aire et la coopérative, et dessinez ses carrés.",
        )
    if work.content.kind != _ASKED[work.file.subject]:
        raise StepRefused(
            f"a {work.file.subject} is of kind {_ASKED[work.file.subject]}.",
            f"le type attendu est {_ASKED[work.file.subject]}.",
        )
    require_area(work)


def require_area(work: Work) -> None:
    """Refuse ground of an area that is not in force, or of the other sort.

    A portion lies in a zone; a work area in ground where EGC acts that is no zone.
    """
    with work.unit.acting_as(CADASTRE):
        area = Reader(work.unit.connection).title(int(work.file.host_title_id or 0), on=work.day)
        egc_acts = work.unit.connection.scalar(_EGC_GROUND, {"area": area.id})
    if area.state != State.GRANTED or not area.grounds:
        raise StepRefused(
            f"the area is {area.state}: it is not in force.",
            f"l’aire n’est pas en vigueur (état : {area.state}).",
        )
    if (area.kind == "ZEA") != (work.file.subject == "portion"):
        raise StepRefused(
            "a portion lies in a zone (ZEA), a work area elsewhere.",
            "une portion se trouve dans une zone (ZEA), une aire de travail ailleurs.",
        )
    if work.file.subject == "work_area" and not egc_acts:
        raise StepRefused(
            "the title is not kept as ground where EGC acts.",
            "le titre n’est pas suivi comme terrain où l’EGC agit.",
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
    _require_decision(work)


def require_work_area(work: Work) -> None:
    """Refuse a contract on a portion of a zone: the authority attributes it."""
    if work.file.subject != "work_area":
        raise StepRefused(
            "a portion of a zone is attributed by the authority, not by contract.",
            "une portion de zone est attribuée par l’autorité, non par contrat.",
        )
    _require_decision(work)


def _require_decision(work: Work) -> None:
    require_area(work)
    require_act_since_filing(work)


def require_registration(work: Work) -> None:
    """Refuse to register by another act than the one that gave the ground."""
    require_act_of(work, "decide", "sign_contract")
    require_area(work)


def require_decider(work: Work) -> None:
    """Refuse that somebody refuses what another decides: a portion the Minister, the rest EGC."""
    decides = Role.MINISTER if work.file.subject == "portion" else Role.EGC
    if work.actor.role is not decides:
        raise StepRefused(
            f"whether to refuse it is for {decides.value}.",
            f"le refus revient à {decides.value}.",
        )


def require_filer(work: Work) -> None:
    """Refuse that another authority takes back an application than the one that filed it."""
    asked = {"file": work.file.id}
    if work.unit.connection.scalar(_FILED_BY, asked) != work.actor.database_role:
        raise StepRefused(
            "only who filed it takes it back.", "seul celui qui l’a déposé le retire."
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
    """End the attribution and free its carrés for another cooperative.

    Where it ended with its area already, the file is closed and the register stays as it is.
    """
    if work.file.title_id is None:
        raise StepRefused("nothing is registered yet.", "rien n’est encore inscrit.")
    if not held_perimeter(work.unit, work.file.title_id, work.day):
        return
    act = ActOrder("withdrawal", work.act.reference, work.act.on_day, work.act.note)
    release(work.unit, work.file.title_id, act)
