"""Kinds of rights (types de titres): suffixes, old codes and long names read to one code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from geo.sources.text import key_of

KINDS = frozenset(
    {"PR", "PE", "PEPM", "PER", "ARPC", "AECP", "AECT", "ZEA", "ZRG", "ZI", "ZP", "CUP", "ATE"}
    | {"APE"}
)
"""Codes of the cadastre's own vocabulary; PEM and ARC are its older forms of PEPM and ARPC."""

NOT_RIGHTS = frozenset({"PROV", "TERR"})
"""Layers of the cadastre's portal that hold provinces and territories, not rights."""

_OLD_CODES = {"PEM": "PEPM", "ARC": "ARPC"}

_NAMES = {
    "PR": (
        "permis recherche|permis recherches|recherche|recherches|permis recherches minieres"
        "|exploration|exploration permit|exploration licence|exploration license"
        "|research permit|prospecting permit|prospecting licence|prospecting license"
    ),
    "PE": (
        "permis exploitation|exploitation|permis exploitation miniere|exploitation miniere"
        "|exploitation permit|exploitation licence|exploitation license|mining permit"
        "|mining licence|mining license|mining exploitation permit"
    ),
    "PEPM": (
        "permis exploitation petite mine|exploitation petite mine|petite mine|small scale mining"
        "|small scale mining permit|small scale mining licence|small scale mining license"
        "|small scale mining exploitation permit|small scale exploitation permit|small mine"
        "|small mine exploitation permit|exploitation permit small scale mining"
    ),
    "PER": (
        "permis exploitation rejets|exploitation rejets|rejets|tailings|tailings permit"
        "|permis exploitation rejets mines|tailings exploitation permit"
        "|tailings exploitation licence|tailings exploitation license"
        "|exploitation permit tailings"
    ),
    "ARPC": (
        "autorisation recherches produits carrieres|autorisation recherche produits carrieres"
        "|autorisation recherches carrieres|quarry research authorisation"
        "|quarry exploration authorisation|quarry exploration permit"
    ),
    "AECP": (
        "autorisation exploitation carriere permanente|autorisation exploitation carrieres"
        " permanente|autorisation exploitation produits carrieres permanente"
        "|permanent quarry exploitation authorisation|permanent quarry"
    ),
    "AECT": (
        "autorisation exploitation carriere temporaire|autorisation exploitation carrieres"
        " temporaire|autorisation exploitation produits carrieres temporaire"
        "|temporary quarry exploitation authorisation|temporary quarry"
    ),
    "ZEA": (
        "zone exploitation artisanale|zones exploitation artisanale|zone artisanale"
        "|artisanal mining zone|artisanal mining area|artisanal exploitation zone"
        "|artisanal exploitation area|artisanal zone"
    ),
    "ZRG": (
        "zone recherche geologique|zone recherches geologiques|geological research zone"
        "|geological research area"
    ),
    "ZI": "zone interdite|zones interdites|prohibited zone|prohibited area",
    "ZP": "zone protegee|zones protegees|aire protegee|aires protegees|protected zone"
    "|protected area",
}
_BY_NAME = {name: kind for kind, names in _NAMES.items() for name in names.split("|")}
_SMALL_WORDS = re.compile(r"\b(?:d|de|du|des|la|le|les|l|of|the|for|pour|a|une?|an)\b")
_APPLICATION = re.compile(r"\b(?:app|application|applications|demande|demandes)\b")


@dataclass(frozen=True, slots=True)
class ReadKind:
    """A kind as read: ``application`` where the text says so (``PR_APP``, « Demande de PE »)."""

    kind: str
    application: bool = False


@lru_cache(maxsize=4096)
def read_kind(text: str) -> ReadKind | None:
    """Return the kind that a text names, None where it names none.

    Examples
    --------
    >>> read_kind("PR (AS)"), read_kind("PEM").kind, read_kind("PE_APP").application
    (ReadKind(kind='PR', application=False), 'PEPM', True)
    >>> read_kind("Permis d'exploitation de petite mine").kind, read_kind("???")
    ('PEPM', None)
    """
    text = text[:200]
    words = key_of(re.sub(r"\([^()]*\)", " ", text))
    rest = _without_small_words(_APPLICATION.sub(" ", words))
    kind = _of_code(rest) or _of_name(rest) or _of_code_then_name(rest)
    return ReadKind(kind, rest != _without_small_words(words)) if kind else None


def kind_in_name(name: str) -> ReadKind | None:
    """Return the kind that the name of a file or layer names (``zea_2025``, ``PE_APP``)."""
    whole = read_kind(name)
    if whole:
        return whole
    words = key_of(name).split()
    found = {kind for word in words if (kind := _of_code(word) or _of_code(word.rstrip("s")))}
    if len(found) != 1:
        return None
    return ReadKind(found.pop(), _APPLICATION.search(" ".join(words)) is not None)


def kind_of_code(code: str) -> str | None:
    """Return the kind that a permit's code begins with (``PE 4960``, ``ZEA-083``)."""
    match = re.match(r"\s*([A-Za-z]{2,4})[\s._-]*\d", code)
    return _of_code(key_of(match.group(1))) if match else None


def _without_small_words(words: str) -> str:
    return " ".join(_SMALL_WORDS.sub(" ", words).split())


def _of_code(words: str) -> str | None:
    code = words.upper()
    code = _OLD_CODES.get(code, code)
    return code if code in KINDS else None


def _of_name(words: str) -> str | None:
    british = words.replace("authorization", "authorisation")
    return _BY_NAME.get(british) or _BY_NAME.get(british.replace("autorisations", "autorisation"))


def _of_code_then_name(words: str) -> str | None:
    """Return the kind of « PR Permis de recherches » or its reverse, where both agree."""
    head, _, tail = words.partition(" ")
    front, _, last = words.rpartition(" ")
    for code, name in ((head, tail), (last, front)):
        kind = _of_code(code)
        if kind and _of_name(name) == kind:
            return kind
    return None


def said_kind(text: str) -> ReadKind:
    """Return the kind that a person names for a whole file: ``PE``, or ``PE_APP`` for applications.

    Examples
    --------
    >>> said_kind("PE_APP")
    ReadKind(kind='PE', application=True)
    """
    return ReadKind(text.removesuffix("_APP"), text.endswith("_APP"))
