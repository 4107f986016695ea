"""The life of an allocation by agreement (route B): changes, end, rehabilitation, return.

Décret 25/05 was not read in full: what a ruling must settle is settled by one.
"""

from __future__ import annotations

from geo.casework.consultation.notices import withdrawing
from geo.casework.effects.allocation_life import (
    call_parties,
    publish_extension,
    register_change,
    require_answer,
    require_change,
    require_decided_change,
    require_end,
    require_filing,
    require_heard,
    require_own,
    return_ground,
    suspend_allocation,
)
from geo.casework.effects.allocations import require_notice_over
from geo.casework.machine import Gate, Machine, State, Transition, label
from geo.law.values import Moment
from geo.register.people import Role

_CADASTRE = (Role.OFFICER, Role.SUPERVISOR)
_OPENERS = (Role.COMPANY, Role.EGC, *_CADASTRE)
_SHAPE = ("on_lattice", "whole_cells", "contiguous", "edge_contact", "no_holes")
_TERMS = (
    *("host_valid", "host_holder_known", "third_parties", "holder_consent"),
    *("strategic_substance", "egc_agreement", "rights_stay", "arecoms_notice", "ministerial_act"),
)
_ASKED_FOR = (("reduction", _SHAPE), ("renewal", _TERMS))
"""What the law is asked of a change; of an extension everything: new ground comes under it."""

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
        State(
            "consultation",
            label("en consultation", "under consultation"),
            Role.OFFICER,
            public=True,
        ),
        State(
            "consulted",
            label("consultation close", "consultation closed"),
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
            before=require_filing,
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
            before=require_answer,
        ),
        Transition(
            "publish_notice",
            ("filed",),
            "consultation",
            _CADASTRE,
            label("Publier l’avis au public", "Publish the notice"),
            moment=Moment.REVIEW,
            gate=Gate.NO_BLOCK,
            effect=publish_extension,
        ),
        Transition(
            "close_consultation",
            ("consultation",),
            "consulted",
            _CADASTRE,
            label("Clore la consultation", "Close the consultation"),
            before=require_notice_over,
        ),
        Transition(
            "propose",
            ("filed", "consulted"),
            "proposed",
            _CADASTRE,
            label("Proposer l’avis", "Propose the opinion"),
            needs_reason=True,
            no_open_objections=True,
            before=require_heard,
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
            asks_for=_ASKED_FOR,
            gate=Gate.SETTLED,
            names_act=True,
            no_open_objections=True,
            before=require_change,
        ),
        Transition(
            "register",
            ("decided",),
            "registered",
            _CADASTRE,
            label("Inscrire", "Register"),
            differs_from=("propose",),
            moment=Moment.GRANT,
            asks_for=_ASKED_FOR,
            gate=Gate.SETTLED,
            names_act=True,
            before=require_decided_change,
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
            before=require_end,
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
            effect=withdrawing,
        ),
        Transition(
            "withdraw",
            ("filed", "consultation", "consulted", "proposed", "with_minister"),
            "withdrawn",
            _OPENERS,
            label("Retirer la demande", "Withdraw the application"),
            needs_reason=True,
            before=require_own,
            effect=withdrawing,
        ),
    ),
)
