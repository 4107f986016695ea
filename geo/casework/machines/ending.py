"""The end of a title (radiation): expiry confirmed, or forfeiture after notice and defence.

Code minier arts 286 to 290; Règlement minier arts 133 and 394. Ground is freed by a recorded
release, never by a date that passes.
"""

from __future__ import annotations

from geo.casework.effects.endings import (
    free_ground,
    mark_struck_off,
    require_appeal_over,
    require_cause_given,
    require_cause_to_end,
    require_defence_heard,
    require_nothing_pending,
    require_same_act,
    restore,
)
from geo.casework.effects.standing import call_holders, require_appeal_in_time, require_signature
from geo.casework.machine import Machine, State, Transition, label
from geo.register.people import Role

_CADASTRE = (Role.OFFICER, Role.SUPERVISOR)

ENDING = Machine(
    code="ending",
    prefix="F",
    label=label("fin d’un titre", "end of a title"),
    subjects={
        "expiry": label("expiration", "expiry"),
        "caducity": label("caducité, premier droit non payé", "caducity, first fee unpaid"),
        "forfeiture_fee": label("déchéance, droit non payé", "forfeiture, fee unpaid"),
        "forfeiture_works": label(
            "déchéance, travaux non commencés", "forfeiture, works not started"
        ),
    },
    opened_by=_CADASTRE,
    states=(
        State("draft", label("brouillon", "draft"), Role.OFFICER, editable_by=_CADASTRE),
        State(
            "notified",
            label("notifiée au titulaire", "notified to the holder"),
            Role.COMPANY,
            clock="forfeiture_defence",
            public=True,
        ),
        State("proposed", label("proposée", "proposed"), Role.SUPERVISOR, public=True),
        State(
            "with_minister",
            label("à la décision du ministre", "with the Minister for decision"),
            Role.MINISTER,
            public=True,
        ),
        State(
            "decided",
            label("décidée, recours ouvert", "decided, open to appeal"),
            Role.COMPANY,
            clock="appeal_keeps_priority",
            public=True,
        ),
        State("appealed", label("en recours", "under appeal"), Role.MINISTER, public=True),
        State(
            "registration_prepared",
            label("radiation préparée", "striking off prepared"),
            Role.SUPERVISOR,
            public=True,
        ),
        State("registered", label("radiée", "struck off"), final=True, public=True),
        State("abandoned", label("sans suite", "not pursued"), final=True, public=True),
        State("dropped", label("brouillon abandonné", "draft dropped"), final=True),
    ),
    transitions=(
        Transition(
            "notify",
            ("draft",),
            "notified",
            _CADASTRE,
            label("Notifier au titulaire", "Notify the holder"),
            needs_reason=True,
            files=True,
            before=require_cause_to_end,
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
            "defend",
            ("notified",),
            "notified",
            (Role.COMPANY,),
            label("Présenter la défense", "Defend"),
            needs=("defence",),
            before=require_signature,
        ),
        Transition(
            "propose",
            ("notified",),
            "proposed",
            _CADASTRE,
            label("Proposer la décision", "Propose the decision"),
            needs_reason=True,
            before=require_defence_heard,
        ),
        Transition(
            "confirm",
            ("proposed",),
            "with_minister",
            _CADASTRE,
            label("Transmettre au ministre", "Forward to the Minister"),
            differs_from=("propose",),
            before=require_nothing_pending,
        ),
        Transition(
            "abandon",
            ("notified", "proposed", "with_minister"),
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
            label("Décider", "Decide"),
            needs_reason=True,
            names_act=True,
            before=require_cause_given,
            effect=mark_struck_off,
        ),
        Transition(
            "appeal",
            ("decided",),
            "appealed",
            (Role.COMPANY,),
            label("Faire recours", "Appeal"),
            needs=("appeal",),
            before=require_appeal_in_time,
        ),
        Transition(
            "uphold_appeal",
            ("appealed",),
            "abandoned",
            (Role.MINISTER,),
            label("Admettre le recours", "Uphold the appeal"),
            needs_reason=True,
            act_kind="appeal_upheld",
            effect=restore,
        ),
        Transition(
            "dismiss_appeal",
            ("appealed",),
            "registration_prepared",
            (Role.MINISTER,),
            label("Rejeter le recours", "Dismiss the appeal"),
            needs_reason=True,
        ),
        Transition(
            "prepare_registration",
            ("decided",),
            "registration_prepared",
            _CADASTRE,
            label("Préparer la radiation", "Prepare the striking off"),
            before=require_appeal_over,
        ),
        Transition(
            "register",
            ("registration_prepared",),
            "registered",
            _CADASTRE,
            label("Radier le titre et libérer le terrain", "Strike off and free the ground"),
            differs_from=("prepare_registration",),
            names_act=True,
            before=require_same_act,
            effect=free_ground,
        ),
    ),
)
