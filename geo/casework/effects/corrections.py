"""Correcting what a title held: proposed by one person, carried out when another confirms."""

from __future__ import annotations

from datetime import date

from geo.casework.effects.standing import title_of
from geo.casework.facts import held_perimeter
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.register.connection import CADASTRE
from geo.register.writer import correct


def require_correction(work: Work) -> None:
    """Refuse a correction without a title, its carrés and the day from which they are corrected."""
    title, start = title_of(work), _start(work)
    if not work.ground:
        raise StepRefused(
            "draw the corrected perimeter: it has no carré.",
            "dessinez le périmètre corrigé : il n’a aucun carré.",
        )
    if start > work.day:
        raise StepRefused(
            f"what a title will hold from {start} on is no correction.",
            f"ce qu’un titre tiendra dès le {start} n’est pas une correction.",
        )
    with work.unit.acting_as(CADASTRE):
        held = held_perimeter(work.unit, title, start)
    if held == work.ground:
        raise StepRefused(
            "the register has these carrés already.", "le registre a déjà ces carrés."
        )


def _start(work: Work) -> date:
    start: date | None = work.content.starts_on
    if start is None:
        raise StepRefused(
            "say from which day the correction holds: starts_on.",
            "dites depuis quel jour la correction vaut : starts_on.",
        )
    return start


def carry_out(work: Work) -> None:
    """Correct the perimeter over the period; what was believed before stays readable."""
    period = (_start(work), work.content.ends_on)
    correct(work.unit, title_of(work), work.ground, period, work.act)
