"""What a notice says, in French and in English, from its facts alone and without any name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from geo.law.values import Bilingual
from geo.perimeter import Perimeter

_MONTHS = Bilingual(
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "January February March April May June July August September October November December",
)
_ROUTES = {
    "A": Bilingual(
        "Voie A : le terrain quitte le titre du titulaire et devient une zone d’exploitation "
        "artisanale.",
        "Route A: the ground leaves its holder’s title and becomes an artisanal mining zone.",
    ),
    "B": Bilingual(
        "Voie B : accord avec l’EGC ; le titre du titulaire reste entier.",
        "Route B: agreement with EGC; the holder’s title stays whole.",
    ),
}


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """All that a notice says. ``closes_on`` is the last day in time."""

    kind: Bilingual
    route: str | None
    substances: tuple[str, ...] | None
    perimeter: Perimeter
    published_on: date
    closes_on: date


def notice_text(facts: NoticeFacts) -> Bilingual:
    """Return the text of a notice."""
    return Bilingual(_french(facts), _english(facts))


def _french(facts: NoticeFacts) -> str:
    count = facts.perimeter.count
    sentences = (
        f"Avis au public du {_day_fr(facts.published_on)}.",
        f"Objet : {facts.kind.fr}.",
        _ROUTES[facts.route].fr if facts.route else "",
        f"Périmètre : {count} carré{'s' if count > 1 else ''}, "
        f"{_hectares(facts.perimeter.legal_area_ha, ' ', ',')} ha de superficie légale, "
        f"{_extent(facts.perimeter, 'E', 'O')}.",
        f"Substances : {', '.join(facts.substances or ('non indiquées',))}.",
        f"Toute personne peut faire opposition, sans compte, jusqu’au {_day_fr(facts.closes_on)} "
        "inclus. Une opposition reçue plus tard est gardée et marquée comme tardive.",
    )
    return " ".join(filter(None, sentences))


def _english(facts: NoticeFacts) -> str:
    count = facts.perimeter.count
    sentences = (
        f"Public notice of {_day_en(facts.published_on)}.",
        f"Subject: {facts.kind.en}.",
        _ROUTES[facts.route].en if facts.route else "",
        f"Perimeter: {count} carré{'s' if count > 1 else ''}, "
        f"{_hectares(facts.perimeter.legal_area_ha, ',', '.')} ha of legal area, "
        f"{_extent(facts.perimeter, 'E', 'W')}.",
        f"Substances: {', '.join(facts.substances or ('not stated',))}.",
        f"Anybody may object, without an account, up to and including {_day_en(facts.closes_on)}. "
        "A later objection is kept and marked as late.",
    )
    return " ".join(filter(None, sentences))


def _day_fr(day: date) -> str:
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {_MONTHS.fr.split()[day.month - 1]} {day.year}"


def _day_en(day: date) -> str:
    return f"{day.day} {_MONTHS.en.split()[day.month - 1]} {day.year}"


def _hectares(area: Decimal, thousands: str, point: str) -> str:
    return f"{area:,}".replace(",", "\0").replace(".", point).replace("\0", thousands)


def _extent(perimeter: Perimeter, east: str, west: str) -> str:
    """Return the bounds in degrees, minutes and seconds: 25°30′00″ E – 25°31′30″ E, …"""
    low_col, low_row, high_col, high_row = perimeter.bounds
    (x0, y0), (x1, y1) = perimeter.grid.coordinates_of([[low_col, low_row], [high_col, high_row]])
    across = " – ".join(_angle(x, east, west) for x in (x0, x1))
    along = " – ".join(_angle(y, "N", "S") for y in (y0, y1))
    return f"{across}, {along}"


def _angle(degrees: float, positive: str, negative: str) -> str:
    minutes, seconds = divmod(round(abs(degrees) * 3600), 60)
    whole, minutes = divmod(minutes, 60)
    return f"{whole}°{minutes:02}′{seconds:02}″ {negative if degrees < 0 else positive}"
