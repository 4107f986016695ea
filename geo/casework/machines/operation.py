"""The operation of an artisanal area (exploitation): one file for each area.

Assessment, layout and everything else are records (``geo.casework.operation``), accepted there by a
second person; the steps here rest on them. Opening and lifting ask the law besides, and keep what
it said. The database itself asks for the accepted assessment and layout and for no critical finding
(migration 0012); a critical finding takes the step ``suspend`` by itself.
"""

from __future__ import annotations

from types import MappingProxyType

from geo.casework.machine import Gate, Machine, State, Transition, label
from geo.casework.operation.judged import ASKED
from geo.casework.operation.obstacles import Obstacle, blocks, may_open
from geo.casework.operation.reading import read_record
from geo.casework.operation.record import AreaRecord
from geo.casework.work import Work
from geo.errors import LawForbids, StepRefused
from geo.law.values import Moment
from geo.register.people import Role

_KEEPERS = (Role.EGC, Role.INSPECTOR)
_OPENERS = (*_KEEPERS, Role.OFFICER, Role.SUPERVISOR)


def _record(work: Work) -> AreaRecord:
    if work.file.title_id is None:
        raise StepRefused(
            "the file names no area. Open it with the title of the area.",
            "le dossier ne nomme aucune aire. Ouvrez-le avec le titre de l’aire.",
        )
    return read_record(work.unit, work.file.title_id)


def require_area(work: Work) -> None:
    """Refuse a file whose title is no artisanal area of that kind.

    Raises
    ------
    NotFound : the title is kept as no artisanal area.
    StepRefused : it is one of another kind, or its operation has a file already.
    """
    record = _record(work)
    basis = record.area.basis.value
    if record.life:
        raise StepRefused(
            "the operation of this area has a file already. Go on in that one.",
            "l’exploitation de cette aire a déjà son dossier. Continuez dans celui-ci.",
        )
    if basis != work.file.subject:
        raise StepRefused(
            f"the area is of kind {basis}, not {work.file.subject}.",
            f"l’aire est de nature {basis}, et non {work.file.subject}.",
        )


def require_assessment(work: Work) -> None:
    """Refuse while no geological assessment is accepted."""
    _refuse_without(work, frozenset({"no_accepted_assessment"}))


def require_layout(work: Work) -> None:
    """Refuse while assessment or layout is not accepted."""
    _refuse_without(work, frozenset({"no_accepted_assessment", "no_accepted_layout"}))


def _refuse_without(work: Work, codes: frozenset[str]) -> None:
    found = may_open(_record(work), work.day, work.office.law)
    _require_none(tuple(obstacle for obstacle in found if obstacle.code in codes))


def require_no_obstacle(work: Work) -> None:
    """Refuse to open or lift while the record says anything against work in the area.

    Raises
    ------
    LawForbids : something forbids it.
    """
    _require_none(may_open(_record(work), work.day, work.office.law))


def _require_none(obstacles: tuple[Obstacle, ...]) -> None:
    forbidding = blocks(obstacles)
    if forbidding:
        raise LawForbids(*_said(forbidding))


def _said(obstacles: tuple[Obstacle, ...]) -> tuple[str, tuple[Obstacle, ...], str]:
    messages = [obstacle.message for obstacle in obstacles]
    return " ".join(m.en for m in messages), obstacles, " ".join(m.fr for m in messages)


OPERATION = Machine(
    code="operation",
    prefix="OP",
    label=label("Exploitation d’une aire artisanale", "Operation of an artisanal area"),
    subjects=MappingProxyType(
        {
            "zone": label("Zone d’exploitation artisanale", "Artisanal zone"),
            "allocation": label("Allocation dans un titre", "Allocation inside a title"),
            "egc_ground": label("Terrain tenu par l’EGC", "Ground held by EGC"),
        }
    ),
    opened_by=_OPENERS,
    states=(
        State("draft", label("Brouillon", "Draft"), editable_by=_OPENERS),
        State("not_assessed", label("Non évaluée", "Not assessed"), Role.EGC, public=True),
        State("assessed", label("Évaluée", "Assessed"), Role.EGC, public=True),
        State("laid_out", label("Plan accepté", "Laid out"), Role.EGC, public=True),
        State("open", label("Ouverte", "Open"), Role.EGC, public=True),
        State("suspended", label("Suspendue", "Suspended"), Role.INSPECTOR, public=True),
        State("closed", label("Fermée, à réhabiliter", "Closed, to be restored"), public=True),
        State("rehabilitated", label("Réhabilitée", "Restored"), final=True, public=True),
    ),
    transitions=(
        Transition(
            "file",
            ("draft",),
            "not_assessed",
            _OPENERS,
            label("Ouvrir le dossier d’exploitation", "Open the operation file"),
            files=True,
            before=require_area,
        ),
        Transition(
            "confirm_assessment",
            ("not_assessed",),
            "assessed",
            _KEEPERS,
            label("Constater l’évaluation acceptée", "Confirm the accepted assessment"),
            before=require_assessment,
        ),
        Transition(
            "confirm_layout",
            ("assessed",),
            "laid_out",
            _KEEPERS,
            label("Constater le plan accepté", "Confirm the accepted layout"),
            before=require_layout,
        ),
        Transition(
            "open",
            ("laid_out",),
            "open",
            _KEEPERS,
            label("Ouvrir l’exploitation", "Open the area"),
            differs_from=("confirm_layout",),
            moment=Moment.GRANT,
            asks=ASKED,
            gate=Gate.SETTLED,
            before=require_no_obstacle,
        ),
        Transition(
            "suspend",
            ("open",),
            "suspended",
            _KEEPERS,
            label("Suspendre l’exploitation", "Suspend the area"),
            needs_reason=True,
        ),
        Transition(
            "lift",
            ("suspended",),
            "open",
            _KEEPERS,
            label("Lever la suspension", "Lift the suspension"),
            needs_reason=True,
            differs_from=("suspend",),
            moment=Moment.GRANT,
            asks=ASKED,
            gate=Gate.SETTLED,
            before=require_no_obstacle,
        ),
        Transition(
            "close",
            ("laid_out", "open", "suspended"),
            "closed",
            _OPENERS,
            label("Fermer l’exploitation", "Close the area"),
            needs_reason=True,
        ),
        Transition(
            "confirm_rehabilitation",
            ("closed",),
            "rehabilitated",
            (Role.INSPECTOR,),
            label("Constater la réhabilitation", "Confirm the restoration"),
            needs_reason=True,
            differs_from=("close",),
        ),
    ),
)
