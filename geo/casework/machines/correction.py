"""Correction of a registered perimeter: nobody changes one alone, and nothing is overwritten."""

from __future__ import annotations

from geo.casework.effects.corrections import carry_out, require_correction
from geo.casework.machine import OPENING, Machine, State, Transition, label
from geo.register.people import Role

_CADASTRE = (Role.OFFICER, Role.SUPERVISOR)

CORRECTION = Machine(
    code="correction",
    prefix="C",
    label=label("correction d’un périmètre inscrit", "correction of a registered perimeter"),
    subjects={"perimeter": label("périmètre", "perimeter")},
    opened_by=_CADASTRE,
    states=(
        State("draft", label("brouillon", "draft"), Role.OFFICER, editable_by=_CADASTRE),
        State("proposed", label("proposée", "proposed"), Role.SUPERVISOR),
        State("registered", label("inscrite", "registered"), final=True, public=True),
        State("rejected", label("rejetée", "rejected"), final=True),
        State("dropped", label("brouillon abandonné", "draft dropped"), final=True),
    ),
    transitions=(
        Transition(
            "propose",
            ("draft",),
            "proposed",
            _CADASTRE,
            label("Proposer la correction", "Propose the correction"),
            needs=("evidence",),
            needs_reason=True,
            files=True,
            before=require_correction,
        ),
        Transition(
            "drop",
            ("draft",),
            "dropped",
            _CADASTRE,
            label("Abandonner le brouillon", "Drop the draft"),
        ),
        Transition(
            "return",
            ("proposed",),
            "draft",
            _CADASTRE,
            label("Renvoyer à la saisie", "Return for correction"),
            needs_reason=True,
        ),
        Transition(
            "confirm",
            ("proposed",),
            "registered",
            _CADASTRE,
            label("Confirmer et inscrire", "Confirm and register"),
            differs_from=("propose", OPENING),
            act_kind="correction",
            effect=carry_out,
        ),
        Transition(
            "reject",
            ("proposed",),
            "rejected",
            _CADASTRE,
            label("Rejeter", "Reject"),
            needs_reason=True,
            differs_from=("propose",),
        ),
    ),
)
