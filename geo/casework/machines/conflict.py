"""Conflict over ground (conflit): an overlap, activity inside a permit, or a disputed boundary.

Evidence, parties, positions, meetings and settlements are records beside the file
(``geo.casework.conflicts``); the steps here rest on them. The database itself asks what a step
needs (migration 0019): that no other case of the same place is open, that every party was heard,
that new evidence came before a case is reopened, and that no party mediates.
"""

from __future__ import annotations

from types import MappingProxyType

from geo.casework.conflicts.asking import require_everybody_heard, require_only_case
from geo.casework.machine import OPENING, Machine, State, Transition, label
from geo.register.people import Role

_CADASTRE = (Role.OFFICER, Role.SUPERVISOR)
_MEDIATORS = (*_CADASTRE, Role.EGC)
_OFFICES = (*_MEDIATORS, Role.INSPECTOR)
_OPENERS = (*_OFFICES, Role.COMPANY)
_UNDER_WAY = ("open", "positions_heard", "mediation", "reopened")
_ENDED = ("settled", "closed")

CONFLICT = Machine(
    code="conflict",
    prefix="CF",
    label=label("conflit sur un terrain", "conflict over ground"),
    subjects=MappingProxyType(
        {
            "overlap": label("superposition de deux terrains", "overlap of two grounds"),
            "activity": label(
                "activité dans un permis, sans allocation",
                "activity inside a permit, without allocation",
            ),
            "boundary": label("limite contestée par une partie", "boundary disputed by a party"),
        }
    ),
    opened_by=_OPENERS,
    states=(
        State("draft", label("brouillon", "draft"), editable_by=_OPENERS),
        State(
            "open", label("ouvert, parties à entendre", "open, parties to be heard"), Role.OFFICER
        ),
        State("positions_heard", label("parties entendues", "positions heard"), Role.OFFICER),
        State("mediation", label("en médiation", "in mediation"), Role.OFFICER),
        State(
            "settlement_proposed",
            label("règlement proposé, à confirmer", "settlement proposed, to be confirmed"),
            Role.SUPERVISOR,
        ),
        State("settled", label("réglé", "settled")),
        State("closed", label("classé sans règlement", "closed without settlement")),
        State("reopened", label("rouvert", "reopened"), Role.OFFICER),
        State("merged", label("joint à un autre dossier", "joined to another file"), final=True),
        State("dropped", label("brouillon abandonné", "draft dropped"), final=True),
    ),
    transitions=(
        Transition(
            "file",
            ("draft",),
            "open",
            _OPENERS,
            label("Ouvrir le conflit", "Open the conflict"),
            files=True,
            before=require_only_case,
        ),
        Transition(
            "drop",
            ("draft",),
            "dropped",
            _OPENERS,
            label("Abandonner le brouillon", "Drop the draft"),
        ),
        Transition(
            "hear",
            ("open", "reopened"),
            "positions_heard",
            _MEDIATORS,
            label("Constater les positions", "Confirm that the parties were heard"),
            before=require_everybody_heard,
        ),
        Transition(
            "mediate",
            ("positions_heard",),
            "mediation",
            _MEDIATORS,
            label("Ouvrir la médiation", "Begin the mediation"),
        ),
        Transition(
            "propose_settlement",
            ("positions_heard", "mediation"),
            "settlement_proposed",
            _MEDIATORS,
            label("Proposer le règlement enregistré", "Propose the recorded settlement"),
        ),
        Transition(
            "return_settlement",
            ("settlement_proposed",),
            "mediation",
            _MEDIATORS,
            label("Renvoyer en médiation", "Return to mediation"),
            needs_reason=True,
        ),
        Transition(
            "confirm_settlement",
            ("settlement_proposed",),
            "settled",
            _MEDIATORS,
            label("Confirmer le règlement", "Confirm the settlement"),
            differs_from=("propose_settlement",),
        ),
        Transition(
            "close_without_settlement",
            _UNDER_WAY,
            "closed",
            _CADASTRE,
            label("Classer sans règlement", "Close without settlement"),
            needs_reason=True,
            differs_from=(OPENING,),
        ),
        Transition(
            "reopen",
            _ENDED,
            "reopened",
            _OFFICES,
            label("Rouvrir sur un fait nouveau", "Reopen on new evidence"),
            needs_reason=True,
        ),
        Transition(
            "merge",
            (*_UNDER_WAY, *_ENDED),
            "merged",
            _CADASTRE,
            label("Joindre à un autre dossier", "Join to another file"),
            needs_reason=True,
        ),
    ),
)
