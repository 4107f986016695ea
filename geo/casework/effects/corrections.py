"""Correcting what a title held: proposed by one person, carried out when another confirms."""

from __future__ import annotations

from datetime import date

from geo.casework.effects.dealings import title_of
from geo.casework.work import Work
from geo.errors import StepRefused
from geo.register.writer import correct


def require_correction(work: Work) -> None:
    """Refuse a correction without a title, its carrés and the day from which they are corrected."""
    title_of(work)
    if not work.ground or work.content.starts_on is None:
        raise StepRefused(
            "draw the corrected perimeter and say from which day it holds: starts_on.",
            "dessinez le périmètre corrigé et dites depuis quel jour : starts_on.",
        )


def carry_out(work: Work) -> None:
    """Correct the perimeter over the period; what was believed before stays readable."""
    start: date | None = work.content.starts_on
    if start is None:
        raise StepRefused("say from which day the correction holds.")
    correct(work.unit, title_of(work), work.ground, (start, work.content.ends_on), work.act)
