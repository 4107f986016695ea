"""Dealings with a title: relinquishment, transfer, lease, force majeure.

Code minier arts 60 and 79 (renonciation), 177 to 186 (amodiation, cession). What lies in the title
is dealt with in the same transaction, as the law or a ruling says.
"""

from __future__ import annotations

from geo.casework.effects.dealings import (
    register_dealing,
    require_dealing,
    require_decided_act,
    require_for_cadastre,
    require_for_minister,
    require_silence,
)
from geo.casework.effects.standing import require_act_since_filing, require_signature
from geo.casework.machine import Gate, Machine, State, Transition, label
from geo.law.values import Moment
from geo.register.people import Role

_CADASTRE = (Role.OFFICER, Role.SUPERVISOR)
ASKED = ("remainder",)
_ASKED_FOR = (
    ("partial_relinquishment", ("remainder", "edge_contact", "whole_cells", "no_holes")),
    ("transfer", ("legal_person", "congolese_share", "group_permits", "group_area")),
)
"""What the law is asked of a dealing: what is left of a title must still be lawful (Code minier
art. 60 and 79), who receives one must be eligible (art. 182 to 186)."""

DEALING = Machine(
    code="dealing",
    prefix="T",
    label=label("opération sur un titre", "dealing with a title"),
    subjects={
        "relinquishment": label("renonciation totale", "total relinquishment"),
        "partial_relinquishment": label("renonciation partielle", "partial relinquishment"),
        "transfer": label("cession", "transfer"),
        "lease": label("amodiation", "lease"),
        "end_of_lease": label("fin d’amodiation", "end of a lease"),
        "force_majeure": label("force majeure", "force majeure"),
        "end_of_force_majeure": label("fin de la force majeure", "end of force majeure"),
    },
    opened_by=(Role.COMPANY,),
    states=(
        State("draft", label("brouillon", "draft"), Role.COMPANY, editable_by=(Role.COMPANY,)),
        State(
            "consents_asked",
            label("consentement des cotitulaires demandé", "consent of co-holders asked"),
            Role.COMPANY,
        ),
        State(
            "filed",
            label("déposée, en instruction", "filed, under review"),
            Role.OFFICER,
            clock="cadastral_review",
            public=True,
        ),
        State(
            "favourable_proposed",
            label("avis favorable proposé", "favourable opinion proposed"),
            Role.SUPERVISOR,
            clock="cadastral_review",
            public=True,
        ),
        State(
            "unfavourable_proposed",
            label("avis défavorable proposé", "unfavourable opinion proposed"),
            Role.SUPERVISOR,
            clock="cadastral_review",
            public=True,
        ),
        State(
            "with_minister",
            label("à la décision du ministre", "with the Minister for decision"),
            Role.MINISTER,
            clock="renunciation_by_silence",
            public=True,
        ),
        State("decided", label("décidée", "decided"), Role.OFFICER, public=True),
        State(
            "registration_prepared",
            label("inscription préparée", "registration prepared"),
            Role.SUPERVISOR,
            public=True,
        ),
        State("registered", label("inscrite", "registered"), final=True, public=True),
        State("refused", label("refusée", "refused"), final=True, public=True),
        State("withdrawn", label("retirée", "withdrawn"), final=True, public=True),
        State("dropped", label("brouillon abandonné", "draft dropped"), final=True),
    ),
    transitions=(
        Transition(
            "ask_consents",
            ("draft",),
            "consents_asked",
            (Role.COMPANY,),
            label("Demander le consentement des cotitulaires", "Ask co-holders for their consent"),
            before=require_dealing,
        ),
        Transition(
            "reopen",
            ("consents_asked",),
            "draft",
            (Role.COMPANY,),
            label("Reprendre le brouillon", "Go back to the draft"),
        ),
        Transition(
            "drop",
            ("draft", "consents_asked"),
            "dropped",
            (Role.COMPANY,),
            label("Abandonner le brouillon", "Drop the draft"),
        ),
        Transition(
            "file",
            ("draft", "consents_asked"),
            "filed",
            (Role.COMPANY,),
            label("Déposer", "File"),
            needs=("request",),
            moment=Moment.FILING,
            asks=ASKED,
            asks_for=_ASKED_FOR,
            files=True,
            before=require_dealing,
        ),
        Transition(
            "propose_favourable",
            ("filed",),
            "favourable_proposed",
            _CADASTRE,
            label("Proposer un avis favorable", "Propose a favourable opinion"),
            moment=Moment.REVIEW,
            asks=ASKED,
            asks_for=_ASKED_FOR,
            gate=Gate.NO_BLOCK,
        ),
        Transition(
            "propose_unfavourable",
            ("filed",),
            "unfavourable_proposed",
            _CADASTRE,
            label("Proposer un avis défavorable", "Propose an unfavourable opinion"),
            needs_reason=True,
        ),
        Transition(
            "confirm_favourable",
            ("favourable_proposed",),
            "with_minister",
            _CADASTRE,
            label("Signer l’avis favorable", "Sign the favourable opinion"),
            differs_from=("propose_favourable",),
            before=require_for_minister,
        ),
        Transition(
            "accept",
            ("favourable_proposed",),
            "decided",
            _CADASTRE,
            label("Admettre à l’inscription", "Accept for registration"),
            differs_from=("propose_favourable",),
            before=require_for_cadastre,
        ),
        Transition(
            "confirm_unfavourable",
            ("unfavourable_proposed",),
            "with_minister",
            _CADASTRE,
            label("Signer l’avis défavorable", "Sign the unfavourable opinion"),
            differs_from=("propose_unfavourable",),
        ),
        Transition(
            "return_review",
            ("favourable_proposed", "unfavourable_proposed"),
            "filed",
            _CADASTRE,
            label("Renvoyer à l’instruction", "Return to review"),
            needs_reason=True,
        ),
        Transition(
            "approve",
            ("with_minister",),
            "decided",
            (Role.MINISTER,),
            label("Approuver", "Approve"),
            names_act=True,
            before=require_act_since_filing,
            moment=Moment.GRANT,
            asks=ASKED,
            asks_for=_ASKED_FOR,
            gate=Gate.SETTLED,
        ),
        Transition(
            "take_effect_by_silence",
            ("with_minister",),
            "decided",
            _CADASTRE,
            label("Constater l’effet par silence", "Record effect by silence"),
            moment=Moment.GRANT,
            asks=ASKED,
            asks_for=_ASKED_FOR,
            gate=Gate.SETTLED,
            before=require_silence,
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
            "prepare_registration",
            ("decided",),
            "registration_prepared",
            _CADASTRE,
            label("Préparer l’inscription", "Prepare the registration"),
        ),
        Transition(
            "return_registration",
            ("registration_prepared",),
            "decided",
            _CADASTRE,
            label("Renvoyer à la préparation", "Return for preparation"),
            needs_reason=True,
        ),
        Transition(
            "register",
            ("registration_prepared",),
            "registered",
            _CADASTRE,
            label("Inscrire", "Register"),
            differs_from=("prepare_registration",),
            moment=Moment.GRANT,
            asks=ASKED,
            asks_for=_ASKED_FOR,
            gate=Gate.SETTLED,
            names_act=True,
            before=require_decided_act,
            effect=register_dealing,
        ),
        Transition(
            "withdraw",
            ("filed", "favourable_proposed", "unfavourable_proposed", "with_minister"),
            "withdrawn",
            (Role.COMPANY,),
            label("Retirer la demande", "Withdraw the application"),
            needs_reason=True,
            before=require_signature,
        ),
    ),
)
