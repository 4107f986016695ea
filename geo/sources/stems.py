"""What a column name sounds like, where no whole word of :mod:`geo.sources.schemas` fits.

``LicStatus``, ``GRANT_DT`` and ``NomSociete`` are parted at capitals, underscores and digits; a
field is meant when one of the parts begins like one of its stems, or is one of its short words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

STEMS: Mapping[str, tuple[str, ...]] = {
    "status": ("statu", "stat", "etat", "situation"),
    "holders": ("holder", "titul", "owner", "compan", "societ", "detent", "licensee", "operat"),
    "minerals": ("mineral", "minerai", "substan", "commod", "resourc", "ressourc"),
    "filed_on": ("appl", "filed", "filing", "depot", "depos", "demand", "lodg", "submi"),
    "granted_on": ("grant", "award", "octr", "issue", "deliv", "attrib", "start", "debut"),
    "expires_on": ("expir", "echea", "end", "fin", "valid"),
    "area": ("area", "superf", "surfac", "carre", "hectar"),
}
"""Beginnings of the words under which registers keep each field."""

WORDS: Mapping[str, tuple[str, ...]] = {
    "holders": ("soc", "ste"),
    "granted_on": ("oct",),
    "expires_on": ("exp",),
}
"""Short words that mean a field only when they stand whole: « exp », but not « exploitation »."""

_TITLE = ("lic", "perm", "titre", "title", "tenem", "droit", "right", "zone", "zea")
_NUMBER = ("no", "nr", "num", "numero", "number", "code", "cod", "cd", "id", "ref")
_NO_NUMBER = ("typ", "cat", "kind", "stat", "etat", "nom", "name", "date")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def sounds_like(field: str, column: str) -> bool:
    """Whether the name of a column sounds like a field.

    Examples
    --------
    >>> sounds_like("status", "LicStatus"), sounds_like("granted_on", "DATE_OCTR")
    (True, True)
    >>> sounds_like("code", "LicNo"), sounds_like("code", "LicName")
    (True, False)
    """
    parts = _parts(column)
    if field == "code":
        numbers = any(part in _NUMBER for part in parts)
        return numbers and _begins(parts, _TITLE) and not _begins(parts, _NO_NUMBER)
    return _begins(parts, STEMS.get(field, ())) or any(p in WORDS.get(field, ()) for p in parts)


def _parts(column: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", column)
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return [part.casefold() for part in _PART.findall(letters)]


def _begins(parts: list[str], stems: tuple[str, ...]) -> bool:
    return any(part.startswith(stems) for part in parts)
