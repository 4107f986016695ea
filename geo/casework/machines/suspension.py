"""Suspension of a title, and its lifting: proposed, confirmed by a second person, decided.

The title keeps its ground. What becomes of an allocation in it the law data says, or a ruling.
"""

from __future__ import annotations

from geo.casework.effects.standing import call_holders, require_act_since_filing
from geo.casework.effects.suspensions import (
    lift,
    require_decidable,
    require_same_act,
    require_title_in_force,
    suspend,
)
from geo.casework.machine import Machine, State, Transition, label
from geo.register.people import Role

_CADASTRE = (Role.OFFICER, Role.SUPERVISOR)

SUSPENSION = Machine(
    code="suspension",
    prefix="S",
    label=label("suspension d’un titre", "suspension of a title"),
    subjects={"suspension": label("suspension", "suspension")},
    opened_by=_CADASTRE,
    states=(
        State("draft", label("brouillon", "draft"), Role.OFFICER, editable_by=_CADASTRE),
        State("proposed", label("proposée", "proposed"), Role.SUPERVISOR, public=True),
        State(
            "with_minister",
            label("à la décision du ministre", "with the Minister for decision"),
            Role.MINISTER,
            public=True,
        ),
        State("decided", label("décidée", "decided"), Role.OFFICER, public=True),
        State("suspended", label("titre suspendu", "title suspended"), Role.OFFICER, public=True),
        State(
            "lifting_proposed",
            label("levée proposée", "lifting proposed"),
            Role.MINISTER,
            public=True,
        ),
        State("lifted", label("levée", "lifted"), final=True, public=True),
        State("abandoned", label("sans suite", "not pursued"), final=True, public=True),
        State("dropped", label("brouillon abandonné", "draft dropped"), final=True),
    ),
    transitions=(
        Transition(
            "propose",
            ("draft",),
            "proposed",
            _CADASTRE,
            label("Proposer la suspension", "Propose the suspension"),
            needs=("evidence",),
            needs_reason=True,
            files=True,
            before=require_title_in_force,
            effect=call_holders,
        ),
        Transition(
            "drop",
            ("draft",),
            "dropped",
            _CADASTRE,
            label("Abandonner le brouillon", "Drop the draft"),
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
            "abandon",
            ("proposed", "with_minister"),
            "abandoned",
            (*_CADASTRE, Role.MINISTER),
            label("Ne pas poursuivre", "Do not pursue"),
            needs_reason=True,
        ),
        Transition(
            "decide",
            ("with_minister",),
            "decided",
            (Role.MINISTER,),
            label("Décider la suspension", "Decide the suspension"),
            needs_reason=True,
            act_kind="suspension",
            before=require_decidable,
        ),
        Transition(
            "register",
            ("decided",),
            "suspended",
            _CADASTRE,
            label("Inscrire la suspension", "Register the suspension"),
            differs_from=("propose",),
            act_kind="suspension",
            before=require_same_act,
            effect=suspend,
        ),
        Transition(
            "propose_lifting",
            ("suspended",),
            "lifting_proposed",
            _CADASTRE,
            label("Proposer la levée", "Propose the lifting"),
            needs_reason=True,
        ),
        Transition(
            "keep",
            ("lifting_proposed",),
            "suspended",
            (Role.MINISTER,),
            label("Maintenir la suspension", "Keep the suspension"),
            needs_reason=True,
        ),
        Transition(
            "lift",
            ("lifting_proposed",),
            "lifted",
            (Role.MINISTER,),
            label("Lever la suspension", "Lift the suspension"),
            act_kind="lifting",
            before=require_act_since_filing,
            effect=lift,
        ),
    ),
)
