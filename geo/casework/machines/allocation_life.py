"""The life of an allocation by agreement (route B): changes, end, rehabilitation, return.

Décret 25/05 was not read in full: what a ruling must settle is settled by one.
"""

from __future__ import annotations

from geo.casework.effects.allocation_life import (
    CHANGES,
    ENDS,
    call_parties,
    register_change,
    require_change,
    require_ruling_on_withdrawal,
    return_ground,
    suspend_allocation,
)
from geo.casework.machine import Gate, Machine, State, Transition, label
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.law.values import Moment
from geo.register.people import Role

_CADASTRE = (Role.OFFICER, Role.SUPERVISOR)
_OPENERS = (Role.COMPANY, Role.EGC, *_CADASTRE)


def _require_changes(work: Work) -> None:
    if work.file.subject not in CHANGES:
        raise StepRefused("this file ends an allocation.", "ce dossier met fin à une allocation.")


def _require_ends(work: Work) -> None:
    if work.file.subject not in ENDS:
        raise StepRefused("this file changes an allocation.", "ce dossier modifie une allocation.")
    require_ruling_on_withdrawal(work)


ALLOCATION_LIFE = Machine(
    code="allocation_life",
    prefix="L",
    label=label("vie d’une allocation", "life of an allocation"),
    subjects={
        "extension": label("extension", "extension"),
        "reduction": label("réduction", "reduction"),
        "renewal": label("renouvellement", "renewal"),
        "withdrawal_of_consent": label("retrait du consentement", "withdrawal of consent"),
        "breach": label("manquement", "breach"),
        "end": label("fin de l’accord", "end of the agreement"),
    },
    opened_by=_OPENERS,
    states=(
        State("draft", label("brouillon", "draft"), editable_by=_OPENERS),
        State(
            "filed",
            label("déposée, partie à entendre", "filed, parties to be heard"),
            Role.OFFICER,
            public=True,
        ),
        State("proposed", label("avis proposé", "opinion proposed"), Role.SUPERVISOR, public=True),
        State(
            "with_minister",
            label("à la décision du ministre", "with the Minister for decision"),
            Role.MINISTER,
            public=True,
        ),
        State("decided", label("décidée", "decided"), Role.OFFICER, public=True),
        State("registered", label("inscrite", "registered"), final=True, public=True),
        State("rehabilitation", label("remise en état", "rehabilitation"), Role.EGC, public=True),
        State(
            "rehabilitated",
            label("remise en état constatée", "rehabilitation recorded"),
            Role.OFFICER,
            public=True,
        ),
        State(
            "returned",
            label("terrain rendu au titulaire", "ground returned to the holder"),
            final=True,
            public=True,
        ),
        State("refused", label("refusée", "refused"), final=True, public=True),
        State("withdrawn", label("retirée", "withdrawn"), final=True, public=True),
        State("dropped", label("brouillon abandonné", "draft dropped"), final=True),
    ),
    transitions=(
        Transition(
            "file",
            ("draft",),
            "filed",
            _OPENERS,
            label("Déposer", "File"),
            needs=("request",),
            needs_reason=True,
            files=True,
            before=require_change,
            effect=call_parties,
        ),
        Transition(
            "drop",
            ("draft",),
            "dropped",
            _OPENERS,
            label("Abandonner le brouillon", "Drop the draft"),
        ),
        Transition(
            "answer",
            ("filed",),
            "filed",
            (Role.COMPANY, Role.EGC),
            label("Répondre", "Answer"),
            needs_reason=True,
        ),
        Transition(
            "propose",
            ("filed",),
            "proposed",
            _CADASTRE,
            label("Proposer l’avis", "Propose the opinion"),
            needs_reason=True,
        ),
        Transition(
            "return_review",
            ("proposed",),
            "filed",
            _CADASTRE,
            label("Renvoyer à l’instruction", "Return to review"),
            needs_reason=True,
        ),
        Transition(
            "confirm",
            ("proposed",),
            "with_minister",
            _CADASTRE,
            label("Transmettre au ministre", "Forward to the Minister"),
            differs_from=("propose",),
        ),
        Transition(
            "decide_change",
            ("with_minister",),
            "decided",
            (Role.MINISTER,),
            label("Approuver le changement", "Approve the change"),
            moment=Moment.GRANT,
            gate=Gate.SETTLED,
            names_act=True,
            before=_require_changes,
        ),
        Transition(
            "register",
            ("decided",),
            "registered",
            _CADASTRE,
            label("Inscrire", "Register"),
            differs_from=("propose",),
            moment=Moment.GRANT,
            gate=Gate.SETTLED,
            names_act=True,
            effect=register_change,
        ),
        Transition(
            "decide_end",
            ("with_minister",),
            "rehabilitation",
            (Role.MINISTER,),
            label("Mettre fin à l’allocation", "End the allocation"),
            needs_reason=True,
            names_act=True,
            before=_require_ends,
            effect=suspend_allocation,
        ),
        Transition(
            "report_rehabilitation",
            ("rehabilitation",),
            "rehabilitated",
            (Role.INSPECTOR,),
            label("Constater la remise en état", "Record the rehabilitation"),
            needs=("evidence",),
        ),
        Transition(
            "return_ground",
            ("rehabilitated",),
            "returned",
            _CADASTRE,
            label("Rendre le terrain", "Return the ground"),
            differs_from=("propose",),
            names_act=True,
            effect=return_ground,
        ),
        Transition(
            "refuse",
            ("with_minister",),
            "refused",
            (Role.MINISTER,),
            label("Refuser", "Refuse"),
            needs_reason=True,
        ),
        Transition(
            "withdraw",
            ("filed", "proposed", "with_minister"),
            "withdrawn",
            (Role.COMPANY, Role.EGC),
            label("Retirer la demande", "Withdraw the application"),
            needs_reason=True,
        ),
    ),
)
