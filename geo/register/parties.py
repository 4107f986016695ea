"""What kind of person a holder is, judged by its name alone, and carefully.

Only the name of a legal person is published. A name counts as one when it carries a form of company
or of public body; a courtesy title makes it a natural person; everything else is unknown and is
withheld, as a natural person's name is. In doubt it is unknown: that only withholds, and an
official may say otherwise, while a person's name once published is not taken back.

Forms of two letters (SA, NV…) are also surnames and initials: they count in capitals or dotted, at
the end, after two words. So ``GECAMINES SA`` is unknown, as ``ILUNGA SA`` must be.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

PartyKind = Literal["legal", "natural", "unknown"]

_FORM = re.compile(
    r"\b(?:SARL|SARLU|SPRL|SPRLU|SASU|SCARL|SCRL|ASBL|LTD|LIMITED|LLC|PLC|INC|INCORPORATED|GMBH"
    r"|PTY|CORP|CORPORATION|COMPANY|HOLDINGS?)\b"
)
_FIRST_WORD = re.compile(
    r"^(?:(?:LA|LE|L|THE) )?(?:SOCIETE|COMPAGNIE|COOPERATIVE|REPUBLIQUE|MINISTERE"
    r"|PROVINCE (?:DE|DU|D)|GOUVERNORAT|ETAT CONGOLAIS)\b"
)
_AS_WRITTEN = re.compile(r"(?:[^\W\d_]{2}.* (?:SAS|GIE|SNC|SCS)| & [Cc][Oo]\.?)$")
_TWO_LETTERS = re.compile(
    r"[^\W\d_]{2}\S* +(?:.* )?[^\W\d_]{2}\S* +"
    r"(?:SA|NV|BV|AG|AB|(?:[Ss]\.[Aa]|[Nn]\.[Vv]|[Bb]\.[Vv]|[Aa]\.[GgBb])\.?)$"
)
_SEPARATOR = re.compile(r"[,;:()\[\]]|\s[-–—/|]+\s")
_GOES_ON = re.compile(r"^(?:DE|DU|DES|D|EN|ET|A|AU|AUX|POUR)\b")
_COURTESY = re.compile(
    r"^\s*(?:M\.\s*[^\W\d]|(?:MR|MRS|MME|MLLE|MADAME|MONSIEUR|MADEMOISELLE|MAITRE)\b)",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"\b(?:GERANTE?|MANDATAIRE|REPRESENTEE?|REPRESENTANTE?|ADMINISTRATEUR|DIRECTEUR|DIRECTRICE"
    r"|PDG|ASSOCIEE?|EPOUSE|EPOUX|VEUVE)\b"
)


def party_kind(name: str) -> PartyKind:
    """Return whether a name is clearly a legal person's, a natural person's, or neither.

    Examples
    --------
    >>> party_kind("Kalonda Mining S.A.R.L."), party_kind("Mme Kalonda"), party_kind("Kalonda")
    ('legal', 'natural', 'unknown')
    >>> party_kind("Kalonda Mining SA"), party_kind("Ilunga Sa"), party_kind("Kalonda, société X")
    ('legal', 'unknown', 'unknown')
    """
    if _COURTESY.match(name):
        return "natural"
    plain = unicodedata.normalize("NFKD", name)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    if _OFFICE.search(_words(plain)):
        return "unknown"
    return "legal" if _is_legal([part.strip() for part in _SEPARATOR.split(plain)]) else "unknown"


def _is_legal(parts: list[str]) -> bool:
    """Whether the parts of a name, between commas and brackets, are a legal person's alone.

    The form stands in the first part, which the others only go on with (``en liquidation``), or is
    all that the last one says (``Kalonda Mining, SARL``).
    """
    parts = [part for part in parts if _words(part)]
    if len(parts) > 1 and not _FORM.sub("", _words(parts[-1])).strip():
        return True
    return bool(parts) and _has_form(parts[0]) and all(map(_goes_on, parts[1:]))


def _goes_on(part: str) -> bool:
    return _GOES_ON.match(_words(part)) is not None


def _has_form(part: str) -> bool:
    words, written = _words(part), " ".join(part.split())
    found = (_FORM.search(words), _FIRST_WORD.search(words), _AS_WRITTEN.search(written))
    return any(found) or _TWO_LETTERS.search(written) is not None


def _words(text: str) -> str:
    """Return the words of a text in capitals; dots inside a form do not part it."""
    return " ".join(re.sub(r"[^A-Z0-9]+", " ", text.upper().replace(".", "")).split())
