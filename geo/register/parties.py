"""What kind of person a holder is, judged by its name alone, and carefully.

Only the name of a legal person is published. A name counts as one when it carries a form of company
or of public body; a courtesy title makes it a natural person; everything else is unknown and is
withheld, as a natural person's name is.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

PartyKind = Literal["legal", "natural", "unknown"]

_ANYWHERE = re.compile(
    r"\b(?:SARL|SARLU|SPRL|SPRLU|SASU|SCARL|SCRL|ASBL|LTD|LIMITED|LLC|PLC|INC|INCORPORATED|GMBH"
    r"|PTY|CORP|CORPORATION|SOCIETE|COMPAGNIE|COMPANY|COOPERATIVE|HOLDINGS?|REPUBLIQUE|MINISTERE"
    r"|PROVINCE (?:DE|DU|D)|GOUVERNORAT|ETAT CONGOLAIS)\b"
)
_AT_THE_END = re.compile(r"\b(?:SA|SAS|NV|BV|AG|AB|GIE|SNC|SCS|& CO)$")
_COURTESY = re.compile(
    r"^\s*(?:M\.\s*[^\W\d]|(?:MR|MRS|MME|MLLE|MADAME|MONSIEUR|MADEMOISELLE|MAITRE)\b)",
    re.IGNORECASE,
)


def party_kind(name: str) -> PartyKind:
    """Return whether a name is clearly a legal person's, a natural person's, or neither.

    Examples
    --------
    >>> party_kind("Kalonda Mining S.A.R.L."), party_kind("Mme Kalonda"), party_kind("Kalonda")
    ('legal', 'natural', 'unknown')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    words = " ".join(re.sub(r"[^A-Z0-9&]+", " ", plain.replace(".", "")).split())
    if _COURTESY.match(name):
        return "natural"
    if _ANYWHERE.search(words) or _AT_THE_END.search(words):
        return "legal"
    return "unknown"
