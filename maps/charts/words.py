"""Words and signs of the charts: French and English, a pattern beside every colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from geo.activity.expansion import ZoneCode
from maps.style import Label, Language, kind_style


@dataclass(frozen=True, slots=True)
class Sign:
    """How a part of a bar is drawn; ``hatch`` as matplotlib writes it."""

    label: Label
    colour: str
    hatch: str


ZONES: Mapping[ZoneCode, Sign] = MappingProxyType(
    {
        ZoneCode.INSIDE: Sign(Label("À l’intérieur", "Inside"), kind_style("ZEA").colour, ""),
        ZoneCode.WITHIN_1_KM: Sign(
            Label("Dehors, à moins de 1 km", "Outside, within 1 km"), "#c2410c", "//"
        ),
        ZoneCode.FROM_1_TO_5_KM: Sign(
            Label("Dehors, de 1 à 5 km", "Outside, 1 to 5 km"), "#f0a04b", "\\\\"
        ),
        ZoneCode.FROM_5_TO_10_KM: Sign(
            Label("Dehors, de 5 à 10 km", "Outside, 5 to 10 km"), "#f7dcae", ".."
        ),
    }
)

STAYED = Sign(Label("Persistance", "Persistence"), "#667085", "")
GAINED = Sign(Label("Gain", "Gain"), "#c2410c", "//")
FIRST = Sign(Label("Premier passage : début inconnu", "First look: start unknown"), "#b6c2d9", "xx")
LOST = Sign(Label("Perte", "Loss"), "#1f5fbf", "\\\\")
NOT_SURVEYED = Sign(Label("Non observé", "Not surveyed"), "#e4e7ec", "///")
PARTLY = Label("* observé en partie", "* surveyed in part")

_MONTHS = {
    "fr": [
        "janv.",
        "févr.",
        "mars",
        "avr.",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}


def month_label(day: date, language: Language) -> str:
    """Return a month as people write it.

    >>> month_label(date(2024, 2, 1), "fr"), month_label(date(2024, 2, 1), "en")
    ('févr. 2024', 'Feb 2024')
    """
    return f"{_MONTHS[language][day.month - 1]} {day.year}"


def number(value: float, language: Language, digits: int = 1) -> str:
    """Return a number with the separators of a language.

    >>> number(1234.56, "fr"), number(1234.56, "en")
    ('1\u202f234,6', '1,234.6')
    """
    text = f"{value:,.{digits}f}"
    return text.replace(",", "\u202f").replace(".", ",") if language == "fr" else text
