"""Declared areas: « 117 cu » (carrés), hectares or square kilometres, as the file states them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from geo.sources.text import clean, key_of

Unit = Literal["cells", "ha", "km2", "m2"]

_UNITS: dict[str, Unit] = {
    **dict.fromkeys(("cu", "cus", "carre", "carres", "carre minier", "carres miniers"), "cells"),
    **dict.fromkeys(("cell", "cells", "cadastral unit", "cadastral units"), "cells"),
    **dict.fromkeys(("unite cadastrale", "unites cadastrales", "uc"), "cells"),
    **dict.fromkeys(("ha", "has", "hectare", "hectares"), "ha"),
    **dict.fromkeys(("km2", "sq km", "sqkm", "km carre", "km carres", "square kilometres"), "km2"),
    **dict.fromkeys(("m2", "sq m", "sqm", "square metres", "metres carres"), "m2"),
}
_TO_HA = {"ha": Decimal(1), "km2": Decimal(100), "m2": Decimal("0.0001")}
_AREA = re.compile(r"([\d\s.,']+?)\s*([^\d\s.,'][^\d]*\d?)?")
_MAX_DIGITS = 15


@dataclass(frozen=True, slots=True)
class ReadArea:
    """A declared area as read: carrés or hectares, or the kind of issue that stands against it."""

    cells: int | None = None
    hectares: Decimal | None = None
    problem: Literal["area_unreadable", "area_ambiguous"] | None = None


NO_AREA = ReadArea()


def unit_of(text: str) -> Unit | None:
    """Return the unit that a text names, None where it names none."""
    return _UNITS.get(key_of(text))


@lru_cache(maxsize=16384)
def read_area(text: str, unit: Unit | None = None) -> ReadArea:
    """Return the area that a text states; a unit in the text goes before ``unit``.

    Examples
    --------
    >>> read_area("117 cu").cells, read_area("9 940,2 ha").hectares
    (117, Decimal('9940.2'))
    """
    words = clean(text[:200])
    match = _AREA.fullmatch(words) if words else None
    if words is None:
        return NO_AREA
    if match is None or (match[2] and unit_of(match[2]) is None):
        return ReadArea(problem="area_unreadable")
    stated = unit_of(match[2]) if match[2] else unit
    number = _number(match[1], whole=stated == "cells")
    if isinstance(number, ReadArea) or stated is None:
        return number if isinstance(number, ReadArea) else NO_AREA
    if stated == "cells":
        return ReadArea(cells=int(number)) if number == int(number) else _UNREADABLE
    return ReadArea(hectares=number * _TO_HA[stated])


def _number(text: str, *, whole: bool) -> Decimal | ReadArea:
    """Return the number; “84,955” could be 84.955 or 84 955, so it is left ambiguous."""
    digits = re.sub(r"[\s']", "", text)
    if len(digits) > _MAX_DIGITS + 2 or not re.fullmatch(r"\d+(?:[.,]\d+)*", digits):
        return _UNREADABLE
    marks = re.findall(r"[.,]", digits)
    if len(marks) > 1:
        return _with_thousands(digits, marks)
    if marks == [","] and re.fullmatch(r"[1-9]\d{0,2},\d{3}", digits):
        return Decimal(digits.replace(",", "")) if whole else ReadArea(problem="area_ambiguous")
    return Decimal(digits.replace(",", "."))


def _with_thousands(digits: str, marks: list[str]) -> Decimal | ReadArea:
    """Return a number with several marks: the last is decimal if it differs from the others."""
    thousands, last = set(marks[:-1]), marks[-1]
    if len(thousands) != 1:
        return _UNREADABLE
    plain = digits.replace(thousands.pop(), "")
    return Decimal(plain.replace(last, ".")) if last in plain else Decimal(plain)


_UNREADABLE = ReadArea(problem="area_unreadable")
