"""Attribution of ground to a cooperative: two carrés of a zone, or a work area elsewhere.

Règlement minier 2018 art. 222 bis and following for portions; the size of a work area under EGC's
contract is stated by no text found.
"""

from __future__ import annotations

from geo.casework.effects.attributions import (
    end_attribution,
    involve_egc,
    register_attribution,
    require_attribution,
    require_decider,
    require_filer,
    require_portion,
    require_registration,
    require_work_area,
)
from geo.casework.machine import Gate, Machine, State, Transition, label
from geo.law.values import Moment
from geo.register.people import Role

_CADASTRE = (Role.OFFICER, Role.SUPERVISOR)
_PROPOSERS = (Role.EGC, *_CADASTRE)
ASKED = (
    *("on_lattice", "whole_cells", "contiguous", "edge_contact"),
    *("portion_cells", "work_area_cells", "one_portion", "portion_inside_zone", "portion_free"),
    *("cooperative_approved", "member_cards", "conduct_code"),
)
"""What the law is asked of an attribution: its area was judged when it was made."""

ATTRIBUTION = Machine(
    code="attribution",
    prefix="P",
    label=label("attribution à une coopérative", "attribution to a cooperative"),
    subjects={
        "portion": label("portion d’une zone", "portion of a zone"),
        "work_area": label("aire de travail", "work area"),
    },
    opened_by=_PROPOSERS,
    states=(
        State("draft", label("brouillon", "draft"), editable_by=_PROPOSERS),
        State("filed", label("déposée", "filed"), Role.OFFICER, public=True),
        State("decided", label("décidée", "decided"), Role.OFFICER, public=True),
        State("registered", label("inscrite", "registered"), public=True),
        State("end_asked", label("fin demandée", "end asked for"), Role.OFFICER, public=True),
        State("ended", label("terminée", "ended"), final=True, public=True),
        State("refused", label("refusée", "refused"), final=True, public=True),
        State("withdrawn", label("retirée", "withdrawn"), final=True, public=True),
        State("dropped", label("brouillon abandonné", "draft dropped"), final=True),
    ),
    transitions=(
        Transition(
            "file",
            ("draft",),
            "filed",
            _PROPOSERS,
            label("Déposer", "File"),
            needs=("approval",),
            moment=Moment.FILING,
            asks=ASKED,
            gate=Gate.NO_BLOCK,
            files=True,
            before=require_attribution,
            effect=involve_egc,
        ),
        Transition(
            "drop",
            ("draft",),
            "dropped",
            _PROPOSERS,
            label("Abandonner le brouillon", "Drop the draft"),
        ),
        Transition(
            "decide",
            ("filed",),
            "decided",
            (Role.MINISTER,),
            label("Attribuer la portion", "Attribute the portion"),
            moment=Moment.GRANT,
            asks=ASKED,
            gate=Gate.SETTLED,
            act_kind="attribution",
            before=require_portion,
        ),
        Transition(
            "sign_contract",
            ("filed",),
            "decided",
            (Role.EGC,),
            label("Signer le contrat", "Sign the contract"),
            moment=Moment.GRANT,
            asks=ASKED,
            gate=Gate.SETTLED,
            differs_from=("file",),
            act_kind="attribution",
            before=require_work_area,
        ),
        Transition(
            "register",
            ("decided",),
            "registered",
            _CADASTRE,
            label("Inscrire", "Register"),
            moment=Moment.GRANT,
            asks=ASKED,
            gate=Gate.SETTLED,
            differs_from=("file",),
            act_kind="attribution",
            before=require_registration,
            effect=register_attribution,
        ),
        Transition(
            "ask_end",
            ("registered",),
            "end_asked",
            (Role.EGC, Role.MINISTER, *_CADASTRE),
            label("Demander la fin", "Ask for its end"),
            needs_reason=True,
        ),
        Transition(
            "keep",
            ("end_asked",),
            "registered",
            _CADASTRE,
            label("Maintenir", "Keep"),
            needs_reason=True,
            differs_from=("ask_end",),
        ),
        Transition(
            "end",
            ("end_asked",),
            "ended",
            _CADASTRE,
            label("Mettre fin", "End"),
            differs_from=("ask_end",),
            act_kind="withdrawal",
            effect=end_attribution,
        ),
        Transition(
            "refuse",
            ("filed", "decided"),
            "refused",
            (Role.MINISTER, Role.EGC),
            label("Refuser", "Refuse"),
            needs_reason=True,
            before=require_decider,
        ),
        Transition(
            "withdraw",
            ("filed",),
            "withdrawn",
            _PROPOSERS,
            label("Retirer la demande", "Withdraw the application"),
            needs_reason=True,
            before=require_filer,
        ),
    ),
)
